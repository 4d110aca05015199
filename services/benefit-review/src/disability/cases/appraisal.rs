//! What an appraisal makes due.

use chassis::wire::{day, maybe_day, uuid, yuan};
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{
    Award as WireAward, BenefitKind, DisabilityDecision, DisabilityForm, DisabilityOccasion,
    InjuryCause, MonthlyPension, NursingGrade, Payer, Refusal, RelationState,
};
use contracts::common::v1::WorksheetLine;
use contracts::reflect::label_of;
use contracts::{Money, Refused};
use law::calendar::add_days;
use law::{Month, Sheet};
use rust_decimal::Decimal;
use time::Date;

use super::super::rules::standing::{End, by_the_month, has, keep_lump_sum, restated};
use super::super::rules::{self, Disabled, Figures};
use super::super::{Known, Last, borne};
use super::{Found, form, laws, nursing};
use crate::benefit::adjustments::Had;
use crate::benefit::rules::{Award, Held, Laws, Pension};
use crate::benefit::wage;
use crate::injury::found_after_end;
use crate::injury::store::{AppraisalRow, appraisal, recognition};
use crate::third_party;

/// What the allowance of a pension difference stands on, where no form has it.
const OF_THIS_GRADE: &str = "按本次鉴定的伤残等级核算，过程见上";

const ADJUSTED: &str = "按本次鉴定的伤残等级核算，过程见上，并计入退休以前的历次待遇调整";

/// What ends or changes with the grade.
const OF_GRADE: &[BenefitKind] = &[
    BenefitKind::DisabilityAllowance,
    BenefitKind::PensionDifference,
];

/// Art. 68. By the conclusion that is registered last: the first time all that it makes due, later what is another by the
/// new grade or degree, from the month after the new conclusion. `then` is what was decided by it, where that is decided anew.
pub async fn decide(
    unit: &mut Unit,
    known: &Known,
    (stated, then): (&DisabilityForm, Option<&DisabilityDecision>),
) -> Result<DisabilityDecision> {
    let wages = &stated.wages;
    let concluded = registered(unit, known).await?;
    // That of an appeal decides from the start on.
    let concluded_on = concluded.holds_from;
    let (grade, nursing) = (concluded.disability_grade, concluded.nursing());
    replaced(unit, known, &concluded).await?;
    admissible(known, &concluded, concluded_on)?;
    known.alive(concluded_on, DisabilityOccasion::Appraisal)?;
    let retired = retired(known, stated, (grade, then.is_some()))?;
    let own = match grade {
        0 if wages.is_empty() => None,
        // Nothing rests on an own wage without a grade.
        0 => return Err(wage::not_needed(&known.injury)?.into()),
        _ => Some(known.wage(wages).own_wage(unit, &known.injury).await?),
    };
    let disabled = Disabled {
        wage: own.as_ref().map(|(wage, _)| *wage),
        pension: pension(unit, known, (&stated.pensions, (grade, concluded_on))).await?,
        concluded_on,
        ..disabled(unit, known, (grade, nursing)).await?
    };
    let from = disabled.from();
    let laws = laws(unit, disabled.days()).await?;
    let had = match &known.last {
        Some(last) if last.decision.retired_on.is_some() => Had::of(unit, last.claim_id).await?,
        _ => Had::default(),
    };
    let new = due(known, &disabled, (&laws, &had), retired)?;
    // Nobody is enrolled after a retirement or the end of the relation: what held on the last day holds on.
    let retired_on = retired.map(|(retired_on, _)| retired_on);
    let last_on = retired_on
        .or(known.retired_later)
        .into_iter()
        .chain(disabled.relation_ended_on)
        .min();
    let on = |award: &Award| match award.from {
        Some(from) => last_on.unwrap_or(Date::MAX).min(from.first_day()),
        None => concluded_on,
    };
    let mut new = borne(unit, &known.injury, new, on).await?;
    if last_on.is_some_and(|last_on| last_on < from.first_day()) {
        keep_payers(known, &mut new);
    }
    third_party::offset(unit, &known.injury, &mut new).await?;
    let mut beside = Vec::new();
    if changes_of(known, BenefitKind::NursingAllowance, (grade, nursing)) {
        match then {
            Some(then) => nursing::stand_back_as_then(&mut new, then),
            None => {
                beside = nursing::one_of_several(unit, known, (nursing, from), &mut new).await?;
            }
        }
    }
    let mut awards = stand(known, (grade, nursing), new, from);
    if has(known.before(), BenefitKind::LumpSumDisability) {
        keep_lump_sum(&mut awards, &concluded.conclusion_number);
    }
    let own_wage = own.map(|(_, own_wage)| own_wage);
    let found = Found { own_wage, awards };
    let (retired_on, basic_pension) = retired.unzip();
    Ok(DisabilityDecision {
        retired_on: retired_on.map(Into::into),
        basic_pension: basic_pension.map(Into::into),
        conclusion_number: concluded.conclusion_number,
        concluded_on: Some(concluded_on.into()),
        replaces: concluded.replaces.unwrap_or_default(),
        disability_grade: grade,
        nursing_grade: nursing as i32,
        beside,
        ..form(known, DisabilityOccasion::Appraisal, found)
    })
}

