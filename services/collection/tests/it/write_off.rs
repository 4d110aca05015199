//! Section 5: the remainder of a bankrupt, and what finance answers about it.

use chassis::testing::{AREA, reason};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    Arrears, ArrearsState, GetClearanceRequest, RemainderHandedOver, WriteOffForm,
};
use contracts::common::v1::EvidenceKind;
use contracts::finance::v1::finance_event::Happened as FinanceHappened;
use contracts::finance::v1::{WriteOffApproved, WriteOffDeclined, WrittenOffMonth};
use law::Month;
use rust_decimal::Decimal;
use time::Duration;
use time::macros::date;
use tonic::Code;
use uuid::Uuid;

use crate::arrears::{TODAY, arrears, in_arrears};
use crate::books::{Books, entered, handler, october, paid, yuan};
use crate::under_way::{Posts, meanwhile};

const JUDGMENT: &[EvidenceKind] = &[EvidenceKind::BankruptcyJudgment];

fn write_off(from_estate: &str) -> WriteOffForm {
    WriteOffForm {
        employer_id: "E1".to_owned(),
        liquidation_group: "第1公司清算组".to_owned(),
        paid_from_estate: Some(yuan(from_estate).into()),
        reserved_for_benefits: Some(yuan("5000.00").into()),
        reserve_note: "一名一级伤残职工的待遇".to_owned(),
    }
}

/// The remainder of E1 on 10 November, 16 days late, after the estate has paid.
pub async fn handed_over(books: &Books, from_estate: &str) -> RemainderHandedOver {
    let form = write_off(from_estate);
    let case = books.service.submit(&handler(), &form, JUDGMENT).await;
    let case = books.service.sign_next(&case.unwrap()).await.unwrap();
    // The others sign a day later what the first one signed.
    books.service.clock().advance(Duration::days(1));
    let case = books.service.sign_off(&case).await.unwrap();
    let of_case = |told| match told {
        Happened::RemainderHandedOver(event) if event.case_id == case.case_id => Some(event),
        _ => None,
    };
    books.hears(of_case).await
}

/// Finance has all of it approved, as it was handed over.
fn approved(remainder: &RemainderHandedOver) -> WriteOffApproved {
    let months = remainder.months.iter().map(|balance| WrittenOffMonth {
        month: balance.month,
        principal: balance.unpaid.clone(),
        late_fee: balance.late_fee_unpaid.clone(),
    });
    WriteOffApproved {
        employer_id: remainder.employer_id.clone(),
        case_id: remainder.case_id.clone(),
        as_of: remainder.as_of,
        document_number: "财社〔2026〕88号".to_owned(),
        approved_on: Some(date!(2026 - 12 - 01).into()),
        months: months.collect(),
    }
}

async fn cleared(books: &Books) -> bool {
    let request = GetClearanceRequest {
        pooling_area: AREA.to_owned(),
        employer_id: "E1".to_owned(),
    };
    let answer = books.arrears().await.get_clearance(request).await.unwrap();
    answer.into_inner().cleared
}

// Art. 37
#[tokio::test]
async fn what_the_estate_of_a_bankrupt_cannot_pay_goes_to_finance() {
    let books = in_arrears().await;
    let form = write_off("300.00");
    books
        .service
        .approve(&handler(), &form, JUDGMENT)
        .await
        .unwrap();
    let handed = books
        .hears(|told| match told {
            Happened::RemainderHandedOver(event) => Some(event),
            _ => None,
        })
        .await;
    assert_eq!(handed.principal.as_ref().unwrap().as_text(), "700.00");
    assert_eq!(handed.late_fee.as_ref().unwrap().as_text(), "8.00");
    assert_eq!(
        handed.reserved_for_benefits.as_ref().unwrap().as_text(),
        "5000.00"
    );
    assert_eq!(handed.as_of, Some(TODAY.into()));
    assert_eq!(handed.liquidation_group, "第1公司清算组");
    assert_eq!(handed.paid_from_estate.unwrap().as_text(), "300.00");
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::WithFinance);
    let again = books
        .service
        .approve(&handler(), &form, JUDGMENT)
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "ALREADY_HANDED_OVER");
}

