//! Rules on the terms of certificates and on the papers for a verification.

pub mod review;

use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::registration::v1::{CertificateReason, Refusal};
use law::calendar::{add_days, add_months};
use law::{Law, LawError};
use time::Date;

use crate::enrolment::rules::founding_papers;

/// Art. 19. The last day of a certificate that is valid for `years` from `issued_on` on.
#[must_use]
pub fn valid_until(issued_on: Date, years: i64) -> Date {
    let months = i32::try_from(years.saturating_mul(12)).unwrap_or(i32::MAX);
    add_days(add_months(issued_on, months), -1)
}

/// Art. 19. A certificate is renewed at expiry: within `term_days` before its last day, the term in
/// which it is to be renewed after it, or later.
///
/// # Errors
/// When it is too early.
pub fn may_renew(valid_until_on: Date, term_days: i64, today: Date) -> Result<(), Refused> {
    let earliest_on = days_after(valid_until_on, -term_days);
    if today >= earliest_on {
        return Ok(());
    }
    Err(Refused::because(Refusal::RenewalTooEarly)
        .with("valid_until_on", valid_until_on)
        .with("earliest_on", earliest_on))
}

/// Art. 20. What replaces a certificate was lost or damaged, and has not expired: that is renewed.
///
/// # Errors
/// When it was neither, has expired, or the day is yet to come.
pub fn may_replace(
    reason: CertificateReason,
    happened_on: Date,
    valid_until_on: Date,
    today: Date,
) -> Result<(), Refused> {
    let fits = matches!(reason, CertificateReason::Loss | CertificateReason::Damage);
    if !fits || valid_until_on < today {
        return Err(Refused::because(Refusal::ReplacementReason));
    }
    if happened_on > today {
        return Err(Refused::because(Refusal::LossInFuture).with("happened_on", happened_on));
    }
    Ok(())
}

/// Art. 17. The last day for who is called from `opens_on` on to have its certificate verified.
///
/// # Errors
/// When the law states no term for the date.
pub fn verify_by(opens_on: Date, law: &Law) -> Result<Date, LawError> {
    Ok(days_after(
        opens_on,
        law.integer("verification_term_days")?.value,
    ))
}

/// The last day of a term of `days` from `from` on.
fn days_after(from: Date, days: i64) -> Date {
    add_days(from, i32::try_from(days).unwrap_or(i32::MAX))
}

/// Art. 17. Who was verified on this day or before is due on `on`, when the certificate is verified
/// every `years`.
#[must_use]
pub fn due_when_verified_by(on: Date, years: i64) -> Date {
    add_months(
        on,
        i32::try_from(years.saturating_mul(-12)).unwrap_or(i32::MIN),
    )
}

/// Art. 17. The papers for a verification, each with what may stand in for it: the certificate, a
/// founding paper of whatever type, and the organisation code certificate of an employer that has no
/// unified social credit code.
#[must_use]
pub fn verification_papers(credit_code: &str) -> Vec<Vec<EvidenceKind>> {
    use contracts::registration::v1::EmployerType;
    let mut founding: Vec<EvidenceKind> = (1..)
        .map_while(|number| EmployerType::try_from(number).ok())
        .flat_map(founding_papers)
        .copied()
        .collect();
    founding.sort_unstable();
    founding.dedup();
    let mut papers = vec![vec![EvidenceKind::RegistrationCertificate], founding];
    if credit_code.is_empty() {
        papers.push(vec![EvidenceKind::OrganisationCodeCertificate]);
    }
    papers
}
