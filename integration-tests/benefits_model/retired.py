"""Random persons whose occupational disease was found after they had retired."""

import datetime
from fractions import Fraction

from benefits_model import law
from benefits_model.days import later, month_of
from benefits_model.decks import Decks
from benefits_model.facts import read
from benefits_model.families import as_json
from benefits_model.injured import DAY, ROUNDINGS, between, listed
from benefits_model.money import shown
from benefits_model.own_wage import own_wage
from benefits_model.wages import wages

# When the labour relation ended, so that every conclusion is of after the law.
ENDED = (datetime.date(2013, 4, 25), datetime.date(2021, 6, 30))


def retired(decks: Decks, ended: tuple[datetime.date, datetime.date] = ENDED) -> dict:
    """Of a grade that ends with no subsidy; the mean pension is below, at or above own wage."""
    grade = decks.deal("retired", law.FROM_THE_FUND)
    of = f"retired {grade}"
    ended_on = between(decks, *ended)
    # A year after the end and more, or a few months: then there are fewer pensions.
    later_by = decks.deal(f"found/{of}", [(400, 1200), (400, 1200), (100, 300)])
    diagnosed_on = ended_on + decks.randint(*later_by) * DAY
    area, stated, _ = wages(decks, of, month_of(ended_on + DAY), 0)
    request = {"kind": "ESTIMATE_KIND_DISABILITY", "disabilityGrade": grade, "occupationalDisease": True,
               "labourRelationEndDate": as_json(ended_on), "injuryDate": as_json(diagnosed_on),
               "appraisalDate": as_json(diagnosed_on + decks.randint(32, 400) * DAY), **stated}
    parameters = {"area_average_monthly_wage": shown(area), "minimum_wage": "1000.00",
                  "benefit_rounding": decks.deal(f"rounding/{of}", ROUNDINGS)}
    request |= listed(decks, parameters)
    return request | {"pensions": _pensions(decks, of, request)}


def _pensions(decks: Decks, of: str, request: dict) -> list[dict]:
    """Some of the months before the diagnosis and since the end."""
    facts = read(request)
    months = [later(month_of(facts.injury_date), -before) for before in range(1, law.PENSION_MONTHS + 1)]
    months = [month for month in months if month >= month_of(facts.labour_relation_end_date)]
    months = decks.sample(months, min(len(months), decks.deal(f"pensions/{of}", range(1, law.PENSION_MONTHS + 1))))
    wage = own_wage(facts) * 100
    place = decks.deal(f"pension/{of}", ["below", "at", "above", "above"])
    return [{"month": {"year": year, "month": month}, "pension": {"yuan": shown(_pension(decks, place, wage))}}
            for year, month in months]


def _pension(decks: Decks, place: str, wage: Fraction) -> int:
    """Fen beside the fen of own wage; where that is no whole number, at it is the one below."""
    whole = int(wage)
    return {"below": max(whole - decks.randint(1, 100_000), 1), "at": whole,
            "above": whole + decks.randint(1, 300_000)}[place]
