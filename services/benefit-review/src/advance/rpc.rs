//! The gRPC service of the section.

use chassis::wire::maybe_uuid;
use chassis::{Page, Platform, Result};
use contracts::benefit_review::v1::advance_service_server::AdvanceService;
use contracts::benefit_review::v1::{ListAdvanceEntriesRequest, ListAdvanceEntriesResponse};
use tonic::{Request, Response, Status};

use super::store::{self, EntryRow, Filter};

/// Section 7 over gRPC.
pub struct Advances(pub Platform);

#[chassis::async_trait]
impl AdvanceService for Advances {
    async fn list_advance_entries(
        &self,
        request: Request<ListAdvanceEntriesRequest>,
    ) -> Result<Response<ListAdvanceEntriesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let filter = Filter {
                        advance_id: maybe_uuid(&asked.advance_id)?,
                        person_id: maybe_uuid(&asked.person_id)?,
                        employer_id: &asked.employer_id,
                    };
                    let part = (page.after()?, page.limit());
                    let rows = store::entries(unit.db(), &area, filter, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    let entries = rows.iter().map(EntryRow::entry).collect::<Result<_>>()?;
                    Ok(ListAdvanceEntriesResponse {
                        entries,
                        next_page_token,
                    })
                })
            })
            .await
    }
}
