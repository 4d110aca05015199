//! Forms of a claim as reviews have corrected them (Art. 90).

use chassis::Result;
use chassis::wire::maybe_day;
use contracts::Refused;
use contracts::benefit_review::v1::{
    CashClaimKind, CashReviewForm, CorrectedFact, DeathClaimForm, DisabilityDecision,
    DisabilityForm, FormCorrection, Refusal, SurvivorChange, SurvivorChangeForm, SurvivorForm,
};
use contracts::common::v1::EvidenceKind;
use contracts::reflect::{differing, label_of};
use prost::{Message, Name};
use time::Date;

use super::super::store::claims::{ClaimRow, Corrected};
use crate::death::cases::{
    correctable_death, correctable_survivors, is_of_same_relative, papers_of, told_late,
};
use crate::disability::cases::{correctable_disability, is_beside};

/// The decisions of a claim with their forms as all reviews have corrected them.
#[derive(Debug)]
pub struct Forms {
    /// In their order.
    pub rows: Vec<ClaimRow>,
    /// What the review at hand corrects, fact by fact.
    pub facts: Vec<CorrectedFact>,
    /// The papers that this needs.
    pub papers: Vec<EvidenceKind>,
}

/// Art. 90. The forms of a claim's decisions, corrected by every review in its order, and by the one at hand last.
///
/// # Errors
/// When the review at hand corrects what is no such form, or nothing on it.
pub fn corrected(
    rows: Vec<ClaimRow>,
    kind: CashClaimKind,
    (review, applied_on): (&CashReviewForm, Date),
) -> Result<Forms> {
    let mut earlier = Vec::new();
    for objection in rows.iter().filter_map(|row| row.objection.as_deref()) {
        earlier.extend(CashReviewForm::decode(objection)?.corrections);
    }
    let (facts, papers) = (Vec::new(), Vec::new());
    let mut forms = Forms {
        rows,
        facts,
        papers,
    };
    for correction in &earlier {
        forms.correct(kind, (correction, Corrected::Before))?;
    }
    (forms.facts, forms.papers) = (Vec::new(), Vec::new());
    for correction in &review.corrections {
        let found = forms.facts.len();
        let of = correction.disability.as_ref();
        if let Some(late) = of.and_then(|of| maybe_day(of.retired_on))
            && late > applied_on
        {
            let refused = Refused::because(Refusal::DisabilityRetirementDate);
            return Err(refused.with("retired_on", late).into());
        }
        let fits = forms.correct(kind, (correction, Corrected::Now))?;
        if !fits || forms.facts.len() == found {
            let refused = Refused::because(Refusal::CorrectionForm);
            let refused = refused.with("claim_id", &review.claim_id);
            return Err(refused.with("sequence", correction.sequence).into());
        }
    }
    Ok(forms)
}

impl Forms {
    /// Puts a corrected form in the place of the one that was signed; whether it is one for that decision.
    fn correct(
        &mut self,
        kind: CashClaimKind,
        (correction, when): (&FormCorrection, Corrected),
    ) -> Result<bool> {
        let mut rows = self.rows.iter();
        let Some(at) = rows.position(|row| row.sequence == correction.sequence) else {
            return Ok(false);
        };
        let stated = (
            correction.disability.as_ref(),
            correction.death.as_ref(),
            correction.survivors.as_ref(),
            correction.change.as_ref(),
            correction.never_was,
        );
        let by_review = self.rows[at].objection.is_some();
        match (kind, stated) {
            (CashClaimKind::Disability, (Some(form), None, None, None, false)) if !by_review => {
                self.disability(at, (form, correction, when))
            }
            (CashClaimKind::Death, (None, Some(form), None, None, false)) if !by_review => {
                let old = DeathClaimForm::decode(&*self.rows[at].form)?;
                let papers = correctable_death(&old, form);
                self.put(at, (&old, form), papers, (correction, when))
            }
            (CashClaimKind::Survivors, (None, None, Some(form), None, false)) if at == 0 => {
                let old = SurvivorForm::decode(&*self.rows[at].form)?;
                let papers = correctable_survivors(&old, form);
                self.put(at, (&old, form), papers, (correction, when))
            }
            (CashClaimKind::Survivors, (None, None, None, Some(form), false)) if by_review => {
                self.told_late(at, (form, correction, when))
            }
            (CashClaimKind::Survivors, (None, None, None, Some(form), false)) if at > 0 => {
                let old = SurvivorChangeForm::decode(&*self.rows[at].form)?;
                let papers = is_of_same_relative(&old, form).then(|| papers_of(form));
                self.put(at, (&old, form), papers, (correction, when))
            }
            (CashClaimKind::Survivors, (None, None, None, None, true)) if at > 0 && !by_review => {
                self.never_was(at, correction)
            }
            _ => Ok(false),
        }
    }

