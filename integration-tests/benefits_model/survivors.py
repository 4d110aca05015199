"""Survivor pensions: articles 70 to 72 and 80 of the procedure, Reg. 39 and 41, Scope."""

import datetime
from fractions import Fraction

from benefits_model import law
from benefits_model.benefit import FUND, Benefit
from benefits_model.days import later, Month, month_of, reaches
from benefits_model.facts import Facts, Survivor
from benefits_model.money import down_to_the_fen, rounded


def benefits(facts: Facts, wage: Fraction | None) -> list[Benefit]:
    """A pension for each survivor with a right, in the order in which they are stated. Own wage may
    be unknown where nobody is."""
    day, begins = _day(facts), _begins(facts)
    entitled = [(index, one) for index, one in enumerate(facts.survivors) if has_right(one, day)]
    sums = pensions(wage, [share(one) for _, one in entitled], facts.rounding)
    return [Benefit("SURVIVOR_PENSION", fen, FUND, _first(one, day, begins), index)
            for (index, one), fen in zip(entitled, sums)]


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
    return facts.stated("injury_date" if facts.death_case == "DEATH_CASE_MISSING" else "death_date")


def _begins(facts: Facts) -> Month:
    """Article 80: the month after the death, or the fourth when the accident's is the first."""
    months = law.MONTHS_OF_WAGES_WHEN_MISSING if facts.death_case == "DEATH_CASE_MISSING" else 1
    return later(month_of(_day(facts)), months)


def _first(survivor: Survivor, day: datetime.date, begins: Month) -> Month:
    """A child born after the death (Scope 2) gets its pension from the month after its birth, never before the others."""
    born = survivor.birth_date
    return max(begins, later(month_of(born), 1)) if born and born > day else begins
