//! What the tests of certificates ask and order.

use super::*;

/// A year after the employers of the tests registered.
pub(super) const ROUND: Date = date!(2027 - 11 - 02);
/// The last day to come, ninety days later.
pub(super) const DUE: Date = date!(2028 - 01 - 31);

pub(super) async fn client(service: &TestService) -> CertificateServiceClient<As> {
    CertificateServiceClient::new(service.connect(&handler()).await)
}

/// Orders a run and has it signed; answers how it ended.
pub(super) async fn run<O: FormMessage>(service: &TestService, order: &O) -> Run {
    let run = service.preview(&handler(), order).await.unwrap();
    service.sign_off_run(&handler(), &run).await.unwrap();
    let done = service.run_done(&handler(), &run.run_id).await;
    done.unwrap()
}

/// What a run has on its items.
pub(super) async fn items<I: FormMessage>(service: &TestService, run: &Run) -> Vec<I> {
    let request = ListRunItemsRequest {
        pooling_area: AREA.to_owned(),
        run_id: run.run_id.clone(),
        ..ListRunItemsRequest::default()
    };
    let mut runs = RunServiceClient::new(service.connect(&handler()).await);
    let listed = runs.list_run_items(request).await.unwrap().into_inner();
    let item = |item: RunItem| wire::from_any(&item.form.unwrap()).unwrap();
    listed.items.into_iter().map(item).collect()
}

/// Opens the round of [`ROUND`]; answers its id.
pub(super) async fn open_round(service: &TestService) -> String {
    service.clock().set(datetime!(2027-11-02 09:00 +8));
    let run = run(
        service,
        &VerificationRunOrder {
            opens_on: on(ROUND),
        },
    )
    .await;
    assert_eq!(run.state(), RunState::Done, "{}", run.error);
    run.run_id
}

pub(super) async fn verifications(service: &TestService, round_id: &str) -> Vec<Verification> {
    let request = ListVerificationsRequest {
        pooling_area: AREA.to_owned(),
        round_id: round_id.to_owned(),
        ..ListVerificationsRequest::default()
    };
    client(service)
        .await
        .list_verifications(request)
        .await
        .unwrap()
        .into_inner()
        .verifications
}

pub(super) async fn unverified(service: &TestService) -> Vec<UnverifiedCertificate> {
    let request = ListUnverifiedRequest {
        pooling_area: AREA.to_owned(),
        ..ListUnverifiedRequest::default()
    };
    client(service)
        .await
        .list_unverified(request)
        .await
        .unwrap()
        .into_inner()
        .certificates
}

/// The certificates of an employer, newest first.
pub(super) async fn certificates(service: &TestService, employer_id: &str) -> Vec<Certificate> {
    let request = ListCertificatesRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id.to_owned(),
        ..ListCertificatesRequest::default()
    };
    client(service)
        .await
        .list_certificates(request)
        .await
        .unwrap()
        .into_inner()
        .certificates
}

/// What employer number `n` of a test, with `employees`, brings to be verified.
pub(super) async fn verification(
    service: &TestService,
    n: u32,
    employees: i32,
) -> VerificationForm {
    let employer_id = credit_code(n);
    let facts = facts(n);
    VerificationForm {
        certificate_number: certificates(service, &employer_id).await[0]
            .certificate_number
            .clone(),
        employer_id,
        employees,
        name: facts.name,
        legal_representative: facts.legal_representative,
        address: facts.address,
        licence_valid_until_on: on(date!(2040 - 01 - 05)),
        r#type: facts.r#type,
        credit_code: facts.credit_code,
        bank_name: facts.bank_name,
        bank_account: facts.bank_account,
        business_scope: facts.business_scope,
        ..VerificationForm::default()
    }
}
