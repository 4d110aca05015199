//! The gRPC service of expenditure.

use std::fmt;
use std::str::FromStr;

use chassis::wire::{day, month, uuid, yuan};
use chassis::{Page, Platform, Result, Unit};
use contracts::Refused;
use contracts::finance::v1::expenditure_service_server::ExpenditureService;
use contracts::finance::v1::{
    BankReturnList, DocumentPart, ListBankReturnsRequest, ListBankReturnsResponse,
    ListPayOutLinesRequest, ListPayOutLinesResponse, ListPayOutsRequest, ListPayOutsResponse,
    ListPayablesRequest, ListPayablesResponse, ListUsePlansRequest, ListUsePlansResponse,
    PayableState, RecordUseAnswerRequest, RecordUseAnswerResponse, Refusal, RepeatPaymentRequest,
    RepeatPaymentResponse, SourceDocument, UploadPayResultsRequest, UploadPayResultsResponse,
    UseKind, UsePlan,
};
use time::Date;
use tonic::{Request, Response, Status, Streaming, async_trait};
use uuid::Uuid;

use super::batches::PayResults;
use super::store::{payables, plans, results};
use crate::ledger::{self, Draft};

/// Expenditure over gRPC.
pub struct Expenditure(pub Platform);

#[async_trait]
impl ExpenditureService for Expenditure {
    async fn list_payables(
        &self,
        request: Request<ListPayablesRequest>,
    ) -> Result<Response<ListPayablesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let state = Some(asked.state());
                    let state = state.filter(|one| *one != PayableState::Unspecified);
                    let payee_id = Some(&*asked.payee_id).filter(|id| !id.is_empty());
                    let part = (page.after()?, page.limit());
                    let rows = payables::list(unit.db(), &area, (state, payee_id), part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListPayablesResponse {
                        payables: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_pay_outs(
        &self,
        request: Request<ListPayOutsRequest>,
    ) -> Result<Response<ListPayOutsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = payables::pay_outs(unit.db(), &area, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListPayOutsResponse {
                        pay_outs: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_pay_out_lines(
        &self,
        request: Request<ListPayOutLinesRequest>,
    ) -> Result<Response<ListPayOutLinesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let pay_out_id = uuid(&asked.pay_out_id)?;
                    let part = (page.after()?, page.limit());
                    let rows = payables::lines(unit.db(), &area, pay_out_id, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.order_id.to_string());
                    Ok(ListPayOutLinesResponse {
                        lines: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn upload_pay_results(
        &self,
        request: Request<Streaming<UploadPayResultsRequest>>,
    ) -> Result<Response<UploadPayResultsResponse>, Status> {
        let batch = Some(self.0.upload(request, PayResults).await?);
        Ok(Response::new(UploadPayResultsResponse { batch }))
    }

    async fn list_bank_returns(
        &self,
        request: Request<ListBankReturnsRequest>,
    ) -> Result<Response<ListBankReturnsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let month = month(asked.month)?;
                    let after: Option<Place> = page.after()?;
                    let after =
                        after.unwrap_or_else(|| Place(month.first_day(), Uuid::nil(), Uuid::nil()));
                    let part = ((after.0, after.1, after.2), page.limit());
                    let rows = results::returns(unit.db(), &area, month, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| {
                        Place(row.settled_on, row.pay_out_id, row.order_id).to_string()
                    });
                    let list = BankReturnList {
                        month: asked.month,
                        returns: rows.into_iter().map(Into::into).collect(),
                    };
                    Ok(ListBankReturnsResponse {
                        list: Some(list),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn repeat_payment(
        &self,
        request: Request<RepeatPaymentRequest>,
    ) -> Result<Response<RepeatPaymentResponse>, Status> {
        self.0
            .change(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let order_id = uuid(&asked.order_id)?;
                    let row = payables::repeat(unit.db(), &area, order_id).await?;
                    let row = row.ok_or_else(|| {
                        Refused::because(Refusal::PaymentNotReturned)
                            .with("order_id", &asked.order_id)
                    })?;
                    Ok(RepeatPaymentResponse {
                        payable: Some(row.into()),
                    })
                })
            })
            .await
    }

    async fn list_use_plans(
        &self,
        request: Request<ListUsePlansRequest>,
    ) -> Result<Response<ListUsePlansResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = plans::list(unit.db(), &area, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListUsePlansResponse {
                        plans: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn record_use_answer(
        &self,
        request: Request<RecordUseAnswerRequest>,
    ) -> Result<Response<RecordUseAnswerResponse>, Status> {
        self.0
            .change(request, |unit, asked| Box::pin(answered(unit, asked)))
            .await
    }
}

/// The last row of a page of returns.
struct Place(Date, Uuid, Uuid);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.0, self.1, self.2)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('/');
        let mut part = || parts.next().ok_or(());
        Ok(Self(
            ledger::chart::day(part()?).ok_or(())?,
            part()?.parse().map_err(drop)?,
            part()?.parse().map_err(drop)?,
        ))
    }
}

/// Art. 95, Art. 98, Art. 99. What the treasury decided is kept; reserve that it gives free is no reserve any more.
async fn answered(
    unit: &mut Unit,
    asked: RecordUseAnswerRequest,
) -> Result<RecordUseAnswerResponse> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let (approved, on) = (yuan(asked.approved.as_ref())?, day(asked.answered_on)?);
    let open = plans::open(unit.db(), &area, uuid(&asked.case_id)?).await?;
    let plan: UsePlan = match open {
        Some(row) => row.into(),
        None => {
            let refused = Refused::because(Refusal::UsePlanUnknown);
            return Err(refused.with("case_id", &asked.case_id).into());
        }
    };
    let amount = yuan(plan.amount.as_ref())?;
    if on > today || approved > amount {
        let refused = Refused::because(Refusal::UseAnswer);
        return Err(refused.with("amount", amount).into());
    }
    plans::answer(unit.db(), &area, &asked).await?;
    if plan.kind() == UseKind::Reserve && !approved.is_zero() {
        let parts = [(DocumentPart::Used, approved)];
        let draft = Draft {
            document: SourceDocument::Reserve,
            document_number: asked.case_id.clone(),
            document_on: on,
            asked: None,
            summary: format!("动用储备金（{}）", asked.document_number),
            lines: ledger::rules::lines(SourceDocument::Reserve, on, &parts)?,
            corrects: None,
            made_by: unit.actor().name.clone(),
        };
        ledger::post(unit, &[draft]).await?;
    }
    let plan = UsePlan {
        answered: true,
        approved: asked.approved,
        document_number: asked.document_number,
        answered_on: asked.answered_on,
        ..plan
    };
    Ok(RecordUseAnswerResponse { plan: Some(plan) })
}
