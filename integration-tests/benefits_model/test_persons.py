"""Random persons: what must occur among 10,000 of any seed, and what must hold for each."""

import collections
import datetime
import json
import pathlib
import subprocess
import sys
import unittest
from fractions import Fraction

# The program runs as a package, the tests from within it.
PARENT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PARENT))

from benefits_model import law, survivors  # noqa: E402
from benefits_model.days import later, reaches  # noqa: E402
from benefits_model.estimate import answer  # noqa: E402
from benefits_model.facts import read  # noqa: E402
from benefits_model.disability import governing, more_in_disease  # noqa: E402
from benefits_model.injured import LAST  # noqa: E402
from benefits_model.own_wage import counted_before  # noqa: E402
from benefits_model.persons import persons  # noqa: E402

ROUNDINGS = ("fen", "up_to_jiao", "up_to_yuan")
SIDES = ("below", "at", "above")
DEATHS = ("AT_WORK", "IN_STOPPAGE_PERIOD", "AFTER_STOPPAGE_PERIOD", "MISSING", "MISSING declared")
RELATIONS = ("SPOUSE", "CHILD", "PARENT", "GRANDCHILD", "GRANDPARENT", "SIBLING")

# The traits that must occur, as `traits` names them.
WANTED = {
    *(("grade", grade, since, rounding) for grade in range(1, 11) for since in (2004, 2011) for rounding in ROUNDINGS),
    *(("recognised after the law had changed", grade) for grade in range(1, 11)), ("more in disease",),
    *(("injured on", day) for day in ("2004-01-01", "2010-12-31", "2011-01-01")),
    *(("nursing", grade, other) for grade in law.NURSING for other in (None, *range(1, 11))),
    *(("wage", how, side, limit) for how in ("outright", "mean") for side in SIDES for limit in ("floor", "cap")),
    *(("a fen off", side, limit) for side in ("below", "above") for limit in ("floor", "cap")),
    *(("mean of", months) for months in range(1, 13)),
    *(("mean without end", months) for months in (3, 6, 7, 9, 11, 12)),
    ("months that do not count",),
    *(("tie", name) for name in ("LUMP_SUM_DISABILITY", "DISABILITY_ALLOWANCE", "NURSING_ALLOWANCE", "SURVIVOR_PENSION",
                                 "LUMP_SUM_MEDICAL_SUBSIDY", "LUMP_SUM_EMPLOYMENT_SUBSIDY")),
    *(("allowance tie", grade) for grade in (1, 2, 4, 5)),
    *(("minimum", grade, side) for grade in range(1, 7) for side in SIDES),
    *(("subsidies", grade, basis) for grade in range(5, 11) for basis in ("own_wage", "area_wage", "fixed")),
    *(("ended", grade, side) for grade in range(5, 11) for side in SIDES),
    *(("death", case, rounding) for case in DEATHS for rounding in ROUNDINGS),
    *(("death", case, "without the income stated") for case in DEATHS),
    *(("death of", year, "with the national income") for year in range(2011, 2026)),
    ("death after the stoppage period", "before 2011"), ("missing", "before 2011"),
    *(("death", case, "without an injury stated") for case in DEATHS[:3]),
    *(("sum of shares", case, side) for case in DEATHS for side in ("none", *SIDES)),
    *(("rounded down to own wage", rounding) for rounding in ROUNDINGS),
    *(("relation", relation, right) for relation in RELATIONS for right in (True, False)),
    *(("lone or orphan", relation) for relation in RELATIONS),
    *(("age", relation, side) for relation in RELATIONS for side in ("the day before", "on the day", "the day after")),
    *(("age of a man", relation, "on the day") for relation in ("SPOUSE", "PARENT", "GRANDPARENT")),
    *(("unable to work", elder) for elder in (True, False)), ("of unknown age",), ("of unknown sex",),
    ("born on 29 February", datetime.date(2014, 2, 28)), ("born on 29 February", datetime.date(2014, 3, 1)),
    *(("pension", grade, side) for grade in range(1, 5) for side in SIDES),
    *(("refused", why) for why in ("a pension before 2013", "a pension of another month", "before 2004", "no base",
                                   "no base that counts", "lump sum before 2011", "light grade of the dead", "two spouses")),
    ("death after the stoppage period", "without a grade"), ("unborn", True), ("unborn", False),
}


