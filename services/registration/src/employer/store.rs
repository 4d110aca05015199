//! SQL of employers, their facts and their risk classes.

mod facts;
mod risk_classes;

pub use facts::{
    CODES_ONCE, FactsRow, close_facts, facts_hold_from, facts_periods, insert_facts,
    other_with_code,
};
pub use risk_classes::{risk_classes, set_risk_class};

use chassis::{Page, Result};
use contracts::registration::v1::{Employer, EmployerState, RiskClass};
use sqlx::postgres::PgQueryResult;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::rules::organisation_of;
use risk_classes::RiskClassRow;

#[derive(FromRow)]
struct EmployerRow {
    employer_id: String,
    state: i32,
    starts_on: Date,
    ended_on: Option<Date>,
    outside_area: String,
    cross_area_industry: bool,
    class_industry: String,
    risk_class: i32,
    table_edition: i32,
    certificate_number: Option<String>,
    #[sqlx(flatten)]
    facts: FactsRow,
}

impl From<EmployerRow> for Employer {
    fn from(row: EmployerRow) -> Self {
        let class = RiskClassRow {
            from_on: row.starts_on,
            until_on: None,
            industry_code: row.class_industry,
            risk_class: row.risk_class,
            table_edition: row.table_edition,
        };
        let class = RiskClass::from(class);
        Self {
            employer_id: row.employer_id,
            state: row.state,
            facts: Some(row.facts.into()),
            industry_code: class.industry_code,
            industry_name: class.industry_name,
            risk_class: class.risk_class,
            risk_class_table: class.table,
            starts_on: Some(row.starts_on.into()),
            ended_on: row.ended_on.map(Into::into),
            certificate_number: row.certificate_number.unwrap_or_default(),
            outside_area: row.outside_area,
            cross_area_industry: row.cross_area_industry,
        }
    }
}

/// The areas that have employers.
pub async fn areas(db: &mut PgConnection) -> Result<Vec<String>> {
    Ok(
        query_scalar("SELECT DISTINCT pooling_area FROM employer ORDER BY pooling_area")
            .fetch_all(db)
            .await?,
    )
}

/// An employer as it stood on `on`, by its number or by a code that it has or had, or the organisation code
/// within it.
///
/// Each step is one descent of an index. The planner takes the rows that hold on a day for very few and would
/// begin with them, in any order that is left to it: `LIMIT 1` says that there is one of an employer, and the
/// number stands by itself because what is computed may not go below row-level security.
pub async fn employer(
    db: &mut PgConnection,
    area: &str,
    code: &str,
    on: Date,
) -> Result<Option<Employer>> {
    let row: Option<EmployerRow> = query_as(
        "WITH known AS MATERIALIZED (SELECT COALESCE(
             (SELECT n.employer_id FROM employer n WHERE n.pooling_area = $1 AND n.employer_id = $2),
             (SELECT h.employer_id FROM employer_fact h
              WHERE h.pooling_area = $1 AND ((h.credit_code <> '' AND h.credit_code = $2)
                    OR h.organisation = $4)
              ORDER BY h.period DESC LIMIT 1)) AS employer_id)
         SELECT e.employer_id, e.state, e.starts_on, e.ended_on,
                r.industry_code AS class_industry, r.risk_class, r.table_edition,
                c.certificate_number, f.*, lower(f.period) AS from_on, upper(f.period) - 1 AS until_on
         FROM known
         JOIN employer e ON e.pooling_area = $1 AND e.employer_id = known.employer_id
         CROSS JOIN LATERAL (SELECT * FROM employer_fact
              WHERE pooling_area = $1 AND employer_id = e.employer_id AND period @> $3 LIMIT 1) AS f
         CROSS JOIN LATERAL (SELECT * FROM employer_risk_class
              WHERE pooling_area = $1 AND employer_id = e.employer_id AND period @> $3 LIMIT 1) AS r
         LEFT JOIN certificate c ON c.pooling_area = e.pooling_area
              AND c.employer_id = e.employer_id AND c.state = 1",
    )
    .bind(area)
    .bind(code)
    .bind(on)
    .bind(organisation_of(code))
    .fetch_optional(db)
    .await?;
    Ok(row.map(Into::into))
}

/// Employers as they stand on `on`, in the order of their numbers.
pub async fn employers(
    db: &mut PgConnection,
    area: &str,
    (state, name): (i32, &str),
    on: Date,
    page: &Page,
) -> Result<Vec<Employer>> {
    let rows: Vec<EmployerRow> = query_as(
        "SELECT e.employer_id, e.state, e.starts_on, e.ended_on,
                r.industry_code AS class_industry, r.risk_class, r.table_edition,
                c.certificate_number, f.*, lower(f.period) AS from_on, upper(f.period) - 1 AS until_on
         FROM employer e
         CROSS JOIN LATERAL (SELECT * FROM employer_fact
              WHERE pooling_area = $1 AND employer_id = e.employer_id AND period @> $4 LIMIT 1) AS f
         CROSS JOIN LATERAL (SELECT * FROM employer_risk_class
              WHERE pooling_area = $1 AND employer_id = e.employer_id AND period @> $4 LIMIT 1) AS r
         LEFT JOIN certificate c ON c.pooling_area = e.pooling_area
              AND c.employer_id = e.employer_id AND c.state = 1
         WHERE e.pooling_area = $1 AND ($2 = 0 OR e.state = $2)
           AND ($3 = '' OR position($3 IN f.name) > 0)
           AND ($5::text IS NULL OR e.employer_id > $5)
         ORDER BY e.employer_id LIMIT $6",
    )
    .bind(area)
    .bind(state)
    .bind(name)
    .bind(on)
    .bind(page.after.as_deref())
    .bind(page.limit())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Since when and in what state employers take part.
#[derive(Debug, FromRow)]
pub struct TakingPart {
    /// The employer's number.
    pub employer_id: String,
    /// [`EmployerState`] as its number.
    pub state: i32,
    /// First day of insurance.
    pub starts_on: Date,
}

/// Those of the employers that there are.
pub async fn taking_part(
    db: &mut PgConnection,
    area: &str,
    employer_ids: &[&str],
) -> Result<Vec<TakingPart>> {
    Ok(query_as(
        "SELECT employer_id, state, starts_on FROM employer
         WHERE pooling_area = $1 AND employer_id = ANY($2)",
    )
    .bind(area)
    .bind(employer_ids)
    .fetch_all(db)
    .await?)
}

/// A registration, as it takes effect.
pub struct Registration<'a> {
    /// The employer's number.
    pub employer_id: &'a str,
    /// First day of insurance.
    pub starts_on: Date,
    /// The case that decided it.
    pub case_id: Uuid,
    /// When it was decided.
    pub registered_at: OffsetDateTime,
}

