"""What the bank says of a file: pain.002, or a list of results."""

import csv
import datetime
import pathlib
import sqlite3

from lxml import etree

import rules
import schema
from bank import Refused

MESSAGE = "pain.002.001.10"
TITLES = ["支付指令编号", "处理结果", "金额（元）", "处理日期", "原因代码", "原因说明", "银行流水号"]
STATES = {"WAITING": ("ACSP", "处理中"), "PAID": ("ACSC", "支付成功"), "RETURNED": ("ACSC", "支付成功"),
          "REFUSED": ("RJCT", "支付失败")}


def yuan(fen: int) -> str:
    """Fen as files write them."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02}"


def answer(books: sqlite3.Connection, message_id: str, day: datetime.date, path: pathlib.Path) -> dict[str, int]:
    """Writes what came of a file as far as it is known; how many orders are in which state."""
    message = books.execute("SELECT * FROM message WHERE message_id = ?", (message_id,)).fetchone()
    with books:
        books.execute("UPDATE message SET reports = reports + 1 WHERE message_id = ?", (message_id,))
    counted = books.execute("SELECT state, count(*) FROM payment WHERE message_id = ? GROUP BY state", (message_id,))
    counts = {state: count for state, count in counted.fetchall()}
    rows = books.execute("SELECT * FROM payment WHERE message_id = ? ORDER BY position", (message_id,))
    if path.suffix == ".csv":
        write_list(rows, day, path)
    else:
        codes = {STATES[state][0] for state in counts}
        status = codes.pop() if len(codes) == 1 else "PART"
        report = f"R{day:%Y%m%d}-{message['reports'] + 1}-{message_id[:20]}"
        write_message(report, message_id, day, status, message, rows, path)
    return counts


def refuse(refused: Refused, day: datetime.date, path: pathlib.Path) -> None:
    """Writes that a file was refused as a whole. No list says so: who sends lists is told by telephone."""
    if path.suffix == ".csv":
        write_list([], day, path)
        return
    original = refused.message_id or "NOTPROVIDED"
    report = f"X{day:%Y%m%d}-{refused.code}-{original[:20]}"
    write_message(report, original, day, "RJCT", refused, [], path)


def write_message(report, original, day, status, of, rows, path) -> None:
    with etree.xmlfile(str(path), encoding="UTF-8") as file:
        file.write_declaration()
        with file.element("Document", nsmap={None: schema.NAMESPACE + MESSAGE}), file.element("CstmrPmtStsRpt"):
            with file.element("GrpHdr"):
                leaf(file, "MsgId", report)
                leaf(file, "CreDtTm", f"{day}T17:00:00+08:00")
            with file.element("OrgnlGrpInfAndSts"):
                leaf(file, "OrgnlMsgId", original)
                leaf(file, "OrgnlMsgNmId", "pain.001.001.09")
                if isinstance(of, Refused):
                    leaf(file, "GrpSts", status)
                    reason(file, of.code, str(of))
                else:
                    leaf(file, "OrgnlNbOfTxs", str(of["payments"]))
                    leaf(file, "OrgnlCtrlSum", yuan(of["fen"]))
                    leaf(file, "GrpSts", status)
            if isinstance(of, Refused):
                return
            with file.element("OrgnlPmtInfAndSts"):
                leaf(file, "OrgnlPmtInfId", original)
                for row in rows:
                    status_of(file, row)


def status_of(file, row: sqlite3.Row) -> None:
    with file.element("TxInfAndSts"):
        leaf(file, "OrgnlInstrId", row["order_id"])
        leaf(file, "OrgnlEndToEndId", row["order_id"])
        leaf(file, "TxSts", STATES[row["state"]][0])
        if row["state"] == "REFUSED":
            reason(file, row["code"], rules.TEXTS[row["code"]])
        if row["reference"]:
            leaf(file, "AcctSvcrRef", row["reference"])


def reason(file, code: str, text: str) -> None:
    with file.element("StsRsnInf"):
        with file.element("Rsn"):
            leaf(file, "Cd", code)
        leaf(file, "AddtlInf", text[:105])


def leaf(file, name: str, text: str) -> None:
    """One element with nothing but text."""
    with file.element(name):
        file.write(text)


def write_list(rows, day: datetime.date, path: pathlib.Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(TITLES)
        for row in rows:
            refused = row["state"] == "REFUSED"
            lines.writerow([
                row["order_id"], STATES[row["state"]][1], yuan(row["fen"]), row["paid_on"] or day.isoformat(),
                row["code"] if refused else "", rules.TEXTS[row["code"]] if refused else "", row["reference"]])
