//! The gRPC service of the section.

use chassis::wire::maybe_uuid;
use chassis::{Page, Platform, Result};
use contracts::benefit_review::v1::device_service_server::DeviceService;
use contracts::benefit_review::v1::{ListDeviceClaimsRequest, ListDeviceClaimsResponse};
use tonic::{Request, Response, Status};

use super::store::{self, Filter};

/// Section 3 over gRPC.
pub struct Devices(pub Platform);

#[chassis::async_trait]
impl DeviceService for Devices {
    async fn list_device_claims(
        &self,
        request: Request<ListDeviceClaimsRequest>,
    ) -> Result<Response<ListDeviceClaimsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let filter = Filter {
                        claim_id: maybe_uuid(&asked.claim_id)?,
                        person_id: maybe_uuid(&asked.person_id)?,
                        employer_id: &asked.employer_id,
                        institution_id: &asked.institution_id,
                    };
                    let part = (page.after()?, page.limit());
                    let rows = store::list(unit.db(), &area, filter, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    let claims = rows.into_iter().map(TryInto::try_into);
                    Ok(ListDeviceClaimsResponse {
                        claims: claims.collect::<Result<_>>()?,
                        next_page_token,
                    })
                })
            })
            .await
    }
}
