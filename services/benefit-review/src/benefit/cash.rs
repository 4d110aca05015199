//! What a cash claim of any kind does when it is signed: it is kept, and what somebody gets is told.

use chassis::wire::{maybe_day, uuid, yuan};
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{
    AdjustedAward, AdjustmentBasis, Award, Benefit, CashClaim, CashClaimKind, Injury, OwnWage,
    PayeeKind, Payer,
};
use contracts::common::v1::WorksheetLine;
use law::Month;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::store::claims::{self, NewClaim};
use super::{adjustments, decide, employer, rules, wage};

/// A decision on a cash claim that takes effect.
#[derive(Clone, Copy, Debug)]
pub struct Effect<'a> {
    /// What it is about.
    pub kind: CashClaimKind,
    /// The case in which it was decided first.
    pub claim_id: Uuid,
    /// 0 of the first decision.
    pub sequence: i32,
    /// The case that is signed.
    pub case_id: Uuid,
    /// The own wage that it rests on, if it does.
    pub own_wage: Option<&'a OwnWage>,
    /// What is due now.
    pub awards: &'a [Award],
    /// What the decision before awarded; none of the first.
    pub before: Option<&'a [Award]>,
}

/// Who gets an award.
#[derive(Clone, Debug, PartialEq)]
pub struct Payee {
    /// The injured employee or a relative.
    pub kind: PayeeKind,
    /// Number of the person, or of the identity paper of a relative.
    pub id: String,
    /// Name of a relative; empty of the injured employee.
    pub name: String,
    /// What adjustments of what she or he is paid by the month go by.
    pub adjusts_by: AdjustmentBasis,
}

/// Art. 68, Art. 69, Art. 71, Art. 72. Keeps what was decided of a claim with the messages of its kind, and tells what
/// somebody gets: of what is paid once the difference to the decision before, of what is paid by the month that which
/// stands from now on.
///
/// # Errors
/// A conflict where the claim was decided anew meanwhile.
pub async fn enter(
    unit: &mut Unit,
    injury: &Injury,
    effect: Effect<'_>,
    (form, decision): (&[u8], &[u8]),
    payee: impl Fn(&Award) -> Payee,
) -> Result<()> {
    if let Some(own_wage) = effect.own_wage {
        wage::keep(unit, injury, (effect.case_id, own_wage)).await?;
    }
    let kept = Kept {
        form,
        decision,
        objection: None,
    };
    keep(unit, injury, effect, kept).await?;
    let between = (effect.before, effect.awards);
    let told = benefits(injury, effect.claim_id, between, payee)?;
    let told = adjustments::told(unit, effect.claim_id, told).await?;
    decide(unit, effect.case_id, told).await
}

/// Art. 87. What adjustments that took effect before make of the awards of a decision that is not signed yet; `claim_id` is
/// the claim that it decides further.
///
/// # Errors
/// When an amount is none.
pub async fn adjusted(
    unit: &mut Unit,
    (injury, claim_id): (&Injury, Option<Uuid>),
    awards: &[Award],
    payee: impl Fn(&Award) -> Payee,
) -> Result<Vec<AdjustedAward>> {
    let of = claim_id.unwrap_or_default();
    let decided = benefits(injury, of, (None, awards), payee)?;
    adjustments::shown(unit, claim_id, decided).await
}

/// The messages that are kept with a decision.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// What was applied for.
    pub form: &'a [u8],
    /// What was decided.
    pub decision: &'a [u8],
    /// What was objected to what was decided before, of a review.
    pub objection: Option<&'a [u8]>,
}

/// Art. 90. Keeps what was decided of a claim; what was decided of it before stays readable.
///
/// # Errors
/// A conflict where the claim was decided anew meanwhile.
pub async fn keep(
    unit: &mut Unit,
    injury: &Injury,
    effect: Effect<'_>,
    kept: Kept<'_>,
) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let claim = CashClaim {
        case_id: effect.case_id.to_string(),
        decided_on: Some(today.into()),
        ..listed(injury, effect)
    };
    let new = NewClaim {
        claim_id: effect.claim_id,
        sequence: effect.sequence,
        person_id: uuid(&injury.person_id)?,
        case_id: effect.case_id,
        decided_on: today,
        claim: &claim,
        kept,
    };
    claims::insert(unit.db(), &area, new).await
}

/// A claim as it is listed, but for the case and the day of the decision.
#[must_use]
pub fn listed(injury: &Injury, effect: Effect<'_>) -> CashClaim {
    CashClaim {
        claim_id: effect.claim_id.to_string(),
        sequence: effect.sequence,
        kind: effect.kind as i32,
        person_id: injury.person_id.clone(),
        recognition_number: injury.recognition_number.clone(),
        employer_id: employer(injury).to_owned(),
        own_wage: effect.own_wage.cloned(),
        awards: effect.awards.to_vec(),
        eligibility: injury.eligibility,
        ..CashClaim::default()
    }
}

