//! A change brings a new certificate: article 13.

use chassis::testing::clerk;
use contracts::common::v1::ParameterChangeForm;
use contracts::options::v1::{Department, Duty};
use time::macros::datetime;

use super::*;

// Art. 13
#[tokio::test]
async fn a_change_withdraws_the_certificate_and_issues_a_new_one() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let old = employer(&service, &employer_id, None)
        .await
        .unwrap()
        .certificate_number;
    let form = EmployerChangeForm {
        address: "深圳市南山区科技路1号".to_owned(),
        ..change(&employer_id)
    };
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let seen: EmployerChangeDecision = decision(&service, &case).await;
    assert_eq!(seen.withdrawn_certificate_number, old);
    service.sign_off(&case).await.unwrap();
    let new = employer(&service, &employer_id, None)
        .await
        .unwrap()
        .certificate_number;
    assert_ne!(new, old);
    let told = told(&service).await;
    let [
        ..,
        (_, What::EmployerChanged(changed)),
        (_, What::CertificateRenewed(renewed)),
    ] = &told[..]
    else {
        panic!("told: {told:?}")
    };
    assert_eq!(changed.items, [EmployerChangeItem::Address as i32]);
    assert_eq!(renewed.replaced_certificate_number, old);
    assert_eq!(
        renewed.certificate.as_ref().unwrap().certificate_number,
        new
    );
}

// Art. 13, Art. 151
#[tokio::test]
async fn a_change_takes_effect_by_the_law_of_the_day_of_its_first_signature() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let form = EmployerChangeForm {
        address: "深圳市南山区科技路1号".to_owned(),
        ..change(&employer_id)
    };
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    sign(&service, &case.case_id, Duty::Reviewer).await.unwrap();
    let shorter = ParameterChangeForm {
        name: "certificate_valid_years".to_owned(),
        value: "2".to_owned(),
        from: on(date!(2026 - 11 - 03)),
        source: "粤社保〔2026〕1号第三条".to_owned(),
    };
    let information = clerk(Department::Information, Duty::Handler);
    service
        .approve(&information, &shorter, &[EvidenceKind::LocalRule])
        .await
        .unwrap();
    service.clock().set(datetime!(2026-11-04 09:00 +8));
    sign(&service, &case.case_id, Duty::Leader).await.unwrap();
    let told = told(&service).await;
    let Some((_, What::CertificateRenewed(renewed))) = told.last() else {
        panic!("told: {told:?}")
    };
    let certificate = renewed.certificate.as_ref().unwrap();
    assert_eq!(certificate.issued_on, on(date!(2026 - 11 - 04)));
    assert_eq!(certificate.valid_until_on, on(date!(2030 - 11 - 03)));
}
