//! Collection and audit as registration asks them, with the answers that a test gives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chassis::testing::{Bench, TestService};
use contracts::audit::v1::handling_service_server::{HandlingService, HandlingServiceServer};
use contracts::audit::v1::{
    GetVerificationOpinionRequest, GetVerificationOpinionResponse, OpenMatter,
};
use contracts::collection::v1::arrears_service_server::{ArrearsService, ArrearsServiceServer};
use contracts::collection::v1::base_service_server::{BaseService, BaseServiceServer};
use contracts::collection::v1::*;
use contracts::common::v1::parameter_service_server::{ParameterService, ParameterServiceServer};
use contracts::common::v1::{ListParametersRequest, ListParametersResponse, Parameter};
use contracts::{Date, Money};
use law::Month;
use time::macros::{date, datetime};
use tokio::task::JoinSet;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status, Streaming};

use crate::support::TODAY;

/// What collection and audit know of an employer; of one that they were told nothing about, that all
/// is in order.
#[derive(Clone)]
pub struct Books {
    /// Yuan.
    pub principal: &'static str,
    /// Yuan: the part of it that is past its due date.
    pub overdue: &'static str,
    /// Yuan.
    pub late_fee: &'static str,
    /// Wages were declared.
    pub declared: bool,
    /// Due and not paid.
    pub unpaid_months: Vec<Month>,
    /// Charged provisionally, since no wages were declared.
    pub provisional_months: Vec<Month>,
    /// Insured and not assessed yet.
    pub unassessed_months: Vec<Month>,
    /// What became of a finding that wages were declared too low.
    pub under_declared: Vec<UnderDeclarationState>,
    /// What audit has open.
    pub audit: Vec<OpenMatter>,
    /// Yuan: everybody's base.
    pub base: &'static str,
}

impl Default for Books {
    fn default() -> Self {
        Self {
            principal: "0.00",
            overdue: "0.00",
            late_fee: "0.00",
            declared: true,
            unpaid_months: Vec::new(),
            provisional_months: Vec::new(),
            unassessed_months: Vec::new(),
            under_declared: Vec::new(),
            audit: Vec::new(),
            base: "6000.00",
        }
    }
}

/// Collection; it answers as long as this is kept.
pub struct Collection {
    answers: Answers,
    _serving: JoinSet<()>,
}

impl Collection {
    /// From now on collection knows this of the employer.
    pub fn knows(&self, employer_id: &str, books: Books) {
        self.answers
            .0
            .lock()
            .unwrap()
            .insert(employer_id.to_owned(), books);
    }
}

/// The service with collection and audit beside it.
pub async fn with_collection() -> (TestService, Collection) {
    beside(&["collection", "audit"]).await
}

/// The service of a platform on which audit has none yet.
pub async fn without_audit() -> (TestService, Collection) {
    beside(&["collection"]).await
}

async fn beside(peers: &[&'static str]) -> (TestService, Collection) {
    let bench = Arc::new(Bench::at(datetime!(2026-11-02 09:00 +8)));
    let answers = Answers::default();
    let mut serving = JoinSet::new();
    let mut urls = Vec::new();
    for peer in peers {
        let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into()).unwrap();
        let port = incoming.local_addr().unwrap().port();
        urls.push((*peer, format!("https://localhost:{port}")));
        let router = Server::builder()
            .tls_config(bench.server_tls(peer))
            .unwrap()
            .add_service(ParameterServiceServer::new(answers.clone()))
            .add_service(ArrearsServiceServer::new(answers.clone()))
            .add_service(BaseServiceServer::new(answers.clone()))
            .add_service(HandlingServiceServer::new(answers.clone()));
        serving.spawn(async move { router.serve_with_incoming(incoming).await.unwrap() });
    }
    let service = bench.start(registration::service(), &urls).await;
    (
        service,
        Collection {
            answers,
            _serving: serving,
        },
    )
}

/// What collection knows, by employer.
#[derive(Clone, Default)]
struct Answers(Arc<Mutex<HashMap<String, Books>>>);

impl Answers {
    fn books(&self, employer_id: &str) -> Books {
        self.0
            .lock()
            .unwrap()
            .get(employer_id)
            .cloned()
            .unwrap_or_default()
    }
}

#[chassis::async_trait]
impl HandlingService for Answers {
    async fn get_verification_opinion(
        &self,
        request: Request<GetVerificationOpinionRequest>,
    ) -> Result<Response<GetVerificationOpinionResponse>, Status> {
        let matters = self.books(&request.get_ref().employer_id).audit;
        Ok(Response::new(GetVerificationOpinionResponse { matters }))
    }
}

