//! A death that was recorded wrongly: articles 6 and 12.

use chassis::testing::person as acting_person;
use contracts::registration::v1::{
    DifferenceKind, DifferenceState, Enrolment, EnrolmentEnd, EnrolmentState, OutsidePerson,
    PersonDeathCorrectionDecision, PersonDeathCorrectionForm, ResidentNotice, ResidentNoticeKind,
    StaffChangeKind,
};
use law::Month;
use time::Date;

use super::*;
use crate::exchange::{differences, person, receive_resident, resident, send_persons, working};

const PROOF: &[EvidenceKind] = &[EvidenceKind::PublicSecurityProof];
const HIRED: Date = date!(2026 - 08 - 03);

/// Citizen 1, whose death on `died_on` public security told, with the number of the employer.
async fn buried(service: &TestService, died_on: Date) -> (String, String) {
    hired_and_buried(service, HIRED, died_on).await
}

/// The same of who was hired on `hired_on`.
async fn hired_and_buried(
    service: &TestService,
    hired_on: Date,
    died_on: Date,
) -> (String, String) {
    let (employer_id, person_id) = staffed(service, hired_on).await;
    let death = ResidentNotice {
        happened_on: on(died_on),
        ..resident(1, ResidentNoticeKind::Death)
    };
    receive_resident(service, death).await.unwrap();
    (employer_id, person_id)
}

/// Citizen 1, hired on `hired_on`, with the number of the employer.
async fn staffed(service: &TestService, hired_on: Date) -> (String, String) {
    let employer_id = register(service, 1).await;
    let staff = vec![hired(&employer_id, 1, hired_on)];
    report(service, &employer_id, staff).await.unwrap();
    let enrolled = enrolled(service, &employer_id, TODAY).await;
    (employer_id, enrolled[0].person_id.clone())
}

/// Has the death corrected to `died_on`, or revoked, by everybody who signs.
async fn correct(service: &TestService, person_id: &str, died_on: Option<Date>) {
    let form = correction(person_id, died_on);
    let applicant = acting_person(person_id);
    service.approve(&applicant, &form, PAPERS).await.unwrap();
    let now = person(service, person_id).await;
    assert_eq!(now.died_on, died_on.map(Into::into));
}

fn correction(person_id: &str, died_on: Option<Date>) -> PersonDeathCorrectionForm {
    PersonDeathCorrectionForm {
        person_id: person_id.to_owned(),
        died_on: died_on.map(Into::into),
        grounds: "公安机关通报有误".to_owned(),
    }
}

/// First day, last day and reason of each enrolment since the hire.
async fn spells(
    service: &TestService,
    employer_id: &str,
) -> Vec<(Date, Option<Date>, EnrolmentEnd)> {
    let mut found: Vec<Enrolment> = Vec::new();
    for month in 8..=11 {
        let month = Month::new(2026, month).unwrap();
        for one in enrolled(service, employer_id, month.first_day()).await {
            if found
                .iter()
                .all(|known| known.enrolment_id != one.enrolment_id)
            {
                found.push(one);
            }
        }
    }
    let day = |day: contracts::Date| Date::try_from(day).unwrap();
    let spell = |one: Enrolment| (day(one.starts_on.unwrap()), one.ends_on.map(day), one.end());
    found.into_iter().map(spell).collect()
}

