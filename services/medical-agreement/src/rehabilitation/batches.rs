//! The list of those who would gain by rehabilitation, which arrives in a stream.

use std::collections::{BTreeSet, HashMap, HashSet};

use chassis::wire::day;
use chassis::{Batch, Finding, Numbered, Result, Unit, async_trait};
use contracts::Refused;
use contracts::medical_agreement::v1::{CandidateRow, InstitutionKind, Refusal};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::store::{self, Proposed};
use crate::agreement::store::standings;
use crate::patient::is_treated;
use crate::peers;

/// Candidates, of one institution or of many.
pub struct CandidateList;

#[async_trait]
impl Batch for CandidateList {
    type Row = CandidateRow;

    fn party<'r>(&self, row: &'r CandidateRow) -> Option<&'r str> {
        Some(&row.institution_id)
    }

    fn party_label(&self) -> &'static str {
        "机构编号"
    }

    fn amount(&self, _row: &CandidateRow) -> Decimal {
        Decimal::ZERO
    }

    /// Art. 46. A candidate is kept whose institution is under agreement today, whose condition is stable
    /// by now, whom registration knows by number and name, whose injury is registered, and who is not on a list
    /// for it yet.
    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<CandidateRow>],
    ) -> Result<Vec<Finding>> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let institutions = under_agreement(unit, rows, today).await?;
        let mut findings = Vec::new();
        let mut sound = Vec::new();
        for row in rows {
            match of_an_institution(&row.row, &institutions, today)? {
                None => sound.push((row.number, Proposed::of(&row.row)?)),
                Some((label, refused)) => {
                    findings.push(Finding::refused(row.number, refused).about(label));
                }
            }
        }
        let persons = sound.iter().map(|(_, row)| row.person_id).collect();
        let names = peers::names(unit, persons, today).await?;
        let injuries = sound.iter().map(|(_, row)| row.injury()).collect();
        let treated = treated(unit, injuries).await?;
        let mut known = Vec::new();
        for (number, row) in sound {
            match of_a_person(&row, &names, treated.as_ref()) {
                None => known.push((number, row)),
                Some((label, refused)) => {
                    findings.push(Finding::refused(number, refused).about(label));
                }
            }
        }
        let (numbers, proposed): (Vec<i64>, Vec<Proposed<'_>>) = known.into_iter().unzip();
        let kept = store::propose(unit.db(), &area, (batch_id, today), &proposed).await?;
        let kept: HashSet<Uuid> = kept.into_iter().collect();
        for (number, row) in numbers.into_iter().zip(proposed) {
            if !kept.contains(&row.candidate_id) {
                let refused = Refused::because(Refusal::CandidateTwice);
                findings.push(Finding::refused(number, refused).about("认定工伤决定书编号"));
            }
        }
        Ok(findings)
    }
}

/// Art. 54. Which of these injuries the fund still pays for; none where no service of injuries is asked.
async fn treated(
    unit: &mut Unit,
    injuries: BTreeSet<(Uuid, String)>,
) -> Result<Option<HashSet<(Uuid, String)>>> {
    if !unit.platform().has_peer("benefit-review") {
        return Ok(None);
    }
    let registered = peers::injuries(unit, injuries).await?.into_iter();
    let treated = registered.filter(|(_, injury)| is_treated(injury));
    Ok(Some(treated.map(|(of, _)| of).collect()))
}

/// Whether each institution of the rows is under agreement on a day to treat or to rehabilitate; `None` for
/// one that is suspended.
async fn under_agreement(
    unit: &mut Unit,
    rows: &[Numbered<CandidateRow>],
    on: Date,
) -> Result<HashMap<String, Option<bool>>> {
    let area = unit.area().to_owned();
    let ids: BTreeSet<&str> = rows
        .iter()
        .map(|row| row.row.institution_id.as_str())
        .collect();
    let days: Vec<(&str, Date)> = ids.into_iter().map(|id| (id, on)).collect();
    let standings = standings(unit.db(), &area, &days).await?;
    Ok(standings
        .into_iter()
        .map(|standing| {
            let treats = standing.kinds().any(|kind| kind != InstitutionKind::Device);
            let may = (!standing.suspended).then_some(treats);
            (standing.institution_id, may)
        })
        .collect())
}

/// What is wrong with a row before anybody is asked about the person, and in which column.
fn of_an_institution(
    row: &CandidateRow,
    institutions: &HashMap<String, Option<bool>>,
    today: Date,
) -> Result<Option<(&'static str, Refused)>> {
    let refused = match institutions.get(&row.institution_id) {
        Some(Some(true)) => None,
        Some(None) => Some(Refused::because(Refusal::InstitutionSuspended)),
        _ => Some(Refused::because(Refusal::NoAgreement).with("kind", "医疗（康复）")),
    };
    if let Some(refused) = refused {
        let refused = refused
            .with("institution_id", &row.institution_id)
            .with("on", today);
        return Ok(Some(("机构编号", refused)));
    }
    let stable_on = day(row.stable_on)?;
    let early = Refused::because(Refusal::NotYetStable).with("stable_on", stable_on);
    Ok((stable_on > today).then_some(("病情相对稳定日期", early)))
}

/// What is wrong with a row once it is known who the person is and which injuries are registered, and in which
/// column.
fn of_a_person(
    row: &Proposed<'_>,
    names: &HashMap<Uuid, String>,
    treated: Option<&HashSet<(Uuid, String)>>,
) -> Option<(&'static str, Refused)> {
    if names.get(&row.person_id).map(String::as_str) != Some(row.name) {
        let refused = Refused::because(Refusal::PersonUnknown)
            .with("person_id", row.person_id)
            .with("name", row.name);
        return Some(("个人编号", refused));
    }
    let injury = row.injury();
    if treated.is_none_or(|treated| treated.contains(&injury)) {
        return None;
    }
    let refused = Refused::because(Refusal::InjuryUnknown).with("recognition_number", injury.1);
    Some(("认定工伤决定书编号", refused))
}
