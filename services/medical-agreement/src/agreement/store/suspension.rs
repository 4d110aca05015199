//! SQL of suspensions.

use chassis::wire::{day, maybe_day, uuid};
use chassis::{OrRefuse, Result};
use contracts::Refused;
use contracts::medical_agreement::v1::{Refusal, Suspension};
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

#[derive(FromRow)]
struct SuspensionRow {
    suspension_id: Uuid,
    institution_id: String,
    doctor_number: String,
    from_on: Date,
    until_on: Option<Date>,
    ground: String,
    document_number: String,
}

impl From<SuspensionRow> for Suspension {
    fn from(row: SuspensionRow) -> Self {
        Self {
            suspension_id: row.suspension_id.to_string(),
            institution_id: row.institution_id,
            doctor_number: row.doctor_number,
            from_on: Some(row.from_on.into()),
            until_on: row.until_on.map(Into::into),
            ground: row.ground,
            document_number: row.document_number,
        }
    }
}

/// Suspends an institution or a doctor.
///
/// # Errors
/// When it is suspended in the same time already.
pub async fn suspend(db: &mut PgConnection, area: &str, suspension: &Suspension) -> Result<()> {
    query(
        "INSERT INTO suspension (pooling_area, suspension_id, institution_id, doctor_number, period,
             ground, document_number)
         VALUES ($1, $2, $3, $4, daterange($5, $6, '[]'), $7, $8)",
    )
    .bind(area)
    .bind(uuid(&suspension.suspension_id)?)
    .bind(&suspension.institution_id)
    .bind(&suspension.doctor_number)
    .bind(day(suspension.from_on)?)
    .bind(maybe_day(suspension.until_on))
    .bind(&suspension.ground)
    .bind(&suspension.document_number)
    .execute(db)
    .await
    .or_refuse("suspension_one_at_a_time", Refused::because(Refusal::SuspendedBefore))?;
    Ok(())
}

/// Is the institution (no doctor), or the doctor there, suspended on a day?
pub async fn suspended(
    db: &mut PgConnection,
    area: &str,
    (institution_id, doctor_number): (&str, &str),
    on: Date,
) -> Result<bool> {
    Ok(query_scalar(
        "SELECT EXISTS (SELECT 1 FROM suspension
             WHERE pooling_area = $1 AND institution_id = $2 AND doctor_number = $3 AND period @> $4)",
    )
    .bind(area)
    .bind(institution_id)
    .bind(doctor_number)
    .bind(on)
    .fetch_one(db)
    .await?)
}

/// The parts of a time in which the institution or the doctor is not suspended yet; without a last day
/// where it has none.
pub async fn unsuspended(
    db: &mut PgConnection,
    area: &str,
    (institution_id, doctor_number): (&str, &str),
    (from_on, until_on): (Date, Option<Date>),
) -> Result<Vec<(Date, Option<Date>)>> {
    Ok(query_as(
        "SELECT lower(part), upper(part) - 1 FROM unnest(
             datemultirange(daterange($4, $5, '[]')) - coalesce((SELECT range_agg(period) FROM suspension
                 WHERE pooling_area = $1 AND institution_id = $2 AND doctor_number = $3), '{}')) AS part
         ORDER BY 1",
    )
    .bind(area)
    .bind(institution_id)
    .bind(doctor_number)
    .bind(from_on)
    .bind(until_on)
    .fetch_all(db)
    .await?)
}

/// Ends the suspensions that hold on the day before `from_on` or later, from which services are charged again;
/// answers each as it was, with its days.
pub async fn lift(
    db: &mut PgConnection,
    area: &str,
    (institution_id, doctor_number): (&str, &str),
    from_on: Date,
) -> Result<Vec<Suspension>> {
    let rows: Vec<SuspensionRow> = query_as(
        "WITH before AS (
             SELECT suspension_id, lower(period) AS from_on, upper(period) - 1 AS until_on FROM suspension
             WHERE pooling_area = $1 AND institution_id = $2 AND doctor_number = $3
                 AND period && daterange($4::date, NULL)
             FOR UPDATE)
         UPDATE suspension s
         SET period = daterange(lower(s.period), greatest(lower(s.period), $4::date))
         FROM before
         WHERE s.pooling_area = $1 AND s.suspension_id = before.suspension_id
         RETURNING s.suspension_id, s.institution_id, s.doctor_number, before.from_on, before.until_on,
             s.ground, s.document_number",
    )
    .bind(area)
    .bind(institution_id)
    .bind(doctor_number)
    .bind(from_on)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Suspensions, the newest first.
pub async fn suspensions(
    db: &mut PgConnection,
    area: &str,
    institution_id: &str,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<Suspension>> {
    let rows: Vec<SuspensionRow> = query_as(
        "SELECT suspension_id, institution_id, doctor_number, lower(period) AS from_on,
             upper(period) - 1 AS until_on, ground, document_number
         FROM suspension
         WHERE pooling_area = $1 AND NOT isempty(period) AND ($2 = '' OR institution_id = $2)
             AND ($3::uuid IS NULL OR suspension_id < $3)
         ORDER BY suspension_id DESC LIMIT $4",
    )
    .bind(area)
    .bind(institution_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
