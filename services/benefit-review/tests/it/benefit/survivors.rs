//! What an estimate says of each of those who depended on the deceased.

use super::*;

/// A relative of whom nothing but the day of birth is stated.
fn born(relation: SurvivorRelation, born_on: time::Date) -> Survivor {
    Survivor {
        relation: relation as i32,
        birth_date: on(born_on),
        ..Survivor::default()
    }
}

// Art. 70
#[tokio::test]
async fn who_has_no_pension_is_named_with_the_reason_that_would_be_told() {
    let asked = EstimateBenefitsRequest {
        survivors: vec![
            survivor(SurvivorRelation::Parent),
            born(SurvivorRelation::Spouse, date!(1985 - 01 - 01)),
            born(SurvivorRelation::Child, date!(2002 - 12 - 31)),
            born(SurvivorRelation::Sibling, date!(2020 - 11 - 01)),
        ],
        ..missing()
    };
    let found = estimate(&alone().await, asked).await.unwrap();
    let persons: Vec<_> = found.benefits.iter().filter_map(|one| one.person).collect();
    assert_eq!(persons, [0]);
    let expected = [
        ("第2名（配偶）", "在2020-10-15没有达到规定的年龄"),
        // The pensions begin in January 2021.
        ("第3名（子女）", "在2020-12-31已满18周岁"),
        ("第4名（兄弟姐妹）", "尚未出生"),
    ];
    assert_eq!(found.remarks.len(), expected.len(), "{:?}", found.remarks);
    for (remark, (name, why)) in found.remarks.iter().zip(expected) {
        assert_eq!(remark.label, format!("供养亲属抚恤金，{name}"));
        assert_eq!(remark.value, "不享受");
        let says = |part: &str| remark.source.contains(part);
        assert!(says(name) && says(why), "{}", remark.source);
    }
}

// Art. 70
#[tokio::test]
async fn two_spouses_are_refused_as_on_the_form() {
    let mut asked = missing();
    asked.survivors.push(survivor(SurvivorRelation::Spouse));
    let status = estimate(&alone().await, asked).await.unwrap_err();
    assert_eq!(reason(&status), "SURVIVOR_TWICE");
    assert!(status.message().contains("第6名（配偶）"), "{status}");
}
