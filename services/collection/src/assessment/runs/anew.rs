//! Months assessed anew: what each is assessed on as things stand now, its form 3-10A, and the posting of what
//! it differs by.

use std::collections::HashMap;

use chassis::{Result, Unit};
use contracts::collection::v1::{
    AssessmentBasis, ContributionAssessment, LedgerAccount, LedgerEntryKind,
};
use law::money::Rounding;
use law::{Month, Sheet, Worksheet};
use prost::Message;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::special_way::Special;
use crate::assessment::rules::{self, Owed};
use crate::assessment::store::{self, Assessed, Charged, PayrollRow};
use crate::base::rules::bounds;
use crate::ledger::credits::settle_corrected;
use crate::ledger::{self, Posting, Source, SourceKind};
use crate::rate::rules::Rate;
use crate::{rate, wire};

/// Why months are assessed anew.
pub struct Cause<'a> {
    /// What the differences are posted by.
    pub source: Source,
    /// What was told, in Chinese, and by what article that counts.
    pub why: Option<(&'a str, &'static str)>,
    /// The last day in time for what is added; the month's own where none is named.
    pub more_due_on: Option<Date>,
    /// What a special way has to do with it.
    pub special: Special,
}

impl Cause<'_> {
    /// A case that no special way has to do with.
    pub const fn case(id: Uuid) -> Self {
        let kind = SourceKind::Case;
        Self {
            source: Source { kind, id, row: 0 },
            why: None,
            more_due_on: None,
            special: Special::No,
        }
    }

    /// What told or decided before may be undone by it: what a bill has moved to its day is taken off it, and
    /// put back on it.
    const fn undoes(&self, takes_off: bool) -> &'static [SourceKind] {
        match (self.source.kind, self.special) {
            (SourceKind::Event, _) if takes_off => &[SourceKind::Run, SourceKind::Event],
            (SourceKind::Event, _) => &[SourceKind::Event],
            (_, Special::Leaves) => &[SourceKind::Case],
            _ => &[],
        }
    }
}

/// A month that was charged, and what it is assessed on as things stand now.
pub struct Standing {
    /// What it was charged so far.
    pub charged: Charged,
    /// Form 3-10A; none where a later assessment was the first to charge the month.
    assessed: Option<Assessed>,
    /// The bases of whom it counts.
    pub payroll: PayrollRow,
    rate: Rate,
    /// What it comes to.
    pub contribution: Worksheet,
    rounding: Rounding,
}

impl Standing {
    /// Does it wait for its declaration (law 62)?
    pub fn is_provisional(&self) -> bool {
        self.assessed.as_ref().is_some_and(Assessed::is_provisional)
    }

    /// Yuan to be posted.
    fn difference(&self) -> Decimal {
        self.contribution.value - self.charged.amount
    }

    /// The steps to what it comes to now and to the difference.
    fn worksheet(&self, cause: &Cause<'_>) -> Worksheet {
        let mut sheet = Sheet::new();
        if let Some((why, source)) = cause.why {
            sheet.note("重新核定原因", why.to_owned(), source);
        }
        sheet.include(self.rate.worksheet.clone());
        sheet.fact("缴费人数", self.payroll.headcount, "参保登记");
        let contribution = sheet.include(self.contribution.clone());
        sheet.fact(
            "原核定金额",
            self.charged.amount,
            "原《工伤保险缴费申报（核定）表》及补缴、更正",
        );
        let difference = self.difference();
        sheet.step("差额", difference, "重新核定金额 − 原核定金额");
        sheet.result(contribution)
    }

    /// The parts of a month are each rounded: added up anew, all but one of them may make a difference,
    /// by which no other payroll or rate differs.
    pub fn is_rounding(&self) -> bool {
        let most = self.rounding.unit() * Decimal::from(self.charged.entries - 1);
        self.difference().abs() <= most && (self.assessed.is_none() || !self.rate_differs())
    }

    /// Was it assessed at another rate than the one it has now?
    pub fn rate_differs(&self) -> bool {
        let same = |row: &Assessed| row.rate == self.rate.worksheet.value;
        !self.assessed.as_ref().is_some_and(same)
    }
}

