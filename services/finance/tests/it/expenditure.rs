//! Section 2: what is paid, returned and applied for: articles 95 to 100.

use chassis::testing::{AREA, reason};
use contracts::Money;
use contracts::audit::v1::audit_event::Happened as Audited;
use contracts::audit::v1::{AdvanceRecovered, AuditEvent};
use contracts::collection::v1::collection_event::Happened as Collected;
use contracts::collection::v1::{CollectionEvent, CreditRefunded, LedgerAccount};
use contracts::finance::v1::finance_event::Happened;
use contracts::finance::v1::{
    FinanceEvent, FundDrawForm, FundDrawKind, ListBankReturnsRequest, ListPayOutLinesRequest,
    ListUsePlansRequest, PayableState, PreventionUseForm, RecordUseAnswerRequest,
    RepeatPaymentRequest, ReserveUseForm, UsePlanForm,
};
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{BankAccountTold, PaymentOrder};
use finance::reactions::{Audit, Collection};
use rust_decimal::Decimal;
use time::macros::date;

use crate::support::bank::*;
use crate::support::*;

// Art. 95, Art. 102
#[tokio::test]
async fn what_was_ordered_is_paid_once_within_what_arrived_and_booked_by_classes() {
    let service = alone().await;
    for n in 1..=3 {
        ordered(&service, order(n, "100.00", "50.00")).await;
    }
    // The same event once more changes nothing.
    ordered(&service, order(1, "100.00", "50.00")).await;
    allotted(&service, "拨1", "320.00").await;
    let first = pay_out(&service).await;
    // The third would take more than has arrived.
    assert_eq!(
        (first.payments, yuan(first.amount.as_ref())),
        (2, "300.00".to_owned())
    );
    allotted(&service, "拨2", "1000.00").await;
    let rows = vec![
        result(&first, 1, "150.00", false),
        result(&first, 2, "150.00", false),
    ];
    assert!(answered(&service, "回盘1", rows).await.is_empty());
    let second = pay_out(&service).await;
    assert_eq!(second.payments, 1);
    let nothing = pay_out(&service).await;
    assert_eq!(nothing.payments, 0);
    let paid = vouchers(&service, "2026-11").await;
    assert_eq!(
        shown(paid.last().unwrap()),
        "3 PAYMENT 500101 +200.00 500102 +100.00 1004 -300.00"
    );
    let states: Vec<_> = payables(&service)
        .await
        .into_iter()
        .map(|(_, state)| state)
        .collect();
    assert_eq!(
        states,
        [PayableState::Paid, PayableState::Paid, PayableState::Sent]
    );
    let request = ListPayOutLinesRequest {
        pooling_area: AREA.to_owned(),
        pay_out_id: second.pay_out_id,
        ..ListPayOutLinesRequest::default()
    };
    let lines = expenditure(&service)
        .await
        .list_pay_out_lines(request)
        .await
        .unwrap();
    assert_eq!(lines.into_inner().lines[0].bank_account_id, id(2_003));
}

// Art. 97
#[tokio::test]
async fn a_result_of_an_unknown_order_or_amount_is_refused_and_the_same_twice_changes_nothing() {
    let service = alone().await;
    ordered(&service, order(1, "100.00", "50.00")).await;
    ordered(&service, order(2, "100.00", "50.00")).await;
    allotted(&service, "拨1", "1000.00").await;
    let sent = pay_out(&service).await;
    let rows = vec![
        result(&sent, 9, "150.00", false),
        result(&sent, 1, "150.01", false),
        result(&sent, 2, "150.00", false),
    ];
    assert_eq!(
        answered(&service, "回盘1", rows).await,
        ["0 refused PAY_ORDER_UNKNOWN", "1 refused PAY_RESULT_AMOUNT"]
    );
    let again = vec![result(&sent, 2, "150.00", false)];
    assert_eq!(
        answered(&service, "回盘2", again).await,
        ["0 taken PAY_RESULT_KNOWN"]
    );
    let returned = vec![result(&sent, 1, "150.00", true)];
    assert!(answered(&service, "回盘3", returned).await.is_empty());
    let paid = vec![result(&sent, 1, "150.00", false)];
    assert_eq!(
        answered(&service, "回盘4", paid).await,
        ["0 refused PAY_RESULT_CONTRADICTS"]
    );
    // The allotment, and what was paid once; what never was paid moved no money.
    assert_eq!(vouchers(&service, "2026-11").await.len(), 2);
}

