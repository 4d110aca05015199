//! Two injured employees of one employer: registered with what collection knows of the day, and treated for
//! what is registered.

use chassis::testing::{AREA, clerk, employer, reason};
use chassis::wire;
use contracts::benefit_review::v1::injury_service_client::InjuryServiceClient;
use contracts::benefit_review::v1::{
    Eligibility, InjuryCause, InjuryDecision, InjuryForm, Recognition, RecognitionApplicant,
    RecognitionOutcome, UploadRecognitionsRequest,
};
use contracts::collection::v1::AssessmentRunOrder;
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{BatchHeader, BatchTotals, EvidenceKind, ListBatchFindingsRequest};
use contracts::medical_agreement::v1::rehabilitation_service_client::RehabilitationServiceClient;
use contracts::medical_agreement::v1::{
    AgreementForm, CandidateRow, Clause, CommitteeMandate, InstitutionFacts, InstitutionGrade,
    InstitutionKind, InstitutionLevel, RehabilitationGoal, ResidenceTreatmentForm,
    UploadCandidatesRequest,
};
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
use contracts::registration::v1::{ListEnrolmentsRequest, Person};
use law::Month;
use time::Date;
use time::macros::{date, datetime};
use tonic::Status;
use uuid::Uuid;

use crate::town::{PAPERS, Town, credit_code, heard_of, mine, miners};

/// An agreement institution.
const HOSPITAL: &str = "12440300MA00000157";

const OWN_PAPERS: [EvidenceKind; 4] = [
    EvidenceKind::IdentityCard,
    EvidenceKind::RecognitionDecision,
    EvidenceKind::StoppageNotice,
    EvidenceKind::AppraisalConclusion,
];

/// The employees of the mine, in the order of their names.
async fn employees(town: &Town) -> Vec<Person> {
    let clerk = Town::handler(Department::Registration);
    let mut enrolments = EnrolmentServiceClient::new(town.registration.connect(&clerk).await);
    let request = ListEnrolmentsRequest {
        pooling_area: AREA.to_owned(),
        employer_id: credit_code(),
        month: Some(Month::new(2026, 11).unwrap().into()),
        ..ListEnrolmentsRequest::default()
    };
    let listed = enrolments
        .list_enrolments(request)
        .await
        .unwrap()
        .into_inner();
    let mut persons: Vec<Person> = listed
        .enrolments
        .into_iter()
        .filter_map(|one| one.person)
        .collect();
    persons.sort_by(|one, other| one.name.cmp(&other.name));
    persons
}

/// The mine hires two employees, and its November is assessed; then it is 16 December.
pub async fn employed(town: &Town) -> Vec<Person> {
    let own = employer(&credit_code());
    let clerk = Town::handler(Department::Registration);
    town.registration
        .approve(&own, &mine(), PAPERS)
        .await
        .unwrap();
    let staff = miners(&["6000.00", "4000.00"]);
    town.registration
        .approve(&clerk, &staff, PAPERS)
        .await
        .unwrap();
    heard_of(town).await;
    let persons = employees(town).await;

    let clock = &town.collection.bench.clock;
    clock.set(datetime!(2026-11-16 09:00 +8));
    let order = AssessmentRunOrder {
        month: Some(Month::new(2026, 11).unwrap().into()),
        ..AssessmentRunOrder::default()
    };
    town.run(&order).await;
    clock.set(datetime!(2026-12-16 09:00 +8));
    persons
}

