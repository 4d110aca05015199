//! Section 3: articles 66, 67 and 90.

mod corrected;
mod payers;
mod refused;
mod review;
mod rules;

use chassis::Actor;
use chassis::testing::{AREA, party, reason};
use contracts::Money;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::device_service_client::DeviceServiceClient;
use contracts::benefit_review::v1::*;
use contracts::common::v1::{Case, EvidenceKind};
use contracts::medical_agreement::v1::{Approval, CatalogueKind, InstitutionKind};
use contracts::options::v1::Caller;
use contracts::registration::v1::Person;
use time::Date;
use time::macros::{date, datetime};

use crate::support::*;

const NUMBER: &str = "深人社认字〔2026〕1号";

/// The day on which things are approved and fitted.
const FITTED: Date = date!(2026 - 11 - 23);

/// Person 1 of employer 1, injured, and institution 1 for devices.
pub(crate) struct Equipped {
    pub(crate) town: Town,
    employer_id: String,
    person: Person,
    pub(crate) injury: Injury,
    institution_id: String,
}

/// What a cane costs at most.
pub(crate) const CANE_PRICE: &str = "120.00";

/// On 2026-11-23, with a catalogue of devices.
pub(crate) async fn equipped() -> Equipped {
    equipped_for(TODAY).await
}

/// For an injury of a day.
async fn equipped_for(happened_on: Date) -> Equipped {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.service.clock().set(datetime!(2026-11-23 09:00 +8));
    let decision = Recognition {
        happened_on: on(happened_on),
        ..town.recognition(&employer_id, &person, NUMBER)
    };
    let injury = town.injure(&decision).await;
    let institution_id = supplied(&town).await;
    Equipped {
        town,
        employer_id,
        person,
        injury,
        institution_id,
    }
}

/// A catalogue of devices, and an institution that fits them.
async fn supplied(town: &Town) -> String {
    let devices = vec![device(LEG, "小腿假肢", 23_000), device(CANE, "手杖", 120)];
    town.catalogue(CatalogueKind::Device, devices).await;
    town.agreement(1, &[InstitutionKind::Device]).await
}

impl Equipped {
    /// A leg and two canes are approved, and recorded as fitted: JZ-1, SZ-1 and SZ-2.
    pub(crate) async fn fitted(&self) -> Approval {
        let items = [(LEG, 1), (CANE, 2)];
        let town = &self.town;
        let approval = town
            .approve_device(&self.injury, &self.institution_id, &items)
            .await;
        for (code, number) in [(LEG, "JZ-1"), (CANE, "SZ-1"), (CANE, "SZ-2")] {
            town.fit(&approval, code, number, FITTED).await;
        }
        approval
    }

    /// The employer claims some of them.
    pub(crate) fn claim(&self, devices: Vec<ClaimedDevice>) -> DeviceClaimForm {
        let total: rust_decimal::Decimal = devices
            .iter()
            .map(|device| device.unit_price.as_ref().unwrap().decimal().unwrap())
            .sum();
        DeviceClaimForm {
            employer_id: self.employer_id.clone(),
            person_id: self.person.person_id.clone(),
            name: self.person.name.clone(),
            recognition_number: NUMBER.to_owned(),
            devices,
            amount: Some(total.into()),
            ..DeviceClaimForm::default()
        }
    }

    pub(crate) async fn approve(&self, form: &DeviceClaimForm) -> DeviceDecision {
        let case = self.signed(form).await;
        self.town.service.decision(&case).await.unwrap()
    }

    pub(crate) async fn signed(&self, form: &DeviceClaimForm) -> Case {
        let signed = self.town.service.approve(&handler(), form, PAPERS).await;
        signed.unwrap()
    }

    /// Why a form is not approved.
    async fn refused(&self, form: &DeviceClaimForm) -> String {
        let refused = self.town.service.approve(&handler(), form, PAPERS).await;
        reason(&refused.unwrap_err())
    }

    /// The decided claims that somebody sees, the newest decision first.
    async fn claims(&self, who: &Actor, request: ListDeviceClaimsRequest) -> Vec<DeviceClaim> {
        let request = ListDeviceClaimsRequest {
            pooling_area: AREA.to_owned(),
            ..request
        };
        let mut devices = DeviceServiceClient::new(self.town.service.connect(who).await);
        let listed = devices.list_device_claims(request).await.unwrap();
        listed.into_inner().claims
    }

    /// What was told of benefits, in order.
    async fn benefits(&self) -> Vec<Vec<Benefit>> {
        let told = self.town.told().await.into_iter();
        let decided = told.filter_map(|(_, what)| match what {
            What::BenefitsDecided(decided) => Some(decided.benefits),
            _ => None,
        });
        decided.collect()
    }
}

/// A device that is claimed for so much.
pub(crate) fn one(
    approval: &Approval,
    code: &str,
    serial_number: &str,
    yuan: &str,
) -> ClaimedDevice {
    ClaimedDevice {
        approval_id: approval.approval_id.clone(),
        code: code.to_owned(),
        serial_number: serial_number.to_owned(),
        fitted_on: on(FITTED),
        unit_price: Some(Money::from_text(yuan)),
        invoice_number: "FP-1".to_owned(),
    }
}

/// Yuan by who bears them: fund, employer, compensated, nobody.
pub(crate) fn parts(decision: &DeviceDecision) -> [&str; 4] {
    let parts = [
        &decision.fund,
        &decision.employer,
        &decision.compensated,
        &decision.nobody,
    ];
    parts.map(|part| part.as_ref().unwrap().as_text())
}

/// What became of each device, with the reasons.
fn outcomes(decision: &DeviceDecision) -> Vec<(LineOutcome, Vec<&str>)> {
    let outcome = |device| {
        let device: &DecidedDevice = device;
        let reasons = device.reasons.iter().map(|one| one.reason.as_str());
        (device.outcome(), reasons.collect())
    };
    decision.devices.iter().map(outcome).collect()
}

