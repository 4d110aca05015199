//! The table of injuries agrees with itself and with the categories of ICD-10.

use law::diagnosis::{
    BodyPart, Class, DiagnosisError, Nature, category, class_on, is_category, is_code,
};
use time::Date;
use time::macros::date;

pub const ON: Date = date!(2026 - 11 - 28);

/// The categories of ICD-10.
pub fn categories() -> impl Iterator<Item = &'static str> {
    let list = include_str!("../../../data/icd10_categories.csv");
    list.lines().filter(|code| is_code(code))
}

/// A line of the table.
pub struct Row {
    pub effective_on: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    source: &'static str,
}

/// Every line of the table, as it stands in the file.
pub fn rows() -> Vec<Row> {
    let table = include_str!("../../../data/injury_diagnoses.csv");
    let mut lines = table.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(
        lines.next(),
        Some("effective_on,from,to,part,nature,source")
    );
    let row = |line: &'static str| {
        let fields: Vec<_> = line.split(',').collect();
        assert_eq!(fields.len(), 6, "{line}");
        Row {
            effective_on: fields[0],
            from: fields[1],
            to: fields[2],
            source: fields[5],
        }
    };
    lines.map(row).collect()
}

fn class(code: &str) -> Option<Class> {
    class_on(code, ON).unwrap()
}

#[test]
fn every_range_begins_and_ends_with_a_category_that_there_is() {
    for row in rows() {
        let (from, to) = (row.from, row.to);
        assert!(is_code(from) && is_category(category(from)), "{from}");
        assert!(is_code(to) && is_category(category(to)), "{to}");
        assert!(from <= to, "{from}-{to}");
        // A range of finer codes is an exception within one category.
        assert_eq!(from.len(), to.len(), "{from}-{to}");
        assert!(
            from.len() == 3 || category(from) == category(to),
            "{from}-{to}"
        );
    }
}

#[test]
fn the_ranges_of_one_date_stand_in_order_and_do_not_overlap() {
    for finer in [false, true] {
        let mut rows = rows();
        rows.retain(|row| (row.from.len() > 3) == finer);
        assert!(rows.len() > 20);
        for pair in rows.windows(2) {
            let (one, next) = (&pair[0], &pair[1]);
            assert!(
                one.effective_on < next.effective_on
                    || one.effective_on == next.effective_on && one.to < next.from,
                "{} {}",
                one.to,
                next.from
            );
        }
    }
}

#[test]
fn every_row_was_understood_and_names_its_block() {
    for row in rows() {
        assert!(row.source.starts_with("ICD-10 "), "{}", row.from);
        let says_none = row.from == "Z50.2";
        assert_eq!(class(row.from).is_none(), says_none, "{}", row.from);
        assert_eq!(class(row.to), class(row.from), "{}", row.from);
    }
}

#[test]
fn every_part_and_every_nature_is_used_and_labelled() {
    let classes: Vec<_> = rows().iter().filter_map(|row| class(row.from)).collect();
    for part in BodyPart::ALL {
        assert!(!part.label().is_empty());
        assert!(classes.iter().any(|class| class.part == *part), "{part:?}");
    }
    for nature in Nature::ALL {
        assert!(!nature.label().is_empty());
        assert!(
            classes.iter().any(|class| class.nature == *nature),
            "{nature:?}"
        );
    }
}

#[test]
fn a_finer_code_is_of_its_category_unless_the_table_says_otherwise() {
    assert_eq!(class("S92.301"), class("S92"));
    let frostbite_of = |part| {
        Some(Class {
            part,
            nature: Nature::Frostbite,
        })
    };
    assert_eq!(class("T33"), frostbite_of(BodyPart::Unspecified));
    assert_eq!(class("T33.501"), frostbite_of(BodyPart::WristAndHand));
    assert_eq!(class("H83.3").unwrap().nature, Nature::Noise);
    assert_eq!(class("H83"), None);
    assert_eq!(class("I10"), None);
}

#[test]
fn before_the_first_table_there_is_no_answer() {
    let error = class_on("S92", date!(2010 - 12 - 31)).unwrap_err();
    let expected = DiagnosisError::BeforeFirst {
        on: date!(2010 - 12 - 31),
        first: date!(2011 - 01 - 01),
    };
    assert_eq!(error, expected);
    assert!(error.to_string().contains("2010-12-31") && error.to_string().contains("2011-01-01"));
    assert!(class_on("S92", date!(2011 - 01 - 01)).is_ok());
}

#[test]
fn a_code_that_icd_10_does_not_have_is_refused() {
    for text in ["", "骨折", "S9", "T72", "T72.0", "S92.3014"] {
        let error = class_on(text, ON).unwrap_err();
        let expected = DiagnosisError::Unknown {
            code: text.to_owned(),
        };
        assert_eq!(error, expected);
        assert!(error.to_string().contains("请核对"));
    }
}