/// Computes those of the months that an employer was charged for which are `wanted`, from their bases and
/// rates as they are now, and posts the differences to what was charged; what is then paid too much is a
/// credit.
pub async fn assess(
    unit: &mut Unit,
    cause: &Cause<'_>,
    (employer_id, months): (&str, (Month, Month)),
    wanted: impl Fn(&Standing) -> bool + Send,
) -> Result<()> {
    let area = unit.area().to_owned();
    // What is read from here on is posted by: nobody else may post to it meanwhile.
    ledger::store::lock(unit.db(), &area).await?;
    let charged = store::charged(unit.db(), &area, employer_id, months).await?;
    assess_charged(unit, cause, (employer_id, charged), wanted).await
}

/// Computes the months that are `wanted` of those with what each was charged, in order, and posts the differences.
pub async fn assess_charged(
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

/// What a month is assessed on as things stand now.
pub async fn stands(
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

/// Writes form 3-10A of a month anew, and posts the difference.
async fn correct(
    unit: &mut Unit,
    cause: &Cause<'_>,
    employer_id: &str,
    mut month: Standing,
) -> Result<()> {
    let worksheet = month.worksheet(cause);
    let (row, is_new) = match month.assessed.take() {
        Some(row) => (Some(row), false),
        None => (
            cause.special.form_for(unit, employer_id, &month).await?,
            true,
        ),
    };
    if let Some(row) = row {
        let area = unit.area().to_owned();
        let row = written(row, cause, &month, &worksheet)?;
        if is_new {
            store::insert(unit.db(), &area, cause.source.id, &[row]).await?;
        } else {
            store::update(unit.db(), &area, &row).await?;
        }
    }
    if month.difference().is_zero() {
        return Ok(());
    }
    post(unit, cause, employer_id, &month, &worksheet).await
}

/// Form 3-10A with a month as it stands now.
fn written(
    mut row: Assessed,
    cause: &Cause<'_>,
    month: &Standing,
    worksheet: &Worksheet,
) -> Result<Assessed> {
    let Standing { payroll, rate, .. } = month;
    let assessed = ContributionAssessment::decode(&*row.form)?;
    let paid_less_elsewhere = wire::yuan(assessed.payable.as_ref())? - row.total();
    row.headcount = i32::try_from(payroll.headcount).unwrap_or(i32::MAX);
    row.payroll = payroll.payroll;
    row.risk_class = i32::from(rate.class);
    row.tier = rate.tier;
    row.benchmark_rate = rate.benchmark;
    row.rate = rate.worksheet.value;
    row.contribution = month.contribution.value;
    let awaited = cause.special == Special::Leaves && !payroll.declared;
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
        rate: row.rate.to_string(),
        contribution: Some(row.contribution.into()),
        total: Some(row.total().into()),
        payable: Some((row.total() + paid_less_elsewhere).into()),
        basis: row.basis,
        worksheet: Some(worksheet.clone().into()),
        ..assessed
    };
    row.form = form.encode_to_vec();
    Ok(row)
}

/// Posts the difference of a month: what is taken off, with value on the month's due date; what undoes what was
/// told before, from when that counted, unless it was paid and has become a credit since.
async fn post(
    unit: &mut Unit,
    cause: &Cause<'_>,
    employer_id: &str,
    standing: &Standing,
    worksheet: &Worksheet,
) -> Result<()> {
    let (difference, charged) = (standing.difference(), &standing.charged);
    let area = unit.area().to_owned();
    let month = Month::of(charged.month);
    let undoes = cause.undoes(difference.is_sign_negative());
    let (earlier, credited) = if undoes.is_empty() {
        (Vec::new(), Decimal::ZERO)
    } else {
        let of = (month, undoes);
        (
            store::told_before(unit.db(), &area, employer_id, of).await?,
            store::credited(unit.db(), &area, employer_id, month).await?,
        )
    };
    let more_due_on = cause.more_due_on.filter(|_| difference.is_sign_positive());
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
