//! The gRPC service of the section.

use chassis::{Error, Page, Platform, Result};
use contracts::registration::v1::certificate_service_server::CertificateService;
use contracts::registration::v1::{
    GetCertificateRequest, GetCertificateResponse, ListCertificatesRequest,
    ListCertificatesResponse, ListUnverifiedRequest, ListUnverifiedResponse,
    ListVerificationsRequest, ListVerificationsResponse,
};
use tonic::{Request, Response, Status};

use super::rounds::store::{self as rounds, Overdue, VerificationRow};
use super::store;
use chassis::wire::{maybe_day, uuid};

/// Registration certificates.
pub struct Certificates(pub Platform);

#[chassis::async_trait]
impl CertificateService for Certificates {
    async fn get_certificate(
        &self,
        request: Request<GetCertificateRequest>,
    ) -> Result<Response<GetCertificateResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, today) = (unit.area().to_owned(), unit.today());
                    let number = request.certificate_number.as_str();
                    let filter = store::Filter {
                        certificate_number: number,
                        employer_id: "",
                    };
                    let found = store::list(unit.db(), &area, &filter, &Page::of(1, "")?).await?;
                    let certificate = found.into_iter().next().map(|row| row.certificate(today));
                    let certificate =
                        certificate.ok_or_else(|| Error::not_found("社会保险登记证", number))?;
                    Ok(GetCertificateResponse {
                        certificate: Some(certificate),
                    })
                })
            })
            .await
    }

    async fn list_certificates(
        &self,
        request: Request<ListCertificatesRequest>,
    ) -> Result<Response<ListCertificatesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, today) = (unit.area().to_owned(), unit.today());
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let employer_id = request.employer_id.as_str();
                    let filter = store::Filter {
                        certificate_number: "",
                        employer_id,
                    };
                    let rows = store::list(unit.db(), &area, &filter, &page).await?;
                    let (rows, next_page_token) =
                        page.cut(rows, |row| row.certificate_no.to_string());
                    let certificates = rows.into_iter().map(|row| row.certificate(today)).collect();
                    Ok(ListCertificatesResponse {
                        certificates,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_verifications(
        &self,
        request: Request<ListVerificationsRequest>,
    ) -> Result<Response<ListVerificationsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let round_id = match request.round_id.as_str() {
                        "" => None,
                        id => Some(uuid(id)?),
                    };
                    let filter = rounds::Filter {
                        round_id,
                        employer_id: &request.employer_id,
                        state: request.state,
                    };
                    let rows = rounds::list(unit.db(), &area, &filter, &page).await?;
                    let (rows, next_page_token) = page.cut(rows, VerificationRow::key);
                    let verifications = rows.into_iter().map(Into::into).collect();
                    Ok(ListVerificationsResponse {
                        verifications,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_unverified(
        &self,
        request: Request<ListUnverifiedRequest>,
    ) -> Result<Response<ListUnverifiedResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let on = maybe_day(request.on).unwrap_or_else(|| unit.today());
                    let law = unit.law(on).await?;
                    let years = law.integer("verification_interval_years")?.value;
                    let overdue = Overdue {
                        on,
                        term_days: law.integer("verification_term_days")?.value,
                        only_new: false,
                    };
                    let (after, limit) = (page.after.as_deref(), page.limit());
                    let mut rows =
                        rounds::unverified(unit.db(), &area, &overdue, after, limit).await?;
                    // The costly question is asked only where the page has room for answers.
                    let room = limit - i64::try_from(rows.len()).unwrap_or(limit);
                    if room > 0 {
                        let due = (on, years);
                        rows.extend(rounds::not_called(unit.db(), &area, due, after, room).await?);
                    }
                    let (rows, next_page_token) = page.cut(rows, |row| row.key.clone());
                    let certificates = rows.into_iter().map(Into::into).collect();
                    Ok(ListUnverifiedResponse {
                        certificates,
                        next_page_token,
                    })
                })
            })
            .await
    }
}
