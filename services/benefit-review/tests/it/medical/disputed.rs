//! Lines, tickets and claims that contradict others, and claims that are corrected or taken back: articles 61, 63
//! and 64.

use super::claims::{PAPERS, claim, paper};
use super::wrong::{findings, reasons};
use super::*;
use tonic::Code;

fn trip(ticket_number: &str) -> Trip {
    Trip {
        travelled_on: on(TODAY),
        ticket_number: ticket_number.to_owned(),
        fare: yuan("80"),
    }
}

// Art. 63
#[tokio::test]
async fn a_line_is_of_a_day_between_the_admission_and_the_discharge() {
    let ward = Ward::open().await;
    let id = ward
        .admit(ward.admission("ZY-1", EncounterKind::Inpatient))
        .await;
    let left_on = TODAY + Duration::days(3);
    ward.discharge(&id, left_on).await;
    let of = |number, day| BillLine {
        service_on: on(day),
        ..dressing(number, "10")
    };
    let lines = vec![
        of(1, TODAY - Duration::days(1)),
        of(2, TODAY),
        of(3, left_on),
        of(4, left_on + Duration::days(1)),
    ];
    let batch = ward.send(&ward.hospital, &id, lines).await;
    let found = findings(&ward, &batch).await;
    assert_eq!(reasons(&found), [(0, "LINE_DATE"), (3, "LINE_DATE")]);
    assert_eq!(ward.encounter(&id).await.lines, 2);
    // Nor is the patient discharged before the last of them.
    let earlier = DischargePatientRequest {
        pooling_area: AREA.to_owned(),
        encounter_id: id,
        discharged_on: on(TODAY + Duration::days(2)),
        ..DischargePatientRequest::default()
    };
    let mut hospital = ward.hospital().await;
    let refused = hospital.discharge_patient(earlier).await.unwrap_err();
    assert_eq!(reason(&refused), "DISCHARGE_DATE");
}

// Art. 63
#[tokio::test]
async fn of_two_streams_at_once_that_contradict_each_other_each_line_counts_as_one_says() {
    let ward = Ward::open().await;
    let id = ward
        .admit(ward.admission("ZY-1", EncounterKind::Inpatient))
        .await;
    let of = |price| -> Vec<BillLine> { (1..=20).map(|n| dressing(n, price)).collect() };
    let (first, second) = tokio::join!(
        ward.send(&ward.hospital, &id, of("2")),
        ward.send(&ward.hospital, &id, of("3")),
    );
    assert_eq!(first.refused_rows + second.refused_rows, 20);
    let mut known = findings(&ward, &first).await;
    known.extend(findings(&ward, &second).await);
    assert!(reasons(&known).iter().all(|(_, why)| *why == "LINE_KNOWN"));
    let taken = |batch: &Batch, price: u64| (20 - batch.refused_rows) * price;
    let amount = taken(&first, 2) + taken(&second, 3);
    let encounter = ward.encounter(&id).await;
    assert_eq!(encounter.lines, 20);
    assert_eq!(encounter.amount, yuan(&amount.to_string()));
}

// Art. 61, Art. 64
#[tokio::test]
async fn an_invoice_and_a_ticket_are_claimed_once() {
    let ward = Ward::open().await;
    let service = &ward.town.service;
    let first = paper(&ward, "MZ-1", "", vec![dressing(1, "100")]).await;
    let second = paper(&ward, "MZ-2", "", vec![dressing(1, "90")]).await;
    let with = |id: &str, amount, tickets: &[&str]| MedicalClaimForm {
        trips: tickets.iter().map(|number| trip(number)).collect(),
        ..claim(&ward, "", &[id], amount)
    };
    let slept = MedicalClaimForm {
        lodgings: vec![Lodging {
            from_on: on(TODAY),
            nights: 1,
            invoice_number: "票-1".to_owned(),
            amount: yuan("150"),
        }],
        ..with(&first, "100", &["票-1"])
    };
    for (form, expected) in [
        (with(&first, "100", &["票-1", "票-1"]), "CLAIM_TWICE"),
        (slept, "CLAIM_TWICE"),
        // It is the invoice of the other bill.
        (with(&first, "100", &["票MZ-2"]), "INVOICE_KNOWN"),
    ] {
        let refused = service.approve(&handler(), &form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), expected);
    }
    // Two claims at once: the ticket is of the one that is signed first.
    let form = with(&first, "100", &["票-1"]);
    let one = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let form = with(&second, "90", &["票-1"]);
    let other = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let other = service.sign_next(&other).await.unwrap();
    service.sign_off(&one).await.unwrap();
    let refused = service.sign_off(&other).await.unwrap_err();
    assert_eq!(reason(&refused), "INVOICE_KNOWN");
    let twice = Admission {
        filed_by: String::new(),
        invoice_numbers: vec!["票-1".to_owned()],
        ..ward.admission("MZ-3", EncounterKind::Outpatient)
    };
    let refused = ward.of(&handler()).await.admit_patient(admit(twice)).await;
    assert_eq!(reason(&refused.unwrap_err()), "INVOICE_KNOWN");
}

