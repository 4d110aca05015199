//! Section 4: articles 50 to 52.

mod checks;
mod fitting;
mod outside;
mod over;
mod replacement;
mod worked;

use chassis::testing::{AREA, TestService, party, reason};
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::device_service_client::DeviceServiceClient;
use contracts::medical_agreement::v1::{
    Approval, ApprovalKind, CatalogueItem, CatalogueKind, ConfirmedDevice, Device, DeviceDecision,
    DeviceForm, EarlyGround, InstitutionKind, ListDevicesRequest, RecordFittingRequest,
    WantedDevice,
};
use contracts::options::v1::Caller;
use contracts::registration::v1::Person;
use time::Date;
use time::macros::{date, datetime};
use uuid::Uuid;

use crate::support::*;

const LEG: &str = "FJ-0101";
const CHAIR: &str = "FJ-0201";
const CANE: &str = "FJ-0301";

/// Puts a catalogue of devices in force from a day on: code, name, price limit and useful months of each.
async fn publish(service: &TestService, from: Date, items: &[(&str, &str, i64, i32)]) {
    let item = |(code, name, limit, months): &(&str, &str, i64, i32)| CatalogueItem {
        kind: CatalogueKind::Device as i32,
        code: (*code).to_owned(),
        name: (*name).to_owned(),
        unit: "件".to_owned(),
        price_limit: Some(rust_decimal::Decimal::from(*limit).into()),
        useful_months: *months,
        ..CatalogueItem::default()
    };
    let rows: Vec<_> = items.iter().map(item).collect();
    let batch = upload_catalogue(service, &rows).await;
    let form = catalogue_form(&batch, CatalogueKind::Device, from);
    put_in_force(service, form).await;
}

/// A town with a catalogue, an institution for devices and an injured employee.
async fn town() -> (Town, Person) {
    let town = Town::found().await;
    let devices = [
        (LEG, "小腿假肢", 23_000, 36),
        (CHAIR, "普通轮椅", 1_500, 24),
        (CANE, "手杖", 120, 12),
    ];
    publish(&town.service, date!(2026 - 01 - 01), &devices).await;
    sign(&town.service, 1, InstitutionKind::Device).await;
    let person = town.insure(1).await;
    (town, person)
}

fn confirmed(code: &str, quantity: i32) -> ConfirmedDevice {
    ConfirmedDevice {
        code: code.to_owned(),
        quantity,
        early_ground: 0,
    }
}

fn wanted(code: &str, quantity: i32) -> WantedDevice {
    WantedDevice {
        code: code.to_owned(),
        quantity,
    }
}

/// Asks for a leg and a cane, which the committee confirmed, at institution 1.
fn device_form(person: &Person) -> DeviceForm {
    DeviceForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: "深人社工认〔2026〕101号".to_owned(),
        confirmation_number: "深劳鉴辅〔2026〕7号".to_owned(),
        confirmed_on: on(date!(2026 - 10 - 20)),
        confirmed: vec![confirmed(LEG, 1), confirmed(CANE, 2)],
        items: vec![wanted(LEG, 1), wanted(CANE, 2)],
        treating_institution_id: institution_id(1),
        ..DeviceForm::default()
    }
}

/// Asks for some of one device, of which so many were confirmed on a day.
fn asking(person: &Person, item: ConfirmedDevice, asked: i32, day: Date) -> DeviceForm {
    DeviceForm {
        confirmed_on: on(day),
        items: vec![wanted(&item.code, asked)],
        confirmed: vec![item],
        ..device_form(person)
    }
}

/// A fitting of a leg today.
fn fitting(approval: &Approval, serial_number: &str) -> RecordFittingRequest {
    RecordFittingRequest {
        pooling_area: AREA.to_owned(),
        approval_id: approval.approval_id.clone(),
        code: LEG.to_owned(),
        fitted_on: on(TODAY),
        serial_numbers: vec![serial_number.to_owned()],
        warranty_until_on: on(date!(2028 - 12 - 31)),
        ..RecordFittingRequest::default()
    }
}

/// Has a leg approved, and fitted today; answers the approval.
async fn equip(town: &Town, person: &Person) -> Approval {
    let form = asking(person, confirmed(LEG, 1), 1, date!(2026 - 10 - 20));
    town.service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap();
    let approval = town.approvals(person).await.remove(0);
    let own = party(Caller::Institution, &institution_id(1));
    let mut devices = DeviceServiceClient::new(town.service.connect(&own).await);
    let fitting = fitting(&approval, &format!("JZ-{}", person.name));
    devices.record_fitting(fitting).await.unwrap();
    approval
}

/// The devices of a person, the newest first.
async fn devices_of(service: &TestService, person: &Person) -> Vec<Device> {
    let request = ListDevicesRequest {
        pooling_area: AREA.to_owned(),
        person_id: person.person_id.clone(),
        ..ListDevicesRequest::default()
    };
    let mut devices = DeviceServiceClient::new(service.connect(&handler()).await);
    let listed = devices.list_devices(request).await.unwrap();
    listed.into_inner().devices
}

/// Why a form is not approved.
async fn refused(town: &Town, form: &DeviceForm) -> (String, String) {
    let refused = town.service.approve(&handler(), form, PAPERS).await;
    let refused = refused.unwrap_err();
    (reason(&refused), refused.message().to_owned())
}

