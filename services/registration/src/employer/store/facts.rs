//! Facts of employers by period.

use chassis::Result;
use chassis::wire::maybe_day;
use contracts::registration::v1::{Employer, EmployerFacts, EmployerFactsPeriod, LocalFact};
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use crate::employer::rules::{organisation, organisation_of};

/// The constraints by which a code belongs to one employer at a time.
pub const CODES_ONCE: &[&str] = &[
    "employer_fact_credit_code_once",
    "employer_fact_organisation_once",
    "employer_fact_one_at_a_time",
];

/// What is registered of an employer in a period.
#[derive(FromRow)]
pub struct FactsRow {
    from_on: Date,
    until_on: Option<Date>,
    name: String,
    credit_code: String,
    organisation_code: String,
    r#type: i32,
    address: String,
    postal_code: String,
    legal_representative: String,
    legal_representative_identity: String,
    registration_number: String,
    registration_authority: String,
    founded_on: Date,
    licence_valid_until_on: Option<Date>,
    business_scope: String,
    industry_code: String,
    supervising_authority: String,
    bank_name: String,
    bank_account: String,
    contact_name: String,
    contact_phone: String,
    local_facts: Json<Vec<(String, String)>>,
}

impl From<FactsRow> for EmployerFacts {
    fn from(row: FactsRow) -> Self {
        Self {
            name: row.name,
            credit_code: row.credit_code,
            organisation_code: row.organisation_code,
            r#type: row.r#type,
            address: row.address,
            postal_code: row.postal_code,
            legal_representative: row.legal_representative,
            legal_representative_identity: row.legal_representative_identity,
            registration_number: row.registration_number,
            registration_authority: row.registration_authority,
            founded_on: Some(row.founded_on.into()),
            licence_valid_until_on: row.licence_valid_until_on.map(Into::into),
            business_scope: row.business_scope,
            industry_code: row.industry_code,
            supervising_authority: row.supervising_authority,
            bank_name: row.bank_name,
            bank_account: row.bank_account,
            contact_name: row.contact_name,
            contact_phone: row.contact_phone,
            local_facts: row
                .local_facts
                .0
                .into_iter()
                .map(|(name, value)| LocalFact { name, value })
                .collect(),
        }
    }
}

impl From<FactsRow> for EmployerFactsPeriod {
    fn from(row: FactsRow) -> Self {
        Self {
            from_on: Some(row.from_on.into()),
            until_on: row.until_on.map(Into::into),
            facts: Some(row.into()),
        }
    }
}

/// Ends the facts that hold on `from_on`, on the day before it. Those that begin with it or later give way:
/// what comes in their place has them, and of an employer that returns they never held.
pub async fn close_facts(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    from_on: Date,
) -> Result<()> {
    query(
        "WITH replaced AS (
             DELETE FROM employer_fact
             WHERE pooling_area = $1 AND employer_id = $2 AND lower(period) >= $3)
         UPDATE employer_fact SET period = daterange(lower(period), $3)
         WHERE pooling_area = $1 AND employer_id = $2 AND period @> $3::date AND lower(period) < $3",
    )
    .bind(area)
    .bind(employer_id)
    .bind(from_on)
    .execute(db)
    .await?;
    Ok(())
}

/// The facts of an employer that hold from `from_on` on.
pub async fn insert_facts(
    db: &mut PgConnection,
    area: &str,
    from_on: Date,
    employer: &Employer,
    case_id: Uuid,
) -> Result<(), sqlx::Error> {
    let facts = employer.facts.clone().unwrap_or_default();
    let local: Vec<(&str, &str)> = facts
        .local_facts
        .iter()
        .map(|fact| (fact.name.as_str(), fact.value.as_str()))
        .collect();
    query(
        "INSERT INTO employer_fact (pooling_area, employer_id, period, name, credit_code,
             organisation_code, type, address, postal_code, legal_representative,
             legal_representative_identity, registration_number, registration_authority, founded_on,
             licence_valid_until_on, business_scope, industry_code, supervising_authority, bank_name,
             bank_account, contact_name, contact_phone, local_facts, case_id, organisation,
             outside_area, cross_area_industry)
         VALUES ($1, $2, daterange($3, NULL), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
             $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)",
    )
    .bind(area)
    .bind(&employer.employer_id)
    .bind(from_on)
    .bind(&facts.name)
    .bind(&facts.credit_code)
    .bind(&facts.organisation_code)
    .bind(facts.r#type)
    .bind(&facts.address)
    .bind(&facts.postal_code)
    .bind(&facts.legal_representative)
    .bind(&facts.legal_representative_identity)
    .bind(&facts.registration_number)
    .bind(&facts.registration_authority)
    .bind(maybe_day(facts.founded_on))
    .bind(maybe_day(facts.licence_valid_until_on))
    .bind(&facts.business_scope)
    .bind(&facts.industry_code)
    .bind(&facts.supervising_authority)
    .bind(&facts.bank_name)
    .bind(&facts.bank_account)
    .bind(&facts.contact_name)
    .bind(&facts.contact_phone)
    .bind(Json(local))
    .bind(case_id)
    .bind(organisation(&facts.credit_code, &facts.organisation_code))
    .bind(&employer.outside_area)
    .bind(employer.cross_area_industry)
    .execute(db)
    .await?;
    Ok(())
}

/// The facts of an employer over time, newest first.
pub async fn facts_periods(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    before: Option<Date>,
    limit: i64,
) -> Result<Vec<EmployerFactsPeriod>> {
    let rows: Vec<FactsRow> = query_as(
        "SELECT f.*, lower(f.period) AS from_on, upper(f.period) - 1 AS until_on FROM employer_fact f
         WHERE pooling_area = $1 AND employer_id = $2
           AND ($3::date IS NULL OR lower(period) < $3)
         ORDER BY period DESC LIMIT $4",
    )
    .bind(area)
    .bind(employer_id)
    .bind(before)
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The first day from which the present facts of an employer hold.
pub async fn facts_hold_from(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT lower(period) FROM employer_fact
         WHERE pooling_area = $1 AND employer_id = $2 AND upper_inf(period)",
    )
    .bind(area)
    .bind(employer_id)
    .fetch_optional(db)
    .await?)
}

/// The number of another employer that has one of the codes, or the organisation code within it.
pub async fn other_with_code(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    codes: &[&str],
) -> Result<Option<String>> {
    Ok(query_scalar(
        "SELECT f.employer_id FROM unnest($3::text[], $4::text[]) AS asked(code, organisation)
         JOIN employer_fact f ON f.pooling_area = $1 AND f.employer_id <> $2 AND upper_inf(f.period)
             AND ((f.credit_code <> '' AND f.credit_code = asked.code)
                  OR f.organisation = asked.organisation)
         LIMIT 1",
    )
    .bind(area)
    .bind(employer_id)
    .bind(codes)
    .bind(
        codes
            .iter()
            .map(|code| organisation_of(code))
            .collect::<Vec<_>>(),
    )
    .fetch_optional(db)
    .await?)
}
