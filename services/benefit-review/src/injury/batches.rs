//! What was decided outside, in lists of one or many rows. That the person is one whom registration knows
//! is looked at when the injury is registered: what was decided is kept as it was decided.

use std::collections::HashMap;

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Batch, Finding, Numbered, Result, Unit};
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    AppraisalConcluded, BenefitReviewEvent, Conclusion, Recognition, RecognitionOutcome,
    RecognitionRevoked, Refusal,
};
use contracts::options::v1::Caller;
use contracts::{Refused, authority};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::rules::{self, Dates};
use super::store::{self, Filter};

/// Art. 54. Decisions of the administrative department.
pub struct Recognitions;

#[chassis::async_trait]
impl Batch for Recognitions {
    type Row = Recognition;

    async fn admit(&self, unit: &mut Unit) -> Result<()> {
        sent_by(unit, authority::ADMINISTRATION, "认定工伤决定")
    }

    fn amount(&self, _row: &Recognition) -> Decimal {
        Decimal::ZERO
    }

    /// A number is decided once, and may be corrected and revoked; the same row again changes nothing.
    async fn enter(
        &self,
        unit: &mut Unit,
        _batch_id: Uuid,
        rows: &[Numbered<Recognition>],
    ) -> Result<Vec<Finding>> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let numbers: Vec<&str> = rows
            .iter()
            .map(|one| one.row.recognition_number.as_str())
            .collect();
        store::hold(unit.db(), &area, &numbers).await?;
        let mut known: HashMap<(String, bool), (i32, Recognition)> = HashMap::new();
        for (version, one) in store::recognition_versions(unit.db(), &area, &numbers).await? {
            let key = (one.recognition_number.clone(), is_revoked(&one));
            known.insert(key, (version, one));
        }
        let (mut findings, mut new) = (Vec::new(), Vec::new());
        for Numbered { number, row } in rows {
            let key = (row.recognition_number.clone(), is_revoked(row));
            let of_number = |revoked| known.get(&(row.recognition_number.clone(), revoked));
            let (decided, revoked) = (of_number(false), of_number(true));
            let checked = rules::in_order(dates(row)?, today)
                .and_then(|()| rules::diagnoses(&row.diagnoses))
                .and_then(|_| match (is_revoked(row), decided, revoked) {
                    (true, _, Some((_, before))) | (false, Some((_, before)), _)
                        if before == row =>
                    {
                        Ok(None)
                    }
                    (true, Some((_, one)), None) if one.person_id == row.person_id => Ok(Some(0)),
                    (true, _, None) => Err(unknown(&row.recognition_number)),
                    (false, Some((version, before)), revoked)
                        if !row.correction_grounds.is_empty() =>
                    {
                        rules::corrects((before, row), revoked.is_some())?;
                        Ok(Some(version + 1))
                    }
                    (false, None, _) if row.correction_grounds.is_empty() => Ok(Some(0)),
                    (false, None, _) => Err(unknown(&row.recognition_number)),
                    _ => Err(Refused::because(Refusal::RecognitionKnown)
                        .with("recognition_number", &row.recognition_number)),
                });
            match checked {
                Ok(None) => {}
                Ok(Some(version)) => {
                    new.push((uuid(&row.person_id)?, key.1, (version, row)));
                    known.insert(key, (version, row.clone()));
                }
                Err(refused) => findings.push(Finding::refused(*number, refused)),
            }
        }
        store::keep_recognitions(unit.db(), &area, &new).await?;
        let revoked = new.iter().filter(|(_, revoked, _)| *revoked);
        let revoked: Vec<&str> = revoked
            .map(|(.., (_, one))| one.recognition_number.as_str())
            .collect();
        tell_revoked(unit, &revoked).await?;
        Ok(findings)
    }
}

/// Art. 54. Tells of the registered injuries whose decision was revoked.
async fn tell_revoked(unit: &mut Unit, numbers: &[&str]) -> Result<()> {
    let area = unit.area().to_owned();
    let mut events = Vec::new();
    for injury_id in store::resting_on(unit.db(), &area, numbers).await? {
        let filter = Filter {
            injury_id: Some(injury_id),
            ..Filter::default()
        };
        for row in store::injuries(unit.db(), &area, filter, (None, 1)).await? {
            let injury: contracts::benefit_review::v1::Injury = row.try_into()?;
            let key = injury.person_id.clone();
            let what = Some(What::RecognitionRevoked(RecognitionRevoked {
                injury: Some(injury),
            }));
            events.push((key, BenefitReviewEvent { what }));
        }
    }
    unit.tell_all(events).await
}

