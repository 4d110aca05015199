//! Suspensions, by the agency and by audit, and agreements that audit ends.

use contracts::audit::v1::audit_event::Happened;
use contracts::audit::v1::{AuditEvent, InstitutionSanction, InstitutionSanctioned};
use contracts::medical_agreement::v1::{ListSuspensionsRequest, Suspension, SuspensionForm};
use medical_agreement::reactions::Audit;

use super::*;

const DOCTOR: &str = "110440300001234";

async fn suspensions(service: &TestService, institution_id: &str) -> Vec<Suspension> {
    let request = ListSuspensionsRequest {
        pooling_area: AREA.to_owned(),
        institution_id: institution_id.to_owned(),
        ..ListSuspensionsRequest::default()
    };
    let listed = agreements(service).await.list_suspensions(request).await;
    listed.unwrap().into_inner().suspensions
}

// Art. 40
#[tokio::test]
async fn an_institution_or_a_doctor_is_suspended_from_a_day_on_until_that_is_lifted() {
    let service = alone().await;
    let id = sign(&service, 1, MEDICAL).await;
    let doctor = SuspensionForm {
        institution_id: id.clone(),
        doctor_number: DOCTOR.to_owned(),
        from_on: on(date!(2026 - 11 - 10)),
        until_on: None,
        lifted: false,
        ground: "串换药品".to_owned(),
    };
    let backdated = SuspensionForm {
        from_on: on(date!(2026 - 11 - 01)),
        ..doctor.clone()
    };
    let lift = SuspensionForm {
        from_on: on(date!(2026 - 12 - 01)),
        lifted: true,
        ..doctor.clone()
    };
    let unknown = SuspensionForm {
        institution_id: institution_id(9),
        ..doctor.clone()
    };
    for (form, expected) in [
        (&backdated, "SUSPENSION_PERIOD"),
        (&lift, "NOT_SUSPENDED"),
        (&unknown, "INSTITUTION_UNKNOWN"),
    ] {
        let refused = service.approve(&handler(), form, &[]).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    service.approve(&handler(), &doctor, &[]).await.unwrap();
    let again = service.approve(&handler(), &doctor, &[]).await.unwrap_err();
    assert_eq!(reason(&again), "SUSPENDED_BEFORE");
    let whole = SuspensionForm {
        doctor_number: String::new(),
        until_on: on(date!(2026 - 11 - 20)),
        ..doctor.clone()
    };
    service.approve(&handler(), &whole, &[]).await.unwrap();
    let during = standing(&service, &id, date!(2026 - 11 - 20)).await;
    assert!(during.suspended);
    assert_eq!(during.suspended_from_on, on(date!(2026 - 11 - 10)));
    assert_eq!(during.suspended_doctors, [DOCTOR]);
    assert!(published(&service, date!(2026 - 11 - 20), "").await[0].suspended);
    let after = standing(&service, &id, date!(2026 - 11 - 21)).await;
    assert!(!after.suspended);

    service.approve(&handler(), &lift, &[]).await.unwrap();
    let after = standing(&service, &id, date!(2026 - 12 - 01)).await;
    assert!(after.suspended_doctors.is_empty());
    let own = suspensions(&service, &id).await;
    assert_eq!(own[1].until_on, on(date!(2026 - 11 - 30)));
    let told = told(&service).await;
    assert!(matches!(&told.last().unwrap().1, What::SuspensionLifted(_)));
}

// Art. 40, Art. 134
#[tokio::test]
async fn what_audit_decides_of_an_institution_takes_effect_once() {
    let service = alone().await;
    let id = sign(&service, 1, MEDICAL).await;
    sign(&service, 1, InstitutionKind::Rehabilitation).await;
    let renewed = AgreementForm {
        starts_on: on(date!(2028 - 01 - 01)),
        ends_on: on(date!(2029 - 12 - 31)),
        ..agreement_form(1, MEDICAL)
    };
    service.approve(&handler(), &renewed, PAPERS).await.unwrap();
    let sanctioned = InstitutionSanctioned {
        institution_id: id.clone(),
        sanction: InstitutionSanction::Suspended as i32,
        from_on: on(date!(2026 - 11 - 10)),
        until_on: on(date!(2026 - 11 - 30)),
        document_number: "深社稽〔2026〕12号".to_owned(),
        ground: "虚记费用".to_owned(),
        ..InstitutionSanctioned::default()
    };
    let hear = async |told: InstitutionSanctioned| {
        let happened = Some(Happened::InstitutionSanctioned(told));
        service.hear(Audit, AuditEvent { happened }).await
    };
    hear(sanctioned.clone()).await.unwrap();
    // Told once more, and then for longer: only what is new of it is suspended.
    hear(sanctioned.clone()).await.unwrap();
    let longer = InstitutionSanctioned {
        from_on: on(date!(2026 - 11 - 05)),
        until_on: None,
        document_number: "深社稽〔2026〕13号".to_owned(),
        ..sanctioned.clone()
    };
    hear(longer).await.unwrap();
    let mut days: Vec<_> = suspensions(&service, &id)
        .await
        .into_iter()
        .map(|one| (one.from_on, one.until_on))
        .collect();
    days.sort_by_key(|(from_on, _)| Date::try_from(from_on.unwrap()).unwrap());
    assert_eq!(
        days,
        [
            (on(date!(2026 - 11 - 05)), on(date!(2026 - 11 - 09))),
            (on(date!(2026 - 11 - 10)), on(date!(2026 - 11 - 30))),
            (on(date!(2026 - 12 - 01)), None),
        ]
    );
    // Without pause since the first of the three.
    let during = standing(&service, &id, date!(2026 - 12 - 01)).await;
    assert_eq!(during.suspended_from_on, on(date!(2026 - 11 - 05)));
    let ended = InstitutionSanctioned {
        sanction: InstitutionSanction::AgreementEnded as i32,
        from_on: on(date!(2026 - 12 - 01)),
        until_on: None,
        care_until_on: on(date!(2026 - 12 - 31)),
        ..sanctioned.clone()
    };
    hear(ended.clone()).await.unwrap();
    hear(ended).await.unwrap();
    let all = of(&service, &id, date!(2026 - 12 - 01)).await;
    assert!(all.iter().all(|one| one.end() == AgreementEnd::ByAudit
        && one.ends_on == on(date!(2026 - 11 - 30))
        && one.state() == AgreementState::Ended));
    let ends = told(&service).await;
    let ends = ends
        .iter()
        .filter(|(_, what)| matches!(what, What::AgreementEnded(_)));
    assert_eq!(ends.count(), 3);
    let nobody = InstitutionSanctioned {
        sanction: InstitutionSanction::DoctorSuspended as i32,
        ..sanctioned.clone()
    };
    hear(nobody).await.unwrap_err();
    let stranger = InstitutionSanctioned {
        institution_id: institution_id(9),
        ..sanctioned
    };
    hear(stranger).await.unwrap_err();
}
