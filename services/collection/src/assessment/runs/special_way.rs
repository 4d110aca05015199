//! What a special way (article 31) does to months that are assessed by their payroll: it takes the place of what
//! they were charged, and gives it back where it covers them no more.

use chassis::{Result, Unit};
use contracts::collection::v1::{AssessmentBasis, ContributionAssessment};
use law::Month;
use prost::Message;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::anew::{self, Cause, Standing};
use crate::assessment::store::{Assessed, Charged};
use crate::base::cases::known_employer;

/// What a special way has to do with months that are assessed anew.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// Nothing.
    No,
    /// It covers the months now, so that nobody is charged for by the payroll.
    Covers,
    /// It covers the months no more: they have no form 3-10A, where they had none, and their declaration is
    /// awaited, where there was none.
    Leaves,
}

impl Special {
    /// Form 3-10A of a month that has none, with nothing on it yet, where it has to be given one.
    pub async fn form_for(
        self,
        unit: &mut Unit,
        employer_id: &str,
        month: &Standing,
    ) -> Result<Option<Assessed>> {
        if self == Self::Leaves && month.payroll.headcount > 0 {
            return Ok(Some(blank(unit, employer_id, &month.charged).await?));
        }
        Ok(None)
    }
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
    anew::assess_charged(unit, &cause, (employer_id, charged), |_| true).await
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
        let standing = anew::stands(unit, &cause, employer_id, charged, None).await?;
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
    anew::assess_charged(unit, &cause, (employer_id, charged.collect()), |_| true).await
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
