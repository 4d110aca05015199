//! SQL of lists from outside: whom their rows are about, and who does not stand on them.

use std::collections::HashMap;

use chassis::wire::day;
use chassis::{Numbered, Result};
use contracts::registration::v1::{EmployerState, OutsideEmployer};
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

use crate::employer::rules::{organisation, organisation_of};
use crate::employer::store::FactsRow;
use crate::exchange::rules::list::Employer;

#[derive(FromRow)]
struct EmployerRow {
    number: i64,
    employer_id: String,
    state: i32,
    enrolled: i64,
    #[sqlx(flatten)]
    facts: FactsRow,
}

/// The employers whom rows are about, deregistered ones too, by the rows' numbers. That the register's
/// credit code is not empty is said because its index holds only those.
pub async fn employers(
    db: &mut PgConnection,
    area: &str,
    rows: &[&Numbered<OutsideEmployer>],
) -> Result<HashMap<i64, (String, Employer)>> {
    let found: Vec<EmployerRow> = query_as(
        "SELECT n.number, e.state, f.*,
             (SELECT count(DISTINCT x.person_id) FROM enrolment x
              WHERE x.pooling_area = $1 AND x.employer_id = e.employer_id AND x.period @> n.as_of)
                 AS enrolled
         FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::date[])
              AS n(number, credit_code, organisation, registration_number, as_of)
         CROSS JOIN LATERAL (
             SELECT f.*, lower(f.period) AS from_on, upper(f.period) - 1 AS until_on
             FROM employer_fact f
             WHERE f.pooling_area = $1 AND upper_inf(f.period)
               AND ((f.credit_code <> '' AND f.credit_code = n.credit_code)
                 OR f.organisation = n.organisation
                 OR (n.registration_number <> '' AND f.registration_number = n.registration_number))
             ORDER BY (n.credit_code <> '' AND f.credit_code = n.credit_code) DESC, f.employer_id
             LIMIT 1) f
         JOIN employer e ON e.pooling_area = $1 AND e.employer_id = f.employer_id",
    )
    .bind(area)
    .bind(column(rows, |row| row.number))
    .bind(column(rows, |row| row.row.credit_code.as_str()))
    .bind(column(rows, |row| {
        organisation(&row.row.credit_code, &row.row.organisation_code)
    }))
    .bind(column(rows, |row| row.row.registration_number.as_str()))
    .bind(
        rows.iter()
            .map(|row| day(row.row.as_of))
            .collect::<Result<Vec<_>>>()?,
    )
    .fetch_all(db)
    .await?;
    Ok(found
        .into_iter()
        .map(|row| {
            let employer = Employer {
                takes_part: row.state == EmployerState::Registered as i32,
                facts: row.facts.into(),
                enrolled: row.enrolled,
            };
            (row.number, (row.employer_id, employer))
        })
        .collect())
}

fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// The employers that take part, by those of the codes that are their number, one of their codes, or contain
/// their organisation code.
pub async fn employers_with(
    db: &mut PgConnection,
    area: &str,
    codes: &[&str],
) -> Result<HashMap<String, String>> {
    let found: Vec<(String, String)> = query_as(
        "SELECT asked.code, e.employer_id
         FROM (SELECT DISTINCT * FROM unnest($2::text[], $4::text[])) AS asked(code, organisation)
         JOIN employer_fact f ON f.pooling_area = $1 AND upper_inf(f.period)
              AND ((f.credit_code <> '' AND f.credit_code = asked.code)
                OR f.organisation = asked.organisation
                OR f.employer_id = asked.code)
         JOIN employer e ON e.pooling_area = $1 AND e.employer_id = f.employer_id AND e.state = $3",
    )
    .bind(area)
    .bind(codes)
    .bind(EmployerState::Registered as i32)
    .bind(
        codes
            .iter()
            .map(|code| organisation_of(code))
            .collect::<Vec<_>>(),
    )
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().collect())
}

/// Whom a row is about.
pub struct Matched<'a> {
    row: i64,
    as_of: Date,
    employer_id: &'a str,
    person_id: Option<Uuid>,
}

impl<'a> Matched<'a> {
    /// Row `row` of a list of this day.
    ///
    /// # Errors
    /// When the day is none, which the check of the contract keeps from happening.
    pub fn of(
        row: i64,
        as_of: Option<contracts::Date>,
        employer_id: &'a str,
        person_id: Option<Uuid>,
    ) -> Result<Self> {
        Ok(Self {
            row,
            as_of: day(as_of)?,
            employer_id,
            person_id,
        })
    }
}

/// Keeps whom rows are about.
pub async fn keep(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
    rows: &[Matched<'_>],
) -> Result<()> {
    query(
        "INSERT INTO outside_row (pooling_area, batch_id, row_no, as_of, employer_id, person_id)
         SELECT $1, $2, kept.* FROM unnest($3::bigint[], $4::date[], $5::text[], $6::uuid[]) AS kept",
    )
    .bind(area)
    .bind(batch_id)
    .bind(column(rows, |row| row.row))
    .bind(column(rows, |row| row.as_of))
    .bind(column(rows, |row| row.employer_id))
    .bind(column(rows, |row| row.person_id))
    .execute(db)
    .await?;
    Ok(())
}

/// Who does not stand on a list.
#[derive(FromRow)]
pub struct Unlisted {
    /// The employer, or the one through whom the person is insured.
    pub employer_id: String,
    /// None on a list of employers.
    pub person_id: Option<Uuid>,
    /// Of the employer or the person.
    pub name: String,
}

/// The employers that took part on the day of a list, still do, and do not stand on it.
pub async fn unlisted_employers(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
) -> Result<Vec<Unlisted>> {
    Ok(query_as(
        "SELECT e.employer_id, NULL::uuid AS person_id, f.name
         FROM employer e
         JOIN employer_fact f ON f.pooling_area = e.pooling_area AND f.employer_id = e.employer_id
              AND upper_inf(f.period)
         WHERE e.pooling_area = $1 AND e.state = $3
           AND e.starts_on <= (SELECT max(as_of) FROM outside_row
                               WHERE pooling_area = $1 AND batch_id = $2)
           AND NOT EXISTS (
               SELECT FROM outside_row r
               WHERE r.pooling_area = $1 AND r.batch_id = $2 AND r.employer_id = e.employer_id)
         ORDER BY e.employer_id",
    )
    .bind(area)
    .bind(batch_id)
    .bind(EmployerState::Registered as i32)
    .fetch_all(db)
    .await?)
}

/// The persons who were insured on the day of a list and do not stand on it.
pub async fn unlisted_persons(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
) -> Result<Vec<Unlisted>> {
    Ok(query_as(
        "SELECT e.employer_id, e.person_id, p.name
         FROM enrolment e
         JOIN person p ON p.pooling_area = e.pooling_area AND p.person_id = e.person_id
         WHERE e.pooling_area = $1
           AND e.period @> (SELECT max(as_of) FROM outside_row
                            WHERE pooling_area = $1 AND batch_id = $2)
           AND NOT EXISTS (
               SELECT FROM outside_row r
               WHERE r.pooling_area = $1 AND r.batch_id = $2 AND r.person_id = e.person_id)
         ORDER BY e.employer_id, e.person_id",
    )
    .bind(area)
    .bind(batch_id)
    .fetch_all(db)
    .await?)
}
