//! SQL of what differs between two lists.

use chassis::Result;
use chassis::wire::count;
use contracts::medical_agreement::v1::CatalogueDifferences;
use sqlx::{FromRow, PgConnection, query_as};
use uuid::Uuid;

#[derive(FromRow)]
struct Counted {
    added: i64,
    removed: i64,
    changed: i64,
    price_raised: i64,
    price_lowered: i64,
    unchanged: i64,
}

/// How many items of a list (the second) differ from those of another (the first, if there is one). What is
/// not limited is above every limit.
pub async fn count_differences(
    db: &mut PgConnection,
    area: &str,
    (before, after): (Option<Uuid>, Uuid),
) -> Result<CatalogueDifferences> {
    let counted: Counted = query_as(
        "SELECT count(*) FILTER (WHERE b.code IS NULL) AS added,
             count(*) FILTER (WHERE a.code IS NULL) AS removed,
             count(*) FILTER (WHERE a.content <> b.content) AS changed,
             count(*) FILTER (WHERE a.price_limit > b.price_limit) AS price_raised,
             count(*) FILTER (WHERE a.price_limit < b.price_limit) AS price_lowered,
             count(*) FILTER (WHERE a.content = b.content) AS unchanged
         FROM (SELECT code, coalesce(price_limit, 'infinity') AS price_limit, content
               FROM catalogue_item WHERE pooling_area = $1 AND list_id = $2) b
         FULL JOIN (SELECT code, coalesce(price_limit, 'infinity') AS price_limit, content
               FROM catalogue_item WHERE pooling_area = $1 AND list_id = $3) a USING (code)",
    )
    .bind(area)
    .bind(before)
    .bind(after)
    .fetch_one(db)
    .await?;
    Ok(CatalogueDifferences {
        added: count(counted.added),
        removed: count(counted.removed),
        changed: count(counted.changed),
        price_raised: count(counted.price_raised),
        price_lowered: count(counted.price_lowered),
        unchanged: count(counted.unchanged),
    })
}

/// An item that is not the same in two lists, as it is in each.
#[derive(Debug, FromRow)]
pub struct Differing {
    /// Its code.
    pub code: String,
    /// In the list before.
    pub before: Option<Vec<u8>>,
    /// In the list after it.
    pub after: Option<Vec<u8>>,
}

/// Items of a list (the second) that differ from those of another (the first, if there is one), in the order
/// of their codes, after one.
pub async fn differences(
    db: &mut PgConnection,
    area: &str,
    (before, after): (Option<Uuid>, Uuid),
    (after_code, limit): (Option<&str>, i64),
) -> Result<Vec<Differing>> {
    Ok(query_as(
        "SELECT code, b.content AS before, a.content AS after
         FROM (SELECT code, content FROM catalogue_item
               WHERE pooling_area = $1 AND list_id = $2 AND ($4::text IS NULL OR code > $4)) b
         FULL JOIN (SELECT code, content FROM catalogue_item
               WHERE pooling_area = $1 AND list_id = $3 AND ($4::text IS NULL OR code > $4)) a
             USING (code)
         WHERE a.content IS DISTINCT FROM b.content
         ORDER BY code LIMIT $5",
    )
    .bind(area)
    .bind(before)
    .bind(after)
    .bind(after_code)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
