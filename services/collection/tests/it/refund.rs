//! The credit of an employer that is deregistered is paid back: article 37.

use chassis::testing::reason;
use contracts::collection::v1::CreditRefundForm;
use contracts::collection::v1::collection_event::Happened;
use contracts::common::v1::{Case, EvidenceKind};
use contracts::registration::v1::EmployerDeregistered;
use contracts::registration::v1::registration_event::What;
use time::macros::date;
use tonic::Status;

use crate::books::{Books, DUE_ON, handler, october, paid};
use crate::support::tell;

/// E1 has paid 1100.00 for 1000.00 in time, E2 owes 1000.00.
async fn overpaid() -> Books {
    let books = Books::open().await;
    for employer_id in ["E1", "E2"] {
        books.due(employer_id, october(), "1000.00", DUE_ON).await;
    }
    books
        .send(vec![
            paid("A1", "E1", "1060.00", DUE_ON),
            paid("A2", "E1", "40.00", date!(2026 - 10 - 24)),
        ])
        .await;
    books
}

async fn deregistered(books: &Books, employer_id: &str) {
    let ended = EmployerDeregistered {
        employer_id: employer_id.to_owned(),
        ended_on: Some(date!(2026 - 10 - 31).into()),
        ..EmployerDeregistered::default()
    };
    tell(&books.service, vec![What::EmployerDeregistered(ended)]).await;
}

async fn refund(books: &Books, employer_id: &str) -> Result<Case, Status> {
    let form = CreditRefundForm {
        employer_id: employer_id.to_owned(),
        payee: "第1公司清算组".to_owned(),
        bank_name: "中国工商银行深圳分行".to_owned(),
        bank_account: "6222021234567894".to_owned(),
    };
    let notice = [EvidenceKind::CancellationNotice];
    books.service.approve(&handler(), &form, &notice).await
}

// Art. 32
// Art. 37
#[tokio::test]
async fn what_a_deregistered_employer_has_paid_too_much_is_paid_back_once() {
    let books = overpaid().await;
    deregistered(&books, "E1").await;
    let case = refund(&books, "E1").await.unwrap();
    let nothing = ("0.00".into(), "0.00".into(), "0.00".into());
    assert_eq!(books.owes("E1").await, nothing);
    let totals = books.totals().await;
    assert_eq!(totals.refunded.unwrap().as_text(), "100.00");
    let told = books
        .hears(|happened| match happened {
            Happened::CreditRefunded(event) => Some(event),
            _ => None,
        })
        .await;
    assert_eq!(told.case_id, case.case_id);
    assert_eq!(told.amount.unwrap().as_text(), "100.00");
    assert_eq!(told.bank_account, "6222021234567894");
    let again = refund(&books, "E1").await.unwrap_err();
    assert_eq!(reason(&again), "NO_CREDIT");
}

// Art. 37
#[tokio::test]
async fn a_credit_that_a_bill_can_use_or_that_something_is_owed_against_is_not_paid_back() {
    let books = overpaid().await;
    let insured = refund(&books, "E1").await.unwrap_err();
    assert_eq!(reason(&insured), "STILL_INSURED");
    deregistered(&books, "E2").await;
    let owes = refund(&books, "E2").await.unwrap_err();
    assert_eq!(reason(&owes), "REFUND_OWES");
    assert!(owes.message().contains("1000.00"), "{owes}");
}
