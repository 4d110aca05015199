//! Travel, board and lodging of treatment outside of the area.

use std::collections::BTreeSet;

use benefit_review::medical::rules::{Standards, outside};
use law::{Basis, Cited, Sheet};
use rust_decimal::Decimal;
use serde::Deserialize;
use time::macros::date;

use super::day;

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
#[serde(deny_unknown_fields, default)]
struct Given {
    trips: Vec<(String, Decimal)>,
    lodgings: Vec<(String, i32, Decimal)>,
    approved: Vec<(String, String)>,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            trips: Vec::new(),
            lodgings: Vec::new(),
            approved: vec![("2026-03-02".to_owned(), "2026-03-10".to_owned())],
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    travel: Decimal,
    stay: Decimal,
}

fn standard(yuan: i64) -> Cited<Decimal> {
    Cited {
        value: Decimal::from(yuan),
        basis: Basis::new(
            "统筹地区人民政府".into(),
            "标准".into(),
            date!(2026 - 01 - 01),
        ),
    }
}

// Art. 64
#[test]
fn travel_and_lodging_are_granted_up_to_the_standards_in_the_days_that_were_approved() {
    let cases: Vec<Worked> = serde_saphyr::from_str(include_str!("../../law/travel.yaml")).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let given = case.given;
        let trips: Vec<_> = given
            .trips
            .iter()
            .map(|(on, fare)| (day(on), *fare))
            .collect();
        let lodgings = given.lodgings.iter();
        let lodgings: Vec<_> = lodgings
            .map(|(on, nights, amount)| (day(on), *nights, *amount))
            .collect();
        let approved = given.approved.iter();
        let approved: Vec<_> = approved
            .map(|(from, until)| (day(from), day(until)))
            .collect();
        let standards = Standards {
            fare: standard(500),
            night: standard(150),
            board: standard(80),
        };
        let mut had = BTreeSet::new();
        let on = (standards, &mut had, &mut Sheet::new());
        let granted = outside(&trips, &lodgings, &approved, on);
        let expected = (case.expect.travel, case.expect.stay);
        assert_eq!(granted, expected, "{}", case.name);
    }
}
