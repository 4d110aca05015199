//! SQL of deregistrations and of the staff that is kept apart.

use chassis::{Page, Result};
use contracts::registration::v1::{
    AuthorityNoticeKind, Deregistration, DeregistrationGround, EmployerState, EnrolmentEnd,
    EnrolmentState, ForcibleEmployer, LicenceEnd, SeparatedEmployee,
};
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::Ending;
use crate::enrolment::store::EndedRow;

/// The day on which the staff of an employer last changed.
pub async fn staff_changed_on(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT max(COALESCE(ends_on, starts_on)) FROM enrolment
         WHERE pooling_area = $1 AND employer_id = $2",
    )
    .bind(area)
    .bind(employer_id)
    .fetch_one(db)
    .await?)
}

/// How many enrolments an employer that ends on `ends_on` ends with it, as [`end_enrolments`] does.
pub async fn enrolments_to_end(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    ends_on: Date,
) -> Result<i64> {
    Ok(query_scalar(
        "SELECT count(*) FROM enrolment
         WHERE pooling_area = $1 AND employer_id = $2
           AND (ends_on IS NULL OR ends_on > $3 AND NOT isempty(period))",
    )
    .bind(area)
    .bind(employer_id)
    .bind(ends_on)
    .fetch_one(db)
    .await?)
}

/// Ends what enrolments an employer still has on its last day, and those that ended after it, for whatever
/// reason: that they had is kept. One that began after the last day covers no day.
pub async fn end_enrolments(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    ends_on: Date,
    case_id: Uuid,
) -> Result<Vec<EndedRow>> {
    Ok(query_as(
        "UPDATE enrolment
         SET state = $3, end_reason = $4, ended_by = $5, ends_on = $6, left_on = ends_on,
             left_for = end_reason
         WHERE pooling_area = $1 AND employer_id = $2
           AND (ends_on IS NULL OR ends_on > $6 AND NOT isempty(period))
         RETURNING enrolment_id, employer_id, person_id, ends_on",
    )
    .bind(area)
    .bind(employer_id)
    .bind(EnrolmentState::Ended as i32)
    .bind(EnrolmentEnd::EmployerDeregistered as i32)
    .bind(case_id)
    .bind(ends_on)
    .fetch_all(db)
    .await?)
}

/// Art. 16. Keeps the staff of an employer that ended on `ended_on` apart from the insured: whoever was
/// insured through it since it joined, with the last enrolment, however long before the end that ended.
pub async fn separate(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    ended_on: Date,
    case_id: Uuid,
) -> Result<()> {
    query(
        "INSERT INTO separated_employee (pooling_area, case_id, enrolment_id, employer_id, person_id,
             separated_on)
         SELECT DISTINCT ON (x.person_id) $1, $4, x.enrolment_id, $2, x.person_id, $3
         FROM enrolment x
         JOIN employer e ON e.pooling_area = x.pooling_area AND e.employer_id = x.employer_id
         WHERE x.pooling_area = $1 AND x.employer_id = $2 AND x.starts_on >= e.starts_on
           AND NOT isempty(x.period)
         ORDER BY x.person_id, x.period DESC",
    )
    .bind(area)
    .bind(employer_id)
    .bind(ended_on)
    .bind(case_id)
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps a deregistration.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    case_id: Uuid,
    ending: &Ending<'_>,
    decided_on: Date,
) -> Result<()> {
    query(
        "INSERT INTO deregistration (pooling_area, case_id, employer_id, ground, ended_on, forced,
             document_number, document_issuer, document_issued_on, successor_employer_id, decided_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(area)
    .bind(case_id)
    .bind(ending.employer_id)
    .bind(ending.ground as i32)
    .bind(ending.ends_on)
    .bind(ending.forced)
    .bind(ending.document.number)
    .bind(ending.document.issuer)
    .bind(ending.document.issued_on)
    .bind(ending.successor_employer_id)
    .bind(decided_on)
    .execute(db)
    .await?;
    Ok(())
}

/// The day on which an employer's certificate was issued or last verified.
pub async fn last_verified_on(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT last_verified_on FROM last_verified WHERE pooling_area = $1 AND employer_id = $2",
    )
    .bind(area)
    .bind(employer_id)
    .fetch_optional(db)
    .await?)
}

/// The last day of insurance on which an employer first ended since a day, whether it has returned or not.
pub async fn ended_since(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    since: Date,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT min(ended_on) FROM deregistration
         WHERE pooling_area = $1 AND employer_id = $2 AND ended_on >= $3",
    )
    .bind(area)
    .bind(employer_id)
    .bind(since)
    .fetch_one(db)
    .await?)
}

/// The last day of insurance of an employer that was deregistered and has returned.
pub async fn last_ended_on(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT max(ended_on) FROM deregistration WHERE pooling_area = $1 AND employer_id = $2",
    )
    .bind(area)
    .bind(employer_id)
    .fetch_one(db)
    .await?)
}

/// A deregistration, as listed.
#[derive(FromRow)]
pub struct DeregistrationRow {
    /// Where it stands among all deregistrations.
    pub deregistration_no: i64,
    employer_id: String,
    name: String,
    ground: i32,
    ended_on: Date,
    forced: bool,
    document_number: String,
    successor_employer_id: String,
    decided_on: Date,
    separated_employees: i64,
}