// Art. 6
// Art. 12
#[tokio::test]
async fn a_death_recorded_by_mistake_is_revoked_and_what_it_ended_goes_on() {
    let service = registration().await;
    let died_on = date!(2026 - 09 - 20);
    let (employer_id, person_id) = buried(&service, died_on).await;
    let leaves = left(&employer_id, 1, StaffChangeKind::End, date!(2026 - 10 - 31));
    let rows = vec![leaves.clone(), hired(&employer_id, 2, TODAY)];
    let form = roster(&employer_id, rows);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let seen: contracts::registration::v1::StaffChangeDecision = decision(&service, &case).await;
    let told_why = &seen.refusals[0].reason.as_ref().unwrap().sentence;
    assert!(told_why.contains("表6-A"), "{told_why}");

    let before = told(&service).await.len();
    let lives = correction(&person_id, None);
    let certificate = [EvidenceKind::DeathCertificate];
    let refused = service.submit(&handler(), &lives, &certificate).await;
    assert_eq!(reason(&refused.unwrap_err()), "EVIDENCE_MISSING");
    let case = service.submit(&handler(), &lives, PROOF).await.unwrap();
    let seen: PersonDeathCorrectionDecision = decision(&service, &case).await;
    assert_eq!(seen.before.unwrap().died_on, on(died_on));
    assert_eq!(seen.after.unwrap().died_on, None);
    assert_eq!(seen.enrolments[0].ended_on, on(died_on));
    assert_eq!(seen.enrolments[0].ends_on, None);
    service.sign_off(&case).await.unwrap();

    assert_eq!(person(&service, &person_id).await.died_on, None);
    let next = date!(2026 - 09 - 21);
    assert_eq!(
        spells(&service, &employer_id).await,
        [
            (HIRED, Some(died_on), EnrolmentEnd::DeathCorrected),
            (next, None, EnrolmentEnd::Unspecified)
        ]
    );
    let told = told(&service).await.split_off(before);
    let [
        (of_employer, What::EnrolmentEnded(ended)),
        (_, What::PersonPreEnrolled(begun)),
        (of_person, What::PersonChanged(changed)),
    ] = &told[..]
    else {
        panic!("told: {told:?}")
    };
    assert_eq!((of_employer, of_person), (&employer_id, &person_id));
    assert_eq!(ended.end(), EnrolmentEnd::DeathCorrected);
    assert_eq!(begun.from_month, Some(Month::new(2026, 9).unwrap().into()));
    assert_eq!(begun.declared_month, Some(Month::of(TODAY).into()));
    let enrolment = begun.enrolment.as_ref().unwrap();
    assert_eq!(enrolment.state(), EnrolmentState::PreEnrolled);
    assert_eq!(enrolment.starts_on, on(next));
    assert_eq!(
        enrolment.wage,
        Some(rust_decimal::Decimal::from(6000).into())
    );
    assert_eq!(changed.after.as_ref().unwrap().died_on, None);

    // The employer's roster is taken again, and so is the death when it comes.
    report(&service, &employer_id, vec![leaves]).await.unwrap();
    let last = spells(&service, &employer_id).await[1];
    assert_eq!(last.1, Some(date!(2026 - 10 - 31)));
}

