//! The law of receipts: in what order money that came in settles what is owed.

mod credit;
mod overpaid;
mod receive;

pub use credit::{Use, apply_credit};
pub use overpaid::overpaid;
pub use receive::{Payment, receive};

use std::str::FromStr;

use chassis::{Error, Result};
use contracts::collection::v1::{LedgerAccount, PaymentChannel, PaymentKind};
use law::{Law, Month};
use rust_decimal::Decimal;
use time::Date;

use crate::ledger::account::MonthAccount;

/// In what order a receipt is applied (parameter `receipt_order`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The oldest month first; within a month principal, then late fee.
    OldestMonthPrincipalFirst,
    /// The oldest month first; within a month late fee, then principal.
    OldestMonthLateFeeFirst,
    /// The principal of all months, oldest first; then their late fees.
    AllPrincipalFirst,
}

impl FromStr for Order {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "oldest_month_principal_first" => Ok(Self::OldestMonthPrincipalFirst),
            "oldest_month_late_fee_first" => Ok(Self::OldestMonthLateFeeFirst),
            "all_principal_first" => Ok(Self::AllPrincipalFirst),
            other => Err(Error::internal(format!(
                "no order of receipts is called {other}"
            ))),
        }
    }
}

/// Who collects in the area (parameter `settlement_mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The agency, through banks.
    Agency,
    /// The tax bureau.
    Tax,
}

impl Mode {
    /// Art. 32. Who collects on the day of `law`.
    ///
    /// # Errors
    /// When the area's mode is not known.
    pub fn of(law: &Law) -> Result<Self> {
        match law.text("settlement_mode")?.value.as_str() {
            "agency" => Ok(Self::Agency),
            "tax" => Ok(Self::Tax),
            other => Err(Error::internal(format!(
                "no mode of settlement is called {other}"
            ))),
        }
    }

    /// As people say it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Agency => "经办机构征收",
            Self::Tax => "税务机关征收",
        }
    }

    /// Who sends the paid list.
    #[must_use]
    pub fn sender(self) -> &'static str {
        match self {
            Self::Agency => "财务部门",
            Self::Tax => "税务机关",
        }
    }

    /// Art. 32. Can money come in by the channel? The tax bureau names its own, the banks the other five.
    #[must_use]
    pub fn has(self, channel: PaymentChannel) -> bool {
        match channel {
            PaymentChannel::Unspecified => false,
            PaymentChannel::Tax => self == Self::Tax,
            PaymentChannel::DirectDebit
            | PaymentChannel::SmallDebit
            | PaymentChannel::Wire
            | PaymentChannel::CashiersCheque
            | PaymentChannel::Card => self == Self::Agency,
        }
    }
}

/// What is owed for a month, in yuan; late fee up to the day of payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owing {
    /// The month.
    pub month: Month,
    /// Principal that a bill has carried, not negative.
    pub principal: Decimal,
    /// Late fee, not negative.
    pub late_fee: Decimal,
    /// Principal that no bill has carried, not negative: whatever the order, it is paid last.
    pub unbilled: Decimal,
}

impl Owing {
    /// What a payment on a day finds owed for a month.
    ///
    /// # Errors
    /// When the law of one of the days has no rate.
    pub fn on(paid_on: Date, month: Month, account: &MonthAccount, laws: &[Law]) -> Result<Self> {
        let fee = account.late_fee(account.through(paid_on), laws)?.value;
        let settled = account.late_fee_paid + account.late_fee_written_off;
        let principal = account.unpaid().max(Decimal::ZERO);
        let unbilled = principal.min(account.unbilled);
        Ok(Self {
            month,
            principal: principal - unbilled,
            late_fee: (fee - settled).max(Decimal::ZERO),
            unbilled,
        })
    }
}

/// To what a part of a receipt is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The month; none for suspense.
    pub month: Option<Month>,
    /// Principal, late fee or suspense.
    pub account: LedgerAccount,
    /// Yuan, positive.
    pub amount: Decimal,
}

