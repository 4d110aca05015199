"""Tests of what is read and summed; they need no server."""

import datetime
import decimal
import json
import unittest

import stays

LINE = {"number": 1, "kind": "DRUG", "code": "A01", "name": "布洛芬", "day": "2026-12-10", "quantity": "1.5",
        "unit_price": "3.33"}
STAY = {"visit": "ZY-1", "kind": "INPATIENT", "card": "4403000000000001", "name": "职工1", "diagnoses": ["S92.3"],
        "admitted_on": "2026-12-10", "discharged_on": "2026-12-12"}


def stay(*lines: dict, **changes) -> stays.Stay:
    (one,) = stays.read(json.dumps([{**STAY, **changes, "lines": [{**LINE, **line} for line in lines]}]))
    return one


class StaysAreRead(unittest.TestCase):
    def test_an_amount_is_rounded_to_the_fen_half_away_from_zero(self):
        (line,) = stay({}).lines
        self.assertEqual(line.amount, decimal.Decimal("5.00"))
        (line,) = stay({"quantity": 0.5, "unit_price": "0.01"}).lines
        self.assertEqual(line.amount, decimal.Decimal("0.01"))

    def test_what_is_voided_does_not_count(self):
        one = stay({}, {"number": 2, "voided": True})
        self.assertEqual([line.number for line in one.counted], [1])
        self.assertEqual(one.total, decimal.Decimal("5.00"))

    def test_lines_come_day_by_day_in_the_order_of_their_numbers(self):
        one = stay({"number": 3}, {"number": 2, "day": "2026-12-11"}, {"number": 1})
        self.assertEqual([(day, [line.number for line in lines]) for day, lines in one.by_day()],
                         [(datetime.date(2026, 12, 10), [1, 3]), (datetime.date(2026, 12, 11), [2])])

    def test_records_of_the_course_are_read_once_by_their_numbers(self):
        record = {"number": 1, "kind": "FIRST", "day": "2026-12-10", "doctor": "赵医师", "text": "入院。"}
        (one,) = stay({}, records=[record]).records
        self.assertEqual((one.kind, one.day), ("FIRST", datetime.date(2026, 12, 10)))
        for records in ([record, record], [{**record, "day": "2026-13-01"}]):
            with self.assertRaises(SystemExit):
                stay({}, records=records)

    def test_a_visit_is_over_within_a_day(self):
        self.assertTrue(stay({}, kind="OUTPATIENT", discharged_on="2026-12-10").is_visit)
        self.assertFalse(stay({}, kind="OUTPATIENT").is_visit)
        self.assertFalse(stay({}, discharged_on="2026-12-10").is_visit)

    def test_what_cannot_be_read_is_named(self):
        for line in ({"quantity": "一"}, {"day": "2026-13-01"}, {"colour": "red"}):
            with self.assertRaisesRegex(SystemExit, "ZY-1"):
                stay(line)
        with self.assertRaisesRegex(SystemExit, "ZY-1"):
            stay({}, {})


if __name__ == "__main__":
    unittest.main()
