//! SQL of what is known of payees beside their benefits.

use chassis::Result;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// Keeps who died, as it was told last.
///
/// # Errors
/// When it cannot be written.
pub async fn keep_deaths(
    db: &mut PgConnection,
    area: &str,
    (persons, days): (Vec<Uuid>, Vec<Option<Date>>),
) -> Result<()> {
    query(
        "INSERT INTO death (pooling_area, person_id, died_on)
         SELECT $1, * FROM unnest($2::uuid[], $3::date[])
         ON CONFLICT ON CONSTRAINT death_pkey DO UPDATE SET died_on = EXCLUDED.died_on",
    )
    .bind(area)
    .bind(persons)
    .bind(days)
    .execute(db)
    .await?;
    Ok(())
}

/// Who of persons died, and when.
///
/// # Errors
/// When it cannot be read.
pub async fn deaths_of(
    db: &mut PgConnection,
    area: &str,
    persons: &[Uuid],
) -> Result<Vec<(Uuid, Date)>> {
    Ok(query_as(
        "SELECT person_id, died_on FROM death
         WHERE pooling_area = $1 AND person_id = ANY ($2) AND died_on IS NOT NULL",
    )
    .bind(area)
    .bind(persons)
    .fetch_all(db)
    .await?)
}

/// Keeps which recognitions were revoked.
///
/// # Errors
/// When they cannot be written.
pub async fn keep_revoked(
    db: &mut PgConnection,
    area: &str,
    (numbers, persons): (&[String], &[Uuid]),
) -> Result<()> {
    query(
        "INSERT INTO revoked_recognition (pooling_area, recognition_number, person_id)
         SELECT $1, * FROM unnest($2::text[], $3::uuid[])
         ON CONFLICT ON CONSTRAINT revoked_recognition_pkey DO NOTHING",
    )
    .bind(area)
    .bind(numbers)
    .bind(persons)
    .execute(db)
    .await?;
    Ok(())
}

/// Which of recognitions were revoked.
///
/// # Errors
/// When they cannot be read.
pub async fn revoked_of(
    db: &mut PgConnection,
    area: &str,
    numbers: &[&str],
) -> Result<Vec<String>> {
    Ok(query_scalar(
        "SELECT recognition_number FROM revoked_recognition
         WHERE pooling_area = $1 AND recognition_number = ANY ($2)",
    )
    .bind(area)
    .bind(numbers)
    .fetch_all(db)
    .await?)
}

/// A sentence that somebody serves.
#[derive(Clone, Copy, Debug)]
pub struct Served<'a> {
    /// Who.
    pub person_id: Uuid,
    /// The first day.
    pub from_on: Date,
    /// The last one, where it is known.
    pub until_on: Option<Date>,
    /// By which paper.
    pub document_number: &'a str,
}

/// Keeps that somebody serves a sentence.
///
/// # Errors
/// When it cannot be written.
pub async fn imprison(db: &mut PgConnection, area: &str, served: Served<'_>) -> Result<()> {
    query(
        "INSERT INTO imprisonment (pooling_area, person_id, from_on, until_on, document_number)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(area)
    .bind(served.person_id)
    .bind(served.from_on)
    .bind(served.until_on)
    .bind(served.document_number)
    .execute(db)
    .await?;
    Ok(())
}

/// Who of persons serves a sentence on a day.
///
/// # Errors
/// When it cannot be read.
pub async fn imprisoned_on(
    db: &mut PgConnection,
    area: &str,
    persons: &[Uuid],
    on: Date,
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT DISTINCT person_id FROM imprisonment
         WHERE pooling_area = $1 AND person_id = ANY ($2)
             AND from_on <= $3 AND (until_on IS NULL OR $3 <= until_on)",
    )
    .bind(area)
    .bind(persons)
    .bind(on)
    .fetch_all(db)
    .await?)
}

/// The accounts at banks that stand, of payees.
///
/// # Errors
/// When they cannot be read.
pub async fn bank_accounts_of(
    db: &mut PgConnection,
    area: &str,
    payees: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>> {
    Ok(query_as(
        "SELECT DISTINCT ON (payee_id) payee_id, bank_account_id FROM bank_account
         WHERE pooling_area = $1 AND payee_id = ANY ($2) ORDER BY payee_id, arrival DESC",
    )
    .bind(area)
    .bind(payees)
    .fetch_all(db)
    .await?)
}