impl From<DeregistrationRow> for Deregistration {
    fn from(row: DeregistrationRow) -> Self {
        Self {
            employer_id: row.employer_id,
            name: row.name,
            ground: row.ground,
            ended_on: Some(row.ended_on.into()),
            forced: row.forced,
            document_number: row.document_number,
            successor_employer_id: row.successor_employer_id,
            decided_on: Some(row.decided_on.into()),
            separated_employees: u32::try_from(row.separated_employees).unwrap_or_default(),
        }
    }
}

/// Deregistrations, newest first: the page is cut before it is joined, or the facts of everybody are read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    page: &Page,
) -> Result<Vec<DeregistrationRow>> {
    Ok(query_as(
        "SELECT d.*, f.name,
             (SELECT count(*) FROM separated_employee s
              WHERE s.pooling_area = d.pooling_area AND s.employer_id = d.employer_id
                AND s.case_id = d.case_id) AS separated_employees
         FROM (SELECT * FROM deregistration
               WHERE pooling_area = $1 AND ($2::bigint IS NULL OR deregistration_no < $2)
               ORDER BY deregistration_no DESC LIMIT $3) d
         JOIN employer_fact f ON f.pooling_area = d.pooling_area AND f.employer_id = d.employer_id
              AND f.period @> d.ended_on
         ORDER BY d.deregistration_no DESC",
    )
    .bind(area)
    .bind(page.after::<i64>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}

#[derive(FromRow)]
struct ForcibleRow {
    employer_id: String,
    name: String,
    kind: i32,
    licence_ended_on: Date,
    last_verified_on: Date,
}

impl From<ForcibleRow> for ForcibleEmployer {
    fn from(row: ForcibleRow) -> Self {
        Self {
            employer_id: row.employer_id,
            name: row.name,
            ground: ground_of(row.kind) as i32,
            licence_ended_on: Some(row.licence_ended_on.into()),
            last_verified_on: Some(row.last_verified_on.into()),
        }
    }
}

fn ground_of(kind: i32) -> DeregistrationGround {
    if kind == AuthorityNoticeKind::Cancelled as i32 {
        DeregistrationGround::LicenceCancelled
    } else {
        DeregistrationGround::LicenceRevoked
    }
}

#[derive(FromRow)]
struct LicenceEndRow {
    authority: i32,
    notice_number: String,
    kind: i32,
    effective_on: Date,
}

/// Art. 14. What was told of the end of an employer's licence, where it was.
pub async fn licence_end(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Option<LicenceEnd>> {
    let row: Option<LicenceEndRow> = query_as(
        "SELECT authority, notice_number, kind, effective_on FROM licence_end
         WHERE pooling_area = $1 AND employer_id = $2",
    )
    .bind(area)
    .bind(employer_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| LicenceEnd {
        authority: row.authority,
        notice_number: row.notice_number,
        ground: ground_of(row.kind) as i32,
        ended_on: Some(row.effective_on.into()),
    }))
}

/// Art. 14. Employers whose licence was told to have ended since they registered and whose certificate
/// was last verified on `verified_by` or before, in the order of their numbers.
pub async fn forcible(
    db: &mut PgConnection,
    area: &str,
    verified_by: Date,
    page: &Page,
) -> Result<Vec<ForcibleEmployer>> {
    let rows: Vec<ForcibleRow> = query_as(
        "SELECT e.employer_id, f.name, n.kind, n.effective_on AS licence_ended_on, v.last_verified_on
         FROM employer e
         JOIN employer_fact f ON f.pooling_area = e.pooling_area AND f.employer_id = e.employer_id
              AND upper_inf(f.period)
         JOIN last_verified v ON v.pooling_area = e.pooling_area AND v.employer_id = e.employer_id
         JOIN licence_end n ON n.pooling_area = e.pooling_area AND n.employer_id = e.employer_id
         WHERE e.pooling_area = $1 AND e.state = $2 AND v.last_verified_on <= $3
           AND ($4::text IS NULL OR e.employer_id > $4)
         ORDER BY e.employer_id LIMIT $5",
    )
    .bind(area)
    .bind(EmployerState::Registered as i32)
    .bind(verified_by)
    .bind(page.after.as_deref())
    .bind(page.limit())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A person who is kept apart.
#[derive(FromRow)]
pub struct SeparatedRow {
    /// By which the person was insured.
    pub enrolment_id: Uuid,
    person_id: Uuid,
    name: String,
    employer_id: String,
    separated_on: Date,
    insured_again: bool,
}

impl From<SeparatedRow> for SeparatedEmployee {
    fn from(row: SeparatedRow) -> Self {
        Self {
            person_id: row.person_id.to_string(),
            name: row.name,
            employer_id: row.employer_id,
            separated_on: Some(row.separated_on.into()),
            insured_again: row.insured_again,
        }
    }
}

/// Art. 16. Staff of deregistered employers (empty: of all), in the order in which it was enrolled.
pub async fn separated_employees(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    page: &Page,
) -> Result<Vec<SeparatedRow>> {
    Ok(query_as(
        "SELECT s.enrolment_id, s.person_id, p.name, s.employer_id, s.separated_on,
             EXISTS (SELECT FROM enrolment e
                     WHERE e.pooling_area = s.pooling_area AND e.person_id = s.person_id
                       AND e.ends_on IS NULL) AS insured_again
         FROM separated_employee s
         JOIN person p ON p.pooling_area = s.pooling_area AND p.person_id = s.person_id
         WHERE s.pooling_area = $1 AND ($2 = '' OR s.employer_id = $2)
           AND ($3::uuid IS NULL OR s.enrolment_id > $3)
         ORDER BY s.enrolment_id LIMIT $4",
    )
    .bind(area)
    .bind(employer_id)
    .bind(page.after::<Uuid>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}
