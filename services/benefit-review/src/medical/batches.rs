//! Lines of bills that arrive in a stream.

use std::collections::{BTreeSet, HashMap};

use chassis::wire::yuan;
use chassis::{Batch, Finding, Numbered, Result, Unit, async_trait};
use contracts::benefit_review::v1::{BillLine, EncounterState, Refusal};
use contracts::medical_agreement::v1::CatalogueKind;
use contracts::{Refused, reflect::label_of};
use law::money::fen;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::rules::Line;
use super::store::{self, EncounterRow};

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

    /// The bills are held, so that two streams for one of them take turns.
    async fn enter(
        &self,
        unit: &mut Unit,
        _batch_id: Uuid,
        rows: &[Numbered<BillLine>],
    ) -> Result<Vec<Finding>> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let ids: Vec<Uuid> = rows
            .iter()
            // Nobody has a bill without a number.
            .map(|one| one.row.encounter_id.parse().unwrap_or_default())
            .collect();
        let bills: BTreeSet<Uuid> = ids.iter().copied().collect();
        let bills: Vec<Uuid> = bills.into_iter().collect();
        let bills = store::hold(unit.db(), &area, &bills).await?;
        let bills: HashMap<Uuid, EncounterRow> = bills
            .into_iter()
            .map(|row| (row.encounter_id, row))
            .collect();
        let numbers: Vec<i32> = rows.iter().map(|one| one.row.line_number).collect();
        let mut kept: HashMap<(Uuid, i32), Option<BillLine>> = HashMap::new();
        for line in store::kept(unit.db(), &area, (&ids, &numbers)).await? {
            let told = if line.voided {
                None
            } else {
                Some(line.told()?)
            };
            kept.insert((line.encounter_id, line.line_number), told);
        }
        let (mut findings, mut new) = (Vec::new(), HashMap::<Uuid, Vec<(Line, &BillLine)>>::new());
        for (Numbered { number, row }, id) in rows.iter().zip(ids) {
            let line = store::line(row, "")?;
            let checked = match kept.get(&(id, row.line_number)) {
                Some(before) if before.as_ref() == Some(row) => continue,
                Some(_) => {
                    Err(Refused::because(Refusal::LineKnown).with("line_number", row.line_number))
                }
                None => takes(bills.get(&id), row, &line, today),
            };
            match checked {
                Ok(()) => {
                    kept.insert((id, row.line_number), Some(row.clone()));
                    new.entry(id).or_default().push((line, row));
                }
                Err(refused) => findings.push(Finding::refused(*number, refused)),
            }
        }
        for (id, lines) in new {
            if let Some(row) = bills.get(&id) {
                enter(unit, row, &lines).await?;
            }
        }
        Ok(findings)
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

/// Art. 63. A line belongs to an open bill of who sends it, to a day of it, and its amount is right.
fn takes(
    bill: Option<&EncounterRow>,
    row: &BillLine,
    line: &Line,
    today: Date,
) -> Result<(), Refused> {
    let bill = bill
        .filter(|bill| bill.filed_by == row.filed_by)
        .ok_or_else(|| {
            Refused::because(Refusal::EncounterUnknown)
                .with("filed_by", &row.filed_by)
                .with("encounter_id", &row.encounter_id)
                .about("就诊编号")
        })?;
    if !matches!(
        bill.state(),
        EncounterState::Open | EncounterState::Discharged
    ) {
        return Err(Refused::because(Refusal::EncounterState).with(
            "state",
            label_of("workinjury.benefit_review.v1.EncounterState", bill.state),
        ));
    }
    fits(line, (bill.admitted_on, bill.discharged_on), today)
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
    let last_on = discharged_on.unwrap_or(today).min(today);
    if line.service_on < admitted_on || line.service_on > last_on {
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
