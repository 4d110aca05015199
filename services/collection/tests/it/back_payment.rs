//! Back-payment: articles 10 and 29.

use chassis::testing::{AREA, reason};
use chassis::wire;
use contracts::collection::v1::assessment_service_client::AssessmentServiceClient;
use contracts::collection::v1::{
    BackPaymentDecision, BackPaymentDeclaration, BackPaymentRow, UploadBackPaymentRosterRequest,
};
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{BatchHeader, BatchTotals, ListBatchFindingsRequest};
use contracts::registration::v1::registration_event::What;
use time::macros::date;
use uuid::Uuid;

use crate::support::*;

// Art. 29
// Art. 30
#[tokio::test]
async fn what_was_declared_too_low_is_paid_back_by_person_and_month_with_late_fee() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let case = approve(&service, &back_payment(vec![owed(1, month(10), "7000")]))
        .await
        .unwrap();
    let decision: BackPaymentDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(decision.contribution, yuan("19.00"));
    // Eight days from the due date of October: 19 x 0.0005 x 8 = 0.076.
    assert_eq!(
        (decision.late_fee, decision.total),
        (yuan("0.08"), yuan("19.08"))
    );
    assert_eq!(
        decision.months[0].due_on,
        Some(date!(2026 - 10 - 25).into())
    );

    let refused = async |rows| reason(&approve(&service, &back_payment(rows)).await.unwrap_err());
    assert_eq!(
        refused(vec![owed(1, month(10), "7000")]).await,
        "BACK_PAYMENT_NOTHING"
    );
    assert_eq!(
        refused(vec![owed(2, month(11), "7000")]).await,
        "BACK_PAYMENT_MONTH"
    );
    assert_eq!(
        refused(vec![owed(2, month(9), "7000")]).await,
        "PERSON_NOT_INSURED"
    );
    assert_eq!(
        refused(vec![owed(2, month(10), "7000"), owed(2, month(10), "7100")]).await,
        "PERSON_TWICE"
    );
    assert_eq!(refused(Vec::new()).await, "ROSTER_MISSING");

    declare(&service, month(11), &[(1, "6000"), (2, "4000")]).await;
    assess(&service, month(11)).await;
    let found = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(found.back_payment, yuan("19.00"));
    // 209 yuan of October for 22 days.
    assert_eq!(found.late_fee, yuan("2.30"));
    assert_eq!(found.total, yuan("211.30"));
}

// Art. 10
// Art. 29
#[tokio::test]
async fn who_is_hired_after_the_window_is_paid_back_with_the_next_month_and_without_late_fee() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2026 - 10 - 20)));
    tell(&service, vec![pre_enrolled(1, 3, 5000, month(10))]).await;
    let summary = assess(&service, month(10)).await;
    assert_eq!(summary.headcount, 2);
    let everybody = [(1, "6000"), (2, "4000"), (3, "5000")];
    declare(&service, month(11), &everybody).await;
    assess(&service, month(11)).await;
    let found = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!((found.headcount, found.contribution), (3, yuan("285.00")));
    assert_eq!(found.back_payment, yuan("95.00"));
    let past = &found.pre_enrolment_months[0];
    assert_eq!(past.month, Some(month(10).into()));
    assert_eq!(past.due_on, Some(date!(2026 - 11 - 25).into()));
    // October's 190 yuan for 22 days; the 95 yuan are not late.
    assert_eq!(found.late_fee, yuan("2.09"));
}

// Art. 10
// Art. 30
#[tokio::test]
async fn a_hire_reported_long_after_is_late_for_the_months_before_the_last() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 11 - 20)));
    // Hired in October, reported after the window of November closed.
    let mut hired = pre_enrolled(1, 3, 5000, month(11));
    if let What::PersonPreEnrolled(event) = &mut hired {
        event.from_month = Some(month(10).into());
    }
    tell(&service, vec![hired]).await;
    assess(&service, month(12)).await;
    let found = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(found.back_payment, yuan("190.00"));
    let due: Vec<_> = found
        .pre_enrolment_months
        .iter()
        .map(|past| past.due_on)
        .collect();
    assert_eq!(
        due,
        [
            Some(date!(2026 - 10 - 25).into()),
            Some(date!(2026 - 12 - 25).into())
        ]
    );
}

// Art. 10
// Art. 30
#[tokio::test]
async fn who_is_hired_after_a_window_and_reported_in_the_next_is_not_late() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 05)));
    let hired = |who, on| {
        let mut told = enrolled_late(1, who, 5000, (month(10), month(11)));
        if let What::PersonEnrolled(event) = &mut told {
            let enrolment = event.enrolment.as_mut().unwrap();
            enrolment.starts_on = Some(Into::into(on));
        }
        told
    };
    // October's window closed on the 15th.
    let told = vec![
        hired(3, date!(2026 - 10 - 28)),
        hired(4, date!(2026 - 10 - 15)),
    ];
    tell(&service, told).await;
    let october = |who| back_payment(vec![owed(who, month(10), "5000")]);
    let refused = approve(&service, &october(3)).await.unwrap_err();
    assert_eq!(reason(&refused), "CHARGED_WITH_ASSESSMENT");
    let everybody = [(1, "6000"), (2, "4000"), (3, "5000"), (4, "5000")];
    declare(&service, month(11), &everybody).await;
    assess(&service, month(11)).await;
    let november = assessment(&service, 1, month(11)).await.unwrap();
    let past = &november.pre_enrolment_months;
    assert_eq!((past.len(), past[0].headcount), (1, 1));
    assert_eq!(past[0].contribution, yuan("95.00"));
    assert_eq!(past[0].due_on, Some(date!(2026 - 11 - 25).into()));
    // Who was reported late is paid back, from when October was due.
    let late = approve(&service, &october(4)).await.unwrap();
    let decision: BackPaymentDecision = wire::from_any(&late.decision.unwrap()).unwrap();
    assert_eq!(
        decision.months[0].due_on,
        Some(date!(2026 - 10 - 25).into())
    );
}

