//! Treatment of relapses.

use chassis::testing::clerk;
use chassis::{Actor, Areas};
use contracts::authority;
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{
    BatchFinding, BatchHeader, BatchTotals, Case, ListBatchFindingsRequest,
};
use contracts::medical_agreement::v1::treatment_service_client::TreatmentServiceClient;
use contracts::medical_agreement::v1::{
    ListRelapseDisputesRequest, RelapseConclusion, RelapseDecision, RelapseDispute,
    RelapseDisputeForm, RelapseDisputed, UploadRelapseConclusionsRequest,
};
use contracts::options::v1::{Department, Duty};
use uuid::Uuid;

use super::*;

// Art. 44
#[tokio::test]
async fn a_relapse_is_treated_where_an_agreement_institution_finds_it() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    let id = sign(&town.service, 1, MEDICAL).await;
    let form = relapse(&person);
    let own = party(Caller::Person, &person.person_id);
    let case = town.service.submit(&own, &form, PAPERS).await.unwrap();
    let decision: RelapseDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(decision.found_by, "就诊机构");
    assert!(decision.notes.is_empty());
    town.service.sign_off(&case).await.unwrap();
    let approval = town.approvals(&person).await.remove(0);
    assert_eq!(approval.kind(), ApprovalKind::Relapse);
    assert_eq!(approval.institution_id, id);
    assert_eq!(approval.institution_name, "深圳市第1人民医院");
    assert_eq!(approval.outside_area, "");
    assert_eq!(approval.diagnoses, ["S72.0", "T93"]);
    assert_eq!(refused(&town, &form).await, "APPROVAL_OVERLAPS");
}

// Art. 40, Art. 44
#[tokio::test]
async fn a_relapse_needs_the_opinion_of_who_may_give_it() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    sign(&town.service, 1, MEDICAL).await;
    sign(&town.service, 2, InstitutionKind::Rehabilitation).await;
    let good = relapse(&person);
    let form = |change: fn(&mut RelapseForm)| {
        let mut form = good.clone();
        change(&mut form);
        form
    };
    for (form, expected) in [
        (
            form(|form| form.treating_institution_id = institution_id(2)),
            "NO_AGREEMENT",
        ),
        (
            form(|form| form.treating_institution_id = institution_id(3)),
            "INSTITUTION_UNKNOWN",
        ),
        (
            form(|form| form.diagnoses.push("骨折".to_owned())),
            "DIAGNOSIS_CODE",
        ),
        (form(|form| form.finds_relapse = false), "RELAPSE_DENIED"),
        (
            form(|form| form.from_on = on(YESTERDAY)),
            "TREATMENT_BACKDATED",
        ),
        (
            form(|form| form.until_on = on(date!(2027 - 01 - 31))),
            "APPROVAL_PERIOD",
        ),
        (
            form(|form| form.employer_id = credit_code("91", 9)),
            "EMPLOYER_OF_PERSON",
        ),
        (form(|form| form.diagnoses.clear()), "INVALID_FIELD"),
    ] {
        assert_eq!(refused(&town, &form).await, expected);
    }
    suspend_doctor(&town, 1).await;
    assert_eq!(refused(&town, &good).await, "DOCTOR_SUSPENDED");
}

/// Form 44-B of the employer about a case of form 4-2.
fn disputed(person: &Person, case: &Case) -> RelapseDisputeForm {
    RelapseDisputeForm {
        relapse_case_id: case.case_id.clone(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: RECOGNITION.to_owned(),
        employer_id: credit_code("91", 1),
        disputed_by: RelapseDispute::Employer as i32,
        grounds: "现症状与原伤无关。".to_owned(),
    }
}

/// What the committee concluded in November of what was put before it.
fn concluded(person: &Person, dispute_id: &str, is_relapse: bool) -> RelapseConclusion {
    RelapseConclusion {
        number: "深劳鉴复〔2026〕7号".to_owned(),
        concluded_on: on(date!(2026 - 11 - 18)),
        is_relapse,
        dispute_id: dispute_id.to_owned(),
        person_id: person.person_id.clone(),
    }
}

/// Sends conclusions as somebody; answers how many were taken, and why the others were not.
async fn conclude(
    town: &Town,
    sender: &Actor,
    rows: Vec<RelapseConclusion>,
) -> Result<(u64, Vec<String>), tonic::Status> {
    let request = UploadRelapseConclusionsRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: Uuid::now_v7().to_string(),
            reference: "名单".to_owned(),
        }),
        totals: Some(BatchTotals {
            rows: rows.len() as u64,
            sum: Some(rust_decimal::Decimal::ZERO.into()),
        }),
        rows,
        ..UploadRelapseConclusionsRequest::default()
    };
    let mut treatment = TreatmentServiceClient::new(town.service.connect(sender).await);
    let sent = treatment.upload_relapse_conclusions(tokio_stream::iter([request]));
    let batch = sent.await?.into_inner().batch.unwrap();
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id,
        ..ListBatchFindingsRequest::default()
    };
    let mut batches = BatchServiceClient::new(town.service.connect(sender).await);
    let found = batches.list_batch_findings(request).await?.into_inner();
    let reason = |one: &BatchFinding| one.reason.as_ref().unwrap().reason.clone();
    let reasons = found.findings.iter().map(reason).collect();
    Ok((batch.accepted_rows, reasons))
}

