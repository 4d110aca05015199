"""The tax bureau of one pooling area: downloads a month, sends paid lists, and says what came of it.

Prints one JSON object: the sums of its own books, or what became of a list; everything else goes to
standard error.
"""

import argparse
import datetime
import json
import pathlib
import sys
import uuid

import lists
from books import Books, write_whole
from bureau import Platform, compare


def main() -> None:
    options = arguments()
    token = options.token_file.read_text().strip()
    platform = Platform(options.server, options.ca, token, options.area)
    options.books.parent.mkdir(parents=True, exist_ok=True)
    if options.task == "month":
        # The same month downloaded again is the same, and what was collected stays.
        if not options.books.exists():
            books = platform.month(*options.month)
            lists.give_habits(books, options.seed)
            books.save(options.books)
        print(json.dumps(Books.load(options.books).totals()))
        return
    books = Books.load(options.books)
    name = f"{options.area}/{options.seed}/{books.month[0]}-{books.month[1]:02}/{options.list}"
    # A list is made once and kept: sent again it is the same, whatever was collected since.
    kept = options.books.with_suffix(f".list-{options.list}.json")
    if not kept.exists():
        made = {"before": books.totals(), "rows": [vars(row) for row in make(options, books)]}
        write_whole(kept, made)
    before, rows = opened(kept)
    batch_id = uuid.uuid5(uuid.NAMESPACE_OID, name)
    batch, resumed = platform.send(batch_id, name, rows, options.break_once)
    counts, surprises = compare(rows, list(platform.findings(batch_id)))
    lists.book(books, name, rows)
    books.save(options.books)
    for surprise in surprises[:20]:
        print(surprise, file=sys.stderr)
    print(json.dumps({
        "batch_id": str(batch_id),
        "resumed": resumed,
        "before": before,
        "rows": batch.received_rows,
        "sum": batch.received_sum.yuan,
        "accepted_rows": batch.accepted_rows,
        "accepted_sum": batch.accepted_sum.yuan,
        "refused_rows": batch.refused_rows,
        "refused_sum": batch.refused_sum.yuan,
        "findings": counts,
        "surprises": len(surprises),
    }))


def make(options: argparse.Namespace, books: Books) -> list[lists.Payment]:
    day = options.paid_on
    if options.list == 1:
        return lists.first_list(books, options.seed, options.paid_from, day)
    if options.list == 2:
        _, first = opened(options.books.with_suffix(".list-1.json"))
        return lists.second_list(books, options.seed, first, day)
    habits = ("short", "dunned") if options.list == 3 else ("arrears",)
    return lists.late_list(books, habits, options.list, day)


def opened(kept: pathlib.Path) -> tuple[dict, list[lists.Payment]]:
    """The sums of the books when a list was made, and its rows."""
    content = json.loads(kept.read_text())
    return content["before"], [restored(row) for row in content["rows"]]


def restored(fields: dict) -> lists.Payment:
    days = {name: fields[name] and datetime.date.fromisoformat(fields[name]) for name in ("paid_on", "arrived_on")}
    return lists.Payment(**{**fields, **days, "month": tuple(fields["month"])})


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tax_bureau", description=__doc__)
    parser.add_argument("--server", required=True, help="host:port of collection")
    parser.add_argument("--ca", required=True, type=pathlib.Path, help="the CA that the platform's certificate is signed by")
    parser.add_argument("--token-file", required=True, type=pathlib.Path)
    parser.add_argument("--area", required=True, help="pooling area, GB/T 2260")
    parser.add_argument("--seed", required=True, type=int)
    parser.add_argument("--books", required=True, type=pathlib.Path, help="file of the bureau's own books")
    tasks = parser.add_subparsers(dest="task", required=True)
    month = tasks.add_parser("month", help="downloads what is due for a month")
    month.add_argument("month", type=lambda text: tuple(int(part) for part in text.split("-")))
    send = tasks.add_parser("send", help="sends a paid list")
    send.add_argument("--list", required=True, type=int, choices=(1, 2, 3, 4),
                      help="1 in time, 2 corrections, 3 after dunning, 4 arrears")
    send.add_argument("--paid-on", required=True, type=datetime.date.fromisoformat, help="the last day of payment")
    send.add_argument("--paid-from", type=datetime.date.fromisoformat, help="the first, in the first list")
    send.add_argument("--break-once", action="store_true", help="breaks the stream half-way, once")
    return parser.parse_args()


if __name__ == "__main__":
    main()
