//! Bases, declarations and findings of under-declaration.

mod finding;
mod in_force;

pub use finding::{
    Finding, close_with_nothing_missing, deliver, finding_of_months, findings, hand_over,
    insert_finding, issued, make_good, open_finding, paid_back,
};
pub use in_force::BoundsOfMonths;

use law::Month;
use rust_decimal::Decimal;
use sqlx::postgres::types::PgRange;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

/// One person on a roster.
#[derive(Clone, Debug, FromRow)]
pub struct RosterLine {
    /// The person.
    pub person_id: Uuid,
    /// Name as registered.
    pub name: String,
    /// Last four characters of the identity number.
    pub tail: String,
    /// Declared wage in yuan a month.
    pub wage: Decimal,
}

/// A base in force.
#[derive(Clone, Debug, FromRow)]
pub struct Base {
    /// The person.
    pub person_id: Uuid,
    /// Name as registered.
    pub name: String,
    /// Months for which it holds; none for a wage from enrolment.
    pub months: Option<PgRange<Date>>,
    /// Yuan a month, as declared or else as stated at enrolment.
    pub wage: Decimal,
    /// `BaseOrigin`.
    pub origin: i32,
    /// The case that set it.
    pub case_id: Option<Uuid>,
    /// When the employer confirmed it.
    pub confirmed_on: Option<Date>,
}

/// One month of a person with an employer.
#[derive(Clone, Debug, FromRow)]
pub struct HistoryMonth {
    /// First day of the month.
    pub month: Date,
    /// The employer.
    pub employer_id: String,
    /// Yuan, as declared or else as stated at enrolment.
    pub wage: Decimal,
    /// `BaseOrigin`.
    pub origin: i32,
}

/// A declaration that took effect.
#[derive(Clone, Debug, FromRow)]
pub struct Declaration {
    /// The employer.
    pub employer_id: String,
    /// Months covered.
    pub months: PgRange<Date>,
    /// Persons.
    pub headcount: i32,
    /// Yuan a month.
    pub payroll: Decimal,
}

/// Rows of a roster batch: what arrived, with its place in the batch.
pub struct Arrived<'a> {
    /// Numbers of the rows.
    pub numbers: Vec<i64>,
    /// Employers.
    pub employer_ids: Vec<&'a str>,
    /// Identity numbers.
    pub identity_numbers: Vec<&'a str>,
    /// Names.
    pub names: Vec<&'a str>,
    /// Yuan a month.
    pub wages: Vec<Decimal>,
}

/// What became of a row of a roster batch.
#[derive(Clone, Debug, FromRow)]
pub struct Matched {
    /// Number of the row.
    pub row_no: i64,
    /// There is such an employer.
    pub employer_known: bool,
    /// The person, where somebody with the number is or was insured through the employer.
    pub person_id: Option<Uuid>,
    /// Name as registered.
    pub name: Option<String>,
    /// The row was kept; otherwise the person stood in the batch before.
    pub kept: bool,
}

/// Matches rows of a roster with the insured, and keeps those that match by number and name.
pub async fn keep_roster(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
    rows: &Arrived<'_>,
) -> Result<Vec<Matched>> {
    sqlx::query_as(
        "WITH arrived AS (
             SELECT * FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::numeric[])
                 AS arrived (row_no, employer_id, identity_number, name, wage)),
         people AS (
             SELECT DISTINCT ON (employer_id, identity_number) employer_id, identity_number, person_id, name
             FROM insured WHERE pooling_area = $1 AND employer_id = ANY($4)
             ORDER BY employer_id, identity_number, from_month DESC),
         matched AS (
             SELECT a.row_no, a.employer_id, a.wage, right(a.identity_number, 4) AS tail,
                    e.employer_id IS NOT NULL AS employer_known, p.person_id, p.name, p.name = a.name AS same_name
             FROM arrived a
             LEFT JOIN employer e ON e.pooling_area = $1 AND e.employer_id = a.employer_id
             LEFT JOIN people p ON p.employer_id = a.employer_id AND p.identity_number = a.identity_number),
         kept AS (
             INSERT INTO wage_roster_row (pooling_area, batch_id, employer_id, person_id, row_no, name,
                 tail, wage)
             SELECT $1, $2, employer_id, person_id, row_no, name, tail, wage
             FROM matched WHERE same_name ORDER BY row_no
             ON CONFLICT ON CONSTRAINT wage_roster_row_pkey DO NOTHING
             RETURNING row_no)
         SELECT m.row_no, m.employer_known, m.person_id, m.name, k.row_no IS NOT NULL AS kept
         FROM matched m LEFT JOIN kept k USING (row_no)",
    )
    .bind(area)
    .bind(batch_id)
    .bind(&rows.numbers)
    .bind(&rows.employer_ids)
    .bind(&rows.identity_numbers)
    .bind(&rows.names)
    .bind(&rows.wages)
    .fetch_all(db)
    .await
}

