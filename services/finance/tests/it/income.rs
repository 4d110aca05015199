//! Section 1: income: articles 37 and 91 to 94.

use chassis::testing::{AREA, reason};
use contracts::Money;
use contracts::collection::v1::collection_event::Happened as Collected;
use contracts::collection::v1::{
    CollectionEvent, LedgerAccount, MonthBalance, RemainderHandedOver,
};
use contracts::finance::v1::finance_event::Happened;
use contracts::finance::v1::income_service_client::IncomeServiceClient;
use contracts::finance::v1::{
    DocumentPart, FinanceEvent, FundDrawForm, FundDrawKind, ListFundDrawsRequest,
    ListReceiptBooksRequest, ListReceiptFormsRequest, ListRemaindersRequest, ReceiptForm,
    Remainder, SourceDocument, TakeReceiptBookRequest, UseReceiptFormRequest, WriteOffForm,
};
use finance::reactions::Collection;
use time::macros::date;
use uuid::Uuid;

use crate::support::*;

/// Collection handed over what an employer leaves unpaid, in case `n`.
async fn handed_over(service: &chassis::testing::TestService, n: u128) {
    let happened = Some(Collected::RemainderHandedOver(RemainderHandedOver {
        employer_id: EMPLOYER.to_owned(),
        case_id: Uuid::from_u128(n).to_string(),
        months: vec![MonthBalance {
            month: wire_month("2026-08"),
            unpaid: Some(Money::from_text("300.00")),
            late_fee_unpaid: Some(Money::from_text("4.50")),
            ..MonthBalance::default()
        }],
        principal: Some(Money::from_text("300.00")),
        late_fee: Some(Money::from_text("4.50")),
        as_of: Some(date!(2026 - 10 - 20).into()),
        ..RemainderHandedOver::default()
    }));
    let heard = service.hear(Collection, CollectionEvent { happened });
    heard.await.unwrap();
}

fn approval(n: u128) -> WriteOffForm {
    WriteOffForm {
        case_id: Uuid::from_u128(n).to_string(),
        approved: true,
        document_number: "深财社〔2026〕8号".to_owned(),
        decided_on: Some(date!(2026 - 11 - 02).into()),
        reasons: String::new(),
    }
}

async fn remainders(service: &chassis::testing::TestService) -> Vec<Remainder> {
    let request = ListRemaindersRequest {
        pooling_area: AREA.to_owned(),
        ..ListRemaindersRequest::default()
    };
    let mut income = IncomeServiceClient::new(service.connect(&handler()).await);
    let listed = income.list_remainders(request).await.unwrap();
    listed.into_inner().remainders
}

// Art. 37
#[tokio::test]
async fn a_remainder_is_written_off_or_not_once_and_collection_hears_of_it() {
    let service = alone().await;
    handed_over(&service, 1).await;
    handed_over(&service, 1).await;
    handed_over(&service, 2).await;
    let decide = async |form: WriteOffForm| service.approve(&handler(), &form, &[]).await;
    let refused = async |form| reason(&decide(form).await.unwrap_err());
    let nameless = WriteOffForm {
        document_number: String::new(),
        ..approval(1)
    };
    assert_eq!(refused(nameless).await, "WRITE_OFF_REASONS");
    let early = WriteOffForm {
        decided_on: Some(date!(2026 - 11 - 03).into()),
        ..approval(1)
    };
    assert_eq!(refused(early).await, "WRITE_OFF_DATE");
    assert_eq!(refused(approval(3)).await, "REMAINDER_UNKNOWN");

    decide(approval(1)).await.unwrap();
    assert_eq!(refused(approval(1)).await, "REMAINDER_UNKNOWN");
    let declined = WriteOffForm {
        approved: false,
        reasons: "清算组尚有财产未处置".to_owned(),
        ..approval(2)
    };
    decide(declined).await.unwrap();
    let told: Vec<(String, FinanceEvent)> = service.told("collection").await;
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|(key, _)| key == EMPLOYER));
    let Some(Happened::WriteOffApproved(approved)) = &told[0].1.happened else {
        panic!("{told:?}");
    };
    assert_eq!(approved.case_id, Uuid::from_u128(1).to_string());
    assert_eq!(approved.document_number, "深财社〔2026〕8号");
    assert_eq!(approved.as_of, Some(date!(2026 - 10 - 20).into()));
    let month = &approved.months[0];
    assert_eq!(yuan(month.principal.as_ref()), "300.00");
    assert_eq!(yuan(month.late_fee.as_ref()), "4.50");
    assert!(matches!(
        &told[1].1.happened,
        Some(Happened::WriteOffDeclined(_))
    ));
    let kept: Vec<_> = remainders(&service)
        .await
        .into_iter()
        .map(|one| (one.answered, one.approved))
        .collect();
    assert_eq!(kept, [(true, false), (true, true)]);
    // Fees count when they are paid: what is not paid stands in no ledger.
    assert!(vouchers(&service, "2026-11").await.is_empty());
}

