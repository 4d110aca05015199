//! Section 3: documents, vouchers and months: articles 101 to 105.

use chassis::testing::{AREA, reason};
use contracts::collection::v1::{EnteredReceipt, LedgerAccount, PaymentChannel};
use contracts::finance::v1::{
    CorrectionForm, DocumentPart, ListPeriodsRequest, PeriodCloseDecision, SourceDocument,
};
use time::macros::date;

use crate::support::*;

// Art. 101
#[tokio::test]
async fn what_employers_paid_becomes_a_voucher_of_the_day_on_which_it_arrived() {
    let service = alone().await;
    let list = [
        receipt(
            0,
            LedgerAccount::Principal,
            "1000.10",
            date!(2026 - 11 - 02),
        ),
        receipt(1, LedgerAccount::LateFee, "5.05", date!(2026 - 11 - 02)),
        receipt(2, LedgerAccount::Suspense, "20.00", date!(2026 - 11 - 02)),
        receipt(3, LedgerAccount::Principal, "300.00", date!(2026 - 10 - 31)),
        EnteredReceipt {
            channel: PaymentChannel::Tax as i32,
            ..receipt(4, LedgerAccount::Principal, "77.00", date!(2026 - 11 - 02))
        },
    ];
    entered(&service, 1, &list).await;
    // The same event once more changes nothing.
    entered(&service, 1, &list).await;
    let shown_all = |all: Vec<_>| all.iter().map(shown).collect::<Vec<_>>();
    assert_eq!(
        shown_all(vouchers(&service, "2026-10").await),
        ["1 RECEIPT 1002 +300.00 4001 -300.00"]
    );
    assert_eq!(
        shown_all(vouchers(&service, "2026-11").await),
        [
            "1 RECEIPT 1002 +1025.15 200101 -20.00 4001 -1000.10 450101 -5.05",
            "2 RECEIPT 1003 +77.00 4001 -77.00",
        ]
    );
}

// Art. 101, Art. 102
#[tokio::test]
async fn each_document_of_a_bank_is_posted_by_its_rule_and_entered_once() {
    let service = alone().await;
    let day = date!(2026 - 11 - 02);
    let cases = [
        (
            SourceDocument::InterestNote,
            DocumentPart::ExpenditureAccount,
            "1 RECEIPT 1004 +12.34 4201 -12.34",
        ),
        (
            SourceDocument::TransferIn,
            DocumentPart::FromAbove,
            "2 RECEIPT 1003 +12.34 4401 -12.34",
        ),
        (
            SourceDocument::IncomeSweep,
            DocumentPart::TreasuryAccount,
            "3 PAYMENT 1003 +12.34 1002 -12.34",
        ),
        (
            SourceDocument::TransferOut,
            DocumentPart::ToAbove,
            "4 PAYMENT 5402 +12.34 1004 -12.34",
        ),
    ];
    for (number, (kind, part, expected)) in cases.into_iter().enumerate() {
        let told = document(kind, &format!("银{number}"), day, &[(part, "12.34")]);
        let first = record(&service, told.clone()).await.unwrap();
        assert_eq!(shown(&first), expected);
        assert_eq!(record(&service, told).await.unwrap(), first);
    }
    assert_eq!(vouchers(&service, "2026-11").await.len(), 4);
    let refused = async |document| reason(&record(&service, document).await.unwrap_err());
    let other = document(
        SourceDocument::InterestNote,
        "银0",
        day,
        &[(DocumentPart::ExpenditureAccount, "12.35")],
    );
    assert_eq!(refused(other).await, "DOCUMENT_ENTERED");
    let told = |kind, on, part| document(kind, "银9", on, &[(part, "1.00")]);
    let tomorrow = date!(2026 - 11 - 03);
    let interest = SourceDocument::InterestNote;
    assert_eq!(
        refused(told(interest, tomorrow, DocumentPart::IncomeAccount)).await,
        "DOCUMENT_TO_COME"
    );
    assert_eq!(
        refused(told(interest, day, DocumentPart::Contribution)).await,
        "NO_POSTING_RULE"
    );
    // Before the rules came into force.
    assert_eq!(
        refused(told(
            interest,
            date!(2017 - 12 - 31),
            DocumentPart::IncomeAccount
        ))
        .await,
        "NO_POSTING_RULE"
    );
    assert_eq!(
        refused(told(
            SourceDocument::BenefitPayment,
            day,
            DocumentPart::Medical
        ))
        .await,
        "DOCUMENT_NOT_RECORDED"
    );
}