/// The rows of an employer that were kept of a batch.
pub async fn roster(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
    employer_id: &str,
) -> Result<Vec<RosterLine>> {
    sqlx::query_as(
        "SELECT person_id, name, tail, wage FROM wage_roster_row
         WHERE pooling_area = $1 AND batch_id = $2 AND employer_id = $3 ORDER BY person_id",
    )
    .bind(area)
    .bind(batch_id)
    .bind(employer_id)
    .fetch_all(db)
    .await
}

/// What is to be set as bases of an employer's persons.
pub struct NewBases {
    /// First and last month.
    pub months: PgRange<Date>,
    /// `BaseOrigin`.
    pub origin: i32,
    /// The case that sets them.
    pub case_id: Uuid,
    /// Persons.
    pub person_ids: Vec<Uuid>,
    /// What the bases of the months are, within the bounds of each: yuan a month.
    pub wages: Vec<Decimal>,
}

/// Takes the months out of the bases that the persons have, so that new ones can be set.
pub async fn clear_bases(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    (person_ids, months): (&[Uuid], &PgRange<Date>),
) -> Result<()> {
    sqlx::query(
        "WITH old AS (
             DELETE FROM contribution_base
             WHERE pooling_area = $1 AND employer_id = $2 AND person_id = ANY($3) AND months && $4
             RETURNING *)
         INSERT INTO contribution_base (pooling_area, employer_id, person_id, months, wage, origin,
             case_id, confirmed_on)
         SELECT pooling_area, employer_id, person_id, rest, wage, origin, case_id, confirmed_on
         FROM old, unnest(datemultirange(old.months) - datemultirange($4::daterange)) AS rest",
    )
    .bind(area)
    .bind(employer_id)
    .bind(person_ids)
    .bind(months)
    .execute(db)
    .await
    .map(drop)
}

/// Violated where somebody sets bases of the same months at once.
pub const ONE_AT_A_TIME: &[&str] = &["contribution_base_one_at_a_time"];

/// Sets bases for months that have been cleared.
pub async fn set_bases(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    new: &NewBases,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO contribution_base (pooling_area, employer_id, person_id, months, wage, origin,
             case_id)
         SELECT $1, $2, person_id, $3, wage, $4, $5
         FROM unnest($6::uuid[], $7::numeric[]) AS new (person_id, wage)",
    )
    .bind(area)
    .bind(employer_id)
    .bind(new.months)
    .bind(new.origin)
    .bind(new.case_id)
    .bind(&new.person_ids)
    .bind(&new.wages)
    .execute(db)
    .await
    .map(drop)
}

/// Sets for months what the persons, who were left out of the declaration of a case, had as their wage last
/// since they were enrolled, where they have no base.
pub async fn carry_bases(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    (person_ids, months, case_id): (&[Uuid], &PgRange<Date>, Uuid),
) -> Result<()> {
    sqlx::query(
        "INSERT INTO contribution_base (pooling_area, employer_id, person_id, months, wage, origin,
             case_id)
         SELECT $1, $2, left_out.person_id, rest, last.wage, 5, $5
         FROM unnest($3::uuid[]) AS left_out (person_id)
         CROSS JOIN LATERAL (
             SELECT range_agg(b.months) AS months FROM contribution_base b
             WHERE b.pooling_area = $1 AND b.employer_id = $2 AND b.person_id = left_out.person_id
               AND b.months && $4) AS had
         CROSS JOIN unnest(datemultirange($4::daterange)
             - coalesce(had.months, datemultirange())) AS rest
         CROSS JOIN LATERAL (
             SELECT wage FROM contribution_base b
             WHERE b.pooling_area = $1 AND b.employer_id = $2 AND b.person_id = left_out.person_id
               AND lower(b.months) < lower(rest) AND upper(b.months) > (
                   SELECT max(i.from_month) FROM insured i
                   WHERE i.pooling_area = $1 AND i.employer_id = $2 AND i.person_id = b.person_id
                     AND i.from_month < upper(rest))
             ORDER BY b.months DESC LIMIT 1) AS last",
    )
    .bind(area)
    .bind(employer_id)
    .bind(person_ids)
    .bind(months)
    .bind(case_id)
    .execute(db)
    .await
    .map(drop)
}

/// Keeps a declaration that takes effect.
pub async fn insert_declaration(
    db: &mut PgConnection,
    area: &str,
    case_id: Uuid,
    declaration: &Declaration,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO base_declaration (pooling_area, case_id, employer_id, months, headcount, payroll)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(area)
    .bind(case_id)
    .bind(&declaration.employer_id)
    .bind(declaration.months)
    .bind(declaration.headcount)
    .bind(declaration.payroll)
    .execute(db)
    .await
    .map(drop)
}

/// The declaration that a case made.
pub async fn declaration(
    db: &mut PgConnection,
    area: &str,
    case_id: Uuid,
) -> Result<Option<Declaration>> {
    sqlx::query_as(
        "SELECT employer_id, months, headcount, payroll FROM base_declaration
         WHERE pooling_area = $1 AND case_id = $2",
    )
    .bind(area)
    .bind(case_id)
    .fetch_optional(db)
    .await
}

