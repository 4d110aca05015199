"""What the bank does: takes files, pays, sends back, closes its days."""

import datetime
import pathlib
import sqlite3
from collections.abc import Iterable

import orders
import rules
from orders import Head, Order
from schema import Invalid

PAYMENT, RETURN, CREDIT, INTEREST = "PMNT/ICDT/DMCT", "PMNT/RCDT/RRTN", "PMNT/RCDT/DMCT", "ACMT/MCOP/INTR"


class Refused(Exception):
    """A file is refused as a whole; the code says why."""

    def __init__(self, code: str, message_id: str, why: str = ""):
        super().__init__(why or rules.TEXTS[code])
        self.code = code
        self.message_id = message_id


class Bank:
    """A bank with its books, and the seed by which accounts that nobody told of behave."""

    def __init__(self, books: sqlite3.Connection, seed: int | None = None):
        self.books = books
        self.seed = seed
        last = books.execute("SELECT max(CAST(substr(reference, 9) AS integer)) FROM entry").fetchone()[0]
        self.last = last or 0

    def open(self, number: str, name: str, line: str, fen: int) -> None:
        """An account of a customer, with what is on it."""
        with self.books:
            self.books.execute(
                "INSERT INTO account (number, name, line, balance, stated) VALUES (?, ?, ?, ?, ?)",
                (number, name, line, fen, fen))

    def tell(self, holders: Iterable[tuple[str, str, str]]) -> None:
        """Accounts at other banks: number, name, and whether they are open."""
        with self.books:
            self.books.executemany("REPLACE INTO holder (number, name, state) VALUES (?, ?, ?)", holders)

    def credit(self, number: str, fen: int, day: datetime.date, name: str, text: str, kind: str = CREDIT) -> str:
        """Money that comes in, such as from the treasury account; its reference."""
        with self.books:
            self._is_open(number, day)
            return self._book(number, day, fen, kind, name=name, text=text)

    def receive(self, path: pathlib.Path, day: datetime.date) -> str:
        """Takes a file: all of it is known before anything is paid. Answers its id; raises `Refused`."""
        with self.books:
            message_id = self._take(path, day)
            self._pay(day, message_id)
            return message_id

    def close(self, day: datetime.date) -> list[str]:
        """Ends a day: pays what waited for it and sends back what does not stay. The messages of which more was
        decided."""
        with self.books:
            for account in self.books.execute("SELECT number FROM account").fetchall():
                self._is_open(account["number"], day)
            waited = self.books.execute(
                "SELECT DISTINCT message_id FROM payment WHERE state = 'WAITING' AND pay_on <= ? ORDER BY 1",
                (day.isoformat(),)).fetchall()
            for row in waited:
                self._pay(day, row["message_id"])
            self._send_back(day)
            return [row["message_id"] for row in waited]

    def _take(self, path: pathlib.Path, day: datetime.date) -> str:
        found, total, head = 0, 0, None
        try:
            for part in orders.read(path):
                if isinstance(part, Head):
                    head = part
                    self._begin(head, day)
                    continue
                found, total = found + 1, total + part.fen
                self._note(head, found, part)
        except Invalid as error:
            raise Refused("FF01", head.message_id if head else "", str(error)) from error
        if head is None:
            raise Refused("FF01", "", "the file pays nothing")
        if found != head.payments:
            raise Refused("AM18", head.message_id)
        if total != head.fen:
            raise Refused("AM10", head.message_id)
        self.books.execute("UPDATE message SET payments = ?, fen = ? WHERE message_id = ?",
                           (found, total, head.message_id))
        return head.message_id

    def _begin(self, head: Head, day: datetime.date) -> None:
        known = self.books.execute("SELECT 1 FROM message WHERE message_id = ?", (head.message_id,)).fetchone()
        if known:
            raise Refused("DU01", head.message_id)
        if not self.books.execute("SELECT 1 FROM account WHERE number = ?", (head.account,)).fetchone():
            raise Refused("AC02", head.message_id)
        self._is_open(head.account, day)
        self.books.execute("INSERT INTO message (message_id, account, received_on, payments, fen) VALUES (?, ?, ?, 0, 0)",
                           (head.message_id, head.account, day.isoformat()))

    def _note(self, head: Head, position: int, order: Order) -> None:
        """An order as it was sent: it waits, or is refused at once."""
        code = self._refusal(order)
        values = (head.message_id, position, order.order, order.name, order.account, order.line, order.fen, order.text,
                  head.pay_on.isoformat())
        insert = ("INSERT INTO payment (message_id, position, order_id, name, number, line, fen, text, pay_on, state, code)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        try:
            self.books.execute(insert, (*values, "REFUSED" if code else "WAITING", code or ""))
        except sqlite3.IntegrityError:
            self.books.execute(insert, (*values, "REFUSED", "DU04"))

    def _refusal(self, order: Order) -> str | None:
        if order.currency != "CNY":
            return "AM03"
        if len(order.line) != 12 or not order.line.isdigit():
            return "RC01"
        return rules.refusal(self.seed, order.account, order.name, self._holder(order.account))

    def _pay(self, day: datetime.date, message_id: str) -> None:
        """Pays what waits of a message and is due, in its order, while there is money."""
        account = self.books.execute("SELECT account FROM message WHERE message_id = ?", (message_id,)).fetchone()[0]
        due = self.books.execute(
            "SELECT * FROM payment WHERE message_id = ? AND state = 'WAITING' AND pay_on <= ? ORDER BY position",
            (message_id, day.isoformat())).fetchall()
        for row in due:
            key = (row["message_id"], row["position"])
            balance = self.books.execute("SELECT balance FROM account WHERE number = ?", (account,)).fetchone()[0]
            if balance < row["fen"]:
                self.books.execute("UPDATE payment SET state = 'REFUSED', code = 'AM04'"
                                   " WHERE message_id = ? AND position = ?", key)
                continue
            reference = self._book(account, day, -row["fen"], PAYMENT, row["order_id"], row["name"], row["number"],
                                   row["text"])
            comes_back = rules.returned(self.seed, row["number"], self._holder(row["number"]))
            return_on = day + datetime.timedelta(days=rules.RETURN_AFTER)
            self.books.execute(
                "UPDATE payment SET state = 'PAID', reference = ?, paid_on = ?, return_on = ?"
                " WHERE message_id = ? AND position = ?",
                (reference, day.isoformat(), return_on.isoformat() if comes_back else None, *key))

    def _send_back(self, day: datetime.date) -> None:
        due = self.books.execute(
            "SELECT p.*, m.account FROM payment p JOIN message m USING (message_id)"
            " WHERE p.state = 'PAID' AND p.return_on <= ? ORDER BY p.message_id, p.position", (day.isoformat(),)).fetchall()
        for row in due:
            code = rules.returned(self.seed, row["number"], self._holder(row["number"])) or "AC01"
            self._book(row["account"], day, row["fen"], RETURN, row["order_id"], row["name"], row["number"], row["text"],
                       code)
            self.books.execute("UPDATE payment SET state = 'RETURNED', code = ? WHERE message_id = ? AND position = ?",
                               (code, row["message_id"], row["position"]))

    def _holder(self, number: str) -> rules.Holder | None:
        row = self.books.execute("SELECT name, state FROM holder WHERE number = ?", (number,)).fetchone()
        return rules.Holder(row["name"], row["state"]) if row else None

    def _is_open(self, number: str, day: datetime.date) -> None:
        row = self.books.execute("SELECT closed_on FROM account WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise SystemExit(f"there is no account {number}")
        if row["closed_on"] >= day.isoformat():
            raise SystemExit(f"{day} is closed: the last statement of {number} was of {row['closed_on']}")

    def _book(self, account: str, day: datetime.date, fen: int, kind: str, order_id: str = "", name: str = "",
              number: str = "", text: str = "", code: str = "") -> str:
        """One entry of an account; its reference, which ascends."""
        self.last += 1
        reference = f"{day:%Y%m%d}{self.last:010}"
        self.books.execute("UPDATE account SET balance = balance + ? WHERE number = ?", (fen, account))
        self.books.execute(
            "INSERT INTO entry (reference, account, day, fen, kind, order_id, name, number, text, code)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (reference, account, day.isoformat(), fen, kind, order_id, name, number, text, code))
        return reference
