//! An industry has the risk class of the table in force on the day.

use std::collections::BTreeMap;

use law::industry::{Division, IndustryError, SECTIONS, risk_class};
use time::macros::date;

fn division(code: &str) -> Division {
    code.parse().unwrap()
}

#[test]
fn the_standard_has_ninety_six_divisions_each_in_one_section() {
    assert_eq!(Division::all().count(), 96);
    let mut sections: BTreeMap<char, usize> = BTreeMap::new();
    for (code, division) in (1..).zip(Division::all()) {
        assert_eq!(division.to_string(), format!("{code:02}"));
        assert!(!division.name().is_empty());
        *sections.entry(division.section().letter).or_default() += 1;
    }
    assert_eq!(sections.len(), SECTIONS.len());
    assert_eq!((sections[&'C'], sections[&'T']), (31, 1));
}

#[test]
fn coal_mining_is_class_three_of_three_and_later_eight_of_eight() {
    let coal = division("06");
    assert_eq!(
        (coal.name(), coal.section().name),
        ("煤炭开采和洗选业", "采矿业")
    );
    let old = risk_class(coal, date!(2015 - 09 - 30)).unwrap();
    let new = risk_class(coal, date!(2015 - 10 - 01)).unwrap();
    assert_eq!((old.value, new.value), (3, 8));
    assert!(old.basis.source.contains("〔2003〕29号") && new.basis.source.contains("〔2015〕71号"));
}

#[test]
fn before_the_first_table_there_is_no_class() {
    let error = risk_class(division("65"), date!(2003 - 12 - 31)).unwrap_err();
    assert_eq!(
        error,
        IndustryError::BeforeFirst {
            on: date!(2003 - 12 - 31)
        }
    );
    assert!(error.to_string().contains("2003-12-31"));
}

#[test]
fn every_class_lies_within_its_table() {
    for division in Division::all() {
        let old = risk_class(division, date!(2010 - 01 - 01)).unwrap().value;
        let new = risk_class(division, date!(2020 - 01 - 01)).unwrap().value;
        assert!(
            (1..=3).contains(&old) && (1..=8).contains(&new),
            "{division:?}"
        );
    }
}

#[test]
fn what_is_no_division_is_refused() {
    for code in ["00", "97", "6", "006", "A1", "+6", ""] {
        assert!(
            code.parse::<Division>()
                .unwrap_err()
                .to_string()
                .contains("GB/T 4754"),
            "{code}"
        );
    }
}
