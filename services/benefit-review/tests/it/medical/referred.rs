//! Treatment out of the area that began before the injury was recognised: article 45.

use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::ReferralForm;

use super::claims::claim;
use super::*;

/// The accident of [`TODAY`], filed by telephone.
fn accident(employer_id: &str, person: &contracts::registration::v1::Person) -> AccidentForm {
    AccidentForm {
        employer_id: employer_id.to_owned(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        cause: InjuryCause::Accident as i32,
        happened_on: on(TODAY),
        place: "仓库".to_owned(),
        course: "搬运货物时被砸伤".to_owned(),
        injured_parts: "右小腿".to_owned(),
        institution: "深圳市第1人民医院".to_owned(),
        rescue: "右小腿毁损伤，急诊止血后转广州".to_owned(),
        emergency: true,
        channel: AccidentChannel::Phone as i32,
        ..AccidentForm::default()
    }
}

// Art. 45, Art. 53, Art. 54
#[tokio::test]
async fn who_was_moved_to_another_area_before_the_recognition_is_paid_for_once_it_is_registered() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    let hospital = town.agreement(1, &[InstitutionKind::Medical]).await;
    let item = item(CatalogueKind::TreatmentItem, DRESSING, "清创缝合");
    town.catalogue(CatalogueKind::TreatmentItem, vec![item])
        .await;
    let referral = ReferralForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        employer_id: employer_id.clone(),
        referring_institution_id: hospital.clone(),
        doctor_number: "110440300001234".to_owned(),
        reason: "右小腿毁损伤，本地不具备再植条件。".to_owned(),
        target_name: "中山大学附属第一医院".to_owned(),
        target_area: "440100".to_owned(),
        from_on: on(TODAY),
        until_on: on(date!(2026 - 12 - 31)),
        happened_on: on(TODAY),
        urgent: true,
        ..ReferralForm::default()
    };
    town.service.clock().set(datetime!(2026-11-05 09:00 +8));
    let there = &town.medical_agreement;
    let papers = [EvidenceKind::MedicalOpinion];
    // The accident is filed first.
    let early = there.approve(&handler(), &referral, &papers).await;
    assert_eq!(reason(&early.unwrap_err()), "ACCIDENT_NOT_FILED");
    let form = accident(&employer_id, &person);
    town.service.approve(&handler(), &form, &[]).await.unwrap();
    there.approve(&handler(), &referral, &papers).await.unwrap();

    town.service.clock().set(datetime!(2026-11-20 09:00 +8));
    let injury = town
        .injure(&town.recognition(&employer_id, &person, NUMBER))
        .await;
    let ward = Ward {
        town,
        hospital,
        card: person.card_number,
        injury,
    };
    let day = date!(2026 - 11 - 10);
    let admission = Admission {
        filed_by: employer_id.clone(),
        institution_id: String::new(),
        institution_name: "中山大学附属第一医院".to_owned(),
        invoice_numbers: vec!["票-1".to_owned()],
        admitted_on: on(day),
        ..ward.admission("MZ-1", EncounterKind::Outpatient)
    };
    let id = ward.admit(admission).await;
    let line = BillLine {
        service_on: on(day),
        ..dressing(1, "900")
    };
    ward.send(&employer_id, &id, vec![line]).await;
    ward.discharge(&id, day).await;
    let form = claim(&ward, &employer_id, &[&id], "900");
    let service = &ward.town.service;
    let case = service.approve(&handler(), &form, claims::PAPERS).await;
    let decision: MedicalDecision = service.decision(&case.unwrap()).await.unwrap();
    assert_eq!(decision.fund, yuan("900"));
}
