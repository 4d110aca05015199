"""Paid lists with every kind of trouble that a real one has, from a seed.

A list is made of payments; each says what the platform should find about it: nothing, a remark on a
payment that is entered, or the reason for which it is refused.
"""

import dataclasses
import datetime
import decimal
import random

from books import ZERO, Account, Books, fen

# Habits of employers in a hundred: how each behaves when the month is due.
HABITS = [
    ("full", 84),
    ("short", 4),
    ("over", 2),
    # Pays, and the bureau's clerk writes down the wrong month, and corrects it in the next list.
    ("wrong_period", 1),
    # Pays a second time, in another list.
    ("twice", 1),
    # Does not pay in time: when dunned, when in arrears, or not at all.
    ("dunned", 4),
    ("arrears", 2),
    ("never", 2),
]


@dataclasses.dataclass
class Payment:
    """A row of a paid list in the bureau's own words."""

    reference: str
    employer_id: str
    credit_code: str
    month: tuple[int, int]
    amount: str
    paid_on: datetime.date | None
    arrived_on: datetime.date | None
    channel: str = "PAYMENT_CHANNEL_TAX"
    # The reason that the platform should give, and whether the row is entered all the same.
    expected: str = ""
    entered: bool = True

    @property
    def sum(self) -> decimal.Decimal:
        """The amount for the totals; one that is none counts as nothing."""
        try:
            amount = decimal.Decimal(self.amount)
        except decimal.InvalidOperation:
            return ZERO
        return amount if amount == amount.quantize(decimal.Decimal("0.01")) else ZERO


def give_habits(books: Books, seed: int) -> None:
    """Decides how each employer behaves. With few employers, each habit still occurs."""
    names = [name for name, _ in HABITS]
    weights = [weight for _, weight in HABITS]
    dice = random.Random(f"{seed}/habits")
    first = [name for name in names if name != "full"]
    accounts = list(books.accounts.values())
    dice.shuffle(accounts)
    for position, account in enumerate(accounts):
        early = position < len(first) and len(accounts) >= 2 * len(first)
        account.habit = first[position] if early else dice.choices(names, weights)[0]


def first_list(books: Books, seed: int, paid_from: datetime.date, paid_to: datetime.date) -> list[Payment]:
    """What came in while the month was due."""
    dice = random.Random(f"{seed}/1")
    days = (paid_to - paid_from).days
    rows: list[Payment] = []
    for account in books.accounts.values():
        paid_on = paid_from + datetime.timedelta(days=dice.randint(0, days))
        share = decimal.Decimal(dice.randint(30, 90)) / 100
        if account.due <= 0 or account.habit in ("dunned", "arrears", "never"):
            continue
        amount, month, expected, entered = account.due, books.month, "", True
        if account.habit == "short":
            amount = max(fen(account.due * share), decimal.Decimal("0.01"))
            expected = "PAID_SHORT" if amount < account.due else ""
        elif account.habit == "over":
            amount, expected = account.due + decimal.Decimal(dice.randint(1, 500_000)) / 100, "PAID_OVER"
        elif account.habit == "wrong_period":
            month, expected, entered = _before(books.month), "MONTH_NOT_DUE", False
        row = _payment(account, _reference(books.month, 1, len(rows)), amount, paid_on, month)
        row.expected, row.entered = expected, entered
        rows.append(row)
    rows.extend(_troubles(books, dice, rows, paid_to))
    return rows


