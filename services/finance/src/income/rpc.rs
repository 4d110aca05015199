//! The gRPC service of income.

use chassis::wire::uuid;
use chassis::{Page, Platform, Result, Unit};
use contracts::Refused;
use contracts::finance::v1::income_service_server::IncomeService;
use contracts::finance::v1::{
    ListFundDrawsRequest, ListFundDrawsResponse, ListReceiptBooksRequest, ListReceiptBooksResponse,
    ListReceiptFormsRequest, ListReceiptFormsResponse, ListRemaindersRequest,
    ListRemaindersResponse, ReceiptBook, ReceiptForm, Refusal, TakeReceiptBookRequest,
    TakeReceiptBookResponse, UseReceiptFormRequest, UseReceiptFormResponse,
};
use tonic::{Request, Response, Status, async_trait};
use uuid::Uuid;

use super::store::{self, draws, receipts};

/// Income over gRPC.
pub struct Income(pub Platform);

#[async_trait]
impl IncomeService for Income {
    async fn list_remainders(
        &self,
        request: Request<ListRemaindersRequest>,
    ) -> Result<Response<ListRemaindersResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let employer_id = Some(&*asked.employer_id).filter(|id| !id.is_empty());
                    let part = (page.after()?, page.limit());
                    let rows = store::remainders(unit.db(), &area, employer_id, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    let remainders = rows.into_iter().map(store::RemainderRow::told);
                    Ok(ListRemaindersResponse {
                        remainders: remainders.collect::<Result<_>>()?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_fund_draws(
        &self,
        request: Request<ListFundDrawsRequest>,
    ) -> Result<Response<ListFundDrawsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = draws::list(unit.db(), &area, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListFundDrawsResponse {
                        draws: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn take_receipt_book(
        &self,
        request: Request<TakeReceiptBookRequest>,
    ) -> Result<Response<TakeReceiptBookResponse>, Status> {
        self.0
            .change(request, |unit, asked| Box::pin(taken(unit, asked)))
            .await
    }

    async fn use_receipt_form(
        &self,
        request: Request<UseReceiptFormRequest>,
    ) -> Result<Response<UseReceiptFormResponse>, Status> {
        self.0
            .change(request, |unit, asked| Box::pin(used(unit, asked)))
            .await
    }

    async fn list_receipt_books(
        &self,
        request: Request<ListReceiptBooksRequest>,
    ) -> Result<Response<ListReceiptBooksResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = receipts::books(unit.db(), &area, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListReceiptBooksResponse {
                        books: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_receipt_forms(
        &self,
        request: Request<ListReceiptFormsRequest>,
    ) -> Result<Response<ListReceiptFormsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows =
                        receipts::forms(unit.db(), &area, uuid(&asked.book_id)?, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.number.to_string());
                    Ok(ListReceiptFormsResponse {
                        forms: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }
}

/// Art. 149. A book is taken in; no number is in two of them.
async fn taken(unit: &mut Unit, asked: TakeReceiptBookRequest) -> Result<TakeReceiptBookResponse> {
    let area = unit.area().to_owned();
    let book = ReceiptBook {
        book_id: Uuid::now_v7().to_string(),
        kind: asked.kind,
        prefix: asked.prefix,
        first_number: asked.first_number,
        last_number: asked.last_number,
        taken_on: Some(unit.today().into()),
        left: asked.last_number - asked.first_number + 1,
        ..ReceiptBook::default()
    };
    if book.last_number < book.first_number {
        return Err(receipts::known(&book).into());
    }
    receipts::take(unit.db(), &area, &book).await?;
    Ok(TakeReceiptBookResponse { book: Some(book) })
}

/// Art. 149. Forms are used in the order of their numbers; one that was spoiled is kept.
async fn used(unit: &mut Unit, asked: UseReceiptFormRequest) -> Result<UseReceiptFormResponse> {
    let (area, book_id) = (unit.area().to_owned(), uuid(&asked.book_id)?);
    let form = asked.form.unwrap_or_default();
    let is_whole = !form.payer.is_empty() && form.amount.is_some();
    let is_empty = form.payer.is_empty() && form.amount.is_none();
    if !(if form.voided { is_empty } else { is_whole }) {
        return Err(Refused::because(Refusal::ReceiptForm).into());
    }
    let next = receipts::next(unit.db(), &area, book_id).await?;
    let number = next.ok_or_else(|| {
        Refused::because(Refusal::ReceiptBookUsedUp).with("book_id", &asked.book_id)
    })?;
    let form = ReceiptForm {
        number,
        used_on: Some(unit.today().into()),
        ..form
    };
    receipts::put(unit.db(), &area, (book_id, &form)).await?;
    Ok(UseReceiptFormResponse { form: Some(form) })
}
