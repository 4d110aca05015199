//! The gRPC service of the books.

mod pages;
mod record;

use chassis::wire::{maybe_day, month};
use chassis::{Page, Platform, Result};
use contracts::finance::v1::accounting_service_server::AccountingService;
use contracts::finance::v1::{
    IncompatiblePosts, ListAccountSummariesRequest, ListAccountSummariesResponse,
    ListDetailLinesRequest, ListDetailLinesResponse, ListFundAccountsRequest,
    ListFundAccountsResponse, ListGeneralLedgerRequest, ListGeneralLedgerResponse,
    ListIncompatiblePostsRequest, ListIncompatiblePostsResponse, ListJournalLinesRequest,
    ListJournalLinesResponse, ListPeriodsRequest, ListPeriodsResponse, ListPostHoldersRequest,
    ListPostHoldersResponse, ListPostingRulesRequest, ListPostingRulesResponse,
    ListTrialBalancesRequest, ListTrialBalancesResponse, ListVouchersRequest, ListVouchersResponse,
    PostingRule, RecordDocumentRequest, RecordDocumentResponse, SourceDocument,
};
use law::Month;
use tonic::{Request, Response, Status, async_trait};

use self::pages::{cut_from, lines, listed, listed_account, listed_rule, sums, unknown, vouchers};
use self::record::Recording;
use super::{rules, store};
use crate::duties;
use crate::ledger::chart::{self, Account};
use crate::ledger::store::read::Sum;

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
