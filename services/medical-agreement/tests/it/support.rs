//! What the tests of all sections share: the agency, institutions under agreement, and insured persons
//! in a real registration.

use std::sync::Arc;

use chassis::Actor;
use chassis::testing::{AREA, As, Bench, TestService, clerk, reason};
use contracts::common::v1::{Batch, BatchHeader, BatchTotals, EvidenceKind};
use contracts::medical_agreement::v1::agreement_service_client::AgreementServiceClient;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::treatment_service_client::TreatmentServiceClient;
use contracts::medical_agreement::v1::{
    AgreementForm, Approval, CatalogueForm, CatalogueItem, CatalogueKind, Clause, InstitutionFacts,
    InstitutionGrade, InstitutionKind, ListApprovalsRequest, MedicalAgreementEvent,
    UploadCatalogueRequest,
};
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
use contracts::registration::v1::{
    BatchFindPersonsRequest, ContractType, EmployerFacts, EmployerRegistrationForm, EmployerType,
    IdentityKind, Person, PersonIdentity, StaffChangeForm, StaffChangeKind, StaffChangeRow,
};
use law::identity::{CitizenNumber, OrganisationCode, SocialCreditCode};
use medical_agreement::agreement::rules::CLAUSES;
use rust_decimal::Decimal;
use time::Date;
use time::macros::{date, datetime};
use uuid::Uuid;

/// The day on which the clock of a test stands at first, a Monday.
pub const TODAY: Date = date!(2026 - 11 - 02);

/// All papers that an application of the chapter may need.
pub const PAPERS: &[EvidenceKind] = &[
    EvidenceKind::PracticeLicence,
    EvidenceKind::ServiceAgreement,
    EvidenceKind::QualityCommitment,
    EvidenceKind::TerminationNotice,
    EvidenceKind::RecognitionDecision,
    EvidenceKind::AppraisalConclusion,
    EvidenceKind::MedicalOpinion,
    EvidenceKind::RehabilitationPlan,
    EvidenceKind::DeviceConfirmation,
    EvidenceKind::CommitteeConclusion,
    EvidenceKind::CatalogueDocument,
];

/// The service alone: registration is not there to be asked.
pub async fn alone() -> TestService {
    TestService::start(medical_agreement::service()).await
}

/// The service beside a registration.
pub struct Town {
    pub registration: TestService,
    pub service: TestService,
}

impl Town {
    /// On [`TODAY`].
    pub async fn found() -> Self {
        let bench = Arc::new(Bench::at(datetime!(2026-11-02 09:00 +8)));
        // Who asks is known to registration; it asks nothing back.
        let asking = [("medical-agreement", "https://localhost:1".to_owned())];
        let registration = bench.start(registration::service(), &asking).await;
        let peers = [("registration", registration.url())];
        let service = bench.start(medical_agreement::service(), &peers).await;
        Self {
            registration,
            service,
        }
    }

    /// Insures citizen `n` through an employer of her or his own; answers the person.
    pub async fn insure(&self, n: u16) -> Person {
        let handler = clerk(Department::Registration, Duty::Handler);
        self.register(n).await;
        self.report((n, n), StaffChangeKind::Hire, TODAY).await;
        let find = BatchFindPersonsRequest {
            pooling_area: AREA.to_owned(),
            identities: vec![PersonIdentity {
                kind: IdentityKind::CitizenId as i32,
                number: citizen(n),
            }],
            ..BatchFindPersonsRequest::default()
        };
        let mut persons = EnrolmentServiceClient::new(self.registration.connect(&handler).await);
        let found = persons.batch_find_persons(find).await.unwrap().into_inner();
        found.persons.into_iter().next().unwrap()
    }

