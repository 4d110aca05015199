//! The pure rules of the section.

use contracts::Refused;
use contracts::medical_agreement::v1::Refusal;
use medical_agreement::treatment::rules::{diagnosis_codes, is_related, outside};

// Art. 42
#[test]
fn a_place_is_outside_where_neither_code_begins_as_the_other() {
    for (area, code, expected) in [
        ("440300", "430100", true),
        ("440300", "441900", true),
        ("440300", "440300", false),
        ("440300", "440305", false),
        // The province that the area is in says of no place that it is outside.
        ("440300", "440000", false),
        ("440000", "440305", false),
        ("441000", "441900", true),
        ("310000", "320100", true),
        ("440300", "000000", false),
    ] {
        let found = outside(area, code);
        let is_outside = match found {
            Ok(()) => true,
            Err(refused) => !Refused::is(&refused, Refusal::WithinArea),
        };
        assert_eq!(is_outside, expected, "{area} {code}");
    }
}

// Art. 44
#[test]
fn a_diagnosis_is_a_capital_letter_two_digits_and_digits_after_a_point() {
    for (code, expected) in [
        ("S72", true),
        ("S72.0", true),
        ("T14.001", true),
        ("s72.0", false),
        ("S7", false),
        ("S72.", false),
        ("S72.0x1", false),
        ("S720", false),
        ("S72.0.1", false),
        ("骨折", false),
        ("Ｓ72", false),
        ("", false),
    ] {
        let codes = ["S72.0".to_owned(), code.to_owned()];
        assert_eq!(diagnosis_codes(&codes).is_ok(), expected, "{code}");
    }
}

// Art. 44
#[test]
fn a_relapse_is_related_by_the_category_of_one_of_its_diagnoses() {
    let codes = |codes: &[&str]| {
        codes
            .iter()
            .map(|&code| code.to_owned())
            .collect::<Vec<_>>()
    };
    for (diagnoses, recognised, expected) in [
        (codes(&["S72.1"]), codes(&["S72.0", "T14"]), true),
        (codes(&["M86.4", "T14.0"]), codes(&["S72.0", "T14"]), true),
        (codes(&["M86.4"]), codes(&["S72.0", "T14"]), false),
        // What was recognised is not known.
        (codes(&["M86.4"]), Vec::new(), true),
    ] {
        assert_eq!(
            is_related(&diagnoses, &recognised),
            expected,
            "{diagnoses:?}"
        );
    }
}
