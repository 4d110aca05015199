//! Who leaves, and who comes back: article 12.

use super::*;

// Art. 12
#[tokio::test]
async fn five_kinds_of_change_end_an_enrolment_with_its_last_day_and_reason() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let hires = (1..=4)
        .map(|n| hired(&employer_id, n, date!(2026 - 10 - 08)))
        .collect();
    report(&service, &employer_id, hires).await.unwrap();
    let kinds = [
        (StaffChangeKind::End, EnrolmentEnd::RelationEnded),
        (StaffChangeKind::Retirement, EnrolmentEnd::Retirement),
        (StaffChangeKind::Death, EnrolmentEnd::Death),
        (StaffChangeKind::Other, EnrolmentEnd::Other),
    ];
    let leaves = (1..)
        .zip(kinds)
        .map(|(n, (kind, _))| left(&employer_id, n, kind, date!(2026 - 10 - 30)));
    report(&service, &employer_id, leaves.collect())
        .await
        .unwrap();
    for (enrolment, (_, end)) in enrolled(&service, &employer_id, date!(2026 - 10 - 30))
        .await
        .iter()
        .zip(kinds)
    {
        assert_eq!(
            (enrolment.state(), enrolment.end()),
            (EnrolmentState::Ended, end)
        );
        assert_eq!(enrolment.ends_on, on(date!(2026 - 10 - 30)));
    }
    assert!(enrolled(&service, &employer_id, TODAY).await.is_empty());
    let told = told(&service).await;
    let ends = told
        .iter()
        .filter(|(_, what)| matches!(what, What::EnrolmentEnded(_)))
        .count();
    let deaths = told
        .iter()
        .filter(|(_, what)| matches!(what, What::PersonDied(_)))
        .count();
    assert_eq!((ends, deaths), (4, 1));
}

// Art. 12
#[tokio::test]
async fn a_death_ends_the_enrolments_with_every_employer_and_nobody_hires_the_dead() {
    let service = registration().await;
    let (one, other) = (register(&service, 1).await, register(&service, 2).await);
    report(&service, &one, vec![hired(&one, 1, date!(2026 - 10 - 08))])
        .await
        .unwrap();
    let beside = StaffChangeRow {
        kind: StaffChangeKind::ConcurrentHire as i32,
        contract_type: ContractType::PartTime as i32,
        ..hired(&other, 1, date!(2026 - 10 - 08))
    };
    report(&service, &other, vec![beside]).await.unwrap();
    let death = left(&one, 1, StaffChangeKind::Death, date!(2026 - 10 - 20));
    report(&service, &one, vec![death]).await.unwrap();
    let there = enrolled(&service, &other, date!(2026 - 10 - 20)).await;
    assert_eq!(
        (there[0].end(), there[0].ends_on),
        (EnrolmentEnd::Death, on(date!(2026 - 10 - 20)))
    );

    let form = roster(&one, vec![hired(&one, 1, TODAY), hired(&one, 2, TODAY)]);
    let seen: StaffChangeDecision = decision(&service, &submitted(&service, &form).await).await;
    assert_eq!(reasons(&seen), [(0, "PERSON_DEAD")]);
}

// Art. 12
#[tokio::test]
async fn who_died_before_the_first_day_was_never_insured_and_is_known_to_be_dead() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let (hired_on, died_on) = (date!(2026 - 10 - 20), date!(2026 - 10 - 12));
    let staff = vec![hired(&employer_id, 1, hired_on)];
    report(&service, &employer_id, staff).await.unwrap();
    let before = told(&service).await.len();
    let rows = vec![
        left(&employer_id, 1, StaffChangeKind::Death, died_on),
        // Nobody who is dead is hired, whichever row comes first.
        hired(&employer_id, 2, hired_on),
        left(&employer_id, 2, StaffChangeKind::Death, died_on),
    ];
    let form = roster(&employer_id, rows);
    let case = submitted(&service, &form).await;
    let seen: StaffChangeDecision = decision(&service, &case).await;
    assert_eq!(reasons(&seen), [(2, "NOT_ENROLLED")]);
    service.sign_off(&case).await.unwrap();

    let staff = enrolled(&service, &employer_id, hired_on).await;
    let names = staff.iter().map(|one| &one.person.as_ref().unwrap().name);
    let names: Vec<_> = names.collect();
    assert_eq!(names, [&name(2)]);
    let told = told(&service).await.split_off(before);
    let ended = told.iter().find_map(|(_, what)| match what {
        What::EnrolmentEnded(ended) => Some((ended.ends_on, ended.end())),
        _ => None,
    });
    assert_eq!(ended, Some((on(died_on), EnrolmentEnd::Death)));
    let died = told.iter().find_map(|(_, what)| match what {
        What::PersonDied(died) => Some(died.died_on),
        _ => None,
    });
    assert_eq!(died, Some(on(died_on)));
}

// Art. 12
#[tokio::test]
async fn who_was_hired_and_left_within_one_roster_is_insured_for_those_days() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let rows = vec![
        hired(&employer_id, 1, date!(2026 - 10 - 08)),
        left(&employer_id, 1, StaffChangeKind::End, date!(2026 - 10 - 20)),
    ];
    report(&service, &employer_id, rows).await.unwrap();
    let enrolled = enrolled(&service, &employer_id, date!(2026 - 10 - 08)).await;
    assert_eq!(
        (enrolled[0].starts_on, enrolled[0].ends_on),
        (on(date!(2026 - 10 - 08)), on(date!(2026 - 10 - 20)))
    );
    let told = told(&service).await;
    let [
        ..,
        (_, What::PersonEnrolled(_)),
        (_, What::EnrolmentEnded(_)),
    ] = &told[..]
    else {
        panic!("told: {told:?}")
    };
}

