//! Registration of injured employees.

use super::*;

// Art. 54, Art. 56
#[tokio::test]
async fn an_injured_employee_is_registered_with_what_registration_and_collection_said() {
    let (town, employer_id, person) = recognised().await;
    let filing = AccidentForm {
        injured_parts: "左足".to_owned(),
        ..accident(&employer_id, &person)
    };
    town.service
        .approve(&handler(), &filing, &[])
        .await
        .unwrap();
    let good = form(&employer_id, &person);
    let few = [
        EvidenceKind::IdentityCard,
        EvidenceKind::RecognitionDecision,
    ];
    let refused = town
        .service
        .submit(&handler(), &good, &few)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "EVIDENCE_MISSING");
    let died = InjuryForm {
        died_on: on(date!(2026 - 11 - 20)),
        ..good.clone()
    };
    let no_proof = [&few[..], &[EvidenceKind::StoppageNotice]].concat();
    let refused = town.service.submit(&handler(), &died, &no_proof).await;
    assert_eq!(reason(&refused.unwrap_err()), "EVIDENCE_MISSING");
    let unknown = InjuryForm {
        recognition_number: "深人社认字〔2026〕9号".to_owned(),
        ..good.clone()
    };
    let others = InjuryForm {
        employer_id: employer_id_of_nobody(),
        ..good.clone()
    };
    let dead = InjuryForm {
        died_on: on(date!(2026 - 11 - 01)),
        ..good.clone()
    };
    let long = InjuryForm {
        stoppage_until_on: on(date!(2027 - 11 - 02)),
        ..good.clone()
    };
    let open = InjuryForm {
        stoppage_until_on: None,
        ..good.clone()
    };
    for (form, expected) in [
        (&unknown, "RECOGNITION_UNKNOWN"),
        (&others, "NOT_OF_EMPLOYER"),
        (&dead, "DEATH_DATE"),
        (&long, "STOPPAGE_PERIOD"),
        (&open, "STOPPAGE_PERIOD"),
    ] {
        let refused = town
            .service
            .approve(&handler(), form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let own = party(Caller::Employer, &employer_id);
    let extended = InjuryForm {
        stoppage_extended: true,
        ..long
    };
    let case = town.service.submit(&own, &extended, PAPERS).await.unwrap();
    let decision: InjuryDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(decision.eligibility(), Eligibility::Eligible);
    assert_eq!(decision.insured_on, on(TODAY));
    assert_eq!(decision.differences, ["受伤害部位：认定为右足，备案为左足"]);
    assert_eq!(decision.overdue_from_on, None);
    assert!(!decision.accident_id.is_empty());
    town.service.sign_off(&case).await.unwrap();
    let again = town
        .service
        .approve(&handler(), &good, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "INJURY_REGISTERED");

    let shown = injury(&town, &person).await;
    assert_eq!(shown.diagnoses, ["S92.3"]);
    assert_eq!(shown.relation(), RelationState::WithEmployer);
    assert_eq!(shown.present_employer_id, employer_id);
    let request = ListInjuriesRequest {
        pooling_area: AREA.to_owned(),
        ..ListInjuriesRequest::default()
    };
    let own = party(Caller::Person, &person.person_id);
    let stranger = party(Caller::Person, "0190163d-8694-739b-aea5-966c26f8ad92");
    for (who, expected) in [(own, 1), (stranger, 0)] {
        let mut client = InjuryServiceClient::new(town.service.connect(&who).await);
        let listed = client.list_injuries(request.clone()).await.unwrap();
        assert_eq!(listed.into_inner().injuries.len(), expected);
    }
    let missing = GetInjuryRequest {
        pooling_area: AREA.to_owned(),
        person_id: person.person_id.clone(),
        recognition_number: "无".to_owned(),
    };
    let missing = town.injuries().await.get_injury(missing).await.unwrap_err();
    assert_eq!(missing.code(), tonic::Code::NotFound);
}

fn employer_id_of_nobody() -> String {
    employer_id(9)
}

// Art. 58
#[tokio::test]
async fn the_employer_bears_the_costs_until_an_application_that_came_too_late() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.service.clock().set(datetime!(2027-01-11 09:00 +8));
    let late = Recognition {
        applied_on: on(date!(2026 - 12 - 03)),
        accepted_on: on(date!(2026 - 12 - 10)),
        decided_on: on(date!(2027 - 01 - 08)),
        ..decided(&employer_id, &person)
    };
    send(&town, &handler(), vec![late]).await.unwrap();
    let form = form(&employer_id, &person);
    let case = town
        .service
        .submit(&handler(), &form, PAPERS)
        .await
        .unwrap();
    let decision: InjuryDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(decision.overdue_from_on, on(TODAY));
    assert_eq!(decision.overdue_until_on, on(date!(2026 - 12 - 10)));
    let lines = decision.worksheet.unwrap().lines;
    assert!(
        lines
            .iter()
            .any(|line| line.label.contains("逾期申请") && line.value == "是")
    );
}

