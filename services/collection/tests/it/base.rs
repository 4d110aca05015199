//! Section 1: declaration, confirmation and under-declaration of bases.

use chassis::Actor;
use chassis::testing::{AREA, TestService, employer, reason};
use contracts::collection::v1::base_service_client::BaseServiceClient;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    BaseCommitment, BaseConfirmationMeans, BaseConfirmationSummary, ContributionBase,
    ListContributionBasesRequest, UploadWageRosterRequest, WageRosterRow,
};
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{Batch, BatchHeader, BatchTotals, ListBatchFindingsRequest};
use law::Month;
use rust_decimal::Decimal;
use time::macros::date;
use uuid::Uuid;

use crate::support::*;

/// The bases of employer 1 in a month, as it reads them.
pub async fn bases(service: &TestService, of: Month) -> Vec<ContributionBase> {
    let request = ListContributionBasesRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        month: Some(of.into()),
        ..ListContributionBasesRequest::default()
    };
    let mut client = BaseServiceClient::new(service.connect(&employer(&employer_id(1))).await);
    client
        .list_contribution_bases(request)
        .await
        .unwrap()
        .into_inner()
        .bases
}

/// What the bases come to.
pub fn yuan_of(bases: &[ContributionBase]) -> Vec<&str> {
    bases
        .iter()
        .map(|base| base.base.as_ref().unwrap().as_text())
        .collect()
}

// Art. 22
// Art. 23
#[tokio::test]
async fn declared_bases_hold_for_their_months_and_wages_of_enrolment_before() {
    let service = collection().await;
    coal_mine(&service).await;
    assert_eq!(
        yuan_of(&bases(&service, month(10)).await),
        ["6000.00", "4000.00"]
    );

    let form = declaration(
        month(10),
        month(12),
        vec![wage(2, "4500"), wage(1, "6200.50")],
    );
    let case = approve(&service, &form).await.unwrap();
    let found = bases(&service, month(11)).await;
    assert_eq!(yuan_of(&found), ["6200.50", "4500.00"]);
    assert!(
        found
            .iter()
            .all(|base| base.case_id == case.case_id && base.confirmed_on.is_none())
    );

    // A later declaration takes its months out of the middle of the earlier one.
    service.clock().set(at(date!(2026 - 11 - 03)));
    approve(
        &service,
        &declaration(month(11), month(11), vec![wage(1, "7000"), wage(2, "4500")]),
    )
    .await
    .unwrap();
    assert_eq!(
        yuan_of(&bases(&service, month(10)).await),
        ["6200.50", "4500.00"]
    );
    assert_eq!(
        yuan_of(&bases(&service, month(11)).await),
        ["7000.00", "4500.00"]
    );
    assert_eq!(
        yuan_of(&bases(&service, month(12)).await),
        ["6200.50", "4500.00"]
    );
    assert_eq!(
        yuan_of(&bases(&service, Month::new(2027, 1).unwrap()).await),
        ["6000.00", "4000.00"]
    );
    let told = told(&service).await;
    assert_eq!(
        told.iter()
            .filter(|(_, what)| matches!(what, Happened::BasesSet(_)))
            .count(),
        2
    );
}

// Art. 22
#[tokio::test]
async fn a_declaration_that_does_not_agree_with_its_roster_is_refused() {
    let service = collection().await;
    coal_mine(&service).await;
    let whole = || declaration(month(10), month(10), vec![wage(1, "6000"), wage(2, "4000")]);
    let refused = async |form| reason(&approve(&service, &form).await.unwrap_err());
    let mut form = whole();
    form.headcount = 3;
    assert_eq!(refused(form).await, "ROSTER_HEADCOUNT");
    let mut form = whole();
    form.payroll = yuan("9999.99");
    assert_eq!(refused(form).await, "ROSTER_PAYROLL");
    assert_eq!(
        refused(declaration(
            month(10),
            month(10),
            vec![wage(1, "6000"), wage(1, "4000")]
        ))
        .await,
        "PERSON_TWICE"
    );
    assert_eq!(
        refused(declaration(month(10), month(10), vec![wage(9, "1")])).await,
        "PERSON_NOT_INSURED"
    );
    let mut form = whole();
    form.roster[0].name = "别人".to_owned();
    assert_eq!(refused(form).await, "PERSON_NAME");
    assert_eq!(
        refused(declaration(month(10), month(10), Vec::new())).await,
        "INVALID_FIELD"
    );
    let mut form = whole();
    form.roster.clear();
    assert_eq!(refused(form).await, "ROSTER_MISSING");
    let mut form = whole();
    form.roster_batch_id = Uuid::now_v7().to_string();
    assert_eq!(refused(form).await, "ROSTER_TWICE");
    let mut form = whole();
    form.employer_id = employer_id(7);
    assert_eq!(refused(form).await, "EMPLOYER_UNKNOWN");
    let mut form = whole();
    form.to_month = Some(month(9).into());
    assert_eq!(refused(form).await, "MONTHS_REVERSED");
    let mut form = whole();
    form.to_month = Some(Month::new(2027, 10).unwrap().into());
    assert_eq!(refused(form).await, "DECLARATION_TOO_LONG");
    service.clock().set(at(date!(2026 - 10 - 16)));
    assert_eq!(refused(whole()).await, "DECLARATION_WINDOW_CLOSED");
}

