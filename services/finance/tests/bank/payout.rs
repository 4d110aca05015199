//! What is sent to the bank.

use finance::bank::{Payment, Payout, PayoutError, end_to_end_id, order_id};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::support::{account, batch, list, message, payment, payments};

fn three() -> Vec<Payment> {
    let special = Payment {
        creditor: account("=A&B<北京>“医院”", "0200001"),
        remittance: "'工伤' & 康复".to_owned(),
        ..payment(3, 1)
    };
    vec![payment(1, 1_234_567), payment(2, 100), special]
}

// Art. 95. The files that banks were shown stay what they are.
#[test]
fn a_batch_is_the_message_and_the_list_that_banks_know() {
    let payments = three();
    let payout = batch(&payments);
    assert_eq!(
        message(&payout, &payments).unwrap(),
        include_str!("golden/payout.xml")
    );
    assert_eq!(
        list(&payout, &payments).unwrap(),
        include_str!("golden/payout.csv")
    );
}

#[test]
fn the_reference_of_an_order_fits_and_is_found_again() {
    let order = Uuid::now_v7();
    let reference = end_to_end_id(order);
    assert!(reference.len() <= 35);
    assert_eq!(order_id(&reference), Some(order));
    assert_eq!(order_id(&reference.to_uppercase()), Some(order));
    for other in ["NOTPROVIDED", "", &reference[1..], &order.to_string()] {
        assert_eq!(order_id(other), None, "{other}");
    }
}

fn refused(change: impl FnOnce(&mut Payout, &mut Vec<Payment>)) -> PayoutError {
    let mut payments = three();
    let mut payout = batch(&payments);
    change(&mut payout, &mut payments);
    let refused = message(&payout, &payments).unwrap_err();
    let as_list = list(&payout, &payments).unwrap_err();
    assert_eq!(refused.to_string(), as_list.to_string());
    refused
}

#[test]
fn a_file_that_does_not_come_to_what_its_head_says_is_never_whole() {
    let totals = |error| matches!(error, PayoutError::Totals { .. });
    assert!(totals(refused(
        |payout, _| payout.total += Decimal::new(1, 2)
    )));
    assert!(totals(refused(|payout, _| payout.payments = 4)));
    assert!(totals(refused(|_, payments| payments.truncate(2))));
    assert!(totals(refused(
        |_, payments| payments[0].amount = Decimal::new(1_234_566, 2)
    )));
}

#[test]
fn no_order_is_in_a_file_twice() {
    let twice = refused(|payout, payments| {
        payments.insert(1, payments[0].clone());
        *payout = batch(payments);
    });
    assert!(matches!(twice, PayoutError::Order { order_id } if order_id == Uuid::from_u128(1)));
    let apart = refused(|payout, payments| {
        payments.push(payments[0].clone());
        *payout = batch(payments);
    });
    assert!(matches!(apart, PayoutError::Order { .. }));
}

#[test]
fn what_cannot_be_paid_is_said_with_its_order() {
    for amount in [Decimal::ZERO, Decimal::new(-1, 2), Decimal::new(1, 3)] {
        let error = refused(|_, payments| payments[1].amount = amount);
        assert!(
            matches!(error, PayoutError::Amount { order_id, .. } if order_id == Uuid::from_u128(2))
        );
    }
    for (name, number, remittance) in [
        ("", "62", "待遇"),
        (" ", "62", "待遇"),
        ("甲\n乙", "62", "待遇"),
        ("甲", "", "待遇"),
        ("甲", "62-1", "待遇"),
        ("甲", "６２", "待遇"),
        ("甲", "62", ""),
    ] {
        let error = refused(|_, payments| {
            payments[1].creditor = account(name, number);
            payments[1].remittance = remittance.to_owned();
        });
        assert!(
            matches!(error, PayoutError::Text { .. }),
            "{name} {number} {remittance}"
        );
    }
    let long = refused(|_, payments| payments[1].creditor.name = "甲".repeat(141));
    assert_eq!(
        long.to_string(),
        "支付指令00000000-0000-0000-0000-000000000002的户名超过140个字符，请更正后重新生成付款文件"
    );
}

#[test]
fn a_batch_of_nothing_has_no_file() {
    let empty = refused(|payout, payments| {
        payments.clear();
        *payout = batch(payments);
    });
    assert!(matches!(empty, PayoutError::Empty));
}

proptest! {
    #[test]
    fn what_is_written_to_a_list_reads_back(payments in payments(30)) {
        let payout = batch(&payments);
        let written = list(&payout, &payments).unwrap();
        let mut lines = csv::Reader::from_reader(written.trim_start_matches('\u{FEFF}').as_bytes());
        let mut sum = Decimal::ZERO;
        let lines: Vec<_> = lines.records().map(Result::unwrap).collect();
        let (total, lines) = lines.split_last().unwrap();
        prop_assert_eq!(lines.len(), payments.len());
        for (line, payment) in lines.iter().zip(&payments) {
            let plain = |cell: usize| line[cell].strip_prefix('\'').unwrap_or(&line[cell]).to_owned();
            prop_assert_eq!(order_id(&line[1]), Some(payment.order_id));
            prop_assert_eq!(&line[3], &payment.creditor.number);
            prop_assert_eq!(line[5].parse::<Decimal>().unwrap(), payment.amount);
            prop_assert_eq!(plain(2), payment.creditor.name.clone());
            prop_assert!(!line[2].starts_with(['=', '+', '-', '@']));
            sum += payment.amount;
        }
        prop_assert_eq!(total[5].parse::<Decimal>().unwrap(), sum);
    }
}
