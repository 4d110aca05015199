"""Wages of random persons: those of the area, and own wage at, within and beyond its limits. All in fen."""

import itertools

from benefits_model.days import Month, later
from benefits_model.decks import Decks
from benefits_model.money import shown

# How own wage is stated: outright, or as bases of so many months.
HOWS = ["outright"] * 4 + list(range(1, 13))
PLACES = ["below", "floor", "cap", "above"] + ["between"] * 4


def wages(decks: Decks, of: str, injured: Month, percent: int) -> tuple[int, dict, bool]:
    """The area's wage, own wage as a request states it, and whether so many percent of it end in half a fen. `of`
    names the persons who get all of this among themselves."""
    how, place = decks.deal(f"wage/{of}", itertools.product(HOWS, PLACES))
    area = area_wage(decks, of)
    # So that the floor is a whole number of fen, which a base can be.
    area -= area % 5 if place == "floor" else 0
    if how == "outright":
        fen = _outright(decks, of, area, place, percent)
        return area, {"ownWage": {"yuan": shown(fen)}}, place == "between" and fen * percent % 100 == 50
    bases = _means(decks, of, area, place, how)
    months = [later(injured, -before) for before in decks.sample(range(1, 13), how)]
    stated = dict(zip(months, bases))
    if decks.deal(f"outside/{of}", [False, True]):
        # Months that do not count, with bases that would be noticed.
        stated |= {later(injured, months): decks.choice([1, area * 9]) for months in (0, 1, -13, -24)}
    if decks.deal(f"order/{of}", [False, True]):
        stated = dict(sorted(stated.items()))
    return area, {"bases": [{"month": {"year": month[0], "month": month[1]}, "base": {"yuan": shown(fen)}}
                            for month, fen in stated.items()]}, False


def area_wage(decks: Decks, of: str) -> int:
    """Whole yuan, anything, or an odd number that ends in 5: its halves and tenths end in half a fen."""
    fen = decks.randrange(1_500_00, 15_000_00)
    return decks.deal(f"area/{of}", [fen - fen % 100, fen, fen - fen % 10 + 5])


def _outright(decks: Decks, of: str, area: int, place: str, percent: int) -> int:
    floor, cap = -(-area * 60 // 100), area * 3
    if place in ("floor", "cap"):
        return floor if place == "floor" else cap
    if place == "between":
        fen = decks.randint(floor + 100, cap - 200)
        ties = (tied for tied in range(fen, fen + 100) if tied * percent % 100 == 50)
        within = {"tie": next(ties, fen), "next to the floor": floor + 1, "next to the cap": cap - 1}
        return within.get(decks.deal(f"within/{of}", [*within, "tie", "tie", "anywhere"]), fen)
    near = decks.deal(f"near/{of}/{place}", [True, False])
    if place == "below":
        return floor - 1 if near else decks.randint(area // 5, floor - 1)
    return cap + 1 if near else decks.randint(cap + 1, area * 5)


def _means(decks: Decks, of: str, area: int, place: str, count: int) -> list[int]:
    """So many bases; in between, their mean goes on for ever where the number of months lets it."""
    low, high = {"below": (area // 5, area * 59 // 100), "floor": (area * 60 // 100,) * 2, "cap": (area * 3,) * 2,
                 "above": (area * 3 + 1, area * 5), "between": (area * 61 // 100, area * 299 // 100)}[place]
    bases = [decks.randint(low, high) for _ in range(count)]
    while place == "between" and any(count % prime == 0 and sum(bases) % _power(count, prime) == 0
                                     for prime in (3, 7, 11)):
        bases[-1] += 1
    if count > 1 and decks.deal(f"uneven/{of}", [False, True]):
        # The limits are those of the mean, so that single months may be beyond them.
        moved = decks.randrange(bases[0])
        bases[0], bases[1] = bases[0] - moved, bases[1] + moved
    return bases


def _power(number: int, prime: int) -> int:
    """The highest power of a prime that divides a number."""
    return prime * _power(number // prime, prime) if number % prime == 0 else 1
