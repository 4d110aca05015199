//! Changes of the stoppage period after the registration (forms 54-A and 54-B).

use std::ops::RangeInclusive;

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    CashClaimKind, Injury, Refusal, StoppageChange as Change, StoppageChanged, StoppageDecision,
    StoppageForm,
};
use contracts::common::v1::EvidenceKind;
use law::calendar::Term;
use law::{Law, Sheet};
use prost::Message;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::rules::{self, Standing};
use super::super::store::{self, StoppageRow};
use super::super::{concerns, registered, tell};
use crate::benefit::store::claims;
use crate::facts::stoppage_until;
use crate::medical;

/// Art. 54. The stoppage period of a registered injury is confirmed, extended by the appraisal committee, or corrected.
pub struct StoppageChange;

#[chassis::async_trait]
impl Case for StoppageChange {
    type Application = StoppageForm;
    type Decision = StoppageDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The notice, or what the committee has confirmed; both where a confirmed period is longer than the law has it without
    /// the committee.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let mut papers = Vec::new();
        if application.change() != Change::Extension {
            papers.push(Needed::paper(EvidenceKind::StoppageNotice));
        }
        if is_extended(application) {
            papers.push(Needed::paper(EvidenceKind::StoppageExtension));
        }
        papers
    }

    /// Whose employer it is not is told so at once.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        // The present employer applies for an injury that another registered.
        unit.look_as_the_agency().await?;
        injury_of(unit, application).await?;
        Ok(self.evidence(application))
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let injury = injury_of(unit, application).await?;
        let happened_on = day(injury.happened_on)?;
        let mut sheet = Sheet::new();
        sheet.fact("事故伤害（职业病诊断）日期", happened_on, "工伤职工登记");
        papers_in_order(application, (happened_on, unit.applied_on()))?;
        let law = unit.law(happened_on).await?;
        let before = standing(unit, &injury, &law).await?;
        let begins = before.period.map_or(happened_on, |(from_on, _)| from_on);
        let from_on = maybe_day(application.stoppage_from_on).unwrap_or(begins);
        let after = (from_on, day(application.stoppage_until_on)?);
        let change = (application.change(), is_extended(application));
        rules::changed(happened_on, change, (before, after), &law, &mut sheet)??;
        Ok(StoppageDecision {
            claim_ids: claims_of(unit, &injury, (before.period, after)).await?,
            injury_id: injury.injury_id,
            person_id: injury.person_id,
            name: injury.name,
            recognition_number: injury.recognition_number,
            change: application.change,
            from_on_before: injury.stoppage_from_on,
            until_on_before: injury.stoppage_until_on,
            stoppage_from_on: Some(from_on.into()),
            stoppage_until_on: application.stoppage_until_on,
            confirmation_number: application.confirmation_number.clone(),
            confirmed_on: application.confirmed_on,
            worksheet: Some(sheet.result(Decimal::ZERO).into()),
        })
    }

    /// What was decided by the period before stays: bills whose days are in another time now are flagged, and who objects has
    /// them decided anew.
    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, injury_id) = (unit.area().to_owned(), uuid(&decision.injury_id)?);
        let person_id = uuid(&decision.person_id)?;
        // Who decides benefits of the injury, or settles a bill of the person, meanwhile waits for this, or this for that.
        claims::hold(unit.db(), &area, injury_id).await?;
        medical::store::hold_person(unit.db(), person_id).await?;
        self.examine_again(unit, &application, &decision).await?;
        let injury = injury_of(unit, &application).await?;
        let until_before = stoppage_until(unit, &injury).await?;
        let rows = store::stoppages(unit.db(), &area, injury_id).await?;
        let row = StoppageRow {
            sequence: rows.last().map_or(0, |last| last.sequence + 1),
            from_on: day(decision.stoppage_from_on)?,
            until_on: day(decision.stoppage_until_on)?,
            extended: is_extended(&application),
        };
        let of = (injury_id, injury.employer_id.as_str(), person_id);
        let kept = (case_id, decision.encode_to_vec());
        store::change_stoppage(unit.db(), &area, of, &row, (kept.0, &kept.1)).await?;
        let of_bills = (person_id, injury.recognition_number.as_str());
        let untils = (until_before, row.until_on);
        medical::flag_stoppage(unit, of_bills, untils).await?;
        let of = (person_id, decision.recognition_number.as_str());
        let injury = store::injury(unit.db(), &area, of).await?;
        let what = What::StoppageChanged(StoppageChanged { injury });
        tell(unit, &decision.person_id, what).await
    }
}

