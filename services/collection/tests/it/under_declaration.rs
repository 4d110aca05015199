//! Findings of under-declaration: article 24.

use chassis::testing::{AREA, TestService, reason};
use contracts::collection::v1::base_service_client::BaseServiceClient;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    BackPaymentDeclaration, BackPaymentRow, DeliverUnderDeclarationNoticesRequest,
    ListUnderDeclarationsRequest, NothingMissingForm, UnderDeclaration, UnderDeclarationForm,
    UnderDeclarationHandoverForm, UnderDeclarationKind, UnderDeclarationState,
};
use time::Date;
use time::macros::date;
use tonic::Status;

use crate::support::*;

/// Employer 1 digs coal; October is assessed, and it is 2 November.
async fn october_assessed() -> TestService {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    service
}

/// Review finds something about employer 1 in October.
pub fn finding(kind: UnderDeclarationKind, missing: Option<&str>) -> UnderDeclarationForm {
    UnderDeclarationForm {
        employer_id: employer_id(1),
        kind: kind as i32,
        from_month: Some(month(10).into()),
        to_month: Some(month(10).into()),
        headcount: u32::from(missing.is_some()),
        missing_base: missing.and_then(yuan),
        facts: "工资发放明细表所载工资高于申报工资".to_owned(),
    }
}

/// Wages of October are found missing.
async fn found_too_low(service: &TestService, missing: &str) -> String {
    let form = finding(UnderDeclarationKind::TooLow, Some(missing));
    approve(service, &form).await.unwrap().case_id
}

fn handover(finding_id: &str) -> UnderDeclarationHandoverForm {
    UnderDeclarationHandoverForm {
        employer_id: employer_id(1),
        finding_id: finding_id.to_owned(),
        facts: "期满未补足".to_owned(),
    }
}

/// Something of October is paid back on a finding.
fn made_good(finding_id: &str, row: BackPaymentRow) -> BackPaymentDeclaration {
    BackPaymentDeclaration {
        finding_id: finding_id.to_owned(),
        ..back_payment(vec![row])
    }
}

async fn states(service: &TestService) -> Vec<UnderDeclarationState> {
    let found = findings(service, false).await;
    found.iter().map(UnderDeclaration::state).collect()
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

/// What was told to have become of findings, in order.
async fn changes(service: &TestService) -> Vec<UnderDeclaration> {
    let events = told(service).await.into_iter();
    let of = |(_, happened)| match happened {
        Happened::UnderDeclarationChanged(event) => event.under_declaration,
        _ => None,
    };
    events.filter_map(of).collect()
}

/// The notices of these findings reached employer 1 on that day.
async fn deliver(
    service: &TestService,
    finding_ids: &[&String],
    delivered_on: Date,
) -> Result<Vec<UnderDeclaration>, Status> {
    let mut client = BaseServiceClient::new(service.connect(&handler()).await);
    let request = DeliverUnderDeclarationNoticesRequest {
        pooling_area: AREA.to_owned(),
        finding_ids: finding_ids.iter().copied().cloned().collect(),
        delivered_on: Some(delivered_on.into()),
        ..DeliverUnderDeclarationNoticesRequest::default()
    };
    let answer = client.deliver_under_declaration_notices(request).await?;
    Ok(answer.into_inner().under_declarations)
}

// Art. 24
#[tokio::test]
async fn the_term_to_make_good_runs_from_the_delivery_of_the_notice() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let found = found_too_low(&service, "500").await;
    let open = findings(&service, false).await;
    assert_eq!((open[0].make_good_by, open[0].delivered_on), (None, None));
    assert_eq!(open[0].issued_on, Some(date!(2026 - 11 - 02).into()));

    // However long it lies here: nothing is overdue that the employer was not told.
    service.clock().set(at(date!(2026 - 11 - 16)));
    assert_eq!(findings(&service, true).await, []);
    let undelivered = approve(&service, &handover(&found)).await.unwrap_err();
    assert_eq!(reason(&undelivered), "MAKE_GOOD_NOTICE_UNDELIVERED");
    for (ids, on, expected) in [
        (
            vec![&found],
            date!(2026 - 11 - 01),
            "DELIVERED_BEFORE_DECIDED",
        ),
        (
            vec![&found],
            date!(2026 - 11 - 17),
            "DELIVERED_LATER_THAN_TODAY",
        ),
        (
            vec![&found, &uuid::Uuid::now_v7().to_string()],
            date!(2026 - 11 - 12),
            "NOTICE_UNKNOWN",
        ),
    ] {
        let refused = deliver(&service, &ids, on).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    // 2026-11-12 is a Thursday; five working days later is the 19th.
    let delivered = deliver(&service, &[&found], date!(2026 - 11 - 12))
        .await
        .unwrap();
    assert_eq!(
        delivered[0].make_good_by,
        Some(date!(2026 - 11 - 19).into())
    );
    assert_eq!(changes(&service).await, delivered);
    let again = deliver(&service, &[&found], date!(2026 - 11 - 12)).await;
    assert_eq!(reason(&again.unwrap_err()), "NOTICE_DELIVERED");
    service.clock().set(at(date!(2026 - 11 - 19)));
    let running = approve(&service, &handover(&found)).await.unwrap_err();
    assert_eq!(reason(&running), "MAKE_GOOD_TERM_RUNNING");
    service.clock().set(at(date!(2026 - 11 - 20)));
    assert_eq!(findings(&service, true).await.len(), 1);
    approve(&service, &handover(&found)).await.unwrap();
}

// Art. 24
#[tokio::test]
async fn an_under_declaration_is_made_good_in_its_term_or_goes_to_audit() {
    let service = october_assessed().await;
    let paid = found_too_low(&service, "1000").await;
    let ordered = found_too_low(&service, "500").await;
    deliver(&service, &[&paid, &ordered], date!(2026 - 11 - 02))
        .await
        .unwrap();
    approve(&service, &made_good(&paid, owed(1, month(10), "7000")))
        .await
        .unwrap();
    // 2026-11-02 is a Monday; five working days later is the 9th.
    service.clock().set(at(date!(2026 - 11 - 10)));
    let overdue = findings(&service, true).await;
    assert_eq!(overdue.len(), 1);
    assert_eq!(overdue[0].missing_base, yuan("500.00"));
    assert_eq!(overdue[0].make_good_by, Some(date!(2026 - 11 - 09).into()));
    approve(&service, &handover(&ordered)).await.unwrap();
    for (finding_id, expected) in [
        (&ordered, "FINDING_HANDED_OVER"),
        (&paid, "FINDING_NOT_OPEN"),
    ] {
        let refused = approve(&service, &handover(finding_id)).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    use UnderDeclarationState::{HandedOver, MadeGood};
    assert_eq!(states(&service).await, [MadeGood, HandedOver]);
    let told = told(&service).await;
    assert!(matches!(
        &told.last().unwrap().1,
        Happened::UnderDeclarationHandedOver(event)
            if event.finding_id == ordered && event.facts == "期满未补足"
    ));

    // Audit orders it to be made good: the same form, naming the same finding.
    approve(&service, &made_good(&ordered, owed(2, month(10), "4500")))
        .await
        .unwrap();
    assert_eq!(states(&service).await, [MadeGood; 2]);
    let in_all = findings(&service, false).await;
    // Both were delivered before.
    assert_eq!(changes(&service).await.split_off(2), in_all);
    let again = made_good(&ordered, owed(2, month(10), "4600"));
    let status = approve(&service, &again).await.unwrap_err();
    assert_eq!(reason(&status), "FINDING_NOT_OPEN");

    // What is paid for another month makes nothing good of October.
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 12 - 02)));
    let third = found_too_low(&service, "500").await;
    let november = made_good(&third, owed(2, month(11), "6000"));
    let status = approve(&service, &november).await.unwrap_err();
    assert_eq!(reason(&status), "FINDING_OTHER_MONTHS");
    assert!(status.message().contains("2026-11的补缴"), "{status}");
}

