//! SQL of payrolls and the ledger.

pub mod bank;
pub mod orders;
pub mod overpayments;

use chassis::Result;
use chassis::wire::{month, uuid, yuan};
use contracts::benefit_review::v1::BenefitKind;
use contracts::payment::v1::{EntryKind, Payment, PaymentSum, Payroll, PayrollItem, PayrollLine};
use law::Month;
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::rules::Booked;

/// The last month that was paid, and how many payrolls it has.
///
/// # Errors
/// When it cannot be read.
pub async fn last_month(db: &mut PgConnection, area: &str) -> Result<Option<(Month, i32)>> {
    let last: Option<(Date, i32)> = query_as(
        "SELECT month, sequence FROM payroll WHERE pooling_area = $1
         ORDER BY month DESC, sequence DESC LIMIT 1",
    )
    .bind(area)
    .fetch_optional(db)
    .await?;
    Ok(last.map(|(month, sequence)| (Month::of(month), sequence)))
}

/// Keeps a payroll that took effect.
///
/// # Errors
/// A conflict where the month has one of its sequence.
pub async fn insert(db: &mut PgConnection, area: &str, payroll: &Payroll, on: Date) -> Result<()> {
    query(
        "INSERT INTO payroll (pooling_area, month, sequence, run_id, done_on, content)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(area)
    .bind(month(payroll.month)?.first_day())
    .bind(payroll.sequence)
    .bind(uuid(&payroll.run_id)?)
    .bind(on)
    .bind(payroll.encode_to_vec())
    .execute(db)
    .await
    .map_err(chassis::conflict_on(&["payroll_pkey", "payroll_run_key"]))?;
    Ok(())
}

/// Payrolls, the last one first.
///
/// # Errors
/// When they cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(query_as(
        "SELECT place, content FROM (
             SELECT row_number() OVER (ORDER BY month, sequence) AS place, content FROM payroll
             WHERE pooling_area = $1) AS p
         WHERE $2::bigint IS NULL OR place < $2 ORDER BY place DESC LIMIT $3",
    )
    .bind(area)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Books what a payroll of a month pays; the parties are those of the accounts.
///
/// # Errors
/// When a line lacks its amount, or was booked before.
pub async fn book(
    db: &mut PgConnection,
    area: &str,
    (run_id, of, on): (Uuid, Month, Date),
    lines: &[&PayrollLine],
) -> Result<()> {
    let each = || lines.iter();
    let accounts = each().map(|one| uuid(&one.account_id));
    let months = each().map(|one| one.for_month.map(|of| month(Some(of))).transpose());
    let months = months.map(|one| one.map(|month| month.map(Month::first_day)));
    let amounts = each().map(|one| yuan(one.amount.as_ref()));
    query(
        "INSERT INTO ledger_entry (pooling_area, run_id, month, booked_on, payee_id, account_id, kind, person_id,
             employer_id, institution_id, entry, for_month, amount)
         SELECT $1, $2, $3, $4, a.payee_id, a.account_id, a.kind, a.person_id, a.employer_id,
             a.institution_id, l.entry, l.for_month, l.amount
         FROM unnest($5::uuid[], $6::int[], $7::date[], $8::numeric[]) WITH ORDINALITY
             AS l(account_id, entry, for_month, amount, place)
         JOIN account a ON a.pooling_area = $1 AND a.account_id = l.account_id
         ORDER BY l.place",
    )
    .bind(area)
    .bind(run_id)
    .bind(of.first_day())
    .bind(on)
    .bind(accounts.collect::<Result<Vec<_>>>()?)
    .bind(each().map(|one| one.entry).collect::<Vec<_>>())
    .bind(months.collect::<Result<Vec<_>>>()?)
    .bind(amounts.collect::<Result<Vec<_>>>()?)
    .execute(db)
    .await?;
    Ok(())
}

/// What the ledger has of a payroll.
///
/// # Errors
/// When it cannot be read.
pub async fn booked(db: &mut PgConnection, area: &str, run_id: Uuid) -> Result<Vec<Booked>> {
    let rows: Vec<(i32, i32, i64, Decimal)> = query_as(
        "SELECT kind, entry, count(*), sum(amount) FROM ledger_entry
         WHERE pooling_area = $1 AND run_id = $2 GROUP BY kind, entry ORDER BY kind, entry",
    )
    .bind(area)
    .bind(run_id)
    .fetch_all(db)
    .await?;
    let booked = rows.into_iter().map(|(kind, entry, lines, amount)| Booked {
        kind: BenefitKind::try_from(kind).unwrap_or_default(),
        entry: EntryKind::try_from(entry).unwrap_or_default(),
        lines,
        amount,
    });
    Ok(booked.collect())
}

