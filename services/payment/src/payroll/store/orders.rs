//! SQL of orders to pay.

use chassis::Result;
use chassis::wire::{maybe_uuid, month, uuid, yuan};
use contracts::payment::v1::{OrderPart, PaymentOrder};
use law::Month;
use prost::Message;
use sqlx::{PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

/// An order with the number of whom it concerns; empty of relatives and the medical insurance fund.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// As it is told.
    pub order: PaymentOrder,
    /// Who may see it beside the agency.
    pub party: String,
}

impl NewOrder {
    /// What it comes to by kinds of benefit.
    #[must_use]
    pub fn of_parts(mut self, parts: Vec<OrderPart>) -> Self {
        self.order.parts = parts;
        self
    }
}

/// Keeps orders.
///
/// # Errors
/// When a payee has one of the payroll.
pub async fn insert(db: &mut PgConnection, area: &str, orders: &[NewOrder]) -> Result<()> {
    let each = || orders.iter().map(|one| &one.order);
    let ids = |of: fn(&PaymentOrder) -> &str| {
        each()
            .map(|one| uuid(of(one)))
            .collect::<Result<Vec<Uuid>>>()
    };
    let months = each().map(|one| month(one.month).map(Month::first_day));
    let amounts = each().map(|one| yuan(one.amount.as_ref()));
    let banks = each().map(|one| maybe_uuid(&one.bank_account_id));
    query(
        "INSERT INTO payment_order (pooling_area, order_id, run_id, month, payee_id, party, channel, amount,
             bank_account_id, content)
         SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::uuid[], $6::text[], $7::int[],
             $8::numeric[], $9::uuid[], $10::bytea[])",
    )
    .bind(area)
    .bind(ids(|one| &one.order_id)?)
    .bind(ids(|one| &one.run_id)?)
    .bind(months.collect::<Result<Vec<_>>>()?)
    .bind(ids(|one| &one.payee_id)?)
    .bind(orders.iter().map(|one| one.party.as_str()).collect::<Vec<_>>())
    .bind(each().map(|one| one.channel).collect::<Vec<_>>())
    .bind(amounts.collect::<Result<Vec<_>>>()?)
    .bind(banks.collect::<Result<Vec<_>>>()?)
    .bind(each().map(Message::encode_to_vec).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// How many orders a payroll has.
///
/// # Errors
/// When they cannot be read.
pub async fn count(db: &mut PgConnection, area: &str, run_id: Uuid) -> Result<i64> {
    Ok(
        query_scalar("SELECT count(*) FROM payment_order WHERE pooling_area = $1 AND run_id = $2")
            .bind(area)
            .bind(run_id)
            .fetch_one(db)
            .await?,
    )
}

/// Which orders are looked for; what is none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Of a payroll.
    pub run_id: Option<Uuid>,
    /// Of a payee.
    pub payee_id: Option<Uuid>,
    /// Of the payrolls of a month.
    pub month: Option<Month>,
}

/// Orders, the newest first, each with its place.
///
/// # Errors
/// When they cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    filter: Filter,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(query_as(
        "SELECT arrival, content FROM payment_order
         WHERE pooling_area = $1 AND ($2::uuid IS NULL OR run_id = $2)
             AND ($3::uuid IS NULL OR payee_id = $3) AND ($4::date IS NULL OR month = $4)
             AND ($5::bigint IS NULL OR arrival < $5)
         ORDER BY arrival DESC LIMIT $6",
    )
    .bind(area)
    .bind(filter.run_id)
    .bind(filter.payee_id)
    .bind(filter.month.map(Month::first_day))
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
