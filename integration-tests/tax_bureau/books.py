"""The bureau's own books: what it was told to collect, what it collected, what is missing.

Kept apart from the platform's ledger on purpose: at the end the two must agree to the fen.
"""

import dataclasses
import datetime
import decimal
import json
import pathlib

FEN = decimal.Decimal("0.01")
ZERO = decimal.Decimal(0)
# 社会保险法 article 86: 0.05% a day from the day after the due date, the day of payment included.
LATE_FEE_DAILY_RATE = decimal.Decimal("0.0005")


def fen(amount: decimal.Decimal) -> decimal.Decimal:
    """Rounded half away from zero."""
    return amount.quantize(FEN, rounding=decimal.ROUND_HALF_UP)


@dataclasses.dataclass
class Account:
    """One employer and one month."""

    employer_id: str
    credit_code: str
    due: decimal.Decimal
    due_on: datetime.date
    # What was collected for what was due, for late fee, and beyond both.
    principal: decimal.Decimal = ZERO
    late_fee: decimal.Decimal = ZERO
    excess: decimal.Decimal = ZERO
    # How the bureau expects the employer to behave; decided by the seed when the month arrives.
    habit: str = "full"

    @property
    def unpaid(self) -> decimal.Decimal:
        return self.due - self.principal

    def late_fee_on(self, day: datetime.date) -> decimal.Decimal:
        """Late fee on what is unpaid, were it paid on `day`."""
        days = max((day - self.due_on).days, 0)
        return fen(self.unpaid * LATE_FEE_DAILY_RATE * days)

    def collect(self, amount: decimal.Decimal, day: datetime.date) -> None:
        """Books a payment: the contribution first, then its late fee; the rest is excess."""
        late_fee = self.late_fee_on(day) if amount > self.unpaid else ZERO
        principal = min(amount, self.unpaid)
        fee = min(amount - principal, late_fee)
        self.principal += principal
        self.late_fee += fee
        self.excess += amount - principal - fee


@dataclasses.dataclass
class Books:
    """All accounts of a month, in the order of the employers, and what was sent."""

    month: tuple[int, int]
    accounts: dict[str, Account]
    sent: list[str] = dataclasses.field(default_factory=list)

    def totals(self) -> dict[str, str]:
        """The sums that the platform must show as well."""
        accounts = self.accounts.values()
        sums = {
            "due": sum((account.due for account in accounts), ZERO),
            "principal": sum((account.principal for account in accounts), ZERO),
            "unpaid": sum((account.unpaid for account in accounts), ZERO),
            "late_fee": sum((account.late_fee for account in accounts), ZERO),
            "excess": sum((account.excess for account in accounts), ZERO),
        }
        return {name: f"{amount:.2f}" for name, amount in sums.items()} | {
            "employers": str(len(self.accounts)),
            "owing": str(sum(account.unpaid > 0 for account in accounts)),
        }

    def save(self, path: pathlib.Path) -> None:
        write_whole(path, dataclasses.asdict(self))

    @classmethod
    def load(cls, path: pathlib.Path) -> "Books":
        content = json.loads(path.read_text())
        accounts = {key: _account(fields) for key, fields in content["accounts"].items()}
        year, month = content["month"]
        return cls((year, month), accounts, content["sent"])


def write_whole(path: pathlib.Path, content: dict) -> None:
    """Writes a file that is whole or not there, whenever this program ends."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content, default=str, ensure_ascii=False))
    part.replace(path)


def _account(fields: dict) -> Account:
    money = {name: decimal.Decimal(fields[name]) for name in ("due", "principal", "late_fee", "excess")}
    return Account(**{**fields, **money, "due_on": datetime.date.fromisoformat(fields["due_on"])})
