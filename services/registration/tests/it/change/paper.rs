//! Another paper of a person: articles 13 and 150.

use contracts::registration::v1::{Person, Sex, StaffChangeRow};

use super::*;

/// The number of a permanent residence card whose holder was born on 1985-04-03.
const CARD: &str = "911826198504030019";

/// What form 13-B can change of a person beside the name.
type Identity = (IdentityKind, String, Sex, Option<contracts::Date>, String);

fn identity(person: &Person) -> Identity {
    (
        person.identity_kind(),
        person.identity_number.clone(),
        person.sex(),
        person.born_on,
        person.nationality.clone(),
    )
}

/// A man of whom the roster said another birth date than his card.
fn foreigner(employer_id: &str) -> StaffChangeRow {
    StaffChangeRow {
        identity_kind: IdentityKind::Passport as i32,
        identity_number: "E12345678".to_owned(),
        nationality: "GBR".to_owned(),
        sex: Sex::Male as i32,
        born_on: on(date!(1985 - 03 - 04)),
        ..hired(employer_id, 1, TODAY)
    }
}

fn changed_to(kind: IdentityKind, number: &str) -> PersonChangeForm {
    PersonChangeForm {
        identity_kind: kind as i32,
        identity_number: number.to_owned(),
        changed_on: on(TODAY),
        ..PersonChangeForm::default()
    }
}

// Art. 13, Art. 150
#[tokio::test]
async fn another_paper_brings_the_nationality_sex_and_birth_date_that_go_with_it() {
    use IdentityKind::{CitizenId, Passport, PermanentResidenceCard, Unspecified};
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let rows = vec![foreigner(&employer_id)];
    report(&service, &employer_id, rows).await.unwrap();
    let person_id = enrolled(&service, &employer_id, TODAY).await[0]
        .person_id
        .clone();
    let emigrated = PersonChangeForm {
        nationality: "USA".to_owned(),
        ..changed_to(Passport, "X7654321")
    };
    let corrected = PersonChangeForm {
        nationality: "IRL".to_owned(),
        sex: Sex::Female as i32,
        ..changed_to(Unspecified, "")
    };
    let renewed = PersonChangeForm {
        born_on: on(date!(1990 - 05 - 02)),
        ..changed_to(Unspecified, "X7654322")
    };
    let (on_card, on_number) = (on(date!(1985 - 04 - 03)), on(date!(1990 - 05 - 01)));
    let is = |kind, number: &str, sex, born_on, nationality: &str| {
        (
            kind,
            number.to_owned(),
            sex,
            born_on,
            nationality.to_owned(),
        )
    };
    let steps = [
        (
            changed_to(PermanentResidenceCard, CARD),
            is(PermanentResidenceCard, CARD, Sex::Male, on_card, "GBR"),
        ),
        (
            corrected,
            is(PermanentResidenceCard, CARD, Sex::Female, on_card, "IRL"),
        ),
        (
            changed_to(CitizenId, &citizen(3)),
            is(CitizenId, &citizen(3), Sex::Male, on_number, "CHN"),
        ),
        (
            emigrated,
            is(Passport, "X7654321", Sex::Male, on_number, "USA"),
        ),
        (
            renewed,
            is(
                Passport,
                "X7654322",
                Sex::Male,
                on(date!(1990 - 05 - 02)),
                "USA",
            ),
        ),
    ];
    for (form, expected) in &steps {
        let form = PersonChangeForm {
            person_id: person_id.clone(),
            ..form.clone()
        };
        service.approve(&handler(), &form, PAPERS).await.unwrap();
        let now = enrolled(&service, &employer_id, TODAY).await;
        assert_eq!(now[0].person_id, person_id);
        assert_eq!(identity(now[0].person.as_ref().unwrap()), *expected);
    }
    let told: Vec<Identity> = told(&service)
        .await
        .iter()
        .filter_map(|(_, what)| match what {
            What::PersonChanged(changed) => changed.after.as_ref().map(identity),
            _ => None,
        })
        .collect();
    assert_eq!(told, steps.map(|(_, expected)| expected));
}

// Art. 13, Art. 150
#[tokio::test]
async fn what_does_not_go_with_the_new_paper_is_refused() {
    use IdentityKind::{CitizenId, Passport, PermanentResidenceCard, Unspecified};
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let rows = vec![foreigner(&employer_id), hired(&employer_id, 2, TODAY)];
    report(&service, &employer_id, rows).await.unwrap();
    let staff = enrolled(&service, &employer_id, TODAY).await;
    let (foreigner, citizen_2) = (&staff[0].person_id, &staff[1].person_id);
    let of = |nationality: &str, form| PersonChangeForm {
        nationality: nationality.to_owned(),
        ..form
    };
    let cases = [
        (
            foreigner,
            of("GBR", changed_to(CitizenId, &citizen(3))),
            "NATIONALITY_OF_CITIZEN",
        ),
        (
            foreigner,
            PersonChangeForm {
                sex: Sex::Female as i32,
                ..changed_to(CitizenId, &citizen(3))
            },
            "BIRTH_DATE_MISMATCH",
        ),
        (
            foreigner,
            PersonChangeForm {
                born_on: on(date!(1985 - 03 - 04)),
                ..changed_to(PermanentResidenceCard, CARD)
            },
            "BIRTH_DATE_MISMATCH",
        ),
        (
            foreigner,
            of("CHN", changed_to(Unspecified, "")),
            "CITIZEN_BY_FOREIGN_PAPER",
        ),
        (
            foreigner,
            of("gbr", changed_to(Unspecified, "")),
            "INVALID_FIELD",
        ),
        (
            foreigner,
            of("GBR", changed_to(Unspecified, "")),
            "NOTHING_CHANGES",
        ),
        // Who was a citizen says of which state she is one now.
        (
            citizen_2,
            changed_to(Passport, "X7654321"),
            "FOREIGNER_FACTS_MISSING",
        ),
        (
            citizen_2,
            of("HKG", changed_to(Passport, "X7654321")),
            "CITIZEN_BY_FOREIGN_PAPER",
        ),
    ];
    for (person_id, form, why) in cases {
        let form = PersonChangeForm {
            person_id: person_id.clone(),
            ..form
        };
        let refused = service.approve(&handler(), &form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), why, "{form:?}");
    }
}
