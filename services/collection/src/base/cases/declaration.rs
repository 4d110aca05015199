//! An employer declares its wages by person (表3-1, 3-2); its bases are assessed (表3-3).

use std::collections::{BTreeSet, HashMap, HashSet};

use chassis::{Case, Needed, Result, Unit, async_trait, awaiting, conflict_on};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    BaseConfirmationRoster, BaseOrigin, BasesSet, CollectionEvent, ConfirmedBase,
    ContributionBaseDeclaration, Refusal, WageRosterRow,
};
use contracts::common::v1::EvidenceKind;
use law::calendar::Term;
use law::{Law, Month, Sheet};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{known_employer, not_too_long};
use crate::base::batches::tail;
use crate::base::rules::{self, Bounds};
use crate::base::store::{self, Base, BoundsOfMonths, Declaration, NewBases, RosterLine};
use crate::employer::store::{Insured, insured};
use crate::{assessment, wire};

/// Persons that the form 3-3 itself lists; longer rosters are read with `ListContributionBases`, also while
/// the form is being signed.
const LISTED: usize = 200;

/// A declaration of bases.
pub struct BaseDeclaration;

#[async_trait]
impl Case for BaseDeclaration {
    type Application = ContributionBaseDeclaration;
    type Decision = BaseConfirmationRoster;

    fn subject(&self, application: &ContributionBaseDeclaration) -> String {
        application.employer_id.clone()
    }

    /// Art. 23. Reviewed within the area's time.
    fn term(&self, law: &Law) -> Result<Option<Term>> {
        let days = law.integer("base_review_days")?.value;
        Ok(Some(Term::Days(u16::try_from(days).unwrap_or(u16::MAX))))
    }

