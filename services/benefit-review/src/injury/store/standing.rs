//! SQL of what held of an injury on a day.

use chassis::Result;
use contracts::benefit_review::v1::NursingGrade;
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
    /// 0 to 10.
    pub disability_grade: i32,
    nursing_grade: i32,
}

impl AppraisalRow {
    /// How far the person needed nursing.
    #[must_use]
    pub fn nursing(&self) -> NursingGrade {
        NursingGrade::try_from(self.nursing_grade).unwrap_or_default()
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
        "SELECT conclusion_number, concluded_on, disability_grade, nursing_grade FROM work_capacity
         WHERE pooling_area = $1 AND injury_id = $2
         ORDER BY concluded_on > $3, abs(concluded_on - $3) LIMIT 1",
    )
    .bind(area)
    .bind(injury_id)
    .bind(on)
    .fetch_optional(db)
    .await?)
}
