//! The database of a service: replicas that start together, and a pool that is full.

use std::time::Duration;

use chassis::Config;
use chassis::testing::TestService;
use sqlx::{Connection, PgConnection, raw_sql};

use crate::bare;
use crate::law::unit;

#[tokio::test]
async fn replicas_that_start_together_migrate_one_after_the_other() {
    let service = TestService::start(bare()).await;
    let (config, owner_url) = owned(&service);
    let mut owner = PgConnection::connect(&owner_url).await.unwrap();
    for _ in 0..8 {
        // As on the first day, when everything is still to be granted.
        raw_sql(
            "REVOKE USAGE ON SCHEMA public FROM test_worker;
             ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM test_worker;
             ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM test_worker",
        )
        .execute(&mut owner)
        .await
        .unwrap();
        let replicas = (0..16).map(|_| async { bare().migrate(&config).await });
        for migrated in futures::future::join_all(replicas).await {
            migrated.unwrap();
        }
    }
}

#[tokio::test]
async fn a_database_that_another_version_made_says_what_to_do() {
    for made in [
        "UPDATE _sqlx_migrations SET checksum = '' WHERE version = 1",
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of a later version', true, '', 0)",
    ] {
        let service = TestService::start(bare()).await;
        let (config, owner_url) = owned(&service);
        let mut owner = PgConnection::connect(&owner_url).await.unwrap();
        raw_sql(made).execute(&mut owner).await.unwrap();
        let said = bare().migrate(&config).await.unwrap_err().to_string();
        assert!(said.contains("remove the folder `.local`"), "{said}");
        assert!(said.contains("deploy the version that fits"), "{said}");
    }
}

/// The settings with which the service migrates its database, and the URL of the owner.
fn owned(service: &TestService) -> (Config, String) {
    let options = service.platform.db().pool().connect_options();
    let url = |role: &str| {
        let (host, port) = (options.get_host(), options.get_port());
        let database = options.get_database().unwrap();
        format!("postgres://{role}:test@{host}:{port}/{database}")
    };
    let config = Config {
        database_url: Some(url("test_worker")),
        owner_database_url: Some(url("test_owner")),
        ..Config::default()
    };
    (config, url("test_owner"))
}

#[tokio::test]
async fn a_unit_reads_beside_itself_while_all_others_wait_for_it() {
    let service = TestService::start(bare()).await;
    let pool = service.platform.db().pool();
    let (asked, answered) = tokio::sync::oneshot::channel();
    let begun = unit(&service.platform, |unit| {
        Box::pin(async move {
            answered.await.unwrap();
            let mut beside = unit.beside().await?;
            let one: i32 = sqlx::query_scalar("SELECT 1")
                .fetch_one(beside.db())
                .await?;
            assert_eq!(one, 1);
            Ok(())
        })
    });
    let rest = async {
        let mut at_work = Vec::new();
        for _ in 1..pool.options().get_max_connections() {
            at_work.push(pool.acquire().await.unwrap());
        }
        asked.send(()).unwrap();
        at_work
    };
    let both = async { tokio::join!(begun, rest) };
    let (done, _at_work) = tokio::time::timeout(Duration::from_secs(20), both)
        .await
        .unwrap();
    done.unwrap();
}

#[tokio::test]
async fn a_database_whose_connections_are_all_at_work_is_there() {
    let service = TestService::start(bare()).await;
    let db = service.platform.db();
    let mut at_work = Vec::new();
    for _ in 0..db.pool().options().get_max_connections() {
        at_work.push(db.pool().acquire().await.unwrap());
    }
    let asked = tokio::time::timeout(Duration::from_secs(5), db.is_there());
    assert_eq!(asked.await, Ok(true));
}
