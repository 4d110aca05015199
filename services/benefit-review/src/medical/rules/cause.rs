//! Why bills of many persons are settled further (Art. 43, Art. 62).

use contracts::benefit_review::v1::{ReadjudicationCause, SettlementCause};

/// The cause that a settlement is booked with, by that for which its run was ordered.
#[must_use]
pub const fn cause(ordered: ReadjudicationCause) -> SettlementCause {
    match ordered {
        ReadjudicationCause::Catalogue => SettlementCause::Catalogue,
        ReadjudicationCause::Standard => SettlementCause::Standard,
        ReadjudicationCause::Facts => SettlementCause::Facts,
        // The contract requires one.
        ReadjudicationCause::Unspecified => SettlementCause::Unspecified,
    }
}
