//! What a run computes in one go.

use crate::Result;

type Compute<I> = Box<dyn FnOnce() -> Result<Vec<(String, I)>> + Send>;

/// The next subjects of a run, whose items are computed beside the database, not in its turns.
pub struct RunSlice<I> {
    last: String,
    compute: Compute<I>,
}

impl<I: Send + 'static> RunSlice<I> {
    /// Items that are at hand, each with its subject; `None` where there are none.
    #[must_use]
    pub fn of(items: Vec<(String, I)>) -> Option<Self> {
        let last = items.last()?.0.clone();
        Some(Self::through(last, || Ok(items)))
    }

    /// The subjects through `last`; those that have an item get it from `compute`.
    pub fn through(
        last: String,
        compute: impl FnOnce() -> Result<Vec<(String, I)>> + Send + 'static,
    ) -> Self {
        let compute = Box::new(compute);
        Self { last, compute }
    }

    pub(super) fn last(&self) -> &str {
        &self.last
    }

    pub(super) fn compute(self) -> Result<Vec<(String, I)>> {
        (self.compute)()
    }
}
