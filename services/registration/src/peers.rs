//! The questions that registration asks of other services; all of them only read.

use chassis::{Result, Unit};
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::{
    GetClearanceRequest, GetClearanceResponse, GetPaymentStateRequest, GetPaymentStateResponse,
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
