//! Section 5: notices, agreements, hand-overs, and what others ask.

use chassis::Actor;
use chassis::testing::{AREA, employer, reason};
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    AbilityAuditForm, AgreementParty, AgreementPartyRole, AgreementState, ApplyCreditsRequest,
    Arrears, ArrearsState, DeliverRepaymentNoticesRequest, DunningOrder, GetClearanceRequest,
    GetPaymentStateRequest, Instalment, LedgerEntryKind, ListArrearsRequest,
    ListLedgerEntriesRequest, ListRepaymentAgreementsRequest, ListRepaymentNoticesRequest, PaidRow,
    RefusalToRepayForm, RepaymentAgreement, RepaymentAgreementForm, RepaymentNotice,
    RepaymentNoticeOrder, ReviewRepaymentAgreementsRequest, Succession, WriteOffForm,
};
use contracts::common::v1::EvidenceKind;
use time::Date;
use time::macros::date;

use crate::books::{Books, DUE_ON, handler, october, paid, yuan};

const TODAY: Date = date!(2026 - 11 - 10);

/// E1 is in arrears with 1000.00 for October; it is 10 November.
pub async fn in_arrears() -> Books {
    let books = Books::open().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    books
        .run(&DunningOrder {
            month: Some(october().into()),
        })
        .await;
    books.deliver_dunning().await;
    books.on(TODAY);
    assert_eq!(books.open_arrears().await.opened, 1);
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

pub async fn notices(books: &Books) -> Vec<RepaymentNotice> {
    let request = ListRepaymentNoticesRequest {
        pooling_area: AREA.to_owned(),
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

async fn agreements(
    books: &Books,
    actor: &Actor,
    state: AgreementState,
) -> Vec<RepaymentAgreement> {
    let request = ListRepaymentAgreementsRequest {
        pooling_area: AREA.to_owned(),
        state: state as i32,
        ..Default::default()
    };
    let mut service = ArrearsServiceClient::new(books.service.connect(actor).await);
    let answer = service.list_repayment_agreements(request).await.unwrap();
    answer.into_inner().agreements
}

async fn review(books: &Books) -> Vec<RepaymentAgreement> {
    let request = ReviewRepaymentAgreementsRequest {
        pooling_area: AREA.to_owned(),
        ..Default::default()
    };
    let mut service = books.arrears().await;
    service
        .review_repayment_agreements(request)
        .await
        .unwrap()
        .into_inner()
        .agreements
}

// Art. 34
// Art. 35
#[tokio::test]
async fn who_does_not_follow_a_notice_to_repay_is_handed_to_audit_once() {
    let books = in_arrears().await;
    books
        .run(&RepaymentNoticeOrder {
            through_month: Some(october().into()),
        })
        .await;
    let [notice] = notices(&books).await.try_into().unwrap();
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
    let delivery = DeliverRepaymentNoticesRequest {
        pooling_area: AREA.to_owned(),
        notice_ids: vec![notice.notice_id.clone()],
        delivered_on: Some(date!(2026 - 11 - 11).into()),
        ..Default::default()
    };
    let mut client = books.arrears().await;
    let delivered = client.deliver_repayment_notices(delivery).await.unwrap();
    // Five working days after Wednesday, the 11th.
    let pay_by = Some(date!(2026 - 11 - 18).into());
    assert_eq!(delivered.into_inner().notices[0].pay_by, pay_by);
    assert_eq!(notices(&books).await[0].pay_by, pay_by);
    books.on(date!(2026 - 11 - 18));
    assert_eq!(early().await, "NOTICE_TERM_RUNNING");
    books.on(date!(2026 - 11 - 19));
    books.service.approve(&handler(), &form, &[]).await.unwrap();
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::WithAudit);
    let handed = books
        .hears(|told| match told {
            Happened::RefusalToRepayHandedOver(event) => Some(event),
            _ => None,
        })
        .await;
    assert_eq!(handed.notice_id, notice.notice_id);
    let again = books
        .service
        .approve(&handler(), &form, &[])
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "ALREADY_HANDED_OVER");
}

pub fn agreement(
    succession: Succession,
    role: AgreementPartyRole,
    plan: &[(Date, &str)],
) -> RepaymentAgreementForm {
    RepaymentAgreementForm {
        employer_id: "E1".to_owned(),
        succession: succession as i32,
        parties: vec![AgreementParty {
            role: role as i32,
            name: "第1公司".to_owned(),
            representative: "王五".to_owned(),
            share: Some(yuan("1000.00").into()),
            ..AgreementParty::default()
        }],
        instalments: plan
            .iter()
            .map(|(due_on, amount)| Instalment {
                due_on: Some((*due_on).into()),
                amount: Some(yuan(amount).into()),
            })
            .collect(),
    }
}

pub const PLAN: &[(Date, &str)] = &[
    (date!(2026 - 12 - 10), "500.00"),
    (date!(2027 - 01 - 11), "508.00"),
];

// Art. 36
#[tokio::test]
async fn an_agreement_needs_the_ability_audit_and_the_right_party() {
    use AgreementPartyRole as Role;
    let books = in_arrears().await;
    let audit = AbilityAuditForm {
        employer_id: "E1".to_owned(),
        hardship: "订单取消".to_owned(),
        succession: Succession::None as i32,
    };
    books
        .service
        .approve(&handler(), &audit, &[])
        .await
        .unwrap();
    books
        .hears(|told| matches!(told, Happened::AbilityAuditAsked(_)).then_some(()))
        .await;

    let form = agreement(Succession::None, Role::Employer, PLAN);
    books
        .service
        .approve(&handler(), &form, &[])
        .await
        .unwrap_err();
    let merged = agreement(Succession::Merger, Role::Employer, PLAN);
    let papers = [
        EvidenceKind::AbilityAuditReport,
        EvidenceKind::SuccessionProof,
    ];
    let refused = books
        .service
        .approve(&handler(), &merged, &papers)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "PARTY_WRONG");
    assert!(refused.message().contains("兼并方"));
    // The proof of the merger is needed too.
    let merged = agreement(Succession::Merger, Role::MergingParty, PLAN);
    books
        .service
        .approve(&handler(), &merged, &papers[..1])
        .await
        .unwrap_err();
    books
        .service
        .approve(&handler(), &merged, &papers)
        .await
        .unwrap();
    assert_eq!(
        arrears(&books).await[0].state(),
        ArrearsState::UnderAgreement
    );
    let second = books
        .service
        .approve(&handler(), &form, &papers[..1])
        .await
        .unwrap_err();
    assert_eq!(reason(&second), "AGREEMENT_RUNNING");
}

