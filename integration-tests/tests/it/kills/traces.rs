//! What a demonstration leaves in the databases of the services, as their superuser sees it.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, query_as, query_scalar};
use xtask::platform::Platform;

/// The databases.
pub struct Traces {
    of: Vec<(&'static str, PgConnection)>,
}

impl Traces {
    /// Connects to them.
    pub async fn open(platform: &Platform) -> Self {
        let mut of = Vec::new();
        for service in [
            "registration",
            "collection",
            "medical-agreement",
            "benefit-review",
            "payment",
        ] {
            let url = platform.database_url(service).unwrap();
            of.push((service, PgConnection::connect(&url).await.unwrap()));
        }
        Self { of }
    }

    /// How much has been done in an area: what grows with every request, slice and item.
    pub async fn count(&mut self, area: &str) -> i64 {
        let mut sum = 0;
        for (_, database) in &mut self.of {
            let count: i64 = query_scalar(
                "SELECT (SELECT count(*) FROM journal WHERE pooling_area = $1 AND operation NOT LIKE 'feed.%')
                      + (SELECT count(*) FROM batch_slice WHERE pooling_area = $1)
                      + (SELECT count(*) FROM run_item WHERE pooling_area = $1)",
            )
            .bind(area)
            .fetch_one(database)
            .await
            .unwrap();
            sum += count;
        }
        sum
    }

    /// How many rows an area has in each table of each service, those of the journal by what was done.
    /// Not counted is how a stream was cut into slices, which differs from one try to the next, and on
    /// how many of the days that go by within seconds a service looked whether the day brings something
    /// about, or how far it had looked; what it brings about is counted.
    pub async fn rows(&mut self, area: &str) -> BTreeMap<String, i64> {
        let mut rows = BTreeMap::new();
        for (service, database) in &mut self.of {
            let tables: Vec<String> = query_scalar(
                "SELECT table_name::text FROM information_schema.columns
                 WHERE table_schema = 'public' AND column_name = 'pooling_area'
                   AND table_name NOT IN ('batch_slice', 'own_wage_comparison')",
            )
            .fetch_all(&mut *database)
            .await
            .unwrap();
            for table in tables {
                let (kind, but) = if table == "journal" {
                    (
                        "operation",
                        "AND operation NOT LIKE ALL (ARRAY['feed.%', 'batch.%', 'daily.%'])",
                    )
                } else {
                    ("''", "")
                };
                let sql = format!(
                    "SELECT {kind}, count(*) FROM {table} WHERE pooling_area = $1 {but} GROUP BY 1"
                );
                let counts: Vec<(String, i64)> = query_as(AssertSqlSafe(sql))
                    .bind(area)
                    .fetch_all(&mut *database)
                    .await
                    .unwrap();
                for (kind, count) in counts {
                    rows.insert(format!("{service}.{table} {kind}"), count);
                }
            }
        }
        rows
    }

    /// The ledger of payments of an area, entry by entry, without the ids that are given anew each time.
    pub async fn payments(&mut self, area: &str) -> Vec<(String,)> {
        let mut of = self.of.iter_mut();
        let (_, payment) = of.find(|(service, _)| *service == "payment").unwrap();
        query_as(
            "SELECT concat_ws(' ', a.payee_name, a.name, e.kind, e.entry, e.month, e.for_month, e.amount, e.booked_on,
                 o.channel, o.amount) AS entry
             FROM ledger_entry e JOIN account a USING (pooling_area, account_id)
             JOIN payment_order o ON o.pooling_area = e.pooling_area AND o.run_id = e.run_id AND o.payee_id = e.payee_id
             WHERE e.pooling_area = $1 ORDER BY entry",
        )
        .bind(area)
        .fetch_all(payment)
        .await
        .unwrap()
    }

    /// The ledger of an area, entry by entry, without the ids that are given anew each time.
    pub async fn ledger(&mut self, area: &str) -> Vec<(String,)> {
        let mut of = self.of.iter_mut();
        let (_, collection) = of.find(|(service, _)| *service == "collection").unwrap();
        query_as(
            "SELECT concat_ws(' ', employer_id, month, account, kind, value_on, booked_on, source_row,
                 amount, received, payment_reference) AS entry
             FROM ledger_entry WHERE pooling_area = $1 ORDER BY entry",
        )
        .bind(area)
        .fetch_all(collection)
        .await
        .unwrap()
    }
}
