//! Who is there when a scenario begins: employers and their insured, put into the tables of collection.

use anyhow::Result;
use sqlx::{PgConnection, query};
use time::Date;
use uuid::Uuid;

use super::platform::AREA;

/// Insured persons of each employer.
pub const STAFF: u64 = 20;

/// The number of employer `n`; [`employers`] says the same.
pub fn employer_id(n: u64) -> String {
    format!("91440300{n:010}")
}

/// How many employers that many insured have.
pub fn employers_of(insured: u64) -> u64 {
    insured.div_ceil(STAFF)
}

/// Enters employers, the first of them being number 0.
pub async fn employers(db: &mut PgConnection, employers: u64, starts_on: Date) -> Result<()> {
    query(
        "INSERT INTO employer (pooling_area, employer_id, credit_code, name, starts_on)
         SELECT $1, '91440300' || to_char(n, 'FM0000000000'), '91440300' || to_char(n, 'FM0000000000'),
                '单位' || n, $3
         FROM generate_series(0, $2 - 1) AS n",
    )
    .bind(AREA)
    .bind(i64::try_from(employers)?)
    .bind(starts_on)
    .execute(db)
    .await?;
    Ok(())
}

/// Puts employers into industries, in turns, and every second and third of three into a floating tier:
/// one down, one up.
pub async fn rated(
    db: &mut PgConnection,
    employers: u64,
    (from_on, industries): (Date, &[String]),
) -> Result<()> {
    query(
        "INSERT INTO employer_industry (pooling_area, employer_id, from_on, industry_code)
         SELECT $1, '91440300' || to_char(n, 'FM0000000000'), $3, ($4::text[])[1 + n % cardinality($4)]
         FROM generate_series(0, $2 - 1) AS n",
    )
    .bind(AREA)
    .bind(i64::try_from(employers)?)
    .bind(from_on)
    .bind(industries)
    .execute(&mut *db)
    .await?;
    query(
        "INSERT INTO employer_tier (pooling_area, employer_id, from_month, tier, industry_code, source)
         SELECT $1, '91440300' || to_char(n, 'FM0000000000'), $3, 2 * (n % 3) - 3,
                ($5::text[])[1 + n % cardinality($5)], $4
         FROM generate_series(0, $2 - 1) AS n WHERE n % 3 <> 0",
    )
    .bind(AREA)
    .bind(i64::try_from(employers)?)
    .bind(from_on)
    .bind(Uuid::now_v7())
    .bind(industries)
    .execute(db)
    .await?;
    Ok(())
}

/// Insures persons from a month on, as the rosters of their employers come in: those of an employer
/// together, employers in no order.
pub async fn insured(db: &mut PgConnection, insured: u64, from_month: Date) -> Result<()> {
    query(
        "INSERT INTO insured (pooling_area, employer_id, enrolment_id, person_id, identity_number, name,
                wage, starts_on, from_month, charged_month, declared_month, in_time_from,
                pre_enrolled)
         SELECT $1, '91440300' || to_char(n / $3, 'FM0000000000'), gen_random_uuid(), gen_random_uuid(),
                '44030019' || to_char(n, 'FM0000000000'), '职工' || n, 5000 + n % 700000 / 100.0, $4, $4,
                $4, $4, $4, false
         FROM generate_series(0, $2 - 1) AS n ORDER BY hashint8(n / $3), n",
    )
    .bind(AREA)
    .bind(i64::try_from(insured)?)
    .bind(i64::try_from(STAFF)?)
    .bind(from_month)
    .execute(db)
    .await?;
    Ok(())
}

/// Declares the bases of every second insured for the months from one to another, the last not counted.
pub async fn declared_bases(db: &mut PgConnection, (from, to): (Date, Date)) -> Result<()> {
    query(
        "INSERT INTO contribution_base (pooling_area, employer_id, person_id, months, wage, origin,
                case_id)
         SELECT pooling_area, employer_id, person_id, daterange($2, $3), wage + 100, 1, $4
         FROM insured WHERE pooling_area = $1 AND right(identity_number, 1) IN ('1', '3', '5', '7', '9')",
    )
    .bind(AREA)
    .bind(from)
    .bind(to)
    .bind(Uuid::now_v7())
    .execute(db)
    .await?;
    Ok(())
}