/// Keeps what a payroll left, with its lines.
///
/// # Errors
/// When it cannot be written.
pub async fn leave(
    db: &mut PgConnection,
    area: &str,
    run_id: Uuid,
    left: &[PayrollItem],
) -> Result<()> {
    let payees = left.iter().map(|one| uuid(&one.payee_id));
    query(
        "INSERT INTO payroll_left (pooling_area, run_id, payee_id, content)
         SELECT $1, $2, * FROM unnest($3::uuid[], $4::bytea[])",
    )
    .bind(area)
    .bind(run_id)
    .bind(payees.collect::<Result<Vec<_>>>()?)
    .bind(left.iter().map(Message::encode_to_vec).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// What a payroll left.
///
/// # Errors
/// When it cannot be read.
pub async fn left(
    db: &mut PgConnection,
    area: &str,
    run_id: Uuid,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<PayrollItem>> {
    let kept: Vec<Vec<u8>> = query_scalar(
        "SELECT content FROM payroll_left
         WHERE pooling_area = $1 AND run_id = $2 AND ($3::uuid IS NULL OR payee_id > $3)
         ORDER BY payee_id LIMIT $4",
    )
    .bind(area)
    .bind(run_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    kept.iter()
        .map(|one| Ok(PayrollItem::decode(&**one)?))
        .collect()
}

/// Which entries are looked for; what is none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// The injured employee, or the deceased.
    pub person_id: Option<Uuid>,
    /// One benefit.
    pub account_id: Option<Uuid>,
    /// Of the payrolls of a month.
    pub month: Option<Month>,
    /// Of a kind of benefit; 0 of all.
    pub kind: i32,
}

/// An entry of the ledger.
#[derive(Clone, Debug, FromRow)]
pub struct EntryRow {
    /// Its place in the ledger.
    pub entry_no: i64,
    account_id: Uuid,
    payee_id: Uuid,
    payee_name: String,
    person_id: Uuid,
    name: String,
    kind: i32,
    entry: i32,
    month: Date,
    for_month: Option<Date>,
    amount: Decimal,
    run_id: Uuid,
    booked_on: Date,
}

impl From<EntryRow> for Payment {
    fn from(row: EntryRow) -> Self {
        Self {
            account_id: row.account_id.to_string(),
            payee_id: row.payee_id.to_string(),
            payee_name: row.payee_name,
            person_id: row.person_id.to_string(),
            name: row.name,
            kind: row.kind,
            entry: row.entry,
            month: Some(Month::of(row.month).into()),
            for_month: row.for_month.map(|month| Month::of(month).into()),
            amount: Some(row.amount.into()),
            run_id: row.run_id.to_string(),
            booked_on: Some(row.booked_on.into()),
        }
    }
}

/// Entries of the ledger, the newest first.
///
/// # Errors
/// When they cannot be read.
pub async fn entries(
    db: &mut PgConnection,
    area: &str,
    filter: Filter,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<EntryRow>> {
    Ok(query_as(
        "SELECT e.entry_no, e.account_id, e.payee_id, a.payee_name, e.person_id, a.name, e.kind, e.entry,
             e.month, e.for_month, e.amount, e.run_id, e.booked_on
         FROM ledger_entry e JOIN account a USING (pooling_area, account_id)
         WHERE e.pooling_area = $1 AND ($2::uuid IS NULL OR e.person_id = $2)
             AND ($3::uuid IS NULL OR e.account_id = $3) AND ($4::date IS NULL OR e.month = $4)
             AND ($5 = 0 OR e.kind = $5) AND ($6::bigint IS NULL OR e.entry_no < $6)
         ORDER BY e.entry_no DESC LIMIT $7",
    )
    .bind(area)
    .bind(filter.person_id)
    .bind(filter.account_id)
    .bind(filter.month.map(Month::first_day))
    .bind(filter.kind)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// What was paid by month of payroll and kind of benefit, after the month and the kind of a page before.
///
/// # Errors
/// When it cannot be read.
pub async fn sums(
    db: &mut PgConnection,
    area: &str,
    (from, until): (Month, Month),
    (after, limit): (Option<(Month, i32)>, i64),
) -> Result<Vec<PaymentSum>> {
    let (after_month, after_kind) = after.unzip();
    let rows: Vec<(Date, i32, i64, Decimal)> = query_as(
        "SELECT month, kind, count(DISTINCT person_id), sum(amount) FROM ledger_entry
         WHERE pooling_area = $1 AND month BETWEEN $2 AND $3
             AND ($4::date IS NULL OR (month, kind) > ($4, $5::int))
         GROUP BY month, kind ORDER BY month, kind LIMIT $6",
    )
    .bind(area)
    .bind(from.first_day())
    .bind(until.first_day())
    .bind(after_month.map(Month::first_day))
    .bind(after_kind)
    .bind(limit)
    .fetch_all(db)
    .await?;
    let sums = rows
        .into_iter()
        .map(|(month, kind, persons, amount)| PaymentSum {
            month: Some(Month::of(month).into()),
            kind,
            persons,
            amount: Some(amount.into()),
        });
    Ok(sums.collect())
}
