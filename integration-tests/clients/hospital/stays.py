"""What a hospital knows of its patients: stays and visits, with their lines as the doctors ordered them."""

import dataclasses
import datetime
import decimal
import itertools
import json
from collections.abc import Iterator

FEN = decimal.Decimal("0.01")


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of a bill; it keeps its number, and what was wrong is voided and ordered anew."""

    number: int
    kind: str
    code: str
    name: str
    day: datetime.date
    quantity: decimal.Decimal
    unit_price: decimal.Decimal
    doctor: str = ""
    diagnosis: str = ""
    voided: bool = False

    @property
    def amount(self) -> decimal.Decimal:
        """Quantity times price, to the fen, rounded half away from zero."""
        return (self.quantity * self.unit_price).quantize(FEN, decimal.ROUND_HALF_UP)


@dataclasses.dataclass(frozen=True)
class Record:
    """A record of the course of a treatment; what was sent stays as it is."""

    number: int
    kind: str
    day: datetime.date
    doctor: str
    text: str


@dataclasses.dataclass(frozen=True)
class Stay:
    """One visit or stay under the hospital's own number."""

    visit: str
    kind: str
    card: str
    name: str
    admitted_on: datetime.date
    diagnoses: tuple[str, ...]
    lines: tuple[Line, ...]
    # Of the course of a stay, as they were written.
    records: tuple[Record, ...] = ()
    # None while the patient is there.
    discharged_on: datetime.date | None = None
    recognition_number: str = ""
    emergency: bool = False
    # Yuan that somebody else has paid already, and what the agreement sets for such a case at most.
    compensated: decimal.Decimal | None = None
    case_rate: decimal.Decimal | None = None

    @property
    def counted(self) -> list[Line]:
        """The lines that count."""
        return [line for line in self.lines if not line.voided]

    @property
    def total(self) -> decimal.Decimal:
        """Yuan of the lines that count."""
        return sum((line.amount for line in self.counted), decimal.Decimal(0))

    @property
    def is_visit(self) -> bool:
        """It is over within a day, and nothing of it is sent before."""
        return self.kind in ("OUTPATIENT", "EMERGENCY") and self.admitted_on == self.discharged_on

    def by_day(self) -> Iterator[tuple[datetime.date, list[Line]]]:
        """The lines that count as they arose: day by day, by their numbers."""
        ordered = sorted(self.counted, key=lambda line: (line.day, line.number))
        for day, lines in itertools.groupby(ordered, key=lambda line: line.day):
            yield day, list(lines)


def read(text: str) -> list[Stay]:
    """Reads a JSON list of stays; what cannot be read is named."""
    stays = []
    for fields in json.loads(text, parse_float=decimal.Decimal):
        try:
            stays.append(_stay(fields))
        except (ArithmeticError, KeyError, TypeError, ValueError) as error:
            raise SystemExit(f"{fields.get('visit', fields)}：不能读取，{error!r}") from error
    return stays


def _stay(fields: dict) -> Stay:
    days = {name: _day(fields[name]) for name in ("admitted_on", "discharged_on") if fields.get(name)}
    sums = {name: decimal.Decimal(fields[name]) for name in ("compensated", "case_rate") if fields.get(name)}
    lines = tuple(_line(line) for line in fields["lines"])
    if len({line.number for line in lines}) < len(lines):
        raise ValueError("a number of a line stands there twice")
    records = tuple(Record(**{**record, "day": _day(record["day"])}) for record in fields.get("records", ()))
    if len({record.number for record in records}) < len(records):
        raise ValueError("a number of a record stands there twice")
    return Stay(**{**fields, **days, **sums, "lines": lines, "records": records, "diagnoses": tuple(fields["diagnoses"])})


def _line(fields: dict) -> Line:
    exact = {name: decimal.Decimal(fields[name]) for name in ("quantity", "unit_price")}
    return Line(**{**fields, **exact, "day": _day(fields["day"])})


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
