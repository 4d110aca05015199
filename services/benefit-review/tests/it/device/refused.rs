//! Claims that are not whole, and devices that are not paid for.

use super::*;

// Art. 66
#[tokio::test]
async fn a_claim_that_is_not_whole_is_refused() {
    let equipped = equipped().await;
    let approval = equipped.fitted().await;
    let leg = one(&approval, LEG, "JZ-1", "22000.00");
    let good = equipped.claim(vec![leg.clone()]);
    let other_employer = equipped.town.register(2).await;
    let with = |change: fn(&mut DeviceClaimForm)| {
        let mut form = good.clone();
        change(&mut form);
        form
    };
    let of_stranger = DeviceClaimForm {
        employer_id: other_employer.clone(),
        ..good.clone()
    };
    let twice = equipped.claim(vec![leg.clone(), leg.clone()]);
    let later = equipped.claim(vec![ClaimedDevice {
        fitted_on: on(date!(2026 - 11 - 24)),
        ..leg
    }]);
    let both = with(|form| form.institution_id = institution_id(1));
    let total = with(|form| form.amount = Some(Money::from_text("22000.01")));
    let compensated = with(|form| form.compensated = Some(Money::from_text("22000.01")));
    let misnamed = with(|form| form.name = "别人".to_owned());
    let unregistered = with(|form| form.recognition_number = "无".to_owned());
    for (form, expected) in [
        (&of_stranger, "NOT_OF_EMPLOYER"),
        (&twice, "CLAIM_TWICE"),
        (&later, "DEVICE_FITTED_LATER"),
        (&both, "DEVICE_PAYEES"),
        (&total, "DEVICE_TOTAL"),
        (&compensated, "COMPENSATED_TOO_MUCH"),
        (&misnamed, "INJURY_UNKNOWN"),
        (&unregistered, "INJURY_UNKNOWN"),
    ] {
        assert_eq!(equipped.refused(form).await, expected);
    }
    let stranger = party(Caller::Employer, &other_employer);
    let service = &equipped.town.service;
    for form in [&good, &of_stranger] {
        let refused = service.submit(&stranger, form, PAPERS).await.unwrap_err();
        assert!(["DENIED", "NOT_OF_EMPLOYER"].contains(&reason(&refused).as_str()));
    }
    assert!(equipped.benefits().await.is_empty());
}

// Art. 67
#[tokio::test]
async fn what_was_not_approved_or_not_fitted_so_is_not_paid() {
    let equipped = equipped().await;
    let approval = equipped.fitted().await;
    let unknown = Approval {
        approval_id: "0190163d-8694-739b-aea5-966c26f8ad92".to_owned(),
        ..approval.clone()
    };
    let another_day = ClaimedDevice {
        fitted_on: on(date!(2026 - 11 - 22)),
        ..one(&approval, CANE, "SZ-1", "100.00")
    };
    let form = equipped.claim(vec![
        one(&unknown, LEG, "JZ-1", "22000.00"),
        one(&approval, "FJ-0201", "JZ-1", "1000.00"),
        one(&approval, LEG, "JZ-9", "22000.00"),
        one(&approval, LEG, "SZ-1", "22000.00"),
        another_day,
        one(&approval, CANE, "SZ-2", "100.00"),
    ]);
    let decision = equipped.approve(&form).await;
    let refused = |reason| (LineOutcome::Refused, vec![reason]);
    assert_eq!(
        outcomes(&decision),
        [
            refused("DEVICE_NOT_APPROVED"),
            refused("DEVICE_NOT_APPROVED"),
            refused("DEVICE_NOT_FITTED"),
            refused("DEVICE_NOT_FITTED"),
            refused("DEVICE_FITTED_OTHERWISE"),
            (LineOutcome::Paid, vec![]),
        ]
    );
    assert_eq!(parts(&decision), ["100.00", "0.00", "0.00", "67100.00"]);
}

// Art. 67
#[tokio::test]
async fn what_was_approved_for_another_is_not_approved() {
    let equipped = equipped().await;
    equipped.fitted().await;
    let (town, employer_id) = (&equipped.town, &equipped.employer_id);
    let other = town.hire(employer_id, 2).await;
    let other = Recognition {
        happened_on: on(FITTED),
        applied_on: on(FITTED),
        accepted_on: on(FITTED),
        ..town.recognition(employer_id, &other, "深人社认字〔2026〕2号")
    };
    let other = town.injure(&other).await;
    let institution_id = &equipped.institution_id;
    let approval = town
        .approve_device(&other, institution_id, &[(LEG, 1)])
        .await;
    town.fit(&approval, LEG, "JZ-2", FITTED).await;
    let form = equipped.claim(vec![one(&approval, LEG, "JZ-2", "22000.00")]);
    let decision = equipped.approve(&form).await;
    assert_eq!(
        outcomes(&decision),
        [(LineOutcome::Refused, vec!["DEVICE_NOT_APPROVED"])]
    );
    assert!(equipped.benefits().await.iter().flatten().next().is_none());
}

// Art. 67
#[tokio::test]
async fn a_device_is_paid_for_once_also_when_two_claim_it_at_the_same_time() {
    let equipped = equipped().await;
    let approval = equipped.fitted().await;
    let leg = equipped.claim(vec![one(&approval, LEG, "JZ-1", "22000.00")]);
    let first = equipped.signed(&leg).await;
    let again = equipped.approve(&leg).await;
    assert_eq!(
        outcomes(&again),
        [(LineOutcome::Refused, vec!["DEVICE_CLAIMED"])]
    );
    let sentence = &again.devices[0].reasons[0].sentence;
    assert!(sentence.contains(&first.case_id), "{sentence}");

    let cane = equipped.claim(vec![one(&approval, CANE, "SZ-1", "100.00")]);
    let by_person = DeviceClaimForm {
        employer_id: String::new(),
        ..cane.clone()
    };
    let service = &equipped.town.service;
    let clerk = handler();
    let both = tokio::join!(
        service.approve(&clerk, &cane, PAPERS),
        service.approve(&clerk, &by_person, PAPERS),
    );
    // Whoever was decided on first is paid; the other is refused it, or has to sign what is decided by then.
    assert!(both.0.is_ok() || both.1.is_ok());
    let told = equipped.benefits().await;
    let amounts: Vec<_> = told
        .iter()
        .flatten()
        .map(|one| one.amount.as_ref().unwrap().as_text())
        .collect();
    assert_eq!(amounts, ["22000.00", "100.00"]);
}

// Art. 67
#[tokio::test]
async fn nobody_is_fitted_after_death() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.service.clock().set(datetime!(2026-11-23 09:00 +8));
    let decision = town.recognition(&employer_id, &person, NUMBER);
    town.recognise(&decision).await;
    let died = InjuryForm {
        died_on: on(date!(2026 - 11 - 22)),
        ..injury_form(&decision)
    };
    let registered = town.service.approve(&handler(), &died, PAPERS).await;
    registered.unwrap();
    let injury = town.injury(&person.person_id, NUMBER).await;
    let institution_id = supplied(&town).await;
    let equipped = Equipped {
        town,
        employer_id,
        person,
        injury,
        institution_id,
    };
    let approval = equipped.fitted().await;
    let form = equipped.claim(vec![one(&approval, LEG, "JZ-1", "22000.00")]);
    let decision = equipped.approve(&form).await;
    assert_eq!(
        outcomes(&decision),
        [(LineOutcome::Refused, vec!["DEVICE_AFTER_DEATH"])]
    );
}
