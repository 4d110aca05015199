//! The base in force of a person's month: its wage within the bounds of the month.

use std::collections::HashMap;

use chassis::{Result, Unit};
use law::{Month, Sheet};
use rust_decimal::Decimal;

use crate::base::rules::{self, Bounds};

/// The bounds of months, each looked up once.
#[derive(Default)]
pub struct BoundsOfMonths(HashMap<Month, Option<Bounds>>);

impl BoundsOfMonths {
    /// Art. 23. What counts in a month: the wage that was declared for it, or else stated at enrolment,
    /// within the bounds of the month, also where these were set after the declaration. In yuan.
    ///
    /// # Errors
    /// When the area applies bounds and has not set its average wage for the month.
    pub async fn in_force(
        &mut self,
        unit: &mut Unit,
        month: Month,
        wage: Decimal,
    ) -> Result<Decimal> {
        Ok(rules::base(wage, self.of(unit, month).await?))
    }

    /// The bounds of a month; none where the area does not apply any.
    ///
    /// # Errors
    /// As above.
    pub async fn of(&mut self, unit: &mut Unit, month: Month) -> Result<Option<Bounds>> {
        if let Some(known) = self.0.get(&month) {
            return Ok(*known);
        }
        let law = unit.law(month.first_day()).await?;
        let bounds = rules::bounds(&law, &mut Sheet::new())?;
        self.0.insert(month, bounds);
        Ok(bounds)
    }
}
