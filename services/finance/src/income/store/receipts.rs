//! SQL of receipt forms (article 149).

use chassis::wire::{day, uuid, yuan};
use chassis::{OrRefuse, Result};
use contracts::Refused;
use contracts::finance::v1::{ReceiptBook, ReceiptForm, Refusal};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

/// Takes a book in.
///
/// # Errors
/// A refusal where its numbers are another's too.
pub async fn take(db: &mut PgConnection, area: &str, book: &ReceiptBook) -> Result<()> {
    query(
        "INSERT INTO receipt_book (pooling_area, book_id, kind, prefix, first_number, last_number, taken_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(area)
    .bind(uuid(&book.book_id)?)
    .bind(&book.kind)
    .bind(&book.prefix)
    .bind(book.first_number)
    .bind(book.last_number)
    .bind(day(book.taken_on)?)
    .execute(db)
    .await
    .or_refuse("receipt_book_numbers", known(book))?;
    Ok(())
}

/// Numbers that another book has too.
#[must_use]
pub fn known(book: &ReceiptBook) -> Refused {
    Refused::because(Refusal::ReceiptBookKnown)
        .with("prefix", &book.prefix)
        .with("first", book.first_number)
        .with("last", book.last_number)
}

/// The next number of a book, under its lock; none where it is used up or nobody took it in.
///
/// # Errors
/// When it cannot be read.
pub async fn next(db: &mut PgConnection, area: &str, book_id: Uuid) -> Result<Option<i64>> {
    let found: Option<(i64, i64)> = query_as(
        "SELECT first_number, last_number FROM receipt_book
         WHERE pooling_area = $1 AND book_id = $2 FOR UPDATE",
    )
    .bind(area)
    .bind(book_id)
    .fetch_optional(&mut *db)
    .await?;
    let Some((first, last)) = found else {
        return Ok(None);
    };
    let (used,): (Option<i64>,) =
        query_as("SELECT max(number) FROM receipt_form WHERE pooling_area = $1 AND book_id = $2")
            .bind(area)
            .bind(book_id)
            .fetch_one(db)
            .await?;
    let next = used.map_or(first, |used| used.saturating_add(1));
    Ok((next <= last).then_some(next))
}

/// Keeps what was done with a form.
///
/// # Errors
/// When it cannot be written.
pub async fn put(
    db: &mut PgConnection,
    area: &str,
    (book_id, form): (Uuid, &ReceiptForm),
) -> Result<()> {
    let amount = form
        .amount
        .as_ref()
        .map(|money| yuan(Some(money)))
        .transpose()?;
    query(
        "INSERT INTO receipt_form (pooling_area, book_id, number, payer, amount, summary, voided, used_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(area)
    .bind(book_id)
    .bind(form.number)
    .bind(&form.payer)
    .bind(amount)
    .bind(&form.summary)
    .bind(form.voided)
    .bind(day(form.used_on)?)
    .execute(db)
    .await?;
    Ok(())
}

#[derive(FromRow)]
pub(in super::super) struct BookRow {
    pub arrival: i64,
    book_id: Uuid,
    kind: String,
    prefix: String,
    first_number: i64,
    last_number: i64,
    taken_on: Date,
    issued: i64,
    voided: i64,
    amount: Decimal,
}

impl From<BookRow> for ReceiptBook {
    fn from(row: BookRow) -> Self {
        Self {
            book_id: row.book_id.to_string(),
            kind: row.kind,
            prefix: row.prefix,
            first_number: row.first_number,
            last_number: row.last_number,
            taken_on: Some(row.taken_on.into()),
            issued: row.issued,
            voided: row.voided,
            left: row.last_number - row.first_number + 1 - row.issued - row.voided,
            amount: Some(row.amount.into()),
        }
    }
}

/// Books, the last first.
pub(in super::super) async fn books(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<BookRow>> {
    Ok(query_as(
        "SELECT b.arrival, b.book_id, b.kind, b.prefix, b.first_number, b.last_number, b.taken_on,
             f.issued, f.voided, f.amount
         FROM receipt_book b CROSS JOIN LATERAL (
             SELECT count(*) FILTER (WHERE NOT voided) AS issued, count(*) FILTER (WHERE voided) AS voided,
                 COALESCE(sum(amount), 0) AS amount
             FROM receipt_form f WHERE f.pooling_area = b.pooling_area AND f.book_id = b.book_id) f
         WHERE b.pooling_area = $1 AND ($2::bigint IS NULL OR b.arrival < $2)
         ORDER BY b.arrival DESC LIMIT $3",
    )
    .bind(area)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

#[derive(FromRow)]
pub(in super::super) struct FormRow {
    pub number: i64,
    payer: String,
    amount: Option<Decimal>,
    summary: String,
    voided: bool,
    used_on: Date,
}

impl From<FormRow> for ReceiptForm {
    fn from(row: FormRow) -> Self {
        Self {
            number: row.number,
            payer: row.payer,
            amount: row.amount.map(Into::into),
            summary: row.summary,
            voided: row.voided,
            used_on: Some(row.used_on.into()),
        }
    }
}

/// Forms of a book by their numbers.
pub(in super::super) async fn forms(
    db: &mut PgConnection,
    area: &str,
    book_id: Uuid,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<FormRow>> {
    Ok(query_as(
        "SELECT number, payer, amount, summary, voided, used_on FROM receipt_form
         WHERE pooling_area = $1 AND book_id = $2 AND number > $3 ORDER BY number LIMIT $4",
    )
    .bind(area)
    .bind(book_id)
    .bind(after.unwrap_or_default())
    .bind(limit)
    .fetch_all(db)
    .await?)
}