/// Art. 37. Applies `amount` yuan to what is owed, in the area's order. What a payment was made for
/// limits it; what is left is suspense. The parts add up to the amount.
#[must_use]
pub fn apply(amount: Decimal, owing: &[Owing], order: Order, made_for: PaymentKind) -> Vec<Part> {
    let mut left = amount;
    let mut parts = Vec::new();
    for (month, account, owed) in in_order(owing, order) {
        let wanted = match made_for {
            PaymentKind::Unspecified => true,
            PaymentKind::Principal => account == LedgerAccount::Principal,
            PaymentKind::LateFee => account == LedgerAccount::LateFee,
        };
        let part = left.min(owed);
        if wanted && part > Decimal::ZERO {
            parts.push(Part {
                month: Some(month),
                account,
                amount: part,
            });
            left -= part;
        }
    }
    if left > Decimal::ZERO {
        parts.push(Part {
            month: None,
            account: LedgerAccount::Suspense,
            amount: left,
        });
    }
    parts
}

/// Everything that is owed, in the order in which it is paid.
fn in_order(owing: &[Owing], order: Order) -> Vec<(Month, LedgerAccount, Decimal)> {
    let mut oldest_first = owing.to_vec();
    oldest_first.sort_by_key(|owing| owing.month);
    let principal = |o: &Owing| (o.month, LedgerAccount::Principal, o.principal);
    let late_fee = |o: &Owing| (o.month, LedgerAccount::LateFee, o.late_fee);
    let unbilled = |o: &Owing| (o.month, LedgerAccount::Principal, o.unbilled);
    let mut billed: Vec<_> = match order {
        Order::OldestMonthPrincipalFirst => oldest_first
            .iter()
            .flat_map(|o| [principal(o), late_fee(o)])
            .collect(),
        Order::OldestMonthLateFeeFirst => oldest_first
            .iter()
            .flat_map(|o| [late_fee(o), principal(o)])
            .collect(),
        Order::AllPrincipalFirst => {
            let principals = oldest_first.iter().map(principal);
            principals
                .chain(oldest_first.iter().map(late_fee))
                .collect()
        }
    };
    billed.extend(oldest_first.iter().map(unbilled));
    billed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    prop_compose! {
        fn any_owing()(fen in proptest::collection::vec((0i64..100_000, 0i64..10_000, 0i64..10_000), 0..6)) -> Vec<Owing> {
            (0i32..).zip(fen).map(|(at, (principal, late_fee, unbilled))| Owing {
                month: month("2026-01").plus(at),
                principal: Decimal::new(principal, 2),
                late_fee: Decimal::new(late_fee, 2),
                unbilled: Decimal::new(unbilled, 2),
            }).collect()
        }
    }

    fn any_order() -> impl Strategy<Value = Order> {
        prop_oneof![
            Just(Order::OldestMonthPrincipalFirst),
            Just(Order::OldestMonthLateFeeFirst),
            Just(Order::AllPrincipalFirst),
        ]
    }

    fn any_purpose() -> impl Strategy<Value = PaymentKind> {
        prop_oneof![
            Just(PaymentKind::Unspecified),
            Just(PaymentKind::Principal),
            Just(PaymentKind::LateFee),
        ]
    }

    proptest! {
        // Art. 37
        #[test]
        fn the_parts_of_a_receipt_add_up_to_it(
            fen in 1i64..1_000_000, owing in any_owing(), order in any_order(), purpose in any_purpose(),
        ) {
            let amount = Decimal::new(fen, 2);
            let parts = apply(amount, &owing, order, purpose);
            prop_assert_eq!(parts.iter().map(|p| p.amount).sum::<Decimal>(), amount);
            prop_assert!(parts.iter().all(|p| p.amount > Decimal::ZERO));
        }

        // Art. 37
        #[test]
        fn a_receipt_pays_nothing_beyond_what_is_owed_and_nothing_before_what_comes_first(
            fen in 1i64..1_000_000, owing in any_owing(), order in any_order(),
        ) {
            let parts = apply(Decimal::new(fen, 2), &owing, order, PaymentKind::Unspecified);
            let mut of_parts = parts.iter().filter(|p| p.account != LedgerAccount::Suspense);
            let mut open = false;
            for (month, account, owed) in in_order(&owing, order).into_iter().filter(|of| !of.2.is_zero()) {
                // Once something is left open, nothing after it is paid.
                let part = of_parts.next();
                prop_assert!(part.is_none_or(|p| !open && (p.month, p.account) == (Some(month), account)));
                let paid = part.map_or(Decimal::ZERO, |part| part.amount);
                prop_assert!(paid <= owed);
                open |= paid < owed;
            }
            prop_assert!(of_parts.next().is_none());
            let suspense = parts.iter().any(|p| p.account == LedgerAccount::Suspense);
            prop_assert!(!suspense || !open);
        }
    }
}
