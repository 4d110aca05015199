//! Records of the course of treatments.

use chassis::wire::day;
use chassis::{Batch, Finding, Numbered, Result, Unit, async_trait};
use contracts::Refused;
use contracts::benefit_review::v1::{CourseRecord, Refusal};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::store::{self, EncounterRow};
use super::{Entry, arriving, bills_of, is_within};

/// Art. 63. Records of the course of one or many treatments, each once by its number in its bill.
pub struct CourseRecords;

#[async_trait]
impl Batch for CourseRecords {
    type Row = CourseRecord;

    fn party<'r>(&self, row: &'r CourseRecord) -> Option<&'r str> {
        Some(&row.filed_by)
    }

    fn party_label(&self) -> &'static str {
        "申报方编号"
    }

    fn amount(&self, _row: &CourseRecord) -> Decimal {
        Decimal::ZERO
    }

    async fn enter(
        &self,
        unit: &mut Unit,
        _batch_id: Uuid,
        rows: &[Numbered<CourseRecord>],
    ) -> Result<Vec<Finding>> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let days = rows.iter().map(|one| day(one.row.recorded_on));
        let days = days.collect::<Result<Vec<Date>>>()?;
        let (ids, bills) = bills_of(unit, rows).await?;
        let numbers: Vec<i32> = rows.iter().map(|one| one.row.record_number).collect();
        let kept = store::kept_records(unit.db(), &area, (&ids, &numbers)).await?;
        let read = ids.into_iter().zip(days).collect();
        let taken = arriving(&bills, (rows, read), kept, |bill, recorded_on| {
            fits(*recorded_on, bill, today)
        })?;
        for (of, records) in &taken.new {
            store::enter_records(unit.db(), &area, of, records).await?;
        }
        Ok(taken.findings)
    }
}

impl Entry for CourseRecord {
    fn filed_by(&self) -> &str {
        &self.filed_by
    }

    fn encounter_id(&self) -> &str {
        &self.encounter_id
    }

    fn number(&self) -> i32 {
        self.record_number
    }

    fn known(&self) -> Refused {
        Refused::because(Refusal::RecordKnown).with("record_number", self.record_number)
    }
}

/// Art. 63. A record is of a day of the treatment.
fn fits(recorded_on: Date, of: &EncounterRow, today: Date) -> Result<(), Refused> {
    if is_within(recorded_on, (of.admitted_on, of.discharged_on), today) {
        return Ok(());
    }
    Err(Refused::because(Refusal::RecordDate)
        .with("recorded_on", recorded_on)
        .with("from_on", of.admitted_on)
        .about("记录日期"))
}
