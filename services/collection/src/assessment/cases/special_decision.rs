//! Form 31-D (article 31): what the three special ways come to, and what it does to the ledger.

use std::collections::BTreeSet;

use chassis::{Case, Error, OrRefuse, Result, Unit};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, LedgerAccount, LedgerEntryKind, Refusal, SpecialAssessmentDecision,
    SpecialContributionAssessed, SpecialWay,
};
use law::calendar::add_days;
use law::{Month, Worksheet};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::assessment::rules::{self, Owed};
use crate::assessment::runs::{not_being_assessed, replaced_by_special_way, restored_to_payroll};
use crate::assessment::store::{self, Charged, Cover, SpecialRow};
use crate::ledger::credits::settle_corrected;
use crate::ledger::{self, Posting, Source, SourceKind};
use crate::wire;

/// Form 31-D, of what is due and the case that assessed it `before`, which this one corrects. What is added
/// stands in the ledger of the first month, and is due after the area's term.
pub(super) async fn decide(
    unit: &mut Unit,
    (employer_id, way): (&str, SpecialWay),
    (first, last): (Month, Month),
    (due, before): (Worksheet, Option<Uuid>),
) -> Result<SpecialAssessmentDecision> {
    let area = unit.area().to_owned();
    let due = match before {
        Some(case) => {
            let posted = store::special_posted(unit.db(), &area, employer_id, case).await?;
            rules::corrected(due, posted.iter().map(|(_, of)| of.amount).sum())
        }
        None => due,
    };
    let due_on = due_on(unit).await?;
    Ok(SpecialAssessmentDecision {
        employer_id: employer_id.to_owned(),
        way: way as i32,
        from_month: Some(first.into()),
        to_month: Some(last.into()),
        contribution: Some(due.value.into()),
        month: Some(first.into()),
        due_on: (due.value > Decimal::ZERO).then(|| due_on.into()),
        worksheet: Some(due.into()),
        corrects_case_id: before.map(|case| case.to_string()).unwrap_or_default(),
        ..SpecialAssessmentDecision::default()
    })
}

/// The last day in time of what takes effect today, after the area's term.
pub(super) async fn due_on(unit: &mut Unit) -> Result<Date> {
    let today = unit.today();
    let law = unit.law(today).await?;
    let days = law.integer("special_payment_days")?.value;
    Ok(add_days(today, i32::try_from(days).unwrap_or(i32::MAX)))
}

/// Art. 31. What was decided stands in the ledger, and is told. The term runs from now, not from the first
/// signature. What it rests on is charged in another way, or at another rate, meanwhile by nobody.
pub(super) async fn assess<C>(
    case: &C,
    unit: &mut Unit,
    case_id: Uuid,
    (application, mut decision): (C::Application, SpecialAssessmentDecision),
) -> Result<()>
where
    C: Case<Decision = SpecialAssessmentDecision>,
{
    let area = unit.area().to_owned();
    ledger::store::lock(unit.db(), &area).await?;
    case.examine_again(unit, &application, &decision).await?;
    let id = decision.employer_id.clone();
    let months = (
        wire::month(decision.from_month)?,
        wire::month(decision.to_month)?,
    );
    let project = decision.way() == SpecialWay::Construction;
    if !project || wire::yuan(decision.contribution.as_ref())? < Decimal::ZERO {
        not_being_assessed(unit).await?;
    }
    if decision.due_on.is_some() {
        decision.due_on = decision.due_on.max(Some(due_on(unit).await?.into()));
    }
    let row = row(case_id, &decision, months)?;
    let number = row.project_number.clone().unwrap_or_default();
    let twice = Refused::because(Refusal::ProjectAssessed).with("project", number);
    store::insert_special(unit.db(), &area, &row)
        .await
        .or_refuse("special_assessment_project_once", twice)?;
    if project {
        post(unit, case_id, &decision, &[]).await?;
    } else {
        let charged = store::charged(unit.db(), &area, &id, months).await?;
        let cover = Cover {
            case_id: row.corrects.unwrap_or(case_id),
            employer_id: id.clone(),
            way: row.way,
            months: row.months,
        };
        store::set_cover(unit.db(), &area, &cover).await?;
        // First, so that what was paid goes on paying for what stands in the place of it.
        post(unit, case_id, &decision, &charged).await?;
        replaced_by_special_way(unit, case_id, &id, charged).await?;
        if let Some(due_on) = decision.due_on {
            let restored = decision.restored.iter().map(|of| wire::month(of.month));
            let restored = restored.collect::<Result<Vec<_>>>()?;
            let due_on = wire::day(Some(due_on))?;
            restored_to_payroll(unit, case_id, &id, (&restored, due_on)).await?;
        }
    }
    let event = SpecialContributionAssessed {
        employer_id: id.clone(),
        case_id: case_id.to_string(),
        way: decision.way,
        month: decision.month,
        from_month: decision.from_month,
        to_month: decision.to_month,
        contribution: decision.contribution,
        due_on: decision.due_on,
        project: decision.project,
        corrects_case_id: decision.corrects_case_id,
        replaced: decision.replaced,
        restored: decision.restored,
    };
    let happened = Some(Happened::SpecialContributionAssessed(event));
    unit.tell(id, &CollectionEvent { happened }).await
}

