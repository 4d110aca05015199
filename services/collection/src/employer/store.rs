//! Employers and their insured, as the feed of registration told them.

use std::collections::HashSet;

use law::Month;
use rust_decimal::Decimal;
use sqlx::{Connection, FromRow, PgConnection, Result};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// An employer.
#[derive(Clone, Debug, FromRow)]
pub struct Employer {
    /// The number that stays.
    pub employer_id: String,
    /// Unified social credit code, or the organisation code where it has none.
    pub credit_code: String,
    /// Name as registered.
    pub name: String,
    /// First day of insurance.
    pub starts_on: Date,
    /// Last day of insurance of a deregistered employer.
    pub ended_on: Option<Date>,
}

/// One person's insurance through one employer.
#[derive(Clone, Debug, FromRow)]
pub struct Insured {
    /// The employer.
    pub employer_id: String,
    /// The enrolment.
    pub enrolment_id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// Identity number; never logged.
    pub identity_number: String,
    /// Name.
    pub name: String,
    /// Yuan a month as stated at hiring.
    pub wage: Decimal,
    /// First day of insurance.
    pub starts_on: Date,
    /// First day of the first month due.
    pub from_month: Date,
    /// First day of the first month that assessments charge by themselves.
    pub charged_month: Date,
    /// First day of the first month whose assessment counts the person.
    pub declared_month: Date,
    /// First day of the month in which the person was reported.
    pub in_time_from: Date,
    /// Hired after the declaration window.
    pub pre_enrolled: bool,
}

