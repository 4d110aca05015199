//! What the tests of notices send and ask.

use super::*;

/// What the market regulator tells of the employer that is number `n` in tests.
pub fn told_of(n: u32, kind: AuthorityNoticeKind, effective_on: Date) -> AuthorityNotice {
    let facts = facts(n);
    AuthorityNotice {
        authority: RegistrationAuthority::IndustryAndCommerce as i32,
        notice_number: format!("GS-{n}-{}", kind as i32),
        kind: kind as i32,
        credit_code: facts.credit_code,
        registration_number: facts.registration_number,
        name: facts.name,
        legal_representative: facts.legal_representative,
        registration_type: "有限责任公司".to_owned(),
        founded_on: facts.founded_on,
        address: facts.address,
        phone: "0755-12345678".to_owned(),
        effective_on: on(effective_on),
        ..AuthorityNotice::default()
    }
}

pub(super) fn founded(n: u32) -> AuthorityNotice {
    told_of(n, AuthorityNoticeKind::Founded, date!(2020 - 01 - 06))
}

/// What public security tells of citizen `n`.
pub fn resident(n: u16, kind: ResidentNoticeKind) -> ResidentNotice {
    ResidentNotice {
        notice_number: format!("GA-{n}-{}", kind as i32),
        kind: kind as i32,
        citizen_id: citizen(n),
        name: name(n),
        happened_on: on(date!(2026 - 10 - 25)),
        ..ResidentNotice::default()
    }
}

/// The market regulator.
pub(super) async fn authority(service: &TestService) -> ExchangeServiceClient<As> {
    authority_called(service, "industry_and_commerce").await
}

/// The authority whose token says that it is `party`.
pub(super) async fn authority_called(
    service: &TestService,
    party: &str,
) -> ExchangeServiceClient<As> {
    let actor = Actor {
        party: party.to_owned(),
        ..outsider(Caller::Authority)
    };
    ExchangeServiceClient::new(service.connect(&actor).await)
}

pub(super) async fn agency(service: &TestService, duty: Duty) -> ExchangeServiceClient<As> {
    ExchangeServiceClient::new(
        service
            .connect(&clerk(Department::Registration, duty))
            .await,
    )
}

/// One notice of a registration authority arrives.
pub async fn receive(
    service: &TestService,
    notice: AuthorityNotice,
) -> Result<ReceiveAuthorityNoticeResponse, Status> {
    let request = ReceiveAuthorityNoticeRequest {
        pooling_area: AREA.to_owned(),
        notice: Some(notice),
        ..ReceiveAuthorityNoticeRequest::default()
    };
    Ok(authority(service)
        .await
        .receive_authority_notice(request)
        .await?
        .into_inner())
}

pub async fn receive_resident(
    service: &TestService,
    notice: ResidentNotice,
) -> Result<ReceiveResidentNoticeResponse, Status> {
    let request = ReceiveResidentNoticeRequest {
        pooling_area: AREA.to_owned(),
        notice: Some(notice),
        ..ReceiveResidentNoticeRequest::default()
    };
    Ok(authority_called(service, "public_security")
        .await
        .receive_resident_notice(request)
        .await?
        .into_inner())
}

/// The names of the employers that were founded and are not registered, newest notice first.
pub async fn unregistered(service: &TestService) -> Vec<String> {
    let request = ListUnregisteredEmployersRequest {
        pooling_area: AREA.to_owned(),
        ..ListUnregisteredEmployersRequest::default()
    };
    let answer = agency(service, Duty::Handler)
        .await
        .list_unregistered_employers(request)
        .await
        .unwrap();
    answer
        .into_inner()
        .employers
        .into_iter()
        .map(|employer| employer.name)
        .collect()
}

/// The differences in this state, newest first.
pub async fn differences(service: &TestService, state: DifferenceState) -> Vec<Difference> {
    let request = ListDifferencesRequest {
        pooling_area: AREA.to_owned(),
        state: state as i32,
        ..ListDifferencesRequest::default()
    };
    let answer = agency(service, Duty::Handler)
        .await
        .list_differences(request)
        .await
        .unwrap();
    answer.into_inner().differences
}

pub(super) fn kinds(differences: &[Difference]) -> Vec<DifferenceKind> {
    differences.iter().map(Difference::kind).collect()
}

/// Of each finding the row, whether it was refused, the column and the reason.
pub(super) async fn findings(
    service: &TestService,
    batch: &Batch,
) -> Vec<(u64, bool, String, String)> {
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..ListBatchFindingsRequest::default()
    };
    let mut client = BatchServiceClient::new(service.connect(&handler()).await);
    let found = client
        .list_batch_findings(request)
        .await
        .unwrap()
        .into_inner()
        .findings;
    found
        .into_iter()
        .map(|f| (f.row, f.refused, f.label, f.reason.unwrap().reason))
        .collect()
}

pub(super) fn header() -> Option<BatchHeader> {
    Some(BatchHeader {
        batch_id: Uuid::now_v7().to_string(),
        reference: "通报.xlsx".to_owned(),
    })
}

pub(super) fn totals<R>(rows: &[R]) -> Option<BatchTotals> {
    let sum = Some(rust_decimal::Decimal::ZERO.into());
    Some(BatchTotals {
        rows: rows.len() as u64,
        sum,
    })
}

pub(super) async fn upload_authority(service: &TestService, rows: &[AuthorityNotice]) -> Batch {
    let request = UploadAuthorityNoticesRequest {
        pooling_area: AREA.to_owned(),
        header: header(),
        first_row: 0,
        rows: rows.to_vec(),
        totals: totals(rows),
        lines: Vec::new(),
    };
    let mut client = authority(service).await;
    let answer = client
        .upload_authority_notices(tokio_stream::iter([request]))
        .await
        .unwrap();
    answer.into_inner().batch.unwrap()
}

pub(super) async fn upload_resident(service: &TestService, rows: &[ResidentNotice]) -> Batch {
    let public_security = authority_called(service, "public_security").await;
    send_resident(public_security, rows).await
}

pub(super) async fn send_resident(
    mut client: ExchangeServiceClient<As>,
    rows: &[ResidentNotice],
) -> Batch {
    let request = UploadResidentNoticesRequest {
        pooling_area: AREA.to_owned(),
        header: header(),
        first_row: 0,
        rows: rows.to_vec(),
        totals: totals(rows),
        lines: Vec::new(),
    };
    let answer = client
        .upload_resident_notices(tokio_stream::iter([request]))
        .await
        .unwrap();
    answer.into_inner().batch.unwrap()
}

pub async fn person(service: &TestService, person_id: &str) -> Person {
    let request = GetPersonRequest {
        pooling_area: AREA.to_owned(),
        person_id: person_id.to_owned(),
    };
    enrolment(service)
        .await
        .get_person(request)
        .await
        .unwrap()
        .into_inner()
        .person
        .unwrap()
}

/// An employer with citizens 1 to `n` as its staff; answers its number and the persons'.
pub(super) async fn staffed(service: &TestService, n: u16) -> (String, Vec<String>) {
    let employer_id = register(service, 1).await;
    let staff = (1..=n)
        .map(|n| hired(&employer_id, n, date!(2026 - 10 - 08)))
        .collect();
    report(service, &employer_id, staff).await.unwrap();
    let ids = enrolled(service, &employer_id, TODAY)
        .await
        .into_iter()
        .map(|e| e.person_id)
        .collect();
    (employer_id, ids)
}
