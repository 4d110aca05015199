//! What is looked up of bills (Art. 61-65, Art. 90).

use chassis::wire::{day, maybe_uuid, uuid};
use chassis::{Page, Result, Unit};
use contracts::benefit_review::v1::{
    GetDayTotalsRequest, GetDayTotalsResponse, ListBenefitsRequest, ListBenefitsResponse,
    ListBillLinesRequest, ListBillLinesResponse, ListCourseRecordsRequest,
    ListCourseRecordsResponse, ListEncountersRequest, ListEncountersResponse, ListFlagsRequest,
    ListFlagsResponse, ListSettlementsRequest, ListSettlementsResponse,
};
use contracts::options::v1::Caller;

use super::super::store::{self, Filter};
use super::super::without_flags;
use crate::benefit;

/// Bills, the newest first.
///
/// # Errors
/// When they cannot be read.
pub async fn encounters(
    unit: &mut Unit,
    asked: &ListEncountersRequest,
) -> Result<ListEncountersResponse> {
    let area = unit.area().to_owned();
    let page = Page::of(asked.page_size, &asked.page_token)?;
    let actor = unit.actor();
    let (mut person_id, mut filed_by) = (maybe_uuid(&asked.person_id)?, asked.filed_by.clone());
    match actor.caller {
        Caller::Institution | Caller::Employer => filed_by.clone_from(&actor.party),
        Caller::Person => person_id = maybe_uuid(&actor.party)?,
        _ => {}
    }
    let filter = Filter {
        encounter_id: maybe_uuid(&asked.encounter_id)?,
        person_id,
        filed_by: &filed_by,
        state: asked.state,
        in_review: asked.in_review,
    };
    let part = (page.after()?, page.limit());
    let rows = store::list(unit.db(), &area, filter, part).await?;
    let (rows, next_page_token) = page.cut(rows, |(row, _)| row.encounter_id.to_string());
    let encounters = rows.iter().map(|(row, left)| row.shown(*left));
    Ok(ListEncountersResponse {
        encounters: encounters.collect::<Result<_>>()?,
        next_page_token,
    })
}

/// The lines of a bill that count.
///
/// # Errors
/// When they cannot be read.
pub async fn lines(unit: &mut Unit, asked: &ListBillLinesRequest) -> Result<ListBillLinesResponse> {
    let (area, id) = (unit.area().to_owned(), uuid(&asked.encounter_id)?);
    let page = Page::of(asked.page_size, &asked.page_token)?;
    let part = (page.after()?.unwrap_or_default(), page.limit());
    let kept = store::lines(unit.db(), &area, &[id], part).await?;
    let (kept, next_page_token) = page.cut(kept, |line| line.number.to_string());
    let lines = kept.iter().map(store::Kept::told);
    Ok(ListBillLinesResponse {
        lines: lines.collect::<Result<_>>()?,
        next_page_token,
    })
}

/// Art. 62, Art. 63. The records of the course of a treatment that count.
///
/// # Errors
/// When they cannot be read.
pub async fn records(
    unit: &mut Unit,
    asked: &ListCourseRecordsRequest,
) -> Result<ListCourseRecordsResponse> {
    let (area, id) = (unit.area().to_owned(), uuid(&asked.encounter_id)?);
    let page = Page::of(asked.page_size, &asked.page_token)?;
    let part = (page.after()?.unwrap_or_default(), page.limit());
    let kept = store::records(unit.db(), &area, id, part).await?;
    let (kept, next_page_token) = page.cut(kept, |record| record.number.to_string());
    let records = kept.iter().map(store::Kept::told);
    Ok(ListCourseRecordsResponse {
        records: records.collect::<Result<_>>()?,
        next_page_token,
    })
}

/// The settlements of a bill, the last first.
///
/// # Errors
/// When they cannot be read.
pub async fn settlements(
    unit: &mut Unit,
    asked: &ListSettlementsRequest,
) -> Result<ListSettlementsResponse> {
    let (area, id) = (unit.area().to_owned(), uuid(&asked.encounter_id)?);
    let page = Page::of(asked.page_size, &asked.page_token)?;
    let part = (page.after()?.unwrap_or(i32::MAX), page.limit());
    let rows = store::settlements(unit.db(), &area, id, part).await?;
    let (mut settlements, next_page_token) = page.cut(rows, |row| row.sequence.to_string());
    if unit.actor().speaks_for_itself() {
        settlements = settlements.into_iter().map(without_flags).collect();
    }
    Ok(ListSettlementsResponse {
        settlements,
        next_page_token,
    })
}

/// Art. 63. What an institution settled first on a day.
///
/// # Errors
/// When it cannot be read.
pub async fn day_totals(
    unit: &mut Unit,
    asked: &GetDayTotalsRequest,
) -> Result<GetDayTotalsResponse> {
    let area = unit.area().to_owned();
    let of = (asked.institution_id.as_str(), day(asked.settled_on)?);
    let sums = store::day_totals(unit.db(), &area, of).await?;
    Ok(GetDayTotalsResponse {
        encounters: i32::try_from(sums.encounters).unwrap_or(i32::MAX),
        lines: i32::try_from(sums.lines).unwrap_or(i32::MAX),
        total: Some(sums.total.into()),
        fund: Some(sums.fund.into()),
        employer: Some(sums.employer.into()),
        compensated: Some(sums.compensated.into()),
        nobody: Some(sums.nobody.into()),
        in_review: Some(sums.in_review.into()),
    })
}

/// What looks odd, the newest first.
///
/// # Errors
/// When it cannot be read.
pub async fn flags(unit: &mut Unit, asked: &ListFlagsRequest) -> Result<ListFlagsResponse> {
    let area = unit.area().to_owned();
    let page = Page::of(asked.page_size, &asked.page_token)?;
    let of = (asked.kind, asked.institution_id.as_str());
    let rows = store::flags(unit.db(), &area, of, (page.after()?, page.limit())).await?;
    let (rows, next_page_token) = page.cut(rows, |(id, _)| id.to_string());
    Ok(ListFlagsResponse {
        flags: rows.into_iter().map(|(_, flag)| flag).collect(),
        next_page_token,
    })
}

/// Art. 65, Art. 67, Art. 90. What was decided that somebody gets, the newest first.
///
/// # Errors
/// When it cannot be read.
pub async fn benefits(
    unit: &mut Unit,
    asked: &ListBenefitsRequest,
) -> Result<ListBenefitsResponse> {
    let area = unit.area().to_owned();
    let page = Page::of(asked.page_size, &asked.page_token)?;
    let actor = unit.actor();
    let own = |caller: Caller, asked: &str| match actor.caller == caller {
        true => actor.party.clone(),
        false => asked.to_owned(),
    };
    let person_id = maybe_uuid(&own(Caller::Person, &asked.person_id))?;
    let employer_id = own(Caller::Employer, &asked.employer_id);
    let institution_id = own(Caller::Institution, &asked.institution_id);
    let filter = benefit::store::Filter {
        person_id,
        employer_id: &employer_id,
        institution_id: &institution_id,
        case_id: maybe_uuid(&asked.case_id)?,
        claim_id: None,
    };
    let part = (page.after()?, page.limit());
    let rows = benefit::store::list(unit.db(), &area, filter, part).await?;
    let (benefits, next_page_token) = page.cut(rows, |row| row.benefit_id.clone());
    Ok(ListBenefitsResponse {
        benefits,
        next_page_token,
    })
}