/// Art. 55. Conclusions of the appraisal committee.
pub struct Conclusions;

#[chassis::async_trait]
impl Batch for Conclusions {
    type Row = Conclusion;

    async fn admit(&self, unit: &mut Unit) -> Result<()> {
        sent_by(unit, authority::APPRAISAL_COMMITTEE, "劳动能力鉴定结论")
    }

    fn amount(&self, _row: &Conclusion) -> Decimal {
        Decimal::ZERO
    }

    /// A number is concluded once, and may be corrected; the same row again changes nothing.
    async fn enter(
        &self,
        unit: &mut Unit,
        _batch_id: Uuid,
        rows: &[Numbered<Conclusion>],
    ) -> Result<Vec<Finding>> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let numbers: Vec<&str> = rows
            .iter()
            .flat_map(|one| [&one.row.conclusion_number, &one.row.corrects])
            .map(String::as_str)
            .filter(|number| !number.is_empty())
            .collect();
        store::hold(unit.db(), &area, &numbers).await?;
        let known = store::conclusion_versions(unit.db(), &area, &numbers).await?;
        let mut known: HashMap<String, (i32, Conclusion)> = known
            .into_iter()
            .map(|(version, one)| (one.conclusion_number.clone(), (version, one)))
            .collect();
        let (mut findings, mut new) = (Vec::new(), Vec::new());
        for Numbered { number, row } in rows {
            let of_number = |number: &str| known.get(number).map(|(version, one)| (*version, one));
            let before = of_number(&row.conclusion_number);
            if before.is_some_and(|(_, before)| before == row) {
                continue;
            }
            let concluded_on = day(row.concluded_on)?;
            let checked =
                match concluded_on > today {
                    true => Err(Refused::because(Refusal::ConclusionDates)
                        .with("concluded_on", concluded_on)),
                    false => rules::version(row, before, of_number(&row.corrects)),
                };
            match checked {
                Ok(version) => {
                    new.push((uuid(&row.person_id)?, (version, row)));
                    known.insert(row.conclusion_number.clone(), (version, row.clone()));
                }
                Err(refused) => findings.push(Finding::refused(*number, refused)),
            }
        }
        store::keep_conclusions(unit.db(), &area, &new).await?;
        let told = new.into_iter().map(|(_, row)| {
            let what = Some(What::AppraisalConcluded(AppraisalConcluded {
                conclusion: Some(row.clone()),
            }));
            (row.person_id.clone(), BenefitReviewEvent { what })
        });
        unit.tell_all(told).await?;
        Ok(findings)
    }
}

/// Whether a row revokes a decision.
#[must_use]
pub fn is_revoked(row: &Recognition) -> bool {
    row.outcome() == RecognitionOutcome::Revoked
}

/// The dates of a decision.
///
/// # Errors
/// When one that the contract requires is not there.
pub fn dates(row: &Recognition) -> Result<Dates> {
    Ok(Dates {
        happened_on: day(row.happened_on)?,
        applied_on: day(row.applied_on)?,
        accepted_on: day(row.accepted_on)?,
        decided_on: day(row.decided_on)?,
        time_limit_on: maybe_day(row.time_limit_on),
    })
}

/// Art. 54. There is no such decision.
#[must_use]
pub fn unknown(recognition_number: &str) -> Refused {
    let refused = Refused::because(Refusal::RecognitionUnknown);
    refused.with("recognition_number", recognition_number)
}

/// An authority sends its own lists only; a clerk enters those of all.
fn sent_by(unit: &Unit, (party, label): (&str, &str), list: &str) -> Result<()> {
    let actor = unit.actor();
    if actor.caller != Caller::Authority || actor.party == party {
        return Ok(());
    }
    Err(Refused::because(Refusal::SenderWrong)
        .with("list", list)
        .with("authority", label)
        .into())
}
