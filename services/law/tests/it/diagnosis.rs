//! Codes of diagnoses.

use law::diagnosis::{category, is_category, is_code};

mod properties;
mod relations;
mod table;

#[test]
fn a_code_is_a_letter_and_two_digits_and_may_say_more_after_a_point() {
    for code in ["S92", "S92.3", "T93.201", "Z47.0"] {
        assert!(is_code(code), "{code}");
    }
    for text in [
        "", "S9", "s92", "92S", "S92.", "S92.3a", "S92.3014", "S923", "骨折", "S9２",
    ] {
        assert!(!is_code(text), "{text}");
    }
}

#[test]
fn the_category_stands_before_the_point() {
    assert_eq!(category("S92.3"), "S92");
    assert_eq!(category("S92"), "S92");
}

#[test]
fn a_category_is_one_that_icd_10_has() {
    for code in ["A00", "S92", "T66", "Z99"] {
        assert!(is_category(code), "{code}");
    }
    // There is no T72, T77, T89 or S100 in ICD-10, and a finer code is no category.
    for text in ["T72", "T77", "T89", "S100", "S92.3", "S9", "s92", ""] {
        assert!(!is_category(text), "{text}");
    }
}

#[test]
fn every_category_of_the_list_is_found() {
    let codes: Vec<_> = table::categories().collect();
    assert_eq!(codes.len(), 2050);
    assert!(codes.is_sorted());
    for code in codes {
        assert!(is_category(code), "{code}");
    }
}