// Art. 37
#[tokio::test]
async fn the_reserve_of_a_bankrupt_that_owes_nothing_is_told_to_finance() {
    let books = in_arrears().await;
    let of = |employer_id: &str, reserved: &str| WriteOffForm {
        employer_id: employer_id.to_owned(),
        reserved_for_benefits: Some(yuan(reserved).into()),
        ..write_off("0.00")
    };
    for (form, why) in [
        (of("E2", "0.00"), "NO_ARREARS"),
        (of("E99", "5000.00"), "EMPLOYER_UNKNOWN"),
    ] {
        let refused = books.service.approve(&handler(), &form, JUDGMENT).await;
        assert_eq!(reason(&refused.unwrap_err()), why);
    }
    let form = of("E2", "5000.00");
    books
        .service
        .approve(&handler(), &form, JUDGMENT)
        .await
        .unwrap();
    let handed = books
        .hears(|told| match told {
            Happened::RemainderHandedOver(event) => Some(event),
            _ => None,
        })
        .await;
    assert_eq!(handed.employer_id, "E2");
    assert_eq!(handed.months, []);
    let reserved = handed.reserved_for_benefits.unwrap();
    assert_eq!(reserved.as_text(), "5000.00");
    // What E1 owes is as it was.
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::Open);
}

// Art. 37
#[tokio::test]
async fn an_approved_write_off_settles_the_arrears_and_is_booked_once() {
    let books = in_arrears().await;
    let remainder = handed_over(&books, "0").await;
    let approval = approved(&remainder);
    books.on(date!(2026 - 12 - 01));
    books
        .finance_tells(FinanceHappened::WriteOffApproved(approval.clone()))
        .await
        .unwrap();
    let nothing = ("0.00".to_owned(), "0.00".to_owned(), "0.00".to_owned());
    assert_eq!(books.owes("E1").await, nothing);
    let totals = books.totals().await;
    assert_eq!(totals.principal_written_off.unwrap().as_text(), "1000.00");
    // 1000 yuan for 16 days: the late fee ended with the hand-over.
    assert_eq!(totals.late_fee_written_off.unwrap().as_text(), "8.00");
    assert_eq!(totals.received.unwrap().as_text(), "0.00");
    let ledger = arrears(&books).await.remove(0);
    assert_eq!(ledger.state(), ArrearsState::Closed);
    assert!(cleared(&books).await);
    let booked = books.hears(|told| match told {
        Happened::ArrearsWrittenOff(event) => Some(event),
        _ => None,
    });
    let booked = booked.await;
    assert_eq!(booked.principal.unwrap().as_text(), "1000.00");
    assert_eq!(booked.late_fee.unwrap().as_text(), "8.00");
    assert_eq!(booked.document_number, "财社〔2026〕88号");

    let again = FinanceHappened::WriteOffApproved(approval);
    assert!(books.finance_tells(again).await.is_err());
    assert_eq!(books.owes("E1").await, nothing);
    books.totals().await;
}

// Art. 37
#[tokio::test]
async fn what_the_estate_paid_late_or_beyond_the_plan_is_not_written_off() {
    let books = in_arrears().await;
    let remainder = handed_over(&books, "300.00").await;
    // Ten days after the hand-over the estate pays 100 more than it was going to.
    books.on(date!(2026 - 11 - 23));
    let (_, findings) = books
        .send(vec![paid("A1", "E1", "400.00", date!(2026 - 11 - 20))])
        .await;
    assert_eq!(findings.len(), 1, "{findings:?}");
    books.on(date!(2026 - 12 - 01));
    books
        .finance_tells(FinanceHappened::WriteOffApproved(approved(&remainder)))
        .await
        .unwrap();
    let totals = books.totals().await;
    assert_eq!(totals.principal_paid.unwrap().as_text(), "400.00");
    assert_eq!(totals.principal_written_off.unwrap().as_text(), "600.00");
    // 8.00 up to the hand-over, and ten days more of the 400 that the estate paid: 2.00.
    assert_eq!(totals.late_fee_written_off.unwrap().as_text(), "8.00");
    let (principal, late_fee, _) = books.owes("E1").await;
    assert_eq!((principal.as_str(), late_fee.as_str()), ("0.00", "2.00"));
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::Open);
    assert!(!cleared(&books).await);
}

