//! The gRPC service of the section.

mod terms;

use chassis::wire::{maybe_day, maybe_uuid};
use chassis::{Page, Platform, Result};
use contracts::medical_agreement::v1::treatment_service_server::TreatmentService;
use contracts::medical_agreement::v1::{
    BatchGetBillTermsRequest, BatchGetBillTermsResponse, BatchGetCatalogueItemsRequest,
    BatchGetCatalogueItemsResponse, CatalogueItem, ListApprovalsRequest, ListApprovalsResponse,
    ListCatalogueDifferencesRequest, ListCatalogueDifferencesResponse, ListCatalogueItemsRequest,
    ListCatalogueItemsResponse, ListCatalogueVersionsRequest, ListCatalogueVersionsResponse,
    ListRelapseDisputesRequest, ListRelapseDisputesResponse, UploadCatalogueRequest,
    UploadCatalogueResponse, UploadRelapseConclusionsRequest, UploadRelapseConclusionsResponse,
};
use contracts::options::v1::Caller;
use prost::Message;
use time::Date;
use tonic::{Request, Response, Status, Streaming};

use super::batches::RelapseConclusions;
use super::rules::of_committee;
use super::store;
use crate::approval::store::{self as approvals, Filter};
use crate::catalogue::batches::CatalogueList;
use crate::catalogue::{self, rules, store as catalogues};
use crate::own::{own, own_person};

/// Section 2 over gRPC. The catalogues in force are everybody's: who reads them looks as the agency.
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
                    let actor = unit.actor().clone();
                    let filter = Filter {
                        person_id: own_person(&actor, &asked.person_id)?,
                        institution_id: own(&actor, Caller::Institution, &asked.institution_id),
                        employer_id: own(&actor, Caller::Employer, &asked.employer_id),
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

    async fn upload_relapse_conclusions(
        &self,
        request: Request<Streaming<UploadRelapseConclusionsRequest>>,
    ) -> Result<Response<UploadRelapseConclusionsResponse>, Status> {
        let batch = Some(self.0.upload(request, RelapseConclusions).await?);
        Ok(Response::new(UploadRelapseConclusionsResponse { batch }))
    }

    async fn list_relapse_disputes(
        &self,
        request: Request<ListRelapseDisputesRequest>,
    ) -> Result<Response<ListRelapseDisputesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let (area, actor) = (unit.area().to_owned(), unit.actor());
                    of_committee(actor.caller, &actor.party)?;
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let of = (maybe_uuid(&asked.person_id)?, asked.waiting);
                    let part = (page.after()?, page.limit());
                    let rows = store::disputes(unit.db(), &area, of, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.dispute_id.to_string());
                    Ok(ListRelapseDisputesResponse {
                        disputes: rows
                            .iter()
                            .map(store::DisputeRow::shown)
                            .collect::<Result<_>>()?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn upload_catalogue(
        &self,
        request: Request<Streaming<UploadCatalogueRequest>>,
    ) -> Result<Response<UploadCatalogueResponse>, Status> {
        let batch = self.0.upload(request, CatalogueList).await?;
        Ok(Response::new(UploadCatalogueResponse {
            batch: Some(batch),
        }))
    }

    async fn list_catalogue_items(
        &self,
        request: Request<ListCatalogueItemsRequest>,
    ) -> Result<Response<ListCatalogueItemsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    unit.look_as_the_agency().await?;
                    let on = maybe_day(asked.on).unwrap_or_else(|| unit.today());
                    let kind = asked.kind();
                    let version = catalogues::in_force(unit.db(), &area, kind, on).await?;
                    let Some(version) = version else {
                        return Ok(ListCatalogueItemsResponse::default());
                    };
                    let which = (version.list_id, asked.text.as_str());
                    let part = (page.after.as_deref(), page.limit());
                    let rows = catalogues::items(unit.db(), &area, which, part).await?;
                    let items = rows
                        .iter()
                        .map(|row| Ok(CatalogueItem::decode(&**row)?))
                        .collect::<Result<Vec<_>>>()?;
                    let (items, next_page_token) = page.cut(items, |item| item.code.clone());
                    Ok(ListCatalogueItemsResponse {
                        items,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn batch_get_catalogue_items(
        &self,
        request: Request<BatchGetCatalogueItemsRequest>,
    ) -> Result<Response<BatchGetCatalogueItemsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    unit.look_as_the_agency().await?;
                    let answers = catalogue::answers(unit, asked.questions).await?;
                    Ok(BatchGetCatalogueItemsResponse { answers })
                })
            })
            .await
    }

    async fn batch_get_bill_terms(
        &self,
        request: Request<BatchGetBillTermsRequest>,
    ) -> Result<Response<BatchGetBillTermsResponse>, Status> {
        let terms = self.0.read(request, |unit, asked| {
            Box::pin(async move { terms::of_bills(unit, asked).await })
        });
        terms.await
    }

    async fn list_catalogue_versions(
        &self,
        request: Request<ListCatalogueVersionsRequest>,
    ) -> Result<Response<ListCatalogueVersionsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    unit.look_as_the_agency().await?;
                    // The number of the day of the last version on the page before.
                    let before = page
                        .after::<i32>()?
                        .and_then(|day| Date::from_julian_day(day).ok());
                    let part = (before, page.limit());
                    let rows = catalogues::versions(unit.db(), &area, asked.kind, part).await?;
                    let (rows, next_page_token) =
                        page.cut(rows, |row| row.effective_on.to_julian_day().to_string());
                    Ok(ListCatalogueVersionsResponse {
                        versions: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_catalogue_differences(
        &self,
        request: Request<ListCatalogueDifferencesRequest>,
    ) -> Result<Response<ListCatalogueDifferencesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let (area, kind) = (unit.area().to_owned(), asked.kind());
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let on = maybe_day(asked.on).unwrap_or_else(|| unit.today());
                    let after = catalogue::whole_list(unit, &asked.batch_id, kind).await?;
                    let before = catalogues::in_force(unit.db(), &area, kind, on).await?;
                    let lists = (before.map(|version| version.list_id), after);
                    let part = (page.after.as_deref(), page.limit());
                    let rows = catalogues::differences(unit.db(), &area, lists, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.code.clone());
                    let item = |kept: Option<Vec<u8>>| {
                        let item = kept.map(|kept| CatalogueItem::decode(&*kept));
                        item.transpose()
                    };
                    let differences = rows
                        .into_iter()
                        .map(|row| Ok(rules::difference(item(row.before)?, item(row.after)?)))
                        .collect::<Result<_>>()?;
                    Ok(ListCatalogueDifferencesResponse {
                        differences,
                        next_page_token,
                    })
                })
            })
            .await
    }
}
