//! Review on objection (forms 90-A and 90-B).

use chassis::wire::{uuid, yuan};
use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::benefit_review::v1::{
    EncounterState, ObjectionDecision, ObjectionForm, Refusal, SettlementCause,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::store::{self, EncounterRow};
use super::super::{
    assess, bill, injury_of, left_for_review, same_worth, settle, third_party_anew, without_flags,
};
use super::{benefits, difference};
use crate::advance;
use crate::benefit;
use crate::injury::concerns;
use crate::third_party;

/// Art. 90. A bill is decided anew, by what is known now and what persons found; the difference is a new fact.
pub struct Objection;

#[async_trait]
impl Case for Objection {
    type Application = ObjectionForm;
    type Decision = ObjectionDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.encounter_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// Grounds are stated; papers may come with them.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        unit.look_as_the_agency().await?;
        objected_bill(unit, application).await?;
        Ok(Vec::new())
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        unit.look_as_the_agency().await?;
        let row = objected_bill(unit, application).await?;
        let id = row.encounter_id;
        let (_, before) = store::last_settlements(unit.db(), &area, &[id])
            .await?
            .pop()
            .ok_or_else(|| not_settled(application))?;
        let mut bill = bill(unit, row.clone()).await?;
        bill.objection = unit.case_id();
        let registered = injury_of(unit, &bill.row).await?;
        let cause = (SettlementCause::Objection, before.sequence + 1);
        let after = assess(unit, bill, &registered, cause).await?;
        let left = left_for_review(&after);
        if left > 0 {
            return Err(Refused::because(Refusal::LinesInReview)
                .with("count", left)
                .into());
        }
        let third_party = third_party_anew(unit, (&row, &registered), &after).await?;
        let third_party = third_party.unwrap_or_default();
        let more =
            |of: fn(&contracts::benefit_review::v1::Settlement) -> &Option<contracts::Money>| {
                Ok::<_, chassis::Error>(yuan(of(&after).as_ref())? - yuan(of(&before).as_ref())?)
            };
        Ok(ObjectionDecision {
            fund_difference: Some(more(|one| &one.fund)?.into()),
            employer_difference: Some(more(|one| &one.employer)?.into()),
            meals_difference: Some(more(|one| &one.meals)?.into()),
            employer_meals_difference: Some(more(|one| &one.meals_of_employer)?.into()),
            upheld: same_worth(&before, &after),
            third_party_fund: third_party.fund_difference,
            third_party_employer: third_party.employer_difference,
            advance_difference: third_party.advance_difference,
            before: Some(without_flags(before)),
            after: Some(without_flags(after)),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        store::hold_person(unit.db(), uuid(&application.person_id)?).await?;
        let mut row = store::held(unit.db(), &area, uuid(&application.encounter_id)?).await?;
        self.examine_again(unit, &application, &decision).await?;
        let found = (row.encounter_id, case_id);
        store::confirm_reviews(unit.db(), &area, found).await?;
        let registered = injury_of(unit, &row).await?;
        let after = decision.after.clone().unwrap_or_default();
        let advances = advance::cases::open(unit, &registered).await?;
        let third_party = third_party_anew(unit, (&row, &registered), &after).await?;
        if let Some(third_party) = third_party {
            third_party::enter(unit, case_id, &registered, &third_party).await?;
        }
        if !decision.upheld {
            settle(unit, &mut row, &after).await?;
        }
        if !decision.upheld && row.state() == EncounterState::Decided {
            let claim = difference(&row, &registered);
            let differences = benefits(claim, &row, &after, decision.before.as_ref())?;
            benefit::decide(unit, case_id, differences).await?;
        }
        advance::cases::book_changed(unit, case_id, advances).await
    }
}

/// Art. 90. The bill that somebody objects to: settled, of the person, and of the institution or the employer that
/// objects.
async fn objected_bill(unit: &mut Unit, form: &ObjectionForm) -> Result<EncounterRow> {
    let (area, id) = (unit.area().to_owned(), uuid(&form.encounter_id)?);
    let row = store::encounters(unit.db(), &area, &[id]).await?.pop();
    let settled = [EncounterState::Settled, EncounterState::Decided];
    let row = row.filter(|row| {
        settled.contains(&row.state())
            && row.person_id.to_string() == form.person_id
            && (form.institution_id.is_empty() || row.institution_id == form.institution_id)
    });
    let row = row.ok_or_else(|| not_settled(form))?;
    let registered = injury_of(unit, &row).await?;
    // What ails somebody is no business of an employer that neither claimed the bill nor bears any of it.
    let concerned = form.employer_id.is_empty()
        || row.employer_id == form.employer_id
        || registered.employer_id == form.employer_id && employer_bears(unit, id).await?;
    if !concerned || registered.name != form.name {
        return Err(not_settled(form).into());
    }
    concerns(&registered, &form.employer_id, unit.applied_on())?;
    Ok(row)
}

/// Whether the employer of the day of the injury bears something of a bill, or meals.
async fn employer_bears(unit: &mut Unit, encounter_id: Uuid) -> Result<bool> {
    let area = unit.area().to_owned();
    let last = store::last_settlements(unit.db(), &area, &[encounter_id]).await?;
    for (_, settled) in &last {
        let borne = yuan(settled.employer.as_ref())? + yuan(settled.meals_of_employer.as_ref())?;
        if !borne.is_zero() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn not_settled(form: &ObjectionForm) -> Refused {
    Refused::because(Refusal::NotSettled).with("encounter_id", &form.encounter_id)
}

/// The objections to a bill that wait for their decision.
///
/// # Errors
/// When the cases cannot be read.
pub async fn objections(unit: &mut Unit, encounter_id: Uuid) -> Result<Vec<Uuid>> {
    chassis::undecided_on::<Objection>(unit, &encounter_id.to_string()).await
}