/// What waits for the committee, as somebody sees it.
async fn waiting(town: &Town, who: &Actor) -> Vec<RelapseDisputed> {
    let request = ListRelapseDisputesRequest {
        pooling_area: AREA.to_owned(),
        waiting: true,
        ..ListRelapseDisputesRequest::default()
    };
    let mut treatment = TreatmentServiceClient::new(town.service.connect(who).await);
    let listed = treatment.list_relapse_disputes(request).await.unwrap();
    listed.into_inner().disputes
}

/// The committee, or another authority.
fn sender((party, label): (&str, &str)) -> Actor {
    Actor {
        id: format!("authority-{party}"),
        name: label.to_owned(),
        caller: Caller::Authority,
        party: party.to_owned(),
        areas: Areas::Some(vec![AREA.to_owned()]),
        ..Actor::service("")
    }
}

/// An application on form 4-2 that the employer disputes and that was put before the committee; answers both cases.
async fn referred(town: &Town, person: &Person) -> (Case, Case) {
    let service = &town.service;
    let form = relapse(person);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let dispute = disputed(person, &case);
    let referral = service.approve(&handler(), &dispute, PAPERS).await.unwrap();
    (case, referral)
}

// Art. 44
#[tokio::test]
async fn a_disputed_relapse_waits_until_the_committee_has_concluded() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    sign(&town.service, 1, MEDICAL).await;
    let service = &town.service;
    let case = service.submit(&handler(), &relapse(&person), PAPERS).await;
    let case = case.unwrap();
    let dispute = disputed(&person, &case);
    let asked = service.submit(&handler(), &dispute, PAPERS).await.unwrap();
    // It waits from the moment on in which somebody asks for the committee.
    let waits = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&waits), "RELAPSE_DISPUTED");
    let referral = service.sign_off(&asked).await.unwrap();
    let waits = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&waits), "RELAPSE_DISPUTED");
    assert_eq!(refused(&town, &dispute).await, "RELAPSE_REFERRED");

    // The committee is told, and sees what waits for it.
    let told = told(&town.service).await.into_iter();
    let told = told.filter_map(|(key, what)| match what {
        What::RelapseDisputed(told) => Some((key, told)),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, person.person_id);
    assert_eq!(told[0].1.dispute_id, referral.case_id);
    let committee = sender(authority::APPRAISAL_COMMITTEE);
    assert_eq!(waiting(&town, &committee).await, [told[0].1.clone()]);

    service.clock().set(datetime!(2026-11-20 09:00 +8));
    let good = concluded(&person, &referral.case_id, true);
    let sent = conclude(&town, &committee, vec![good.clone()]).await;
    assert_eq!(sent.unwrap(), (1, Vec::new()));
    assert!(waiting(&town, &committee).await.is_empty());
    // Handed in before it began, it is in time, however long the committee took.
    let decision: RelapseDecision = service.decision(&case).await.unwrap();
    assert_eq!(decision.found_by, "劳动能力鉴定委员会");
    assert_eq!(decision.conclusion_number, "深劳鉴复〔2026〕7号");
    service.sign_off(&case).await.unwrap();
    assert_eq!(town.approvals(&person).await[0].from_on, on(TODAY));
    // What is decided is disputed no more.
    let late = disputed(&person, &case);
    assert_eq!(refused(&town, &late).await, "RELAPSE_REFERRED");
}

// Art. 44
#[tokio::test]
async fn what_the_committee_denies_is_not_treated_as_a_relapse_and_what_it_finds_against_the_institution_is()
 {
    let town = Town::found().await;
    let (person, other) = (town.insure(1).await, town.insure(2).await);
    sign(&town.service, 1, MEDICAL).await;
    let (case, referral) = referred(&town, &person).await;
    town.service.clock().set(datetime!(2026-11-20 09:00 +8));
    let denied = concluded(&person, &referral.case_id, false);
    conclude(&town, &handler(), vec![denied]).await.unwrap();
    let refused = town.service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&refused), "RELAPSE_DENIED");

    let unfound = RelapseForm {
        finds_relapse: false,
        disputed_by: RelapseDispute::Person as i32,
        from_on: on(date!(2026 - 11 - 20)),
        ..relapse(&other)
    };
    let case = town.service.submit(&handler(), &unfound, PAPERS).await;
    let case = case.unwrap();
    // That it is disputed is said already: it waits, whether or not the committee was asked.
    let waits = town.service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&waits), "RELAPSE_DISPUTED");
    let own = RelapseDisputeForm {
        employer_id: String::new(),
        disputed_by: RelapseDispute::Person as i32,
        ..disputed(&other, &case)
    };
    let service = &town.service;
    let person = party(Caller::Person, &other.person_id);
    let referral = service.submit(&person, &own, PAPERS).await.unwrap();
    let referral = service.sign_off(&referral).await.unwrap();
    let found = RelapseConclusion {
        number: "深劳鉴复〔2026〕8号".to_owned(),
        concluded_on: on(date!(2026 - 11 - 20)),
        ..concluded(&other, &referral.case_id, true)
    };
    conclude(&town, &handler(), vec![found]).await.unwrap();
    service.sign_off(&case).await.unwrap();
    assert_eq!(town.approvals(&other).await.len(), 1);
}

