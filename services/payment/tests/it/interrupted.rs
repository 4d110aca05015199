//! A payroll whose service stops in the midst of it: article 80.

use chassis::testing::{AREA, eventually};
use contracts::common::v1::RunState;

use crate::support::*;

/// Paid in three slices.
const PERSONS: u128 = 2_500;

// Art. 80
#[tokio::test]
async fn a_payroll_that_is_interrupted_goes_on_and_pays_everybody_once() {
    let mut service = alone().await;
    let told: Vec<_> = (1..=PERSONS).map(bill_of).collect();
    decide(&service, &told).await;
    let run = preview(&service, &order("2026-11")).await;
    // Somebody holds the account of the last payee: the slice that pays it waits.
    let pool = service.platform.db().pool().clone();
    let mut holds = pool.begin().await.unwrap();
    let area = "SELECT set_config('app.pooling_area', $1, true), set_config('app.party', '', true)";
    sqlx::query(area)
        .bind(AREA)
        .execute(&mut *holds)
        .await
        .unwrap();
    let last = "SELECT account_id FROM account WHERE payee_id = (SELECT payee_id FROM payee ORDER BY payee_id DESC LIMIT 1) FOR UPDATE";
    sqlx::query(last).execute(&mut *holds).await.unwrap();
    service.sign_off_run(&handler(), &run).await.unwrap();
    let two_slices = async || {
        let run = service
            .run_when(&handler(), &run.run_id, |_| true)
            .await
            .unwrap();
        (run.items_done == 2_000).then_some(run)
    };
    let seen = eventually(two_slices).await;
    assert_eq!(seen.state(), RunState::TakingEffect);
    // Another goes on where it was, beside one that is at work on the same.
    service = service.replace(payment::service()).await;
    let beside = service.beside(payment::service()).await;
    holds.rollback().await.unwrap();
    let done = service.run_done(&handler(), &run.run_id).await.unwrap();
    assert_eq!((done.error.as_str(), done.items_done), ("", 2_500));
    drop(beside);

    let payroll = payrolls(&service).await.remove(0);
    assert_eq!(
        (payroll.orders, yuan(payroll.total.as_ref())),
        (2_500, "3126250.00".to_owned())
    );
    let sums = |one: &contracts::payment::v1::PayrollSum| one.lines;
    assert_eq!(payroll.sums.iter().map(sums).sum::<i64>(), 2_500);
    let next = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(next.orders, 0);
}

/// `n` yuan for employer `n`: each is a payee without a bank account here.
fn bill_of(n: u128) -> contracts::benefit_review::v1::Benefit {
    use contracts::benefit_review::v1::PayeeKind;
    contracts::benefit_review::v1::Benefit {
        payee: PayeeKind::Employer as i32,
        payee_id: format!("91440300{n:09}X"),
        ..bill(n, &format!("{n}.00"))
    }
}
