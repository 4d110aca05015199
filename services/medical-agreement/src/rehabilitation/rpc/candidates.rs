//! Who would gain by rehabilitation: listed, invited, and who does not want to.

use chassis::wire::{day, maybe_uuid, uuid, uuids};
use chassis::{Error, Page, Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::{
    Candidate, CandidateState, DeclineCandidateRequest, InviteCandidatesRequest,
    ListCandidatesRequest, ListCandidatesResponse, Refusal,
};
use contracts::options::v1::Caller;
use contracts::reflect::label_of;
use uuid::Uuid;

use super::super::happened;
use super::super::store::{self, Candidates, Step};
use crate::own::own;

/// Art. 46. Candidates as they stand today. How far one has come may rest on a stay at another
/// institution, of which the one that proposed her or him sees this much.
pub async fn list(
    unit: &mut Unit,
    asked: &ListCandidatesRequest,
) -> Result<ListCandidatesResponse> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let page = Page::of(asked.page_size, &asked.page_token)?;
    let actor = unit.actor().clone();
    if actor.caller == Caller::Institution {
        unit.look_as_the_agency().await?;
    }
    let which = Candidates {
        institution_id: own(&actor, Caller::Institution, &asked.institution_id),
        person_id: maybe_uuid(&asked.person_id)?,
        state: asked.state,
        ..Candidates::default()
    };
    let part = (page.after()?, page.limit());
    let rows = store::candidates(unit.db(), &area, (which, today), part).await?;
    let (candidates, next_page_token) = page.cut(rows, |row| row.candidate_id.clone());
    Ok(ListCandidatesResponse {
        candidates,
        next_page_token,
    })
}

/// Art. 46. The invitation to apply reached these candidates.
pub async fn invite(unit: &mut Unit, asked: &InviteCandidatesRequest) -> Result<Vec<Candidate>> {
    let mut ids = uuids(&asked.candidate_ids)?;
    ids.sort_unstable();
    ids.dedup();
    let delivered_on = day(asked.delivered_on)?;
    happened(delivered_on, unit.today())?;
    expect(unit, &ids, &[CandidateState::Proposed]).await?;
    let (area, recorded_by) = (unit.area().to_owned(), unit.actor().id.clone());
    let step = Step {
        step: 1,
        happened_on: delivered_on,
        ground: "",
        recorded_by: &recorded_by,
    };
    store::take_step(unit.db(), &area, &ids, step).await?;
    these(unit, &ids).await
}

/// Art. 46. A candidate does not want to be rehabilitated.
pub async fn decline(
    unit: &mut Unit,
    asked: &DeclineCandidateRequest,
) -> Result<Option<Candidate>> {
    let ids = [uuid(&asked.candidate_id)?];
    let declined_on = day(asked.declined_on)?;
    happened(declined_on, unit.today())?;
    let open = [CandidateState::Proposed, CandidateState::Invited];
    expect(unit, &ids, &open).await?;
    let (area, recorded_by) = (unit.area().to_owned(), unit.actor().id.clone());
    let step = Step {
        step: 2,
        happened_on: declined_on,
        ground: &asked.ground,
        recorded_by: &recorded_by,
    };
    store::take_step(unit.db(), &area, &ids, step).await?;
    Ok(these(unit, &ids).await?.pop())
}

/// These candidates, the newest first.
async fn these(unit: &mut Unit, ids: &[Uuid]) -> Result<Vec<Candidate>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let which = Candidates {
        ids: Some(ids),
        ..Candidates::default()
    };
    let limit = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    store::candidates(unit.db(), &area, (which, today), (None, limit)).await
}

/// Each of these candidates is there and stands as one of `states` says.
async fn expect(unit: &mut Unit, ids: &[Uuid], states: &[CandidateState]) -> Result<()> {
    let found = these(unit, ids).await?;
    let is_there = |id: &&Uuid| found.iter().any(|one| one.candidate_id == id.to_string());
    if let Some(missing) = ids.iter().find(|id| !is_there(id)) {
        return Err(Error::not_found("康复对象", missing));
    }
    match found.iter().find(|one| !states.contains(&one.state())) {
        None => Ok(()),
        Some(other) => {
            let name = "workinjury.medical_agreement.v1.CandidateState";
            Err(Refused::because(Refusal::CandidateState)
                .with("candidate_id", &other.candidate_id)
                .with("state", label_of(name, other.state))
                .into())
        }
    }
}