// Art. 97
#[tokio::test]
async fn what_the_bank_returned_is_paid_again_to_another_account_and_never_twice() {
    let service = alone().await;
    ordered(&service, order(1, "100.00", "50.00")).await;
    allotted(&service, "拨1", "1000.00").await;
    let sent = pay_out(&service).await;
    answered(&service, "回盘1", vec![result(&sent, 1, "150.00", false)]).await;
    // Paid, and back a little later: the expense is taken back in red ink.
    answered(&service, "回盘2", vec![result(&sent, 1, "150.00", true)]).await;
    let last = vouchers(&service, "2026-11")
        .await
        .last()
        .map(shown)
        .unwrap();
    assert_eq!(
        last,
        "3 PAYMENT 500101 +-100.00 500102 +-50.00 1004 --150.00"
    );
    assert_eq!(pay_out(&service).await.payments, 0);
    let told = |account: u128| {
        What::BankAccountTold(BankAccountTold {
            payee_id: id(1_001),
            bank_account_id: id(account),
        })
    };
    // The account to which it could not be paid is no other one.
    tell(&service, told(2_001)).await;
    assert_eq!(pay_out(&service).await.payments, 0);
    tell(&service, told(3_001)).await;
    let again = pay_out(&service).await;
    assert_eq!(again.payments, 1);
    answered(&service, "回盘3", vec![result(&again, 1, "150.00", false)]).await;
    // A further account changes nothing of what is paid.
    tell(&service, told(4_001)).await;
    assert_eq!(pay_out(&service).await.payments, 0);

    let request = ListBankReturnsRequest {
        pooling_area: AREA.to_owned(),
        month: wire_month("2026-11"),
        ..ListBankReturnsRequest::default()
    };
    let returns = expenditure(&service)
        .await
        .list_bank_returns(request)
        .await
        .unwrap();
    let returns = returns.into_inner().list.unwrap().returns;
    assert_eq!((returns.len(), returns[0].was_paid), (1, true));
    let told: Vec<(String, FinanceEvent)> = service.told("payment").await;
    let returned = told
        .iter()
        .filter_map(|(key, event)| match &event.happened {
            Some(Happened::PaymentReturned(one)) => {
                Some((key.clone(), one.bank_account_id.clone()))
            }
            _ => None,
        });
    assert_eq!(returned.collect::<Vec<_>>(), [(id(1_001), id(2_001))]);
    // Ordered = expense + to be paid + returned.
    let expense = trial(&service, "2026-11").await.into_iter();
    let expense = expense.filter(|one| one.account.starts_with("5001"));
    let expense: Decimal = expense
        .map(|one| one.closing_debit.unwrap().decimal().unwrap())
        .sum();
    assert_eq!(expense, Decimal::from(150));
}

// Art. 97
#[tokio::test]
async fn an_account_that_is_told_while_money_is_under_way_is_used_if_it_comes_back() {
    let service = alone().await;
    ordered(&service, order(1, "100.00", "50.00")).await;
    let hospital = PaymentOrder {
        bank_account_id: String::new(),
        ..order(2, "70.00", "0.00")
    };
    ordered(&service, hospital).await;
    allotted(&service, "拨1", "1000.00").await;
    let sent = pay_out(&service).await;
    let told = What::BankAccountTold(BankAccountTold {
        payee_id: id(1_001),
        bank_account_id: id(3_001),
    });
    tell(&service, told).await;
    let repeat = async |n| {
        let request = RepeatPaymentRequest {
            pooling_area: AREA.to_owned(),
            order_id: id(n),
            ..RepeatPaymentRequest::default()
        };
        expenditure(&service).await.repeat_payment(request).await
    };
    assert_eq!(
        reason(&repeat(2).await.unwrap_err()),
        "PAYMENT_NOT_RETURNED"
    );
    let rows = vec![
        result(&sent, 1, "150.00", true),
        result(&sent, 2, "70.00", true),
    ];
    assert!(answered(&service, "回盘1", rows).await.is_empty());
    let states: Vec<_> = payables(&service)
        .await
        .into_iter()
        .map(|(_, state)| state)
        .collect();
    assert_eq!(states, [PayableState::Waiting, PayableState::Returned]);
    repeat(2).await.unwrap();
    assert_eq!(
        reason(&repeat(1).await.unwrap_err()),
        "PAYMENT_NOT_RETURNED"
    );
    let again = pay_out(&service).await;
    assert_eq!(
        (again.payments, yuan(again.amount.as_ref())),
        (2, "220.00".to_owned())
    );
    // The answer to the first pay-out comes once more, after the second was sent: it moves nothing.
    let late = vec![result(&sent, 1, "150.00", true)];
    assert_eq!(
        answered(&service, "回盘2", late).await,
        ["0 taken PAY_RESULT_KNOWN"]
    );
    let states: Vec<_> = payables(&service)
        .await
        .into_iter()
        .map(|(_, state)| state)
        .collect();
    assert_eq!(states, [PayableState::Sent, PayableState::Sent]);
}

// Art. 37
#[tokio::test]
async fn a_credit_that_is_refunded_is_paid_out_of_what_was_received_in_suspense() {
    let service = alone().await;
    let happened = Some(Collected::CreditRefunded(CreditRefunded {
        employer_id: EMPLOYER.to_owned(),
        case_id: id(7),
        amount: Some(Money::from_text("80.00")),
        decided_on: Some(TODAY.into()),
        payee: "某公司清算组".to_owned(),
        ..CreditRefunded::default()
    }));
    let heard = service.hear(Collection, CollectionEvent { happened });
    heard.await.unwrap();
    allotted(&service, "拨1", "100.00").await;
    let sent = pay_out(&service).await;
    answered(&service, "回盘1", vec![result(&sent, 7, "80.00", false)]).await;
    let last = vouchers(&service, "2026-11")
        .await
        .last()
        .map(shown)
        .unwrap();
    assert_eq!(last, "2 PAYMENT 200101 +80.00 1004 -80.00");
}

