//! Section 1: articles 53 to 60.

mod corrected;
mod outside;
mod registered;
mod relation;
mod stoppage;

use chassis::testing::{AREA, party, reason};
use contracts::authority::{ADMINISTRATION, APPRAISAL_COMMITTEE};
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::injury_service_client::InjuryServiceClient;
use contracts::benefit_review::v1::*;
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{
    Batch, BatchFinding, BatchHeader, BatchTotals, EvidenceKind, GetCaseRequest,
    ListBatchFindingsRequest,
};
use contracts::options::v1::Caller;
use contracts::registration::v1::{Person, StaffChangeKind};
use time::Date;
use time::macros::{date, datetime};
use uuid::Uuid;

use crate::support::*;

const NUMBER: &str = "深人社认字〔2026〕1号";

/// An accident of today.
fn accident(employer_id: &str, person: &Person) -> AccidentForm {
    AccidentForm {
        employer_id: employer_id.to_owned(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        cause: InjuryCause::Accident as i32,
        happened_on: on(TODAY),
        happened_at: "10:30".to_owned(),
        place: "仓库".to_owned(),
        course: "搬运货物时被砸伤".to_owned(),
        injured_parts: "右足".to_owned(),
        institution: "深圳市第1人民医院".to_owned(),
        rescue: "清创缝合".to_owned(),
        emergency: true,
        channel: AccidentChannel::Phone as i32,
        ..AccidentForm::default()
    }
}

/// The decision that recognised it, applied for within a week.
fn decided(employer_id: &str, person: &Person) -> Recognition {
    Recognition {
        recognition_number: NUMBER.to_owned(),
        employer_id: employer_id.to_owned(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        cause: InjuryCause::Accident as i32,
        happened_on: on(TODAY),
        outcome: RecognitionOutcome::Recognised as i32,
        decided_on: on(date!(2026 - 11 - 20)),
        applicant: RecognitionApplicant::Employer as i32,
        applied_on: on(date!(2026 - 11 - 06)),
        accepted_on: on(date!(2026 - 11 - 09)),
        diagnoses: "S92.3".to_owned(),
        injured_parts: "右足".to_owned(),
        ..Recognition::default()
    }
}

/// The application to register it.
fn form(employer_id: &str, person: &Person) -> InjuryForm {
    InjuryForm {
        employer_id: employer_id.to_owned(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        stoppage_from_on: on(TODAY),
        stoppage_until_on: on(date!(2027 - 05 - 01)),
        ..InjuryForm::default()
    }
}

/// Registers the injury.
async fn register(
    town: &Town,
    employer_id: &str,
    person: &Person,
) -> Result<contracts::common::v1::Case, tonic::Status> {
    let form = form(employer_id, person);
    town.service.approve(&handler(), &form, PAPERS).await
}

/// The appraisal committee finds grade `grade` on a day.
fn concluded(person: &Person, number: &str, grade: i32, day: Date) -> Conclusion {
    Conclusion {
        conclusion_number: number.to_owned(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        concluded_on: on(day),
        disability_grade: grade,
        nursing_grade: NursingGrade::Unspecified as i32,
        ..Conclusion::default()
    }
}

/// Sends decisions as somebody; answers the batch with what was found.
async fn send(
    town: &Town,
    sender: &chassis::Actor,
    rows: Vec<Recognition>,
) -> Result<(Batch, Vec<BatchFinding>), tonic::Status> {
    let request = UploadRecognitionsRequest {
        pooling_area: AREA.to_owned(),
        header: Some(header()),
        totals: Some(totals(rows.len())),
        rows,
        ..UploadRecognitionsRequest::default()
    };
    let mut client = InjuryServiceClient::new(town.service.connect(sender).await);
    let sent = client
        .upload_recognitions(tokio_stream::iter([request]))
        .await?;
    findings(town, sender, sent.into_inner().batch.unwrap()).await
}

/// Sends conclusions as somebody; answers the batch with what was found.
async fn conclude(
    town: &Town,
    sender: &chassis::Actor,
    rows: Vec<Conclusion>,
) -> Result<(Batch, Vec<BatchFinding>), tonic::Status> {
    let request = UploadConclusionsRequest {
        pooling_area: AREA.to_owned(),
        header: Some(header()),
        totals: Some(totals(rows.len())),
        rows,
        ..UploadConclusionsRequest::default()
    };
    let mut client = InjuryServiceClient::new(town.service.connect(sender).await);
    let sent = client
        .upload_conclusions(tokio_stream::iter([request]))
        .await?;
    findings(town, sender, sent.into_inner().batch.unwrap()).await
}

fn header() -> BatchHeader {
    BatchHeader {
        batch_id: Uuid::now_v7().to_string(),
        reference: "名单".to_owned(),
    }
}

fn totals(rows: usize) -> BatchTotals {
    BatchTotals {
        rows: rows as u64,
        sum: Some(rust_decimal::Decimal::ZERO.into()),
    }
}

async fn findings(
    town: &Town,
    sender: &chassis::Actor,
    batch: Batch,
) -> Result<(Batch, Vec<BatchFinding>), tonic::Status> {
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..ListBatchFindingsRequest::default()
    };
    let mut batches = BatchServiceClient::new(town.service.connect(sender).await);
    let found = batches.list_batch_findings(request).await?.into_inner();
    Ok((batch, found.findings))
}

/// The reasons of findings.
fn reasons(found: &[BatchFinding]) -> Vec<String> {
    let reason = |one: &BatchFinding| one.reason.as_ref().unwrap().reason.clone();
    found.iter().map(reason).collect()
}

/// Employer 1 with person 1, whose injury of today was recognised, on 2026-11-23.
async fn recognised() -> (Town, String, Person) {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.service.clock().set(datetime!(2026-11-23 09:00 +8));
    let row = decided(&employer_id, &person);
    let (_, found) = send(&town, &authority(ADMINISTRATION), vec![row])
        .await
        .unwrap();
    assert_eq!(found, []);
    (town, employer_id, person)
}

/// The injury of a person as it stands.
async fn injury(town: &Town, person: &Person) -> Injury {
    let request = GetInjuryRequest {
        pooling_area: AREA.to_owned(),
        person_id: person.person_id.clone(),
        recognition_number: NUMBER.to_owned(),
    };
    let found = town.injuries().await.get_injury(request).await.unwrap();
    found.into_inner().injury.unwrap()
}

// Art. 53
#[tokio::test]
async fn an_accident_is_filed_once_insured_or_not() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let other = town.register(2).await;
    let person = town.hire(&employer_id, 1).await;
    let good = accident(&employer_id, &person);
    let future = AccidentForm {
        happened_on: on(date!(2026 - 11 - 03)),
        ..good.clone()
    };
    let misnamed = AccidentForm {
        name: "别人".to_owned(),
        ..good.clone()
    };
    for (form, expected) in [(future, "ACCIDENT_IN_FUTURE"), (misnamed, "PERSON_UNKNOWN")] {
        let refused = town
            .service
            .approve(&handler(), &form, &[])
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let own = party(Caller::Employer, &employer_id);
    let case = town.service.submit(&own, &good, &[]).await.unwrap();
    let decision: AccidentDecision = town.service.decision(&case).await.unwrap();
    assert!(decision.insured);
    assert_eq!(decision.recognition_due_on, on(date!(2026 - 12 - 02)));
    town.service.sign_off(&case).await.unwrap();
    let again = town
        .service
        .approve(&handler(), &good, &[])
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "ACCIDENT_FILED");
    let request = ListAccidentsRequest {
        pooling_area: AREA.to_owned(),
        unregistered: true,
        ..ListAccidentsRequest::default()
    };
    let listed = town.injuries().await.list_accidents(request).await.unwrap();
    assert_eq!(listed.into_inner().accidents.len(), 1);
    assert!(matches!(&town.told().await[0].1, What::AccidentFiled(_)));

    // An employer that did not insure files, too.
    let uninsured = AccidentForm {
        employer_id: other,
        ..good
    };
    let case = town
        .service
        .submit(&handler(), &uninsured, &[])
        .await
        .unwrap();
    let decision: AccidentDecision = town.service.decision(&case).await.unwrap();
    assert!(!decision.insured);
}

// Art. 53
// Art. 148
#[tokio::test]
async fn an_applicant_is_told_what_stands_in_the_way_and_of_no_decision_before_it_is_signed() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    let own = party(Caller::Employer, &employer_id);
    let good = accident(&employer_id, &person);
    let future = AccidentForm {
        happened_on: on(date!(2026 - 11 - 03)),
        ..good.clone()
    };
    for (form, expected) in [(future, vec!["ACCIDENT_IN_FUTURE"]), (good, vec![])] {
        let submitted = town.service.submit(&own, &form, &[]).await.unwrap();
        let request = GetCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: submitted.case_id.clone(),
        };
        let mut cases = CaseServiceClient::new(town.service.connect(&own).await);
        let shown = cases.get_case(request).await.unwrap().into_inner();
        for case in [submitted, shown.case.unwrap()] {
            let reasons: Vec<_> = case.reasons.iter().map(|why| why.reason.as_str()).collect();
            assert_eq!(reasons, expected);
            assert_eq!((case.decision, case.decision_digest.as_str()), (None, ""));
        }
    }
}
