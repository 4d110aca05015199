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
use contracts::common::v1::{BatchHeader, BatchTotals, EvidenceKind};
use contracts::medical_agreement::v1::{
    CommitteeMandate, InstitutionLevel, ResidenceTreatmentForm,
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

const OWN_PAPERS: [EvidenceKind; 3] = [
    EvidenceKind::IdentityCard,
    EvidenceKind::RecognitionDecision,
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

fn decided(person: &Person, number: &str, happened_on: Date) -> Recognition {
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
async fn recognise(town: &Town, rows: Vec<Recognition>) {
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
async fn register(town: &Town, person: &Person, number: &str) -> InjuryDecision {
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

// Art. 42, Art. 54, Art. 56
#[tokio::test]
async fn who_is_injured_is_registered_with_what_was_late_and_treated_for_what_is_registered() {
    let town = Town::found().await;
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
    heard_of(&town).await;
    let persons = employees(&town).await;
    let (early, late) = (&persons[0], &persons[1]);

    let clock = &town.collection.bench.clock;
    clock.set(datetime!(2026-11-16 09:00 +8));
    let november = Month::new(2026, 11).unwrap();
    let order = AssessmentRunOrder {
        month: Some(november.into()),
        ..AssessmentRunOrder::default()
    };
    town.run(&order).await;
    clock.set(datetime!(2026-12-16 09:00 +8));
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

    treated(&town, early, "深人社认字〔2026〕1号", today)
        .await
        .unwrap();
    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        ..rows[1].clone()
    };
    recognise(&town, vec![revoked]).await;
    let refused = treated(&town, late, "深人社认字〔2026〕2号", today).await;
    assert_eq!(reason(&refused.unwrap_err()), "INJURY_UNKNOWN");
}
