//! `COPY`, which most scenarios are measured against: the fastest way into a table.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, PgConnection, raw_sql};

/// Bytes of a message.
const CHUNK: usize = 64 << 10;

/// What a query answers, as `COPY` reads it.
pub async fn out(db: &mut PgConnection, query: &str) -> Result<Vec<u8>> {
    let chunks = db
        .copy_out_raw(&format!("COPY ({query}) TO STDOUT"))
        .await?;
    let all = chunks.try_fold(Vec::new(), |mut all, chunk| async move {
        all.extend_from_slice(&chunk);
        Ok(all)
    });
    Ok(all.await?)
}

/// Makes the empty table `peer` with the columns, keys and constraints of another.
pub async fn peer_like(db: &mut PgConnection, table: &str) -> Result<()> {
    let made = format!("CREATE TABLE peer (LIKE {table} INCLUDING ALL)");
    raw_sql(AssertSqlSafe(made)).execute(db).await?;
    Ok(())
}

/// Copies rows into the table `peer`; answers how many there were, and how long it took.
pub async fn into_peer(db: &mut PgConnection, rows: &[u8]) -> Result<(u64, Duration)> {
    let begun = Instant::now();
    let mut copy = db.copy_in_raw("COPY peer FROM STDIN").await?;
    for chunk in rows.chunks(CHUNK) {
        copy.send(chunk).await?;
    }
    let copied = copy.finish().await?;
    Ok((copied, begun.elapsed()))
}
