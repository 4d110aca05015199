//! One nursing allowance of a person with several injuries.

use chassis::wire::{day, maybe_uuid, month, uuid};
use chassis::{Error, Result, Unit};
use contracts::benefit_review::v1::{
    Award as WireAward, BenefitKind, CashClaimKind, DisabilityDecision, Eligibility, Injury,
    NursingBeside, NursingGrade, Payer, RelationState,
};
use law::{Month, Sheet};
use prost::Message;
use time::Date;
use uuid::Uuid;

use super::super::rules::standing::{End, amount, by_the_month, ended, restated};
use super::super::rules::{self, nursing_figures};
use super::super::{Known, borne};
use super::appraisal::stays_with;
use crate::benefit::cash::changes;
use crate::benefit::rules::{Award, rounding};
use crate::benefit::store::claims::{self, ClaimRow, Filter};
use crate::injury::store::injury;

const KIND: BenefitKind = BenefitKind::NursingAllowance;

/// Claims of a person that are looked through for another nursing allowance.
const CLAIMS: i64 = 1_000;

/// What the worksheet of an allowance that stands back calls the one that is paid.
const GOES_ON: &str = "继续支付的生活护理费";

/// Why a nursing allowance is not paid beside another.
const ONE: &str = "生活护理费每人只享受一项，支付障碍等级较高的一项（工伤保险条例第三十四条）";

/// The claim of another injury, as it was decided last.
#[derive(Debug)]
pub struct Other {
    /// The row of its last decision.
    pub row: ClaimRow,
    /// What was decided.
    pub decision: DisabilityDecision,
    /// The injury as it stands.
    pub injury: Injury,
}

impl Other {
    /// What is paid of it now.
    fn paid(&self) -> Option<&WireAward> {
        by_the_month(&self.decision.awards, KIND)
    }

    fn beside(&self, award: WireAward) -> NursingBeside {
        NursingBeside {
            claim_id: self.row.claim_id.to_string(),
            sequence: self.row.sequence + 1,
            recognition_number: self.injury.recognition_number.clone(),
            award: Some(award),
        }
    }

    /// The claim with another nursing allowance.
    ///
    /// # Errors
    /// When it was decided further meanwhile.
    pub fn further(&self, beside: &NursingBeside) -> Result<DisabilityDecision> {
        if beside.sequence != self.row.sequence + 1 {
            return Err(Error::Conflict("cash_claim_pkey".into()));
        }
        let award = beside.award.clone().unwrap_or_default();
        let end = End {
            kinds: &[KIND],
            from: month(award.from_month)?,
            why: ONE,
        };
        let mut further = DisabilityDecision {
            claim_id: self.row.claim_id.to_string(),
            sequence: beside.sequence,
            beside: Vec::new(),
            adjusted: Vec::new(),
            awards: restated(&self.decision.awards, vec![award], end),
            ..self.decision.clone()
        };
        super::sum_up(&self.decision.awards, &mut further);
        Ok(further)
    }
}

/// 工伤保险条例第三十四条. Of several injuries a person has one nursing allowance, that of the highest degree: what the
/// decision makes of those of the others. `new` has the own one, which is nothing while another stands.
///
/// # Errors
/// When the claims of the others cannot be read.
pub async fn one_of_several(
    unit: &mut Unit,
    known: &Known,
    (own, from): (NursingGrade, Month),
    new: &mut [WireAward],
) -> Result<Vec<NursingBeside>> {
    let others = others(unit, &known.injury).await?;
    let highest = others
        .iter()
        .filter(|other| other.decision.nursing_grade() != NursingGrade::Unspecified)
        .min_by_key(|other| (other.decision.nursing_grade, other.paid().is_none()));
    let Some(highest) = highest else {
        return Ok(Vec::new());
    };
    let of_other = highest.decision.nursing_grade();
    let stands = own == NursingGrade::Unspecified
        || (of_other as i32) < (own as i32)
        || of_other == own && highest.paid().is_some();
    if !stands {
        let end = End {
            kinds: &[KIND],
            from,
            why: ONE,
        };
        let paid = others.iter().filter_map(|other| {
            let former = other.paid()?;
            Some(other.beside(ended(former, end)))
        });
        return Ok(paid.collect());
    }
    for award in new.iter_mut().filter(|award| award.benefit() == KIND) {
        stand_back(award, &highest.injury.recognition_number);
    }
    match highest.paid() {
        Some(_) => Ok(Vec::new()),
        None => {
            let of = (&highest.injury, &highest.decision);
            Ok(vec![highest.beside(resumed(unit, of, from).await?)])
        }
    }
}

/// The own allowance is nothing while that of another injury, by the number of its recognition, stands.
fn stand_back(award: &mut WireAward, number: &str) {
    award.amount = Some(rust_decimal::Decimal::ZERO.into());
    award.until_month = None;
    let worksheet = award.worksheet.get_or_insert_default();
    let mut line = |label: String, value: &str, source: &str| {
        worksheet.lines.push(contracts::common::v1::WorksheetLine {
            label,
            value: value.to_owned(),
            source: source.to_owned(),
        });
    };
    line(
        GOES_ON.to_owned(),
        number,
        "该认定工伤决定书的伤残待遇核定表（表5-7）",
    );
    line("本次核定的生活护理费（每月）".to_owned(), "0.00", ONE);
}

