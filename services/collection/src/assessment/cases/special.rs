//! The special ways (article 31) of small service businesses and small mines.

use chassis::{Case, Error, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::{
    Refusal, ReplacedCharge, SmallMineDeclaration, SmallServiceDeclaration,
    SpecialAssessmentDecision, SpecialWay,
};
use contracts::common::v1::EvidenceKind;
use law::calendar::Term;
use law::{Law, Month, Worksheet};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::special_decision::{assess, decide};
use crate::assessment::rules::{self, SmallMine, SmallService};
use crate::assessment::runs::not_being_assessed;
use crate::assessment::store;
use crate::base::cases::{insured_employer, not_too_long};
use crate::rate::rules::Rate;
use crate::{rate, wire};

/// A small service business (表31-B).
pub struct SmallServiceBusiness;

#[async_trait]
impl Case for SmallServiceBusiness {
    type Application = SmallServiceDeclaration;
    type Decision = SpecialAssessmentDecision;

    fn subject(&self, application: &SmallServiceDeclaration) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &SmallServiceDeclaration) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::PremisesProof)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &SmallServiceDeclaration,
    ) -> Result<SpecialAssessmentDecision> {
        let months = (
            wire::month(application.from_month)?,
            wire::month(application.to_month)?,
        );
        let id = &application.employer_id;
        let before = corrected(unit, (id, SpecialWay::SmallService), months).await?;
        let floor_area = Some(application.floor_area.as_str()).filter(|text| !text.is_empty());
        let facts = SmallService {
            trade: application.trade(),
            measure: application.measure(),
            floor_area: floor_area
                .map(str::parse)
                .transpose()
                .map_err(Error::internal)?,
            turnover: application
                .turnover
                .as_ref()
                .map(|m| wire::yuan(Some(m)))
                .transpose()?,
            headcount: application.headcount,
            months: months.0.months_to(months.1) + 1,
        };
        let due = of_period(unit, id, months, |law, rate| {
            rules::small_service(facts, rate, law)
        });
        let due = due.await?;
        let decision = decide(unit, (id, SpecialWay::SmallService), months, (due, before)).await?;
        in_place_of_payroll(unit, decision, months).await
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: SmallServiceDeclaration,
        decision: SpecialAssessmentDecision,
    ) -> Result<()> {
        assess(self, unit, case_id, (application, decision)).await
    }
}

/// A small mine (表31-C).
pub struct SmallMineOutput;

#[async_trait]
impl Case for SmallMineOutput {
    type Application = SmallMineDeclaration;
    type Decision = SpecialAssessmentDecision;

    fn subject(&self, application: &SmallMineDeclaration) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &SmallMineDeclaration) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::OutputProof)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &SmallMineDeclaration,
    ) -> Result<SpecialAssessmentDecision> {
        let months = (
            wire::month(application.from_month)?,
            wire::month(application.to_month)?,
        );
        let id = &application.employer_id;
        let before = corrected(unit, (id, SpecialWay::SmallMine), months).await?;
        let facts = SmallMine {
            mineral: application.mineral(),
            method: application.method(),
            output: application.output.parse().map_err(Error::internal)?,
        };
        let due = of_period(unit, id, months, |law, rate| {
            rules::small_mine(facts, rate, law)
        });
        let due = due.await?;
        let decision = decide(unit, (id, SpecialWay::SmallMine), months, (due, before)).await?;
        in_place_of_payroll(unit, decision, months).await
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: SmallMineDeclaration,
        decision: SpecialAssessmentDecision,
    ) -> Result<()> {
        assess(self, unit, case_id, (application, decision)).await
    }
}

/// Art. 31. May the months be declared in a special way? Months that another assessment covers may not, but for
/// exactly its months, in its way: that corrects it, and its case is the answer.
async fn corrected(
    unit: &mut Unit,
    (employer_id, way): (&str, SpecialWay),
    (first, last): (Month, Month),
) -> Result<Option<Uuid>> {
    if last < first {
        return Err(Refused::because(Refusal::MonthsReversed)
            .with("to", last)
            .with("from", first)
            .into());
    }
    insured_employer(unit, employer_id, last.first_day()).await?;
    not_being_assessed(unit, last).await?;
    let area = unit.area().to_owned();
    let covered = store::special_covers(unit.db(), &area, employer_id, (first, last)).await?;
    let Some(covered) = covered else {
        return Ok(None);
    };
    let (from, to) = wire::month_range(&covered.months)?;
    if (from, to, covered.way) == (first, last, way as i32) {
        return Ok(Some(covered.case_id));
    }
    Err(Refused::because(Refusal::PeriodCovered)
        .with("from", from)
        .with("to", to)
        .into())
}

/// Art. 31. A month is charged in one way: what its payroll was charged is taken off. A correction that changes
/// nothing is refused.
async fn in_place_of_payroll(
    unit: &mut Unit,
    decision: SpecialAssessmentDecision,
    months: (Month, Month),
) -> Result<SpecialAssessmentDecision> {
    let area = unit.area().to_owned();
    let contribution = wire::yuan(decision.contribution.as_ref())?;
    if !decision.corrects_case_id.is_empty() && contribution.is_zero() {
        let first = wire::uuid(&decision.corrects_case_id)?;
        let posted = store::special_posted(unit.db(), &area, &decision.employer_id, first).await?;
        let amount: Decimal = posted.iter().map(|(_, of)| of.amount).sum();
        return Err(Refused::because(Refusal::SpecialUnchanged)
            .with("from", months.0)
            .with("to", months.1)
            .with("amount", amount)
            .into());
    }
    let charged = store::charged(unit.db(), &area, &decision.employer_id, months).await?;
    let charged = charged.iter().filter(|of| !of.amount.is_zero());
    let replaced = charged.map(|of| ReplacedCharge {
        month: Some(Month::of(of.month).into()),
        amount: Some(of.amount.into()),
    });
    Ok(SpecialAssessmentDecision {
        replaced: replaced.collect(),
        ..decision
    })
}

/// Art. 31. What is due for all the months by the law and the rate of each of them. What is declared are
/// totals, which cannot be split: a period in which another amount would come of them is refused.
async fn of_period(
    unit: &mut Unit,
    employer_id: &str,
    (first, last): (Month, Month),
    due: impl Fn(&Law, &Rate) -> Result<Worksheet> + Send,
) -> Result<Worksheet> {
    let law = unit.law(first.first_day()).await?;
    not_too_long((first, last), &law, "special_months_at_most")?;
    let rate = rate::of(unit, employer_id, first, &law).await?;
    let found = due(&law, &rate)?;
    let mut month = first;
    while month < last {
        month = month.next();
        let law = unit.law(month.first_day()).await?;
        let rate = rate::of(unit, employer_id, month, &law).await?;
        if due(&law, &rate)?.value != found.value {
            let refused = Refused::because(Refusal::PeriodOverChange);
            return Err(refused.with("month", month).into());
        }
    }
    Ok(found)
}
