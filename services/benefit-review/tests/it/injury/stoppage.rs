//! The stoppage period after the registration.

use super::*;

/// All papers of form 54-A.
const OF_STOPPAGE: &[EvidenceKind] = &[
    EvidenceKind::StoppageNotice,
    EvidenceKind::StoppageExtension,
];

/// Form 54-A of the injury, until a day.
fn until(person: &Person, change: StoppageChange, day: Date) -> StoppageForm {
    StoppageForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        change: change as i32,
        stoppage_until_on: on(day),
        ..StoppageForm::default()
    }
}

/// The same, as the committee confirmed it.
fn extended(person: &Person, day: Date) -> StoppageForm {
    StoppageForm {
        confirmation_number: "深劳鉴停〔2027〕1号".to_owned(),
        confirmed_on: on(date!(2027 - 04 - 20)),
        ..until(person, StoppageChange::Extension, day)
    }
}

async fn refused(town: &Town, form: &StoppageForm) -> String {
    let refused = town.service.approve(&handler(), form, OF_STOPPAGE).await;
    reason(&refused.unwrap_err())
}

async fn stands(
    town: &Town,
    person: &Person,
) -> (Option<contracts::Date>, Option<contracts::Date>) {
    let injury = injury(town, person).await;
    (injury.stoppage_from_on, injury.stoppage_until_on)
}

// Art. 54
#[tokio::test]
async fn a_stoppage_period_that_the_registration_did_not_state_is_confirmed_later_and_then_extended()
 {
    let (town, employer_id, person) = recognised().await;
    let unstated = InjuryForm {
        stoppage_from_on: None,
        stoppage_until_on: None,
        ..form(&employer_id, &person)
    };
    let service = &town.service;
    service
        .approve(&handler(), &unstated, PAPERS)
        .await
        .unwrap();
    assert_eq!(stands(&town, &person).await, (None, None));
    let confirmation = StoppageChange::Confirmation;
    let half = until(&person, confirmation, date!(2027 - 05 - 01));
    let missing = service.submit(&handler(), &half, &[]).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let stranger = StoppageForm {
        employer_id: employer_id_of_stranger(),
        ..half.clone()
    };
    let unknown = StoppageForm {
        name: "别人".to_owned(),
        ..half.clone()
    };
    let none_yet = StoppageForm {
        confirmed_on: on(TODAY),
        ..extended(&person, date!(2027 - 11 - 01))
    };
    for (form, expected) in [
        (&stranger, "NOT_OF_EMPLOYER"),
        (&unknown, "INJURY_UNKNOWN"),
        (&none_yet, "STOPPAGE_EXTENSION"),
        (
            &until(&person, confirmation, date!(2026 - 11 - 01)),
            "STOPPAGE_PERIOD",
        ),
        (
            &until(&person, confirmation, date!(2027 - 11 - 02)),
            "STOPPAGE_PERIOD",
        ),
    ] {
        assert_eq!(refused(&town, form).await, expected);
    }
    let own = party(Caller::Employer, &employer_id);
    let case = service.submit(&own, &half, OF_STOPPAGE).await.unwrap();
    let decision: StoppageDecision = service.decision(&case).await.unwrap();
    assert_eq!(
        (decision.from_on_before, decision.until_on_before),
        (None, None)
    );
    // Nothing stands before the last signature.
    assert_eq!(stands(&town, &person).await, (None, None));
    service.sign_off(&case).await.unwrap();
    assert_eq!(
        stands(&town, &person).await,
        (on(TODAY), on(date!(2027 - 05 - 01)))
    );
    assert_eq!(refused(&town, &half).await, "STOPPAGE_STANDS");

    town.service.clock().set(datetime!(2027-04-26 09:00 +8));
    let longest = date!(2028 - 05 - 01);
    let nameless = StoppageForm {
        confirmation_number: String::new(),
        ..extended(&person, longest)
    };
    let future = StoppageForm {
        confirmed_on: on(date!(2027 - 04 - 27)),
        ..extended(&person, longest)
    };
    for (form, expected) in [
        (&nameless, "STOPPAGE_CONFIRMATION"),
        (&future, "STOPPAGE_CONFIRMATION"),
        // No more than twelve months after what was confirmed, and no earlier end.
        (
            &extended(&person, date!(2028 - 05 - 02)),
            "STOPPAGE_EXTENSION",
        ),
        (
            &extended(&person, date!(2027 - 04 - 30)),
            "STOPPAGE_EXTENSION",
        ),
    ] {
        assert_eq!(refused(&town, form).await, expected);
    }
    let form = extended(&person, longest);
    let notice = [EvidenceKind::StoppageNotice];
    let missing = service
        .submit(&handler(), &form, &notice)
        .await
        .unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    service
        .approve(&handler(), &form, OF_STOPPAGE)
        .await
        .unwrap();
    assert_eq!(stands(&town, &person).await, (on(TODAY), on(longest)));
    // A second extension counts with the first.
    let further = extended(&person, date!(2028 - 05 - 02));
    assert_eq!(refused(&town, &further).await, "STOPPAGE_EXTENSION");
    let told = town.told().await;
    let told = told.iter().filter_map(|(_, what)| match what {
        What::StoppageChanged(changed) => changed.injury.as_ref(),
        _ => None,
    });
    let untils: Vec<_> = told.map(|injury| injury.stoppage_until_on).collect();
    assert_eq!(untils, [on(date!(2027 - 05 - 01)), on(longest)]);
}

fn employer_id_of_stranger() -> String {
    employer_id(9)
}

// Art. 54
#[tokio::test]
async fn a_stoppage_period_that_was_stated_in_error_is_corrected_with_a_word_why() {
    let (town, employer_id, person) = recognised().await;
    register(&town, &employer_id, &person).await.unwrap();
    let silent = until(&person, StoppageChange::Correction, date!(2027 - 04 - 01));
    assert_eq!(refused(&town, &silent).await, "STOPPAGE_GROUNDS");
    let form = StoppageForm {
        stoppage_from_on: on(date!(2026 - 11 - 03)),
        grounds: "通知书上为2026年11月3日至2027年4月1日，登记时填错".to_owned(),
        ..silent
    };
    let service = &town.service;
    let case = service
        .approve(&handler(), &form, OF_STOPPAGE)
        .await
        .unwrap();
    let decision: StoppageDecision = service.decision(&case).await.unwrap();
    assert_eq!(decision.until_on_before, on(date!(2027 - 05 - 01)));
    let expected = (on(date!(2026 - 11 - 03)), on(date!(2027 - 04 - 01)));
    assert_eq!(stands(&town, &person).await, expected);
}