// Art. 29
#[tokio::test]
async fn an_uploaded_back_payment_roster_serves_the_declarations_of_its_employers() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let row = |n: u32, who: u16, of: u8, base: &str| BackPaymentRow {
        employer_id: employer_id(n),
        ..owed(who, month(of), base)
    };
    let rows = vec![
        row(1, 1, 10, "7000"),
        row(9, 1, 10, "7000"),
        row(1, 2, 11, "4500"),
        row(1, 1, 10, "7100"),
        row(1, 2, 10, "4500"),
        row(1, 2, 10, "0"),
    ];
    let message = UploadBackPaymentRosterRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: Uuid::now_v7().to_string(),
            reference: "补缴名册".to_owned(),
        }),
        first_row: 0,
        totals: Some(BatchTotals {
            rows: 6,
            sum: yuan("30100"),
        }),
        rows,
        lines: Vec::new(),
    };
    let mut client = AssessmentServiceClient::new(service.connect(&handler()).await);
    let batch = client
        .upload_back_payment_roster(tokio_stream::iter([message]))
        .await
        .unwrap()
        .into_inner()
        .batch
        .unwrap();
    assert_eq!((batch.accepted_rows, batch.refused_rows), (2, 4));
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..ListBatchFindingsRequest::default()
    };
    let mut batches = BatchServiceClient::new(service.connect(&handler()).await);
    let findings = batches.list_batch_findings(request).await.unwrap();
    let findings = findings.into_inner().findings;
    let reasons: Vec<_> = findings
        .iter()
        .map(|found| (found.row, found.reason.as_ref().unwrap().reason.as_str()))
        .collect();
    assert_eq!(
        reasons,
        [
            (1, "EMPLOYER_UNKNOWN"),
            (2, "BACK_PAYMENT_MONTH"),
            (3, "PERSON_TWICE"),
            (5, "ROW_INVALID"),
        ]
    );

    let declared = BackPaymentDeclaration {
        roster_batch_id: batch.batch_id,
        ..back_payment(Vec::new())
    };
    let case = approve(&service, &declared).await.unwrap();
    let decision: BackPaymentDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    // 1000 and 500 yuan of October at 1.9%.
    assert_eq!(decision.contribution, yuan("28.50"));
    assert_eq!(decision.months[0].headcount, 2);
}

// Art. 29
#[tokio::test]
async fn a_back_payment_that_rounds_to_nothing_is_signed_and_books_nothing() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    // 0.20 yuan at 1.9%.
    let case = approve(&service, &back_payment(vec![owed(1, month(10), "6000.20")])).await;
    let decision: BackPaymentDecision = wire::from_any(&case.unwrap().decision.unwrap()).unwrap();
    assert_eq!(decision.contribution, yuan("0.00"));
    assess(&service, month(11)).await;
    let found = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(found.back_payment, yuan("0.00"));
}

// Art. 29
// Art. 30
#[tokio::test]
async fn a_back_payment_whose_signatures_take_days_takes_effect_as_it_was_signed_first() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let rows = vec![owed(1, month(10), "7000")];
    let form = back_payment(rows);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let signed = service.sign_next(&case).await.unwrap();
    service.clock().set(at(date!(2026 - 11 - 03)));
    let case = service.sign_off(&signed).await.unwrap();
    let decision: BackPaymentDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(decision.late_fee, yuan("0.08"));
    let october = amounts(&principal(&service, 1, month(10)).await);
    assert_eq!(october, ["190.00", "19.00"]);
}

// Art. 29
// Art. 31
#[tokio::test]
async fn a_month_that_a_special_way_covers_is_not_paid_back_by_person() {
    let service = collection().await;
    coal_mine(&service).await;
    let october = by_headcount(&service, 1, (month(10), month(10))).await;
    approve(&service, &october).await.unwrap();
    assess(&service, month(10)).await;
    declare(&service, month(11), &[(1, "6000"), (2, "4000")]).await;
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 12 - 02)));
    let late = enrolled_late(1, 3, 5000, (month(10), month(12)));
    tell(&service, vec![late]).await;
    let rows = vec![owed(3, month(10), "5000"), owed(3, month(11), "5000")];
    let refused = approve(&service, &back_payment(rows)).await.unwrap_err();
    assert_eq!(reason(&refused), "COVERED_BY_SPECIAL_WAY");
    assert!(refused.message().contains("2026-10"), "{refused}");
    // One person at 3600 yuan and 1.9%, once.
    let principal_of = async |of| amounts(&principal(&service, 1, of).await);
    assert_eq!(principal_of(month(10)).await, ["68.40"]);
    let november = back_payment(vec![owed(3, month(11), "5000")]);
    approve(&service, &november).await.unwrap();
    assert_eq!(principal_of(month(11)).await, ["190.00", "95.00"]);
}
