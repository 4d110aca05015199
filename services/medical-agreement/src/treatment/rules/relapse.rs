//! What is a relapse, and on whose word.

use contracts::Refused;
use contracts::medical_agreement::v1::{Refusal, RelapseDispute, RelapseForm};
use contracts::reflect::label_of;
use law::diagnosis::{category, is_code};

const INSTITUTION: &str = "就诊机构";
const COMMITTEE: &str = "劳动能力鉴定委员会";

/// Art. 44. On whose word a relapse is treated: the institution's, or, where somebody disputes that, the
/// committee's.
///
/// # Errors
/// When the committee has not concluded on a dispute yet, or it is no relapse.
pub fn found_by(form: &RelapseForm) -> Result<&'static str, Refused> {
    let (by, is_relapse) = match &form.conclusion {
        Some(conclusion) => (COMMITTEE, conclusion.is_relapse),
        None if form.disputed_by() != RelapseDispute::Unspecified => {
            let by = label_of(
                "workinjury.medical_agreement.v1.RelapseDispute",
                form.disputed_by,
            );
            return Err(Refused::because(Refusal::RelapseDisputed).with("by", by));
        }
        None => (INSTITUTION, form.finds_relapse),
    };
    if is_relapse {
        return Ok(by);
    }
    Err(Refused::because(Refusal::RelapseDenied).with("by", by))
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
