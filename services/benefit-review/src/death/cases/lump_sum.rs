//! What is paid once for a death (forms 69-A and 5-8).

use chassis::wire::{maybe_day, uuid, yuan};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    AdjustmentBasis, Award, CashClaimKind, DeathCase, DeathClaimForm, DeathDecision, Injury,
    PayeeKind, Refusal,
};
use contracts::common::v1::EvidenceKind;
use law::Sheet;
use prost::Message;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::rules::{self, Deceased, Declaration, Figures, Known, written};
use super::super::{bears_once, injured, known, sums};
use crate::benefit::cases::Again;
use crate::benefit::cash::{self, Effect, Payee};
use crate::benefit::of_injury::{InjuryCase, Named};
use crate::benefit::rules::Laws;
use crate::benefit::store::claims::{self, ClaimRow};
use crate::third_party;

/// Art. 69, Art. 71. Funeral and lump-sum death benefit, or half of the second in advance of who is missing.
pub struct DeathClaim;

#[chassis::async_trait]
impl InjuryCase for DeathClaim {
    type Application = DeathClaimForm;
    type Decision = DeathDecision;

    fn named<'a>(&self, application: &'a Self::Application) -> Named<'a> {
        Named {
            employer_id: &application.employer_id,
            person_id: &application.person_id,
            name: &application.name,
            recognition_number: &application.recognition_number,
        }
    }

    /// Who is paid, what she or he was to the deceased, and that the others agree; and what says how somebody died.
    fn papers(&self, application: &Self::Application) -> Vec<EvidenceKind> {
        let mut papers = vec![
            EvidenceKind::IdentityCard,
            EvidenceKind::KinshipProof,
            EvidenceKind::RelativeAuthorisation,
        ];
        match (application.death_case(), application.declared_on) {
            (DeathCase::Missing, Some(_)) => papers.push(EvidenceKind::DeathDeclaration),
            (DeathCase::Missing, None) => {
                papers.push(EvidenceKind::MissingProof);
                papers.push(EvidenceKind::HardshipProof);
            }
            _ => papers.push(EvidenceKind::DeathCertificate),
        }
        papers
    }

    async fn injury(&self, unit: &mut Unit, named: Named<'_>) -> Result<Injury> {
        injured(unit, named).await
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        injury: Injury,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let last = last(unit, &injury).await?;
        let decision = decide(unit, &injury, application, (last.as_ref(), None)).await?;
        // After an advance nothing but the whole is left to be decided, and all where everything was given back.
        let open = |last: &&Last| {
            !last.decision.awards.is_empty() && (!last.decision.advance || decision.advance)
        };
        match last.as_ref().filter(open) {
            Some(last) => Err(Refused::because(Refusal::DeathClaimed)
                .with("claim_id", last.claim_id)
                .into()),
            None => Ok(decision),
        }
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        (case_id, injury): (Uuid, Injury),
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let last = last(unit, &injury).await?;
        let effect = Effect {
            kind: CashClaimKind::Death,
            claim_id: last.as_ref().map_or(case_id, |last| last.claim_id),
            sequence: decision.sequence,
            case_id,
            own_wage: None,
            awards: &decision.awards,
            before: last.as_ref().map(|last| last.decision.awards.as_slice()),
        };
        let kept = (application.encode_to_vec(), decision.encode_to_vec());
        let payee = |_: &Award| payee(&decision);
        cash::enter(unit, &injury, effect, (&kept.0, &kept.1), payee).await
    }
}

/// Art. 69, Art. 71. What is due on a form after what was decided before; `then` is what was decided on it, where that is
/// decided anew.
async fn decide(
    unit: &mut Unit,
    injury: &Injury,
    form: &DeathClaimForm,
    (last, then): (Option<&Last>, Option<&DeathDecision>),
) -> Result<DeathDecision> {
    let mut known = known(unit, injury).await?;
    // Who was missing then may be known to be dead by now, which is decided on another form.
    known.died_on = known
        .died_on
        .filter(|_| !then.is_some_and(|then| then.advance));
    let case = match then {
        Some(_) => rules::by_now(form.death_case(), &known),
        None => form.death_case(),
    };
    let deceased = deceased(unit, (case, &known), form)?;
    let mut awards = match deceased.died_on {
        Some(died_on) => {
            // What a court declares arises with its judgment, whatever day it takes for that of the death.
            let arises_on = maybe_day(form.declared_on).unwrap_or(died_on);
            all(unit, injury, (&deceased, arises_on)).await?
        }
        None => vec![advance(unit, injury).await?],
    };
    third_party::offset(unit, injury, &mut awards).await?;
    let (fund, employer) = sums(&awards)?;
    let mut before = Decimal::ZERO;
    for award in last.iter().flat_map(|last| &last.decision.awards) {
        before += yuan(award.amount.as_ref())?;
    }
    let claim_id = last.map(|last| last.claim_id.to_string());
    Ok(DeathDecision {
        injury_id: injury.injury_id.clone(),
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: injury.recognition_number.clone(),
        death_case: case as i32,
        injured_on: injury.happened_on,
        died_on: deceased.died_on.map(Into::into),
        advance: deceased.died_on.is_none(),
        payee_name: form.payee_name.clone(),
        payee_identity_number: written(&form.payee_identity_number),
        payee_relation: form.payee_relation,
        claim_id: claim_id.unwrap_or_default(),
        sequence: last.map_or(0, |last| last.sequence + 1),
        awards,
        fund: Some(fund.into()),
        employer: Some(employer.into()),
        before: Some(before.into()),
        added: Some((fund + employer - before).into()),
    })
}

