//! SQL of stops.

mod proofs;

pub use proofs::{
    Proof, UnverifiedRow, areas, keep_missing, keep_proofs, paid_by_the_month, payees_numbered,
    proof_missing_since, unverified,
};

use chassis::wire::{day, month, uuid};
use chassis::{Result, conflict_on};
use contracts::payment::v1::Stop;
use law::Month;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// A stop, and where it was resumed, from when on.
#[derive(Clone, Debug, FromRow)]
pub struct StopRow {
    stop_id: Uuid,
    /// Its place among all.
    pub arrival: i64,
    payee_id: Uuid,
    payee_name: String,
    /// The injured employee, or the deceased.
    pub person_id: Uuid,
    /// Who bears the duties of the employer of the injury.
    pub employer_id: String,
    cause: i32,
    since_on: Date,
    from_month: Date,
    resumed_month: Option<Date>,
    made_up: Option<bool>,
    resume_case_id: Option<Uuid>,
}

impl StopRow {
    /// It was not resumed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.resumed_month.is_none()
    }
}

impl From<StopRow> for Stop {
    fn from(row: StopRow) -> Self {
        Self {
            stop_id: row.stop_id.to_string(),
            payee_id: row.payee_id.to_string(),
            payee_name: row.payee_name,
            person_id: row.person_id.to_string(),
            cause: row.cause,
            since_on: Some(row.since_on.into()),
            from_month: Some(Month::of(row.from_month).into()),
            resumed_month: row.resumed_month.map(|month| Month::of(month).into()),
            made_up: row.made_up.unwrap_or_default(),
            resume_case_id: row
                .resume_case_id
                .map_or_else(String::new, |id| id.to_string()),
        }
    }
}

/// The stop of a payee's benefits of an injury or a death that stands.
///
/// # Errors
/// When it cannot be read.
pub async fn open_stop(
    db: &mut PgConnection,
    area: &str,
    (payee_id, person_id): (Uuid, Uuid),
) -> Result<Option<Uuid>> {
    Ok(query_scalar(
        "SELECT stop_id FROM stop s
         WHERE pooling_area = $1 AND payee_id = $2 AND person_id = $3 AND NOT EXISTS (
             SELECT FROM resumption r WHERE r.pooling_area = $1 AND r.stop_id = s.stop_id)",
    )
    .bind(area)
    .bind(payee_id)
    .bind(person_id)
    .fetch_optional(db)
    .await?)
}

/// Keeps a stop; the employer is that of the accounts.
///
/// # Errors
/// When it cannot be written.
pub async fn stop(db: &mut PgConnection, area: &str, stop: &Stop) -> Result<()> {
    query(
        "INSERT INTO stop (pooling_area, stop_id, payee_id, payee_name, person_id, cause, since_on, from_month,
             employer_id)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, COALESCE((SELECT employer_id FROM account
             WHERE pooling_area = $1 AND payee_id = $3 AND person_id = $5 ORDER BY account_id DESC LIMIT 1), '')",
    )
    .bind(area)
    .bind(uuid(&stop.stop_id)?)
    .bind(uuid(&stop.payee_id)?)
    .bind(&stop.payee_name)
    .bind(uuid(&stop.person_id)?)
    .bind(stop.cause)
    .bind(day(stop.since_on)?)
    .bind(month(stop.from_month)?.first_day())
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps that a stop is over, with its case.
///
/// # Errors
/// A conflict where it was over before.
pub async fn resume(db: &mut PgConnection, area: &str, stop: &Stop) -> Result<()> {
    query(
        "INSERT INTO resumption (pooling_area, stop_id, person_id, employer_id, case_id, from_month, made_up)
         SELECT pooling_area, stop_id, person_id, employer_id, $3, $4, $5 FROM stop
         WHERE pooling_area = $1 AND stop_id = $2",
    )
    .bind(area)
    .bind(uuid(&stop.stop_id)?)
    .bind(uuid(&stop.resume_case_id)?)
    .bind(month(stop.resumed_month)?.first_day())
    .bind(stop.made_up)
    .execute(db)
    .await
    .map_err(conflict_on(&["resumption_pkey"]))?;
    Ok(())
}

/// A stop.
///
/// # Errors
/// When it cannot be read.
pub async fn find(db: &mut PgConnection, area: &str, stop_id: Uuid) -> Result<Option<StopRow>> {
    Ok(query_as(
        "SELECT s.stop_id, s.arrival, s.payee_id, s.payee_name, s.person_id, s.employer_id, s.cause, s.since_on,
             s.from_month, r.from_month AS resumed_month, r.made_up, r.case_id AS resume_case_id
         FROM stop s LEFT JOIN resumption r USING (pooling_area, stop_id)
         WHERE s.pooling_area = $1 AND s.stop_id = $2",
    )
    .bind(area)
    .bind(stop_id)
    .fetch_optional(db)
    .await?)
}

/// Stops, or those of a person, the last one first.
///
/// # Errors
/// When they cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    person_id: Option<Uuid>,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<StopRow>> {
    Ok(query_as(
        "SELECT s.stop_id, s.arrival, s.payee_id, s.payee_name, s.person_id, s.employer_id, s.cause, s.since_on,
             s.from_month, r.from_month AS resumed_month, r.made_up, r.case_id AS resume_case_id
         FROM stop s LEFT JOIN resumption r USING (pooling_area, stop_id)
         WHERE s.pooling_area = $1 AND ($2::uuid IS NULL OR s.person_id = $2)
             AND ($3::bigint IS NULL OR s.arrival < $3)
         ORDER BY s.arrival DESC LIMIT $4",
    )
    .bind(area)
    .bind(person_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
