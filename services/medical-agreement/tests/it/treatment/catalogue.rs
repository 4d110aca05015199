//! The three catalogues and that of devices: articles 43 and 51.

mod cached;
mod in_force;
mod lists;

use chassis::testing::{AREA, TestService};
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{Batch, ListBatchFindingsRequest};
use contracts::medical_agreement::v1::treatment_service_client::TreatmentServiceClient;
use contracts::medical_agreement::v1::{
    BatchGetCatalogueItemsRequest, CatalogueAnswer, CatalogueItem, CatalogueKind, CatalogueQuestion,
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

/// Puts a list of drugs in force.
async fn set(service: &TestService, rows: &[CatalogueItem], effective_on: Date) -> Batch {
    let batch = upload_catalogue(service, rows).await;
    let form = catalogue_form(&batch, DRUG, effective_on);
    put_in_force(service, form).await;
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
