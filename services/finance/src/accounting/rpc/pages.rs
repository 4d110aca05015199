//! Pages of the books.

use std::fmt;
use std::str::FromStr;

use chassis::{Error, Page, Result, Unit};
use contracts::Refused;
use contracts::finance::v1::{
    AccountBalance, FundAccount, JournalLine, PostingRule, Refusal, SourceDocument, Voucher,
};
use law::Month;
use rust_decimal::Decimal;
use time::Date;

use super::super::{rules, store};
use crate::ledger::chart::{self, Account};
use crate::ledger::store::read::{self, Sum};

/// The rest of a short list behind the last row of the page before.
pub(super) fn cut_from<T>(
    page: &Page,
    all: impl Iterator<Item = T>,
    key: impl Fn(&T) -> String,
) -> Result<Vec<T>> {
    let mut all: Vec<T> = all.collect();
    if let Some(after) = &page.after {
        let foreign = "不是上一页返回的标记，请从第一页重新查询";
        let at = all.iter().position(|one| key(one) == *after);
        let at = at.ok_or_else(|| Error::invalid("pageToken", "续页标记", foreign))?;
        all.drain(..=at);
    }
    Ok(all)
}

/// Vouchers with their lines.
pub(super) async fn vouchers(
    unit: &mut Unit,
    of: (Month, Option<SourceDocument>),
    part: (Option<i32>, i64),
) -> Result<Vec<Voucher>> {
    let area = unit.area().to_owned();
    let rows = read::vouchers(unit.db(), &area, of, part).await?;
    let numbers: Vec<i32> = rows.iter().map(|row| row.number).collect();
    let lines = read::lines(unit.db(), &area, (of.0, &numbers)).await?;
    let mut lines = lines.into_iter().peekable();
    let mut vouchers = Vec::with_capacity(rows.len());
    for row in rows {
        let mut own = Vec::new();
        while let Some((_, line)) = lines.next_if(|(number, _)| *number == row.number) {
            own.push(line);
        }
        vouchers.push(row.voucher(&own));
    }
    Ok(vouchers)
}

/// The voucher of a number.
pub(super) async fn numbered(unit: &mut Unit, (month, number): (Month, i32)) -> Result<Voucher> {
    let part = (Some(number.saturating_sub(1)), 1);
    let found = vouchers(unit, (month, None), part)
        .await?
        .into_iter()
        .next();
    found.ok_or_else(|| Error::internal("a voucher is not there that was"))
}

/// What each account comes to in a month.
pub(super) async fn sums(unit: &mut Unit, month: Month) -> Result<Vec<Sum>> {
    let area = unit.area().to_owned();
    match store::is_closed(unit.db(), &area, month).await? {
        true => read::closed_sums(unit.db(), &area, month).await,
        false => read::sums(unit.db(), &area, month).await,
    }
}

/// Where a page of a journal ended, and what the account came to there.
struct Reached {
    number: i32,
    line: i32,
    balance: Decimal,
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.number, self.line, self.balance)
    }
}

impl FromStr for Reached {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('/');
        let mut part = || parts.next().ok_or(());
        Ok(Self {
            number: part()?.parse().map_err(drop)?,
            line: part()?.parse().map_err(drop)?,
            balance: part()?.parse().map_err(drop)?,
        })
    }
}

/// Art. 103. A page of the lines of an account, each with the balance after it. The balance is carried from page to page.
pub(super) async fn lines(
    unit: &mut Unit,
    (account, month): (&str, Month),
    page: &Page,
) -> Result<(Vec<JournalLine>, String)> {
    let area = unit.area().to_owned();
    let accounts = chart::codes_of(account);
    if chart::account(account).is_none() {
        return Err(unknown(account, unit.today()));
    }
    let after: Option<Reached> = page.after()?;
    let (place, mut balance) = match after {
        Some(reached) => ((reached.number, reached.line), reached.balance),
        None => {
            let sums = sums(unit, month).await?.into_iter();
            let own = sums.filter(|sum| accounts.contains(&&*sum.account));
            let opening = own.map(|sum| sum.opening).sum();
            ((0, 0), rules::on_its_side(account, opening))
        }
    };
    let part = (place, page.limit());
    let rows = store::lines(unit.db(), &area, (month, &accounts), part).await?;
    let told = rows.into_iter().map(|row| {
        balance += rules::on_its_side(account, row.debit - row.credit);
        let line = JournalLine {
            booked_on: Some(row.booked_on.into()),
            number: row.number,
            line: row.line,
            account: row.account,
            document_number: row.document_number,
            summary: row.summary,
            debit: Some(row.debit.into()),
            credit: Some(row.credit.into()),
            balance: Some(balance.into()),
        };
        (line, balance)
    });
    let told: Vec<_> = told.collect();
    let (told, next) = page.cut(told, |(line, balance)| {
        let reached = Reached {
            number: line.number,
            line: line.line,
            balance: *balance,
        };
        reached.to_string()
    });
    Ok((told.into_iter().map(|(line, _)| line).collect(), next))
}

/// A page of accounts of a month.
pub(super) fn listed(
    page: &Page,
    month: Month,
    sums: &[Sum],
) -> Result<(Vec<AccountBalance>, String)> {
    let all = sums.iter().map(|sum| rules::balance(month, sum));
    let all = cut_from(page, all, |one| one.account.clone())?;
    Ok(page.cut(all, |one| one.account.clone()))
}

pub(super) fn unknown(account: &str, on: Date) -> Error {
    Refused::because(Refusal::AccountUnknown)
        .with("date", on)
        .with("account", account)
        .into()
}

pub(super) fn listed_account(account: &Account) -> FundAccount {
    FundAccount {
        code: account.code.to_owned(),
        name: account.name.to_owned(),
        account_class: account.class as i32,
        debit: account.debit,
        posted: account.is_posted(),
        from_on: Some(account.from.into()),
        source: account.source.to_owned(),
    }
}

pub(super) fn listed_rule(rule: &chart::Rule) -> PostingRule {
    PostingRule {
        document: rule.document as i32,
        part: rule.part as i32,
        debit: rule.debit.to_owned(),
        credit: rule.credit.to_owned(),
        from_on: Some(rule.from.into()),
        source: rule.source.to_owned(),
    }
}
