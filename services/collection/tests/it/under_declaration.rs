//! Findings of under-declaration: article 24.

use chassis::testing::{AREA, TestService, reason};
use contracts::collection::v1::base_service_client::BaseServiceClient;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    BackPaymentDeclaration, BackPaymentReason, BackPaymentRow, ListUnderDeclarationsRequest,
    NothingMissingForm, UnderDeclaration, UnderDeclarationForm, UnderDeclarationHandoverForm,
    UnderDeclarationKind, UnderDeclarationState,
};
use time::macros::date;

use crate::support::*;

// Art. 24
#[tokio::test]
async fn an_under_declaration_is_made_good_in_its_term_or_goes_to_audit() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let form = |missing: &str| UnderDeclarationForm {
        employer_id: employer_id(1),
        kind: UnderDeclarationKind::TooLow as i32,
        from_month: Some(month(10).into()),
        to_month: Some(month(10).into()),
        headcount: 1,
        missing_base: yuan(missing),
        facts: "工资发放明细表所载工资高于申报工资".to_owned(),
    };
    let made_good = approve(&service, &form("1000")).await.unwrap();
    let ordered = approve(&service, &form("500")).await.unwrap();
    let back_payment = BackPaymentDeclaration {
        employer_id: employer_id(1),
        reason: BackPaymentReason::TooLow as i32,
        finding_id: made_good.case_id,
        rows: vec![BackPaymentRow {
            identity_number: citizen(1),
            name: name(1),
            month: Some(month(10).into()),
            base: yuan("7000"),
            ..BackPaymentRow::default()
        }],
        ..BackPaymentDeclaration::default()
    };
    approve(&service, &back_payment).await.unwrap();
    // 2026-11-02 is a Monday; five working days later is the 9th.
    service.clock().set(at(date!(2026 - 11 - 10)));
    let mut client = BaseServiceClient::new(service.connect(&handler()).await);
    let request = ListUnderDeclarationsRequest {
        pooling_area: AREA.to_owned(),
        overdue: true,
        ..ListUnderDeclarationsRequest::default()
    };
    let overdue = client.list_under_declarations(request).await.unwrap();
    let overdue = overdue.into_inner().under_declarations;
    assert_eq!(overdue.len(), 1);
    assert_eq!(overdue[0].missing_base, yuan("500.00"));
    assert_eq!(overdue[0].make_good_by, Some(date!(2026 - 11 - 09).into()));
    let handover = |finding_id: &str| UnderDeclarationHandoverForm {
        employer_id: employer_id(1),
        finding_id: finding_id.to_owned(),
        facts: "期满未补足".to_owned(),
    };
    approve(&service, &handover(&ordered.case_id))
        .await
        .unwrap();
    for (finding_id, expected) in [
        (&ordered.case_id, "FINDING_HANDED_OVER"),
        (&back_payment.finding_id, "FINDING_NOT_OPEN"),
    ] {
        let refused = approve(&service, &handover(finding_id)).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let request = ListUnderDeclarationsRequest {
        pooling_area: AREA.to_owned(),
        ..ListUnderDeclarationsRequest::default()
    };
    let all = client
        .list_under_declarations(request)
        .await
        .unwrap()
        .into_inner()
        .under_declarations;
    let states: Vec<_> = all.iter().map(|found| found.state()).collect();
    assert_eq!(
        states,
        [
            UnderDeclarationState::MadeGood,
            UnderDeclarationState::HandedOver
        ]
    );
    let told = told(&service).await;
    assert!(matches!(
        &told.last().unwrap().1,
        Happened::UnderDeclarationHandedOver(event)
            if event.finding_id == ordered.case_id && event.facts == "期满未补足"
    ));

    // Audit orders it to be made good: the same form, naming the same finding.
    let row = BackPaymentRow {
        identity_number: citizen(2),
        name: name(2),
        base: yuan("4500"),
        ..back_payment.rows[0].clone()
    };
    let ordered = BackPaymentDeclaration {
        finding_id: ordered.case_id,
        rows: vec![row],
        ..back_payment
    };
    approve(&service, &ordered).await.unwrap();
    let request = ListUnderDeclarationsRequest {
        pooling_area: AREA.to_owned(),
        state: UnderDeclarationState::MadeGood as i32,
        ..ListUnderDeclarationsRequest::default()
    };
    let made_good = client.list_under_declarations(request).await.unwrap();
    assert_eq!(made_good.into_inner().under_declarations.len(), 2);
    let again = BackPaymentDeclaration {
        rows: vec![BackPaymentRow {
            base: yuan("4600"),
            ..ordered.rows[0].clone()
        }],
        ..ordered
    };
    let status = approve(&service, &again).await.unwrap_err();
    assert_eq!(reason(&status), "FINDING_NOT_OPEN");
}