/// Notes that the employer confirmed what a case set, and by what means.
pub async fn confirm(
    db: &mut PgConnection,
    area: &str,
    case_id: Uuid,
    (confirmed_on, means): (Date, i32),
) -> Result<()> {
    sqlx::query(
        "WITH bases AS (
             UPDATE contribution_base SET confirmed_on = $3
             WHERE pooling_area = $1 AND case_id = $2 AND origin <> 5)
         UPDATE base_declaration SET confirmed_on = $3, means = $4 WHERE pooling_area = $1 AND case_id = $2",
    )
    .bind(area)
    .bind(case_id)
    .bind(confirmed_on)
    .bind(means)
    .execute(db)
    .await
    .map(drop)
}

/// Bases of an employer's insured in a month, after a person; declared ones before wages of enrolment.
pub async fn bases(
    db: &mut PgConnection,
    area: &str,
    (employer_id, month, case_id): (&str, Month, Option<Uuid>),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<Base>> {
    sqlx::query_as(
        "SELECT DISTINCT ON (i.person_id) i.person_id, i.name, b.months, coalesce(b.wage, i.wage) AS wage,
             coalesce(b.origin, 2) AS origin, b.case_id, b.confirmed_on
         FROM insured i
         LEFT JOIN contribution_base b ON b.pooling_area = i.pooling_area AND b.employer_id = i.employer_id
             AND b.person_id = i.person_id AND b.months @> $3::date
         WHERE i.pooling_area = $1 AND i.employer_id = $2 AND i.from_month <= $3
           AND (i.to_month IS NULL OR i.to_month >= $3)
           AND ($4::uuid IS NULL OR b.case_id = $4 AND b.origin <> 5) AND ($5::uuid IS NULL OR i.person_id > $5)
         ORDER BY i.person_id, i.from_month DESC LIMIT $6",
    )
    .bind(area)
    .bind(employer_id)
    .bind(month.first_day())
    .bind(case_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// The wages of persons with employers that count in months, as declared or else as stated at enrolment, by
/// their places in the question.
pub async fn in_force(
    db: &mut PgConnection,
    area: &str,
    (employer_ids, person_ids, months): (&[&str], &[Uuid], &[Date]),
) -> Result<Vec<(i64, Decimal)>> {
    sqlx::query_as(
        "SELECT DISTINCT ON (asked.place) asked.place, coalesce(b.wage, i.wage)
         FROM unnest($2::text[], $3::uuid[], $4::date[])
              WITH ORDINALITY AS asked(employer_id, person_id, month, place)
         JOIN insured i ON i.pooling_area = $1 AND i.employer_id = asked.employer_id
             AND i.person_id = asked.person_id AND i.from_month <= asked.month
             AND (i.to_month IS NULL OR i.to_month >= asked.month)
         LEFT JOIN contribution_base b ON b.pooling_area = $1 AND b.employer_id = asked.employer_id
             AND b.person_id = asked.person_id AND b.months @> asked.month
         ORDER BY asked.place, i.from_month DESC",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(person_ids)
    .bind(months)
    .fetch_all(db)
    .await
}

/// The months of a person with every employer, from `first` up to `last`, latest first: those for which
/// the person was assessed, and those that were assessed while a special way covered them (article 31).
pub async fn history(
    db: &mut PgConnection,
    area: &str,
    person_id: Uuid,
    (first, last): (Month, Month),
) -> Result<Vec<HistoryMonth>> {
    sqlx::query_as(
        "SELECT DISTINCT ON (m.month, i.employer_id) m.month, i.employer_id,
             coalesce(b.wage, i.wage) AS wage,
             CASE WHEN b.origin IS NULL AND a.basis = 2 THEN 3 ELSE coalesce(b.origin, 2) END AS origin
         FROM generate_series($3::date::timestamp, $4::date::timestamp, interval '1 month') AS step,
              LATERAL (SELECT step::date AS month) AS m
         JOIN insured i ON i.pooling_area = $1 AND i.person_id = $2 AND i.from_month <= m.month
             AND (i.to_month IS NULL OR i.to_month >= m.month)
         LEFT JOIN assessment a ON a.pooling_area = $1 AND a.employer_id = i.employer_id
             AND a.month = greatest(m.month, i.declared_month)
         LEFT JOIN contribution_base b ON b.pooling_area = $1 AND b.employer_id = i.employer_id
             AND b.person_id = $2 AND b.months @> m.month
         WHERE a.month IS NOT NULL AND (m.month >= i.charged_month OR b.origin = 4)
            OR EXISTS (
               SELECT FROM month_sent sent
               JOIN special_cover s ON s.pooling_area = $1 AND s.employer_id = i.employer_id
                   AND s.months @> sent.month
               WHERE sent.pooling_area = $1 AND sent.month = m.month)
         ORDER BY m.month DESC, i.employer_id, i.from_month DESC",
    )
    .bind(area)
    .bind(person_id)
    .bind(first.first_day())
    .bind(last.first_day())
    .fetch_all(db)
    .await
}