// Art. 36
// Art. 37
#[tokio::test]
async fn an_agreement_that_is_kept_ends_with_the_arrears_and_one_that_is_not_is_broken() {
    let books = in_arrears().await;
    let form = agreement(Succession::None, AgreementPartyRole::Employer, PLAN);
    books
        .service
        .approve(&handler(), &form, &[EvidenceKind::AbilityAuditReport])
        .await
        .unwrap();
    let running = agreements(&books, &employer("E1"), AgreementState::Running).await;
    let [signed] = running.as_slice() else {
        panic!("{running:?}")
    };
    assert_eq!(signed.signed_on, Some(TODAY.into()));
    assert_eq!(signed.instalments, form.instalments);
    assert_eq!(signed.parties, form.parties);
    assert_eq!(signed.paid.as_ref().unwrap().as_text(), "0.00");
    let others = agreements(&books, &employer("E2"), AgreementState::Unspecified).await;
    assert!(others.is_empty(), "{others:?}");
    books.on(date!(2026 - 12 - 10));
    books
        .send(vec![paid("A1", "E1", "500.00", date!(2026 - 12 - 09))])
        .await;
    books.on(date!(2026 - 12 - 11));
    assert!(review(&books).await.is_empty());
    books.on(date!(2027 - 01 - 12));
    let [broken] = review(&books).await.try_into().unwrap();
    assert_eq!(
        (broken.state(), broken.paid.unwrap().as_text()),
        (AgreementState::Broken, "500.00")
    );
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::Open);
    let unpaid = books
        .hears(|told| match told {
            Happened::RepaymentAgreementBroken(event) => event.unpaid,
            _ => None,
        })
        .await;
    assert_eq!(unpaid.as_text(), "508.00");

    // Principal 500.00 is left, and late fee: 45 days of 1000.00, 34 of 500.00.
    let (principal, late_fee, _) = books.owes("E1").await;
    assert_eq!((principal.as_str(), late_fee.as_str()), ("500.00", "31.00"));
    let form = RepaymentAgreementForm {
        parties: vec![AgreementParty {
            share: Some(yuan("500.00").into()),
            ..form.parties[0].clone()
        }],
        instalments: vec![Instalment {
            due_on: Some(date!(2027 - 02 - 10).into()),
            amount: Some(yuan("531.50").into()),
        }],
        ..form
    };
    books
        .service
        .approve(&handler(), &form, &[EvidenceKind::AbilityAuditReport])
        .await
        .unwrap();
    books.on(date!(2027 - 01 - 13));
    books
        .send(vec![paid("A2", "E1", "531.00", date!(2027 - 01 - 11))])
        .await;
    // Paid a day before: a day of late fee less, and that is a credit.
    let [closed] = arrears(&books).await.try_into().unwrap();
    assert_eq!(
        (closed.state(), closed.closed_on),
        (ArrearsState::Closed, Some(date!(2027 - 01 - 13).into()))
    );
    assert_eq!(review(&books).await[0].state(), AgreementState::Done);
    let states = agreements(&books, &handler(), AgreementState::Unspecified).await;
    let states: Vec<_> = states.iter().map(RepaymentAgreement::state).collect();
    assert_eq!(states, [AgreementState::Broken, AgreementState::Done]);
    books
        .hears(|told| matches!(told, Happened::ArrearsClosed(_)).then_some(()))
        .await;
    books.totals().await;
}

