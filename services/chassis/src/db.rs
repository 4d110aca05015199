//! The database of a service: one role that owns the tables and migrates, one that works.

use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Postgres, Transaction};

use crate::{Error, Result};

pub(crate) static GROUND: Migrator = sqlx::migrate!("./migrations");

/// A connection that rested for longer is asked whether it still stands before it is used.
const RESTED: Duration = Duration::from_millis(100);

/// The pool of the application role, which owns nothing and is bound by row-level security.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    /// Connections of units beside others, which read: whoever holds a lock that all others in the pool wait
    /// for gets one nevertheless.
    beside: PgPool,
    /// A connection for the question whether the database is there: a full pool is no answer to it.
    probe: PgPool,
}

impl Db {
    /// Connects as the application role.
    ///
    /// # Errors
    /// When the URL is malformed, the database cannot be reached, or the role is not bound by
    /// row-level security.
    pub async fn connect(url: &str, connections: u32) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?
            // Statements work on slices: to compile one takes longer than to run it, and what one sorts or
            // looks up has its place in memory.
            .options([("jit", "off"), ("work_mem", "16MB")])
            .log_statements(tracing::log::LevelFilter::Trace);
        let working = PgPoolOptions::new()
            .max_connections(connections)
            // Longer than slices of uploads keep all connections busy.
            .acquire_timeout(Duration::from_secs(30))
            // PostgreSQL does not go and come back while a connection rests for so short a time: to ask whether it
            // is there would be a round trip more for every unit of a busy service.
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > RESTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            });
        let beside = working.clone().connect_lazy_with(options.clone());
        let pool = working.connect_with(options.clone()).await?;
        let probe = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(2))
            .connect_lazy_with(options);
        let unbound: bool = sqlx::query_scalar(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user",
        )
        .fetch_one(&pool)
        .await?;
        if unbound {
            return Err(Error::internal(
                "the application role bypasses row-level security; give database_url a role without \
                 SUPERUSER and BYPASSRLS",
            ));
        }
        Ok(Self {
            pool,
            beside,
            probe,
        })
    }

    /// The pool, for what belongs to no pooling area, such as cursors of feeds.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Does the database answer, however busy the service is?
    pub async fn is_there(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.probe).await.is_ok()
    }

    /// Opens a transaction that sees `area` (`*` for all) as `party` (empty for all).
    pub(crate) async fn begin(
        &self,
        writing: bool,
        area: &str,
        party: &str,
    ) -> Result<Transaction<'static, Postgres>> {
        let mode = if writing { "" } else { " READ ONLY" };
        open(&self.pool, mode, area, party).await
    }

    /// Opens a transaction as many are opened at a time, each with the same few statements about one thing. They are
    /// planned once for a connection: to plan one of them anew takes longer than to run it.
    pub(crate) async fn begin_often(
        &self,
        area: &str,
        party: &str,
    ) -> Result<Transaction<'static, Postgres>> {
        let mode = "; SET LOCAL plan_cache_mode = force_generic_plan";
        open(&self.pool, mode, area, party).await
    }

    /// Opens a transaction beside another one, which reads.
    pub(crate) async fn begin_beside(
        &self,
        area: &str,
        party: &str,
    ) -> Result<Transaction<'static, Postgres>> {
        open(&self.beside, " READ ONLY", area, party).await
    }
}

async fn open(
    pool: &PgPool,
    mode: &str,
    area: &str,
    party: &str,
) -> Result<Transaction<'static, Postgres>> {
    let known = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '*' | '@' | '?'))
    };
    if !known(area) || !known(party) {
        return Err(Error::Denied(
            "统筹地区或身份编号含有不允许的字符。".to_owned(),
        ));
    }
    // One round trip: the settings travel with BEGIN.
    let statement = format!(
        "BEGIN{mode}; SET LOCAL app.pooling_area = '{area}'; SET LOCAL app.party = '{party}'"
    );
    let pool = pool.clone();
    // In a task that a caller who gives up does not end: BEGIN cut off in flight would leave the
    // connection in a transaction that nobody ends. A transaction that nobody waits for rolls back.
    #[expect(
        clippy::disallowed_methods,
        reason = "as short as BEGIN, and ended with the pool"
    )]
    let begun = tokio::spawn(async move { pool.begin_with(AssertSqlSafe(statement)).await });
    Ok(begun.await.map_err(Error::internal)??)
}

/// Brings the database of a service to the present: the chassis's own tables, then the service's.
///
/// `worker` is the application role; it is granted the use of every table that the owner makes.
///
/// # Errors
/// When a migration fails or one that was applied has since been changed.
pub async fn migrate(owner_url: &str, worker: &str, service: &Migrator) -> Result<()> {
    let mut connection = PgConnectOptions::from_str(owner_url)?.connect().await?;
    // Replicas start together, and grants do not wait for each other as migrations do. Held until the
    // connection ends.
    sqlx::raw_sql("SELECT pg_advisory_lock(hashtextextended('migrate', 0))")
        .execute(&mut connection)
        .await?;
    for grant in [
        format!("GRANT USAGE ON SCHEMA public TO \"{worker}\""),
        format!(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public \
             GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO \"{worker}\""
        ),
        format!(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO \"{worker}\""
        ),
    ] {
        sqlx::raw_sql(AssertSqlSafe(grant))
            .execute(&mut connection)
            .await?;
    }
    let all = GROUND.iter().chain(service.iter()).cloned().collect();
    Migrator::with_migrations(all)
        .run(&mut connection)
        .await
        .map_err(what_to_do)
}

/// Migrations are edited in place until they are released, and a database keeps what it was made with.
fn what_to_do(error: MigrateError) -> Error {
    match error {
        MigrateError::VersionMismatch(version) | MigrateError::VersionMissing(version) => {
            Error::internal(format!(
                "the database was made by another version of the program: its migration {version} is \
                 not the one that this program has; under development, remove the folder `.local` and \
                 start again; in production, deploy the version that fits the database"
            ))
        }
        error => Error::internal(error),
    }
}

/// The user name in a database URL.
///
/// # Errors
/// When the URL is malformed.
pub fn role_of(url: &str) -> Result<String> {
    Ok(PgConnectOptions::from_str(url)?.get_username().to_owned())
}
