//! Long-term benefits settled once for all (forms 59-A and 59-B).

use chassis::wire::{day, month, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    Award, BenefitKind, CashClaimKind, DisabilityDecision, DisabilityForm, DisabilityOccasion,
    NursingBeside, NursingGrade, OneOffSettlementDecision, OneOffSettlementForm, Payer, Refusal,
    RelationState,
};
use contracts::common::v1::{EvidenceKind, WorksheetLine};
use law::calendar::{Term, age_on};
use law::{Law, Month, Sheet};
use prost::Message;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::store::Relation;
use super::super::{concerns, registered, rules};
use super::relation::relate;
use crate::benefit::adjustments::Had;
use crate::benefit::cash::{self, Effect};
use crate::benefit::rules::rounding;
use crate::benefit::store::claims;
use crate::disability::cases::nursing::one_of_several;
use crate::disability::cases::{ALL_MONTHLY, degrees, enter_beside, person, settled};
use crate::disability::rules::award;
use crate::disability::rules::settlement::{Settled, Standard, settlement};
use crate::disability::rules::standing::{amount, by_the_month};
use crate::disability::{Known, borne, known};

/// Art. 59. A rural migrant worker has long-term benefits settled once for all, and the relation ends.
pub struct OneOffSettlement;

#[chassis::async_trait]
impl Case for OneOffSettlement {
    type Application = OneOffSettlementForm;
    type Decision = OneOffSettlementDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// What both apply for in writing, and what they agree with the agency.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        let papers = [
            EvidenceKind::SettlementApplication,
            EvidenceKind::SettlementAgreement,
        ];
        papers.into_iter().map(Needed::paper).collect()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let of = (application.person_id.as_str(), application.name.as_str());
        let injury = registered(unit, of, &application.recognition_number).await?;
        concerns(&injury, &application.employer_id, unit.applied_on())?;
        if !application.explained
            || !application.rural_resident
            || day(application.agreed_on)? > unit.applied_on()
        {
            return Err(Refused::because(Refusal::NotExplained).into());
        }
        rules::settles(injury.relation())?;
        rules::has_long_term_benefit(injury.disability_grade)?;
        let ends_on = day(application.relation_ends_on)?;
        let in_order = day(injury.relation_from_on)? <= ends_on
            && day(application.agreed_on)? <= ends_on
            && ends_on <= unit.applied_on();
        if !in_order {
            let refused = Refused::because(Refusal::RelationDate);
            return Err(refused.with("changes_on", ends_on).into());
        }
        // What is settled is what was decided of the conclusion that is registered last.
        let known = known(unit, &claim_form(application)).await?;
        known.alive(ends_on, DisabilityOccasion::Settlement)?;
        let nursing_grade = known.decided()?.decision.nursing_grade;
        let ends_from = Month::of(ends_on).next();
        let goes_on = goes_on(unit, &known, ends_from).await?;
        let sum = sum(unit, &known, (ends_on, &goes_on)).await?;
        Ok(OneOffSettlementDecision {
            injury_id: injury.injury_id,
            person_id: injury.person_id,
            name: injury.name,
            disability_grade: injury.disability_grade,
            agreement_number: application.agreement_number.clone(),
            relation_ends_on: application.relation_ends_on,
            nursing_grade,
            age: age_on(day(known.person.born_on)?, ends_on),
            borne_by_employer: sum.payer() == Payer::Employer,
            amount: sum.amount,
            ends_from_month: Some(ends_from.into()),
            worksheet: sum.worksheet,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // Who decides benefits of the person meanwhile waits for this, or this for that.
        claims::hold(unit.db(), &area, uuid(&decision.person_id)?).await?;
        claims::hold(unit.db(), &area, uuid(&decision.injury_id)?).await?;
        self.examine_again(unit, &application, &decision).await?;
        settle(unit, case_id, &application, &decision).await?;
        let change = Relation {
            injury_id: uuid(&decision.injury_id)?,
            person_id: uuid(&decision.person_id)?,
            from_on: rules::from_on(RelationState::Settled, day(decision.relation_ends_on)?),
            state: RelationState::Settled,
            employer_id: "",
            case_id,
        };
        relate(unit, &change, &application.recognition_number).await
    }
}

/// Art. 59. What is settled at the end of the relation, with lines that say what ends and what goes on beside it.
async fn sum(
    unit: &mut Unit,
    known: &Known,
    (ends_on, goes_on): (Date, &[NursingBeside]),
) -> Result<Award> {
    let law = unit.law(ends_on).await?;
    let last = known.decided()?;
    let had = Had::of(unit, last.claim_id).await?;
    let of = degrees(&last.decision);
    let paid = |award: &Award| had.amount(award, &of, Month::of(ends_on));
    let age = age_on(day(known.person.born_on)?, ends_on);
    let of = settled_of(known, age, paid);
    let standard = Standard::of(&of, &law, rounding(&law)?)?;
    let sum = settlement::<Sheet>(&of, &standard);
    let once = award(BenefitKind::OneOffSettlement, Payer::Fund, None, sum);
    let borne = borne(unit, &known.injury, vec![once], |_| ends_on).await?;
    let mut sum = borne.into_iter().next().unwrap_or_default();
    let worksheet = sum.worksheet.get_or_insert_default();
    let lines =
        ends(known, Month::of(ends_on).next(), paid).chain(goes_on.iter().map(goes_on_line));
    worksheet.lines.splice(0..0, lines);
    Ok(sum)
}

