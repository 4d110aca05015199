//! Referrals out of the area.

use contracts::medical_agreement::v1::{AgreementForm, ReferralDecision};

use super::*;

// Art. 45, Art. 64
#[tokio::test]
async fn a_referral_leads_out_of_the_area_and_says_that_the_journey_is_paid() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    sign(&town.service, 1, MEDICAL).await;
    let form = referral(&person);
    let case = town.service.submit(&handler(), &form, PAPERS).await;
    let case = case.unwrap();
    let decision: ReferralDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(decision.referring_institution_name, "深圳市第1人民医院");
    assert_eq!(
        decision.notes,
        [
            "经批准到统筹地区以外就医的，交通、食宿费按照统筹地区人民政府规定的标准核定（第六十四条）。"
        ]
    );
    town.service.sign_off(&case).await.unwrap();
    let approval = town.approvals(&person).await.remove(0);
    assert_eq!(approval.kind(), ApprovalKind::Referral);
    assert_eq!(approval.institution_id, "");
    assert_eq!(approval.institution_name, "中山大学附属第一医院");
    assert_eq!(approval.outside_area, "440100");
    assert_eq!(refused(&town, &form).await, "APPROVAL_OVERLAPS");
}

// Art. 45
#[tokio::test]
async fn who_refers_was_named_for_it_and_may_give_its_opinion() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    sign(&town.service, 1, MEDICAL).await;
    let not_named = AgreementForm {
        refers: false,
        ..agreement_form(2, MEDICAL)
    };
    let signed = town.service.approve(&handler(), &not_named, PAPERS).await;
    signed.unwrap();
    let good = referral(&person);
    let form = |change: fn(&mut ReferralForm)| {
        let mut form = good.clone();
        change(&mut form);
        form
    };
    for (form, expected) in [
        (
            form(|form| form.referring_institution_id = institution_id(2)),
            "NOT_REFERRING",
        ),
        (
            form(|form| form.referring_institution_id = institution_id(3)),
            "INSTITUTION_UNKNOWN",
        ),
        (
            form(|form| form.target_area = AREA.to_owned()),
            "WITHIN_AREA",
        ),
        (
            form(|form| form.from_on = on(YESTERDAY)),
            "TREATMENT_BACKDATED",
        ),
        (
            form(|form| form.until_on = on(date!(2027 - 01 - 01))),
            "APPROVAL_PERIOD",
        ),
        (
            form(|form| form.employer_id = credit_code("91", 9)),
            "EMPLOYER_OF_PERSON",
        ),
    ] {
        assert_eq!(refused(&town, &form).await, expected);
    }
    suspend_doctor(&town, 1).await;
    assert_eq!(refused(&town, &good).await, "DOCTOR_SUSPENDED");
}

// Art. 45, Art. 53
#[tokio::test]
async fn who_is_not_recognised_yet_is_referred_for_the_accident_and_in_danger_moved_before_the_form()
 {
    let town = Town::found().await;
    let (person, other) = (town.insure(1).await, town.insure(2).await);
    sign(&town.service, 1, MEDICAL).await;
    let good = ReferralForm {
        recognition_number: String::new(),
        happened_on: on(TODAY),
        urgent: true,
        ..referral(&person)
    };
    // From the day on which the person was moved there are thirty days to make up for it.
    town.service.clock().set(datetime!(2026-12-01 09:00 +8));
    let form = |change: fn(&mut ReferralForm)| {
        let mut form = good.clone();
        change(&mut form);
        form
    };
    for (form, expected) in [
        (form(|form| form.happened_on = None), "ACCIDENT_NOT_FILED"),
        (
            form(|form| form.recognition_number = RECOGNITION.to_owned()),
            "ACCIDENT_NOT_FILED",
        ),
        (form(|form| form.urgent = false), "TREATMENT_BACKDATED"),
        (form(|form| form.from_on = on(YESTERDAY)), "REFERRAL_LATE"),
        (
            form(|form| form.happened_on = on(date!(2026 - 11 - 03))),
            "REFERRAL_LATE",
        ),
    ] {
        assert_eq!(refused(&town, &form).await, expected);
    }
    // Nobody has a decision that recognises it yet, and nobody is asked for one.
    let opinion = [EvidenceKind::MedicalOpinion];
    let case = town.service.submit(&handler(), &good, &opinion).await;
    let case = case.unwrap();
    let decision: ReferralDecision = town.service.decision(&case).await.unwrap();
    assert!(decision.urgent && decision.notes[1].contains("尚未认定工伤"));
    town.service.sign_off(&case).await.unwrap();
    let approval = town.approvals(&person).await.remove(0);
    assert_eq!(approval.recognition_number, "");
    assert_eq!(
        (approval.from_on, approval.happened_on),
        (on(TODAY), on(TODAY))
    );
    town.service.clock().set(datetime!(2026-12-02 09:00 +8));
    let late = ReferralForm {
        person_id: other.person_id,
        name: other.name,
        ..good
    };
    assert_eq!(refused(&town, &late).await, "REFERRAL_LATE");
}
