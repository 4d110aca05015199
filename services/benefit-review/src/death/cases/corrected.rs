//! Forms on deaths that a review may correct (Art. 90).

use contracts::benefit_review::v1::{DeathClaimForm, Dependant, SurvivorChangeForm, SurvivorForm};
use contracts::common::v1::EvidenceKind;

use super::super::rules::number_of;
use super::lump_sum::DeathClaim;
use super::survivors::of_relatives;
use crate::benefit::of_injury::InjuryCase;

/// Art. 69, Art. 90. What a corrected form 69-A needs beyond the papers of the one that was signed; none where it is another's
/// application, or pays another relative.
pub fn correctable_death(old: &DeathClaimForm, new: &DeathClaimForm) -> Option<Vec<EvidenceKind>> {
    let same = DeathClaimForm {
        death_case: new.death_case,
        declared_on: new.declared_on,
        hardship: new.hardship,
        declared_death_on: new.declared_death_on,
        payee_name: new.payee_name.clone(),
        payee_relation: new.payee_relation,
        ..old.clone()
    };
    let had = DeathClaim.papers(old);
    (same == *new).then(|| beyond(DeathClaim.papers(new), &had))
}

/// Art. 70, Art. 90. What a corrected form 70-A needs beyond the papers of the one that was signed, relative by relative; none
/// where it has other relatives, or other wages.
pub fn correctable_survivors(old: &SurvivorForm, new: &SurvivorForm) -> Option<Vec<EvidenceKind>> {
    let same = SurvivorForm {
        death_case: new.death_case,
        declared_on: new.declared_on,
        dependants: new.dependants.clone(),
        ..old.clone()
    };
    let numbers = |of: &SurvivorForm| -> Vec<String> {
        let dependants = of.dependants.iter();
        dependants.map(number_of).collect()
    };
    if same != *new || numbers(old) != numbers(new) {
        return None;
    }
    let of_one = |one: &Dependant| of_relatives(std::slice::from_ref(one));
    let pairs = old.dependants.iter().zip(&new.dependants);
    let papers = pairs.flat_map(|(old, new)| beyond(of_one(new), &of_one(old)));
    Some(papers.collect())
}

/// Art. 72, Art. 90. Whether a corrected form 72-A is of the same relative as the one that was signed.
#[must_use]
pub fn is_of_same_relative(old: &SurvivorChangeForm, new: &SurvivorChangeForm) -> bool {
    let same = SurvivorChangeForm {
        change: new.change.clone(),
        born: new.born.clone(),
        forgotten: new.forgotten.clone(),
        ..old.clone()
    };
    same == *new
}

fn beyond(papers: Vec<EvidenceKind>, had: &[EvidenceKind]) -> Vec<EvidenceKind> {
    let new = papers.into_iter().filter(|paper| !had.contains(paper));
    new.collect()
}
