//! An employer objects to its rate (表3-8).

use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, RateFloatingDetail, RateReassessmentDecision, RateReassessmentForm, RateSet,
    Refusal,
};
use contracts::common::v1::EvidenceKind;
use law::calendar::{Term, add_days};
use law::{Law, Month};
use uuid::Uuid;

use crate::notice::within;
use crate::rate::batches::facts;
use crate::rate::runs::{Review, TELL, detail, notice_of};
use crate::rate::store::{self, Facts, Notice};
use crate::{assessment, ledger, wire};

/// An objection to a floating rate.
pub struct RateReassessment;

#[async_trait]
impl Case for RateReassessment {
    type Application = RateReassessmentForm;
    type Decision = RateReassessmentDecision;

    fn subject(&self, application: &RateReassessmentForm) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &RateReassessmentForm) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::RateDisputeGrounds)]
    }

    /// Art. 26. The tier that the corrected facts lead to, in the place of the one that was told.
    async fn examine(
        &self,
        unit: &mut Unit,
        application: &RateReassessmentForm,
    ) -> Result<RateReassessmentDecision> {
        let told = notice(unit, application).await?;
        in_time(unit, &told).await?;
        let (review, found) = reviewed(unit, application, &told).await?;
        Ok(RateReassessmentDecision {
            employer_id: told.employer_id,
            notice_id: application.notice_id.clone(),
            previous_tier: told.tier,
            tier: found.tier,
            previous_rate: told.rate.normalize().to_string(),
            rate: found.rate,
            effective_month: Some(review.effective.into()),
            worksheet: found.worksheet,
            risk_class: found.risk_class,
        })
    }

    /// Art. 26. The tier holds, months that were assessed with the other are assessed anew, and the employer is
    /// to be told in the place of the first notice.
    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: RateReassessmentForm,
        decision: RateReassessmentDecision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // What the tier follows from is paid meanwhile by nobody.
        ledger::store::lock(unit.db(), &area).await?;
        self.examine_again(unit, &application, &decision).await?;
        let told = notice(unit, &application).await?;
        let month = Month::of(told.effective_month);
        let corrected = corrected(&application, &told)?;
        let (review, found) = reviewed(unit, &application, &told).await?;
        store::upsert_facts(unit.db(), &area, case_id, &[corrected]).await?;
        let set = (
            &[told.employer_id.as_str()][..],
            &[found.tier][..],
            &[found.industry_code.as_str()][..],
        );
        store::set_tiers(unit.db(), &area, set, (month, case_id)).await?;
        let through = Month::of(unit.today());
        assessment::runs::reassess(unit, case_id, &told.employer_id, (month, through)).await?;
        let today = unit.today();
        let notify_by = within(unit, TELL, today).await?;
        let anew = [notice_of(&found, &review, (today, notify_by))?];
        store::insert_notices(unit.db(), &area, case_id, &anew).await?;
        store::supersede(unit.db(), &area, &anew).await?;
        let event = RateSet {
            employer_id: told.employer_id.clone(),
            risk_class: decision.risk_class,
            tier: decision.tier,
            rate: decision.rate,
            from_month: decision.effective_month,
        };
        unit.tell(
            told.employer_id,
            &CollectionEvent {
                happened: Some(Happened::RateSet(event)),
            },
        )
        .await
    }
}

/// The notice that is objected to.
async fn notice(unit: &mut Unit, application: &RateReassessmentForm) -> Result<Notice> {
    let area = unit.area().to_owned();
    let notice_id = wire::uuid(&application.notice_id)?;
    let told = store::notice(unit.db(), &area, notice_id).await?;
    let told = told
        .filter(|notice| notice.employer_id == application.employer_id)
        .ok_or_else(|| Refused::because(Refusal::NoticeUnknown).with("notice_id", notice_id))?;
    match told.superseded_by {
        Some(by) => Err(Refused::because(Refusal::NoticeSuperseded)
            .with("notice_id", by)
            .into()),
        None => Ok(told),
    }
}

/// Form 3-6 of the period that the notice is about, with the corrected facts.
async fn reviewed(
    unit: &mut Unit,
    application: &RateReassessmentForm,
    told: &Notice,
) -> Result<(Review, RateFloatingDetail)> {
    let corrected = corrected(application, told)?;
    let (first, last) = wire::month_range(&told.review_period)?;
    let review = Review {
        first,
        last,
        effective: Month::of(told.effective_month),
    };
    let mut row = review.of_employer(unit, &told.employer_id).await?;
    row.benefits = corrected.benefits;
    row.injuries = corrected.injuries;
    row.severe_cases = corrected.severe_cases;
    row.deaths = corrected.deaths;
    row.responsible_deaths = corrected.responsible_deaths;
    row.occupational_diseases = corrected.occupational_diseases;
    let law = unit.law(review.effective.first_day()).await?;
    let found = detail(&row, &review, &law)?;
    Ok((review, found))
}

/// Is the objection in time? The term runs from the delivery of the notice.
async fn in_time(unit: &mut Unit, told: &Notice) -> Result<()> {
    let Some(delivered_on) = told.delivered_on else {
        return Ok(());
    };
    let days = unit
        .law(delivered_on)
        .await?
        .integer("floating_objection_days")?
        .value;
    let last = add_days(delivered_on, i32::try_from(days).unwrap_or(i32::MAX));
    if unit.applied_on() <= last {
        return Ok(());
    }
    Err(Refused::because(Refusal::ObjectionLate)
        .with("delivered", delivered_on)
        .with("last", last)
        .into())
}

/// The facts as the employer says they are, of the period that the notice is about.
fn corrected(application: &RateReassessmentForm, told: &Notice) -> Result<Facts> {
    let row = application.facts.clone().unwrap_or_default();
    let corrected = facts(&row)?;
    if corrected.employer_id != told.employer_id || corrected.period != told.review_period {
        return Err(Refused::because(Refusal::PeriodMismatch).into());
    }
    Ok(corrected)
}
