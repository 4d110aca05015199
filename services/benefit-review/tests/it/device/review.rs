//! Objections to decided claims.

use super::*;

/// The employer objects to a claim.
fn objection(equipped: &Equipped, claim_id: &str) -> DeviceReviewForm {
    DeviceReviewForm {
        employer_id: equipped.employer_id.clone(),
        person_id: equipped.person.person_id.clone(),
        name: equipped.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        claim_id: claim_id.to_owned(),
        reason: "配置机构已补登记配置记录".to_owned(),
        ..DeviceReviewForm::default()
    }
}

async fn reviewed(equipped: &Equipped, form: &DeviceReviewForm) -> DeviceReviewDecision {
    let service = &equipped.town.service;
    let case = service.approve(&handler(), form, &[]).await.unwrap();
    service.decision(&case).await.unwrap()
}

/// Yuan that a review adds, by who bears them.
fn added(decision: &DeviceReviewDecision) -> [&str; 2] {
    let parts = [&decision.fund_difference, &decision.employer_difference];
    parts.map(|part| part.as_ref().unwrap().as_text())
}

// Art. 90
#[tokio::test]
async fn a_claim_is_decided_anew_by_what_was_recorded_meanwhile_and_the_difference_is_told() {
    let equipped = equipped().await;
    let (town, injury) = (&equipped.town, &equipped.injury);
    let institution_id = &equipped.institution_id;
    let approval = town
        .approve_device(injury, institution_id, &[(LEG, 1)])
        .await;
    let form = equipped.claim(vec![one(&approval, LEG, "JZ-1", "25000.00")]);
    let claim = equipped.signed(&form).await.case_id;
    assert!(equipped.benefits().await.iter().flatten().next().is_none());
    town.fit(&approval, LEG, "JZ-1", FITTED).await;

    let decision = reviewed(&equipped, &objection(&equipped, &claim)).await;
    let (before, after) = (decision.before.as_ref(), decision.after.as_ref());
    assert_eq!(parts(before.unwrap()), ["0.00", "0.00", "0.00", "25000.00"]);
    assert_eq!(
        parts(after.unwrap()),
        ["23000.00", "0.00", "0.00", "2000.00"]
    );
    assert_eq!(added(&decision), ["23000.00", "0.00"]);
    // It is the claim's own by now, and no other's.
    let again = reviewed(&equipped, &objection(&equipped, &claim)).await;
    assert_eq!(again.sequence, 2);
    assert_eq!(added(&again), ["0.00", "0.00"]);
    let other = equipped.approve(&form).await;
    assert_eq!(
        outcomes(&other),
        [(LineOutcome::Refused, vec!["DEVICE_CLAIMED"])]
    );

    let told = equipped.benefits().await;
    let told: Vec<_> = told.iter().flatten().collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].is_difference);
    assert_eq!(told[0].claim_id, claim);
    assert_eq!(told[0].amount.as_ref().unwrap().as_text(), "23000.00");
    let request = ListDeviceClaimsRequest {
        claim_id: claim,
        page_size: 2,
        ..ListDeviceClaimsRequest::default()
    };
    let employer = party(Caller::Employer, &equipped.employer_id);
    let listed = equipped.claims(&employer, request).await;
    let sequences: Vec<_> = listed.iter().map(|one| one.sequence).collect();
    assert_eq!(sequences, [2, 1]);
}

// Art. 54, Art. 90
#[tokio::test]
async fn what_was_decided_for_a_recognition_that_was_revoked_is_taken_back() {
    let equipped = equipped().await;
    let approval = equipped.fitted().await;
    let form = equipped.claim(vec![one(&approval, LEG, "JZ-1", "22000.00")]);
    let claim = equipped.signed(&form).await.case_id;
    let town = &equipped.town;
    let decided = town.recognition(&equipped.employer_id, &equipped.person, NUMBER);
    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        ..decided
    };
    town.recognise(&revoked).await;
    assert_eq!(equipped.refused(&form).await, "INJURY_UNKNOWN");

    let decision = reviewed(&equipped, &objection(&equipped, &claim)).await;
    assert_eq!(
        outcomes(&decision.after.unwrap()),
        [(LineOutcome::Refused, vec!["DEVICE_REVOKED"])]
    );
    let told = equipped.benefits().await;
    let amounts: Vec<_> = told
        .iter()
        .flatten()
        .map(|one| (one.amount.as_ref().unwrap().as_text(), one.is_difference))
        .collect();
    assert_eq!(amounts, [("22000.00", false), ("-22000.00", true)]);
}