/// Registers an employer, or one that was deregistered again. Changes nothing of one that takes part:
/// the answer has no row then.
pub async fn register(
    db: &mut PgConnection,
    area: &str,
    new: &Registration<'_>,
) -> Result<PgQueryResult, sqlx::Error> {
    query(
        "INSERT INTO employer (pooling_area, employer_id, state, starts_on, registered_at, case_id)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT ON CONSTRAINT employer_pkey DO UPDATE
         SET state = EXCLUDED.state, starts_on = EXCLUDED.starts_on, ended_on = NULL,
             registered_at = EXCLUDED.registered_at, case_id = EXCLUDED.case_id
         WHERE employer.state = $7",
    )
    .bind(area)
    .bind(new.employer_id)
    .bind(EmployerState::Registered as i32)
    .bind(new.starts_on)
    .bind(new.registered_at)
    .bind(new.case_id)
    .bind(EmployerState::Deregistered as i32)
    .execute(db)
    .await
}

/// Keeps an employer from being deregistered until the unit ends.
pub async fn hold(db: &mut PgConnection, area: &str, employer_id: &str) -> Result<()> {
    query("SELECT FROM employer WHERE pooling_area = $1 AND employer_id = $2 FOR SHARE")
        .bind(area)
        .bind(employer_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Art. 11. Lets an employer's insurance begin on `starts_on`, where it was registered for a later day: what
/// held on that one holds from the earlier day on, and what held before a return only until then.
pub async fn begin_earlier(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    starts_on: Date,
) -> Result<(), sqlx::Error> {
    query(
        "WITH begun AS (
             SELECT pooling_area, employer_id, starts_on FROM employer
             WHERE pooling_area = $1 AND employer_id = $2 AND starts_on > $3),
         facts AS (
             DELETE FROM employer_fact f USING begun b
             WHERE f.pooling_area = b.pooling_area AND f.employer_id = b.employer_id
               AND lower(f.period) >= $3 AND upper(f.period) <= b.starts_on),
         classes AS (
             DELETE FROM employer_risk_class c USING begun b
             WHERE c.pooling_area = b.pooling_area AND c.employer_id = b.employer_id
               AND lower(c.period) >= $3 AND upper(c.period) <= b.starts_on),
         cut AS (
             UPDATE employer_fact f SET period = daterange(lower(f.period), $3) FROM begun b
             WHERE f.pooling_area = b.pooling_area AND f.employer_id = b.employer_id
               AND lower(f.period) < $3 AND upper(f.period) > $3 AND upper(f.period) <= b.starts_on)
         UPDATE employer_risk_class c SET period = daterange(lower(c.period), $3) FROM begun b
         WHERE c.pooling_area = b.pooling_area AND c.employer_id = b.employer_id
           AND lower(c.period) < $3 AND upper(c.period) > $3 AND upper(c.period) <= b.starts_on",
    )
    .bind(area)
    .bind(employer_id)
    .bind(starts_on)
    .execute(&mut *db)
    .await?;
    query(
        "WITH begun AS (
             SELECT pooling_area, employer_id, starts_on FROM employer
             WHERE pooling_area = $1 AND employer_id = $2 AND starts_on > $3),
         facts AS (
             UPDATE employer_fact f SET period = daterange($3, upper(f.period)) FROM begun b
             WHERE f.pooling_area = b.pooling_area AND f.employer_id = b.employer_id
               AND lower(f.period) = b.starts_on),
         classes AS (
             UPDATE employer_risk_class c SET period = daterange($3, upper(c.period)) FROM begun b
             WHERE c.pooling_area = b.pooling_area AND c.employer_id = b.employer_id
               AND lower(c.period) = b.starts_on)
         UPDATE employer e SET starts_on = $3 FROM begun b
         WHERE e.pooling_area = b.pooling_area AND e.employer_id = b.employer_id",
    )
    .bind(area)
    .bind(employer_id)
    .bind(starts_on)
    .execute(db)
    .await?;
    Ok(())
}

/// Ends an employer's taking part; answers whether it took part until now.
pub async fn deregister(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    ended_on: Date,
) -> Result<bool> {
    let done = query(
        "UPDATE employer SET state = $3, ended_on = $4
         WHERE pooling_area = $1 AND employer_id = $2 AND state = $5",
    )
    .bind(area)
    .bind(employer_id)
    .bind(EmployerState::Deregistered as i32)
    .bind(ended_on)
    .bind(EmployerState::Registered as i32)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
