//! The gRPC service of the section.

use chassis::wire::{maybe_day, uuid};
use chassis::{Page, Platform, Result};
use contracts::medical_agreement::v1::treatment_service_server::TreatmentService;
use contracts::medical_agreement::v1::{ListApprovalsRequest, ListApprovalsResponse};
use tonic::{Request, Response, Status};

use crate::approval::store::{self as approvals, Filter};

/// Section 2 over gRPC.
pub struct Treatment(pub Platform);

#[chassis::async_trait]
impl TreatmentService for Treatment {
    async fn list_approvals(
        &self,
        request: Request<ListApprovalsRequest>,
    ) -> Result<Response<ListApprovalsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let person_id = Some(&asked.person_id).filter(|id| !id.is_empty());
                    let filter = Filter {
                        person_id: person_id.map(|id| uuid(id)).transpose()?,
                        institution_id: &asked.institution_id,
                        employer_id: &asked.employer_id,
                        kind: asked.kind,
                        on: maybe_day(asked.on),
                    };
                    let part = (page.after()?, page.limit());
                    let rows = approvals::list(unit.db(), &area, filter, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.approval_id.to_string());
                    Ok(ListApprovalsResponse {
                        approvals: rows
                            .into_iter()
                            .map(TryInto::try_into)
                            .collect::<Result<_>>()?,
                        next_page_token,
                    })
                })
            })
            .await
    }
}
