//! Rosters that arrive in a stream: article 8.

mod columns;

use chassis::testing::{AREA, TestService, employer as of_employer};
use chassis::{Actor, wire};
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{
    Batch, BatchFinding, BatchHeader, BatchState, BatchTotals, ListBatchFindingsRequest,
};
use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    StaffChangeDecision, StaffChangeForm, StaffChangeKind, StaffChangeRow,
    UploadStaffChangesRequest,
};
use law::identity::CitizenNumber;
use rust_decimal::Decimal;
use time::Duration;
use time::macros::date;
use uuid::Uuid;

use crate::support::*;

/// Uploads a roster in messages of `slice` rows.
async fn upload(service: &TestService, rows: &[StaffChangeRow], slice: usize) -> Batch {
    upload_as(service, &handler(), rows, slice).await
}

async fn upload_as(
    service: &TestService,
    sender: &Actor,
    rows: &[StaffChangeRow],
    slice: usize,
) -> Batch {
    let sum: Decimal = rows
        .iter()
        .filter_map(|row| row.wage.as_ref()?.decimal().ok())
        .sum();
    let mut messages = vec![UploadStaffChangesRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: Uuid::now_v7().to_string(),
            reference: "名册.xlsx".to_owned(),
        }),
        ..UploadStaffChangesRequest::default()
    }];
    for (place, rows) in rows.chunks(slice).enumerate() {
        messages.push(UploadStaffChangesRequest {
            pooling_area: AREA.to_owned(),
            first_row: (place * slice) as u64,
            rows: rows.to_vec(),
            ..UploadStaffChangesRequest::default()
        });
    }
    messages.push(UploadStaffChangesRequest {
        pooling_area: AREA.to_owned(),
        totals: Some(BatchTotals {
            rows: rows.len() as u64,
            sum: Some(sum.into()),
        }),
        ..UploadStaffChangesRequest::default()
    });
    let mut client = EnrolmentServiceClient::new(service.connect(sender).await);
    let answer = client
        .upload_staff_changes(tokio_stream::iter(messages))
        .await
        .unwrap();
    answer.into_inner().batch.unwrap()
}

async fn findings(service: &TestService, batch: &Batch) -> Vec<BatchFinding> {
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..ListBatchFindingsRequest::default()
    };
    let mut client = BatchServiceClient::new(service.connect(&handler()).await);
    client
        .list_batch_findings(request)
        .await
        .unwrap()
        .into_inner()
        .findings
}

/// The row of a finding, its column and the reason.
fn columns(found: &BatchFinding) -> (u64, &str, &str) {
    let reason = &found.reason.as_ref().unwrap().reason;
    (found.row, &found.label, reason)
}

// Art. 8
#[tokio::test]
async fn an_uploaded_roster_is_answered_row_by_row_and_enters_with_its_case() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let mut rows: Vec<StaffChangeRow> = (1..=5).map(|n| hired(&employer_id, n, TODAY)).collect();
    rows[1].identity_number = "440301199005010023".to_owned();
    rows[2].wage = None;
    rows[4].identity_number = citizen(1);
    rows[4].name = name(1);
    let batch = upload(&service, &rows, 2).await;
    assert_eq!(batch.state(), BatchState::Done);
    assert_eq!((batch.accepted_rows, batch.refused_rows), (2, 3));
    let found = findings(&service, &batch).await;
    let found: Vec<(u64, String)> = found
        .into_iter()
        .map(|f| (f.row, f.reason.unwrap().reason))
        .collect();
    assert_eq!(
        found,
        [
            (1, "ROW_INVALID".to_owned()),
            (2, "HIRE_FACTS_MISSING".to_owned()),
            // In whichever message the person comes again.
            (4, "DUPLICATE_ROW".to_owned())
        ]
    );
    assert!(enrolled(&service, &employer_id, TODAY).await.is_empty());

    let form = StaffChangeForm {
        rows: Vec::new(),
        batch_id: batch.batch_id,
        ..roster(&employer_id, rows)
    };
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let seen: StaffChangeDecision = decision(&service, &case).await;
    assert_eq!(
        (seen.rows, seen.enrolled, seen.first_time, seen.refused),
        (2, 2, 2, 0)
    );
    assert_eq!(seen.wages, Some(Decimal::from(12000).into()));
    service.sign_off(&case).await.unwrap();
    assert_eq!(enrolled(&service, &employer_id, TODAY).await.len(), 2);
}

