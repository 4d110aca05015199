//! Notices and lists that arrive in a stream.

use chassis::{Batch, Finding, Numbered, Result, Unit};
use contracts::registration::v1::{
    AuthorityNotice, OutsideEmployer, OutsidePerson, ResidentNotice,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{authority, list, resident};

/// Art. 5. Notices of a registration authority.
pub struct AuthorityNotices;

#[chassis::async_trait]
impl Batch for AuthorityNotices {
    type Row = AuthorityNotice;

    fn amount(&self, _row: &AuthorityNotice) -> Decimal {
        Decimal::ZERO
    }

    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<AuthorityNotice>],
    ) -> Result<Vec<Finding>> {
        let sender = chassis::batch::sender(unit, batch_id).await?;
        authority::take(unit, &sender, rows).await
    }
}

/// Art. 6. Notices of public security.
pub struct ResidentNotices;

#[chassis::async_trait]
impl Batch for ResidentNotices {
    type Row = ResidentNotice;

    fn amount(&self, _row: &ResidentNotice) -> Decimal {
        Decimal::ZERO
    }

    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<ResidentNotice>],
    ) -> Result<Vec<Finding>> {
        let sender = chassis::batch::sender(unit, batch_id).await?;
        resident::take(unit, &sender, rows).await
    }
}

/// Art. 125. The employers that an outside body knows.
pub struct OutsideEmployers;

#[chassis::async_trait]
impl Batch for OutsideEmployers {
    type Row = OutsideEmployer;

    fn amount(&self, _row: &OutsideEmployer) -> Decimal {
        Decimal::ZERO
    }

    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<OutsideEmployer>],
    ) -> Result<Vec<Finding>> {
        list::take_employers(unit, batch_id, rows).await
    }
}

/// Art. 125. The persons whom an outside body knows; their sum is that of their wages.
pub struct OutsidePersons;

#[chassis::async_trait]
impl Batch for OutsidePersons {
    type Row = OutsidePerson;

    fn amount(&self, row: &OutsidePerson) -> Decimal {
        let wage = row.monthly_wage.as_ref();
        wage.and_then(|wage| wage.decimal().ok())
            .unwrap_or_default()
    }

    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<OutsidePerson>],
    ) -> Result<Vec<Finding>> {
        list::take_persons(unit, batch_id, rows).await
    }
}
