//! Section 5: what may be handed to audit, and what somebody handles already.

use chassis::testing::reason;
use chassis::wire;
use contracts::collection::v1::{
    AbilityAuditForm, AgreementPartyRole, Arrears, ArrearsState, RefusalToRepayForm,
    RefusalToRepayHandover, Succession, WriteOffForm,
};
use contracts::common::v1::EvidenceKind;
use time::macros::date;
use tonic::Code;

use crate::agreements::{PLAN, agreement};
use crate::arrears::{TODAY, arrears, in_arrears};
use crate::books::{Books, entered, handler, october, paid, yuan};
use crate::under_way::{Posts, meanwhile};

/// November is dunned for in vain, until 12 December.
async fn november_in_arrears(books: &Books) {
    let november = october().next();
    let due_on = date!(2026 - 11 - 25);
    books.due("E1", november, "200.00", due_on).await;
    books.on(date!(2026 - 12 - 01));
    books.dun(november).await;
    books.on(date!(2026 - 12 - 12));
    books.open_arrears().await;
    let in_arrears = arrears(books).await;
    assert!(
        in_arrears
            .iter()
            .any(|of| of.month == Some(november.into()))
    );
}

/// October is with finance, to be written off; November is in arrears since.
async fn with_finance_and_in_arrears() -> Books {
    let books = in_arrears().await;
    let form = WriteOffForm {
        employer_id: "E1".to_owned(),
        liquidation_group: "第1公司清算组".to_owned(),
        paid_from_estate: Some(yuan("0").into()),
        reserved_for_benefits: Some(yuan("0").into()),
        reserve_note: "无".to_owned(),
    };
    let judgment = [EvidenceKind::BankruptcyJudgment];
    let handed_over = books.service.approve(&handler(), &form, &judgment).await;
    handed_over.unwrap();
    november_in_arrears(&books).await;
    books
}

async fn states(books: &Books) -> Vec<ArrearsState> {
    let mut lines = arrears(books).await;
    lines.sort_by_key(|line| line.month.map(|month| law::Month::try_from(month).unwrap()));
    lines.iter().map(Arrears::state).collect()
}

/// The notice to repay everything that is open through November, delivered; its term is over.
async fn overdue_notice(books: &Books) -> RefusalToRepayForm {
    let november = october().next();
    let notice = books.tell_to_repay(november).await.pop().unwrap();
    let today = books.service.clock().today();
    books.deliver_repayment(&notice.notice_id, today).await;
    books.service.clock().advance(time::Duration::days(14));
    RefusalToRepayForm {
        employer_id: "E1".to_owned(),
        notice_id: notice.notice_id,
        facts: "负责人明确表示不还".to_owned(),
    }
}

// Art. 35
// Art. 37
#[tokio::test]
async fn what_waits_to_be_written_off_is_not_handed_to_audit_nor_agreed_on() {
    let books = with_finance_and_in_arrears().await;
    let form = agreement(Succession::None, AgreementPartyRole::Employer, PLAN);
    let report = [EvidenceKind::AbilityAuditReport];
    let refused = books.service.approve(&handler(), &form, &report).await;
    let refused = refused.unwrap_err();
    assert_eq!(reason(&refused), "ALREADY_HANDED_OVER");
    assert!(refused.message().contains("财务部门"), "{refused}");

    let refusal = overdue_notice(&books).await;
    let case = books.service.approve(&handler(), &refusal, &[]).await;
    let handed: RefusalToRepayHandover = wire::from_any(&case.unwrap().decision.unwrap()).unwrap();
    assert_eq!(handed.principal.unwrap().as_text(), "200.00");
    let by_month = [ArrearsState::WithFinance, ArrearsState::WithAudit];
    assert_eq!(states(&books).await, by_month);
}

// Art. 35
// Art. 36
#[tokio::test]
async fn a_month_that_the_notice_did_not_name_or_that_is_under_an_agreement_is_not_handed_to_audit()
{
    let books = in_arrears().await;
    let refusal = overdue_notice(&books).await;
    let form = agreement(
        Succession::None,
        AgreementPartyRole::Employer,
        &[(date!(2027 - 01 - 11), "1100.00")],
    );
    let report = [EvidenceKind::AbilityAuditReport];
    let signed = books.service.approve(&handler(), &form, &report).await;
    signed.unwrap();
    november_in_arrears(&books).await;
    let refused = books.service.approve(&handler(), &refusal, &[]).await;
    assert_eq!(reason(&refused.unwrap_err()), "AGREEMENT_RUNNING");
    let by_month = [ArrearsState::UnderAgreement, ArrearsState::Open];
    assert_eq!(states(&books).await, by_month);
}

// Art. 32
// Art. 35
// Art. 36
#[tokio::test]
async fn audit_is_told_of_no_arrears_that_were_paid_before_the_last_signature() {
    let books = in_arrears().await;
    let refusal = overdue_notice(&books).await;
    let hardship = AbilityAuditForm {
        employer_id: "E1".to_owned(),
        hardship: "订单取消".to_owned(),
        succession: Succession::None as i32,
    };
    let (service, clerk) = (&books.service, handler());
    let pays: Posts = |unit| Box::pin(entered(unit, paid("A1", "E1", "400.00", TODAY)));
    let refused = meanwhile(service, pays, service.approve(&clerk, &refusal, &[])).await;
    assert_eq!(refused.unwrap_err().code(), Code::Aborted);
    let pays: Posts = |unit| Box::pin(entered(unit, paid("A2", "E1", "100.00", TODAY)));
    let asked = meanwhile(service, pays, service.approve(&clerk, &hardship, &[])).await;
    assert_eq!(asked.unwrap_err().code(), Code::Aborted);
    assert_eq!(states(&books).await, [ArrearsState::Open]);

    let handed_over = service.approve(&clerk, &refusal, &[]).await;
    let handed_over: RefusalToRepayHandover =
        wire::from_any(&handed_over.unwrap().decision.unwrap()).unwrap();
    assert_eq!(handed_over.principal.unwrap().as_text(), "500.00");
}
