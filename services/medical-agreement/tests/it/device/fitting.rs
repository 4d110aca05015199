//! Devices as they are fitted.

use contracts::medical_agreement::v1::medical_agreement_event::What;
use tonic::Code;

use super::*;

// Art. 50
#[tokio::test]
async fn the_institution_records_each_device_that_it_fits_once_and_within_the_days_of_the_approval()
{
    let (town, person) = town().await;
    let form = asking(&person, confirmed(LEG, 2), 2, date!(2026 - 10 - 20));
    town.service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap();
    let approval = town.approvals(&person).await.remove(0);
    let own = party(Caller::Institution, &institution_id(1));
    let mut devices = DeviceServiceClient::new(town.service.connect(&own).await);
    let good = RecordFittingRequest {
        request_id: Uuid::now_v7().to_string(),
        ..fitting(&approval, "JZ-1")
    };
    let tomorrow = RecordFittingRequest {
        fitted_on: on(date!(2026 - 11 - 03)),
        ..fitting(&approval, "JZ-1")
    };
    let yesterday = RecordFittingRequest {
        fitted_on: on(date!(2026 - 11 - 01)),
        ..fitting(&approval, "JZ-1")
    };
    let unwarranted = RecordFittingRequest {
        warranty_until_on: on(date!(2026 - 11 - 01)),
        ..fitting(&approval, "JZ-1")
    };
    let twice = RecordFittingRequest {
        serial_numbers: vec!["JZ-1".to_owned(), "JZ-1".to_owned()],
        ..fitting(&approval, "")
    };
    let three = RecordFittingRequest {
        serial_numbers: vec!["JZ-1".to_owned(), "JZ-2".to_owned(), "JZ-3".to_owned()],
        ..fitting(&approval, "")
    };
    let unapproved = RecordFittingRequest {
        code: CHAIR.to_owned(),
        ..fitting(&approval, "JZ-1")
    };
    for (request, expected) in [
        (tomorrow, "FITTING_DATE"),
        (yesterday, "FITTING_DATE"),
        (unwarranted, "WARRANTY_DATE"),
        (twice, "SERIAL_NUMBER_TWICE"),
        (three, "DEVICE_FITTED"),
        (unapproved, "DEVICE_UNKNOWN"),
    ] {
        let refused = devices.record_fitting(request).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let first = devices.record_fitting(good.clone()).await.unwrap();
    let first = first.into_inner().device.unwrap();
    assert_eq!((first.quantity, first.fitted), (2, 1));
    let repeated = devices.record_fitting(good).await.unwrap();
    assert_eq!(repeated.into_inner().device.unwrap(), first);
    let again = devices
        .record_fitting(fitting(&approval, "JZ-1"))
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "SERIAL_NUMBER_TWICE");
    devices
        .record_fitting(fitting(&approval, "JZ-2"))
        .await
        .unwrap();
    let third = devices
        .record_fitting(fitting(&approval, "JZ-3"))
        .await
        .unwrap_err();
    assert_eq!(reason(&third), "DEVICE_FITTED");
    assert!(third.message().contains("已登记配置2件"));

    let device = devices_of(&town.service, &person).await.remove(0);
    let numbers: Vec<_> = device
        .pieces
        .iter()
        .map(|piece| &piece.serial_number)
        .collect();
    assert_eq!(numbers, ["JZ-1", "JZ-2"]);
    assert_eq!(device.replaceable_from_on, on(date!(2029 - 11 - 02)));
    let told = told(&town.service).await;
    let (key, what) = told.last().unwrap();
    assert_eq!(*key, person.person_id);
    assert!(matches!(what, What::DeviceFitted(fitted)
        if fitted.device.as_ref().unwrap().fitted == 2));
}

// Art. 50
#[tokio::test]
async fn two_fittings_at_the_same_time_do_not_exceed_what_was_approved() {
    let (town, person) = town().await;
    let form = asking(&person, confirmed(LEG, 1), 1, date!(2026 - 10 - 20));
    town.service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap();
    let approval = town.approvals(&person).await.remove(0);
    let fit = async |serial_number: &str| {
        let mut devices = DeviceServiceClient::new(town.service.connect(&handler()).await);
        devices
            .record_fitting(fitting(&approval, serial_number))
            .await
    };
    let both = tokio::join!(fit("JZ-1"), fit("JZ-2"));
    let [one, other] = [both.0, both.1].map(|answer| answer.err());
    let refused = one.xor(other).unwrap();
    assert_eq!(reason(&refused), "DEVICE_FITTED");
}

// Art. 50
#[tokio::test]
async fn who_is_not_concerned_neither_sees_devices_nor_fits_them() {
    let (town, person) = town().await;
    let approval = equip(&town, &person).await;
    let other = town.insure(2).await;
    equip(&town, &other).await;
    sign(&town.service, 2, InstitutionKind::Device).await;
    let stranger = party(Caller::Institution, &institution_id(2));
    let mut devices = DeviceServiceClient::new(town.service.connect(&stranger).await);
    let refused = devices
        .record_fitting(fitting(&approval, "JZ-9"))
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "DEVICE_UNKNOWN");
    let all = ListDevicesRequest {
        pooling_area: AREA.to_owned(),
        ..ListDevicesRequest::default()
    };
    let listed = devices.list_devices(all.clone()).await.unwrap();
    assert!(listed.into_inner().devices.is_empty());

    let own = party(Caller::Person, &person.person_id);
    let mut devices = DeviceServiceClient::new(town.service.connect(&own).await);
    let listed = devices
        .list_devices(all.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.devices.len(), 1);
    let another = ListDevicesRequest {
        person_id: other.person_id.clone(),
        ..all.clone()
    };
    let refused = devices.list_devices(another).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);

    let institution = party(Caller::Institution, &institution_id(1));
    let mut devices = DeviceServiceClient::new(town.service.connect(&institution).await);
    let mut page = ListDevicesRequest {
        page_size: 1,
        institution_id: institution_id(1),
        ..all
    };
    let first = devices
        .list_devices(page.clone())
        .await
        .unwrap()
        .into_inner();
    page.page_token = first.next_page_token;
    let second = devices.list_devices(page).await.unwrap().into_inner();
    let persons = [&first.devices[0].person_id, &second.devices[0].person_id];
    assert_eq!(persons, [&other.person_id, &person.person_id]);
    assert!(second.next_page_token.is_empty());
}
