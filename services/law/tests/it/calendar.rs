//! Deadlines skip weekends and holidays and mind the weekend days worked for them.

use law::calendar::{
    Deadline, Holidays, Term, add_days, add_months, age_on, days_between, reaches_age_on,
};
use proptest::prelude::*;
use time::Date;
use time::macros::date;

fn holidays() -> Holidays {
    Holidays::shipped().unwrap()
}

fn working_days_after(start: Date, days: u16) -> Deadline {
    Deadline::after(start, Term::WorkingDays(days), &holidays())
}

#[test]
fn the_day_from_which_a_term_runs_is_not_counted() {
    let deadline = Deadline::after(date!(2026 - 03 - 02), Term::Days(15), &holidays());
    assert_eq!(deadline.due_on, date!(2026 - 03 - 17));
    assert!(!deadline.is_past(date!(2026 - 03 - 17)) && deadline.is_past(date!(2026 - 03 - 18)));
}

#[test]
fn working_days_skip_the_spring_festival_and_count_the_sunday_worked_for_it() {
    // Friday 13 February; the 14th is worked, 15 to 23 are off.
    let deadline = working_days_after(date!(2026 - 02 - 13), 2);
    assert_eq!(
        deadline,
        Deadline {
            due_on: date!(2026 - 02 - 24),
            holidays_known: true
        }
    );
    assert_eq!(
        working_days_after(date!(2026 - 02 - 13), 1).due_on,
        date!(2026 - 02 - 14)
    );
}

#[test]
fn a_notice_reaches_back_into_december() {
    let holidays = holidays();
    assert!(holidays.is_working_day(date!(2018 - 12 - 29)));
    assert!(!holidays.is_working_day(date!(2018 - 12 - 31)));
    assert!(holidays.is_working_day(date!(2011 - 12 - 31)));
}

#[test]
fn the_holidays_changed_by_a_later_notice_are_as_changed() {
    let holidays = holidays();
    assert!(!holidays.is_working_day(date!(2015 - 09 - 03)));
    assert!(holidays.is_working_day(date!(2015 - 09 - 06)));
    assert!(!holidays.is_working_day(date!(2019 - 05 - 02)));
    assert!(holidays.is_working_day(date!(2019 - 05 - 05)));
    assert!(!holidays.is_working_day(date!(2020 - 02 - 01)));
    assert!(holidays.is_working_day(date!(2020 - 02 - 03)));
}

#[test]
fn beyond_the_known_notices_weekends_and_fixed_holidays_are_skipped_and_the_deadline_says_so() {
    // The first three days of October are statutory holidays, the fourth is a Saturday.
    let deadline = working_days_after(date!(2031 - 09 - 30), 1);
    assert_eq!(
        deadline,
        Deadline {
            due_on: date!(2031 - 10 - 06),
            holidays_known: false
        }
    );
    for (start, due_on) in [
        (date!(2030 - 12 - 31), date!(2031 - 01 - 02)),
        (date!(2031 - 04 - 30), date!(2031 - 05 - 05)),
    ] {
        assert_eq!(working_days_after(start, 1).due_on, due_on);
    }
    assert!(!working_days_after(date!(2026 - 12 - 24), 3).holidays_known);
    assert!(working_days_after(date!(2025 - 12 - 24), 3).holidays_known);
    assert!(Deadline::after(date!(2031 - 09 - 30), Term::Days(5), &holidays()).holidays_known);
}

#[test]
fn a_deadline_on_a_holiday_may_move_to_the_next_working_day() {
    let holidays = holidays();
    let deadline = Deadline::after(date!(2026 - 09 - 20), Term::Days(12), &holidays);
    assert_eq!(deadline.due_on, date!(2026 - 10 - 02));
    assert_eq!(
        deadline.moved_to_working_day(&holidays).due_on,
        date!(2026 - 10 - 08)
    );
    let working = Deadline::after(date!(2026 - 03 - 02), Term::Days(1), &holidays);
    assert_eq!(working.moved_to_working_day(&holidays), working);
}

