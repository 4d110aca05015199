//! SQL of what payees owe back, and what came back.

use std::collections::HashMap;

use chassis::wire::{day, uuid, yuan};
use chassis::{OrRefuse, Result};
use contracts::Refused;
use contracts::payment::v1::{Overpayment, Refusal, RepaymentForm};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// What a payee owes back, with the number of whom it concerns; empty of relatives and the medical insurance fund.
#[derive(Clone, Debug)]
pub struct NewOverpayment {
    /// As it is told.
    pub overpayment: Overpayment,
    /// Who may see it beside the agency.
    pub party: String,
}

/// What payees owe back as it was told last, in yuan; those who never owed anything are left out.
///
/// # Errors
/// When it cannot be read.
pub async fn told(
    db: &mut PgConnection,
    area: &str,
    payees: &[Uuid],
) -> Result<HashMap<Uuid, Decimal>> {
    let rows: Vec<(Uuid, Decimal)> = query_as(
        "SELECT DISTINCT ON (payee_id) payee_id, amount FROM overpayment
         WHERE pooling_area = $1 AND payee_id = ANY ($2) ORDER BY payee_id, arrival DESC",
    )
    .bind(area)
    .bind(payees)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Keeps what payees owe back.
///
/// # Errors
/// When a payee has something else of the same payroll or case.
pub async fn insert(db: &mut PgConnection, area: &str, new: &[NewOverpayment]) -> Result<()> {
    let each = || new.iter().map(|one| &one.overpayment);
    let payees = each().map(|one| uuid(&one.payee_id));
    let amounts = each().map(|one| yuan(one.amount.as_ref()));
    let runs = each().map(|one| uuid(&one.run_id));
    let days = each().map(|one| day(one.found_on));
    query(
        "INSERT INTO overpayment (pooling_area, payee_id, party, amount, run_id, found_on)
         SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::numeric[], $5::uuid[], $6::date[])",
    )
    .bind(area)
    .bind(payees.collect::<Result<Vec<_>>>()?)
    .bind(new.iter().map(|one| one.party.as_str()).collect::<Vec<_>>())
    .bind(amounts.collect::<Result<Vec<_>>>()?)
    .bind(runs.collect::<Result<Vec<_>>>()?)
    .bind(days.collect::<Result<Vec<_>>>()?)
    .execute(db)
    .await?;
    Ok(())
}

/// Whether money under this number of a bank's paper is entered.
///
/// # Errors
/// When it cannot be read, and a refusal where it is.
pub async fn is_new(db: &mut PgConnection, area: &str, voucher_number: &str) -> Result<()> {
    let found: bool = query_scalar(
        "SELECT EXISTS (SELECT FROM repayment WHERE pooling_area = $1 AND voucher_number = $2)",
    )
    .bind(area)
    .bind(voucher_number)
    .fetch_one(db)
    .await?;
    match found {
        true => Err(known(voucher_number).into()),
        false => Ok(()),
    }
}

fn known(voucher_number: &str) -> Refused {
    Refused::because(Refusal::RepaymentKnown).with("voucher_number", voucher_number)
}

/// Keeps that money came back.
///
/// # Errors
/// A refusal where it is entered already.
pub async fn repay(
    db: &mut PgConnection,
    area: &str,
    case_id: Uuid,
    form: &RepaymentForm,
) -> Result<()> {
    let kept = query(
        "INSERT INTO repayment (pooling_area, voucher_number, case_id, payee_id, amount, received_on)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(area)
    .bind(&form.voucher_number)
    .bind(case_id)
    .bind(uuid(&form.payee_id)?)
    .bind(yuan(form.amount.as_ref())?)
    .bind(day(form.received_on)?)
    .execute(db)
    .await;
    kept.or_refuse("repayment_pkey", known(&form.voucher_number))?;
    Ok(())
}

/// What a payee owes back, as it is listed.
#[derive(Clone, Debug, FromRow)]
pub struct OverpaymentRow {
    /// Its place among all.
    pub arrival: i64,
    payee_id: Uuid,
    kind: i32,
    name: String,
    amount: Decimal,
    run_id: Uuid,
    found_on: Date,
}

impl From<OverpaymentRow> for Overpayment {
    fn from(row: OverpaymentRow) -> Self {
        Self {
            payee_id: row.payee_id.to_string(),
            payee: row.kind,
            payee_name: row.name,
            amount: Some(row.amount.into()),
            run_id: row.run_id.to_string(),
            found_on: Some(row.found_on.into()),
        }
    }
}

/// What payees owe back now, the last one found first.
///
/// # Errors
/// When it cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<OverpaymentRow>> {
    Ok(query_as(
        "SELECT o.arrival, o.payee_id, p.kind, p.name, o.amount, o.run_id, o.found_on
         FROM overpayment o JOIN payee p USING (pooling_area, payee_id)
         WHERE o.pooling_area = $1 AND ($2::bigint IS NULL OR o.arrival < $2) AND o.amount > 0
             AND NOT EXISTS (SELECT FROM overpayment l WHERE l.pooling_area = $1
                 AND l.payee_id = o.payee_id AND l.arrival > o.arrival)
         ORDER BY o.arrival DESC LIMIT $3",
    )
    .bind(area)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
