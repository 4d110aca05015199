//! Section 3, costs of devices (辅助器具配置费用审核): claimed (Art. 66), decided (Art. 67), and decided anew where
//! somebody objects (Art. 90).

pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;

use std::collections::{BTreeMap, BTreeSet};

use chassis::wire::{day, maybe_day, uuid, yuan};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    BenefitKind, ClaimedDevice, DecidedDevice, DeviceClaimForm, DeviceDecision, Injury, PayeeKind,
    Payer, Refusal,
};
use contracts::medical_agreement::v1::Device;
use contracts::options::v1::Caller;
use law::Sheet;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::benefit::{self, Claim};
use crate::eligible::fund_pays_on;
use crate::injury::{concerns, overdue, settled_from};
use crate::medical::rules::place;
use crate::peers;
use crate::third_party;
use rules::{Approved, Claimed, Decided, Known, Standing};
use store::{NewClaim, Piece};

/// Art. 66. A claim comes through the employer of the injury, from the institution that fitted, or from the person
/// alone, and who claims is paid.
///
/// # Errors
/// When it names two of them, a person names another payee, or the employer is not that of the injury.
pub fn payee<'a>(
    unit: &Unit,
    injury: &Injury,
    (employer_id, institution_id): (&'a str, &'a str),
    person_id: &'a str,
) -> Result<(PayeeKind, &'a str), Refused> {
    concerns(injury, employer_id, unit.applied_on())?;
    let alone = unit.actor().caller == Caller::Person;
    match (employer_id, institution_id) {
        ("", "") => Ok((PayeeKind::Person, person_id)),
        _ if alone => Err(Refused::because(Refusal::DevicePayees)),
        ("", institution_id) => Ok((PayeeKind::Institution, institution_id)),
        (employer_id, "") => Ok((PayeeKind::Employer, employer_id)),
        _ => Err(Refused::because(Refusal::DevicePayees)),
    }
}

/// Art. 67. What medical-agreement knows of each device of a claim: approved for this person and this injury under
/// that number and code.
///
/// # Errors
/// When medical-agreement does not answer.
pub async fn approved(unit: &mut Unit, form: &DeviceClaimForm) -> Result<Vec<Option<Device>>> {
    let mut all = peers::devices(unit, uuid(&form.person_id)?).await?;
    all.retain(|device| device.recognition_number == form.recognition_number);
    let of = |claimed: &ClaimedDevice| -> Result<Option<Device>> {
        let id = uuid(&claimed.approval_id)?.to_string();
        let mut found = all.iter();
        let own = found.find(|device| device.approval_id == id && device.code == claimed.code);
        Ok(own.cloned())
    };
    form.devices.iter().map(of).collect()
}

/// The devices of a claim as the rules take them.
///
/// # Errors
/// When one lacks what the contract requires.
pub fn claimed(form: &DeviceClaimForm) -> Result<Vec<Claimed<'_>>> {
    let one = |device| -> Result<Claimed<'_>> {
        let device: &ClaimedDevice = device;
        Ok(Claimed {
            approval_id: &device.approval_id,
            code: &device.code,
            serial_number: &device.serial_number,
            fitted_on: day(device.fitted_on)?,
            unit_price: yuan(device.unit_price.as_ref())?,
        })
    };
    form.devices.iter().map(one).collect()
}

/// What a third party has compensated of a claim; zero where nothing is stated.
///
/// # Errors
/// When it is no amount.
pub fn compensated(form: &DeviceClaimForm) -> Result<Decimal> {
    let stated = form.compensated.as_ref();
    stated.map_or(Ok(Decimal::ZERO), |stated| yuan(Some(stated)))
}

