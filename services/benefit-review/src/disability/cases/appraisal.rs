//! What an appraisal makes due.

use chassis::wire::{day, maybe_day, uuid, yuan};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    Award as WireAward, BenefitKind, CashClaimKind, Conclusion, DisabilityDecision,
    DisabilityOccasion, InjuryCause, NursingGrade, Payer, Refusal, RelationState,
};
use contracts::common::v1::WorksheetLine;
use law::calendar::add_days;
use law::{Month, Sheet};
use rust_decimal::Decimal;
use time::Date;

use super::super::rules::standing::{End, amount, by_the_month, has, keep_lump_sum, restated};
use super::super::rules::{self, Disabled, Figures};
use super::super::{Known, Last, borne};
use super::{Found, form, laws};
use crate::benefit::rules::{Award, Laws};
use crate::benefit::store::claims::{self, Filter};
use crate::benefit::wage;
use crate::injury::store::{conclusion, recognition};
use crate::third_party;

/// Claims of a person that are looked through for another nursing allowance.
const CLAIMS: i64 = 1_000;

/// What ends or changes with the grade.
const OF_GRADE: &[BenefitKind] = &[
    BenefitKind::DisabilityAllowance,
    BenefitKind::PensionDifference,
];

/// Art. 68. By the conclusion that is registered last: the first time all that it makes due, later what is another by the
/// new grade or degree, from the month after the new conclusion.
pub async fn decide(unit: &mut Unit, known: &Known) -> Result<DisabilityDecision> {
    let concluded = registered(unit, known).await?;
    let concluded_on = day(concluded.concluded_on)?;
    let (grade, nursing) = (concluded.disability_grade, concluded.nursing_grade());
    admissible(known, &concluded, concluded_on)?;
    known.alive(concluded_on, DisabilityOccasion::Appraisal)?;
    let own = match grade {
        0 => None,
        _ => Some(wage::of_injury(unit, &known.injury).await?),
    };
    let disabled = Disabled {
        wage: own.as_ref().map(|(wage, _)| *wage),
        concluded_on,
        ..disabled(unit, known, (grade, nursing)).await?
    };
    let from = disabled.from();
    let laws = laws(unit, disabled.days()).await?;
    let new = due(known, &disabled, &laws)?;
    let on = |award: &Award| award.from.unwrap_or(from).first_day();
    let mut new = borne(unit, &known.injury, new, on).await?;
    third_party::offset(unit, &known.injury, &mut new).await?;
    for award in &mut new {
        if award.benefit() == BenefitKind::NursingAllowance {
            beside(unit, known, award).await?;
        }
    }
    let mut awards = stand(known, (grade, nursing), new, from);
    if known.last.is_some() {
        keep_lump_sum(&mut awards, &concluded.conclusion_number);
    }
    let own_wage = own.map(|(_, own_wage)| own_wage);
    let found = Found { own_wage, awards };
    Ok(DisabilityDecision {
        conclusion_number: concluded.conclusion_number,
        concluded_on: concluded.concluded_on,
        disability_grade: grade,
        nursing_grade: nursing as i32,
        ..form(known, DisabilityOccasion::Appraisal, found)
    })
}

/// The conclusion that is registered with the injury last.
async fn registered(unit: &mut Unit, known: &Known) -> Result<Conclusion> {
    let (area, number) = (
        unit.area().to_owned(),
        known.injury.conclusion_number.as_str(),
    );
    let found = match number {
        "" => None,
        number => conclusion(unit.db(), &area, &[number]).await?.pop(),
    };
    Ok(found.ok_or_else(|| Refused::because(Refusal::DisabilityNotAppraised))?)
}

/// Each conclusion is decided once; none after the insurance relation is over, and none of before a retirement that was
/// decided already.
fn admissible(known: &Known, concluded: &Conclusion, on: Date) -> Result<(), Refused> {
    let number = concluded.conclusion_number.as_str();
    let Some(last) = &known.last else {
        let nothing = concluded.disability_grade == 0
            && concluded.nursing_grade() == NursingGrade::Unspecified;
        return match nothing {
            true => {
                Err(Refused::because(Refusal::DisabilityNoGrade).with("conclusion_number", number))
            }
            false => Ok(()),
        };
    };
    if last.decision.conclusion_number == number {
        return Err(Refused::because(Refusal::DisabilityDecided)
            .with("conclusion_number", number)
            .with("claim_id", last.claim_id));
    }
    if has(&last.decision.awards, BenefitKind::LumpSumMedicalSubsidy) {
        let refused = Refused::because(Refusal::DisabilityRelationOver);
        return Err(refused.with("claim_id", last.claim_id));
    }
    match maybe_day(last.decision.retired_on).filter(|retired_on| on < *retired_on) {
        Some(retired_on) => Err(Refused::because(Refusal::DisabilityBeforeRetirement)
            .with("conclusion_number", number)
            .with("retired_on", retired_on)),
        None => Ok(()),
    }
}

