//! Ends of agreements before their term.

use contracts::medical_agreement::v1::{AgreementEndForm, PatientInHand, PatientListForm};

use super::*;

/// Somebody in care.
fn patient(n: u16, admitted_on: Date) -> PatientInHand {
    PatientInHand {
        person_id: format!("0190163d-8694-739b-aea5-966c26f8{n:04}"),
        admitted_on: on(admitted_on),
        arrangement: "继续住院至治疗终结".to_owned(),
    }
}

// Art. 40
#[tokio::test]
async fn who_ends_an_agreement_alone_tells_the_other_side_before_and_cares_for_patients_in_hand() {
    let service = alone().await;
    let id = sign(&service, 1, MEDICAL).await;
    let good = AgreementEndForm {
        institution_id: id.clone(),
        kind: MEDICAL as i32,
        end: AgreementEnd::ByAgency as i32,
        notified_on: on(TODAY),
        ends_on: on(date!(2026 - 12 - 02)),
        ground: "伪造病历".to_owned(),
        patients: vec![patient(1, date!(2026 - 11 - 20))],
        care_until_on: on(date!(2027 - 03 - 31)),
    };
    let untold = AgreementEndForm {
        notified_on: None,
        ..good.clone()
    };
    let too_soon = AgreementEndForm {
        ends_on: on(date!(2026 - 12 - 01)),
        ..good.clone()
    };
    let uncared = AgreementEndForm {
        care_until_on: None,
        ..good.clone()
    };
    let by_audit = AgreementEndForm {
        end: AgreementEnd::ByAudit as i32,
        ..good.clone()
    };
    for (form, expected) in [
        (untold, "NOTICE_MISSING"),
        (too_soon, "NOTICE_TOO_SHORT"),
        (uncared, "PATIENTS_WITHOUT_CARE"),
        (by_audit, "END_BY_OTHER"),
    ] {
        let refused = service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    service.approve(&handler(), &good, PAPERS).await.unwrap();
    let again = service
        .approve(&handler(), &good, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "END_OF_TERM");
    let shown = of(&service, &id, TODAY).await.remove(0);
    assert_eq!(
        (shown.state(), shown.patients.len()),
        (AgreementState::Ending, 1)
    );
    let after = standing(&service, &id, date!(2026 - 12 - 03)).await;
    assert!(after.known && after.kinds.is_empty());
    assert_eq!(after.in_hand.len(), 1);
    assert_eq!(after.in_hand[0].kind(), MEDICAL);
    assert_eq!(after.in_hand[0].admitted_by_on, on(date!(2026 - 12 - 02)));
    let extended = AgreementChangeForm {
        institution_id: id.clone(),
        kind: MEDICAL as i32,
        effective_on: on(TODAY),
        ends_on: on(date!(2028 - 12 - 31)),
        ..AgreementChangeForm::default()
    };
    let refused = service.approve(&handler(), &extended, PAPERS).await;
    assert_eq!(reason(&refused.unwrap_err()), "END_OF_TERM");
    let past_care = standing(&service, &id, date!(2027 - 04 - 01)).await;
    assert!(past_care.in_hand.is_empty());

    // The institution may end its own, and both sides together at once; not in the agency's name.
    let id = sign(&service, 2, MEDICAL).await;
    let own = party(Caller::Institution, &id);
    let mutual = AgreementEndForm {
        institution_id: id.clone(),
        end: AgreementEnd::Mutual as i32,
        notified_on: None,
        ends_on: on(TODAY),
        patients: Vec::new(),
        care_until_on: None,
        ..good.clone()
    };
    let agencys = AgreementEndForm {
        end: AgreementEnd::ByAgency as i32,
        ..mutual.clone()
    };
    let refused = service.submit(&own, &agencys, PAPERS).await.unwrap_err();
    assert_eq!(reason(&refused), "END_BY_OTHER");
    service.approve(&own, &mutual, PAPERS).await.unwrap();
    service.clock().set(datetime!(2026-11-03 09:00 +8));
    let shown = of(&service, &id, date!(2026 - 11 - 03)).await.remove(0);
    assert_eq!(shown.state(), AgreementState::Ended);
}

// Art. 40
#[tokio::test]
async fn an_institution_that_ends_its_agreement_treats_whom_it_took_in_by_the_last_day() {
    let service = alone().await;
    let id = sign(&service, 1, MEDICAL).await;
    let own = party(Caller::Institution, &id);
    let (notified_on, last_on) = (TODAY, date!(2026 - 12 - 02));
    let form = |patients: Vec<PatientInHand>| AgreementEndForm {
        institution_id: id.clone(),
        kind: MEDICAL as i32,
        end: AgreementEnd::ByInstitution as i32,
        notified_on: on(notified_on),
        ends_on: on(last_on),
        ground: "经办机构长期未结算费用".to_owned(),
        patients,
        care_until_on: on(date!(2027 - 03 - 31)),
    };
    service.clock().set(datetime!(2026-12-02 09:00 +8));
    let after = patient(1, date!(2026 - 12 - 03));
    let (last, noticed) = (patient(2, last_on), patient(3, date!(2026 - 11 - 03)));
    for (patients, expected) in [
        (vec![noticed.clone(), after], "PATIENTS_WITHOUT_CARE"),
        (vec![noticed.clone(), noticed.clone()], "PATIENT_TWICE"),
    ] {
        let refused = service.approve(&own, &form(patients), PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), expected);
    }
    let good = form(vec![last, noticed]);
    service.approve(&own, &good, PAPERS).await.unwrap();
    let shown = of(&service, &id, last_on).await.remove(0);
    assert_eq!(shown.end(), AgreementEnd::ByInstitution);
    let mut admitted: Vec<_> = shown.patients.iter().map(|one| one.admitted_on).collect();
    admitted.reverse();
    assert_eq!(admitted, [on(date!(2026 - 11 - 03)), on(last_on)]);
    let standing = standing(&service, &id, date!(2026 - 12 - 03)).await;
    assert!(standing.kinds.is_empty());
    assert_eq!(standing.in_hand[0].admitted_by_on, on(last_on));
}

