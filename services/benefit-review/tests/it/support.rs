//! What the tests of all sections share: the agency beside a real registration, collection and
//! medical-agreement.

mod adjustments;
mod bases;
mod injured;
mod places;
mod undecided;

pub use adjustments::*;
pub use bases::nine;
pub use injured::injury_form;
pub use places::*;

use std::sync::Arc;

use chassis::testing::{AREA, As, Bench, TestService, clerk, free_port};
use chassis::{Actor, Areas};
use contracts::benefit_review::v1::BenefitReviewEvent;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::injury_service_client::InjuryServiceClient;
use contracts::common::v1::EvidenceKind;
use contracts::options::v1::{Caller, Department, Duty};
use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
use contracts::registration::v1::{
    BatchFindPersonsRequest, ContractType, EmployerFacts, EmployerRegistrationForm, EmployerType,
    IdentityKind, Person, PersonIdentity, StaffChangeForm, StaffChangeKind, StaffChangeRow,
};
use law::identity::{CitizenNumber, OrganisationCode, SocialCreditCode};
use rust_decimal::Decimal;
use time::Date;
use time::macros::{date, datetime};

/// The day on which the clock of a test stands at first, a Monday within the declaration window.
pub const TODAY: Date = date!(2026 - 11 - 02);

/// All papers that an application of the section may need.
pub const PAPERS: &[EvidenceKind] = &[
    EvidenceKind::IdentityCard,
    EvidenceKind::RecognitionDecision,
    EvidenceKind::StoppageNotice,
    EvidenceKind::DeathCertificate,
    EvidenceKind::AppraisalConclusion,
    EvidenceKind::LabourContract,
    EvidenceKind::RelationEndProof,
    EvidenceKind::SettlementApplication,
    EvidenceKind::SettlementAgreement,
    EvidenceKind::PracticeLicence,
    EvidenceKind::ServiceAgreement,
    EvidenceKind::QualityCommitment,
    EvidenceKind::CatalogueDocument,
    EvidenceKind::DeviceConfirmation,
    EvidenceKind::Invoice,
    EvidenceKind::BasicPensionDecision,
    EvidenceKind::WagePaymentDetail,
    EvidenceKind::CorrectionProof,
    EvidenceKind::RelationCorrectionProof,
    EvidenceKind::OwnWishDeclaration,
];

/// The service alone: nobody is there to be asked.
pub async fn alone() -> TestService {
    TestService::start(benefit_review::service()).await
}

/// The service beside registration, collection and medical-agreement.
pub struct Town {
    pub registration: TestService,
    pub collection: TestService,
    pub medical_agreement: TestService,
    pub service: TestService,
}

impl Town {
    /// On [`TODAY`].
    pub async fn found() -> Self {
        let bench = Arc::new(Bench::at(datetime!(2026-11-02 09:00 +8)));
        let registration = bench.start(registration::service(), &[]).await;
        let of_registration = ("registration", registration.url());
        let collection = bench
            .start(
                collection::service(),
                std::slice::from_ref(&of_registration),
            )
            .await;
        // The two ask each other: one has to be known before it is there.
        let port = free_port();
        let peers = [
            of_registration.clone(),
            ("collection", collection.url()),
            ("medical-agreement", format!("https://localhost:{port}")),
        ];
        let service = bench.start(benefit_review::service(), &peers).await;
        let peers = [of_registration, ("benefit-review", service.url())];
        let medical_agreement = bench
            .start_on(port, medical_agreement::service(), &peers)
            .await;
        Self {
            registration,
            collection,
            medical_agreement,
            service,
        }
    }

    /// Registers employer `n`.
    pub async fn register(&self, n: u16) -> String {
        let papers = [EvidenceKind::BusinessLicence];
        let employer = EmployerRegistrationForm {
            facts: Some(EmployerFacts {
                name: format!("深圳市第{n}贸易有限公司"),
                credit_code: employer_id(n),
                r#type: EmployerType::Enterprise as i32,
                address: "深圳市福田区深南大道1号".to_owned(),
                legal_representative: "王五".to_owned(),
                registration_number: format!("4403010000{n:05}"),
                registration_authority: "深圳市市场监督管理局".to_owned(),
                founded_on: on(date!(2020 - 01 - 06)),
                business_scope: "日用百货批发".to_owned(),
                industry_code: "51".to_owned(),
                contact_phone: "0755-12345678".to_owned(),
                bank_name: "中国银行深圳分行".to_owned(),
                bank_account: "6222020000000000".to_owned(),
                ..EmployerFacts::default()
            }),
            starts_on: on(date!(2026 - 01 - 01)),
            ..EmployerRegistrationForm::default()
        };
        let registrar = registrar();
        let registered = self.registration.approve(&registrar, &employer, &papers);
        registered.await.unwrap();
        employer_id(n)
    }