// Art. 101
#[tokio::test]
async fn documents_that_come_together_are_numbered_without_gaps_though_some_are_refused() {
    let service = alone().await;
    let day = date!(2026 - 11 - 02);
    let each = (0..40).map(|number| {
        let service = &service;
        async move {
            // Every fifth is the document before it with another amount.
            let of = if number % 5 == 4 { number - 1 } else { number };
            let amount = format!("{}.00", number + 1);
            let told = document(
                SourceDocument::OtherIncome,
                &format!("银{of}"),
                day,
                &[(DocumentPart::IncomeAccount, &amount)],
            );
            record(service, told).await.is_ok()
        }
    });
    let recorded = futures::future::join_all(each).await;
    assert_eq!(recorded.iter().filter(|one| **one).count(), 32);
    let numbers: Vec<i32> = vouchers(&service, "2026-11")
        .await
        .iter()
        .map(|one| one.number)
        .collect();
    assert_eq!(numbers, (1..=32).collect::<Vec<_>>());
}

// Art. 101
#[tokio::test]
async fn a_voucher_by_hand_stands_on_open_accounts_and_balances() {
    let service = alone().await;
    let day = date!(2026 - 11 - 02);
    let good = [debit("1003", "500.00"), credit("4101", "500.00")];
    let refused = async |form| {
        let case = service.approve(&handler(), &form, &[]).await;
        reason(&case.unwrap_err())
    };
    let with = |lines: &[_]| by_hand("2026-11", "财1", day, lines);
    assert_eq!(
        refused(with(&[debit("1003", "500.00"), credit("4101", "499.99")])).await,
        "VOUCHER_UNBALANCED"
    );
    // A general account with detail accounts, and none at all.
    assert_eq!(
        refused(with(&[debit("1101", "1.00"), credit("1003", "1.00")])).await,
        "ACCOUNT_UNKNOWN"
    );
    assert_eq!(
        refused(with(&[debit("9999", "1.00"), credit("1003", "1.00")])).await,
        "ACCOUNT_UNKNOWN"
    );
    let both = contracts::finance::v1::VoucherLine {
        credit: Some(contracts::Money::from_text("1.00")),
        ..debit("1003", "1.00")
    };
    assert_eq!(refused(with(&[both])).await, "LINE_ONE_SIDED");
    assert_eq!(
        refused(by_hand("2026-12", "财1", day, &good)).await,
        "PERIOD_TO_COME"
    );

    let form = with(&good);
    service.approve(&handler(), &form, &[]).await.unwrap();
    let entered = vouchers(&service, "2026-11").await;
    assert_eq!(shown(&entered[0]), "1 RECEIPT 1003 +500.00 4101 -500.00");
    assert_eq!(refused(form).await, "DOCUMENT_ENTERED");
}

// Art. 103
#[tokio::test]
async fn a_wrong_voucher_is_taken_back_in_red_ink_once() {
    let service = alone().await;
    let told = document(
        SourceDocument::OtherIncome,
        "银1",
        date!(2026 - 11 - 02),
        &[(DocumentPart::IncomeAccount, "10.00")],
    );
    record(&service, told).await.unwrap();
    let form = |number| CorrectionForm {
        month: wire_month("2026-11"),
        number,
        reason: "重复登记".to_owned(),
    };
    service.approve(&handler(), &form(1), &[]).await.unwrap();
    let all = vouchers(&service, "2026-11").await;
    assert_eq!(shown(&all[1]), "2 RECEIPT 1002 +-10.00 450102 --10.00");
    assert_eq!(all[1].corrects, "2026-11/1");
    let refused = async |number| {
        let case = service.approve(&handler(), &form(number), &[]).await;
        reason(&case.unwrap_err())
    };
    assert_eq!(refused(1).await, "CORRECTED_ALREADY");
    assert_eq!(refused(2).await, "CORRECTED_ALREADY");
    assert_eq!(refused(3).await, "VOUCHER_UNKNOWN");
    assert_eq!(
        trial_shown(&service, "2026-11").await,
        ["1002 0.00 +0.00 -0.00 0.00", "450102 0.00 +0.00 -0.00 0.00"]
    );
}

