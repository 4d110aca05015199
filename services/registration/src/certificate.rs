//! Section 4, certificates (社会保险登记证管理): issued at registration and change (Art. 9, Art. 13),
//! verified in rounds (Art. 17, Art. 18), renewed and withdrawn (Art. 19), replaced when lost or
//! damaged (Art. 20), and handed to audit when not verified in time (Art. 21).

pub mod cases;
pub mod rounds;
pub mod rpc;
pub mod rules;
pub mod runs;
pub mod store;

use chassis::{Result, Unit};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    Certificate, CertificateIssued, CertificateReason, CertificateRenewed, CertificateState,
    Employer, RegistrationEvent,
};
use uuid::Uuid;

use crate::employer::name_of;

/// Art. 9, Art. 13, Art. 19, Art. 20. Issues a certificate to an employer, in place of the valid one
/// that it may have, and tells it. The reason stands on the certificate with the date.
///
/// # Errors
/// When the term of certificates is not known or the database cannot be reached.
pub async fn issue(
    unit: &mut Unit,
    employer: &Employer,
    reason: CertificateReason,
    case_id: Uuid,
) -> Result<Certificate> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let years = unit
        .law(unit.decided_on())
        .await?
        .integer("certificate_valid_years")?
        .value;
    let (ended, valid_until_on) = match reason {
        // What replaces a lost certificate is as good as that was, and not longer.
        CertificateReason::Loss | CertificateReason::Damage => (
            CertificateState::Replaced,
            store::valid(unit.db(), &area, &employer.employer_id)
                .await?
                .map_or_else(
                    || rules::valid_until(today, years),
                    |lost| lost.valid_until_on,
                ),
        ),
        _ => (
            CertificateState::Withdrawn,
            rules::valid_until(today, years),
        ),
    };
    let replaced = store::end_valid(unit.db(), &area, &employer.employer_id, ended, today).await?;
    let new = store::New {
        employer_id: &employer.employer_id,
        reason,
        issued_on: today,
        valid_until_on,
        case_id,
    };
    let row = store::insert(unit.db(), &area, &new).await?;
    let certificate = row.certificate(name_of(employer), None, today);
    let what = match replaced {
        None => What::CertificateIssued(CertificateIssued {
            certificate: Some(certificate.clone()),
        }),
        Some(number) => What::CertificateRenewed(CertificateRenewed {
            certificate: Some(certificate.clone()),
            replaced_certificate_number: number,
        }),
    };
    unit.tell(
        &employer.employer_id,
        &RegistrationEvent { what: Some(what) },
    )
    .await?;
    Ok(certificate)
}