// Art. 91
#[tokio::test]
async fn a_month_is_not_closed_while_money_is_left_in_the_income_account() {
    let service = alone().await;
    let day = date!(2026 - 10 - 30);
    let paid = [receipt(0, LedgerAccount::Principal, "100.00", day)];
    entered(&service, 1, &paid).await;
    let refused = close(&service, "2026-10").await.unwrap_err();
    assert_eq!(reason(&refused), "INCOME_NOT_SWEPT");
    sweep(&service, date!(2026 - 10 - 31), "100.00").await;
    close(&service, "2026-10").await.unwrap();
}

// Art. 93, Art. 94
#[tokio::test]
async fn reserve_and_prevention_are_drawn_by_ratio_of_what_has_come_less_what_was_drawn() {
    let service = alone().await;
    let last_year = date!(2025 - 12 - 31);
    entered(
        &service,
        1,
        &[receipt(0, LedgerAccount::Principal, "2000.10", last_year)],
    )
    .await;
    sweep(&service, last_year, "2000.10").await;
    close(&service, "2025-12").await.unwrap();
    let draw = async |kind: FundDrawKind, year| {
        let form = FundDrawForm {
            kind: kind as i32,
            year,
        };
        service.approve(&handler(), &form, &[]).await
    };
    // No ratio was set by the area.
    let unset = draw(FundDrawKind::Reserve, 2025).await.unwrap_err();
    assert!(!reason(&unset).is_empty());
    set(&service, "reserve_ratio", "0.1").await;
    draw(FundDrawKind::Reserve, 2025).await.unwrap();
    let again = draw(FundDrawKind::Reserve, 2025).await.unwrap_err();
    assert_eq!(reason(&again), "NOTHING_TO_DRAW");
    assert_eq!(
        reason(&draw(FundDrawKind::Reserve, 2027).await.unwrap_err()),
        "DRAW_YEAR"
    );
    let reserve = vouchers(&service, "2026-11")
        .await
        .into_iter()
        .map(|one| shown(&one));
    let reserve: Vec<_> = reserve.filter(|one| one.contains("3201")).collect();
    assert_eq!(reserve, ["1 TRANSFER 3001 +200.01 3201 -200.01"]);
    // Prevention goes by the year before, and stands in no account before it is spent.
    draw(FundDrawKind::Prevention, 2026).await.unwrap();
    let request = ListFundDrawsRequest {
        pooling_area: AREA.to_owned(),
        ..ListFundDrawsRequest::default()
    };
    let mut income = IncomeServiceClient::new(service.connect(&handler()).await);
    let draws = income
        .list_fund_draws(request)
        .await
        .unwrap()
        .into_inner()
        .draws;
    let draws: Vec<_> = draws.iter().map(|one| yuan(one.amount.as_ref())).collect();
    assert_eq!(draws, ["60.00", "200.01"]);
}

