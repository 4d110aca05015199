//! Claims: articles 61, 64 and 65.

use super::*;
use chassis::testing::{clerk, eventually};
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{CaseState, EvidenceKind, GetCaseRequest, RefuseCaseRequest};
use tonic::Code;

pub const PAPERS: &[EvidenceKind] = &[
    EvidenceKind::DiagnosisProof,
    EvidenceKind::Invoice,
    EvidenceKind::MedicalRecord,
    EvidenceKind::Ticket,
];

/// Form 5-4 of an employer, or of the person where it names none.
pub fn claim(
    ward: &Ward,
    employer_id: &str,
    encounters: &[&str],
    amount: &str,
) -> MedicalClaimForm {
    MedicalClaimForm {
        employer_id: employer_id.to_owned(),
        person_id: ward.injury.person_id.clone(),
        name: ward.injury.name.clone(),
        recognition_number: NUMBER.to_owned(),
        encounter_ids: encounters.iter().map(|id| (*id).to_owned()).collect(),
        amount: yuan(amount),
        ..MedicalClaimForm::default()
    }
}

/// A paper bill of the hospital, over on [`TODAY`].
pub async fn paper(ward: &Ward, number: &str, filed_by: &str, lines: Vec<BillLine>) -> String {
    paper_of(ward, (number, TODAY), filed_by, lines).await
}

/// A paper bill of an emergency on a day.
pub async fn paper_of(
    ward: &Ward,
    (number, day): (&str, Date),
    filed_by: &str,
    lines: Vec<BillLine>,
) -> String {
    let id = ward
        .admit(Admission {
            filed_by: filed_by.to_owned(),
            invoice_numbers: vec![format!("票{number}")],
            admitted_on: on(day),
            emergency: day < TODAY,
            ..ward.admission(number, EncounterKind::Outpatient)
        })
        .await;
    assert_eq!(ward.send(filed_by, &id, lines).await.refused_rows, 0);
    ward.discharge(&id, day).await;
    id
}

// Art. 61, Art. 62, Art. 65
#[tokio::test]
async fn an_employer_claims_on_paper_and_gets_the_answer_of_online_settlement() {
    let ward = Ward::open().await;
    let employer_id = ward.injury.employer_id.clone();
    let first = paper(
        &ward,
        "MZ-1",
        &employer_id,
        vec![dressing(1, "100"), drug(2, "1", "20")],
    )
    .await;
    // The second bill repeats a line of the first one.
    let second = paper(&ward, "MZ-2", &employer_id, vec![dressing(1, "100")]).await;
    let wrong = claim(&ward, &employer_id, &[&first, &second], "219");
    let refused = ward
        .town
        .service
        .approve(&handler(), &wrong, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "CLAIM_TOTAL");
    let twice = claim(&ward, &employer_id, &[&first, &first], "220");
    let refused = ward
        .town
        .service
        .approve(&handler(), &twice, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "CLAIM_TWICE");
    let form = MedicalClaimForm {
        compensated: yuan("30"),
        ..claim(&ward, &employer_id, &[&first, &second], "220")
    };
    let case = ward
        .town
        .service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap();
    let decision: MedicalDecision = ward.town.service.decision(&case).await.unwrap();
    assert_eq!((decision.encounters, decision.total), (2, yuan("220")));
    assert_eq!(
        (decision.fund, decision.compensated),
        (yuan("82"), yuan("30"))
    );
    assert_eq!(decision.nobody, yuan("108"));
    let repeated = decision
        .bills
        .iter()
        .filter_map(|bill| bill.settlement.as_ref());
    let repeated: Vec<String> = repeated.flat_map(decided).map(|line| line.3).collect();
    assert!(
        repeated.contains(&"LINE_REPEATED".to_owned()),
        "{repeated:?}"
    );
    let benefits = ward.benefits().await;
    assert_eq!(benefits.len(), 1);
    assert_eq!(benefits[0].payee(), PayeeKind::Employer);
    assert_eq!(
        (&benefits[0].payee_id, &benefits[0].amount),
        (&employer_id, &yuan("82"))
    );
    let told = ward.town.told().await;
    assert!(
        matches!(told.last().unwrap(), (key, What::BenefitsDecided(_)) if *key == ward.injury.person_id)
    );
    // What was decided is not claimed again.
    let again = claim(&ward, &employer_id, &[&first], "120");
    let refused = ward
        .town
        .service
        .approve(&handler(), &again, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOT_CLAIMABLE");
    let known = Admission {
        filed_by: employer_id.clone(),
        invoice_numbers: vec!["票MZ-1".to_owned()],
        ..ward.admission("MZ-9", EncounterKind::Outpatient)
    };
    let employer = party(Caller::Employer, &employer_id);
    let refused = ward
        .of(&employer)
        .await
        .admit_patient(admit(known))
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "INVOICE_KNOWN");
}

