//! Applications on their way: withdrawn, returned, and two at once.

use contracts::common::v1::CaseState;

use super::*;

// Art. 75
#[tokio::test]
async fn what_is_withdrawn_takes_nothing_and_what_is_returned_is_taken_as_corrected() {
    let (injured, injury) = unpaid().await;
    let (town, form) = (&injured.town, asked(&injury));
    let case = town.service.submit(&handler(), &form, ALL).await.unwrap();
    let case = town.service.sign_next(&case).await.unwrap();
    town.withdraw(&handler(), &case).await;

    let case = town.service.submit(&handler(), &form, ALL).await.unwrap();
    town.send_back(&case).await;
    let right = AdvanceForm {
        reason: AdvanceReason::LicenceRevoked as i32,
        ..form.clone()
    };
    let revised = town.revise(&handler(), &case, &right, ALL).await.unwrap();
    let signed = town.service.sign_off(&revised).await.unwrap();
    let notice: AdvanceNotice = wire::from_any(signed.decision.as_ref().unwrap()).unwrap();
    assert_eq!(notice.reason(), AdvanceReason::LicenceRevoked);
    assert_eq!(refused(town, &form).await, "ADVANCE_TAKEN");
}

// Art. 75, Art. 77
#[tokio::test]
async fn an_advance_and_its_review_that_are_signed_again_and_again_are_booked_once() {
    let (injured, injury) = unpaid().await;
    let (town, service) = (&injured.town, &injured.town.service);
    let form = asked(&injury);
    let case = service.submit(&handler(), &form, ALL).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    let taken = town.sign_again_and_again(&case).await;
    assert_eq!(refused(town, &form).await, "ADVANCE_TAKEN");

    injured.at(PAY_BY + Duration::days(1));
    let form = review(&taken.case_id, &[]);
    let case = service.submit(&handler(), &form, &[]).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    let reviewed = town.sign_again_and_again(&case).await;
    let decision: AdvanceDecision = wire::from_any(reviewed.decision.as_ref().unwrap()).unwrap();
    let due = recoveries(town).await;
    assert_eq!(due.len(), 1);
    assert_eq!(paid(town, &taken.case_id).await.len(), decision.items.len());
    let request = ListAdvanceEntriesRequest {
        advance_id: taken.case_id.clone(),
        ..ListAdvanceEntriesRequest::default()
    };
    let ledger = entries(town, &handler(), request).await;
    assert_eq!(ledger.entries.len(), decision.items.len());
    assert_eq!(refused(town, &form).await, "ADVANCE_NOTHING");
}

// Art. 77
#[tokio::test]
async fn of_two_reviews_that_are_signed_at_once_the_second_is_refused() {
    let (injured, injury) = unpaid().await;
    let (town, service) = (&injured.town, &injured.town.service);
    let (case, _) = take(town, &asked(&injury)).await;
    injured.at(PAY_BY + Duration::days(1));
    let form = review(&case.case_id, &[]);
    let mut both = Vec::new();
    for _ in 0..2 {
        let case = service.submit(&handler(), &form, &[]).await.unwrap();
        both.push(service.sign_next(&case).await.unwrap());
    }
    let signed = tokio::join!(service.sign_next(&both[0]), service.sign_next(&both[1]));
    let (first, second) = match signed {
        (Ok(first), Err(_)) => (first, &both[1]),
        (Err(_), Ok(first)) => (first, &both[0]),
        other => panic!("{other:?}"),
    };
    assert_eq!(first.state(), CaseState::Approved);
    let refused = service.sign_off(second).await.unwrap_err();
    assert_eq!(reason(&refused), "ADVANCE_NOTHING");
    assert_eq!(recoveries(town).await.len(), 1);
    assert_eq!(paid(town, &case.case_id).await.len(), 1);
}