    /// Art. 22. Statistics of wages and the detail of their payment.
    fn evidence(&self, _application: &ContributionBaseDeclaration) -> Vec<Needed> {
        vec![
            Needed::paper(EvidenceKind::WageStatistics),
            Needed::paper(EvidenceKind::WagePaymentDetail),
        ]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &ContributionBaseDeclaration,
    ) -> Result<BaseConfirmationRoster> {
        known_employer(unit, &application.employer_id).await?;
        let (first, last) = may_declare(unit, application).await?;
        let area = unit.area().to_owned();
        let people = insured(unit.db(), &area, &application.employer_id, (first, last)).await?;
        let lines = roster(unit, application, &people, first).await?;
        let declared: Decimal = lines.iter().map(|line| line.wage).sum();
        agrees(application, lines.len(), declared)?;

        let mut sheet = Sheet::new();
        sheet.fact("申报人数", lines.len(), "缴费工资申报名册（表3-2）");
        sheet.fact("申报月工资总额", declared, "缴费工资申报名册（表3-2）");
        let law = unit.law(first.first_day()).await?;
        let bounds = rules::bounds(&law, &mut sheet)?;
        let payroll: Decimal = lines
            .iter()
            .map(|line| rules::base(line.wage, bounds))
            .sum();
        let payroll = sheet.step("核定月缴费基数总额", payroll, "各人缴费基数合计");
        let left_out = left_out(&people, &lines);
        let listed = if lines.len() > LISTED {
            &[]
        } else {
            lines.as_slice()
        };
        Ok(BaseConfirmationRoster {
            employer_id: application.employer_id.clone(),
            from_month: application.from_month,
            to_month: application.to_month,
            headcount: wire::count(lines.len()),
            payroll: Some(payroll.into()),
            bases: listed.iter().map(|line| confirmed(line, bounds)).collect(),
            not_declared: wire::count(left_out.len()),
            worksheet: Some(sheet.result(payroll).into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: ContributionBaseDeclaration,
        decision: BaseConfirmationRoster,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let employer_id = &application.employer_id;
        let (first, last) = (
            wire::month(application.from_month)?,
            wire::month(application.to_month)?,
        );
        let provisional =
            assessment::runs::hold_provisional(unit, employer_id, (first, last)).await?;
        let people = insured(unit.db(), &area, employer_id, (first, last)).await?;
        let lines = roster(unit, &application, &people, first).await?;
        let new = NewBases {
            months: wire::months(first, last),
            origin: BaseOrigin::Declared as i32,
            case_id,
            person_ids: lines.iter().map(|line| line.person_id).collect(),
            wages: lines.iter().map(|line| line.wage).collect(),
        };
        store::clear_bases(
            unit.db(),
            &area,
            employer_id,
            (&new.person_ids, &new.months),
        )
        .await?;
        store::set_bases(unit.db(), &area, employer_id, &new)
            .await
            .map_err(conflict_on(store::ONE_AT_A_TIME))?;
        let left_out = left_out(&people, &lines);
        store::carry_bases(
            unit.db(),
            &area,
            employer_id,
            (&left_out, &new.months, case_id),
        )
        .await
        .map_err(conflict_on(store::ONE_AT_A_TIME))?;
        let declaration = Declaration {
            employer_id: employer_id.clone(),
            months: new.months,
            headcount: i32::try_from(decision.headcount).unwrap_or(i32::MAX),
            payroll: wire::yuan(decision.payroll.as_ref())?,
        };
        store::insert_declaration(unit.db(), &area, case_id, &declaration).await?;
        if provisional {
            assessment::runs::settle_provisional(unit, case_id, employer_id, (first, last)).await?;
        }
        let event = BasesSet {
            employer_id: employer_id.clone(),
            case_id: case_id.to_string(),
            from_month: application.from_month,
            to_month: application.to_month,
            headcount: decision.headcount,
            payroll: decision.payroll,
        };
        unit.tell(
            employer_id,
            &CollectionEvent {
                happened: Some(Happened::BasesSet(event)),
            },
        )
        .await
    }
}

/// Art. 22, Art. 24. Those of the people whom the roster does not name.
fn left_out(people: &[Insured], lines: &[RosterLine]) -> Vec<Uuid> {
    let named: HashSet<Uuid> = lines.iter().map(|line| line.person_id).collect();
    let left_out = people.iter().map(|person| person.person_id);
    let left_out: BTreeSet<Uuid> = left_out.filter(|id| !named.contains(id)).collect();
    left_out.into_iter().collect()
}

/// Art. 23. The bases that a declaration which awaits a signature is going to set for a month: at most
/// `limit` of them, after a person, in the order of persons. `None` for every other case.
///
/// # Errors
/// A refusal when the roster does not hold any more.
pub async fn under_way(
    unit: &mut Unit,
    (employer_id, month, case_id): (&str, Month, Uuid),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Option<Vec<Base>>> {
    let Some(application) = awaiting::<BaseDeclaration>(unit, case_id).await? else {
        return Ok(None);
    };
    let (first, last) = (
        wire::month(application.from_month)?,
        wire::month(application.to_month)?,
    );
    if application.employer_id != employer_id || !(first..=last).contains(&month) {
        return Ok(Some(Vec::new()));
    }
    let area = unit.area().to_owned();
    let people = insured(unit.db(), &area, employer_id, (first, last)).await?;
    let lines = roster(unit, &application, &people, first).await?;
    let page = lines
        .into_iter()
        .filter(|line| after.is_none_or(|after| line.person_id > after))
        .take(usize::try_from(limit).unwrap_or(usize::MAX));
    let base = |line: RosterLine| Base {
        person_id: line.person_id,
        name: line.name,
        months: Some(wire::months(first, last)),
        wage: line.wage,
        origin: BaseOrigin::Declared as i32,
        case_id: Some(case_id),
        confirmed_on: None,
    };
    Ok(Some(page.map(base).collect()))
}

/// Art. 22. First and last month, where they may be declared: the first from the month before it on, each
/// within the area's window, and none that is assessed already, but for those assessed provisionally
/// (社会保险法第六十二条).
async fn may_declare(
    unit: &mut Unit,
    application: &ContributionBaseDeclaration,
) -> Result<(Month, Month)> {
    let (first, last) = (
        wire::month(application.from_month)?,
        wire::month(application.to_month)?,
    );
    if last < first {
        return Err(Refused::because(Refusal::MonthsReversed)
            .with("to", last)
            .with("from", first)
            .into());
    }
    let (applied_on, opens) = (unit.applied_on(), first.previous().first_day());
    if applied_on < opens {
        return Err(Refused::because(Refusal::DeclarationAhead)
            .with("month", first)
            .with("opens", opens)
            .into());
    }
    let law = unit.law(first.first_day()).await?;
    not_too_long((first, last), &law, "declaration_months_at_most")?;
    same_bounds(unit, (first, last)).await?;
    let area = unit.area().to_owned();
    let assessed = assessment::store::assessed_months(
        unit.db(),
        &area,
        &application.employer_id,
        (first, last),
    )
    .await?;
    if let Some(month) = assessed.iter().find(|month| !month.is_provisional()) {
        return Err(Refused::because(Refusal::MonthAssessed)
            .with("month", Month::of(month.month))
            .into());
    }
    let mut month = first;
    // The windows of months to come are not closed.
    while month <= last.min(Month::of(applied_on)) {
        let is_assessed = assessed.iter().any(|a| Month::of(a.month) == month);
        let closes = assessment::rules::declared_by(month, &unit.law(month.first_day()).await?)?;
        if !is_assessed && applied_on > closes {
            return Err(Refused::because(Refusal::DeclarationWindowClosed)
                .with("month", month)
                .with("closed", closes)
                .into());
        }
        month = month.next();
    }
    Ok((first, last))
}

/// Art. 23. One base for each person is confirmed for all the months, so their bounds must be one as well.
async fn same_bounds(unit: &mut Unit, (first, last): (Month, Month)) -> Result<()> {
    let mut bounds = BoundsOfMonths::default();
    let at_first = bounds.of(unit, first).await?;
    let mut month = first;
    while month < last {
        month = month.next();
        if bounds.of(unit, month).await? != at_first {
            let refused = Refused::because(Refusal::PeriodOverChange);
            return Err(refused.with("month", month).into());
        }
    }
    Ok(())
}

/// The roster of the form or of the batch that it names; each person once, and insured in `first`.
async fn roster(
    unit: &mut Unit,
    application: &ContributionBaseDeclaration,
    people: &[Insured],
    first: Month,
) -> Result<Vec<RosterLine>> {
    match (
        application.roster.is_empty(),
        application.roster_batch_id.is_empty(),
    ) {
        (false, false) => Err(Refused::because(Refusal::RosterTwice).into()),
        (true, true) => Err(Refused::because(Refusal::RosterMissing).into()),
        (false, true) => inline(&application.roster, people, first),
        (true, false) => {
            let area = unit.area().to_owned();
            let batch_id = wire::uuid(&application.roster_batch_id)?;
            let lines = store::roster(unit.db(), &area, batch_id, &application.employer_id).await?;
            let insured: HashMap<Uuid, &Insured> =
                people.iter().map(|p| (p.person_id, p)).collect();
            if lines.is_empty() {
                return Err(Refused::because(Refusal::RosterMissing).into());
            }
            match lines
                .iter()
                .find(|line| !insured.contains_key(&line.person_id))
            {
                Some(line) => Err(Refused::because(Refusal::PersonNotInsured)
                    .with("tail", &line.tail)
                    .with("month", first)
                    .into()),
                None => Ok(lines),
            }
        }
    }
}

fn inline(rows: &[WageRosterRow], people: &[Insured], first: Month) -> Result<Vec<RosterLine>> {
    let by_number: HashMap<&str, &Insured> = people
        .iter()
        .map(|person| (person.identity_number.as_str(), person))
        .collect();
    let mut seen = HashSet::new();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let tail = tail(&row.identity_number);
        let person = by_number.get(row.identity_number.as_str()).ok_or_else(|| {
            Refused::because(Refusal::PersonNotInsured)
                .with("tail", tail)
                .with("month", first)
        })?;
        if person.name != row.name {
            return Err(Refused::because(Refusal::PersonName)
                .with("tail", tail)
                .into());
        }
        if !seen.insert(person.person_id) {
            return Err(Refused::because(Refusal::PersonTwice)
                .with("tail", tail)
                .into());
        }
        lines.push(RosterLine {
            person_id: person.person_id,
            name: person.name.clone(),
            tail: tail.to_owned(),
            wage: wire::yuan(row.monthly_wage.as_ref())?,
        });
    }
    lines.sort_by_key(|line| line.person_id);
    Ok(lines)
}

/// What is stated on the form is the sum of the roster.
fn agrees(application: &ContributionBaseDeclaration, counted: usize, sum: Decimal) -> Result<()> {
    if application.headcount != wire::count(counted) {
        return Err(Refused::because(Refusal::RosterHeadcount)
            .with("declared", application.headcount)
            .with("counted", counted)
            .into());
    }
    let declared = wire::yuan(application.payroll.as_ref())?;
    if declared != sum {
        return Err(Refused::because(Refusal::RosterPayroll)
            .with("declared", declared)
            .with("counted", sum)
            .into());
    }
    Ok(())
}

fn confirmed(line: &RosterLine, bounds: Option<Bounds>) -> ConfirmedBase {
    ConfirmedBase {
        person_id: line.person_id.to_string(),
        name: line.name.clone(),
        declared_wage: Some(line.wage.into()),
        base: Some(rules::base(line.wage, bounds).into()),
    }
}