/// What is told of a decision on a claim, after the one before it, but for what adjustments make of it.
///
/// # Errors
/// When an amount is none.
pub fn benefits(
    injury: &Injury,
    claim_id: Uuid,
    (before, after): (Option<&[Award]>, &[Award]),
    payee: impl Fn(&Award) -> Payee,
) -> Result<Vec<Benefit>> {
    let changes = changes(before, after)?;
    let benefits = changes.into_iter().map(|(award, amount)| {
        let payee = payee(award);
        Benefit {
            kind: award.benefit,
            payer: award.payer,
            amount: Some(amount.into()),
            payee: payee.kind as i32,
            payee_id: payee.id,
            payee_name: payee.name,
            person_id: injury.person_id.clone(),
            name: injury.name.clone(),
            recognition_number: injury.recognition_number.clone(),
            // What an employer has to bear in place of the fund is the one's of the day of the injury
            // (工伤保险条例第六十二条), what it owes itself the one's that stands beside the person (第四十三条).
            employer_id: match (award.payer(), award.employer_id.as_str()) {
                (Payer::Employer, "") => injury.employer_id.clone(),
                (Payer::Employer, own) => own.to_owned(),
                _ => employer(injury).to_owned(),
            },
            claim_id: claim_id.to_string(),
            is_difference: before.is_some() && !award.monthly,
            from_month: award.from_month.filter(|_| award.monthly),
            replaces: before.is_some() && award.monthly,
            until_month: last_month(award, payee.kind, injury).map(Into::into),
            // What an employer owes itself names it.
            in_place_of_fund: award.payer() == Payer::Employer && award.employer_id.is_empty(),
            adjusts_by: rules::basis(award.benefit(), &payee.adjusts_by),
            rests_on: rests_on(award),
            ..Benefit::default()
        }
    });
    Ok(benefits.collect())
}

/// Labels of the steps that are told with an amount.
const TOLD: &[&str] = &[
    "伤残等级",
    "本人工资",
    "计发基数",
    "统筹地区上年度职工月平均工资",
    "上一年度全国城镇居民人均可支配收入",
    "一次性伤残补助金月数",
    "伤残津贴比例",
    "生活护理费比例",
    "补助金月数",
    "补助金标准（元）",
    "丧葬补助金月数",
    "一次性工亡补助金倍数",
    "抚恤金比例",
];

/// Art. 79. What an award rests on, as it is told with the amount; the whole worksheet stays with the claim.
fn rests_on(award: &Award) -> Vec<WorksheetLine> {
    let lines = award.worksheet.iter().flat_map(|sheet| &sheet.lines);
    let told = lines.filter(|line| TOLD.contains(&line.label.as_str()));
    told.cloned().collect()
}

/// The last month of what is paid by the month, where it is known; never later than that in which an injured employee
/// who receives it died.
fn last_month(award: &Award, payee: PayeeKind, injury: &Injury) -> Option<Month> {
    let until = award.until_month.and_then(|month| month.try_into().ok());
    let died_on = maybe_day(injury.died_on).filter(|_| payee == PayeeKind::Person && award.monthly);
    until.into_iter().chain(died_on.map(Month::of)).min()
}

/// What a decision changes of the one before, award by award: of what is paid once the difference, where there is one;
/// of what is paid by the month what is due from now on, where it is another, and nothing where it ends.
///
/// # Errors
/// When an amount is none.
pub fn changes<'a>(
    before: Option<&'a [Award]>,
    after: &'a [Award],
) -> Result<Vec<(&'a Award, Decimal)>> {
    let before = before.unwrap_or_default();
    let months = |award: &Award| (award.from_month, award.until_month);
    let of = |award: &Award| (award.benefit, award.person, award.payer);
    let same = |one: &Award, other: &Award| {
        // What one has to bear for some months only stands beside what it bears from then on.
        of(one) == of(other) && (one.person.is_some() || one.until_month == other.until_month)
    };
    // What stands month for month, such as what was paid for some months that are over, is no former of anything else.
    let stands = |award: &&Award, others: &[Award]| {
        let is_it = |other: &Award| {
            of(award) == of(other) && award.amount == other.amount && months(award) == months(other)
        };
        award.monthly && others.iter().any(is_it)
    };
    let (before, after): (Vec<&Award>, Vec<&Award>) = (
        before.iter().filter(|one| !stands(one, after)).collect(),
        after.iter().filter(|one| !stands(one, before)).collect(),
    );
    // What ends is told before what begins in its place, whoever bears it.
    let (mut ends, mut changes) = (Vec::new(), Vec::with_capacity(after.len()));
    for &award in &after {
        let amount = yuan(award.amount.as_ref())?;
        let former = before.iter().find(|former| same(former, award));
        let was = former.map_or(Ok(Decimal::ZERO), |former| yuan(former.amount.as_ref()))?;
        match award.monthly {
            // What never was does not end.
            true if former.is_none() && amount.is_zero() => {}
            true if amount.is_zero() => ends.push((award, amount)),
            true => changes.push((award, amount)),
            false if was == amount => {}
            false => changes.push((award, amount - was)),
        }
    }
    for &former in &before {
        let was = yuan(former.amount.as_ref())?;
        // What was paid by the month and ended before is not ended again.
        let is_over = former.monthly && was.is_zero();
        if !is_over && !after.iter().any(|award| same(award, former)) {
            let amount = match former.monthly {
                true => Decimal::ZERO,
                false => -was,
            };
            ends.push((former, amount));
        }
    }
    ends.append(&mut changes);
    Ok(ends)
}