// Art. 24
#[tokio::test]
async fn who_refuses_its_documents_is_given_a_term_without_an_amount_and_then_goes_to_audit() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let too_low = UnderDeclarationForm {
        employer_id: employer_id(1),
        kind: UnderDeclarationKind::TooLow as i32,
        from_month: Some(month(10).into()),
        to_month: Some(month(10).into()),
        facts: "两次书面通知均未提供工资发放明细".to_owned(),
        ..UnderDeclarationForm::default()
    };
    let refused = approve(&service, &too_low).await.unwrap_err();
    assert_eq!(reason(&refused), "MISSING_BASE");
    let documents = UnderDeclarationForm {
        kind: UnderDeclarationKind::DocumentsRefused as i32,
        ..too_low
    };
    let finding = approve(&service, &documents).await.unwrap();
    let handover = UnderDeclarationHandoverForm {
        employer_id: employer_id(1),
        finding_id: finding.case_id.clone(),
        facts: "期满仍未提供资料".to_owned(),
    };
    let refused = approve(&service, &handover).await.unwrap_err();
    assert_eq!(reason(&refused), "MAKE_GOOD_TERM_RUNNING");
    service.clock().set(at(date!(2026 - 11 - 10)));
    approve(&service, &handover).await.unwrap();

    // Audit finds what is missing: paid back on the finding, it closes it.
    let back_payment = BackPaymentDeclaration {
        employer_id: employer_id(1),
        reason: BackPaymentReason::TooLow as i32,
        finding_id: finding.case_id,
        rows: vec![BackPaymentRow {
            identity_number: citizen(1),
            name: name(1),
            month: Some(month(10).into()),
            base: yuan("7000"),
            ..BackPaymentRow::default()
        }],
        ..BackPaymentDeclaration::default()
    };
    approve(&service, &back_payment).await.unwrap();
    let mut client = BaseServiceClient::new(service.connect(&handler()).await);
    let request = ListUnderDeclarationsRequest {
        pooling_area: AREA.to_owned(),
        ..ListUnderDeclarationsRequest::default()
    };
    let found = client.list_under_declarations(request).await.unwrap();
    let found = &found.into_inner().under_declarations[0];
    assert_eq!(found.state(), UnderDeclarationState::MadeGood);
}

/// The findings of employer 1.
async fn findings(service: &TestService, overdue: bool) -> Vec<UnderDeclaration> {
    let mut client = BaseServiceClient::new(service.connect(&handler()).await);
    let request = ListUnderDeclarationsRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        overdue,
        ..ListUnderDeclarationsRequest::default()
    };
    let answer = client.list_under_declarations(request).await.unwrap();
    answer.into_inner().under_declarations
}

// Art. 24
#[tokio::test]
async fn refused_documents_that_show_nothing_missing_close_the_finding() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let finding = |kind: UnderDeclarationKind| UnderDeclarationForm {
        employer_id: employer_id(1),
        kind: kind as i32,
        from_month: Some(month(10).into()),
        to_month: Some(month(10).into()),
        headcount: 1,
        missing_base: yuan("500"),
        facts: "两次书面通知均未提供工资发放明细".to_owned(),
    };
    let close = |finding_id: &str| NothingMissingForm {
        employer_id: employer_id(1),
        finding_id: finding_id.to_owned(),
        facts: "已提供工资发放明细表，与申报一致".to_owned(),
    };
    let too_low = approve(&service, &finding(UnderDeclarationKind::TooLow)).await;
    let to_be_paid = approve(&service, &close(&too_low.unwrap().case_id)).await;
    assert_eq!(reason(&to_be_paid.unwrap_err()), "FINDING_TO_BE_PAID");

    let refused = UnderDeclarationForm {
        headcount: 0,
        missing_base: None,
        ..finding(UnderDeclarationKind::DocumentsRefused)
    };
    let in_term = approve(&service, &refused).await.unwrap().case_id;
    let with_audit = approve(&service, &refused).await.unwrap().case_id;
    let bare = service.submit(&handler(), &close(&in_term), &[]).await;
    assert_eq!(reason(&bare.unwrap_err()), "EVIDENCE_MISSING");
    approve(&service, &close(&in_term)).await.unwrap();
    service.clock().set(at(date!(2026 - 11 - 10)));
    let overdue = findings(&service, true).await;
    assert!(overdue.iter().all(|found| found.finding_id != in_term));
    let handover = |finding_id: &str| UnderDeclarationHandoverForm {
        employer_id: employer_id(1),
        finding_id: finding_id.to_owned(),
        facts: "期满仍未提供资料".to_owned(),
    };
    let closed = approve(&service, &handover(&in_term)).await.unwrap_err();
    assert_eq!(reason(&closed), "FINDING_NOT_OPEN");

    approve(&service, &handover(&with_audit)).await.unwrap();
    approve(&service, &close(&with_audit)).await.unwrap();
    let again = approve(&service, &close(&with_audit)).await.unwrap_err();
    assert_eq!(reason(&again), "FINDING_NOT_OPEN");
    let states: Vec<_> = findings(&service, false).await;
    let states: Vec<_> = states.iter().map(UnderDeclaration::state).collect();
    let nothing = UnderDeclarationState::NothingMissing;
    assert_eq!(states, [UnderDeclarationState::Open, nothing, nothing]);
}

// Art. 24
#[tokio::test]
async fn a_term_beyond_the_known_notices_of_holidays_is_told_as_provisional() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2031 - 09 - 30)));
    let form = UnderDeclarationForm {
        employer_id: employer_id(1),
        kind: UnderDeclarationKind::TooLow as i32,
        from_month: Some(month(10).into()),
        to_month: Some(month(10).into()),
        headcount: 1,
        missing_base: yuan("500"),
        facts: "工资发放明细表所载工资高于申报工资".to_owned(),
    };
    approve(&service, &form).await.unwrap();
    let mut client = BaseServiceClient::new(service.connect(&handler()).await);
    let request = ListUnderDeclarationsRequest {
        pooling_area: AREA.to_owned(),
        ..ListUnderDeclarationsRequest::default()
    };
    let found = client.list_under_declarations(request).await.unwrap();
    let found = &found.into_inner().under_declarations[0];
    assert_eq!(found.make_good_by, Some(date!(2031 - 10 - 10).into()));
    assert!(found.make_good_by_provisional);
}
