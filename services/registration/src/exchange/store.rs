//! SQL of differences.

use chassis::{Page, Result, Unit};
use contracts::registration::v1::{Difference, DifferenceKind, DifferenceState, Employer};
use sqlx::{FromRow, PgConnection, query_as};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::rules;
use crate::employer::rules::organisation;

/// A difference, as kept.
#[derive(Clone, Debug, FromRow)]
pub struct DifferenceRow {
    /// Where it stands among all differences.
    pub found_no: i64,
    difference_id: Uuid,
    /// [`DifferenceKind`] as its number.
    pub kind: i32,
    employer_id: String,
    person_id: Option<Uuid>,
    notice_id: Option<Uuid>,
    batch_id: Option<Uuid>,
    row_no: i64,
    case_id: Option<Uuid>,
    code: String,
    registered: String,
    /// As the notice, the list or the case has it.
    pub told: String,
    found_on: Date,
    /// [`DifferenceState`] as its number.
    pub state: i32,
    /// Empty while it is open.
    pub settlement: String,
}

impl DifferenceRow {
    /// The key of its events: the person or the employer, or the difference where neither is registered.
    #[must_use]
    pub fn key(&self) -> String {
        match self.person_id {
            Some(person_id) => person_id.to_string(),
            None if self.employer_id.is_empty() => self.difference_id.to_string(),
            None => self.employer_id.clone(),
        }
    }
}

impl From<DifferenceRow> for Difference {
    fn from(row: DifferenceRow) -> Self {
        Self {
            difference_id: row.difference_id.to_string(),
            kind: row.kind,
            employer_id: row.employer_id,
            person_id: text(row.person_id),
            notice_id: text(row.notice_id),
            registered: row.registered,
            told: row.told,
            found_on: Some(row.found_on.into()),
            state: row.state,
            settlement: row.settlement,
            batch_id: text(row.batch_id),
            row: row.row_no.unsigned_abs(),
            code: row.code,
            case_id: text(row.case_id),
        }
    }
}

fn text(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// How differences are settled.
pub struct Settling<'a> {
    /// What was found or done.
    pub settlement: &'a str,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: OffsetDateTime,
}

impl<'a> Settling<'a> {
    /// By whoever acts in the unit, now.
    pub fn now(unit: &Unit, settlement: &'a str) -> Self {
        Self {
            settlement,
            by: unit.actor().id.clone(),
            at: unit.now(),
        }
    }
}

/// Settles the open differences about an employer that has registered, or whose register now says
/// what was told.
pub async fn settle_agreeing(
    db: &mut PgConnection,
    area: &str,
    employer: &Employer,
    settling: &Settling<'_>,
) -> Result<Vec<DifferenceRow>> {
    let facts = employer.facts.clone().unwrap_or_default();
    let (kinds, told): (Vec<i32>, Vec<String>) = rules::facts::agreeing(&facts)
        .into_iter()
        .map(|(kind, told)| (kind as i32, told))
        .unzip();
    Ok(query_as(
        "UPDATE difference d SET state = $2, settlement = $3, settled_by = $4, settled_at = $5
         WHERE d.pooling_area = $1 AND d.state = $6 AND (
             (d.employer_id = $7
                AND (d.kind, d.told) IN (SELECT * FROM unnest($8::int[], $9::text[])))
             OR (d.kind = $10 AND d.code <> ''
                AND (d.code IN ($11, $12, $13) OR substr(d.code, 9, 9) = $12))
             OR (d.kind = $10 AND EXISTS (
                 SELECT FROM authority_notice n
                 WHERE n.pooling_area = $1 AND n.notice_id = d.notice_id
                   AND ((n.credit_code <> '' AND n.credit_code = $11)
                     OR (n.organisation <> '' AND n.organisation = $12)
                     OR n.registration_number = $13))))
         RETURNING d.*",
    )
    .bind(area)
    .bind(DifferenceState::Settled as i32)
    .bind(settling.settlement)
    .bind(&settling.by)
    .bind(settling.at)
    .bind(DifferenceState::Open as i32)
    .bind(&employer.employer_id)
    .bind(kinds)
    .bind(told)
    .bind(DifferenceKind::NotRegistered as i32)
    .bind(&facts.credit_code)
    .bind(organisation(&facts.credit_code, &facts.organisation_code))
    .bind(facts.registration_number)
    .fetch_all(db)
    .await?)
}

