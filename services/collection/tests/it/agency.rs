//! Section 4 in an area whose contributions the agency collects through banks.

use chassis::Actor;
use chassis::testing::{AREA, clerk, reason};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    AwaitedReceipt, GetPaidListRequest, ListAwaitedReceiptsRequest, PaidListHandover, PaidRow,
    PaymentChannel,
};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{Case, CaseState, GetCaseRequest, SignCaseRequest};
use contracts::options::v1::{Department, Duty};
use law::Month;
use time::macros::date;
use uuid::Uuid;

use crate::books::{Books, DUE_ON, october, paid, reasons, tax_bureau};
use crate::support::set;

const BANKS: [PaymentChannel; 5] = [
    PaymentChannel::DirectDebit,
    PaymentChannel::SmallDebit,
    PaymentChannel::Wire,
    PaymentChannel::CashiersCheque,
    PaymentChannel::Card,
];

fn finance() -> Actor {
    clerk(Department::Finance, Duty::Handler)
}

/// The area's own document keeps collection with the agency.
async fn agency() -> Books {
    let books = Books::open().await;
    set(&books.service, "settlement_mode", "agency").await;
    books
}

fn through(channel: PaymentChannel, row: PaidRow) -> PaidRow {
    PaidRow {
        channel: channel as i32,
        ..row
    }
}

/// Those of finance who signed a case, which takes effect with the last of them.
async fn signed_by_finance(books: &Books, mut case: Case) -> Vec<String> {
    while case.state() != CaseState::Approved {
        let signer = clerk(Department::Finance, case.awaited());
        let mut cases = CaseServiceClient::new(books.service.connect(&signer).await);
        let shown = GetCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: case.case_id,
        };
        let shown = cases.get_case(shown).await.unwrap().into_inner();
        let shown = shown.case.unwrap();
        let signature = SignCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: shown.case_id,
            decision_digest: shown.decision_digest,
            ..SignCaseRequest::default()
        };
        let signed = cases.sign_case(signature).await.unwrap().into_inner();
        case = signed.case.unwrap();
    }
    case.signatures
        .into_iter()
        .map(|signature| signature.signer)
        .collect()
}

async fn awaited(books: &Books, employer_id: &str) -> Vec<AwaitedReceipt> {
    let request = ListAwaitedReceiptsRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id.to_owned(),
        ..ListAwaitedReceiptsRequest::default()
    };
    let mut settlement = books.settlement(&finance()).await;
    let found = settlement.list_awaited_receipts(request).await.unwrap();
    found.into_inner().awaited
}

// Art. 32
// Art. 148
#[tokio::test]
async fn finance_matches_bank_receipts_of_five_channels_and_tells_collection() {
    let books = agency().await;
    for n in 1..=5 {
        books
            .due(&format!("E{n}"), october(), "1000.00", DUE_ON)
            .await;
    }
    let rows = (1..).zip(BANKS).map(|(n, channel)| {
        let (reference, employer_id) = (format!("BANK-{n}"), format!("E{n}"));
        through(channel, paid(&reference, &employer_id, "1000.00", DUE_ON))
    });
    let (batch, findings) = books
        .send_as(&finance(), Uuid::now_v7(), rows.collect())
        .await
        .unwrap();
    assert_eq!((batch.accepted_rows, batch.refused_rows), (5, 0));
    assert!(findings.is_empty(), "{findings:?}");
    for (n, channel) in (1..).zip(BANKS) {
        let id = format!("E{n}");
        assert_eq!(books.owes(&id).await.0, "0.00");
        let entered = books.hears(|told| match told {
            Happened::ReceiptsEntered(entered) => {
                let mut receipts = entered.receipts.into_iter();
                receipts.find(|receipt| receipt.employer_id == id)
            }
            _ => None,
        });
        let entered = entered.await;
        assert_eq!(entered.channel(), channel);
        assert_eq!(entered.payment_reference, format!("BANK-{n}"));
    }
    assert_eq!(books.totals().await.received.unwrap().as_text(), "5000.00");

    let handover = PaidListHandover {
        batch_id: batch.batch_id.clone(),
        vouchers: 5,
    };
    let case = books.service.submit(&finance(), &handover, &[]).await;
    let case = case.unwrap();
    // What finance hands over its own people sign (article 148), not those who are told.
    let by_collection = books.service.sign_next(&case).await.unwrap_err();
    assert_eq!(reason(&by_collection), "DUTY_NOT_AWAITED");
    assert!(
        by_collection.message().contains("财务部门"),
        "{by_collection}"
    );
    let signers = signed_by_finance(&books, case).await;
    assert_eq!(signers.len(), 4, "{signers:?}");
    let taken = books.hears(|told| match told {
        Happened::PaidListTaken(taken) => taken.paid_list,
        _ => None,
    });
    assert_eq!(taken.await.batch_id, batch.batch_id);
    let request = GetPaidListRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id,
    };
    let mut settlement = books.settlement(&finance()).await;
    let list = settlement.get_paid_list(request).await.unwrap();
    let list = list.into_inner().paid_list.unwrap();
    assert_eq!((list.rows, list.vouchers), (5, 5));
    assert_eq!(list.principal.unwrap().as_text(), "5000.00");
}

