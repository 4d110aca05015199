//! The worked cases of `tests/law`, which a jurist can read and add to.

use std::collections::BTreeMap;

use chassis::Error;
use collection::assessment::rules::{
    Enquiry, SmallMine, SmallService, construction, estimate, late_fee_dates, small_mine,
    small_service,
};
use collection::rate::rules::{FloatingFacts, division, floating_tier, rate};
use contracts::collection::v1::{Mineral, SmallMineMethod, SmallServiceMeasure, SmallServiceTrade};
use law::{Catalogue, Law, LocalValue, Month};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::Date;
use time::macros::{date, format_description};

type Values = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EstimateCase {
    name: String,
    given: Given,
    expect: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    industry: String,
    month: Month,
    payroll: Decimal,
    #[serde(default)]
    tier: i32,
    due_on: Option<String>,
    paid_on: Option<String>,
    #[serde(default)]
    standing_in: Values,
    #[serde(default)]
    local: Values,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    class: Option<u8>,
    rate: Option<Decimal>,
    contribution: Option<Decimal>,
    late_fee: Option<Decimal>,
    refused: Option<String>,
    invalid: Option<String>,
}

// Art. 25
// Art. 28
#[test]
fn rates_of_both_tables_are_those_of_the_worked_cases() {
    check_estimates(include_str!("../law/rates.yaml"));
}

// Art. 30
#[test]
fn late_fees_are_those_of_the_worked_cases() {
    check_estimates(include_str!("../law/late_fees.yaml"));
}