/// A recognition of the administrative department.
pub fn decided(person: &Person, number: &str, happened_on: Date) -> Recognition {
    Recognition {
        recognition_number: number.to_owned(),
        employer_id: credit_code(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        cause: InjuryCause::Accident as i32,
        happened_on: Some(happened_on.into()),
        outcome: RecognitionOutcome::Recognised as i32,
        applied_on: Some(date!(2026 - 12 - 08).into()),
        accepted_on: Some(date!(2026 - 12 - 09).into()),
        decided_on: Some(date!(2026 - 12 - 14).into()),
        applicant: RecognitionApplicant::Employer as i32,
        diagnoses: "S92.3".to_owned(),
        ..Recognition::default()
    }
}

/// The administrative department's decisions are entered.
pub async fn recognise(town: &Town, rows: Vec<Recognition>) {
    let clerk = clerk(Department::Business, Duty::Handler);
    let mut injuries = InjuryServiceClient::new(town.benefit_review.connect(&clerk).await);
    let list = UploadRecognitionsRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: Uuid::now_v7().to_string(),
            reference: "认定工伤决定".to_owned(),
        }),
        totals: Some(BatchTotals {
            rows: rows.len() as u64,
            sum: None,
        }),
        rows,
        ..UploadRecognitionsRequest::default()
    };
    let answer = injuries
        .upload_recognitions(tokio_stream::iter([list]))
        .await;
    let batch = answer.unwrap().into_inner().batch.unwrap();
    assert_eq!(batch.refused_rows, 0);
}

/// The mine registers an injury; answers the decision.
pub async fn register(town: &Town, person: &Person, number: &str) -> InjuryDecision {
    let form = InjuryForm {
        employer_id: credit_code(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: number.to_owned(),
        ..InjuryForm::default()
    };
    let own = employer(&credit_code());
    let case = town.benefit_review.approve(&own, &form, &OWN_PAPERS).await;
    wire::from_any(&case.unwrap().decision.unwrap()).unwrap()
}

/// Somebody asks to be treated at home for a month.
async fn treated(town: &Town, person: &Person, number: &str, from_on: Date) -> Result<(), Status> {
    let form = ResidenceTreatmentForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: number.to_owned(),
        residence_area: "430100".to_owned(),
        address: "长沙市芙蓉区五一大道1号".to_owned(),
        phone: "0731-82345678".to_owned(),
        mandate: CommitteeMandate::Home as i32,
        conclusion_number: "深劳鉴〔2026〕88号".to_owned(),
        concluded_on: Some(date!(2026 - 12 - 15).into()),
        treatment_needed: true,
        institution_name: "长沙市第一医院".to_owned(),
        institution_level: InstitutionLevel::Prefecture as i32,
        from_on: Some(from_on.into()),
        until_on: Some((from_on + time::Duration::days(9)).into()),
        ..ResidenceTreatmentForm::default()
    };
    let clerk = clerk(Department::Business, Duty::Handler);
    let approved = town.medical_agreement.approve(&clerk, &form, &OWN_PAPERS);
    approved.await.map(drop)
}

/// The area agrees with a hospital.
async fn agree(town: &Town) {
    let clauses = medical_agreement::agreement::rules::CLAUSES.map(|kind| Clause {
        kind: kind as i32,
        text: "按双方议定的文本履行。".to_owned(),
    });
    let form = AgreementForm {
        institution_id: HOSPITAL.to_owned(),
        kind: InstitutionKind::Medical as i32,
        facts: Some(InstitutionFacts {
            name: "深圳市第一人民医院".to_owned(),
            grade: InstitutionGrade::Tertiary as i32,
            licence_number: "45575561444030311A".to_owned(),
            licence_valid_until_on: Some(date!(2030 - 12 - 31).into()),
            address: "深圳市罗湖区东门北路1号".to_owned(),
            phone: "0755-25533018".to_owned(),
            bank_name: "中国银行深圳分行".to_owned(),
            bank_account: "6222020000000001".to_owned(),
        }),
        starts_on: Some(date!(2026 - 12 - 16).into()),
        ends_on: Some(date!(2027 - 12 - 31).into()),
        clauses: clauses.to_vec(),
        notice_days: 30,
        refers: true,
        case_rates: Vec::new(),
    };
    let clerk = clerk(Department::Business, Duty::Handler);
    let papers = [
        EvidenceKind::PracticeLicence,
        EvidenceKind::ServiceAgreement,
    ];
    let signed = town.medical_agreement.approve(&clerk, &form, &papers).await;
    signed.unwrap();
}

