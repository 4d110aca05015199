//! Rules that no journey reaches, or that are best seen in figures.

use benefit_review::device::rules::{
    Approved, Claimed, Decided, Known, Standing, Sums, decide, limit, not_settled, sums,
    within_days,
};
use contracts::Refused;
use law::Sheet;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::*;

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
    devices: Vec<GivenDevice>,
    #[serde(default)]
    compensated: Decimal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenDevice {
    price: Decimal,
    /// For all of them; none where the catalogue sets no limit.
    at_most: Option<Decimal>,
    quantity: i32,
    #[serde(default)]
    overdue: bool,
    #[serde(default)]
    not_insured: bool,
    #[serde(default)]
    not_fitted: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    fund: Decimal,
    employer: Decimal,
    compensated: Decimal,
    nobody: Decimal,
}

fn standing(overdue: bool) -> Standing<'static> {
    Standing {
        recognition_number: NUMBER,
        revoked: false,
        settled_from_on: None,
        died_on: None,
        overdue: overdue.then_some((TODAY, FITTED)),
    }
}

fn decided(given: &GivenDevice, sheet: &mut Sheet) -> Decided {
    let claimed = Claimed {
        approval_id: "0190163d-8694-739b-aea5-966c26f8ad92",
        code: LEG,
        serial_number: "JZ-1",
        fitted_on: FITTED,
        unit_price: given.price,
    };
    let approved = Approved {
        days: (FITTED, FITTED),
        quantity: given.quantity,
        at_most: given.at_most,
        recorded_on: (!given.not_fitted).then_some(FITTED),
    };
    let known = Known {
        approved: Some(approved),
        claimed_in: None,
        fund_pays: !given.not_insured,
    };
    decide(claimed, standing(given.overdue), &known, sheet)
}

// Art. 67
#[test]
fn what_was_claimed_is_divided_among_those_who_bear_it_to_the_fen() {
    let text = include_str!("../../law/device_claims.yaml");
    let cases: Vec<Worked> = serde_saphyr::from_str(text).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let mut sheet = Sheet::new();
        let devices = case.given.devices.iter();
        let decided: Vec<_> = devices.map(|one| decided(one, &mut sheet)).collect();
        let total = case.given.devices.iter().map(|one| one.price).sum();
        let found = sums(total, &decided, case.given.compensated, &mut sheet);
        let expected = Sums {
            total,
            fund: case.expect.fund,
            employer: case.expect.employer,
            compensated: case.expect.compensated,
            nobody: case.expect.nobody,
        };
        assert_eq!(found, expected, "{}", case.name);
        let parts = found.fund + found.employer + found.compensated + found.nobody;
        assert_eq!(parts, total, "{}", case.name);
    }
}

// Art. 67
#[test]
fn so_many_devices_are_never_paid_more_than_is_approved_for_all() {
    for (at_most, quantity, expected) in [("100", 3, "33.33"), ("2999.98", 2, "1499.99")] {
        let approved = Approved {
            days: (FITTED, FITTED),
            quantity,
            at_most: Some(at_most.parse().unwrap()),
            recorded_on: None,
        };
        assert_eq!(limit(&approved), Some(expected.parse().unwrap()));
    }
}

/// The name of the reason for which something is refused, if it is.
fn why(found: Result<(), Refused>) -> Option<String> {
    found.err().map(|refused| refused.reason().reason)
}

// Art. 59, Art. 67
#[test]
fn devices_are_fitted_within_their_days_and_before_benefits_are_settled_once_for_all() {
    let eve = date!(2026 - 11 - 22);
    let days = (TODAY, FITTED);
    for (fitted_on, expected) in [
        (TODAY, None),
        (FITTED, None),
        (date!(2026 - 11 - 01), Some("DEVICE_OUT_OF_DAYS".to_owned())),
        (date!(2026 - 11 - 24), Some("DEVICE_OUT_OF_DAYS".to_owned())),
    ] {
        assert_eq!(why(within_days(fitted_on, days)), expected);
    }
    assert_eq!(why(not_settled(eve, Some(FITTED))), None);
    assert_eq!(why(not_settled(FITTED, None)), None);
    assert_eq!(
        why(not_settled(FITTED, Some(FITTED))).as_deref(),
        Some("DEVICE_SETTLED_ONCE")
    );
}
