//! Section 2, assessment of rates (费率核定).
//!
//! An employer starts at the benchmark of its risk class (article 25). Its rate floats with what its
//! review period shows, it is told in writing and may object (article 26), and each year's floating is
//! summed up and reported (article 27).

pub mod batches;
pub mod cases;
pub mod rpc;
pub mod rules;
pub mod runs;
pub mod store;

use chassis::{Result, Unit};
use law::{Law, Month};

/// Art. 25, Art. 26. The rate of an employer in a month; `law` is as of its first day.
///
/// # Errors
/// A refusal when its industry was not told; when the law has no table for the month.
pub async fn of(
    unit: &mut Unit,
    employer_id: &str,
    month: Month,
    law: &Law,
) -> Result<rules::Rate> {
    let area = unit.area().to_owned();
    let rated = store::rated(unit.db(), &area, employer_id, month).await?;
    let (code, tier) = rated.unwrap_or_default();
    rules::held(rules::division(&code)?, month, tier, law)
}