    /// Registers employer `n`.
    async fn register(&self, n: u16) {
        let employer = EmployerRegistrationForm {
            facts: Some(EmployerFacts {
                name: format!("深圳市第{n}贸易有限公司"),
                credit_code: credit_code("91", n),
                r#type: EmployerType::Enterprise as i32,
                address: "深圳市福田区深南大道1号".to_owned(),
                legal_representative: "王五".to_owned(),
                registration_number: format!("4403010000{n:05}"),
                registration_authority: "深圳市市场监督管理局".to_owned(),
                founded_on: Some(date!(2020 - 01 - 06).into()),
                business_scope: "日用百货批发".to_owned(),
                industry_code: "51".to_owned(),
                contact_phone: "0755-12345678".to_owned(),
                bank_name: "中国银行深圳分行".to_owned(),
                bank_account: "6222020000000000".to_owned(),
                ..EmployerFacts::default()
            }),
            starts_on: Some(date!(2026 - 01 - 01).into()),
            ..EmployerRegistrationForm::default()
        };
        let handler = clerk(Department::Registration, Duty::Handler);
        let papers = [EvidenceKind::BusinessLicence];
        let registered = self.registration.approve(&handler, &employer, &papers);
        registered.await.unwrap();
    }

    /// Employer `n` reports what became of citizen `of` on a day.
    async fn report(&self, (n, of): (u16, u16), kind: StaffChangeKind, day: Date) {
        let roster = StaffChangeForm {
            employer_id: credit_code("91", n),
            kinds: vec![kind as i32],
            identity_kinds: vec![IdentityKind::CitizenId as i32],
            rows: vec![StaffChangeRow {
                employer_id: credit_code("91", n),
                kind: kind as i32,
                identity_kind: IdentityKind::CitizenId as i32,
                identity_number: citizen(of),
                name: format!("职工{of}"),
                effective_on: on(day),
                contract_type: ContractType::OpenEnded as i32,
                wage: Some(Decimal::from(6000).into()),
                evidence_number: format!("HT-{of}"),
                ..StaffChangeRow::default()
            }],
            ..StaffChangeForm::default()
        };
        let papers = [
            EvidenceKind::IdentityCard,
            EvidenceKind::LabourContract,
            EvidenceKind::RelationEndProof,
        ];
        let handler = clerk(Department::Registration, Duty::Handler);
        let reported = self.registration.approve(&handler, &roster, &papers);
        reported.await.unwrap();
    }

    /// Citizen `n` leaves the employer of her or his own today.
    pub async fn leave(&self, n: u16) {
        self.report((n, n), StaffChangeKind::End, TODAY).await;
    }

    /// Citizen `n` goes on with employer `to`, who is new, from today on.
    pub async fn move_to(&self, n: u16, to: u16) {
        self.leave(n).await;
        self.register(to).await;
        self.report((to, n), StaffChangeKind::Hire, TODAY).await;
    }

    /// Everything approved for a person, the newest first.
    pub async fn approvals(&self, person: &Person) -> Vec<Approval> {
        let request = ListApprovalsRequest {
            pooling_area: AREA.to_owned(),
            person_id: person.person_id.clone(),
            ..ListApprovalsRequest::default()
        };
        let mut treatment = TreatmentServiceClient::new(self.service.connect(&handler()).await);
        let found = treatment.list_approvals(request).await.unwrap();
        found.into_inner().approvals
    }
}

/// The clerk who takes applications in.
pub fn handler() -> Actor {
    clerk(Department::Business, Duty::Handler)
}

/// The unified social credit code number `n`; `kind` is its first two characters: 91 an enterprise, 12 a
/// public institution.
pub fn credit_code(kind: &str, n: u16) -> String {
    let organisation = OrganisationCode::with_check(&format!("MA{n:06}")).unwrap();
    SocialCreditCode::with_check(&format!("{kind}{AREA}{organisation}"))
        .unwrap()
        .to_string()
}

/// The identity number of citizen `n`.
fn citizen(n: u16) -> String {
    let number = CitizenNumber::compose("440301", date!(1990 - 05 - 01), n);
    number.unwrap().to_string()
}

/// The number of institution `n`.
pub fn institution_id(n: u16) -> String {
    credit_code("12", n)
}

/// What institution `n` is: a tertiary hospital.
pub fn facts(n: u16) -> InstitutionFacts {
    InstitutionFacts {
        name: format!("深圳市第{n}人民医院"),
        grade: InstitutionGrade::Tertiary as i32,
        licence_number: format!("45575561444030311A{n:04}"),
        licence_valid_until_on: on(date!(2030 - 12 - 31)),
        address: format!("深圳市罗湖区东门北路{n}号"),
        phone: "0755-25533018".to_owned(),
        bank_name: "中国银行深圳分行".to_owned(),
        bank_account: "6222020000000001".to_owned(),
    }
}

