//! The catalogue of drugs: a whole list streamed to medical-agreement, checked and entered.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use contracts::common::v1::{Batch, BatchHeader, BatchTotals};
use contracts::medical_agreement::v1::treatment_service_client::TreatmentServiceClient;
use contracts::medical_agreement::v1::{
    CatalogueItem, CatalogueKind, InstitutionGrade, UploadCatalogueRequest,
};
use contracts::options::v1::{Department, Duty};
use futures::{FutureExt, stream};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::platform::{AREA, Platform};
use super::target::Target;
use super::{Sample, Scenario, copy};
use crate::people;

pub const SCENARIO: Scenario = Scenario {
    name: "catalogue",
    what: "A catalogue of drugs (药品目录), streamed over gRPC to medical-agreement until it is answered: kept \
           as received, checked, entered item by item. The codes are national ones and count up; of each 200 \
           rows one has a code that stood there before.",
    peer: "`COPY` of the rows that were entered into an empty table with the columns, keys and constraints \
           of the items, in the order of the list.",
    unit: "items",
    sizes: &[100_000],
    target: Target::Speed(30),
    limit: None,
    measure: |platform, rows| measure(platform, rows).boxed(),
};

/// Rows in a message.
const SLICE: usize = 10_000;

/// Each so many rows there is one that repeats the one before it.
const TROUBLE: u64 = 200;

async fn measure(platform: &Platform, rows: u64) -> Result<Sample> {
    let clerk = people::clerk(AREA, Department::Business, Duty::Handler);
    let channel = platform.connect("medical-agreement", &clerk).await?;
    let mut treatment = TreatmentServiceClient::new(channel);
    let mut db = platform.owner("medical-agreement").await?;
    let list_id = Uuid::now_v7();
    let messages = messages(list_id, rows)?;

    platform.settle("medical-agreement")?;
    let begun = Instant::now();
    let answer = treatment.upload_catalogue(stream::iter(messages)).await?;
    let took = begun.elapsed();
    is_answered(&answer.into_inner().batch.context("an answer")?, rows)?;

    let items = format!("SELECT * FROM catalogue_item WHERE list_id = '{list_id}' ORDER BY row_no");
    let items = copy::out(&mut db, &items).await?;
    copy::peer_like(&mut db, "catalogue_item").await?;
    platform.settle("medical-agreement")?;
    let (entered, peer) = copy::into_peer(&mut db, &items).await?;
    ensure!(
        entered == rows - repeated(rows),
        "{entered} items are in the list"
    );
    Ok(Sample::new(rows, took, peer))
}

/// How many rows of a list have a code that stood there before.
fn repeated(rows: u64) -> u64 {
    rows / TROUBLE
}

fn is_answered(batch: &Batch, rows: u64) -> Result<()> {
    let repeated = repeated(rows);
    ensure!(
        batch.refused_rows == repeated && batch.accepted_rows == rows - repeated,
        "{repeated} of {rows} rows should be refused, not {batch:?}"
    );
    Ok(())
}

fn messages(list_id: Uuid, rows: u64) -> Result<Vec<UploadCatalogueRequest>> {
    let items: Vec<CatalogueItem> = (0..rows).map(item).collect();
    let mut messages = vec![UploadCatalogueRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: list_id.to_string(),
            reference: "bench".to_owned(),
        }),
        ..UploadCatalogueRequest::default()
    }];
    let mut first_row = 0;
    for slice in items.chunks(SLICE) {
        messages.push(UploadCatalogueRequest {
            pooling_area: AREA.to_owned(),
            first_row,
            rows: slice.to_vec(),
            ..UploadCatalogueRequest::default()
        });
        first_row += u64::try_from(slice.len())?;
    }
    messages.push(UploadCatalogueRequest {
        pooling_area: AREA.to_owned(),
        totals: Some(BatchTotals { rows, sum: None }),
        ..UploadCatalogueRequest::default()
    });
    Ok(messages)
}

/// A drug such as the national catalogue lists them.
pub fn item(row: u64) -> CatalogueItem {
    let again = u64::from(row % TROUBLE == TROUBLE - 1);
    CatalogueItem {
        kind: CatalogueKind::Drug as i32,
        code: format!("XA01ABD075A{:012}", row - again),
        name: format!("阿莫西林克拉维酸钾片第{row}号"),
        unit: "盒".to_owned(),
        specification: "0.457g（阿莫西林0.4g与克拉维酸0.057g）×12片".to_owned(),
        manufacturer: format!("广东省第{}制药有限公司", row % 5_000),
        price_limit: Some(Decimal::new(1_000 + i64::try_from(row % 90_000).unwrap_or(0), 2).into()),
        quantity_per_day: 3,
        lowest_grade: InstitutionGrade::Secondary as i32,
        needs_review: row.is_multiple_of(7),
        note: "限有明确感染指征的患者，一个疗程不超过14天".to_owned(),
        ..CatalogueItem::default()
    }
}
