//! SQL of audit's opinions on verification rounds.

use chassis::Result;
use contracts::audit::v1::OpenMatter;
use contracts::registration::v1::AuditMatter;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// An opinion on a round.
#[derive(FromRow)]
pub struct OpinionRow {
    case_id: Uuid,
    given_on: Date,
}

/// The employers that a round called, in the order of their numbers.
pub async fn called(db: &mut PgConnection, area: &str, round_id: Uuid) -> Result<Vec<String>> {
    Ok(query_scalar(
        "SELECT employer_id FROM verification
         WHERE pooling_area = $1 AND round_id = $2 ORDER BY employer_id COLLATE \"C\"",
    )
    .bind(area)
    .bind(round_id)
    .fetch_all(db)
    .await?)
}

/// Keeps an opinion, which takes the place of the one before.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    (round_id, case_id): (Uuid, Uuid),
    given_on: Date,
    matters: &[AuditMatter],
) -> Result<()> {
    query(
        "WITH opinion AS (
             INSERT INTO audit_opinion (pooling_area, round_id, case_id, given_on)
             VALUES ($1, $2, $3, $4))
         INSERT INTO audit_matter (pooling_area, case_id, employer_id, matter_number, finding, violation)
         SELECT DISTINCT ON (employer_id, matter_number)
             $1, $3, employer_id, matter_number, finding, violation
         FROM unnest($5::text[], $6::text[], $7::text[], $8::boolean[])
              AS matter(employer_id, matter_number, finding, violation)
         ORDER BY employer_id, matter_number, violation DESC",
    )
    .bind(area)
    .bind(round_id)
    .bind(case_id)
    .bind(given_on)
    .bind(column(matters, |matter| matter.employer_id.as_str()))
    .bind(column(matters, |matter| matter.matter_number.as_str()))
    .bind(column(matters, |matter| matter.finding.as_str()))
    .bind(column(matters, |matter| matter.violation))
    .execute(db)
    .await?;
    Ok(())
}

fn column<'a, T>(matters: &'a [AuditMatter], value: impl Fn(&'a AuditMatter) -> T) -> Vec<T> {
    matters.iter().map(value).collect()
}

/// The opinion on a round that counts: the last one.
pub async fn last(db: &mut PgConnection, area: &str, round_id: Uuid) -> Result<Option<OpinionRow>> {
    Ok(query_as(
        "SELECT case_id, given_on FROM audit_opinion
         WHERE pooling_area = $1 AND round_id = $2 ORDER BY opinion_no DESC LIMIT 1",
    )
    .bind(area)
    .bind(round_id)
    .fetch_optional(db)
    .await?)
}

/// What an opinion has on an employer, as audit itself would answer it.
pub async fn matters(
    db: &mut PgConnection,
    area: &str,
    opinion: &OpinionRow,
    employer_id: &str,
) -> Result<Vec<OpenMatter>> {
    let rows: Vec<(String, String, bool)> = query_as(
        "SELECT matter_number, finding, violation FROM audit_matter
         WHERE pooling_area = $1 AND case_id = $2 AND employer_id = $3 ORDER BY matter_number",
    )
    .bind(area)
    .bind(opinion.case_id)
    .bind(employer_id)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(matter_number, finding, violation)| OpenMatter {
            matter_number,
            opened_on: Some(opinion.given_on.into()),
            finding,
            violation,
        })
        .collect())
}
