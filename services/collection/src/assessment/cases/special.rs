//! The special ways (article 31) of small service businesses and small mines, and what all have in common.

use chassis::{Case, Error, Needed, OrRefuse, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, LedgerAccount, LedgerEntryKind, Refusal, SmallMineDeclaration,
    SmallServiceDeclaration, SpecialAssessmentDecision, SpecialContributionAssessed, SpecialWay,
};
use contracts::common::v1::EvidenceKind;
use law::calendar::{Term, add_days};
use law::{Law, Month, Worksheet};
use time::Date;
use uuid::Uuid;

use crate::assessment::rules::{self, SmallMine, SmallService};
use crate::assessment::runs::not_being_assessed;
use crate::assessment::store::{self, SpecialRow};
use crate::base::cases::{insured_employer, not_too_long};
use crate::ledger::{self, Posting, Source, SourceKind};
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
        uncovered(unit, id, months).await?;
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
        decide(unit, (id, SpecialWay::SmallService), months, due).await
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: SmallServiceDeclaration,
        decision: SpecialAssessmentDecision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // What it rests on is charged in another way, or at another rate, meanwhile by nobody.
        ledger::store::lock(unit.db(), &area).await?;
        self.examine_again(unit, &application, &decision).await?;
        assess(unit, case_id, decision).await
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
        uncovered(unit, id, months).await?;
        let facts = SmallMine {
            mineral: application.mineral(),
            method: application.method(),
            output: application.output.parse().map_err(Error::internal)?,
        };
        let due = of_period(unit, id, months, |law, rate| {
            rules::small_mine(facts, rate, law)
        });
        let due = due.await?;
        decide(unit, (id, SpecialWay::SmallMine), months, due).await
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: SmallMineDeclaration,
        decision: SpecialAssessmentDecision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // What it rests on is charged in another way, or at another rate, meanwhile by nobody.
        ledger::store::lock(unit.db(), &area).await?;
        self.examine_again(unit, &application, &decision).await?;
        assess(unit, case_id, decision).await
    }
}

/// Art. 31. May the months be declared in a special way? Not where another special assessment covers them,
/// nor where the payroll was charged for one of them.
async fn uncovered(
    unit: &mut Unit,
    employer_id: &str,
    (first, last): (Month, Month),
) -> Result<()> {
    if last < first {
        return Err(Refused::because(Refusal::MonthsReversed)
            .with("to", last)
            .with("from", first)
            .into());
    }
    insured_employer(unit, employer_id, last.first_day()).await?;
    let area = unit.area().to_owned();
    if let Some(covered) =
        store::special_covers(unit.db(), &area, employer_id, (first, last)).await?
    {
        let (from, to) = wire::month_range(&covered)?;
        return Err(Refused::because(Refusal::PeriodCovered)
            .with("from", from)
            .with("to", to)
            .into());
    }
    not_being_assessed(unit, last).await?;
    let charged = store::charged(unit.db(), &area, employer_id, (first, last)).await?;
    if let Some(charged) = charged.iter().find(|charged| !charged.amount.is_zero()) {
        return Err(Refused::because(Refusal::ChargedByPayroll)
            .with("month", Month::of(charged.month))
            .into());
    }
    Ok(())
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

/// Form 31-D. The amount stands in the ledger of the first month, and is due after the area's term.
pub(super) async fn decide(
    unit: &mut Unit,
    (employer_id, way): (&str, SpecialWay),
    (first, last): (Month, Month),
    due: Worksheet,
) -> Result<SpecialAssessmentDecision> {
    let due_on = due_on(unit).await?;
    Ok(SpecialAssessmentDecision {
        employer_id: employer_id.to_owned(),
        way: way as i32,
        from_month: Some(first.into()),
        to_month: Some(last.into()),
        contribution: Some(due.value.into()),
        month: Some(first.into()),
        due_on: Some(due_on.into()),
        worksheet: Some(due.into()),
        project: None,
    })
}

/// The last day in time of what takes effect today, after the area's term.
async fn due_on(unit: &mut Unit) -> Result<Date> {
    let today = unit.today();
    let law = unit.law(today).await?;
    let days = law.integer("special_payment_days")?.value;
    Ok(add_days(today, i32::try_from(days).unwrap_or(i32::MAX)))
}

/// Art. 31. What was decided stands in the ledger, and is told. The term runs from now, not from the first
/// signature.
pub(super) async fn assess(
    unit: &mut Unit,
    case_id: Uuid,
    mut decision: SpecialAssessmentDecision,
) -> Result<()> {
    let area = unit.area().to_owned();
    decision.due_on = decision.due_on.max(Some(due_on(unit).await?.into()));
    ledger::store::lock(unit.db(), &area).await?;
    let (first, last) = (
        wire::month(decision.from_month)?,
        wire::month(decision.to_month)?,
    );
    if decision.way() != SpecialWay::Construction {
        not_being_assessed(unit, last).await?;
    }
    let contribution = wire::yuan(decision.contribution.as_ref())?;
    let project = decision.project.as_ref();
    let row = SpecialRow {
        case_id,
        employer_id: decision.employer_id.clone(),
        way: decision.way,
        months: wire::months(first, last),
        contribution,
        project_number: project.map(|terms| terms.project_number.clone()),
        project_name: project.map(|terms| terms.project_name.clone()),
        change: project
            .map(|terms| i32::try_from(terms.change))
            .transpose()
            .map_err(Error::internal)?,
        cost: project
            .map(|terms| wire::yuan(terms.cost.as_ref()))
            .transpose()?,
        starts_on: project
            .map(|terms| wire::day(terms.starts_on))
            .transpose()?,
        ends_on: project.map(|terms| wire::day(terms.ends_on)).transpose()?,
    };
    let number = row.project_number.clone().unwrap_or_default();
    let twice = Refused::because(Refusal::ProjectAssessed).with("project", number);
    store::insert_special(unit.db(), &area, &row)
        .await
        .or_refuse("special_assessment_project_once", twice)?;
    let posting = Posting {
        employer_id: decision.employer_id.clone(),
        month: wire::month(decision.month)?,
        account: LedgerAccount::Principal,
        kind: LedgerEntryKind::Assessed,
        amount: contribution,
        value_on: wire::day(decision.due_on)?,
        source: Source {
            kind: SourceKind::Case,
            id: case_id,
            row: 0,
        },
        worksheet: None,
    };
    if !contribution.is_zero() {
        ledger::store::post(unit, &[posting]).await?;
    }
    let event = SpecialContributionAssessed {
        employer_id: decision.employer_id.clone(),
        case_id: case_id.to_string(),
        way: decision.way,
        month: decision.month,
        from_month: decision.from_month,
        to_month: decision.to_month,
        contribution: decision.contribution,
        due_on: decision.due_on,
        project: decision.project,
    };
    let happened = Some(Happened::SpecialContributionAssessed(event));
    unit.tell(decision.employer_id, &CollectionEvent { happened })
        .await
}
