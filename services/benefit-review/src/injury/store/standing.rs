//! SQL of what held of an injury on a day.

use chassis::Result;
use contracts::benefit_review::v1::{AppraisalKind, NursingGrade};
use sqlx::{FromRow, PgConnection, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// Who bore the duties of the employer of an injury on a day; after the end of the relation the one with which it ended.
///
/// # Errors
/// When it cannot be read.
pub async fn employer_on(
    db: &mut PgConnection,
    area: &str,
    (injury_id, on): (Uuid, Date),
) -> Result<Option<String>> {
    Ok(query_scalar(
        "SELECT employer_id FROM injury_relation
         WHERE pooling_area = $1 AND injury_id = $2 AND from_on <= $3 AND employer_id <> ''
         ORDER BY from_on DESC LIMIT 1",
    )
    .bind(area)
    .bind(injury_id)
    .bind(on)
    .fetch_optional(db)
    .await?)
}

/// A registered appraisal.
#[derive(Clone, Debug, FromRow)]
pub struct AppraisalRow {
    /// Number of the conclusion.
    pub conclusion_number: String,
    /// The day of the conclusion.
    pub concluded_on: Date,
    /// The day from which it holds: its own, or that of the one in whose place it stands.
    pub holds_from: Date,
    /// 0 to 10.
    pub disability_grade: i32,
    /// The conclusion in whose place it stands.
    pub replaces: Option<String>,
    nursing_grade: i32,
    kind: i32,
}

impl AppraisalRow {
    /// How far the person needed nursing.
    #[must_use]
    pub fn nursing(&self) -> NursingGrade {
        NursingGrade::try_from(self.nursing_grade).unwrap_or_default()
    }

    /// Which appraisal it is of.
    #[must_use]
    pub fn kind(&self) -> AppraisalKind {
        AppraisalKind::try_from(self.kind).unwrap_or_default()
    }
}

/// The appraisal of an injury that was in force on a day; where none was concluded by then, the first one after.
///
/// # Errors
/// When it cannot be read.
pub async fn in_force_on(
    db: &mut PgConnection,
    area: &str,
    (injury_id, on): (Uuid, Date),
) -> Result<Option<AppraisalRow>> {
    Ok(query_as(
        "SELECT conclusion_number, concluded_on, holds_from, disability_grade, nursing_grade, kind, replaces
         FROM appraisal WHERE pooling_area = $1 AND injury_id = $2
         ORDER BY holds_from > $3, abs(holds_from - $3) LIMIT 1",
    )
    .bind(area)
    .bind(injury_id)
    .bind(on)
    .fetch_optional(db)
    .await?)
}

/// The appraisal of an injury that stands for a conclusion: its own as it was corrected last, or the one that stands in its place.
///
/// # Errors
/// When it cannot be read.
pub async fn appraisal(
    db: &mut PgConnection,
    area: &str,
    (injury_id, conclusion_number): (Uuid, &str),
) -> Result<Option<AppraisalRow>> {
    Ok(query_as(
        "WITH RECURSIVE standing AS (
             SELECT $3::text AS number
             UNION SELECT w.conclusion_number FROM work_capacity w JOIN standing ON w.replaces = standing.number
             WHERE w.pooling_area = $1 AND w.injury_id = $2)
         SELECT conclusion_number, concluded_on, holds_from, disability_grade, nursing_grade, kind, replaces
         FROM appraisal WHERE pooling_area = $1 AND injury_id = $2
             AND conclusion_number IN (SELECT number FROM standing)",
    )
    .bind(area)
    .bind(injury_id)
    .bind(conclusion_number)
    .fetch_optional(db)
    .await?)
}
