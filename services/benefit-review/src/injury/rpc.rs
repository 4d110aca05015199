//! The gRPC service of the section.

use chassis::wire::uuid;
use chassis::{Error, Page, Platform, Result};
use contracts::benefit_review::v1::injury_service_server::InjuryService;
use contracts::benefit_review::v1::{
    GetInjuryRequest, GetInjuryResponse, ListAccidentsRequest, ListAccidentsResponse,
    ListConclusionsRequest, ListConclusionsResponse, ListInjuriesRequest, ListInjuriesResponse,
    ListRecognitionsRequest, ListRecognitionsResponse, UploadConclusionsRequest,
    UploadConclusionsResponse, UploadRecognitionsRequest, UploadRecognitionsResponse,
};
use contracts::options::v1::Caller;
use prost::Message;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use super::batches::{Conclusions, Recognitions};
use super::store::{self, Filter};

/// Section 1 over gRPC.
pub struct Injuries(pub Platform);

#[chassis::async_trait]
impl InjuryService for Injuries {
    async fn upload_recognitions(
        &self,
        request: Request<Streaming<UploadRecognitionsRequest>>,
    ) -> Result<Response<UploadRecognitionsResponse>, Status> {
        let batch = Some(self.0.upload(request, Recognitions).await?);
        Ok(Response::new(UploadRecognitionsResponse { batch }))
    }

    async fn list_recognitions(
        &self,
        request: Request<ListRecognitionsRequest>,
    ) -> Result<Response<ListRecognitionsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let of = (person(&asked.person_id)?, asked.employer_id.as_str());
                    let part = (page.after()?, page.limit());
                    let rows = store::recognitions(unit.db(), &area, of, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    let decoded = rows.iter().map(|row| Ok(Message::decode(&*row.content)?));
                    Ok(ListRecognitionsResponse {
                        recognitions: decoded.collect::<Result<_>>()?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn upload_conclusions(
        &self,
        request: Request<Streaming<UploadConclusionsRequest>>,
    ) -> Result<Response<UploadConclusionsResponse>, Status> {
        let batch = Some(self.0.upload(request, Conclusions).await?);
        Ok(Response::new(UploadConclusionsResponse { batch }))
    }

    async fn list_conclusions(
        &self,
        request: Request<ListConclusionsRequest>,
    ) -> Result<Response<ListConclusionsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let of = person(&asked.person_id)?;
                    let rows = store::conclusions(unit.db(), &area, of, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    let decoded = rows.iter().map(|row| Ok(Message::decode(&*row.content)?));
                    Ok(ListConclusionsResponse {
                        conclusions: decoded.collect::<Result<_>>()?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_accidents(
        &self,
        request: Request<ListAccidentsRequest>,
    ) -> Result<Response<ListAccidentsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let employer_id = asked.employer_id.as_str();
                    let of = (person(&asked.person_id)?, employer_id, asked.unregistered);
                    let part = (page.after()?, page.limit());
                    let rows = store::accidents(unit.db(), &area, of, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.accident_id.to_string());
                    let accidents = rows.into_iter().map(TryInto::try_into);
                    Ok(ListAccidentsResponse {
                        accidents: accidents.collect::<Result<_>>()?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_injuries(
        &self,
        request: Request<ListInjuriesRequest>,
    ) -> Result<Response<ListInjuriesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    // Whoever an injured employee went to bears the duties now, and sees what they are of.
                    let mut employer_id = asked.employer_id;
                    if unit.actor().caller == Caller::Employer {
                        employer_id.clone_from(&unit.actor().party);
                        unit.look_as_the_agency().await?;
                    }
                    let filter = Filter {
                        person_id: person(&asked.person_id)?,
                        employer_id: &employer_id,
                        ..Filter::default()
                    };
                    let part = (page.after()?, page.limit());
                    let rows = store::injuries(unit.db(), &area, filter, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.injury_id.to_string());
                    let injuries = rows.into_iter().map(TryInto::try_into);
                    Ok(ListInjuriesResponse {
                        injuries: injuries.collect::<Result<_>>()?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn get_injury(
        &self,
        request: Request<GetInjuryRequest>,
    ) -> Result<Response<GetInjuryResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let of = (uuid(&asked.person_id)?, asked.recognition_number.as_str());
                    let injury = store::injury(unit.db(), &area, of).await?;
                    let injury = injury
                        .ok_or_else(|| Error::not_found("工伤登记", &asked.recognition_number))?;
                    Ok(GetInjuryResponse {
                        injury: Some(injury),
                    })
                })
            })
            .await
    }
}

/// The person whom a list is narrowed to, if to any.
fn person(person_id: &str) -> Result<Option<Uuid>> {
    let named = Some(person_id).filter(|id| !id.is_empty());
    named.map(uuid).transpose()
}
