//! The SQL of the service and the tables that it is written for.

use chassis::testing::statements;

use crate::support::alone;

#[tokio::test]
async fn every_statement_fits_the_tables() {
    statements::every_one(&alone().await, env!("CARGO_MANIFEST_DIR")).await;
}
