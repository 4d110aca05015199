//! What holds of relations whatever the diagnoses.

use law::diagnosis::{DiagnosisError, Relation, category, is_category, relation};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use time::macros::date;

use super::table::{ON, categories, rows};

/// A code of a category that there is, finer or not.
fn any_code() -> impl Strategy<Value = String> {
    let categories: Vec<_> = categories().collect();
    finer(select(categories))
}

/// A code of a category at which a row of the table begins.
fn any_code_of_the_table() -> impl Strategy<Value = String> {
    let begins: Vec<_> = rows().iter().map(|row| category(row.from)).collect();
    finer(select(begins))
}

/// A code of chapter XIX that is an injury itself, not what comes of one.
fn any_injury() -> impl Strategy<Value = String> {
    let categories = categories();
    let injuries: Vec<_> = categories
        .filter(|code| ("S00".."T79").contains(code))
        .collect();
    finer(select(injuries))
}

fn finer(category: impl Strategy<Value = &'static str>) -> impl Strategy<Value = String> {
    (category, "(\\.[0-9]{1,3})?").prop_map(|(category, finer)| format!("{category}{finer}"))
}

#[test]
fn a_diagnosis_is_the_same_as_itself() {
    let mut tried = 0;
    for row in rows() {
        let (from, to) = (category(row.from), category(row.to));
        for code in categories().filter(|code| (from..=to).contains(code)) {
            tried += 1;
            assert_eq!(relation(code, &[code], ON), Ok(Relation::Same), "{code}");
        }
        for code in [row.from, row.to] {
            assert_eq!(relation(code, &[code], ON), Ok(Relation::Same), "{code}");
        }
    }
    assert!(tried > 200);
}

proptest! {
    #[test]
    fn what_else_was_recognised_brings_a_diagnosis_nearer_or_leaves_it_where_it_is(
        treated in any_code_of_the_table(),
        recognised in prop::collection::vec(any_code_of_the_table(), 1..4),
        more in any_code(),
    ) {
        let before = relation(&treated, &recognised, ON).unwrap();
        let with_more = [recognised, vec![more.clone()]].concat();
        let after = relation(&treated, &with_more, ON).unwrap();
        prop_assert!(after <= before);
        prop_assert_eq!(after, before.min(relation(&treated, &[more], ON).unwrap()));
    }

    #[test]
    fn the_order_in_which_they_were_recognised_does_not_matter(
        treated in any_code(),
        recognised in prop::collection::vec(any_code_of_the_table(), 2..5),
    ) {
        let reversed: Vec<_> = recognised.iter().rev().collect();
        prop_assert_eq!(
            relation(&treated, &recognised, ON),
            relation(&treated, &reversed, ON)
        );
    }

    #[test]
    fn two_injuries_stand_to_each_other_alike(one in any_injury(), other in any_injury()) {
        prop_assert_eq!(
            relation(&one, &[&other], ON),
            relation(&other, &[&one], ON)
        );
    }

    #[test]
    fn where_nothing_was_recognised_nothing_is_related(treated in any_code()) {
        prop_assert_eq!(relation(&treated, &[""; 0], ON), Ok(Relation::Unrelated));
    }

    #[test]
    fn a_slip_of_the_pen_is_found_wherever_it_is(
        text in "\\PC{0,8}|[A-Z][0-9]{2}(\\.[0-9]{0,4})?",
        codes in prop::collection::vec(any_code(), 0..3),
        at in any::<Index>(),
    ) {
        prop_assume!(!is_category(category(&text)));
        let unknown = Err(DiagnosisError::Unknown { code: text.clone() });
        prop_assert_eq!(relation(&text, &codes, ON), unknown.clone());
        let mut recognised = codes;
        recognised.insert(at.index(recognised.len() + 1), text);
        prop_assert_eq!(relation("S92", &recognised, ON), unknown);
    }

    #[test]
    fn before_the_first_table_no_two_are_related(one in any_code(), other in any_code()) {
        let before = relation(&one, &[other], date!(2010 - 12 - 31));
        prop_assert!(
            matches!(before, Err(DiagnosisError::BeforeFirst { .. })),
            "{:?}",
            before
        );
    }
}