// Art. 57
#[tokio::test]
async fn on_secondment_the_original_employer_registers_whatever_unit_the_decision_names() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let borrower = town.register(2).await;
    let person = town.hire(&employer_id, 1).await;
    town.service.clock().set(datetime!(2026-11-23 09:00 +8));
    let named = Recognition {
        employer_id: borrower.clone(),
        ..decided(&employer_id, &person)
    };
    send(&town, &handler(), vec![named]).await.unwrap();
    let plain = form(&employer_id, &person);
    let refused = town.service.approve(&handler(), &plain, PAPERS).await;
    assert_eq!(reason(&refused.unwrap_err()), "NOT_OF_EMPLOYER");
    let seconded = InjuryForm {
        seconded_to_employer_id: borrower,
        ..plain
    };
    let case = town
        .service
        .submit(&handler(), &seconded, PAPERS)
        .await
        .unwrap();
    let decision: InjuryDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(decision.eligibility(), Eligibility::Eligible);
    assert_eq!(decision.employer_id, employer_id);
}

// Art. 57
#[tokio::test]
async fn an_accident_after_the_labour_relation_is_not_insured_whatever_the_form_says() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.service.clock().set(datetime!(2026-12-07 09:00 +8));
    let left_on = date!(2026 - 12 - 04);
    town.report(&employer_id, 1, StaffChangeKind::End, left_on)
        .await;
    town.service.clock().set(datetime!(2027-03-01 09:00 +8));
    let accident = Recognition {
        happened_on: on(date!(2027 - 02 - 01)),
        applied_on: on(date!(2027 - 02 - 08)),
        accepted_on: on(date!(2027 - 02 - 10)),
        decided_on: on(date!(2027 - 02 - 26)),
        ..decided(&employer_id, &person)
    };
    send(&town, &handler(), vec![accident]).await.unwrap();
    let form = InjuryForm {
        stoppage_from_on: None,
        stoppage_until_on: None,
        diagnosed_after_end: true,
        ..form(&employer_id, &person)
    };
    let case = town
        .service
        .submit(&handler(), &form, PAPERS)
        .await
        .unwrap();
    let decision: InjuryDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(decision.eligibility(), Eligibility::NotInsured);
}

// Art. 57
#[tokio::test]
async fn a_disease_found_after_the_labour_relation_is_registered_by_the_employer_before() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.service.clock().set(datetime!(2026-12-07 09:00 +8));
    let left_on = date!(2026 - 12 - 04);
    town.report(&employer_id, 1, StaffChangeKind::End, left_on)
        .await;
    town.service.clock().set(datetime!(2027-03-01 09:00 +8));
    let disease = Recognition {
        cause: InjuryCause::OccupationalDisease as i32,
        happened_on: on(date!(2027 - 02 - 01)),
        applied_on: on(date!(2027 - 02 - 08)),
        accepted_on: on(date!(2027 - 02 - 10)),
        decided_on: on(date!(2027 - 02 - 26)),
        ..decided(&employer_id, &person)
    };
    send(&town, &handler(), vec![disease]).await.unwrap();
    let plain = InjuryForm {
        stoppage_from_on: None,
        stoppage_until_on: None,
        ..form(&employer_id, &person)
    };
    let decide = async |form: &InjuryForm| -> InjuryDecision {
        let case = town.service.submit(&handler(), form, PAPERS).await.unwrap();
        town.service.decision(&case).await.unwrap()
    };
    let not_insured = decide(&plain).await;
    assert_eq!(not_insured.eligibility(), Eligibility::NotInsured);
    let found_after = InjuryForm {
        diagnosed_after_end: true,
        ..plain
    };
    let decision = decide(&found_after).await;
    assert_eq!(decision.insured_on, on(left_on));
    assert_ne!(decision.eligibility(), Eligibility::NotInsured);
}