/// What was not paid beside another is not paid where that is decided anew: all of it, whoever bears which of its months by
/// what is known now.
pub fn stand_back_as_then(new: &mut [WireAward], then: &DisabilityDecision) {
    let mut own: Vec<_> = new.iter_mut().filter(|one| one.benefit() == KIND).collect();
    let first = own.iter().map(|award| award.from_month).min();
    // What stood back by an earlier conclusion says nothing of this one.
    let mut of_then = then
        .awards
        .iter()
        .filter(|award| award.benefit() == KIND && Some(award.from_month) >= first);
    let Some(number) = of_then.find_map(stood_back) else {
        return;
    };
    for award in &mut own {
        stand_back(award, number);
    }
}

/// The number of the recognition whose allowance is paid in place of an award; none of what did not stand back.
fn stood_back(award: &WireAward) -> Option<&str> {
    let mut lines = award.worksheet.as_ref()?.lines.iter();
    let goes_on = lines.find(|line| line.label == GOES_ON)?;
    Some(goes_on.value.as_str())
}

/// Art. 90. What another injury's decision made of the allowance of this claim, where it is decided anew: it ended, or is paid
/// again, from the same month on.
///
/// # Errors
/// When the law of the conclusion's day cannot be read.
pub async fn beside_as_then(
    unit: &mut Unit,
    (injury, last): (&Injury, &DisabilityDecision),
    (before, then): (&DisabilityDecision, &DisabilityDecision),
) -> Result<DisabilityDecision> {
    let mut awards = last.awards.clone();
    for (award, _) in changes(Some(&before.awards), &then.awards)? {
        if award.benefit() != KIND {
            continue;
        }
        let from = month(award.from_month)?;
        let end = End {
            kinds: &[KIND],
            from,
            why: ONE,
        };
        let new = match amount(award).is_zero() {
            true => Vec::new(),
            false => vec![resumed(unit, (injury, last), from).await?],
        };
        awards = restated(&awards, new, end);
    }
    let mut further = DisabilityDecision {
        sequence: then.sequence,
        awards,
        ..last.clone()
    };
    super::sum_up(&last.awards, &mut further);
    Ok(further)
}

/// What was not paid beside a higher one is paid again, as its own conclusion makes it due.
async fn resumed(
    unit: &mut Unit,
    (injury, decision): (&Injury, &DisabilityDecision),
    from: Month,
) -> Result<WireAward> {
    let concluded_on: Date = day(decision.concluded_on)?;
    let law = unit.law(concluded_on).await?;
    let figures = nursing_figures(decision.nursing_grade(), &law)?;
    let figures = figures.ok_or_else(|| Error::internal("a degree of nursing was asked for"))?;
    let mut worksheet = rules::nursing::<Sheet>(figures.multiple(), rounding(&law)?);
    worksheet.lines.push(law::worksheet::Line {
        label: "恢复支付的起始月".into(),
        value: from.to_string().into(),
        source: "障碍等级较高的一项已经变更或者停发（工伤保险条例第三十四条）".into(),
    });
    let award: Award = rules::award(KIND, Payer::Fund, Some(from), worksheet);
    let on = from.first_day();
    let mut borne = borne(unit, injury, vec![award], |_| on).await?;
    let mut award = borne.pop().unwrap_or_default();
    // Whoever bore it before it stood back bears it again, also when nobody is enrolled any more.
    let former = |one: &&WireAward| one.benefit() == KIND && one.until_month.is_none();
    if let Some(former) = decision.awards.iter().find(former) {
        stays_with(&mut award, former);
    }
    Ok(award)
}

/// The claims of the person's other injuries that still are, each as it was decided last.
///
/// # Errors
/// When they cannot be read.
pub async fn others(unit: &mut Unit, own: &Injury) -> Result<Vec<Other>> {
    let (area, person_id) = (unit.area().to_owned(), maybe_uuid(&own.person_id)?);
    let filter = Filter {
        person_id,
        ..Filter::default()
    };
    let (mut seen, mut others): (Vec<Uuid>, _) = (Vec::new(), Vec::new());
    // The newest decision of a claim comes first, and stands for all before it.
    for row in claims::list(unit.db(), &area, filter, (None, CLAIMS)).await? {
        let claim = row.claim()?;
        let is_other = claim.kind() == CashClaimKind::Disability
            && claim.recognition_number != own.recognition_number
            && !seen.contains(&row.claim_id);
        if !is_other {
            continue;
        }
        seen.push(row.claim_id);
        let of = (uuid(&claim.person_id)?, claim.recognition_number.as_str());
        let found = injury(unit.db(), &area, of).await?;
        let open = |one: &Injury| !one.revoked && one.relation() != RelationState::Settled;
        if let Some(mut injury) = found.filter(open) {
            // It rests on what its own decision rested on.
            if claim.eligibility() != Eligibility::Unspecified {
                injury.eligibility = claim.eligibility;
            }
            others.push(Other {
                decision: DisabilityDecision::decode(&*row.decision)?,
                row,
                injury,
            });
        }
    }
    Ok(others)
}
