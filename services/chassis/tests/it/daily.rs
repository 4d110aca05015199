//! What a date brings about by itself.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex};

use chassis::testing::{AREA, TestService, eventually};
use chassis::{Actor, Daily, Error, Progress, Result, Service, Unit};
use contracts::common::v1::ReadEventsRequest;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use time::Date;
use time::macros::{date, datetime};

use crate::area;

/// Notes each day of two areas.
#[derive(Clone, Default)]
struct Calendar {
    /// The second area fails while this is set.
    broken: Arc<AtomicBool>,
    /// In how many parts the first area has its work done; one without.
    parts: Arc<AtomicI32>,
    /// The first area fails while so many of its parts are left.
    stuck_at: Arc<AtomicI32>,
}

#[chassis::async_trait]
impl Daily for Calendar {
    fn name(&self) -> &'static str {
        "calendar"
    }

    async fn areas(&self, _unit: &mut Unit) -> Result<Vec<String>> {
        Ok(vec![AREA.to_owned(), "330100".to_owned()])
    }

    async fn act(&self, unit: &mut Unit) -> Result<Progress> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        sqlx::query("INSERT INTO noted (pooling_area, day) VALUES ($1, $2)")
            .bind(&area)
            .bind(today)
            .execute(unit.db())
            .await?;
        if area != AREA && self.broken.load(Ordering::SeqCst) {
            return Err(Error::internal("no ink"));
        }
        let left = self.parts.load(Ordering::SeqCst);
        if area == AREA && left > 0 && left == self.stuck_at.load(Ordering::SeqCst) {
            return Err(Error::internal("no more ink"));
        }
        let more = area == AREA && self.parts.fetch_sub(1, Ordering::SeqCst) > 1;
        Ok(if more { Progress::More } else { Progress::Done })
    }
}

/// Asks before it notes a day.
#[derive(Clone, Default)]
struct Inquirer {
    calendar: Calendar,
    /// How many parts of the first area were left each time.
    asked: Arc<Mutex<Vec<i32>>>,
}

#[chassis::async_trait]
impl Daily for Inquirer {
    fn name(&self) -> &'static str {
        "inquirer"
    }

    async fn areas(&self, unit: &mut Unit) -> Result<Vec<String>> {
        self.calendar.areas(unit).await
    }

    async fn asked(&self, unit: &mut Unit) -> Result<Option<Arc<dyn Daily>>> {
        if unit.area() == AREA {
            let left = self.calendar.parts.load(Ordering::SeqCst);
            self.asked.lock().unwrap().push(left);
        }
        Ok(Some(Arc::new(self.calendar.clone())))
    }

    async fn act(&self, _unit: &mut Unit) -> Result<Progress> {
        Err(Error::internal("nobody was asked"))
    }
}

fn service(daily: impl Daily) -> Service {
    // No constraint keeps a day from being noted twice: the journal has to.
    let tables = "CREATE TABLE noted (pooling_area text NOT NULL, day date NOT NULL);
                  SELECT protect('noted');";
    let migration = Migration::new(
        1001,
        "noted".into(),
        MigrationType::Simple,
        sqlx::SqlStr::from_static(tables),
        false,
    );
    Service::new("registration")
        .migrations(Migrator::with_migrations(vec![migration]))
        .daily(daily)
}

async fn noted(service: &TestService, of: &str) -> Vec<Date> {
    let request = ReadEventsRequest {
        pooling_area: of.to_owned(),
        ..ReadEventsRequest::default()
    };
    let actor = Actor::service("registration");
    let looked = service.platform.glance(&actor, request, |unit, _| {
        Box::pin(async move {
            let days = sqlx::query_scalar("SELECT day FROM noted ORDER BY day");
            Ok(days.fetch_all(unit.db()).await?)
        })
    });
    looked.await.unwrap()
}

/// The days noted, once the last of them is `day`.
async fn noted_until(service: &TestService, of: &str, day: Date) -> Vec<Date> {
    eventually(async || {
        let days = noted(service, of).await;
        (days.last() == Some(&day)).then_some(days)
    })
    .await
}

#[tokio::test]
async fn a_day_acts_once_in_each_area_and_what_fails_is_tried_again() {
    let calendar = Calendar::default();
    calendar.broken.store(true, Ordering::SeqCst);
    let service = TestService::start(service(calendar.clone())).await;
    let (monday, tuesday) = (date!(2026 - 11 - 02), date!(2026 - 11 - 03));
    assert_eq!(noted_until(&service, &area(), monday).await, [monday]);
    assert_eq!(noted(&service, "330100").await, []);

    calendar.broken.store(false, Ordering::SeqCst);
    assert_eq!(noted_until(&service, "330100", monday).await, [monday]);
    assert_eq!(noted(&service, &area()).await, [monday], "others act once");

    service.clock().set(datetime!(2026-11-03 00:00 +8));
    let both = [monday, tuesday];
    assert_eq!(noted_until(&service, &area(), tuesday).await, both);
    assert_eq!(noted_until(&service, "330100", tuesday).await, both);
}

#[tokio::test]
async fn a_day_goes_on_while_there_is_more() {
    let calendar = Calendar::default();
    calendar.parts.store(3, Ordering::SeqCst);
    let service = TestService::start(service(calendar.clone())).await;
    let (monday, tuesday) = (date!(2026 - 11 - 02), date!(2026 - 11 - 03));
    let three = async || (noted(&service, &area()).await == [monday; 3]).then_some(());
    eventually(three).await;
    service.clock().set(datetime!(2026-11-03 00:00 +8));
    let all = [monday, monday, monday, tuesday];
    assert_eq!(noted_until(&service, &area(), tuesday).await, all);
}

#[tokio::test]
async fn a_day_goes_on_from_the_part_that_failed() {
    let calendar = Calendar::default();
    calendar.parts.store(4, Ordering::SeqCst);
    calendar.stuck_at.store(2, Ordering::SeqCst);
    let service = TestService::start(service(calendar.clone())).await;
    let monday = date!(2026 - 11 - 02);
    let parts = async |count: usize| {
        let done = async || (noted(&service, &area()).await == vec![monday; count]).then_some(());
        eventually(done).await;
    };
    parts(2).await;
    // Tried again, and again nothing is kept of it.
    assert_eq!(noted_until(&service, "330100", monday).await, [monday]);
    assert_eq!(noted(&service, &area()).await, [monday; 2]);
    calendar.stuck_at.store(0, Ordering::SeqCst);
    parts(4).await;
}

#[tokio::test]
async fn others_are_asked_before_each_part_that_was_not_done_yet() {
    let inquirer = Inquirer::default();
    inquirer.calendar.parts.store(3, Ordering::SeqCst);
    inquirer.calendar.stuck_at.store(1, Ordering::SeqCst);
    let service = TestService::start(service(inquirer.clone())).await;
    let monday = date!(2026 - 11 - 02);
    assert_eq!(noted_until(&service, "330100", monday).await, [monday]);
    inquirer.calendar.stuck_at.store(0, Ordering::SeqCst);
    let three = async || (noted(&service, &area()).await == [monday; 3]).then_some(());
    eventually(three).await;
    // The part that failed is asked about each time it is tried, those that were done are not.
    let mut asked = inquirer.asked.lock().unwrap().clone();
    asked.dedup();
    assert_eq!(asked, [3, 2, 1]);
}
