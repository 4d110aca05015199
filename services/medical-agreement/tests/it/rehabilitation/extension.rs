//! Extensions of stays.

use contracts::medical_agreement::v1::{
    ConsentingParty, RehabilitationExtensionDecision, RehabilitationExtensionForm,
};

use super::*;

/// Thirty days more, of 3000 yuan, to which the employee agrees.
pub fn extension(person: &Person) -> RehabilitationExtensionForm {
    RehabilitationExtensionForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: "深人社工认〔2026〕1号".to_owned(),
        employer_id: String::new(),
        opinion: "抓握力尚在提高，宜继续训练".to_owned(),
        doctor_name: "陈医师".to_owned(),
        opinion_on: on(TODAY),
        consenting_party: ConsentingParty::Person as i32,
        relative_name: String::new(),
        consented_on: on(TODAY),
        further_days: 30,
        items: vec![item("KF001", 3000)],
        cost: Some(Decimal::from(3000).into()),
    }
}

// Art. 48
#[tokio::test]
async fn an_extension_follows_on_the_last_day_that_was_approved_with_opinion_and_consent() {
    let (town, person) = town(3).await;
    let service = &town.service;
    let good = extension(&person);
    let none = service.approve(&handler(), &good, PAPERS).await;
    assert_eq!(reason(&none.unwrap_err()), "NOT_REHABILITATED");
    let stay = approve(service, &plan(&person)).await;
    let nameless = RehabilitationExtensionForm {
        consenting_party: ConsentingParty::Relative as i32,
        ..good.clone()
    };
    let named = RehabilitationExtensionForm {
        relative_name: "赵六".to_owned(),
        ..good.clone()
    };
    let unfound = RehabilitationExtensionForm {
        opinion_on: on(date!(2026 - 11 - 03)),
        ..good.clone()
    };
    let unagreed = RehabilitationExtensionForm {
        consented_on: on(date!(2026 - 11 - 03)),
        ..good.clone()
    };
    let dearer = RehabilitationExtensionForm {
        cost: Some(Decimal::from(2999).into()),
        ..good.clone()
    };
    // Sixty days were approved of 180 at most.
    let longer = RehabilitationExtensionForm {
        further_days: 121,
        ..good.clone()
    };
    for (form, expected) in [
        (&nameless, "RELATIVE_MISSING"),
        (&named, "RELATIVE_MISSING"),
        (&unfound, "REHABILITATION_DATE"),
        (&unagreed, "REHABILITATION_DATE"),
        (&dearer, "PLAN_COST"),
        (&longer, "REHABILITATION_TOO_LONG"),
    ] {
        let refused = service.approve(&handler(), form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), expected);
    }
    let unsupported = [EvidenceKind::RecognitionDecision];
    let refused = service.submit(&handler(), &good, &unsupported).await;
    assert_eq!(reason(&refused.unwrap_err()), "EVIDENCE_MISSING");

    let own = party(Caller::Person, &person.person_id);
    let by_relative = RehabilitationExtensionForm {
        consenting_party: ConsentingParty::Relative as i32,
        relative_name: "赵六".to_owned(),
        ..good.clone()
    };
    let case = service.submit(&own, &by_relative, PAPERS).await.unwrap();
    let decision: RehabilitationExtensionDecision = service.decision(&case).await.unwrap();
    assert_eq!((decision.days, decision.total_days), (30, 90));
    assert_eq!(decision.rehabilitation_id, stay.case_id);
    service.sign_off(&case).await.unwrap();
    let approvals = town.approvals(&person).await;
    assert_eq!(approvals[0].from_on, on(date!(2027 - 01 - 09)));
    assert_eq!(approvals[0].until_on, on(date!(2027 - 02 - 07)));
    assert_eq!(approvals[1].until_on, on(date!(2027 - 01 - 08)));
    let listed = stays(service, &own, ListRehabilitationsRequest::default()).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].days, listed[0].until_on),
        (90, on(date!(2027 - 02 - 07)))
    );

    // Up to the longest time, and before the last day has passed.
    let last = RehabilitationExtensionForm {
        further_days: 90,
        ..good.clone()
    };
    service.approve(&handler(), &last, PAPERS).await.unwrap();
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    let late = service.approve(&handler(), &good, PAPERS).await;
    assert_eq!(reason(&late.unwrap_err()), "EXTENSION_LATE");
}

// Art. 48
// Art. 49
#[tokio::test]
async fn an_area_may_have_experts_assess_extensions_too() {
    let (town, person) = town(3).await;
    let service = &town.service;
    approve(service, &plan(&person)).await;
    set(service, "rehabilitation_extension_experts", "3").await;
    let form = extension(&person);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let undrawn = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&undrawn), "EXPERTS_NOT_DRAWN");
    hear(service, &case, [29, 29, 60]).await;
    let longer = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&longer), "DAYS_OVER_MEDIAN");
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let drawn = hear(service, &case, [30; 3]).await;
    assert_eq!(drawn.excluded_institution_id, institution_id(1));
    service.sign_off(&case).await.unwrap();
}

// Art. 48
#[tokio::test]
async fn an_employer_extends_only_the_stay_that_it_applied_for() {
    let (town, person) = town(3).await;
    let service = &town.service;
    approve(service, &plan(&person)).await;
    town.move_to(1, 2).await;
    // It insures the employee now, yet the stay is none of its own.
    let by = |n: u16| RehabilitationExtensionForm {
        employer_id: credit_code("91", n),
        ..extension(&person)
    };
    let refused = async |n: u16| {
        let own = party(Caller::Employer, &credit_code("91", n));
        let case = service.submit(&own, &by(n), PAPERS).await.unwrap();
        let signed = service.sign_off(&case).await;
        signed.map(drop).map_err(|refused| reason(&refused))
    };
    let other = Err("STAY_OF_ANOTHER".to_owned());
    assert_eq!(refused(2).await, other);
    assert_eq!(refused(1).await, Ok(()));
    let approvals = town.approvals(&person).await;
    assert_eq!(approvals[0].until_on, on(date!(2027 - 02 - 07)));
}