// Art. 6
// Art. 12
// Art. 125
#[tokio::test]
async fn another_day_of_death_moves_what_it_ended_and_settles_the_difference() {
    let service = registration().await;
    let (employer_id, person_id) = buried(&service, date!(2026 - 10 - 25)).await;
    let earlier = date!(2026 - 09 - 20);
    let otherwise = ResidentNotice {
        notice_number: "GA-9".to_owned(),
        happened_on: on(earlier),
        ..resident(1, ResidentNoticeKind::Death)
    };
    receive_resident(&service, otherwise).await.unwrap();
    let open = differences(&service, DifferenceState::Open).await;
    assert_eq!(open[0].kind(), DifferenceKind::DeathDate);
    // A list that names the employer, which has the dead at work.
    let at_work = OutsidePerson {
        monthly_wage: None,
        ..working(1, &employer_id, "6000")
    };
    send_persons(&service, &[at_work]).await;
    let open = differences(&service, DifferenceState::Open).await;
    let deaths = open
        .iter()
        .filter(|open| open.kind() == DifferenceKind::DeathDate);
    assert_eq!(deaths.count(), 2);
    let approve = async |died_on| {
        correct(&service, &person_id, died_on).await;
        spells(&service, &employer_id).await
    };
    let death = EnrolmentEnd::Death;
    assert_eq!(
        approve(Some(earlier)).await,
        [(HIRED, Some(earlier), death)]
    );
    assert_eq!(differences(&service, DifferenceState::Open).await, []);
    // Within the month, the last day moves; past it, what others have counted goes on.
    let later = date!(2026 - 09 - 22);
    assert_eq!(approve(Some(later)).await, [(HIRED, Some(later), death)]);
    let november = date!(2026 - 11 - 01);
    assert_eq!(
        approve(Some(november)).await,
        [
            (HIRED, Some(later), EnrolmentEnd::DeathCorrected),
            (date!(2026 - 09 - 23), Some(november), death)
        ]
    );
    let told = told(&service).await;
    let [
        ..,
        (_, What::PersonPreEnrolled(_)),
        (_, What::EnrolmentEnded(ended)),
        (_, What::PersonChanged(_)),
    ] = &told[..]
    else {
        panic!("told: {told:?}")
    };
    assert_eq!(ended.ends_on, on(november));
    // And back, before both: of the second nothing was.
    let first = date!(2026 - 08 - 31);
    assert_eq!(approve(Some(first)).await, [(HIRED, Some(first), death)]);
    // Forward, back and away again: each covers the days until the next one begins.
    let corrected = EnrolmentEnd::DeathCorrected;
    let (from, until) = (date!(2026 - 09 - 01), date!(2026 - 09 - 22));
    let (again_on, again_until) = (date!(2026 - 09 - 23), date!(2026 - 09 - 25));
    assert_eq!(
        approve(Some(again_until)).await,
        [
            (HIRED, Some(first), corrected),
            (from, Some(until), corrected),
            (again_on, Some(again_until), death)
        ]
    );
    assert_eq!(approve(Some(first)).await, [(HIRED, Some(first), death)]);
    assert_eq!(
        approve(None).await,
        [
            (HIRED, Some(first), corrected),
            (from, Some(until), corrected),
            (again_on, None, EnrolmentEnd::Unspecified)
        ]
    );
}

// Art. 6
// Art. 12
#[tokio::test]
async fn what_was_told_not_to_have_been_is_told_from_its_first_day_when_the_death_came_later() {
    let (hired_on, told_first) = (date!(2026 - 08 - 31), date!(2026 - 07 - 10));
    let died_on = date!(2026 - 09 - 20);
    let cases = [
        (Some(hired_on), EnrolmentEnd::Death),
        (Some(died_on), EnrolmentEnd::Death),
        (None, EnrolmentEnd::Unspecified),
    ];
    for (died_on, why) in cases {
        let service = registration().await;
        let (employer_id, person_id) = hired_and_buried(&service, hired_on, told_first).await;
        assert_eq!(spells(&service, &employer_id).await, []);
        let before = told(&service).await.len();
        correct(&service, &person_id, died_on).await;
        let now = spells(&service, &employer_id).await;
        assert_eq!(now, [(hired_on, died_on, why)]);
        let told = told(&service).await.split_off(before);
        let [
            (_, What::EnrolmentEnded(none)),
            (_, What::PersonPreEnrolled(begun)),
            ends @ ..,
            (_, What::PersonChanged(_)),
        ] = &told[..]
        else {
            panic!("told: {told:?}")
        };
        assert_eq!(none.ends_on, on(told_first));
        assert_eq!(begun.from_month, Some(Month::of(hired_on).into()));
        let enrolment = begun.enrolment.as_ref().unwrap();
        assert_eq!(enrolment.starts_on, on(hired_on));
        assert_ne!(enrolment.enrolment_id, none.enrolment_id);
        let ends: Vec<_> = ends.iter().map(|(_, what)| what).collect();
        match (died_on, &ends[..]) {
            (None, []) => {}
            (Some(died_on), [What::EnrolmentEnded(ended)]) => {
                assert_eq!(ended.enrolment_id, enrolment.enrolment_id);
                assert_eq!(ended.ends_on, on(died_on));
            }
            _ => panic!("told: {told:?}"),
        }
    }
}

