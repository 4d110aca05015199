//! The list of a catalogue that arrives in a stream.

use std::collections::HashSet;

use chassis::{Batch, Finding, Numbered, Result, Unit, async_trait};
use contracts::Refused;
use contracts::medical_agreement::v1::{CatalogueItem, Refusal};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::rules;
use super::store::{self, Arrived};

/// A whole catalogue of one kind.
pub struct CatalogueList;

#[async_trait]
impl Batch for CatalogueList {
    type Row = CatalogueItem;

    /// Limits of prices make no sum.
    fn amount(&self, _row: &CatalogueItem) -> Decimal {
        Decimal::ZERO
    }

    /// Art. 43, Art. 51. A row is an item of the list when it is of the kind of the first one and its code
    /// stands in the list for the first time.
    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<CatalogueItem>],
    ) -> Result<Vec<Finding>> {
        let area = unit.area().to_owned();
        let begun = store::kind_of(unit.db(), &area, batch_id).await?;
        let kind = begun.or_else(|| rows.first().map(|first| first.row.kind));
        let kind = kind.unwrap_or_default();
        let (mut arrived, mut findings) = (Arrived::default(), Vec::new());
        for Numbered { number, row } in rows {
            match rules::fits(row, kind) {
                Ok(()) if arrived.push(*number, row) => {}
                Ok(()) => findings.push(twice(*number, &row.code)),
                Err(refused) => findings.push(Finding::refused(*number, refused)),
            }
        }
        let entered = store::insert(unit.db(), &area, (batch_id, kind), &arrived).await?;
        if entered < arrived.len() {
            findings.extend(repeated(unit, batch_id, &arrived).await?);
        }
        Ok(findings)
    }
}

/// What is found about rows whose code stood in the list before these rows.
async fn repeated(unit: &mut Unit, batch_id: Uuid, arrived: &Arrived<'_>) -> Result<Vec<Finding>> {
    let area = unit.area().to_owned();
    let kept = store::row_numbers(unit.db(), &area, batch_id, arrived.codes()).await?;
    let kept: HashSet<i64> = kept.into_iter().collect();
    let again = arrived.rows().filter(|(number, _)| !kept.contains(number));
    Ok(again.map(|(number, code)| twice(number, code)).collect())
}

fn twice(number: i64, code: &str) -> Finding {
    let refused = Refused::because(Refusal::CatalogueCodeTwice).with("code", code);
    Finding::refused(number, refused.about("项目编码"))
}
