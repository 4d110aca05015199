//! Travel of treatment that was settled online: article 64.

use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::ReferralForm;

use super::claims::claim;
use super::*;

/// The day on which a ward stands.
const DAY: Date = date!(2026 - 11 - 20);

/// Form 5-4 of the person, of a trip of that day alone.
fn trip(ward: &Ward) -> MedicalClaimForm {
    MedicalClaimForm {
        trips: vec![Trip {
            travelled_on: on(DAY),
            ticket_number: "票-1".to_owned(),
            fare: yuan("80"),
        }],
        ..claim(ward, "", &[], "0")
    }
}

/// A night or more at an inn.
fn night(ward: &Ward, invoice_number: &str, from_on: Date, nights: i32) -> MedicalClaimForm {
    MedicalClaimForm {
        lodgings: vec![Lodging {
            from_on: on(from_on),
            nights,
            invoice_number: invoice_number.to_owned(),
            amount: yuan("100"),
        }],
        ..claim(ward, "", &[], "0")
    }
}

/// Treatment in another area is approved from [`DAY`] to the end of the year.
async fn referred(ward: &Ward) {
    let (town, injury) = (&ward.town, &ward.injury);
    let referral = ReferralForm {
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: NUMBER.to_owned(),
        referring_institution_id: ward.hospital.clone(),
        doctor_number: "110440300001234".to_owned(),
        reason: "需行显微外科手术，本地不具备条件。".to_owned(),
        target_name: "中山大学附属第一医院".to_owned(),
        target_area: "440100".to_owned(),
        agreed_there: true,
        from_on: on(DAY),
        until_on: on(date!(2026 - 12 - 31)),
        ..ReferralForm::default()
    };
    let papers = [
        EvidenceKind::MedicalOpinion,
        EvidenceKind::RecognitionDecision,
    ];
    let there = &town.medical_agreement;
    let referred = there.approve(&handler(), &referral, &papers).await;
    referred.unwrap();
}

async fn refused(ward: &Ward, form: &MedicalClaimForm) -> String {
    let service = &ward.town.service;
    let refused = service.approve(&handler(), form, claims::PAPERS).await;
    reason(&refused.unwrap_err())
}

// Art. 64
#[tokio::test]
async fn travel_of_a_referral_whose_bill_was_settled_online_is_claimed_alone() {
    let ward = Ward::open().await;
    let town = &ward.town;
    assert_eq!(
        refused(&ward, &claim(&ward, "", &[], "0")).await,
        "CLAIM_EMPTY"
    );
    assert_eq!(refused(&ward, &trip(&ward)).await, "CLAIM_EMPTY");
    referred(&ward).await;
    // Nobody was treated there yet.
    assert_eq!(refused(&ward, &trip(&ward)).await, "CLAIM_EMPTY");
    let of_day = BillLine {
        service_on: on(DAY),
        ..dressing(1, "10")
    };
    ward.visit("MZ-1", DAY.day(), vec![of_day]).await;
    // The papers of the bill are the hospital's.
    let service = &town.service;
    let ticket = [EvidenceKind::Ticket];
    let case = service.approve(&handler(), &trip(&ward), &ticket).await;
    let decision: MedicalDecision = service.decision(&case.unwrap()).await.unwrap();
    assert_eq!((decision.encounters, decision.travel), (0, yuan("80")));
    let benefits = ward.benefits().await;
    assert_eq!(benefits.len(), 1);
    assert_eq!(
        (benefits[0].kind(), benefits[0].payee()),
        (BenefitKind::Travel, PayeeKind::Person)
    );
    // The ticket is used up.
    assert_eq!(refused(&ward, &trip(&ward)).await, "INVOICE_KNOWN");

    // So is a night, whatever invoice is handed in for it later.
    let mut granted = Vec::new();
    for (invoice, first, nights) in [("宿-1", 20, 1), ("宿-2", 20, 2), ("宿-3", 20, 2)] {
        let form = night(&ward, invoice, DAY.replace_day(first).unwrap(), nights);
        let case = service.approve(&handler(), &form, &ticket).await;
        let decision: MedicalDecision = service.decision(&case.unwrap()).await.unwrap();
        granted.push(decision.nights.len());
    }
    assert_eq!(granted, [1, 1, 0]);
}

