//! Whether the day of a line lies in the time of the treatment (Art. 44, Art. 62; 工伤保险条例第三十三条).

use contracts::benefit_review::v1::{
    DecidedLine, EncounterKind, Flag, FlagKind, Refusal, Settlement,
};
use contracts::medical_agreement::v1::{Approval, ApprovalKind};
use contracts::{Money, Refused};
use law::diagnosis::{self, Relation};
use rust_decimal::Decimal;
use time::Date;

use super::flags::flag;
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

/// Art. 54, Art. 62. Lines of a settled bill whose days a stoppage period that ends on another day leaves on its other side: what
/// was left to a person, or cut by one, since it came after the end, and what was paid of days that come after it now.
#[must_use]
pub fn stoppage_changed(settled: &Settlement, (before, after): (Option<Date>, Date)) -> Vec<Flag> {
    let of_line = |line: &DecidedLine| {
        let on = contracts::maybe_day(line.service_on)?;
        let was_after = before.is_some_and(|before| before < on);
        let finding = match (was_after, after < on) {
            (true, false) if waits(line) => {
                format!(
                    "服务日期{on}原在停工留薪期满之后，变更后的停工留薪期至{after}，应当重新核定。"
                )
            }
            (false, true) if !yuan(line.recognised.as_ref()).is_zero() => {
                format!("服务日期{on}在变更后的停工留薪期满（{after}）之后，须核实是否仍需治疗。")
            }
            _ => return None,
        };
        Some(Flag {
            encounter_id: settled.encounter_id.clone(),
            ..flag(FlagKind::StoppageChanged, line.line_number, finding)
        })
    };
    settled.lines.iter().filter_map(of_line).collect()
}

/// Whether a line waits for a person since its day is after the stoppage period, or one who looked left something of it unpaid.
fn waits(line: &DecidedLine) -> bool {
    let names = [Refusal::LineAfterStoppage, Refusal::LineReviewed];
    let names = names.map(|refusal| Refused::because(refusal).reason().reason);
    let is_it = line.reasons.iter().any(|why| names.contains(&why.reason));
    is_it && yuan(line.recognised.as_ref()) < yuan(line.amount.as_ref())
}

fn yuan(money: Option<&Money>) -> Decimal {
    let stated = money.and_then(|money| money.decimal().ok());
    stated.unwrap_or_default()
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
