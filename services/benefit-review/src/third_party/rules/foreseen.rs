//! What a run would make of third parties' compensations (Art. 74), bill after bill, before anything is settled.

use std::collections::HashMap;

use law::Sheet;

use super::{Back, Beside, Settled, compare};

/// By injury: what the bills before make another, and what the person gives back for it.
#[derive(Debug, Default)]
pub struct Foreseen(HashMap<String, (Settled, Back)>);

impl Foreseen {
    /// Art. 74. What the person gives back once one more bill of the injury has come to something else: each bill is compared
    /// beside what became of those before it, so that a compensation is not taken twice.
    pub fn back(
        &mut self,
        injury_id: &str,
        beside: Beside,
        (before, after): (Settled, Settled),
    ) -> Back {
        let of_injury = self.0.entry(injury_id.to_owned()).or_default();
        let (moved, given) = *of_injury;
        let settled = beside.others.with(moved).with(after);
        let mut unwritten = Sheet::new();
        let back = compare(
            beside.medical,
            settled,
            beside.back.with(given),
            &mut unwritten,
        );
        *of_injury = (moved.with(after).with(negative(before)), given.with(back));
        back
    }
}

fn negative(one: Settled) -> Settled {
    Settled {
        fund: -one.fund,
        employer: -one.employer,
        compensated: -one.compensated,
    }
}