// Art. 100
#[tokio::test]
async fn what_audit_recovered_of_an_advance_is_income_and_told_twice_it_is_the_same() {
    let service = alone().await;
    for amount in ["500.00", "500.00"] {
        let happened = Some(Audited::AdvanceRecovered(AdvanceRecovered {
            advance_id: id(5),
            amount: Some(Money::from_text(amount)),
            document_number: "深稽〔2026〕5号".to_owned(),
            recovered_on: Some(TODAY.into()),
            ..AdvanceRecovered::default()
        }));
        service.hear(Audit, AuditEvent { happened }).await.unwrap();
    }
    let booked: Vec<_> = vouchers(&service, "2026-11")
        .await
        .iter()
        .map(shown)
        .collect();
    assert_eq!(booked, ["1 RECEIPT 1002 +500.00 450102 -500.00"]);
}

// Art. 95, Art. 98, Art. 99
#[tokio::test]
async fn the_use_of_the_fund_is_applied_for_and_answered_once() {
    let service = alone().await;
    let plan = UsePlanForm {
        month: wire_month("2026-12"),
        benefits: Some(Money::from_text("1000.00")),
        transfers: None,
        other: Some(Money::from_text("5.00")),
    };
    let case = service.approve(&handler(), &plan, &[]).await.unwrap();
    let again = service.approve(&handler(), &plan, &[]).await.unwrap_err();
    assert_eq!(reason(&again), "USE_PLAN_KNOWN");
    let answer = |case_id: &str, approved: &str| RecordUseAnswerRequest {
        pooling_area: AREA.to_owned(),
        case_id: case_id.to_owned(),
        approved: Some(Money::from_text(approved)),
        document_number: "深财〔2026〕12号".to_owned(),
        answered_on: Some(TODAY.into()),
        ..RecordUseAnswerRequest::default()
    };
    let mut client = expenditure(&service).await;
    let more = client
        .record_use_answer(answer(&case.case_id, "1005.01"))
        .await
        .unwrap_err();
    assert_eq!(reason(&more), "USE_ANSWER");
    client
        .record_use_answer(answer(&case.case_id, "1000.00"))
        .await
        .unwrap();
    let twice = client
        .record_use_answer(answer(&case.case_id, "1000.00"))
        .await
        .unwrap_err();
    assert_eq!(reason(&twice), "USE_PLAN_UNKNOWN");
    let request = ListUsePlansRequest {
        pooling_area: AREA.to_owned(),
        ..ListUsePlansRequest::default()
    };
    let plans = client
        .list_use_plans(request)
        .await
        .unwrap()
        .into_inner()
        .plans;
    assert_eq!(yuan(plans[0].approved.as_ref()), "1000.00");

    // The reserve: needed where the rest of the fund does not reach.
    let last_year = date!(2025 - 12 - 31);
    let paid = [receipt(0, LedgerAccount::Principal, "1000.00", last_year)];
    entered(&service, 1, &paid).await;
    sweep(&service, last_year, "1000.00").await;
    close(&service, "2025-12").await.unwrap();
    set(&service, "reserve_ratio", "0.5").await;
    let draw = FundDrawForm {
        kind: FundDrawKind::Reserve as i32,
        year: 2025,
    };
    service.approve(&handler(), &draw, &[]).await.unwrap();
    let reserve = |amount: &str, benefits: &str| ReserveUseForm {
        accident: "某厂爆炸".to_owned(),
        amount: Some(Money::from_text(amount)),
        benefits: Some(Money::from_text(benefits)),
    };
    let unneeded = service
        .approve(&handler(), &reserve("1.00", "500.00"), &[])
        .await;
    assert_eq!(reason(&unneeded.unwrap_err()), "RESERVE_NOT_NEEDED");
    let case = service
        .approve(&handler(), &reserve("200.00", "700.00"), &[])
        .await
        .unwrap();
    client
        .record_use_answer(answer(&case.case_id, "200.00"))
        .await
        .unwrap();
    let last = vouchers(&service, "2026-11")
        .await
        .last()
        .map(shown)
        .unwrap();
    assert_eq!(last, "2 TRANSFER 3201 +200.00 3001 -200.00");

    let prevention = PreventionUseForm {
        project: "建筑业工伤预防宣传".to_owned(),
        amount: Some(Money::from_text("1.00")),
    };
    let undrawn = service
        .approve(&handler(), &prevention, &[])
        .await
        .unwrap_err();
    assert_eq!(reason(&undrawn), "PREVENTION_USED_UP");
}
