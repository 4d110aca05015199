//! Whether a line treats the injury that was recognised (Art. 62, first item).

use contracts::Refused;
use contracts::benefit_review::v1::Refusal;
use law::diagnosis::{self, DiagnosisError, Relation};

use super::{Finding, Injured, Line, Question};

/// How the diagnosis of a line stands to the recognised ones. Where none was recognised by code, or it is no code of the
/// classification, a person looks.
///
/// # Errors
/// When the table of diagnoses does not reach back to the day of the line.
pub(super) fn relation(line: &Line, injured: &Injured) -> Result<Relation, DiagnosisError> {
    if injured.diagnoses.is_empty() {
        return Ok(Relation::SamePart);
    }
    match diagnosis::relation(&line.diagnosis, &injured.diagnoses, line.service_on) {
        Err(DiagnosisError::Unknown { .. }) => Ok(Relation::SamePart),
        found => found,
    }
}

/// Art. 62. What treats the injury, its consequences or its aftercare is paid, an illness beside it is not
/// (工伤保险条例第三十条); where the same part of the body is hurt in another way, a person looks.
pub(super) fn matches(asked: &Question<'_>) -> Option<Finding> {
    let because = |reason| {
        Refused::because(reason)
            .with("diagnosis", &asked.line.diagnosis)
            .with("recognised", asked.facts.injured.diagnoses.join("、"))
    };
    match asked.relation {
        Relation::Same | Relation::Consequence | Relation::Aftercare => None,
        Relation::SamePart => Some(Finding::Review(because(Refusal::LineOtherNature))),
        Relation::Unrelated => Some(Finding::Refused(because(Refusal::LineOtherIllness))),
    }
}
