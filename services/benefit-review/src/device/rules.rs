//! Rules on what devices are worth: whether one is paid for, up to what, by whom, and what they come to together.

mod form;
mod sum;

pub use form::{total, whole};
pub use sum::{Sums, sums};

use contracts::Refused;
use contracts::benefit_review::v1::{LineOutcome, Payer, Refusal};
use law::Sheet;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::injury::rules::falls_into;

/// A device as it is claimed.
#[derive(Clone, Copy, Debug)]
pub struct Claimed<'a> {
    /// Number of the approval.
    pub approval_id: &'a str,
    /// Code in the catalogue.
    pub code: &'a str,
    /// The number that its maker gave it.
    pub serial_number: &'a str,
    /// When it was fitted.
    pub fitted_on: Date,
    /// Yuan.
    pub unit_price: Decimal,
}

/// What is registered of the injury.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Number of the decision that recognised it.
    pub recognition_number: &'a str,
    /// That decision was revoked.
    pub revoked: bool,
    /// The day since which long-term benefits are settled once for all.
    pub settled_from_on: Option<Date>,
    /// The day of the death.
    pub died_on: Option<Date>,
    /// The time whose costs the employer bears, first and last day (Art. 58).
    pub overdue: Option<(Date, Date)>,
}

/// What was approved: devices of one code.
#[derive(Clone, Copy, Debug)]
pub struct Approved {
    /// First and last day on which they may be fitted.
    pub days: (Date, Date),
    /// How many.
    pub quantity: i32,
    /// Yuan for all of them at most; none where the catalogue sets no limit.
    pub at_most: Option<Decimal>,
    /// The day on which the claimed one is recorded as fitted; none where it is not.
    pub recorded_on: Option<Date>,
}

/// What is known of a claimed device.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The approval that the claim names, of this person for this injury.
    pub approved: Option<Approved>,
    /// The other claim in which it was recognised.
    pub claimed_in: Option<Uuid>,
    /// The fund bears what arises on the day of the fitting (Art. 56).
    pub fund_pays: bool,
}

/// What is decided of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Paid, cut to the limit, or refused.
    pub outcome: LineOutcome,
    /// Yuan that somebody bears.
    pub recognised: Decimal,
    /// Who bears it; nobody where it is refused.
    pub payer: Option<Payer>,
    /// Why it is not simply paid by the fund.
    pub reasons: Vec<Refused>,
}

/// Art. 67. Decides a device: refused for the first reason that stands in its way, otherwise recognised up to
/// what was approved, and borne by the fund or the employer. The sheet says how it came about.
pub fn decide(
    claimed: Claimed<'_>,
    standing: Standing<'_>,
    known: &Known,
    sheet: &mut Sheet,
) -> Decided {
    let label = format!("产品编号{}", claimed.serial_number);
    let price = claimed.unit_price;
    sheet.fact(format!("{label}单价"), price, "表66-A");
    let approved = match admissible(claimed, standing, known) {
        Ok(approved) => approved,
        Err(refused) => {
            let sentence = refused.reason().sentence;
            sheet.note(format!("{label}审核结果"), "不予支付", sentence);
            return Decided {
                outcome: LineOutcome::Refused,
                recognised: Decimal::ZERO,
                payer: None,
                reasons: vec![refused],
            };
        }
    };
    let mut reasons = Vec::new();
    let (mut outcome, mut recognised) = (LineOutcome::Paid, price);
    match limit(&approved) {
        None => sheet.note(format!("{label}最高支付标准"), "目录未规定限额", "批准表"),
        Some(most) => {
            sheet.fact(
                format!("{label}最高支付标准"),
                most,
                "批准表：最高支付金额 ÷ 数量",
            );
            if let Err(refused) = within_limit(price, most) {
                outcome = LineOutcome::Cut;
                recognised = most;
                reasons.push(refused);
            }
        }
    }
    let payer = match borne_by_fund(claimed.fitted_on, standing.overdue, known.fund_pays) {
        Ok(()) => Payer::Fund,
        Err(refused) => {
            reasons.push(refused);
            Payer::Employer
        }
    };
    sheet.step(
        format!("{label}核定金额"),
        recognised,
        "单价，不高于最高支付标准",
    );
    Decided {
        outcome,
        recognised,
        payer: Some(payer),
        reasons,
    }
}

/// Art. 66, Art. 67. What a device has to fulfil to be paid for at all, in this order.
fn admissible(
    claimed: Claimed<'_>,
    standing: Standing<'_>,
    known: &Known,
) -> Result<Approved, Refused> {
    in_force(standing)?;
    not_settled(claimed.fitted_on, standing.settled_from_on)?;
    alive(claimed.fitted_on, standing.died_on)?;
    let approved = approved(claimed, known.approved)?;
    fitted(claimed, approved.recorded_on)?;
    within_days(claimed.fitted_on, approved.days)?;
    once(claimed, known.claimed_in)?;
    Ok(approved)
}

