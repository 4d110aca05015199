"""What moved on an account in a day: camt.053, and the same as a list."""

import csv
import datetime
import pathlib
import sqlite3

from lxml import etree

import rules
import schema
from answers import leaf, yuan

MESSAGE = "camt.053.001.08"
TITLES = ["账号", "对账单编号", "对账单序号", "记账日期", "借贷方向", "发生额（元）", "余额（元）", "银行流水号", "支付指令编号",
          "业务种类", "对方户名", "对方账号", "摘要"]
KINDS = {"PMNT/ICDT/DMCT": "付款", "PMNT/RCDT/RRTN": "退票", "PMNT/RCDT/DMCT": "收款", "ACMT/MCOP/INTR": "利息"}


def state(books: sqlite3.Connection, number: str, day: datetime.date, folder: pathlib.Path) -> dict:
    """States a day of an account, which is closed then. The opening balance is the closing one of the day before."""
    with books:
        account = books.execute("SELECT * FROM account WHERE number = ?", (number,)).fetchone()
        of_day = "FROM entry WHERE account = ? AND day > ? AND day <= ?"
        which = (number, account["closed_on"], day.isoformat())
        count, moved = books.execute(f"SELECT count(*), coalesce(sum(fen), 0) {of_day}", which).fetchone()
        opening, closing = account["stated"], account["stated"] + moved
        if closing != account["balance"]:
            raise SystemExit(f"{number}: the entries come to {yuan(closing)}, the balance is {yuan(account['balance'])}")
        head = {"id": f"{number[-12:]}-{day:%Y%m%d}", "number": number, "line": account["line"], "day": day.isoformat(),
                "sequence": account["sequence"] + 1, "opening": opening, "closing": closing, "entries": count}
        entries = books.execute(f"SELECT * {of_day} ORDER BY reference", which).fetchall()
        name = folder / f"{number}-{day}"
        write_message(head, entries, name.with_suffix(".xml"))
        write_list(head, entries, name.with_suffix(".csv"))
        books.execute("UPDATE account SET stated = ?, sequence = ?, closed_on = ? WHERE number = ?",
                      (closing, head["sequence"], day.isoformat(), number))
    return {"file": str(name.with_suffix(".xml")), "sequence": head["sequence"], "opening": yuan(opening),
            "closing": yuan(closing), "entries": count}


def write_message(head: dict, entries: list[sqlite3.Row], path: pathlib.Path) -> None:
    with etree.xmlfile(str(path), encoding="UTF-8") as file:
        file.write_declaration()
        with file.element("Document", nsmap={None: schema.NAMESPACE + MESSAGE}), file.element("BkToCstmrStmt"):
            with file.element("GrpHdr"):
                leaf(file, "MsgId", head["id"])
                leaf(file, "CreDtTm", f"{head['day']}T23:00:00+08:00")
            with file.element("Stmt"):
                leaf(file, "Id", head["id"])
                leaf(file, "ElctrncSeqNb", str(head["sequence"]))
                leaf(file, "CreDtTm", f"{head['day']}T23:00:00+08:00")
                account(file, "Acct", head["number"], "CNY")
                balance(file, "OPBD", head["opening"], head["day"])
                balance(file, "CLBD", head["closing"], head["day"])
                with file.element("TxsSummry"), file.element("TtlNtries"):
                    leaf(file, "NbOfNtries", str(head["entries"]))
                for row in entries:
                    entry(file, row)


def entry(file, row: sqlite3.Row) -> None:
    side = "CRDT" if row["fen"] > 0 else "DBIT"
    with file.element("Ntry"):
        amount(file, row["fen"])
        leaf(file, "CdtDbtInd", side)
        with file.element("Sts"):
            leaf(file, "Cd", "BOOK")
        with file.element("BookgDt"):
            leaf(file, "Dt", row["day"])
        leaf(file, "AcctSvcrRef", row["reference"])
        kind(file, row["kind"])
        with file.element("NtryDtls"), file.element("TxDtls"):
            with file.element("Refs"):
                leaf(file, "AcctSvcrRef", row["reference"])
                leaf(file, "EndToEndId", row["order_id"] or "NOTPROVIDED")
            amount(file, row["fen"])
            leaf(file, "CdtDbtInd", side)
            if row["name"]:
                other = "Dbtr" if row["kind"] == "PMNT/RCDT/DMCT" else "Cdtr"
                with file.element("RltdPties"):
                    with file.element(other), file.element("Pty"):
                        leaf(file, "Nm", row["name"])
                    if row["number"]:
                        account(file, f"{other}Acct", row["number"])
            if row["text"]:
                with file.element("RmtInf"):
                    leaf(file, "Ustrd", row["text"])
            if row["code"]:
                with file.element("RtrInf"):
                    with file.element("Rsn"):
                        leaf(file, "Cd", row["code"])
                    leaf(file, "AddtlInf", rules.TEXTS[row["code"]])


def kind(file, code: str) -> None:
    domain, family, sub_family = code.split("/")
    with file.element("BkTxCd"), file.element("Domn"):
        leaf(file, "Cd", domain)
        with file.element("Fmly"):
            leaf(file, "Cd", family)
            leaf(file, "SubFmlyCd", sub_family)


def account(file, name: str, number: str, currency: str = "") -> None:
    with file.element(name):
        with file.element("Id"), file.element("Othr"):
            leaf(file, "Id", number)
        if currency:
            leaf(file, "Ccy", currency)


def balance(file, code: str, fen: int, day: str) -> None:
    with file.element("Bal"):
        with file.element("Tp"), file.element("CdOrPrtry"):
            leaf(file, "Cd", code)
        amount(file, fen)
        leaf(file, "CdtDbtInd", "CRDT" if fen >= 0 else "DBIT")
        with file.element("Dt"):
            leaf(file, "Dt", day)


def amount(file, fen: int) -> None:
    with file.element("Amt", Ccy="CNY"):
        file.write(yuan(abs(fen)))


def write_list(head: dict, entries: list[sqlite3.Row], path: pathlib.Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(TITLES)
        now = head["opening"]
        for row in entries:
            now += row["fen"]
            lines.writerow([
                head["number"], head["id"], head["sequence"], row["day"], "贷" if row["fen"] > 0 else "借",
                yuan(abs(row["fen"])), yuan(now), row["reference"], row["order_id"], KINDS[row["kind"]], row["name"],
                row["number"], row["text"]])
