//! SQL of the books: months, vouchers and entries.

pub mod read;

use chassis::{Result, conflict_on};
use contracts::finance::v1::SourceDocument;
use law::Month;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;

use super::Place;
use super::rules::{self, Draft};

/// The last month that was closed.
///
/// # Errors
/// When it cannot be read.
pub async fn last_closed(db: &mut PgConnection, area: &str) -> Result<Option<Month>> {
    let last: Option<Date> = query_scalar(
        "SELECT max(month) FROM period WHERE pooling_area = $1 AND closed_on IS NOT NULL",
    )
    .bind(area)
    .fetch_one(db)
    .await?;
    Ok(last.map(Month::of))
}

/// Locks months that are open, in their order, and answers how many of them are.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_open(db: &mut PgConnection, area: &str, months: &[Month]) -> Result<usize> {
    let open: Vec<Date> = query_scalar(
        "SELECT month FROM period
         WHERE pooling_area = $1 AND month = ANY ($2) AND closed_on IS NULL
         ORDER BY month FOR NO KEY UPDATE",
    )
    .bind(area)
    .bind(first_days(months))
    .fetch_all(db)
    .await?;
    Ok(open.len())
}

/// Opens months that nobody has opened yet.
///
/// # Errors
/// When the database does not answer.
pub async fn open(db: &mut PgConnection, area: &str, months: &[Month]) -> Result<()> {
    query(
        "INSERT INTO period (pooling_area, month) SELECT $1, * FROM unnest($2::date[])
         ON CONFLICT ON CONSTRAINT period_pkey DO NOTHING",
    )
    .bind(area)
    .bind(first_days(months))
    .execute(db)
    .await?;
    Ok(())
}

/// Which of the documents were entered before, and where.
///
/// # Errors
/// When they cannot be read.
pub async fn entered(
    db: &mut PgConnection,
    area: &str,
    drafts: &[Draft],
) -> Result<Vec<((SourceDocument, String), Place)>> {
    let rows: Vec<(i32, String, Date, i32)> = query_as(
        "SELECT v.document, v.document_number, v.month, v.number
         FROM unnest($2::int[], $3::text[]) AS asked (document, document_number)
         JOIN voucher v ON v.pooling_area = $1 AND v.document = asked.document
             AND v.document_number = asked.document_number",
    )
    .bind(area)
    .bind(documents(drafts.iter()))
    .bind(
        drafts
            .iter()
            .map(|one| &*one.document_number)
            .collect::<Vec<_>>(),
    )
    .fetch_all(db)
    .await?;
    let known = rows
        .into_iter()
        .map(|(document, number_of, month, number)| {
            let document = SourceDocument::try_from(document).unwrap_or_default();
            let place = Place {
                month: Month::of(month),
                number,
                is_new: false,
            };
            ((document, number_of), place)
        });
    Ok(known.collect())
}

/// The last number of each of the months that have one.
///
/// # Errors
/// When they cannot be read.
pub async fn last_numbers(
    db: &mut PgConnection,
    area: &str,
    months: &[Month],
) -> Result<Vec<(Month, i32)>> {
    let rows: Vec<(Date, Option<i32>)> = query_as(
        "SELECT asked.month, (SELECT max(number) FROM voucher v
             WHERE v.pooling_area = $1 AND v.month = asked.month)
         FROM unnest($2::date[]) AS asked (month)",
    )
    .bind(area)
    .bind(first_days(months))
    .fetch_all(db)
    .await?;
    let known = rows.into_iter();
    Ok(known
        .filter_map(|(month, number)| Some((Month::of(month), number?)))
        .collect())
}

/// Enters vouchers with their lines.
///
/// # Errors
/// A conflict where somebody entered a document or corrected a voucher meanwhile.
pub async fn insert(db: &mut PgConnection, area: &str, vouchers: &[(&Draft, Place)]) -> Result<()> {
    if vouchers.is_empty() {
        return Ok(());
    }
    insert_vouchers(db, area, vouchers).await?;
    insert_entries(db, area, vouchers).await
}

async fn insert_vouchers(
    db: &mut PgConnection,
    area: &str,
    vouchers: &[(&Draft, Place)],
) -> Result<()> {
    let drafts = || vouchers.iter().map(|(draft, _)| *draft);
    let places = || vouchers.iter().map(|(_, place)| place);
    let booked = vouchers.iter();
    let booked = booked.map(|(draft, place)| draft.booked_on(place.month));
    let lines = drafts().map(|one| i32::try_from(one.lines.len()).unwrap_or(i32::MAX));
    let corrects = || drafts().map(|one| one.corrects);
    query(
        "INSERT INTO voucher (pooling_area, month, number, kind, document, document_number, document_on, booked_on,
             summary, amount, lines, corrects_month, corrects_number, made_by)
         SELECT $1, * FROM unnest($2::date[], $3::int[], $4::int[], $5::int[], $6::text[], $7::date[], $8::date[],
             $9::text[], $10::numeric[], $11::int[], $12::date[], $13::int[], $14::text[])",
    )
    .bind(area)
    .bind(places().map(|one| one.month.first_day()).collect::<Vec<_>>())
    .bind(places().map(|one| one.number).collect::<Vec<_>>())
    .bind(drafts().map(|one| rules::kind(&one.lines) as i32).collect::<Vec<_>>())
    .bind(documents(drafts()))
    .bind(drafts().map(|one| &*one.document_number).collect::<Vec<_>>())
    .bind(drafts().map(|one| one.document_on).collect::<Vec<_>>())
    .bind(booked.collect::<Vec<_>>())
    .bind(drafts().map(|one| &*one.summary).collect::<Vec<_>>())
    .bind(drafts().map(Draft::amount).collect::<Vec<_>>())
    .bind(lines.collect::<Vec<_>>())
    .bind(corrects().map(|one| one.map(|(month, _)| month.first_day())).collect::<Vec<_>>())
    .bind(corrects().map(|one| one.map(|(_, number)| number)).collect::<Vec<_>>())
    .bind(drafts().map(|one| &*one.made_by).collect::<Vec<_>>())
    .execute(db)
    .await
    .map_err(conflict_on(&["voucher_pkey", "voucher_document_key", "voucher_corrects_key"]))?;
    Ok(())
}

async fn insert_entries(
    db: &mut PgConnection,
    area: &str,
    vouchers: &[(&Draft, Place)],
) -> Result<()> {
    let entries = || {
        vouchers.iter().flat_map(|(draft, place)| {
            let numbered = (1_i32..).zip(&draft.lines);
            numbered.map(move |(number, line)| (place, number, line))
        })
    };
    query(
        "INSERT INTO entry (pooling_area, month, number, line, account, debit, credit)
         SELECT $1, * FROM unnest($2::date[], $3::int[], $4::int[], $5::text[], $6::numeric[], $7::numeric[])",
    )
    .bind(area)
    .bind(entries().map(|(place, ..)| place.month.first_day()).collect::<Vec<_>>())
    .bind(entries().map(|(place, ..)| place.number).collect::<Vec<_>>())
    .bind(entries().map(|(_, number, _)| number).collect::<Vec<_>>())
    .bind(entries().map(|(.., line)| &*line.account).collect::<Vec<_>>())
    .bind(entries().map(|(.., line)| line.debit).collect::<Vec<_>>())
    .bind(entries().map(|(.., line)| line.credit).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

fn first_days(months: &[Month]) -> Vec<Date> {
    months.iter().map(|month| month.first_day()).collect()
}

fn documents<'d>(drafts: impl Iterator<Item = &'d Draft>) -> Vec<i32> {
    drafts.map(|one| one.document as i32).collect()
}
