//! The wage roster (表3-2) that arrives in a stream.

use chassis::{Batch, Finding, Numbered, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::{Refusal, WageRosterRow};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::store::{self, Arrived, Matched};
use crate::wire;

/// Wages by person, of one employer or of many.
pub struct WageRoster;

#[async_trait]
impl Batch for WageRoster {
    type Row = WageRosterRow;

    fn party<'r>(&self, row: &'r WageRosterRow) -> Option<&'r str> {
        Some(&row.employer_id)
    }

    fn amount(&self, row: &WageRosterRow) -> Decimal {
        wire::yuan(row.monthly_wage.as_ref()).unwrap_or_default()
    }

    /// Art. 22. A row is kept for its employer's declaration when somebody of this number and name is
    /// insured through the employer, and stands in the list for the first time.
    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<WageRosterRow>],
    ) -> Result<Vec<Finding>> {
        let area = unit.area().to_owned();
        let arrived = Arrived {
            numbers: rows.iter().map(|r| r.number).collect(),
            employer_ids: rows.iter().map(|r| r.row.employer_id.as_str()).collect(),
            identity_numbers: rows
                .iter()
                .map(|r| r.row.identity_number.as_str())
                .collect(),
            names: rows.iter().map(|r| r.row.name.as_str()).collect(),
            wages: rows.iter().map(|r| self.amount(&r.row)).collect(),
        };
        let matched = store::keep_roster(unit.db(), &area, batch_id, &arrived).await?;
        let month = law::Month::of(unit.today());
        Ok(matched
            .iter()
            .filter(|row| !row.kept)
            .filter_map(|row| {
                let at = rows.binary_search_by_key(&row.row_no, |r| r.number).ok()?;
                let arrived = &rows.get(at)?.row;
                let (label, reason) = reason(row, arrived, month);
                Some(Finding::refused(row.row_no, reason).about(label))
            })
            .collect())
    }
}

/// The column that is wrong, by its label in the contract, and why.
fn reason(matched: &Matched, row: &WageRosterRow, month: law::Month) -> (&'static str, Refused) {
    let tail = tail(&row.identity_number);
    if !matched.employer_known {
        let refused = Refused::because(Refusal::EmployerUnknown);
        ("单位编号", refused.with("employer_id", &row.employer_id))
    } else if matched.person_id.is_none() {
        let refused = Refused::because(Refusal::PersonNotInsured).with("tail", tail);
        ("公民身份号码", refused.with("month", month))
    } else if matched.name.as_deref() != Some(&row.name) {
        (
            "姓名",
            Refused::because(Refusal::PersonName).with("tail", tail),
        )
    } else {
        (
            "公民身份号码",
            Refused::because(Refusal::PersonTwice).with("tail", tail),
        )
    }
}

/// The last four characters of an identity number: all of it that is told or logged.
#[must_use]
pub fn tail(identity_number: &str) -> &str {
    let from = identity_number
        .char_indices()
        .rev()
        .nth(3)
        .map_or(0, |(at, _)| at);
    &identity_number[from..]
}