/// Proposes persons, with the numbers of their injuries, for rehabilitation; answers why rows were refused.
async fn propose(town: &Town, proposed: &[(&Person, &str)]) -> Vec<(u64, String)> {
    let row = |(person, number): &(&Person, &str)| CandidateRow {
        institution_id: HOSPITAL.to_owned(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: (*number).to_owned(),
        stable_on: Some(date!(2026 - 12 - 15).into()),
        function_loss: "右手抓握功能障碍".to_owned(),
        suggested_goal: RehabilitationGoal::Body as i32,
    };
    let batch_id = Uuid::now_v7().to_string();
    let list = UploadCandidatesRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: batch_id.clone(),
            reference: "康复对象名单".to_owned(),
        }),
        totals: Some(BatchTotals {
            rows: proposed.len() as u64,
            sum: None,
        }),
        rows: proposed.iter().map(row).collect(),
        ..UploadCandidatesRequest::default()
    };
    let clerk = clerk(Department::Business, Duty::Handler);
    let channel = town.medical_agreement.connect(&clerk).await;
    let mut rehabilitations = RehabilitationServiceClient::new(channel.clone());
    let sent = rehabilitations.upload_candidates(tokio_stream::iter([list]));
    sent.await.unwrap();
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id,
        ..ListBatchFindingsRequest::default()
    };
    let mut batches = BatchServiceClient::new(channel);
    let found = batches.list_batch_findings(request).await.unwrap();
    let findings = found.into_inner().findings;
    let mut told: Vec<_> = findings
        .into_iter()
        .map(|one| (one.row, one.reason.unwrap().reason))
        .collect();
    told.sort();
    told
}

// Art. 42, Art. 46, Art. 54, Art. 56
#[tokio::test]
async fn who_is_injured_is_registered_with_what_was_late_and_treated_for_what_is_registered() {
    let town = Town::found().await;
    let persons = employed(&town).await;
    let (early, late) = (&persons[0], &persons[1]);
    let november = Month::new(2026, 11).unwrap();
    // November is due on the 25th, and is not paid.
    let rows = vec![
        decided(early, "深人社认字〔2026〕1号", date!(2026 - 11 - 20)),
        decided(late, "深人社认字〔2026〕2号", date!(2026 - 12 - 01)),
    ];
    recognise(&town, rows.clone()).await;
    let today = date!(2026 - 12 - 16);
    let unknown = treated(&town, early, "深人社认字〔2026〕1号", today).await;
    assert_eq!(reason(&unknown.unwrap_err()), "INJURY_UNKNOWN");
    let in_time = register(&town, early, "深人社认字〔2026〕1号").await;
    assert_eq!(in_time.eligibility(), Eligibility::Eligible);
    let in_arrears = register(&town, late, "深人社认字〔2026〕2号").await;
    assert_eq!(in_arrears.eligibility(), Eligibility::InArrears);
    assert_eq!(in_arrears.unpaid_months, [november.into()]);

    agree(&town).await;
    let (first, second) = ("深人社认字〔2026〕1号", "深人社认字〔2026〕2号");
    let told = propose(&town, &[(early, first), (early, second)]).await;
    assert_eq!(told, [(1, "INJURY_UNKNOWN".to_owned())]);

    treated(&town, early, "深人社认字〔2026〕1号", today)
        .await
        .unwrap();
    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        ..rows[1].clone()
    };
    recognise(&town, vec![revoked]).await;
    let refused = treated(&town, late, second, today).await;
    assert_eq!(reason(&refused.unwrap_err()), "INJURY_UNKNOWN");
    let told = propose(&town, &[(late, second)]).await;
    assert_eq!(told, [(0, "INJURY_UNKNOWN".to_owned())]);
}
