//! The gRPC service of the section.

use chassis::wire::maybe_uuid;
use chassis::{Page, Platform, Result};
use contracts::medical_agreement::v1::device_service_server::DeviceService;
use contracts::medical_agreement::v1::{
    ListDeviceChecksRequest, ListDeviceChecksResponse, ListDevicesRequest, ListDevicesResponse,
    RecordDeviceCheckRequest, RecordDeviceCheckResponse, RecordFittingRequest,
    RecordFittingResponse,
};
use contracts::options::v1::Caller;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::store::{self, Filter};
use super::{check, fit};
use crate::own::{own, own_person};

/// Section 4 over gRPC.
pub struct Devices(pub Platform);

#[chassis::async_trait]
impl DeviceService for Devices {
    async fn record_fitting(
        &self,
        request: Request<RecordFittingRequest>,
    ) -> Result<Response<RecordFittingResponse>, Status> {
        self.0
            .change(request, |unit, asked| {
                Box::pin(async move {
                    let device = Some(fit(unit, &asked).await?);
                    Ok(RecordFittingResponse { device })
                })
            })
            .await
    }

    async fn list_devices(
        &self,
        request: Request<ListDevicesRequest>,
    ) -> Result<Response<ListDevicesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let (area, today) = (unit.area().to_owned(), unit.today());
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let actor = unit.actor().clone();
                    let filter = Filter {
                        person_id: own_person(&actor, &asked.person_id)?,
                        institution_id: own(&actor, Caller::Institution, &asked.institution_id),
                        employer_id: own(&actor, Caller::Employer, &asked.employer_id),
                        approval_id: maybe_uuid(&asked.approval_id)?,
                        code: "",
                    };
                    let part = (page.after()?, page.limit());
                    let rows = store::list(unit.db(), &area, filter, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.device_id.to_string());
                    let ids: Vec<Uuid> = rows.iter().map(|row| row.device_id).collect();
                    let pieces = store::pieces(unit.db(), &area, &ids).await?;
                    Ok(ListDevicesResponse {
                        devices: rows.iter().map(|row| row.shown(&pieces, today)).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn record_device_check(
        &self,
        request: Request<RecordDeviceCheckRequest>,
    ) -> Result<Response<RecordDeviceCheckResponse>, Status> {
        self.0
            .change(request, |unit, asked| {
                Box::pin(async move {
                    let check = Some(check(unit, &asked).await?);
                    Ok(RecordDeviceCheckResponse { check })
                })
            })
            .await
    }

    async fn list_device_checks(
        &self,
        request: Request<ListDeviceChecksRequest>,
    ) -> Result<Response<ListDeviceChecksResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let actor = unit.actor().clone();
                    let institution_id = own(&actor, Caller::Institution, &asked.institution_id);
                    let of = (institution_id, maybe_uuid(&asked.approval_id)?);
                    let rows = store::checks(unit.db(), &area, of, part).await?;
                    let (checks, next_page_token) = page.cut(rows, |row| row.check_id.clone());
                    Ok(ListDeviceChecksResponse {
                        checks,
                        next_page_token,
                    })
                })
            })
            .await
    }
}
