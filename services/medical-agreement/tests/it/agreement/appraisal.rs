//! Appraisal and rating.

use contracts::medical_agreement::v1::{
    AppraisalDecision, AppraisalForm, AppraisalItem, CreditRating, ListAppraisalsRequest,
};

use super::*;

fn item(full: &str, points: &str) -> AppraisalItem {
    AppraisalItem {
        item: "服务质量".to_owned(),
        full_points: full.to_owned(),
        points: points.to_owned(),
        finding: String::new(),
    }
}

/// An appraisal of the first year's last two months.
fn appraisal(institution_id: &str, items: Vec<AppraisalItem>) -> AppraisalForm {
    AppraisalForm {
        institution_id: institution_id.to_owned(),
        kind: MEDICAL as i32,
        from_on: on(TODAY),
        until_on: on(date!(2026 - 12 - 31)),
        items,
    }
}

// Art. 40
#[tokio::test]
async fn an_institution_is_rated_by_the_points_of_its_appraisal_and_the_rating_is_published() {
    let service = alone().await;
    let rated = [
        ("90", CreditRating::A),
        ("89.9", CreditRating::B),
        ("75", CreditRating::B),
        ("60", CreditRating::C),
        ("59.99", CreditRating::D),
    ];
    for (n, _) in (1..).zip(&rated) {
        sign(&service, n, MEDICAL).await;
    }
    let early = appraisal(&institution_id(1), vec![item("100", "90")]);
    let refused = service.approve(&handler(), &early, &[]).await.unwrap_err();
    assert_eq!(reason(&refused), "APPRAISAL_PERIOD");
    service.clock().set(datetime!(2027-01-04 09:00 +8));
    for items in [
        vec![item("60", "50"), item("30", "30")],
        vec![item("60", "61"), item("40", "30")],
    ] {
        let form = appraisal(&institution_id(1), items);
        let refused = service.approve(&handler(), &form, &[]).await.unwrap_err();
        assert_eq!(reason(&refused), "APPRAISAL_POINTS");
    }
    for (n, (points, expected)) in (1..).zip(&rated) {
        let form = appraisal(&institution_id(n), vec![item("100", points)]);
        let case = service.submit(&handler(), &form, &[]).await.unwrap();
        let decision: AppraisalDecision = service.decision(&case).await.unwrap();
        assert_eq!(
            (decision.rating(), decision.points.as_str()),
            (*expected, *points)
        );
        assert!(decision.worksheet.unwrap().lines.len() >= 2);
        service.sign_off(&case).await.unwrap();
        let again = service.approve(&handler(), &form, &[]).await.unwrap_err();
        assert_eq!(reason(&again), "APPRAISED_BEFORE");
    }
    let all = published(&service, date!(2027 - 01 - 04), "").await;
    for (n, (_, expected)) in (1..).zip(&rated) {
        let one = all
            .iter()
            .find(|one| one.institution_id == institution_id(n));
        let ratings = &one.unwrap().ratings;
        assert_eq!(ratings.len(), 1);
        assert_eq!(
            (ratings[0].kind(), ratings[0].rating()),
            (MEDICAL, *expected)
        );
    }
    let request = ListAppraisalsRequest {
        pooling_area: AREA.to_owned(),
        institution_id: institution_id(1),
        ..ListAppraisalsRequest::default()
    };
    let listed = agreements(&service)
        .await
        .list_appraisals(request)
        .await
        .unwrap();
    assert_eq!(listed.into_inner().appraisals.len(), 1);
}

// Art. 40
#[tokio::test]
async fn who_was_not_appraised_for_the_areas_interval_is_listed() {
    let service = alone().await;
    sign(&service, 1, MEDICAL).await;
    sign(&service, 2, MEDICAL).await;
    let due = async |day: Date| {
        let request = ListAgreementsRequest {
            pooling_area: AREA.to_owned(),
            on: on(day),
            appraisal_due: true,
            ..ListAgreementsRequest::default()
        };
        let listed = agreements(&service)
            .await
            .list_agreements(request)
            .await
            .unwrap();
        listed.into_inner().agreements.len()
    };
    assert_eq!(due(date!(2027 - 11 - 01)).await, 0);
    assert_eq!(due(date!(2027 - 11 - 02)).await, 2);
    service.clock().set(datetime!(2027-01-04 09:00 +8));
    let form = appraisal(&institution_id(1), vec![item("100", "95")]);
    service.approve(&handler(), &form, &[]).await.unwrap();
    assert_eq!(due(date!(2027 - 11 - 02)).await, 1);
}

// Art. 39
// Art. 40
#[tokio::test]
async fn an_institution_of_two_kinds_is_published_with_the_last_rating_of_each() {
    let service = alone().await;
    let (device, rehabilitation) = (InstitutionKind::Device, InstitutionKind::Rehabilitation);
    for kind in [MEDICAL, rehabilitation, device] {
        sign(&service, 1, kind).await;
    }
    let appraise = async |kind: InstitutionKind, from_on, until_on, points: &str| {
        let form = AppraisalForm {
            kind: kind as i32,
            from_on: on(from_on),
            until_on: on(until_on),
            ..appraisal(&institution_id(1), vec![item("100", points)])
        };
        service.approve(&handler(), &form, &[]).await.unwrap();
    };
    service.clock().set(datetime!(2027-02-01 09:00 +8));
    let (december, january) = (date!(2026 - 12 - 31), date!(2027 - 01 - 01));
    appraise(MEDICAL, TODAY, december, "95").await;
    appraise(device, TODAY, december, "95").await;
    appraise(device, january, date!(2027 - 01 - 31), "61").await;
    let one = published(&service, date!(2027 - 02 - 01), "")
        .await
        .remove(0);
    let ratings = one.ratings.iter();
    let ratings: Vec<_> = ratings.map(|of| (of.kind(), of.rating())).collect();
    assert_eq!(
        ratings,
        [(MEDICAL, CreditRating::A), (device, CreditRating::C)]
    );
}