// Art. 50
#[tokio::test]
async fn devices_are_approved_as_the_committee_confirmed_at_the_institution_that_the_employee_chose()
 {
    let (town, person) = town().await;
    let own = party(Caller::Person, &person.person_id);
    let form = device_form(&person);
    let no_confirmation = [EvidenceKind::RecognitionDecision];
    let missing = town.service.submit(&own, &form, &no_confirmation).await;
    assert_eq!(reason(&missing.unwrap_err()), "EVIDENCE_MISSING");

    let case = town.service.submit(&own, &form, PAPERS).await.unwrap();
    let decision: DeviceDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(decision.institution_name, "深圳市第1人民医院");
    let lines = decision.worksheet.unwrap().lines;
    let lines: Vec<_> = lines
        .iter()
        .map(|line| (line.label.as_str(), line.value.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            ("小腿假肢最高限价", "23000.00"),
            ("小腿假肢最高支付金额", "23000.00"),
            ("手杖最高限价", "120.00"),
            ("手杖最高支付金额", "240.00"),
            ("最高支付金额合计", "23240.00"),
        ]
    );
    town.service.sign_off(&case).await.unwrap();
    let approval = town.approvals(&person).await.remove(0);
    assert_eq!(approval.kind(), ApprovalKind::Device);
    assert_eq!(approval.institution_id, institution_id(1));
    assert_eq!(
        (approval.from_on, approval.until_on),
        (on(TODAY), on(date!(2027 - 04 - 30)))
    );
    let limits: Vec<_> = approval
        .items
        .iter()
        .map(|item| item.at_most.as_ref().map(|money| money.as_text()))
        .collect();
    assert_eq!(limits, [Some("23000.00"), Some("240.00")]);
    let devices = devices_of(&town.service, &person).await;
    assert_eq!(devices.len(), 2);
    let leg = devices.iter().find(|device| device.code == LEG).unwrap();
    assert_eq!((leg.quantity, leg.fitted), (1, 0));
    assert_eq!(leg.replaceable_from_on, on(date!(2029 - 11 - 02)));
}

// Art. 50
#[tokio::test]
async fn what_is_not_confirmed_not_listed_or_chosen_elsewhere_is_refused() {
    let (town, person) = town().await;
    let good = device_form(&person);
    let more = DeviceForm {
        items: vec![wanted(CANE, 3)],
        ..good.clone()
    };
    let other = DeviceForm {
        items: vec![wanted(CHAIR, 1)],
        ..good.clone()
    };
    let twice = DeviceForm {
        items: vec![wanted(CANE, 1), wanted(CANE, 1)],
        ..good.clone()
    };
    let confirmed_twice = DeviceForm {
        confirmed: vec![confirmed(LEG, 1), confirmed(CANE, 2), confirmed(LEG, 1)],
        ..good.clone()
    };
    let later = DeviceForm {
        confirmed_on: on(date!(2026 - 11 - 03)),
        ..good.clone()
    };
    let unlisted = asking(&person, confirmed("FJ-0999", 1), 1, date!(2026 - 10 - 20));
    let stranger = DeviceForm {
        name: "李四".to_owned(),
        ..good.clone()
    };
    sign(&town.service, 2, InstitutionKind::Medical).await;
    let hospital = DeviceForm {
        treating_institution_id: institution_id(2),
        ..good.clone()
    };
    let unknown = DeviceForm {
        treating_institution_id: institution_id(9),
        ..good
    };
    for (form, expected, said) in [
        (more, "DEVICE_NOT_CONFIRMED", "为2件，申请为3件"),
        (other, "DEVICE_NOT_CONFIRMED", CHAIR),
        (twice, "DEVICE_TWICE", CANE),
        (confirmed_twice, "DEVICE_TWICE", LEG),
        (later, "CONFIRMATION_DATE", "2026-11-03"),
        (unlisted, "DEVICE_NOT_LISTED", "FJ-0999不在2026-11-02"),
        (stranger, "PERSON_UNKNOWN", "李四"),
        (hospital, "NO_AGREEMENT", "辅助器具配置机构"),
        (unknown, "INSTITUTION_UNKNOWN", &institution_id(9)),
    ] {
        let (found, sentence) = refused(&town, &form).await;
        assert_eq!(found, expected);
        assert!(sentence.contains(said), "{sentence}");
    }
    assert!(town.approvals(&person).await.is_empty());
}

// Art. 50
#[tokio::test]
async fn an_employer_applies_for_its_own_employee_and_sees_what_was_approved() {
    let (town, person) = town().await;
    let form = DeviceForm {
        employer_id: credit_code("91", 1),
        ..device_form(&person)
    };
    let stranger = party(Caller::Employer, &credit_code("91", 2));
    let denied = town.service.submit(&stranger, &form, PAPERS).await;
    assert_eq!(reason(&denied.unwrap_err()), "DENIED");
    let of_other = DeviceForm {
        employer_id: credit_code("91", 2),
        ..form.clone()
    };
    assert_eq!(refused(&town, &of_other).await.0, "EMPLOYER_OF_PERSON");
    let employer = party(Caller::Employer, &credit_code("91", 1));
    town.service
        .approve(&employer, &form, PAPERS)
        .await
        .unwrap();
    for (actor, expected) in [(employer, 2), (stranger, 0)] {
        let request = ListDevicesRequest {
            pooling_area: AREA.to_owned(),
            ..ListDevicesRequest::default()
        };
        let mut devices = DeviceServiceClient::new(town.service.connect(&actor).await);
        let listed = devices.list_devices(request).await.unwrap();
        assert_eq!(listed.into_inner().devices.len(), expected);
    }
}
