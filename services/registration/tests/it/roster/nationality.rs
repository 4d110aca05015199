//! Which nationality goes with which paper: articles 8 and 150.

use law::identity::CitizenNumber;

use super::*;

/// The number on the residence permit of somebody from Hong Kong.
fn residence_permit() -> String {
    CitizenNumber::compose("810000", date!(1990 - 05 - 01), 21)
        .unwrap()
        .to_string()
}

// Art. 8, Art. 150
#[tokio::test]
async fn a_chinese_citizen_is_enrolled_by_the_citizens_number_and_by_no_foreign_paper() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let by = |identity_kind: IdentityKind, nationality: &str| StaffChangeRow {
        identity_kind: identity_kind as i32,
        nationality: nationality.to_owned(),
        ..foreigner(&employer_id)
    };
    let citizen_of = |n, nationality: &str| StaffChangeRow {
        nationality: nationality.to_owned(),
        ..hired(&employer_id, n, TODAY)
    };
    let permit_of = |nationality: &str| StaffChangeRow {
        identity_number: residence_permit(),
        ..citizen_of(4, nationality)
    };
    let (passport, card) = (IdentityKind::Passport, IdentityKind::PermanentResidenceCard);
    let card_number = "USA110101199001".to_owned();
    let rows = vec![
        by(passport, "CHN"),
        StaffChangeRow {
            identity_number: card_number.clone(),
            ..by(card, "CHN")
        },
        by(passport, "HKG"),
        by(passport, "MAC"),
        by(passport, "TWN"),
        citizen_of(1, "USA"),
        permit_of("HKG"),
        by(passport, ""),
        citizen_of(2, ""),
        citizen_of(3, "CHN"),
        permit_of(""),
        StaffChangeRow {
            identity_number: card_number,
            name: "JANE SMITH".to_owned(),
            ..by(card, "USA")
        },
        by(passport, "GBR"),
    ];
    let case = submitted(&service, &roster(&employer_id, rows)).await;
    let seen: StaffChangeDecision = decision(&service, &case).await;
    let (citizen, foreign) = ("NATIONALITY_OF_CITIZEN", "CITIZEN_BY_FOREIGN_PAPER");
    assert_eq!(
        reasons(&seen),
        [
            (0, foreign),
            (1, foreign),
            (2, foreign),
            (3, foreign),
            (4, foreign),
            (5, citizen),
            (6, citizen),
            (7, "FOREIGNER_FACTS_MISSING"),
        ]
    );
    service.sign_off(&case).await.unwrap();
    let nationalities: Vec<(String, String)> = enrolled(&service, &employer_id, TODAY)
        .await
        .into_iter()
        .filter_map(|enrolment| enrolment.person)
        .map(|person| (person.name, person.nationality))
        .collect();
    let of = |name: &str, nationality: &str| (name.to_owned(), nationality.to_owned());
    assert_eq!(
        nationalities,
        [
            of("JANE SMITH", "USA"),
            of("JOHN SMITH", "GBR"),
            of(&name(2), "CHN"),
            of(&name(3), "CHN"),
            of(&name(4), "CHN"),
        ]
    );
}

// Art. 8, Art. 150
#[tokio::test]
async fn a_nationality_that_is_no_code_of_a_state_is_refused_with_an_example() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    for nationality in ["甲", "英国人", "gbr", "GB", "GBRX"] {
        let row = StaffChangeRow {
            nationality: nationality.to_owned(),
            ..foreigner(&employer_id)
        };
        let form = roster(&employer_id, vec![row]);
        let refused = service.submit(&handler(), &form, PAPERS).await.unwrap_err();
        assert_eq!(reason(&refused), "INVALID_FIELD", "{nationality}");
        let told = refused.message();
        assert!(told.contains("国籍") && told.contains("GBR"), "{told}");
    }
}