// Art. 32
#[tokio::test]
async fn where_the_agency_collects_the_tax_bureau_sends_no_list_and_names_no_channel() {
    let books = agency().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    let row = paid("A1", "E1", "1000.00", DUE_ON);
    let refused = books
        .send_as(&tax_bureau(), Uuid::now_v7(), vec![row.clone()])
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "SENDER_MODE");
    assert!(refused.message().contains("财务部门"), "{refused}");
    let (_, findings) = books
        .send_as(&finance(), Uuid::now_v7(), vec![row])
        .await
        .unwrap();
    assert_eq!(reasons(&findings), [(0, true, "CHANNEL".to_owned())]);
    let collection = clerk(Department::Collection, Duty::Handler);
    let card = through(PaymentChannel::Card, paid("A2", "E1", "1000.00", DUE_ON));
    let denied = books
        .send_as(&collection, Uuid::now_v7(), vec![card])
        .await
        .unwrap_err();
    assert_eq!(denied.code(), tonic::Code::PermissionDenied);
    assert_eq!(books.owes("E1").await.0, "1000.00");
}

// Art. 32
#[tokio::test]
async fn finance_learns_what_a_bank_receipt_may_be_for() {
    let books = agency().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    let september = october().previous();
    books
        .due("E1", september, "200.00", date!(2026 - 09 - 25))
        .await;
    books.due("E2", october(), "50.00", DUE_ON).await;
    let shown = |awaited: &[AwaitedReceipt]| -> Vec<(String, String, String, String)> {
        let shown = awaited.iter().map(|one| {
            let text = |money: &Option<contracts::Money>| money.as_ref().unwrap().to_string();
            (
                one.credit_code.clone(),
                Month::try_from(one.month.unwrap()).unwrap().to_string(),
                text(&one.principal),
                text(&one.late_fee),
            )
        });
        shown.collect()
    };
    let line = |code: &str, month: &str, principal: &str, late_fee: &str| {
        [code, month, principal, late_fee].map(str::to_owned).into()
    };
    // On 2 November: 38 days late on September, 8 on October.
    assert_eq!(
        shown(&awaited(&books, "").await),
        [
            line("C1", "2026-09", "200.00", "3.80"),
            line("C1", "2026-10", "1000.00", "4.00"),
            line("C2", "2026-10", "50.00", "0.20"),
        ]
    );
    assert_eq!(awaited(&books, "E2").await.len(), 1);
    let row = PaidRow {
        month: None,
        ..paid("A1", "E1", "1203.80", date!(2026 - 11 - 01))
    };
    let row = through(PaymentChannel::DirectDebit, row);
    books
        .send_as(&finance(), Uuid::now_v7(), vec![row])
        .await
        .unwrap();
    // Paid on the 1st: 203.70 for September, 1000 and 0.10 of 3.50 for October.
    assert_eq!(
        shown(&awaited(&books, "E1").await),
        [line("C1", "2026-10", "0.00", "3.40")]
    );
    books.totals().await;
}

// Art. 32
#[tokio::test]
async fn finance_hands_over_no_list_of_the_tax_bureau() {
    let books = Books::open().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    let (batch, _) = books.send(vec![paid("A1", "E1", "1000.00", DUE_ON)]).await;
    let handover = PaidListHandover {
        batch_id: batch.batch_id,
        vouchers: 1,
    };
    let case = books.service.submit(&finance(), &handover, &[]).await;
    let signer = clerk(Department::Finance, Duty::Handler);
    let mut cases = CaseServiceClient::new(books.service.connect(&signer).await);
    let signature = SignCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.unwrap().case_id,
        decision_digest: "0".repeat(64),
        ..SignCaseRequest::default()
    };
    let refused = cases.sign_case(signature).await.unwrap_err();
    assert_eq!(reason(&refused), "LIST_NOT_OF_FINANCE");
    let by_the_bureau = books.service.submit(&tax_bureau(), &handover, &[]).await;
    by_the_bureau.unwrap();
}
