//! Late fee: booked once, and capped by the law of the day.

use chassis::testing::{AREA, TestService, eventually};
use chassis::{Actor, wire};
use collection::PARAMETERS;
use collection::assessment::rules::{Owed, late_fee, late_fee_dates};
use collection::ledger::{self, Accrued, Source, SourceKind};
use contracts::collection::v1::{BackPaymentDecision, PaidRow};
use law::{Catalogue, LocalValue};
use rust_decimal::Decimal;
use time::macros::date;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::books::{Books, paid};
use crate::support::*;

/// The late fee up to 16 November that is not booked.
async fn unbooked(service: &TestService) -> Vec<Accrued> {
    let (platform, actor) = (&service.platform, Actor::service("collection"));
    let looked = platform.do_once(&actor, AREA, "test.look", Uuid::now_v7(), |unit| {
        let through = date!(2026 - 11 - 16);
        let employers = [employer_id(1)];
        Box::pin(async move { ledger::accrued(unit, &employers, month(11), through, &[]).await })
    });
    looked.await.unwrap().unwrap()
}

/// Books the late fee of October as a receipt does, and ends when `may_end` says so.
async fn book(service: &TestService, booked: oneshot::Sender<()>, may_end: oneshot::Receiver<()>) {
    let (platform, actor) = (&service.platform, Actor::service("collection"));
    let receipt = platform.do_once(&actor, AREA, "test.receipt", Uuid::now_v7(), |unit| {
        Box::pin(async move {
            ledger::store::lock(unit.db(), AREA).await?;
            let through = date!(2026 - 11 - 16);
            let source = Source {
                kind: SourceKind::Batch,
                id: Uuid::now_v7(),
                row: 0,
            };
            let accrued = ledger::accrued(unit, &[employer_id(1)], month(11), through, &[]).await?;
            let postings: Vec<_> = accrued
                .into_iter()
                .map(|accrued| accrued.posting(through, source))
                .collect();
            ledger::store::post(unit, &postings).await?;
            booked.send(()).unwrap();
            may_end.await.unwrap();
            Ok(())
        })
    });
    receipt.await.unwrap();
}

/// Somebody waits for a lock, or November is assessed.
async fn waits_or_is_done(service: &TestService) {
    eventually(async || {
        let waits: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                 WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted)",
        )
        .fetch_one(service.platform.db().pool())
        .await
        .unwrap();
        let is_assessed = assessment(service, 1, month(11)).await.is_ok();
        (waits || is_assessed).then_some(())
    })
    .await;
}

// Art. 30
#[tokio::test]
async fn what_a_receipt_books_while_a_month_is_assessed_is_not_booked_twice() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 16)));
    assert_eq!(unbooked(&service).await.len(), 1);

    let (booked, is_booked) = oneshot::channel();
    let (end, may_end) = oneshot::channel();
    tokio::join!(book(&service, booked, may_end), async {
        is_booked.await.unwrap();
        tokio::join!(assess(&service, month(11)), async {
            waits_or_is_done(&service).await;
            end.send(()).unwrap();
        });
    });
    assert_eq!(unbooked(&service).await, []);
}

// Art. 30
#[tokio::test]
async fn a_late_fee_that_was_paid_while_a_month_awaits_its_signatures_stays_booked() {
    let books = Books {
        service: collection().await,
    };
    let service = &books.service;
    coal_mine(service).await;
    assess(service, month(10)).await;
    // 32 days of 190.00.
    let run = previewed_on(service, month(11), date!(2026 - 11 - 26)).await;
    let row = PaidRow {
        arrived_on: Some(date!(2026 - 11 - 27).into()),
        ..paid("A1", &employer_id(1), "193.14", date!(2026 - 11 - 27))
    };
    books.on(date!(2026 - 11 - 27));
    // 33 days of 190.00: 3.135.
    let (_, findings) = books.send(vec![row]).await;
    assert_eq!(findings, []);
    sign(service, &run).await;
    let totals = books.totals().await;
    assert_eq!(totals.late_fee_due.unwrap().as_text(), "3.14");
    assert_eq!(totals.late_fee_unpaid.unwrap().as_text(), "0.00");
    assess(service, month(12)).await;
    let december = assessment(service, 1, month(12)).await;
    let months = december.unwrap().late_fee_months;
    let october = Some(month(10).into());
    assert!(months.iter().all(|of| of.month != october), "{months:?}");
}

// Art. 30
#[test]
fn a_cap_that_the_area_sets_holds_for_arrears_from_before_it_too() {
    let catalogue = Catalogue::parse(PARAMETERS).unwrap();
    let cap = LocalValue {
        name: "late_fee_cap_by_principal".to_owned(),
        from: date!(2020 - 01 - 01),
        value: "true".to_owned(),
        source: "深人社发〔2019〕1号".to_owned(),
    };
    let (due_on, amount) = (date!(2012 - 01 - 15), Decimal::from(1000));
    let owed = [Owed {
        value_on: due_on,
        amount,
    }];
    let fee = |through| {
        let laws: Vec<_> = late_fee_dates(&catalogue, due_on, through)
            .into_iter()
            .map(|on| catalogue.as_of(AREA, on, std::slice::from_ref(&cap), &[]))
            .collect::<Result<_, _>>()
            .unwrap();
        late_fee(&owed, through, &laws).unwrap().value
    };
    assert_eq!(fee(date!(2019 - 12 - 31)), Decimal::new(145_350, 2));
    assert_eq!(fee(date!(2022 - 01 - 15)), amount);
}

// Art. 29
// Art. 30
#[tokio::test]
async fn a_month_that_the_agency_assesses_late_is_due_after_its_assessment() {
    let service = collection().await;
    let mut events = registered(1, "65");
    events.push(enrolled(1, 1, 6000, month(10)));
    // Hired in September and reported then, which October's assessment is the first to charge.
    events.push(pre_enrolled(1, 3, 5000, month(9)));
    tell(&service, events).await;
    let run = previewed_on(&service, month(10), date!(2026 - 11 - 26)).await;
    sign(&service, &run).await;
    let october = assessment(&service, 1, month(10)).await.unwrap();
    let due_on = Some(date!(2026 - 11 - 29).into());
    assert_eq!(october.due_on, due_on);
    assert_eq!(october.pre_enrolment_months[0].due_on, due_on);
    assert_eq!(october.late_fee, yuan("0.00"));

    service.clock().set(at(date!(2026 - 12 - 01)));
    let more = back_payment(vec![owed(1, month(10), "7000")]);
    let case = approve(&service, &more).await.unwrap();
    let decision: BackPaymentDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(decision.months[0].due_on, due_on);

    // What is told before the next month is assessed is due with it, and not before it was told.
    let told_on = date!(2026 - 12 - 15);
    service.clock().set(at(told_on));
    tell(&service, vec![moved(1, "06", date!(2026 - 10 - 01))]).await;
    let corrected = principal(&service, 1, month(10)).await;
    let dates: Vec<_> = corrected.iter().map(|entry| entry.value_on).collect();
    let told = Some(date!(2026 - 12 - 18).into());
    assert_eq!(dates, [due_on, due_on, told], "{corrected:?}");
}
