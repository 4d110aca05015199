//! Disability benefits (forms 68-A and 5-7).

mod again;
mod appraisal;
mod corrected;
pub mod nursing;
mod relation_end;
mod retirement;

use chassis::wire::{maybe_day, uuid};
use chassis::{Case, Error, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    AdjustmentBasis, Award, BenefitKind, CashClaimKind, DisabilityDecision, DisabilityForm,
    DisabilityOccasion, Injury, NursingBeside, OwnWage, PayeeKind, Payer, Refusal,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use prost::Message;
use time::Date;
use uuid::Uuid;

use super::rules::{self, standing};
use super::{Known, injured, known};
use crate::benefit::cash::{self, Effect, Payee};
use crate::benefit::rules::Laws;
use crate::benefit::store::claims;
use crate::benefit::wage;
use crate::injury::concerns;

pub use again::{again, is_beside};
pub use corrected::correctable_disability;

/// Art. 68. What a disability is worth: by an appraisal, at the end of the labour relation, and after a retirement.
pub struct DisabilityReview;

/// Papers that wages of before the injury are proven by.
pub const WAGES_ARE_PROVEN_BY: &[EvidenceKind] =
    &[EvidenceKind::WagePaymentDetail, EvidenceKind::TaxRecord];

/// What an occasion makes of a claim.
#[derive(Clone, Debug)]
struct Found {
    own_wage: Option<OwnWage>,
    /// All that stands.
    awards: Vec<Award>,
}

#[chassis::async_trait]
impl Case for DisabilityReview {
    type Application = DisabilityForm;
    type Decision = DisabilityDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// What the occasion is proven by, the identity card where the person applies, and what wages are proven by.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let paper = match application.occasion() {
            DisabilityOccasion::RelationEnd => EvidenceKind::RelationEndProof,
            DisabilityOccasion::Retirement => EvidenceKind::BasicPensionDecision,
            _ => EvidenceKind::AppraisalConclusion,
        };
        let mut papers = vec![Needed::paper(paper)];
        if application.employer_id.is_empty() {
            papers.push(Needed::paper(EvidenceKind::IdentityCard));
        }
        if !application.wages.is_empty() {
            papers.push(Needed::one_of(WAGES_ARE_PROVEN_BY));
        }
        let retired =
            application.retired_on.is_some() && paper != EvidenceKind::BasicPensionDecision;
        if !application.pensions.is_empty() || retired {
            papers.push(Needed::paper(EvidenceKind::BasicPensionDecision));
        }
        papers
    }

    /// Whose employer it is not is told so at once.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        // The present employer applies for an injury that another registered.
        unit.look_as_the_agency().await?;
        let injury = injured(unit, application).await?;
        concerns(&injury, &application.employer_id, unit.applied_on())?;
        Ok(self.evidence(application))
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let known = known(unit, application).await?;
        concerns(&known.injury, &application.employer_id, unit.applied_on())?;
        rules::whole(application)?;
        let by_appraisal = application.occasion() == DisabilityOccasion::Appraisal;
        if !by_appraisal && !application.wages.is_empty() {
            // The own wage was kept when the conclusion was decided.
            return Err(wage::not_needed(&known.injury)?.into());
        }
        if !by_appraisal && !application.pensions.is_empty() {
            return Err(Refused::because(Refusal::PensionNotNeeded).into());
        }
        let mut decision = decide(unit, &known, application, None).await?;
        let of = (&known.injury, known.last.as_ref().map(|last| last.claim_id));
        let payee = |_: &Award| person(&known.injury, &decision);
        let adjusted = cash::adjusted(unit, of, &decision.awards, payee).await?;
        decision.adjusted = adjusted;
        Ok(decision)
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // Who decides benefits of the person, or of the injury, meanwhile waits for this, or this for that.
        claims::hold(unit.db(), &area, uuid(&decision.person_id)?).await?;
        claims::hold(unit.db(), &area, uuid(&decision.injury_id)?).await?;
        self.examine_again(unit, &application, &decision).await?;
        let known = known(unit, &application).await?;
        let last = known.last.as_ref();
        let effect = Effect {
            kind: CashClaimKind::Disability,
            claim_id: last.map_or(case_id, |last| last.claim_id),
            sequence: decision.sequence,
            case_id,
            own_wage: decision.own_wage.as_ref(),
            awards: &decision.awards,
            before: last.map(|last| last.decision.awards.as_slice()),
        };
        let messages = (application.encode_to_vec(), decision.encode_to_vec());
        let payee = |_: &Award| person(&known.injury, &decision);
        let messages = (messages.0.as_slice(), messages.1.as_slice());
        cash::enter(unit, &known.injury, effect, messages, payee).await?;
        enter_beside(unit, case_id, &known.injury, &decision.beside).await
    }
}

