//! What the appraisal committee concludes of disputed relapses (Art. 44), in lists of one or many rows.

use std::collections::HashMap;

use chassis::wire::{day, uuid};
use chassis::{Batch, Finding, Numbered, Result, Unit, async_trait};
use contracts::Refused;
use contracts::medical_agreement::v1::{Refusal, RelapseConclusion};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::rules;
use super::store;

/// Art. 44. Conclusions of the committee; a clerk enters those that came on paper.
pub struct RelapseConclusions;

#[async_trait]
impl Batch for RelapseConclusions {
    type Row = RelapseConclusion;

    async fn admit(&self, unit: &mut Unit) -> Result<()> {
        let actor = unit.actor();
        Ok(rules::of_committee(actor.caller, &actor.party)?)
    }

    fn amount(&self, _row: &RelapseConclusion) -> Decimal {
        Decimal::ZERO
    }

    /// A dispute is concluded once; the same row again changes nothing.
    async fn enter(
        &self,
        unit: &mut Unit,
        _batch_id: Uuid,
        rows: &[Numbered<RelapseConclusion>],
    ) -> Result<Vec<Finding>> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let ids = rows.iter().map(|one| uuid(&one.row.dispute_id));
        let ids = ids.collect::<Result<Vec<_>>>()?;
        let held = store::hold(unit.db(), &area, &ids).await?;
        let mut disputes = HashMap::with_capacity(held.len());
        for one in held {
            disputes.insert(one.dispute_id, (one.conclusion()?, one));
        }
        let mut findings = Vec::new();
        for (Numbered { number, row }, id) in rows.iter().zip(ids) {
            let person_id = uuid(&row.person_id)?;
            let dispute = disputes.get_mut(&id);
            let refused = match dispute.filter(|(_, dispute)| dispute.person_id == person_id) {
                None => Refused::because(Refusal::RelapseDisputeUnknown)
                    .with("dispute_id", &row.dispute_id)
                    .with("person_id", &row.person_id),
                Some((Some(before), _)) if before == row => continue,
                Some((Some(_), _)) => concluded(row),
                Some((conclusion, dispute)) => {
                    let days = (dispute.referred_on, day(row.concluded_on)?);
                    match rules::concluded_on(days, today) {
                        Err(refused) => refused,
                        Ok(()) if store::conclude(unit.db(), &area, row).await? => {
                            *conclusion = Some(row.clone());
                            continue;
                        }
                        Ok(()) => concluded(row),
                    }
                }
            };
            findings.push(Finding::refused(*number, refused));
        }
        Ok(findings)
    }
}

/// Something else was concluded of it, or under the number.
fn concluded(row: &RelapseConclusion) -> Refused {
    Refused::because(Refusal::RelapseConcluded)
        .with("dispute_id", &row.dispute_id)
        .with("number", &row.number)
}
