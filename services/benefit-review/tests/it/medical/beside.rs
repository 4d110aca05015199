//! What bills of one person use up together: articles 41, 47 and 62.

use contracts::common::v1::{EvidenceKind, ParameterChangeForm};
use contracts::medical_agreement::v1::{ApprovedItem, RehabilitationForm, RehabilitationGoal};

use super::*;

// Art. 41
#[tokio::test]
async fn an_emergency_that_goes_on_in_bill_after_bill_is_looked_at() {
    let ward = Ward::of_injury_on(date!(2026 - 10 - 20)).await;
    let own = ward.injury.employer_id.clone();
    let mut bills = Vec::new();
    for (number, day) in [("JZ-1", 20), ("JZ-2", 22), ("JZ-3", 24)] {
        let day = date!(2026 - 10 - 01).replace_day(day).unwrap();
        let of_day = BillLine {
            service_on: on(day),
            ..dressing(1, "10")
        };
        bills.push(claims::paper_of(&ward, (number, day), &own, vec![of_day]).await);
    }
    let service = &ward.town.service;
    let ids: Vec<&str> = bills.iter().map(String::as_str).collect();
    let within = claims::claim(&ward, &own, &ids[..2], "20");
    let signed = service.approve(&handler(), &within, claims::PAPERS).await;
    signed.unwrap();
    let beyond = claims::claim(&ward, &own, &ids[2..], "10");
    let refused = service.approve(&handler(), &beyond, claims::PAPERS).await;
    assert_eq!(reason(&refused.unwrap_err()), "LINES_IN_REVIEW");
}

/// The day on which a ward stands.
const DAY: Date = date!(2026 - 11 - 20);

/// A plan for rehabilitation from [`DAY`] on, of three dressings for 130 yuan at most.
async fn planned(ward: &Ward) {
    let there = &ward.town.medical_agreement;
    let change = ParameterChangeForm {
        name: "rehabilitation_experts".to_owned(),
        value: "0".to_owned(),
        from: on(date!(2026 - 01 - 01)),
        source: "深人社规〔2025〕1号".to_owned(),
    };
    let information = chassis::testing::clerk(Department::Information, Duty::Handler);
    let papers = [EvidenceKind::LocalRule];
    let changed = there.approve(&information, &change, &papers).await;
    changed.unwrap();
    let plan = RehabilitationForm {
        person_id: ward.injury.person_id.clone(),
        name: ward.injury.name.clone(),
        recognition_number: NUMBER.to_owned(),
        employer_id: ward.injury.employer_id.clone(),
        treating_institution_id: ward.hospital.clone(),
        goals: vec![RehabilitationGoal::Body as i32],
        items: vec![ApprovedItem {
            code: DRESSING.to_owned(),
            name: "清创缝合".to_owned(),
            quantity: 3,
            at_most: yuan("130"),
        }],
        from_on: on(DAY),
        until_on: on(date!(2026 - 12 - 19)),
        expected_effect: "恢复下肢功能".to_owned(),
        cost: yuan("130"),
        ..RehabilitationForm::default()
    };
    let papers = [
        EvidenceKind::RecognitionDecision,
        EvidenceKind::RehabilitationPlan,
    ];
    there.approve(&handler(), &plan, &papers).await.unwrap();
}

/// A stay of a day for rehabilitation, with two dressings.
async fn stay(ward: &Ward, number: &str, day: Date) -> Settlement {
    let admission = Admission {
        admitted_on: on(day),
        ..ward.admission(number, EncounterKind::Rehabilitation)
    };
    let id = ward.admit(admission).await;
    let lines = vec![BillLine {
        service_on: on(day),
        ..line(1, CatalogueKind::TreatmentItem, DRESSING, "2", "50")
    }];
    let request = settle(&id, &lines);
    assert_eq!(ward.send(&ward.hospital, &id, lines).await.refused_rows, 0);
    ward.discharge(&id, day).await;
    let settled = ward.hospital().await.settle_encounter(request).await;
    settled.unwrap().into_inner().settlement.unwrap()
}

// Art. 47, Art. 62
#[tokio::test]
async fn a_plan_is_used_up_by_all_stays_under_it() {
    let ward = Ward::open().await;
    planned(&ward).await;
    let clock = ward.town.service.clock();
    clock.set(datetime!(2026-11-25 09:00 +8));
    let first = stay(&ward, "KF-1", DAY).await;
    assert_eq!(parts(&first)[0], "100.00");
    let second = stay(&ward, "KF-2", DAY + Duration::days(2)).await;
    assert_eq!(parts(&second)[0], "30.00");
    let reasons = second.lines[0].reasons.iter();
    let reasons: Vec<&str> = reasons.map(|why| why.reason.as_str()).collect();
    assert_eq!(reasons, ["LINE_PLAN_QUANTITY", "LINE_PLAN_AMOUNT"]);
    let third = stay(&ward, "KF-3", DAY + Duration::days(4)).await;
    assert_eq!(parts(&third)[0], "0.00");
}