/// Art. 68. What an occasion makes of a claim; `then` is what was decided of it, where that is decided anew.
async fn decide(
    unit: &mut Unit,
    known: &Known,
    form: &DisabilityForm,
    then: Option<&DisabilityDecision>,
) -> Result<DisabilityDecision> {
    match form.occasion() {
        DisabilityOccasion::RelationEnd => {
            let ended_on = then.and_then(|then| maybe_day(then.relation_ended_on));
            let of = (form.retirement_category(), ended_on);
            relation_end::decide(unit, known, of).await
        }
        DisabilityOccasion::Retirement => retirement::decide(unit, known, form).await,
        _ => appraisal::decide(unit, known, (form, then)).await,
    }
}

/// Decides the claims of a person's other injuries further, whose nursing allowance ends or is paid again.
///
/// # Errors
/// A conflict where one was decided further meanwhile.
pub async fn enter_beside(
    unit: &mut Unit,
    case_id: Uuid,
    own: &Injury,
    all: &[NursingBeside],
) -> Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let others = nursing::others(unit, own).await?;
    for beside in all {
        let is_it = |other: &&nursing::Other| other.row.claim_id.to_string() == beside.claim_id;
        let other = others.iter().find(is_it);
        let other = other.ok_or_else(|| Error::Conflict("cash_claim".to_owned()))?;
        let further = other.further(beside)?;
        let effect = Effect {
            kind: CashClaimKind::Disability,
            claim_id: other.row.claim_id,
            sequence: further.sequence,
            case_id,
            own_wage: further.own_wage.as_ref(),
            awards: &further.awards,
            before: Some(&other.decision.awards),
        };
        let decided = further.encode_to_vec();
        let messages = (other.row.form.as_slice(), decided.as_slice());
        let payee = |_: &Award| person(&other.injury, &further);
        cash::enter(unit, &other.injury, effect, messages, payee).await?;
    }
    Ok(())
}

/// The injured employee gets it; what is paid by the month is adjusted by the degrees that it was decided by.
#[must_use]
pub fn person(injury: &Injury, decision: &DisabilityDecision) -> Payee {
    Payee {
        kind: PayeeKind::Person,
        id: injury.person_id.clone(),
        name: String::new(),
        adjusts_by: degrees(decision),
    }
}

/// What adjustments of the benefits of a decision go by.
#[must_use]
pub fn degrees(decision: &DisabilityDecision) -> AdjustmentBasis {
    AdjustmentBasis {
        disability_grade: decision.disability_grade,
        nursing_grade: decision.nursing_grade,
        ..AdjustmentBasis::default()
    }
}

/// Enters what a decision adds and leaves standing, of both who pay.
fn sum_up(before: &[Award], decision: &mut DisabilityDecision) {
    let sums = |payer| standing::sums(before, &decision.awards, payer);
    let (of_fund, of_employer) = (sums(Payer::Fund), sums(Payer::Employer));
    decision.fund_once = Some(of_fund.0.into());
    decision.fund_monthly = Some(of_fund.1.into());
    decision.employer_once = Some(of_employer.0.into());
    decision.employer_monthly = Some(of_employer.1.into());
}

/// Form 5-7 of a settlement once for all: the amount is awarded, and all that was paid by the month ends.
///
/// # Errors
/// When the claim was not decided before.
pub fn settled(
    known: &Known,
    awards: Vec<Award>,
    (from, ends_on): (law::Month, Date),
) -> Result<DisabilityDecision> {
    let last = known.decided()?;
    let end = standing::End {
        kinds: ALL_MONTHLY,
        from,
        why: "长期待遇已经一次性领取（工伤保险经办规程第五十九条）",
    };
    let found = Found {
        own_wage: last.decision.own_wage.clone(),
        awards: standing::restated(&last.decision.awards, awards, end),
    };
    Ok(DisabilityDecision {
        relation_ended_on: Some(ends_on.into()),
        ..form(known, DisabilityOccasion::Settlement, found)
    })
}

/// All that is paid by the month for a disability.
pub const ALL_MONTHLY: &[BenefitKind] = &[
    BenefitKind::DisabilityAllowance,
    BenefitKind::NursingAllowance,
    BenefitKind::PensionDifference,
];

/// Form 5-7 with what was found; what was decided before of the conclusion, the end of the relation and the retirement
/// stays on it.
fn form(known: &Known, occasion: DisabilityOccasion, found: Found) -> DisabilityDecision {
    let injury: &Injury = &known.injury;
    let last = known.last.as_ref();
    let before = last.map(|last| last.decision.clone()).unwrap_or_default();
    let awarded = before.awards.clone();
    let mut decision = DisabilityDecision {
        occasion: occasion as i32,
        claim_id: last.map_or_else(String::new, |last| last.claim_id.to_string()),
        sequence: last.map_or(0, |last| last.sequence + 1),
        injury_id: injury.injury_id.clone(),
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: injury.recognition_number.clone(),
        own_wage: found.own_wage,
        awards: found.awards,
        beside: Vec::new(),
        adjusted: Vec::new(),
        ..before
    };
    sum_up(&awarded, &mut decision);
    decision
}

/// The law of days.
async fn laws(unit: &mut Unit, days: impl IntoIterator<Item = Date>) -> Result<Laws> {
    let mut laws = Vec::new();
    for on in days {
        laws.push(unit.law(on).await?);
    }
    Ok(Laws::of(laws))
}
