//! Months count like integers and print like a form.

use law::{Month, MonthRange};
use proptest::prelude::*;
use time::macros::date;

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn any_month() -> impl Strategy<Value = Month> {
    (1990i32..2100, 1u8..=12).prop_map(|(year, number)| Month::new(year, number).unwrap())
}

#[test]
fn a_month_is_written_with_four_and_two_digits() {
    assert_eq!(month("2026-03").to_string(), "2026-03");
    assert_eq!(Month::of(date!(2026 - 11 - 30)).to_string(), "2026-11");
}

#[test]
fn text_that_is_no_month_is_refused() {
    for text in [
        "2026-13", "2026-00", "2026-1", "26-01", "2026/01", "0000-01", "+026-01", "",
    ] {
        let error = text.parse::<Month>().unwrap_err().to_string();
        assert!(error.contains(text) && error.contains("2026-11"), "{error}");
    }
}

#[test]
fn the_month_after_december_is_january() {
    assert_eq!(month("2025-12").next(), month("2026-01"));
    assert_eq!(month("2026-01").previous(), month("2025-12"));
}

#[test]
fn february_ends_on_the_29th_in_a_leap_year_only() {
    assert_eq!(month("2024-02").last_day(), date!(2024 - 02 - 29));
    assert_eq!(month("2026-02").last_day(), date!(2026 - 02 - 28));
    assert_eq!(month("2100-02").last_day(), date!(2100 - 02 - 28));
}

#[test]
fn a_range_has_both_its_ends_and_may_be_empty() {
    let all: Vec<_> = Month::range(month("2025-11"), month("2026-02")).collect();
    assert_eq!(all.len(), 4);
    assert_eq!(all.last(), Some(&month("2026-02")));
    assert_eq!(Month::range(month("2026-02"), month("2026-01")).count(), 0);
    assert_eq!(Month::range(month("2026-02"), month("2025-01")).len(), 0);
}

#[test]
fn arithmetic_stops_at_the_last_month_there_is() {
    assert_eq!(month("9999-12").next(), month("9999-12"));
    assert_eq!(month("9999-12").last_day(), date!(9999 - 12 - 31));
    assert_eq!(month("0001-01").plus(i32::MIN), month("0001-01"));
}

#[test]
fn two_ranges_meet_in_the_months_of_both() {
    let year = MonthRange::new(month("2025-01"), month("2025-12")).unwrap();
    let later = MonthRange::new(month("2025-10"), month("2026-03")).unwrap();
    let both = year.intersection(later).unwrap();
    assert_eq!(
        (both.count(), both.to_string().as_str()),
        (3, "2025-10至2025-12")
    );
    assert!(MonthRange::new(month("2026-01"), month("2025-12")).is_none());
}

proptest! {
    #[test]
    fn adding_months_and_taking_them_away_changes_nothing(from in any_month(), by in -500i32..500) {
        prop_assert_eq!(from.plus(by).plus(-by), from);
        prop_assert_eq!(from.months_to(from.plus(by)), by);
    }

    #[test]
    fn the_day_after_the_last_day_is_the_first_of_the_next(month in any_month()) {
        prop_assert_eq!(month.last_day().next_day(), Some(month.next().first_day()));
        prop_assert!(month.contains(month.first_day()) && month.contains(month.last_day()));
    }

    #[test]
    fn text_order_and_month_order_are_one(a in any_month(), b in any_month()) {
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        prop_assert_eq!(a.to_string().parse::<Month>(), Ok(a));
    }
}
