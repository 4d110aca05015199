//! `CaseService`, served by every service.

use contracts::common::v1::case_service_server::CaseService;
use contracts::common::v1::{
    Case, GetCaseRequest, GetCaseResponse, ListCaseHistoryRequest, ListCaseHistoryResponse,
    ListCasesRequest, ListCasesResponse, RefuseCaseRequest, RefuseCaseResponse, ReturnCaseRequest,
    ReturnCaseResponse, ReviseCaseRequest, ReviseCaseResponse, SignCaseRequest, SignCaseResponse,
    SubmitCaseRequest, SubmitCaseResponse, WithdrawCaseRequest, WithdrawCaseResponse,
};
use contracts::{AreaRequest, reflect};
use prost_types::Any;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::engine;
use super::examine::{self, Decision, Examined};
use super::present::{head, history, is_visible, present, remarks};
use super::store::{self, CaseRow, Filter};
use crate::{Error, Page, Platform, Result, Unit, unit, wire};

/// The cases of a service.
pub struct Cases(pub(crate) Platform);

impl Cases {
    /// Examined in a unit of its own that only reads, so that questions to peers do not hold the
    /// writing transaction open.
    async fn examine<Q>(
        &self,
        request: &Request<Q>,
        case_id: &str,
    ) -> Result<Option<Examined>, Status>
    where
        Q: AreaRequest + Clone,
    {
        let actor = unit::caller(request)?;
        unit::admit_to(&actor, request.get_ref().pooling_area())?;
        let id = parse(case_id)?;
        let looked = self.0.glance(&actor, request.get_ref().clone(), |unit, _| {
            Box::pin(examine::examine(unit, id))
        });
        Ok(looked.await?)
    }

    /// What the decision on an application would be that is about to be taken in, as `GetCase` shows it.
    /// Examined in a unit of its own, too. Whatever else is wrong is told by the one that takes it in.
    async fn foresee<Q>(
        &self,
        request: &Request<Q>,
        application: Option<Any>,
    ) -> Result<Option<Result<Decision>>, Status>
    where
        Q: AreaRequest + Clone,
    {
        let actor = unit::caller(request)?;
        unit::admit_to(&actor, request.get_ref().pooling_area())?;
        let Some(application) = application else {
            return Ok(None);
        };
        let is_clerk = actor.is_clerk();
        let looked = self
            .0
            .glance(&actor, request.get_ref().clone(), |unit, _| {
                Box::pin(async move {
                    let kind = examine::kind_of(unit, wire::name_in(&application))?;
                    if !is_clerk {
                        unit.look_as_the_agency().await?;
                    }
                    examine::decide(unit, &*kind, &application.value).await
                })
            })
            .await;
        let found = Some(looked).filter(|found| is_clerk || stands_in_the_way(found));
        Ok(found.filter(|found| matches!(found, Ok(_) | Err(Error::Refused(_)))))
    }
}

