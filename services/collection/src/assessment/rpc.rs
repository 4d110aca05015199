//! The gRPC service of assessment.

use chassis::{Page, Platform, Result, Unit};
use contracts::Refused;
use contracts::collection::v1::assessment_service_server::AssessmentService;
use contracts::collection::v1::{
    ConfirmContributionAssessmentRequest, ConfirmContributionAssessmentResponse, ConstructionTerms,
    ContributionAssessment, EstimateContributionRequest, EstimateContributionResponse,
    GetContributionAssessmentRequest, GetContributionAssessmentResponse, InsuranceAssessment,
    ListContributionAssessmentsRequest, ListContributionAssessmentsResponse,
    ListSpecialAssessmentsRequest, ListSpecialAssessmentsResponse,
    PrintSocialInsuranceAssessmentRequest, PrintSocialInsuranceAssessmentResponse, Refusal,
    SocialInsuranceAssessment, SpecialAssessment, UploadBackPaymentRosterRequest,
    UploadBackPaymentRosterResponse,
};
use contracts::common::v1::{Worksheet, WorksheetLine};
use law::Month;
use prost::Message;
use rust_decimal::Decimal;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::batches::BackPaymentRoster;
use super::rules::{Enquiry, estimate, late_fee_dates, needs};
use super::store::{self, Assessed, SpecialRow};
use crate::wire;

/// Insurance kind of work-injury insurance in LD/T 92.
const WORK_INJURY: &str = "410";

/// Section 3 over gRPC.
pub struct Assessments(pub Platform);

#[async_trait]
impl AssessmentService for Assessments {
    async fn estimate_contribution(
        &self,
        request: Request<EstimateContributionRequest>,
    ) -> Result<Response<EstimateContributionResponse>, Status> {
        self.0
            .consult(request, |unit, asked| Box::pin(estimated(unit, asked)))
            .await
    }

    async fn get_contribution_assessment(
        &self,
        request: Request<GetContributionAssessmentRequest>,
    ) -> Result<Response<GetContributionAssessmentResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let row = find(unit, &asked.employer_id, wire::month(asked.month)?).await?;
                    Ok(GetContributionAssessmentResponse {
                        assessment: Some(form(&row)?),
                    })
                })
            })
            .await
    }

    async fn list_contribution_assessments(
        &self,
        request: Request<ListContributionAssessmentsRequest>,
    ) -> Result<Response<ListContributionAssessmentsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let slice = (page.after()?, page.limit());
                    let rows =
                        store::of_month(unit.db(), &area, wire::month(asked.month)?, slice).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.employer_id.clone());
                    let assessments = rows.iter().map(form).collect::<Result<_>>()?;
                    Ok(ListContributionAssessmentsResponse {
                        assessments,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn confirm_contribution_assessment(
        &self,
        request: Request<ConfirmContributionAssessmentRequest>,
    ) -> Result<Response<ConfirmContributionAssessmentResponse>, Status> {
        self.0
            .change(request, |unit, asked| {
                Box::pin(async move {
                    let (area, today) = (unit.area().to_owned(), unit.today());
                    let month = wire::month(asked.month)?;
                    let mut row = find(unit, &asked.employer_id, month).await?;
                    let checked = wire::yuan(asked.total.as_ref())?;
                    let total = row.total();
                    if checked != total {
                        return Err(Refused::because(Refusal::TotalChanged)
                            .with("checked", checked)
                            .with("total", total)
                            .into());
                    }
                    store::confirm(unit.db(), &area, (&asked.employer_id, month), today).await?;
                    row.confirmed_on = Some(today);
                    Ok(ConfirmContributionAssessmentResponse {
                        assessment: Some(form(&row)?),
                    })
                })
            })
            .await
    }

    async fn print_social_insurance_assessment(
        &self,
        request: Request<PrintSocialInsuranceAssessmentRequest>,
    ) -> Result<Response<PrintSocialInsuranceAssessmentResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let row = find(unit, &asked.employer_id, wire::month(asked.month)?).await?;
                    let form = Some(all_insurances(&row, asked.other_insurances)?);
                    Ok(PrintSocialInsuranceAssessmentResponse { form })
                })
            })
            .await
    }

    async fn upload_back_payment_roster(
        &self,
        request: Request<Streaming<UploadBackPaymentRosterRequest>>,
    ) -> Result<Response<UploadBackPaymentRosterResponse>, Status> {
        let batch = self.0.upload(request, BackPaymentRoster).await?;
        Ok(Response::new(UploadBackPaymentRosterResponse {
            batch: Some(batch),
        }))
    }

    async fn list_special_assessments(
        &self,
        request: Request<ListSpecialAssessmentsRequest>,
    ) -> Result<Response<ListSpecialAssessmentsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let which = (asked.employer_id.as_str(), asked.way);
                    let slice = (page.after()?, page.limit());
                    let rows = store::special_assessments(unit.db(), &area, which, slice).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.case_id.to_string());
                    let assessments = rows.into_iter().map(special).collect::<Result<_>>()?;
                    Ok(ListSpecialAssessmentsResponse {
                        assessments,
                        next_page_token,
                    })
                })
            })
            .await
    }
}

