//! Who stands beside an injured employee.

use super::*;

fn change(
    employer_id: &str,
    person: &Person,
    kind: RelationChange,
    day: Date,
) -> RelationChangeForm {
    RelationChangeForm {
        employer_id: employer_id.to_owned(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        change: kind as i32,
        changes_on: on(day),
        ..RelationChangeForm::default()
    }
}

// Art. 60
#[tokio::test]
async fn an_injured_employee_goes_to_another_employer_and_at_last_to_none() {
    let (town, first, person) = recognised().await;
    let unregistered = change(&first, &person, RelationChange::End, TODAY);
    let refused = town
        .service
        .approve(&handler(), &unregistered, PAPERS)
        .await;
    assert_eq!(reason(&refused.unwrap_err()), "INJURY_UNKNOWN");
    register(&town, &first, &person).await.unwrap();
    town.service.clock().set(datetime!(2026-12-07 09:00 +8));
    let second = town.register(2).await;
    let left_on = date!(2026 - 12 - 04);
    town.report(&first, 1, StaffChangeKind::End, left_on).await;
    town.hire(&second, 1).await;

    let moved = RelationChangeForm {
        new_employer_id: second.clone(),
        ..change(
            &first,
            &person,
            RelationChange::Transfer,
            date!(2026 - 12 - 07),
        )
    };
    let nowhere = RelationChangeForm {
        new_employer_id: String::new(),
        ..moved.clone()
    };
    let uninsured = RelationChangeForm {
        changes_on: on(date!(2026 - 12 - 06)),
        ..moved.clone()
    };
    let future = RelationChangeForm {
        changes_on: on(date!(2026 - 12 - 08)),
        ..moved.clone()
    };
    for (form, expected) in [
        (nowhere, "RELATION_EMPLOYER"),
        (uninsured, "RELATION_EMPLOYER"),
        (future, "RELATION_DATE"),
    ] {
        let refused = town
            .service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    town.service
        .approve(&handler(), &moved, PAPERS)
        .await
        .unwrap();
    // Whoever bears the duties now sees the injury, and nobody else does.
    let strangers = town.register(3).await;
    for (employer_id, expected) in [(&first, 0), (&second, 1), (&strangers, 0)] {
        let own = party(Caller::Employer, employer_id);
        let mut client = InjuryServiceClient::new(town.service.connect(&own).await);
        let request = ListInjuriesRequest {
            pooling_area: AREA.to_owned(),
            ..ListInjuriesRequest::default()
        };
        let listed = client.list_injuries(request).await.unwrap().into_inner();
        assert_eq!(listed.injuries.len(), expected, "{employer_id}");
    }
    let stranger = change(
        &strangers,
        &person,
        RelationChange::End,
        date!(2026 - 12 - 07),
    );
    let own = party(Caller::Employer, &strangers);
    let refused = town.service.submit(&own, &stranger, PAPERS).await.unwrap();
    let refused = town.service.sign_off(&refused).await.unwrap_err();
    assert_eq!(reason(&refused), "NOT_OF_EMPLOYER");
    let shown = injury(&town, &person).await;
    assert_eq!(shown.relation(), RelationState::Transferred);
    assert_eq!(
        (shown.employer_id, shown.present_employer_id),
        (first.clone(), second.clone())
    );

    town.service.clock().set(datetime!(2026-12-14 09:00 +8));
    let ended = change(&second, &person, RelationChange::End, date!(2026 - 12 - 11));
    town.service
        .approve(&handler(), &ended, PAPERS)
        .await
        .unwrap();
    let shown = injury(&town, &person).await;
    assert_eq!(shown.relation(), RelationState::Ended);
    let refused = town
        .service
        .approve(&handler(), &ended, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "RELATION_OVER");
    let told = town.told().await;
    let changed = told
        .iter()
        .filter(|(_, what)| matches!(what, What::RelationChanged(_)));
    assert_eq!(changed.count(), 2);
}

// Art. 59
#[tokio::test]
async fn long_term_benefits_are_settled_once_for_all_only_after_an_explanation() {
    let (town, employer_id, person) = recognised().await;
    register(&town, &employer_id, &person).await.unwrap();
    town.service.clock().set(datetime!(2027-06-01 09:00 +8));
    let settle = OneOffSettlementForm {
        employer_id: employer_id.clone(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        explained: true,
        agreed_on: on(date!(2027 - 06 - 01)),
        agreement_number: "协〔2027〕1号".to_owned(),
        relation_ends_on: on(date!(2027 - 06 - 01)),
        rural_resident: true,
    };
    let refused = town
        .service
        .approve(&handler(), &settle, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NO_LONG_TERM_BENEFIT");
    let number = "深劳鉴〔2027〕1号";
    let grade = concluded(&person, number, 4, date!(2027 - 05 - 20));
    conclude(&town, &handler(), vec![grade]).await.unwrap();
    let appraisal = WorkCapacityForm {
        employer_id: String::new(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        conclusion_number: number.to_owned(),
        ..WorkCapacityForm::default()
    };
    town.service
        .approve(&handler(), &appraisal, PAPERS)
        .await
        .unwrap();
    let unexplained = OneOffSettlementForm {
        agreed_on: on(date!(2027 - 06 - 02)),
        ..settle.clone()
    };
    let silent = OneOffSettlementForm {
        explained: false,
        ..settle.clone()
    };
    let resident = OneOffSettlementForm {
        rural_resident: false,
        ..settle.clone()
    };
    let of_other = OneOffSettlementForm {
        employer_id: crate::support::employer_id(9),
        ..settle.clone()
    };
    let early = OneOffSettlementForm {
        relation_ends_on: on(date!(2027 - 05 - 31)),
        ..settle.clone()
    };
    for (form, expected) in [
        (unexplained, "NOT_EXPLAINED"),
        (silent, "NOT_EXPLAINED"),
        (resident, "NOT_EXPLAINED"),
        (of_other, "NOT_OF_EMPLOYER"),
        (early, "RELATION_DATE"),
    ] {
        let refused = town
            .service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let few = [EvidenceKind::SettlementApplication];
    let refused = town
        .service
        .submit(&handler(), &settle, &few)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "EVIDENCE_MISSING");
    // What the grade is worth comes first: `disability/settled.rs` goes on from there.
    let undecided = town
        .service
        .approve(&handler(), &settle, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&undecided), "DISABILITY_NOT_DECIDED");
    let shown = injury(&town, &person).await;
    assert_eq!(shown.relation(), RelationState::WithEmployer);
}