/// The injury that a form is about.
async fn injury_of(unit: &mut Unit, form: &StoppageForm) -> Result<Injury> {
    let of = (form.person_id.as_str(), form.name.as_str());
    let injury = registered(unit, of, &form.recognition_number).await?;
    concerns(&injury, &form.employer_id, unit.applied_on())?;
    Ok(injury)
}

/// Whether the committee has confirmed the period.
fn is_extended(form: &StoppageForm) -> bool {
    form.change() == Change::Extension || !form.confirmation_number.is_empty()
}

/// What the committee has confirmed is named, and a correction says what was wrong.
fn papers_in_order(
    form: &StoppageForm,
    (happened_on, applied_on): (Date, Date),
) -> Result<(), Refused> {
    let confirmed_on = maybe_day(form.confirmed_on);
    let in_order = |on: &Date| (happened_on..=applied_on).contains(on);
    let is_named =
        !form.confirmation_number.is_empty() && confirmed_on.as_ref().is_some_and(in_order);
    if is_extended(form) && !is_named || confirmed_on.is_some() && !is_extended(form) {
        return Err(Refused::because(Refusal::StoppageConfirmation));
    }
    if form.change() == Change::Correction && form.grounds.trim().is_empty() {
        return Err(Refused::because(Refusal::StoppageGrounds));
    }
    Ok(())
}

/// The period as it stands, and until when it was confirmed before the committee extended it.
async fn standing(unit: &mut Unit, injury: &Injury, law: &Law) -> Result<Standing> {
    let (area, injury_id) = (unit.area().to_owned(), uuid(&injury.injury_id)?);
    let rows = store::stoppages(unit.db(), &area, injury_id).await?;
    let period = maybe_day(injury.stoppage_from_on).zip(maybe_day(injury.stoppage_until_on));
    let confirmed = rows.iter().rfind(|row| !row.extended);
    let stated = match confirmed {
        Some(row) => Some((row.from_on, row.until_on)),
        None => store::registered_stoppage(unit.db(), &area, injury_id).await?,
    };
    let happened_on = day(injury.happened_on)?;
    // What the registration states may have been extended before it.
    let is_confirmed = |(from_on, until_on): &(Date, Date)| {
        let days = (Some(*from_on), Some(*until_on));
        let within = rules::stoppage(happened_on, days, false, law, &mut Sheet::new());
        matches!(within, Ok(Ok(())))
    };
    let stated = stated.filter(is_confirmed);
    Ok(Standing {
        period,
        confirmed_until: stated.map(|(_, until_on)| until_on),
    })
}

/// The claims of a death that lies in one of both periods and not in the other.
async fn claims_of(
    unit: &mut Unit,
    injury: &Injury,
    (before, after): (Option<(Date, Date)>, (Date, Date)),
) -> Result<Vec<String>> {
    let days = |(from_on, until_on): (Date, Date)| -> RangeInclusive<Date> { from_on..=until_on };
    let lies_in = |period: Option<(Date, Date)>, on: &Date| {
        period.is_some_and(|period| days(period).contains(on))
    };
    let died_on = maybe_day(injury.died_on);
    let differs = |on: &Date| lies_in(before, on) != lies_in(Some(after), on);
    if !died_on.as_ref().is_some_and(differs) {
        return Ok(Vec::new());
    }
    let area = unit.area().to_owned();
    let of = (uuid(&injury.person_id)?, injury.recognition_number.as_str());
    let kinds = [CashClaimKind::Death, CashClaimKind::Survivors];
    claims::numbers(unit.db(), &area, of, &kinds).await
}
