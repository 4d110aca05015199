//! Another name and another number of a person: articles 8, 13 and 150.

use chassis::testing::person as acting_person;
use contracts::registration::v1::{IdentityKind, ListPersonChangesRequest, PersonChangeForm};
use time::macros::datetime;

use super::*;

// Art. 8, Art. 13, Art. 150
#[tokio::test]
async fn a_new_number_is_shown_by_the_paper_of_its_kind() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    report(&service, &employer_id, vec![hired(&employer_id, 1, TODAY)])
        .await
        .unwrap();
    let person_id = enrolled(&service, &employer_id, TODAY).await[0]
        .person_id
        .clone();
    let form = PersonChangeForm {
        person_id,
        identity_kind: IdentityKind::CitizenId as i32,
        identity_number: citizen(3),
        changed_on: on(TODAY),
        ..PersonChangeForm::default()
    };
    let passport = [EvidenceKind::Passport];
    let refused = service
        .submit(&handler(), &form, &passport)
        .await
        .unwrap_err();
    let told = refused.message();
    assert!(told.contains("居民身份证"), "{told}");
    let card = [EvidenceKind::IdentityCard];
    service.approve(&handler(), &form, &card).await.unwrap();
}

// Art. 13
#[tokio::test]
async fn a_new_name_and_number_of_a_person_update_the_card_and_are_told() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    report(
        &service,
        &employer_id,
        vec![hired(&employer_id, 1, TODAY), hired(&employer_id, 2, TODAY)],
    )
    .await
    .unwrap();
    let persons = enrolled(&service, &employer_id, TODAY).await;
    let person_id = persons[0].person_id.clone();
    service.clock().set(datetime!(2026-11-05 09:00 +8));
    let form = PersonChangeForm {
        person_id: person_id.clone(),
        name: "新名".to_owned(),
        identity_number: citizen(3),
        changed_on: on(date!(2026 - 11 - 04)),
        ..PersonChangeForm::default()
    };
    service
        .approve(&acting_person(&person_id), &form, PAPERS)
        .await
        .unwrap();
    let now = enrolled(&service, &employer_id, TODAY).await;
    let changed = now
        .iter()
        .find(|e| e.person_id == person_id)
        .unwrap()
        .person
        .clone()
        .unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.identity_number),
        ("新名", citizen(3))
    );

    let told = told(&service).await;
    let (key, What::PersonChanged(event)) = told.last().unwrap() else {
        panic!("told: {told:?}")
    };
    assert_eq!(*key, person_id);
    assert_eq!(event.before.as_ref().unwrap().identity_number, citizen(1));

    let request = ListPersonChangesRequest {
        pooling_area: AREA.to_owned(),
        person_id: person_id.clone(),
        ..ListPersonChangesRequest::default()
    };
    let mut client = ChangeServiceClient::new(service.connect(&acting_person(&person_id)).await);
    let changes = client
        .list_person_changes(request)
        .await
        .unwrap()
        .into_inner()
        .changes;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].before.as_ref().unwrap().name, name(1));

    let taken = PersonChangeForm {
        identity_number: citizen(2),
        name: String::new(),
        ..form.clone()
    };
    let refused = service
        .approve(&handler(), &taken, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "IDENTITY_OF_OTHER_PERSON");
    let same = PersonChangeForm {
        identity_number: citizen(3),
        ..form
    };
    let refused = service
        .approve(&handler(), &same, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOTHING_CHANGES");
}
