//! Section 5: what audit finds an employer able to repay, and what follows from it, article 36.

use chassis::testing::reason;
use chassis::wire;
use contracts::audit::v1::audit_event::Happened as AuditHappened;
use contracts::audit::v1::{AbilityAudited, RepaymentAbility};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    AbilityAuditForm, AgreementPartyRole, ArrearsState, RepaymentAgreementDecision,
    RepaymentAgreementForm, Succession,
};
use contracts::common::v1::EvidenceKind;
use time::macros::date;
use uuid::Uuid;

use crate::agreements::{PLAN, agreement};
use crate::arrears::{DUNNED, TODAY, arrears, in_arrears, quick_lists};
use crate::books::{Books, DUE_ON, handler, october, yuan};

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

/// Audit tells what it found of E1 on the request of a case.
async fn found(books: &Books, case_id: &str, ability: RepaymentAbility, document: &str) {
    let audited = AbilityAudited {
        employer_id: "E1".to_owned(),
        case_id: case_id.to_owned(),
        ability: ability as i32,
        document_number: document.to_owned(),
        found_on: Some(books.service.clock().today().into()),
    };
    let told = AuditHappened::AbilityAudited(audited);
    books.audit_tells(told).await.unwrap();
}

// Art. 36
#[tokio::test]
async fn who_audit_finds_able_to_repay_in_full_gets_no_agreement() {
    let books = in_arrears().await;
    let audit = AbilityAuditForm {
        employer_id: "E1".to_owned(),
        hardship: "订单取消".to_owned(),
        succession: Succession::None as i32,
    };
    let asked = async || {
        let case = books.service.approve(&handler(), &audit, &[]).await;
        case.unwrap().case_id
    };
    let on_paper = agreement(Succession::None, AgreementPartyRole::Employer, PLAN);
    let on = |document: &str| RepaymentAgreementForm {
        ability_document_number: document.to_owned(),
        ..on_paper.clone()
    };
    let paper = [EvidenceKind::AbilityAuditReport];
    let refused = async |form: &RepaymentAgreementForm| {
        let refused = books.service.approve(&handler(), form, &paper).await;
        refused.unwrap_err()
    };
    // The paper is among those of an application that waits for its signatures meanwhile.
    let waiting = books.service.submit(&handler(), &on_paper, &paper).await;
    let waiting = waiting.unwrap();
    let untold = refused(&on("稽核〔2026〕7号")).await;
    assert_eq!(reason(&untold), "ABILITY_NOT_TOLD");

    let case = asked().await;
    found(&books, &case, RepaymentAbility::InFull, "稽核〔2026〕7号").await;
    for form in [&on_paper, &on("稽核〔2026〕7号")] {
        let able = refused(form).await;
        assert_eq!(reason(&able), "ABLE_TO_REPAY");
        assert!(able.message().contains("稽核〔2026〕7号"), "{able:?}");
    }
    let waiting = books.service.sign_off(&waiting).await.unwrap_err();
    assert_eq!(reason(&waiting), "ABLE_TO_REPAY");
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::Open);

    // Asked again, audit finds otherwise: its document takes the place of the paper.
    books.on(date!(2026 - 11 - 20));
    let case = asked().await;
    found(&books, &case, RepaymentAbility::InPart, "稽核〔2026〕9号").await;
    let document = refused(&on_paper).await;
    assert_eq!(reason(&document), "ABILITY_DOCUMENT");
    assert!(
        document.message().contains("稽核〔2026〕9号"),
        "{document:?}"
    );
    assert_eq!(
        reason(&refused(&on("稽核〔2026〕7号")).await),
        "ABILITY_DOCUMENT"
    );
    let mut form = on("稽核〔2026〕9号");
    form.instalments[1].amount = Some(yuan("513.00").into());
    let signed = books.service.approve(&handler(), &form, &[]).await.unwrap();
    let signed: RepaymentAgreementDecision = wire::from_any(&signed.decision.unwrap()).unwrap();
    assert_eq!(
        (signed.ability(), signed.ability_found_on),
        (RepaymentAbility::InPart, Some(date!(2026 - 11 - 20).into()))
    );
    assert_eq!(signed.ability_document_number, "稽核〔2026〕9号");
}

// Art. 36
#[tokio::test]
async fn a_finding_on_ability_does_not_reach_arrears_that_came_after_it() {
    let books = quick_lists().await;
    books.on(DUNNED);
    let ability = RepaymentAbility::InPart;
    found(
        &books,
        &Uuid::now_v7().to_string(),
        ability,
        "稽核〔2026〕7号",
    )
    .await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    books.dun(october()).await;
    books.on(TODAY);
    books.open_arrears().await;

    let on_paper = agreement(Succession::None, AgreementPartyRole::Employer, PLAN);
    let on_document = RepaymentAgreementForm {
        ability_document_number: "稽核〔2026〕7号".to_owned(),
        ..on_paper.clone()
    };
    let old = books.service.approve(&handler(), &on_document, &[]).await;
    assert_eq!(reason(&old.unwrap_err()), "ABILITY_NOT_TOLD");
    let paper = [EvidenceKind::AbilityAuditReport];
    let signed = books.service.approve(&handler(), &on_paper, &paper).await;
    let signed: RepaymentAgreementDecision =
        wire::from_any(&signed.unwrap().decision.unwrap()).unwrap();
    assert_eq!(signed.ability_found_on, None);
}

// Art. 36
#[tokio::test]
async fn a_finding_that_says_nothing_is_not_taken() {
    let books = in_arrears().await;
    let audited = AbilityAudited {
        employer_id: "E1".to_owned(),
        case_id: Uuid::now_v7().to_string(),
        found_on: Some(TODAY.into()),
        ..AbilityAudited::default()
    };
    let told = AuditHappened::AbilityAudited(audited);
    assert!(books.audit_tells(told).await.is_err());
}