def second_list(books: Books, seed: int, first: list[Payment], day: datetime.date) -> list[Payment]:
    """Corrections of the first list, payments made twice, and rows that were sent before."""
    dice = random.Random(f"{seed}/2")
    rows: list[Payment] = []
    for account in books.accounts.values():
        if account.habit == "wrong_period" and account.due > 0:
            wrong = next(row for row in first if row.employer_id == account.employer_id)
            rows.append(_payment(account, _reference(books.month, 2, len(rows)), account.due, wrong.paid_on, books.month))
        elif account.habit == "twice" and account.due > 0:
            row = _payment(account, _reference(books.month, 2, len(rows)), account.due, day, books.month)
            row.expected = "PAID_IN_TWO_LISTS"
            rows.append(row)
    good = [row for row in first if not row.expected]
    for row in dice.sample(good, k=min(len(good), 1 + len(good) // 200)):
        rows.append(dataclasses.replace(row, expected="ENTERED_BEFORE", entered=False))
    return rows


def late_list(books: Books, habits: tuple[str, ...], number: int, day: datetime.date) -> list[Payment]:
    """Employers that pay late: what is unpaid with its late fee up to the day."""
    rows: list[Payment] = []
    for account in books.accounts.values():
        if account.habit in habits and account.unpaid > 0:
            amount = account.unpaid + account.late_fee_on(day)
            rows.append(_payment(account, _reference(books.month, number, len(rows)), amount, day, books.month))
    return rows


def book(books: Books, name: str, rows: list[Payment]) -> None:
    """Books what of a list is entered; a list that is sent again is not booked again."""
    if name in books.sent:
        return
    for row in rows:
        if row.entered and row.paid_on:
            books.accounts[row.employer_id].collect(decimal.Decimal(row.amount), row.paid_on)
    books.sent.append(name)


def _troubles(books: Books, dice: random.Random, rows: list[Payment], day: datetime.date) -> list[Payment]:
    """Rows that are refused, some of each kind."""
    good = [row for row in rows if not row.expected]
    troubles: list[Payment] = []
    if len(good) < 2:
        return troubles
    for _ in range(1 + len(rows) // 1000):
        row, other = dice.sample(good, k=2)
        copy = lambda **changes: dataclasses.replace(  # noqa: E731
            row, reference=_reference(books.month, 1, len(rows) + len(troubles)), entered=False, **changes
        )
        unknown = "91110000" + "".join(dice.choices("0123456789", k=9))
        unknown += _check_character(unknown)
        for trouble in (
            lambda: copy(employer_id="", credit_code=unknown, expected="PAYER_UNKNOWN"),
            lambda: copy(employer_id="", credit_code="", expected="PAYER_MISSING"),
            lambda: copy(credit_code=other.credit_code, expected="PAYER_CONTRADICTORY"),
            lambda: copy(channel="PAYMENT_CHANNEL_WIRE", expected="CHANNEL"),
            lambda: copy(arrived_on=row.paid_on - datetime.timedelta(days=1), expected="PAID_LATER"),
            lambda: copy(paid_on=day + datetime.timedelta(days=400),
                         arrived_on=day + datetime.timedelta(days=400), expected="PAID_LATER"),
            lambda: dataclasses.replace(row, expected="TWICE_IN_LIST", entered=False),
            # Malformed: what the contract itself refuses.
            lambda: copy(amount="0.00", expected="ROW_INVALID"),
            lambda: copy(amount="12.345", expected="ROW_INVALID"),
            lambda: copy(amount="一百元", expected="ROW_INVALID"),
            lambda: copy(paid_on=None, expected="ROW_INVALID"),
            lambda: copy(month=(books.month[0], 13), expected="ROW_INVALID"),
            lambda: copy(channel="PAYMENT_CHANNEL_UNSPECIFIED", expected="ROW_INVALID"),
            lambda: dataclasses.replace(copy(expected="ROW_INVALID"), reference=""),
        ):
            troubles.append(trouble())
    return troubles


def _payment(account: Account, reference: str, amount: decimal.Decimal, day: datetime.date,
             month: tuple[int, int]) -> Payment:
    arrived_on = day + datetime.timedelta(days=1)
    return Payment(reference, account.employer_id, account.credit_code, month, f"{amount:.2f}", day, arrived_on)


def _reference(month: tuple[int, int], number: int, position: int) -> str:
    year, of_year = month
    return f"TAX-{year}{of_year:02}-{number:02}-{position:08}"


def _before(month: tuple[int, int]) -> tuple[int, int]:
    year, number = month
    return (year, number - 1) if number > 1 else (year - 1, 12)


def _check_character(body: str) -> str:
    """The check character of GB 32100."""
    characters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(characters.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return characters[-total % 31]
