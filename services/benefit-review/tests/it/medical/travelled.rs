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

async fn refused(ward: &Ward, form: &MedicalClaimForm) -> String {
    let service = &ward.town.service;
    let refused = service.approve(&handler(), form, claims::PAPERS).await;
    reason(&refused.unwrap_err())
}

// Art. 64
#[tokio::test]
async fn travel_of_a_referral_whose_bill_was_settled_online_is_claimed_alone() {
    let ward = Ward::open().await;
    let (town, injury) = (&ward.town, &ward.injury);
    assert_eq!(
        refused(&ward, &claim(&ward, "", &[], "0")).await,
        "CLAIM_EMPTY"
    );
    assert_eq!(refused(&ward, &trip(&ward)).await, "CLAIM_EMPTY");
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
    let night = |invoice_number: &str, from_on, nights| MedicalClaimForm {
        lodgings: vec![Lodging {
            from_on: on(from_on),
            nights,
            invoice_number: invoice_number.to_owned(),
            amount: yuan("100"),
        }],
        ..claim(&ward, "", &[], "0")
    };
    let mut granted = Vec::new();
    for (invoice, first, nights) in [("宿-1", 20, 1), ("宿-2", 20, 2), ("宿-3", 20, 2)] {
        let form = night(invoice, DAY.replace_day(first).unwrap(), nights);
        let case = service.approve(&handler(), &form, &ticket).await;
        let decision: MedicalDecision = service.decision(&case.unwrap()).await.unwrap();
        granted.push(decision.nights.len());
    }
    assert_eq!(granted, [1, 1, 0]);
}