// Art. 24
#[tokio::test]
async fn what_is_paid_back_while_a_finding_is_signed_is_looked_at_before_its_notice_is_issued() {
    let service = october_assessed().await;
    let form = finding(UnderDeclarationKind::TooLow, Some("1000"));
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let signs = service.sign_next(&case).await.unwrap();
    approve(&service, &back_payment(vec![owed(1, month(10), "7000")]))
        .await
        .unwrap();
    let overtaken = service.sign_off(&signs).await.unwrap_err();
    assert_eq!(reason(&overtaken), "FACTS_CHANGED");
    assert_eq!(findings(&service, false).await, []);
}

// Art. 24
#[tokio::test]
async fn what_is_made_good_while_a_hand_over_is_signed_is_not_handed_over() {
    let service = october_assessed().await;
    let found = found_too_low(&service, "1000").await;
    deliver(&service, &[&found], date!(2026 - 11 - 02))
        .await
        .unwrap();
    service.clock().set(at(date!(2026 - 11 - 10)));
    // First a part of it, then the rest.
    for (base, why) in [("6400", "FACTS_CHANGED"), ("7000", "FINDING_NOT_OPEN")] {
        let signs = service.submit(&handler(), &handover(&found), PAPERS).await;
        let signs = service.sign_next(&signs.unwrap()).await.unwrap();
        approve(&service, &made_good(&found, owed(1, month(10), base)))
            .await
            .unwrap();
        let overtaken = service.sign_off(&signs).await.unwrap_err();
        assert_eq!(reason(&overtaken), why);
    }
    assert_eq!(states(&service).await, [UnderDeclarationState::MadeGood]);
}

