//! SQL of verification rounds and of certificates that are handed to audit.

use chassis::{Page, Result};
use contracts::registration::v1::{
    CertificateState, EmployerState, UnverifiedCertificate, Verification, VerificationNotice,
    VerificationState,
};
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

use chassis::wire::maybe_day;

/// States in which an employer may still come: called, withheld, and handed over.
pub const AWAITED: [i32; 3] = [
    VerificationState::Called as i32,
    VerificationState::Withheld as i32,
    VerificationState::HandedOver as i32,
];

/// An employer that is to be verified.
#[derive(FromRow)]
pub struct DueRow {
    /// The employer's number.
    pub employer_id: String,
    /// Its name.
    pub name: String,
    /// Of its certificate.
    pub certificate_number: String,
    /// The day on which it was issued or last verified.
    pub last_verified_on: Date,
}

/// Art. 17. The next employers that were last verified on `verified_by` or before and are not called
/// already.
pub async fn due(
    db: &mut PgConnection,
    area: &str,
    verified_by: Date,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<DueRow>> {
    Ok(query_as(
        "SELECT e.employer_id, f.name, c.certificate_number, v.last_verified_on
         FROM employer e
         JOIN employer_fact f ON f.pooling_area = e.pooling_area AND f.employer_id = e.employer_id
              AND upper_inf(f.period)
         JOIN certificate c ON c.pooling_area = e.pooling_area AND c.employer_id = e.employer_id
              AND c.state = $3
         JOIN last_verified v ON v.pooling_area = e.pooling_area AND v.employer_id = e.employer_id
         WHERE e.pooling_area = $1 AND e.state = $2 AND v.last_verified_on <= $4
           AND ($5::text IS NULL OR e.employer_id > $5)
           AND NOT EXISTS (
               SELECT FROM verification open
               WHERE open.pooling_area = e.pooling_area AND open.employer_id = e.employer_id
                 AND open.state IN ($6, $7))
         ORDER BY e.employer_id LIMIT $8",
    )
    .bind(area)
    .bind(EmployerState::Registered as i32)
    .bind(CertificateState::Valid as i32)
    .bind(verified_by)
    .bind(after)
    .bind(VerificationState::Called as i32)
    .bind(VerificationState::Withheld as i32)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// An employer in a round.
#[derive(FromRow)]
pub struct VerificationRow {
    /// The run that called it.
    pub round_id: Uuid,
    employer_id: String,
    name: String,
    certificate_number: String,
    /// [`VerificationState`] as its number.
    pub state: i32,
    called_on: Date,
    /// The last day for it to come.
    pub due_on: Date,
    stamped_on: Option<Date>,
}

impl VerificationRow {
    /// The key of a page.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}:{}", self.round_id, self.employer_id)
    }
}

impl From<VerificationRow> for Verification {
    fn from(row: VerificationRow) -> Self {
        Self {
            round_id: row.round_id.to_string(),
            employer_id: row.employer_id,
            name: row.name,
            certificate_number: row.certificate_number,
            state: row.state,
            called_on: Some(row.called_on.into()),
            due_on: Some(row.due_on.into()),
            stamped_on: row.stamped_on.map(Into::into),
        }
    }
}

/// Art. 17. Calls employers that still take part.
pub async fn call(
    db: &mut PgConnection,
    area: &str,
    round_id: Uuid,
    called_on: Date,
    notices: &[&VerificationNotice],
) -> Result<Vec<VerificationRow>> {
    Ok(query_as(
        "WITH called AS (
             INSERT INTO verification (pooling_area, round_id, employer_id, certificate_number, state,
                 called_on, due_on)
             SELECT $1, $2, e.employer_id, notice.certificate_number, $3, $4, notice.due_on
             FROM unnest($5::text[], $6::text[], $7::date[])
                  AS notice(employer_id, certificate_number, due_on)
             JOIN employer e ON e.pooling_area = $1 AND e.employer_id = notice.employer_id
                  AND e.state = $8
             RETURNING *)
         SELECT called.*, f.name, NULL::date AS stamped_on FROM called
         JOIN employer_fact f ON f.pooling_area = called.pooling_area
              AND f.employer_id = called.employer_id AND upper_inf(f.period)
         ORDER BY called.employer_id",
    )
    .bind(area)
    .bind(round_id)
    .bind(VerificationState::Called as i32)
    .bind(called_on)
    .bind(notices.iter().map(|notice| notice.employer_id.as_str()).collect::<Vec<_>>())
    .bind(notices.iter().map(|notice| notice.certificate_number.as_str()).collect::<Vec<_>>())
    .bind(notices.iter().map(|notice| maybe_day(notice.due_on)).collect::<Vec<_>>())
    .bind(EmployerState::Registered as i32)
    .fetch_all(db)
    .await?)
}

/// The last round in which an employer is still awaited.
pub async fn awaited(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Option<VerificationRow>> {
    Ok(query_as(
        "SELECT v.*, '' AS name, NULL::date AS stamped_on FROM verification v
         WHERE pooling_area = $1 AND employer_id = $2 AND state = ANY($3)
         ORDER BY called_on DESC, round_id DESC LIMIT 1",
    )
    .bind(area)
    .bind(employer_id)
    .bind(AWAITED)
    .fetch_optional(db)
    .await?)
}

/// What came of an employer in a round. A stamp closes the rounds before, too, in which it did not
/// come.
pub async fn reviewed(
    db: &mut PgConnection,
    area: &str,
    (round_id, employer_id): (Uuid, &str),
    state: VerificationState,
    case_id: Uuid,
) -> Result<()> {
    query(
        "UPDATE verification SET state = $4, case_id = $5
         WHERE pooling_area = $1 AND employer_id = $3 AND state = ANY($6)
           AND (round_id = $2 OR $4::int = $7)",
    )
    .bind(area)
    .bind(round_id)
    .bind(employer_id)
    .bind(state as i32)
    .bind(case_id)
    .bind(AWAITED)
    .bind(VerificationState::Verified as i32)
    .execute(db)
    .await?;
    Ok(())
}

/// Art. 14. An employer that was deregistered is awaited in no round any more, also when it returns.
pub async fn end_awaited(db: &mut PgConnection, area: &str, employer_id: &str) -> Result<()> {
    query(
        "UPDATE verification SET state = $3
         WHERE pooling_area = $1 AND employer_id = $2 AND state = ANY($4)",
    )
    .bind(area)
    .bind(employer_id)
    .bind(VerificationState::Ended as i32)
    .bind(AWAITED)
    .execute(db)
    .await?;
    Ok(())
}

/// Which verifications are asked for; none, empty and 0 for all.
pub struct Filter<'a> {
    /// Of one round.
    pub round_id: Option<Uuid>,
    /// Of one employer.
    pub employer_id: &'a str,
    /// [`VerificationState`] as its number.
    pub state: i32,
}

/// Verifications, newest round first.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    filter: &Filter<'_>,
    page: &Page,
) -> Result<Vec<VerificationRow>> {
    let after = page.after.as_deref().and_then(|key| key.split_once(':'));
    let round: Option<Uuid> = after.and_then(|(round_id, _)| round_id.parse().ok());
    Ok(query_as(
        "SELECT v.*, f.name, s.stamped_on
         FROM verification v
         JOIN employer_fact f ON f.pooling_area = v.pooling_area AND f.employer_id = v.employer_id
              AND upper_inf(f.period)
         LEFT JOIN certificate_stamp s ON s.pooling_area = v.pooling_area AND s.case_id = v.case_id
              AND s.employer_id = v.employer_id
         WHERE v.pooling_area = $1 AND ($2::uuid IS NULL OR v.round_id = $2)
           AND ($3 = '' OR v.employer_id = $3) AND ($4 = 0 OR v.state = $4)
           AND ($5::uuid IS NULL OR v.round_id < $5 OR (v.round_id = $5 AND v.employer_id > $6))
         ORDER BY v.round_id DESC, v.employer_id LIMIT $7",
    )
    .bind(area)
    .bind(filter.round_id)
    .bind(filter.employer_id)
    .bind(filter.state)
    .bind(round)
    .bind(after.map(|(_, employer_id)| employer_id))
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}

/// A certificate that was not verified or renewed in time.
#[derive(FromRow)]
pub struct UnverifiedRow {
    /// Of the certificate, the day and the reason: the key of a page.
    pub key: String,
    /// Of the certificate that was called or that expired: part of the key, a valid one or not.
    #[sqlx(default)]
    pub called_number: String,
    /// Whose.
    pub employer_id: String,
    name: String,
    certificate_number: String,
    /// The last day to come.
    pub due_on: Date,
    /// Not renewed, rather than not verified.
    pub expired: bool,
    handed_over_on: Option<Date>,
    #[sqlx(default)]
    not_called: bool,
}

impl From<UnverifiedRow> for UnverifiedCertificate {
    fn from(row: UnverifiedRow) -> Self {
        Self {
            employer_id: row.employer_id,
            name: row.name,
            certificate_number: row.certificate_number,
            due_on: Some(row.due_on.into()),
            expired: row.expired,
            handed_over_on: row.handed_over_on.map(Into::into),
            not_called: row.not_called,
        }
    }
}

/// Which certificates count as unverified.
pub struct Overdue {
    /// Their last day was before this one.
    pub on: Date,
    /// Days after expiry in which a certificate is renewed.
    pub term_days: i64,
    /// Only those that were not handed to audit yet.
    pub only_new: bool,
}

/// Art. 21. Certificates of employers that take part and did not have them verified or renewed in
/// time, in the order of their keys. One issued since the call (Art. 13, Art. 20) is shown in its place.
pub async fn unverified(
    db: &mut PgConnection,
    area: &str,
    overdue: &Overdue,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<UnverifiedRow>> {
    Ok(query_as(
        "WITH late AS (
             SELECT employer_id, certificate_number AS called_number, due_on, false AS expired
             FROM verification WHERE pooling_area = $1 AND state = ANY($2) AND due_on < $3
             UNION
             SELECT employer_id, certificate_number, valid_until_on + $4::int, true
             FROM certificate
             WHERE pooling_area = $1 AND state = $5 AND valid_until_on + $4::int < $3),
         keyed AS (
             SELECT late.*, concat_ws(':', called_number, due_on, expired::int) AS key FROM late)
         SELECT keyed.*, COALESCE(c.certificate_number, called_number) AS certificate_number, f.name,
             h.handed_over_on
         FROM keyed
         JOIN employer e ON e.pooling_area = $1 AND e.employer_id = keyed.employer_id AND e.state = $6
         JOIN employer_fact f ON f.pooling_area = $1 AND f.employer_id = keyed.employer_id
              AND upper_inf(f.period)
         LEFT JOIN certificate c ON c.pooling_area = $1 AND c.employer_id = keyed.employer_id AND c.state = $5
         LEFT JOIN certificate_hand_over h ON h.pooling_area = $1
              AND h.certificate_number = keyed.called_number AND h.due_on = keyed.due_on
              AND h.expired = keyed.expired
         WHERE NOT ($7 AND h.handed_over_on IS NOT NULL) AND ($8::text IS NULL OR keyed.key > $8)
         ORDER BY keyed.key LIMIT $9",
    )
    .bind(area)
    .bind(AWAITED)
    .bind(overdue.on)
    .bind(overdue.term_days)
    .bind(CertificateState::Valid as i32)
    .bind(EmployerState::Registered as i32)
    .bind(overdue.only_new)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Art. 17, Art. 21. Certificates whose verification was due before `on`, `years` after the last one, and
/// whose employers no round called. Their keys come after those of [`unverified`].
pub async fn not_called(
    db: &mut PgConnection,
    area: &str,
    (on, years): (Date, i64),
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<UnverifiedRow>> {
    Ok(query_as(
        "WITH due AS (
             SELECT 'n' || c.certificate_number AS key, c.employer_id, c.certificate_number,
                 (v.last_verified_on + make_interval(years => $3::int))::date AS due_on
             FROM last_verified v
             JOIN certificate c ON c.pooling_area = v.pooling_area AND c.employer_id = v.employer_id
                  AND c.state = $4
             JOIN employer e ON e.pooling_area = v.pooling_area AND e.employer_id = v.employer_id
                  AND e.state = $5
             WHERE v.pooling_area = $1
               AND (v.last_verified_on + make_interval(years => $3::int))::date < $2
               AND ($6::text IS NULL OR 'n' || c.certificate_number > $6)
               AND NOT EXISTS (
                   SELECT FROM verification open
                   WHERE open.pooling_area = v.pooling_area AND open.employer_id = v.employer_id
                     AND open.state = ANY($7))
             ORDER BY key LIMIT $8)
         SELECT due.*, f.name, false AS expired, true AS not_called, NULL::date AS handed_over_on
         FROM due
         JOIN employer_fact f ON f.pooling_area = $1 AND f.employer_id = due.employer_id
              AND upper_inf(f.period)
         ORDER BY due.key",
    )
    .bind(area)
    .bind(on)
    .bind(years)
    .bind(CertificateState::Valid as i32)
    .bind(EmployerState::Registered as i32)
    .bind(after.filter(|key| key.starts_with('n')))
    .bind(AWAITED)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
