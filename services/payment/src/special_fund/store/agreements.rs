//! SQL of agreements with who carries projects of prevention out.

use chassis::wire::{day, uuid, yuan};
use chassis::{OrRefuse, Result};
use contracts::Refused;
use contracts::payment::v1::{PreventionContract, Refusal};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// Keeps an agreement, with where its contractor is paid.
///
/// # Errors
/// A refusal where its number is known.
pub async fn keep(
    db: &mut PgConnection,
    area: &str,
    contract: &PreventionContract,
    bank_account_id: Uuid,
) -> Result<()> {
    let kept = query(
        "INSERT INTO prevention_contract (pooling_area, contract_number, case_id, year, project_number, payee_id,
             contractor_name, bank_account_id, amount, signed_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(area)
    .bind(&contract.contract_number)
    .bind(uuid(&contract.case_id)?)
    .bind(contract.year)
    .bind(&contract.project_number)
    .bind(uuid(&contract.payee_id)?)
    .bind(&contract.contractor_name)
    .bind(bank_account_id)
    .bind(yuan(contract.amount.as_ref())?)
    .bind(day(contract.signed_on)?)
    .execute(db)
    .await;
    kept.or_refuse("prevention_contract_pkey", known(&contract.contract_number))?;
    Ok(())
}

/// Whether an agreement of this number is registered.
///
/// # Errors
/// When it cannot be read, and a refusal where there is one.
pub async fn is_new(db: &mut PgConnection, area: &str, number: &str) -> Result<()> {
    let found: bool = query_scalar(
        "SELECT EXISTS (SELECT FROM prevention_contract WHERE pooling_area = $1 AND contract_number = $2)",
    )
    .bind(area)
    .bind(number)
    .fetch_one(db)
    .await?;
    match found {
        true => Err(known(number).into()),
        false => Ok(()),
    }
}

fn known(number: &str) -> Refused {
    Refused::because(Refusal::PreventionContractKnown).with("contract_number", number)
}

/// An agreement, and what was paid of it.
#[derive(Clone, Debug, FromRow)]
pub struct ContractRow {
    /// Its place among all.
    pub arrival: i64,
    case_id: Uuid,
    year: i32,
    /// Number of the project.
    pub project_number: String,
    /// Number of the agreement.
    pub contract_number: String,
    /// Who carries it out.
    pub payee_id: Uuid,
    /// Name of who does.
    pub contractor_name: String,
    /// Unified social credit code of who does.
    pub contractor_code: String,
    /// Where who does is paid.
    pub bank_account_id: Uuid,
    /// Yuan in all.
    pub amount: Decimal,
    /// Yuan that were paid.
    pub paid: Decimal,
    /// The day on which it was signed.
    pub signed_on: Date,
}

impl From<ContractRow> for PreventionContract {
    fn from(row: ContractRow) -> Self {
        Self {
            case_id: row.case_id.to_string(),
            year: row.year,
            project_number: row.project_number,
            contract_number: row.contract_number,
            payee_id: row.payee_id.to_string(),
            contractor_name: row.contractor_name,
            amount: Some(row.amount.into()),
            paid: Some(row.paid.into()),
            signed_on: Some(row.signed_on.into()),
        }
    }
}

/// Agreements, or those of a year's budget (0 of all), the last one first.
///
/// # Errors
/// When they cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    year: i32,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<ContractRow>> {
    Ok(query_as(
        "SELECT c.arrival, c.case_id, c.year, c.project_number, c.contract_number, c.payee_id, c.contractor_name,
             p.number AS contractor_code, c.bank_account_id, c.amount, c.signed_on,
             COALESCE((SELECT sum(e.amount) FROM prevention_entry e
                 WHERE e.pooling_area = $1 AND e.contract_number = c.contract_number), 0) AS paid
         FROM prevention_contract c JOIN payee p USING (pooling_area, payee_id)
         WHERE c.pooling_area = $1 AND ($2 = 0 OR c.year = $2) AND ($3::bigint IS NULL OR c.arrival < $3)
         ORDER BY c.arrival DESC LIMIT $4",
    )
    .bind(area)
    .bind(year)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
