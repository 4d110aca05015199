//! Every SQL statement of a crate, prepared against the tables that the migrations make.
//!
//! The statements are read from the sources, so a new one is tried as soon as it is written. One that
//! cannot be read is a failure too: SQL is static text.

mod read;

use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

use super::TestService;
use read::Source;

/// The statement in a function of the crate at `manifest_dir`; `place` ends as `case/store.rs, list` does.
///
/// # Panics
/// When there is none.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]
pub fn text(manifest_dir: &str, place: &str) -> String {
    let mut source = Source::default();
    source.read(&std::path::Path::new(manifest_dir).join("src"));
    let mut all = source.statements.into_iter();
    all.find(|statement| statement.place.ends_with(place))
        .expect("a statement there")
        .text
}

/// Prepares every statement in `src` of the crate at `manifest_dir`, as the application role; panics
/// with all that do not fit the tables.
///
/// # Panics
/// When a statement is malformed, names what is not there or is no static text; when there is none.
#[expect(
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]
pub async fn every_one(service: &TestService, manifest_dir: &str) {
    let mut source = Source::default();
    source.read(&std::path::Path::new(manifest_dir).join("src"));
    let mut wrong = source.unread;
    if wrong.is_empty() && source.statements.is_empty() {
        wrong.push(format!("no statement in {manifest_dir}"));
    }
    let pool = service.platform.db().pool();
    let mut worker = pool.acquire().await.expect("a connection");
    for statement in source.statements {
        let text = AssertSqlSafe(statement.text.clone()).into_sql_str();
        if let Err(error) = worker.prepare(text).await {
            wrong.push(format!("{}: {error}\n{}", statement.place, statement.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
