"""Tests of the books and the lists; they need no server."""

import datetime
import decimal
import unittest

import lists
from books import Account, Books

DUE_ON = datetime.date(2026, 3, 25)


def books_of(count: int) -> Books:
    accounts = {
        f"E{number:05}": Account(f"E{number:05}", f"E{number:05}", decimal.Decimal(f"{number + 1}.37"), DUE_ON)
        for number in range(count)
    }
    books = Books((2026, 3), accounts)
    lists.give_habits(books, 1)
    return books


def first_of(books: Books) -> list[lists.Payment]:
    return lists.first_list(books, 1, datetime.date(2026, 3, 17), DUE_ON)


class BooksAreKept(unittest.TestCase):
    def test_late_fee_counts_from_the_day_after_the_due_date_to_the_day_of_payment(self):
        account = Account("E", "E", decimal.Decimal("10000.00"), DUE_ON)
        self.assertEqual(account.late_fee_on(DUE_ON), 0)
        self.assertEqual(account.late_fee_on(datetime.date(2026, 3, 26)), decimal.Decimal("5.00"))
        self.assertEqual(account.late_fee_on(datetime.date(2026, 4, 4)), decimal.Decimal("50.00"))

    def test_a_payment_covers_the_contribution_then_the_late_fee_and_the_rest_is_excess(self):
        account = Account("E", "E", decimal.Decimal("10000.00"), DUE_ON)
        account.collect(decimal.Decimal("10010.00"), datetime.date(2026, 3, 26))
        self.assertEqual((account.unpaid, account.late_fee, account.excess), (0, 5, 5))

    def test_what_is_due_is_what_was_collected_and_what_is_unpaid(self):
        books = books_of(300)
        first = first_of(books)
        lists.book(books, "first", first)
        lists.book(books, "second", lists.second_list(books, 1, first, datetime.date(2026, 3, 30)))
        totals = {name: decimal.Decimal(value) for name, value in books.totals().items()}
        self.assertEqual(totals["due"], totals["principal"] + totals["unpaid"])
        self.assertGreater(totals["owing"], 0)

    def test_a_list_is_booked_once(self):
        books = books_of(50)
        rows = first_of(books)
        lists.book(books, "first", rows)
        once = books.totals()
        lists.book(books, "first", rows)
        self.assertEqual(books.totals(), once)


class ListsHaveTroubles(unittest.TestCase):
    def test_one_seed_makes_one_list(self):
        self.assertEqual(first_of(books_of(80)), first_of(books_of(80)))

    def test_every_kind_of_trouble_occurs_even_with_few_employers(self):
        books = books_of(20)
        rows = first_of(books)
        rows += lists.second_list(books, 1, rows, datetime.date(2026, 3, 30))
        self.assertLessEqual(
            {"PAYER_UNKNOWN", "PAYER_MISSING", "PAYER_CONTRADICTORY", "CHANNEL", "PAID_LATER", "TWICE_IN_LIST",
             "ROW_INVALID", "MONTH_NOT_DUE", "PAID_SHORT", "PAID_OVER", "ENTERED_BEFORE", "PAID_IN_TWO_LISTS"},
            {row.expected for row in rows})

    def test_who_pays_late_pays_everything_with_the_late_fee(self):
        books = books_of(60)
        lists.book(books, "first", first_of(books))
        day = datetime.date(2026, 4, 8)
        late = lists.late_list(books, ("short", "dunned"), 3, day)
        lists.book(books, "late", late)
        self.assertTrue(late)
        for row in late:
            account = books.accounts[row.employer_id]
            self.assertEqual((account.unpaid, account.excess), (0, 0))

    def test_the_check_character_of_a_known_code_is_found(self):
        self.assertEqual(lists._check_character("91350100M000100Y4"), "3")


if __name__ == "__main__":
    unittest.main()
