//! The worked cases of `tests/law` on devices, which a jurist can read and add to.

use contracts::Refused;
use contracts::medical_agreement::v1::CatalogueItem;
use medical_agreement::device::rules::{Confirmation, decided, replaced};
use medical_agreement::device::store::PieceRow;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::macros::format_description;

use super::*;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worked<G, E> {
    name: String,
    #[expect(dead_code, reason = "read by `cargo xtask traceability`")]
    article: u32,
    given: G,
    expect: E,
}

fn cases<G: DeserializeOwned, E: DeserializeOwned>(text: &str) -> Vec<Worked<G, E>> {
    let cases: Vec<Worked<G, E>> = serde_saphyr::from_str(text).unwrap();
    assert!(!cases.is_empty());
    cases
}

fn day(text: &str) -> Date {
    Date::parse(text, format_description!("[year]-[month]-[day]")).unwrap()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    since: String,
    months: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replacement {
    on: String,
    confirmed: i32,
    asked: i32,
    #[serde(default)]
    early: bool,
    confirmed_on: Option<String>,
    held: Vec<Held>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    replaces: Option<i32>,
    refused: Option<String>,
    replaceable_on: Option<String>,
}

fn gap(refused: &Refused, name: &str) -> Option<String> {
    let mut gaps = refused.gaps().iter();
    gaps.find(|(gap, _)| *gap == name)
        .map(|(_, value)| value.clone())
}

// Art. 50
#[test]
fn a_device_is_replaced_when_the_worked_cases_say_so() {
    for case in cases::<Replacement, Answer>(include_str!("../../law/devices.yaml")) {
        let given = case.given;
        let mut item = confirmed(LEG, given.confirmed);
        if given.early {
            item.early_ground = EarlyGround::BeyondRepair as i32;
        }
        let confirmation = Confirmation {
            confirmed_on: day(given.confirmed_on.as_deref().unwrap_or("2026-10-20")),
            items: &[item],
        };
        let piece = |held: &Held| PieceRow {
            code: LEG.to_owned(),
            since_on: day(&held.since),
            useful_months: held.months,
        };
        let held: Vec<_> = given.held.iter().map(piece).collect();
        let item = wanted(LEG, given.asked);
        match replaced(&item, confirmation, &held, day(&given.on)) {
            Ok(replaces) => assert_eq!(Some(replaces), case.expect.replaces, "{}", case.name),
            Err(refused) => {
                let found = Some(refused.reason().reason);
                assert_eq!(found, case.expect.refused, "{}", case.name);
                let when = gap(&refused, "replaceable_on");
                assert_eq!(when, case.expect.replaceable_on, "{}", case.name);
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Priced {
    quantity: i32,
    price_limit: Option<Decimal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    each: Vec<Option<String>>,
    sum: Decimal,
}

// Art. 50, Art. 51
#[test]
fn the_fund_pays_no_more_than_the_worked_cases_say() {
    for case in cases::<Vec<Priced>, Limits>(include_str!("../../law/device_limits.yaml")) {
        let codes = ["A", "B", "C"].into_iter().zip(&case.given);
        let row = |(code, priced): (&str, &Priced)| CatalogueItem {
            code: code.to_owned(),
            name: code.to_owned(),
            unit: "件".to_owned(),
            price_limit: priced.price_limit.map(Into::into),
            useful_months: 12,
            ..CatalogueItem::default()
        };
        let listed: Vec<_> = codes.clone().map(row).collect();
        let items: Vec<_> = codes
            .map(|(code, one)| wanted(code, one.quantity))
            .collect();
        let all: Vec<_> = items
            .iter()
            .map(|item| confirmed(&item.code, item.quantity))
            .collect();
        let confirmation = Confirmation {
            confirmed_on: TODAY,
            items: &all,
        };
        let (found, sheet) = decided(&items, confirmation, (&listed, &[]), TODAY).unwrap();
        let each: Vec<_> = found
            .into_iter()
            .map(|item| item.at_most.map(|money| money.to_string()))
            .collect();
        assert_eq!(each, case.expect.each, "{}", case.name);
        assert_eq!(sheet.value, case.expect.sum, "{}", case.name);
    }
}
