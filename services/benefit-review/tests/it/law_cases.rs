//! The worked cases of `tests/law`, which a jurist can read and add to.

mod adjustments;
mod advance;
mod advance_payees;
mod benefit_properties;
pub mod benefits;
mod bill;
mod bills;
mod due_properties;
mod properties;
mod third_party;
mod travel;

use benefit_review::injury::rules::{Dates, overdue, recognition_due};
use law::Catalogue;
use law::calendar::Holidays;
use serde::Deserialize;
use time::Date;
use time::macros::format_description;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worked {
    name: String,
    #[expect(dead_code, reason = "read by `cargo xtask traceability`")]
    article: u32,
    given: Given,
    expect: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    happened: String,
    applied: String,
    accepted: String,
    extended_until: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    due: String,
    /// First and last day of the time whose costs the employer bears.
    employer_bears: Option<(String, String)>,
}

fn day(text: &str) -> Date {
    Date::parse(text, format_description!("[year]-[month]-[day]")).unwrap()
}

// Art. 58
#[test]
fn the_employer_bears_the_costs_of_an_application_after_its_last_day() {
    let catalogue = Catalogue::parse(benefit_review::PARAMETERS).unwrap();
    let holidays = Holidays::shipped().unwrap();
    let text = include_str!("../law/late_applications.yaml");
    let cases: Vec<Worked> = serde_saphyr::from_str(text).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let happened_on = day(&case.given.happened);
        let law = catalogue.as_of("440300", happened_on, &[], &[]).unwrap();
        let due_on = recognition_due(happened_on, &law, &holidays).unwrap();
        assert_eq!(due_on, day(&case.expect.due), "{}", case.name);
        let dates = Dates {
            happened_on,
            applied_on: day(&case.given.applied),
            accepted_on: day(&case.given.accepted),
            decided_on: day(&case.given.accepted),
            time_limit_on: case.given.extended_until.as_deref().map(day),
        };
        let expected = case.expect.employer_bears;
        let expected = expected.map(|(from, until)| (day(&from), day(&until)));
        assert_eq!(overdue(dates, due_on), expected, "{}", case.name);
    }
}
