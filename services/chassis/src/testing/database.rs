//! A database for each test, copied from one that was migrated once.

use std::collections::BTreeMap;
use std::str::FromStr;

use contracts::reflect::digest;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, query_as, query_scalar, raw_sql};
use uuid::Uuid;

use crate::{Service, db};

const OWNER: &str = "test_owner";
const WORKER: &str = "test_worker";
const PASSWORD: &str = "test";

/// A database of its own for one test. It stays until the server is cleaned: dropping it here would
/// wait for connections that the test's own runtime has begun and no longer drives.
pub struct Database {
    pub worker_url: String,
}

impl Database {
    #[expect(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    pub async fn create(service: &Service) -> Self {
        let mut server = connect_to(server()).await;
        // One test at a time looks whether the roles and the template are there.
        run(&mut server, "SELECT pg_advisory_lock(20120011)").await;
        for role in [OWNER, WORKER] {
            if !is_there(
                &mut server,
                "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)",
                role,
            )
            .await
            {
                run(
                    &mut server,
                    &format!("CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'"),
                )
                .await;
            }
        }
        let template = template_name(service);
        let known = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)";
        if !is_there(&mut server, known, &template).await {
            run(&mut server, &format!("DROP DATABASE IF EXISTS {template}")).await;
            run(
                &mut server,
                &format!("CREATE DATABASE {template} OWNER {OWNER}"),
            )
            .await;
            db::migrate(&url(OWNER, &template), WORKER, service.tables())
                .await
                .expect("migrations");
            run(
                &mut server,
                &format!("ALTER DATABASE {template} IS_TEMPLATE true"),
            )
            .await;
        }
        run(&mut server, "SELECT pg_advisory_unlock(20120011)").await;
        let name = format!("test_{}", Uuid::now_v7().simple());
        run(
            &mut server,
            &format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}"),
        )
        .await;
        Self {
            worker_url: url(WORKER, &name),
        }
    }
}

/// What each table holds: its rows counted and digested, whoever may see them.
#[expect(
    clippy::expect_used,
    reason = "a test that cannot look at its database has failed"
)]
pub async fn contents(db: &db::Db) -> BTreeMap<String, String> {
    let options = db.pool().connect_options();
    let name = options.get_database().expect("a database");
    let mut server = connect_to(server().database(name)).await;
    let tables: Vec<String> =
        query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
            .fetch_all(&mut server)
            .await
            .expect("the tables");
    let each: Vec<String> = tables
        .iter()
        .map(|table| {
            format!(
                "SELECT '{table}', count(*) || ':' || \
                 coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') \
                 FROM \"{table}\" t"
            )
        })
        .collect();
    query_as(AssertSqlSafe(each.join(" UNION ALL ")))
        .fetch_all(&mut server)
        .await
        .expect("the contents of the tables")
        .into_iter()
        .collect()
}

/// Changes with the migrations, so that a template is never stale.
fn template_name(service: &Service) -> String {
    let sums: Vec<u8> = db::GROUND
        .iter()
        .chain(service.tables().iter())
        .flat_map(|migration| migration.checksum.to_vec())
        .collect();
    format!(
        "template_{}_{}",
        service.name().replace('-', "_"),
        &digest(&sums)[..16]
    )
}

#[expect(
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]
#[expect(
    clippy::disallowed_methods,
    reason = "tests have no configuration file"
)]
fn server() -> PgConnectOptions {
    let url = std::env::var("WORKINJURY_TEST_DATABASE").expect(
        "WORKINJURY_TEST_DATABASE names no PostgreSQL server: run `eval \"$(cargo xtask up \
         --infrastructure)\"` first, or `scripts/test`",
    );
    PgConnectOptions::from_str(&url).expect("WORKINJURY_TEST_DATABASE is a URL")
}

fn url(role: &str, database: &str) -> String {
    let server = server();
    format!(
        "postgres://{role}:{PASSWORD}@{}:{}/{database}",
        server.get_host(),
        server.get_port()
    )
}

#[expect(
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]
async fn connect_to(options: PgConnectOptions) -> PgConnection {
    let connected = options
        .log_statements(tracing::log::LevelFilter::Trace)
        .connect()
        .await;
    connected.expect("the server of WORKINJURY_TEST_DATABASE answers")
}

#[expect(
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]
async fn run(server: &mut PgConnection, statement: &str) {
    raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(server)
        .await
        .expect("the statement runs");
}

#[expect(
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]
async fn is_there(server: &mut PgConnection, question: &'static str, name: &str) -> bool {
    query_scalar(question)
        .bind(name)
        .fetch_one(server)
        .await
        .expect("the question is answered")
}