def side(value, limit) -> str:
    return SIDES[(value > limit) - (value < limit) + 1]


def traits(request: dict, answered: dict):
    """What a person is an example of."""
    facts = read(request)
    if answered["refused"]:
        yield from refusals(facts)
        return
    yield from wage_traits(facts)
    if facts.kind == "ESTIMATE_KIND_DISABILITY":
        yield from injured_traits(facts, answered)
    else:
        yield from dead_traits(facts, answered)


def refusals(facts):
    if facts.pensions:
        yield "refused", "a pension before 2013" if facts.appraisal_date < law.RETIRED_BY_PENSION else "a pension of another month"
    elif facts.kind == "ESTIMATE_KIND_DISABILITY" and facts.injury_date.year < 2004:
        yield "refused", "before 2004"
    elif facts.death_case == "DEATH_CASE_AFTER_STOPPAGE_PERIOD" and facts.disability_grade not in range(1, 5):
        yield "refused", "light grade of the dead"
    elif facts.kind == "ESTIMATE_KIND_DEATH" and facts.own_wage is None and not facts.bases:
        yield "refused", "no base"
    elif facts.death_date and facts.death_date.year < 2011:
        yield "refused", "lump sum before 2011"
    elif [one.relation for one in facts.survivors].count(law.ELDERS[0]) > 1:
        yield "refused", "two spouses"
    elif facts.own_wage is None:
        yield "refused", "no base that counts" if facts.bases else "no base"


def mean(facts) -> tuple[Fraction | None, int]:
    """Own wage before its limits, and of how many months it is the mean."""
    if facts.own_wage is not None or not facts.bases:
        return facts.own_wage, 0
    counted = [facts.bases[month] for before in range(1, 13)
               if (month := later(counted_before(facts), -before)) in facts.bases]
    return sum(counted) / Fraction(len(counted)), len(counted)


def bounded(facts) -> Fraction:
    return min(max(mean(facts)[0], facts.area_wage * 3 / 5), facts.area_wage * 3)


def wage_traits(facts):
    wage, months = mean(facts)
    if wage is None:
        return
    limits = {"floor": facts.area_wage * 3 / 5, "cap": facts.area_wage * 3}
    for limit, value in limits.items():
        yield "wage", "mean" if months else "outright", side(wage, value), limit
        if wage != value and abs(wage - value) <= Fraction(1, 100):
            yield "a fen off", side(wage, value), limit
    if months:
        yield "mean of", months
        if wage == bounded(facts) and any(wage.denominator % prime == 0 for prime in (3, 7, 11)):
            yield "mean without end", months
        if len(facts.bases) > months:
            yield ("months that do not count",)