/// The area has moved its window to the 20th from December 2026 on, to the 18th from February 2027 on.
#[chassis::async_trait]
impl ParameterService for Answers {
    async fn list_parameters(
        &self,
        request: Request<ListParametersRequest>,
    ) -> Result<Response<ListParametersResponse>, Status> {
        let on = chassis::wire::day(request.into_inner().on).unwrap();
        let values = [
            (date!(2027 - 02 - 01), "18", true),
            (date!(2026 - 12 - 01), "20", true),
            (date!(2012 - 02 - 06), "15", false),
        ];
        let in_force = values.into_iter().find(|(from, ..)| *from <= on);
        let (from, value, local) = in_force.unwrap();
        let due_day = Parameter {
            name: "declaration_due_day".to_owned(),
            value: value.to_owned(),
            from: Some(from.into()),
            source: "深社保〔2026〕9号".to_owned(),
            local,
            ..Parameter::default()
        };
        Ok(Response::new(ListParametersResponse {
            parameters: vec![due_day],
        }))
    }
}

/// What registration asks of a service, and what it does not.
macro_rules! answers {
    ($service:ident { $($asked:item)* } $($name:ident: $request:ty => $response:ident;)*) => {
        #[chassis::async_trait]
        impl $service for Answers {
            $($asked)*

            $(async fn $name(&self, _: Request<$request>) -> Result<Response<$response>, Status> {
                Err(Status::unimplemented("registration does not ask this"))
            })*
        }
    };
}

answers! {
    ArrearsService {
        async fn get_clearance(
            &self,
            request: Request<GetClearanceRequest>,
        ) -> Result<Response<GetClearanceResponse>, Status> {
            let books = self.books(&request.get_ref().employer_id);
            Ok(Response::new(GetClearanceResponse {
                cleared: books.principal == "0.00" && books.late_fee == "0.00",
                principal: Some(Money::from_text(books.principal)),
                late_fee: Some(Money::from_text(books.late_fee)),
                overdue_principal: Some(Money::from_text(books.overdue)),
                as_of: Some(Date::from(TODAY)),
                unassessed_months: books.unassessed_months.into_iter().map(Into::into).collect(),
            }))
        }

        async fn get_payment_state(
            &self,
            request: Request<GetPaymentStateRequest>,
        ) -> Result<Response<GetPaymentStateResponse>, Status> {
            let books = self.books(&request.get_ref().employer_id);
            Ok(Response::new(GetPaymentStateResponse {
                insured: books.declared,
                paid_up: books.unpaid_months.is_empty() && books.unassessed_months.is_empty(),
                unpaid_months: books.unpaid_months.into_iter().map(Into::into).collect(),
                unassessed_months: books.unassessed_months.into_iter().map(Into::into).collect(),
                base: None,
                provisional_months: books.provisional_months.into_iter().map(Into::into).collect(),
            }))
        }
    }
    list_ledger_entries: ListLedgerEntriesRequest => ListLedgerEntriesResponse;
    get_balance: GetBalanceRequest => GetBalanceResponse;
    list_arrears: ListArrearsRequest => ListArrearsResponse;
    list_repayment_notices: ListRepaymentNoticesRequest => ListRepaymentNoticesResponse;
    deliver_repayment_notices:
        DeliverRepaymentNoticesRequest => DeliverRepaymentNoticesResponse;
    list_repayment_agreements: ListRepaymentAgreementsRequest => ListRepaymentAgreementsResponse;
    review_repayment_agreements:
        ReviewRepaymentAgreementsRequest => ReviewRepaymentAgreementsResponse;
    apply_credits: ApplyCreditsRequest => ApplyCreditsResponse;
    get_ledger_totals: GetLedgerTotalsRequest => GetLedgerTotalsResponse;
}

answers! {
    BaseService {
        async fn list_under_declarations(
            &self,
            request: Request<ListUnderDeclarationsRequest>,
        ) -> Result<Response<ListUnderDeclarationsResponse>, Status> {
            let employer_id = request.into_inner().employer_id;
            let states = self.books(&employer_id).under_declared.into_iter();
            let found = states.map(|state| UnderDeclaration {
                employer_id: employer_id.clone(),
                kind: UnderDeclarationKind::TooLow as i32,
                missing_base: Some(Money::from_text("1200.00")),
                state: state as i32,
                ..UnderDeclaration::default()
            });
            Ok(Response::new(ListUnderDeclarationsResponse {
                under_declarations: found.collect(),
                next_page_token: String::new(),
            }))
        }

        async fn batch_compare_wages(
            &self,
            request: Request<BatchCompareWagesRequest>,
        ) -> Result<Response<BatchCompareWagesResponse>, Status> {
            let wages = request.into_inner().wages.into_iter();
            let differences = (0..).zip(wages).filter_map(|(place, wage)| {
                let base = self.books(&wage.employer_id).base;
                let listed_base = wage.monthly_wage.filter(|wage| wage.as_text() != base)?;
                Some(WageDifference {
                    place,
                    base: Some(Money::from_text(base)),
                    listed_base: Some(listed_base),
                })
            });
            Ok(Response::new(BatchCompareWagesResponse {
                differences: differences.collect(),
            }))
        }
    }
    deliver_under_declaration_notices:
        DeliverUnderDeclarationNoticesRequest => DeliverUnderDeclarationNoticesResponse;
    upload_wage_roster: Streaming<UploadWageRosterRequest> => UploadWageRosterResponse;
    list_contribution_bases: ListContributionBasesRequest => ListContributionBasesResponse;
    get_contribution_history: GetContributionHistoryRequest => GetContributionHistoryResponse;
}
