"""Random persons who were injured and appraised."""

import datetime
from fractions import Fraction

from benefits_model import law
from benefits_model.days import month_of
from benefits_model.decks import Decks
from benefits_model.facts import read
from benefits_model.families import as_json
from benefits_model.money import shown
from benefits_model.own_wage import own_wage
from benefits_model.wages import area_wage, wages

ROUNDINGS = ["fen", "fen", "up_to_jiao", "up_to_yuan"]
DAY = datetime.timedelta(days=1)
LAST = datetime.date(2025, 12, 31)


def injured(decks: Decks, injured_on: datetime.date | None = None) -> dict:
    """A case of disability, with whatever its grade brings."""
    grade = decks.deal("grade", range(1, 11))
    of = f"grade {grade}"
    injured_on = injured_on or _injury_day(decks, of)
    # In a later month than the injury, so that the labour relation may end between them.
    appraised_on = injured_on + decks.randint(32, 700) * DAY
    area, stated, tied = wages(decks, of, month_of(injured_on), _percent(grade))
    request = {"kind": "ESTIMATE_KIND_DISABILITY", "disabilityGrade": grade, "injuryDate": as_json(injured_on),
               "appraisalDate": as_json(appraised_on), **stated,
               "occupationalDisease": decks.random() < 0.2,
               # It changes nothing.
               "birthDate": as_json(injured_on - decks.randint(18 * 366, 58 * 365) * DAY)}
    # Before the appraisal; of injuries before the regulation nothing is known, so none is stated.
    if injured_on >= law.IN_FORCE and decks.deal(f"recognised/{injured_on.year}", [False, True]):
        recognised_after = decks.randint(0, min(365, (appraised_on - injured_on).days))
        request["recognitionDate"] = as_json(injured_on + recognised_after * DAY)
    nursing = decks.deal(f"nursing/{of}", [None, *law.NURSING])
    if nursing:
        request["nursingGrade"] = nursing
    ended_on = _end(decks, f"{of}/{tied}", grade, injured_on, appraised_on)
    parameters = {"area_average_monthly_wage": shown(area)}
    if ended_on:
        request["labourRelationEndDate"] = as_json(ended_on)
        parameters |= _subsidies(decks, of) if grade in law.SUBSIDISED else {}
    if grade in law.ALLOWANCE:
        exact = own_wage(read({**request, **listed(decks, parameters)})) * law.ALLOWANCE[grade] * 100
        minimum_wage, place = _minimum_wage(decks, f"{of}/{tied}", exact)
        parameters["minimum_wage"] = shown(minimum_wage)
        of += f"/{place}"
    parameters["benefit_rounding"] = decks.deal(f"rounding/{of}/{tied}", ROUNDINGS)
    return {**request, **listed(decks, parameters)}


def nursed(decks: Decks) -> dict:
    """Somebody who needs nursing and has no grade of disability yet; own wage may be known, and is not needed."""
    nursing = decks.deal("nursed", law.NURSING)
    injured_on = _injury_day(decks, nursing)
    stated = decks.deal(f"nursed/{nursing}", [{}, {"ownWage": {"yuan": shown(decks.randint(2_000_00, 9_000_00))}}])
    parameters = {"area_average_monthly_wage": shown(area_wage(decks, nursing)),
                  "benefit_rounding": decks.deal(f"rounding/{nursing}", ROUNDINGS)}
    return {"kind": "ESTIMATE_KIND_DISABILITY", "nursingGrade": nursing, "injuryDate": as_json(injured_on),
            "appraisalDate": as_json(injured_on + decks.randint(0, 700) * DAY), **stated, **listed(decks, parameters)}


def listed(decks: Decks, parameters: dict[str, str]) -> dict:
    """Parameters as a request states them, in any order."""
    names = decks.sample(sorted(parameters), len(parameters))
    return {"parameters": [{"name": name, "value": parameters[name]} for name in names]}


def between(decks: Decks, first: datetime.date, last: datetime.date) -> datetime.date:
    return first + decks.randint(0, (last - first).days) * DAY


def _percent(grade: int) -> int:
    """Hundredths of own wage that are paid, where some wage makes half a fen of them."""
    return int(law.ALLOWANCE.get(grade, 0) * 100)


def _injury_day(decks: Decks, of: str) -> datetime.date:
    """Before and since the amendment, and at both ends."""
    before, since = (law.IN_FORCE, law.AMENDED - DAY), (law.AMENDED, datetime.date(2023, 6, 30))
    ends = [(day, day) for day in (*before, law.AMENDED)]
    return between(decks, *decks.deal(f"injury/{of}", [before, before, *[since] * 4, *ends]))


def _end(decks: Decks, of: str, grade: int, injured_on: datetime.date, appraised_on: datetime.date):
    """When the labour relation ends: before, in or after the month of the appraisal, or not."""
    first = appraised_on.replace(day=1)
    following = (first + 31 * DAY).replace(day=1)
    when = ["never", "before", "in", "after", "next"] if grade in law.SUBSIDISED else ["never", "never", "in", "after"]
    return {"never": None, "before": between(decks, injured_on, first - DAY), "next": following,
            "in": between(decks, first, following - DAY),
            "after": min(between(decks, following, following + 900 * DAY), LAST)}[decks.deal(f"end/{of}", when)]


def _subsidies(decks: Decks, of: str) -> dict[str, str]:
    """An area's standards: less for lighter grades."""
    basis = decks.deal(f"basis/{of}", ["own_wage", "area_wage", "fixed"])
    found = {"subsidy_basis": basis}
    for name in ("medical_subsidy", "employment_subsidy"):
        if basis == "fixed":
            figures = [decks.randint(5_000_00, 300_000_00) for _ in law.SUBSIDISED]
            figures = [f"{fen // 100}" if fen % 2 else shown(fen) for fen in sorted(figures, reverse=True)]
        else:
            tenths = sorted((decks.randint(1, 500) for _ in law.SUBSIDISED), reverse=True)
            figures = [f"{tenth // 10}.{tenth % 10}".removesuffix(".0") for tenth in tenths]
        found |= {f"{name}.{grade}": figure for grade, figure in zip(law.SUBSIDISED, figures)}
    if decks.deal(f"more in disease/{of}", [False, True]):
        found["subsidy_occupational_disease_ratio"] = "1.4"
    return found


def _minimum_wage(decks: Decks, of: str, exact: Fraction) -> tuple[int, str]:
    """Below, at and above an allowance, far from it and next to it; and which of these."""
    whole = exact.denominator == 1
    near = {"a fen less": -1, "the same": 0, "a fen more": 1} if whole else {"next below": 0, "next above": 1}
    places = {"far below": -int(exact / 2), **near, "far above": decks.randint(100, 100_000)}
    place = decks.deal(f"minimum/{of}/{whole}", places)
    return int(exact) + places[place], place
