//! The back-payment roster (表3-11) that arrives in a stream.

use std::collections::HashSet;

use chassis::{Batch, Finding, Numbered, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::{BackPaymentRow, Refusal};
use law::Month;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::base::batches::tail;
use crate::rate::store::known;
use crate::wire;

/// Persons and months to be paid back, of one employer or of many.
pub struct BackPaymentRoster;

#[async_trait]
impl Batch for BackPaymentRoster {
    type Row = BackPaymentRow;

    fn party<'r>(&self, row: &'r BackPaymentRow) -> Option<&'r str> {
        Some(&row.employer_id)
    }

    fn amount(&self, row: &BackPaymentRow) -> Decimal {
        wire::yuan(row.base.as_ref()).unwrap_or_default()
    }

    /// Art. 29. Rows are kept for their employer's declaration, where persons and bases are examined;
    /// here only what no declaration could mend is refused.
    async fn enter(
        &self,
        unit: &mut Unit,
        _batch_id: Uuid,
        rows: &[Numbered<BackPaymentRow>],
    ) -> Result<Vec<Finding>> {
        let (area, present) = (unit.area().to_owned(), Month::of(unit.today()));
        let ids: Vec<&str> = rows.iter().map(|r| r.row.employer_id.as_str()).collect();
        let known: HashSet<String> = known(unit.db(), &area, &ids).await?.into_iter().collect();
        let mut seen = HashSet::new();
        let mut findings = Vec::new();
        for Numbered { number, row } in rows {
            let month = wire::month(row.month)?;
            let (label, refused) = if !known.contains(&row.employer_id) {
                let refused = Refused::because(Refusal::EmployerUnknown);
                ("单位编号", refused.with("employer_id", &row.employer_id))
            } else if month >= present {
                let refused = Refused::because(Refusal::BackPaymentMonth);
                ("补缴月份", refused.with("month", month))
            } else if !seen.insert((&row.employer_id, &row.identity_number, month)) {
                let refused = Refused::because(Refusal::PersonTwice);
                (
                    "公民身份号码",
                    refused.with("tail", tail(&row.identity_number)),
                )
            } else {
                continue;
            };
            findings.push(Finding::refused(*number, refused).about(label));
        }
        Ok(findings)
    }
}