// Art. 6
// Art. 12
#[tokio::test]
async fn a_death_told_after_a_revocation_ends_what_was_before_it_too() {
    let service = registration().await;
    let (employer_id, person_id) = buried(&service, date!(2026 - 10 - 20)).await;
    correct(&service, &person_id, None).await;
    let died_on = date!(2026 - 09 - 28);
    let death = ResidentNotice {
        notice_number: "GA-9".to_owned(),
        happened_on: on(died_on),
        ..resident(1, ResidentNoticeKind::Death)
    };
    let before = told(&service).await.len();
    receive_resident(&service, death).await.unwrap();
    let only = [(HIRED, Some(died_on), EnrolmentEnd::Death)];
    assert_eq!(spells(&service, &employer_id).await, only);
    let told = told(&service).await.split_off(before);
    let ends: Vec<_> = told
        .iter()
        .filter_map(|(_, what)| match what {
            What::EnrolmentEnded(ended) => Some((ended.ends_on, ended.end())),
            _ => None,
        })
        .collect();
    assert_eq!(ends, [(on(died_on), EnrolmentEnd::Death); 2]);

    correct(&service, &person_id, None).await;
    let corrected = EnrolmentEnd::DeathCorrected;
    assert_eq!(
        spells(&service, &employer_id).await,
        [
            (HIRED, Some(died_on), corrected),
            (
                date!(2026 - 09 - 29),
                Some(date!(2026 - 10 - 20)),
                corrected
            ),
            (date!(2026 - 10 - 21), None, EnrolmentEnd::Unspecified)
        ]
    );
}

// Art. 6
// Art. 12
#[tokio::test]
async fn who_left_after_the_death_that_is_told_later_was_insured_until_it_and_left_if_it_was_not() {
    let (death, corrected) = (EnrolmentEnd::Death, EnrolmentEnd::DeathCorrected);
    let (left_on, ended) = (date!(2026 - 10 - 30), EnrolmentEnd::RelationEnded);
    let died_on = date!(2026 - 09 - 28);
    let first_told = date!(2026 - 10 - 20);
    for goes_on in [false, true] {
        let service = registration().await;
        let (employer_id, person_id) = if goes_on {
            let found = buried(&service, first_told).await;
            correct(&service, &found.1, None).await;
            found
        } else {
            staffed(&service, HIRED).await
        };
        let leaves = left(&employer_id, 1, StaffChangeKind::End, left_on);
        report(&service, &employer_id, vec![leaves]).await.unwrap();
        let before = told(&service).await.len();
        let notice = ResidentNotice {
            notice_number: "GA-9".to_owned(),
            happened_on: on(died_on),
            ..resident(1, ResidentNoticeKind::Death)
        };
        receive_resident(&service, notice).await.unwrap();
        let only = [(HIRED, Some(died_on), death)];
        assert_eq!(spells(&service, &employer_id).await, only);
        let told = told(&service).await.split_off(before);
        let ends = told.iter().filter(
            |(_, what)| matches!(what, What::EnrolmentEnded(ended) if ended.ends_on == on(died_on)),
        );
        assert_eq!(ends.count(), 1 + usize::from(goes_on));

        correct(&service, &person_id, None).await;
        let now = spells(&service, &employer_id).await;
        let until_death = (HIRED, Some(died_on), corrected);
        let after = date!(2026 - 09 - 29);
        if goes_on {
            let until_first = (after, Some(first_told), corrected);
            let since = (date!(2026 - 10 - 21), Some(left_on), ended);
            assert_eq!(now, [until_death, until_first, since]);
        } else {
            assert_eq!(now, [until_death, (after, Some(left_on), ended)]);
        }
    }
}

