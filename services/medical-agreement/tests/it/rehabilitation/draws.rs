//! The pool of experts, and draws from it.

use contracts::medical_agreement::v1::{
    Expert, GetDrawRequest, ListExpertsRequest, ReplaceExpertRequest,
};
use medical_agreement::rehabilitation::rules::ranked;

use super::*;

async fn replace(
    service: &TestService,
    case: &Case,
    expert_number: &str,
) -> Result<ExpertDraw, Status> {
    let request = ReplaceExpertRequest {
        pooling_area: AREA.to_owned(),
        request_id: String::new(),
        case_id: case.case_id.clone(),
        expert_number: expert_number.to_owned(),
        reason: "出差".to_owned(),
    };
    let replaced = section(service).await.replace_expert(request).await?;
    Ok(replaced.into_inner().draw.unwrap())
}

async fn get(service: &TestService, case: &Case) -> Result<ExpertDraw, Status> {
    let request = GetDrawRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
    };
    let found = section(service).await.get_draw(request).await?;
    Ok(found.into_inner().draw.unwrap())
}

/// The pool on a day.
async fn pool(service: &TestService, day: Date, specialty: &str) -> Vec<Expert> {
    let request = ListExpertsRequest {
        pooling_area: AREA.to_owned(),
        on: on(day),
        specialty: specialty.to_owned(),
        ..ListExpertsRequest::default()
    };
    let listed = section(service).await.list_experts(request).await.unwrap();
    listed.into_inner().experts
}

// Art. 49
#[tokio::test]
async fn experts_are_drawn_at_random_once_and_anybody_can_repeat_the_draw() {
    let (town, person) = town(6).await;
    let service = &town.service;
    // One of the pool works at the treating institution.
    let own = ExpertForm {
        institution_id: institution_id(1),
        ..expert(7)
    };
    service.approve(&handler(), &own, &[]).await.unwrap();
    let form = plan(&person);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let few = draw(service, &case, 2).await.unwrap_err();
    assert_eq!(reason(&few), "EXPERTS_TOO_FEW");
    let many = draw(service, &case, 7).await.unwrap_err();
    assert_eq!(reason(&many), "POOL_TOO_SMALL");
    assert!(many.message().contains("只有6名"), "{}", many.message());
    let psychologists = DrawExpertsRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        number: 3,
        specialty: "心理".to_owned(),
        ..DrawExpertsRequest::default()
    };
    let none = section(service).await.draw_experts(psychologists).await;
    assert_eq!(reason(&none.unwrap_err()), "POOL_TOO_SMALL");
    assert_eq!(reason(&get(service, &case).await.unwrap_err()), "NOT_FOUND");

    let drawn = draw(service, &case, 3).await.unwrap();
    assert_eq!(drawn.pool.len(), 6);
    assert!(!drawn.pool.contains(&own.expert_number));
    assert_eq!(drawn.excluded_institution_id, institution_id(1));
    let again = draw(service, &case, 3).await.unwrap_err();
    assert_eq!(reason(&again), "DRAWN_BEFORE");
    let seed: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&drawn.seed[at..at + 2], 16).unwrap())
        .collect();
    assert_eq!(ranked(&seed, &drawn.pool)[..3], drawn.drawn);
    assert_eq!(drawn.drawn, drawn.seated);
    let shown = get(service, &case).await.unwrap();
    assert!(shown.agrees);
    assert_eq!(shown, drawn);

    // Another application has a seed of its own; one that does not await its decision has no draw.
    let other = service.submit(&handler(), &form, PAPERS).await.unwrap();
    assert_ne!(draw(service, &other, 3).await.unwrap().seed, drawn.seed);
    let entry = service.submit(&handler(), &expert(8), &[]).await.unwrap();
    let strange = draw(service, &entry, 3).await.unwrap_err();
    assert_eq!(reason(&strange), "NOT_FOUND");
}