// Art. 12
#[tokio::test]
async fn a_row_of_who_retired_is_taken_with_a_remark() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let hire = hired(&employer_id, 1, date!(2026 - 10 - 08));
    report(&service, &employer_id, vec![hire]).await.unwrap();
    let rows = [
        left(
            &employer_id,
            1,
            StaffChangeKind::Retirement,
            date!(2026 - 10 - 30),
        ),
        hired(&employer_id, 1, TODAY),
    ];
    let batch = upload(&service, &rows, 2).await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (2, 0));
    let found = findings(&service, &batch).await;
    assert!(found.iter().all(|found| !found.refused));
    assert_eq!(
        found.iter().map(columns).collect::<Vec<_>>(),
        [(1, "整行", "HIRED_AFTER_RETIREMENT")]
    );
}

// Art. 12
#[tokio::test]
async fn a_row_of_who_is_enrolled_elsewhere_still_is_taken_with_a_remark() {
    let service = registration().await;
    let (before, now) = (register(&service, 1).await, register(&service, 2).await);
    let hire = hired(&before, 1, date!(2026 - 10 - 08));
    report(&service, &before, vec![hire]).await.unwrap();
    let batch = upload(&service, &[hired(&now, 1, TODAY)], 1).await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (1, 0));
    let found = findings(&service, &batch).await.remove(0);
    assert!(!found.refused);
    assert_eq!(found.reason.unwrap().reason, "ENROLLED_ELSEWHERE");
}

// Art. 8
#[tokio::test]
async fn a_batch_may_hold_rows_of_several_employers_and_each_case_takes_its_own() {
    let service = registration().await;
    let (one, other) = (register(&service, 1).await, register(&service, 2).await);
    let rows = vec![
        hired(&one, 1, TODAY),
        hired(&other, 2, TODAY),
        hired("91440300NOBODY0001", 3, TODAY),
        hired(&one, 4, TODAY),
    ];
    let batch = upload(&service, &rows, 100).await;
    let found = findings(&service, &batch).await;
    assert_eq!(
        (found[0].row, found[0].reason.clone().unwrap().reason),
        (2, "EMPLOYER_UNKNOWN".to_owned())
    );
    for (employer_id, expected) in [(&one, 2), (&other, 1)] {
        let form = StaffChangeForm {
            rows: Vec::new(),
            batch_id: batch.batch_id.clone(),
            ..roster(employer_id, rows.clone())
        };
        service.approve(&handler(), &form, PAPERS).await.unwrap();
        assert_eq!(enrolled(&service, employer_id, TODAY).await.len(), expected);
    }
}

// Art. 8
#[tokio::test]
async fn an_employer_learns_nothing_of_another_ones_staff_by_a_roster() {
    let service = registration().await;
    let (one, other) = (register(&service, 1).await, register(&service, 2).await);
    let form = roster(&other, vec![hired(&other, 1, TODAY)]);
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    let rows = [
        hired(&other, 1, TODAY),
        hired(&one, 2, TODAY),
        hired(&other, 3, TODAY),
        // Of its own staff it is told what stands in the way, also where that is with another.
        StaffChangeRow {
            name: name(3),
            ..hired(&one, 1, TODAY)
        },
    ];
    let sender = of_employer(&one);
    let batch = upload_as(&service, &sender, &rows, 100).await;
    let found = findings(&service, &batch).await;
    assert_eq!(
        found.iter().map(columns).collect::<Vec<_>>(),
        [
            (0, "单位编号", "ROW_OF_ANOTHER"),
            (2, "单位编号", "ROW_OF_ANOTHER"),
            (3, "姓名", "PERSON_NAME_DIFFERS")
        ]
    );
    assert_eq!((batch.accepted_rows, batch.refused_rows), (1, 3));
}

// Art. 8
#[tokio::test]
async fn a_roster_of_thousands_of_rows_enters_whole() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let rows: Vec<StaffChangeRow> = (0..3_000u16)
        .map(|n| {
            let born = date!(1970 - 01 - 01) + Duration::days(i64::from(n / 900));
            let number = CitizenNumber::compose("440301", born, n % 900).unwrap();
            StaffChangeRow {
                identity_number: number.to_string(),
                ..hired(&employer_id, 1, TODAY)
            }
        })
        .collect();
    let batch = upload(&service, &rows, 1_000).await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (3_000, 0));
    let form = StaffChangeForm {
        rows: Vec::new(),
        batch_id: batch.batch_id,
        ..roster(&employer_id, rows)
    };
    let case = service.approve(&handler(), &form, PAPERS).await.unwrap();
    let decided: StaffChangeDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!((decided.enrolled, decided.first_time), (3_000, 3_000));
    let enrolled = |what: &&(String, What)| matches!(what.1, What::PersonEnrolled(_));
    assert_eq!(told(&service).await.iter().filter(enrolled).count(), 3_000);
}
