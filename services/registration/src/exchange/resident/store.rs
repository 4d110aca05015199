//! SQL of the notices of public security.

use chassis::{Numbered, Page, Result, wire};
use contracts::registration::v1::{ResidentNotice, ResidentNoticeRecord};
use sqlx::{FromRow, PgConnection, query, query_as};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use chassis::wire::maybe_day;

/// A notice, as kept.
#[derive(FromRow)]
pub struct NoticeRow {
    /// Given when it came.
    pub notice_id: Uuid,
    /// Where it stands among all notices.
    pub arrival: i64,
    notice_number: String,
    kind: i32,
    citizen_id: String,
    name: String,
    new_citizen_id: String,
    new_name: String,
    happened_on: Date,
    address: String,
    parent_citizen_id: String,
    person_id: Option<Uuid>,
    took_effect: bool,
    received_at: OffsetDateTime,
}

impl From<NoticeRow> for ResidentNoticeRecord {
    fn from(row: NoticeRow) -> Self {
        Self {
            notice_id: row.notice_id.to_string(),
            notice: Some(ResidentNotice {
                notice_number: row.notice_number,
                kind: row.kind,
                citizen_id: row.citizen_id,
                name: row.name,
                new_citizen_id: row.new_citizen_id,
                new_name: row.new_name,
                happened_on: Some(row.happened_on.into()),
                address: row.address,
                parent_citizen_id: row.parent_citizen_id,
            }),
            person_id: row.person_id.map(|id| id.to_string()).unwrap_or_default(),
            took_effect: row.took_effect,
            received_at: Some(wire::timestamp(row.received_at)),
        }
    }
}

/// Those of the notices' numbers that came before: from whoever sent them, or, where public security sends
/// them itself, from itself. Its own come first.
pub async fn of_numbers(
    db: &mut PgConnection,
    area: &str,
    by_hand: bool,
    rows: &[Numbered<ResidentNotice>],
) -> Result<Vec<ResidentNoticeRecord>> {
    let rows: Vec<NoticeRow> = query_as(
        "SELECT * FROM resident_notice
         WHERE pooling_area = $1 AND notice_number = ANY($2) AND ($3 OR NOT by_hand)
         ORDER BY by_hand",
    )
    .bind(area)
    .bind(numbers(rows))
    .bind(by_hand)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Those with the notices' numbers that a clerk entered and that contradicted nothing about somebody insured.
pub async fn entered(
    db: &mut PgConnection,
    area: &str,
    rows: &[Numbered<ResidentNotice>],
) -> Result<Vec<ResidentNoticeRecord>> {
    let rows: Vec<NoticeRow> = query_as(
        "SELECT * FROM resident_notice n
         WHERE pooling_area = $1 AND notice_number = ANY($2) AND by_hand AND person_id IS NOT NULL
           AND NOT EXISTS (
               SELECT FROM difference d WHERE d.pooling_area = $1 AND d.notice_id = n.notice_id)",
    )
    .bind(area)
    .bind(numbers(rows))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

fn numbers(rows: &[Numbered<ResidentNotice>]) -> Vec<&str> {
    rows.iter()
        .map(|numbered| numbered.row.notice_number.as_str())
        .collect()
}

/// A notice to be kept.
pub struct New<'a> {
    /// Given now.
    pub notice_id: Uuid,
    /// What it says.
    pub notice: &'a ResidentNotice,
    /// The insured person that it is about.
    pub person_id: Option<Uuid>,
    /// The register was changed by it.
    pub took_effect: bool,
}

/// Keeps notices, entered by hand or sent by public security.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    new: &[New<'_>],
    (by_hand, received_at): (bool, OffsetDateTime),
) -> Result<()> {
    fn column<'a, T>(new: &[New<'a>], value: impl Fn(&'a ResidentNotice) -> T) -> Vec<T> {
        new.iter().map(|new| value(new.notice)).collect()
    }
    query(
        "INSERT INTO resident_notice (pooling_area, received_at, by_hand, notice_id, person_id, took_effect,
             notice_number, kind, citizen_id, name, new_citizen_id, new_name, happened_on, address,
             parent_citizen_id)
         SELECT $1, $2, $3, new.* FROM unnest($4::uuid[], $5::uuid[], $6::boolean[], $7::text[], $8::int[],
             $9::text[], $10::text[], $11::text[], $12::text[], $13::date[], $14::text[], $15::text[])
             AS new",
    )
    .bind(area)
    .bind(received_at)
    .bind(by_hand)
    .bind(new.iter().map(|new| new.notice_id).collect::<Vec<_>>())
    .bind(new.iter().map(|new| new.person_id).collect::<Vec<_>>())
    .bind(new.iter().map(|new| new.took_effect).collect::<Vec<_>>())
    .bind(column(new, |notice| notice.notice_number.as_str()))
    .bind(column(new, |notice| notice.kind))
    .bind(column(new, |notice| notice.citizen_id.as_str()))
    .bind(column(new, |notice| notice.name.as_str()))
    .bind(column(new, |notice| notice.new_citizen_id.as_str()))
    .bind(column(new, |notice| notice.new_name.as_str()))
    .bind(column(new, |notice| maybe_day(notice.happened_on)))
    .bind(column(new, |notice| notice.address.as_str()))
    .bind(column(new, |notice| notice.parent_citizen_id.as_str()))
    .execute(db)
    .await?;
    Ok(())
}

/// Notices about a person (none: all), newest first.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    person_id: Option<Uuid>,
    page: &Page,
) -> Result<Vec<NoticeRow>> {
    Ok(query_as(
        "SELECT * FROM resident_notice
         WHERE pooling_area = $1 AND ($2::uuid IS NULL OR person_id = $2)
           AND ($3::bigint IS NULL OR arrival < $3)
         ORDER BY arrival DESC LIMIT $4",
    )
    .bind(area)
    .bind(person_id)
    .bind(page.after::<i64>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}
