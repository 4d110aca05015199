//! What changes an assessment afterwards: a declaration after a provisional one, another rate, what
//! registration tells late, a parameter as of earlier months.

use std::collections::HashMap;

use chassis::{Error, Result, Unit};
use contracts::collection::v1::{
    AssessmentBasis, ContributionAssessment, LedgerAccount, LedgerEntryKind,
};
use law::money::Rounding;
use law::{Month, Sheet, Worksheet};
use prost::Message;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::months;
use crate::assessment::rules::{self, Owed};
use crate::assessment::store::{self, Assessed, Charged, PayrollRow, ToldLate};
use crate::base::cases::known_employer;
use crate::base::rules::bounds;
use crate::ledger::credits::settle_corrected;
use crate::ledger::{self, Posting, Source, SourceKind};
use crate::rate::rules::Rate;
use crate::{rate, wire};

/// Why months are assessed anew.
struct Cause<'a> {
    source: Source,
    /// What was told, in Chinese, and by what article that counts.
    why: Option<(&'a str, &'static str)>,
    /// The last day in time for what is added; the month's own where none is named.
    more_due_on: Option<Date>,
    /// What a special way has to do with it.
    special: Special,
}

/// What a special way has to do with months that are assessed anew.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Special {
    /// Nothing.
    No,
    /// It covers the months now, so that nobody is charged for by the payroll.
    Covers,
    /// It covers the months no more: they have no form 3-10A, where they had none, and their declaration is
    /// awaited, where there was none.
    Leaves,
}

impl Cause<'_> {
    const fn case(id: Uuid) -> Self {
        let kind = SourceKind::Case;
        Self {
            source: Source { kind, id, row: 0 },
            why: None,
            more_due_on: None,
            special: Special::No,
        }
    }
}

/// A month that was charged, and what it is assessed on as things stand now.
struct Standing {
    charged: Charged,
    /// Form 3-10A; none where a later assessment was the first to charge the month.
    assessed: Option<Assessed>,
    payroll: PayrollRow,
    rate: Rate,
    contribution: Worksheet,
    rounding: Rounding,
}

impl Standing {
    fn is_provisional(&self) -> bool {
        self.assessed.as_ref().is_some_and(Assessed::is_provisional)
    }

    /// Yuan to be posted.
    fn difference(&self) -> Decimal {
        self.contribution.value - self.charged.amount
    }

    /// The parts of a month are each rounded: added up anew, all but one of them may make a difference,
    /// by which no other payroll or rate differs.
    fn is_rounding(&self) -> bool {
        let most = self.rounding.unit() * Decimal::from(self.charged.entries - 1);
        self.difference().abs() <= most && (self.assessed.is_none() || !self.rate_differs())
    }

    fn rate_differs(&self) -> bool {
        let same = |row: &Assessed| row.rate == self.rate.worksheet.value;
        !self.assessed.as_ref().is_some_and(same)
    }
}

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
        anew(unit, &cause, (employer_id, months), wanted).await?;
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
    anew(unit, &cause, (employer_id, months), differs).await
}

/// Art. 31. What months were charged by their payroll is taken off, as a special way covers them now; what was
/// paid of it beyond what stands in its place is a credit.
///
/// # Errors
/// When the law has no rate for one of the months.
pub async fn replaced_by_special_way(
    unit: &mut Unit,
    case_id: Uuid,
    employer_id: &str,
    charged: Vec<Charged>,
) -> Result<()> {
    let cause = Cause {
        why: Some(("改按特殊方式核定（表31-D）", "规程第三十一条")),
        special: Special::Covers,
        ..Cause::case(case_id)
    };
    all_anew(unit, &cause, (employer_id, charged), |_| true).await
}

/// Art. 31. What months come to by their payroll, in yuan: months that were assessed and that no special way
/// covers any more.
///
/// # Errors
/// When the law has no rate for one of the months.
pub async fn by_payroll(
    unit: &mut Unit,
    employer_id: &str,
    months: &[Month],
) -> Result<Vec<(Month, Decimal)>> {
    let mut found = Vec::with_capacity(months.len());
    for month in months {
        let (cause, charged) = (Cause::case(Uuid::nil()), nothing(*month, month.first_day()));
        let standing = stands(unit, &cause, employer_id, charged, None).await?;
        found.push((*month, standing.contribution.value));
    }
    Ok(found)
}

/// Art. 31. Months that were assessed and that no special way covers any more are charged by their payroll, which
/// is due on `due_on`.
///
/// # Errors
/// When the law has no rate for one of the months.
pub async fn restored_to_payroll(
    unit: &mut Unit,
    case_id: Uuid,
    employer_id: &str,
    (months, due_on): (&[Month], Date),
) -> Result<()> {
    let cause = Cause {
        why: Some(("不再按特殊方式核定（表31-D）", "规程第三十一条")),
        more_due_on: Some(due_on),
        special: Special::Leaves,
        ..Cause::case(case_id)
    };
    let charged = months.iter().map(|month| nothing(*month, due_on));
    all_anew(unit, &cause, (employer_id, charged.collect()), |_| true).await
}

