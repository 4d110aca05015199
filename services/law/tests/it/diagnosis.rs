//! Codes of diagnoses.

use law::diagnosis::{category, is_code};

#[test]
fn a_code_is_a_letter_and_two_digits_and_may_say_more_after_a_point() {
    for code in ["S92", "S92.3", "T93.201", "Z47.0"] {
        assert!(is_code(code), "{code}");
    }
    for text in [
        "", "S9", "s92", "92S", "S92.", "S92.3a", "S92.3014", "S923", "骨折",
    ] {
        assert!(!is_code(text), "{text}");
    }
}

#[test]
fn the_category_stands_before_the_point() {
    assert_eq!(category("S92.3"), "S92");
    assert_eq!(category("S92"), "S92");
}
