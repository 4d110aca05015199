"""Tests of the books; they need no server."""

import datetime
import decimal
import unittest

from google.protobuf.wrappers_pb2 import StringValue

from ledger import SUMS, Ledger, Refused

DAY = datetime.date(2026, 12, 10)


class Agency:
    """Answers each call with how many there were."""

    def __init__(self):
        self.calls = 0

    def answer(self, _request) -> StringValue:
        self.calls += 1
        return StringValue(value=str(self.calls))

    def refuse(self, _request) -> StringValue:
        raise Refused("CARD_UNKNOWN", "请核对社会保障卡。")

    def vanish(self, _request) -> StringValue:
        self.calls += 1
        raise ConnectionError


class BooksAreKept(unittest.TestCase):
    def setUp(self):
        self.ledger = Ledger(":memory:")
        self.agency = Agency()

    def once(self, content: str, call) -> str:
        return self.ledger.once("ZY-1", "admit", StringValue(value=content), call, StringValue()).value

    def test_what_was_answered_is_not_sent_again(self):
        self.assertEqual([self.once("a", self.agency.answer) for _ in range(2)], ["1", "1"])
        self.assertEqual(self.agency.calls, 1)

    def test_what_has_no_answer_is_sent_again_with_the_same_content_only(self):
        with self.assertRaises(ConnectionError):
            self.once("a", self.agency.vanish)
        self.assertTrue(self.ledger.is_sent("ZY-1", "admit"))
        with self.assertRaises(Refused) as other:
            self.once("b", self.agency.answer)
        self.assertEqual(other.exception.reason, "SENT_BEFORE")
        self.assertEqual(self.once("a", self.agency.answer), "2")

    def test_what_was_refused_is_corrected_and_sent(self):
        with self.assertRaises(Refused):
            self.once("a", self.agency.refuse)
        self.assertFalse(self.ledger.is_sent("ZY-1", "admit"))
        self.assertEqual(self.once("b", self.agency.answer), "1")

    def test_a_stream_has_the_lines_of_a_day_that_are_new(self):
        self.ledger.plan("ZY-1", DAY, {2: b"two", 1: b"one"})
        self.ledger.plan("ZY-1", DAY, {2: b"two", 1: b"one"})
        self.assertEqual(self.ledger.open_streams("ZY-1"), [("2026-12-10", 0, [b"one", b"two"])])
        self.ledger.answer_stream("ZY-1", "2026-12-10", 0, [])
        self.ledger.plan("ZY-1", DAY, {1: b"one", 2: b"two", 3: b"three"})
        self.assertEqual(self.ledger.open_streams("ZY-1"), [("2026-12-10", 1, [b"three"])])

    def test_a_line_that_was_refused_is_corrected_under_its_number_and_one_that_was_taken_is_not(self):
        self.ledger.plan("ZY-1", DAY, {1: b"one", 2: b"two"})
        self.ledger.answer_stream("ZY-1", "2026-12-10", 0, [(2, "请更正。")])
        self.assertEqual(self.ledger.taken("ZY-1"), {1})
        self.assertEqual(self.ledger.refused("ZY-1"), {2: "请更正。"})
        self.ledger.plan("ZY-1", DAY, {1: b"one", 2: b"better"})
        self.assertEqual(self.ledger.open_streams("ZY-1"), [("2026-12-10", 1, [b"better"])])
        with self.assertRaises(Refused) as changed:
            self.ledger.plan("ZY-1", DAY, {1: b"other"})
        self.assertEqual(changed.exception.reason, "LINE_CHANGED")

    def test_a_bill_is_booked_once_on_the_day_of_its_settlement(self):
        sums = {name: decimal.Decimal("10.50") for name in SUMS}
        for visit in ("ZY-1", "ZY-1", "ZY-2"):
            self.ledger.settle(visit, DAY, 3, sums)
        day = self.ledger.day(DAY)
        self.assertEqual((day["encounters"], day["lines"], day["fund"]), (2, 6, decimal.Decimal("21.00")))
        self.assertEqual(self.ledger.day(DAY + datetime.timedelta(days=1))["encounters"], 0)


if __name__ == "__main__":
    unittest.main()
