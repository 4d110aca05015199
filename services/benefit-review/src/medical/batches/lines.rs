//! Lines of bills.

use chassis::wire::yuan;
use chassis::{Batch, Finding, Numbered, Result, Unit, async_trait};
use contracts::Refused;
use contracts::benefit_review::v1::{BillLine, Refusal};
use contracts::medical_agreement::v1::CatalogueKind;
use law::money::fen;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::rules::Line;
use super::super::store::{self, EncounterRow};
use super::{Entry, arriving, bills_of, is_within};

/// Art. 63. Lines of one or many bills, each once by its number in its bill.
pub struct BillLines;

#[async_trait]
impl Batch for BillLines {
    type Row = BillLine;

    fn party<'r>(&self, row: &'r BillLine) -> Option<&'r str> {
        Some(&row.filed_by)
    }

    fn party_label(&self) -> &'static str {
        "申报方编号"
    }

    fn amount(&self, row: &BillLine) -> Decimal {
        yuan(row.amount.as_ref()).unwrap_or_default()
    }

    async fn enter(
        &self,
        unit: &mut Unit,
        _batch_id: Uuid,
        rows: &[Numbered<BillLine>],
    ) -> Result<Vec<Finding>> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let lines = rows.iter().map(|one| store::line(&one.row, ""));
        let lines = lines.collect::<Result<Vec<Line>>>()?;
        let (ids, bills) = bills_of(unit, rows).await?;
        let numbers: Vec<i32> = rows.iter().map(|one| one.row.line_number).collect();
        let kept = store::kept(unit.db(), &area, (&ids, &numbers)).await?;
        let read = ids.into_iter().zip(lines).collect();
        let taken = arriving(&bills, (rows, read), kept, |bill, line| {
            fits(line, (bill.admitted_on, bill.discharged_on), today)
        })?;
        for (of, lines) in &taken.new {
            enter(unit, of, lines).await?;
        }
        Ok(taken.findings)
    }
}

impl Entry for BillLine {
    fn filed_by(&self) -> &str {
        &self.filed_by
    }

    fn encounter_id(&self) -> &str {
        &self.encounter_id
    }

    fn number(&self) -> i32 {
        self.line_number
    }

    fn known(&self) -> Refused {
        Refused::because(Refusal::LineKnown).with("line_number", self.line_number)
    }
}

/// Enters lines of a bill and counts them.
///
/// # Errors
/// When they cannot be written.
pub async fn enter(unit: &mut Unit, of: &EncounterRow, lines: &[(Line, &BillLine)]) -> Result<()> {
    let area = unit.area().to_owned();
    let pairs: Vec<(&Line, &BillLine)> = lines.iter().map(|(line, told)| (line, *told)).collect();
    store::enter(unit.db(), &area, of, &pairs).await?;
    let number = i32::try_from(lines.len()).unwrap_or(i32::MAX);
    let amount = lines.iter().map(|(line, _)| line.amount).sum();
    let last_on = lines.iter().map(|(line, _)| line.service_on).max();
    store::count(unit.db(), &area, of.encounter_id, (number, amount, last_on)).await
}

/// Art. 63. A line is of a day of the bill, of one of the three catalogues, and its amount is quantity times price.
///
/// # Errors
/// When it is not.
pub fn fits(
    line: &Line,
    (admitted_on, discharged_on): (Date, Option<Date>),
    today: Date,
) -> Result<(), Refused> {
    if line.kind == CatalogueKind::Device {
        return Err(Refused::because(Refusal::LineKind).about("目录类别"));
    }
    if !is_within(line.service_on, (admitted_on, discharged_on), today) {
        return Err(Refused::because(Refusal::LineDate)
            .with("service_on", line.service_on)
            .with("from_on", admitted_on)
            .about("服务日期"));
    }
    let product = fen(line.quantity * line.unit_price);
    if product != line.amount {
        return Err(Refused::because(Refusal::LineAmount)
            .with("amount", line.amount)
            .with("product", product)
            .about("金额"));
    }
    Ok(())
}
