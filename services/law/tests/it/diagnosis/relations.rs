//! The worked cases of `tests/law`, which a jurist can read and add to.

use std::collections::BTreeSet;

use law::diagnosis::{Relation, relation};
use serde::Deserialize;

use super::table::ON;

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
    treated: String,
    recognised: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    relation: String,
}

// Art. 62
#[test]
fn a_treatment_matches_the_recognised_injury_or_comes_of_it_or_does_not() {
    let cases: Vec<Worked> =
        serde_saphyr::from_str(include_str!("../../law/diagnosis_relations.yaml")).unwrap();
    let mut found = BTreeSet::new();
    for case in cases {
        let Given {
            treated,
            recognised,
        } = case.given;
        let relation = relation(&treated, &recognised, ON).unwrap();
        assert_eq!(
            relation.label(),
            case.expect.relation,
            "{}: {treated} {recognised:?}",
            case.name
        );
        found.insert(relation);
    }
    let all = [
        Relation::Same,
        Relation::SamePart,
        Relation::Consequence,
        Relation::Aftercare,
        Relation::Unrelated,
    ];
    assert_eq!(found, BTreeSet::from(all));
}
