"""The hospital's own books: what it sent and what it was answered.

What is sent is written down before, and what is answered after. Whenever the program ends, the next one
sends what has no answer once more, under the same number and with the same content.
"""

import datetime
import decimal
import pathlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    visit text NOT NULL, step text NOT NULL, sent blob NOT NULL, answered blob, refused text,
    PRIMARY KEY (visit, step)
) STRICT;
CREATE TABLE IF NOT EXISTS stream (
    visit text NOT NULL, day text NOT NULL, number integer NOT NULL, is_answered integer NOT NULL DEFAULT 0,
    PRIMARY KEY (visit, day, number)
) STRICT;
CREATE TABLE IF NOT EXISTS line (
    visit text NOT NULL, line_number integer NOT NULL, day text NOT NULL, stream integer NOT NULL,
    sent blob NOT NULL, refused text,
    PRIMARY KEY (visit, line_number),
    FOREIGN KEY (visit, day, stream) REFERENCES stream
) STRICT;
CREATE TABLE IF NOT EXISTS settled (
    visit text NOT NULL PRIMARY KEY, settled_on text NOT NULL, lines integer NOT NULL, sums text NOT NULL
) STRICT;
"""
# What of a settlement is compared at the end of a day.
SUMS = ("total", "fund", "employer", "compensated", "nobody", "in_review")


class Refused(Exception):
    """The agency, or the hospital's own books, say no; the reason is a name, the text says what to do."""

    def __init__(self, reason: str, sentence: str):
        super().__init__(sentence)
        self.reason = reason


class Ledger:
    """The books in a file."""

    def __init__(self, path: pathlib.Path):
        self.books = sqlite3.connect(path)
        self.books.executescript(SCHEMA)

    def once(self, visit: str, step: str, request, call: Callable, answer):
        """Sends a request unless it was answered before; fills `answer` with what was answered."""
        sent = request.SerializeToString(deterministic=True)
        known = self.books.execute(
            "SELECT sent, answered, refused FROM message WHERE visit = ? AND step = ?", (visit, step)).fetchone()
        if known and known[0] != sent and known[2] is None:
            raise Refused("SENT_BEFORE", f"{step}已以不同的内容发送过。请恢复原来的内容。")
        if not known or known[1] is None:
            with self.books:
                self.books.execute("REPLACE INTO message (visit, step, sent) VALUES (?, ?, ?)", (visit, step, sent))
            try:
                answered = call(request).SerializeToString()
            except Refused as refused:
                with self.books:
                    self.books.execute("UPDATE message SET refused = ? WHERE visit = ? AND step = ?",
                                       (str(refused), visit, step))
                raise
            with self.books:
                self.books.execute("UPDATE message SET answered = ? WHERE visit = ? AND step = ?",
                                   (answered, visit, step))
        else:
            answered = known[1]
        answer.ParseFromString(answered)
        return answer

    def is_sent(self, visit: str, step: str) -> bool:
        """Was it sent, and not refused?"""
        return self.books.execute("SELECT 1 FROM message WHERE visit = ? AND step = ? AND refused IS NULL",
                                  (visit, step)).fetchone() is not None

    def plan(self, visit: str, day: datetime.date, lines: dict[int, bytes]) -> None:
        """Opens a stream for those of a day's lines that are new, or that were refused and are corrected."""
        known = dict(self._lines(visit))
        for number, (sent, refused) in known.items():
            if number in lines and lines[number] != sent and refused is None:
                raise Refused("LINE_CHANGED", f"明细{number}已经报送。更正请作废原明细，以新的序号报送。")
        new = {number: sent for number, sent in lines.items() if number not in known or known[number][0] != sent}
        if not new:
            return
        with self.books:
            (stream,) = self.books.execute(
                "SELECT count(*) FROM stream WHERE visit = ? AND day = ?", (visit, str(day))).fetchone()
            self.books.execute(
                "INSERT INTO stream (visit, day, number) VALUES (?, ?, ?)", (visit, str(day), stream))
            self.books.executemany(
                "REPLACE INTO line (visit, line_number, day, stream, sent) VALUES (?, ?, ?, ?, ?)",
                [(visit, number, str(day), stream, sent) for number, sent in new.items()])

    def _lines(self, visit: str) -> Iterator[tuple[int, tuple[bytes, str | None]]]:
        for number, *rest in self.books.execute(
                "SELECT line_number, sent, refused FROM line WHERE visit = ?", (visit,)):
            yield number, tuple(rest)

    def open_streams(self, visit: str) -> list[tuple[str, int, list[bytes]]]:
        """Streams without an answer: day, number, and their lines in order."""
        streams = self.books.execute(
            "SELECT day, number FROM stream WHERE visit = ? AND NOT is_answered ORDER BY day, number", (visit,))
        return [(day, number, [sent for (sent,) in self.books.execute(
            "SELECT sent FROM line WHERE visit = ? AND day = ? AND stream = ? ORDER BY line_number",
            (visit, day, number))]) for day, number in streams.fetchall()]

    def answer_stream(self, visit: str, day: str, number: int, refused: Iterable[tuple[int, str]]) -> None:
        """The lines of a stream were taken, but for these."""
        with self.books:
            self.books.execute(
                "UPDATE stream SET is_answered = 1 WHERE visit = ? AND day = ? AND number = ?", (visit, day, number))
            self.books.executemany(
                "UPDATE line SET refused = ? WHERE visit = ? AND line_number = ?",
                [(sentence, visit, line) for line, sentence in refused])

    def taken(self, visit: str) -> set[int]:
        """Numbers of the lines that the agency took."""
        return {number for number, (_, refused) in self._lines(visit) if refused is None}

    def refused(self, visit: str) -> dict[int, str]:
        """Why lines were not taken."""
        return {number: refused for number, (_, refused) in self._lines(visit) if refused is not None}

    def settle(self, visit: str, settled_on: datetime.date, lines: int, sums: dict[str, decimal.Decimal]) -> None:
        """Books what a bill was settled to; once."""
        text = " ".join(str(sums[name]) for name in SUMS)
        with self.books:
            self.books.execute("INSERT OR IGNORE INTO settled VALUES (?, ?, ?, ?)", (visit, str(settled_on), lines, text))

    def day(self, settled_on: datetime.date) -> dict[str, decimal.Decimal]:
        """What was settled on a day, in sums."""
        rows = self.books.execute("SELECT lines, sums FROM settled WHERE settled_on = ?", (str(settled_on),)).fetchall()
        totals = {"encounters": decimal.Decimal(len(rows)), "lines": decimal.Decimal(sum(lines for lines, _ in rows))}
        split = [[decimal.Decimal(yuan) for yuan in sums.split()] for _, sums in rows]
        return totals | {name: sum((one[place] for one in split), decimal.Decimal(0)) for place, name in enumerate(SUMS)}
