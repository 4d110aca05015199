//! What the contracts do not allow.

use chassis::testing::sweep;

use crate::support::alone;

#[tokio::test]
async fn every_rpc_says_why_not_and_changes_nothing() {
    sweep::every_rpc(&alone().await).await;
}