// Art. 6
// Art. 12
#[tokio::test]
async fn a_death_that_is_corrected_to_before_the_last_day_is_the_last_day() {
    let service = registration().await;
    let (employer_id, person_id) = staffed(&service, HIRED).await;
    let left_on = date!(2026 - 10 - 30);
    let leaves = left(&employer_id, 1, StaffChangeKind::End, left_on);
    report(&service, &employer_id, vec![leaves]).await.unwrap();
    let notice = ResidentNotice {
        happened_on: on(date!(2026 - 11 - 01)),
        ..resident(1, ResidentNoticeKind::Death)
    };
    receive_resident(&service, notice).await.unwrap();
    let ended = EnrolmentEnd::RelationEnded;
    let as_left = [(HIRED, Some(left_on), ended)];
    assert_eq!(spells(&service, &employer_id).await, as_left);
    for (died_on, last, why) in [
        (
            date!(2026 - 10 - 12),
            date!(2026 - 10 - 12),
            EnrolmentEnd::Death,
        ),
        // Within the month the last day is the own one again.
        (date!(2026 - 10 - 31), left_on, ended),
    ] {
        correct(&service, &person_id, Some(died_on)).await;
        let now = [(HIRED, Some(last), why)];
        assert_eq!(spells(&service, &employer_id).await, now);
    }
}

// Art. 6
#[tokio::test]
async fn a_correction_that_corrects_nothing_or_cannot_be_is_refused() {
    let service = registration().await;
    let died_on = date!(2026 - 10 - 25);
    let (employer_id, person_id) = buried(&service, died_on).await;
    let staff = vec![hired(&employer_id, 2, TODAY)];
    report(&service, &employer_id, staff).await.unwrap();
    let living = enrolled(&service, &employer_id, TODAY).await[0]
        .person_id
        .clone();
    let unknown = uuid::Uuid::now_v7().to_string();
    for (person_id, died_on, why) in [
        (&living, None, "DEATH_NOT_RECORDED"),
        (&person_id, Some(died_on), "NOTHING_CHANGES"),
        (
            &person_id,
            Some(date!(1990 - 04 - 30)),
            "DEATH_BEFORE_BIRTH",
        ),
        (&person_id, Some(date!(2026 - 11 - 03)), "DEATH_IN_FUTURE"),
        (&unknown, None, "PERSON_UNKNOWN"),
    ] {
        let form = correction(person_id, died_on);
        let refused = service.approve(&handler(), &form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), why);
    }
}

// Art. 6
// Art. 12
// Art. 14
#[tokio::test]
async fn a_death_that_did_not_happen_lets_nobody_be_insured_past_an_end_of_the_employer() {
    let (service, _collection) = crate::collection::with_collection().await;
    let (employer_id, person_id) = staffed(&service, HIRED).await;
    let died_on = date!(2026 - 09 - 28);
    let death = ResidentNotice {
        happened_on: on(died_on),
        ..resident(1, ResidentNoticeKind::Death)
    };
    receive_resident(&service, death).await.unwrap();
    let form = crate::deregistration::form(&employer_id);
    let papers = [
        EvidenceKind::CancellationNotice,
        EvidenceKind::RegistrationCertificate,
    ];
    service.approve(&handler(), &form, &papers).await.unwrap();
    service.clock().advance(time::Duration::days(8));
    let returns = contracts::registration::v1::EmployerRegistrationForm {
        starts_on: on(date!(2026 - 11 - 09)),
        ..registration_form(1)
    };
    service.approve(&handler(), &returns, PAPERS).await.unwrap();
    correct(&service, &person_id, None).await;
    assert_eq!(
        spells(&service, &employer_id).await,
        [
            (HIRED, Some(died_on), EnrolmentEnd::DeathCorrected),
            (
                date!(2026 - 09 - 29),
                Some(TODAY),
                EnrolmentEnd::EmployerDeregistered
            )
        ]
    );
}
