//! Notices that arrive in a stream.

use chassis::{Batch, Finding, Numbered, Result, Unit};
use contracts::registration::v1::{AuthorityNotice, ResidentNotice};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{authority, resident};

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
        _batch_id: Uuid,
        rows: &[Numbered<AuthorityNotice>],
    ) -> Result<Vec<Finding>> {
        authority::take(unit, rows).await
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
        _batch_id: Uuid,
        rows: &[Numbered<ResidentNotice>],
    ) -> Result<Vec<Finding>> {
        resident::take(unit, rows).await
    }
}
