//! The questions that the service asks of others; all of them only read.

use chassis::peer::if_found;
use chassis::{Result, Unit};
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::{GetPaymentStateRequest, GetPaymentStateResponse};
use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
use contracts::registration::v1::{GetPersonRequest, GetPersonResponse};
use time::Date;
use uuid::Uuid;

/// Art. 56. A person with her or his enrolments, as registration knows them; none when there is no such.
///
/// # Errors
/// When registration does not answer.
pub async fn person(unit: &mut Unit, person_id: Uuid) -> Result<Option<GetPersonResponse>> {
    let request = GetPersonRequest {
        pooling_area: unit.area().to_owned(),
        person_id: person_id.to_string(),
    };
    let mut enrolments = EnrolmentServiceClient::new(unit.platform().peer("registration")?);
    if_found(enrolments.get_person(request).await)
}

/// Art. 56. Whether an employer had paid for a person by a day, as collection knows.
///
/// # Errors
/// When collection does not answer.
pub async fn payment_state(
    unit: &mut Unit,
    (employer_id, person_id): (&str, Uuid),
    on: Date,
) -> Result<GetPaymentStateResponse> {
    let request = GetPaymentStateRequest {
        pooling_area: unit.area().to_owned(),
        employer_id: employer_id.to_owned(),
        person_id: person_id.to_string(),
        on: Some(on.into()),
    };
    let mut arrears = ArrearsServiceClient::new(unit.platform().peer("collection")?);
    Ok(arrears.get_payment_state(request).await?.into_inner())
}
