//! SQL of the pool of experts.

use chassis::wire::{day, maybe_day};
use chassis::{OrRefuse, Result};
use contracts::Refused;
use contracts::medical_agreement::v1::{Expert, ExpertDecision, Refusal};
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

#[derive(FromRow)]
struct ExpertRow {
    expert_number: String,
    name: String,
    institution_id: String,
    specialty: String,
    title: String,
    from_on: Date,
    until_on: Option<Date>,
    case_id: Uuid,
}

impl From<ExpertRow> for Expert {
    fn from(row: ExpertRow) -> Self {
        Self {
            expert_number: row.expert_number,
            name: row.name,
            institution_id: row.institution_id,
            specialty: row.specialty,
            title: row.title,
            from_on: Some(row.from_on.into()),
            until_on: row.until_on.map(Into::into),
            case_id: row.case_id.to_string(),
        }
    }
}

/// Experts in the pool on a day, in the order of their numbers.
pub async fn experts(
    db: &mut PgConnection,
    area: &str,
    (specialty, on): (&str, Date),
    (after, limit): (Option<&str>, i64),
) -> Result<Vec<Expert>> {
    let rows: Vec<ExpertRow> = query_as(
        "SELECT expert_number, name, institution_id, specialty, title, lower(period) AS from_on,
             upper(period) - 1 AS until_on, case_id
         FROM expert
         WHERE pooling_area = $1 AND ($2 = '' OR specialty = $2) AND period @> $3
             AND ($4::text IS NULL OR expert_number COLLATE \"C\" > $4)
         ORDER BY expert_number COLLATE \"C\" LIMIT $5",
    )
    .bind(area)
    .bind(specialty)
    .bind(on)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The numbers of all who may be drawn on a day: of a specialty, or of any, and not of an institution.
pub async fn pool(
    db: &mut PgConnection,
    area: &str,
    (specialty, excluded_institution_id): (&str, &str),
    on: Date,
) -> Result<Vec<String>> {
    Ok(query_scalar(
        "SELECT expert_number FROM expert
         WHERE pooling_area = $1 AND ($2 = '' OR specialty = $2) AND institution_id <> $3
             AND period @> $4
         ORDER BY expert_number COLLATE \"C\"",
    )
    .bind(area)
    .bind(specialty)
    .bind(excluded_institution_id)
    .bind(on)
    .fetch_all(db)
    .await?)
}

/// Is an expert in the pool on a day?
pub async fn in_pool(
    db: &mut PgConnection,
    area: &str,
    expert_number: &str,
    on: Date,
) -> Result<bool> {
    Ok(query_scalar(
        "SELECT EXISTS (SELECT 1 FROM expert
             WHERE pooling_area = $1 AND expert_number = $2 AND period @> $3)",
    )
    .bind(area)
    .bind(expert_number)
    .bind(on)
    .fetch_one(db)
    .await?)
}

/// Is an expert in the pool at some time of a term, beside what holds on the day `changing` where one is
/// given?
pub async fn overlaps_in_pool(
    db: &mut PgConnection,
    area: &str,
    (expert_number, changing): (&str, Option<Date>),
    (from_on, until_on): (Date, Option<Date>),
) -> Result<bool> {
    Ok(query_scalar(
        "SELECT EXISTS (SELECT 1 FROM expert
             WHERE pooling_area = $1 AND expert_number = $2
                 AND ($3::date IS NULL OR NOT period @> $3)
                 AND period && daterange($4, $5, '[]'))",
    )
    .bind(area)
    .bind(expert_number)
    .bind(changing)
    .bind(from_on)
    .bind(until_on)
    .fetch_one(db)
    .await?)
}

/// Enters what is known of an expert in the pool from a day on.
///
/// # Errors
/// When the expert is in the pool in the same time already.
pub async fn enter_pool(
    db: &mut PgConnection,
    area: &str,
    case_id: Uuid,
    expert: &ExpertDecision,
) -> Result<()> {
    let known = Refused::because(Refusal::ExpertKnown).with("expert", &expert.expert_number);
    query(
        "INSERT INTO expert (pooling_area, expert_number, period, name, institution_id, specialty,
             title, case_id)
         VALUES ($1, $2, daterange($3, $4, '[]'), $5, $6, $7, $8, $9)",
    )
    .bind(area)
    .bind(&expert.expert_number)
    .bind(day(expert.from_on)?)
    .bind(maybe_day(expert.until_on))
    .bind(&expert.name)
    .bind(&expert.institution_id)
    .bind(&expert.specialty)
    .bind(&expert.title)
    .bind(case_id)
    .execute(db)
    .await
    .or_refuse("expert_one_at_a_time", known)?;
    Ok(())
}

/// Ends what is known of an expert on the day before one on which it holds.
pub async fn leave_pool(
    db: &mut PgConnection,
    area: &str,
    expert_number: &str,
    from_on: Date,
) -> Result<()> {
    query(
        "UPDATE expert SET period = daterange(lower(period), greatest(lower(period), $3::date))
         WHERE pooling_area = $1 AND expert_number = $2 AND period && daterange($3::date, NULL)",
    )
    .bind(area)
    .bind(expert_number)
    .bind(from_on)
    .execute(db)
    .await?;
    Ok(())
}
