//! What accounts come to, and whether the books agree.

use contracts::Refused;
use contracts::finance::v1::{AccountBalance, Refusal};
use law::Month;
use rust_decimal::Decimal;
use time::Date;

use super::store::Books;
use crate::ledger::store::read::Sum;
use crate::ledger::{Draft, Place, chart, rules};

/// Art. 101. A document is not of a day to come.
///
/// # Errors
/// A refusal names the day.
pub fn expect_come(document_on: Date, today: Date) -> Result<(), Refused> {
    match document_on > today {
        true => Err(Refused::because(Refusal::DocumentToCome).with("date", document_on)),
        false => Ok(()),
    }
}

/// Art. 101. A document was entered before.
#[must_use]
pub fn entered(draft: &Draft, place: Place) -> Refused {
    Refused::because(Refusal::DocumentEntered)
        .with("number", &draft.document_number)
        .with("voucher", rules::name(place.month, place.number))
}

/// Art. 104. Vouchers and entries agree, numbers follow on each other, and debits and credits balance, of the month and of all
/// that came before it.
///
/// # Errors
/// A refusal says what does not agree.
pub fn expect_agreement(month: Month, books: &Books, sums: &[Sum]) -> Result<(), Refused> {
    let of = |part: fn(&Sum) -> Decimal| -> Decimal { sums.iter().map(part).sum() };
    let (debit, credit) = (of(|sum| sum.debit), of(|sum| sum.credit));
    let balance = of(Sum::closing);
    let problem = if books.vouchers != books.last_number {
        format!("凭证{}张，最后一号为{}", books.vouchers, books.last_number)
    } else if debit != credit {
        format!("借方发生额{debit}元，贷方发生额{credit}元")
    } else if debit != books.amount {
        format!("凭证合计{}元，明细分类账合计{debit}元", books.amount)
    } else if !balance.is_zero() {
        format!("试算不平衡，差额{balance}元")
    } else {
        return Ok(());
    };
    Err(Refused::because(Refusal::BooksDisagree)
        .with("month", month)
        .with("problem", problem))
}

/// Art. 91. At the end of a month all of the income account is in the treasury account.
///
/// # Errors
/// A refusal says how much is not.
pub fn expect_swept(month: Month, sums: &[Sum]) -> Result<(), Refused> {
    let own = sums.iter().find(|sum| sum.account == chart::INCOME_ACCOUNT);
    let left = own.map(Sum::closing).unwrap_or_default();
    match left.is_zero() {
        true => Ok(()),
        false => Err(Refused::because(Refusal::IncomeNotSwept)
            .with("month", month)
            .with("amount", left)),
    }
}

/// Art. 103. An account in a month; a balance stands on the side that its sign says.
#[must_use]
pub fn balance(month: Month, sum: &Sum) -> AccountBalance {
    let (debit, credit) = sides(sum.opening);
    let (closing_debit, closing_credit) = sides(sum.closing());
    AccountBalance {
        month: Some(month.into()),
        account: sum.account.clone(),
        name: chart::account(&sum.account).map_or_else(String::new, |one| one.name.to_owned()),
        opening_debit: Some(debit.into()),
        opening_credit: Some(credit.into()),
        debit: Some(sum.debit.into()),
        credit: Some(sum.credit.into()),
        closing_debit: Some(closing_debit.into()),
        closing_credit: Some(closing_credit.into()),
    }
}

/// Art. 103. Detail accounts gathered into their general accounts, in their order.
#[must_use]
pub fn general(sums: &[Sum]) -> Vec<Sum> {
    let mut general: Vec<Sum> = Vec::new();
    for sum in sums {
        let code = sum.account.get(..4).unwrap_or(&sum.account);
        match general.last_mut().filter(|last| last.account == code) {
            Some(last) => {
                last.opening += sum.opening;
                last.debit += sum.debit;
                last.credit += sum.credit;
            }
            None => general.push(Sum {
                account: code.to_owned(),
                ..sum.clone()
            }),
        }
    }
    general
}

/// A balance on the side on which an account of its class has it.
#[must_use]
pub fn on_its_side(account: &str, debit_less_credit: Decimal) -> Decimal {
    match chart::account(account).is_none_or(|one| one.debit) {
        true => debit_less_credit,
        false => -debit_less_credit,
    }
}

fn sides(debit_less_credit: Decimal) -> (Decimal, Decimal) {
    match debit_less_credit < Decimal::ZERO {
        true => (Decimal::ZERO, -debit_less_credit),
        false => (debit_less_credit, Decimal::ZERO),
    }
}