/// The employer with this number.
pub async fn find(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Option<Employer>> {
    sqlx::query_as(
        "SELECT employer_id, credit_code, name, starts_on, ended_on FROM employer
         WHERE pooling_area = $1 AND employer_id = $2",
    )
    .bind(area)
    .bind(employer_id)
    .fetch_optional(db)
    .await
}

/// Those insured through an employer in any of the months, pre-enrolled ones included.
pub async fn insured(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    (first, last): (Month, Month),
) -> Result<Vec<Insured>> {
    sqlx::query_as(
        "SELECT employer_id, enrolment_id, person_id, identity_number, name, wage, starts_on, from_month,
             charged_month, declared_month, in_time_from, pre_enrolled
         FROM insured
         WHERE pooling_area = $1 AND employer_id = $2 AND from_month <= $4
           AND (to_month IS NULL OR to_month >= $3)
         ORDER BY person_id, from_month",
    )
    .bind(area)
    .bind(employer_id)
    .bind(first.first_day())
    .bind(last.first_day())
    .fetch_all(db)
    .await
}

/// Writes employers as they stand now, in insurance. Where one turns out to have begun earlier, its first
/// industry did, too.
pub async fn upsert(db: &mut PgConnection, area: &str, employers: &[Employer]) -> Result<()> {
    sqlx::query(
        "WITH begun AS (
             SELECT e.employer_id, told.starts_on, e.starts_on AS was_on
             FROM unnest($2::text[], $3::date[]) AS told (employer_id, starts_on)
             JOIN employer e ON e.pooling_area = $1 AND e.employer_id = told.employer_id
                  AND e.starts_on > told.starts_on)
         DELETE FROM employer_industry i USING begun b
         WHERE i.pooling_area = $1 AND i.employer_id = b.employer_id
           AND i.from_on >= b.starts_on AND i.from_on < b.was_on",
    )
    .bind(area)
    .bind(
        employers
            .iter()
            .map(|e| e.employer_id.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(employers.iter().map(|e| e.starts_on).collect::<Vec<_>>())
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "UPDATE employer_industry i SET from_on = told.starts_on
         FROM unnest($2::text[], $3::date[]) AS told (employer_id, starts_on)
         JOIN employer e ON e.pooling_area = $1 AND e.employer_id = told.employer_id
              AND e.starts_on > told.starts_on
         WHERE i.pooling_area = $1 AND i.employer_id = e.employer_id AND i.from_on = e.starts_on",
    )
    .bind(area)
    .bind(
        employers
            .iter()
            .map(|e| e.employer_id.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(employers.iter().map(|e| e.starts_on).collect::<Vec<_>>())
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO employer (pooling_area, employer_id, credit_code, name, starts_on, ended_on)
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::date[], $6::date[])
         ON CONFLICT ON CONSTRAINT employer_pkey DO UPDATE
         SET credit_code = EXCLUDED.credit_code, name = EXCLUDED.name, starts_on = EXCLUDED.starts_on,
             ended_on = EXCLUDED.ended_on",
    )
    .bind(area)
    .bind(employers.iter().map(|e| e.employer_id.as_str()).collect::<Vec<_>>())
    .bind(employers.iter().map(|e| e.credit_code.as_str()).collect::<Vec<_>>())
    .bind(employers.iter().map(|e| e.name.as_str()).collect::<Vec<_>>())
    .bind(employers.iter().map(|e| e.starts_on).collect::<Vec<_>>())
    .bind(employers.iter().map(|e| e.ended_on).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}

/// Art. 11(5). Keeps the codes that employers have, besides those that they had: numbers, codes, and when
/// they were told.
pub async fn keep_codes(
    db: &mut PgConnection,
    area: &str,
    (employer_ids, codes, told_at): (&[String], &[String], &[OffsetDateTime]),
) -> Result<()> {
    sqlx::query(
        "INSERT INTO employer_code (pooling_area, employer_id, credit_code, told_at)
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::timestamptz[])
         ON CONFLICT ON CONSTRAINT employer_code_pkey DO UPDATE
         SET told_at = greatest(employer_code.told_at, EXCLUDED.told_at)",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(codes)
    .bind(told_at)
    .execute(db)
    .await
    .map(drop)
}

/// Ends the insurance of employers: their numbers, and last days of insurance.
pub async fn end(
    db: &mut PgConnection,
    area: &str,
    (employer_ids, ended_on): (&[String], &[Date]),
) -> Result<()> {
    sqlx::query(
        "UPDATE employer SET ended_on = ended.ended_on
         FROM unnest($2::text[], $3::date[]) AS ended (employer_id, ended_on)
         WHERE employer.pooling_area = $1 AND employer.employer_id = ended.employer_id",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(ended_on)
    .execute(db)
    .await
    .map(drop)
}

/// Sets the industries of employers from dates on; what was known to come after them gives way.
pub async fn set_industries(
    db: &mut PgConnection,
    area: &str,
    (employer_ids, from_on, codes): (&[String], &[Date], &[String]),
) -> Result<()> {
    sqlx::query(
        "DELETE FROM employer_industry known
         USING unnest($2::text[], $3::date[]) AS told (employer_id, from_on)
         WHERE known.pooling_area = $1 AND known.employer_id = told.employer_id
           AND known.from_on > told.from_on",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(from_on)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO employer_industry (pooling_area, employer_id, from_on, industry_code)
         SELECT $1, * FROM unnest($2::text[], $3::date[], $4::text[])
         ON CONFLICT ON CONSTRAINT employer_industry_pkey
         DO UPDATE SET industry_code = EXCLUDED.industry_code",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(from_on)
    .bind(codes)
    .execute(db)
    .await
    .map(drop)
}

/// Adds insurance of persons; an enrolment that is known already stays as it is.
///
/// Hardly ever one is known, and to ask for each costs a third of the time: it is asked once one was.
pub async fn insert_insured(db: &mut PgConnection, area: &str, insured: &[Insured]) -> Result<()> {
    let mut attempt = db.begin().await?;
    match insert_new(&mut attempt, area, insured).await {
        Err(sqlx::Error::Database(cause)) if cause.constraint() == Some("insured_pkey") => {
            attempt.rollback().await?;
            let mut known = known(db, area, insured).await?;
            let mut new = insured.to_vec();
            new.retain(|i| known.insert(i.enrolment_id));
            insert_new(db, area, &new).await
        }
        Err(error) => Err(error),
        Ok(()) => attempt.commit().await,
    }
}

/// Which of the enrolments are known.
async fn known(db: &mut PgConnection, area: &str, insured: &[Insured]) -> Result<HashSet<Uuid>> {
    let known: Vec<Uuid> = sqlx::query_scalar(
        "SELECT i.enrolment_id FROM unnest($2::text[], $3::uuid[]) AS asked (employer_id, enrolment_id)
         JOIN insured i ON i.pooling_area = $1 AND i.employer_id = asked.employer_id
             AND i.enrolment_id = asked.enrolment_id",
    )
    .bind(area)
    .bind(insured.iter().map(|i| i.employer_id.as_str()).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.enrolment_id).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    Ok(known.into_iter().collect())
}

async fn insert_new(db: &mut PgConnection, area: &str, insured: &[Insured]) -> Result<()> {
    sqlx::query(
        "INSERT INTO insured (pooling_area, employer_id, enrolment_id, person_id, identity_number, name,
             wage, starts_on, from_month, charged_month, declared_month, in_time_from, pre_enrolled)
         SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
             $7::numeric[], $8::date[], $9::date[], $10::date[], $11::date[], $12::date[], $13::bool[])",
    )
    .bind(area)
    .bind(insured.iter().map(|i| i.employer_id.as_str()).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.enrolment_id).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.person_id).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.identity_number.as_str()).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.name.as_str()).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.wage).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.starts_on).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.from_month).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.charged_month).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.declared_month).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.in_time_from).collect::<Vec<_>>())
    .bind(insured.iter().map(|i| i.pre_enrolled).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}