/// Settles every open difference about an employer, or only those of a kind about some of its persons; where
/// no employer is named, about these persons whoever employs them.
pub async fn settle_of_employer(
    db: &mut PgConnection,
    area: &str,
    (employer_id, only): (&str, Option<(DifferenceKind, &[Uuid])>),
    settling: &Settling<'_>,
) -> Result<Vec<DifferenceRow>> {
    Ok(query_as(
        "UPDATE difference SET state = $3, settlement = $4, settled_by = $5, settled_at = $6
         WHERE pooling_area = $1 AND state = $7
           AND (employer_id = $2 OR $2 = '' AND $8::int IS NOT NULL)
           AND ($8::int IS NULL OR (kind = $8 AND person_id = ANY($9)))
         RETURNING *",
    )
    .bind(area)
    .bind(employer_id)
    .bind(DifferenceState::Settled as i32)
    .bind(settling.settlement)
    .bind(&settling.by)
    .bind(settling.at)
    .bind(DifferenceState::Open as i32)
    .bind(only.map(|(kind, _)| kind as i32))
    .bind(only.map(|(_, persons)| persons))
    .fetch_all(db)
    .await?)
}

/// Settles one difference, which is locked.
pub async fn settle(
    db: &mut PgConnection,
    area: &str,
    difference_id: Uuid,
    settling: &Settling<'_>,
) -> Result<DifferenceRow> {
    Ok(query_as(
        "UPDATE difference SET state = $3, settlement = $4, settled_by = $5, settled_at = $6
         WHERE pooling_area = $1 AND difference_id = $2
         RETURNING *",
    )
    .bind(area)
    .bind(difference_id)
    .bind(DifferenceState::Settled as i32)
    .bind(settling.settlement)
    .bind(&settling.by)
    .bind(settling.at)
    .fetch_one(db)
    .await?)
}

/// A difference, locked until the unit ends.
pub async fn difference(
    db: &mut PgConnection,
    area: &str,
    difference_id: Uuid,
) -> Result<Option<DifferenceRow>> {
    Ok(query_as(
        "SELECT * FROM difference WHERE pooling_area = $1 AND difference_id = $2 FOR UPDATE",
    )
    .bind(area)
    .bind(difference_id)
    .fetch_optional(db)
    .await?)
}

/// What told otherwise than the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A notice.
    Notice(Uuid),
    /// A row of a list, or the list as a whole.
    List(Uuid, i64),
    /// An application.
    Case(Uuid),
}

impl Source {
    /// The notice, the list with its row, and the case: one of them is there.
    fn columns(self) -> (Option<Uuid>, (Option<Uuid>, i64), Option<Uuid>) {
        match self {
            Self::Notice(notice_id) => (Some(notice_id), (None, 0), None),
            Self::List(batch_id, row) => (None, (Some(batch_id), row), None),
            Self::Case(case_id) => (None, (None, 0), Some(case_id)),
        }
    }
}

/// A difference that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What is different.
    pub kind: DifferenceKind,
    /// Empty where it is not about a registered employer.
    pub employer_id: String,
    /// None where it is not about a registered person.
    pub person_id: Option<Uuid>,
    /// What told otherwise.
    pub source: Source,
    /// Of an employer that is not registered, where a list has it.
    pub code: String,
    /// As the register has it.
    pub registered: String,
    /// As the notice, the list or the case has it.
    pub told: String,
}

