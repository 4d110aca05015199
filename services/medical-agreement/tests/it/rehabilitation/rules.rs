//! The rules by themselves: worked cases of the time of rehabilitation, and a draw worked by hand.

use contracts::medical_agreement::v1::ExpertOpinion;
use law::{Catalogue, Law};
use medical_agreement::PARAMETERS;
use medical_agreement::rehabilitation::rules::{self, agrees, median, next, ranked, seated};
use serde::Deserialize;
use time::macros::date;

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
    before: i64,
    days: i64,
    found: Vec<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    median: i64,
    refused: Option<String>,
}

fn the_law() -> Law {
    let catalogue = Catalogue::parse(PARAMETERS).unwrap();
    catalogue
        .as_of("440300", date!(2026 - 11 - 02), &[], &[])
        .unwrap()
}

// Art. 48
// Art. 49
#[test]
fn the_time_of_rehabilitation_is_that_of_the_worked_cases() {
    let cases: Vec<Worked> =
        serde_saphyr::from_str(include_str!("../../law/rehabilitation_days.yaml")).unwrap();
    let law = the_law();
    let most = law.integer("rehabilitation_days_at_most").unwrap();
    let least = law.integer("rehabilitation_experts").unwrap();
    for case in cases {
        let opinions: Vec<_> = (1..)
            .zip(&case.given.found)
            .map(|(n, days)| ExpertOpinion {
                expert_number: format!("ZJ{n:03}"),
                has_value: *days > 0,
                days: *days,
                ..ExpertOpinion::default()
            })
            .collect();
        let found = case.given.found.iter().map(|days| i64::from(*days));
        assert_eq!(median(found.collect()), case.expect.median, "{}", case.name);
        let asked = (case.given.before, case.given.days);
        let answer = rules::time(asked, (most.clone(), least.clone()), &opinions);
        let refused = answer.as_ref().err().map(|why| why.reason().reason);
        assert_eq!(refused, case.expect.refused, "{}", case.name);
        if let Ok(sheet) = answer {
            assert_eq!(sheet.value, case.given.days.into(), "{}", case.name);
        }
    }
}

// Art. 49
#[test]
fn a_draw_worked_by_hand_comes_out_whatever_the_order_of_the_pool() {
    let pool: Vec<String> = (1..=5).map(|n| format!("ZJ{n:03}")).collect();
    let seed = [0x5a; 32];
    // The pool sorted by `printf '<seed><number>' | sha256sum`.
    let expected = ["ZJ005", "ZJ002", "ZJ004", "ZJ003", "ZJ001"];
    assert_eq!(ranked(&seed, &pool), expected);
    let mut turned = pool.clone();
    turned.reverse();
    assert_eq!(ranked(&seed, &turned), expected);
    assert_ne!(ranked(&[0x5b; 32], &pool), expected);

    let ranked = ranked(&seed, &pool);
    let replaced = [ranked[1].clone()];
    assert_eq!(
        seated(&ranked, 3, &replaced),
        [expected[0], expected[2], expected[3]]
    );
    assert_eq!(next(&ranked, 3, 0), Some(&ranked[3]));
    assert_eq!(next(&ranked, 3, 2), None);
}

// Art. 49
#[test]
fn a_draw_that_was_tampered_with_does_not_agree() {
    let pool: Vec<String> = (1..=5).map(|n| format!("ZJ{n:03}")).collect();
    let ranked = ranked(&[0x5a; 32], &pool);
    let drawn = ranked[..3].to_vec();
    assert!(agrees(&ranked, &drawn, &[]));
    assert!(agrees(&ranked, &drawn, &[&ranked[3]]));
    assert!(agrees(&ranked, &drawn, &[&ranked[4], &ranked[3]]));
    assert!(!agrees(&ranked, &drawn, &[&ranked[4]]));
    assert!(!agrees(&ranked, &drawn, &[&ranked[3], &ranked[4], "ZJ006"]));
    let favoured = vec![ranked[4].clone(), ranked[1].clone(), ranked[2].clone()];
    assert!(!agrees(&ranked, &favoured, &[]));
}
