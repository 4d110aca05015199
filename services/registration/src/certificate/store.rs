//! SQL of certificates and their stamps.

use chassis::{Page, Result};
use contracts::registration::v1::{Certificate, CertificateReason, CertificateState};
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// A certificate, as kept.
#[derive(Debug, FromRow)]
pub struct CertificateRow {
    /// The number printed on it.
    pub certificate_number: String,
    /// Whose.
    pub employer_id: String,
    /// [`CertificateState`] as its number; never expired, which is a matter of the day.
    pub state: i32,
    /// [`CertificateReason`] as its number.
    pub reason: i32,
    /// First day.
    pub issued_on: Date,
    /// Last day.
    pub valid_until_on: Date,
    /// The day on which it was withdrawn, replaced or voided.
    pub ended_on: Option<Date>,
}

impl CertificateRow {
    /// The certificate as it stands on `today`, of an employer called `name`, last stamped on
    /// `verified_on`.
    #[must_use]
    pub fn certificate(self, name: String, verified_on: Option<Date>, today: Date) -> Certificate {
        let expired = self.state == CertificateState::Valid as i32 && self.valid_until_on < today;
        Certificate {
            certificate_number: self.certificate_number,
            employer_id: self.employer_id,
            name,
            state: if expired {
                CertificateState::Expired as i32
            } else {
                self.state
            },
            reason: self.reason,
            issued_on: Some(self.issued_on.into()),
            valid_until_on: Some(self.valid_until_on.into()),
            ended_on: self.ended_on.map(Into::into),
            verified_on: verified_on.map(Into::into),
        }
    }
}

/// The certificate of an employer that is neither withdrawn, replaced nor void.
pub async fn valid(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Option<CertificateRow>> {
    Ok(query_as(
        "SELECT certificate_number, employer_id, state, reason, issued_on, valid_until_on, ended_on
         FROM certificate WHERE pooling_area = $1 AND employer_id = $2 AND state = $3",
    )
    .bind(area)
    .bind(employer_id)
    .bind(CertificateState::Valid as i32)
    .fetch_optional(db)
    .await?)
}

/// Ends the valid certificate of an employer; answers its number.
pub async fn end_valid(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    state: CertificateState,
    on: Date,
) -> Result<Option<String>> {
    Ok(query_scalar(
        "UPDATE certificate SET state = $3, ended_on = $4
         WHERE pooling_area = $1 AND employer_id = $2 AND state = $5
         RETURNING certificate_number",
    )
    .bind(area)
    .bind(employer_id)
    .bind(state as i32)
    .bind(on)
    .bind(CertificateState::Valid as i32)
    .fetch_optional(db)
    .await?)
}

/// A certificate to be issued.
pub struct New<'a> {
    /// Whose.
    pub employer_id: &'a str,
    /// Why.
    pub reason: CertificateReason,
    /// First day.
    pub issued_on: Date,
    /// Last day.
    pub valid_until_on: Date,
    /// The case that decided it.
    pub case_id: Uuid,
}

/// Issues a certificate; its number is the next one of the area.
pub async fn insert(db: &mut PgConnection, area: &str, new: &New<'_>) -> Result<CertificateRow> {
    Ok(query_as(
        "INSERT INTO certificate (pooling_area, employer_id, state, reason, issued_on, valid_until_on,
             case_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         RETURNING certificate_number, employer_id, state, reason, issued_on, valid_until_on, ended_on",
    )
    .bind(area)
    .bind(new.employer_id)
    .bind(CertificateState::Valid as i32)
    .bind(new.reason as i32)
    .bind(new.issued_on)
    .bind(new.valid_until_on)
    .bind(new.case_id)
    .fetch_one(db)
    .await?)
}

/// Art. 18. Stamps the verification page of a certificate.
pub async fn stamp(
    db: &mut PgConnection,
    area: &str,
    (employer_id, certificate_number): (&str, &str),
    stamped_on: Date,
    case_id: Uuid,
) -> Result<()> {
    query(
        "INSERT INTO certificate_stamp (pooling_area, certificate_number, employer_id, stamped_on,
             case_id)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(area)
    .bind(certificate_number)
    .bind(employer_id)
    .bind(stamped_on)
    .bind(case_id)
    .execute(db)
    .await?;
    Ok(())
}

/// A certificate with its employer's name and its last stamp.
#[derive(FromRow)]
pub struct Listed {
    /// Where it stands among all certificates.
    pub certificate_no: i64,
    name: String,
    verified_on: Option<Date>,
    #[sqlx(flatten)]
    row: CertificateRow,
}

impl Listed {
    /// The certificate as it stands on `today`.
    #[must_use]
    pub fn certificate(self, today: Date) -> Certificate {
        self.row.certificate(self.name, self.verified_on, today)
    }
}

/// Which certificates are asked for; empty for all.
pub struct Filter<'a> {
    /// By its number.
    pub certificate_number: &'a str,
    /// Of one employer.
    pub employer_id: &'a str,
}

/// Certificates, newest first.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    filter: &Filter<'_>,
    page: &Page,
) -> Result<Vec<Listed>> {
    Ok(query_as(
        "SELECT c.*, f.name,
             (SELECT max(s.stamped_on) FROM certificate_stamp s
              WHERE s.pooling_area = c.pooling_area AND s.certificate_number = c.certificate_number)
              AS verified_on
         FROM certificate c
         JOIN employer_fact f ON f.pooling_area = c.pooling_area AND f.employer_id = c.employer_id
              AND upper_inf(f.period)
         WHERE c.pooling_area = $1 AND ($2 = '' OR c.certificate_number = $2)
           AND ($3 = '' OR c.employer_id = $3) AND ($4::bigint IS NULL OR c.certificate_no < $4)
         ORDER BY c.certificate_no DESC LIMIT $5",
    )
    .bind(area)
    .bind(filter.certificate_number)
    .bind(filter.employer_id)
    .bind(page.after::<i64>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}
