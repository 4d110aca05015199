"""Cases worked by hand from the public text of the law; they need nothing but Python."""

import datetime
import pathlib
import sys
import unittest
from fractions import Fraction

# The program runs as a package, the tests from within it.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benefits_model import days, money, survivors  # noqa: E402
from benefits_model.estimate import answer  # noqa: E402

AREA = {"area_average_monthly_wage": "8000.00"}
SPOUSE, CHILD, PARENT = (f"SURVIVOR_RELATION_{name}" for name in ("SPOUSE", "CHILD", "PARENT"))


def day(text: str) -> dict:
    return dict(zip(("year", "month", "day"), map(int, text.split("-"))))


def month(text: str) -> dict:
    return dict(zip(("year", "month"), map(int, text.split("-"))))


def stated(parameters: dict) -> list:
    return [{"name": name, "value": value} for name, value in {**AREA, **parameters}.items()]


def disability(wage="6000.00", parameters=None, **fields) -> dict:
    request = {"kind": "ESTIMATE_KIND_DISABILITY", "injuryDate": day("2020-05-06"), "appraisalDate": day("2020-12-01"),
               "ownWage": {"yuan": wage}, "parameters": stated(parameters or {})}
    return answer({**request, **fields})


def death(wage="6000.00", parameters=None, **fields) -> dict:
    request = {"kind": "ESTIMATE_KIND_DEATH", "deathCase": "DEATH_CASE_AT_WORK", "deathDate": day("2025-03-31"),
               "ownWage": {"yuan": wage}, "parameters": stated(parameters or {})}
    return answer({**request, **fields})


def relative(relation: str, **fields) -> dict:
    return {"relation": relation, "unableToWork": True, **fields}


def lines(answered: dict) -> list[str]:
    """Benefit, amount, first and last month, payer and person of an answer, as far as there are any."""
    found = []
    for one in answered["benefits"]:
        begins = one["fromMonth"] and f"{one['fromMonth']['year']}-{one['fromMonth']['month']:02}"
        if one["untilMonth"]:
            begins += f"~{one['untilMonth']['year']}-{one['untilMonth']['month']:02}"
        words = (one["benefit"], one["amount"], begins, one["payer"], one["person"])
        found.append(" ".join(str(word) for word in words if word is not None))
    return found


class OwnWage(unittest.TestCase):
    def mean(self, *bases: tuple[str, str], injured="2020-01-15") -> dict:
        rows = [{"month": month(of), "base": {"yuan": yuan}} for of, yuan in bases]
        return disability(disabilityGrade=10, injuryDate=day(injured), ownWage=None, bases=rows)

    # Art. 68
    def test_it_is_the_mean_of_the_twelve_months_before_and_stays_exact(self):
        months = [(f"2019-{number:02}", "6000.00") for number in range(1, 12)]
        answered = self.mean(*months, ("2019-12", "6000.01"), ("2020-01", "99999.00"), ("2018-12", "1.00"))
        self.assertEqual(answered["ownWage"], "6000.00")
        # 7 × 72000.01 / 12 = 42000.00583…, where 7 times the rounded mean would be 42000.00.
        self.assertEqual(lines(answered), ["LUMP_SUM_DISABILITY 42000.01 FUND"])

    # Art. 68
    def test_months_without_a_base_are_not_counted(self):
        self.assertEqual(self.mean(("2019-03", "6000.00"), ("2019-04", "6000.01"), ("2019-05", "6000.01"))["ownWage"],
                         "6000.01")

    # Art. 68
    def test_it_is_at_least_60_and_at_most_300_percent_of_the_average(self):
        for wage, counted in (("4799.99", "4800.00"), ("4800.00", "4800.00"), ("4800.01", "4800.01"),
                              ("23999.99", "23999.99"), ("24000.00", "24000.00"), ("24000.01", "24000.00")):
            self.assertEqual(disability(wage, disabilityGrade=10)["ownWage"], counted)

    # Art. 68
    def test_of_a_disease_found_after_retirement_the_lump_sum_goes_by_the_pension_where_that_is_more(self):
        def found(*pensions: str, **fields) -> dict:
            rows = [{"month": month(f"2020-{4 - at:02}"), "pension": {"yuan": yuan}} for at, yuan in enumerate(pensions)]
            bases = [{"month": month("2018-06"), "base": {"yuan": "5000.00"}},
                     {"month": month("2020-04"), "base": {"yuan": "9999.00"}}]
            return disability(disabilityGrade=4, ownWage=None, bases=bases, pensions=rows, occupationalDisease=True,
                              **{"labourRelationEndDate": day("2018-06-30"), **fields})
        # 18001 / 3 × 21 months; the allowance is 75% of own wage.
        self.assertEqual(lines(found("6000.00", "6000.00", "6001.00")),
                         ["LUMP_SUM_DISABILITY 126007.00 FUND", "DISABILITY_ALLOWANCE 3750.00 2021-01 FUND"])
        self.assertEqual(lines(found("4999.99"))[0], "LUMP_SUM_DISABILITY 105000.00 FUND")
        self.assertTrue(found("6000.00", labourRelationEndDate=day("2020-05-31"))["refused"])
        self.assertTrue(found("6000.00", injuryDate=day("2013-01-01"), appraisalDate=day("2013-04-24"))["refused"])

    # Art. 68
    def test_without_any_base_there_is_no_answer(self):
        for answered in (self.mean(), self.mean(("2020-01", "6000.00")), self.mean(("2018-12", "6000.00"))):
            self.assertEqual((answered["refused"], answered["benefits"], answered["ownWage"]), (True, [], None))


