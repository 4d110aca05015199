//! SQL of what the bank did.

use std::collections::BTreeMap;

use chassis::Result;
use contracts::finance::v1::{BankReturn, PayableState};
use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

use super::super::rules::Parts;
use super::payables::kind_of;

/// A line of a pay-out, with what the bank has answered of it.
#[derive(Clone, Debug, FromRow)]
pub struct SentRow {
    /// The pay-out.
    pub pay_out_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// The payee's UUID, or the number of an employer.
    pub payee_id: String,
    kind: i32,
    amount: Decimal,
    medical: Decimal,
    disability: Decimal,
    death: Decimal,
    /// Where it was sent.
    pub bank_account_id: String,
    /// It is known to be paid.
    pub paid: bool,
    /// It is known to be returned.
    pub returned: bool,
}

impl SentRow {
    /// Yuan by what it is for.
    #[must_use]
    pub fn parts(&self) -> Parts {
        Parts {
            kind: kind_of(self.kind),
            amount: self.amount,
            medical: self.medical,
            disability: self.disability,
            death: self.death,
        }
    }
}

/// Lines of pay-outs, locked.
///
/// # Errors
/// When they cannot be read.
pub async fn sent(
    db: &mut PgConnection,
    area: &str,
    (pay_outs, orders): (&[Uuid], &[Uuid]),
) -> Result<Vec<SentRow>> {
    Ok(query_as(
        "SELECT l.pay_out_id, l.order_id, p.payee_id, p.kind, l.amount, p.medical, p.disability, p.death,
             l.bank_account_id,
             EXISTS (SELECT FROM pay_result r WHERE r.pooling_area = $1 AND r.pay_out_id = l.pay_out_id
                 AND r.order_id = l.order_id AND NOT r.returned) AS paid,
             EXISTS (SELECT FROM pay_result r WHERE r.pooling_area = $1 AND r.pay_out_id = l.pay_out_id
                 AND r.order_id = l.order_id AND r.returned) AS returned
         FROM unnest($2::uuid[], $3::uuid[]) AS asked (pay_out_id, order_id)
         JOIN pay_out_line l ON l.pooling_area = $1 AND l.pay_out_id = asked.pay_out_id AND l.order_id = asked.order_id
         JOIN payable p ON p.pooling_area = $1 AND p.order_id = l.order_id
         ORDER BY l.order_id FOR UPDATE OF p",
    )
    .bind(area)
    .bind(pay_outs)
    .bind(orders)
    .fetch_all(db)
    .await?)
}

/// What the bank did with an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewResult {
    /// The pay-out.
    pub pay_out_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// It came back, or was never paid.
    pub returned: bool,
    /// It was paid before it came back.
    pub was_paid: bool,
    /// When the bank did it.
    pub settled_on: Date,
    /// As the bank says.
    pub reason: String,
}

/// Keeps what the bank did.
///
/// # Errors
/// When it cannot be written.
pub async fn keep(
    db: &mut PgConnection,
    area: &str,
    (batch_id, results): (Uuid, &[NewResult]),
) -> Result<()> {
    let each = || results.iter();
    query(
        "INSERT INTO pay_result (pooling_area, batch_id, pay_out_id, order_id, returned, was_paid, settled_on, reason)
         SELECT $1, $2, * FROM unnest($3::uuid[], $4::uuid[], $5::bool[], $6::bool[], $7::date[], $8::text[])",
    )
    .bind(area)
    .bind(batch_id)
    .bind(each().map(|one| one.pay_out_id).collect::<Vec<_>>())
    .bind(each().map(|one| one.order_id).collect::<Vec<_>>())
    .bind(each().map(|one| one.returned).collect::<Vec<_>>())
    .bind(each().map(|one| one.was_paid).collect::<Vec<_>>())
    .bind(each().map(|one| one.settled_on).collect::<Vec<_>>())
    .bind(each().map(|one| &*one.reason).collect::<Vec<_>>())
    .execute(&mut *db)
    .await?;
    // The last word of the slice on each.
    let last: BTreeMap<(Uuid, Uuid), bool> = each()
        .map(|one| ((one.pay_out_id, one.order_id), one.returned))
        .collect();
    let state = |returned: &bool| match returned {
        true => PayableState::Returned as i32,
        false => PayableState::Paid as i32,
    };
    query(
        "UPDATE payable p
         SET state = CASE WHEN told.state = $5 AND p.bank_account_id <> l.bank_account_id THEN $6 ELSE told.state END
         FROM unnest($2::uuid[], $3::uuid[], $4::int[]) AS told (pay_out_id, order_id, state)
         JOIN pay_out_line l ON l.pooling_area = $1 AND l.pay_out_id = told.pay_out_id AND l.order_id = told.order_id
         WHERE p.pooling_area = $1 AND p.order_id = told.order_id AND p.pay_out_id = told.pay_out_id",
    )
    .bind(area)
    .bind(
        last.keys()
            .map(|(pay_out_id, _)| *pay_out_id)
            .collect::<Vec<_>>(),
    )
    .bind(last.keys().map(|(_, order_id)| *order_id).collect::<Vec<_>>())
    .bind(last.values().map(state).collect::<Vec<_>>())
    .bind(PayableState::Returned as i32)
    .bind(PayableState::Waiting as i32)
    .execute(db)
    .await?;
    Ok(())
}

#[derive(FromRow)]
pub(in super::super) struct ReturnRow {
    pub pay_out_id: Uuid,
    pub order_id: Uuid,
    payee_name: String,
    amount: Decimal,
    pub settled_on: Date,
    reason: String,
    was_paid: bool,
}

impl From<ReturnRow> for BankReturn {
    fn from(row: ReturnRow) -> Self {
        Self {
            pay_out_id: row.pay_out_id.to_string(),
            order_id: row.order_id.to_string(),
            payee_name: row.payee_name,
            amount: Some(row.amount.into()),
            returned_on: Some(row.settled_on.into()),
            reason: row.reason,
            was_paid: row.was_paid,
        }
    }
}

/// Returns of a month.
pub(in super::super) async fn returns(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    ((on, pay_out_id, order_id), limit): ((Date, Uuid, Uuid), i64),
) -> Result<Vec<ReturnRow>> {
    Ok(query_as(
        "SELECT r.pay_out_id, r.order_id, p.payee_name, p.amount, r.settled_on, r.reason, r.was_paid
         FROM pay_result r JOIN payable p ON p.pooling_area = r.pooling_area AND p.order_id = r.order_id
         WHERE r.pooling_area = $1 AND r.returned AND r.settled_on BETWEEN $2 AND $3
             AND (r.settled_on, r.pay_out_id, r.order_id) > ($4, $5, $6)
         ORDER BY r.settled_on, r.pay_out_id, r.order_id LIMIT $7",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(month.last_day())
    .bind(on)
    .bind(pay_out_id)
    .bind(order_id)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
