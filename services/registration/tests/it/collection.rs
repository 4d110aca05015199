//! Collection as registration asks it, with the answers that a test gives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chassis::testing::{Bench, TestService};
use contracts::collection::v1::arrears_service_server::{ArrearsService, ArrearsServiceServer};
use contracts::collection::v1::*;
use contracts::{Date, Money};
use law::Month;
use time::macros::datetime;
use tokio::task::JoinSet;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::support::TODAY;

/// What collection knows of an employer; of one that it was told nothing about, that all is paid.
#[derive(Clone)]
pub struct Books {
    /// Yuan.
    pub principal: &'static str,
    /// Yuan.
    pub late_fee: &'static str,
    /// Wages were declared.
    pub declared: bool,
    /// Due and not paid.
    pub unpaid_months: Vec<Month>,
}

impl Default for Books {
    fn default() -> Self {
        Self {
            principal: "0.00",
            late_fee: "0.00",
            declared: true,
            unpaid_months: Vec::new(),
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

/// The service with collection beside it.
pub async fn with_collection() -> (TestService, Collection) {
    let bench = Arc::new(Bench::at(datetime!(2026-11-02 09:00 +8)));
    let answers = Answers::default();
    let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let url = format!(
        "https://localhost:{}",
        incoming.local_addr().unwrap().port()
    );
    let mut server = Server::builder()
        .tls_config(bench.server_tls("collection"))
        .unwrap();
    let router = server.add_service(ArrearsServiceServer::new(answers.clone()));
    let mut serving = JoinSet::new();
    serving.spawn(async move { router.serve_with_incoming(incoming).await.unwrap() });
    let service = bench
        .start(registration::service(), &[("collection", url)])
        .await;
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

/// Registration asks only the first two.
macro_rules! not_asked {
    ($($name:ident: $request:ident -> $response:ident;)*) => {
        #[chassis::async_trait]
        impl ArrearsService for Answers {
            async fn get_clearance(
                &self,
                request: Request<GetClearanceRequest>,
            ) -> Result<Response<GetClearanceResponse>, Status> {
                let books = self.books(&request.get_ref().employer_id);
                Ok(Response::new(GetClearanceResponse {
                    cleared: books.principal == "0.00" && books.late_fee == "0.00",
                    principal: Some(Money::from_text(books.principal)),
                    late_fee: Some(Money::from_text(books.late_fee)),
                    as_of: Some(Date::from(TODAY)),
                }))
            }

            async fn get_payment_state(
                &self,
                request: Request<GetPaymentStateRequest>,
            ) -> Result<Response<GetPaymentStateResponse>, Status> {
                let books = self.books(&request.get_ref().employer_id);
                Ok(Response::new(GetPaymentStateResponse {
                    insured: books.declared,
                    paid_up: books.unpaid_months.is_empty(),
                    unpaid_months: books.unpaid_months.into_iter().map(Into::into).collect(),
                    base: None,
                }))
            }

            $(async fn $name(&self, _: Request<$request>) -> Result<Response<$response>, Status> {
                Err(Status::unimplemented("registration does not ask this"))
            })*
        }
    };
}

not_asked! {
    list_ledger_entries: ListLedgerEntriesRequest -> ListLedgerEntriesResponse;
    get_balance: GetBalanceRequest -> GetBalanceResponse;
    list_arrears: ListArrearsRequest -> ListArrearsResponse;
    list_repayment_notices: ListRepaymentNoticesRequest -> ListRepaymentNoticesResponse;
    list_repayment_agreements: ListRepaymentAgreementsRequest -> ListRepaymentAgreementsResponse;
    review_repayment_agreements:
        ReviewRepaymentAgreementsRequest -> ReviewRepaymentAgreementsResponse;
    apply_credits: ApplyCreditsRequest -> ApplyCreditsResponse;
    get_ledger_totals: GetLedgerTotalsRequest -> GetLedgerTotalsResponse;
}
