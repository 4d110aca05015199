//! SQL of where payees are paid.

use chassis::Result;
use chassis::wire::{day, uuid};
use contracts::payment::v1::BankAccount;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

/// Where a payee is paid.
#[derive(Clone, Debug, FromRow)]
pub struct BankRow {
    /// Its place among all.
    pub arrival: i64,
    bank_account_id: Uuid,
    payee_id: Uuid,
    kind: i32,
    number: String,
    holder: String,
    /// Name of the bank.
    pub bank_name: String,
    bank_code: String,
    from_on: Date,
}

impl From<BankRow> for BankAccount {
    fn from(row: BankRow) -> Self {
        Self {
            bank_account_id: row.bank_account_id.to_string(),
            payee_id: row.payee_id.to_string(),
            kind: row.kind,
            number: row.number,
            holder: row.holder,
            bank_name: row.bank_name,
            bank_code: row.bank_code,
            from_on: Some(row.from_on.into()),
        }
    }
}

/// Keeps where a payee is paid from now on, with the number of the person who may see it, and the case.
///
/// # Errors
/// When it cannot be written.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    account: &BankAccount,
    (person_id, case_id): (Option<Uuid>, Uuid),
) -> Result<()> {
    query(
        "INSERT INTO bank_account (pooling_area, bank_account_id, payee_id, person_id, kind, number, holder,
             bank_name, bank_code, from_on, case_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(area)
    .bind(uuid(&account.bank_account_id)?)
    .bind(uuid(&account.payee_id)?)
    .bind(person_id.map_or_else(String::new, |id| id.to_string()))
    .bind(account.kind)
    .bind(&account.number)
    .bind(&account.holder)
    .bind(&account.bank_name)
    .bind(&account.bank_code)
    .bind(day(account.from_on)?)
    .bind(case_id)
    .execute(db)
    .await?;
    Ok(())
}

/// Where payees were told to be paid, or one of them, the last one first.
///
/// # Errors
/// When it cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    payee_id: Option<Uuid>,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<BankRow>> {
    Ok(query_as(
        "SELECT arrival, bank_account_id, payee_id, kind, number, holder, bank_name, bank_code, from_on
         FROM bank_account WHERE pooling_area = $1 AND ($2::uuid IS NULL OR payee_id = $2)
             AND ($3::bigint IS NULL OR arrival < $3)
         ORDER BY arrival DESC LIMIT $4",
    )
    .bind(area)
    .bind(payee_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