// Art. 37
#[tokio::test]
async fn a_late_fee_that_was_billed_on_what_is_written_off_ends_with_the_hand_over() {
    let books = in_arrears().await;
    let remainder = handed_over(&books, "600.00").await;
    // 22 days of the whole 1000 yuan are billed meanwhile: 11.00.
    crate::support::assess(&books.service, october().next()).await;
    let billed = books.totals().await;
    assert_eq!(billed.late_fee_due.unwrap().as_text(), "11.00");
    books
        .finance_tells(FinanceHappened::WriteOffApproved(approved(&remainder)))
        .await
        .unwrap();
    let totals = books.totals().await;
    assert_eq!(totals.principal_written_off.unwrap().as_text(), "400.00");
    // 16 days of 1000 yuan, and six of the 600 that the estate pays.
    assert_eq!(totals.late_fee_due.unwrap().as_text(), "9.80");
    assert_eq!(totals.late_fee_written_off.unwrap().as_text(), "8.00");
    assert_eq!(totals.late_fee_unpaid.unwrap().as_text(), "1.80");
}

// Art. 37
#[tokio::test]
async fn a_declined_write_off_leaves_plain_arrears_that_may_be_handed_over_again() {
    let books = in_arrears().await;
    let remainder = handed_over(&books, "0").await;
    let declined = WriteOffDeclined {
        employer_id: "E1".to_owned(),
        case_id: remainder.case_id.clone(),
        reasons: "破产财产尚未分配完毕".to_owned(),
        decided_on: Some(date!(2026 - 11 - 10).into()),
    };
    let declined = FinanceHappened::WriteOffDeclined(declined);
    books.finance_tells(declined.clone()).await.unwrap();
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::Open);
    assert_eq!(books.owes("E1").await.0, "1000.00");
    assert!(books.finance_tells(declined).await.is_err());
    // Nothing waits for an answer any more.
    let late = FinanceHappened::WriteOffApproved(WriteOffApproved {
        case_id: Uuid::now_v7().to_string(),
        ..approved(&remainder)
    });
    assert!(books.finance_tells(late).await.is_err());

    let again = handed_over(&books, "0").await;
    assert_ne!(again.case_id, remainder.case_id);
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::WithFinance);
}

// Art. 37
#[tokio::test]
async fn what_the_estate_paid_before_finance_answered_is_not_written_off() {
    for declines in [false, true] {
        let books = in_arrears().await;
        let remainder = handed_over(&books, "0").await;
        // 26 days late: 13.00.
        books.on(date!(2026 - 11 - 23));
        books
            .send(vec![paid("A1", "E1", "1013.00", date!(2026 - 11 - 20))])
            .await;
        assert_eq!(arrears(&books).await[0].state(), ArrearsState::Closed);
        books.on(date!(2026 - 12 - 01));
        let answer = if declines {
            FinanceHappened::WriteOffDeclined(WriteOffDeclined {
                employer_id: "E1".to_owned(),
                case_id: remainder.case_id.clone(),
                reasons: "清算组已清偿".to_owned(),
                decided_on: Some(date!(2026 - 12 - 01).into()),
            })
        } else {
            FinanceHappened::WriteOffApproved(approved(&remainder))
        };
        books.finance_tells(answer).await.unwrap();
        let totals = books.totals().await;
        assert_eq!(totals.principal_written_off.unwrap().as_text(), "0.00");
        assert_eq!(totals.late_fee_written_off.unwrap().as_text(), "0.00");
        assert_eq!(arrears(&books).await[0].state(), ArrearsState::Closed);
        if !declines {
            let told = books.hears(|told| match told {
                Happened::ArrearsWrittenOff(event) => Some(event),
                _ => None,
            });
            let told = told.await;
            assert_eq!(told.case_id, remainder.case_id);
            assert_eq!(told.principal.unwrap().as_text(), "0.00");
        }
    }
}

