//! What is told, and what is ordered, while an assessment or a floating run is under way: articles 10,
//! 26 and 28; and the order of locks.

use std::sync::Arc;
use std::time::Duration;

use chassis::testing::{AREA, TestService, eventually, reason};
use chassis::{Actor, Reaction, Unit};
use collection::assessment::store::Assessed;
use collection::reactions::Registration;
use collection::{assessment as months, ledger};
use contracts::collection::v1::{
    AssessmentBasis, Mineral, MonthSummary, RateFloatingOrder, SmallMineDeclaration,
    SmallMineMethod,
};
use contracts::common::v1::RunState;
use futures::future::BoxFuture;
use rust_decimal::Decimal;
use time::macros::date;
use tokio::sync::Notify;
use tokio::time::timeout;
use uuid::Uuid;

use crate::project::{building, change};
use crate::rate;
use crate::support::*;

/// Does anybody wait for the lock that keeps what counts from changing?
pub async fn somebody_waits(service: &TestService) -> bool {
    let waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
    let pool = service.platform.db().pool();
    sqlx::query_scalar(waiting).fetch_one(pool).await.unwrap()
}

// Art. 28
#[tokio::test]
async fn an_assessment_waits_for_what_the_feed_is_writing_and_counts_it() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2026 - 10 - 16)));
    let (written, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (writes, waits) = (Arc::clone(&written), Arc::clone(&go_on));
    let told = told_at(service.clock().now(), vec![enrolled(1, 3, 5000, month(10))]);
    let actor = Actor::service("registration");
    let feed =
        service
            .platform
            .do_once(&actor, AREA, "feed.registration", Uuid::now_v7(), |unit| {
                Box::pin(async move {
                    Registration.apply(unit, &told).await?;
                    writes.notify_one();
                    waits.notified().await;
                    Ok(())
                })
            });
    let order = order(month(10));
    let assessed = async {
        written.notified().await;
        preview(&service, &order).await
    };
    let commits = async {
        eventually(async || somebody_waits(&service).await.then_some(())).await;
        go_on.notify_one();
    };
    let (fed, run, ()) = tokio::join!(feed, assessed, commits);
    fed.unwrap();
    assert_eq!(run.state(), RunState::Previewed, "{}", run.error);
    sign(&service, &run).await;
    let october = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!((october.headcount, october.payroll), (3, yuan("15000.00")));
}

// Art. 10
// Art. 28
#[tokio::test]
async fn what_was_signed_is_charged_and_what_was_told_since_comes_with_the_next_month() {
    let service = collection().await;
    coal_mine(&service).await;
    let leaves = enrolled(1, 5, 2000, month(10));
    tell(&service, vec![leaves.clone()]).await;
    let run = previewed(&service, month(10)).await;
    let signed: MonthSummary = chassis::wire::from_any(run.summary.as_ref().unwrap()).unwrap();
    assert_eq!(signed.contribution, yuan("228.00"));

    // Stopped before it takes effect; meanwhile registration has told of a hire within the window, of
    // an end in the month, and of an industry with another rate from its first day on.
    let service = service.replace(collection::service()).await;
    let ended = ended(&leaves, date!(2026 - 10 - 01));
    let hired = enrolled(1, 3, 5000, month(10));
    let moved = moved(1, "65", date!(2026 - 10 - 01));
    tell(&service, vec![hired, ended, moved]).await;

    // October is charged as signed, to the fen, and then assessed anew: 12000 yuan at 0.2%.
    let run = sign(&service, &run).await;
    assert_eq!(run.state(), RunState::Done, "{}", run.error);
    let charged = amounts(&principal(&service, 1, month(10)).await);
    assert_eq!(charged, ["228.00", "-204.00"]);
    let october = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!((october.headcount, october.rate.as_str()), (3, "0.002"));

    // November counts who is there, at the new rate, and the hire's October once.
    let everybody = [(1, "6000"), (2, "4000"), (3, "5000")];
    declare(&service, month(11), &everybody).await;
    assess(&service, month(11)).await;
    let november = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(
        (november.headcount, november.contribution),
        (3, yuan("30.00"))
    );
    // What October is less, and 5000 yuan at the 0.2% that it has now.
    assert_eq!(november.back_payment, yuan("-194.00"));
    declare(&service, month(12), &everybody).await;
    assess(&service, month(12)).await;
    let december = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(december.back_payment, yuan("0.00"));
}

