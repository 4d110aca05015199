"""Months, and the days on which ages are reached."""

import datetime

# A year and the number of a month in it.
Month = tuple[int, int]


def month_of(day: datetime.date) -> Month:
    return day.year, day.month


def later(month: Month, months: int) -> Month:
    """The month so many after (or, below zero, before) another."""
    year, since_january = divmod(month[0] * 12 + month[1] - 1 + months, 12)
    return year, since_january + 1


def months_before(month: Month, count: int) -> set[Month]:
    """So many months before another."""
    return {later(month, -before) for before in range(1, count + 1)}


def reaches(born: datetime.date, years: int) -> datetime.date:
    """The birthday on which an age is reached. Who was born on 29 February reaches it on the last day of the month where
    a year has no such day (民法典 202)."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return datetime.date(born.year + years, 2, 28)
