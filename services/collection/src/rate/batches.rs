//! Facts of review periods that arrive in a stream.

use std::collections::HashSet;

use chassis::{Batch, Finding, Numbered, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::{FloatingFactRow, Refusal};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::store::{self, Facts};
use crate::wire;

/// Paid benefits, injuries, grades 1-4, deaths and occupational diseases by employer.
pub struct FloatingFactList;

#[async_trait]
impl Batch for FloatingFactList {
    type Row = FloatingFactRow;

    fn amount(&self, row: &FloatingFactRow) -> Decimal {
        wire::yuan(row.benefits.as_ref()).unwrap_or_default()
    }

    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<FloatingFactRow>],
    ) -> Result<Vec<Finding>> {
        let area = unit.area().to_owned();
        let ids: Vec<&str> = rows.iter().map(|r| r.row.employer_id.as_str()).collect();
        let known: HashSet<String> = store::known(unit.db(), &area, &ids)
            .await?
            .into_iter()
            .collect();
        let mut seen = HashSet::new();
        let (mut good, mut findings) = (Vec::new(), Vec::new());
        for Numbered { number, row } in rows {
            let once = seen.insert((&row.employer_id, row.from_month, row.to_month));
            match facts(row) {
                Err(refused) => findings.push(Finding::refused(*number, refused)),
                Ok(_) if !known.contains(&row.employer_id) => {
                    let refused = Refused::because(Refusal::EmployerUnknown)
                        .with("employer_id", &row.employer_id);
                    findings.push(Finding::refused(*number, refused).about("单位编号"));
                }
                Ok(_) if !once => {
                    let twice = Refused::because(Refusal::FactsTwice);
                    findings.push(Finding::refused(*number, twice).about("考核期起始月份"));
                }
                Ok(facts) => good.push(facts),
            }
        }
        store::upsert_facts(unit.db(), &area, batch_id, &good).await?;
        Ok(findings)
    }
}

/// Art. 26. The facts of a row, or why they cannot be.
///
/// # Errors
/// A refusal when months are reversed, or more deaths are the employer's fault than there are.
pub fn facts(row: &FloatingFactRow) -> Result<Facts, Refused> {
    let missing = |_| {
        Refused::because(Refusal::MonthsReversed)
            .with("to", "")
            .with("from", "")
    };
    let (first, last) = (
        wire::month(row.from_month).map_err(missing)?,
        wire::month(row.to_month).map_err(missing)?,
    );
    if last < first {
        return Err(Refused::because(Refusal::MonthsReversed)
            .about("考核期终止月份")
            .with("to", last)
            .with("from", first));
    }
    if row.responsible_deaths > row.deaths {
        return Err(Refused::because(Refusal::FactsInconsistent).about("责任事故死亡人数"));
    }
    let number = |many: u32| i32::try_from(many).unwrap_or(i32::MAX);
    Ok(Facts {
        employer_id: row.employer_id.clone(),
        period: wire::months(first, last),
        benefits: wire::yuan(row.benefits.as_ref()).unwrap_or_default(),
        injuries: number(row.injuries),
        severe_cases: number(row.severe_cases),
        deaths: number(row.deaths),
        responsible_deaths: number(row.responsible_deaths),
        occupational_diseases: number(row.occupational_diseases),
    })
}