/// Art. 28, Art. 30. The same rules as the assessment of a month, on figures that are given.
async fn estimated(
    unit: &mut Unit,
    asked: EstimateContributionRequest,
) -> Result<EstimateContributionResponse> {
    let month = wire::month(asked.month)?;
    let assumed: Vec<_> = asked
        .parameters
        .into_iter()
        .map(|p| (p.name, p.value))
        .collect();
    let law = unit.law_standing_in(month.first_day(), &assumed).await?;
    let (due_on, paid_on) = (
        wire::maybe_day(asked.due_date),
        wire::maybe_day(asked.paid_date),
    );
    let mut late_laws = Vec::new();
    if let Some((due_on, paid_on)) = due_on.zip(paid_on) {
        for on in late_fee_dates(unit.platform().catalogue(), due_on, paid_on) {
            late_laws.push(unit.law_standing_in(on, &assumed).await?);
        }
    }
    let enquiry = Enquiry {
        industry_code: asked.industry_code,
        month,
        payroll: wire::yuan(asked.payroll.as_ref())?,
        tier: asked.floating_tier.unwrap_or(0),
        due_on,
        paid_on,
    };
    let found = estimate(&enquiry, &law, &late_laws)?;
    let mut worksheet: Worksheet = found.worksheet.into();
    let total = worksheet.lines.len().saturating_sub(1);
    let ignored = assumed
        .into_iter()
        .filter(|(name, _)| !needs(&enquiry, &law, &late_laws, name))
        .map(|(name, value)| WorksheetLine {
            label: format!("未用到的替代参数（{name}）"),
            value,
            source: "测算申请；本次测算不涉及该参数，所填的值不影响结果".to_owned(),
        });
    worksheet.lines.splice(total..total, ignored);
    Ok(EstimateContributionResponse {
        risk_class: i32::from(found.rate.class),
        rate: found.rate.worksheet.value.to_string(),
        contribution: Some(found.contribution.into()),
        late_fee: Some(found.late_fee.into()),
        worksheet: Some(worksheet),
    })
}

async fn find(unit: &mut Unit, employer_id: &str, month: Month) -> Result<Assessed> {
    let area = unit.area().to_owned();
    let mut rows = store::assessed_months(unit.db(), &area, employer_id, (month, month)).await?;
    rows.pop().ok_or_else(|| {
        Refused::because(Refusal::MonthNotAssessed)
            .with("month", month)
            .into()
    })
}

fn form(row: &Assessed) -> Result<ContributionAssessment> {
    let form = ContributionAssessment::decode(&*row.form)?;
    Ok(ContributionAssessment {
        confirmed_on: row.confirmed_on.map(Into::into),
        ..form
    })
}

/// Form 3-10B: the column of work-injury insurance beside those that the caller gives.
fn all_insurances(
    row: &Assessed,
    others: Vec<InsuranceAssessment>,
) -> Result<SocialInsuranceAssessment> {
    if others.iter().any(|other| other.insurance == WORK_INJURY) {
        return Err(Refused::because(Refusal::InsuranceOwn).into());
    }
    let own = form(row)?;
    let mut employer_part = own.contribution;
    wire::add(&mut employer_part, own.special_contribution.as_ref());
    let mut insurances = vec![InsuranceAssessment {
        insurance: WORK_INJURY.to_owned(),
        headcount: own.headcount,
        payroll: own.payroll,
        employer_part,
        // Only the employer pays (工伤保险条例第十条).
        personal_part: Some(Decimal::ZERO.into()),
        back_payment: own.back_payment,
        late_fee: own.late_fee,
        total: None,
    }];
    insurances.extend(others);
    let (mut total, mut payable) = (None, own.payable);
    for insurance in &mut insurances {
        let mut of_insurance = None;
        let parts = [
            &insurance.employer_part,
            &insurance.personal_part,
            &insurance.back_payment,
            &insurance.late_fee,
        ];
        for part in parts {
            wire::add(&mut of_insurance, part.as_ref());
        }
        wire::add(&mut total, of_insurance.as_ref());
        if insurance.insurance != WORK_INJURY {
            wire::add(&mut payable, of_insurance.as_ref());
        }
        insurance.total = of_insurance;
    }
    Ok(SocialInsuranceAssessment {
        employer_id: own.employer_id,
        employer_name: own.employer_name,
        month: own.month,
        insurances,
        total,
        due_on: own.due_on,
        payable,
    })
}

fn special(row: SpecialRow) -> Result<SpecialAssessment> {
    let (from, to) = wire::month_range(&row.months)?;
    let project = row.project_number.map(|project_number| ConstructionTerms {
        project_number,
        project_name: row.project_name.unwrap_or_default(),
        cost: row.cost.map(Into::into),
        starts_on: row.starts_on.map(Into::into),
        ends_on: row.ends_on.map(Into::into),
        change: wire::count(row.change.unwrap_or_default()),
    });
    Ok(SpecialAssessment {
        case_id: row.case_id.to_string(),
        employer_id: row.employer_id,
        way: row.way,
        from_month: Some(from.into()),
        to_month: Some(to.into()),
        contribution: Some(row.contribution.into()),
        project,
        corrects_case_id: row.corrects.map(|id| id.to_string()).unwrap_or_default(),
    })
}
