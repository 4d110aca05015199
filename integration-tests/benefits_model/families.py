"""Survivors of random deaths: sums of shares of every size, and birthdays about the day that decides."""

import datetime

from benefits_model import law
from benefits_model.days import reaches
from benefits_model.decks import Decks

SPOUSE, *_ = law.ELDERS
RELATIVES = [*law.ELDERS[1:], *law.YOUNG]
CHILD, SIBLING = "SURVIVOR_RELATION_CHILD", "SURVIVOR_RELATION_SIBLING"
# How somebody has a right, or has none.
RIGHT = {True: ["unable", "over", "on the day", "the day before", "of unknown age", "of unknown sex"],
         False: ["under", "under", "unable", "of unknown age", "on the day, unable"]}
# Who comes of age before the first month has none either.
NONE = {True: ["under", "tomorrow", "a man of a woman's age"], False: ["over", "on the day", "the day before", "tomorrow"]}
# The ways in which an age is reached about the day that decides, so many days after it.
ABOUT_THE_DAY = {"on the day": 0, "on the day, unable": 0, "a man of a woman's age": 0, "of unknown sex": 0,
                 "tomorrow": 1, "the day before": -1}
# Who has a right, and whether as a lone elder or orphan: shares of 40 and 30, and 10 more.
FAMILIES = {
    "nobody": [], "nobody with a right": [], "spouse": [(SPOUSE, False)], "lone spouse": [(SPOUSE, True)],
    "one": [(None, False)], "one alone": [(None, True)], "two": [(None, False), (None, True)],
    "all": [(SPOUSE, False), (None, False), (None, False)],
    "all without a spouse": [(None, False), (None, True), (None, False)],
    "just more than all": [(SPOUSE, True), (None, False), (None, False)],
    "more than all": [(SPOUSE, False), (None, True), (None, True), (None, False)],
    "many": [(SPOUSE, False), *[(None, False)] * 4, (None, True)],
}


def survivors(decks: Decks, of: str, day: datetime.date) -> list[dict]:
    """A family as a request states it."""
    family = decks.deal(f"family/{of}", FAMILIES)
    if family == "nobody":
        return []
    found = [_survivor(decks, of, day, relation, alone, RIGHT) for relation, alone in FAMILIES[family]]
    without = decks.randint(1, 3) if family == "nobody with a right" else decks.deal(f"without/{of}", [0, 0, 1, 2])
    for _ in range(without):
        relation = decks.deal(f"relation/{of}/none", [SPOUSE, *RELATIVES])
        found.append(_survivor(decks, of, day, relation, decks.random() < 0.2, NONE))
    # A child that is born after the death, in time or too late, or somebody else who cannot be one.
    unborn = decks.deal(f"unborn/{of}", [None] * 6 + [(CHILD, 1, 300)] * 3 + [(CHILD, 301, 900), (SIBLING, 1, 300)])
    if unborn and family != "nobody with a right":
        relation, least, most = unborn
        born = day + datetime.timedelta(days=decks.deal(f"born/{most}", [least, most, decks.randint(least, most)]))
        found.append({"relation": relation, "loneOrOrphan": decks.random() < 0.2, "unableToWork": False,
                      "birthDate": as_json(born)})
    decks.shuffle(found)
    return found


def _survivor(decks: Decks, of: str, day: datetime.date, relation: str | None, alone: bool, ways: dict) -> dict:
    relation = relation or decks.deal(f"relation/{of}", RELATIVES)
    elder = relation in law.ELDERS
    way = decks.deal(f"way/{relation}/{ways is RIGHT}", ways[elder])
    man = decks.deal(f"man/{relation}/{way}", [False, True])
    age = (law.MAN if man else law.WOMAN) if elder else law.OF_AGE
    one = {"relation": relation, "loneOrOrphan": alone, "unableToWork": "unable" in way,
           "sex": "SEX_MALE" if man else "SEX_FEMALE"}
    if way == "of unknown age":
        return one
    if way == "of unknown sex":
        del one["sex"]
        age = law.WOMAN
    if way == "a man of a woman's age":
        one["sex"], age = "SEX_MALE", law.WOMAN
    return one | {"birthDate": as_json(_born(decks, way, day, age, elder))}


def _born(decks: Decks, way: str, day: datetime.date, age: int, elder: bool) -> datetime.date:
    """A day of birth for the way; on 29 February where that is one."""
    if way in ABOUT_THE_DAY:
        reached = day + datetime.timedelta(days=ABOUT_THE_DAY[way])
        for month, number in ((2, 29), (reached.month, reached.day)):
            born = _day(reached.year - age, month, number)
            if born and reaches(born, age) == reached:
                return born
    # Also where nobody reaches the age on that day, which is a 29 February: then well on the same side of it.
    over = ABOUT_THE_DAY.get(way, 1) <= 0 or way == "over" or (way == "unable" and not elder)
    most = 3 if way == "a man of a woman's age" else min(age - 1, 25)
    years = decks.randint(1, most) * (1 if over else -1)
    return datetime.date(day.year - age - years, day.month, 1) - datetime.timedelta(days=decks.randint(1, 300))


def _day(*date: int) -> datetime.date | None:
    try:
        return datetime.date(*date)
    except ValueError:
        return None


def as_json(day: datetime.date) -> dict:
    return {"year": day.year, "month": day.month, "day": day.day}