// Art. 49
#[tokio::test]
async fn who_cannot_come_is_replaced_by_the_next_in_rank_until_the_pool_is_exhausted() {
    let (town, person) = town(5).await;
    let service = &town.service;
    let form = plan(&person);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let drawn = draw(service, &case, 3).await.unwrap();
    let rest = drawn.pool.iter().find(|one| !drawn.drawn.contains(one));
    let strange = replace(service, &case, rest.unwrap()).await.unwrap_err();
    assert_eq!(reason(&strange), "EXPERT_NOT_SEATED");

    let first = replace(service, &case, &drawn.drawn[0]).await.unwrap();
    let called = first.replacements[0].replacement_number.clone();
    assert_eq!(first.seated[..2], drawn.drawn[1..]);
    assert_eq!(first.seated[2], called);
    assert!(first.agrees);
    // Whoever was called may have to be replaced, too; who was replaced is not called again.
    let second = replace(service, &case, &called).await.unwrap();
    assert_eq!(second.replacements.len(), 2);
    assert!(second.agrees && !second.seated.contains(&called));
    let gone = replace(service, &case, &called).await.unwrap_err();
    assert_eq!(reason(&gone), "EXPERT_NOT_SEATED");
    record(service, &case, vec![opinion(&second.seated[0], 60)])
        .await
        .unwrap();
    let heard = replace(service, &case, &second.seated[0]).await;
    assert_eq!(reason(&heard.unwrap_err()), "OPINION_GIVEN");
    let nobody = replace(service, &case, &second.seated[1]).await;
    assert_eq!(reason(&nobody.unwrap_err()), "EXPERTS_EXHAUSTED");

    // The case rests on those who sit.
    let opinions = second.seated[1..].iter().map(|one| opinion(one, 60));
    record(service, &case, opinions.collect()).await.unwrap();
    service.sign_off(&case).await.unwrap();
    assert!(get(service, &case).await.unwrap().agrees);
}

// Art. 49
#[tokio::test]
async fn an_opinion_is_recorded_once_for_whoever_sits_and_says_for_how_long() {
    let (town, person) = town(4).await;
    let service = &town.service;
    let form = plan(&person);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let drawn = draw(service, &case, 3).await.unwrap();
    let number = drawn.drawn[0].as_str();
    let rest = drawn.pool.iter().find(|one| !drawn.drawn.contains(one));
    let valueless = ExpertOpinion {
        has_value: false,
        ..opinion(number, 60)
    };
    let timeless = ExpertOpinion {
        has_value: true,
        ..opinion(number, 0)
    };
    let ahead = ExpertOpinion {
        given_on: on(date!(2026 - 11 - 03)),
        ..opinion(number, 60)
    };
    for (opinions, expected) in [
        (vec![opinion(rest.unwrap(), 60)], "EXPERT_NOT_SEATED"),
        (vec![valueless], "OPINION_DAYS"),
        (vec![timeless], "OPINION_DAYS"),
        (vec![ahead], "REHABILITATION_DATE"),
        (
            vec![opinion(number, 60), opinion(number, 90)],
            "OPINION_GIVEN",
        ),
    ] {
        let refused = record(service, &case, opinions).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let kept = record(service, &case, vec![opinion(number, 60)]).await;
    assert_eq!(kept.unwrap().opinions, [opinion(number, 60)]);
    let again = record(service, &case, vec![opinion(number, 90)]).await;
    assert_eq!(reason(&again.unwrap_err()), "OPINION_GIVEN");
}

// Art. 49
#[tokio::test]
async fn experts_enter_the_pool_change_and_leave_it_by_cases() {
    let service = alone().await;
    enter(&service, 1).await.unwrap();
    let good = expert(1);
    let backdated = ExpertForm {
        from_on: on(date!(2026 - 11 - 01)),
        ..expert(2)
    };
    let turned = ExpertForm {
        until_on: on(date!(2026 - 11 - 01)),
        ..expert(2)
    };
    let absent = ExpertForm {
        change: ExpertChange::Change as i32,
        ..expert(2)
    };
    let gone = ExpertForm {
        change: ExpertChange::Exit as i32,
        ..expert(2)
    };
    for (form, expected) in [
        (&good, "EXPERT_KNOWN"),
        (&backdated, "EXPERT_TERM"),
        (&turned, "EXPERT_TERM"),
        (&absent, "EXPERT_UNKNOWN"),
        (&gone, "EXPERT_UNKNOWN"),
    ] {
        let refused = service.approve(&handler(), form, &[]).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let change = ExpertForm {
        change: ExpertChange::Change as i32,
        specialty: "心理".to_owned(),
        from_on: on(date!(2026 - 12 - 01)),
        until_on: on(date!(2027 - 12 - 31)),
        ..good.clone()
    };
    service.approve(&handler(), &change, &[]).await.unwrap();
    let exit = ExpertForm {
        change: ExpertChange::Exit as i32,
        from_on: on(date!(2027 - 02 - 01)),
        ..good
    };
    service.approve(&handler(), &exit, &[]).await.unwrap();
    for (day, specialty, known) in [
        (TODAY, "康复医学", 1),
        (date!(2026 - 11 - 30), "康复医学", 1),
        (date!(2026 - 12 - 01), "康复医学", 0),
        (date!(2026 - 12 - 01), "心理", 1),
        (date!(2027 - 01 - 31), "", 1),
        (date!(2027 - 02 - 01), "", 0),
    ] {
        assert_eq!(pool(&service, day, specialty).await.len(), known, "{day}");
    }
    let back = ExpertForm {
        from_on: on(date!(2027 - 02 - 01)),
        ..expert(1)
    };
    service.approve(&handler(), &back, &[]).await.unwrap();
}
