//! SQL of what is to be paid and was sent to the bank.

use chassis::Result;
use contracts::finance::v1::{PayOut, PayOutItem, Payable, PayableKind, PayableState};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::super::rules::Parts;

/// What is to be paid to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPayable {
    /// The order, or the case that decided it.
    pub order_id: Uuid,
    /// The payee's UUID, or the number of an employer.
    pub payee_id: String,
    /// As the bank is told.
    pub payee_name: String,
    /// Yuan by what it is for.
    pub parts: Parts,
    /// When it was ordered.
    pub ordered_on: Date,
    /// Where it is paid, as it was told; empty where that is asked for elsewhere.
    pub bank_account_id: String,
}

/// Keeps what is to be paid; what was told before stands.
///
/// # Errors
/// When it cannot be written.
pub async fn keep(db: &mut PgConnection, area: &str, payables: &[NewPayable]) -> Result<()> {
    let each = || payables.iter();
    query(
        "INSERT INTO payable (pooling_area, order_id, kind, payee_id, payee_name, amount, medical, disability, death,
             ordered_on, bank_account_id, state)
         SELECT $1, *, $12 FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::numeric[], $7::numeric[],
             $8::numeric[], $9::numeric[], $10::date[], $11::text[])
         ON CONFLICT ON CONSTRAINT payable_pkey DO NOTHING",
    )
    .bind(area)
    .bind(each().map(|one| one.order_id).collect::<Vec<_>>())
    .bind(each().map(|one| one.parts.kind as i32).collect::<Vec<_>>())
    .bind(each().map(|one| &*one.payee_id).collect::<Vec<_>>())
    .bind(each().map(|one| &*one.payee_name).collect::<Vec<_>>())
    .bind(each().map(|one| one.parts.amount).collect::<Vec<_>>())
    .bind(each().map(|one| one.parts.medical).collect::<Vec<_>>())
    .bind(each().map(|one| one.parts.disability).collect::<Vec<_>>())
    .bind(each().map(|one| one.parts.death).collect::<Vec<_>>())
    .bind(each().map(|one| one.ordered_on).collect::<Vec<_>>())
    .bind(each().map(|one| &*one.bank_account_id).collect::<Vec<_>>())
    .bind(PayableState::Waiting as i32)
    .execute(db)
    .await?;
    Ok(())
}

/// Art. 97. Payees told other accounts: what the bank had returned waits to be paid there, what was not sent yet goes there, and
/// what is under way does if it comes back.
///
/// # Errors
/// When it cannot be written.
pub async fn move_to(
    db: &mut PgConnection,
    area: &str,
    (payees, accounts): (&[String], &[String]),
) -> Result<()> {
    query(
        "UPDATE payable p SET bank_account_id = told.bank_account_id,
             state = CASE WHEN p.state = $5 THEN $4 ELSE p.state END
         FROM unnest($2::text[], $3::text[]) AS told (payee_id, bank_account_id)
         WHERE p.pooling_area = $1 AND p.payee_id = told.payee_id AND p.bank_account_id <> told.bank_account_id",
    )
    .bind(area)
    .bind(payees)
    .bind(accounts)
    .bind(PayableState::Waiting as i32)
    .bind(PayableState::Returned as i32)
    .execute(db)
    .await?;
    Ok(())
}

/// Art. 97. What an organisation got back waits again; none where it did not.
///
/// # Errors
/// When it cannot be written.
pub(in super::super) async fn repeat(
    db: &mut PgConnection,
    area: &str,
    order_id: Uuid,
) -> Result<Option<PayableRow>> {
    Ok(query_as(
        "UPDATE payable SET state = $3
         WHERE pooling_area = $1 AND order_id = $2 AND state = $4 AND bank_account_id = ''
         RETURNING arrival, order_id, kind, payee_id, payee_name, amount, ordered_on, state, attempts, pay_out_id,
             bank_account_id",
    )
    .bind(area)
    .bind(order_id)
    .bind(PayableState::Waiting as i32)
    .bind(PayableState::Returned as i32)
    .fetch_optional(db)
    .await?)
}

