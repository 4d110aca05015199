//! The credit of an employer that is deregistered is paid back: article 37.

use chassis::testing::reason;
use chassis::wire;
use collection::ledger::{self, Posting, Source, SourceKind};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CreditRefundDecision, CreditRefundForm, LedgerAccount, LedgerEntryKind,
};
use contracts::common::v1::{Case, EvidenceKind};
use contracts::registration::v1::EmployerDeregistered;
use contracts::registration::v1::registration_event::What;
use rust_decimal::Decimal;
use time::macros::date;
use tonic::{Code, Status};

use crate::books::{Books, DUE_ON, handler, october, paid};
use crate::support::{approve_twice, enrolled, previewed, sign, tell};
use crate::under_way::{Posts, meanwhile};

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
    refund_to(
        books,
        employer_id,
        "第1公司清算组",
        &[EvidenceKind::BankruptcyJudgment],
    )
    .await
}

async fn refund_to(
    books: &Books,
    employer_id: &str,
    payee: &str,
    papers: &[EvidenceKind],
) -> Result<Case, Status> {
    let form = CreditRefundForm {
        employer_id: employer_id.to_owned(),
        payee: payee.to_owned(),
        bank_name: "中国工商银行深圳分行".to_owned(),
        bank_account: "6222021234567894".to_owned(),
    };
    let papers = [&[EvidenceKind::CancellationNotice], papers].concat();
    books.service.approve(&handler(), &form, &papers).await
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
async fn who_is_paid_is_the_employer_or_shown_by_a_paper_and_stands_on_what_is_signed() {
    let books = overpaid().await;
    deregistered(&books, "E1").await;
    refund_to(&books, "E1", "第1公司清算组", &[])
        .await
        .unwrap_err();
    let case = refund_to(&books, "E1", "", &[]).await.unwrap();
    let decision: CreditRefundDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(decision.payee, "第1公司");
    assert_eq!(decision.bank_name, "中国工商银行深圳分行");
    assert_eq!(decision.bank_account, "6222021234567894");
}

// Art. 28
// Art. 37
#[tokio::test]
async fn a_credit_is_not_paid_back_before_everything_is_assessed() {
    let books = overpaid().await;
    let What::PersonEnrolled(mut hired) = enrolled(1, 1, 5000, october()) else {
        unreachable!("an enrolment is told as one")
    };
    hired.enrolment.as_mut().unwrap().employer_id = "E1".to_owned();
    tell(&books.service, vec![What::PersonEnrolled(hired)]).await;
    deregistered(&books, "E1").await;
    let unassessed = refund(&books, "E1").await.unwrap_err();
    assert_eq!(reason(&unassessed), "MONTH_NOT_ASSESSED");
    assert!(unassessed.message().contains("2026-10"), "{unassessed}");
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

// Art. 28
// Art. 37
#[tokio::test]
async fn a_credit_is_not_paid_back_while_a_month_is_being_assessed() {
    let books = overpaid().await;
    deregistered(&books, "E1").await;
    let run = previewed(&books.service, october()).await;
    books.on(date!(2026 - 11 - 02));
    let waits = refund(&books, "E1").await.unwrap_err();
    assert_eq!(reason(&waits), "MONTH_BEING_ASSESSED");
    sign(&books.service, &run).await;
    refund(&books, "E1").await.unwrap();
    assert_eq!(books.totals().await.refunded.unwrap().as_text(), "100.00");
}

// Art. 37
#[tokio::test]
async fn a_refund_whose_credit_changes_before_its_last_signature_is_examined_anew() {
    let books = overpaid().await;
    deregistered(&books, "E1").await;
    let pays_more: Posts = |unit| {
        Box::pin(async move {
            let credit = Posting {
                employer_id: "E1".to_owned(),
                month: october(),
                account: LedgerAccount::Suspense,
                kind: LedgerEntryKind::Receipt,
                amount: Decimal::from(-10),
                value_on: DUE_ON,
                source: Source {
                    kind: SourceKind::Request,
                    id: unit.request_id(),
                    row: 0,
                },
                worksheet: None,
            };
            ledger::store::post(unit, &[credit]).await
        })
    };
    let overtaken = Box::pin(meanwhile(&books.service, pays_more, refund(&books, "E1"))).await;
    assert_eq!(overtaken.unwrap_err().code(), Code::Aborted);
    refund(&books, "E1").await.unwrap();
    let told = books.hears(|happened| match happened {
        Happened::CreditRefunded(event) => Some(event),
        _ => None,
    });
    assert_eq!(told.await.amount.unwrap().as_text(), "110.00");
}

// Art. 37
#[tokio::test]
async fn a_credit_is_paid_back_once_whoever_asks_again_and_stops() {
    let books = overpaid().await;
    deregistered(&books, "E1").await;
    let form = CreditRefundForm {
        employer_id: "E1".to_owned(),
        bank_name: "中国工商银行深圳分行".to_owned(),
        bank_account: "6222021234567894".to_owned(),
        ..CreditRefundForm::default()
    };
    let papers = [EvidenceKind::CancellationNotice];
    let service = approve_twice(books.service, &form, &papers).await;
    let totals = Books { service }.totals().await;
    assert_eq!(totals.refunded.unwrap().as_text(), "100.00");
    assert_eq!(totals.suspense.unwrap().as_text(), "0.00");
}