// Art. 22
#[tokio::test]
async fn a_declaration_is_in_time_when_it_came_in_time_however_late_it_is_signed() {
    let service = collection().await;
    coal_mine(&service).await;
    let form = declaration(month(10), month(10), vec![wage(1, "6000"), wage(2, "4000")]);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    service.clock().set(at(date!(2026 - 10 - 16)));
    let late = approve(&service, &form).await.unwrap_err();
    assert_eq!(reason(&late), "DECLARATION_WINDOW_CLOSED");
    service.sign_off(&case).await.unwrap();
    let found = bases(&service, month(10)).await;
    assert!(found.iter().all(|base| base.case_id == case.case_id));
}

// Art. 22
#[tokio::test]
async fn a_month_that_is_assessed_opens_no_window_for_the_months_after_it() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    // Provisionally, as nobody declared.
    assess(&service, month(11)).await;
    let both = declaration(month(11), month(12), vec![wage(1, "6000"), wage(2, "4000")]);
    service.clock().set(at(date!(2026 - 12 - 16)));
    let late = approve(&service, &both).await.unwrap_err();
    assert_eq!(reason(&late), "DECLARATION_WINDOW_CLOSED");
    assert!(late.message().contains("2026-12-15"), "{late:?}");
    service.clock().set(at(date!(2026 - 12 - 15)));
    approve(&service, &both).await.unwrap();
}

// Art. 23
#[tokio::test]
async fn who_signs_bases_sees_them_person_by_person_and_has_a_term() {
    let service = collection().await;
    coal_mine(&service).await;
    let form = declaration(
        month(10),
        month(11),
        vec![wage(2, "4500"), wage(1, "6200.50")],
    );
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    // Fifteen days after 5 October.
    assert_eq!(case.due_on, Some(date!(2026 - 10 - 20).into()));
    let case = service.sign_next(&case).await.unwrap();

    let mut client = BaseServiceClient::new(service.connect(&handler()).await);
    let mut request = ListContributionBasesRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        month: Some(month(11).into()),
        case_id: case.case_id.clone(),
        page_size: 1,
        ..ListContributionBasesRequest::default()
    };
    let mut listed = Vec::new();
    loop {
        let page = client.list_contribution_bases(request.clone()).await;
        let page = page.unwrap().into_inner();
        listed.extend(page.bases);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(yuan_of(&listed), ["6200.50", "4500.00"]);
    // Nothing holds yet.
    let november = bases(&service, month(11)).await;
    assert_eq!(yuan_of(&november), ["6000.00", "4000.00"]);

    service.sign_off(&case).await.unwrap();
    let set = bases(&service, month(11)).await;
    assert_eq!(set, listed);
}

/// A wage roster in one message.
pub async fn upload(service: &TestService, rows: Vec<WageRosterRow>) -> Batch {
    upload_as(service, &handler(), rows).await
}

async fn upload_as(service: &TestService, sender: &Actor, rows: Vec<WageRosterRow>) -> Batch {
    let batch_id = Uuid::now_v7().to_string();
    let sum: Decimal = rows
        .iter()
        .map(|row| row.monthly_wage.as_ref().unwrap().decimal().unwrap())
        .sum();
    let totals = BatchTotals {
        rows: rows.len() as u64,
        sum: Some(sum.into()),
    };
    let messages = vec![UploadWageRosterRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id,
            reference: "工资名册.xlsx".to_owned(),
        }),
        first_row: 0,
        rows,
        totals: Some(totals),
        lines: Vec::new(),
    }];
    let mut client = BaseServiceClient::new(service.connect(sender).await);
    client
        .upload_wage_roster(tokio_stream::iter(messages))
        .await
        .unwrap()
        .into_inner()
        .batch
        .unwrap()
}

