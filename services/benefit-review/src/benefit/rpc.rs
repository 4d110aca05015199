//! The gRPC service of benefits of all sections.

use chassis::wire::{maybe_uuid, uuid};
use chassis::{Page, Platform, Result, Unit};
use contracts::benefit_review::v1::benefit_service_server::BenefitService;
use contracts::benefit_review::v1::{
    CompareOwnWagesRequest, CompareOwnWagesResponse, EstimateBenefitsRequest,
    EstimateBenefitsResponse, ListAdjustmentsLeftRequest, ListAdjustmentsLeftResponse,
    ListAdjustmentsRequest, ListAdjustmentsResponse, ListCashClaimsRequest, ListCashClaimsResponse,
    ListEligibilityDifferencesRequest, ListEligibilityDifferencesResponse,
    ListOwnWageDifferencesRequest, ListOwnWageDifferencesResponse,
};
use tonic::{Request, Response, Status, async_trait};

use super::compared::{self, Asked};
use super::eligibility;
use super::estimate::{Enquiry, estimate, unused};
use super::rules::Laws;
use super::store::adjustments::{self, MadeRow};
use super::store::claims::{self, ClaimRow, Filter};
use super::store::{differences, eligibility as kept_eligibility};
use super::wage::with_claims;

/// Benefits over gRPC.
pub struct Benefits(pub Platform);

#[async_trait]
impl BenefitService for Benefits {
    async fn estimate_benefits(
        &self,
        request: Request<EstimateBenefitsRequest>,
    ) -> Result<Response<EstimateBenefitsResponse>, Status> {
        self.0
            .consult(request, |unit, asked| Box::pin(estimated(unit, asked)))
            .await
    }

    async fn list_own_wage_differences(
        &self,
        request: Request<ListOwnWageDifferencesRequest>,
    ) -> Result<Response<ListOwnWageDifferencesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let person_id = maybe_uuid(&asked.person_id)?;
                    let part = (page.after()?, page.limit());
                    let rows = differences::list(unit.db(), &area, person_id, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |(at, _)| at.to_string());
                    let mut differences = Vec::with_capacity(rows.len());
                    for (_, one) in rows {
                        differences.push(with_claims(unit, one).await?);
                    }
                    Ok(ListOwnWageDifferencesResponse {
                        differences,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_eligibility_differences(
        &self,
        request: Request<ListEligibilityDifferencesRequest>,
    ) -> Result<Response<ListEligibilityDifferencesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let person_id = maybe_uuid(&asked.person_id)?;
                    let part = (page.after()?, page.limit());
                    let rows = kept_eligibility::list(unit.db(), &area, person_id, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |(at, _)| at.to_string());
                    let mut differences = Vec::with_capacity(rows.len());
                    for (_, one) in rows {
                        differences.push(eligibility::with_claims(unit, one).await?);
                    }
                    Ok(ListEligibilityDifferencesResponse {
                        differences,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn compare_own_wages(
        &self,
        request: Request<CompareOwnWagesRequest>,
    ) -> Result<Response<CompareOwnWagesResponse>, Status> {
        let compared = self.0.change_knowing(
            request,
            |platform, _, asked| {
                Box::pin(async move {
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let wages = compared::Page {
                        after: page.after()?,
                        limit: page.limit(),
                    };
                    platform.ask_together(&asked.pooling_area, wages).await
                })
            },
            |unit, asked, known| {
                Box::pin(async move {
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let of_injury = |one: &Asked| one.injury.injury_id.clone();
                    let (known, next_page_token) = page.cut(known, of_injury);
                    let (mut raised, mut eligibilities) = (Vec::new(), Vec::new());
                    for one in &known {
                        let of_one = compared::compared(unit, one).await?;
                        raised.extend(of_one.own_wage);
                        eligibilities.extend(of_one.eligibility);
                    }
                    Ok(CompareOwnWagesResponse {
                        raised,
                        next_page_token,
                        eligibilities,
                    })
                })
            },
        );
        compared.await
    }

    async fn list_cash_claims(
        &self,
        request: Request<ListCashClaimsRequest>,
    ) -> Result<Response<ListCashClaimsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let filter = Filter {
                        claim_id: maybe_uuid(&asked.claim_id)?,
                        person_id: maybe_uuid(&asked.person_id)?,
                        employer_id: &asked.employer_id,
                    };
                    let part = (page.after()?, page.limit());
                    let rows = claims::list(unit.db(), &area, filter, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    let claims = rows.iter().map(ClaimRow::claim).collect::<Result<_>>()?;
                    Ok(ListCashClaimsResponse {
                        claims,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_adjustments(
        &self,
        request: Request<ListAdjustmentsRequest>,
    ) -> Result<Response<ListAdjustmentsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = adjustments::list(unit.db(), &area, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListAdjustmentsResponse {
                        adjustments: rows.iter().map(MadeRow::listed).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_adjustments_left(
        &self,
        request: Request<ListAdjustmentsLeftRequest>,
    ) -> Result<Response<ListAdjustmentsLeftResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let run_id = uuid(&asked.run_id)?;
                    let rows = adjustments::left(unit.db(), &area, run_id, part).await?;
                    let (left, next_page_token) = page.cut(rows, |row| row.benefit_id.clone());
                    Ok(ListAdjustmentsLeftResponse {
                        left,
                        next_page_token,
                    })
                })
            })
            .await
    }
}

/// Art. 68, Art. 69, Art. 71, Art. 72. The same rules as the decisions, on figures that are given.
async fn estimated(
    unit: &mut Unit,
    asked: EstimateBenefitsRequest,
) -> Result<EstimateBenefitsResponse> {
    let assumed = asked.parameters.iter();
    let assumed: Vec<_> = assumed
        .map(|one| (one.name.clone(), one.value.clone()))
        .collect();
    let enquiry = Enquiry::of(&asked)?;
    let mut laws = Vec::new();
    for on in enquiry.days() {
        laws.push(unit.law_standing_in(on, &assumed).await?);
    }
    let laws = Laws::of(laws);
    let mut answer = estimate(&enquiry, &laws)?;
    let ignored = unused(&enquiry, (&laws, &answer), &assumed);
    answer.remarks.extend(ignored);
    Ok(answer)
}
