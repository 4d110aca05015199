"""What is paid once for who died at work: articles 69 and 71 of the procedure, Reg. 39 and 41."""

import datetime
from fractions import Fraction

from benefits_model import law
from benefits_model.benefit import Benefit
from benefits_model.facts import Facts, Refused
from benefits_model.money import rounded, yuan


def benefits(facts: Facts) -> list[Benefit]:
    """Funeral and lump sum, as the case has them."""
    case = facts.stated("death_case")
    if case == "DEATH_CASE_MISSING":
        # Reg. 41 (2): both when a court has declared the death, with the figures of that day.
        return [_funeral(facts), _lump_sum(facts)] if facts.death_date else []
    if case == "DEATH_CASE_AFTER_STOPPAGE_PERIOD":
        # Reg. 39 (3): only who was of grade 1-4, and without the lump sum.
        # Who states no grade had one of those of the case.
        if facts.disability_grade and facts.disability_grade not in law.FROM_THE_FUND:
            raise Refused("after the stoppage period only deaths of grades 1-4 count")
        return [_funeral(facts)]
    return [_funeral(facts), _lump_sum(facts)]


def died_on(facts: Facts) -> datetime.date:
    """Who died at work, and of whom no day is stated, died on that of the accident."""
    at_work = facts.death_case == "DEATH_CASE_AT_WORK" and not facts.death_date
    return facts.stated("injury_date" if at_work and facts.injury_date else "death_date")


def _funeral(facts: Facts) -> Benefit:
    """Reg. 39 (1) 1."""
    died_on(facts)
    return Benefit("FUNERAL", rounded(facts.area_wage * law.FUNERAL_MONTHS, facts.rounding))


def _lump_sum(facts: Facts) -> Benefit:
    """Reg. 39 (1) 3. Before the amendment it was 48 to 60 months of the area's wage, as the area had decided; that
    figure is not known here, and an income that is stated does not stand in for it."""
    day = died_on(facts)
    if day < law.AMENDED:
        raise Refused("no lump sum is known of deaths before 2011")
    return Benefit("LUMP_SUM_DEATH", rounded(_income(facts, day.year - 1) * law.LUMP_SUM_DEATH, facts.rounding))


def _income(facts: Facts, year: int) -> Fraction:
    """What is stated, else the national figure of the year."""
    if "national_urban_disposable_income" in facts.parameters:
        return yuan(facts.parameter("national_urban_disposable_income"))
    if year not in law.NATIONAL_URBAN_DISPOSABLE_INCOME:
        raise Refused(f"the national income of {year} is not known")
    return Fraction(law.NATIONAL_URBAN_DISPOSABLE_INCOME[year])
