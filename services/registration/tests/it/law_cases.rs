//! The worked cases of `tests/law`, which a jurist can read and add to.

use law::Month;
use registration::certificate::rules::valid_until;
use registration::employer::rules::risk_class;
use registration::enrolment::rules::declared_month;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::Date;
use time::macros::format_description;

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
struct Industry {
    industry: String,
    on: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    class: Option<u32>,
    table: Option<u32>,
    refused: Option<String>,
}

// Art. 9
#[test]
fn the_risk_class_is_that_of_the_table_in_force_on_the_date_of_the_decision() {
    for case in cases::<Industry, Class>(include_str!("../law/risk_classes.yaml")) {
        let found = risk_class(&case.given.industry, "经营范围", day(&case.given.on));
        match found {
            Ok((class, sheet)) => {
                assert_eq!(Some(class.risk_class), case.expect.class, "{}", case.name);
                assert_eq!(Some(class.table), case.expect.table, "{}", case.name);
                assert_eq!(sheet.value, class.risk_class.into(), "{}", case.name);
            }
            Err(refused) => assert_eq!(
                Some(refused.reason().reason),
                case.expect.refused,
                "{}",
                case.name
            ),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Dates {
    Hire { registered_on: String, due_day: i64 },
    Certificate { issued_on: String, years: i64 },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dated {
    declared_month: Option<Month>,
    valid_until: Option<String>,
}

// Art. 10, Art. 19
#[test]
fn declaration_months_and_terms_of_certificates_are_those_of_the_worked_cases() {
    for case in cases::<Dates, Dated>(include_str!("../law/dates.yaml")) {
        match case.given {
            Dates::Hire {
                registered_on,
                due_day,
            } => {
                let found = declared_month(day(&registered_on), due_day);
                assert_eq!(Some(found), case.expect.declared_month, "{}", case.name);
            }
            Dates::Certificate { issued_on, years } => {
                let found = valid_until(day(&issued_on), years);
                assert_eq!(
                    Some(found),
                    case.expect.valid_until.as_deref().map(day),
                    "{}",
                    case.name
                );
            }
        }
    }
}