// Art. 61
#[tokio::test]
async fn nobody_claims_a_strangers_bill() {
    let ward = Ward::open().await;
    let stranger = ward.town.register(2).await;
    let employer = party(Caller::Employer, &stranger);
    let admission = Admission {
        filed_by: stranger.clone(),
        ..ward.admission("MZ-1", EncounterKind::Outpatient)
    };
    let refused = ward
        .of(&employer)
        .await
        .admit_patient(admit(admission))
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOT_OF_EMPLOYER");
    let own = ward.injury.employer_id.clone();
    let id = paper(&ward, "MZ-2", &own, vec![dressing(1, "100")]).await;
    let form = claim(&ward, &stranger, &[&id], "100");
    let refused = ward
        .town
        .service
        .submit(&employer, &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOT_OF_EMPLOYER");
    // The person's claim does not take the employer's bill, and the other way round.
    let form = claim(&ward, "", &[&id], "100");
    let refused = ward
        .town
        .service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOT_CLAIMABLE");
    let list = ListEncountersRequest {
        pooling_area: AREA.to_owned(),
        ..ListEncountersRequest::default()
    };
    let seen = ward
        .of(&employer)
        .await
        .list_encounters(list.clone())
        .await
        .unwrap();
    assert_eq!(seen.into_inner().encounters, []);
    let hers = chassis::testing::person(&ward.injury.person_id);
    let seen = ward.of(&hers).await.list_encounters(list).await.unwrap();
    assert_eq!(seen.into_inner().encounters.len(), 1);
}

// Art. 62, Art. 65
#[tokio::test]
async fn a_claim_waits_for_the_lines_that_a_person_has_to_look_at() {
    let ward = Ward::open().await;
    let id = paper(&ward, "MZ-1", "", vec![costly(1, "400")]).await;
    let form = claim(&ward, "", &[&id], "400");
    let case = ward
        .town
        .service
        .submit(&handler(), &form, PAPERS)
        .await
        .unwrap();
    let refused = ward.town.service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&refused), "LINES_IN_REVIEW");
    let review = reviewed::found(&id, &[(1, "250")]);
    ward.clerk().await.review_lines(review).await.unwrap();
    ward.town.service.sign_off(&case).await.unwrap();
    let benefit = ward.benefits().await.remove(0);
    assert_eq!(
        (benefit.payee(), benefit.amount),
        (PayeeKind::Person, yuan("250"))
    );
}

// Art. 65
#[tokio::test]
async fn a_claim_is_refused_with_its_reason_on_the_file_or_not_while_nobody_can_see_the_reason() {
    let ward = Ward::open().await;
    let id = paper(&ward, "MZ-1", "", vec![dressing(1, "100")]).await;
    let wrong = claim(&ward, "", &[&id], "101");
    let submitted = ward.town.service.submit(&handler(), &wrong, PAPERS).await;
    let case_id = submitted.unwrap().case_id;
    let Town {
        registration: _registration,
        collection: _collection,
        medical_agreement,
        service,
    } = ward.town;
    let stopped = medical_agreement.stop().await;
    let reviewer = clerk(Department::Business, Duty::Reviewer);
    let mut cases = CaseServiceClient::new(service.connect(&reviewer).await);
    let refusal = RefuseCaseRequest {
        pooling_area: AREA.to_owned(),
        request_id: Uuid::now_v7().to_string(),
        case_id: case_id.clone(),
        reason: "申报金额与费用明细不符".to_owned(),
    };
    let unseen = cases.refuse_case(refusal.clone()).await.unwrap_err();
    assert_eq!(unseen.code(), Code::Unavailable);
    let _again = stopped.start(medical_agreement::service()).await;
    let refused = eventually(async || cases.refuse_case(refusal.clone()).await.ok()).await;
    let refused = refused.into_inner().case.unwrap();
    let request = GetCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id,
    };
    let kept = cases.get_case(request).await.unwrap().into_inner();
    let kept = kept.case.unwrap();
    assert_eq!(kept.state(), CaseState::Refused);
    assert_eq!(kept.reasons, refused.reasons);
    let reasons: Vec<&str> = kept.reasons.iter().map(|why| why.reason.as_str()).collect();
    assert_eq!(reasons, ["WRITTEN", "CLAIM_TOTAL"]);
}

// Art. 63, Art. 64, Art. 65
#[tokio::test]
async fn an_institution_claims_what_it_settled_once_and_with_the_sums_of_its_own_books() {
    let ward = Ward::open().await;
    ward.settle("ZY-1", TODAY + Duration::days(2), vec![dressing(1, "100")])
        .await;
    let waiting = ward.settle("ZY-2", TODAY, vec![costly(1, "400")]).await;
    let form = |until_on, encounters, fund| InstitutionClaimForm {
        institution_id: ward.hospital.clone(),
        until_on: on(until_on),
        encounters,
        fund: yuan(fund),
    };
    let hospital = party(Caller::Institution, &ward.hospital);
    let service = &ward.town.service;
    let today = service
        .submit(&hospital, &form(date!(2026 - 11 - 20), 1, "100"), &[])
        .await;
    let refused = service.sign_off(&today.unwrap()).await.unwrap_err();
    assert_eq!(reason(&refused), "CLAIM_DAY");
    service.clock().set(datetime!(2026-12-01 09:00 +8));
    let wrong = form(date!(2026 - 11 - 30), 2, "100");
    let refused = service.approve(&handler(), &wrong, &[]).await.unwrap_err();
    assert_eq!(reason(&refused), "INSTITUTION_TOTALS");
    let right = form(date!(2026 - 11 - 30), 1, "100");
    service.approve(&handler(), &right, &[]).await.unwrap();
    let benefits = ward.benefits().await;
    let mut amounts: Vec<_> = benefits
        .iter()
        .map(|one| (one.payee(), one.amount.clone()))
        .collect();
    amounts.sort_by_key(|(payee, _)| *payee as i32);
    // The meals are the person's.
    assert_eq!(
        amounts,
        [
            (PayeeKind::Person, yuan("100")),
            (PayeeKind::Institution, yuan("100"))
        ]
    );
    // What waited for a person comes with the next claim.
    let found = reviewed::found(&waiting.encounter_id, &[(1, "400")]);
    ward.clerk().await.review_lines(found).await.unwrap();
    service
        .approve(&handler(), &form(date!(2026 - 11 - 30), 1, "400"), &[])
        .await
        .unwrap();
    assert_eq!(ward.benefits().await.len(), 3);
}