/// Art. 67. Decides a claim by what is known now; `own` is its number where it was decided before.
///
/// # Errors
/// When another service does not answer.
pub async fn decide(
    unit: &mut Unit,
    injury: &Injury,
    (form, (payee, payee_id)): (&DeviceClaimForm, (PayeeKind, &str)),
    approved: &[Option<Device>],
    own: Option<Uuid>,
) -> Result<DeviceDecision> {
    let (area, devices) = (unit.area().to_owned(), claimed(form)?);
    let person = peers::person(unit, uuid(&injury.person_id)?).await?;
    let person = person.and_then(|known| known.person);
    let died_on = injury
        .died_on
        .or_else(|| person.and_then(|person| person.died_on));
    let standing = Standing {
        recognition_number: &injury.recognition_number,
        revoked: injury.revoked,
        settled_from_on: settled_from(injury),
        died_on: maybe_day(died_on),
        overdue: overdue(injury),
    };
    let numbers: Vec<&str> = devices.iter().map(|device| device.serial_number).collect();
    let taken = store::taken(unit.db(), &area, &numbers).await?;
    let mut fund_pays = BTreeMap::new();
    let days: BTreeSet<_> = devices.iter().map(|device| device.fitted_on).collect();
    for day in days {
        fund_pays.insert(day, fund_pays_on(unit, injury, day).await?);
    }
    let mut sheet = Sheet::new();
    let (mut decided, mut shown) = (Vec::new(), Vec::new());
    for (device, found) in devices.iter().zip(approved) {
        let in_other = found.as_ref().and_then(|found| {
            let piece = Piece {
                maker: place(&found.institution_id, &found.institution_name).to_owned(),
                code: device.code.to_owned(),
                serial_number: device.serial_number.to_owned(),
            };
            let other = |id: &Uuid| Some(*id) != own;
            let mut same = taken.iter().filter(|taken| taken.piece == piece);
            same.find(|taken| other(&taken.claim_id))
        });
        let known = Known {
            approved: found
                .as_ref()
                .map(|found| limits(found, device))
                .transpose()?,
            claimed_in: in_other.map(|taken| taken.claim_id),
            fund_pays: fund_pays
                .get(&device.fitted_on)
                .copied()
                .unwrap_or_default(),
        };
        let one = rules::decide(*device, standing, &known, &mut sheet);
        shown.push(line(device, found.as_ref(), &one));
        decided.push(one);
    }
    let total = rules::total(&devices);
    let mut taken = Decimal::ZERO;
    for (claim_id, decision) in of_injury(unit, injury).await? {
        if Some(claim_id) != own {
            taken += yuan(decision.compensated.as_ref())?;
        }
    }
    // What the claim says of its own devices, and what the papers of article 73 say, is the same compensation.
    let judged = third_party::of_devices(unit, injury, taken, &mut sheet).await?;
    let stated = compensated(form)?;
    let compensated = judged.unwrap_or(stated);
    let sums = rules::sums(total, &decided, compensated, &mut sheet);
    Ok(DeviceDecision {
        payee: payee as i32,
        payee_id: payee_id.to_owned(),
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: injury.recognition_number.clone(),
        devices: shown,
        total: Some(sums.total.into()),
        fund: Some(sums.fund.into()),
        employer: Some(sums.employer.into()),
        compensated: Some(sums.compensated.into()),
        nobody: Some(sums.nobody.into()),
        worksheet: Some(sheet.result(sums.fund).into()),
    })
}

/// The claims of an injury, each as it was decided last.
///
/// # Errors
/// When they cannot be read.
pub async fn of_injury(unit: &mut Unit, injury: &Injury) -> Result<Vec<(Uuid, DeviceDecision)>> {
    let area = unit.area().to_owned();
    let filter = store::Filter {
        person_id: Some(uuid(&injury.person_id)?),
        ..store::Filter::default()
    };
    let mut last: Vec<(Uuid, DeviceDecision)> = Vec::new();
    // The newest decision of a claim comes first.
    for row in store::list(unit.db(), &area, filter, (None, i64::MAX)).await? {
        let decision = row.decision()?;
        let is_known = last.iter().any(|(claim_id, _)| *claim_id == row.claim_id);
        if !is_known && decision.recognition_number == injury.recognition_number {
            last.push((row.claim_id, decision));
        }
    }
    Ok(last)
}