/// 人社部发〔2013〕34号第八条. The pension beside the own wage of who had retired when the disease was found, by the law of the day
/// of the conclusion: only a lump sum rests on it.
async fn pension(
    unit: &mut Unit,
    known: &Known,
    (stated, (grade, concluded_on)): (&[MonthlyPension], (i32, Date)),
) -> Result<Option<Pension>> {
    if stated.is_empty() {
        return Ok(None);
    }
    let injury = &known.injury;
    let lump_sum = grade > 0 && !has(known.before(), BenefitKind::LumpSumDisability);
    let ended_on = found_after_end(injury).filter(|_| lump_sum);
    let not_needed = || Refused::because(Refusal::PensionNotNeeded);
    let ended_on = ended_on.ok_or_else(not_needed)?;
    let pensions = wage::pensions(stated)?;
    let law = unit.law(concluded_on).await?;
    let days = (ended_on, day(injury.happened_on)?);
    Pension::of(&pensions, days, &law).map(Some)
}

/// What replaces a benefit after enrolment has ended stays with whoever bore that.
fn keep_payers(known: &Known, new: &mut [WireAward]) {
    for award in new.iter_mut().filter(|award| award.until_month.is_none()) {
        let former = match award.benefit() {
            BenefitKind::LumpSumDisability => None,
            kind => by_the_month(known.before(), kind),
        };
        let Some(former) = former else {
            continue;
        };
        // An allowance changes from fund to employer with its grade, a difference and nursing never do.
        if award.benefit() != BenefitKind::DisabilityAllowance {
            stays_with(award, former);
        }
    }
}

/// Whoever bore what an award takes the place of bears it on.
pub fn stays_with(award: &mut WireAward, former: &WireAward) {
    if former.payer == award.payer {
        return;
    }
    award.payer = former.payer;
    award.employer_id.clone_from(&former.employer_id);
    let worksheet = award.worksheet.get_or_insert_default();
    worksheet.lines.retain(|line| line.label != "承担方");
    worksheet.lines.push(WorksheetLine {
        label: "承担方".to_owned(),
        value: label_of("workinjury.benefit_review.v1.Payer", former.payer),
        source: "参保关系已经终止，仍由原承担方支付".to_owned(),
    });
}

/// The conclusion that is registered with the injury last.
async fn registered(unit: &mut Unit, known: &Known) -> Result<AppraisalRow> {
    let (area, injury) = (unit.area().to_owned(), &known.injury);
    let of = (uuid(&injury.injury_id)?, injury.conclusion_number.as_str());
    let found = appraisal(unit.db(), &area, of).await?;
    Ok(found.ok_or_else(|| Refused::because(Refusal::DisabilityNotAppraised))?)
}

/// What was decided by a conclusion that was corrected, or in whose place the one that is registered last stands, is decided anew from
/// the start (form 90-E), and not further.
async fn replaced(unit: &mut Unit, known: &Known, concluded: &AppraisalRow) -> Result<()> {
    let Some(last) = &known.last else {
        return Ok(());
    };
    let (area, decision) = (unit.area().to_owned(), &last.decision);
    let rested_on = decision.conclusion_number.as_str();
    let of = (uuid(&known.injury.injury_id)?, rested_on);
    let stands = appraisal(unit.db(), &area, of).await?;
    let is_it = stands.is_some_and(|one| one.conclusion_number == concluded.conclusion_number);
    let same = concluded.conclusion_number == rested_on
        && concluded.disability_grade == decision.disability_grade
        && concluded.nursing() == decision.nursing_grade()
        && Some(concluded.holds_from) == maybe_day(decision.concluded_on);
    if !is_it || same {
        return Ok(());
    }
    Err(Refused::because(Refusal::DisabilityReplaced)
        .with("conclusion_number", &concluded.conclusion_number)
        .with("replaces", rested_on)
        .with("claim_id", last.claim_id)
        .into())
}

