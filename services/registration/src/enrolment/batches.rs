//! Rosters that arrive in a stream.

use std::collections::{BTreeMap, HashMap};

use chassis::{Batch, Finding, Numbered, Result, Unit};
use contracts::Refused;
use contracts::registration::v1::{EmployerState, Refusal, StaffChangeRow};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::roster::{self, Read};
use super::store;
use super::window;
use crate::employer::store::{self as employers, TakingPart};

/// Art. 8, Art. 12. A roster (form 2-2): its rows are held against the register and answered; those
/// taken wait for their employer's case.
pub struct Roster;

#[chassis::async_trait]
impl Batch for Roster {
    type Row = StaffChangeRow;

    fn party<'r>(&self, row: &'r StaffChangeRow) -> Option<&'r str> {
        Some(&row.employer_id)
    }

    fn amount(&self, row: &StaffChangeRow) -> Decimal {
        row.wage
            .as_ref()
            .and_then(|wage| wage.decimal().ok())
            .unwrap_or_default()
    }

    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<StaffChangeRow>],
    ) -> Result<Vec<Finding>> {
        let area = unit.area().to_owned();
        let read = roster::read(rows, unit.today());
        let known = roster::known(unit, &read).await?;
        let months = window::months(unit, unit.today()).await?;
        let mut by_employer: BTreeMap<&str, Vec<Read<'_>>> = BTreeMap::new();
        for (numbered, report) in read {
            by_employer
                .entry(&numbered.row.employer_id)
                .or_default()
                .push((numbered, report));
        }
        let ids: Vec<&str> = by_employer.keys().copied().collect();
        let employers: HashMap<String, TakingPart> = employers::taking_part(unit.db(), &area, &ids)
            .await?
            .into_iter()
            .map(|employer| (employer.employer_id.clone(), employer))
            .collect();

        let mut findings = Vec::new();
        let mut taken = Vec::new();
        for (employer_id, rows) in by_employer {
            let refused = match may_report(employer_id, employers.get(employer_id)) {
                Ok(employer) => {
                    let own = (employer_id, employer.starts_on);
                    let (roll, refused) = roster::call_roll(own, months, &known, &rows);
                    let remarks = roll.remarks().iter().cloned();
                    findings.extend(remarks.map(|(row, found)| Finding::remark(row, found)));
                    refused
                }
                Err(refused) => rows
                    .iter()
                    .map(|(row, _)| (row.number, refused.clone()))
                    .collect(),
            };
            let is_refused = |number: i64| {
                refused
                    .binary_search_by_key(&number, |(refused, _)| *refused)
                    .is_ok()
            };
            taken.extend(
                rows.iter()
                    .filter(|(row, _)| !is_refused(row.number))
                    .map(|(row, _)| (row.number, &row.row)),
            );
            findings.extend(
                refused
                    .into_iter()
                    .map(|(row, why)| Finding::refused(row, why)),
            );
        }
        store::keep_rows(unit.db(), &area, batch_id, &taken).await?;
        Ok(findings)
    }
}

fn may_report<'a>(
    employer_id: &str,
    employer: Option<&'a TakingPart>,
) -> Result<&'a TakingPart, Refused> {
    let about = |why| {
        let refused = Refused::because(why).about("单位编号");
        refused.with("employer_id", employer_id)
    };
    match employer {
        None => Err(about(Refusal::EmployerUnknown)),
        Some(employer) if employer.state == EmployerState::Deregistered as i32 => {
            Err(about(Refusal::EmployerDeregistered))
        }
        Some(employer) => Ok(employer),
    }
}