// Art. 66, Art. 67
#[tokio::test]
async fn what_was_approved_and_fitted_is_paid_up_to_its_standard() {
    let equipped = equipped().await;
    let approval = equipped.fitted().await;
    let form = equipped.claim(vec![
        one(&approval, LEG, "JZ-1", "22000.00"),
        one(&approval, CANE, "SZ-1", "150.50"),
    ]);
    let service = &equipped.town.service;
    let own = party(Caller::Employer, &equipped.employer_id);
    let few = [EvidenceKind::DeviceConfirmation];
    let missing = service.submit(&own, &form, &few).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");

    let case = service.submit(&own, &form, PAPERS).await.unwrap();
    let decision: DeviceDecision = service.decision(&case).await.unwrap();
    assert_eq!(
        outcomes(&decision),
        [
            (LineOutcome::Paid, vec![]),
            (LineOutcome::Cut, vec!["DEVICE_PRICE"]),
        ]
    );
    assert_eq!(parts(&decision), ["22120.00", "0.00", "0.00", "30.50"]);
    let worksheet = decision.worksheet.clone().unwrap();
    let lines = worksheet.lines.iter();
    let lines: Vec<_> = lines
        .map(|line| (line.label.as_str(), line.value.as_str()))
        .collect();
    assert_eq!(
        lines[3..],
        [
            ("产品编号SZ-1单价", "150.50"),
            ("产品编号SZ-1最高支付标准", "120.00"),
            ("产品编号SZ-1核定金额", "120.00"),
            ("基金承担的核定金额", "22120.00"),
            ("用人单位承担的核定金额", "0.00"),
            ("基金支付", "22120.00"),
            ("用人单位支付", "0.00"),
            ("基金和用人单位均不承担", "30.50"),
        ]
    );
    service.sign_off(&case).await.unwrap();

    let told = equipped.benefits().await.remove(0);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].kind(), told[0].payer()),
        (BenefitKind::Device, Payer::Fund)
    );
    assert_eq!(told[0].payee(), PayeeKind::Employer);
    assert_eq!(told[0].amount.as_ref().unwrap().as_text(), "22120.00");
    assert_eq!(told[0].claim_id, case.case_id);
    assert!(!told[0].is_difference);
}

// Art. 66
#[tokio::test]
async fn an_institution_claims_what_it_fitted_and_sees_its_own_claims_only() {
    let equipped = equipped().await;
    let approval = equipped.fitted().await;
    let form = DeviceClaimForm {
        employer_id: String::new(),
        institution_id: equipped.institution_id.clone(),
        ..equipped.claim(vec![one(&approval, LEG, "JZ-1", "23000.00")])
    };
    let other = DeviceClaimForm {
        institution_id: institution_id(2),
        ..form.clone()
    };
    assert_eq!(equipped.refused(&other).await, "DEVICE_NOT_OF_INSTITUTION");
    let stranger = party(Caller::Institution, &institution_id(2));
    let service = &equipped.town.service;
    let denied = service.submit(&stranger, &form, PAPERS).await.unwrap_err();
    assert_eq!(reason(&denied), "DENIED");
    let own = party(Caller::Institution, &equipped.institution_id);
    let papers = [EvidenceKind::DeviceConfirmation, EvidenceKind::Invoice];
    service.approve(&own, &form, &papers).await.unwrap();
    let benefit = equipped.benefits().await.remove(0).remove(0);
    assert_eq!(benefit.payee(), PayeeKind::Institution);

    let person = party(Caller::Person, &equipped.person.person_id);
    let employer = party(Caller::Employer, &equipped.employer_id);
    let of_person = ListDeviceClaimsRequest {
        person_id: equipped.person.person_id.clone(),
        ..ListDeviceClaimsRequest::default()
    };
    let of_employer = ListDeviceClaimsRequest {
        employer_id: equipped.employer_id.clone(),
        ..ListDeviceClaimsRequest::default()
    };
    let of_institution = ListDeviceClaimsRequest {
        institution_id: equipped.institution_id.clone(),
        ..ListDeviceClaimsRequest::default()
    };
    for (who, request, expected) in [
        (&own, of_institution.clone(), 1),
        (&person, of_person.clone(), 1),
        (&employer, of_employer.clone(), 1),
        (&stranger, ListDeviceClaimsRequest::default(), 0),
        (&handler(), of_institution, 1),
        (&handler(), of_person, 1),
        (&handler(), of_employer, 1),
    ] {
        assert_eq!(equipped.claims(who, request).await.len(), expected);
    }
}

// Art. 66
#[tokio::test]
async fn a_person_claims_for_oneself_and_is_paid() {
    let equipped = equipped().await;
    let approval = equipped.fitted().await;
    let through = equipped.claim(vec![one(&approval, LEG, "JZ-1", "23000.00")]);
    let form = DeviceClaimForm {
        employer_id: String::new(),
        ..through.clone()
    };
    let own = party(Caller::Person, &equipped.person.person_id);
    let service = &equipped.town.service;
    let redirected = service.submit(&own, &through, PAPERS).await.unwrap_err();
    assert_eq!(reason(&redirected), "DEVICE_PAYEES");
    let few = [EvidenceKind::DeviceConfirmation, EvidenceKind::Invoice];
    let missing = service.submit(&own, &form, &few).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    service.approve(&own, &form, PAPERS).await.unwrap();
    let benefit = equipped.benefits().await.remove(0).remove(0);
    assert_eq!(benefit.payee(), PayeeKind::Person);
    assert_eq!(benefit.payee_id, equipped.person.person_id);
}