// Art. 64
#[tokio::test]
async fn nights_before_a_referral_and_after_a_death_are_nobodys_and_those_between_are_granted() {
    let ward = Ward::open().await;
    referred(&ward).await;
    let of_day = BillLine {
        service_on: on(DAY),
        ..dressing(1, "10")
    };
    ward.visit("MZ-1", DAY.day(), vec![of_day]).await;
    let (service, ticket) = (&ward.town.service, [EvidenceKind::Ticket]);
    let nights = async |form: &MedicalClaimForm| {
        let case = service.approve(&handler(), form, &ticket).await.unwrap();
        let decision: MedicalDecision = service.decision(&case).await.unwrap();
        let nights = decision.nights.into_iter();
        nights
            .map(|night| wire::day(Some(night)).unwrap())
            .collect::<Vec<_>>()
    };
    // One invoice, from the day before the referral on.
    let before = night(&ward, "宿-1", DAY - Duration::days(1), 2);
    assert_eq!(nights(&before).await, [DAY]);
    let injury = &ward.injury;
    let died_on = DAY + Duration::days(1);
    service.clock().set(datetime!(2026-11-28 09:00 +8));
    let death = contracts::registration::v1::StaffChangeKind::Death;
    (ward.town)
        .report(&injury.employer_id, 1, death, died_on)
        .await;
    eventually(async || {
        let now = ward.town.injury(&injury.person_id, NUMBER).await;
        now.died_on.map(|_| ())
    })
    .await;
    let after = night(&ward, "宿-2", DAY, 5);
    assert_eq!(nights(&after).await, [died_on]);
}

/// Form 90-J of the person.
fn objection(ward: &Ward, claim_id: &str, corrected: Option<MedicalClaimForm>) -> TravelReviewForm {
    let found = corrected.is_some();
    let stated = |text: &str| if found { text } else { "" }.to_owned();
    TravelReviewForm {
        person_id: ward.injury.person_id.clone(),
        name: ward.injury.name.clone(),
        recognition_number: NUMBER.to_owned(),
        claim_id: claim_id.to_owned(),
        grounds: "票价录入有误".to_owned(),
        found_by: stated("业务部门 王五"),
        basis: stated("车票票-1"),
        corrected,
        ..TravelReviewForm::default()
    }
}

const OF_REVIEW: &[EvidenceKind] = &[EvidenceKind::Ticket, EvidenceKind::CorrectionProof];

async fn reviewed(ward: &Ward, form: &TravelReviewForm) -> TravelReviewDecision {
    let service = &ward.town.service;
    let case = service.approve(&handler(), form, OF_REVIEW).await.unwrap();
    service.decision(&case).await.unwrap()
}

/// What was decided after so many benefits, the first of it first.
async fn since(ward: &Ward, before: usize) -> Vec<Benefit> {
    // The newest is listed first.
    let mut all = ward.benefits().await;
    all.reverse();
    all.split_off(before)
}

/// A trip of 80 yuan and a night for 100, of which the fare was mistyped; the number of the case.
async fn mistyped(ward: &Ward) -> (MedicalClaimForm, String) {
    referred(ward).await;
    let of_day = BillLine {
        service_on: on(DAY),
        ..dressing(1, "10")
    };
    ward.visit("MZ-1", DAY.day(), vec![of_day]).await;
    let mut form = MedicalClaimForm {
        lodgings: night(ward, "宿-1", DAY, 1).lodgings,
        ..trip(ward)
    };
    form.trips[0].fare = yuan("8");
    let ticket = [EvidenceKind::Ticket];
    let case = ward.town.service.approve(&handler(), &form, &ticket).await;
    (form, case.unwrap().case_id)
}

