//! Checks of what was fitted, and the rating that follows from them.

use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    AppraisalDecision, AppraisalForm, AppraisalItem, CreditRating, ListDeviceChecksRequest,
    RecordDeviceCheckRequest,
};

use super::*;

/// A check that the institution of an approval did not pass.
fn failed(approval: &Approval, day: Date) -> RecordDeviceCheckRequest {
    RecordDeviceCheckRequest {
        pooling_area: AREA.to_owned(),
        institution_id: approval.institution_id.clone(),
        approval_id: approval.approval_id.clone(),
        checked_on: on(day),
        quality_kept: true,
        fits: false,
        serviced: true,
        finding: "接受腔过松，行走时脱落".to_owned(),
        ..RecordDeviceCheckRequest::default()
    }
}

// Art. 52
#[tokio::test]
async fn a_check_says_of_what_was_fitted_whether_it_is_as_good_as_promised() {
    let (town, person) = town().await;
    let form = asking(&person, confirmed(CHAIR, 1), 1, date!(2026 - 10 - 20));
    town.service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap();
    let unfitted = town.approvals(&person).await.remove(0);
    let approval = equip(&town, &person).await;
    let good = failed(&approval, TODAY);
    let silent = RecordDeviceCheckRequest {
        finding: String::new(),
        ..good.clone()
    };
    let other = RecordDeviceCheckRequest {
        institution_id: institution_id(2),
        ..good.clone()
    };
    let mut devices = DeviceServiceClient::new(town.service.connect(&handler()).await);
    for (request, expected) in [
        (silent, "CHECK_FINDING"),
        (other, "CHECK_INSTITUTION"),
        (failed(&approval, date!(2026 - 11 - 03)), "CHECK_DATE"),
        (failed(&approval, date!(2026 - 11 - 01)), "CHECK_DATE"),
        (failed(&unfitted, TODAY), "CHECK_DATE"),
    ] {
        let refused = devices.record_device_check(request).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let check = devices.record_device_check(good.clone()).await.unwrap();
    assert!(!check.into_inner().check.unwrap().passed);
    let again = devices.record_device_check(good).await.unwrap_err();
    assert_eq!(reason(&again), "CHECKED_BEFORE");
    let told = told(&town.service).await;
    let (key, what) = told.last().unwrap();
    assert_eq!(*key, institution_id(1));
    assert!(matches!(what, What::DeviceChecked(checked)
        if checked.check.as_ref().unwrap().person_id == person.person_id));

    town.service.clock().set(datetime!(2026-11-03 09:00 +8));
    let passed = RecordDeviceCheckRequest {
        fits: true,
        finding: String::new(),
        ..failed(&approval, date!(2026 - 11 - 03))
    };
    devices.record_device_check(passed).await.unwrap();
    let all = ListDeviceChecksRequest {
        pooling_area: AREA.to_owned(),
        ..ListDeviceChecksRequest::default()
    };
    let own = party(Caller::Institution, &institution_id(1));
    let mut own = DeviceServiceClient::new(town.service.connect(&own).await);
    let listed = own
        .list_device_checks(all.clone())
        .await
        .unwrap()
        .into_inner();
    let passed: Vec<_> = listed.checks.iter().map(|check| check.passed).collect();
    assert_eq!(passed, [true, false]);
    let stranger = party(Caller::Institution, &institution_id(2));
    let mut stranger = DeviceServiceClient::new(town.service.connect(&stranger).await);
    let listed = stranger.list_device_checks(all).await.unwrap().into_inner();
    assert!(listed.checks.is_empty());
}

// Art. 40, Art. 52
#[tokio::test]
async fn checks_that_were_not_passed_lower_the_rating_of_a_device_institution() {
    let (town, person) = town().await;
    sign(&town.service, 1, InstitutionKind::Medical).await;
    let approval = equip(&town, &person).await;
    let mut devices = DeviceServiceClient::new(town.service.connect(&handler()).await);
    town.service.clock().set(datetime!(2027-01-04 09:00 +8));
    for day in [date!(2026 - 12 - 31), date!(2027 - 01 - 01)] {
        devices
            .record_device_check(failed(&approval, day))
            .await
            .unwrap();
    }
    let passed = RecordDeviceCheckRequest {
        fits: true,
        ..failed(&approval, date!(2026 - 12 - 01))
    };
    devices.record_device_check(passed).await.unwrap();
    for (kind, points, rating) in [
        (InstitutionKind::Device, "89.5", CreditRating::B),
        (InstitutionKind::Medical, "91.5", CreditRating::A),
    ] {
        let form = AppraisalForm {
            institution_id: institution_id(1),
            kind: kind as i32,
            from_on: on(TODAY),
            until_on: on(date!(2026 - 12 - 31)),
            items: vec![AppraisalItem {
                item: "服务质量".to_owned(),
                full_points: "100".to_owned(),
                points: "91.5".to_owned(),
                finding: String::new(),
            }],
        };
        let case = town.service.submit(&handler(), &form, &[]).await.unwrap();
        let decision: AppraisalDecision = town.service.decision(&case).await.unwrap();
        assert_eq!(
            (decision.points.as_str(), decision.rating()),
            (points, rating)
        );
        let sheet = decision.worksheet.unwrap().lines;
        let said = sheet
            .iter()
            .any(|line| line.label == "考核期内核查不合格次数");
        assert_eq!(said, kind == InstitutionKind::Device);
        town.service.sign_off(&case).await.unwrap();
    }
}
