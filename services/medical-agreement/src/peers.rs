//! The questions that the service asks of others; all of them only read.

use std::collections::{BTreeSet, HashMap};

use chassis::peer::if_found;
use chassis::wire::uuid;
use chassis::{Result, Unit};
use contracts::benefit_review::v1::injury_service_client::InjuryServiceClient;
use contracts::benefit_review::v1::{GetInjuryRequest, Injury};
use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
use contracts::registration::v1::{BatchGetInsuranceRequest, GetPersonRequest, GetPersonResponse};
use time::Date;
use uuid::Uuid;

/// Persons in one question, as the contract of registration bounds it.
const PERSONS_AT_ONCE: usize = 10_000;

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

/// Art. 46. The names of persons by their numbers; none of somebody whom registration does not know. Most are
/// insured on the day and asked for together; only those who are not any more are asked for one by one.
///
/// # Errors
/// When registration does not answer.
pub async fn names(
    unit: &mut Unit,
    person_ids: BTreeSet<Uuid>,
    on: Date,
) -> Result<HashMap<Uuid, String>> {
    let ids: Vec<String> = person_ids.iter().map(Uuid::to_string).collect();
    let mut names = HashMap::new();
    for ids in ids.chunks(PERSONS_AT_ONCE) {
        let request = BatchGetInsuranceRequest {
            pooling_area: unit.area().to_owned(),
            person_ids: ids.to_vec(),
            on: Some(on.into()),
            employer_id: String::new(),
        };
        let mut enrolments = EnrolmentServiceClient::new(unit.platform().peer("registration")?);
        let insured = enrolments.batch_get_insurance(request).await?.into_inner();
        for person in insured.enrolments.into_iter().filter_map(|one| one.person) {
            names.insert(uuid(&person.person_id)?, person.name);
        }
    }
    for person_id in person_ids {
        if names.contains_key(&person_id) {
            continue;
        }
        let known = person(unit, person_id)
            .await?
            .and_then(|known| known.person);
        names.extend(known.map(|known| (person_id, known.name)));
    }
    Ok(names)
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
