//! What the tests of all sections share: an agency with its clerks, employers and staff.

use chassis::Actor;
use chassis::testing::{AREA, As, TestService, clerk};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{Case, EvidenceKind, GetCaseRequest, SignCaseRequest};
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    ContractType, Employer, EmployerFacts, EmployerRegistrationForm, EmployerType, Enrolment,
    GetEmployerRequest, IdentityKind, ListEnrolmentsRequest, RegistrationEvent, StaffChangeForm,
    StaffChangeKind, StaffChangeRow,
};
use law::Month;
use law::identity::{CitizenNumber, OrganisationCode, SocialCreditCode};
use rust_decimal::Decimal;
use time::Date;
use time::macros::date;
use tonic::Status;

/// The day on which the clock of a test stands at first, a Monday within the declaration window.
pub const TODAY: Date = date!(2026 - 11 - 02);

/// All papers that an application of the chapter may need.
pub const PAPERS: &[EvidenceKind] = &[
    EvidenceKind::BusinessLicence,
    EvidenceKind::OrganisationCodeCertificate,
    EvidenceKind::IdentityCard,
    EvidenceKind::LabourContract,
    EvidenceKind::LabourAgreement,
    EvidenceKind::RelationEndProof,
    EvidenceKind::RetirementApproval,
    EvidenceKind::DeathCertificate,
    EvidenceKind::Other,
    EvidenceKind::PermanentResidenceCard,
    EvidenceKind::Passport,
    EvidenceKind::WorkPermit,
    EvidenceKind::RegistrationCertificate,
    EvidenceKind::LossProof,
    EvidenceKind::CancellationNotice,
    EvidenceKind::DissolutionApproval,
    EvidenceKind::PublicSecurityProof,
];

/// The service alone.
pub async fn registration() -> TestService {
    TestService::start(registration::service()).await
}

/// The clerk who takes applications in.
pub fn handler() -> Actor {
    clerk(Department::Registration, Duty::Handler)
}

/// The unified social credit code of the employer number `n` of a test.
pub fn credit_code(n: u32) -> String {
    let organisation = OrganisationCode::with_check(&format!("MA{n:06}")).unwrap();
    SocialCreditCode::with_check(&format!("91{AREA}{organisation}"))
        .unwrap()
        .to_string()
}

/// The number of the citizen `n` of a test, a man born in 1990 with odd `n`, a woman with even `n`.
pub fn citizen(n: u16) -> String {
    CitizenNumber::compose("440301", date!(1990 - 05 - 01), n)
        .unwrap()
        .to_string()
}

/// What employer number `n` registers with: a trade company, in industry 51.
pub fn facts(n: u32) -> EmployerFacts {
    EmployerFacts {
        name: format!("深圳市第{n}贸易有限公司"),
        credit_code: credit_code(n),
        r#type: EmployerType::Enterprise as i32,
        address: format!("深圳市福田区深南大道{n}号"),
        legal_representative: "王五".to_owned(),
        registration_number: format!("44030100000{n:04}"),
        registration_authority: "深圳市市场监督管理局".to_owned(),
        founded_on: Some(date!(2020 - 01 - 06).into()),
        business_scope: "日用百货批发".to_owned(),
        industry_code: "51".to_owned(),
        contact_phone: "0755-12345678".to_owned(),
        bank_name: "中国银行深圳分行".to_owned(),
        bank_account: "6222020000000000".to_owned(),
        ..EmployerFacts::default()
    }
}

/// The application of employer number `n`, to be insured from the beginning of the year on.
pub fn registration_form(n: u32) -> EmployerRegistrationForm {
    EmployerRegistrationForm {
        facts: Some(facts(n)),
        starts_on: Some(date!(2026 - 01 - 01).into()),
        ..EmployerRegistrationForm::default()
    }
}

/// Registers employer number `n`; answers its number.
pub async fn register(service: &TestService, n: u32) -> String {
    service
        .approve(&handler(), &registration_form(n), PAPERS)
        .await
        .unwrap();
    credit_code(n)
}

/// Citizen `n` is hired by the employer on `on`, for 6000 yuan a month.
pub fn hired(employer_id: &str, n: u16, on: Date) -> StaffChangeRow {
    StaffChangeRow {
        employer_id: employer_id.to_owned(),
        kind: StaffChangeKind::Hire as i32,
        identity_kind: IdentityKind::CitizenId as i32,
        identity_number: citizen(n),
        name: name(n),
        effective_on: Some(on.into()),
        contract_type: ContractType::OpenEnded as i32,
        wage: Some(Decimal::from(6000).into()),
        evidence_number: format!("HT-{n}"),
        ..StaffChangeRow::default()
    }
}

