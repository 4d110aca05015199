//! Applications on their way: withdrawn, returned, and two of one injury at once.

use contracts::common::v1::CaseState;

use super::*;

// Art. 74
#[tokio::test]
async fn what_is_withdrawn_takes_nothing_and_what_is_returned_is_decided_as_corrected() {
    let ward = Ward::open().await;
    let (town, form) = (&ward.town, medical(&ward.injury, "10"));
    let case = town.service.submit(&handler(), &form, ALL).await.unwrap();
    let case = town.service.sign_next(&case).await.unwrap();
    town.withdraw(&handler(), &case).await;
    let settled = ward.visit("MZ-11", 2, box_of(2, "10")).await;
    assert_eq!(parts(&settled)[0], "10.00");

    let case = town.service.submit(&handler(), &form, ALL).await.unwrap();
    town.send_back(&case).await;
    let right = medical(&ward.injury, "3");
    let revised = town.revise(&handler(), &case, &right, ALL).await.unwrap();
    town.service.sign_off(&revised).await.unwrap();
    let told = told(town).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].2, "-3.00");
}

// Art. 74
#[tokio::test]
async fn of_two_that_are_signed_at_once_the_second_is_examined_anew_and_refused() {
    let ward = Ward::open().await;
    let service = &ward.town.service;
    let form = medical(&ward.injury, "10");
    let by_person = ThirdPartyForm {
        employer_id: String::new(),
        ..form.clone()
    };
    let mut both = Vec::new();
    for form in [&form, &by_person] {
        let case = service.submit(&handler(), form, ALL).await.unwrap();
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
    assert_eq!(reason(&refused), "THIRD_PARTY_DECIDED");
}

// Art. 74
#[tokio::test]
async fn a_compensation_that_is_signed_again_and_again_gives_back_once() {
    let ward = Ward::open().await;
    ward.visit("MZ-11", 2, box_of(2, "10")).await;
    let service = &ward.town.service;
    let form = medical(&ward.injury, "4");
    let case = service.submit(&handler(), &form, ALL).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    ward.town.sign_again_and_again(&case).await;
    let back = (PayeeKind::Person, Payer::Fund, "-4.00".to_owned(), true);
    assert_eq!(told(&ward.town).await, [back]);
    // The same once more is decided already, and what it took is taken.
    assert_eq!(refused(&ward.town, &form).await, "THIRD_PARTY_DECIDED");
    let next = ward.visit("MZ-12", 3, box_of(3, "5")).await;
    assert_eq!(parts(&next)[0], "5.00");
}

// Art. 74
#[tokio::test]
async fn a_bill_that_is_settled_meanwhile_is_compared_before_the_last_signature() {
    let ward = Ward::open().await;
    let service = &ward.town.service;
    let form = medical(&ward.injury, "10");
    let case = service.submit(&handler(), &form, ALL).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    ward.visit("MZ-11", 2, box_of(2, "4")).await;
    // What was signed first shows no difference: it is signed anew as it is now.
    let stale = service.sign_next(&case).await.unwrap_err();
    assert_eq!(reason(&stale), "FACTS_CHANGED");
    assert!(told(&ward.town).await.is_empty());
}