/// Art. 90. A settlement decided anew, as of the day on which the relation ended by it.
///
/// # Errors
/// When nothing was decided of the claim before it.
pub async fn settle_again(
    unit: &mut Unit,
    known: &Known,
    ends_on: Date,
) -> Result<DisabilityDecision> {
    known.decided()?;
    rules::has_long_term_benefit(known.injury.disability_grade)?;
    let sum = sum(unit, known, (ends_on, &[])).await?;
    settled(known, vec![sum], (Month::of(ends_on).next(), ends_on))
}

/// The claim that is settled, as form 68-A names it.
fn claim_form(form: &OneOffSettlementForm) -> DisabilityForm {
    DisabilityForm {
        employer_id: form.employer_id.clone(),
        person_id: form.person_id.clone(),
        name: form.name.clone(),
        recognition_number: form.recognition_number.clone(),
        occasion: DisabilityOccasion::Settlement as i32,
        ..DisabilityForm::default()
    }
}

/// What is settled: what is paid by the month now.
fn settled_of(known: &Known, age: i32, paid: impl Fn(&Award) -> Decimal) -> Settled {
    let paid = |kind| by_the_month(known.before(), kind).map(&paid);
    let allowance = paid(BenefitKind::DisabilityAllowance);
    let nursing = paid(BenefitKind::NursingAllowance);
    Settled {
        grade: known.injury.disability_grade,
        // What another injury's nursing stands for is not settled with this one.
        nursing: match nursing {
            Some(_) => known.injury.nursing_grade(),
            None => NursingGrade::Unspecified,
        },
        age,
        allowance: allowance
            .or_else(|| paid(BenefitKind::PensionDifference))
            .unwrap_or(Decimal::ZERO),
        nursing_allowance: nursing.unwrap_or(Decimal::ZERO),
    }
}

/// Lines that say what ends.
fn ends(
    known: &Known,
    from: Month,
    yuan: impl Fn(&Award) -> Decimal,
) -> impl Iterator<Item = WorksheetLine> {
    let paid = ALL_MONTHLY
        .iter()
        .filter_map(|kind| by_the_month(known.before(), *kind));
    let line = move |award: &Award| WorksheetLine {
        label: contracts::reflect::label_of(
            "workinjury.benefit_review.v1.BenefitKind",
            award.benefit,
        ),
        value: format!("自{from}起停发"),
        source: format!("每月{}元，一次性领取后不再按月支付", yuan(award)),
    };
    paid.map(line)
}

/// The amount is awarded and told, and all that was paid by the month ends.
async fn settle(
    unit: &mut Unit,
    case_id: Uuid,
    application: &OneOffSettlementForm,
    decision: &OneOffSettlementDecision,
) -> Result<()> {
    let form = claim_form(application);
    let known = known(unit, &form).await?;
    let last = known.decided()?;
    let payer = match decision.borne_by_employer {
        true => Payer::Employer,
        false => Payer::Fund,
    };
    let once = Award {
        benefit: BenefitKind::OneOffSettlement as i32,
        amount: decision.amount.clone(),
        payer: payer as i32,
        worksheet: decision.worksheet.clone(),
        ..Award::default()
    };
    let from = month(decision.ends_from_month)?;
    let further = settled(&known, vec![once], (from, day(decision.relation_ends_on)?))?;
    let effect = Effect {
        kind: CashClaimKind::Disability,
        claim_id: last.claim_id,
        sequence: further.sequence,
        case_id,
        own_wage: further.own_wage.as_ref(),
        awards: &further.awards,
        before: Some(&last.decision.awards),
    };
    let payee = |_: &Award| person(&known.injury, &further);
    let beside = goes_on(unit, &known, from).await?;
    let messages = (form.encode_to_vec(), further.encode_to_vec());
    let messages = (messages.0.as_slice(), messages.1.as_slice());
    cash::enter(unit, &known.injury, effect, messages, payee).await?;
    enter_beside(unit, case_id, &known.injury, &beside).await
}

/// The nursing allowance of another injury that was not paid beside the one that ends.
async fn goes_on(unit: &mut Unit, known: &Known, from: Month) -> Result<Vec<NursingBeside>> {
    match by_the_month(known.before(), BenefitKind::NursingAllowance) {
        Some(_) => {
            let none = (NursingGrade::Unspecified, from);
            one_of_several(unit, known, none, &mut []).await
        }
        None => Ok(Vec::new()),
    }
}

fn goes_on_line(beside: &NursingBeside) -> WorksheetLine {
    let award = beside.award.clone().unwrap_or_default();
    WorksheetLine {
        label: "恢复按月支付的生活护理费".to_owned(),
        value: amount(&award).to_string(),
        source: format!("认定工伤决定书{}的生活护理费", beside.recognition_number),
    }
}