fn check_estimates(yaml: &str) {
    let cases: Vec<EstimateCase> = read(yaml);
    assert!(cases.len() > 10);
    for EstimateCase {
        name,
        given,
        expect,
    } in cases
    {
        let day = |text: &str| {
            Date::parse(text, format_description!("[year]-[month]-[day]")).expect("a date")
        };
        let due_on = given.due_on.as_deref().map(day);
        let paid_on = given.paid_on.as_deref().map(day);
        let dates = due_on
            .zip(paid_on)
            .map(|(due, paid)| late_fee_dates(&catalogue(), due, paid))
            .unwrap_or_default();
        let laws: Vec<Law> = dates
            .into_iter()
            .map(|on| law_on(on, &given.local, &given.standing_in))
            .collect();
        let law = law_on(given.month.first_day(), &given.local, &given.standing_in);
        let enquiry = Enquiry {
            industry_code: given.industry,
            month: given.month,
            payroll: given.payroll,
            tier: given.tier,
            due_on,
            paid_on,
        };
        match estimate(&enquiry, &law, &laws) {
            Ok(found) => {
                assert_eq!(expect.refused, None, "{name}: should be refused");
                assert_eq!(expect.invalid, None, "{name}: should be invalid");
                let same = |expected: Option<Decimal>, found: Decimal, what: &str| {
                    assert_eq!(expected.unwrap_or(found), found, "{name}: {what}");
                };
                assert_eq!(
                    expect.class.unwrap_or(found.rate.class),
                    found.rate.class,
                    "{name}: class"
                );
                same(expect.rate, found.rate.worksheet.value, "rate");
                same(expect.contribution, found.contribution, "contribution");
                same(expect.late_fee, found.late_fee, "late fee");
                assert!(
                    found
                        .worksheet
                        .lines
                        .iter()
                        .all(|line| !line.source.is_empty()),
                    "{name}"
                );
            }
            Err(Error::Refused(refused)) => {
                assert_eq!(expect.refused, Some(refused.reason().reason), "{name}");
            }
            Err(Error::Invalid(found)) => {
                assert_eq!(expect.invalid, Some(found[0].path.clone()), "{name}")
            }
            Err(other) => panic!("{name}: {other}"),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpecialCase {
    name: String,
    construction: Option<ProjectGiven>,
    small_service: Option<ServiceGiven>,
    small_mine: Option<MineGiven>,
    local: Values,
    expect: Option<Decimal>,
}

#[derive(Deserialize)]
struct ProjectGiven {
    cost: Decimal,
}

#[derive(Deserialize)]
struct ServiceGiven {
    trade: String,
    measure: String,
    floor_area: Option<Decimal>,
    turnover: Option<Decimal>,
    #[serde(default)]
    headcount: u32,
    #[serde(default)]
    months: i32,
}

#[derive(Deserialize)]
struct MineGiven {
    mineral: String,
    method: String,
    output: Decimal,
}

// Art. 31
#[test]
fn the_three_special_ways_come_to_the_worked_cases() {
    let month: Month = "2020-01".parse().expect("a month");
    for case in read::<Vec<SpecialCase>>(include_str!("../law/special.yaml")) {
        let law = law_on(month.first_day(), &case.local, &Values::new());
        let rate_of = |industry| {
            rate(division(industry).expect("an industry"), month, 0, &law).expect("a rate")
        };
        let found = match (case.construction, case.small_service, case.small_mine) {
            (Some(given), ..) => construction(given.cost, &law),
            (_, Some(given), _) => {
                let facts = SmallService {
                    trade: SmallServiceTrade::from_str_name(&format!(
                        "SMALL_SERVICE_TRADE_{}",
                        given.trade.to_uppercase()
                    ))
                    .expect("a trade"),
                    measure: SmallServiceMeasure::from_str_name(&format!(
                        "SMALL_SERVICE_MEASURE_{}",
                        given.measure.to_uppercase()
                    ))
                    .expect("a measure"),
                    floor_area: given.floor_area,
                    turnover: given.turnover,
                    headcount: given.headcount,
                    months: given.months,
                };
                small_service(facts, &rate_of("62"), &law)
            }
            (.., Some(given)) => {
                let facts = SmallMine {
                    mineral: Mineral::from_str_name(&format!(
                        "MINERAL_{}",
                        given.mineral.to_uppercase()
                    ))
                    .expect("a mineral"),
                    method: SmallMineMethod::from_str_name(&format!(
                        "SMALL_MINE_METHOD_{}",
                        given.method.to_uppercase()
                    ))
                    .expect("a method"),
                    output: given.output,
                };
                small_mine(facts, &rate_of("06"), &law)
            }
            _ => panic!("{}: nothing is given", case.name),
        };
        match case.expect {
            Some(expected) => assert_eq!(found.expect(&case.name).value, expected, "{}", case.name),
            None => assert!(matches!(found, Err(Error::Refused(_))), "{}", case.name),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FloatingCase {
    name: String,
    given: FloatingGiven,
    expect: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FloatingGiven {
    class: u8,
    contributions: Decimal,
    benefits: Decimal,
    headcount: Decimal,
    #[serde(default)]
    injuries: u32,
    #[serde(default)]
    severe_cases: u32,
    #[serde(default)]
    deaths: u32,
    #[serde(default)]
    responsible_deaths: u32,
    #[serde(default)]
    occupational_diseases: u32,
    insured_months: Option<i32>,
    #[serde(default)]
    local: Values,
}

// Art. 26
#[test]
fn rates_float_as_in_the_worked_cases() {
    for FloatingCase {
        name,
        given,
        expect,
    } in read::<Vec<FloatingCase>>(include_str!("../law/floating.yaml"))
    {
        let law = law_on(date!(2020 - 01 - 01), &given.local, &Values::new());
        let facts = FloatingFacts {
            contributions: given.contributions,
            benefits: given.benefits,
            average_headcount: given.headcount,
            injuries: given.injuries,
            severe_cases: given.severe_cases,
            deaths: given.deaths,
            responsible_deaths: given.responsible_deaths,
            occupational_diseases: given.occupational_diseases,
            insured_months: given.insured_months.unwrap_or(36),
        };
        let found = floating_tier(given.class, &facts, &law).expect(&name);
        assert_eq!(found.tier, expect, "{name}: {:?}", found.worksheet.lines);
    }
}

fn read<T: DeserializeOwned>(yaml: &str) -> T {
    serde_saphyr::from_str(yaml).expect("the cases are readable")
}

fn catalogue() -> Catalogue {
    let files = [law::parameter::SHARED, collection::PARAMETERS].concat();
    Catalogue::parse(&files).expect("the parameters are readable")
}

fn law_on(on: Date, local: &Values, standing_in: &Values) -> Law {
    let local: Vec<LocalValue> = local
        .iter()
        .map(|(name, value)| LocalValue {
            name: name.clone(),
            from: date!(2016 - 01 - 01),
            value: value.clone(),
            source: "统筹地区文件".to_owned(),
        })
        .collect();
    let standing_in: Vec<_> = standing_in.clone().into_iter().collect();
    catalogue()
        .as_of("440300", on, &local, &standing_in)
        .expect("the values can be used")
}