/// A month that was charged nothing.
fn nothing(month: Month, due_on: Date) -> Charged {
    Charged {
        month: month.first_day(),
        amount: Decimal::ZERO,
        due_on,
        entries: 0,
    }
}

/// Art. 12, Art. 14, Art. 25. The months from the first that is told of late are assessed anew. What is added is due with the next assessment, which is the first to bill it. A provisional month waits
/// for its declaration (law 62), which nobody is left to make where nobody was insured.
pub(super) async fn told_late(unit: &mut Unit, told: &ToldLate) -> Result<()> {
    let Some((last, cause)) = told_of(unit, told.source, &told.why).await? else {
        return Ok(());
    };
    let months = (Month::of(told.first_month), last);
    let differs = |month: &Standing| {
        (!month.is_provisional() || month.payroll.headcount == 0) && !month.is_rounding()
    };
    anew(unit, &cause, (&told.employer_id, months), differs).await
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

/// Computes those of the months that an employer was charged for which are `wanted`, from their bases and
/// rates as they are now, and posts the differences to what was charged; what is then paid too much is a
/// credit.
async fn anew(
    unit: &mut Unit,
    cause: &Cause<'_>,
    (employer_id, months): (&str, (Month, Month)),
    wanted: impl Fn(&Standing) -> bool + Send,
) -> Result<()> {
    let area = unit.area().to_owned();
    // What is read from here on is posted by: nobody else may post to it meanwhile.
    ledger::store::lock(unit.db(), &area).await?;
    let charged = store::charged(unit.db(), &area, employer_id, months).await?;
    all_anew(unit, cause, (employer_id, charged), wanted).await
}

async fn all_anew(
    unit: &mut Unit,
    cause: &Cause<'_>,
    (employer_id, charged): (&str, Vec<Charged>),
    wanted: impl Fn(&Standing) -> bool + Send,
) -> Result<()> {
    let (Some(first), Some(last)) = (charged.first(), charged.last()) else {
        return Ok(());
    };
    let area = unit.area().to_owned();
    let months = (Month::of(first.month), Month::of(last.month));
    let assessed = store::assessed_months(unit.db(), &area, employer_id, months).await?;
    let mut assessed: HashMap<Date, Assessed> =
        assessed.into_iter().map(|row| (row.month, row)).collect();
    for charged in charged {
        let row = assessed.remove(&charged.month);
        let standing = stands(unit, cause, employer_id, charged, row).await?;
        if wanted(&standing) {
            correct(unit, cause, employer_id, standing).await?;
        }
    }
    Ok(())
}

async fn stands(
    unit: &mut Unit,
    cause: &Cause<'_>,
    employer_id: &str,
    charged: Charged,
    assessed: Option<Assessed>,
) -> Result<Standing> {
    let area = unit.area().to_owned();
    let month = Month::of(charged.month);
    let law = unit.law(charged.month).await?;
    let within = bounds(&law, &mut Sheet::new())?;
    let through = store::last_sent(unit.db(), &area).await?.unwrap_or(month);
    let span = (employer_id, employer_id);
    let mut payrolls = store::payrolls(unit.db(), &area, (month, through), (span, within)).await?;
    let payroll = payrolls
        .pop()
        .filter(|_| cause.special != Special::Covers)
        .unwrap_or_default();
    let rate = rate::of(unit, employer_id, month, &law).await?;
    Ok(Standing {
        contribution: rules::contribution(payroll.payroll, rate.worksheet.value, &law)?,
        rounding: rules::rounding(&law)?,
        charged,
        assessed,
        payroll,
        rate,
    })
}

/// Form 3-10A of a month that had none, with nothing on it yet.
async fn blank(unit: &mut Unit, employer_id: &str, charged: &Charged) -> Result<Assessed> {
    let name = known_employer(unit, employer_id).await?.name;
    let nothing = Some(Decimal::ZERO.into());
    let form = ContributionAssessment {
        employer_id: employer_id.to_owned(),
        employer_name: name,
        month: Some(Month::of(charged.month).into()),
        back_payment: nothing.clone(),
        special_contribution: nothing.clone(),
        late_fee: nothing.clone(),
        payable: nothing,
        due_on: Some(charged.due_on.into()),
        assessed_on: Some(unit.today().into()),
        ..ContributionAssessment::default()
    };
    Ok(Assessed {
        employer_id: employer_id.to_owned(),
        month: charged.month,
        headcount: 0,
        payroll: Decimal::ZERO,
        risk_class: 0,
        tier: 0,
        benchmark_rate: Decimal::ZERO,
        rate: Decimal::ZERO,
        contribution: Decimal::ZERO,
        back_payment: Decimal::ZERO,
        special_contribution: Decimal::ZERO,
        late_fee: Decimal::ZERO,
        due_on: charged.due_on,
        basis: AssessmentBasis::Declared as i32,
        form: form.encode_to_vec(),
        confirmed_on: None,
    })
}

/// Writes form 3-10A of a month anew, and posts the difference: what is taken off, with value on the
/// month's due date; what undoes what was told before, from when that counted, unless it was paid and has
/// become a credit since.
async fn correct(
    unit: &mut Unit,
    cause: &Cause<'_>,
    employer_id: &str,
    standing: Standing,
) -> Result<()> {
    let difference = standing.difference();
    let Standing {
        charged,
        assessed,
        payroll,
        rate,
        contribution,
        ..
    } = standing;
    let area = unit.area().to_owned();
    let month = Month::of(charged.month);
    let mut sheet = Sheet::new();
    if let Some((why, source)) = cause.why {
        sheet.note("重新核定原因", why.to_owned(), source);
    }
    let applied = sheet.include(rate.worksheet.clone());
    sheet.fact("缴费人数", payroll.headcount, "参保登记");
    let contribution = sheet.include(contribution);
    sheet.fact(
        "原核定金额",
        charged.amount,
        "原《工伤保险缴费申报（核定）表》及补缴、更正",
    );
    sheet.step("差额", difference, "重新核定金额 − 原核定金额");
    let worksheet = sheet.result(contribution);
    let leaves = cause.special == Special::Leaves;
    let unassessed = assessed.is_none() && leaves && payroll.headcount > 0;
    let assessed = if unassessed {
        Some(blank(unit, employer_id, &charged).await?)
    } else {
        assessed
    };
    if let Some(mut row) = assessed {
        let assessed = ContributionAssessment::decode(&*row.form)?;
        let paid_less_elsewhere = wire::yuan(assessed.payable.as_ref())? - row.total();
        row.headcount = i32::try_from(payroll.headcount).unwrap_or(i32::MAX);
        row.payroll = payroll.payroll;
        row.risk_class = i32::from(rate.class);
        row.tier = rate.tier;
        row.benchmark_rate = rate.benchmark;
        row.rate = applied;
        row.contribution = contribution;
        let awaited = leaves && !payroll.declared;
        row.basis = if awaited {
            AssessmentBasis::Provisional
        } else {
            AssessmentBasis::Declared
        } as i32;
        let form = ContributionAssessment {
            headcount: wire::count(row.headcount),
            payroll: Some(row.payroll.into()),
            risk_class: row.risk_class,
            tier: row.tier,
            benchmark_rate: rate.benchmark.normalize().to_string(),
            rate: applied.to_string(),
            contribution: Some(contribution.into()),
            total: Some(row.total().into()),
            payable: Some((row.total() + paid_less_elsewhere).into()),
            basis: row.basis,
            worksheet: Some(worksheet.clone().into()),
            ..assessed
        };
        row.form = form.encode_to_vec();
        if unassessed {
            store::insert(unit.db(), &area, cause.source.id, &[row]).await?;
        } else {
            store::update(unit.db(), &area, &row).await?;
        }
    }
    if difference.is_zero() {
        return Ok(());
    }
    let more_due_on = cause.more_due_on.filter(|_| difference.is_sign_positive());
    let undoes: &[SourceKind] = match cause.source.kind {
        SourceKind::Event => &[SourceKind::Run, SourceKind::Event],
        _ if leaves => &[SourceKind::Case],
        _ => &[],
    };
    let (earlier, credited) = if undoes.is_empty() {
        (Vec::new(), Decimal::ZERO)
    } else {
        let of = (month, undoes);
        (
            store::told_before(unit.db(), &area, employer_id, of).await?,
            store::credited(unit.db(), &area, employer_id, month).await?,
        )
    };
    let on = more_due_on.unwrap_or(charged.due_on);
    let parts = rules::undone(difference, &earlier, credited, on);
    let source = |part| Source {
        row: rules::place(month, charged.entries + part),
        ..cause.source
    };
    let posting = |(part, of): (i64, Owed)| Posting {
        employer_id: employer_id.to_owned(),
        month,
        account: LedgerAccount::Principal,
        kind: LedgerEntryKind::Correction,
        amount: of.amount,
        value_on: of.value_on,
        source: source(part),
        worksheet: Some(worksheet.clone()),
    };
    let postings: Vec<_> = (0..).zip(parts).map(posting).collect();
    ledger::store::post(unit, &postings).await?;
    settle_corrected(unit, (employer_id, month), source(0)).await
}
