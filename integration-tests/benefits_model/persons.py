"""Random persons from a seed, as requests. Everything that matters occurs in any 10,000 of them."""

import datetime
from collections.abc import Iterator

from benefits_model import law
from benefits_model.dead import AFTER_STOPPAGE, AT_WORK, DECLARED, IN_STOPPAGE, dead
from benefits_model.decks import Decks
from benefits_model.families import as_json
from benefits_model.injured import DAY, between, injured, nursed
from benefits_model.retired import retired


def persons(seed: int, count: int, area: str) -> Iterator[dict]:
    """The first so many of a seed's persons; each one follows from the seed and those before it."""
    # Who is refused draws from decks of their own, so that the others miss no card.
    decks, spoilt = Decks(f"{seed}"), Decks(f"{seed}/refused")
    for _ in range(count):
        kind = decks.deal("kind", ["injured"] * 11 + ["dead"] * 7 + ["nursed", "refused", "retired"])
        drawn = {"injured": injured, "dead": dead, "nursed": nursed, "refused": refused, "retired": retired}[kind]
        yield {"poolingArea": area, **drawn(spoilt if kind == "refused" else decks)}


def refused(decks: Decks) -> dict:
    """Somebody to whom the law, or what is stated, gives no answer."""
    return decks.deal("refused", [_retired_before_the_law, _injured_before_the_law, _injured_without_a_wage, _injured_with_other_months,
                                  _dead_before_the_amendment, _dead_without_a_wage, _dead_without_a_grade])(decks)


def _injured_before_the_law(decks: Decks) -> dict:
    last = law.IN_FORCE - DAY
    first = decks.deal("before the law", [last, datetime.date(2001, 1, 1)])
    return injured(decks, between(decks, first, last))


def _retired_before_the_law(decks: Decks) -> dict:
    """With a pension though the conclusion is of before the law that knows one, or with that of another month."""
    if decks.deal("retired before", [True, False]):
        request = retired(decks, (datetime.date(2008, 1, 1), datetime.date(2008, 12, 31)))
        return request | {"appraisalDate": as_json(law.RETIRED_BY_PENSION - DAY)}
    request = retired(decks)
    year, month = request["injuryDate"]["year"], request["injuryDate"]["month"]
    wrong = {"month": {"year": year, "month": month}, "pension": {"yuan": "9000.00"}}
    return request | {"pensions": [*request["pensions"][1:], wrong]}


def _injured_without_a_wage(decks: Decks) -> dict:
    return _without_a_wage(injured(decks))


def _injured_with_other_months(decks: Decks) -> dict:
    """Bases only of the month of the injury and of thirteen months before."""
    request = _without_a_wage(injured(decks))
    year, month = request["injuryDate"]["year"], request["injuryDate"]["month"]
    before = (year - 1, month - 1) if month > 1 else (year - 2, 12)
    return request | {"bases": [{"month": {"year": of[0], "month": of[1]}, "base": {"yuan": "5000.00"}}
                                for of in ((year, month), before)]}


def _dead_before_the_amendment(decks: Decks) -> dict:
    """The lump sum of then is not known; also of who was declared dead then."""
    last = law.AMENDED - DAY
    case = decks.deal("dead before", [AT_WORK, IN_STOPPAGE, DECLARED])
    day = between(decks, decks.deal(f"dead before/{case}", [last, datetime.date(2007, 1, 1)]), last)
    request = dead(decks, case, day)
    return request | {"deathDate": as_json(between(decks, day, last))} if case == DECLARED else request


def _dead_without_a_wage(decks: Decks) -> dict:
    spouse = {"relation": "SURVIVOR_RELATION_SPOUSE", "unableToWork": True}
    return _without_a_wage(dead(decks)) | {"survivors": [spouse]}


def _dead_without_a_grade(decks: Decks) -> dict:
    """After the stoppage period only who was of grade 1-4 is one who died of the injury."""
    request = dead(decks, AFTER_STOPPAGE)
    del request["disabilityGrade"]
    grade = decks.deal("no grade", [None, *law.SUBSIDISED])
    return request | ({"disabilityGrade": grade} if grade else {})


def _without_a_wage(request: dict) -> dict:
    return {name: value for name, value in request.items() if name not in ("ownWage", "bases")}
