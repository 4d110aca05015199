//! SQL of employers, their facts and their risk classes.

use chassis::{Page, Result};
use contracts::registration::v1::{
    Employer, EmployerFacts, EmployerFactsPeriod, EmployerState, LocalFact, RiskClass,
};
use sqlx::postgres::PgQueryResult;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use chassis::wire::maybe_day;

/// The constraints by which a code belongs to one employer at a time.
pub const CODES_ONCE: &[&str] = &[
    "employer_fact_credit_code_once",
    "employer_fact_organisation_code_once",
    "employer_fact_one_at_a_time",
];

/// What is registered of an employer in a period.
#[derive(FromRow)]
struct FactsRow {
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

#[derive(FromRow)]
struct EmployerRow {
    employer_id: String,
    state: i32,
    starts_on: Date,
    ended_on: Option<Date>,
    outside_area: String,
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
        }
    }
}

/// An employer as it stood on `on`, by its number or by a code that it has or had.
pub async fn employer(
    db: &mut PgConnection,
    area: &str,
    code: &str,
    on: Date,
) -> Result<Option<Employer>> {
    let row: Option<EmployerRow> = query_as(
        "SELECT e.employer_id, e.state, e.starts_on, e.ended_on, e.outside_area,
                r.industry_code AS class_industry, r.risk_class, r.table_edition,
                c.certificate_number, f.*, lower(f.period) AS from_on, upper(f.period) - 1 AS until_on
         FROM employer e
         JOIN employer_fact f ON f.pooling_area = e.pooling_area AND f.employer_id = e.employer_id
              AND f.period @> $3
         JOIN employer_risk_class r ON r.pooling_area = e.pooling_area
              AND r.employer_id = e.employer_id AND r.period @> $3
         LEFT JOIN certificate c ON c.pooling_area = e.pooling_area
              AND c.employer_id = e.employer_id AND c.state = 1
         WHERE e.pooling_area = $1 AND e.employer_id = COALESCE(
             (SELECT n.employer_id FROM employer n WHERE n.pooling_area = $1 AND n.employer_id = $2),
             (SELECT h.employer_id FROM employer_fact h
              WHERE h.pooling_area = $1 AND (h.credit_code = $2 OR h.organisation_code = $2)
              ORDER BY h.period DESC LIMIT 1))",
    )
    .bind(area)
    .bind(code)
    .bind(on)
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
        "SELECT e.employer_id, e.state, e.starts_on, e.ended_on, e.outside_area,
                r.industry_code AS class_industry, r.risk_class, r.table_edition,
                c.certificate_number, f.*, lower(f.period) AS from_on, upper(f.period) - 1 AS until_on
         FROM employer e
         JOIN employer_fact f ON f.pooling_area = e.pooling_area AND f.employer_id = e.employer_id
              AND f.period @> $4
         JOIN employer_risk_class r ON r.pooling_area = e.pooling_area
              AND r.employer_id = e.employer_id AND r.period @> $4
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
    /// Where other insurance is kept.
    pub outside_area: &'a str,
    /// A special industry that is insured here for all its areas.
    pub cross_area_industry: bool,
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
        "INSERT INTO employer (pooling_area, employer_id, state, starts_on, outside_area,
             cross_area_industry, registered_at, case_id)
         VALUES ($1, $2, $3, $4, $5, $6, $9, $7)
         ON CONFLICT ON CONSTRAINT employer_pkey DO UPDATE
         SET state = EXCLUDED.state, starts_on = EXCLUDED.starts_on, ended_on = NULL,
             outside_area = EXCLUDED.outside_area,
             cross_area_industry = EXCLUDED.cross_area_industry,
             registered_at = EXCLUDED.registered_at, case_id = EXCLUDED.case_id
         WHERE employer.state = $8",
    )
    .bind(area)
    .bind(new.employer_id)
    .bind(EmployerState::Registered as i32)
    .bind(new.starts_on)
    .bind(new.outside_area)
    .bind(new.cross_area_industry)
    .bind(new.case_id)
    .bind(EmployerState::Deregistered as i32)
    .bind(new.registered_at)
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

