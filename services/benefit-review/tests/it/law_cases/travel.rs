//! Travel, board and lodging of treatment outside of the area.

use std::collections::{BTreeMap, BTreeSet};

use benefit_review::medical::rules::{Standards, outside};
use law::calendar::add_days;
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
    /// From this day on the standards are 600, 200 and 100.
    dearer_from: Option<String>,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            trips: Vec::new(),
            lodgings: Vec::new(),
            approved: vec![("2026-03-02".to_owned(), "2026-03-10".to_owned())],
            dearer_from: None,
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
        let dearer_from = given.dearer_from.as_deref().map(day);
        let mut granted = BTreeMap::new();
        for (from, until) in &given.approved {
            let days = std::iter::successors(Some(day(from)), |on| Some(add_days(*on, 1)));
            for on in days.take_while(|on| *on <= day(until)) {
                let is_dearer = dearer_from.is_some_and(|from_on| from_on <= on);
                let [fare, night, board] = match is_dearer {
                    true => [600, 200, 100],
                    false => [500, 150, 80],
                };
                let standards = Standards {
                    fare: standard(fare),
                    night: standard(night),
                    board: standard(board),
                };
                granted.insert(on, standards);
            }
        }
        let mut had = BTreeSet::new();
        let on = (&mut had, &mut Sheet::new());
        let granted = outside(&trips, &lodgings, &granted, on);
        let expected = (case.expect.travel, case.expect.stay);
        assert_eq!(granted, expected, "{}", case.name);
    }
}
