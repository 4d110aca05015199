//! Section 3, rehabilitation (工伤康复管理): who would gain by it (Art. 46), stays approved on a plan (Art. 47),
//! extended (Art. 48) and evaluated (Art. 49), and the experts who are drawn to assess them (Art. 49).

pub mod batches;
pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;

use chassis::{Error, Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::{
    ApprovedItem, CatalogueKind, CatalogueQuestion, ExpertOpinion, Refusal, Rehabilitation,
};
use law::{Cited, Law, Worksheet};
use time::Date;
use uuid::Uuid;

use crate::catalogue;
use store::Stays;

/// Art. 47, Art. 48. The last stay that was approved for an injury, whether it goes on or not.
///
/// # Errors
/// When none was.
pub async fn last_stay(
    unit: &mut Unit,
    person_id: Uuid,
    recognition_number: &str,
) -> Result<Rehabilitation> {
    let area = unit.area().to_owned();
    let which = Stays {
        person_id: Some(person_id),
        recognition_number,
        ..Stays::default()
    };
    let last = store::stays(unit.db(), &area, which, (None, 1))
        .await?
        .pop();
    let last = last.ok_or_else(|| Refused::because(Refusal::NotRehabilitated))?;
    Ok(last.into())
}

/// Art. 49. A stay by its number, with what was found after it.
///
/// # Errors
/// When there is no such stay, or it is not the caller's to see.
pub async fn stay(unit: &mut Unit, rehabilitation_id: Uuid) -> Result<Rehabilitation> {
    let area = unit.area().to_owned();
    let which = Stays {
        rehabilitation_id: Some(rehabilitation_id),
        ..Stays::default()
    };
    let found = store::stays(unit.db(), &area, which, (None, 1))
        .await?
        .pop();
    let row = found.ok_or_else(|| Error::not_found("康复记录", rehabilitation_id))?;
    let mut shown = vec![row.into()];
    store::add_follow_ups(unit.db(), &area, &mut shown).await?;
    shown
        .pop()
        .ok_or_else(|| Error::not_found("康复记录", rehabilitation_id))
}

/// Art. 47, Art. 48, Art. 49. `days` of a stay after those `before` are within what the area allows and
/// what the experts drawn for the case at hand find, who do not work where the stay is; `experts` names the
/// parameter of how many there are at least. Answers how it was weighed, and the numbers of the experts.
///
/// # Errors
/// When they are not, or experts are yet to be drawn or heard.
pub async fn assess(
    unit: &mut Unit,
    (before, days): (i64, i64),
    (experts, institution_id): (&str, &str),
    law: &Law,
) -> Result<(Worksheet, Vec<String>)> {
    let least = law.integer(experts)?;
    let opinions = heard(unit, &least, institution_id).await?;
    let most = law.integer("rehabilitation_days_at_most")?;
    let sheet = rules::time((before, days), (most, least), &opinions)?;
    let experts = opinions.into_iter().map(|opinion| opinion.expert_number);
    Ok((sheet, experts.collect()))
}

/// Art. 43, Art. 47. What the catalogue in force on a day says of the items of a plan, where a bill will not be paid as planned.
///
/// # Errors
/// When the catalogue cannot be read.
pub async fn listed(unit: &mut Unit, items: &[ApprovedItem], on: Date) -> Result<Vec<String>> {
    let question = |item: &ApprovedItem| CatalogueQuestion {
        kind: CatalogueKind::TreatmentItem as i32,
        code: item.code.clone(),
        on: Some(on.into()),
    };
    let answers = catalogue::answers(unit, items.iter().map(question).collect()).await?;
    let said = items.iter().zip(&answers);
    Ok(said
        .filter_map(|(item, answer)| rules::of_catalogue(item, answer.item.as_ref(), on))
        .collect())
}

/// Art. 49. The opinions on the case at hand, in the order of rank; none where the area asks for none and
/// nobody was drawn.
async fn heard(
    unit: &mut Unit,
    least: &Cited<i64>,
    institution_id: &str,
) -> Result<Vec<ExpertOpinion>> {
    let area = unit.area().to_owned();
    let drawn = match unit.case_id() {
        Some(case_id) => store::draw(unit.db(), &area, case_id).await?,
        None => None,
    };
    let Some(draw) = drawn else {
        if least.value == 0 {
            return Ok(Vec::new());
        }
        let refused = Refused::because(Refusal::ExpertsNotDrawn);
        return Err(refused.with("number", least.value).into());
    };
    // An application that came back may name another institution, whose own experts may sit.
    if draw.excluded_institution_id != institution_id {
        return Err(Refused::because(Refusal::DrawnForOther)
            .with("institution_id", draw.excluded_institution_id)
            .into());
    }
    let replaced = store::replacements(unit.db(), &area, draw.case_id).await?;
    let seated = draw.seated(&replaced)?;
    let given = store::opinions(unit.db(), &area, draw.case_id).await?;
    Ok(rules::complete(&seated, given)?)
}

/// Art. 46, Art. 48, Art. 49. What is recorded has happened by `today`.
///
/// # Errors
/// When it lies ahead.
pub fn happened(on: Date, today: Date) -> Result<(), Refused> {
    if on <= today {
        return Ok(());
    }
    Err(Refused::because(Refusal::RehabilitationDate).with("on", on))
}