class Disability(unittest.TestCase):
    # Art. 68
    def test_the_months_are_those_of_the_day_of_the_injury(self):
        before, since = (24, 22, 20, 18, 16, 14, 12, 10, 8, 6), (27, 25, 23, 21, 18, 16, 13, 11, 9, 7)
        expected = {"2004-01-01": before, "2010-12-31": before, "2011-01-01": since}
        for injured, months in expected.items():
            for grade, count in enumerate(months, 1):
                answered = disability("8000.00", disabilityGrade=grade, injuryDate=day(injured))
                self.assertEqual(lines(answered)[0], f"LUMP_SUM_DISABILITY {8000 * count}.00 FUND")
        self.assertTrue(disability(disabilityGrade=1, injuryDate=day("2003-12-31"))["refused"])

    # Art. 68, 80
    def test_grades_1_to_6_have_an_allowance_from_the_month_after_the_appraisal(self):
        for grade, amount, payer in ((1, "5400.00", "FUND"), (2, "5100.00", "FUND"), (3, "4800.00", "FUND"),
                                     (4, "4500.00", "FUND"), (5, "4200.00", "EMPLOYER"), (6, "3600.00", "EMPLOYER")):
            self.assertEqual(lines(disability(disabilityGrade=grade))[1:],
                             [f"DISABILITY_ALLOWANCE {amount} 2021-01 {payer}"])
        self.assertEqual(len(lines(disability(disabilityGrade=7))), 1)

    # Art. 68
    def test_half_a_fen_is_a_fen_and_the_minimum_wage_is_compared_with_the_exact_allowance(self):
        # 85% of 6000.50 is 5100.425.
        for minimum, amount in ((None, "5100.43"), ("5100.42", "5100.43"), ("5100.43", "5100.43"),
                                ("5100.44", "5100.44")):
            answered = disability("6000.50", minimum and {"minimum_wage": minimum}, disabilityGrade=2)
            self.assertEqual(lines(answered)[1], f"DISABILITY_ALLOWANCE {amount} 2021-01 FUND")

    # Art. 68
    def test_sums_are_rounded_up_to_the_jiao_or_yuan_where_the_area_does_so(self):
        for rounding, amount in (("fen", "5100.43"), ("up_to_jiao", "5100.50"), ("up_to_yuan", "5101.00")):
            answered = disability("6000.50", {"benefit_rounding": rounding}, disabilityGrade=2)
            self.assertEqual(lines(answered)[1], f"DISABILITY_ALLOWANCE {amount} 2021-01 FUND")
        # Less than half a fen is lost before.
        self.assertEqual(money.rounded(Fraction(1000_004, 1000), "up_to_yuan"), 1000_00)

    # Art. 68, 80
    def test_nursing_goes_by_the_wage_of_the_area_and_needs_no_grade_of_disability(self):
        for grade, amount in (("FULL", "4000.00"), ("MOSTLY", "3200.00"), ("PARTLY", "2400.00")):
            answered = disability(nursingGrade=f"NURSING_GRADE_{grade}", ownWage=None)
            self.assertEqual(lines(answered), [f"NURSING_ALLOWANCE {amount} 2021-01 FUND"])

    # Art. 68
    def test_an_employer_pays_no_allowance_when_the_labour_relation_ended_by_the_month_of_the_appraisal(self):
        subsidies = {"subsidy_basis": "fixed", "medical_subsidy.5": "200000", "employment_subsidy.5": "95000"}
        both = ["LUMP_SUM_MEDICAL_SUBSIDY 200000.00 FUND", "LUMP_SUM_EMPLOYMENT_SUBSIDY 95000.00 EMPLOYER"]
        for ended, allowance in (("2020-11-30", []), ("2020-12-31", []),
                                 ("2021-01-01", ["DISABILITY_ALLOWANCE 4200.00 2021-01~2021-01 EMPLOYER"])):
            answered = disability(None, subsidies, disabilityGrade=5, ownWage={"yuan": "6000"},
                                  labourRelationEndDate=day(ended))
            self.assertEqual(lines(answered), ["LUMP_SUM_DISABILITY 108000.00 FUND", *allowance, *both])
        # Grades 1-4 keep theirs, and get no subsidies.
        answered = disability(disabilityGrade=4, labourRelationEndDate=day("2020-11-30"))
        self.assertEqual(lines(answered)[1:], ["DISABILITY_ALLOWANCE 4500.00 2021-01 FUND"])

    # Art. 68
    def test_the_medical_subsidy_was_the_employers_before_2011(self):
        parameters = {"subsidy_basis": "fixed", "medical_subsidy.10": "3000", "employment_subsidy.10": "4000"}
        for ended, payer in (("2010-12-31", "EMPLOYER"), ("2011-01-01", "FUND")):
            answered = disability("6000", parameters, disabilityGrade=10, injuryDate=day("2010-03-01"),
                                  appraisalDate=day("2010-09-01"), labourRelationEndDate=day(ended))
            self.assertEqual(lines(answered)[1], f"LUMP_SUM_MEDICAL_SUBSIDY 3000.00 {payer}")

    # Art. 68
    def test_subsidies_are_months_of_own_wage_or_of_the_area(self):
        for basis, medical, employment in (("own_wage", "600.15", "1500.38"), ("area_wage", "800.00", "2000.00")):
            parameters = {"subsidy_basis": basis, "medical_subsidy.10": "0.1", "employment_subsidy.10": "0.25"}
            answered = disability("6001.50", parameters, disabilityGrade=10, labourRelationEndDate=day("2021-05-31"))
            self.assertEqual(lines(answered)[1:], [f"LUMP_SUM_MEDICAL_SUBSIDY {medical} FUND",
                                                   f"LUMP_SUM_EMPLOYMENT_SUBSIDY {employment} EMPLOYER"])


