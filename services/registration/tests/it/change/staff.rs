//! An employer applies for its staff: article 13.

use chassis::testing::person as acting_person;
use contracts::options::v1::Duty;
use contracts::registration::v1::{PersonChangeForm, StaffChangeKind};
use tonic::Code;

use super::*;

/// Two employers, with citizen 1 as the staff of the first; answers their numbers and the person's.
async fn staffed(service: &TestService) -> ([String; 2], String) {
    let employers = [register(service, 1).await, register(service, 2).await];
    let staff = vec![hired(&employers[0], 1, date!(2026 - 10 - 08))];
    report(service, &employers[0], staff).await.unwrap();
    let person_id = enrolled(service, &employers[0], TODAY).await[0]
        .person_id
        .clone();
    (employers, person_id)
}

fn renamed(employer_id: &str, person_id: &str) -> PersonChangeForm {
    PersonChangeForm {
        employer_id: employer_id.to_owned(),
        person_id: person_id.to_owned(),
        name: "新名".to_owned(),
        changed_on: on(TODAY),
        ..PersonChangeForm::default()
    }
}

async fn name_now(service: &TestService, employer_id: &str) -> String {
    let staff = enrolled(service, employer_id, date!(2026 - 10 - 08)).await;
    staff[0].person.as_ref().unwrap().name.clone()
}

// Art. 13
#[tokio::test]
async fn an_employer_applies_for_its_own_staff_and_in_its_own_name() {
    let service = registration().await;
    let ([own, other], person_id) = staffed(&service).await;
    let employer = acting_employer(&own);
    for form in [renamed("", &person_id), renamed(&other, &person_id)] {
        let denied = service.submit(&employer, &form, PAPERS).await.unwrap_err();
        assert_eq!(denied.code(), Code::PermissionDenied);
    }
    let form = renamed(&own, &person_id);
    service.approve(&employer, &form, PAPERS).await.unwrap();
    assert_eq!(name_now(&service, &own).await, "新名");
}

// Art. 13
#[tokio::test]
async fn staff_of_another_employer_is_not_changed_whoever_hands_the_form_in() {
    let service = registration().await;
    let ([own, other], person_id) = staffed(&service).await;
    let form = renamed(&other, &person_id);
    for applicant in [acting_employer(&other), handler()] {
        let refused = service.approve(&applicant, &form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), "PERSON_UNKNOWN");
    }
    assert_eq!(name_now(&service, &own).await, name(1));
}

// Art. 13
#[tokio::test]
async fn staff_that_left_before_the_last_signature_is_no_longer_changed() {
    let service = registration().await;
    let ([own, _], person_id) = staffed(&service).await;
    let form = renamed(&own, &person_id);
    let employer = acting_employer(&own);
    let case = service.submit(&employer, &form, PAPERS).await.unwrap();
    sign(&service, &case.case_id, Duty::Reviewer).await.unwrap();
    let leaves = left(&own, 1, StaffChangeKind::End, date!(2026 - 10 - 31));
    report(&service, &own, vec![leaves]).await.unwrap();
    let refused = sign(&service, &case.case_id, Duty::Leader).await;
    assert_eq!(reason(&refused.unwrap_err()), "PERSON_UNKNOWN");
    let refused = service.approve(&employer, &form, PAPERS).await;
    assert_eq!(reason(&refused.unwrap_err()), "PERSON_UNKNOWN");
    // The person's own application is not the employer's.
    let own_application = PersonChangeForm {
        employer_id: String::new(),
        ..form
    };
    service
        .approve(&acting_person(&person_id), &own_application, PAPERS)
        .await
        .unwrap();
    assert_eq!(name_now(&service, &own).await, "新名");
}