/// Art. 69, Art. 90. All decisions of a claim made anew in their order, by what is known now: each on its form, as of the day
/// on which it was applied for.
///
/// # Errors
/// A refusal where one could not be decided any more.
pub async fn again_once(unit: &mut Unit, injury: &Injury, rows: &[ClaimRow]) -> Result<Again> {
    let mut again = Again::of(CashClaimKind::Death);
    let mut last: Option<Last> = None;
    for row in rows.iter().filter(|row| row.objection.is_none()) {
        let form = DeathClaimForm::decode(&*row.form)?;
        let then = DeathDecision::decode(&*row.decision)?;
        let known = (last.as_ref(), Some(&then));
        let work = async |unit: &mut Unit| decide(unit, injury, &form, known).await;
        let decision = unit
            .as_applied_in(uuid(&row.claim()?.case_id)?, work)
            .await?;
        let before = last.as_ref().map(|last| last.decision.awards.as_slice());
        let between = (before, decision.awards.as_slice());
        let payee = |_: &Award| payee(&decision);
        again
            .benefits
            .extend(cash::benefits(injury, row.claim_id, between, payee)?);
        last = Some(Last {
            claim_id: row.claim_id,
            sequence: row.sequence,
            decision,
        });
    }
    if let Some(last) = last {
        again.awards.clone_from(&last.decision.awards);
        again.decision = last.decision.encode_to_vec();
    }
    Ok(again)
}

/// The relative who is paid for all.
fn payee(decision: &DeathDecision) -> Payee {
    Payee {
        kind: PayeeKind::Relative,
        id: decision.payee_identity_number.clone(),
        name: decision.payee_name.clone(),
        adjusts_by: AdjustmentBasis::default(),
    }
}

/// Art. 69, Art. 71. How somebody died, held against what is registered; no day of death before a declaration.
fn deceased(
    unit: &Unit,
    (case, known): (DeathCase, &Known),
    form: &DeathClaimForm,
) -> Result<Deceased> {
    let declaration = Declaration {
        declared_on: maybe_day(form.declared_on),
        death_on: maybe_day(form.declared_death_on),
    };
    rules::undeclared(case, (declaration, form.hardship))?;
    let mut deceased = Deceased {
        case,
        wage: None,
        injured_on: known.injured_on,
        died_on: known.died_on,
        grade: known.grade,
        survivors: Vec::new(),
    };
    rules::admissible(&deceased)?;
    deceased.died_on = match case {
        DeathCase::Missing => rules::missing(known, declaration, unit.applied_on())?,
        _ => Some(rules::died(case, known)?),
    };
    if deceased.died_on.is_none() && !form.hardship {
        return Err(Refused::because(Refusal::DeathNotDeclared).into());
    }
    Ok(deceased)
}

/// Art. 69, Art. 71. What is due by the figures of the day of the death, also where a court declared that.
async fn all(
    unit: &mut Unit,
    injury: &Injury,
    (deceased, arises_on): (&Deceased, Date),
) -> Result<Vec<Award>> {
    let mut laws = Vec::new();
    for on in deceased.days() {
        laws.push(unit.law(on).await?);
    }
    let figures = Figures::of(deceased, &Laws::of(laws))?;
    let (payer, why) = bears_once(injury, arises_on);
    let awards = rules::awards::<Sheet>(deceased, &figures).into_iter();
    let borne = awards.map(|award| award.borne_by(payer, why).into());
    Ok(borne.collect())
}

/// Art. 71. Half of the lump sum by the figures of the day on which it was applied for.
async fn advance(unit: &mut Unit, injury: &Injury) -> Result<Award> {
    let applied_on = unit.applied_on();
    let law = unit.law(applied_on).await?;
    let (payer, why) = bears_once(injury, applied_on);
    let award = rules::advance::<Sheet>(&law)?;
    Ok(award.borne_by(payer, why).into())
}

/// What was decided of an injury last.
struct Last {
    claim_id: Uuid,
    sequence: i32,
    decision: DeathDecision,
}

async fn last(unit: &mut Unit, injury: &Injury) -> Result<Option<Last>> {
    let (area, person_id) = (unit.area().to_owned(), uuid(&injury.person_id)?);
    let of = (person_id, injury.recognition_number.as_str());
    let rows = claims::of_injury(unit.db(), &area, of, CashClaimKind::Death).await?;
    let last = rows.into_iter().next_back().map(|row| -> Result<Last> {
        Ok(Last {
            claim_id: row.claim_id,
            sequence: row.sequence,
            decision: DeathDecision::decode(&*row.decision)?,
        })
    });
    last.transpose()
}
