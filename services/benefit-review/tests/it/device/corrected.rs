//! Claims that are sent back or taken back before they are decided.

use super::*;

// Art. 66
#[tokio::test]
async fn a_claim_for_devices_is_corrected_or_taken_back_and_its_devices_are_claimed_once() {
    let equipped = equipped().await;
    let approval = equipped.fitted().await;
    let town = &equipped.town;
    let employer = party(Caller::Employer, &equipped.employer_id);
    let good = equipped.claim(vec![one(&approval, LEG, "JZ-1", "22000.00")]);
    let wrong = DeviceClaimForm {
        amount: Some(Money::from_text("22000.01")),
        ..good.clone()
    };
    let case = town
        .service
        .submit(&employer, &wrong, PAPERS)
        .await
        .unwrap();
    town.send_back(&case).await;
    let early = town.service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&early), "CASE_STATE");
    let revised = town.revise(&employer, &case, &good, PAPERS).await.unwrap();
    // Another claim for the same device is taken back: nothing of it stays.
    let beside = town.service.submit(&employer, &good, PAPERS).await.unwrap();
    town.withdraw(&employer, &beside).await;
    let late = town.service.sign_off(&beside).await.unwrap_err();
    assert_eq!(reason(&late), "CASE_STATE");
    assert_eq!(equipped.benefits().await.len(), 0);
    let approved = town.service.sign_off(&revised).await.unwrap();
    let decision: DeviceDecision = town.service.decision(&approved).await.unwrap();
    assert_eq!(parts(&decision), ["22000.00", "0.00", "0.00", "0.00"]);
    assert_eq!(equipped.benefits().await.len(), 1);
    let again = equipped.approve(&good).await;
    assert_eq!(parts(&again), ["0.00", "0.00", "0.00", "22000.00"]);
}