/// Keeps differences; one that is open already is not kept again.
pub async fn insert_differences(
    db: &mut PgConnection,
    area: &str,
    found: &[&Found],
    found_on: Date,
) -> Result<Vec<DifferenceRow>> {
    let (mut notices, mut lists, mut cases) = (Vec::new(), Vec::new(), Vec::new());
    for found in found {
        let (notice_id, list, case_id) = found.source.columns();
        notices.push(notice_id);
        lists.push(list);
        cases.push(case_id);
    }
    let (batches, rows): (Vec<Option<Uuid>>, Vec<i64>) = lists.into_iter().unzip();
    Ok(query_as(
        "INSERT INTO difference (pooling_area, found_on, state, difference_id, kind, employer_id,
             person_id, notice_id, registered, told, batch_id, row_no, code, case_id)
         SELECT $1, $2, $3, new.*
         FROM unnest($4::uuid[], $5::int[], $6::text[], $7::uuid[], $8::uuid[], $9::text[], $10::text[],
                     $11::uuid[], $12::bigint[], $13::text[], $14::uuid[])
              AS new(difference_id, kind, employer_id, person_id, notice_id, registered, told, batch_id,
                     row_no, code, case_id)
         WHERE NOT EXISTS (
             SELECT FROM difference d
             WHERE d.pooling_area = $1 AND d.state = $3 AND d.kind = new.kind AND d.told = new.told
               AND d.employer_id = new.employer_id AND d.person_id IS NOT DISTINCT FROM new.person_id
               AND d.code = new.code)
         RETURNING *",
    )
    .bind(area)
    .bind(found_on)
    .bind(DifferenceState::Open as i32)
    .bind(found.iter().map(|_| Uuid::now_v7()).collect::<Vec<_>>())
    .bind(found.iter().map(|found| found.kind as i32).collect::<Vec<_>>())
    .bind(found.iter().map(|found| found.employer_id.as_str()).collect::<Vec<_>>())
    .bind(found.iter().map(|found| found.person_id).collect::<Vec<_>>())
    .bind(notices)
    .bind(found.iter().map(|found| found.registered.as_str()).collect::<Vec<_>>())
    .bind(found.iter().map(|found| found.told.as_str()).collect::<Vec<_>>())
    .bind(batches)
    .bind(rows)
    .bind(found.iter().map(|found| found.code.as_str()).collect::<Vec<_>>())
    .bind(cases)
    .fetch_all(db)
    .await?)
}

/// The differences that a notice brought to light.
pub async fn differences_of_notice(
    db: &mut PgConnection,
    area: &str,
    notice_id: Uuid,
) -> Result<Vec<DifferenceRow>> {
    Ok(query_as(
        "SELECT * FROM difference WHERE pooling_area = $1 AND notice_id = $2 ORDER BY found_no",
    )
    .bind(area)
    .bind(notice_id)
    .fetch_all(db)
    .await?)
}

/// Which differences are asked for; 0 and empty for all.
pub struct Filter<'a> {
    /// [`DifferenceKind`] as its number.
    pub kind: i32,
    /// [`DifferenceState`] as its number.
    pub state: i32,
    /// Of one employer.
    pub employer_id: &'a str,
    /// Of one list.
    pub batch_id: Option<Uuid>,
}

/// Differences, newest first.
pub async fn differences(
    db: &mut PgConnection,
    area: &str,
    filter: &Filter<'_>,
    page: &Page,
) -> Result<Vec<DifferenceRow>> {
    Ok(query_as(
        "SELECT * FROM difference
         WHERE pooling_area = $1 AND ($2 = 0 OR kind = $2) AND ($3 = 0 OR state = $3)
           AND ($4 = '' OR employer_id = $4) AND ($7::uuid IS NULL OR batch_id = $7)
           AND ($5::bigint IS NULL OR found_no < $5)
         ORDER BY found_no DESC LIMIT $6",
    )
    .bind(area)
    .bind(filter.kind)
    .bind(filter.state)
    .bind(filter.employer_id)
    .bind(page.after::<i64>()?)
    .bind(page.limit())
    .bind(filter.batch_id)
    .fetch_all(db)
    .await?)
}

/// Open differences of a kind between the register and what others told of an employer and its staff.
#[derive(Debug, FromRow)]
pub struct OpenDifferences {
    /// [`DifferenceKind`] as its number.
    pub kind: i32,
    /// A registration authority told it of a registered fact.
    pub of_authority: bool,
    /// What that authority told; empty of the others.
    pub told: String,
    /// How many.
    pub count: i64,
}

/// Art. 18. Open differences about an employer and its staff: one by one what registration authorities
/// told of its registered facts, in numbers the others. A telephone number is none of the facts of
/// article 11.
pub async fn open_differences(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Vec<OpenDifferences>> {
    Ok(query_as(
        "SELECT d.kind, of.authority AS of_authority,
                CASE WHEN of.authority THEN d.told ELSE '' END AS told, count(*) AS count
         FROM difference d
         CROSS JOIN LATERAL (
             SELECT d.kind <> $4 AND EXISTS (
                 SELECT FROM authority_notice n
                 WHERE n.pooling_area = $1 AND n.notice_id = d.notice_id) AS authority) AS of
         WHERE d.pooling_area = $1 AND d.employer_id = $2 AND d.state = $3
         GROUP BY 1, 2, 3 ORDER BY min(d.found_no)",
    )
    .bind(area)
    .bind(employer_id)
    .bind(DifferenceState::Open as i32)
    .bind(DifferenceKind::Phone as i32)
    .fetch_all(db)
    .await?)
}