/// Art. 54. The decision that recognised the injury stands.
///
/// # Errors
/// When it was revoked.
pub fn in_force(standing: Standing<'_>) -> Result<(), Refused> {
    if !standing.revoked {
        return Ok(());
    }
    let refused = Refused::because(Refusal::DeviceRevoked);
    Err(refused.with("recognition_number", standing.recognition_number))
}

/// Art. 59. Who had long-term benefits settled once for all gets nothing for devices of later days.
///
/// # Errors
/// When it was fitted after that.
pub fn not_settled(fitted_on: Date, settled_from_on: Option<Date>) -> Result<(), Refused> {
    match settled_from_on.filter(|from_on| *from_on <= fitted_on) {
        Some(from_on) => Err(Refused::because(Refusal::DeviceSettledOnce).with("from_on", from_on)),
        None => Ok(()),
    }
}

/// Art. 67. Nobody is fitted after death.
///
/// # Errors
/// When the day is later.
pub fn alive(fitted_on: Date, died_on: Option<Date>) -> Result<(), Refused> {
    match died_on.filter(|died_on| *died_on < fitted_on) {
        Some(died_on) => Err(Refused::because(Refusal::DeviceAfterDeath)
            .with("fitted_on", fitted_on)
            .with("died_on", died_on)),
        None => Ok(()),
    }
}

/// Art. 67. It was approved for the person and the injury.
///
/// # Errors
/// When it was not.
pub fn approved(claimed: Claimed<'_>, found: Option<Approved>) -> Result<Approved, Refused> {
    found.ok_or_else(|| {
        Refused::because(Refusal::DeviceNotApproved)
            .with("approval_id", claimed.approval_id)
            .with("code", claimed.code)
    })
}

/// Art. 67. It is recorded as fitted on that day, by whoever it was approved with.
///
/// # Errors
/// When it is not, or on another day.
pub fn fitted(claimed: Claimed<'_>, recorded_on: Option<Date>) -> Result<(), Refused> {
    match recorded_on {
        None => Err(Refused::because(Refusal::DeviceNotFitted)
            .with("approval_id", claimed.approval_id)
            .with("code", claimed.code)
            .with("serial_number", claimed.serial_number)),
        Some(recorded_on) if recorded_on != claimed.fitted_on => {
            Err(Refused::because(Refusal::DeviceFittedOtherwise)
                .with("serial_number", claimed.serial_number)
                .with("recorded_on", recorded_on)
                .with("fitted_on", claimed.fitted_on))
        }
        Some(_) => Ok(()),
    }
}

/// Art. 67. It was fitted within the days of the approval.
///
/// # Errors
/// When it was earlier or later.
pub fn within_days(fitted_on: Date, (from_on, until_on): (Date, Date)) -> Result<(), Refused> {
    if (from_on..=until_on).contains(&fitted_on) {
        return Ok(());
    }
    Err(Refused::because(Refusal::DeviceOutOfDays)
        .with("fitted_on", fitted_on)
        .with("from_on", from_on)
        .with("until_on", until_on))
}

/// Art. 67. It is paid for once.
///
/// # Errors
/// When another claim has it.
pub fn once(claimed: Claimed<'_>, claimed_in: Option<Uuid>) -> Result<(), Refused> {
    match claimed_in {
        Some(claim_id) => Err(Refused::because(Refusal::DeviceClaimed)
            .with("serial_number", claimed.serial_number)
            .with("claim_id", claim_id)),
        None => Ok(()),
    }
}

/// Art. 67. What is paid for one of the devices at most; none where the catalogue sets no limit. Whole fen of what
/// is approved for all of them, so that no more than that is paid.
#[must_use]
pub fn limit(approved: &Approved) -> Option<Decimal> {
    let each = |at_most: Decimal| at_most / Decimal::from(approved.quantity.max(1));
    approved
        .at_most
        .map(|at_most| each(at_most).trunc_with_scale(2))
}

/// Art. 67. It costs no more than its standard (项目、标准).
///
/// # Errors
/// When it costs more.
pub fn within_limit(unit_price: Decimal, limit: Decimal) -> Result<(), Refused> {
    if unit_price <= limit {
        return Ok(());
    }
    Err(Refused::because(Refusal::DevicePrice)
        .with("unit_price", unit_price)
        .with("limit", limit))
}

/// Art. 56, Art. 58. The fund bears it, unless it was fitted in the time whose costs the employer bears, or the
/// employer had not insured or paid.
///
/// # Errors
/// When the employer bears it.
pub fn borne_by_fund(
    fitted_on: Date,
    overdue: Option<(Date, Date)>,
    fund_pays: bool,
) -> Result<(), Refused> {
    if let Some((from_on, until_on)) = falls_into(overdue, fitted_on) {
        return Err(Refused::because(Refusal::DeviceOverdue)
            .with("from_on", from_on)
            .with("until_on", until_on));
    }
    if !fund_pays {
        return Err(Refused::because(Refusal::DeviceNotInsured).with("fitted_on", fitted_on));
    }
    Ok(())
}
