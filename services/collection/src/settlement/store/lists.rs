//! Details of a month, paid lists and their receipts.

use std::fmt;
use std::str::FromStr;

use chassis::{Page, Result};
use contracts::collection::v1::{LedgerAccount, MonthDetail, Receipt, ReceiptPart};
use law::Month;
use rust_decimal::Decimal;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use crate::ledger::Place;

/// What became of a paid list, in yuan.
#[derive(FromRow)]
pub struct Sums {
    pub principal: Decimal,
    pub late_fee: Decimal,
    pub suspense: Decimal,
}

/// What the receipts of a batch were applied to.
pub async fn sums(db: &mut PgConnection, area: &str, batch_id: Uuid) -> Result<Sums> {
    Ok(query_as(
        "SELECT coalesce(-sum(amount) FILTER (WHERE account = 1), 0) AS principal,
                coalesce(-sum(amount) FILTER (WHERE account = 2), 0) AS late_fee,
                coalesce(-sum(amount) FILTER (WHERE account = 3), 0) AS suspense
         FROM ledger_entry WHERE pooling_area = $1 AND source_id = $2 AND kind = 4",
    )
    .bind(area)
    .bind(batch_id)
    .fetch_one(db)
    .await?)
}

/// How many vouchers came with a paid list; none while it is not handed over.
pub async fn vouchers(db: &mut PgConnection, area: &str, batch_id: Uuid) -> Result<Option<i64>> {
    Ok(
        query_scalar("SELECT vouchers FROM paid_list WHERE pooling_area = $1 AND batch_id = $2")
            .bind(area)
            .bind(batch_id)
            .fetch_optional(db)
            .await?,
    )
}