#[test]
fn a_term_in_months_ends_on_the_last_day_of_a_shorter_month() {
    assert_eq!(add_months(date!(2026 - 01 - 31), 1), date!(2026 - 02 - 28));
    assert_eq!(add_months(date!(2024 - 02 - 29), 12), date!(2025 - 02 - 28));
    assert_eq!(add_months(date!(2026 - 03 - 31), -1), date!(2026 - 02 - 28));
    let year = Deadline::after(date!(2025 - 11 - 05), Term::Months(12), &Holidays::none());
    assert_eq!(year.due_on, date!(2026 - 11 - 05));
    assert_eq!(Term::WorkingDays(5).to_string(), "5个工作日");
}

#[test]
fn a_year_of_age_is_full_on_the_birthday() {
    assert_eq!(age_on(date!(2008 - 11 - 23), date!(2026 - 11 - 22)), 17);
    assert_eq!(age_on(date!(2008 - 11 - 23), date!(2026 - 11 - 23)), 18);
    assert_eq!(age_on(date!(2026 - 11 - 23), date!(2026 - 11 - 22)), -1);
    assert_eq!(age_on(date!(2008 - 02 - 29), date!(2026 - 02 - 28)), 18);
    assert_eq!(
        reaches_age_on(date!(2008 - 02 - 29), 18),
        date!(2026 - 02 - 28)
    );
}

#[test]
fn the_day_of_payment_counts_and_the_day_due_does_not() {
    assert_eq!(
        days_between(date!(2026 - 02 - 15), date!(2026 - 02 - 16)),
        1
    );
    assert_eq!(
        days_between(date!(2026 - 02 - 15), date!(2026 - 02 - 15)),
        0
    );
}

#[test]
fn holidays_with_faults_are_refused() {
    let good = "
years:
  - year: 2030
    source: 通知
    days_off: [2030-01-01/2030-01-02]
    worked: [2030-01-05]
";
    assert!(
        Holidays::parse(good)
            .unwrap()
            .is_working_day(date!(2030 - 01 - 05))
    );
    for (from, to, part) in [
        ("2030-01-05]", "2030-01-04]", "星期六"),
        ("2030-01-01/2030-01-02", "2030-01-02/2030-01-01", "起止"),
        ("2030-01-01/2030-01-02", "2029-10-01", "2029-10-01"),
        (
            "2030-01-01/2030-01-02",
            "2030-01-05",
            "既列为放假又列为上班",
        ),
        ("source: 通知", "source: ''", "文号"),
        ("worked:", "work:", "work"),
    ] {
        let error = Holidays::parse(&good.replace(from, to))
            .unwrap_err()
            .to_string();
        assert!(error.contains(part), "{error}");
    }
}

fn any_date() -> impl Strategy<Value = Date> {
    (0i32..6000).prop_map(|days| add_days(date!(2012 - 01 - 01), days))
}

proptest! {
    #[test]
    fn a_deadline_in_working_days_is_a_working_day_and_counts_each_once(
        start in any_date(), days in 1u16..40,
    ) {
        let holidays = holidays();
        let due_on = Deadline::after(start, Term::WorkingDays(days), &holidays).due_on;
        prop_assert!(holidays.is_working_day(due_on));
        let counted = (1..=i32::try_from(days_between(start, due_on)).unwrap())
            .filter(|day| holidays.is_working_day(add_days(start, *day)))
            .count();
        prop_assert_eq!(counted, usize::from(days));
    }

    #[test]
    fn a_person_is_as_old_as_the_birthdays_reached(born in any_date(), on in any_date()) {
        let age = age_on(born, on);
        prop_assert!(reaches_age_on(born, age) <= on && on < reaches_age_on(born, age + 1));
    }
}