def injured_traits(facts, answered):
    grade, benefits = facts.disability_grade, {one["benefit"]: one for one in answered["benefits"]}
    exact = {}
    if facts.nursing_grade:
        yield "nursing", facts.nursing_grade, grade
        exact["NURSING_ALLOWANCE"] = facts.area_wage * law.NURSING[facts.nursing_grade]
    if grade:
        wage, since = bounded(facts), governing(facts).year
        if facts.injury_date.year < 2011 == since:
            yield "recognised after the law had changed", grade
        yield "grade", grade, since, facts.rounding
        yield "injured on", str(facts.injury_date)
        base = wage
        if facts.pensions:
            pension = sum(facts.pensions.values()) / Fraction(len(facts.pensions))
            yield "pension", grade, side(pension, wage)
            base = max(wage, pension)
        exact["LUMP_SUM_DISABILITY"] = base * law.LUMP_SUM_MONTHS[law.AMENDED if since == 2011 else law.IN_FORCE][grade]
        if "DISABILITY_ALLOWANCE" in benefits:
            exact["DISABILITY_ALLOWANCE"] = wage * law.ALLOWANCE[grade]
            yield "minimum", grade, side(Fraction(facts.parameters["minimum_wage"]), exact["DISABILITY_ALLOWANCE"])
        if "LUMP_SUM_MEDICAL_SUBSIDY" in benefits:
            yield "subsidies", grade, (basis := facts.parameters["subsidy_basis"])
            months = lambda end: (end.year, end.month)  # noqa: E731
            yield "ended", grade, side(months(facts.labour_relation_end_date), months(facts.appraisal_date))
            of = {"own_wage": wage, "area_wage": facts.area_wage, "fixed": 1}[basis]
            for name in ("medical", "employment"):
                more = more_in_disease(facts, f"{name}_subsidy")
                if more > 1:
                    yield ("more in disease",)
                exact[f"LUMP_SUM_{name.upper()}_SUBSIDY"] = Fraction(facts.parameters[f"{name}_subsidy.{grade}"]) * of * more
    for name in tied(facts, exact):
        yield "tie", name
        if name == "DISABILITY_ALLOWANCE":
            yield "allowance tie", grade


def tied(facts, exact: dict) -> list[str]:
    """The benefits that end in half a fen and are rounded to the fen, where it can be seen."""
    return [name for name, sum_ in exact.items() if (sum_ * 200).denominator == 1 and (sum_ * 200) % 2 == 1
            and facts.rounding == "fen" and Fraction(facts.parameters.get("minimum_wage", 0)) < sum_]


def dead_traits(facts, answered):
    case = facts.death_case.removeprefix("DEATH_CASE_")
    case += " declared" if case == "MISSING" and facts.death_date else ""
    day = facts.injury_date if "MISSING" in case else facts.death_date
    yield "death", case, facts.rounding
    if "national_urban_disposable_income" not in facts.parameters:
        yield "death", case, "without the income stated"
        if any(one["benefit"] == "LUMP_SUM_DEATH" for one in answered["benefits"]):
            yield "death of", facts.death_date.year, "with the national income"
    if not facts.injury_date:
        yield "death", case, "without an injury stated"
    if "AFTER_STOPPAGE" in facts.death_case and not facts.disability_grade:
        yield "death after the stoppage period", "without a grade"
    if day.year < 2011:
        yield "missing" if "MISSING" in case else "death after the stoppage period", "before 2011"
    entitled = {one["person"] for one in answered["benefits"] if one["person"] is not None}
    total = sum(survivors.share(facts.survivors[index]) for index in entitled)
    yield "sum of shares", case, side(total, 1) if entitled else "none"
    unborn = any(one.birth_date and one.birth_date > day for one in facts.survivors)
    if unborn:
        yield "unborn", len({str(one["fromMonth"]) for one in benefits_of(answered)}) > 1
    if entitled and total <= 1 and not unborn:
        wage = bounded(facts)
        exact = {index: wage * survivors.share(facts.survivors[index]) for index in entitled}
        # Of each the first amount: the later ones are shared by fewer.
        paid = {one["person"]: Fraction(one["amount"]) for one in reversed(answered["benefits"])}
        if any(paid[index] < exact[index] - Fraction(1, 200) for index in entitled):
            yield "rounded down to own wage", facts.rounding
        for index in tied(facts, exact):
            if paid[index] > exact[index]:
                yield "tie", "SURVIVOR_PENSION"
    for index, one in enumerate(facts.survivors):
        yield from survivor_traits(one, day, index in entitled)


def benefits_of(answered: dict) -> list[dict]:
    return [one for one in answered["benefits"] if one["benefit"] == "SURVIVOR_PENSION"]


