//! The gRPC service of income.

use chassis::{Page, Platform, Result};
use contracts::finance::v1::income_service_server::IncomeService;
use contracts::finance::v1::{ListRemaindersRequest, ListRemaindersResponse};
use tonic::{Request, Response, Status, async_trait};

use super::store;

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
}
