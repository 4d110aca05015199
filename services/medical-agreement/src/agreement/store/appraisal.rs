//! SQL of appraisals.

use chassis::wire::day;
use chassis::{OrRefuse, Result};
use contracts::Refused;
use contracts::medical_agreement::v1::{Appraisal, AppraisalDecision, InstitutionKind, Refusal};
use prost::Message;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// Keeps an appraisal.
///
/// # Errors
/// When the institution was appraised for days of that period.
pub async fn keep_appraisal(
    db: &mut PgConnection,
    area: &str,
    appraisal_id: Uuid,
    decision: &AppraisalDecision,
) -> Result<()> {
    query(
        "INSERT INTO appraisal (pooling_area, appraisal_id, institution_id, kind, period, rating, decision)
         VALUES ($1, $2, $3, $4, daterange($5, $6, '[]'), $7, $8)",
    )
    .bind(area)
    .bind(appraisal_id)
    .bind(&decision.institution_id)
    .bind(decision.kind)
    .bind(day(decision.from_on)?)
    .bind(day(decision.until_on)?)
    .bind(decision.rating)
    .bind(decision.encode_to_vec())
    .execute(db)
    .await
    .or_refuse("appraisal_once", Refused::because(Refusal::AppraisedBefore))?;
    Ok(())
}

/// Was an institution appraised for days of the period?
pub async fn is_appraised(
    db: &mut PgConnection,
    area: &str,
    (institution_id, kind): (&str, InstitutionKind),
    (from_on, until_on): (Date, Date),
) -> Result<bool> {
    Ok(query_scalar(
        "SELECT EXISTS (SELECT 1 FROM appraisal
             WHERE pooling_area = $1 AND institution_id = $2 AND kind = $3
                 AND period && daterange($4, $5, '[]'))",
    )
    .bind(area)
    .bind(institution_id)
    .bind(kind as i32)
    .bind(from_on)
    .bind(until_on)
    .fetch_one(db)
    .await?)
}

/// The rating of an institution's last appraisal of a kind; 0 before the first.
pub async fn last_rating(
    db: &mut PgConnection,
    area: &str,
    (institution_id, kind): (&str, InstitutionKind),
) -> Result<i32> {
    let rating: Option<i32> = query_scalar(
        "SELECT rating FROM appraisal WHERE pooling_area = $1 AND institution_id = $2 AND kind = $3
         ORDER BY period DESC LIMIT 1",
    )
    .bind(area)
    .bind(institution_id)
    .bind(kind as i32)
    .fetch_optional(db)
    .await?;
    Ok(rating.unwrap_or_default())
}

/// An appraisal, as it is shown.
#[must_use]
pub fn appraisal(appraisal_id: Uuid, decision: AppraisalDecision) -> Appraisal {
    Appraisal {
        institution_id: decision.institution_id,
        name: decision.name,
        kind: decision.kind,
        from_on: decision.from_on,
        until_on: decision.until_on,
        points: decision.points,
        rating: decision.rating,
        worksheet: decision.worksheet,
        case_id: appraisal_id.to_string(),
    }
}

/// Appraisals, the newest first, with their numbers.
pub async fn appraisals(
    db: &mut PgConnection,
    area: &str,
    institution_id: &str,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<(Uuid, Vec<u8>)>> {
    Ok(query_as(
        "SELECT appraisal_id, decision FROM appraisal
         WHERE pooling_area = $1 AND ($2 = '' OR institution_id = $2)
             AND ($3::uuid IS NULL OR appraisal_id < $3)
         ORDER BY appraisal_id DESC LIMIT $4",
    )
    .bind(area)
    .bind(institution_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