// Art. 44
#[tokio::test]
async fn a_conclusion_is_the_committees_to_send_once_and_about_what_was_put_before_it() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    sign(&town.service, 1, MEDICAL).await;
    let (_, referral) = referred(&town, &person).await;
    town.service.clock().set(datetime!(2026-11-20 09:00 +8));
    let good = concluded(&person, &referral.case_id, true);
    for who in [
        party(Caller::Person, &person.person_id),
        party(Caller::Employer, &credit_code("91", 1)),
        clerk(Department::Business, Duty::Reviewer),
    ] {
        let denied = conclude(&town, &who, vec![good.clone()]).await.unwrap_err();
        assert_eq!(denied.code(), tonic::Code::PermissionDenied, "{}", who.name);
    }
    let department = sender(authority::ADMINISTRATION);
    let wrong = conclude(&town, &department, vec![good.clone()]).await;
    assert_eq!(reason(&wrong.unwrap_err()), "SENDER_WRONG");
    let request = ListRelapseDisputesRequest {
        pooling_area: AREA.to_owned(),
        ..ListRelapseDisputesRequest::default()
    };
    let mut treatment = TreatmentServiceClient::new(town.service.connect(&department).await);
    let wrong = treatment.list_relapse_disputes(request).await;
    assert_eq!(reason(&wrong.unwrap_err()), "SENDER_WRONG");

    let with = |change: fn(&mut RelapseConclusion)| {
        let mut row = good.clone();
        change(&mut row);
        row
    };
    let rows = vec![
        with(|row| row.concluded_on = on(date!(2026 - 11 - 21))),
        with(|row| row.concluded_on = on(YESTERDAY)),
        with(|row| row.dispute_id = Uuid::now_v7().to_string()),
        with(|row| row.person_id = Uuid::now_v7().to_string()),
        good.clone(),
        good.clone(),
        with(|row| row.is_relapse = false),
        with(|row| row.number = "深劳鉴复〔2026〕9号".to_owned()),
    ];
    let committee = sender(authority::APPRAISAL_COMMITTEE);
    let (taken, reasons) = conclude(&town, &committee, rows).await.unwrap();
    assert_eq!(taken, 2);
    assert_eq!(
        reasons,
        [
            "CONCLUSION_DATE",
            "CONCLUSION_DATE",
            "RELAPSE_DISPUTE_UNKNOWN",
            "RELAPSE_DISPUTE_UNKNOWN",
            "RELAPSE_CONCLUDED",
            "RELAPSE_CONCLUDED",
        ]
    );
    // Sent again in another list it changes nothing.
    let again = conclude(&town, &handler(), vec![good]).await.unwrap();
    assert_eq!(again, (1, Vec::new()));
}

// Art. 44
#[tokio::test]
async fn only_an_application_that_is_not_decided_is_put_before_the_committee_by_who_may_dispute_it()
{
    let town = Town::found().await;
    let person = town.insure(1).await;
    sign(&town.service, 1, MEDICAL).await;
    let case = town
        .service
        .submit(&handler(), &relapse(&person), PAPERS)
        .await;
    let case = case.unwrap();
    let good = disputed(&person, &case);
    let form = |change: fn(&mut RelapseDisputeForm)| {
        let mut form = good.clone();
        change(&mut form);
        form
    };
    for (form, expected) in [
        (
            form(|form| form.relapse_case_id = Uuid::now_v7().to_string()),
            "RELAPSE_NOT_PENDING",
        ),
        (form(|form| form.employer_id.clear()), "RELAPSE_DISPUTANT"),
        (
            form(|form| form.disputed_by = RelapseDispute::Person as i32),
            "RELAPSE_DISPUTANT",
        ),
        (
            form(|form| form.employer_id = credit_code("91", 9)),
            "EMPLOYER_OF_PERSON",
        ),
        (form(|form| form.name = "李四".to_owned()), "PERSON_UNKNOWN"),
    ] {
        assert_eq!(refused(&town, &form).await, expected);
    }
}
