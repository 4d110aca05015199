//! Reviews of cash claims (forms 90-E and 90-F).

use chassis::wire::uuid;
use chassis::{Case, Error, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    CashClaim, CashClaimKind, CashDifference, CashReviewDecision, CashReviewForm, CorrectedFact,
    Injury, NursingGrade, Payer, Refusal,
};
use contracts::common::v1::EvidenceKind;
use contracts::reflect::label_of;
use law::Law;
use law::calendar::Term;
use prost::Message;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::cash::{self, Effect, Kept};
use super::super::rules::{Difference, Due};
use super::super::store::claims::{self, ClaimRow};
use super::super::store::{self, Filter};
use super::super::{decide, wage};
use super::again::{Again, again};
use super::corrected::{Forms, corrected};
use crate::death::cases::{papers_of, told_late};
use crate::disability::cases::{WAGES_ARE_PROVEN_BY, nursing};
use crate::eligible::as_of_now;
use crate::injury::concerns;
use crate::injury::store::injury;

/// Art. 90. Somebody objects to what was decided of a cash claim: all its decisions are made anew by what is known now, and
/// what that makes another is adjusted, from the month on in which it begins.
pub struct CashReview;

/// A claim with all its decisions on their forms as they are corrected, and what was told of them.
struct Decided {
    rows: Vec<ClaimRow>,
    last: CashClaim,
    /// What the review corrects.
    facts: Vec<CorrectedFact>,
    /// The papers of that.
    papers: Vec<EvidenceKind>,
    told: Due,
    /// As it stands: revoked or not.
    injury: Injury,
}

#[chassis::async_trait]
impl Case for CashReview {
    type Application = CashReviewForm;
    type Decision = CashReviewDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// What proves wages that are stated, changes that are told late and facts that are corrected; grounds need no paper.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let mut kinds: Vec<EvidenceKind> = Vec::new();
        for paper in told_late(application).flat_map(|change| papers_of(&change)) {
            if !kinds.contains(&paper) {
                kinds.push(paper);
            }
        }
        let mut papers: Vec<Needed> = kinds.into_iter().map(Needed::paper).collect();
        if !application.wages.is_empty() {
            papers.push(Needed::one_of(WAGES_ARE_PROVEN_BY));
        }
        if !application.corrections.is_empty() {
            papers.push(Needed::paper(EvidenceKind::CorrectionProof));
        }
        papers
    }

    /// Whom the claim does not concern is told so at once, and whatever cannot be corrected.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        // An employer may object to a claim that the person made.
        unit.look_as_the_agency().await?;
        let decided = decided(unit, application).await?;
        let mut papers = self.evidence(application);
        for paper in decided.papers.into_iter().map(Needed::paper) {
            if !papers.contains(&paper) {
                papers.push(paper);
            }
        }
        Ok(papers)
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        unit.look_as_the_agency().await?;
        let decided = decided(unit, application).await?;
        let again = again(unit, &decided.injury, &decided.rows, application).await?;
        let nursing_stands = nursing_stands(unit, &decided).await?;
        decision(&decided, &again, nursing_stands)
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let Decided { injury, .. } = decided(unit, &application).await?;
        // Who decides benefits of the person, or of the injury, meanwhile waits for this, or this for that.
        claims::hold(unit.db(), &area, uuid(&injury.person_id)?).await?;
        claims::hold(unit.db(), &area, uuid(&injury.injury_id)?).await?;
        store::adjustments::share(unit.db(), &area).await?;
        // What was signed is what takes effect: what was read before may have changed until now.
        let now = decided(unit, &application).await?;
        let again = again(unit, &now.injury, &now.rows, &application).await?;
        let nursing_stands = nursing_stands(unit, &now).await?;
        if self::decision(&now, &again, nursing_stands)? != decision {
            let meanwhile = "what the decision rests on has changed meanwhile";
            return Err(Error::Conflict(meanwhile.to_owned()));
        }
        let Decided {
            rows, told, injury, ..
        } = now;
        // What a claim of a revoked recognition rested on is not found anew, and another review may have found more.
        if let Some(found) = &again.found_wage {
            wage::keep_found(unit, &injury, (case_id, found)).await?;
        }
        let form = rows.last().map(|row| row.form.as_slice());
        let kept = Kept {
            form: form.unwrap_or_default(),
            decision: &again.decision,
            objection: Some(&application.encode_to_vec()),
        };
        let effect = Effect {
            kind: again.kind,
            claim_id: uuid(&decision.claim_id)?,
            sequence: decision.sequence,
            case_id,
            own_wage: again.own_wage.as_ref(),
            awards: &again.awards,
            before: None,
        };
        cash::keep(unit, &injury, effect, kept).await?;
        decide(unit, case_id, Due::of(&again.benefits)?.told(&told)).await
    }
}

