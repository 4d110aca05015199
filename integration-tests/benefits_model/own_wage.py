"""Own wage (本人工资), Reg. 64."""

import datetime
from fractions import Fraction

from benefits_model import law
from benefits_model.days import Month, month_of, months_before
from benefits_model.facts import Facts, Refused


def own_wage(facts: Facts) -> Fraction:
    """The mean of the bases of the twelve months before that of the injury, or what is stated outright; between
    the floor and the cap. It stays exact: only benefits are rounded."""
    average = facts.area_wage
    wage = _mean(facts) if facts.own_wage is None else facts.own_wage
    return min(max(wage, average * law.OWN_WAGE_FLOOR), average * law.OWN_WAGE_CAP)


def counted_before(facts: Facts) -> Month:
    """The month whose twelve months before it count: that of the injury or of the diagnosis, or, of a disease found after
    the relation, that of the first day without it. Who died at once has no other day of injury than that of the death."""
    if facts.found_after_end:
        return month_of(facts.labour_relation_end_date + datetime.timedelta(days=1))
    return month_of(facts.injury_date or facts.stated("death_date"))


def _mean(facts: Facts) -> Fraction:
    """Months without a base are not counted."""
    months = months_before(counted_before(facts), law.OWN_WAGE_MONTHS)
    counted = [base for month, base in facts.bases.items() if month in months]
    if not counted:
        raise Refused("no base is known of the twelve months before the injury")
    return sum(counted, Fraction(0)) / len(counted)