class Death(unittest.TestCase):
    # Art. 69
    def test_the_lump_sum_is_twenty_times_the_national_income_of_the_year_before(self):
        for died, amount in (("2011-01-01", "382180.00"), ("2024-12-31", "1036420.00"), ("2025-01-01", "1083760.00")):
            self.assertEqual(lines(death(deathDate=day(died))),
                             ["FUNERAL 48000.00 FUND", f"LUMP_SUM_DEATH {amount} FUND"])
        stated_income = {"national_urban_disposable_income": "50000.05"}
        self.assertEqual(lines(death(None, stated_income, ownWage=None))[1], "LUMP_SUM_DEATH 1000001.00 FUND")
        self.assertTrue(death(None, stated_income, ownWage=None, deathDate=day("2010-12-31"))["refused"])
        self.assertTrue(death(deathDate=day("2026-01-01"))["refused"])

    # Art. 69, 72
    def test_after_the_stoppage_period_grades_1_to_4_have_no_lump_sum(self):
        case = {"deathCase": "DEATH_CASE_AFTER_STOPPAGE_PERIOD", "deathDate": day("2008-12-05")}
        answered = death(**case, disabilityGrade=4, survivors=[relative(SPOUSE)])
        self.assertEqual(lines(answered), ["FUNERAL 48000.00 FUND", "SURVIVOR_PENSION 2400.00 2009-01 FUND 0"])
        self.assertTrue(death(**case, disabilityGrade=5)["refused"])
        self.assertEqual(lines(death(**case)), ["FUNERAL 48000.00 FUND"])

    # Art. 71, 80
    def test_pensions_of_the_missing_begin_in_the_fourth_month_and_sums_wait_for_the_court(self):
        case = {"deathCase": "DEATH_CASE_MISSING", "injuryDate": day("2010-11-30"), "survivors": [relative(SPOUSE)]}
        pension = "SURVIVOR_PENSION 2400.00 2011-02 FUND 0"
        self.assertEqual(lines(death(**case, deathDate=None)), [pension])
        self.assertEqual(lines(death(**case, deathDate=day("2013-01-10"))),
                         ["FUNERAL 48000.00 FUND", "LUMP_SUM_DEATH 491300.00 FUND", pension])

    # Art. 72
    def test_shares_are_reduced_together_and_the_last_fen_goes_nowhere(self):
        three = [relative(SPOUSE, loneOrOrphan=True), relative(CHILD), relative(PARENT)]
        answered = death("5000.00", {"benefit_rounding": "up_to_yuan"}, survivors=three)
        # 5/11, 3/11 and 3/11 of 5000.00.
        self.assertEqual([line.split()[1] for line in lines(answered)[2:]], ["2272.72", "1363.63", "1363.63"])

    # Art. 72
    def test_rounding_makes_no_sum_greater_than_own_wage(self):
        wage = Fraction("5000.02")
        shares = [Fraction(4, 10), Fraction(3, 10), Fraction(3, 10)]
        # 2000.008, 1500.006 and 1500.006 would be 5000.03.
        self.assertEqual(survivors.pensions(wage, shares, "fen"), [2000_00, 1500_00, 1500_00])
        self.assertEqual(survivors.pensions(Fraction("5000.01"), shares, "fen"), [2000_00, 1500_00, 1500_00])
        self.assertEqual(survivors.pensions(wage, shares[:2], "up_to_yuan"), [2001_00, 1501_00])
        self.assertEqual(survivors.pensions(wage, shares, "up_to_jiao"), [2000_00, 1500_00, 1500_00])

    # Art. 70
    def test_nobody_leaves_two_spouses(self):
        self.assertTrue(death(survivors=[relative(SPOUSE), relative(SPOUSE)])["refused"])

    # Art. 70
    def test_ages_are_those_on_the_day_of_the_death(self):
        died = "2025-03-31"
        for relation, sex, born, has_right in (
            (PARENT, "MALE", "1965-03-31", True), (PARENT, "MALE", "1965-04-01", False),
            (SPOUSE, "FEMALE", "1970-03-31", True), (SPOUSE, "FEMALE", "1970-04-01", False),
            (PARENT, "UNSPECIFIED", "1970-03-31", True), (PARENT, "UNSPECIFIED", "1970-04-01", False),
            # The first month is that after the death, and who comes of age in it has it still.
            (CHILD, "MALE", "2007-03-31", False), (CHILD, "MALE", "2007-04-01", True),
        ):
            one = {"relation": relation, "sex": f"SEX_{sex}", "birthDate": day(born)}
            found = lines(death(deathDate=day(died), survivors=[one]))[2:]
            self.assertEqual(len(found), has_right, one)
            self.assertEqual(len(lines(death(survivors=[one | {"unableToWork": True}]))[2:]), 1)
        self.assertEqual(len(lines(death(survivors=[{"relation": CHILD}, {"relation": SPOUSE}]))[2:]), 2)

    # Art. 70
    def test_who_was_born_on_29_february_is_older_on_28_february_of_a_common_year(self):
        born = datetime.date(1996, 2, 29)
        self.assertEqual(days.reaches(born, 18), datetime.date(2014, 2, 28))
        self.assertEqual(days.reaches(born, 60), datetime.date(2056, 2, 29))
        one = {"relation": CHILD, "birthDate": day("1996-02-29")}
        self.assertEqual(len(lines(death(deathDate=day("2014-01-31"), survivors=[one]))[2:]), 1)
        # Between the death and the first month.
        self.assertEqual(len(lines(death(deathDate=day("2014-02-27"), survivors=[one]))[2:]), 0)
        self.assertEqual(len(lines(death(deathDate=day("2014-02-28"), survivors=[one]))[2:]), 0)

    # Art. 70, 80
    def test_a_child_born_after_the_death_has_its_pension_from_the_month_after_its_birth(self):
        for born, months in (("2025-04-01", "2025-05~2043-04"), ("2026-01-25", "2026-02~2044-01")):
            answered = death(survivors=[{"relation": CHILD, "birthDate": day(born)}])
            self.assertEqual(lines(answered)[2:], [f"SURVIVOR_PENSION 1800.00 {months} FUND 0"])
        late = [{"relation": CHILD, "birthDate": day("2026-01-26")}]
        self.assertEqual(lines(death(survivors=late))[2:], [])

    # Art. 72
    def test_the_others_share_with_a_child_from_the_month_after_its_birth_only(self):
        four = [relative(SPOUSE), relative(PARENT), relative(PARENT), {"relation": CHILD, "birthDate": day("2025-08-31")}]
        # 40, 30 and 30 of 100, then of 130 hundredths, and of 100 again when it has come of age.
        self.assertEqual(lines(death(survivors=four))[2:], [
            "SURVIVOR_PENSION 2400.00 2025-04~2025-08 FUND 0", "SURVIVOR_PENSION 1846.15 2025-09~2043-08 FUND 0",
            "SURVIVOR_PENSION 2400.00 2043-09 FUND 0",
            "SURVIVOR_PENSION 1800.00 2025-04~2025-08 FUND 1", "SURVIVOR_PENSION 1384.61 2025-09~2043-08 FUND 1",
            "SURVIVOR_PENSION 1800.00 2043-09 FUND 1",
            "SURVIVOR_PENSION 1800.00 2025-04~2025-08 FUND 2", "SURVIVOR_PENSION 1384.61 2025-09~2043-08 FUND 2",
            "SURVIVOR_PENSION 1800.00 2043-09 FUND 2",
            "SURVIVOR_PENSION 1384.61 2025-09~2043-08 FUND 3"])


    # Art. 72
    def test_who_comes_of_age_leaves_the_share_to_the_others_from_the_month_after(self):
        four = [relative(SPOUSE), {"relation": CHILD, "birthDate": day("2008-01-15")},
                {"relation": CHILD, "birthDate": day("2020-06-01")}, relative(PARENT, loneOrOrphan=True)]
        # 40, 30, 30 and 40 of 140, then 40, 30 and 40 of 110, then 40 and 40 of 100 hundredths.
        self.assertEqual(lines(death(survivors=four))[2:], [
            "SURVIVOR_PENSION 1714.28 2025-04~2026-01 FUND 0", "SURVIVOR_PENSION 2181.81 2026-02~2038-06 FUND 0",
            "SURVIVOR_PENSION 2400.00 2038-07 FUND 0", "SURVIVOR_PENSION 1285.71 2025-04~2026-01 FUND 1",
            "SURVIVOR_PENSION 1285.71 2025-04~2026-01 FUND 2", "SURVIVOR_PENSION 1636.36 2026-02~2038-06 FUND 2",
            "SURVIVOR_PENSION 1714.28 2025-04~2026-01 FUND 3", "SURVIVOR_PENSION 2181.81 2026-02~2038-06 FUND 3",
            "SURVIVOR_PENSION 2400.00 2038-07 FUND 3"])


class Requests(unittest.TestCase):
    def test_what_is_not_known_is_no_fact(self):
        for fields in ({"injuredOn": day("2020-05-06")}, {"disabilityGrade": 11}, {"deathCase": "DEATH_CASE_AT_HOME"},
                       {"kind": "ESTIMATE_KIND_OTHER"}, {"ownWage": {"yuan": "-1"}}, {"ownWage": {"yuan": "NaN"}}):
            with self.assertRaises((TypeError, ValueError)):
                disability(**{"disabilityGrade": 1, **fields})
        twice = [{"month": month("2020-01"), "base": {"yuan": yuan}} for yuan in ("1.00", "2.00")]
        with self.assertRaises(ValueError):
            disability(disabilityGrade=1, bases=twice)


if __name__ == "__main__":
    unittest.main()
