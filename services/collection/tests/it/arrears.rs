//! Section 5: notices to repay, refusals, credits, and what others ask.

use chassis::testing::{AREA, reason};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    AgreementPartyRole, Arrears, ArrearsState, GetClearanceRequest, GetPaymentStateRequest,
    LedgerEntryKind, ListArrearsRequest, ListLedgerEntriesRequest, ListRepaymentNoticesRequest,
    PaidRow, PaymentKind, RefusalToRepayForm, RepaymentNotice, Succession,
};
use contracts::common::v1::EvidenceKind;
use time::Date;
use time::macros::date;

use crate::agreements::{PLAN, agreement};
use crate::books::{Books, DUE_ON, handler, october, paid};
use crate::dunning::build;
use crate::support::{set, set_from};

pub const TODAY: Date = date!(2026 - 11 - 10);

/// Two working days in which lists tell of payments after [`DUE_ON`]; five to pay, and three in which lists
/// tell of it, before [`TODAY`].
pub const DUNNED: Date = date!(2026 - 10 - 28);

/// Lists have two working days until November, and three from then on.
pub async fn quick_lists() -> Books {
    let books = Books::open().await;
    let (name, november) = ("receipts_told_working_days", date!(2026 - 11 - 01));
    set(&books.service, name, "2").await;
    set_from(&books.service, name, "3", november).await;
    books
}

/// E1 is in arrears with 1000.00 for October; it is 10 November.
pub async fn in_arrears() -> Books {
    let books = quick_lists().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    books.on(DUNNED);
    books.dun(october()).await;
    books.on(TODAY);
    books.open_arrears().await;
    assert_eq!(arrears(&books).await.len(), 1);
    books
}

/// E1 has paid 50.00 too much for October; November is due with 120.00.
async fn with_a_credit() -> Books {
    let books = Books::open().await;
    books.due("E1", october(), "100.00", DUE_ON).await;
    books.send(vec![paid("A1", "E1", "150.00", DUE_ON)]).await;
    books
        .due("E1", october().next(), "120.00", date!(2026 - 11 - 25))
        .await;
    books
}

pub async fn arrears(books: &Books) -> Vec<Arrears> {
    let request = ListArrearsRequest {
        pooling_area: AREA.to_owned(),
        ..Default::default()
    };
    books
        .arrears()
        .await
        .list_arrears(request)
        .await
        .unwrap()
        .into_inner()
        .arrears
}

pub async fn notices(books: &Books, overdue: bool) -> Vec<RepaymentNotice> {
    let request = ListRepaymentNoticesRequest {
        pooling_area: AREA.to_owned(),
        overdue,
        ..Default::default()
    };
    books
        .arrears()
        .await
        .list_repayment_notices(request)
        .await
        .unwrap()
        .into_inner()
        .notices
}

// Art. 31
// Art. 34
// Art. 36
// Art. 37
#[tokio::test]
async fn what_is_not_due_yet_is_not_in_arrears() {
    let books = quick_lists().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    // 1500.00 more of October, on 2 December.
    build(&books, &["E1"], date!(2026 - 10 - 01)).await;
    books.on(DUNNED);
    books.dun(october()).await;
    books.on(TODAY);
    books.open_arrears().await;
    let owed = |arrears: Vec<Arrears>| {
        let [one] = arrears.try_into().unwrap();
        let text = |money: &Option<contracts::Money>| money.as_ref().unwrap().to_string();
        (one.state(), text(&one.principal), text(&one.late_fee))
    };
    let fifteen_days = (ArrearsState::Open, "1000.00".into(), "8.00".into());
    assert_eq!(owed(arrears(&books).await), fifteen_days);
    let [notice] = books.tell_to_repay(october()).await.try_into().unwrap();
    assert_eq!(notice.total.unwrap().as_text(), "1008.00");
    assert_eq!(
        notice.months[0].unpaid.as_ref().unwrap().as_text(),
        "1000.00"
    );
    let papers = [EvidenceKind::AbilityAuditReport];
    let form = agreement(Succession::None, AgreementPartyRole::Employer, PLAN);
    books
        .service
        .approve(&handler(), &form, &papers)
        .await
        .unwrap();

    // All that was agreed on but a day of late fee less, though not all of October.
    let late = date!(2026 - 11 - 09);
    let fee = PaidRow {
        kind: PaymentKind::LateFee as i32,
        ..paid("A2", "E1", "7.50", late)
    };
    books
        .send(vec![paid("A1", "E1", "1000.00", late), fee])
        .await;
    let nothing = (ArrearsState::Closed, "0.00".into(), "0.00".into());
    assert_eq!(owed(arrears(&books).await), nothing);
    let (principal, ..) = books.owes("E1").await;
    assert_eq!(principal, "1500.00");
    // What fell due after it was closed is to be dunned for first.
    books.on(date!(2026 - 12 - 03));
    assert_eq!(owed(arrears(&books).await), nothing);
    books.totals().await;
}