/// The ten clauses.
pub fn clauses() -> Vec<Clause> {
    let clause = |kind| Clause {
        kind: kind as i32,
        text: "按双方议定的文本履行。".to_owned(),
    };
    CLAUSES.into_iter().map(clause).collect()
}

/// An agreement with institution `n` from today to the end of 2027, with thirty days of notice.
pub fn agreement_form(n: u16, kind: InstitutionKind) -> AgreementForm {
    AgreementForm {
        institution_id: institution_id(n),
        kind: kind as i32,
        facts: Some(facts(n)),
        starts_on: on(TODAY),
        ends_on: on(date!(2027 - 12 - 31)),
        clauses: clauses(),
        notice_days: 30,
        refers: kind == InstitutionKind::Medical,
        case_rates: Vec::new(),
    }
}

/// Signs an agreement with institution `n`; answers its number.
pub async fn sign(service: &TestService, n: u16, kind: InstitutionKind) -> String {
    let form = agreement_form(n, kind);
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    institution_id(n)
}

/// Sends a list in messages of 20,000 rows.
pub async fn upload_catalogue(service: &TestService, rows: &[CatalogueItem]) -> Batch {
    let batch_id = Uuid::now_v7().to_string();
    let mut messages = vec![UploadCatalogueRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id,
            reference: "药品目录.xlsx".to_owned(),
        }),
        ..UploadCatalogueRequest::default()
    }];
    for (first_row, part) in (0..).step_by(20_000).zip(rows.chunks(20_000)) {
        messages.push(UploadCatalogueRequest {
            pooling_area: AREA.to_owned(),
            first_row,
            rows: part.to_vec(),
            ..UploadCatalogueRequest::default()
        });
    }
    messages.push(UploadCatalogueRequest {
        pooling_area: AREA.to_owned(),
        totals: Some(BatchTotals {
            rows: rows.len() as u64,
            sum: None,
        }),
        ..UploadCatalogueRequest::default()
    });
    let mut treatment = TreatmentServiceClient::new(service.connect(&handler()).await);
    let uploaded = treatment.upload_catalogue(tokio_stream::iter(messages));
    uploaded.await.unwrap().into_inner().batch.unwrap()
}

/// The application to put a list in force.
pub fn catalogue_form(batch: &Batch, kind: CatalogueKind, effective_on: Date) -> CatalogueForm {
    CatalogueForm {
        batch_id: batch.batch_id.clone(),
        kind: kind as i32,
        effective_on: on(effective_on),
        document_number: "粤人社规〔2026〕20号".to_owned(),
        title: "广东省工伤保险药品目录".to_owned(),
        retroactive: effective_on < TODAY,
        removed: 0,
    }
}

/// Puts a list in force, whatever leaves with the one before.
pub async fn put_in_force(service: &TestService, form: CatalogueForm) {
    let papers = [EvidenceKind::CatalogueDocument];
    for removed in 0..10 {
        let form = CatalogueForm {
            removed,
            ..form.clone()
        };
        match service.approve(&handler(), &form, &papers).await {
            Err(refused) if reason(&refused) == "CATALOGUE_SHRINKS" => {}
            approved => {
                approved.unwrap();
                return;
            }
        }
    }
    panic!("a list that is too much shorter");
}

/// The section's service, called by a clerk.
pub async fn agreements(service: &TestService) -> AgreementServiceClient<As> {
    AgreementServiceClient::new(service.connect(&handler()).await)
}

/// Everything that was told, in order, with its key.
pub async fn told(service: &TestService) -> Vec<(String, What)> {
    let told = service.told::<MedicalAgreementEvent>("collection").await;
    let what = |(key, event): (String, MedicalAgreementEvent)| (key, event.what.unwrap());
    told.into_iter().map(what).collect()
}

/// A date as the contracts have it.
pub fn on(date: Date) -> Option<contracts::Date> {
    Some(date.into())
}
