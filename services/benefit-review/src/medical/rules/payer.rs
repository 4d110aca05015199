//! Who bears what is recognised of a line (Art. 56, Art. 58; 工伤保险条例第六十二条).

use contracts::Refused;
use contracts::benefit_review::v1::Refusal;
use time::Date;

use super::{Facts, Line};
use crate::injury::rules::falls_into;

/// Art. 56, Art. 58. The employer bears the costs of the time by which it applied for recognition too late, and those that
/// arose while it did not pay contributions; why.
pub(super) fn employer_bears(line: &Line, facts: &Facts) -> Option<Refused> {
    employer_bears_on(line.service_on, facts)
}

/// Art. 56, Art. 58. The same, of what arose on a day.
pub(super) fn employer_bears_on(on: Date, facts: &Facts) -> Option<Refused> {
    if let Some((from_on, until_on)) = falls_into(facts.injured.overdue, on) {
        let refused = Refused::because(Refusal::LineOverdue);
        return Some(refused.with("from_on", from_on).with("until_on", until_on));
    }
    let unpaid = facts.unpaid.get(&on).copied().unwrap_or_default();
    unpaid.then(|| Refused::because(Refusal::LineNotInsured))
}