// Art. 34
#[tokio::test]
async fn a_notice_to_repay_that_has_reached_nobody_in_time_is_overdue() {
    let books = in_arrears().await;
    let [notice] = books.tell_to_repay(october()).await.try_into().unwrap();
    // Five working days after Tuesday, the 10th.
    let issue_by = date!(2026 - 11 - 17);
    assert_eq!(notice.issue_by, Some(issue_by.into()));
    books.on(issue_by);
    assert_eq!(notices(&books, true).await, []);
    books.on(date!(2026 - 11 - 18));
    let [overdue] = notices(&books, true).await.try_into().unwrap();
    assert_eq!(overdue, notice);
    let today = date!(2026 - 11 - 18);
    books.deliver_repayment(&notice.notice_id, today).await;
    assert_eq!(notices(&books, true).await, []);
}

// Art. 34
#[tokio::test]
async fn a_notice_to_repay_what_was_repaid_is_not_overdue() {
    let books = in_arrears().await;
    books.tell_to_repay(october()).await;
    books.on(date!(2026 - 11 - 18));
    books
        .send(vec![paid("A1", "E1", "1010.00", date!(2026 - 11 - 11))])
        .await;
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::Closed);
    assert_eq!(notices(&books, true).await, []);
}

// Art. 34
// Art. 35
#[tokio::test]
async fn who_does_not_follow_a_notice_to_repay_is_handed_to_audit_once() {
    let books = in_arrears().await;
    let [notice] = books.tell_to_repay(october()).await.try_into().unwrap();
    assert_eq!(notice.principal.as_ref().unwrap().as_text(), "1000.00");
    // Sixteen days of 1000.00.
    assert_eq!(notice.late_fee.as_ref().unwrap().as_text(), "8.00");
    assert_eq!(notice.total.as_ref().unwrap().as_text(), "1008.00");
    assert_eq!((notice.pay_by, notice.delivered_on), (None, None));

    let form = RefusalToRepayForm {
        employer_id: "E1".to_owned(),
        notice_id: notice.notice_id.clone(),
        facts: "负责人明确表示不还".to_owned(),
    };
    let early = async || {
        let refused = books.service.approve(&handler(), &form, &[]).await;
        reason(&refused.unwrap_err())
    };
    assert_eq!(early().await, "NOTICE_UNDELIVERED");
    books.on(date!(2026 - 11 - 12));
    let reached_on = date!(2026 - 11 - 11);
    let delivered = books.deliver_repayment(&notice.notice_id, reached_on).await;
    // Five working days after Wednesday, the 11th.
    let pay_by = Some(date!(2026 - 11 - 18).into());
    assert_eq!(delivered.pay_by, pay_by);
    assert_eq!(notices(&books, false).await[0].pay_by, pay_by);
    // Three more in which lists tell of the last day.
    for day in [date!(2026 - 11 - 18), date!(2026 - 11 - 23)] {
        books.on(day);
        assert_eq!(early().await, "NOTICE_TERM_RUNNING");
    }
    books.on(date!(2026 - 11 - 24));
    books.service.approve(&handler(), &form, &[]).await.unwrap();
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::WithAudit);
    let handed = books
        .hears(|told| match told {
            Happened::RefusalToRepayHandedOver(event) => Some(event),
            _ => None,
        })
        .await;
    assert_eq!(handed.notice_id, notice.notice_id);
    let [month] = handed.months.try_into().unwrap();
    assert_eq!(month.month, Some(october().into()));
    assert_eq!(month.unpaid, handed.principal);
    assert_eq!(month.late_fee_unpaid, handed.late_fee);
    let again = books
        .service
        .approve(&handler(), &form, &[])
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "ALREADY_HANDED_OVER");
}

// Art. 37
#[tokio::test]
async fn a_credit_pays_what_falls_due_later() {
    let books = with_a_credit().await;
    assert_eq!(books.apply_credits().await, (1, "50.00".into()));
    assert_eq!(
        books.owes("E1").await,
        ("70.00".into(), "0.00".into(), "0.00".into())
    );
    assert_eq!(books.apply_credits().await.0, 0);
    assert_eq!(books.totals().await.received.unwrap().as_text(), "150.00");
}

