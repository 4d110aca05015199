//! The gRPC service of the section.

mod patients;

use chassis::wire::{day, maybe_day};
use chassis::{Page, Platform, Result};
use contracts::medical_agreement::v1::agreement_service_server::AgreementService;
use contracts::medical_agreement::v1::{
    BatchGetStandingsRequest, BatchGetStandingsResponse, ListAgreementsRequest,
    ListAgreementsResponse, ListAppraisalsRequest, ListAppraisalsResponse, ListInstitutionsRequest,
    ListInstitutionsResponse, ListSuspensionsRequest, ListSuspensionsResponse,
    ListUnlistedPatientsRequest, ListUnlistedPatientsResponse,
};
use contracts::options::v1::Caller;
use law::calendar::add_months;
use prost::Message;
use time::Date;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::store::{self, Filter};
use crate::own::own;

/// Section 1 over gRPC.
pub struct Agreements(pub Platform);

#[chassis::async_trait]
impl AgreementService for Agreements {
    async fn list_institutions(
        &self,
        request: Request<ListInstitutionsRequest>,
    ) -> Result<Response<ListInstitutionsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    // It is published: to who speaks for one party as to anybody.
                    unit.look_as_the_agency().await?;
                    let on = maybe_day(asked.on).unwrap_or_else(|| unit.today());
                    let which = (on, asked.kind, asked.text.as_str());
                    let part = (page.after.as_deref(), page.limit());
                    let rows = store::list(unit.db(), &area, which, part).await?;
                    let (institutions, next_page_token) =
                        page.cut(rows, |row| row.institution_id.clone());
                    Ok(ListInstitutionsResponse {
                        institutions,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_agreements(
        &self,
        request: Request<ListAgreementsRequest>,
    ) -> Result<Response<ListAgreementsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let on = maybe_day(asked.on).unwrap_or_else(|| unit.today());
                    let actor = unit.actor().clone();
                    let mut filter = Filter {
                        institution_id: own(&actor, Caller::Institution, &asked.institution_id),
                        ending_by_on: maybe_day(asked.ending_by_on),
                        ..Filter::default()
                    };
                    if asked.appraisal_due {
                        let law = unit.law(on).await?;
                        let months = law.integer("appraisal_interval_months")?.value;
                        let months = i32::try_from(months).unwrap_or(i32::MAX);
                        filter.not_appraised_since = Some(add_months(on, -months));
                    }
                    filter.running = asked.appraisal_due || filter.ending_by_on.is_some();
                    let part = (page.after()?, page.limit());
                    let rows = store::list_agreements(unit.db(), &area, (filter, on), part).await?;
                    let (rows, next_page_token) =
                        page.cut(rows, |row| row.agreement_id.to_string());
                    let ids: Vec<Uuid> = rows.iter().map(|row| row.agreement_id).collect();
                    let patients = store::patients(unit.db(), &area, &ids).await?;
                    let of = |id: Uuid| {
                        let own = patients.iter().filter(move |(of, _)| *of == id);
                        own.map(|(_, patient)| patient.clone()).collect()
                    };
                    let shown = rows.iter().map(|row| row.shown(of(row.agreement_id), on));
                    Ok(ListAgreementsResponse {
                        agreements: shown.collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_appraisals(
        &self,
        request: Request<ListAppraisalsRequest>,
    ) -> Result<Response<ListAppraisalsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let actor = unit.actor().clone();
                    let of = own(&actor, Caller::Institution, &asked.institution_id);
                    let rows = store::appraisals(unit.db(), &area, of, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |(id, _)| id.to_string());
                    let appraisals = rows.into_iter().map(|(id, decision)| {
                        Ok(store::appraisal(id, Message::decode(&*decision)?))
                    });
                    Ok(ListAppraisalsResponse {
                        appraisals: appraisals.collect::<Result<_>>()?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_suspensions(
        &self,
        request: Request<ListSuspensionsRequest>,
    ) -> Result<Response<ListSuspensionsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let actor = unit.actor().clone();
                    let of = own(&actor, Caller::Institution, &asked.institution_id);
                    let rows = store::suspensions(unit.db(), &area, of, part).await?;
                    let (suspensions, next_page_token) =
                        page.cut(rows, |row| row.suspension_id.clone());
                    Ok(ListSuspensionsResponse {
                        suspensions,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_unlisted_patients(
        &self,
        request: Request<ListUnlistedPatientsRequest>,
    ) -> Result<Response<ListUnlistedPatientsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move { patients::unlisted(unit, &asked).await })
            })
            .await
    }

    async fn batch_get_standings(
        &self,
        request: Request<BatchGetStandingsRequest>,
    ) -> Result<Response<BatchGetStandingsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let days: Vec<(&str, Date)> = asked
                        .days
                        .iter()
                        .map(|one| Ok((one.institution_id.as_str(), day(one.on)?)))
                        .collect::<Result<_>>()?;
                    let standings = store::standings(unit.db(), &area, &days).await?;
                    Ok(BatchGetStandingsResponse { standings })
                })
            })
            .await
    }
}