// Art. 22
#[tokio::test]
async fn an_employer_learns_nothing_of_another_ones_staff_by_a_wage_roster() {
    let service = collection().await;
    coal_mine(&service).await;
    let of = |row: WageRosterRow, n: u32| WageRosterRow {
        employer_id: employer_id(n),
        ..row
    };
    let nameless = WageRosterRow {
        employer_id: String::new(),
        ..wage(1, "6100")
    };
    let rows = vec![of(wage(1, "6100"), 1), of(wage(7, "5000"), 8), nameless];
    let batch = upload_as(&service, &employer(&employer_id(8)), rows).await;
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..ListBatchFindingsRequest::default()
    };
    let mut batches = BatchServiceClient::new(service.connect(&handler()).await);
    let findings = batches
        .list_batch_findings(request)
        .await
        .unwrap()
        .into_inner()
        .findings;
    let found: Vec<(u64, &str, String)> = findings
        .iter()
        .map(|f| (f.row, f.label.as_str(), f.reason.clone().unwrap().reason))
        .collect();
    assert_eq!(
        found,
        [
            (0, "单位编号", "ROW_OF_ANOTHER".to_owned()),
            (1, "单位编号", "EMPLOYER_UNKNOWN".to_owned()),
            (2, "单位编号", "ROW_OF_ANOTHER".to_owned())
        ]
    );
}

// Art. 22
#[tokio::test]
async fn an_uploaded_wage_roster_serves_the_declarations_of_its_employers() {
    let service = collection().await;
    coal_mine(&service).await;
    let of = |row: WageRosterRow, n: u32| WageRosterRow {
        employer_id: employer_id(n),
        ..row
    };
    let rows = vec![
        of(wage(1, "6100"), 1),
        of(wage(2, "4100"), 1),
        of(wage(2, "4100"), 1),
        of(wage(3, "5000"), 1),
        of(wage(1, "6100"), 8),
    ];
    let batch = upload(&service, rows).await;
    assert_eq!(
        (batch.accepted_rows, batch.refused_rows),
        (2, 3),
        "{batch:?}"
    );
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..ListBatchFindingsRequest::default()
    };
    let mut batches = BatchServiceClient::new(service.connect(&handler()).await);
    let findings = batches
        .list_batch_findings(request)
        .await
        .unwrap()
        .into_inner()
        .findings;
    let reasons: Vec<_> = findings
        .iter()
        .map(|f| (f.row, f.reason.as_ref().unwrap().reason.as_str()))
        .collect();
    assert_eq!(
        reasons,
        [
            (2, "PERSON_TWICE"),
            (3, "PERSON_NOT_INSURED"),
            (4, "EMPLOYER_UNKNOWN")
        ]
    );
    let columns: Vec<&str> = findings.iter().map(|f| f.label.as_str()).collect();
    assert_eq!(columns, ["公民身份号码", "公民身份号码", "单位编号"]);

    let mut form = declaration(month(10), month(10), Vec::new());
    form.headcount = 2;
    form.payroll = yuan("10200");
    form.roster_batch_id = batch.batch_id;
    approve(&service, &form).await.unwrap();
    assert_eq!(
        yuan_of(&bases(&service, month(10)).await),
        ["6100.00", "4100.00"]
    );
}

// Art. 23
#[tokio::test]
async fn an_employer_confirms_its_bases_with_its_commitment() {
    let service = collection().await;
    coal_mine(&service).await;
    let form = declaration(month(10), month(10), vec![wage(1, "6000"), wage(2, "4000")]);
    let declared = approve(&service, &form).await.unwrap();
    let mut summary = BaseConfirmationSummary {
        employer_id: employer_id(1),
        declaration_case_id: declared.case_id,
        confirmed_headcount: 2,
        confirmed_payroll: yuan("9000"),
        means: BaseConfirmationMeans::Commitment as i32,
        commitment: None,
    };
    let status = approve(&service, &summary).await.unwrap_err();
    assert_eq!(reason(&status), "COMMITMENT_MISSING");
    summary.commitment = Some(BaseCommitment {
        legal_representative: "王五".to_owned(),
        committed_on: Some(date!(2026 - 10 - 06).into()),
        statement: "所报缴费基数真实、完整。".to_owned(),
    });
    let status = approve(&service, &summary).await.unwrap_err();
    assert_eq!(reason(&status), "CONFIRMATION_SUMS");
    summary.confirmed_payroll = yuan("10000");
    approve(&service, &summary).await.unwrap();
    assert!(
        bases(&service, month(10))
            .await
            .iter()
            .all(|base| base.confirmed_on.is_some())
    );
    assert!(
        told(&service)
            .await
            .iter()
            .any(|(_, what)| matches!(what, Happened::BasesConfirmed(_)))
    );
}
