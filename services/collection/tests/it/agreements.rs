//! Section 5: agreements on instalments, article 36.

use std::sync::Arc;

use chassis::Actor;
use chassis::testing::{AREA, employer, eventually, reason};
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    AgreementParty, AgreementPartyRole, AgreementState, ArrearsState, Instalment,
    ListRepaymentAgreementsRequest, RepaymentAgreement, RepaymentAgreementForm,
    ReviewRepaymentAgreementsRequest, Succession,
};
use contracts::common::v1::EvidenceKind;
use time::macros::date;
use time::{Date, Duration};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::arrears::{TODAY, arrears, in_arrears};
use crate::books::{Books, entered, handler, october, paid, tax_bureau, yuan};
use crate::under_way::{Posts, meanwhile};

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

pub async fn review(books: &Books) -> Vec<RepaymentAgreement> {
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
        ability_document_number: String::new(),
    }
}

pub const PLAN: &[(Date, &str)] = &[
    (date!(2026 - 12 - 10), "500.00"),
    (date!(2027 - 01 - 11), "508.00"),
];

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
    books.on(date!(2027 - 01 - 15));
    review(&books).await;
    let all = agreements(&books, &handler(), AgreementState::Unspecified).await;
    let [broken] = all.try_into().unwrap();
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

    // Principal 500.00 is left, and late fee: 45 days of 1000.00, 37 of 500.00.
    let (principal, late_fee, _) = books.owes("E1").await;
    assert_eq!((principal.as_str(), late_fee.as_str()), ("500.00", "31.75"));
    let form = RepaymentAgreementForm {
        parties: vec![AgreementParty {
            share: Some(yuan("500.00").into()),
            ..form.parties[0].clone()
        }],
        instalments: vec![Instalment {
            due_on: Some(date!(2027 - 02 - 10).into()),
            amount: Some(yuan("531.75").into()),
        }],
        ..form
    };
    books
        .service
        .approve(&handler(), &form, &[EvidenceKind::AbilityAuditReport])
        .await
        .unwrap();
    books.on(date!(2027 - 01 - 18));
    books
        .send(vec![paid("A2", "E1", "531.75", date!(2027 - 01 - 14))])
        .await;
    // Paid a day before: a day of late fee less, and that is a credit.
    let [closed] = arrears(&books).await.try_into().unwrap();
    assert_eq!(
        (closed.state(), closed.closed_on),
        (ArrearsState::Closed, Some(date!(2027 - 01 - 18).into()))
    );
    review(&books).await;
    let states = agreements(&books, &handler(), AgreementState::Unspecified).await;
    let states: Vec<_> = states.iter().map(RepaymentAgreement::state).collect();
    assert_eq!(states, [AgreementState::Broken, AgreementState::Done]);
    books
        .hears(|told| matches!(told, Happened::ArrearsClosed(_)).then_some(()))
        .await;
    books.totals().await;
}

// Art. 36
// Art. 37
#[tokio::test]
async fn an_agreement_whose_months_are_paid_is_done_whatever_else_is_in_arrears() {
    let books = in_arrears().await;
    let form = agreement(Succession::None, AgreementPartyRole::Employer, PLAN);
    let paper = [EvidenceKind::AbilityAuditReport];
    books
        .service
        .approve(&handler(), &form, &paper)
        .await
        .unwrap();
    // Twenty days of 1000.00.
    books.on(date!(2026 - 11 - 16));
    books
        .send(vec![paid("A1", "E1", "1010.00", date!(2026 - 11 - 14))])
        .await;
    let november = october().next();
    books.on(date!(2026 - 12 - 01));
    books
        .due("E1", november, "500.00", date!(2026 - 11 - 25))
        .await;
    books.dun(november).await;
    books.on(date!(2026 - 12 - 20));
    books.open_arrears().await;
    let states: Vec<_> = arrears(&books).await.iter().map(|a| a.state()).collect();
    assert_eq!(states.len(), 2, "{states:?}");
    assert!(states.contains(&ArrearsState::Open), "{states:?}");

    review(&books).await;
    let all = agreements(&books, &handler(), AgreementState::Unspecified).await;
    let [done] = all.try_into().unwrap();
    assert_eq!(done.state(), AgreementState::Done);
}

// Art. 36
// Art. 37
#[tokio::test]
async fn what_an_agreement_that_was_kept_leaves_over_is_plain_arrears_again() {
    let books = in_arrears().await;
    let form = agreement(Succession::None, AgreementPartyRole::Employer, PLAN);
    let paper = [EvidenceKind::AbilityAuditReport];
    let signed = books.service.approve(&handler(), &form, &paper).await;
    signed.unwrap();
    // Exactly to plan, while the late fee went on: 45 days of 1000.00 and 32 of 500.00, less 8.00.
    for (reference, (due_on, amount)) in ["A1", "A2"].into_iter().zip(PLAN) {
        books.on(*due_on);
        let row = paid(reference, "E1", amount, due_on.previous_day().unwrap());
        books.send(vec![row]).await;
        assert!(review(&books).await.is_empty());
    }
    let open = ("0.00".to_owned(), "22.50".to_owned(), "0.00".to_owned());
    assert_eq!(books.owes("E1").await, open);
    let [left] = arrears(&books).await.try_into().unwrap();
    assert_eq!(left.state(), ArrearsState::UnderAgreement);

    books.on(date!(2027 - 01 - 15));
    // By the day's work.
    eventually(async || {
        let done = agreements(&books, &handler(), AgreementState::Done).await;
        (done.len() == 1).then_some(())
    })
    .await;
    let [left] = arrears(&books).await.try_into().unwrap();
    assert_eq!(left.state(), ArrearsState::Open);
    let [notice] = books.tell_to_repay(october()).await.try_into().unwrap();
    assert_eq!(notice.late_fee.unwrap().as_text(), "22.50");
}