/// Posts what is added, in the place of what the payroll of months was `charged` and beyond it to the month of the
/// decision, or takes off what was posted; what was paid of that is a credit.
async fn post(
    unit: &mut Unit,
    case_id: Uuid,
    decision: &SpecialAssessmentDecision,
    charged: &[Charged],
) -> Result<()> {
    let (area, id) = (unit.area().to_owned(), &decision.employer_id);
    let contribution = wire::yuan(decision.contribution.as_ref())?;
    let posted = if decision.corrects_case_id.is_empty() {
        Vec::new()
    } else {
        let first = wire::uuid(&decision.corrects_case_id)?;
        store::special_posted(unit.db(), &area, id, first).await?
    };
    let owed = |of: &Charged| {
        let (value_on, amount) = (of.due_on, of.amount);
        (Month::of(of.month), Owed { value_on, amount })
    };
    let charged: Vec<_> = charged.iter().map(owed).collect();
    let months = match decision.way() {
        // What changed a project stands in the month of the change, whatever months it has.
        SpecialWay::Construction => {
            let months = posted.iter().map(|(month, _)| *month);
            let month = wire::month(decision.month)?;
            (
                months.clone().min().unwrap_or(month),
                months.max().unwrap_or(month),
            )
        }
        _ => (
            wire::month(decision.from_month)?,
            wire::month(decision.to_month)?,
        ),
    };
    let (mut parts, amount) = rules::parts(contribution, posted, months, &charged);
    if !amount.is_zero() {
        let value_on = wire::day(decision.due_on)?;
        parts.push((wire::month(decision.month)?, Owed { value_on, amount }));
    }
    let source = |row| Source {
        kind: SourceKind::Case,
        id: case_id,
        row,
    };
    let posting = |(row, (month, of)): (i64, &(Month, Owed))| Posting {
        employer_id: id.clone(),
        month: *month,
        account: LedgerAccount::Principal,
        kind: LedgerEntryKind::Assessed,
        amount: of.amount,
        value_on: of.value_on,
        source: source(row),
        worksheet: None,
    };
    let postings: Vec<_> = (0..).zip(&parts).map(posting).collect();
    ledger::store::post(unit, &postings).await?;
    let lowered = parts.iter().filter(|(_, of)| of.amount.is_sign_negative());
    for month in lowered.map(|(month, _)| *month).collect::<BTreeSet<_>>() {
        settle_corrected(unit, (id, month), source(rules::place(month, 0))).await?;
    }
    Ok(())
}

fn row(
    case_id: Uuid,
    decision: &SpecialAssessmentDecision,
    (first, last): (Month, Month),
) -> Result<SpecialRow> {
    let corrects = Some(decision.corrects_case_id.as_str()).filter(|id| !id.is_empty());
    let project = decision.project.as_ref();
    Ok(SpecialRow {
        case_id,
        employer_id: decision.employer_id.clone(),
        way: decision.way,
        months: wire::months(first, last),
        contribution: wire::yuan(decision.contribution.as_ref())?,
        corrects: corrects.map(wire::uuid).transpose()?,
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
    })
}