    /// Citizen `n` is hired by the employer today; answers the person.
    pub async fn hire(&self, employer_id: &str, n: u16) -> Person {
        self.report(
            employer_id,
            n,
            StaffChangeKind::Hire,
            self.service.clock().today(),
        )
        .await;
        let find = BatchFindPersonsRequest {
            pooling_area: AREA.to_owned(),
            identities: vec![PersonIdentity {
                kind: IdentityKind::CitizenId as i32,
                number: citizen(n),
            }],
            ..BatchFindPersonsRequest::default()
        };
        let mut persons =
            EnrolmentServiceClient::new(self.registration.connect(&registrar()).await);
        let found = persons.batch_find_persons(find).await.unwrap().into_inner();
        found.persons.into_iter().next().unwrap()
    }

    /// The employer reports what became of citizen `n` on a day.
    pub async fn report(&self, employer_id: &str, n: u16, kind: StaffChangeKind, day: Date) {
        let roster = StaffChangeForm {
            employer_id: employer_id.to_owned(),
            kinds: vec![kind as i32],
            identity_kinds: vec![IdentityKind::CitizenId as i32],
            rows: vec![StaffChangeRow {
                employer_id: employer_id.to_owned(),
                kind: kind as i32,
                identity_kind: IdentityKind::CitizenId as i32,
                identity_number: citizen(n),
                name: format!("职工{n}"),
                effective_on: on(day),
                contract_type: match kind {
                    StaffChangeKind::ConcurrentHire => ContractType::PartTime as i32,
                    _ => ContractType::OpenEnded as i32,
                },
                wage: Some(Decimal::from(6000).into()),
                evidence_number: format!("HT-{n}"),
                ..StaffChangeRow::default()
            }],
            ..StaffChangeForm::default()
        };
        let papers = [
            EvidenceKind::IdentityCard,
            EvidenceKind::LabourContract,
            EvidenceKind::LabourAgreement,
            EvidenceKind::RelationEndProof,
            EvidenceKind::DeathCertificate,
        ];
        let registrar = registrar();
        let reported = self.registration.approve(&registrar, &roster, &papers);
        reported.await.unwrap();
    }

    /// The section's service, called by a clerk.
    pub async fn injuries(&self) -> InjuryServiceClient<As> {
        InjuryServiceClient::new(self.service.connect(&handler()).await)
    }

    /// Everything that was told, in order, with its key.
    pub async fn told(&self) -> Vec<(String, What)> {
        let told = self.service.told::<BenefitReviewEvent>("collection").await;
        let what = |(key, event): (String, BenefitReviewEvent)| (key, event.what.unwrap());
        told.into_iter().map(what).collect()
    }
}

fn registrar() -> Actor {
    clerk(Department::Registration, Duty::Handler)
}

/// The clerk who takes applications in.
pub fn handler() -> Actor {
    clerk(Department::Business, Duty::Handler)
}

/// An authority, by the party of its token.
pub fn authority((party, label): (&str, &str)) -> Actor {
    Actor {
        id: format!("authority-{party}"),
        name: label.to_owned(),
        caller: Caller::Authority,
        party: party.to_owned(),
        areas: Areas::Some(vec![AREA.to_owned()]),
        ..Actor::service("")
    }
}

/// The number of employer `n`.
pub fn employer_id(n: u16) -> String {
    let organisation = OrganisationCode::with_check(&format!("MA{n:06}")).unwrap();
    SocialCreditCode::with_check(&format!("91{AREA}{organisation}"))
        .unwrap()
        .to_string()
}

/// The identity number of citizen `n`, a man where `n` is odd; from 500 on they were born eighteen years earlier.
pub fn citizen(n: u16) -> String {
    let born_on = match n {
        0..500 => date!(1990 - 05 - 01),
        _ => date!(1972 - 11 - 01),
    };
    CitizenNumber::compose("440301", born_on, n)
        .unwrap()
        .to_string()
}

/// A date as the contracts have it.
pub fn on(date: Date) -> Option<contracts::Date> {
    Some(date.into())
}
