//! Who has not proven to be entitled in time.

use chassis::{Daily, Progress, Result, Unit, async_trait};

use super::rules::proof_due_on;
use super::store;

/// Art. 88. Each day those are found who are paid by the month and of whom no proof came within the area's term.
pub struct Verification;

#[async_trait]
impl Daily for Verification {
    fn name(&self) -> &'static str {
        "adjustment.verification"
    }

    async fn areas(&self, unit: &mut Unit) -> Result<Vec<String>> {
        store::areas(unit.db()).await
    }

    async fn act(&self, unit: &mut Unit) -> Result<Progress> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let months = unit.law(today).await?.integer("verification_months")?.value;
        let paid = store::paid_by_the_month(unit.db(), &area, today).await?;
        let due = paid.into_iter().map(|(payee_id, basis_on)| {
            let due_on = proof_due_on(basis_on, months);
            (payee_id, basis_on, due_on)
        });
        let overdue: Vec<_> = due.filter(|(.., due_on)| *due_on < today).collect();
        store::keep_missing(unit.db(), &area, &overdue, today).await?;
        Ok(Progress::Done)
    }
}
