//! Experts: the pool, who was drawn, who was called instead, and what they find.

use chassis::wire::{count, day, maybe_day, uuid};
use chassis::{Error, Page, Result, Unit, awaiting};
use contracts::Refused;
use contracts::medical_agreement::v1::{
    DrawExpertsRequest, ExpertDraw, ExpertReplacement, ListExpertsRequest, ListExpertsResponse,
    RecordOpinionsRequest, Refusal, ReplaceExpertRequest,
};
use rand::TryRng;
use rand::rngs::SysRng;
use uuid::Uuid;

use super::super::cases::{RehabilitationExtension, RehabilitationStay};
use super::super::store::{self, DrawRow};
use super::super::{happened, last_stay, rules};

/// Art. 49. Experts of the pool on a day.
pub async fn list_experts(
    unit: &mut Unit,
    asked: &ListExpertsRequest,
) -> Result<ListExpertsResponse> {
    let area = unit.area().to_owned();
    let page = Page::of(asked.page_size, &asked.page_token)?;
    let on = maybe_day(asked.on).unwrap_or_else(|| unit.today());
    let which = (asked.specialty.as_str(), on);
    let part = (page.after.as_deref(), page.limit());
    let rows = store::experts(unit.db(), &area, which, part).await?;
    let (experts, next_page_token) = page.cut(rows, |row| row.expert_number.clone());
    Ok(ListExpertsResponse {
        experts,
        next_page_token,
    })
}

/// Art. 49. Draws experts for an application, once.
pub async fn draw(unit: &mut Unit, asked: &DrawExpertsRequest) -> Result<ExpertDraw> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let case_id = uuid(&asked.case_id)?;
    let (institution_id, experts) = assessed(unit, case_id).await?;
    // The day whose law also decides the application.
    let least = unit.law(unit.applied_on()).await?.integer(experts)?.value;
    if i64::from(asked.number) < least {
        let refused = Refused::because(Refusal::ExpertsTooFew);
        return Err(refused.with("least", least).into());
    }
    let which = (asked.specialty.as_str(), institution_id.as_str());
    let pool = store::pool(unit.db(), &area, which, today).await?;
    let wanted = usize::try_from(asked.number).unwrap_or_default();
    if pool.len() < wanted {
        return Err(Refused::because(Refusal::PoolTooSmall)
            .with("available", pool.len())
            .with("number", wanted)
            .into());
    }
    let mut seed = [0; 32];
    SysRng.try_fill_bytes(&mut seed).map_err(Error::internal)?;
    let mut drawn = rules::ranked(&seed, &pool);
    drawn.truncate(wanted);
    let row = DrawRow {
        case_id,
        seed: hex::encode(seed),
        pool,
        wanted: asked.number,
        specialty: asked.specialty.clone(),
        excluded_institution_id: institution_id,
        drawn,
        drawn_on: today,
        drawn_by: unit.actor().id.clone(),
    };
    store::insert_draw(unit.db(), &area, &row).await?;
    repeated(unit, case_id).await
}

/// The treating institution of an application that awaits its decision, and the parameter of how many
/// experts assess it.
async fn assessed(unit: &mut Unit, case_id: Uuid) -> Result<(String, &'static str)> {
    if let Some(form) = awaiting::<RehabilitationStay>(unit, case_id).await? {
        return Ok((form.treating_institution_id, "rehabilitation_experts"));
    }
    let extension = awaiting::<RehabilitationExtension>(unit, case_id).await?;
    let form = extension.ok_or_else(|| Error::not_found("待核定的康复申请", case_id))?;
    let stay = last_stay(unit, uuid(&form.person_id)?, &form.recognition_number).await?;
    Ok((stay.institution_id, "rehabilitation_extension_experts"))
}