/// Ends enrolments with their last days of insurance, whose months are the last ones due. One that ends before
/// it began was none.
pub async fn end_insured(
    db: &mut PgConnection,
    area: &str,
    (employer_ids, enrolment_ids, ends_on): (&[String], &[Uuid], &[Date]),
) -> Result<()> {
    sqlx::query(
        "WITH ended AS (
             SELECT * FROM unnest($2::text[], $3::uuid[], $4::date[]) AS ended (employer_id, enrolment_id, ends_on)),
         none AS (
             DELETE FROM insured USING ended
             WHERE insured.pooling_area = $1 AND insured.employer_id = ended.employer_id
               AND insured.enrolment_id = ended.enrolment_id
               AND greatest(insured.starts_on, insured.from_month) > ended.ends_on)
         UPDATE insured SET ends_on = ended.ends_on, to_month = date_trunc('month', ended.ends_on)
         FROM ended
         WHERE insured.pooling_area = $1 AND insured.employer_id = ended.employer_id
           AND insured.enrolment_id = ended.enrolment_id
           AND greatest(insured.starts_on, insured.from_month) <= ended.ends_on",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(enrolment_ids)
    .bind(ends_on)
    .execute(db)
    .await
    .map(drop)
}

/// Sets in which months pre-enrolled persons were declared; whoever an assessment, the last of which is
/// that of `counted_through`, has counted already stays as counted.
pub async fn confirm_insured(
    db: &mut PgConnection,
    area: &str,
    (employer_ids, enrolment_ids, declared_months): (&[String], &[Uuid], &[Date]),
    counted_through: Option<Month>,
) -> Result<()> {
    sqlx::query(
        "UPDATE insured SET declared_month = greatest(confirmed.declared_month, insured.in_time_from)
         FROM unnest($2::text[], $3::uuid[], $4::date[])
             AS confirmed (employer_id, enrolment_id, declared_month)
         WHERE insured.pooling_area = $1 AND insured.employer_id = confirmed.employer_id
           AND insured.enrolment_id = confirmed.enrolment_id
           AND ($5::date IS NULL OR insured.declared_month > $5)",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(enrolment_ids)
    .bind(declared_months)
    .bind(counted_through.map(Month::first_day))
    .execute(db)
    .await
    .map(drop)
}

/// Writes new names and identity numbers of persons.
pub async fn change_persons(
    db: &mut PgConnection,
    area: &str,
    (person_ids, identity_numbers, names): (&[Uuid], &[String], &[String]),
) -> Result<()> {
    sqlx::query(
        "UPDATE insured SET identity_number = changed.identity_number, name = changed.name
         FROM unnest($2::uuid[], $3::text[], $4::text[]) AS changed (person_id, identity_number, name)
         WHERE insured.pooling_area = $1 AND insured.person_id = changed.person_id",
    )
    .bind(area)
    .bind(person_ids)
    .bind(identity_numbers)
    .bind(names)
    .execute(db)
    .await
    .map(drop)
}