#[tonic::async_trait]
impl CaseService for Cases {
    async fn submit_case(
        &self,
        request: Request<SubmitCaseRequest>,
    ) -> Result<Response<SubmitCaseResponse>, Status> {
        if request.get_ref().validate_only {
            return self
                .0
                .read(request, |unit, request| {
                    Box::pin(async move {
                        let case = Some(preview(unit, &request).await?);
                        Ok(SubmitCaseResponse { case })
                    })
                })
                .await;
        }
        let application = request.get_ref().application.clone();
        let examined = self.foresee(&request, application).await?;
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    Ok(SubmitCaseResponse {
                        case: Some(engine::submit(unit, request, examined).await?),
                    })
                })
            })
            .await
    }

    async fn revise_case(
        &self,
        request: Request<ReviseCaseRequest>,
    ) -> Result<Response<ReviseCaseResponse>, Status> {
        let application = request.get_ref().application.clone();
        let examined = self.foresee(&request, application).await?;
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    Ok(ReviseCaseResponse {
                        case: Some(engine::revise(unit, request, examined).await?),
                    })
                })
            })
            .await
    }

    async fn withdraw_case(
        &self,
        request: Request<WithdrawCaseRequest>,
    ) -> Result<Response<WithdrawCaseResponse>, Status> {
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    let case = engine::withdraw(unit, &request.case_id).await?;
                    Ok(WithdrawCaseResponse { case: Some(case) })
                })
            })
            .await
    }

    async fn return_case(
        &self,
        request: Request<ReturnCaseRequest>,
    ) -> Result<Response<ReturnCaseResponse>, Status> {
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    Ok(ReturnCaseResponse {
                        case: Some(engine::send_back(unit, request).await?),
                    })
                })
            })
            .await
    }

    async fn sign_case(
        &self,
        request: Request<SignCaseRequest>,
    ) -> Result<Response<SignCaseResponse>, Status> {
        let examined = self.examine(&request, &request.get_ref().case_id).await?;
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    let case = engine::sign(unit, request, examined).await?;
                    Ok(SignCaseResponse { case: Some(case) })
                })
            })
            .await
    }

    async fn refuse_case(
        &self,
        request: Request<RefuseCaseRequest>,
    ) -> Result<Response<RefuseCaseResponse>, Status> {
        let examined = self.examine(&request, &request.get_ref().case_id).await?;
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    let case = engine::refuse(unit, request, examined).await?;
                    Ok(RefuseCaseResponse { case: Some(case) })
                })
            })
            .await
    }

    async fn get_case(
        &self,
        request: Request<GetCaseRequest>,
    ) -> Result<Response<GetCaseResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let row = find(unit, &request.case_id).await?;
                    let is_clerk = unit.actor().is_clerk();
                    if !is_clerk {
                        unit.look_as_the_agency().await?;
                    }
                    let examined = examine::examine(unit, row.case_id).await?;
                    let decision = examined.map(|examined| examined.decision);
                    let decision = decision.filter(|found| is_clerk || stands_in_the_way(found));
                    Ok(GetCaseResponse {
                        case: Some(present(unit, &row, decision).await?),
                    })
                })
            })
            .await
    }

    async fn list_cases(
        &self,
        request: Request<ListCasesRequest>,
    ) -> Result<Response<ListCasesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let filter = Filter {
                        state: request.state,
                        kind: &request.kind,
                        awaited: request.awaited,
                        overdue_on: request.overdue.then(|| unit.today()),
                        subject: &request.subject,
                    };
                    let area = unit.area().to_owned();
                    let rows = store::list(unit.db(), &area, &filter, &page).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.case_id.to_string());
                    let cases = rows
                        .iter()
                        .filter(|row| is_visible(unit.actor(), row))
                        .map(|row| head(unit, row))
                        .collect::<Result<_>>()?;
                    Ok(ListCasesResponse {
                        cases,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_case_history(
        &self,
        request: Request<ListCaseHistoryRequest>,
    ) -> Result<Response<ListCaseHistoryResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let row = find(unit, &request.case_id).await?;
                    Ok(ListCaseHistoryResponse {
                        steps: history(unit, &row).await?,
                    })
                })
            })
            .await
    }
}

/// An applicant sees what was decided and what stands in the way of it, not what is being thought.
fn stands_in_the_way(found: &Result<Decision>) -> bool {
    matches!(found, Err(Error::Refused(_)))
}

async fn find(unit: &mut Unit, case_id: &str) -> Result<CaseRow> {
    let area = unit.area().to_owned();
    let row = store::find(unit.db(), &area, parse(case_id)?).await?;
    row.filter(|row| is_visible(unit.actor(), row))
        .ok_or_else(|| Error::not_found("办件", case_id))
}

/// What a submission would be decided as; nothing is written.
async fn preview(unit: &mut Unit, request: &SubmitCaseRequest) -> Result<Case> {
    let (row, revision) = engine::draft(unit, request).await?;
    let mut case = head(unit, &row)?;
    let application = reflect::from_json(&row.kind, &revision.application)?;
    let kind = examine::kind_of(unit, &row.kind)?;
    case.remarks = remarks(unit, &row).await?;
    unit.look_as_the_agency().await?;
    match examine::decide(unit, &*kind, &application).await {
        Ok(Decision { json, digest }) => {
            let name = kind.decision_name();
            case.decision = Some(wire::any_of(&name, reflect::from_json(&name, &json)?));
            case.decision_digest = digest;
        }
        Err(Error::Refused(refused)) => case.reasons.push(refused.reason()),
        Err(error) => return Err(error),
    }
    case.application = Some(wire::any_of(&row.kind, application));
    Ok(case)
}

fn parse(case_id: &str) -> Result<Uuid> {
    case_id
        .parse()
        .map_err(|_| Error::not_found("办件", case_id))
}
