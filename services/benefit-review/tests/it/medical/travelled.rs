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
