//! The three catalogues and that of devices: articles 43 and 51.

mod cached;
mod in_force;
mod lists;

use chassis::testing::{AREA, TestService};
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{Batch, BatchHeader, BatchTotals, ListBatchFindingsRequest};
use contracts::medical_agreement::v1::treatment_service_client::TreatmentServiceClient;
use contracts::medical_agreement::v1::{
    BatchGetCatalogueItemsRequest, CatalogueAnswer, CatalogueForm, CatalogueItem, CatalogueKind,
    CatalogueQuestion, UploadCatalogueRequest,
};
use time::Date;
use uuid::Uuid;

use crate::support::*;

const DRUG: CatalogueKind = CatalogueKind::Drug;

/// A drug that is limited to some yuan.
fn drug(code: &str, yuan: i64) -> CatalogueItem {
    CatalogueItem {
        kind: DRUG as i32,
        code: code.to_owned(),
        name: format!("药品{code}"),
        unit: "盒".to_owned(),
        price_limit: Some(rust_decimal::Decimal::from(yuan).into()),
        ..CatalogueItem::default()
    }
}

/// An item of another catalogue, complete.
fn item(kind: CatalogueKind, code: &str) -> CatalogueItem {
    CatalogueItem {
        kind: kind as i32,
        useful_months: 24,
        ..drug(code, 100)
    }
}

/// Sends a list in messages of 20,000 rows.
async fn upload(service: &TestService, rows: &[CatalogueItem]) -> Batch {
    let batch_id = Uuid::now_v7().to_string();
    let mut messages = vec![UploadCatalogueRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id,
            reference: "药品目录.xlsx".to_owned(),
        }),
        ..UploadCatalogueRequest::default()
    }];
    for (first_row, part) in (0..).step_by(20_000).zip(rows.chunks(20_000)) {
        messages.push(UploadCatalogueRequest {
            pooling_area: AREA.to_owned(),
            first_row,
            rows: part.to_vec(),
            ..UploadCatalogueRequest::default()
        });
    }
    messages.push(UploadCatalogueRequest {
        pooling_area: AREA.to_owned(),
        totals: Some(BatchTotals {
            rows: rows.len() as u64,
            sum: None,
        }),
        ..UploadCatalogueRequest::default()
    });
    let mut treatment = treatment(service).await;
    let uploaded = treatment.upload_catalogue(tokio_stream::iter(messages));
    uploaded.await.unwrap().into_inner().batch.unwrap()
}

/// What was found about the rows of a batch: number, column and reason of each.
async fn findings(service: &TestService, batch: &Batch) -> Vec<(u64, String, String)> {
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..ListBatchFindingsRequest::default()
    };
    let mut batches = BatchServiceClient::new(service.connect(&handler()).await);
    let found = batches.list_batch_findings(request).await.unwrap();
    let found = found.into_inner().findings.into_iter();
    found
        .map(|of| (of.row, of.label, of.reason.unwrap().reason))
        .collect()
}

async fn treatment(service: &TestService) -> TreatmentServiceClient<chassis::testing::As> {
    TreatmentServiceClient::new(service.connect(&handler()).await)
}

/// The application to put a list in force.
fn form(batch: &Batch, kind: CatalogueKind, effective_on: Date) -> CatalogueForm {
    CatalogueForm {
        batch_id: batch.batch_id.clone(),
        kind: kind as i32,
        effective_on: on(effective_on),
        document_number: "粤人社规〔2026〕20号".to_owned(),
        title: "广东省工伤保险药品目录".to_owned(),
        retroactive: effective_on < TODAY,
    }
}

/// Puts a list of drugs in force.
async fn set(service: &TestService, rows: &[CatalogueItem], effective_on: Date) -> Batch {
    let batch = upload(service, rows).await;
    let form = form(&batch, DRUG, effective_on);
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    batch
}

/// What the catalogues say of items on days.
async fn asked(
    service: &TestService,
    questions: &[(CatalogueKind, &str, Date)],
) -> Vec<CatalogueAnswer> {
    let question = |(kind, code, day): &(CatalogueKind, &str, Date)| CatalogueQuestion {
        kind: *kind as i32,
        code: (*code).to_owned(),
        on: on(*day),
    };
    let request = BatchGetCatalogueItemsRequest {
        pooling_area: AREA.to_owned(),
        questions: questions.iter().map(question).collect(),
    };
    let channel = service.connect_as_service("collection").await;
    let answered = TreatmentServiceClient::new(channel)
        .batch_get_catalogue_items(request)
        .await;
    answered.unwrap().into_inner().answers
}