/// What was approved of a claimed device, and when it is recorded as fitted.
fn limits(found: &Device, claimed: &Claimed<'_>) -> Result<Approved> {
    let mut pieces = found.pieces.iter();
    let piece = pieces.find(|piece| piece.serial_number == claimed.serial_number);
    let at_most = found.at_most.as_ref();
    Ok(Approved {
        days: (day(found.approved_on)?, day(found.until_on)?),
        quantity: found.quantity,
        at_most: at_most.map(|most| yuan(Some(most))).transpose()?,
        recorded_on: piece.and_then(|piece| maybe_day(piece.fitted_on)),
    })
}

/// A device on form 5-6.
fn line(claimed: &Claimed<'_>, found: Option<&Device>, decided: &Decided) -> DecidedDevice {
    let found = found.cloned().unwrap_or_default();
    DecidedDevice {
        approval_id: claimed.approval_id.to_owned(),
        code: claimed.code.to_owned(),
        name: found.name,
        serial_number: claimed.serial_number.to_owned(),
        fitted_on: Some(claimed.fitted_on.into()),
        amount: Some(claimed.unit_price.into()),
        outcome: decided.outcome as i32,
        recognised: Some(decided.recognised.into()),
        payer: decided.payer.map_or(0, |payer| payer as i32),
        reasons: decided.reasons.iter().map(Refused::reason).collect(),
        treating_institution_id: found.institution_id,
        institution_name: found.institution_name,
    }
}

/// A decision that takes effect: of which claim, which one, and what was decided before.
#[derive(Clone, Copy, Debug)]
pub struct Effect<'a> {
    /// The case in which it was decided first.
    pub claim_id: Uuid,
    /// 0 of the first decision.
    pub sequence: i32,
    /// The case that is signed.
    pub case_id: Uuid,
    /// What was decided last.
    pub before: Option<&'a DeviceDecision>,
}

/// Art. 67, Art. 90. Keeps what was decided of a claim, and tells what somebody gets, or the difference.
///
/// # Errors
/// A conflict where another claim has one of the devices by now.
pub async fn enter(
    unit: &mut Unit,
    effect: Effect<'_>,
    injury: &Injury,
    (form, decision): (&DeviceClaimForm, &DeviceDecision),
) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let person_id = uuid(&injury.person_id)?;
    let new = NewClaim {
        claim_id: effect.claim_id,
        sequence: effect.sequence,
        person_id,
        employer_id: benefit::employer(injury),
        case_id: effect.case_id,
        decided_on: today,
        form,
        decision,
    };
    store::insert(unit.db(), &area, &new).await?;
    let recognised = decision.devices.iter().filter(|device| device.payer != 0);
    let pieces = recognised.map(|device| -> Result<(Uuid, Piece)> {
        let maker = place(&device.treating_institution_id, &device.institution_name);
        let piece = Piece {
            maker: maker.to_owned(),
            code: device.code.clone(),
            serial_number: device.serial_number.clone(),
        };
        Ok((uuid(&device.approval_id)?, piece))
    });
    let pieces: Vec<_> = pieces.collect::<Result<_>>()?;
    let of = (effect.claim_id, effect.sequence, person_id);
    store::recognise(unit.db(), &area, of, &pieces).await?;
    let claim = Claim {
        injury,
        claim_id: effect.claim_id,
        payee: decision.payee(),
        payee_id: &decision.payee_id,
        is_difference: effect.before.is_some(),
    };
    let (fund, employer) = differences(effect.before, decision)?;
    let amounts = [(Payer::Fund, fund), (Payer::Employer, employer)];
    let benefits = amounts
        .into_iter()
        .filter_map(|(payer, amount)| claim.amount(BenefitKind::Device, payer, amount));
    benefit::decide(unit, effect.case_id, benefits.collect()).await
}

/// Yuan of the fund and of the employer that a decision adds to the one before.
fn differences(
    before: Option<&DeviceDecision>,
    after: &DeviceDecision,
) -> Result<(Decimal, Decimal)> {
    let (mut fund, mut employer) = (yuan(after.fund.as_ref())?, yuan(after.employer.as_ref())?);
    if let Some(before) = before {
        fund -= yuan(before.fund.as_ref())?;
        employer -= yuan(before.employer.as_ref())?;
    }
    Ok((fund, employer))
}