    /// Form 68-A; what was decided in the case of another injury rests on no form of this claim.
    fn disability(
        &mut self,
        at: usize,
        (form, correction, when): (&DisabilityForm, &FormCorrection, Corrected),
    ) -> Result<bool> {
        let decided = |row: &ClaimRow| DisabilityDecision::decode(&*row.decision);
        if let Some(before) = at.checked_sub(1)
            && is_beside(&decided(&self.rows[before])?, &decided(&self.rows[at])?)
        {
            return Ok(false);
        }
        let old = DisabilityForm::decode(&*self.rows[at].form)?;
        let papers = correctable_disability(&old, form)?;
        self.put(at, (&old, form), papers, (correction, when))
    }

    /// A form in the place of another; none where there are no papers by which it could be proven.
    fn put<M: Message + Name>(
        &mut self,
        at: usize,
        (old, new): (&M, &M),
        papers: Option<Vec<EvidenceKind>>,
        (correction, when): (&FormCorrection, Corrected),
    ) -> Result<bool> {
        let Some(papers) = papers else {
            return Ok(false);
        };
        self.found((old, new), correction)?;
        self.papers.extend(papers);
        self.rows[at].form = new.encode_to_vec();
        self.rows[at].corrected = Some(when);
        Ok(true)
    }

    /// A change that a review was told late, and that was not as it was told.
    fn told_late(
        &mut self,
        at: usize,
        (form, correction, when): (&SurvivorChangeForm, &FormCorrection, Corrected),
    ) -> Result<bool> {
        let objection = self.rows[at].objection.as_deref().unwrap_or_default();
        let mut review = CashReviewForm::decode(objection)?;
        let mut told: Vec<SurvivorChangeForm> = told_late(&review).collect();
        let mut all = told.iter();
        let Some(place) = all.position(|old| is_of_same_relative(old, form)) else {
            return Ok(false);
        };
        self.found((&told.remove(place), form), correction)?;
        self.papers.extend(papers_of(form));
        let late = &mut review.told_late[place];
        late.change.clone_from(&form.change);
        late.born.clone_from(&form.born);
        late.forgotten.clone_from(&form.forgotten);
        self.rows[at].objection = Some(review.encode_to_vec());
        self.rows[at].corrected = Some(when);
        Ok(true)
    }

    /// A change that never was is not decided on any more.
    fn never_was(&mut self, at: usize, correction: &FormCorrection) -> Result<bool> {
        let row = self.rows.remove(at);
        let form = SurvivorChangeForm::decode(&*row.form)?;
        let kind = form.change.as_ref().map(SurvivorChange::kind);
        let kinds = "workinjury.benefit_review.v1.SurvivorChangeKind";
        let label = label_of(kinds, kind.unwrap_or_default() as i32);
        let changed_on = form.change.and_then(|change| maybe_day(change.changed_on));
        let on = changed_on.map(|on| on.to_string()).unwrap_or_default();
        let fact = CorrectedFact {
            fact: "变动".to_owned(),
            before: format!("{label}（{on}）"),
            after: "没有发生".to_owned(),
            ..of(correction)
        };
        self.facts.push(fact);
        Ok(true)
    }

    fn found<M: Message + Name>(
        &mut self,
        (old, new): (&M, &M),
        correction: &FormCorrection,
    ) -> Result<()> {
        self.facts.extend(facts(old, new, &of(correction))?);
        Ok(())
    }
}

/// Art. 90. What a corrected form says otherwise, fact by fact, as `found`.
///
/// # Errors
/// When it is no form of the contracts.
pub fn facts<M: Message + Name>(
    old: &M,
    new: &M,
    found: &CorrectedFact,
) -> Result<Vec<CorrectedFact>> {
    let differing = differing(old, new).map_err(chassis::Error::internal)?;
    let facts = differing.into_iter().map(|one| CorrectedFact {
        fact: one.label,
        before: one.before,
        after: one.after,
        ..found.clone()
    });
    Ok(facts.collect())
}

/// Who found it, and by what.
fn of(correction: &FormCorrection) -> CorrectedFact {
    CorrectedFact {
        sequence: correction.sequence,
        found_by: correction.found_by.clone(),
        basis: correction.basis.clone(),
        ..CorrectedFact::default()
    }
}
