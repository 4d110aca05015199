//! Long-term benefits settled once for all.

use benefit_review::benefit::rules::rounding;
use benefit_review::disability::rules::settlement::{Settled, Standard, settlement};
use chassis::testing::eventually;
use contracts::registration::v1::StaffChangeKind;
use law::{Sheet, Unwritten};
use serde::Deserialize;

use super::*;
use crate::law_cases::benefits::catalogue;

/// A person born in 1990 with grade 4 who is nursed in part, as decided.
async fn appraised() -> Injured {
    let injured = injured().await;
    let degrees = (4, NursingGrade::Partly);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    injured
}

fn form(injured: &Injured) -> OneOffSettlementForm {
    OneOffSettlementForm {
        employer_id: injured.employer_id.clone(),
        person_id: injured.person.person_id.clone(),
        name: injured.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        explained: true,
        agreed_on: on(CONCLUDED),
        agreement_number: "协〔2027〕1号".to_owned(),
        relation_ends_on: on(CONCLUDED),
        rural_resident: true,
    }
}

// Art. 59
#[tokio::test]
async fn what_is_paid_by_the_month_is_paid_once_by_the_table_of_the_area_and_ends() {
    let injured = appraised().await;
    let settle = form(&injured);
    let refused = injured.sign(&settle).await.unwrap_err();
    assert_eq!(reason(&refused), "DISABILITY_NOT_DECIDED");
    let appraisal = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&appraisal).await;
    let refused = injured.sign(&settle).await.unwrap_err();
    assert_eq!(reason(&refused), "PARAMETER");
    for (name, value) in [
        ("settlement_basis", "monthly"),
        ("settlement_allowance.4_30", "180"),
        ("settlement_nursing.partly_0", "150"),
    ] {
        injured.town.set(name, value).await;
    }
    let case = injured.sign(&settle).await.unwrap();
    let decision: OneOffSettlementDecision =
        chassis::wire::from_any(case.decision.as_ref().unwrap()).unwrap();
    assert_eq!(decision.age, 36);
    assert_eq!(yuan(decision.amount.as_ref()), "1170000.00");
    assert!(!decision.borne_by_employer);
    assert_eq!(text(decision.ends_from_month), "2027-04");
    let shown: Vec<_> = decision
        .worksheet
        .as_ref()
        .unwrap()
        .lines
        .iter()
        .map(|line| (line.label.as_str(), line.value.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("伤残津贴", "自2027-04起停发"),
            ("生活护理费", "自2027-04起停发"),
            ("伤残等级", "4"),
            ("工伤保险关系终止之日年龄（周岁）", "36"),
            ("伤残津贴（每月）", "4500.00"),
            ("一次性伤残津贴标准", "180"),
            ("生活护理费（每月）", "2400.00"),
            ("一次性生活护理费标准", "150"),
            ("一次性工伤保险长期待遇", "1170000.00"),
        ]
    );
    let decided = injured.told().await;
    assert_eq!(
        told(&decided[1]),
        [
            "DISABILITY_ALLOWANCE 0.00 2027-04 FUND replaces",
            "NURSING_ALLOWANCE 0.00 2027-04 FUND replaces",
            "ONE_OFF_SETTLEMENT 1170000.00 FUND",
        ]
    );
    let listed = injured
        .claims(&handler(), ListCashClaimsRequest::default())
        .await;
    let sequences: Vec<_> = listed.iter().map(|claim| claim.sequence).collect();
    assert_eq!(sequences, [1, 0]);
    let injury = injured.town.injury(&injured.person.person_id, NUMBER).await;
    assert_eq!(injury.relation(), RelationState::Settled);
    assert_eq!(injury.present_employer_id, "");
    assert_eq!(injured.refused(&appraisal).await, "DISABILITY_SETTLED");
    let again = injured.sign(&settle).await.unwrap_err();
    assert_eq!(reason(&again), "RELATION_OVER");
}

// Art. 59, Art. 68
#[tokio::test]
async fn a_settlement_is_not_applied_for_on_the_form_of_disability() {
    let injured = appraised().await;
    let form = injured.form(DisabilityOccasion::Settlement);
    assert_eq!(injured.refused(&form).await, "DISABILITY_RETIREMENT_FACTS");
}

/// What the area has set of settlements.
async fn table(injured: &Injured) {
    for (name, value) in [
        ("settlement_basis", "monthly"),
        ("settlement_allowance.4_30", "180"),
        ("settlement_nursing.partly_0", "150"),
    ] {
        injured.town.set(name, value).await;
    }
}

