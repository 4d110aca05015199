//! What is a relapse, and on whose word.

use contracts::medical_agreement::v1::{
    Refusal, RelapseConclusion, RelapseDispute, RelapseDisputeForm, RelapseForm,
};
use contracts::options::v1::Caller;
use contracts::reflect::label_of;
use contracts::{Refused, authority};
use law::diagnosis::{category, is_code};
use time::Date;

const INSTITUTION: &str = "就诊机构";
const COMMITTEE: &str = "劳动能力鉴定委员会";

/// Whether a relapse is disputed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dispute<'a> {
    /// Nobody disputes it.
    Nobody,
    /// It is to be put before the committee, or the committee has not concluded yet.
    Waits,
    /// The committee has concluded.
    Concluded(&'a RelapseConclusion),
}

/// Art. 44. On whose word a relapse is treated: the institution's, or, where somebody disputes that, the
/// committee's.
///
/// # Errors
/// When the committee has not concluded on a dispute yet, or it is no relapse.
pub fn found_by(form: &RelapseForm, dispute: Dispute<'_>) -> Result<&'static str, Refused> {
    let (by, is_relapse) = match dispute {
        Dispute::Concluded(conclusion) => (COMMITTEE, conclusion.is_relapse),
        Dispute::Nobody if form.disputed_by() == RelapseDispute::Unspecified => {
            (INSTITUTION, form.finds_relapse)
        }
        _ => return Err(Refused::because(Refusal::RelapseDisputed)),
    };
    if is_relapse {
        return Ok(by);
    }
    Err(Refused::because(Refusal::RelapseDenied).with("by", by))
}

/// Art. 44. Of all authorities a disputed relapse is the committee's alone.
///
/// # Errors
/// When another one calls.
pub fn of_committee(caller: Caller, party: &str) -> Result<(), Refused> {
    let (committee, label) = authority::APPRAISAL_COMMITTEE;
    if caller != Caller::Authority || party == committee {
        return Ok(());
    }
    Err(Refused::because(Refusal::SenderWrong).with("authority", label))
}

/// Art. 44. An employer disputes in its own name, and nobody else in an employer's.
///
/// # Errors
/// When the form names another than disputes.
pub fn disputant(form: &RelapseDisputeForm) -> Result<(), Refused> {
    let by_employer = form.disputed_by() == RelapseDispute::Employer;
    if by_employer != form.employer_id.is_empty() {
        return Ok(());
    }
    let by = label_of(
        "workinjury.medical_agreement.v1.RelapseDispute",
        form.disputed_by,
    );
    Err(Refused::because(Refusal::RelapseDisputant).with("by", by))
}

/// Art. 44. The committee concludes after a relapse was put before it, and not in days to come.
///
/// # Errors
/// When the day is another.
pub fn concluded_on((referred_on, concluded_on): (Date, Date), today: Date) -> Result<(), Refused> {
    if (referred_on..=today).contains(&concluded_on) {
        return Ok(());
    }
    Err(Refused::because(Refusal::ConclusionDate)
        .with("concluded_on", concluded_on)
        .with("referred_on", referred_on))
}

/// Art. 44. Diagnoses are written as ICD-10 codes (GB/T 14396).
///
/// # Errors
/// With the first that is not.
pub fn diagnosis_codes(codes: &[String]) -> Result<(), Refused> {
    match codes.iter().find(|code| !is_code(code)) {
        Some(code) => Err(Refused::because(Refusal::DiagnosisCode).with("code", code)),
        None => Ok(()),
    }
}

/// Art. 44. Is one of the diagnoses of the category (the three characters before the point) of one that was
/// recognised? Where it is not known what was recognised, nothing speaks against it.
#[must_use]
pub fn is_related(diagnoses: &[String], recognised: &[String]) -> bool {
    recognised.is_empty()
        || recognised.iter().any(|known| {
            diagnoses
                .iter()
                .any(|code| category(code) == category(known))
        })
}
