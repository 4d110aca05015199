//! SQL of draws: who was drawn, who was called instead, and what they find.

use chassis::wire::day;
use chassis::{Error, OrRefuse, Result};
use contracts::Refused;
use contracts::medical_agreement::v1::{ExpertOpinion, ExpertReplacement, Refusal};
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::super::rules;

/// A draw with all that it rests on.
#[derive(Clone, Debug, FromRow)]
pub struct DrawRow {
    /// The application that is assessed.
    pub case_id: Uuid,
    /// Hex, 32 bytes.
    pub seed: String,
    /// Numbers of all who could be drawn, in their order.
    pub pool: Vec<String>,
    /// How many were to be drawn.
    pub wanted: i32,
    /// Of which specialty; empty for any.
    pub specialty: String,
    /// Whose own experts could not be drawn.
    pub excluded_institution_id: String,
    /// Numbers of those who were drawn, in rank.
    pub drawn: Vec<String>,
    /// When.
    pub drawn_on: Date,
    /// By whom.
    pub drawn_by: String,
}

impl DrawRow {
    /// How many were to be drawn.
    #[must_use]
    pub fn wanted(&self) -> usize {
        usize::try_from(self.wanted).unwrap_or_default()
    }

    /// The pool in the rank that the seed gives it.
    ///
    /// # Errors
    /// When the seed is not as the table holds it.
    pub fn ranked(&self) -> Result<Vec<String>> {
        let seed = hex::decode(&self.seed).map_err(Error::internal)?;
        Ok(rules::ranked(&seed, &self.pool))
    }

    /// Those who sit after replacements, in rank.
    ///
    /// # Errors
    /// When the seed is not as the table holds it.
    pub fn seated(&self, replaced: &[ExpertReplacement]) -> Result<Vec<String>> {
        let replaced: Vec<String> = replaced
            .iter()
            .map(|one| one.expert_number.clone())
            .collect();
        Ok(rules::seated(&self.ranked()?, self.wanted(), &replaced))
    }
}

/// The draw for an application.
pub async fn draw(db: &mut PgConnection, area: &str, case_id: Uuid) -> Result<Option<DrawRow>> {
    Ok(query_as(
        "SELECT case_id, seed, pool, wanted, specialty, excluded_institution_id, drawn, drawn_on,
             drawn_by
         FROM expert_draw WHERE pooling_area = $1 AND case_id = $2",
    )
    .bind(area)
    .bind(case_id)
    .fetch_optional(db)
    .await?)
}

/// Waits for whoever else changes the seats of a draw; answers whether there is one.
pub async fn lock_draw(db: &mut PgConnection, area: &str, case_id: Uuid) -> Result<bool> {
    let found: Option<bool> = query_scalar(
        "SELECT true FROM expert_draw WHERE pooling_area = $1 AND case_id = $2 FOR UPDATE",
    )
    .bind(area)
    .bind(case_id)
    .fetch_optional(db)
    .await?;
    Ok(found.unwrap_or_default())
}

/// Keeps a draw.
///
/// # Errors
/// When experts were drawn for the application before.
pub async fn insert_draw(db: &mut PgConnection, area: &str, draw: &DrawRow) -> Result<()> {
    query(
        "INSERT INTO expert_draw (pooling_area, case_id, seed, pool, wanted, specialty,
             excluded_institution_id, drawn, drawn_on, drawn_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(area)
    .bind(draw.case_id)
    .bind(&draw.seed)
    .bind(&draw.pool)
    .bind(draw.wanted)
    .bind(&draw.specialty)
    .bind(&draw.excluded_institution_id)
    .bind(&draw.drawn)
    .bind(draw.drawn_on)
    .bind(&draw.drawn_by)
    .execute(db)
    .await
    .or_refuse("expert_draw_pkey", Refused::because(Refusal::DrawnBefore))?;
    Ok(())
}

/// Who was called instead of whom, in the order of calling.
pub async fn replacements(
    db: &mut PgConnection,
    area: &str,
    case_id: Uuid,
) -> Result<Vec<ExpertReplacement>> {
    let rows: Vec<(String, String, String)> = query_as(
        "SELECT expert_number, replacement_number, reason FROM expert_replacement
         WHERE pooling_area = $1 AND case_id = $2 ORDER BY recorded_at, expert_number",
    )
    .bind(area)
    .bind(case_id)
    .fetch_all(db)
    .await?;
    let told = |(expert_number, replacement_number, reason)| ExpertReplacement {
        expert_number,
        replacement_number,
        reason,
    };
    Ok(rows.into_iter().map(told).collect())
}

/// Keeps who is called instead of whom.
pub async fn insert_replacement(
    db: &mut PgConnection,
    area: &str,
    (case_id, replaced): (Uuid, &ExpertReplacement),
    (recorded_at, recorded_by): (OffsetDateTime, &str),
) -> Result<()> {
    query(
        "INSERT INTO expert_replacement (pooling_area, case_id, expert_number, replacement_number,
             reason, recorded_at, recorded_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(area)
    .bind(case_id)
    .bind(&replaced.expert_number)
    .bind(&replaced.replacement_number)
    .bind(&replaced.reason)
    .bind(recorded_at)
    .bind(recorded_by)
    .execute(db)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct OpinionRow {
    expert_number: String,
    has_value: bool,
    days: i32,
    effect: String,
    opinion: String,
    given_on: Date,
}

/// The opinions on an application, in the order of the experts' numbers.
pub async fn opinions(
    db: &mut PgConnection,
    area: &str,
    case_id: Uuid,
) -> Result<Vec<ExpertOpinion>> {
    let rows: Vec<OpinionRow> = query_as(
        "SELECT expert_number, has_value, days, effect, opinion, given_on FROM expert_opinion
         WHERE pooling_area = $1 AND case_id = $2 ORDER BY expert_number COLLATE \"C\"",
    )
    .bind(area)
    .bind(case_id)
    .fetch_all(db)
    .await?;
    let told = |row: OpinionRow| ExpertOpinion {
        expert_number: row.expert_number,
        has_value: row.has_value,
        days: row.days,
        effect: row.effect,
        text: row.opinion,
        given_on: Some(row.given_on.into()),
    };
    Ok(rows.into_iter().map(told).collect())
}

/// Keeps opinions on an application.
pub async fn insert_opinions(
    db: &mut PgConnection,
    area: &str,
    (case_id, recorded_by): (Uuid, &str),
    given: &[ExpertOpinion],
) -> Result<()> {
    let texts = |of: fn(&ExpertOpinion) -> &str| -> Vec<&str> { given.iter().map(of).collect() };
    let given_on = given.iter().map(|one| day(one.given_on));
    let given_on: Vec<Date> = given_on.collect::<Result<_>>()?;
    query(
        "INSERT INTO expert_opinion (pooling_area, case_id, expert_number, has_value, days, effect,
             opinion, given_on, recorded_by)
         SELECT $1, $2, expert_number, has_value, days, effect, opinion, given_on, $9
         FROM unnest($3::text[], $4::bool[], $5::int[], $6::text[], $7::text[], $8::date[])
             AS given (expert_number, has_value, days, effect, opinion, given_on)",
    )
    .bind(area)
    .bind(case_id)
    .bind(texts(|one| &one.expert_number))
    .bind(given.iter().map(|one| one.has_value).collect::<Vec<bool>>())
    .bind(given.iter().map(|one| one.days).collect::<Vec<i32>>())
    .bind(texts(|one| &one.effect))
    .bind(texts(|one| &one.text))
    .bind(given_on)
    .bind(recorded_by)
    .execute(db)
    .await?;
    Ok(())
}