// Art. 40
#[tokio::test]
async fn whoever_is_taken_in_after_the_end_was_told_is_added_to_the_list_until_it_is_over() {
    let service = alone().await;
    let id = sign(&service, 1, MEDICAL).await;
    let last_on = date!(2026 - 12 - 02);
    let added = PatientListForm {
        institution_id: id.clone(),
        kind: MEDICAL as i32,
        patients: vec![patient(2, date!(2026 - 11 - 25))],
        care_until_on: on(date!(2027 - 03 - 31)),
    };
    let own = party(Caller::Institution, &id);
    let refused = async |form: PatientListForm| {
        let refused = service.approve(&own, &form, PAPERS).await.unwrap_err();
        reason(&refused)
    };
    assert_eq!(refused(added.clone()).await, "NOT_ENDING");
    let end = AgreementEndForm {
        institution_id: id.clone(),
        kind: MEDICAL as i32,
        end: AgreementEnd::ByAgency as i32,
        notified_on: on(TODAY),
        ends_on: on(last_on),
        ground: "伪造病历".to_owned(),
        patients: Vec::new(),
        care_until_on: None,
    };
    service.approve(&handler(), &end, PAPERS).await.unwrap();
    service.clock().set(datetime!(2026-11-26 09:00 +8));
    let uncared = PatientListForm {
        care_until_on: None,
        ..added.clone()
    };
    assert_eq!(refused(uncared.clone()).await, "PATIENTS_WITHOUT_CARE");
    let too_late = PatientListForm {
        patients: vec![patient(2, date!(2026 - 12 - 03))],
        ..added.clone()
    };
    assert_eq!(refused(too_late).await, "PATIENTS_WITHOUT_CARE");
    service.approve(&own, &added, &[]).await.unwrap();
    assert_eq!(refused(added).await, "PATIENT_TWICE");
    let told = told(&service).await;
    assert!(
        matches!(&told.last().unwrap().1, What::PatientsListed(listed)
        if listed.agreement.as_ref().unwrap().patients.len() == 1)
    );
    // As long as the list before; until then whoever was forgotten is added still.
    service.clock().set(datetime!(2027-03-31 09:00 +8));
    let forgotten = PatientListForm {
        patients: vec![patient(3, last_on)],
        ..uncared
    };
    service.approve(&handler(), &forgotten, &[]).await.unwrap();
    let shown = of(&service, &id, last_on).await.remove(0);
    assert_eq!(shown.patients.len(), 2);
    assert_eq!(shown.care_until_on, on(date!(2027 - 03 - 31)));
    service.clock().set(datetime!(2027-04-01 09:00 +8));
    let over = PatientListForm {
        patients: vec![patient(4, last_on)],
        ..forgotten
    };
    assert_eq!(refused(over).await, "NOT_ENDING");
}