/// What the benefits of an injury rest on besides wage and conclusion.
pub async fn disabled(
    unit: &mut Unit,
    known: &Known,
    (grade, nursing): (i32, NursingGrade),
) -> Result<Disabled> {
    let (area, injury) = (unit.area().to_owned(), &known.injury);
    let numbers = [injury.recognition_number.as_str()];
    let decisions = recognition(unit.db(), &area, &numbers).await?;
    let recognised_on = decisions.first().and_then(|one| maybe_day(one.decided_on));
    let injured_on = day(injury.happened_on)?;
    let ended = injury.relation() == RelationState::Ended;
    // What is registered is the first day without a relation.
    let first_without = maybe_day(injury.relation_from_on).filter(|_| ended);
    Ok(Disabled {
        wage: None,
        grade,
        nursing,
        injured_on,
        law_on: rules::months_of_law(injured_on, recognised_on),
        concluded_on: injured_on,
        relation_ended_on: first_without.map(|on| add_days(on, -1)),
        retires_on: None,
        occupational_disease: injury.cause() == InjuryCause::OccupationalDisease,
    })
}

/// What the conclusion makes due now: not again what stays as it is, and in place of an allowance the difference to the
/// pension of who has retired.
fn due(known: &Known, disabled: &Disabled, laws: &Laws) -> Result<Vec<Award>> {
    // What the end of the relation makes due is applied for by itself.
    let of_appraisal = Disabled {
        relation_ended_on: None,
        ..disabled.clone()
    };
    let figures = Figures::decided(&of_appraisal, laws)?;
    let mut due = rules::of_appraisal::<Sheet>(disabled, &figures);
    if let Some(died_on) = known.died_on {
        let begun = Month::of(died_on) >= disabled.from();
        due.retain(|award| award.from.is_none() || begun);
    }
    let Some(last) = &known.last else {
        return Ok(due);
    };
    due.retain(|award| changes(award.kind, last, (disabled.grade, disabled.nursing)));
    let Some((retired_on, pension)) = retired(last)? else {
        return Ok(due);
    };
    let allowance = due
        .iter()
        .find(|award| award.kind == BenefitKind::DisabilityAllowance)
        .filter(|award| award.payer == Payer::Fund)
        .map(|award| award.worksheet.value);
    due.retain(|award| award.kind != BenefitKind::DisabilityAllowance);
    if let Some(allowance) = allowance {
        let of = (retired_on, pension);
        let worksheet = rules::pension_difference::<Sheet>(allowance, of, figures.rounding);
        let (kind, from) = (BenefitKind::PensionDifference, Some(disabled.from()));
        due.push(rules::award(kind, Payer::Fund, from, worksheet));
    }
    Ok(due)
}

/// Whether a kind is awarded by another conclusion: the lump sum once, the allowance by another grade, nursing by another
/// degree.
fn changes(kind: BenefitKind, last: &Last, (grade, nursing): (i32, NursingGrade)) -> bool {
    let before = &last.decision;
    match kind {
        BenefitKind::LumpSumDisability => !has(&before.awards, kind),
        BenefitKind::NursingAllowance => before.nursing_grade() != nursing,
        _ => before.disability_grade != grade,
    }
}

/// When the person retired and with what pension, where that was decided.
fn retired(last: &Last) -> Result<Option<(Date, Decimal)>> {
    let pension = last.decision.basic_pension.as_ref();
    let pension = pension.map(|pension| yuan(Some(pension))).transpose()?;
    Ok(maybe_day(last.decision.retired_on).zip(pension))
}

/// All that stands by the conclusion.
fn stand(
    known: &Known,
    degrees: (i32, NursingGrade),
    new: Vec<WireAward>,
    from: Month,
) -> Vec<WireAward> {
    let Some(last) = &known.last else {
        return new;
    };
    let mut kinds = Vec::new();
    if changes(BenefitKind::DisabilityAllowance, last, degrees) {
        kinds.extend(OF_GRADE);
    }
    if changes(BenefitKind::NursingAllowance, last, degrees) {
        kinds.push(BenefitKind::NursingAllowance);
    }
    let why = "新的鉴定结论自次月起执行（工伤保险条例第二十八条）";
    let end = End {
        kinds: &kinds,
        from,
        why,
    };
    restated(&last.decision.awards, new, end)
}

/// 工伤保险条例第三十四条. Of the nursing allowances of several injuries a person has one: the worksheet names the others.
async fn beside(unit: &mut Unit, known: &Known, award: &mut WireAward) -> Result<()> {
    let (area, injury) = (unit.area().to_owned(), &known.injury);
    let filter = Filter {
        person_id: Some(uuid(&injury.person_id)?),
        ..Filter::default()
    };
    let mut seen = Vec::new();
    // The newest decision of a claim comes first, and stands for all before it.
    for row in claims::list(unit.db(), &area, filter, (None, CLAIMS)).await? {
        let claim = row.claim()?;
        let other = claim.kind() == CashClaimKind::Disability
            && claim.recognition_number != injury.recognition_number
            && !seen.contains(&row.claim_id);
        if !other {
            continue;
        }
        seen.push(row.claim_id);
        let nursing = by_the_month(&claim.awards, BenefitKind::NursingAllowance);
        if let Some(nursing) = nursing {
            let worksheet = award.worksheet.get_or_insert_default();
            worksheet.lines.push(WorksheetLine {
                label: format!(
                    "认定工伤决定书{}的生活护理费（每月）",
                    claim.recognition_number
                ),
                value: amount(nursing).to_string(),
                source: "伤残待遇核定表（表5-7）；生活护理费每人只享受一项，支付其中较高的"
                    .to_owned(),
            });
        }
    }
    Ok(())
}
