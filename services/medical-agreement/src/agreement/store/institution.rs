//! SQL of institutions and of what is known of them.

use chassis::Result;
use chassis::wire::day;
use contracts::medical_agreement::v1::{Institution, InstitutionFacts, KindRating};
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// Has the institution ever signed an agreement?
pub async fn is_known(db: &mut PgConnection, area: &str, institution_id: &str) -> Result<bool> {
    Ok(query_scalar(
        "SELECT EXISTS (SELECT 1 FROM institution WHERE pooling_area = $1 AND institution_id = $2)",
    )
    .bind(area)
    .bind(institution_id)
    .fetch_one(db)
    .await?)
}

#[derive(FromRow)]
struct FactRow {
    name: String,
    grade: i32,
    licence_number: String,
    licence_valid_until_on: Date,
    address: String,
    phone: String,
    bank_name: String,
    bank_account: String,
}

/// What is known last of an institution.
pub async fn open_facts(
    db: &mut PgConnection,
    area: &str,
    institution_id: &str,
) -> Result<Option<InstitutionFacts>> {
    let row: Option<FactRow> = query_as(
        "SELECT name, grade, licence_number, licence_valid_until_on, address, phone, bank_name,
             bank_account
         FROM institution_fact WHERE pooling_area = $1 AND institution_id = $2 AND upper_inf(period)",
    )
    .bind(area)
    .bind(institution_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| InstitutionFacts {
        name: row.name,
        grade: row.grade,
        licence_number: row.licence_number,
        licence_valid_until_on: Some(row.licence_valid_until_on.into()),
        address: row.address,
        phone: row.phone,
        bank_name: row.bank_name,
        bank_account: row.bank_account,
    }))
}

/// Keeps what is known of an institution from a day on, until what is known for a later one.
pub async fn keep_facts(
    db: &mut PgConnection,
    area: &str,
    (institution_id, from_on): (&str, Date),
    facts: &InstitutionFacts,
    case_id: Uuid,
) -> Result<()> {
    query("INSERT INTO institution (pooling_area, institution_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(area)
        .bind(institution_id)
        .execute(&mut *db)
        .await?;
    query(
        "DELETE FROM institution_fact
         WHERE pooling_area = $1 AND institution_id = $2 AND lower(period) = $3",
    )
    .bind(area)
    .bind(institution_id)
    .bind(from_on)
    .execute(&mut *db)
    .await?;
    query(
        "UPDATE institution_fact SET period = daterange(lower(period), $3::date)
         WHERE pooling_area = $1 AND institution_id = $2 AND period @> $3::date",
    )
    .bind(area)
    .bind(institution_id)
    .bind(from_on)
    .execute(&mut *db)
    .await?;
    query(
        "INSERT INTO institution_fact (pooling_area, institution_id, period, name, grade, licence_number,
             licence_valid_until_on, address, phone, bank_name, bank_account, case_id)
         VALUES ($1, $2, daterange($3, (SELECT min(lower(period)) FROM institution_fact
                 WHERE pooling_area = $1 AND institution_id = $2 AND lower(period) > $3)),
             $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(area)
    .bind(institution_id)
    .bind(from_on)
    .bind(&facts.name)
    .bind(facts.grade)
    .bind(&facts.licence_number)
    .bind(day(facts.licence_valid_until_on)?)
    .bind(&facts.address)
    .bind(&facts.phone)
    .bind(&facts.bank_name)
    .bind(&facts.bank_account)
    .bind(case_id)
    .execute(db)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct Published {
    institution_id: String,
    name: String,
    grade: i32,
    address: String,
    phone: String,
    kinds: Vec<i32>,
    agreed_until_on: Date,
    rated_kinds: Vec<i32>,
    ratings: Vec<i32>,
    suspended: bool,
    refers: bool,
}

/// The institutions that are under agreement on a day, in the order of their numbers. `text` is a part of
/// the name or the address.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    (on, kind, text): (Date, i32, &str),
    (after, limit): (Option<&str>, i64),
) -> Result<Vec<Institution>> {
    let rows: Vec<Published> = query_as(
        "SELECT f.institution_id, f.name, f.grade, f.address, f.phone, running.kinds,
             running.agreed_until_on, running.refers,
             rated.kinds AS rated_kinds, rated.ratings,
             EXISTS (SELECT 1 FROM suspension s
                 WHERE s.pooling_area = f.pooling_area AND s.institution_id = f.institution_id
                     AND s.doctor_number = '' AND s.period @> $2) AS suspended
         FROM institution_fact f
         JOIN (SELECT a.institution_id, array_agg(a.kind ORDER BY a.kind) AS kinds,
                   min(upper(a.period) - 1) AS agreed_until_on, bool_or(t.refers) AS refers
               FROM agreement a
               CROSS JOIN LATERAL (SELECT refers FROM agreement_term t
                   WHERE t.pooling_area = a.pooling_area AND t.agreement_id = a.agreement_id
                       AND t.effective_on <= $2
                   ORDER BY t.effective_on DESC LIMIT 1) t
               WHERE a.pooling_area = $1 AND a.period @> $2
               GROUP BY a.institution_id) running USING (institution_id)
         CROSS JOIN LATERAL (
             SELECT coalesce(array_agg(p.kind ORDER BY p.kind), '{}') AS kinds,
                 coalesce(array_agg(p.rating ORDER BY p.kind), '{}') AS ratings
             FROM (SELECT DISTINCT ON (p.kind) p.kind, p.rating FROM appraisal p
                 WHERE p.pooling_area = f.pooling_area AND p.institution_id = f.institution_id
                     AND p.kind = ANY(running.kinds)
                 ORDER BY p.kind, p.period DESC) p) rated
         WHERE f.pooling_area = $1 AND f.period @> $2 AND ($3 = 0 OR $3 = ANY(running.kinds))
             AND ($4 = '' OR strpos(f.name, $4) > 0 OR strpos(f.address, $4) > 0)
             AND ($5::text IS NULL OR f.institution_id > $5)
         ORDER BY f.institution_id LIMIT $6",
    )
    .bind(area)
    .bind(on)
    .bind(kind)
    .bind(text)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Institution {
            institution_id: row.institution_id,
            name: row.name,
            grade: row.grade,
            address: row.address,
            phone: row.phone,
            kinds: row.kinds,
            agreed_until_on: Some(row.agreed_until_on.into()),
            ratings: row
                .rated_kinds
                .into_iter()
                .zip(row.ratings)
                .map(|(kind, rating)| KindRating { kind, rating })
                .collect(),
            suspended: row.suspended,
            refers: row.refers,
        })
        .collect())
}