/// Citizen `n` leaves the employer for the reason of `kind`; `on` is the last day.
pub fn left(employer_id: &str, n: u16, kind: StaffChangeKind, on: Date) -> StaffChangeRow {
    StaffChangeRow {
        employer_id: employer_id.to_owned(),
        kind: kind as i32,
        identity_kind: IdentityKind::CitizenId as i32,
        identity_number: citizen(n),
        name: name(n),
        effective_on: Some(on.into()),
        evidence_number: format!("JC-{n}"),
        remark: "调离本地区".to_owned(),
        ..StaffChangeRow::default()
    }
}

/// The name of citizen `n`.
pub fn name(n: u16) -> String {
    format!("职工{n}")
}

/// A roster with these rows, which states what is on it.
pub fn roster(employer_id: &str, rows: Vec<StaffChangeRow>) -> StaffChangeForm {
    let mut kinds: Vec<i32> = rows.iter().map(|row| row.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let hires = [StaffChangeKind::Hire, StaffChangeKind::ConcurrentHire];
    let hired = rows.iter().filter(|row| hires.contains(&row.kind()));
    let mut identity_kinds: Vec<i32> = hired.map(|row| row.identity_kind).collect();
    identity_kinds.sort_unstable();
    identity_kinds.dedup();
    StaffChangeForm {
        employer_id: employer_id.to_owned(),
        kinds,
        identity_kinds,
        rows,
        ..StaffChangeForm::default()
    }
}

/// Has a roster of these rows signed by everybody.
pub async fn report(
    service: &TestService,
    employer_id: &str,
    rows: Vec<StaffChangeRow>,
) -> Result<Case, Status> {
    service
        .approve(&handler(), &roster(employer_id, rows), PAPERS)
        .await
}

/// The section's service, called by a clerk.
pub async fn enrolment(service: &TestService) -> EnrolmentServiceClient<As> {
    EnrolmentServiceClient::new(service.connect(&handler()).await)
}

/// An employer as it stands, or stood on a date.
pub async fn employer(
    service: &TestService,
    employer_id: &str,
    on: Option<Date>,
) -> Result<Employer, Status> {
    let request = GetEmployerRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id.to_owned(),
        on: on.map(Into::into),
    };
    Ok(enrolment(service)
        .await
        .get_employer(request)
        .await?
        .into_inner()
        .employer
        .unwrap())
}

/// The enrolments of an employer that touch the month of `on`, in the order of the persons' names.
pub async fn enrolled(service: &TestService, employer_id: &str, on: Date) -> Vec<Enrolment> {
    let request = ListEnrolmentsRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id.to_owned(),
        month: Some(Month::of(on).into()),
        ..ListEnrolmentsRequest::default()
    };
    let answer = enrolment(service)
        .await
        .list_enrolments(request)
        .await
        .unwrap();
    let mut enrolments = answer.into_inner().enrolments;
    enrolments.sort_by_key(|e| {
        (
            e.person.as_ref().unwrap().name.clone(),
            e.starts_on.map(Date::try_from).unwrap().unwrap(),
        )
    });
    enrolments
}

/// Everything that was told, in order, with its key, as another service reads it.
pub async fn told(service: &TestService) -> Vec<(String, What)> {
    let told = service.told::<RegistrationEvent>("collection").await;
    let what = |(key, event): (String, RegistrationEvent)| (key, event.what.unwrap());
    told.into_iter().map(what).collect()
}

/// A date as the contracts have it.
pub fn on(date: Date) -> Option<contracts::Date> {
    Some(date.into())
}

/// The decision of a case as whoever may sign it sees it now.
pub async fn decision<D: contracts::form::FormMessage>(service: &TestService, case: &Case) -> D {
    service.decision(case).await.unwrap()
}

/// The signature of a duty on a case as it stands.
pub async fn sign(service: &TestService, case_id: &str, duty: Duty) -> Result<(), Status> {
    let signer = clerk(Department::Registration, duty);
    let mut cases = CaseServiceClient::new(service.connect(&signer).await);
    let request = GetCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case_id.to_owned(),
    };
    let seen = cases.get_case(request).await?.into_inner().case.unwrap();
    let request = SignCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case_id.to_owned(),
        decision_digest: seen.decision_digest,
        ..SignCaseRequest::default()
    };
    cases.sign_case(request).await.map(|_| ())
}
