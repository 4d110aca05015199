"""A request and its answer."""

from fractions import Fraction

from benefits_model import death, disability, survivors
from benefits_model.benefit import Benefit
from benefits_model.facts import Facts, Refused, read
from benefits_model.money import shown, to_the_fen
from benefits_model.own_wage import own_wage


def answer(request: dict) -> dict:
    """The request with its benefits, or with the word that it is refused: then there is none at all."""
    facts = read(request)
    try:
        wage, found = _estimate(facts)
    except Refused:
        return {"request": request, "benefits": [], "ownWage": None, "refused": True}
    shown_wage = None if wage is None else shown(to_the_fen(wage))
    return {"request": request, "benefits": [one.as_json() for one in found], "ownWage": shown_wage, "refused": False}


def _estimate(facts: Facts) -> tuple[Fraction | None, list[Benefit]]:
    wage = _own_wage(facts)
    if facts.kind == "ESTIMATE_KIND_DEATH":
        survivors.one_spouse(facts)
        return wage, death.benefits(facts) + survivors.benefits(facts, wage)
    if not facts.disability_grade and not facts.nursing_grade:
        raise Refused("nothing was appraised")
    return wage, disability.benefits(facts, wage)


def _own_wage(facts: Facts) -> Fraction | None:
    """Own wage; nobody is refused for want of one on which nothing rests: nursing, funeral and lump sum of a death."""
    try:
        return own_wage(facts)
    except Refused:
        if facts.survivors if facts.kind == "ESTIMATE_KIND_DEATH" else facts.disability_grade:
            raise
        return None
