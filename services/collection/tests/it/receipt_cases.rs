//! The worked cases of receipts, and what holds for any of them.

use std::collections::BTreeMap;

use collection::ledger::account::{EmployerLedger, Line};
use collection::ledger::{Posting, Source, SourceKind};
use collection::settlement::rules::{Order, Payment, Use, apply_credit, overpaid, receive};
use contracts::collection::v1::{LedgerAccount, LedgerEntryKind, PaymentKind};
use law::{Catalogue, Law, Month};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde::Deserialize;
use time::macros::{date, format_description};
use time::{Date, Duration};
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiptCase {
    name: String,
    #[serde(default)]
    order: Option<String>,
    due: Vec<Due>,
    payments: Vec<Paid>,
    parts: BTreeMap<String, Decimal>,
    open: Open,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Due {
    month: Month,
    amount: Decimal,
    due_on: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paid {
    amount: Decimal,
    paid_on: String,
    month: Option<Month>,
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Open {
    on: String,
    principal: Decimal,
    late_fee: Decimal,
    credit: Decimal,
}

fn day(text: &str) -> Date {
    Date::parse(text, format_description!("[year]-[month]-[day]")).expect("a date")
}

/// The law on the days on which the late fee's rate begins or changes.
fn laws() -> Vec<Law> {
    let files = [law::parameter::SHARED, collection::PARAMETERS].concat();
    let catalogue = Catalogue::parse(&files).expect("the parameters are readable");
    [date!(2011 - 01 - 01), date!(2011 - 07 - 01)]
        .map(|on| catalogue.as_of("440300", on, &[], &[]).expect("a law"))
        .into()
}

fn due(ledger: &mut EmployerLedger, month: Month, amount: Decimal, value_on: Date) {
    ledger.add(&Line {
        employer_id: "E1".to_owned(),
        month,
        account: LedgerAccount::Principal,
        kind: LedgerEntryKind::Assessed,
        amount,
        value_on,
        pay_by: value_on,
        moved: false,
    });
}

fn payment(amount: Decimal, paid_on: Date, row: i64) -> Payment {
    Payment {
        employer_id: "E1".to_owned(),
        amount,
        paid_on,
        month: None,
        made_for: PaymentKind::Unspecified,
        source: Source {
            kind: SourceKind::Batch,
            id: Uuid::nil(),
            row,
        },
    }
}

fn part(posting: &Posting) -> Option<(String, Decimal)> {
    let name = match posting.account {
        LedgerAccount::Principal => format!("{} principal", posting.month),
        LedgerAccount::LateFee => format!("{} late_fee", posting.month),
        _ => "suspense".to_owned(),
    };
    (posting.kind == LedgerEntryKind::Receipt).then_some((name, -posting.amount))
}

fn add(ledger: &mut EmployerLedger, postings: &[Posting]) {
    for posting in postings {
        ledger.add(&Line::from(posting));
    }
}

/// What was received: what is paid of principal and late fee, and the credit.
fn received(ledger: &EmployerLedger) -> Decimal {
    let months = ledger.months.values();
    months.map(|m| m.paid + m.late_fee_paid).sum::<Decimal>() + ledger.credit()
}

/// Principal, late fee and credit on a day.
fn open(ledger: &EmployerLedger, on: Date, laws: &[Law]) -> (Decimal, Decimal, Decimal) {
    let months = ledger.months.values();
    let fee = months
        .clone()
        .map(|m| m.late_fee(on, laws).expect("a fee").value - m.late_fee_paid);
    (months.map(|m| m.unpaid()).sum(), fee.sum(), ledger.credit())
}

// Art. 30
// Art. 37
#[test]
fn receipts_are_applied_as_in_the_worked_cases() {
    let cases: Vec<ReceiptCase> = serde_saphyr::from_str(include_str!("../law/receipts.yaml"))
        .expect("the cases are readable");
    let laws = laws();
    for case in cases {
        let name = &case.name;
        let order = case
            .order
            .as_deref()
            .unwrap_or("oldest_month_principal_first");
        let order: Order = order.parse().expect(name);
        let mut ledger = EmployerLedger::default();
        for Due {
            month,
            amount,
            due_on,
        } in case.due
        {
            due(&mut ledger, month, amount, day(&due_on));
        }
        let mut last = Vec::new();
        for (row, paid) in (0..).zip(case.payments) {
            let made_for = match paid.kind.as_deref() {
                None => PaymentKind::Unspecified,
                Some("principal") => PaymentKind::Principal,
                Some("late_fee") => PaymentKind::LateFee,
                Some(other) => panic!("{name}: {other}"),
            };
            let payment = Payment {
                month: paid.month,
                made_for,
                ..payment(paid.amount, day(&paid.paid_on), row)
            };
            last = receive(&mut ledger, &payment, order, &laws).expect(name);
        }
        let parts: BTreeMap<_, _> = last.iter().filter_map(part).collect();
        assert_eq!(parts, case.parts, "{name}");
        let expected = (case.open.principal, case.open.late_fee, case.open.credit);
        assert_eq!(open(&ledger, day(&case.open.on), &laws), expected, "{name}");
    }
}

proptest! {
    // Art. 37
    #[test]
    fn whatever_is_paid_and_in_whatever_order_it_is_told_nothing_is_lost(
        dues in proptest::collection::vec(1i64..200_000, 1..5),
        payments in proptest::collection::vec((1i64..150_000, 0i64..400, 0u8..3), 1..8),
        order in prop_oneof![
            Just(Order::OldestMonthPrincipalFirst),
            Just(Order::OldestMonthLateFeeFirst),
            Just(Order::AllPrincipalFirst),
        ],
    ) {
        let laws = laws();
        let first: Month = "2026-01".parse().unwrap();
        let mut ledger = EmployerLedger::default();
        for (at, fen) in (0..).zip(&dues) {
            let month = first.plus(at);
            due(&mut ledger, month, Decimal::new(*fen, 2), month.last_day());
        }
        let mut received = Decimal::ZERO;
        for (row, (fen, days, kind)) in (0..).zip(&payments) {
            let amount = Decimal::new(*fen, 2);
            let made_for = match kind {
                0 => PaymentKind::Unspecified,
                1 => PaymentKind::Principal,
                _ => PaymentKind::LateFee,
            };
            let paid_on = date!(2026 - 01 - 15) + Duration::days(*days);
            let payment = Payment { made_for, ..payment(amount, paid_on, row) };
            let postings = receive(&mut ledger, &payment, order, &laws).unwrap();
            let parts: Decimal = postings.iter().filter_map(part).map(|(_, amount)| amount).sum();
            prop_assert_eq!(parts, amount);
            received += amount;
        }
        let months = ledger.months.values();
        let paid: Decimal = months.clone().map(|m| m.paid + m.late_fee_paid).sum();
        prop_assert_eq!(paid + ledger.credit(), received);
        let due: Decimal = dues.iter().map(|fen| Decimal::new(*fen, 2)).sum();
        prop_assert_eq!(months.clone().map(|m| m.paid + m.unpaid()).sum::<Decimal>(), due);
        for account in months {
            prop_assert!(account.unpaid() >= Decimal::ZERO);
            prop_assert!(account.late_fee_unpaid() >= Decimal::ZERO);
            // Once the principal is paid, the booked late fee is that of the entries, to the fen.
            if account.unpaid().is_zero() && account.late_fee_due > Decimal::ZERO {
                let fee = account.late_fee(date!(2028 - 01 - 01), &laws).unwrap().value;
                prop_assert_eq!(account.late_fee_due, fee);
            }
        }
        prop_assert!(ledger.credit() >= Decimal::ZERO);
    }
}

proptest! {
    // Art. 37
    #[test]
    fn whatever_is_corrected_what_was_received_pays_what_is_due_or_is_a_credit(
        dues in proptest::collection::vec(1i64..200_000, 1..5),
        payments in proptest::collection::vec((1i64..150_000, 0i64..400), 1..8),
        corrections in proptest::collection::vec((0i32..5, 1i64..200_000), 1..5),
    ) {
        let (laws, today) = (laws(), date!(2028 - 01 - 01));
        let order = Order::OldestMonthPrincipalFirst;
        let first: Month = "2026-01".parse().unwrap();
        let mut ledger = EmployerLedger::default();
        for (at, fen) in (0..).zip(&dues) {
            let month = first.plus(at);
            due(&mut ledger, month, Decimal::new(*fen, 2), month.last_day());
        }
        let mut sum = Decimal::ZERO;
        for (row, (fen, days)) in (0..).zip(&payments) {
            let paid_on = date!(2026 - 01 - 15) + Duration::days(*days);
            let payment = payment(Decimal::new(*fen, 2), paid_on, row);
            receive(&mut ledger, &payment, order, &laws).unwrap();
            sum += payment.amount;
        }
        let source = payment(sum, today, 0).source;
        for (at, fen) in &corrections {
            let month = first.plus(*at);
            let Some(account) = ledger.months.get(&month) else {
                continue;
            };
            let line = Line {
                employer_id: "E1".to_owned(),
                month,
                account: LedgerAccount::Principal,
                kind: LedgerEntryKind::Correction,
                amount: -Decimal::new(*fen, 2).min(account.due),
                value_on: month.last_day(),
                pay_by: month.last_day(),
                moved: false,
            };
            ledger.add(&line);
            let account = &ledger.months[&month];
            let postings = overpaid(account, ("E1", month), today, &laws, source).unwrap();
            add(&mut ledger, &postings);
            let account = &ledger.months[&month];
            prop_assert!(account.unpaid() >= Decimal::ZERO);
            // What is settled bears the late fee of its entries and no other.
            if account.unpaid().is_zero() {
                let fee = account.late_fee(today, &laws).unwrap().value;
                prop_assert_eq!(account.late_fee_due, fee);
                prop_assert!(account.late_fee_unpaid() >= Decimal::ZERO);
            }
            prop_assert_eq!(received(&ledger), sum);
        }
        let whose = ("E1", today);
        apply_credit(&mut ledger, whose, (Use::Everything, Decimal::ZERO), order, &laws, source).unwrap();
        prop_assert_eq!(received(&ledger), sum);
        prop_assert!(ledger.suspense.values().all(|credit| *credit >= Decimal::ZERO));
        prop_assert!(ledger.months.values().all(|account| account.unpaid() >= Decimal::ZERO));
    }
}