// Art. 94
#[tokio::test]
async fn prevention_takes_nothing_from_benefits_and_the_reserve() {
    let service = alone().await;
    let paid = [receipt(
        0,
        LedgerAccount::Principal,
        "1000.00",
        date!(2025 - 12 - 31),
    )];
    entered(&service, 1, &paid).await;
    sweep(&service, date!(2025 - 12 - 31), "1000.00").await;
    close(&service, "2025-12").await.unwrap();
    let spent = document(
        SourceDocument::TransferOut,
        "银1",
        date!(2026 - 11 - 02),
        &[(DocumentPart::ToAbove, "980.00")],
    );
    record(&service, spent).await.unwrap();
    let form = FundDrawForm {
        kind: FundDrawKind::Prevention as i32,
        year: 2026,
    };
    let refused = service.approve(&handler(), &form, &[]).await.unwrap_err();
    assert_eq!(reason(&refused), "PREVENTION_NOT_SAFE");
}

// Art. 149
#[tokio::test]
async fn receipt_forms_are_used_in_the_order_of_their_numbers_and_counted() {
    let service = alone().await;
    let mut income = IncomeServiceClient::new(service.connect(&handler()).await);
    let book = |first_number, last_number| TakeReceiptBookRequest {
        pooling_area: AREA.to_owned(),
        kind: "社会保险费专用收款收据".to_owned(),
        prefix: "粤财2026".to_owned(),
        first_number,
        last_number,
        ..TakeReceiptBookRequest::default()
    };
    let taken = income
        .take_receipt_book(book(101, 103))
        .await
        .unwrap()
        .into_inner()
        .book
        .unwrap();
    for wrong in [book(103, 110), book(10, 9)] {
        let refused = income.take_receipt_book(wrong).await.unwrap_err();
        assert_eq!(reason(&refused), "RECEIPT_BOOK_KNOWN");
    }
    let form = |payer: &str, amount: Option<&str>, voided| UseReceiptFormRequest {
        pooling_area: AREA.to_owned(),
        book_id: taken.book_id.clone(),
        form: Some(ReceiptForm {
            payer: payer.to_owned(),
            amount: amount.map(Money::from_text),
            voided,
            ..ReceiptForm::default()
        }),
        ..UseReceiptFormRequest::default()
    };
    for (wrong, expected) in [
        (form("某公司", None, false), "RECEIPT_FORM"),
        (form("某公司", Some("5.00"), true), "RECEIPT_FORM"),
    ] {
        assert_eq!(
            reason(&income.use_receipt_form(wrong).await.unwrap_err()),
            expected
        );
    }
    let mut numbers = Vec::new();
    for one in [
        form("某公司", Some("5.00"), false),
        form("", None, true),
        form("某厂", Some("7.50"), false),
    ] {
        let used = income
            .use_receipt_form(one)
            .await
            .unwrap()
            .into_inner()
            .form
            .unwrap();
        numbers.push(used.number);
    }
    assert_eq!(numbers, [101, 102, 103]);
    let refused = income
        .use_receipt_form(form("某厂", Some("1.00"), false))
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "RECEIPT_BOOK_USED_UP");
    let request = ListReceiptBooksRequest {
        pooling_area: AREA.to_owned(),
        ..ListReceiptBooksRequest::default()
    };
    let books = income
        .list_receipt_books(request)
        .await
        .unwrap()
        .into_inner()
        .books;
    let counted = (
        books[0].issued,
        books[0].voided,
        books[0].left,
        yuan(books[0].amount.as_ref()),
    );
    assert_eq!(counted, (2, 1, 0, "12.50".to_owned()));
    let request = ListReceiptFormsRequest {
        pooling_area: AREA.to_owned(),
        book_id: taken.book_id.clone(),
        ..ListReceiptFormsRequest::default()
    };
    let forms = income
        .list_receipt_forms(request)
        .await
        .unwrap()
        .into_inner()
        .forms;
    assert_eq!(forms.iter().filter(|one| one.voided).count(), 1);
}
