//! Insurance that began earlier than was registered: articles 8 and 11.

use contracts::registration::v1::EmployerChanged;

use super::*;

/// The change to be insured since a day.
fn since(employer_id: &str, starts_on: time::Date) -> EmployerChangeForm {
    EmployerChangeForm {
        starts_on: on(starts_on),
        ..change(employer_id)
    }
}

// Art. 8
// Art. 11
#[tokio::test]
async fn who_was_hired_before_the_registered_day_is_enrolled_once_insurance_begins_earlier() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let (registered_on, first_on) = (date!(2026 - 01 - 01), date!(2025 - 11 - 10));
    let hire = || vec![hired(&employer_id, 1, date!(2025 - 11 - 17))];
    let refused = report(&service, &employer_id, hire()).await.unwrap_err();
    assert_eq!(reason(&refused), "ROSTER_EMPTY");

    for (starts_on, why) in [
        (date!(2026 - 02 - 01), "START_NOT_EARLIER"),
        (date!(2020 - 01 - 05), "START_BEFORE_FOUNDING"),
    ] {
        let form = since(&employer_id, starts_on);
        let refused = service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), why);
    }
    let lapses = EmployerChangeForm {
        lapsed_items: vec!["参保日期".to_owned()],
        ..change(&employer_id)
    };
    let lapses = service
        .approve(&handler(), &lapses, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&lapses), "ITEM_REQUIRED");

    let form = since(&employer_id, first_on);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let seen: EmployerChangeDecision = decision(&service, &case).await;
    let [change] = &seen.changes[..] else {
        panic!("changes: {:?}", seen.changes)
    };
    assert_eq!(
        (
            change.label.as_str(),
            change.before.as_str(),
            change.after.as_str()
        ),
        ("参保日期", "2026-01-01", "2025-11-10")
    );
    service.sign_off(&case).await.unwrap();
    let before = employer(&service, &employer_id, Some(first_on))
        .await
        .unwrap();
    assert_eq!(before.starts_on, on(first_on));
    assert_eq!(before.industry_code, "51");
    let told = told(&service).await;
    let changed = told.iter().find_map(|(_, what)| match what {
        What::EmployerChanged(EmployerChanged { employer, .. }) => employer.clone(),
        _ => None,
    });
    assert_eq!(changed.unwrap().starts_on, on(first_on));
    report(&service, &employer_id, hire()).await.unwrap();
    assert_eq!(
        enrolled(&service, &employer_id, registered_on).await.len(),
        1
    );
}
