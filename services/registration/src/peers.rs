//! The questions that registration asks of other services; all of them only read.

use chassis::{Result, Unit};
use contracts::audit::v1::handling_service_client::HandlingServiceClient;
use contracts::audit::v1::{GetVerificationOpinionRequest, OpenMatter};
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::base_service_client::BaseServiceClient;
use contracts::collection::v1::{
    BatchCompareWagesRequest, GetClearanceRequest, GetClearanceResponse, GetPaymentStateRequest,
    GetPaymentStateResponse, ListUnderDeclarationsRequest, ListedWage, UnderDeclaration,
    WageDifference,
};
use time::Date;

/// Art. 16, Art. 18. What of an employer's contributions and late fees is open, as collection knows.
///
/// # Errors
/// When collection does not answer.
pub async fn clearance(unit: &mut Unit, employer_id: &str) -> Result<GetClearanceResponse> {
    let request = GetClearanceRequest {
        pooling_area: unit.area().to_owned(),
        employer_id: employer_id.to_owned(),
    };
    let mut arrears = ArrearsServiceClient::new(unit.platform().peer("collection")?);
    Ok(arrears.get_clearance(request).await?.into_inner())
}

/// Art. 18. Whether an employer declared and paid everything that was due by `on`.
///
/// # Errors
/// When collection does not answer.
pub async fn payment_state(
    unit: &mut Unit,
    employer_id: &str,
    on: Date,
) -> Result<GetPaymentStateResponse> {
    let request = GetPaymentStateRequest {
        pooling_area: unit.area().to_owned(),
        employer_id: employer_id.to_owned(),
        person_id: String::new(),
        on: Some(on.into()),
    };
    let mut arrears = ArrearsServiceClient::new(unit.platform().peer("collection")?);
    Ok(arrears.get_payment_state(request).await?.into_inner())
}

/// Art. 16, 18. What collection found an employer to have under-declared.
///
/// # Errors
/// When collection does not answer.
pub async fn under_declarations(
    unit: &mut Unit,
    employer_id: &str,
) -> Result<Vec<UnderDeclaration>> {
    let mut bases = BaseServiceClient::new(unit.platform().peer("collection")?);
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListUnderDeclarationsRequest {
            pooling_area: unit.area().to_owned(),
            employer_id: employer_id.to_owned(),
            page_token,
            ..ListUnderDeclarationsRequest::default()
        };
        let answer = bases.list_under_declarations(request).await?.into_inner();
        found.extend(answer.under_declarations);
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            return Ok(found);
        }
    }
}

/// Art. 18. What audit has open on an employer.
///
/// # Errors
/// When audit does not answer.
pub async fn audit_matters(unit: &mut Unit, employer_id: &str) -> Result<Vec<OpenMatter>> {
    let request = GetVerificationOpinionRequest {
        pooling_area: unit.area().to_owned(),
        employer_id: employer_id.to_owned(),
    };
    let mut handling = HandlingServiceClient::new(unit.platform().peer("audit")?);
    let answer = handling.get_verification_opinion(request).await?;
    Ok(answer.into_inner().matters)
}

/// Art. 125. Which wages would make another base than the one in force.
///
/// # Errors
/// When collection does not answer.
pub async fn compare_wages(unit: &mut Unit, wages: Vec<ListedWage>) -> Result<Vec<WageDifference>> {
    let request = BatchCompareWagesRequest {
        pooling_area: unit.area().to_owned(),
        wages,
    };
    let mut bases = BaseServiceClient::new(unit.platform().peer("collection")?);
    let answer = bases.batch_compare_wages(request).await?;
    Ok(answer.into_inner().differences)
}
