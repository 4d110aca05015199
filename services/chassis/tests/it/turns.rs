//! Two cases of one subject that are decided at the same time.

use std::sync::{Arc, Mutex, PoisonError};

use chassis::testing::{AREA, TestService, clerk, reason};
use chassis::{Case, Needed, Result, Service, Unit};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{CaseState, GetCaseRequest, SignCaseRequest};
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::{
    CertificateReason, CertificateReplacementDecision, CertificateReplacementForm,
};
use law::Law;
use law::calendar::Term;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use time::macros::{date, datetime};
use tokio::sync::Barrier;
use tonic::{Code, Status};
use uuid::Uuid;

/// Numbers the certificates of an employer. Where there is a meeting, examinations end together.
#[derive(Clone, Default)]
struct Numbering(Arc<Mutex<Option<Arc<Barrier>>>>);

impl Numbering {
    fn meet(&self, meeting: Option<Barrier>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = meeting.map(Arc::new);
    }

    fn meeting(&self) -> Option<Arc<Barrier>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[chassis::async_trait]
impl Case for Numbering {
    type Application = CertificateReplacementForm;
    type Decision = CertificateReplacementDecision;

    fn subject(&self, application: &CertificateReplacementForm) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(Some(Term::WorkingDays(1)))
    }

    fn evidence(&self, _application: &CertificateReplacementForm) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &CertificateReplacementForm,
    ) -> Result<CertificateReplacementDecision> {
        let issued: i64 = sqlx::query_scalar("SELECT count(*) FROM issued")
            .fetch_one(unit.db())
            .await?;
        if let Some(meeting) = self.meeting() {
            meeting.wait().await;
        }
        Ok(CertificateReplacementDecision {
            employer_id: application.employer_id.clone(),
            replaced_certificate_number: (issued + 1).to_string(),
            ..CertificateReplacementDecision::default()
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        _case_id: Uuid,
        _application: CertificateReplacementForm,
        decision: CertificateReplacementDecision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        sqlx::query("INSERT INTO issued (pooling_area, number) VALUES ($1, $2)")
            .bind(area)
            .bind(decision.replaced_certificate_number)
            .execute(unit.db())
            .await?;
        Ok(())
    }
}

fn service(numbering: Numbering) -> Service {
    let issued = Migration::new(
        1001,
        "issued".into(),
        MigrationType::Simple,
        sqlx::SqlStr::from_static(
            "CREATE TABLE issued (pooling_area text, number text); SELECT protect('issued');",
        ),
        false,
    );
    Service::new("registration")
        .migrations(Migrator::with_migrations(vec![issued]))
        .case(numbering)
}

fn lost() -> CertificateReplacementForm {
    CertificateReplacementForm {
        employer_id: "91440300MA5G3F1XX0".to_owned(),
        reason: CertificateReason::Loss as i32,
        happened_on: Some(date!(2026 - 10 - 08).into()),
        statement: "搬迁时遗失".to_owned(),
    }
}

/// A case that awaits its last signature, with the digest that the first one signed.
async fn all_but_signed(service: &TestService) -> (String, String) {
    let taker = clerk(Department::Registration, Duty::Handler);
    let case = service.submit(&taker, &lost(), &[]).await.unwrap();
    let reviewer = clerk(Department::Registration, Duty::Reviewer);
    let mut cases = CaseServiceClient::new(service.connect(&reviewer).await);
    let request = GetCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
    };
    let seen = cases.get_case(request).await.unwrap().into_inner();
    let signed = (case.case_id, seen.case.unwrap().decision_digest);
    sign(service, Duty::Reviewer, &signed).await.unwrap();
    signed
}

async fn sign(
    service: &TestService,
    duty: Duty,
    (case_id, decision_digest): &(String, String),
) -> Result<CaseState, Status> {
    let signer = clerk(Department::Registration, duty);
    let mut cases = CaseServiceClient::new(service.connect(&signer).await);
    let request = SignCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case_id.clone(),
        decision_digest: decision_digest.clone(),
        ..SignCaseRequest::default()
    };
    let signed = cases.sign_case(request).await?.into_inner();
    Ok(signed.case.unwrap_or_default().state())
}

// Art. 148
#[tokio::test]
async fn of_two_cases_that_rest_on_the_same_facts_one_takes_effect_and_the_other_is_looked_at_again()
 {
    let numbering = Numbering::default();
    let service = TestService::start(service(numbering.clone())).await;
    let (one, other) = (
        all_but_signed(&service).await,
        all_but_signed(&service).await,
    );
    numbering.meet(Some(Barrier::new(2)));
    let signed = tokio::join!(
        sign(&service, Duty::Leader, &one),
        sign(&service, Duty::Leader, &other),
    );
    numbering.meet(None);
    let (approved, turned_away, late) = match signed {
        (Ok(state), Err(status)) => (state, status, &other),
        (Err(status), Ok(state)) => (state, status, &one),
        both => panic!("both had the same outcome: {both:?}"),
    };
    assert_eq!(approved, CaseState::Approved);
    assert_eq!(turned_away.code(), Code::Aborted);
    let again = sign(&service, Duty::Leader, late).await.unwrap_err();
    assert_eq!(reason(&again), "FACTS_CHANGED");
}

// Art. 9
#[tokio::test]
async fn a_last_day_beyond_the_known_notices_of_holidays_is_shown_as_provisional() {
    let service = TestService::start(service(Numbering::default())).await;
    let taker = clerk(Department::Registration, Duty::Handler);
    let known = service.submit(&taker, &lost(), &[]).await.unwrap();
    assert!(!known.due_provisional);
    service.clock().set(datetime!(2031-09-30 09:00 +8));
    let case = service.submit(&taker, &lost(), &[]).await.unwrap();
    assert_eq!(case.due_on, Some(date!(2031 - 10 - 06).into()));
    assert!(case.due_provisional);
}