// Art. 26
// Art. 28
#[tokio::test]
async fn a_month_waits_for_rates_that_are_signed_and_not_set_yet() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    let floating = RateFloatingOrder {
        effective_month: Some(month(12).into()),
        ..rate::order()
    };
    rate::accident(&service).await;
    let run = preview(&service, &floating).await;
    assert_eq!(run.state(), RunState::Previewed, "{}", run.error);
    // The month before is not concerned.
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 12 - 16)));

    // Signed, and held up before it takes effect.
    let pool = service.platform.db().pool();
    let mut holds_up = pool.begin().await.unwrap();
    let lock = sqlx::query("LOCK TABLE employer_tier IN EXCLUSIVE MODE");
    lock.execute(&mut *holds_up).await.unwrap();
    sign_off(&service, &run).await;
    let waits = ordered(&service, &order(month(12))).await.unwrap_err();
    assert_eq!(reason(&waits), "RATES_BEING_SET");
    holds_up.rollback().await.unwrap();
    let run = done(&service, &run).await;
    assert_eq!(run.state(), RunState::Done, "{}", run.error);
    assess(&service, month(12)).await;
    let december = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(december.rate, "0.0285");
}

/// What a unit does that has the lock of the ledger.
pub type Posts = for<'a> fn(&'a mut Unit) -> BoxFuture<'a, chassis::Result<()>>;

