//! Construction projects that change after they were assessed: article 31.

use chassis::testing::{AREA, TestService, reason};
use contracts::collection::v1::assessment_service_client::AssessmentServiceClient;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    ConstructionChangeDeclaration, ConstructionDeclaration, ConstructionTerms,
    ListSpecialAssessmentsRequest, SpecialAssessmentDecision, SpecialContributionAssessed,
};
use contracts::registration::v1::EmployerDeregistered;
use contracts::registration::v1::registration_event::What;
use time::Date;
use time::macros::date;

use crate::support::*;

/// Employer 2 builds for a million yuan until the end of September 2027; 1500.00 are assessed.
pub async fn building() -> TestService {
    let service = collection().await;
    coal_mine(&service).await;
    set(&service, "construction_rate", "0.0015").await;
    tell(&service, registered(2, "47")).await;
    let project = ConstructionDeclaration {
        employer_id: employer_id(2),
        project_number: "GC-1".to_owned(),
        project_name: "一号工程".to_owned(),
        cost: yuan("1000000"),
        starts_on: Some(date!(2026 - 10 - 01).into()),
        ends_on: Some(date!(2027 - 09 - 30).into()),
    };
    approve(&service, &project).await.unwrap();
    service
}

pub fn change(cost: &str, ends_on: Date) -> ConstructionChangeDeclaration {
    ConstructionChangeDeclaration {
        employer_id: employer_id(2),
        project_number: "GC-1".to_owned(),
        cost: yuan(cost),
        ends_on: Some(ends_on.into()),
    }
}

/// What was told of projects.
async fn told_of(service: &TestService) -> Vec<SpecialContributionAssessed> {
    let events = told(service).await.into_iter();
    let of = |(_, happened)| match happened {
        Happened::SpecialContributionAssessed(event) => Some(event),
        _ => None,
    };
    events.filter_map(of).collect()
}

// Art. 31
// Art. 32
#[tokio::test]
async fn a_project_that_grows_and_takes_longer_is_charged_for_what_was_added() {
    let service = building().await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 03)));
    let ends_on = date!(2027 - 12 - 31);
    let case = approve(&service, &change("1500000", ends_on))
        .await
        .unwrap();
    let decision: SpecialAssessmentDecision =
        chassis::wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(decision.contribution, yuan("750.00"));
    assert_eq!(decision.month, Some(month(11).into()));
    assess(&service, month(11)).await;
    let november = assessment(&service, 2, month(11)).await.unwrap();
    assert_eq!(november.special_contribution, yuan("750.00"));

    // Whoever is hurt on the site in the added time is told by the project's number to be insured.
    let events = told_of(&service).await;
    let terms = ConstructionTerms {
        project_number: "GC-1".to_owned(),
        project_name: "一号工程".to_owned(),
        cost: yuan("1500000.00"),
        starts_on: Some(date!(2026 - 10 - 01).into()),
        ends_on: Some(ends_on.into()),
        change: 1,
    };
    assert_eq!(events[1].project, Some(terms.clone()));
    assert_eq!(events[1].contribution, yuan("750.00"));
    let mut client = AssessmentServiceClient::new(service.connect(&handler()).await);
    let request = ListSpecialAssessmentsRequest {
        pooling_area: AREA.to_owned(),
        ..ListSpecialAssessmentsRequest::default()
    };
    let listed = client.list_special_assessments(request).await.unwrap();
    let listed = listed.into_inner().assessments;
    assert_eq!(listed[1].project, Some(terms));
}

// Art. 31
#[tokio::test]
async fn a_project_that_only_takes_longer_costs_nothing_and_is_told() {
    let service = building().await;
    for ends_on in [date!(2027 - 10 - 31), date!(2027 - 11 - 30)] {
        approve(&service, &change("1000000", ends_on))
            .await
            .unwrap();
    }
    let events = told_of(&service).await;
    let terms = |event: &SpecialContributionAssessed| event.project.clone().unwrap();
    assert_eq!(events[2].contribution, yuan("0.00"));
    assert_eq!(
        terms(&events[2]).ends_on,
        Some(date!(2027 - 11 - 30).into())
    );
    assert_eq!(terms(&events[2]).change, 2);
    assert_eq!(
        amounts(&principal(&service, 2, month(10)).await),
        ["1500.00"]
    );
}

// Art. 31
#[tokio::test]
async fn a_project_that_is_unknown_or_stays_as_it_is_is_not_changed() {
    let service = building().await;
    let same = date!(2027 - 09 - 30);
    let refused = approve(&service, &change("1000000", same)).await;
    assert_eq!(reason(&refused.unwrap_err()), "PROJECT_UNCHANGED");
    let other = ConstructionChangeDeclaration {
        employer_id: employer_id(1),
        ..change("1500000", same)
    };
    let refused = approve(&service, &other).await.unwrap_err();
    assert_eq!(reason(&refused), "PROJECT_UNKNOWN");
}

// Art. 31
#[tokio::test]
async fn a_change_of_a_project_is_charged_once_whoever_asks_again_and_stops() {
    let service = building().await;
    let grown = change("1500000", date!(2027 - 12 - 31));
    let service = approve_twice(service, &grown, PAPERS).await;
    assert_eq!(told_of(&service).await.len(), 2);
    let october = principal(&service, 2, month(10)).await;
    assert_eq!(amounts(&october), ["1500.00", "750.00"]);
}

// Art. 30
// Art. 31
#[tokio::test]
async fn the_term_of_what_is_assessed_by_project_runs_from_the_last_signature() {
    let service = building().await;
    service.clock().set(at(date!(2026 - 10 - 08)));
    let grown = change("1500000", date!(2027 - 12 - 31));
    let case = service.submit(&handler(), &grown, PAPERS).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    service.clock().set(at(date!(2026 - 11 - 20)));
    service.sign_off(&case).await.unwrap();
    // Thirty days, as the area has it.
    let due_on = Some(date!(2026 - 12 - 20).into());
    assert_eq!(told_of(&service).await[1].due_on, due_on);
    let added = principal(&service, 2, month(10)).await.remove(1);
    assert_eq!((added.amount, added.value_on), (yuan("750.00"), due_on));
}

// Art. 16
// Art. 31
#[tokio::test]
async fn who_is_deregistered_declares_no_project_and_changes_none() {
    let service = building().await;
    let gone = EmployerDeregistered {
        employer_id: employer_id(2),
        ended_on: Some(date!(2026 - 10 - 31).into()),
        ..EmployerDeregistered::default()
    };
    tell(&service, vec![What::EmployerDeregistered(gone)]).await;
    service.clock().set(at(date!(2026 - 11 - 03)));
    let grown = change("1500000", date!(2027 - 12 - 31));
    let refused = approve(&service, &grown).await.unwrap_err();
    assert_eq!(reason(&refused), "EMPLOYER_ENDED");
    let begun = |starts_on: Date| ConstructionDeclaration {
        employer_id: employer_id(2),
        project_number: "GC-2".to_owned(),
        project_name: "二号工程".to_owned(),
        cost: yuan("1000000"),
        starts_on: Some(starts_on.into()),
        ends_on: Some(date!(2026 - 12 - 31).into()),
    };
    let refused = approve(&service, &begun(date!(2026 - 11 - 01))).await;
    assert_eq!(reason(&refused.unwrap_err()), "EMPLOYER_ENDED");
    approve(&service, &begun(date!(2026 - 10 - 31)))
        .await
        .unwrap();
}
