//! Whether the injury gives a claim on the day of a line (Art. 54, Art. 59, Art. 62).

use contracts::Refused;
use contracts::benefit_review::v1::Refusal;

use super::{Finding, Question};

/// Art. 54, Art. 59. The recognition stands, and long-term benefits were not settled once for all by then.
pub(super) fn in_force(asked: &Question<'_>) -> Option<Finding> {
    let injured = &asked.facts.injured;
    if injured.revoked {
        let refused = Refused::because(Refusal::LineRevoked);
        let number = &injured.recognition_number;
        return Some(Finding::Refused(refused.with("recognition_number", number)));
    }
    let from_on = injured
        .settled_from
        .filter(|from_on| *from_on <= asked.line.service_on)?;
    let refused = Refused::because(Refusal::LineSettledOnce);
    Some(Finding::Refused(refused.with("from_on", from_on)))
}

/// Art. 62. Nothing is treatment of an injury before it happened.
pub(super) fn in_time(asked: &Question<'_>) -> Option<Finding> {
    let (service_on, happened_on) = (asked.line.service_on, asked.facts.injured.happened_on);
    (service_on < happened_on).then(|| {
        let refused = Refused::because(Refusal::LineBeforeInjury);
        Finding::Refused(
            refused
                .with("service_on", service_on)
                .with("happened_on", happened_on),
        )
    })
}

/// Art. 62. Nobody is treated after death.
pub(super) fn alive(asked: &Question<'_>) -> Option<Finding> {
    let service_on = asked.line.service_on;
    let died_on = asked
        .facts
        .injured
        .died_on
        .filter(|died_on| *died_on < service_on)?;
    let refused = Refused::because(Refusal::LineAfterDeath);
    Some(Finding::Refused(
        refused
            .with("service_on", service_on)
            .with("died_on", died_on),
    ))
}
