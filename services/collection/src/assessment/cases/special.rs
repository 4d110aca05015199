//! The special ways (article 31) of small service businesses and small mines.

use chassis::{Case, Error, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::{
    PayrollCharge, Refusal, SmallMineDeclaration, SmallServiceDeclaration,
    SpecialAssessmentDecision, SpecialWay,
};
use contracts::common::v1::EvidenceKind;
use law::calendar::Term;
use law::{Law, Month, Worksheet};
use rust_decimal::Decimal;
use sqlx::postgres::types::PgRange;
use time::Date;
use uuid::Uuid;

use super::special_decision::{assess, decide, due_on};
use crate::assessment::rules::{self, SmallMine, SmallService};
use crate::assessment::runs::{by_payroll, not_being_assessed};
use crate::assessment::store::{self, Cover};
use crate::base::cases::{insured_employer, not_too_long};
use crate::base::store as bases;
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
        let before = open_to(unit, id, &application.corrects_case_id, months).await?;
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
        in_place_of_payroll(unit, (id, SpecialWay::SmallService), months, (due, before)).await
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
        let before = open_to(unit, id, &application.corrects_case_id, months).await?;
        let facts = SmallMine {
            mineral: application.mineral(),
            method: application.method(),
            output: application.output.parse().map_err(Error::internal)?,
        };
        let due = of_period(unit, id, months, |law, rate| {
            rules::small_mine(facts, rate, law)
        });
        let due = due.await?;
        in_place_of_payroll(unit, (id, SpecialWay::SmallMine), months, (due, before)).await
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

/// Art. 31. May the months be declared in a special way? Another assessment may cover none of them, but for the
/// one that is corrected, which is the answer; nor may wages be found missing in them (article 24), which only
/// who is charged by payroll can make good.
async fn open_to(
    unit: &mut Unit,
    employer_id: &str,
    corrects: &str,
    (first, last): (Month, Month),
) -> Result<Option<Cover>> {
    if last < first {
        return Err(Refused::because(Refusal::MonthsReversed)
            .with("to", last)
            .with("from", first)
            .into());
    }
    insured_employer(unit, employer_id, last.first_day()).await?;
    not_being_assessed(unit).await?;
    let area = unit.area().to_owned();
    let corrected = if corrects.is_empty() {
        None
    } else {
        let case = (employer_id, wire::uuid(corrects)?);
        let unknown = || Refused::because(Refusal::SpecialUnknown).with("case", corrects);
        let found = store::cover(unit.db(), &area, case).await?;
        Some(found.ok_or_else(unknown)?)
    };
    let case = corrected.as_ref().map(|cover| cover.case_id);
    let covers = store::special_covers(unit.db(), &area, employer_id, (first, last)).await?;
    if let Some(other) = covers.iter().find(|cover| Some(cover.case_id) != case) {
        return Err(covered(Refusal::PeriodCovered, other.case_id, &other.months)?.into());
    }
    let months = wire::months(first, last);
    match bases::finding_of_months(unit.db(), &area, employer_id, months).await? {
        Some(open) => {
            let refusal = Refusal::SpecialFindingOpen;
            Err(covered(refusal, open.finding_id, &open.months)?.into())
        }
        None => Ok(corrected),
    }
}

fn covered(refusal: Refusal, case: Uuid, months: &PgRange<Date>) -> Result<Refused> {
    let (from, to) = wire::month_range(months)?;
    let refused = Refused::because(refusal).with("case", case);
    Ok(refused.with("from", from).with("to", to))
}

/// Art. 31. Each month is charged in one way: what a special way covers has no bases that could lack something.
///
/// # Errors
/// [`Refusal::CoveredBySpecialWay`] for the first of the months that one covers.
pub async fn charged_by_payroll(
    unit: &mut Unit,
    employer_id: &str,
    months: &[Month],
) -> Result<()> {
    let (Some(first), Some(last)) = (months.iter().min(), months.iter().max()) else {
        return Ok(());
    };
    let area = unit.area().to_owned();
    for cover in store::special_covers(unit.db(), &area, employer_id, (*first, *last)).await? {
        let (from, to) = wire::month_range(&cover.months)?;
        if let Some(month) = months.iter().filter(|m| from <= **m && **m <= to).min() {
            return Err(Refused::because(Refusal::CoveredBySpecialWay)
                .with("month", *month)
                .with("from", from)
                .with("to", to)
                .into());
        }
    }
    Ok(())
}

/// Form 31-D. A month is charged in one way: what the payroll of the months was charged is taken off, and months
/// that are not covered any more are charged by it. A correction that changes nothing is refused.
async fn in_place_of_payroll(
    unit: &mut Unit,
    (employer_id, way): (&str, SpecialWay),
    (first, last): (Month, Month),
    (due, before): (Worksheet, Option<Cover>),
) -> Result<SpecialAssessmentDecision> {
    let (area, amount) = (unit.area().to_owned(), due.value);
    let case = before.as_ref().map(|cover| cover.case_id);
    let decision = decide(unit, (employer_id, way), (first, last), (due, case)).await?;
    let difference = wire::yuan(decision.contribution.as_ref())?;
    let mut restored = Vec::new();
    if let Some(cover) = before {
        let (from, to) = wire::month_range(&cover.months)?;
        if difference.is_zero() && (from, to, cover.way) == (first, last, way as i32) {
            return Err(Refused::because(Refusal::SpecialUnchanged)
                .with("from", from)
                .with("to", to)
                .with("amount", amount)
                .into());
        }
        let sent = store::last_sent(unit.db(), &area).await?;
        let months = std::iter::successors(Some(from), |month| Some(month.next()));
        let assessed = months.take_while(|month| *month <= to && Some(*month) <= sent);
        let uncovered: Vec<_> = assessed.filter(|m| *m < first || last < *m).collect();
        restored = by_payroll(unit, employer_id, &uncovered).await?;
        restored.retain(|(_, amount)| !amount.is_zero());
    }
    let charged = store::charged(unit.db(), &area, employer_id, (first, last)).await?;
    let replaced: Vec<_> = charged
        .iter()
        .filter(|of| !of.amount.is_zero())
        .map(|of| (Month::of(of.month), of.amount))
        .collect();
    let before: Decimal = replaced
        .iter()
        .map(|(_, of)| (*of).max(Decimal::ZERO))
        .sum();
    let later = difference > before || !restored.is_empty();
    let due_on = if later {
        Some(due_on(unit).await?.into())
    } else {
        None
    };
    Ok(SpecialAssessmentDecision {
        due_on,
        replaced: payroll_charges(replaced),
        restored: payroll_charges(restored),
        ..decision
    })
}

fn payroll_charges(of: Vec<(Month, Decimal)>) -> Vec<PayrollCharge> {
    let charge = |(month, amount): (Month, Decimal)| PayrollCharge {
        month: Some(month.into()),
        amount: Some(amount.into()),
    };
    of.into_iter().map(charge).collect()
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