/// Ends the facts that hold on `from_on`, on the day before it.
pub async fn close_facts(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    from_on: Date,
) -> Result<()> {
    query(
        "UPDATE employer_fact SET period = daterange(lower(period), $3)
         WHERE pooling_area = $1 AND employer_id = $2 AND period @> $3::date",
    )
    .bind(area)
    .bind(employer_id)
    .bind(from_on)
    .execute(db)
    .await?;
    Ok(())
}

/// Facts that hold from `from_on` on.
pub async fn insert_facts(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    from_on: Date,
    facts: &EmployerFacts,
    case_id: Uuid,
) -> Result<(), sqlx::Error> {
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
             bank_account, contact_name, contact_phone, local_facts, case_id)
         VALUES ($1, $2, daterange($3, NULL), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
             $16, $17, $18, $19, $20, $21, $22, $23, $24)",
    )
    .bind(area)
    .bind(employer_id)
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

#[derive(FromRow)]
struct RiskClassRow {
    from_on: Date,
    until_on: Option<Date>,
    industry_code: String,
    risk_class: i32,
    table_edition: i32,
}

impl From<RiskClassRow> for RiskClass {
    fn from(row: RiskClassRow) -> Self {
        let name = row
            .industry_code
            .parse()
            .map_or("", law::industry::Division::name);
        Self {
            industry_name: name.to_owned(),
            industry_code: row.industry_code,
            risk_class: row.risk_class.unsigned_abs(),
            table: row.table_edition.unsigned_abs(),
            from_on: Some(row.from_on.into()),
            until_on: row.until_on.map(Into::into),
        }
    }
}

/// The risk classes of an employer over time, newest first.
pub async fn risk_classes(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    before: Option<Date>,
    limit: i64,
) -> Result<Vec<RiskClass>> {
    let rows: Vec<RiskClassRow> = query_as(
        "SELECT lower(period) AS from_on, upper(period) - 1 AS until_on, industry_code, risk_class,
             table_edition
         FROM employer_risk_class
         WHERE pooling_area = $1 AND employer_id = $2 AND ($3::date IS NULL OR lower(period) < $3)
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

/// The risk class that holds from `from_on` on; one that held then ends on the day before.
pub async fn set_risk_class(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    from_on: Date,
    class: &RiskClass,
    case_id: Uuid,
) -> Result<()> {
    query(
        "UPDATE employer_risk_class SET period = daterange(lower(period), $3)
         WHERE pooling_area = $1 AND employer_id = $2 AND period @> $3::date",
    )
    .bind(area)
    .bind(employer_id)
    .bind(from_on)
    .execute(&mut *db)
    .await?;
    query(
        "INSERT INTO employer_risk_class (pooling_area, employer_id, period, industry_code, risk_class,
             table_edition, case_id)
         VALUES ($1, $2, daterange($3, NULL), $4, $5, $6, $7)",
    )
    .bind(area)
    .bind(employer_id)
    .bind(from_on)
    .bind(&class.industry_code)
    .bind(i32::try_from(class.risk_class).unwrap_or_default())
    .bind(i32::try_from(class.table).unwrap_or_default())
    .bind(case_id)
    .execute(db)
    .await?;
    Ok(())
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

/// The number of another employer that has one of the codes.
pub async fn other_with_code(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    codes: &[&str],
) -> Result<Option<String>> {
    Ok(query_scalar(
        "SELECT employer_id FROM employer_fact
         WHERE pooling_area = $1 AND employer_id <> $2 AND upper_inf(period)
           AND (credit_code = ANY($3) OR organisation_code = ANY($3))
         LIMIT 1",
    )
    .bind(area)
    .bind(employer_id)
    .bind(codes)
    .fetch_optional(db)
    .await?)
}