// Art. 37
#[tokio::test]
async fn an_answer_concerns_what_its_own_case_handed_over() {
    let books = in_arrears().await;
    let first = handed_over(&books, "0").await;
    books.on(date!(2026 - 11 - 12));
    books
        .send(vec![paid("A1", "E1", "1008.50", date!(2026 - 11 - 11))])
        .await;
    books.on(date!(2026 - 12 - 01));
    let november = october().next();
    let due_on = date!(2026 - 11 - 25);
    books.due("E1", november, "500.00", due_on).await;
    let second = handed_over(&books, "0").await;
    assert_ne!(first.case_id, second.case_id);

    let declined = WriteOffDeclined {
        employer_id: "E1".to_owned(),
        case_id: first.case_id,
        reasons: "清算组已清偿".to_owned(),
        decided_on: Some(date!(2026 - 12 - 01).into()),
    };
    let declined = FinanceHappened::WriteOffDeclined(declined);
    books.finance_tells(declined).await.unwrap();
    let states: Vec<_> = arrears(&books).await.iter().map(|a| a.state()).collect();
    assert!(states.contains(&ArrearsState::WithFinance), "{states:?}");
}

/// The month and state of each line of the arrears ledger.
pub async fn states(books: &Books) -> Vec<(Month, ArrearsState)> {
    let ledger = arrears(books).await.into_iter();
    let state = |line: Arrears| (line.month.unwrap().try_into().unwrap(), line.state());
    let mut states: Vec<_> = ledger.map(state).collect();
    states.sort_by_key(|(month, _)| *month);
    states
}

// Art. 37
#[tokio::test]
async fn a_month_that_a_bankrupt_owes_before_it_is_due_waits_for_finance_like_the_others() {
    let (october, november) = (october(), october().next());
    for declines in [false, true] {
        let books = in_arrears().await;
        let due_on = date!(2026 - 11 - 25);
        books.due("E1", november, "500.00", due_on).await;
        let remainder = handed_over(&books, "600.00").await;
        assert_eq!(remainder.principal.as_ref().unwrap().as_text(), "900.00");
        // The estate pays what it was going to.
        books.on(date!(2026 - 11 - 12));
        books.send(vec![paid("A1", "E1", "600.00", TODAY)]).await;
        let waits = ArrearsState::WithFinance;
        assert_eq!(states(&books).await, [(october, waits), (november, waits)]);
        let owed = arrears(&books).await.into_iter().map(|line| line.principal);
        let owed: Decimal = owed.map(|yuan| yuan.unwrap().decimal().unwrap()).sum();
        assert_eq!(owed, yuan("900.00"));
        if declines {
            let declined = WriteOffDeclined {
                employer_id: "E1".to_owned(),
                case_id: remainder.case_id.clone(),
                reasons: "破产财产尚未分配完毕".to_owned(),
                decided_on: Some(date!(2026 - 11 - 12).into()),
            };
            let declined = FinanceHappened::WriteOffDeclined(declined);
            books.finance_tells(declined).await.unwrap();
            // What is not due yet is not in arrears.
            let (open, closed) = (ArrearsState::Open, ArrearsState::Closed);
            assert_eq!(states(&books).await, [(october, open), (november, closed)]);
            assert_eq!(books.owes("E1").await.0, "900.00");
            continue;
        }
        books.on(date!(2026 - 12 - 01));
        let approved = FinanceHappened::WriteOffApproved(approved(&remainder));
        books.finance_tells(approved).await.unwrap();
        let totals = books.totals().await;
        assert_eq!(totals.principal_written_off.unwrap().as_text(), "900.00");
        let closed = ArrearsState::Closed;
        assert_eq!(
            states(&books).await,
            [(october, closed), (november, closed)]
        );
        assert!(cleared(&books).await);
    }
}

// Art. 32
// Art. 37
#[tokio::test]
async fn a_remainder_that_the_estate_pays_before_the_last_signature_is_examined_anew() {
    let books = in_arrears().await;
    // 16 days late.
    let pays: Posts = |unit| Box::pin(entered(unit, paid("A1", "E1", "1008.00", TODAY)));
    let (clerk, form) = (handler(), write_off("0"));
    books.on(date!(2026 - 11 - 11));
    let handed_over = books.service.approve(&clerk, &form, JUDGMENT);
    let overtaken = meanwhile(&books.service, pays, handed_over).await;
    assert_eq!(overtaken.unwrap_err().code(), Code::Aborted);
    assert_eq!(states(&books).await, [(october(), ArrearsState::Closed)]);
    // The reserve is told all the same, of no month.
    let remainder = self::handed_over(&books, "0").await;
    assert_eq!(remainder.months, []);
    assert_eq!(states(&books).await.len(), 1);
}