/// Does something that waits for a unit which has the lock of the ledger, and posts before it ends.
pub async fn meanwhile<T>(service: &TestService, posts: Posts, done: impl Future<Output = T>) -> T {
    let (locked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (locks, waits) = (Arc::clone(&locked), Arc::clone(&go_on));
    let actor = Actor::service("collection");
    let posted = service
        .platform
        .do_once(&actor, AREA, "test.post", Uuid::now_v7(), |unit| {
            Box::pin(async move {
                ledger::store::lock(unit.db(), AREA).await?;
                locks.notify_one();
                waits.notified().await;
                posts(unit).await
            })
        });
    let done = async {
        locked.notified().await;
        done.await
    };
    let commits = async {
        eventually(async || somebody_waits(service).await.then_some(())).await;
        go_on.notify_one();
    };
    let (posted, done, ()) = tokio::join!(posted, done, commits);
    posted.unwrap();
    done
}

// Art. 22
// Art. 28
// Art. 31
#[tokio::test]
async fn who_posts_takes_the_lock_of_the_ledger_before_that_on_what_counts() {
    let service = &building().await;
    assess(service, month(10)).await;
    assess(service, month(11)).await;
    service.clock().set(at(date!(2026 - 12 - 02)));
    let counts: Posts =
        |unit| Box::pin(async move { Ok(months::store::begin_to_count(unit.db(), AREA).await?) });
    let told = tell(service, vec![moved(1, "65", date!(2026 - 10 - 01))]);
    meanwhile(service, counts, told).await;
    let declared = async {
        let both = vec![wage(1, "6000"), wage(2, "4000")];
        approve(service, &declaration(month(11), month(11), both))
            .await
            .unwrap();
    };
    meanwhile(service, counts, declared).await;
    let grown = async {
        let change = change("1500000", date!(2027 - 12 - 31));
        approve(service, &change).await.unwrap();
    };
    meanwhile(service, counts, grown).await;
    let november = principal(service, 1, month(11)).await;
    assert_eq!(amounts(&november), ["209.00", "-189.00"]);
    let december = principal(service, 2, month(12)).await;
    assert_eq!(amounts(&december), ["750.00"]);
}

// Art. 23
#[tokio::test]
async fn a_declaration_with_nothing_to_settle_does_not_wait_for_who_posts() {
    let service = &collection().await;
    coal_mine(service).await;
    let mut posts = service.platform.db().pool().begin().await.unwrap();
    ledger::store::lock(&mut posts, AREA).await.unwrap();
    let both = declaration(month(10), month(12), vec![wage(1, "6000"), wage(2, "4000")]);
    let declared = timeout(Duration::from_secs(60), approve(service, &both));
    declared.await.expect("an answer in time").unwrap();
    posts.rollback().await.unwrap();
}

// Art. 23
// Law 62
#[tokio::test]
async fn a_declaration_of_a_month_that_is_assessed_meanwhile_is_looked_at_again() {
    let service = &collection().await;
    coal_mine(service).await;
    let actor = Actor::service("collection");
    let (locked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (locks, waits) = (Arc::clone(&locked), Arc::clone(&go_on));
    let assesses = service
        .platform
        .do_once(&actor, AREA, "test.assess", Uuid::now_v7(), |unit| {
            Box::pin(async move {
                months::store::begin_to_count(unit.db(), AREA).await?;
                locks.notify_one();
                waits.notified().await;
                let rows = [provisional()];
                months::store::insert(unit.db(), AREA, Uuid::now_v7(), &rows).await?;
                Ok(())
            })
        });
    let declared = async {
        locked.notified().await;
        let both = vec![wage(1, "6000"), wage(2, "4000")];
        approve(service, &declaration(month(10), month(10), both)).await
    };
    let commits = async {
        eventually(async || somebody_waits(service).await.then_some(())).await;
        go_on.notify_one();
    };
    let (assessed, declared, ()) = tokio::join!(assesses, declared, commits);
    assessed.unwrap();
    assert_eq!(declared.unwrap_err().code(), tonic::Code::Aborted);
}

/// October of employer 1, assessed without a declaration.
fn provisional() -> Assessed {
    Assessed {
        employer_id: employer_id(1),
        month: month(10).first_day(),
        headcount: 2,
        payroll: Decimal::from(10_000),
        risk_class: 7,
        tier: 0,
        benchmark_rate: Decimal::new(16, 3),
        rate: Decimal::new(16, 3),
        contribution: Decimal::from(160),
        back_payment: Decimal::ZERO,
        special_contribution: Decimal::ZERO,
        late_fee: Decimal::ZERO,
        due_on: date!(2026 - 10 - 25),
        basis: AssessmentBasis::Provisional as i32,
        form: Vec::new(),
        confirmed_on: None,
    }
}

// Art. 28
// Art. 29
#[tokio::test]
async fn a_back_payment_that_a_correction_overtakes_is_examined_anew() {
    let service = &collection().await;
    coal_mine(service).await;
    assess(service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let corrects: Posts = |unit| {
        Box::pin(async move {
            let told = vec![moved(1, "65", date!(2026 - 10 - 01))];
            Registration.apply(unit, &told_at(unit.now(), told)).await
        })
    };
    let more = back_payment(vec![owed(1, month(10), "7000")]);
    let overtaken = meanwhile(service, corrects, approve(service, &more)).await;
    assert_eq!(overtaken.unwrap_err().code(), tonic::Code::Aborted);
    let october = principal(service, 1, month(10)).await;
    assert_eq!(amounts(&october), ["190.00", "-170.00"]);
    // 1000 yuan at the 0.2% that it has now.
    approve(service, &more).await.unwrap();
    let october = principal(service, 1, month(10)).await;
    assert_eq!(amounts(&october), ["190.00", "2.00", "-170.00"]);
}

// Art. 31
#[tokio::test]
async fn output_that_another_industry_overtakes_is_examined_anew() {
    let service = &collection().await;
    coal_mine(service).await;
    set(service, "small_mine_wage_per_tonne.coal", "80").await;
    let mine = SmallMineDeclaration {
        employer_id: employer_id(1),
        from_month: Some(month(10).into()),
        to_month: Some(month(10).into()),
        mineral: Mineral::Coal as i32,
        method: SmallMineMethod::WageContent as i32,
        output: "1000".to_owned(),
        corrects_case_id: String::new(),
    };
    let moves: Posts = |unit| {
        Box::pin(async move {
            let told = vec![moved(1, "65", date!(2026 - 10 - 01))];
            Registration.apply(unit, &told_at(unit.now(), told)).await
        })
    };
    let overtaken = meanwhile(service, moves, approve(service, &mine)).await;
    assert_eq!(overtaken.unwrap_err().code(), tonic::Code::Aborted);
    assert!(principal(service, 1, month(10)).await.is_empty());
    // 80,000 yuan at the 0.2% that it has now.
    approve(service, &mine).await.unwrap();
    let october = principal(service, 1, month(10)).await;
    assert_eq!(amounts(&october), ["160.00"]);
}