/// Each conclusion is decided once; none after the insurance relation is over, and none of before a retirement that was
/// decided already.
fn admissible(known: &Known, concluded: &AppraisalRow, on: Date) -> Result<(), Refused> {
    let number = concluded.conclusion_number.as_str();
    let Some(last) = &known.last else {
        let nothing =
            concluded.disability_grade == 0 && concluded.nursing() == NursingGrade::Unspecified;
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
    let last_on = first_without.map(|on| add_days(on, -1));
    Ok(Disabled {
        wage: None,
        pension: None,
        grade,
        nursing,
        injured_on,
        law_on: rules::months_of_law(injured_on, recognised_on),
        concluded_on: injured_on,
        // Of a disease that was found after it the end stands, also once its benefits are settled.
        relation_ended_on: found_after_end(injury).or(last_on),
        retirement: None,
        occupational_disease: injury.cause() == InjuryCause::OccupationalDisease,
    })
}

/// What the conclusion makes due now: not again what stays as it is, and in place of an allowance the difference to the
/// pension of who has retired.
fn due(
    known: &Known,
    disabled: &Disabled,
    (laws, had): (&Laws, &Had),
    retired: Option<(Date, Decimal)>,
) -> Result<Vec<Award>> {
    // What the end of the relation makes due is applied for by itself.
    let of_appraisal = Disabled {
        relation_ended_on: None,
        ..disabled.clone()
    };
    let figures = Figures::of(&of_appraisal, laws)?;
    let mut due = rules::of_appraisal::<Sheet>(disabled, &figures);
    if let Some(died_on) = known.died_on {
        let begun = Month::of(died_on) >= disabled.from();
        due.retain(|award| award.from.is_none() || begun);
    }
    let degrees = (disabled.grade, disabled.nursing);
    due.retain(|award| changes_of(known, award.kind, degrees));
    if due
        .iter()
        .any(|award| award.kind == BenefitKind::DisabilityAllowance)
    {
        Figures::compared(&of_appraisal, laws)?;
    }
    let Some(of) = retired else {
        return Ok(due);
    };
    let allowance = due
        .iter()
        .find(|award| award.kind == BenefitKind::DisabilityAllowance)
        .filter(|award| award.payer == Payer::Fund)
        .map(|award| award.worksheet.clone());
    due.retain(|award| award.kind != BenefitKind::DisabilityAllowance);
    if let Some(mut allowance) = allowance {
        // It would have been adjusted like another until the retirement.
        let last_month = Month::of(of.0);
        let decided = (allowance.value, last_month);
        let held = (
            BenefitKind::DisabilityAllowance,
            Held::Allowance(disabled.grade),
        );
        let figure = match had.adjusted(held, decided, last_month) {
            adjusted if adjusted == allowance.value => (adjusted, OF_THIS_GRADE),
            adjusted => (adjusted, ADJUSTED),
        };
        let mut worksheet = rules::pension_difference::<Sheet>(figure, of, figures.rounding);
        allowance.lines.append(&mut worksheet.lines);
        worksheet.lines = allowance.lines;
        let (kind, from) = (BenefitKind::PensionDifference, Some(disabled.from()));
        due.push(rules::award(kind, Payer::Fund, from, worksheet));
    }
    Ok(due)
}

/// Whether a kind is awarded: the first time all, later what the conclusion changes.
fn changes_of(known: &Known, kind: BenefitKind, degrees: (i32, NursingGrade)) -> bool {
    known
        .last
        .as_ref()
        .is_none_or(|last| changes(kind, last, degrees))
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

/// 工伤保险条例第三十五条第一款第三项. When the person retired and with what pension: as it was decided, or as the form states it of
/// who had retired before the disease was found, who has never had an allowance. `anew` where it is decided anew: whether
/// there was a pension was not always asked.
fn retired(
    known: &Known,
    form: &DisabilityForm,
    (grade, anew): (i32, bool),
) -> Result<Option<(Date, Decimal)>> {
    let of = |on, pension: Option<&Money>| -> Result<Option<(Date, Decimal)>> {
        let pension = pension.map(|pension| yuan(Some(pension))).transpose()?;
        Ok(maybe_day(on).zip(pension))
    };
    let decided = known.last.as_ref().map(|last| &last.decision);
    let before = decided.map(|last| of(last.retired_on, last.basic_pension.as_ref()));
    let before = before.transpose()?.flatten();
    let stated = of(form.retired_on, form.basic_pension.as_ref())?;
    let had_grade = decided.is_some_and(|last| is_of_fund(last.disability_grade));
    let first = before.is_none()
        && !had_grade
        && is_of_fund(grade)
        && found_after_end(&known.injury).is_some();
    let both = stated.is_some() && form.without_pension;
    let says = stated.is_some() || form.without_pension;
    let (needless, silent) = (says && !first, first && !says && !anew);
    if both || needless || silent {
        let refused = Refused::because(Refusal::DisabilityPensionUnstated);
        return Err(refused.with("grade", grade).into());
    }
    match stated {
        Some((retired_on, _)) if retired_on > day(known.injury.happened_on)? => {
            let refused = Refused::because(Refusal::DisabilityRetirementDate);
            Err(refused.with("retired_on", retired_on).into())
        }
        stated => Ok(stated.or(before)),
    }
}

/// Whether the fund pays the allowance of a grade.
fn is_of_fund(grade: i32) -> bool {
    (1..=rules::LAST_OF_FUND).contains(&grade)
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