// Art. 104
#[tokio::test]
async fn months_are_closed_in_their_turn_and_what_comes_late_enters_the_first_open_one() {
    let service = alone().await;
    let arrived = |day, amount| [receipt(0, LedgerAccount::Principal, amount, day)];
    entered(&service, 1, &arrived(date!(2026 - 09 - 30), "100.00")).await;
    entered(&service, 2, &arrived(date!(2026 - 10 - 31), "30.00")).await;
    let refused = async |of| reason(&close(&service, of).await.unwrap_err());
    assert_eq!(refused("2026-10").await, "PERIOD_OUT_OF_TURN");
    sweep(&service, date!(2026 - 09 - 30), "100.00").await;
    close(&service, "2026-09").await.unwrap();
    assert_eq!(refused("2026-09").await, "PERIOD_CLOSED");
    // Late for September, and booked in October under its first day.
    entered(&service, 3, &arrived(date!(2026 - 09 - 15), "7.00")).await;
    let october = vouchers(&service, "2026-10").await;
    assert_eq!(october.len(), 2);
    assert_eq!(october[1].document_on, Some(date!(2026 - 09 - 15).into()));
    assert_eq!(october[1].booked_on, Some(date!(2026 - 10 - 01).into()));
    let by_hand = by_hand(
        "2026-09",
        "财1",
        date!(2026 - 09 - 30),
        &[debit("1003", "1.00"), credit("4101", "1.00")],
    );
    let case = service.approve(&handler(), &by_hand, &[]).await;
    assert_eq!(reason(&case.unwrap_err()), "PERIOD_CLOSED");
    sweep(&service, date!(2026 - 10 - 31), "37.00").await;
    close(&service, "2026-10").await.unwrap();
    assert_eq!(refused("2026-11").await, "PERIOD_NOT_OVER");
    assert_eq!(
        trial_shown(&service, "2026-09").await,
        [
            "1002 0.00 +100.00 -100.00 0.00",
            "1003 0.00 +100.00 -0.00 100.00",
            "4001 0.00 +0.00 -100.00 -100.00"
        ]
    );
    assert_eq!(
        trial_shown(&service, "2026-10").await,
        [
            "1002 0.00 +37.00 -37.00 0.00",
            "1003 100.00 +37.00 -0.00 137.00",
            "4001 -100.00 +0.00 -37.00 -137.00"
        ]
    );
    assert_eq!(
        trial_shown(&service, "2026-12").await,
        [
            "1002 0.00 +0.00 -0.00 0.00",
            "1003 137.00 +0.00 -0.00 137.00",
            "4001 -137.00 +0.00 -0.00 -137.00"
        ]
    );
    let request = ListPeriodsRequest {
        pooling_area: AREA.to_owned(),
        ..ListPeriodsRequest::default()
    };
    let periods = client(&service).await.list_periods(request).await.unwrap();
    let closed = periods.into_inner().periods.into_iter();
    let closed: Vec<_> = closed
        .map(|one| (one.vouchers, one.closed_on.is_some()))
        .collect();
    assert_eq!(closed, [(3, true), (2, true)]);
}

// Art. 104
#[tokio::test]
async fn a_month_with_a_voucher_under_way_is_not_closed_and_one_that_changed_is_signed_anew() {
    let service = alone().await;
    let day = date!(2026 - 10 - 30);
    entered(
        &service,
        1,
        &[receipt(0, LedgerAccount::Principal, "100.00", day)],
    )
    .await;
    let lines = [debit("1003", "1.00"), credit("4101", "1.00")];
    let form = by_hand("2026-10", "财1", day, &lines);
    let under_way = service.submit(&handler(), &form, &[]).await.unwrap();
    assert_eq!(
        reason(&close(&service, "2026-10").await.unwrap_err()),
        "PERIOD_UNDONE"
    );
    service.sign_off(&under_way).await.unwrap();
    sweep(&service, day, "100.00").await;

    let case = service
        .submit(&handler(), &closing("2026-10"), &[])
        .await
        .unwrap();
    let decision: PeriodCloseDecision = service.decision(&case).await.unwrap();
    assert_eq!(
        (decision.vouchers, yuan(decision.amount.as_ref())),
        (3, "201.00".to_owned())
    );
    let mut case = service.sign_next(&case).await.unwrap();
    for _ in 0..2 {
        case = service.sign_next(&case).await.unwrap();
    }
    // One more comes before the last signature.
    entered(
        &service,
        2,
        &[receipt(0, LedgerAccount::Principal, "1.00", day)],
    )
    .await;
    assert_eq!(
        reason(&service.sign_next(&case).await.unwrap_err()),
        "FACTS_CHANGED"
    );
}
