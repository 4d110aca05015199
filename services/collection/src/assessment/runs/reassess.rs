//! Who assesses months anew, and which: a declaration after a provisional assessment, another rate, what
//! registration tells late, a parameter as of earlier months.

use chassis::{Error, Result, Unit};
use law::Month;
use uuid::Uuid;

use super::anew::{self, Cause, Standing};
use super::months;
use super::special_way::Special;
use crate::assessment::rules;
use crate::assessment::store::{self, Assessed, ToldLate};
use crate::ledger::{self, Source, SourceKind};

/// Law 62. Holds what was assessed of months until the unit ends; answers whether something was assessed
/// provisionally, which [`settle_provisional`] then settles. Only who has that to post waits for the ledger,
/// before anything else (see [`ledger::store::lock`]): declarations of months to come do not wait for each other.
///
/// # Errors
/// A refusal while a month is being assessed; a conflict when one of them has been meanwhile.
pub async fn hold_provisional(
    unit: &mut Unit,
    employer_id: &str,
    months: (Month, Month),
) -> Result<bool> {
    let area = unit.area().to_owned();
    let found = any_provisional(unit, employer_id, months).await?;
    if found {
        ledger::store::lock(unit.db(), &area).await?;
    }
    months::not_being_assessed(unit).await?;
    if !found && any_provisional(unit, employer_id, months).await? {
        let meanwhile = "one of the months was assessed meanwhile";
        return Err(Error::Conflict(meanwhile.to_owned()));
    }
    Ok(found)
}

async fn any_provisional(
    unit: &mut Unit,
    employer_id: &str,
    months: (Month, Month),
) -> Result<bool> {
    let area = unit.area().to_owned();
    let assessed = store::assessed_months(unit.db(), &area, employer_id, months).await?;
    Ok(assessed.iter().any(Assessed::is_provisional))
}

/// Law 62. What was assessed provisionally is settled once the employer has declared; it is
/// [held](hold_provisional). Of months that were declared in time and decided late, what is added is due
/// with the bill that first has it.
///
/// # Errors
/// When the law has no rate for one of the months.
pub async fn settle_provisional(
    unit: &mut Unit,
    case_id: Uuid,
    employer_id: &str,
    (first, last): (Month, Month),
) -> Result<()> {
    let applied_on = unit.applied_on();
    let mut in_time = first;
    while in_time <= last
        && applied_on > rules::declared_by(in_time, &unit.law(in_time.first_day()).await?)?
    {
        in_time = in_time.next();
    }
    let why = format!("{applied_on}提交的缴费工资申报在核定后审结");
    let with_the_bill = told_of(unit, case_id, &why).await?;
    let late = ((first, in_time.previous()), Cause::case(case_id));
    let timely = with_the_bill.map(|(_, cause)| ((in_time, last), cause));
    for (months, cause) in std::iter::once(late).chain(timely) {
        let wanted = Standing::is_provisional;
        anew::assess(unit, &cause, (employer_id, months), wanted).await?;
    }
    Ok(())
}

/// Art. 26. Months that were assessed at another rate are assessed anew.
///
/// # Errors
/// When the law has no rate for one of the months; a refusal while a month is being assessed.
pub async fn reassess(
    unit: &mut Unit,
    case_id: Uuid,
    employer_id: &str,
    months: (Month, Month),
) -> Result<()> {
    months::not_being_assessed(unit).await?;
    let differs =
        |month: &Standing| !month.is_provisional() && month.rate_differs() && !month.is_rounding();
    let cause = Cause::case(case_id);
    anew::assess(unit, &cause, (employer_id, months), differs).await
}

/// Art. 12, Art. 14, Art. 25. The months from the first that is told of late are assessed anew. What is added
/// is due with the next assessment, which is the first to bill it. A provisional month waits for its
/// declaration (law 62), which nobody is left to make where nobody was insured.
pub(super) async fn told_late(unit: &mut Unit, told: &ToldLate) -> Result<()> {
    let Some((last, cause)) = told_of(unit, told.source, &told.why).await? else {
        return Ok(());
    };
    let months = (Month::of(told.first_month), last);
    let differs = |month: &Standing| {
        (!month.is_provisional() || month.payroll.headcount == 0) && !month.is_rounding()
    };
    anew::assess(unit, &cause, (&told.employer_id, months), differs).await
}

/// What was told after months were signed: what it adds is due with the next bill; the last
/// month that is signed comes with it, `None` where none is.
async fn told_of<'a>(
    unit: &mut Unit,
    source: Uuid,
    why: &'a str,
) -> Result<Option<(Month, Cause<'a>)>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let Some(last) = store::last_sent(unit.db(), &area).await? else {
        return Ok(None);
    };
    let next = last.next();
    let law = unit.law(next.first_day()).await?;
    let cause = Cause {
        source: Source {
            kind: SourceKind::Event,
            id: source,
            row: 0,
        },
        why: Some((why, "核定后的告知（规程第二十八条）")),
        more_due_on: Some(rules::due_on_assessed(next, &law, today)?),
        special: Special::No,
    };
    Ok(Some((last, cause)))
}
