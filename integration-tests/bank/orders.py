"""What a customer sends: pain.001, or the list that banks without ISO 20022 take."""

import csv
import dataclasses
import datetime
import decimal
import pathlib
from collections.abc import Iterator

import schema
from schema import Invalid

MESSAGE = "pain.001.001.09"
TITLES = ["序号", "支付指令编号", "收款人户名", "收款账号", "收款行支付系统行号", "金额（元）", "附言", "付款账号", "付款日期",
          "批次编号"]
TOTAL = "合计"


@dataclasses.dataclass
class Head:
    """What a file says of itself."""

    message_id: str
    account: str
    pay_on: datetime.date
    payments: int
    fen: int


@dataclasses.dataclass(frozen=True)
class Order:
    """One payment that is asked for."""

    order: str
    name: str
    account: str
    line: str
    fen: int
    currency: str
    text: str


def fen(yuan: str) -> int:
    """Yuan as a file writes them, in fen."""
    try:
        amount = decimal.Decimal(yuan) * 100
    except decimal.InvalidOperation as error:
        raise Invalid(f"{yuan} is no amount") from error
    if amount != int(amount):
        raise Invalid(f"{yuan} has less than a fen")
    return int(amount)


def count(text: str) -> int:
    """A count as a list writes it."""
    if not text.isascii() or not text.isdigit():
        raise Invalid(f"{text} is no count")
    return int(text)


def date(text: str) -> datetime.date:
    """A day as a list writes it."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{text} is no day") from error


def read(path: pathlib.Path) -> Iterator[Head | Order]:
    """The head of a file and then its orders; a list says its count and sum behind them, in the head it gave out."""
    with path.open("rb") as file:
        is_message = file.read(64).lstrip(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    return read_message(path) if is_message else read_list(path)


def read_message(path: pathlib.Path) -> Iterator[Head | Order]:
    names = ["GrpHdr", "PmtInfId", "ReqdExctnDt", "DbtrAcct", "CdtTrfTxInf"]
    head, seen = Head("", "", datetime.date.min, 0, 0), set()
    for element in schema.elements(path, MESSAGE, names):
        name = schema.etree.QName(element).localname
        if name == "GrpHdr":
            head.message_id = schema.text(element, "MsgId")
            head.payments = int(schema.text(element, "NbOfTxs"))
            head.fen = fen(schema.text(element, "CtrlSum") or "0")
        elif name == "ReqdExctnDt":
            head.pay_on = datetime.date.fromisoformat(schema.text(element, "Dt"))
        elif name == "DbtrAcct":
            head.account = schema.text(element, "Id/Othr/Id")
            yield head
        elif name == "PmtInfId":
            if seen:
                raise Invalid("this bank pays one batch a file")
            seen.add(element.text)
        else:
            amount = element.find("{*}Amt/{*}InstdAmt")
            yield Order(
                order=schema.text(element, "PmtId/EndToEndId"),
                name=schema.text(element, "Cdtr/Nm"),
                account=schema.text(element, "CdtrAcct/Id/Othr/Id"),
                line=schema.text(element, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"),
                fen=0 if amount is None else fen(amount.text),
                currency="" if amount is None else amount.get("Ccy"),
                text=schema.text(element, "RmtInf/Ustrd"),
            )


def read_list(path: pathlib.Path) -> Iterator[Head | Order]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        if next(lines, None) != TITLES:
            raise Invalid("the columns are not those of a pay-out list")
        head = None
        for line in lines:
            if len(line) != len(TITLES):
                raise Invalid(f"{len(line)} cells instead of {len(TITLES)}")
            number, order, name, account, bank, yuan, text, debtor, day, batch = line
            if number == TOTAL:
                if head is None or next(lines, None) is not None:
                    raise Invalid("the total does not stand at the end")
                head.payments, head.fen = count(order), fen(yuan)
                return
            if head is None:
                head = Head(batch, debtor, date(day), 0, 0)
                yield head
            name, text = name.removeprefix("'"), text.removeprefix("'")
            yield Order(order, name, account, bank, fen(yuan), "CNY", text)
    raise Invalid("the list has no total, so it is not whole")
