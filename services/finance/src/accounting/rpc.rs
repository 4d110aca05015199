//! The gRPC service of the books.

mod record;

use std::fmt;
use std::str::FromStr;

use chassis::wire::{maybe_day, month};
use chassis::{Error, Page, Platform, Result, Unit};
use contracts::Refused;
use contracts::finance::v1::accounting_service_server::AccountingService;
use contracts::finance::v1::{
    AccountBalance, FundAccount, IncompatiblePosts, JournalLine, ListAccountSummariesRequest,
    ListAccountSummariesResponse, ListDetailLinesRequest, ListDetailLinesResponse,
    ListFundAccountsRequest, ListFundAccountsResponse, ListGeneralLedgerRequest,
    ListGeneralLedgerResponse, ListIncompatiblePostsRequest, ListIncompatiblePostsResponse,
    ListJournalLinesRequest, ListJournalLinesResponse, ListPeriodsRequest, ListPeriodsResponse,
    ListPostHoldersRequest, ListPostHoldersResponse, ListPostingRulesRequest,
    ListPostingRulesResponse, ListTrialBalancesRequest, ListTrialBalancesResponse,
    ListVouchersRequest, ListVouchersResponse, PostingRule, RecordDocumentRequest,
    RecordDocumentResponse, Refusal, SourceDocument, Voucher,
};
use law::Month;
use rust_decimal::Decimal;
use time::Date;
use tonic::{Request, Response, Status, async_trait};

use self::record::Recording;
use super::{rules, store};
use crate::duties;
use crate::ledger::chart::{self, Account};
use crate::ledger::store::read::{self, Sum};

/// The books over gRPC.
pub struct Accounting(pub Platform);

#[async_trait]
impl AccountingService for Accounting {
    async fn record_document(
        &self,
        request: Request<RecordDocumentRequest>,
    ) -> Result<Response<RecordDocumentResponse>, Status> {
        let record = self.0.change_together(request, |platform, actor, asked| {
            Box::pin(async move { Recording::of(platform, actor, asked) })
        });
        record.await
    }

