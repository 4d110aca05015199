//! `JournalService`: auditors read every change.

use contracts::common::v1::journal_service_server::JournalService;
use contracts::common::v1::{JournalEntry, ListJournalEntriesRequest, ListJournalEntriesResponse};
use tonic::{Request, Response, Status};

use crate::unit::store;
use crate::{Page, Platform};

/// The journal of a service.
pub struct Journal(pub(crate) Platform);

#[tonic::async_trait]
impl JournalService for Journal {
    async fn list_journal_entries(
        &self,
        request: Request<ListJournalEntriesRequest>,
    ) -> Result<Response<ListJournalEntriesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let area = unit.area().to_owned();
                    let rows = store::list_journal_entries(unit.db(), &area, &request.actor, &page)
                        .await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.request_id.to_string());
                    let entries = rows.into_iter().map(JournalEntry::from).collect();
                    Ok(ListJournalEntriesResponse {
                        entries,
                        next_page_token,
                    })
                })
            })
            .await
    }
}
