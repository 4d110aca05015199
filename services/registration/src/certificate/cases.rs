//! The kinds of case of the section: verification with audit's part in it, renewal, replacement.

mod audit_opinion;
mod renewal;
mod replacement;
mod verification;

pub use audit_opinion::AuditOpinion;
pub use renewal::CertificateRenewal;
pub use replacement::CertificateReplacement;
pub use verification::CertificateVerification;

use chassis::{Result, Unit};
use contracts::Refused;
use contracts::registration::v1::Refusal;

use super::store::{self, CertificateRow};

/// The valid certificate of an employer, which is the one with this number.
async fn valid(unit: &mut Unit, employer_id: &str, number: &str) -> Result<CertificateRow> {
    let area = unit.area().to_owned();
    let valid = store::valid(unit.db(), &area, employer_id).await?;
    valid
        .filter(|valid| valid.certificate_number == number)
        .ok_or_else(|| {
            Refused::because(Refusal::CertificateUnknown)
                .with("certificate_number", number)
                .into()
        })
}
