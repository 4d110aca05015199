//! Fees of appraisals.

use std::collections::{BTreeSet, HashMap};

use contracts::Refused;
use contracts::payment::v1::{AppraisalFee, AppraisalFeeClaim, AppraisalKind, Refusal};
use law::{Law, LawError};
use time::Date;
use uuid::Uuid;

use crate::payroll::rules::yuan;

/// What is known of an appraisal.
#[derive(Clone, Debug)]
pub struct Appraised {
    /// Who was appraised.
    pub person_id: Uuid,
    /// Her or his name.
    pub name: String,
    /// The employer of the injury, and who bears its duties now; empty before it is registered.
    pub employers: [String; 2],
    /// The day of the conclusion.
    pub concluded_on: Date,
    /// No conclusion of the injury came before it.
    pub first: bool,
    /// The injury is registered and insured, and its recognition stands.
    pub borne: bool,
    /// The fee was paid.
    pub paid: bool,
}

/// Art. 84. A fee is paid once, for an appraisal that the committee told of, of an injury that the fund bears.
///
/// # Errors
/// A refusal with all conclusions that it concerns.
pub fn checked(
    claims: &[AppraisalFeeClaim],
    known: &HashMap<String, Appraised>,
) -> Result<(), Refused> {
    let of = |claim: &AppraisalFeeClaim| known.get(&claim.conclusion_number);
    let mut seen = BTreeSet::new();
    let twice: BTreeSet<&str> = claims
        .iter()
        .map(|claim| claim.conclusion_number.as_str())
        .filter(|number| !seen.insert(*number))
        .collect();
    let is_unknown = |claim: &AppraisalFeeClaim| of(claim).is_none_or(|one| one.name != claim.name);
    let is_paid = |claim: &AppraisalFeeClaim| {
        twice.contains(claim.conclusion_number.as_str()) || of(claim).is_some_and(|one| one.paid)
    };
    let is_not_borne = |claim: &AppraisalFeeClaim| of(claim).is_some_and(|one| !one.borne);
    let is_other_kind = |claim: &AppraisalFeeClaim| {
        of(claim).is_some_and(|one| one.first != (claim.kind() == AppraisalKind::Initial))
    };
    none(claims, Refusal::AppraisalUnknown, is_unknown)?;
    none(claims, Refusal::AppraisalFeePaid, is_paid)?;
    none(claims, Refusal::AppraisalNotBorne, is_not_borne)?;
    none(claims, Refusal::AppraisalKindWrong, is_other_kind)
}

fn none(
    claims: &[AppraisalFeeClaim],
    why: Refusal,
    is_one: impl Fn(&AppraisalFeeClaim) -> bool,
) -> Result<(), Refused> {
    let numbers = claims.iter().filter(|claim| is_one(claim));
    let numbers: Vec<&str> = numbers
        .map(|claim| claim.conclusion_number.as_str())
        .collect();
    match numbers.is_empty() {
        true => Ok(()),
        false => Err(Refused::because(why).with("numbers", numbers.join("、"))),
    }
}

/// Art. 84. What was charged is paid up to the standard of the area on the day of the conclusion, in yuan.
///
/// # Errors
/// When the area has set no standard.
pub fn fee(
    claim: &AppraisalFeeClaim,
    appraised: &Appraised,
    law: &Law,
) -> Result<AppraisalFee, LawError> {
    let key = match claim.kind() {
        AppraisalKind::Initial | AppraisalKind::Unspecified => "initial",
        AppraisalKind::Again => "again",
        AppraisalKind::Review => "review",
    };
    let standard = law.decimal(&format!("appraisal_fee.{key}"))?;
    let charged = yuan(claim.charged.as_ref());
    Ok(AppraisalFee {
        conclusion_number: claim.conclusion_number.clone(),
        person_id: appraised.person_id.to_string(),
        name: appraised.name.clone(),
        kind: claim.kind,
        concluded_on: Some(appraised.concluded_on.into()),
        charged: claim.charged.clone(),
        standard: Some(standard.value.into()),
        amount: Some(charged.min(standard.value).into()),
        source: standard.citation().to_string(),
    })
}

/// Art. 84. What somebody paid is paid back to the person who was appraised, or to the employer of the injury or who
/// bears its duties now.
///
/// # Errors
/// A refusal where it is neither.
pub fn payer(
    appraised: &Appraised,
    (person_id, employer_id): (Uuid, &str),
    number: &str,
) -> Result<(), Refused> {
    let is_employer =
        employer_id.is_empty() || appraised.employers.iter().any(|one| one == employer_id);
    if appraised.person_id == person_id && is_employer {
        return Ok(());
    }
    Err(Refused::because(Refusal::AppraisalFeePayer)
        .with("number", number)
        .with("employer_id", employer_id))
}