/// Art. 49. A draw, with whether it comes out again from its seed and its pool.
pub async fn repeated(unit: &mut Unit, case_id: Uuid) -> Result<ExpertDraw> {
    let row = found(unit, case_id).await?;
    let area = unit.area().to_owned();
    let replacements = store::replacements(unit.db(), &area, case_id).await?;
    let called: Vec<&str> = replacements
        .iter()
        .map(|one| one.replacement_number.as_str())
        .collect();
    let agrees = rules::agrees(&row.ranked()?, &row.drawn, &called);
    Ok(ExpertDraw {
        case_id: case_id.to_string(),
        number: count(row.wanted),
        seated: row.seated(&replacements)?,
        agrees,
        opinions: store::opinions(unit.db(), &area, case_id).await?,
        replacements,
        seed: row.seed,
        pool: row.pool,
        specialty: row.specialty,
        excluded_institution_id: row.excluded_institution_id,
        drawn: row.drawn,
        drawn_on: Some(row.drawn_on.into()),
        drawn_by: row.drawn_by,
    })
}

/// Art. 49. The next in rank takes the place of an expert who cannot come and has not been heard.
pub async fn replace(unit: &mut Unit, asked: &ReplaceExpertRequest) -> Result<ExpertDraw> {
    let (area, case_id) = (unit.area().to_owned(), uuid(&asked.case_id)?);
    store::lock_draw(unit.db(), &area, case_id).await?;
    let row = found(unit, case_id).await?;
    let before = store::replacements(unit.db(), &area, case_id).await?;
    expect_to_be_heard(unit, &row, &before, &asked.expert_number).await?;
    let ranked = row.ranked()?;
    let next = rules::next(&ranked, row.wanted(), before.len());
    let next = next.ok_or_else(|| Refused::because(Refusal::ExpertsExhausted))?;
    let replaced = ExpertReplacement {
        expert_number: asked.expert_number.clone(),
        replacement_number: next.clone(),
        reason: asked.reason.clone(),
    };
    let (now, recorded_by) = (unit.now(), unit.actor().id.clone());
    let of = (case_id, &replaced);
    store::insert_replacement(unit.db(), &area, of, (now, &recorded_by)).await?;
    repeated(unit, case_id).await
}

/// Art. 49. What experts find, each once.
pub async fn record_opinions(unit: &mut Unit, asked: &RecordOpinionsRequest) -> Result<ExpertDraw> {
    let (area, case_id) = (unit.area().to_owned(), uuid(&asked.case_id)?);
    store::lock_draw(unit.db(), &area, case_id).await?;
    let row = found(unit, case_id).await?;
    let replaced = store::replacements(unit.db(), &area, case_id).await?;
    for (at, opinion) in asked.opinions.iter().enumerate() {
        let number = opinion.expert_number.as_str();
        expect_to_be_heard(unit, &row, &replaced, number).await?;
        let before = asked.opinions.iter().take(at);
        if before.into_iter().any(|one| one.expert_number == number) {
            let refused = Refused::because(Refusal::OpinionGiven);
            return Err(refused.with("expert", number).into());
        }
        rules::consistent(opinion)?;
        happened(day(opinion.given_on)?, unit.today())?;
    }
    let by = unit.actor().id.clone();
    store::insert_opinions(unit.db(), &area, (case_id, &by), &asked.opinions).await?;
    repeated(unit, case_id).await
}

async fn found(unit: &mut Unit, case_id: Uuid) -> Result<DrawRow> {
    let area = unit.area().to_owned();
    let row = store::draw(unit.db(), &area, case_id).await?;
    row.ok_or_else(|| Error::not_found("专家抽取记录", case_id))
}

/// An expert is seated and has given no opinion yet.
async fn expect_to_be_heard(
    unit: &mut Unit,
    row: &DrawRow,
    replaced: &[ExpertReplacement],
    number: &str,
) -> Result<()> {
    let area = unit.area().to_owned();
    if !row.seated(replaced)?.iter().any(|seated| seated == number) {
        let refused = Refused::because(Refusal::ExpertNotSeated);
        return Err(refused.with("expert", number).into());
    }
    let given = store::opinions(unit.db(), &area, row.case_id).await?;
    if given.iter().any(|opinion| opinion.expert_number == number) {
        let refused = Refused::because(Refusal::OpinionGiven);
        return Err(refused.with("expert", number).into());
    }
    Ok(())
}
