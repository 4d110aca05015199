"""Own wage (本人工资), Reg. 64."""

from fractions import Fraction

from benefits_model import law
from benefits_model.days import later, month_of
from benefits_model.facts import Facts, Refused


def own_wage(facts: Facts) -> Fraction:
    """The mean of the bases of the twelve months before that of the injury, or what is stated outright; between
    the floor and the cap. It stays exact: only benefits are rounded."""
    average = facts.area_wage
    wage = _mean(facts) if facts.own_wage is None else facts.own_wage
    return min(max(wage, average * law.OWN_WAGE_FLOOR), average * law.OWN_WAGE_CAP)


def _mean(facts: Facts) -> Fraction:
    """Months without a base are not counted. Who died at once has no other day of injury than that of the death."""
    day = facts.injury_date or facts.stated("death_date")
    months = {later(month_of(day), -before) for before in range(1, law.OWN_WAGE_MONTHS + 1)}
    counted = [base for month, base in facts.bases.items() if month in months]
    if not counted:
        raise Refused("no base is known of the twelve months before the injury")
    return sum(counted, Fraction(0)) / len(counted)