// Art. 24
#[tokio::test]
async fn who_refuses_its_documents_is_given_a_term_without_an_amount_and_then_goes_to_audit() {
    let service = october_assessed().await;
    let too_low = finding(UnderDeclarationKind::TooLow, None);
    let refused = approve(&service, &too_low).await.unwrap_err();
    assert_eq!(reason(&refused), "MISSING_BASE");
    let documents = finding(UnderDeclarationKind::DocumentsRefused, None);
    let refused = approve(&service, &documents).await.unwrap().case_id;
    deliver(&service, &[&refused], date!(2026 - 11 - 02))
        .await
        .unwrap();
    let early = approve(&service, &handover(&refused)).await.unwrap_err();
    assert_eq!(reason(&early), "MAKE_GOOD_TERM_RUNNING");
    service.clock().set(at(date!(2026 - 11 - 10)));
    approve(&service, &handover(&refused)).await.unwrap();

    // Audit finds what is missing: paid back on the finding, it closes it.
    approve(&service, &made_good(&refused, owed(1, month(10), "7000")))
        .await
        .unwrap();
    assert_eq!(states(&service).await, [UnderDeclarationState::MadeGood]);
}

/// The application to close a finding of which nothing is missing.
fn close(finding_id: &str) -> NothingMissingForm {
    NothingMissingForm {
        employer_id: employer_id(1),
        finding_id: finding_id.to_owned(),
        facts: "已提供工资发放明细表，与申报一致".to_owned(),
    }
}

// Art. 24
#[tokio::test]
async fn too_little_declared_of_which_nothing_is_missing_any_more_is_closed() {
    let service = october_assessed().await;
    let found = found_too_low(&service, "1000").await;
    // What is made good while the end is signed was not seen by who signed first.
    let signs = service.submit(&handler(), &close(&found), PAPERS).await;
    let signs = service.sign_next(&signs.unwrap()).await.unwrap();
    approve(&service, &made_good(&found, owed(1, month(10), "6400")))
        .await
        .unwrap();
    let overtaken = service.sign_off(&signs).await.unwrap_err();
    assert_eq!(reason(&overtaken), "FACTS_CHANGED");
    // The wages of the rest are proved.
    approve(&service, &close(&found)).await.unwrap();
    let [closed] = findings(&service, false).await.try_into().unwrap();
    assert_eq!(closed.state(), UnderDeclarationState::NothingMissing);
    assert_eq!(closed.made_good_base, yuan("400.00"));
    let paid = approve(&service, &made_good(&found, owed(1, month(10), "7000"))).await;
    assert_eq!(reason(&paid.unwrap_err()), "FINDING_NOT_OPEN");
}

// Art. 24
#[tokio::test]
async fn refused_documents_that_show_nothing_missing_close_the_finding() {
    let service = october_assessed().await;
    let refused = finding(UnderDeclarationKind::DocumentsRefused, None);
    let in_term = approve(&service, &refused).await.unwrap().case_id;
    let with_audit = approve(&service, &refused).await.unwrap().case_id;
    deliver(&service, &[&in_term, &with_audit], date!(2026 - 11 - 02))
        .await
        .unwrap();
    let bare = service.submit(&handler(), &close(&in_term), &[]).await;
    assert_eq!(reason(&bare.unwrap_err()), "EVIDENCE_MISSING");
    approve(&service, &close(&in_term)).await.unwrap();
    service.clock().set(at(date!(2026 - 11 - 10)));
    let overdue = findings(&service, true).await;
    assert!(overdue.iter().all(|found| found.finding_id != in_term));
    let closed = approve(&service, &handover(&in_term)).await.unwrap_err();
    assert_eq!(reason(&closed), "FINDING_NOT_OPEN");

    approve(&service, &handover(&with_audit)).await.unwrap();
    let closed = approve(&service, &close(&with_audit)).await.unwrap();
    let told = told(&service).await.pop().unwrap().1;
    assert!(
        matches!(&told, Happened::UnderDeclarationChanged(event) if event.case_id == closed.case_id)
    );
    let again = approve(&service, &close(&with_audit)).await.unwrap_err();
    assert_eq!(reason(&again), "FINDING_NOT_OPEN");
    let nothing = UnderDeclarationState::NothingMissing;
    assert_eq!(states(&service).await, [nothing, nothing]);
    let closed = findings(&service, false).await;
    assert_eq!(changes(&service).await.split_off(2), closed);
}

// Art. 24
#[tokio::test]
async fn the_notice_of_a_finding_that_is_closed_is_not_delivered() {
    let service = october_assessed().await;
    let found = found_too_low(&service, "1000").await;
    approve(&service, &made_good(&found, owed(1, month(10), "7000")))
        .await
        .unwrap();
    let closed = deliver(&service, &[&found], date!(2026 - 11 - 02)).await;
    assert_eq!(reason(&closed.unwrap_err()), "FINDING_NOT_OPEN");
    assert_eq!(findings(&service, false).await[0].delivered_on, None);
}

// Art. 24
#[tokio::test]
async fn a_term_beyond_the_known_notices_of_holidays_is_told_as_provisional() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2031 - 09 - 30)));
    let found = found_too_low(&service, "500").await;
    let delivered = deliver(&service, &[&found], date!(2031 - 09 - 30)).await;
    let [found] = delivered.unwrap().try_into().unwrap();
    assert_eq!(found.make_good_by, Some(date!(2031 - 10 - 10).into()));
    assert!(found.make_good_by_provisional);
}
