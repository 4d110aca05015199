"""Survivor pensions: articles 70 to 72 and 80 of the procedure, Reg. 39 and 41, Scope."""

import dataclasses
import datetime
from fractions import Fraction

from benefits_model import law
from benefits_model.benefit import FUND, Benefit
from benefits_model.days import later, Month, month_of, reaches
from benefits_model.death import died_on
from benefits_model.facts import Facts, Refused, Survivor
from benefits_model.money import down_to_the_fen, rounded


# How long after a death a child of the deceased may be born: what courts take for the longest pregnancy.
POSTHUMOUS = datetime.timedelta(days=300)


def one_spouse(facts: Facts) -> None:
    """Art. 70: nobody leaves two."""
    if sum(one.relation == "SURVIVOR_RELATION_SPOUSE" for one in facts.survivors) > 1:
        raise Refused("two spouses")


def benefits(facts: Facts, wage: Fraction | None) -> list[Benefit]:
    """The pensions of each survivor with a right, in the order in which they are stated, month after month: the circle
    shares anew when a child is born after the death, and when somebody comes of age. Own wage may be unknown where nobody
    is."""
    day, begins = _day(facts), _begins(facts)
    found = {index: [] for index in range(len(facts.survivors))}
    for start in _starts(facts.survivors, day, begins):
        entitled = [(index, one) for index, one in enumerate(facts.survivors) if _is_paid(one, day, begins, start)]
        sums = pensions(wage, [share(one) for _, one in entitled], facts.rounding)
        for (index, one), fen in zip(entitled, sums):
            before = found[index]
            if before and before[-1].fen == fen:
                continue
            if before:
                before[-1] = dataclasses.replace(before[-1], until_month=later(start, -1))
            before.append(Benefit("SURVIVOR_PENSION", fen, FUND, start, index, _ends(one)))
    return [one for of_one in found.values() for one in of_one]


def _starts(survivors: tuple[Survivor, ...], day: datetime.date, begins: Month) -> list[Month]:
    """The first month, and those after births and after comings of age."""
    births = [one.birth_date for one in survivors if _is_posthumous(one, day)]
    grown = [reaches(one.birth_date, law.OF_AGE) for one in survivors if one.birth_date]
    return sorted({begins, *(max(begins, later(month_of(date), 1)) for date in births + grown)})


def _is_posthumous(survivor: Survivor, day: datetime.date) -> bool:
    """Scope 2: a child of the deceased that is born after the death."""
    born = survivor.birth_date
    return survivor.relation == "SURVIVOR_RELATION_CHILD" and bool(born) and day < born <= day + POSTHUMOUS


def _is_paid(survivor: Survivor, day: datetime.date, begins: Month, month: Month) -> bool:
    """Scope 3 and 4: a right that has begun, and has not ended by then."""
    born, ends = survivor.birth_date, _ends(survivor)
    if ends is not None and ends < month:
        return False
    if born and born > day:
        return _is_posthumous(survivor, day) and max(begins, later(month_of(born), 1)) <= month
    return has_right(survivor, day)


def _ends(survivor: Survivor) -> Month | None:
    """The month of coming of age, of who has a right for being a minor."""
    if survivor.relation in law.ELDERS or survivor.unable_to_work or survivor.birth_date is None:
        return None
    return month_of(reaches(survivor.birth_date, law.OF_AGE))


def pensions(wage: Fraction | None, shares: list[Fraction], rounding: str) -> list[int]:
    """Whole fen for each share. Article 72: together never more than own wage, which is why what is reduced is
    rounded down, and so is what would be more only by its rounding."""
    total = sum(shares, Fraction(0))
    if total > 1:
        return [down_to_the_fen(wage * one / total) for one in shares]
    sums = [rounded(wage * one, rounding) for one in shares]
    if shares and sum(sums) > wage * 100:
        return [down_to_the_fen(wage * one) for one in shares]
    return sums


def share(survivor: Survivor) -> Fraction:
    """Reg. 39 (1) 2."""
    spouse = survivor.relation == "SURVIVOR_RELATION_SPOUSE"
    more = law.LONE_OR_ORPHAN_MORE if survivor.lone_or_orphan else 0
    return (law.SPOUSE_SHARE if spouse else law.RELATIVE_SHARE) + more


def has_right(survivor: Survivor, day: datetime.date) -> bool:
    """Scope 3 on that day. Whose day of birth is not stated is taken to have the age."""
    if survivor.relation not in law.ELDERS + law.YOUNG:
        raise ValueError(f"{survivor.relation}: not known")
    if survivor.unable_to_work or survivor.birth_date is None:
        return True
    if survivor.relation in law.YOUNG:
        return day < reaches(survivor.birth_date, law.OF_AGE)
    age = law.MAN if survivor.sex == "SEX_MALE" else law.WOMAN
    return day >= reaches(survivor.birth_date, age)


def _day(facts: Facts) -> datetime.date:
    """The day on which survivors must have their right: that of the death, or, of who is missing, of the accident."""
    return facts.stated("injury_date") if facts.death_case == "DEATH_CASE_MISSING" else died_on(facts)


def _begins(facts: Facts) -> Month:
    """Article 80: the month after the death, or the fourth when the accident's is the first."""
    months = law.MONTHS_OF_WAGES_WHEN_MISSING if facts.death_case == "DEATH_CASE_MISSING" else 1
    return later(month_of(_day(facts)), months)