/// The claim that a form objects to, with its injury as it stands: revoked or not.
async fn decided(unit: &mut Unit, form: &CashReviewForm) -> Result<Decided> {
    let (area, claim_id) = (unit.area().to_owned(), uuid(&form.claim_id)?);
    let unknown = || {
        let refused = Refused::because(Refusal::CashClaimUnknown);
        refused.with("claim_id", &form.claim_id)
    };
    let rows = claims::of_claim(unit.db(), &area, claim_id).await?;
    let last = rows.last().ok_or_else(unknown)?.claim()?;
    let of = (uuid(&form.person_id)?, form.recognition_number.as_str());
    let injury = injury(unit.db(), &area, of).await?.ok_or_else(unknown)?;
    let is_it = last.person_id == form.person_id
        && last.recognition_number == form.recognition_number
        && injury.name == form.name;
    if !is_it {
        return Err(unknown().into());
    }
    concerns(&injury, &form.employer_id, unit.applied_on())?;
    if last.kind() != CashClaimKind::Survivors && !form.told_late.is_empty() {
        let kind = label_of("workinjury.benefit_review.v1.CashClaimKind", last.kind);
        let refused = Refused::because(Refusal::CashReviewChanges);
        let refused = refused.with("claim_id", &form.claim_id);
        return Err(refused.with("kind", kind).into());
    }
    let filter = Filter {
        claim_id: Some(claim_id),
        ..Filter::default()
    };
    let told = store::list(unit.db(), &area, filter, (None, i64::MAX)).await?;
    let review = (form, unit.applied_on());
    let forms = corrected(rows, last.kind(), review)?;
    let Forms {
        rows,
        facts,
        papers,
    } = forms;
    Ok(Decided {
        rows,
        facts,
        papers,
        last,
        // The oldest comes first.
        told: Due::of(told.iter().rev())?,
        injury: as_of_now(unit, injury).await?,
    })
}

/// Form 90-F: the claim before and after, and all that differs.
fn decision(
    decided: &Decided,
    again: &Again,
    nursing_stands: Vec<String>,
) -> Result<CashReviewDecision> {
    let (last, injury) = (&decided.last, &decided.injury);
    let differences = Due::of(&again.benefits)?.differences(&decided.told);
    let once = |payer: Payer| -> Decimal {
        let own = differences
            .iter()
            .filter(|one| one.months.is_none() && one.of.payer() == payer);
        own.map(|one| one.after - one.before).sum()
    };
    let effect = Effect {
        kind: again.kind,
        claim_id: uuid(&last.claim_id)?,
        sequence: last.sequence + 1,
        // As it is listed before it is signed it is of no case.
        case_id: Uuid::nil(),
        own_wage: again.own_wage.as_ref(),
        awards: &again.awards,
        before: None,
    };
    Ok(CashReviewDecision {
        claim_id: last.claim_id.clone(),
        sequence: effect.sequence,
        kind: last.kind,
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: injury.recognition_number.clone(),
        before: Some(last.clone()),
        after: Some(cash::listed(injury, effect)),
        relatives: again.relatives.clone(),
        fund_difference: Some(once(Payer::Fund).into()),
        employer_difference: Some(once(Payer::Employer).into()),
        upheld: differences.is_empty(),
        differences: differences.into_iter().map(line).collect(),
        nursing_stands,
        corrected: decided.facts.clone(),
    })
}

/// Art. 90. The recognitions of the person's other injuries for which nursing was decided: a person has one allowance, but a
/// review decides one claim, and whoever signs it is to know that the others stand.
async fn nursing_stands(unit: &mut Unit, decided: &Decided) -> Result<Vec<String>> {
    if decided.last.kind() != CashClaimKind::Disability {
        return Ok(Vec::new());
    }
    let others = nursing::others(unit, &decided.injury).await?.into_iter();
    let nursed = others.filter(|other| other.decision.nursing_grade() != NursingGrade::Unspecified);
    let numbers = nursed.map(|other| other.injury.recognition_number);
    Ok(numbers.collect())
}

fn line(one: Difference) -> CashDifference {
    CashDifference {
        benefit: one.of.kind,
        payee: one.of.payee,
        payee_id: one.of.payee_id,
        payee_name: one.of.payee_name,
        payer: one.of.payer,
        from_month: one.months.map(|(from, _)| from.into()),
        until_month: one.months.and_then(|(_, until)| until.map(Into::into)),
        before: Some(one.before.into()),
        after: Some(one.after.into()),
        difference: Some((one.after - one.before).into()),
    }
}
