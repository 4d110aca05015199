//! Whether the day of a line lies in the time of the treatment (Art. 44, Art. 62; 工伤保险条例第三十三条).

use contracts::Refused;
use contracts::benefit_review::v1::{EncounterKind, Refusal};
use contracts::medical_agreement::v1::{Approval, ApprovalKind};
use law::diagnosis::{self, Relation};

use super::institution::{holds, names};
use super::{Facts, Finding, Line, Question};

/// Art. 44. Once the capacity for work was appraised the injury was stable: what comes later is a relapse, and
/// approved before. After the stoppage period treatment goes on where it is needed, which a person looks at.
pub(super) fn within(asked: &Question<'_>) -> Option<Finding> {
    let (facts, on) = (asked.facts, asked.line.service_on);
    if facts
        .approvals
        .iter()
        .any(|one| holds(one, on) && continues(one, asked.line, facts))
    {
        return None;
    }
    let injured = &facts.injured;
    if let Some(concluded_on) = injured
        .appraised_on
        .filter(|concluded_on| *concluded_on < on)
    {
        let refused = Refused::because(Refusal::LineRelapse).with("concluded_on", concluded_on);
        return Some(Finding::Refused(refused));
    }
    let until_on = injured.stoppage_until.filter(|until_on| *until_on < on)?;
    let refused = Refused::because(Refusal::LineAfterStoppage);
    Some(Finding::Review(
        refused.with("service_on", on).with("until_on", until_on),
    ))
}

/// Art. 42, Art. 44, Art. 47. Treatment at the residence goes on after the appraisal that found it needed, in the one
/// institution that was chosen; a relapse begins anew, in any agreement institution; and rehabilitation has its own
/// approval.
fn continues(approval: &Approval, line: &Line, facts: &Facts) -> bool {
    match approval.kind() {
        ApprovalKind::Residence => names(approval, facts),
        ApprovalKind::Relapse => is_relapse(approval, line),
        ApprovalKind::Rehabilitation => facts.kind == EncounterKind::Rehabilitation,
        _ => false,
    }
}

/// Art. 44. The old injury that was found to relapse, where the approval says which one; a code that cannot be compared
/// is left to who looks at diagnoses.
fn is_relapse(approval: &Approval, line: &Line) -> bool {
    let found = || diagnosis::relation(&line.diagnosis, &approval.diagnoses, line.service_on);
    approval.diagnoses.is_empty() || found() != Ok(Relation::Unrelated)
}
