//! A pooling area with its services, and what people do in it.

use std::sync::Arc;

use chassis::testing::{AREA, Bench, TestService, clerk, eventually, free_port};
use chassis::{Actor, wire};
use contracts::Money;
use contracts::collection::v1::GetPaymentStateRequest;
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::run_service_client::RunServiceClient;
use contracts::common::v1::{
    EvidenceKind, GetCaseRequest, GetRunRequest, Run, RunState, StartRunRequest,
};
use contracts::form::FormMessage;
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::{
    ContractType, EmployerFacts, EmployerRegistrationForm, EmployerType, IdentityKind,
    StaffChangeForm, StaffChangeKind, StaffChangeRow,
};
use law::identity::{CitizenNumber, OrganisationCode, SocialCreditCode};
use time::macros::{date, datetime};

/// The services of an area, on one bench.
pub struct Town {
    pub registration: TestService,
    pub collection: TestService,
    pub benefit_review: TestService,
    pub medical_agreement: TestService,
    pub payment: TestService,
}

impl Town {
    /// On 2026-11-02, a Monday within the declaration window.
    pub async fn found() -> Self {
        let bench = Arc::new(Bench::at(datetime!(2026-11-02 09:00 +8)));
        let port = free_port();
        let collection_url = format!("https://localhost:{port}");
        let registration = bench
            .start(registration::service(), &[("collection", collection_url)])
            .await;
        let collection = bench
            .start_on(
                port,
                collection::service(),
                &[("registration", registration.url())],
            )
            .await;
        let port = free_port();
        let medical_agreement_url = format!("https://localhost:{port}");
        let asked = [
            ("registration", registration.url()),
            ("collection", collection.url()),
            ("medical-agreement", medical_agreement_url),
        ];
        let benefit_review = bench.start(benefit_review::service(), &asked).await;
        let asked = [
            ("registration", registration.url()),
            ("benefit-review", benefit_review.url()),
        ];
        let medical_agreement = bench
            .start_on(port, medical_agreement::service(), &asked)
            .await;
        let asked = [
            ("registration", registration.url()),
            ("collection", collection.url()),
            ("benefit-review", benefit_review.url()),
        ];
        let payment = bench.start(payment::service(), &asked).await;
        Self {
            registration,
            collection,
            benefit_review,
            medical_agreement,
            payment,
        }
    }

    /// A clerk who takes applications in.
    pub fn handler(department: Department) -> Actor {
        clerk(department, Duty::Handler)
    }

    /// Orders a run in collection and has it signed.
    pub async fn run<O: FormMessage>(&self, order: &O) -> Run {
        let handler = Self::handler(Department::Collection);
        let mut runs = RunServiceClient::new(self.collection.connect(&handler).await);
        let request = StartRunRequest {
            pooling_area: AREA.to_owned(),
            order: Some(wire::any(order)),
            ..StartRunRequest::default()
        };
        let run = runs
            .start_run(request)
            .await
            .unwrap()
            .into_inner()
            .run
            .unwrap();
        self.until(&run.run_id, RunState::Previewed).await;
        let mut cases = CaseServiceClient::new(self.collection.connect(&handler).await);
        let request = GetCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: run.run_id.clone(),
        };
        let case = cases.get_case(request).await.unwrap().into_inner().case;
        self.collection.sign_off(&case.unwrap()).await.unwrap();
        self.until(&run.run_id, RunState::Done).await
    }

    async fn until(&self, run_id: &str, state: RunState) -> Run {
        let handler = Self::handler(Department::Collection);
        let mut runs = RunServiceClient::new(self.collection.connect(&handler).await);
        eventually(async || {
            let request = GetRunRequest {
                pooling_area: AREA.to_owned(),
                run_id: run_id.to_owned(),
            };
            let run = runs.get_run(request).await.unwrap().into_inner().run?;
            assert!(run.error.is_empty(), "{}", run.error);
            (run.state() == state).then_some(run)
        })
        .await
    }
}

/// Papers of registration.
pub const PAPERS: &[EvidenceKind] = &[
    EvidenceKind::BusinessLicence,
    EvidenceKind::OrganisationCodeCertificate,
    EvidenceKind::IdentityCard,
    EvidenceKind::LabourContract,
    EvidenceKind::RegistrationCertificate,
    EvidenceKind::CancellationNotice,
];

/// The number of the mine.
pub fn credit_code() -> String {
    let organisation = OrganisationCode::with_check("MA000001").unwrap();
    SocialCreditCode::with_check(&format!("91{AREA}{organisation}"))
        .unwrap()
        .to_string()
}

/// A coal mine: class 8, 1.9%.
pub fn mine() -> EmployerRegistrationForm {
    let facts = EmployerFacts {
        name: "深圳市第一煤矿有限公司".to_owned(),
        credit_code: credit_code(),
        r#type: EmployerType::Enterprise as i32,
        address: "深圳市福田区深南大道1号".to_owned(),
        legal_representative: "王五".to_owned(),
        registration_number: "440301000000001".to_owned(),
        registration_authority: "深圳市市场监督管理局".to_owned(),
        founded_on: Some(date!(2020 - 01 - 06).into()),
        business_scope: "煤炭开采".to_owned(),
        industry_code: "06".to_owned(),
        contact_phone: "0755-12345678".to_owned(),
        bank_name: "中国银行深圳分行".to_owned(),
        bank_account: "6222020000000000".to_owned(),
        ..EmployerFacts::default()
    };
    EmployerRegistrationForm {
        facts: Some(facts),
        starts_on: Some(date!(2026 - 01 - 01).into()),
        ..EmployerRegistrationForm::default()
    }
}

/// Who works there since the first of November, for these wages.
pub fn miners(wages: &[&str]) -> StaffChangeForm {
    let rows = wages.iter().zip(1_u16..).map(|(wage, n)| StaffChangeRow {
        employer_id: credit_code(),
        kind: StaffChangeKind::Hire as i32,
        identity_kind: IdentityKind::CitizenId as i32,
        identity_number: CitizenNumber::compose("440301", date!(1990 - 05 - 01), n)
            .unwrap()
            .to_string(),
        name: format!("职工{n}"),
        effective_on: Some(date!(2026 - 11 - 01).into()),
        contract_type: ContractType::OpenEnded as i32,
        wage: Some(Money::from_text(*wage)),
        evidence_number: format!("HT-{n}"),
        ..StaffChangeRow::default()
    });
    StaffChangeForm {
        employer_id: credit_code(),
        kinds: vec![StaffChangeKind::Hire as i32],
        identity_kinds: vec![IdentityKind::CitizenId as i32],
        rows: rows.collect(),
        ..StaffChangeForm::default()
    }
}

/// Collection has heard of the employer and, after that, of its staff.
pub async fn heard_of(town: &Town) {
    let clerk = Town::handler(Department::Collection);
    let mut arrears = ArrearsServiceClient::new(town.collection.connect(&clerk).await);
    eventually(async || {
        let request = GetPaymentStateRequest {
            pooling_area: AREA.to_owned(),
            employer_id: credit_code(),
            person_id: String::new(),
            on: Some(date!(2026 - 11 - 16).into()),
        };
        let state = arrears.get_payment_state(request).await.ok()?;
        state.into_inner().insured.then_some(())
    })
    .await;
}
