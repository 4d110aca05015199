//! What a third party compensates of devices.

use super::*;
use crate::device::{CANE_PRICE, Equipped, equipped, one, parts};

/// A leg is claimed for 22,000 yuan.
async fn leg(equipped: &Equipped) -> DeviceClaimForm {
    let approval = equipped.fitted().await;
    equipped.claim(vec![one(&approval, LEG, "JZ-1", "22000.00")])
}

// Art. 67, Art. 74
#[tokio::test]
async fn devices_stand_beside_the_compensation_where_the_area_says_nothing_else() {
    let equipped = equipped().await;
    let form = leg(&equipped).await;
    let papers = compensated(&equipped.injury, &[(CompensationItem::Device, "9000")]);
    approve(&equipped.town, &papers).await;
    let decision = equipped.approve(&form).await;
    assert_eq!(parts(&decision), ["22000.00", "0.00", "0.00", "0.00"]);
    let lines = &decision.worksheet.as_ref().unwrap().lines;
    let rule = lines.iter().find(|line| line.label == "赔偿与待遇的关系");
    assert_eq!(rule.map(|line| line.value.as_str()), Some("不抵扣"));
}

// Art. 67, Art. 74, Art. 90
#[tokio::test]
async fn devices_make_up_the_compensation_once_where_the_area_says_so() {
    let equipped = equipped().await;
    equipped
        .town
        .set("third_party_offset.device", "offset")
        .await;
    let form = leg(&equipped).await;
    let first = equipped.signed(&form).await;
    let papers = compensated(&equipped.injury, &[(CompensationItem::Device, "22050")]);
    let decision = approve(&equipped.town, &papers).await;
    assert_eq!(decision.to_review, std::slice::from_ref(&first.case_id));
    let review = DeviceReviewForm {
        claim_id: first.case_id.clone(),
        employer_id: form.employer_id.clone(),
        person_id: form.person_id.clone(),
        name: form.name.clone(),
        recognition_number: NUMBER.to_owned(),
        reason: "第三人已经赔偿。".to_owned(),
        ..DeviceReviewForm::default()
    };
    let service = &equipped.town.service;
    let case = service.approve(&handler(), &review, &[]).await.unwrap();
    let decision: DeviceReviewDecision = service.decision(&case).await.unwrap();
    assert_eq!(decision.fund_difference, yuan("-22000.00"));
    // The next claim takes what is left of it.
    let approval = equipped.town.approvals(&form.person_id).await.remove(0);
    let cane = equipped.claim(vec![one(&approval, CANE, "SZ-1", CANE_PRICE)]);
    let decision = equipped.approve(&cane).await;
    assert_eq!(parts(&decision), ["70.00", "0.00", "50.00", "0.00"]);
}
