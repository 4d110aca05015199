//! Devices from institutions out of the area.

use contracts::medical_agreement::v1::{
    AgreementForm, ClauseKind, OutsideDeviceDecision, OutsideDeviceForm, RecordDeviceCheckRequest,
    SuspensionForm,
};

use super::*;

/// Asks for a leg from an institution in Guangzhou.
fn outside_form(person: &Person) -> OutsideDeviceForm {
    OutsideDeviceForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: "深人社工认〔2026〕101号".to_owned(),
        confirmation_number: "深劳鉴辅〔2026〕7号".to_owned(),
        confirmed_on: on(date!(2026 - 10 - 20)),
        confirmed: vec![confirmed(LEG, 1)],
        items: vec![wanted(LEG, 1)],
        reason: "本市配置机构不生产所需的骨整合式接受腔".to_owned(),
        outside_area: "440100".to_owned(),
        institution_name: "广州市假肢矫形中心".to_owned(),
        agreement_agency: "广州市社会保险基金管理中心".to_owned(),
        ..OutsideDeviceForm::default()
    }
}

// Art. 51
#[tokio::test]
async fn what_nobody_in_the_area_supplies_is_approved_elsewhere_for_what_the_own_catalogue_allows()
{
    let (town, person) = town().await;
    let form = outside_form(&person);
    let case = town
        .service
        .submit(&handler(), &form, PAPERS)
        .await
        .unwrap();
    let decision: OutsideDeviceDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(
        decision.finding,
        "本统筹地区1家辅助器具配置协议机构（深圳市第1人民医院）的服务范围和服务内容均未列明FJ-0101。"
    );
    town.service.sign_off(&case).await.unwrap();
    let approval = town.approvals(&person).await.remove(0);
    assert_eq!(approval.kind(), ApprovalKind::OutsideDevice);
    assert_eq!(
        (
            approval.institution_id.as_str(),
            approval.outside_area.as_str()
        ),
        ("", "440100")
    );
    assert_eq!(
        approval.items[0].at_most.as_ref().unwrap().as_text(),
        "23000.00"
    );

    // The agency records what was fitted there, and the leg is not to be had once more at home.
    let mut devices = DeviceServiceClient::new(town.service.connect(&handler()).await);
    devices
        .record_fitting(fitting(&approval, "GZ-1"))
        .await
        .unwrap();
    let at_home = asking(&person, confirmed(LEG, 1), 1, date!(2026 - 10 - 20));
    assert_eq!(refused(&town, &at_home).await.0, "DEVICE_IN_USE");
    let again = town.service.approve(&handler(), &form, PAPERS).await;
    assert_eq!(reason(&again.unwrap_err()), "DEVICE_IN_USE");
}

// Art. 51
#[tokio::test]
async fn what_an_institution_of_the_area_states_to_supply_is_not_approved_elsewhere() {
    let (town, person) = town().await;
    let mut agreement = agreement_form(2, InstitutionKind::Device);
    let scope = agreement
        .clauses
        .iter_mut()
        .find(|clause| clause.kind() == ClauseKind::Scope);
    scope.unwrap().text = "配置FJ-0101、FJ-02011。".to_owned();
    let agreement = AgreementForm { ..agreement };
    town.service
        .approve(&handler(), &agreement, PAPERS)
        .await
        .unwrap();
    let form = outside_form(&person);
    let refused = town.service.approve(&handler(), &form, PAPERS).await;
    let refused = refused.unwrap_err();
    assert_eq!(reason(&refused), "DEVICE_SUPPLIED_HERE");
    assert!(refused.message().contains("深圳市第2人民医院（FJ-0101）"));
    // A part of a longer code is another device.
    let chair = OutsideDeviceForm {
        confirmed: vec![confirmed(CHAIR, 1)],
        items: vec![wanted(CHAIR, 1)],
        ..form.clone()
    };
    town.service
        .approve(&handler(), &chair, PAPERS)
        .await
        .unwrap();
    // Who is suspended supplies nobody.
    let suspension = SuspensionForm {
        institution_id: institution_id(2),
        from_on: on(TODAY),
        ground: "虚开票据".to_owned(),
        ..SuspensionForm::default()
    };
    town.service
        .approve(&handler(), &suspension, &[])
        .await
        .unwrap();
    town.service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap();
}

// Art. 51
#[tokio::test]
async fn the_own_area_is_not_out_of_the_area() {
    let (town, person) = town().await;
    for area in [AREA, "440305", "440000"] {
        let form = OutsideDeviceForm {
            outside_area: area.to_owned(),
            ..outside_form(&person)
        };
        let refused = town.service.approve(&handler(), &form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), "DEVICE_AREA");
    }
    let unlisted = OutsideDeviceForm {
        confirmed: vec![confirmed("FJ-0999", 1)],
        items: vec![wanted("FJ-0999", 1)],
        ..outside_form(&person)
    };
    let refused = town.service.approve(&handler(), &unlisted, PAPERS).await;
    assert_eq!(reason(&refused.unwrap_err()), "DEVICE_NOT_LISTED");
}

// Art. 51
#[tokio::test]
async fn two_makers_out_of_the_area_may_number_their_devices_alike() {
    let (town, first) = town().await;
    let makers = [
        "广州市假肢矫形中心",
        "珠海市假肢矫形中心",
        "广州市假肢矫形中心",
    ];
    let persons = [first, town.insure(2).await, town.insure(3).await];
    let mut devices = DeviceServiceClient::new(town.service.connect(&handler()).await);
    let mut fitted = Vec::new();
    for (person, maker) in persons.iter().zip(makers) {
        let form = OutsideDeviceForm {
            institution_name: maker.to_owned(),
            ..outside_form(person)
        };
        town.service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap();
        let approval = town.approvals(person).await.remove(0);
        let recorded = devices.record_fitting(fitting(&approval, "2026-001")).await;
        fitted.push(recorded.map(drop).map_err(|refused| reason(&refused)));
    }
    // One maker gives a number once.
    let twice = Err("SERIAL_NUMBER_TWICE".to_owned());
    assert_eq!(fitted, [Ok(()), Ok(()), twice]);
}

// Art. 51, Art. 52
#[tokio::test]
async fn what_was_fitted_out_of_the_area_is_checked_too() {
    let (town, person) = town().await;
    let form = outside_form(&person);
    let approved = town.service.approve(&handler(), &form, PAPERS).await;
    approved.unwrap();
    let approval = town.approvals(&person).await.remove(0);
    let mut devices = DeviceServiceClient::new(town.service.connect(&handler()).await);
    let fitted = devices.record_fitting(fitting(&approval, "2026-001")).await;
    fitted.unwrap();
    let check = RecordDeviceCheckRequest {
        pooling_area: AREA.to_owned(),
        approval_id: approval.approval_id.clone(),
        checked_on: on(TODAY),
        quality_kept: true,
        fits: true,
        serviced: true,
        ..RecordDeviceCheckRequest::default()
    };
    // A number would be that of somebody in the area.
    let other = RecordDeviceCheckRequest {
        institution_id: institution_id(1),
        ..check.clone()
    };
    let refused = devices.record_device_check(other).await.unwrap_err();
    assert_eq!(reason(&refused), "CHECK_INSTITUTION");
    let checked = devices.record_device_check(check).await.unwrap();
    assert!(checked.into_inner().check.unwrap().passed);
    let told = told(&town.service).await;
    assert_eq!(told.last().unwrap().0, approval.institution_name);
}
