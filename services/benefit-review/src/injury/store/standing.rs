//! SQL of what held of an injury on a day.

use chassis::{Error, Result, conflict_on};
use contracts::benefit_review::v1::{AppraisalKind, NursingGrade, RelationState};
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
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
        "SELECT employer_id FROM relation_in_force
         WHERE pooling_area = $1 AND injury_id = $2 AND from_on <= $3 AND employer_id <> ''
         ORDER BY from_on DESC LIMIT 1",
    )
    .bind(area)
    .bind(injury_id)
    .bind(on)
    .fetch_optional(db)
    .await?)
}

/// The first day without a labour relation, as it is registered last; none while nothing has ended it.
///
/// # Errors
/// When it cannot be read.
pub async fn ended(db: &mut PgConnection, area: &str, injury_id: Uuid) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT from_on FROM relation_in_force
         WHERE pooling_area = $1 AND injury_id = $2 AND state = $3
         ORDER BY from_on DESC LIMIT 1",
    )
    .bind(area)
    .bind(injury_id)
    .bind(RelationState::Ended as i32)
    .fetch_optional(db)
    .await?)
}

/// Who stands beside an injured employee from a day on, as it holds.
#[derive(Clone, Debug, FromRow)]
pub struct Standing {
    /// The first day.
    pub from_on: Date,
    /// Who bears the duties of the employer; nobody after an end.
    pub employer_id: String,
    state: i32,
}

impl Standing {
    /// What the relation is from that day on.
    #[must_use]
    pub fn state(&self) -> RelationState {
        RelationState::try_from(self.state).unwrap_or_default()
    }
}

/// Who stood beside an injured employee, as it holds, in the order of the days.
///
/// # Errors
/// When it cannot be read.
pub async fn standing(db: &mut PgConnection, area: &str, injury_id: Uuid) -> Result<Vec<Standing>> {
    Ok(query_as(
        "SELECT from_on, employer_id, state FROM relation_in_force
         WHERE pooling_area = $1 AND injury_id = $2 ORDER BY from_on",
    )
    .bind(area)
    .bind(injury_id)
    .fetch_all(db)
    .await?)
}

/// Art. 60. Keeps that the end which begins on `from_on` does not hold, by a document.
///
/// # Errors
/// A conflict where it was corrected meanwhile.
pub async fn correct(
    db: &mut PgConnection,
    area: &str,
    (injury_id, from_on, case_id): (Uuid, Date, Uuid),
    (employer_id, basis): (&str, &str),
) -> Result<()> {
    let kept = query(
        "INSERT INTO relation_correction (pooling_area, injury_id, from_on, correction, person_id,
             employer_id, basis, case_id)
         SELECT pooling_area, injury_id, from_on, correction, person_id, $4, $5, $6
         FROM relation_in_force
         WHERE pooling_area = $1 AND injury_id = $2 AND from_on = $3 AND state = $7",
    )
    .bind(area)
    .bind(injury_id)
    .bind(from_on)
    .bind(employer_id)
    .bind(basis)
    .bind(case_id)
    .bind(RelationState::Ended as i32)
    .execute(db)
    .await
    .map_err(conflict_on(&["relation_correction_pkey"]))?;
    match kept.rows_affected() {
        1 => Ok(()),
        _ => Err(Error::Conflict("injury_relation".to_owned())),
    }
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
