//! The law of a unit: an area's own parameters, read as seldom as may be and never out of date.

use chassis::testing::{AREA, TestService};
use chassis::{Actor, Platform, Result, Unit};
use futures::future::BoxFuture;
use law::Month;
use rust_decimal::Decimal;
use time::macros::date;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::bare;

pub async fn unit(
    platform: &Platform,
    work: impl for<'u> FnOnce(&'u mut Unit) -> BoxFuture<'u, Result<()>>,
) -> Result<()> {
    let actor = Actor::service("registration");
    let done = platform.do_once(&actor, AREA, "test", Uuid::now_v7(), work);
    done.await.map(|done| done.unwrap())
}

/// The area's average wage as a unit knows it; `None` where the area has set none.
async fn wage(unit: &mut Unit) -> Result<Option<Decimal>> {
    let law = unit.law(date!(2026 - 11 - 02)).await?;
    Ok(law
        .decimal("area_average_monthly_wage")
        .ok()
        .map(|w| w.value))
}

async fn set_wage(unit: &mut Unit, value: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO local_parameter (pooling_area, name, from_on, value, source, case_id, set_at)
         VALUES ($1, 'area_average_monthly_wage', '2026-07-01', $2, '深人社发〔2026〕1号', $3, now())",
    )
    .bind(AREA)
    .bind(value)
    .bind(Uuid::now_v7())
    .execute(unit.db())
    .await?;
    Ok(())
}

/// How often the unit has looked into the area's parameters.
async fn looked(unit: &mut Unit) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "SELECT seq_scan + idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'local_parameter'",
    )
    .fetch_one(unit.db())
    .await?)
}

#[tokio::test]
async fn the_law_of_a_dozen_months_is_one_question() {
    let service = TestService::start(bare()).await;
    let months = unit(&service.platform, |unit| {
        Box::pin(async move {
            let mut month = Month::of(date!(2026 - 01 - 01));
            for _ in 0..12 {
                unit.law(month.first_day()).await?;
                month = month.next();
            }
            assert_eq!(looked(unit).await?, 1);
            Ok(())
        })
    });
    months.await.unwrap();
}

#[tokio::test]
async fn a_parameter_set_within_a_unit_is_its_law_from_then_on() {
    let service = TestService::start(bare()).await;
    let set = unit(&service.platform, |unit| {
        Box::pin(async move {
            assert_eq!(wage(unit).await?, None);
            set_wage(unit, "14000.00").await?;
            assert_eq!(wage(unit).await?, Some(Decimal::from(14_000)));
            Ok(())
        })
    });
    set.await.unwrap();
}

#[tokio::test]
async fn a_parameter_that_changes_while_a_unit_waits_is_its_law_from_then_on() {
    const LOCK: &str = "SELECT pg_advisory_xact_lock(20120011)";
    let service = TestService::start(bare()).await;
    let (held, hold) = oneshot::channel();
    let (read, go) = oneshot::channel();
    let setting = unit(&service.platform, |unit| {
        Box::pin(async move {
            sqlx::query(LOCK).execute(unit.db()).await?;
            held.send(()).unwrap();
            go.await.unwrap();
            set_wage(unit, "14000.00").await
        })
    });
    let waiting = unit(&service.platform, |unit| {
        Box::pin(async move {
            hold.await.unwrap();
            assert_eq!(wage(unit).await?, None);
            read.send(()).unwrap();
            sqlx::query(LOCK).execute(unit.db()).await?;
            assert_eq!(wage(unit).await?, Some(Decimal::from(14_000)));
            Ok(())
        })
    });
    let (set, waited) = tokio::join!(setting, waiting);
    set.unwrap();
    waited.unwrap();
}

#[tokio::test]
async fn a_parameter_that_was_undone_with_an_attempt_is_no_law() {
    let service = TestService::start(bare()).await;
    let undone = unit(&service.platform, |unit| {
        Box::pin(async move {
            let attempt = unit.attempt(async |unit| -> Result<()> {
                set_wage(unit, "14000.00").await?;
                assert_eq!(wage(unit).await?, Some(Decimal::from(14_000)));
                Err(chassis::Error::Conflict("meanwhile".to_owned()))
            });
            attempt.await.unwrap_err();
            assert_eq!(wage(unit).await?, None);
            Ok(())
        })
    });
    undone.await.unwrap();
}
