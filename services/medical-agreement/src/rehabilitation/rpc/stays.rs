//! Stays, and what was found of employees after them.

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Page, Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::{
    ListRehabilitationsRequest, ListRehabilitationsResponse, RecordFollowUpRequest, Refusal,
    Rehabilitation,
};
use contracts::options::v1::Caller;

use super::super::store::{self, Stays};
use super::super::{happened, stay};
use crate::own::{own, own_person};

/// Art. 47, Art. 48, Art. 49. Stays with what became of them. What is found of an employee is no business of
/// the employer's, nor is when somebody looks again.
pub async fn list(
    unit: &mut Unit,
    asked: &ListRehabilitationsRequest,
) -> Result<ListRehabilitationsResponse> {
    let area = unit.area().to_owned();
    let page = Page::of(asked.page_size, &asked.page_token)?;
    let actor = unit.actor().clone();
    let which = Stays {
        person_id: own_person(&actor, &asked.person_id)?,
        institution_id: own(&actor, Caller::Institution, &asked.institution_id),
        employer_id: own(&actor, Caller::Employer, &asked.employer_id),
        due_by_on: maybe_day(asked.follow_up_due_by_on),
        ..Stays::default()
    };
    let part = (page.after()?, page.limit());
    let rows = store::stays(unit.db(), &area, which, part).await?;
    let (rows, next_page_token) = page.cut(rows, |row| row.rehabilitation_id.to_string());
    let mut rehabilitations: Vec<Rehabilitation> = rows.into_iter().map(Into::into).collect();
    store::add_follow_ups(unit.db(), &area, &mut rehabilitations).await?;
    if actor.caller == Caller::Employer {
        for stay in &mut rehabilitations {
            stay.follow_up_due_on = None;
        }
    }
    Ok(ListRehabilitationsResponse {
        rehabilitations,
        next_page_token,
    })
}

/// Art. 49. What was found of an employee after a stay that was evaluated, and when to look again.
pub async fn record_follow_up(
    unit: &mut Unit,
    asked: &RecordFollowUpRequest,
) -> Result<Rehabilitation> {
    let id = uuid(&asked.rehabilitation_id)?;
    let before = stay(unit, id).await?;
    let found_on = day(asked.found_on)?;
    happened(found_on, unit.today())?;
    if maybe_day(before.ended_on).is_none_or(|ended_on| found_on < ended_on) {
        let refused = Refused::because(Refusal::FollowUpEarly);
        return Err(refused.with("found_on", found_on).into());
    }
    if let Some(next_due_on) = maybe_day(asked.next_due_on).filter(|next| *next <= found_on) {
        let refused = Refused::because(Refusal::FollowUpNext);
        return Err(refused.with("next_due_on", next_due_on).into());
    }
    let (area, recorded_by) = (unit.area().to_owned(), unit.actor().id.clone());
    store::keep_follow_up(unit.db(), &area, (&before, &recorded_by), asked).await?;
    stay(unit, id).await
}