def survivor_traits(one, day, has_right: bool):
    relation = one.relation.removeprefix("SURVIVOR_RELATION_")
    elder = one.relation in law.ELDERS
    yield "relation", relation, has_right
    if one.lone_or_orphan:
        yield "lone or orphan", relation
    if one.unable_to_work:
        yield "unable to work", elder
    elif not one.birth_date:
        yield ("of unknown age",)
    elif not one.sex:
        yield ("of unknown sex",)
    if one.birth_date and not one.unable_to_work:
        age = (60 if one.sex == "SEX_MALE" else 55) if elder else 18
        apart = (day - reaches(one.birth_date, age)).days
        name = {1: "the day after", 0: "on the day", -1: "the day before"}.get(apart)
        yield "age", relation, name
        if elder and one.sex == "SEX_MALE":
            yield "age of a man", relation, name
        if (one.birth_date.month, one.birth_date.day) == (2, 29):
            yield "born on 29 February", day


def number(month: dict) -> tuple[int, int]:
    return month["year"], month["month"]


class Everything(unittest.TestCase):
    SEEDS = (1, 20_260_101)

    # Art. 68-72, 80
    def test_everything_that_matters_occurs_in_ten_thousand_persons_of_any_seed(self):
        for seed in self.SEEDS:
            seen = collections.Counter()
            for request in persons(seed, 10_000, "440300"):
                answered = answer(request)
                seen.update(set(traits(request, answered)))
                self.holds(answered)
            self.assertEqual(sorted(map(str, WANTED - set(seen))), [], seed)

    def holds(self, answered: dict) -> None:
        """What is so for everybody."""
        facts, benefits = read(answered["request"]), answered["benefits"]
        # Nothing is due, and nothing refused, where somebody is missing, no court has spoken and nobody has a right.
        waits = facts.death_case == "DEATH_CASE_MISSING" and not facts.death_date
        self.assertFalse(benefits and answered["refused"], answered)
        self.assertTrue(benefits or answered["refused"] or waits, answered)
        # A disease may be found after the relation, nothing else happens after it.
        ended_on = None if facts.found_after_end else facts.labour_relation_end_date
        dates = (facts.injury_date, facts.appraisal_date, facts.death_date, ended_on)
        known = [date for date in dates if date]
        self.assertLessEqual(max(known), LAST, answered)
        self.assertEqual(min(known), facts.injury_date or facts.death_date, answered)
        pensions = [one for one in benefits if one["benefit"] == "SURVIVOR_PENSION"]
        for begins in {number(one["fromMonth"]) for one in pensions}:
            paid = [Fraction(one["amount"]) for one in pensions if number(one["fromMonth"]) <= begins
                    and (not one["untilMonth"] or begins <= number(one["untilMonth"]))]
            self.assertLessEqual(sum(paid), bounded(facts), answered)
        for one in benefits:
            self.assertRegex(one["amount"], r"^[1-9]\d*\.\d\d$")


class TheProgram(unittest.TestCase):
    def run_it(self, *options: str, given: str = "") -> list[dict]:
        done = subprocess.run([sys.executable, "-m", "benefits_model", *options], cwd=PARENT, input=given, text=True,
                              capture_output=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_one_seed_makes_one_list_and_fewer_persons_are_the_first_of_more(self):
        found = self.run_it("--seed", "7", "--persons", "50")
        self.assertEqual(found, self.run_it("--seed", "7", "--persons", "80")[:50])
        self.assertNotEqual(found, self.run_it("--seed", "8", "--persons", "50"))

    def test_a_request_on_standard_input_is_answered_as_it_was_printed(self):
        found = self.run_it("--seed", "7", "--persons", "200", "--area", "110000")
        self.assertEqual({line["request"]["poolingArea"] for line in found}, {"110000"})
        given = "".join(json.dumps(line["request"]) + "\n" for line in found)
        self.assertEqual(self.run_it("--persons", "0", "--stdin", given=given), found)


if __name__ == "__main__":
    unittest.main()
