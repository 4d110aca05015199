//! Who sees which approvals.

use chassis::Actor;
use contracts::medical_agreement::v1::treatment_service_client::TreatmentServiceClient;
use contracts::medical_agreement::v1::{Approval, ListApprovalsRequest};

use super::*;

/// All that somebody sees who asks for nothing in particular.
async fn seen_by(town: &Town, actor: &Actor, asked: ListApprovalsRequest) -> Vec<Approval> {
    let request = ListApprovalsRequest {
        pooling_area: AREA.to_owned(),
        ..asked
    };
    let mut treatment = TreatmentServiceClient::new(town.service.connect(actor).await);
    let listed = treatment.list_approvals(request).await.unwrap();
    listed.into_inner().approvals
}

// Art. 42, Art. 44, Art. 45
#[tokio::test]
async fn persons_employers_and_institutions_see_the_approvals_that_are_theirs() {
    let town = Town::found().await;
    let (first, second) = (town.insure(1).await, town.insure(2).await);
    let id = sign(&town.service, 1, MEDICAL).await;
    let employer = party(Caller::Employer, &credit_code("91", 1));
    let through_employer = ReferralForm {
        employer_id: credit_code("91", 1),
        ..referral(&first)
    };
    let approve = async |actor: &Actor, form: &ReferralForm| {
        town.service.approve(actor, form, PAPERS).await.unwrap();
    };
    approve(&employer, &through_employer).await;
    approve(
        &party(Caller::Person, &second.person_id),
        &referral(&second),
    )
    .await;
    for person in [&first, &second] {
        let form = relapse(person);
        let approved = town.service.approve(&handler(), &form, PAPERS).await;
        approved.unwrap();
    }
    let everything = ListApprovalsRequest::default();
    let all = seen_by(&town, &handler(), everything.clone()).await;
    assert_eq!(all.len(), 4);

    let person = party(Caller::Person, &second.person_id);
    let own = seen_by(&town, &person, everything.clone()).await;
    assert_eq!(own.len(), 2);
    assert!(own.iter().all(|one| one.person_id == second.person_id));
    let institution = party(Caller::Institution, &id);
    let at = seen_by(&town, &institution, everything.clone()).await;
    assert_eq!(at.len(), 2);
    assert!(at.iter().all(|one| one.institution_id == id));
    let through = seen_by(&town, &employer, everything.clone()).await;
    assert_eq!(through.len(), 1);
    assert_eq!(through[0].person_id, first.person_id);
    let stranger = party(Caller::Employer, &credit_code("91", 2));
    assert!(
        seen_by(&town, &stranger, everything.clone())
            .await
            .is_empty()
    );

    // An employer applies for its own employees only, and for nobody in another one's name.
    let of_another = ReferralForm {
        employer_id: credit_code("91", 1),
        ..referral(&second)
    };
    let case = town.service.submit(&employer, &of_another, PAPERS).await;
    let refused = town.service.sign_off(&case.unwrap()).await.unwrap_err();
    assert_eq!(reason(&refused), "EMPLOYER_OF_PERSON");
    town.service
        .submit(&stranger, &of_another, PAPERS)
        .await
        .unwrap_err();

    let narrowed = [
        (
            ListApprovalsRequest {
                kind: ApprovalKind::Relapse as i32,
                ..everything.clone()
            },
            2,
        ),
        (
            ListApprovalsRequest {
                institution_id: id,
                ..everything.clone()
            },
            2,
        ),
        (
            ListApprovalsRequest {
                employer_id: credit_code("91", 1),
                ..everything.clone()
            },
            1,
        ),
        (
            ListApprovalsRequest {
                on: on(date!(2026 - 12 - 02)),
                ..everything.clone()
            },
            2,
        ),
        (
            ListApprovalsRequest {
                page_size: 3,
                ..everything
            },
            3,
        ),
    ];
    for (asked, expected) in narrowed {
        assert_eq!(seen_by(&town, &handler(), asked).await.len(), expected);
    }
}
