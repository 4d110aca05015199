//! SQL of the section.

use chassis::wire::{uuid, yuan};
use chassis::{Result, conflict_on};
use contracts::benefit_review::v1::{AdvanceEntry, AdvanceKind, AdvanceNotice};
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

/// Keeps an advance that is taken.
///
/// # Errors
/// A conflict where another was taken for the injury meanwhile.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    (advance_id, notice): (Uuid, &AdvanceNotice),
) -> Result<()> {
    query(
        "INSERT INTO advance (pooling_area, advance_id, injury_id, kind, person_id, employer_id, notice)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(area)
    .bind(advance_id)
    .bind(uuid(&notice.injury_id)?)
    .bind(notice.kind)
    .bind(uuid(&notice.person_id)?)
    .bind(&notice.employer_id)
    .bind(notice.encode_to_vec())
    .execute(db)
    .await
    .map_err(conflict_on(&["advance_once"]))?;
    Ok(())
}

/// An advance as it was taken.
///
/// # Errors
/// When it cannot be read.
pub async fn notice(
    db: &mut PgConnection,
    area: &str,
    advance_id: Uuid,
) -> Result<Option<AdvanceNotice>> {
    let kept: Option<Vec<u8>> =
        query_scalar("SELECT notice FROM advance WHERE pooling_area = $1 AND advance_id = $2")
            .bind(area)
            .bind(advance_id)
            .fetch_optional(db)
            .await?;
    let read = kept.map(|notice| AdvanceNotice::decode(&*notice));
    Ok(read.transpose()?)
}

/// The advance of a kind that was taken for an injury.
///
/// # Errors
/// When it cannot be read.
pub async fn of_injury(
    db: &mut PgConnection,
    area: &str,
    (injury_id, kind): (Uuid, AdvanceKind),
) -> Result<Option<Uuid>> {
    Ok(query_scalar(
        "SELECT advance_id FROM advance WHERE pooling_area = $1 AND injury_id = $2 AND kind = $3",
    )
    .bind(area)
    .bind(injury_id)
    .bind(kind as i32)
    .fetch_optional(db)
    .await?)
}

/// Enters an amount in the ledger.
///
/// # Errors
/// A conflict where the same was recovered meanwhile.
pub async fn book(db: &mut PgConnection, area: &str, entry: &AdvanceEntry) -> Result<()> {
    query(
        "INSERT INTO advance_entry (pooling_area, entry_id, advance_id, kind, debtor, person_id,
             employer_id, amount, balance, document_number, content)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(area)
    .bind(uuid(&entry.entry_id)?)
    .bind(uuid(&entry.advance_id)?)
    .bind(entry.kind)
    .bind(entry.debtor)
    .bind(uuid(&entry.person_id)?)
    .bind(&entry.employer_id)
    .bind(yuan(entry.amount.as_ref())?)
    .bind(yuan(entry.balance.as_ref())?)
    .bind(&entry.document_number)
    .bind(entry.encode_to_vec())
    .execute(db)
    .await
    .map_err(conflict_on(&["advance_recovered_once"]))?;
    Ok(())
}

/// All entries of an advance, the oldest first.
///
/// # Errors
/// When they cannot be read.
pub async fn entries_of(
    db: &mut PgConnection,
    area: &str,
    advance_id: Uuid,
) -> Result<Vec<AdvanceEntry>> {
    let filter = Filter {
        advance_id: Some(advance_id),
        ..Filter::default()
    };
    let rows = entries(db, area, filter, (None, i64::MAX)).await?;
    rows.iter().rev().map(EntryRow::entry).collect()
}

/// All entries of the advances of an injury, the oldest first.
///
/// # Errors
/// When they cannot be read.
pub async fn entries_of_injury(
    db: &mut PgConnection,
    area: &str,
    (person_id, recognition_number): (Uuid, &str),
) -> Result<Vec<AdvanceEntry>> {
    let filter = Filter {
        person_id: Some(person_id),
        ..Filter::default()
    };
    let rows = entries(db, area, filter, (None, i64::MAX)).await?;
    let all = rows.iter().rev().map(EntryRow::entry);
    let mut all = all.collect::<Result<Vec<_>>>()?;
    all.retain(|one| one.recognition_number == recognition_number);
    Ok(all)
}

/// Of these persons those of whose injuries something was booked to an advance.
///
/// # Errors
/// When they cannot be read.
pub async fn persons_with(
    db: &mut PgConnection,
    area: &str,
    person_ids: &[Uuid],
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT DISTINCT person_id FROM advance_entry
         WHERE pooling_area = $1 AND person_id = ANY($2)",
    )
    .bind(area)
    .bind(person_ids)
    .fetch_all(db)
    .await?)
}

/// Which entries are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Of this advance.
    pub advance_id: Option<Uuid>,
    /// Whose injury it is.
    pub person_id: Option<Uuid>,
    /// Who bears the duties of the employer.
    pub employer_id: &'a str,
}

/// An entry of the ledger.
#[derive(Debug, FromRow)]
pub struct EntryRow {
    /// Its place among all entries.
    pub arrival: i64,
    content: Vec<u8>,
}

impl EntryRow {
    /// As it is listed.
    ///
    /// # Errors
    /// When what was kept is none.
    pub fn entry(&self) -> Result<AdvanceEntry> {
        Ok(AdvanceEntry::decode(&*self.content)?)
    }
}

/// Entries of the ledger, the newest first.
///
/// # Errors
/// When they cannot be read.
pub async fn entries(
    db: &mut PgConnection,
    area: &str,
    filter: Filter<'_>,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<EntryRow>> {
    Ok(query_as(
        "SELECT arrival, content FROM advance_entry
         WHERE pooling_area = $1 AND ($2::uuid IS NULL OR advance_id = $2)
             AND ($3::uuid IS NULL OR person_id = $3) AND ($4 = '' OR employer_id = $4)
             AND ($5::bigint IS NULL OR arrival < $5)
         ORDER BY arrival DESC LIMIT $6",
    )
    .bind(area)
    .bind(filter.advance_id)
    .bind(filter.person_id)
    .bind(filter.employer_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
