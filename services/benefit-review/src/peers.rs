//! The questions that the service asks of others; all of them only read.

use std::collections::BTreeSet;

use chassis::peer::if_found;
use chassis::{Result, Unit};
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::base_service_client::BaseServiceClient;
use contracts::collection::v1::{
    ContributionMonth, GetContributionHistoryRequest, GetPaymentStateRequest,
    GetPaymentStateResponse,
};
use contracts::medical_agreement::v1::device_service_client::DeviceServiceClient;
use contracts::medical_agreement::v1::treatment_service_client::TreatmentServiceClient;
use contracts::medical_agreement::v1::{
    BatchGetBillTermsRequest, BillQuestion, BillTerms, CatalogueItem, CatalogueQuestion, Device,
    InstitutionKind, ListDevicesRequest,
};
use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
use contracts::registration::v1::{
    BatchFindPersonsRequest, GetPersonRequest, GetPersonResponse, Person,
};
use time::Date;
use uuid::Uuid;

/// Devices on a page, as the contract of medical-agreement bounds it.
const DEVICES_AT_ONCE: i32 = 1_000;

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

/// Art. 68. The bases of a person in the twelve months before a day, as collection knows: for the own wage.
///
/// # Errors
/// When collection does not answer.
pub async fn contribution_history(
    unit: &mut Unit,
    person_id: Uuid,
    before: Date,
) -> Result<Vec<ContributionMonth>> {
    let request = GetContributionHistoryRequest {
        pooling_area: unit.area().to_owned(),
        person_id: person_id.to_string(),
        before: Some(before.into()),
        months: 0,
    };
    let mut bases = BaseServiceClient::new(unit.platform().peer("collection")?);
    Ok(bases
        .get_contribution_history(request)
        .await?
        .into_inner()
        .months)
}

/// Art. 63. The persons to whom cards were issued.
///
/// # Errors
/// When registration does not answer.
pub async fn card_holders(unit: &mut Unit, card_numbers: BTreeSet<&str>) -> Result<Vec<Person>> {
    let request = BatchFindPersonsRequest {
        pooling_area: unit.area().to_owned(),
        card_numbers: card_numbers.into_iter().map(str::to_owned).collect(),
        ..BatchFindPersonsRequest::default()
    };
    let mut enrolments = EnrolmentServiceClient::new(unit.platform().peer("registration")?);
    let found = enrolments.batch_find_persons(request).await?.into_inner();
    Ok(found.persons)
}

/// Most that is asked about bills at once: the contract's bounds.
const MOST: (usize, usize, usize) = (500, 400, 5_000);

/// Bytes of the largest answer to such a question.
const LARGEST: usize = 64 << 20;

/// The days of a bill, as medical-agreement is asked about them.
#[derive(Clone, Debug)]
pub struct BillDays {
    /// Where; empty of an institution without a number here.
    pub institution_id: String,
    /// Whose.
    pub person_id: Uuid,
    /// The injury that is treated.
    pub recognition_number: String,
    /// The first day of the bill and the last.
    pub span: (Date, Date),
    /// In order.
    pub days: Vec<Date>,
    /// Of a stay that the institution sends, what it is under agreement for and the principal diagnosis.
    pub stay: Option<(InstitutionKind, String)>,
}

/// Art. 40, Art. 42, Art. 43, Art. 45, Art. 47. What bills rest on, and what the catalogues say of items (catalogue,
/// code and day), both in the order in which they were asked for.
///
/// # Errors
/// When medical-agreement does not answer.
pub async fn bill_terms(
    unit: &mut Unit,
    bills: &[BillDays],
    items: &[(i32, String, Date)],
) -> Result<(Vec<BillTerms>, Vec<Option<CatalogueItem>>)> {
    // A bill of more days is asked about in parts.
    let mut parts: Vec<(usize, BillQuestion)> = Vec::with_capacity(bills.len());
    for (number, bill) in bills.iter().enumerate() {
        let stay = bill.stay.as_ref();
        let questions = bill.days.chunks(MOST.1).map(|days| BillQuestion {
            institution_id: bill.institution_id.clone(),
            person_id: bill.person_id.to_string(),
            recognition_number: bill.recognition_number.clone(),
            days: days.iter().map(|on| (*on).into()).collect(),
            stay_under: stay.map_or(0, |(kind, _)| *kind as i32),
            principal_diagnosis: stay.map(|(_, code)| code.clone()).unwrap_or_default(),
            over_on: stay.map(|_| bill.span.1.into()),
        });
        parts.extend(questions.map(|question| (number, question)));
    }
    let questions = items.iter().map(|(kind, code, on)| CatalogueQuestion {
        kind: *kind,
        code: code.clone(),
        on: Some((*on).into()),
    });
    let questions: Vec<CatalogueQuestion> = questions.collect();
    let mut treatment = TreatmentServiceClient::new(unit.platform().peer("medical-agreement")?)
        .max_decoding_message_size(LARGEST);
    let (mut terms, mut found) = (vec![BillTerms::default(); bills.len()], Vec::new());
    let (mut parts, mut questions) = (parts.chunks(MOST.0), questions.chunks(MOST.2));
    loop {
        let (part, asked) = (parts.next(), questions.next());
        if part.is_none() && asked.is_none() {
            return Ok((terms, found));
        }
        let part = part.unwrap_or_default();
        let request = BatchGetBillTermsRequest {
            pooling_area: unit.area().to_owned(),
            bills: part.iter().map(|(_, question)| question.clone()).collect(),
            items: asked.unwrap_or_default().to_vec(),
        };
        let answer = treatment.batch_get_bill_terms(request).await?.into_inner();
        for ((number, _), more) in part.iter().zip(answer.bills) {
            let of = &mut terms[*number];
            of.standings.extend(more.standings);
            of.approvals.extend(more.approvals);
            of.case_rate = more.case_rate.or_else(|| of.case_rate.take());
        }
        found.extend(answer.answers.into_iter().map(|answer| answer.item));
    }
}

/// Art. 67. The devices that were approved for a person, with what was fitted of them.
///
/// # Errors
/// When medical-agreement does not answer.
pub async fn devices(unit: &mut Unit, person_id: Uuid) -> Result<Vec<Device>> {
    let mut request = ListDevicesRequest {
        pooling_area: unit.area().to_owned(),
        person_id: person_id.to_string(),
        page_size: DEVICES_AT_ONCE,
        ..ListDevicesRequest::default()
    };
    let mut asked = DeviceServiceClient::new(unit.platform().peer("medical-agreement")?);
    let mut devices = Vec::new();
    loop {
        let answer = asked.list_devices(request.clone()).await?.into_inner();
        devices.extend(answer.devices);
        if answer.next_page_token.is_empty() {
            return Ok(devices);
        }
        request.page_token = answer.next_page_token;
    }
}