// Art. 30
// Art. 37
#[tokio::test]
async fn a_credit_counts_from_the_days_on_which_it_was_paid_whenever_it_is_applied() {
    let books = with_a_credit().await;
    books.on(date!(2026 - 12 - 01));
    books
        .send(vec![paid("A2", "E1", "30.00", date!(2026 - 11 - 30))])
        .await;
    books.on(date!(2026 - 12 - 05));
    books.apply_credits().await;
    // 50 yuan were there when November fell due, 30 were paid five days late, and 40 are owed for five
    // days more: 70 x 5 + 40 x 5, times 0.0005.
    let owed = books.owes("E1").await;
    assert_eq!(owed, ("40.00".into(), "0.28".into(), "0.00".into()));
    books.totals().await;
    assert_eq!(books.apply_credits().await.0, 0);
}

// Art. 30
// Art. 37
#[tokio::test]
async fn no_late_fee_is_due_on_what_the_agency_held() {
    let books = Books::open().await;
    books.due("E1", october(), "100.00", DUE_ON).await;
    books.due("E2", october(), "100.00", DUE_ON).await;
    books.send(vec![paid("A1", "E1", "150.00", DUE_ON)]).await;
    let november = october().next();
    let due_on = date!(2026 - 11 - 25);
    books.due("E1", november, "50.00", due_on).await;
    books.due("E2", november, "50.00", due_on).await;
    // E2 pays October five days late and too much.
    books.on(date!(2026 - 12 - 01));
    let row = PaidRow {
        month: Some(october().into()),
        ..paid("A2", "E2", "151.80", date!(2026 - 11 - 30))
    };
    books.send(vec![row]).await;
    books.on(date!(2027 - 01 - 20));
    assert_eq!(books.owes("E1").await.1, "1.40");
    // By a clerk, or by the day before.
    books.apply_credits().await;
    let nothing = ("0.00".to_owned(), "0.00".to_owned(), "0.00".to_owned());
    assert_eq!(books.owes("E1").await, nothing);
    // November was paid on the 30th, with what was too much for October: five days of 50.00, 0.125.
    let (principal, late_fee, _) = books.owes("E2").await;
    assert_eq!((principal.as_str(), late_fee.as_str()), ("0.00", "0.13"));
    books.totals().await;
}

// Art. 16
// Art. 125
#[tokio::test]
async fn others_learn_whether_an_employer_has_paid() {
    let books = in_arrears().await;
    let clearance = |employer_id: &str| GetClearanceRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id.to_owned(),
    };
    let mut service = books.arrears().await;
    let open = service
        .get_clearance(clearance("E1"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (open.cleared, open.late_fee.unwrap().as_text()),
        (false, "8.00")
    );
    assert!(
        service
            .get_clearance(clearance("E2"))
            .await
            .unwrap()
            .into_inner()
            .cleared
    );

    books
        .send(vec![paid("A1", "E1", "1000.00", date!(2026 - 11 - 05))])
        .await;
    let state = |on: Date| GetPaymentStateRequest {
        pooling_area: AREA.to_owned(),
        employer_id: "E1".to_owned(),
        person_id: String::new(),
        on: Some(on.into()),
    };
    for (on, paid_up) in [
        // The last day in time.
        (date!(2026 - 10 - 25), true),
        (date!(2026 - 10 - 26), false),
        (date!(2026 - 11 - 04), false),
        (date!(2026 - 11 - 05), true),
    ] {
        let found = service
            .get_payment_state(state(on))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(found.paid_up, paid_up, "{on}");
        assert_eq!(found.unpaid_months.len(), usize::from(!paid_up), "{on}");
    }
}

// Art. 30
// Art. 37
#[tokio::test]
async fn the_ledger_shows_every_entry_and_how_a_late_fee_came_about() {
    let books = in_arrears().await;
    books
        .send(vec![paid("A1", "E1", "1005.50", date!(2026 - 11 - 05))])
        .await;
    let request = ListLedgerEntriesRequest {
        pooling_area: AREA.to_owned(),
        employer_id: "E1".to_owned(),
        page_size: 3,
        ..ListLedgerEntriesRequest::default()
    };
    let mut service = books.arrears().await;
    let first = service
        .list_ledger_entries(request.clone())
        .await
        .unwrap()
        .into_inner();
    let rest = ListLedgerEntriesRequest {
        page_token: first.next_page_token,
        ..request
    };
    let rest = service
        .list_ledger_entries(rest)
        .await
        .unwrap()
        .into_inner();
    let entries = [first.entries, rest.entries].concat();
    let amounts: Vec<_> = entries
        .iter()
        .map(|e| (e.kind(), e.amount.as_ref().unwrap().as_text()))
        .collect();
    assert_eq!(
        amounts,
        [
            (LedgerEntryKind::Assessed, "1000.00"),
            (LedgerEntryKind::Receipt, "-1000.00"),
            (LedgerEntryKind::LateFee, "5.50"),
            (LedgerEntryKind::Receipt, "-5.50"),
        ],
    );
    let lines = &entries[2].worksheet.as_ref().unwrap().lines;
    assert!(lines[0].source.contains("11天"), "{lines:?}");
}