#[derive(Clone, Debug, FromRow)]
pub(in super::super) struct WaitingRow {
    pub arrival: i64,
    pub order_id: Uuid,
    kind: i32,
    payee_name: String,
    amount: Decimal,
    bank_account_id: String,
    attempts: i32,
}

impl WaitingRow {
    pub fn item(self) -> PayOutItem {
        PayOutItem {
            order_id: self.order_id.to_string(),
            kind: self.kind,
            payee_name: self.payee_name,
            amount: Some(self.amount.into()),
            bank_account_id: self.bank_account_id,
            again: self.attempts > 0,
        }
    }
}

/// What waits and was ordered by a day, in the order in which it was told, as far as an amount reaches.
pub(in super::super) async fn waiting(
    db: &mut PgConnection,
    area: &str,
    (ordered_by, at_hand): (Date, Decimal),
    (after, limit): (i64, i64),
) -> Result<Vec<WaitingRow>> {
    Ok(query_as(
        "SELECT arrival, order_id, kind, payee_name, amount, bank_account_id, attempts FROM (
             SELECT p.*, sum(amount) OVER (ORDER BY arrival) AS reached FROM payable p
             WHERE pooling_area = $1 AND state = $2 AND ordered_on <= $3) AS waiting
         WHERE reached <= $4 AND arrival > $5 ORDER BY arrival LIMIT $6",
    )
    .bind(area)
    .bind(PayableState::Waiting as i32)
    .bind(ordered_by)
    .bind(at_hand)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Yuan that the bank was told to pay and has not answered.
///
/// # Errors
/// When it cannot be read.
pub async fn under_way(db: &mut PgConnection, area: &str) -> Result<Decimal> {
    Ok(query_scalar(
        "SELECT COALESCE(sum(amount), 0) FROM payable WHERE pooling_area = $1 AND state = $2",
    )
    .bind(area)
    .bind(PayableState::Sent as i32)
    .fetch_one(db)
    .await?)
}

/// Sends orders that wait.
///
/// # Errors
/// When it cannot be written.
pub async fn send(db: &mut PgConnection, area: &str, run_id: Uuid, orders: &[Uuid]) -> Result<()> {
    query(
        "WITH sent AS (
             UPDATE payable SET state = $4, attempts = attempts + 1, pay_out_id = $2
             WHERE pooling_area = $1 AND order_id = ANY ($3) AND state = $5
             RETURNING order_id, amount, attempts, bank_account_id)
         INSERT INTO pay_out_line (pooling_area, pay_out_id, order_id, amount, attempt, bank_account_id)
         SELECT $1, $2, order_id, amount, attempts, bank_account_id FROM sent",
    )
    .bind(area)
    .bind(run_id)
    .bind(orders)
    .bind(PayableState::Sent as i32)
    .bind(PayableState::Waiting as i32)
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps that a pay-out is complete.
///
/// # Errors
/// When it cannot be written.
pub async fn sent(db: &mut PgConnection, area: &str, (run_id, on): (Uuid, Date)) -> Result<()> {
    query("INSERT INTO pay_out (pooling_area, pay_out_id, sent_on) VALUES ($1, $2, $3)")
        .bind(area)
        .bind(run_id)
        .bind(on)
        .execute(db)
        .await?;
    Ok(())
}

#[derive(FromRow)]
pub(in super::super) struct PayableRow {
    pub arrival: i64,
    order_id: Uuid,
    kind: i32,
    payee_id: String,
    payee_name: String,
    amount: Decimal,
    ordered_on: Date,
    state: i32,
    attempts: i32,
    pay_out_id: Option<Uuid>,
    bank_account_id: String,
}

impl From<PayableRow> for Payable {
    fn from(row: PayableRow) -> Self {
        Self {
            order_id: row.order_id.to_string(),
            kind: row.kind,
            payee_id: row.payee_id,
            payee_name: row.payee_name,
            amount: Some(row.amount.into()),
            ordered_on: Some(row.ordered_on.into()),
            state: row.state,
            attempts: row.attempts,
            pay_out_id: row.pay_out_id.map_or_else(String::new, |id| id.to_string()),
            bank_account_id: row.bank_account_id,
        }
    }
}

/// What is to be paid, the oldest first.
pub(in super::super) async fn list(
    db: &mut PgConnection,
    area: &str,
    (state, payee_id): (Option<PayableState>, Option<&str>),
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<PayableRow>> {
    Ok(query_as(
        "SELECT arrival, order_id, kind, payee_id, payee_name, amount, ordered_on, state, attempts, pay_out_id,
             bank_account_id
         FROM payable
         WHERE pooling_area = $1 AND ($2::int IS NULL OR state = $2) AND ($3::text IS NULL OR payee_id = $3)
             AND arrival > $4
         ORDER BY arrival LIMIT $5",
    )
    .bind(area)
    .bind(state.map(|state| state as i32))
    .bind(payee_id)
    .bind(after.unwrap_or_default())
    .bind(limit)
    .fetch_all(db)
    .await?)
}

#[derive(FromRow)]
pub(in super::super) struct PayOutRow {
    pub arrival: i64,
    pay_out_id: Uuid,
    sent_on: Date,
    payments: i64,
    amount: Decimal,
    paid: i64,
    returned: i64,
}

impl From<PayOutRow> for PayOut {
    fn from(row: PayOutRow) -> Self {
        Self {
            pay_out_id: row.pay_out_id.to_string(),
            sent_on: Some(row.sent_on.into()),
            payments: row.payments,
            amount: Some(row.amount.into()),
            paid: row.paid,
            returned: row.returned,
        }
    }
}

/// Pay-outs, the last first. What was paid and came back counts as returned.
pub(in super::super) async fn pay_outs(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<PayOutRow>> {
    Ok(query_as(
        "SELECT o.arrival, o.pay_out_id, o.sent_on, l.payments, l.amount, r.paid - r.came_back AS paid, r.returned
         FROM pay_out o
         CROSS JOIN LATERAL (SELECT count(*) AS payments, COALESCE(sum(amount), 0) AS amount FROM pay_out_line l
             WHERE l.pooling_area = o.pooling_area AND l.pay_out_id = o.pay_out_id) l
         CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE NOT returned) AS paid,
                 count(*) FILTER (WHERE returned) AS returned,
                 count(*) FILTER (WHERE returned AND was_paid) AS came_back
             FROM pay_result r WHERE r.pooling_area = o.pooling_area AND r.pay_out_id = o.pay_out_id) r
         WHERE o.pooling_area = $1 AND ($2::bigint IS NULL OR o.arrival < $2)
         ORDER BY o.arrival DESC LIMIT $3",
    )
    .bind(area)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

#[derive(FromRow)]
pub(in super::super) struct LineRow {
    pub order_id: Uuid,
    kind: i32,
    payee_name: String,
    amount: Decimal,
    bank_account_id: String,
    attempt: i32,
}

impl From<LineRow> for PayOutItem {
    fn from(row: LineRow) -> Self {
        Self {
            order_id: row.order_id.to_string(),
            kind: row.kind,
            payee_name: row.payee_name,
            amount: Some(row.amount.into()),
            bank_account_id: row.bank_account_id,
            again: row.attempt > 1,
        }
    }
}

/// What a pay-out has the bank pay.
pub(in super::super) async fn lines(
    db: &mut PgConnection,
    area: &str,
    pay_out_id: Uuid,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<LineRow>> {
    Ok(query_as(
        "SELECT l.order_id, p.kind, p.payee_name, l.amount, l.bank_account_id, l.attempt
         FROM pay_out_line l JOIN payable p ON p.pooling_area = l.pooling_area AND p.order_id = l.order_id
         WHERE l.pooling_area = $1 AND l.pay_out_id = $2 AND ($3::uuid IS NULL OR l.order_id > $3)
         ORDER BY l.order_id LIMIT $4",
    )
    .bind(area)
    .bind(pay_out_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// What a payable is for, from its columns.
pub(super) fn kind_of(kind: i32) -> PayableKind {
    PayableKind::try_from(kind).unwrap_or_default()
}
