"""A bank at which the agency has its accounts: takes files, pays, sends back, and states its days.

Prints one JSON object a call; everything else goes to standard error. Days are told, never looked up.
"""

import argparse
import csv
import datetime
import json
import pathlib

import answers
import schema
import statements
from bank import CREDIT, INTEREST, Bank, Refused
from books import opened
from orders import fen


def main() -> None:
    options = arguments()
    options.books.parent.mkdir(parents=True, exist_ok=True)
    bank = Bank(opened(options.books), options.seed)
    print(json.dumps(TASKS[options.task](bank, options), ensure_ascii=False))


def open_account(bank: Bank, options: argparse.Namespace) -> dict:
    bank.open(options.account, options.name, options.line, fen(options.balance))
    return {"account": options.account}


def tell(bank: Bank, options: argparse.Namespace) -> dict:
    with options.file.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["number"], row["name"], row["state"]) for row in csv.DictReader(file)]
    bank.tell(rows)
    return {"holders": len(rows)}


def credit(bank: Bank, options: argparse.Namespace) -> dict:
    kind = INTEREST if options.interest else CREDIT
    reference = bank.credit(options.account, fen(options.yuan), options.on, options.payer, options.text, kind)
    return {"reference": reference}


def receive(bank: Bank, options: argparse.Namespace) -> dict:
    try:
        message_id = bank.receive(options.file, options.on)
    except Refused as refused:
        answers.refuse(refused, options.on, options.answer)
        return {"message_id": refused.message_id, "refused": refused.code, "why": str(refused)}
    return {"message_id": message_id, "payments": answers.answer(bank.books, message_id, options.on, options.answer)}


def close(bank: Bank, options: argparse.Namespace) -> dict:
    options.folder.mkdir(parents=True, exist_ok=True)
    decided = bank.close(options.on)
    reports = [str(options.folder / f"{message_id}-{options.on}{options.reports}") for message_id in decided]
    for message_id, report in zip(decided, reports, strict=True):
        answers.answer(bank.books, message_id, options.on, pathlib.Path(report))
    numbers = [row["number"] for row in bank.books.execute("SELECT number FROM account ORDER BY number").fetchall()]
    stated = {number: statements.state(bank.books, number, options.on, options.folder) for number in numbers}
    return {"reports": reports, "statements": stated}


def check(_bank: Bank, options: argparse.Namespace) -> dict:
    try:
        schema.check(options.file, options.message)
    except schema.Invalid as invalid:
        return {"valid": False, "why": str(invalid)}
    return {"valid": True}


TASKS = {"check": check, "open": open_account, "tell": tell, "credit": credit, "receive": receive, "close": close}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bank", description=__doc__)
    parser.add_argument("--books", required=True, type=pathlib.Path, help="file of the bank's own books")
    parser.add_argument("--seed", type=int, help="how accounts behave of which nobody told; without it they take all")
    tasks = parser.add_subparsers(dest="task", required=True)
    day = {"required": True, "type": datetime.date.fromisoformat}

    task = tasks.add_parser("check", help="whether a file is a message, such as pain.001.001.09")
    task.add_argument("message")
    task.add_argument("file", type=pathlib.Path)

    task = tasks.add_parser("open", help="opens an account of a customer")
    task.add_argument("--account", required=True)
    task.add_argument("--name", required=True)
    task.add_argument("--line", required=True, help="line number of this bank, twelve digits")
    task.add_argument("--balance", default="0", help="yuan that are on it")

    task = tasks.add_parser("tell", help="tells of accounts at other banks: number,name,state as CSV")
    task.add_argument("file", type=pathlib.Path)

    task = tasks.add_parser("credit", help="money comes in")
    task.add_argument("--account", required=True)
    task.add_argument("--yuan", required=True)
    task.add_argument("--payer", default="")
    task.add_argument("--text", default="")
    task.add_argument("--interest", action="store_true")
    task.add_argument("--on", **day)

    task = tasks.add_parser("receive", help="takes a file (pain.001 or a list) and answers it")
    task.add_argument("file", type=pathlib.Path)
    task.add_argument("--on", **day)
    task.add_argument("--answer", required=True, type=pathlib.Path, help="pain.002, or a list where it ends in .csv")

    task = tasks.add_parser("close", help="ends a day: what waited is paid, what does not stay goes back, all is stated")
    task.add_argument("--on", **day)
    task.add_argument("--folder", required=True, type=pathlib.Path)
    task.add_argument("--reports", choices=(".xml", ".csv"), default=".xml", help="the form of what was decided")
    return parser.parse_args()


if __name__ == "__main__":
    main()
