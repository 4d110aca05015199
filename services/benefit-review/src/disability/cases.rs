//! Disability benefits (forms 68-A and 5-7).

mod appraisal;
mod relation_end;
mod retirement;

use chassis::wire::uuid;
use chassis::{Case, Needed, Result, Unit};
use contracts::benefit_review::v1::{
    Award, CashClaimKind, DisabilityDecision, DisabilityForm, DisabilityOccasion, Injury, OwnWage,
    PayeeKind, Payer,
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
use crate::injury::concerns;

/// Art. 68. What a disability is worth: by an appraisal, at the end of the labour relation, and after a retirement.
pub struct DisabilityReview;

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

    /// What the occasion is proven by, and the identity card where the person applies.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let paper = match application.occasion() {
            DisabilityOccasion::RelationEnd => EvidenceKind::RelationEndProof,
            DisabilityOccasion::Retirement => EvidenceKind::BasicPensionDecision,
            _ => EvidenceKind::AppraisalConclusion,
        };
        let mut papers = vec![paper];
        if application.employer_id.is_empty() {
            papers.push(EvidenceKind::IdentityCard);
        }
        papers.into_iter().map(Needed::paper).collect()
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
        match application.occasion() {
            DisabilityOccasion::RelationEnd => {
                relation_end::decide(unit, &known, application.retirement_category()).await
            }
            DisabilityOccasion::Retirement => retirement::decide(unit, &known, application).await,
            _ => appraisal::decide(unit, &known).await,
        }
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // Who decides benefits of the injury meanwhile waits for this, or this for that.
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
        let payee = |_: &Award| Payee {
            kind: PayeeKind::Person,
            id: known.injury.person_id.clone(),
            name: String::new(),
        };
        let messages = (messages.0.as_slice(), messages.1.as_slice());
        cash::enter(unit, &known.injury, effect, messages, payee).await
    }
}

/// Form 5-7 with what was found; what was decided before of the conclusion, the end of the relation and the retirement
/// stays on it.
fn form(known: &Known, occasion: DisabilityOccasion, found: Found) -> DisabilityDecision {
    let injury: &Injury = &known.injury;
    let last = known.last.as_ref();
    let before = last.map(|last| last.decision.clone()).unwrap_or_default();
    let (fund_once, fund_monthly) = standing::sums(&before.awards, &found.awards, Payer::Fund);
    let (employer_once, employer_monthly) =
        standing::sums(&before.awards, &found.awards, Payer::Employer);
    DisabilityDecision {
        occasion: occasion as i32,
        claim_id: last.map_or_else(String::new, |last| last.claim_id.to_string()),
        sequence: last.map_or(0, |last| last.sequence + 1),
        injury_id: injury.injury_id.clone(),
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: injury.recognition_number.clone(),
        own_wage: found.own_wage,
        awards: found.awards,
        fund_once: Some(fund_once.into()),
        employer_once: Some(employer_once.into()),
        fund_monthly: Some(fund_monthly.into()),
        employer_monthly: Some(employer_monthly.into()),
        ..before
    }
}

/// The law of days.
async fn laws(unit: &mut Unit, days: impl IntoIterator<Item = Date>) -> Result<Laws> {
    let mut laws = Vec::new();
    for on in days {
        laws.push(unit.law(on).await?);
    }
    Ok(Laws::of(laws))
}