// Art. 12
#[tokio::test]
async fn who_left_and_returned_is_on_one_roster_with_both() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let first = hired(&employer_id, 1, date!(2026 - 10 - 08));
    report(&service, &employer_id, vec![first]).await.unwrap();
    let rows = vec![
        left(&employer_id, 1, StaffChangeKind::End, date!(2026 - 10 - 20)),
        hired(&employer_id, 1, date!(2026 - 10 - 22)),
    ];
    report(&service, &employer_id, rows).await.unwrap();
    let spells: Vec<_> = enrolled(&service, &employer_id, date!(2026 - 10 - 01))
        .await
        .into_iter()
        .map(|spell| (spell.starts_on, spell.ends_on))
        .collect();
    assert_eq!(
        spells,
        [
            (on(date!(2026 - 10 - 08)), on(date!(2026 - 10 - 20))),
            (on(date!(2026 - 10 - 22)), None)
        ]
    );
}

// Art. 8, Art. 12, Art. 125
#[tokio::test]
async fn whose_former_employer_reported_no_end_is_enrolled_and_the_former_enrolment_looked_into() {
    let service = registration().await;
    let (before, now) = (register(&service, 1).await, register(&service, 2).await);
    let first = date!(2026 - 10 - 08);
    let hires = [1, 2, 3].map(|n| hired(&before, n, first)).to_vec();
    report(&service, &before, hires).await.unwrap();
    let left_in_time = left(&before, 2, StaffChangeKind::End, TODAY);
    report(&service, &before, vec![left_in_time]).await.unwrap();

    let beside = StaffChangeRow {
        kind: StaffChangeKind::ConcurrentHire as i32,
        contract_type: ContractType::LabourAgreement as i32,
        ..hired(&now, 3, TODAY)
    };
    let rows = vec![hired(&now, 2, TODAY), hired(&now, 1, TODAY), beside];
    let case = submitted(&service, &roster(&now, rows)).await;
    let seen: StaffChangeDecision = decision(&service, &case).await;
    assert_eq!((seen.enrolled, seen.refused), (3, 0));
    assert_eq!(found(&seen.remarks), [(1, "ENROLLED_ELSEWHERE")]);
    let sentence = &seen.remarks[0].reason.as_ref().unwrap().sentence;
    assert!(sentence.contains("已在其他单位参保"), "{sentence}");
    assert!(!sentence.contains("2026-10-08"), "{sentence}");
    assert_eq!(differences(&service, DifferenceState::Open).await, []);

    service.sign_off(&case).await.unwrap();
    assert_eq!(enrolled(&service, &now, TODAY).await.len(), 3);
    let open = differences(&service, DifferenceState::Open).await;
    assert_eq!(open.len(), 1, "one enrolment goes on before: {open:?}");
    let difference = &open[0];
    assert_eq!(difference.kind(), DifferenceKind::NotEnded);
    assert_eq!(difference.employer_id, before);
    assert_eq!(difference.registered, "自2026-10-08起参保");
    assert_eq!(difference.told, format!("{now}自{TODAY}起用工"));
    assert_eq!(difference.case_id, case.case_id);
    let going_on = enrolled(&service, &before, TODAY).await;
    let about = going_on
        .into_iter()
        .find(|one| one.person_id == difference.person_id);
    assert_eq!(about.unwrap().person.unwrap().name, name(1));
    let events = told(&service).await;
    let found = |(_, what): &(String, What)| matches!(what, What::DifferenceFound(_));
    assert!(events.iter().any(found));

    // Its end is reported after all.
    let late = left(&before, 1, StaffChangeKind::End, TODAY);
    report(&service, &before, vec![late]).await.unwrap();
    assert_eq!(differences(&service, DifferenceState::Open).await, []);
    let [settled] = differences(&service, DifferenceState::Settled)
        .await
        .try_into()
        .unwrap();
    assert_eq!(settled.difference_id, difference.difference_id);
    assert_eq!(settled.settlement, "已申报终止参保");
}

// Art. 12
#[tokio::test]
async fn who_retired_is_hired_again_and_whoever_signs_is_told_to_make_sure() {
    let service = registration().await;
    let (before, now) = (register(&service, 1).await, register(&service, 2).await);
    let first = date!(2026 - 10 - 08);
    let hires = vec![hired(&before, 1, first), hired(&before, 2, first)];
    report(&service, &before, hires).await.unwrap();
    let last = date!(2026 - 10 - 30);
    let leaves = vec![
        left(&before, 1, StaffChangeKind::Retirement, last),
        left(&before, 2, StaffChangeKind::End, last),
    ];
    report(&service, &before, leaves).await.unwrap();

    let again = vec![hired(&now, 2, TODAY), hired(&now, 1, TODAY)];
    let case = submitted(&service, &roster(&now, again)).await;
    let seen: StaffChangeDecision = decision(&service, &case).await;
    assert_eq!((seen.enrolled, seen.refused), (2, 0));
    assert_eq!(found(&seen.remarks), [(1, "HIRED_AFTER_RETIREMENT")]);
    assert_eq!(seen.remarks[0].name, name(1));
    let sentence = &seen.remarks[0].reason.as_ref().unwrap().sentence;
    assert!(sentence.contains("因退休终止"), "{sentence}");
    assert!(!sentence.contains("2026-10-30"), "{sentence}");
    service.sign_off(&case).await.unwrap();
    assert_eq!(enrolled(&service, &now, TODAY).await.len(), 2);
}
