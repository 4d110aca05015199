//! pgbench, which settlements are measured against: the same rows in the same tables, and nothing else.

use std::fmt::Write;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hdrhistogram::Histogram;
use sqlx::{AssertSqlSafe, PgConnection, query_as, query_scalar, raw_sql};

use super::platform::{AREA, Platform};
use crate::process;

/// Clients at a time.
pub const CLIENTS: u64 = 64;

/// Threads of pgbench: the machine's cores are shared with the server.
const THREADS: &str = "2";

/// The tables that a settlement writes, with those of its keys that are different each time.
const TABLES: [(&str, &[&str]); 4] = [
    ("encounter", &["encounter_id", "visit_number"]),
    ("bill_line", &["encounter_id"]),
    ("settlement", &["encounter_id"]),
    ("journal", &["request_id"]),
];

/// A number that no other transaction has, counting up as those of the platform do.
const KEY: &str =
    "('00000000-0000-7000-8000-' || lpad(to_hex(:n::bigint * 64 + :client_id::bigint), 12, '0'))";

/// What pgbench measured.
pub struct Measured {
    /// For as many transactions as were asked for.
    pub took: Duration,
    /// Median of a transaction.
    pub median: Duration,
    /// 99th percentile.
    pub tail: Duration,
}

/// Makes empty tables like those that a settlement writes, as well protected.
pub async fn prepare(db: &mut PgConnection) -> Result<()> {
    let mut made = String::new();
    for (table, _) in TABLES {
        writeln!(
            made,
            "CREATE TABLE peer_{table} (LIKE {table} INCLUDING ALL);"
        )?;
        let party = match table {
            "journal" => "'party'",
            _ => "'employer_id', 'institution_id', 'person_id'",
        };
        writeln!(made, "SELECT protect('peer_{table}', {party});")?;
        if table != "encounter" {
            writeln!(made, "SELECT append_only('peer_{table}');")?;
        }
    }
    raw_sql(AssertSqlSafe(made)).execute(db).await?;
    Ok(())
}

/// Runs so many transactions, each with the rows of the bill that was settled last.
pub async fn run(platform: &Platform, db: &mut PgConnection, bills: u64) -> Result<Measured> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("settle.sql");
    fs::write(&script, script_of(db).await?)?;
    let clients = CLIENTS.min(bills);
    let mut pgbench = Command::new(platform.client_program("pgbench"));
    pgbench
        .args([
            "--no-vacuum",
            "--protocol=prepared",
            "--define=n=0",
            "--log",
        ])
        .args(["--jobs", THREADS, "--client", &clients.to_string()])
        .args(["--transactions", &bills.div_ceil(clients).to_string()])
        .arg("--log-prefix")
        .arg(folder.path().join("log"))
        .arg("--file")
        .arg(&script)
        .arg(platform.owner_url("benefit-review")?)
        .env(
            "PGOPTIONS",
            format!("-c app.pooling_area={AREA} -c app.party="),
        )
        .stdin(Stdio::null());
    let told = tokio::task::spawn_blocking(move || process::run(&mut pgbench)).await??;
    let made = bills.div_ceil(clients) * clients;
    let kept: i64 = query_scalar("SELECT count(*) FROM peer_settlement")
        .fetch_one(db)
        .await?;
    ensure!(
        u64::try_from(kept)? == made,
        "pgbench made {kept} bills\n{told}"
    );
    let latencies = latencies(folder.path())?;
    let rate = told
        .lines()
        .find_map(|line| {
            line.strip_prefix("tps = ")?
                .split(' ')
                .next()?
                .parse::<rust_decimal::Decimal>()
                .ok()
        })
        .context("pgbench tells transactions a second")?;
    let micros = rust_decimal::Decimal::from(bills) * rust_decimal::Decimal::from(1_000_000) / rate;
    let at = |quantile| Duration::from_micros(latencies.value_at_quantile(quantile));
    Ok(Measured {
        took: Duration::from_micros(u64::try_from(micros.round())?),
        median: at(0.5),
        tail: at(0.99),
    })
}

/// How long each transaction took, in microseconds: the third column of the logs.
fn latencies(folder: &std::path::Path) -> Result<Histogram<u64>> {
    let mut took = Histogram::<u64>::new(3)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with("log") {
            continue;
        }
        for line in fs::read_to_string(entry.path())?.lines() {
            let third = line.split(' ').nth(2).context("a line of pgbench's log")?;
            took.record(third.parse()?)?;
        }
    }
    Ok(took)
}

/// One transaction, its values as they stand in the tables.
async fn script_of(db: &mut PgConnection) -> Result<String> {
    let (bill, request): (String, String) = query_as(
        "SELECT (SELECT max(encounter_id::text) FROM settlement),
             (SELECT request_id::text FROM journal ORDER BY at DESC LIMIT 1)",
    )
    .fetch_one(&mut *db)
    .await?;
    let mut script = "\\set n :n + 1\nBEGIN;\n".to_owned();
    for (table, keys) in TABLES {
        let of = match table {
            "journal" => format!("request_id = '{request}'"),
            _ => format!("encounter_id = '{bill}'"),
        };
        let columns: Vec<String> = query_scalar(
            "SELECT attname::text FROM pg_attribute
             WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        )
        .bind(table)
        .fetch_all(&mut *db)
        .await?;
        let values = columns.iter().map(|column| match column.as_str() {
            "visit_number" => format!("$key${KEY}$key$"),
            key if keys.contains(&key) => format!("$key${KEY}::uuid$key$"),
            other => format!("quote_nullable({other}::text)"),
        });
        let values = values.collect::<Vec<_>>().join(", ");
        let rows: Vec<String> = query_scalar(AssertSqlSafe(format!(
            "SELECT '(' || concat_ws(', ', {values}) || ')' FROM {table} WHERE {of}"
        )))
        .fetch_all(&mut *db)
        .await?;
        ensure!(!rows.is_empty(), "{table} has no row of a settlement");
        let (columns, rows) = (columns.join(", "), rows.join(", "));
        writeln!(
            script,
            "INSERT INTO peer_{table} ({columns}) VALUES {rows};"
        )?;
    }
    script.push_str("END;\n");
    Ok(script)
}