// Art. 64, Art. 90
#[tokio::test]
async fn a_fare_and_a_night_that_were_mistyped_are_corrected_and_the_difference_is_told() {
    let ward = Ward::open().await;
    let (mut form, claim_id) = mistyped(&ward).await;
    form.trips[0].fare = yuan("80");
    form.lodgings[0].nights = 2;
    let review = objection(&ward, &claim_id, Some(form.clone()));
    let service = &ward.town.service;
    let missing = service.submit(&handler(), &review, &[]).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let told_before = ward.benefits().await.len();
    let decision = reviewed(&ward, &review).await;
    let facts = decision.corrected.iter();
    let facts: Vec<_> = facts
        .map(|one| format!("{} {}→{}", one.fact, one.before, one.after))
        .collect();
    assert_eq!(facts, ["交通费1 票价 8.00→80.00", "住宿费1 住宿天数 1→2"]);
    assert_eq!(decision.sequence, 1);
    assert_eq!(decision.travel_difference, yuan("72"));
    let lodging = decision.lodging_difference.clone().unwrap();
    assert!(lodging.decimal().unwrap() > Decimal::ZERO);
    assert_eq!(decision.after.as_ref().unwrap().nights.len(), 2);
    let told = since(&ward, told_before).await;
    let told: Vec<_> = told
        .iter()
        .map(|one| (one.kind(), one.amount.clone(), one.is_difference))
        .collect();
    assert_eq!(
        told,
        [
            (BenefitKind::Travel, yuan("72"), true),
            (BenefitKind::Lodging, Some(lodging), true),
        ]
    );
    // The next review starts from it, and the second night is the claim's own.
    let again = reviewed(&ward, &objection(&ward, &claim_id, None)).await;
    assert!(again.upheld);
    assert_eq!(again.sequence, 2);
    let other = night(&ward, "宿-9", DAY, 2);
    let ticket = [EvidenceKind::Ticket];
    let case = service.approve(&handler(), &other, &ticket).await.unwrap();
    let beside: MedicalDecision = service.decision(&case).await.unwrap();
    assert!(beside.nights.is_empty());

    let mut other_bill = form.clone();
    other_bill.amount = yuan("1");
    let unfound = TravelReviewForm {
        basis: String::new(),
        ..review.clone()
    };
    let of_bill = objection(&ward, &claim_id, Some(other_bill));
    let misnamed = TravelReviewForm {
        name: "别人".to_owned(),
        ..review.clone()
    };
    let employer = TravelReviewForm {
        employer_id: ward.injury.employer_id.clone(),
        ..review.clone()
    };
    for (form, expected) in [
        (&review, "TRAVEL_CORRECTION"),
        (&unfound, "TRAVEL_CORRECTION"),
        (&of_bill, "TRAVEL_CORRECTION"),
        (&misnamed, "TRAVEL_CLAIM_UNKNOWN"),
        (&employer, "TRAVEL_CLAIM_UNKNOWN"),
    ] {
        let refused = service.approve(&handler(), form, OF_REVIEW).await;
        assert_eq!(reason(&refused.unwrap_err()), expected);
    }
}

// Art. 54, Art. 64, Art. 90
#[tokio::test]
async fn travel_of_a_recognition_that_was_revoked_is_given_back() {
    let ward = Ward::open().await;
    let (_, claim_id) = mistyped(&ward).await;
    let injury = &ward.injury;
    let before: Vec<Benefit> = ward.benefits().await;
    let person = contracts::registration::v1::Person {
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        ..Default::default()
    };
    let decided = ward.town.recognition(&injury.employer_id, &person, NUMBER);
    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        ..decided
    };
    ward.town.recognise(&revoked).await;
    let decision = reviewed(&ward, &objection(&ward, &claim_id, None)).await;
    assert_eq!(decision.after.unwrap().travel, yuan("0"));
    let after = since(&ward, before.len()).await;
    let sum = |of: &[Benefit]| -> Decimal {
        let each = of.iter().map(|one| one.amount.as_ref().unwrap().decimal());
        each.map(Result::unwrap).sum()
    };
    assert_eq!(sum(&after), -sum(&before));
    assert!(!sum(&before).is_zero());
}