// Art. 90
#[tokio::test]
async fn only_whom_a_claim_concerns_objects_to_it() {
    let equipped = equipped().await;
    let approval = equipped.fitted().await;
    let form = equipped.claim(vec![one(&approval, LEG, "JZ-1", "25000.00")]);
    let claim = equipped.signed(&form).await.case_id;
    let good = objection(&equipped, &claim);
    let other_employer = equipped.town.register(2).await;
    let unknown = objection(&equipped, "0190163d-8694-739b-aea5-966c26f8ad92");
    let misnamed = DeviceReviewForm {
        name: "别人".to_owned(),
        ..good.clone()
    };
    let of_stranger = DeviceReviewForm {
        employer_id: other_employer,
        ..good.clone()
    };
    // The employer claimed, not the institution.
    let institution = DeviceReviewForm {
        employer_id: String::new(),
        institution_id: equipped.institution_id.clone(),
        ..good.clone()
    };
    let both = DeviceReviewForm {
        institution_id: equipped.institution_id.clone(),
        ..good.clone()
    };
    let service = &equipped.town.service;
    for (form, expected) in [
        (&unknown, "DEVICE_CLAIM_UNKNOWN"),
        (&misnamed, "DEVICE_CLAIM_UNKNOWN"),
        (&institution, "DEVICE_CLAIM_UNKNOWN"),
        (&of_stranger, "NOT_OF_EMPLOYER"),
        (&both, "DEVICE_PAYEES"),
    ] {
        let refused = service.approve(&handler(), form, &[]).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let alone = DeviceReviewForm {
        employer_id: String::new(),
        ..good
    };
    let own = party(Caller::Person, &equipped.person.person_id);
    service.approve(&own, &alone, &[]).await.unwrap();
}

// Art. 66, Art. 90
#[tokio::test]
async fn a_price_and_a_day_that_were_stated_wrong_are_corrected() {
    let equipped = equipped().await;
    let approval = equipped.fitted().await;
    let form = equipped.claim(vec![one(&approval, LEG, "JZ-1", "2200.00")]);
    let claim = equipped.signed(&form).await.case_id;
    let right = equipped.claim(vec![one(&approval, LEG, "JZ-1", "22000.00")]);
    let review = DeviceReviewForm {
        corrected: Some(right.clone()),
        found_by: "业务部门 王五".to_owned(),
        basis: "发票FP-1".to_owned(),
        ..objection(&equipped, &claim)
    };
    let service = &equipped.town.service;
    let missing = service.submit(&handler(), &review, &[]).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let case = service.approve(&handler(), &review, PAPERS).await.unwrap();
    let decision: DeviceReviewDecision = service.decision(&case).await.unwrap();
    let facts = decision.corrected.iter();
    let facts: Vec<_> = facts
        .map(|one| format!("{} {}→{}", one.fact, one.before, one.after))
        .collect();
    assert_eq!(
        facts,
        [
            "已配置（更换）的辅助器具1 单价 2200.00→22000.00",
            "申报金额 2200.00→22000.00",
        ]
    );
    assert_eq!(added(&decision), ["19800.00", "0.00"]);
    // The next review starts from it.
    let again = reviewed(&equipped, &objection(&equipped, &claim)).await;
    assert_eq!(added(&again), ["0.00", "0.00"]);
    let other = equipped.claim(vec![one(&approval, CANE, "SZ-1", "100.00")]);
    let unfound = DeviceReviewForm {
        found_by: String::new(),
        ..review.clone()
    };
    let of_other = DeviceReviewForm {
        corrected: Some(other),
        ..review.clone()
    };
    for wrong in [&review, &unfound, &of_other] {
        let refused = service.approve(&handler(), wrong, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), "DEVICE_CORRECTION");
    }
}