/// Keeps that a paid list was handed over.
pub async fn take(
    db: &mut PgConnection,
    area: &str,
    (batch_id, case_id, vouchers): (Uuid, Uuid, u32),
    taken_on: Date,
) -> sqlx::Result<()> {
    query(
        "INSERT INTO paid_list (pooling_area, batch_id, case_id, vouchers, taken_on)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(area)
    .bind(batch_id)
    .bind(case_id)
    .bind(i64::from(vouchers))
    .bind(taken_on)
    .execute(db)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct DetailRow {
    employer_id: String,
    credit_code: String,
    name: String,
    month: Date,
    headcount: Option<i32>,
    payroll: Option<Decimal>,
    rate: Option<Decimal>,
    principal: Decimal,
    late_fee: Decimal,
    settled: Decimal,
    due_on: Option<Date>,
}

impl From<DetailRow> for MonthDetail {
    fn from(row: DetailRow) -> Self {
        Self {
            employer_id: row.employer_id,
            credit_code: row.credit_code,
            employer_name: row.name,
            month: Some(Month::of(row.month).into()),
            headcount: row.headcount.unwrap_or_default().unsigned_abs(),
            payroll: row.payroll.map(Into::into),
            rate: row
                .rate
                .map(|rate| rate.normalize().to_string())
                .unwrap_or_default(),
            principal: Some(row.principal.into()),
            late_fee: Some(row.late_fee.into()),
            total: Some((row.principal + row.late_fee - row.settled).into()),
            due_on: row.due_on.map(Into::into),
            settled: Some(row.settled.into()),
        }
    }
}

/// A page of what the assessment of a month billed: what its run posted, and the back-payments,
/// corrections and special contributions that cases had posted before. The credits that the run applied
/// are no part of the bill, nor what they make of the late fee (`source_row` of a bill's own is 0).
pub async fn details(
    db: &mut PgConnection,
    area: &str,
    (month, run_id): (Month, Uuid),
    page: &Page,
) -> Result<(Vec<MonthDetail>, String)> {
    let after: Option<Place> = page.after()?;
    let rows: Vec<DetailRow> = query_as(
        "SELECT l.employer_id, r.credit_code, r.name, l.month, a.headcount, a.payroll, a.rate,
                l.principal, l.late_fee, l.settled, l.due_on
         FROM (SELECT employer_id, month, sum(principal) AS principal, sum(late_fee) AS late_fee,
                      sum(settled) AS settled, min(due_on) AS due_on
               FROM (SELECT employer_id, month, CASE WHEN account = 1 THEN amount ELSE 0 END AS principal,
                            CASE WHEN account = 2 THEN amount ELSE 0 END AS late_fee, 0 AS settled,
                            CASE WHEN account = 1 AND amount > 0 THEN value_on END AS due_on
                     FROM ledger_entry WHERE pooling_area = $1 AND source_id = $3 AND kind <> 4
                       AND (account = 1 OR source_row = 0)
                     UNION ALL
                     SELECT employer_id, month, amount, 0, settled, due_on
                     FROM billed WHERE pooling_area = $1 AND run_id = $3) AS billing
               WHERE $4::text IS NULL OR (employer_id, month) > ($4, $5::date)
               GROUP BY employer_id, month HAVING sum(principal + late_fee) <> 0
               ORDER BY employer_id, month LIMIT $6) AS l
         JOIN employer r ON r.pooling_area = $1 AND r.employer_id = l.employer_id
         LEFT JOIN assessment a ON a.pooling_area = $1 AND a.employer_id = l.employer_id
              AND a.month = l.month AND l.month = $2
         ORDER BY l.employer_id, l.month",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(run_id)
    .bind(after.as_ref().map(|place| place.employer_id.as_str()))
    .bind(after.as_ref().map(|place| place.month.first_day()))
    .bind(page.limit())
    .fetch_all(db)
    .await?;
    let place = |row: &DetailRow| Place {
        employer_id: row.employer_id.clone(),
        month: Month::of(row.month),
    };
    let (rows, next) = page.cut(rows, |row| place(row).to_string());
    Ok((rows.into_iter().map(Into::into).collect(), next))
}

/// A page of employers and months for which something is owed, with the employer's code.
pub async fn awaited(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    page: &Page,
) -> Result<(Vec<(Place, String)>, String)> {
    let after: Option<Place> = page.after()?;
    let rows: Vec<(String, Date, String)> = query_as(
        "SELECT l.employer_id, l.month, r.credit_code
         FROM ledger_entry l JOIN employer r USING (pooling_area, employer_id)
         WHERE l.pooling_area = $1 AND ($2 = '' OR l.employer_id = $2) AND l.account IN (1, 2)
           AND ($3::text IS NULL OR (l.employer_id, l.month) > ($3, $4::date))
         GROUP BY l.employer_id, l.month, r.credit_code HAVING sum(l.amount) > 0
         ORDER BY l.employer_id, l.month LIMIT $5",
    )
    .bind(area)
    .bind(employer_id)
    .bind(after.as_ref().map(|place| place.employer_id.as_str()))
    .bind(after.as_ref().map(|place| place.month.first_day()))
    .bind(page.limit())
    .fetch_all(db)
    .await?;
    let rows = rows
        .into_iter()
        .map(|(employer_id, month, code)| {
            (
                Place {
                    employer_id,
                    month: Month::of(month),
                },
                code,
            )
        })
        .collect();
    Ok(page.cut(rows, |(place, _)| place.to_string()))
}

#[derive(FromRow)]
struct ReceiptRow {
    source_id: Uuid,
    source_row: i64,
    employer_id: String,
    payment_reference: String,
    sender: String,
    received: Decimal,
    value_on: Date,
    arrived_on: Date,
    channel: i16,
    /// First day of the month, account, yuan.
    parts: Json<Vec<(String, i32, String)>>,
}

impl From<ReceiptRow> for Receipt {
    fn from(row: ReceiptRow) -> Self {
        let part = |(month, account, yuan): (String, i32, String)| ReceiptPart {
            month: (account != LedgerAccount::Suspense as i32)
                .then(|| month.parse::<Month>().ok().map(Into::into))
                .flatten(),
            account,
            amount: Some(contracts::Money::from_text(yuan)),
        };
        Self {
            receipt_id: format!("{}/{}", row.source_id, row.source_row),
            employer_id: row.employer_id,
            payment_reference: row.payment_reference,
            sender: row.sender,
            amount: Some(row.received.into()),
            paid_on: Some(row.value_on.into()),
            arrived_on: Some(row.arrived_on.into()),
            channel: i32::from(row.channel),
            batch_id: row.source_id.to_string(),
            row: row.source_row.unsigned_abs(),
            parts: row.parts.0.into_iter().map(part).collect(),
        }
    }
}

/// Who collected a payment and under which reference, where a page ends.
#[derive(Default)]
struct Reference {
    sender: String,
    reference: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.sender, self.reference)
    }
}

impl FromStr for Reference {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (sender, reference) = text
            .split_once('\n')
            .ok_or("not a sender and a reference")?;
        Ok(Self {
            sender: sender.to_owned(),
            reference: reference.to_owned(),
        })
    }
}

