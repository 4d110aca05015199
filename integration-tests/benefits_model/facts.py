"""What a request states. A field that is not known here is an error: a fact overlooked would prove nothing."""

import dataclasses
import datetime
from fractions import Fraction

from benefits_model.days import Month
from benefits_model.money import yuan

KINDS = ("ESTIMATE_KIND_DISABILITY", "ESTIMATE_KIND_DEATH")
DEATH_CASES = ("DEATH_CASE_AT_WORK", "DEATH_CASE_IN_STOPPAGE_PERIOD", "DEATH_CASE_AFTER_STOPPAGE_PERIOD",
               "DEATH_CASE_MISSING")


class Refused(Exception):
    """The law, or what is stated, gives no answer; the sentence says why."""


@dataclasses.dataclass(frozen=True)
class Survivor:
    """A relative who depended on the deceased."""

    relation: str
    lone_or_orphan: bool = False
    unable_to_work: bool = False
    birth_date: datetime.date | None = None
    sex: str | None = None


@dataclasses.dataclass(frozen=True)
class Facts:
    """A case as it is stated. Neither the day of birth nor an occupational disease changes a sum of the law's own;
    areas may raise the medical subsidy of a disease, and that they lower subsidies near retirement is not in force here."""

    kind: str
    pooling_area: str = ""
    injury_date: datetime.date | None = None
    recognition_date: datetime.date | None = None
    appraisal_date: datetime.date | None = None
    death_date: datetime.date | None = None
    labour_relation_end_date: datetime.date | None = None
    birth_date: datetime.date | None = None
    own_wage: Fraction | None = None
    bases: dict[Month, Fraction] = dataclasses.field(default_factory=dict)
    # Of who had retired when an occupational disease was found.
    pensions: dict[Month, Fraction] = dataclasses.field(default_factory=dict)
    disability_grade: int | None = None
    nursing_grade: str | None = None
    occupational_disease: bool = False
    death_case: str | None = None
    survivors: tuple[Survivor, ...] = ()
    parameters: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def found_after_end(self) -> bool:
        """An occupational disease that was found after the labour relation had ended."""
        ended_on = self.labour_relation_end_date
        return None not in (ended_on, self.injury_date) and ended_on < self.injury_date

    def stated(self, field: str):
        """A fact without which there is no answer."""
        value = getattr(self, field)
        if value is None:
            raise Refused(f"{field} is not stated")
        return value

    def parameter(self, name: str) -> str:
        """A parameter of the area without which there is no answer."""
        if name not in self.parameters:
            raise Refused(f"the parameter {name} is not stated")
        return self.parameters[name]

    @property
    def area_wage(self) -> Fraction:
        """The average monthly wage of the pooling area, of the year before."""
        return yuan(self.parameter("area_average_monthly_wage"))

    @property
    def rounding(self) -> str:
        return self.parameters.get("benefit_rounding", "fen")


def read(request: dict) -> Facts:
    """Reads the body of a request as JSON has it."""
    facts = Facts(**{_snake(name): _value(name, value) for name, value in request.items() if _given(value)})
    if facts.kind not in KINDS or facts.death_case not in (None, *DEATH_CASES):
        raise ValueError(f"{facts.kind}, {facts.death_case}: not known")
    if facts.disability_grade not in (None, *range(1, 11)):
        raise ValueError(f"disabilityGrade {facts.disability_grade}: not known")
    return facts


def _given(value) -> bool:
    """Protobuf writes what is absent as nothing, zero or an unspecified value."""
    unspecified = isinstance(value, str) and value.endswith("_UNSPECIFIED")
    return not unspecified and value not in (None, 0, "")


def _value(name: str, value):
    if name.endswith("Date"):
        return datetime.date(value["year"], value["month"], value["day"])
    if name == "ownWage":
        return yuan(value["yuan"])
    if name in ("bases", "pensions"):
        yuan_of = {"bases": "base", "pensions": "pension"}[name]
        return _once([((one["month"]["year"], one["month"]["month"]), yuan(one[yuan_of]["yuan"])) for one in value])
    if name == "parameters":
        return _once([(parameter["name"], parameter["value"]) for parameter in value])
    if name == "survivors":
        return tuple(Survivor(**{_snake(key): _value(key, fact) for key, fact in survivor.items() if _given(fact)})
                     for survivor in value)
    return value


def _once(pairs: list[tuple]) -> dict:
    """What may stand there once: which of two would count, nobody could know."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError(f"stated twice: {[key for key, _ in pairs]}")
    return dict(pairs)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
