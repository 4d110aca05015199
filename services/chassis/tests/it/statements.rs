//! The SQL of the chassis and the tables that it is written for; what would be found if it did not fit.

use std::panic::AssertUnwindSafe;

use chassis::testing::{TestService, statements};
use futures::FutureExt;
use sqlx::{AssertSqlSafe, query_scalar, raw_sql};

use crate::bare;

#[tokio::test]
async fn every_statement_fits_the_tables() {
    let service = TestService::start(bare()).await;
    statements::every_one(&service, env!("CARGO_MANIFEST_DIR")).await;
}

#[tokio::test]
async fn a_queue_comes_in_the_order_of_its_index() {
    let service = TestService::start(bare()).await;
    let list = statements::text(env!("CARGO_MANIFEST_DIR"), "case/store.rs, list");
    let mut worker = service.platform.db().pool().acquire().await.unwrap();
    // Without rows any plan is as good: one that has to sort is taken only where no index has the order.
    let plan = "SET enable_sort = off; SET enable_seqscan = off; SET enable_bitmapscan = off;
                SET app.pooling_area = '440300'; SET app.party = '';";
    raw_sql(plan).execute(&mut *worker).await.unwrap();
    let prepare = format!("PREPARE queue AS {list}");
    raw_sql(AssertSqlSafe(prepare))
        .execute(&mut *worker)
        .await
        .unwrap();
    for after in ["NULL", "'00000000-0000-7000-8000-000000000000'"] {
        let explain = format!("EXPLAIN EXECUTE queue('440300', 3, '', 1, NULL, '', {after}, 101)");
        let lines: Vec<String> = query_scalar(AssertSqlSafe(explain))
            .fetch_all(&mut *worker)
            .await
            .unwrap();
        let plan = lines.join("\n");
        assert!(plan.contains("using case_file_queue"), "{plan}");
        assert!(!plan.contains("Sort"), "{plan}");
    }
}

/// What is said of a crate with this source.
async fn said_of(service: &TestService, source: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    std::fs::write(folder.path().join("src/store.rs"), source).unwrap();
    let looked = statements::every_one(service, folder.path().to_str().unwrap());
    match AssertUnwindSafe(looked).catch_unwind().await {
        Ok(()) => "nothing".to_owned(),
        Err(panic) => match panic.downcast::<String>() {
            Ok(said) => *said,
            Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
        },
    }
}

#[tokio::test]
async fn a_statement_that_does_not_fit_or_cannot_be_read_is_found() {
    let service = TestService::start(bare()).await;
    for (source, said) in [
        (
            r#"const RUNS: &str = "SELECT run_id FROM run"; fn f() { sqlx::query(RUNS); }"#,
            "nothing",
        ),
        ("fn f() {}", "no statement in "),
        (
            r#"fn f() { query_as::<_, Row>("SELECT colour FROM run").fetch_all(db); }"#,
            r#"column "colour" does not exist"#,
        ),
        (r#"fn f() { query("SELEC 1"); }"#, "syntax error"),
        (
            r#"fn f() { join!(query_scalar("SELECT 1 FROM walks").fetch_one(db)); }"#,
            r#"relation "walks" does not exist"#,
        ),
        (
            r#"impl S { fn f(&self) { query_scalar(&format!("SELECT {}", 1)); } }"#,
            "store.rs, f: the statement of `query_scalar` is no static text",
        ),
        (r"fn f(sql: &str) { query(sql); }", "is no static text"),
        (
            r#"fn f() { sqlx::query!("SELECT 1"); }"#,
            "is no static text",
        ),
        (
            r#"fn f() { QueryBuilder::<Postgres>::new("SELECT 1"); }"#,
            "is no static text",
        ),
        (
            r"fn f() { ALL.map(sqlx::query_scalar); }",
            "is no static text",
        ),
        (
            r#"use sqlx::query as ask; fn f() { ask("SELECT 1"); }"#,
            "is no static text",
        ),
    ] {
        let found = said_of(&service, source).await;
        assert!(found.contains(said), "{source}: {found}");
    }
}
