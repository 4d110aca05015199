//! The rates of one month, each computed once for an industry and tier.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chassis::Result;
use law::{Law, Month};

use super::{Rate, division, held};

/// The rates of one month that were asked for so far.
pub struct Rates<'a> {
    month: Month,
    law: &'a Law,
    known: HashMap<(String, i32), Rate>,
}

impl<'a> Rates<'a> {
    /// Those of a month by the law as of its first day.
    #[must_use]
    pub fn of_month(month: Month, law: &'a Law) -> Self {
        Self {
            month,
            law,
            known: HashMap::new(),
        }
    }

    /// The rate of an industry, a division of GB/T 4754, at a tier.
    ///
    /// # Errors
    /// A refusal when there is no such industry; when the law has no table for the month.
    pub fn of(&mut self, industry: Option<&str>, tier: i32) -> Result<&Rate> {
        let code = industry.unwrap_or_default();
        match self.known.entry((code.to_owned(), tier)) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                Ok(unknown.insert(held(division(code)?, self.month, tier, self.law)?))
            }
        }
    }
}