    async fn list_fund_accounts(
        &self,
        request: Request<ListFundAccountsRequest>,
    ) -> Result<Response<ListFundAccountsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let on = maybe_day(asked.on).unwrap_or_else(|| unit.today());
                    let all = chart::accounts(on).map(listed_account);
                    let all = cut_from(&page, all, |one| one.code.clone())?;
                    let (accounts, next_page_token) = page.cut(all, |one| one.code.clone());
                    Ok(ListFundAccountsResponse {
                        accounts,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_posting_rules(
        &self,
        request: Request<ListPostingRulesRequest>,
    ) -> Result<Response<ListPostingRulesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let on = maybe_day(asked.on).unwrap_or_else(|| unit.today());
                    let key = |one: &PostingRule| format!("{}/{}", one.document, one.part);
                    let all = chart::rules(on).into_iter().map(listed_rule);
                    let all = cut_from(&page, all, key)?;
                    let (rules, next_page_token) = page.cut(all, key);
                    Ok(ListPostingRulesResponse {
                        rules,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_vouchers(
        &self,
        request: Request<ListVouchersRequest>,
    ) -> Result<Response<ListVouchersResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let month = month(asked.month)?;
                    let document = Some(asked.document());
                    let document = document.filter(|one| *one != SourceDocument::Unspecified);
                    let part = (page.after()?, page.limit());
                    let rows = vouchers(unit, (month, document), part).await?;
                    let (vouchers, next_page_token) = page.cut(rows, |one| one.number.to_string());
                    Ok(ListVouchersResponse {
                        vouchers,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_journal_lines(
        &self,
        request: Request<ListJournalLinesRequest>,
    ) -> Result<Response<ListJournalLinesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    if !chart::account(&asked.account).is_some_and(Account::is_money) {
                        return Err(unknown(&asked.account, unit.today()));
                    }
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let of = (&*asked.account, month(asked.month)?);
                    let (lines, next_page_token) = lines(unit, of, &page).await?;
                    Ok(ListJournalLinesResponse {
                        lines,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_detail_lines(
        &self,
        request: Request<ListDetailLinesRequest>,
    ) -> Result<Response<ListDetailLinesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let of = (&*asked.account, month(asked.month)?);
                    let (lines, next_page_token) = lines(unit, of, &page).await?;
                    Ok(ListDetailLinesResponse {
                        lines,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_account_summaries(
        &self,
        request: Request<ListAccountSummariesRequest>,
    ) -> Result<Response<ListAccountSummariesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let month = month(asked.month)?;
                    let mut sums = rules::general(&sums(unit, month).await?);
                    sums.retain(|sum| !(sum.debit.is_zero() && sum.credit.is_zero()));
                    let (accounts, next_page_token) = listed(&page, month, &sums)?;
                    Ok(ListAccountSummariesResponse {
                        accounts,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_general_ledger(
        &self,
        request: Request<ListGeneralLedgerRequest>,
    ) -> Result<Response<ListGeneralLedgerResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let (from, until) = (month(asked.from_month)?, month(asked.until_month)?);
                    let after: Option<Month> = page.after()?;
                    let from = after.map_or(from, Month::next);
                    let general = chart::account(&asked.account).filter(|one| one.code.len() == 4);
                    if general.is_none() {
                        return Err(unknown(&asked.account, unit.today()));
                    }
                    let months = Month::range(from, until).take(page.size.saturating_add(1));
                    let mut rows = Vec::new();
                    for month in months {
                        let sums = rules::general(&sums(unit, month).await?);
                        let own = sums.into_iter().find(|sum| sum.account == asked.account);
                        let own = own.unwrap_or_else(|| Sum::nothing(&asked.account));
                        rows.push(rules::balance(month, &own));
                    }
                    let (months, next_page_token) = page.cut(rows, |one| {
                        let of = one.month.and_then(|month| Month::try_from(month).ok());
                        of.map_or_else(String::new, |month| month.to_string())
                    });
                    Ok(ListGeneralLedgerResponse {
                        months,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_trial_balances(
        &self,
        request: Request<ListTrialBalancesRequest>,
    ) -> Result<Response<ListTrialBalancesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let month = month(asked.month)?;
                    let sums = sums(unit, month).await?;
                    let (accounts, next_page_token) = listed(&page, month, &sums)?;
                    Ok(ListTrialBalancesResponse {
                        accounts,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_periods(
        &self,
        request: Request<ListPeriodsRequest>,
    ) -> Result<Response<ListPeriodsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = store::periods(unit.db(), &area, part).await?;
                    let (rows, next_page_token) =
                        page.cut(rows, |row| Month::of(row.month).to_string());
                    Ok(ListPeriodsResponse {
                        periods: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_post_holders(
        &self,
        request: Request<ListPostHoldersRequest>,
    ) -> Result<Response<ListPostHoldersResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let clerk_id = Some(&*asked.clerk_id).filter(|id| !id.is_empty());
                    let part = (page.after()?, page.limit());
                    let rows = duties::store::list(unit.db(), &area, clerk_id, part).await?;
                    let (rows, next_page_token) =
                        page.cut(rows, |row| row.assignment_no.to_string());
                    Ok(ListPostHoldersResponse {
                        holders: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_incompatible_posts(
        &self,
        request: Request<ListIncompatiblePostsRequest>,
    ) -> Result<Response<ListIncompatiblePostsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let on = maybe_day(asked.on).unwrap_or_else(|| unit.today());
                    let key = |one: &IncompatiblePosts| format!("{}/{}", one.post, one.other);
                    let all = duties::rules::pairs(on).map(|pair| IncompatiblePosts {
                        post: pair.post as i32,
                        other: pair.other as i32,
                        from_on: Some(pair.from.into()),
                        source: pair.source.to_owned(),
                    });
                    let all = cut_from(&page, all, key)?;
                    let (posts, next_page_token) = page.cut(all, key);
                    Ok(ListIncompatiblePostsResponse {
                        posts,
                        next_page_token,
                    })
                })
            })
            .await
    }
}

/// The rest of a short list behind the last row of the page before.
fn cut_from<T>(
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
async fn vouchers(
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
async fn numbered(unit: &mut Unit, (month, number): (Month, i32)) -> Result<Voucher> {
    let part = (Some(number.saturating_sub(1)), 1);
    let found = vouchers(unit, (month, None), part)
        .await?
        .into_iter()
        .next();
    found.ok_or_else(|| Error::internal("a voucher is not there that was"))
}

/// What each account comes to in a month.
async fn sums(unit: &mut Unit, month: Month) -> Result<Vec<Sum>> {
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
async fn lines(
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
fn listed(page: &Page, month: Month, sums: &[Sum]) -> Result<(Vec<AccountBalance>, String)> {
    let all = sums.iter().map(|sum| rules::balance(month, sum));
    let all = cut_from(page, all, |one| one.account.clone())?;
    Ok(page.cut(all, |one| one.account.clone()))
}

fn unknown(account: &str, on: Date) -> Error {
    Refused::because(Refusal::AccountUnknown)
        .with("date", on)
        .with("account", account)
        .into()
}

fn listed_account(account: &Account) -> FundAccount {
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

fn listed_rule(rule: &chart::Rule) -> PostingRule {
    PostingRule {
        document: rule.document as i32,
        part: rule.part as i32,
        debit: rule.debit.to_owned(),
        credit: rule.credit.to_owned(),
        from_on: Some(rule.from.into()),
        source: rule.source.to_owned(),
    }
}