/// A page of the receipts of a list, or those of one employer on it, row by row.
pub async fn receipts_of_list(
    db: &mut PgConnection,
    area: &str,
    (batch_id, employer_id): (Uuid, &str),
    page: &Page,
) -> Result<(Vec<Receipt>, String)> {
    let after = page.after::<i64>()?.unwrap_or(-1);
    let mut rows: Vec<ReceiptRow> = Vec::new();
    // Most rows of a list are receipts: they stand among the next few, which are found without the others.
    for next in [page.limit().saturating_mul(4), i64::MAX] {
        rows = query_as(
            "SELECT * FROM receipt
             WHERE pooling_area = $1 AND source_id = $2 AND source_row > $3 AND source_row <= $4
               AND ($5 = '' OR employer_id = $5)
             ORDER BY source_row LIMIT $6",
        )
        .bind(area)
        .bind(batch_id)
        .bind(after)
        .bind(after.saturating_add(next))
        .bind(employer_id)
        .bind(page.limit())
        .fetch_all(&mut *db)
        .await?;
        if i64::try_from(rows.len()).is_ok_and(|found| found == page.limit()) {
            break;
        }
    }
    let (rows, next) = page.cut(rows, |row| row.source_row.to_string());
    Ok((rows.into_iter().map(Into::into).collect(), next))
}

/// A page of the receipts of an employer, by who collected them and under which reference.
pub async fn receipts_of_employer(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    page: &Page,
) -> Result<(Vec<Receipt>, String)> {
    let after = page.after::<Reference>()?.unwrap_or_default();
    let rows = query_as(
        "SELECT * FROM receipt
         WHERE pooling_area = $1 AND employer_id = $5 AND (sender, payment_reference) > ($2, $3)
         ORDER BY sender, payment_reference LIMIT $4",
    )
    .bind(area)
    .bind(after.sender)
    .bind(after.reference)
    .bind(page.limit())
    .bind(employer_id)
    .fetch_all(db)
    .await?;
    Ok(by_reference(rows, page))
}

/// A page of the receipts of the area, by who collected them and under which reference.
pub async fn receipts(
    db: &mut PgConnection,
    area: &str,
    page: &Page,
) -> Result<(Vec<Receipt>, String)> {
    let after = page.after::<Reference>()?.unwrap_or_default();
    let rows = query_as(
        "SELECT * FROM receipt
         WHERE pooling_area = $1 AND (sender, payment_reference) > ($2, $3)
         ORDER BY sender, payment_reference LIMIT $4",
    )
    .bind(area)
    .bind(after.sender)
    .bind(after.reference)
    .bind(page.limit())
    .fetch_all(db)
    .await?;
    Ok(by_reference(rows, page))
}

fn by_reference(rows: Vec<ReceiptRow>, page: &Page) -> (Vec<Receipt>, String) {
    let (rows, next) = page.cut(rows, |row| {
        let (sender, reference) = (row.sender.clone(), row.payment_reference.clone());
        Reference { sender, reference }.to_string()
    });
    (rows.into_iter().map(Into::into).collect(), next)
}