// Art. 37
#[tokio::test]
async fn what_the_estate_of_a_bankrupt_cannot_pay_goes_to_finance() {
    let books = in_arrears().await;
    let form = WriteOffForm {
        employer_id: "E1".to_owned(),
        liquidation_group: "第1公司清算组".to_owned(),
        paid_from_estate: Some(yuan("300.00").into()),
        reserved_for_benefits: Some(yuan("5000.00").into()),
        reserve_note: "一名一级伤残职工的待遇".to_owned(),
    };
    let judgment = [EvidenceKind::BankruptcyJudgment];
    books
        .service
        .approve(&handler(), &form, &judgment)
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
        .approve(&handler(), &form, &judgment)
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "ALREADY_HANDED_OVER");
    let nothing = WriteOffForm {
        employer_id: "E2".to_owned(),
        ..form
    };
    let refused = books
        .service
        .approve(&handler(), &nothing, &judgment)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NO_ARREARS");
}

// Art. 37
#[tokio::test]
async fn a_credit_pays_what_falls_due_later() {
    let books = Books::open().await;
    books.due("E1", october(), "100.00", DUE_ON).await;
    books.send(vec![paid("A1", "E1", "150.00", DUE_ON)]).await;
    books
        .due("E1", october().next(), "120.00", date!(2026 - 11 - 25))
        .await;
    let request = ApplyCreditsRequest {
        pooling_area: AREA.to_owned(),
        ..Default::default()
    };
    let mut service = books.arrears().await;
    let applied = service
        .apply_credits(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (applied.employers, applied.applied.unwrap().as_text()),
        (1, "50.00")
    );
    assert_eq!(
        books.owes("E1").await,
        ("70.00".into(), "0.00".into(), "0.00".into())
    );
    let nothing = service.apply_credits(request).await.unwrap().into_inner();
    assert_eq!(nothing.employers, 0);
    assert_eq!(books.totals().await.received.unwrap().as_text(), "150.00");
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
    let request = ApplyCreditsRequest {
        pooling_area: AREA.to_owned(),
        ..Default::default()
    };
    let mut service = books.arrears().await;
    let applied = service.apply_credits(request).await.unwrap().into_inner();
    assert_eq!(applied.employers, 2);
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