#[tokio::test]
async fn an_agreement_is_broken_by_the_day_on_which_its_instalment_could_have_been_told_of() {
    let books = in_arrears().await;
    let form = agreement(Succession::None, AgreementPartyRole::Employer, PLAN);
    let paper = [EvidenceKind::AbilityAuditReport];
    books
        .service
        .approve(&handler(), &form, &paper)
        .await
        .unwrap();
    books.on(date!(2026 - 12 - 16));
    // Nobody has asked for it.
    eventually(async || {
        let broken = agreements(&books, &handler(), AgreementState::Broken).await;
        (broken.len() == 1).then_some(())
    })
    .await;
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::Open);
}

/// E1 signs an agreement on the instalments of [`PLAN`].
async fn agreed() -> Books {
    let books = in_arrears().await;
    let form = agreement(Succession::None, AgreementPartyRole::Employer, PLAN);
    let paper = [EvidenceKind::AbilityAuditReport];
    let signed = books.service.approve(&handler(), &form, &paper).await;
    signed.unwrap();
    books
}

// Art. 32
// Art. 36
#[tokio::test]
async fn an_instalment_that_was_paid_on_its_last_day_is_kept_though_the_list_comes_later() {
    let books = agreed().await;
    // Three working days after Thursday, the 10th.
    for day in [date!(2026 - 12 - 11), date!(2026 - 12 - 15)] {
        books.on(day);
        assert_eq!(review(&books).await, []);
    }
    let last_day = date!(2026 - 12 - 10);
    books.send(vec![paid("A1", "E1", "500.00", last_day)]).await;
    books.on(date!(2026 - 12 - 16));
    assert_eq!(review(&books).await, []);
    let running = agreements(&books, &handler(), AgreementState::Running).await;
    assert_eq!(running.len(), 1);
}

// Art. 32
// Art. 36
#[tokio::test]
async fn agreements_are_looked_through_once_the_list_that_is_entering_has_entered() {
    let books = agreed().await;
    books.on(date!(2026 - 12 - 15));
    let pays: Posts = |unit| {
        let row = paid("A1", "E1", "500.00", date!(2026 - 12 - 10));
        Box::pin(entered(unit, row))
    };
    let reviewed = async {
        books.on(date!(2026 - 12 - 16));
        review(&books).await
    };
    assert_eq!(meanwhile(&books.service, pays, reviewed).await, []);
    let running = agreements(&books, &handler(), AgreementState::Running).await;
    assert_eq!(running.len(), 1);
}

// Art. 32
// Art. 36
#[tokio::test]
async fn an_agreement_on_what_is_paid_before_the_last_signature_is_examined_anew() {
    let books = in_arrears().await;
    let pays: Posts = |unit| Box::pin(entered(unit, paid("A1", "E1", "400.00", TODAY)));
    let (clerk, paper) = (handler(), [EvidenceKind::AbilityAuditReport]);
    let plan = [(date!(2026 - 12 - 10), "1100.00")];
    let form = agreement(Succession::None, AgreementPartyRole::Employer, &plan);
    books.on(date!(2026 - 11 - 11));
    let signed = books.service.approve(&clerk, &form, &paper);
    let overtaken = meanwhile(&books.service, pays, signed).await;
    // The parties would take over more than is owed by now.
    assert_eq!(reason(&overtaken.unwrap_err()), "PARTY_SHARES");
    let all = agreements(&books, &clerk, AgreementState::Unspecified).await;
    assert_eq!(all, []);
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::Open);
}

// Art. 32
// Art. 36
#[tokio::test]
async fn what_a_list_that_began_before_the_agreement_enters_after_it_is_paid_on_it() {
    let books = in_arrears().await;
    let form = agreement(Succession::None, AgreementPartyRole::Employer, PLAN);
    let paper = [EvidenceKind::AbilityAuditReport];
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, waits) = (Arc::clone(&begun), Arc::clone(&go_on));
    let (platform, sender) = (&books.service.platform, tax_bureau());
    let list = platform.do_once(&sender, AREA, "test.list", Uuid::now_v7(), |unit| {
        Box::pin(async move {
            begins.notify_one();
            waits.notified().await;
            entered(unit, paid("A1", "E1", "400.00", date!(2026 - 11 - 09))).await
        })
    });
    let signed = async {
        begun.notified().await;
        books.service.clock().advance(Duration::minutes(1));
        let signed = books.service.approve(&handler(), &form, &paper).await;
        go_on.notify_one();
        signed
    };
    let (entered, signed) = tokio::join!(list, signed);
    entered.unwrap();
    signed.unwrap();
    let [running] = agreements(&books, &handler(), AgreementState::Running)
        .await
        .try_into()
        .unwrap();
    assert_eq!(running.paid.unwrap().as_text(), "400.00");
}
