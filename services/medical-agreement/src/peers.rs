//! The questions that the service asks of others; all of them only read.

use chassis::peer::if_found;
use chassis::{Result, Unit};
use contracts::benefit_review::v1::injury_service_client::InjuryServiceClient;
use contracts::benefit_review::v1::{GetInjuryRequest, Injury};
use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
use contracts::registration::v1::{GetPersonRequest, GetPersonResponse};
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

/// Art. 54. The registered injury of a person; none when there is no such.
///
/// # Errors
/// When benefit-review does not answer.
pub async fn injury(
    unit: &mut Unit,
    person_id: Uuid,
    recognition_number: &str,
) -> Result<Option<Injury>> {
    let request = GetInjuryRequest {
        pooling_area: unit.area().to_owned(),
        person_id: person_id.to_string(),
        recognition_number: recognition_number.to_owned(),
    };
    let mut injuries = InjuryServiceClient::new(unit.platform().peer("benefit-review")?);
    Ok(if_found(injuries.get_injury(request).await)?.and_then(|answer| answer.injury))
}
