//! The end of approvals before their last day.

use contracts::medical_agreement::v1::{ApprovalEndDecision, ApprovalEndForm, ApprovalEndReason};

use super::*;

// Art. 42
#[tokio::test]
async fn an_approval_ends_earlier_from_the_day_of_the_application_on() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    let other = town.insure(2).await;
    let own = party(Caller::Person, &person.person_id);
    let approved = town
        .service
        .approve(&own, &residence(&person), PAPERS)
        .await;
    approved.unwrap();
    let approval = town.approvals(&person).await.remove(0);
    town.service.clock().set(datetime!(2026-11-20 09:00 +8));
    let good = ApprovalEndForm {
        person_id: person.person_id.clone(),
        approval_id: approval.approval_id.clone(),
        reason: ApprovalEndReason::MovedBack as i32,
        until_on: on(date!(2026 - 11 - 30)),
        ..ApprovalEndForm::default()
    };
    let until = |day| ApprovalEndForm {
        until_on: on(day),
        ..good.clone()
    };
    let of_other = ApprovalEndForm {
        person_id: other.person_id,
        ..good.clone()
    };
    let unknown = ApprovalEndForm {
        approval_id: person.person_id.clone(),
        ..good.clone()
    };
    for (form, expected) in [
        (until(date!(2026 - 11 - 19)), "APPROVAL_END"),
        (until(date!(2027 - 11 - 01)), "APPROVAL_END"),
        (of_other, "APPROVAL_UNKNOWN"),
        (unknown, "APPROVAL_UNKNOWN"),
    ] {
        assert_eq!(refused(&town, &form).await, expected);
    }
    let case = town.service.submit(&own, &good, &[]).await.unwrap();
    let decision: ApprovalEndDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(decision.until_on_before, on(date!(2027 - 11 - 01)));
    // What was handed in today may be signed later.
    town.service.clock().set(datetime!(2026-12-02 09:00 +8));
    town.service.sign_off(&case).await.unwrap();
    let ended = town.approvals(&person).await.remove(0);
    assert_eq!(ended.until_on, on(date!(2026 - 11 - 30)));
    let told = told(&town.service).await;
    assert!(matches!(told.last(), Some((_, What::ApprovalEnded(told)))
        if told.approval.as_ref() == Some(&ended)));
    assert_eq!(refused(&town, &good).await, "APPROVAL_END");

    // The days after it are free again.
    let again = ResidenceTreatmentForm {
        from_on: on(date!(2026 - 12 - 02)),
        ..residence(&person)
    };
    let approved = town.service.approve(&own, &again, PAPERS).await;
    approved.unwrap();
}

// Art. 45
#[tokio::test]
async fn an_approval_that_ends_before_it_begins_has_never_held() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    sign(&town.service, 1, MEDICAL).await;
    let to_come = ReferralForm {
        from_on: on(date!(2026 - 11 - 10)),
        ..referral(&person)
    };
    let approved = town.service.approve(&handler(), &to_come, PAPERS).await;
    approved.unwrap();
    let mistaken = ApprovalEndForm {
        person_id: person.person_id.clone(),
        approval_id: town.approvals(&person).await[0].approval_id.clone(),
        reason: ApprovalEndReason::ByMistake as i32,
        until_on: on(TODAY),
        ..ApprovalEndForm::default()
    };
    let ended = town.service.approve(&handler(), &mistaken, &[]).await;
    ended.unwrap();
    assert!(town.approvals(&person).await.is_empty());
    assert_eq!(refused(&town, &mistaken).await, "APPROVAL_UNKNOWN");
}
