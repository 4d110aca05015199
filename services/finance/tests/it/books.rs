//! What the tables themselves do not allow: articles 101 to 104.

use chassis::testing::{AREA, TestService};
use chassis::{Actor, Result, Unit};
use contracts::collection::v1::LedgerAccount;
use contracts::finance::v1::SourceDocument;
use finance::ledger::{self, Draft, Line, rules, store};
use law::Month;
use rust_decimal::Decimal;
use time::macros::date;
use uuid::Uuid;

use crate::support::*;

async fn in_a_unit(
    service: &TestService,
    drafts: Vec<Draft>,
    enter: impl for<'u> FnOnce(&'u mut Unit, Vec<Draft>) -> futures::future::BoxFuture<'u, Result<()>>,
) -> Result<()> {
    let actor = Actor::service("finance");
    let entered = service
        .platform
        .do_once(&actor, AREA, "test", Uuid::now_v7(), |unit| {
            enter(unit, drafts)
        });
    entered.await.map(drop)
}

fn line(account: &str, debit: i64, credit: i64) -> Line {
    Line {
        account: account.to_owned(),
        debit: Decimal::from(debit),
        credit: Decimal::from(credit),
    }
}

fn draft(number: usize, lines: &[Line]) -> Draft {
    Draft {
        document: SourceDocument::ByHand,
        document_number: number.to_string(),
        document_on: date!(2026 - 11 - 02),
        asked: None,
        summary: String::new(),
        lines: lines.to_vec(),
        corrects: None,
        made_by: String::new(),
    }
}

// Art. 101
#[tokio::test]
async fn a_voucher_that_does_not_balance_does_not_enter() {
    let service = alone().await;
    for wrong in [
        vec![line("1002", 5, 0), line("4001", 0, 4)],
        vec![line("1002", 5, 0)],
        vec![line("1002", 5, 5), line("4001", 0, 0)],
    ] {
        let good = draft(1, &[line("1002", 1, 0), line("4001", 0, 1)]);
        let entered = in_a_unit(&service, vec![good, draft(2, &wrong)], |unit, drafts| {
            Box::pin(async move { ledger::post(unit, &drafts).await.map(drop) })
        });
        assert!(entered.await.is_err(), "{wrong:?}");
    }
    assert!(vouchers(&service, "2026-11").await.is_empty());
}

// Art. 103
#[tokio::test]
async fn nothing_is_added_to_a_voucher_that_stands() {
    let service = alone().await;
    let day = date!(2026 - 11 - 02);
    entered(
        &service,
        1,
        &[receipt(0, LedgerAccount::Principal, "5.00", day)],
    )
    .await;
    let place = ledger::Place {
        month: Month::of(day),
        number: 1,
        is_new: true,
    };
    let more = [line("1002", 1, 0), line("4001", 0, 1)];
    let added = in_a_unit(&service, vec![draft(9, &more)], move |unit, drafts| {
        Box::pin(async move {
            let area = unit.area().to_owned();
            store::insert(unit.db(), &area, &[(&drafts[0], place)]).await
        })
    });
    assert!(added.await.is_err());
}

// Art. 104
#[tokio::test]
async fn the_tables_let_no_voucher_into_a_month_that_is_closed() {
    let service = alone().await;
    let day = date!(2026 - 10 - 30);
    entered(
        &service,
        1,
        &[receipt(0, LedgerAccount::Principal, "5.00", day)],
    )
    .await;
    sweep(&service, day, "5.00").await;
    close(&service, "2026-10").await.unwrap();
    let place = ledger::Place {
        month: Month::of(day),
        number: 3,
        is_new: true,
    };
    let late = [line("1002", 1, 0), line("4001", 0, 1)];
    let entered = in_a_unit(&service, vec![draft(9, &late)], move |unit, drafts| {
        Box::pin(async move {
            let area = unit.area().to_owned();
            store::insert(unit.db(), &area, &[(&drafts[0], place)]).await
        })
    });
    assert!(entered.await.is_err());
    assert_eq!(vouchers(&service, "2026-10").await.len(), 2);
}

// Art. 101, Art. 104
#[tokio::test]
async fn whatever_is_entered_at_a_time_the_trial_balance_is_zero_and_numbers_follow() {
    let service = alone().await;
    let each = (0..8_usize).map(|writer| {
        let service = &service;
        async move {
            for number in 0..25_usize {
                let amount = i64::try_from(writer * 100 + number + 1).unwrap();
                let own = draft(
                    writer * 1_000 + number,
                    &[line("1002", amount, 0), line("4001", 0, amount)],
                );
                let entered = in_a_unit(service, vec![own], |unit, drafts| {
                    Box::pin(async move { ledger::post(unit, &drafts).await.map(drop) })
                });
                entered.await.unwrap();
            }
        }
    });
    futures::future::join_all(each).await;
    let all = vouchers(&service, "2026-11").await;
    let numbers: Vec<i32> = all.iter().map(|one| one.number).collect();
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
    let accounts = trial(&service, "2026-11").await;
    let decimal = |money: &Option<contracts::Money>| money.as_ref().unwrap().decimal().unwrap();
    let debits: Decimal = accounts.iter().map(|one| decimal(&one.closing_debit)).sum();
    let credits: Decimal = accounts
        .iter()
        .map(|one| decimal(&one.closing_credit))
        .sum();
    assert_eq!(debits, credits);
    let vouched: Decimal = all.iter().map(|one| decimal(&one.amount)).sum();
    assert_eq!(debits, vouched);
    assert_eq!(
        rules::name(Month::of(date!(2026 - 11 - 02)), 1),
        "2026-11/1"
    );
}
