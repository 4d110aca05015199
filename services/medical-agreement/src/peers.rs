//! The questions that the service asks of others; all of them only read.

use std::collections::{BTreeSet, HashMap};

use chassis::peer::{PeerChannel, if_found};
use chassis::wire::uuid;
use chassis::{Error, Result, Unit};
use contracts::benefit_review::v1::injury_service_client::InjuryServiceClient;
use contracts::benefit_review::v1::medical_service_client::MedicalServiceClient;
use contracts::benefit_review::v1::{
    EncounterState, GetInjuryRequest, Injury, ListAccidentsRequest, ListEncountersRequest,
    ListEncountersResponse,
};
use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
use contracts::registration::v1::{BatchGetInsuranceRequest, GetPersonRequest, GetPersonResponse};
use futures::{StreamExt, TryStreamExt, future, stream};
use time::Date;
use uuid::Uuid;

/// Persons in one question, as the contract of registration bounds it.
const PERSONS_AT_ONCE: usize = 10_000;

/// Accidents on a page, as the contract of benefit-review bounds it.
const ACCIDENTS_AT_ONCE: i32 = 1_000;

/// Questions under way at a time to who is asked for one after the other.
const AT_ONCE: usize = 16;

/// Art. 56. A person with her or his enrolments, as registration knows them; none when there is no such.
///
/// # Errors
/// When registration does not answer.
pub async fn person(unit: &mut Unit, person_id: Uuid) -> Result<Option<GetPersonResponse>> {
    let channel = unit.platform().peer("registration")?;
    get_person(channel, unit.area().to_owned(), person_id).await
}

async fn get_person(
    channel: PeerChannel,
    pooling_area: String,
    person_id: Uuid,
) -> Result<Option<GetPersonResponse>> {
    let request = GetPersonRequest {
        pooling_area,
        person_id: person_id.to_string(),
    };
    let mut enrolments = EnrolmentServiceClient::new(channel);
    if_found(enrolments.get_person(request).await)
}

/// Art. 46. The names of persons by their numbers; none of somebody whom registration does not know. Most are
/// insured on the day and asked for together; those who are not any more registration knows one by one.
///
/// # Errors
/// When registration does not answer.
pub async fn names(
    unit: &mut Unit,
    mut person_ids: BTreeSet<Uuid>,
    on: Date,
) -> Result<HashMap<Uuid, String>> {
    let channel = unit.platform().peer("registration")?;
    let area = unit.area().to_owned();
    let ids: Vec<String> = person_ids.iter().map(Uuid::to_string).collect();
    let mut names = HashMap::new();
    for ids in ids.chunks(PERSONS_AT_ONCE) {
        let request = BatchGetInsuranceRequest {
            pooling_area: area.clone(),
            person_ids: ids.to_vec(),
            on: Some(on.into()),
            employer_id: String::new(),
        };
        let mut enrolments = EnrolmentServiceClient::new(channel.clone());
        let insured = enrolments.batch_get_insurance(request).await?.into_inner();
        for person in insured.enrolments.into_iter().filter_map(|one| one.person) {
            names.insert(uuid(&person.person_id)?, person.name);
        }
    }
    person_ids.retain(|person_id| !names.contains_key(person_id));
    let others = person_ids.into_iter().map(|person_id| {
        let known = get_person(channel.clone(), area.clone(), person_id);
        async move { Ok::<_, Error>((person_id, known.await?.and_then(|known| known.person))) }
    });
    let mut others = stream::iter(others).buffer_unordered(AT_ONCE);
    while let Some((person_id, known)) = others.try_next().await? {
        names.extend(known.map(|known| (person_id, known.name)));
    }
    Ok(names)
}

/// Art. 40. Open bills that an institution sends, page by page.
///
/// # Errors
/// When benefit-review does not answer.
pub async fn open_bills(
    unit: &mut Unit,
    institution_id: &str,
    (page_size, page_token): (i32, &str),
) -> Result<ListEncountersResponse> {
    let request = ListEncountersRequest {
        pooling_area: unit.area().to_owned(),
        filed_by: institution_id.to_owned(),
        state: EncounterState::Open as i32,
        page_size,
        page_token: page_token.to_owned(),
        ..ListEncountersRequest::default()
    };
    let mut bills = MedicalServiceClient::new(unit.platform().peer("benefit-review")?);
    Ok(bills.list_encounters(request).await?.into_inner())
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
    let channel = unit.platform().peer("benefit-review")?;
    let of = (person_id, recognition_number.to_owned());
    get_injury(channel, unit.area().to_owned(), of).await
}

/// Art. 53. Who filed an accident of a person of that day.
///
/// # Errors
/// When benefit-review does not answer.
pub async fn accident_filed_by(
    unit: &mut Unit,
    person_id: Uuid,
    happened_on: Date,
) -> Result<Vec<String>> {
    let mut employers = Vec::new();
    let mut request = ListAccidentsRequest {
        pooling_area: unit.area().to_owned(),
        person_id: person_id.to_string(),
        page_size: ACCIDENTS_AT_ONCE,
        ..ListAccidentsRequest::default()
    };
    let mut injuries = InjuryServiceClient::new(unit.platform().peer("benefit-review")?);
    loop {
        let answer = injuries.list_accidents(request.clone()).await?.into_inner();
        let accidents = answer.accidents.into_iter();
        let of_day = accidents.filter(|one| one.happened_on == Some(happened_on.into()));
        employers.extend(of_day.map(|one| one.employer_id));
        if answer.next_page_token.is_empty() {
            return Ok(employers);
        }
        request.page_token = answer.next_page_token;
    }
}

/// Art. 54. The registered injuries of these persons and numbers; benefit-review knows them one by one.
///
/// # Errors
/// When benefit-review does not answer.
pub async fn injuries(
    unit: &mut Unit,
    wanted: BTreeSet<(Uuid, String)>,
) -> Result<Vec<((Uuid, String), Injury)>> {
    let channel = unit.platform().peer("benefit-review")?;
    let area = unit.area().to_owned();
    let asked = wanted.into_iter().map(|of| {
        let found = get_injury(channel.clone(), area.clone(), of.clone());
        async move { Ok::<_, Error>(found.await?.map(|injury| (of, injury))) }
    });
    let found = stream::iter(asked).buffer_unordered(AT_ONCE);
    found
        .try_filter_map(|found| future::ready(Ok(found)))
        .try_collect()
        .await
}

async fn get_injury(
    channel: PeerChannel,
    pooling_area: String,
    (person_id, recognition_number): (Uuid, String),
) -> Result<Option<Injury>> {
    let request = GetInjuryRequest {
        pooling_area,
        person_id: person_id.to_string(),
        recognition_number,
    };
    let mut injuries = InjuryServiceClient::new(channel);
    Ok(if_found(injuries.get_injury(request).await)?.and_then(|answer| answer.injury))
}
