"""Benefits of who was injured and appraised: articles 68 and 80 of the procedure, Reg. 34-37."""

import datetime
from fractions import Fraction

from benefits_model import law
from benefits_model.benefit import EMPLOYER, FUND, Benefit
from benefits_model.days import Month, later, month_of, months_before
from benefits_model.facts import Facts, Refused
from benefits_model.money import rounded, yuan


def benefits(facts: Facts, wage: Fraction | None) -> list[Benefit]:
    """All that is due, in the order in which it is answered. Nursing may be needed without a grade of disability,
    and only then may own wage be unknown."""
    found = [_nursing_allowance(facts)] if facts.nursing_grade else []
    if facts.disability_grade:
        allowance = [_allowance(facts, wage)] if _has_allowance(facts) else []
        found = [_lump_sum(facts, wage), *allowance, *found, *_subsidies(facts, wage)]
    return found


def _lump_sum(facts: Facts, wage: Fraction) -> Benefit:
    """Reg. 35-37 as they stood on the day of the injury, or, of one that was not recognised when they changed, after."""
    facts.stated("injury_date")
    if decided_by(facts) < law.IN_FORCE:
        raise Refused("no lump sum is known of what was recognised before 2004")
    months = law.LUMP_SUM_MONTHS[governing(facts)][facts.disability_grade]
    base = max(wage, _pension(facts)) if facts.pensions else wage
    return Benefit("LUMP_SUM_DISABILITY", rounded(base * months, facts.rounding))


def _pension(facts: Facts) -> Fraction:
    """人社部发〔2013〕34号 article 8: the mean pension of the months before the diagnosis, of those that there are. Neither
    floor nor cap is said of it."""
    if not facts.found_after_end or facts.stated("appraisal_date") < law.RETIRED_BY_PENSION:
        raise Refused("no lump sum goes by a pension")
    counted = months_before(month_of(facts.injury_date), law.PENSION_MONTHS)
    if any(month not in counted or month < month_of(facts.labour_relation_end_date) for month in facts.pensions):
        raise Refused("a pension of another month")
    return sum(facts.pensions.values(), Fraction(0)) / len(facts.pensions)


def decided_by(facts: Facts) -> datetime.date:
    """Reg. 67, and Reg. 2003 article 64: the day whose text counts, of the injury or of a later recognition."""
    return max(day for day in (facts.injury_date, facts.recognition_date) if day)


def governing(facts: Facts) -> datetime.date:
    """Reg. 67: the first day of the text that counts the months."""
    return max(day for day in law.LUMP_SUM_MONTHS if day <= decided_by(facts))


def _has_allowance(facts: Facts) -> bool:
    """Reg. 36 (1) 2: the employer's allowance presupposes that the labour relation goes on when it would begin."""
    grade, ended_on = facts.disability_grade, facts.labour_relation_end_date
    if grade not in law.ALLOWANCE:
        return False
    if grade in law.FROM_THE_FUND or ended_on is None:
        return True
    return month_of(ended_on) > month_of(_concluded_on(facts))


def _allowance(facts: Facts, wage: Fraction) -> Benefit:
    """Reg. 35 (1) 2 and 36 (1) 2; below the minimum wage it is made up to it."""
    exact = wage * law.ALLOWANCE[facts.disability_grade]
    if "minimum_wage" in facts.parameters:
        exact = max(exact, yuan(facts.parameter("minimum_wage")))
    if facts.disability_grade in law.FROM_THE_FUND:
        return Benefit("DISABILITY_ALLOWANCE", rounded(exact, facts.rounding), FUND, _begins(facts))
    # What an employer owes beside the labour relation ends with it.
    ended_on = facts.labour_relation_end_date
    return Benefit("DISABILITY_ALLOWANCE", rounded(exact, facts.rounding), EMPLOYER, _begins(facts),
                   until_month=ended_on and month_of(ended_on))


def _nursing_allowance(facts: Facts) -> Benefit:
    """Reg. 34."""
    exact = facts.area_wage * law.NURSING[facts.nursing_grade]
    return Benefit("NURSING_ALLOWANCE", rounded(exact, facts.rounding), FUND, _begins(facts))


def _subsidies(facts: Facts, wage: Fraction) -> list[Benefit]:
    """Reg. 36 (2), 37 (2): by the standards of the province, when the labour relation ends."""
    if facts.disability_grade not in law.SUBSIDISED or facts.labour_relation_end_date is None:
        return []
    standards = ("subsidy_basis", *(f"{name}.{facts.disability_grade}" for name in ("medical_subsidy", "employment_subsidy")))
    if not all(name in facts.parameters for name in standards):
        return []  # An area without standards: nothing is guessed.
    payer = EMPLOYER if facts.labour_relation_end_date < law.MEDICAL_SUBSIDY_FROM_THE_FUND else FUND
    return [
        Benefit("LUMP_SUM_MEDICAL_SUBSIDY", _subsidy(facts, wage, "medical_subsidy"), payer),
        Benefit("LUMP_SUM_EMPLOYMENT_SUBSIDY", _subsidy(facts, wage, "employment_subsidy"), EMPLOYER),
    ]


def _subsidy(facts: Facts, wage: Fraction, name: str) -> int:
    """Months of own wage or of the area's, or a fixed sum."""
    figure = yuan(facts.parameter(f"{name}.{facts.disability_grade}"))
    basis = facts.parameter("subsidy_basis")
    of = {"own_wage": wage, "area_wage": facts.area_wage, "fixed": Fraction(1)}[basis]
    return rounded(figure * of * more_in_disease(facts, name), facts.rounding)


def more_in_disease(facts: Facts, name: str) -> Fraction:
    """How often an area pays the medical subsidy in occupational disease; once where it does not say."""
    applies = facts.occupational_disease and name == "medical_subsidy"
    return yuan(facts.parameters.get("subsidy_occupational_disease_ratio", "1")) if applies else Fraction(1)


def _begins(facts: Facts) -> Month:
    """Article 80: the month after the conclusion of the appraisal."""
    return later(month_of(_concluded_on(facts)), 1)


def _concluded_on(facts: Facts) -> datetime.date:
    """Where no conclusion is stated, the earliest day that there is: that of the injury."""
    return facts.appraisal_date or facts.stated("injury_date")
