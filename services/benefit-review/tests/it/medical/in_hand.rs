//! Patients in hand when an agreement ends: article 40.

use chassis::testing::TestService;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::agreement_service_client::AgreementServiceClient;
use contracts::medical_agreement::v1::{
    AgreementEnd, AgreementEndForm, ListUnlistedPatientsRequest, PatientInHand, PatientListForm,
    UnlistedPatient,
};

use super::*;

/// Who has an open stay and is not listed, as the institution sees it.
async fn unlisted(there: &TestService, who: &chassis::Actor, id: &str) -> Vec<UnlistedPatient> {
    let request = ListUnlistedPatientsRequest {
        pooling_area: AREA.to_owned(),
        institution_id: id.to_owned(),
        kind: InstitutionKind::Medical as i32,
        ..ListUnlistedPatientsRequest::default()
    };
    let mut agreements = AgreementServiceClient::new(there.connect(who).await);
    let listed = agreements.list_unlisted_patients(request).await.unwrap();
    listed.into_inner().patients
}

// Art. 40
#[tokio::test]
async fn who_is_still_there_when_an_agreement_ends_is_shown_and_listed_or_looked_at() {
    let ward = Ward::open().await;
    let there = &ward.town.medical_agreement;
    let own = party(Caller::Institution, &ward.hospital);
    let stay = ward
        .admit(ward.admission("ZY-1", EncounterKind::Inpatient))
        .await;
    ward.admit(ward.admission("MZ-1", EncounterKind::Outpatient))
        .await;
    assert_eq!(unlisted(there, &own, &ward.hospital).await, []);
    // The stand of the ward is the last day; whoever comes on it is one more.
    let last_on = date!(2026 - 11 - 20);
    let end = AgreementEndForm {
        institution_id: ward.hospital.clone(),
        kind: InstitutionKind::Medical as i32,
        end: AgreementEnd::Mutual as i32,
        ends_on: on(last_on),
        ground: "双方协商一致".to_owned(),
        care_until_on: on(date!(2026 - 12 - 31)),
        ..AgreementEndForm::default()
    };
    let papers = [EvidenceKind::TerminationNotice];
    there.approve(&own, &end, &papers).await.unwrap();
    let [missing] = unlisted(there, &handler(), &ward.hospital)
        .await
        .try_into()
        .unwrap();
    assert_eq!(missing.person_id, ward.injury.person_id);
    assert_eq!(
        (missing.encounter_id, missing.admitted_on),
        (stay.clone(), on(TODAY))
    );

    // Until somebody lists the patient, what is done after the end is looked at.
    ward.town.service.clock().set(nine(date!(2026 - 11 - 25)));
    let of_day = |number, day| BillLine {
        service_on: on(TODAY.replace_day(day).unwrap()),
        ..dressing(number, "100")
    };
    let lines = vec![of_day(1, 20), of_day(2, 24)];
    let request = settle(&stay, &lines);
    let sent = ward.send(&ward.hospital, &stay, lines).await;
    assert_eq!(sent.refused_rows, 0);
    ward.discharge(&stay, date!(2026 - 11 - 25)).await;
    let settled = ward.hospital().await.settle_encounter(request).await;
    let settled = settled.unwrap().into_inner().settlement.unwrap();
    let outcomes = decided(&settled);
    assert_eq!(outcomes[0].1, LineOutcome::Paid);
    assert_eq!(
        (outcomes[1].1, outcomes[1].3.as_str()),
        (LineOutcome::Review, "LINE_NOT_LISTED")
    );

    let list = PatientListForm {
        institution_id: ward.hospital.clone(),
        kind: InstitutionKind::Medical as i32,
        patients: vec![PatientInHand {
            person_id: ward.injury.person_id.clone(),
            admitted_on: on(TODAY),
            arrangement: "继续住院至治疗终结".to_owned(),
        }],
        ..PatientListForm::default()
    };
    there.approve(&own, &list, &[]).await.unwrap();
    assert_eq!(unlisted(there, &own, &ward.hospital).await, []);
}