// Art. 63
#[tokio::test]
async fn an_institution_claims_nothing_of_another_one() {
    let ward = Ward::open().await;
    ward.settle("ZY-1", TODAY, vec![dressing(1, "100")]).await;
    let service = &ward.town.service;
    service.clock().set(datetime!(2026-12-01 09:00 +8));
    let form = |institution_id: &str| InstitutionClaimForm {
        institution_id: institution_id.to_owned(),
        until_on: on(date!(2026 - 11 - 30)),
        encounters: 1,
        fund: yuan("100"),
    };
    let other_id = ward.town.agreement(2, &[InstitutionKind::Medical]).await;
    let other = party(Caller::Institution, &other_id);
    let denied = service.submit(&other, &form(&ward.hospital), &[]).await;
    assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied);
    let none_of_its_own = service.submit(&other, &form(&other_id), &[]).await;
    let refused = service.sign_off(&none_of_its_own.unwrap()).await;
    assert_eq!(reason(&refused.unwrap_err()), "INSTITUTION_TOTALS");
    let own = party(Caller::Institution, &ward.hospital);
    service
        .approve(&own, &form(&ward.hospital), &[])
        .await
        .unwrap();
}

// Art. 61, Art. 65
#[tokio::test]
async fn a_claim_on_paper_is_corrected_or_taken_back_and_its_bills_are_claimed_once() {
    let ward = Ward::open().await;
    let (town, service) = (&ward.town, &ward.town.service);
    let employer_id = ward.injury.employer_id.clone();
    let employer = party(Caller::Employer, &employer_id);
    let id = paper(&ward, "MZ-1", &employer_id, vec![dressing(1, "100")]).await;
    let good = claim(&ward, &employer_id, &[&id], "100");
    let wrong = claim(&ward, &employer_id, &[&id], "101");
    let case = service.submit(&employer, &wrong, PAPERS).await.unwrap();
    town.send_back(&case).await;
    let early = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&early), "CASE_STATE");
    // A correction is of the same claimant.
    let hers = chassis::testing::person(&ward.injury.person_id);
    let strange = town
        .revise(&hers, &case, &claim(&ward, "", &[&id], "100"), PAPERS)
        .await;
    assert_eq!(strange.unwrap_err().code(), Code::NotFound);
    let revised = town.revise(&employer, &case, &good, PAPERS).await.unwrap();
    let beside = service.submit(&employer, &good, PAPERS).await.unwrap();
    town.withdraw(&employer, &beside).await;
    assert_eq!(ward.benefits().await, []);
    service.sign_off(&revised).await.unwrap();
    assert_eq!(ward.benefits().await.len(), 1);
    let late = service.sign_off(&beside).await.unwrap_err();
    assert_eq!(reason(&late), "CASE_STATE");
    let again = service.approve(&employer, &good, PAPERS).await;
    assert_eq!(reason(&again.unwrap_err()), "NOT_CLAIMABLE");
}

// Art. 63, Art. 65
#[tokio::test]
async fn an_institutions_claim_is_corrected_or_taken_back_and_its_bills_are_claimed_once() {
    let ward = Ward::open().await;
    let (town, service) = (&ward.town, &ward.town.service);
    ward.settle("ZY-1", TODAY, vec![dressing(1, "100")]).await;
    service.clock().set(datetime!(2026-12-01 09:00 +8));
    let form = |encounters, fund| InstitutionClaimForm {
        institution_id: ward.hospital.clone(),
        until_on: on(date!(2026 - 11 - 30)),
        encounters,
        fund: yuan(fund),
    };
    let hospital = party(Caller::Institution, &ward.hospital);
    let case = service
        .submit(&hospital, &form(2, "200"), &[])
        .await
        .unwrap();
    town.send_back(&case).await;
    let revised = town.revise(&hospital, &case, &form(1, "100"), &[]).await;
    let revised = revised.unwrap();
    let beside = service
        .submit(&hospital, &form(1, "100"), &[])
        .await
        .unwrap();
    town.withdraw(&hospital, &beside).await;
    assert_eq!(ward.benefits().await, []);
    service.sign_off(&revised).await.unwrap();
    // The treatment is the hospital's, the meals are the person's.
    assert_eq!(ward.benefits().await.len(), 2);
    let again = service.approve(&hospital, &form(1, "100"), &[]).await;
    assert_eq!(reason(&again.unwrap_err()), "INSTITUTION_TOTALS");
}
