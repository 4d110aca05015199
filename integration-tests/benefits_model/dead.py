"""Random persons who died at work, or are missing."""

import datetime

from benefits_model import law
from benefits_model.days import month_of
from benefits_model.decks import Decks
from benefits_model.families import as_json, survivors
from benefits_model.injured import DAY, LAST, ROUNDINGS, between, listed
from benefits_model.money import shown
from benefits_model.wages import wages

AT_WORK, IN_STOPPAGE, AFTER_STOPPAGE, MISSING = (
    f"DEATH_CASE_{case}" for case in ("AT_WORK", "IN_STOPPAGE_PERIOD", "AFTER_STOPPAGE_PERIOD", "MISSING"))
DECLARED = "DEATH_CASE_MISSING, declared dead"
CASES = [AT_WORK, IN_STOPPAGE, AFTER_STOPPAGE, MISSING, DECLARED]


def dead(decks: Decks, case: str | None = None, day: datetime.date | None = None) -> dict:
    """A case of death. `day` is that of the death, or of the accident in which somebody went missing."""
    case = case or decks.deal("death", CASES)
    day = day or _day(decks, case)
    days = _days(decks, case, day)
    area, stated, tied = wages(decks, case, month_of(days.get("injuryDate") or day), 30)
    request = {"kind": "ESTIMATE_KIND_DEATH", "deathCase": case.split(",")[0], **stated,
               **{name: as_json(date) for name, date in days.items()},
               "birthDate": as_json(day - decks.randint(20 * 366, 58 * 365) * DAY)}
    if case == AFTER_STOPPAGE:
        request["disabilityGrade"] = decks.deal("grade of the dead", law.FROM_THE_FUND)
    parameters = {"area_average_monthly_wage": shown(area),
                  "benefit_rounding": decks.deal(f"rounding/{case}/{tied}", ROUNDINGS)}
    # What is not stated is the national figure of the year before.
    year = days.get("deathDate", day).year
    if decks.deal(f"income/{case}/{year}", [True, True, False]):
        fen = decks.randint(10_000_00, 60_000_00)
        parameters["national_urban_disposable_income"] = f"{fen // 100}" if fen % 2 else shown(fen)
    request["survivors"] = survivors(decks, case, day)
    if not request["survivors"] and decks.deal(f"wage/nobody/{case}", [True, False]):
        # Nothing rests on own wage where nobody asks for a pension.
        for name in stated:
            del request[name]
    return {**request, **listed(decks, parameters)}


def _day(decks: Decks, case: str) -> datetime.date:
    """A day of each year since the lump sum is known, both ends, and about 29 February in years in which somebody who
    was born on one reaches 18, 55 or 60; earlier ones where there is no lump sum."""
    last_year = 2022 if case == DECLARED else LAST.year
    years = [(datetime.date(year, 1, 1), datetime.date(year, 12, 31)) for year in range(2011, last_year + 1)]
    cards = [*years, (years[0][0],) * 2, (years[-1][1],) * 2]
    ends = [datetime.date(year, 3, 1) - DAY * back for year in (2014, 2015, 2018, 2019, 2020, 2022) for back in (0, 1)]
    cards += [(end, end) for end in ends]
    if case in (AFTER_STOPPAGE, MISSING, DECLARED):
        cards += [(datetime.date(2007, 1, 1), law.AMENDED - DAY)] * 3
    return between(decks, *decks.deal(f"day/{case}", cards))


def _days(decks: Decks, case: str, day: datetime.date) -> dict[str, datetime.date]:
    """The dates that a request states."""
    if case == MISSING:
        return {"injuryDate": day}
    if case == DECLARED:
        declared_on = max(day + decks.randint(30, 1090) * DAY, law.AMENDED)
        return {"injuryDate": day, "deathDate": declared_on}
    # Where the injury is not stated, the death takes its place.
    if decks.deal(f"injury/{case}", [True, True, False]):
        least, most = {AT_WORK: (0, 0), IN_STOPPAGE: (1, 700), AFTER_STOPPAGE: (400, 1000)}[case]
        return {"injuryDate": day - decks.randint(least, most) * DAY, "deathDate": day}
    return {"deathDate": day}