// Art. 59
#[tokio::test]
async fn of_who_dies_before_the_last_signature_nothing_is_settled() {
    let injured = appraised().await;
    injured
        .approve(&injured.form(DisabilityOccasion::Appraisal))
        .await;
    table(&injured).await;
    let service = &injured.town.service;
    let settle = form(&injured);
    let case = service.submit(&handler(), &settle, PAPERS).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    let (town, kind) = (&injured.town, StaffChangeKind::Death);
    town.report(&injured.employer_id, injured.n, kind, CONCLUDED)
        .await;
    eventually(async || town.injury(&injured.person.person_id, NUMBER).await.died_on).await;
    let refused = service.sign_next(&case).await.unwrap_err();
    assert_eq!(reason(&refused), "DISABILITY_AFTER_DEATH");
    assert_eq!(injured.told().await.len(), 1);
    let injury = town.injury(&injured.person.person_id, NUMBER).await;
    assert_eq!(injury.relation(), RelationState::WithEmployer);
}

// Art. 59, Art. 68
#[tokio::test]
async fn an_allowance_that_a_pension_has_taken_the_place_of_is_not_settled() {
    let injured = appraised().await;
    injured
        .approve(&injured.form(DisabilityOccasion::Appraisal))
        .await;
    let retired_on = date!(2027 - 05 - 31);
    injured.at(retired_on);
    let retired = DisabilityForm {
        retired_on: on(retired_on),
        basic_pension: Some(contracts::Money::from_text("4500.00")),
        ..injured.form(DisabilityOccasion::Retirement)
    };
    injured.approve(&retired).await;
    table(&injured).await;
    let settle = OneOffSettlementForm {
        agreed_on: on(retired_on),
        relation_ends_on: on(retired_on),
        ..form(&injured)
    };
    let case = injured.sign(&settle).await.unwrap();
    let decision: OneOffSettlementDecision =
        chassis::wire::from_any(case.decision.as_ref().unwrap()).unwrap();
    // Nursing alone: 150 months of 2400 yuan.
    assert_eq!(yuan(decision.amount.as_ref()), "360000.00");
    let decided = injured.told().await;
    assert_eq!(
        told(&decided[2]),
        [
            "NURSING_ALLOWANCE 0.00 2027-06 FUND replaces",
            "ONE_OFF_SETTLEMENT 360000.00 FUND",
        ]
    );
}

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
    #[serde(rename = "伤残等级")]
    grade: i32,
    #[serde(rename = "终止之日年龄")]
    age: i32,
    #[serde(rename = "伤残津贴")]
    allowance: Decimal,
    #[serde(rename = "生活自理障碍等级", default)]
    nursing: String,
    #[serde(rename = "生活护理费", default)]
    nursing_allowance: Decimal,
    #[serde(rename = "替代参数")]
    parameters: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(rename = "一次性工伤保险长期待遇")]
    due: Option<Decimal>,
    /// Part of the sentence that refuses.
    #[serde(rename = "不予核定")]
    refused: Option<String>,
}

fn degree(label: &str) -> NursingGrade {
    match label {
        "" => NursingGrade::Unspecified,
        "生活完全不能自理" => NursingGrade::Full,
        "生活大部分不能自理" => NursingGrade::Mostly,
        "生活部分不能自理" => NursingGrade::Partly,
        other => panic!("{other}"),
    }
}

// Art. 59
#[test]
fn what_is_settled_once_for_all_is_that_of_the_worked_cases() {
    let text = include_str!("../../law/settlement.yaml");
    let cases: Vec<Worked> = serde_saphyr::from_str(text).unwrap();
    let catalogue = catalogue();
    for case in cases {
        let given = case.given;
        let settled = Settled {
            grade: given.grade,
            nursing: degree(&given.nursing),
            age: given.age,
            allowance: given.allowance,
            nursing_allowance: given.nursing_allowance,
        };
        let assumed: Vec<_> = given.parameters.into_iter().collect();
        let on = date!(2027 - 03 - 10);
        let law = catalogue.as_of(AREA, on, &[], &assumed).unwrap();
        let found = Standard::of(&settled, &law, rounding(&law).unwrap());
        match (case.expect.due, found) {
            (Some(due), Ok(standard)) => {
                let sheet = settlement::<Sheet>(&settled, &standard);
                let quick = settlement::<Unwritten>(&settled, &standard);
                assert_eq!(sheet.value, due, "{}：{:#?}", case.name, sheet.lines);
                assert_eq!(quick.value, due, "{}", case.name);
            }
            (None, Err(why)) => {
                let part = case.expect.refused.unwrap();
                assert!(why.to_string().contains(&part), "{}：{why}", case.name);
            }
            (_, found) => panic!("{}：{found:?}", case.name),
        }
    }
}
