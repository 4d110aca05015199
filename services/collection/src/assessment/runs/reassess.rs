//! What changes an assessment afterwards: a declaration after a provisional one, another rate.

use chassis::{Result, Unit};
use contracts::collection::v1::{
    AssessmentBasis, ContributionAssessment, LedgerAccount, LedgerEntryKind,
};
use law::{Month, Sheet};
use prost::Message;
use uuid::Uuid;

use super::months;
use crate::assessment::rules;
use crate::assessment::store::{self, Assessed};
use crate::base::rules::bounds;
use crate::ledger::credits::settle_corrected;
use crate::ledger::{self, Posting, Source, SourceKind};
use crate::rate::rules::Rate;
use crate::{rate, wire};

/// Law 62. What was assessed provisionally is settled once the employer has declared.
///
/// # Errors
/// When the law has no rate for one of the months; a refusal while one of them is being assessed.
pub async fn settle_provisional(
    unit: &mut Unit,
    case_id: Uuid,
    employer_id: &str,
    months: (Month, Month),
) -> Result<()> {
    months::not_being_assessed(unit, months.1).await?;
    let area = unit.area().to_owned();
    let assessed = store::assessed_months(unit.db(), &area, employer_id, months).await?;
    let provisional = AssessmentBasis::Provisional as i32;
    let assessed = assessed.into_iter().filter(|row| row.basis == provisional);
    for (place, row) in (0..).zip(assessed) {
        let rate = rate_of(unit, &row).await?;
        anew(unit, (case_id, place), row, rate).await?;
    }
    Ok(())
}

/// Art. 26. Months that were assessed at another rate are assessed anew.
///
/// # Errors
/// When the law has no rate for one of the months; a refusal while one of them is being assessed.
pub async fn reassess(
    unit: &mut Unit,
    case_id: Uuid,
    employer_id: &str,
    months: (Month, Month),
) -> Result<()> {
    months::not_being_assessed(unit, months.1).await?;
    let area = unit.area().to_owned();
    let assessed = store::assessed_months(unit.db(), &area, employer_id, months).await?;
    let declared = AssessmentBasis::Declared as i32;
    let assessed = assessed.into_iter().filter(|row| row.basis == declared);
    for (place, row) in (0..).zip(assessed) {
        let rate = rate_of(unit, &row).await?;
        // The parts of a month are each rounded: added up anew they may differ by a fen, which is no
        // reason to correct what was charged at the same rate.
        if rate.worksheet.value != row.rate {
            anew(unit, (case_id, place), row, rate).await?;
        }
    }
    Ok(())
}

async fn rate_of(unit: &mut Unit, row: &Assessed) -> Result<Rate> {
    let month = Month::of(row.month);
    let law = unit.law(month.first_day()).await?;
    rate::of(unit, &row.employer_id, month, &law).await
}

/// Computes a month from its bases as they are now and a rate, and posts the difference to what was
/// charged, with value on the month's due date; what is then paid too much is a credit.
async fn anew(
    unit: &mut Unit,
    (case_id, place): (Uuid, i64),
    mut row: Assessed,
    rate: Rate,
) -> Result<()> {
    let area = unit.area().to_owned();
    let month = Month::of(row.month);
    let employer_id = row.employer_id.clone();
    let law = unit.law(month.first_day()).await?;
    let within = bounds(&law, &mut Sheet::new())?;
    let span = (employer_id.as_str(), employer_id.as_str());
    let through = store::last_sent(unit.db(), &area).await?.unwrap_or(month);
    let payroll = store::payrolls(unit.db(), &area, (month, through), (span, within))
        .await?
        .pop()
        .unwrap_or_default();
    let charged = store::principal_by_payroll(unit.db(), &area, &employer_id, month).await?;

    let mut sheet = Sheet::new();
    let applied = sheet.include(rate.worksheet);
    let contribution = sheet.include(rules::contribution(payroll.payroll, applied, &law)?);
    sheet.fact(
        "原核定金额",
        charged,
        "原《工伤保险缴费申报（核定）表》及补缴、更正",
    );
    let difference = sheet.step("差额", contribution - charged, "重新核定金额 − 原核定金额");

    row.headcount = i32::try_from(payroll.headcount).unwrap_or(i32::MAX);
    row.payroll = payroll.payroll;
    row.risk_class = i32::from(rate.class);
    row.tier = rate.tier;
    row.benchmark_rate = rate.benchmark;
    row.rate = applied;
    row.contribution = contribution;
    row.basis = AssessmentBasis::Declared as i32;
    let form = ContributionAssessment {
        headcount: wire::count(row.headcount),
        payroll: Some(row.payroll.into()),
        risk_class: row.risk_class,
        tier: row.tier,
        benchmark_rate: rate.benchmark.normalize().to_string(),
        rate: applied.to_string(),
        contribution: Some(contribution.into()),
        total: Some(row.total().into()),
        basis: row.basis,
        worksheet: Some(sheet.result(contribution).into()),
        ..ContributionAssessment::decode(&*row.form)?
    };
    row.form = form.encode_to_vec();
    store::update(unit.db(), &area, &row).await?;
    if difference.is_zero() {
        return Ok(());
    }
    let source = Source {
        kind: SourceKind::Case,
        id: case_id,
        row: place,
    };
    let posting = Posting {
        employer_id: employer_id.clone(),
        month,
        account: LedgerAccount::Principal,
        kind: LedgerEntryKind::Correction,
        amount: difference,
        value_on: row.due_on,
        source,
        worksheet: None,
    };
    ledger::store::post(unit, &[posting]).await?;
    settle_corrected(unit, (&employer_id, month), source).await
}
