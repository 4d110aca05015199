//! SQL of the catalogues: lists, versions, and what differs between lists.

mod differences;
mod version;

pub use differences::{count_differences, differences};
pub use version::{InForce, NewVersion, VersionRow, in_force, in_force_on, is_set, set, versions};

use std::collections::{HashMap, HashSet};

use chassis::Result;
use contracts::medical_agreement::v1::CatalogueItem;
use rust_decimal::Decimal;
use sqlx::{PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

use super::rules;

/// Rows of a list, column by column.
#[derive(Debug, Default)]
pub struct Arrived<'r> {
    seen: HashSet<&'r str>,
    numbers: Vec<i64>,
    codes: Vec<&'r str>,
    names: Vec<&'r str>,
    price_limits: Vec<Option<Decimal>>,
    contents: Vec<Vec<u8>>,
}

impl<'r> Arrived<'r> {
    /// One more row, where none of them has its code; answers whether none has. What is known here need not be asked
    /// of the database, which would look for the codes of all rows again.
    pub fn push(&mut self, number: i64, item: &'r CatalogueItem) -> bool {
        if !self.seen.insert(&item.code) {
            return false;
        }
        self.numbers.push(number);
        self.codes.push(&item.code);
        self.names.push(&item.name);
        self.price_limits.push(rules::price_limit(item));
        self.contents.push(rules::content(item));
        true
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.numbers.len() as u64
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Their codes.
    #[must_use]
    pub fn codes(&self) -> &[&'r str] {
        &self.codes
    }

    /// Number and code of each.
    pub fn rows(&self) -> impl Iterator<Item = (i64, &'r str)> {
        self.numbers.iter().copied().zip(self.codes.iter().copied())
    }
}

/// Enters rows of a list whose codes are not in it yet; answers how many there were.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    (list_id, kind): (Uuid, i32),
    rows: &Arrived<'_>,
) -> Result<u64> {
    let entered = query(
        "INSERT INTO catalogue_item (pooling_area, list_id, code, row_no, kind, name, price_limit, content)
         SELECT $1, $2, code, row_no, $3, name, price_limit, content
         FROM unnest($4::bigint[], $5::text[], $6::text[], $7::numeric[], $8::bytea[])
             AS arrived (row_no, code, name, price_limit, content)
         ON CONFLICT ON CONSTRAINT catalogue_item_pkey DO NOTHING",
    )
    .bind(area)
    .bind(list_id)
    .bind(kind)
    .bind(&rows.numbers)
    .bind(&rows.codes)
    .bind(&rows.names)
    .bind(&rows.price_limits)
    .bind(&rows.contents)
    .execute(db)
    .await?;
    Ok(entered.rows_affected())
}

/// Where codes stand in a list.
pub async fn row_numbers(
    db: &mut PgConnection,
    area: &str,
    list_id: Uuid,
    codes: &[&str],
) -> Result<Vec<i64>> {
    Ok(query_scalar(
        "SELECT row_no FROM catalogue_item
         WHERE pooling_area = $1 AND list_id = $2 AND code = ANY($3)",
    )
    .bind(area)
    .bind(list_id)
    .bind(codes)
    .fetch_all(db)
    .await?)
}

/// The kind of the items of a list; none while it has no items.
pub async fn kind_of(db: &mut PgConnection, area: &str, list_id: Uuid) -> Result<Option<i32>> {
    Ok(query_scalar(
        "SELECT kind FROM catalogue_item WHERE pooling_area = $1 AND list_id = $2 LIMIT 1",
    )
    .bind(area)
    .bind(list_id)
    .fetch_optional(db)
    .await?)
}

/// Items of lists, as they are kept; those that there are.
pub async fn contents(
    db: &mut PgConnection,
    area: &str,
    keys: &[(Uuid, &str)],
) -> Result<HashMap<(Uuid, String), Vec<u8>>> {
    let (lists, codes): (Vec<Uuid>, Vec<&str>) = keys.iter().copied().unzip();
    let rows: Vec<(Uuid, String, Vec<u8>)> = query_as(
        "SELECT item.list_id, item.code, item.content
         FROM unnest($2::uuid[], $3::text[]) AS asked (list_id, code)
         JOIN catalogue_item item
             ON item.pooling_area = $1 AND item.list_id = asked.list_id AND item.code = asked.code",
    )
    .bind(area)
    .bind(lists)
    .bind(codes)
    .fetch_all(db)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(list, code, item)| ((list, code), item))
        .collect())
}

/// Items of a list whose code begins with a text or whose name has it, in the order of their codes, after one.
pub async fn items(
    db: &mut PgConnection,
    area: &str,
    (list_id, text): (Uuid, &str),
    (after, limit): (Option<&str>, i64),
) -> Result<Vec<Vec<u8>>> {
    Ok(query_scalar(
        "SELECT content FROM catalogue_item
         WHERE pooling_area = $1 AND list_id = $2
             AND ($3 = '' OR starts_with(code, $3) OR strpos(name, $3) > 0)
             AND ($4::text IS NULL OR code > $4)
         ORDER BY code LIMIT $5",
    )
    .bind(area)
    .bind(list_id)
    .bind(text)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
