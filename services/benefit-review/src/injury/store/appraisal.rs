//! SQL of appraisals that are registered with injuries.

use chassis::{Result, conflict_on};
use contracts::benefit_review::v1::{AppraisalKind, NursingGrade};
use sqlx::{PgConnection, query, query_scalar};
use time::Date;
use uuid::Uuid;

/// An appraisal to be registered with an injury.
pub struct Appraised<'a> {
    /// Which injury.
    pub injury_id: Uuid,
    /// Number of the conclusion.
    pub conclusion_number: &'a str,
    /// Through whom the person was insured.
    pub employer_id: &'a str,
    /// Whose.
    pub person_id: Uuid,
    /// The day of the conclusion.
    pub concluded_on: Date,
    /// 0 to 10.
    pub disability_grade: i32,
    /// Of nursing.
    pub nursing_grade: NursingGrade,
    /// Which appraisal it is of.
    pub kind: AppraisalKind,
    /// The registered conclusion in whose place it stands.
    pub replaces: Option<&'a str>,
    /// The day from which it holds.
    pub holds_from: Date,
    /// The case in which it is registered.
    pub case_id: Uuid,
}

/// Registers an appraisal; one that is corrected, once more under its number.
///
/// # Errors
/// A conflict where it was registered meanwhile.
pub async fn appraise(db: &mut PgConnection, area: &str, new: &Appraised<'_>) -> Result<()> {
    query(
        "INSERT INTO work_capacity (pooling_area, injury_id, conclusion_number, employer_id, person_id,
             concluded_on, disability_grade, nursing_grade, case_id, kind, replaces, holds_from, sequence)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, count(*) FROM work_capacity
         WHERE pooling_area = $1 AND injury_id = $2 AND conclusion_number = $3",
    )
    .bind(area)
    .bind(new.injury_id)
    .bind(new.conclusion_number)
    .bind(new.employer_id)
    .bind(new.person_id)
    .bind(new.concluded_on)
    .bind(new.disability_grade)
    .bind(new.nursing_grade as i32)
    .bind(new.case_id)
    .bind(new.kind as i32)
    .bind(new.replaces)
    .bind(new.holds_from)
    .execute(db)
    .await
    .map_err(conflict_on(&["work_capacity_pkey"]))?;
    Ok(())
}

/// The day of the last appraisal that is registered with an injury.
pub async fn appraised_on(
    db: &mut PgConnection,
    area: &str,
    injury_id: Uuid,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT max(concluded_on) FROM appraisal WHERE pooling_area = $1 AND injury_id = $2",
    )
    .bind(area)
    .bind(injury_id)
    .fetch_one(db)
    .await?)
}

/// The day of the first appraisal that is registered with an injury.
pub async fn first_appraised_on(
    db: &mut PgConnection,
    area: &str,
    injury_id: Uuid,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT min(holds_from) FROM appraisal WHERE pooling_area = $1 AND injury_id = $2",
    )
    .bind(area)
    .bind(injury_id)
    .fetch_one(db)
    .await?)
}
