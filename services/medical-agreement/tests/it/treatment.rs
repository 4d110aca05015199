//! Section 2: articles 41 to 45.

mod access;
mod catalogue;
mod end;
mod outside_accident;
mod referral;
mod relapse;
mod residence;
mod rules;
mod terms;

use chassis::testing::{AREA, party, reason};
use contracts::common::v1::EvidenceKind;
use contracts::form::FormMessage;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    ApprovalKind, CommitteeMandate, InstitutionKind, InstitutionLevel, ReferralForm, RelapseForm,
    ResidenceTreatmentForm, SuspensionForm,
};
use contracts::options::v1::Caller;
use contracts::registration::v1::Person;
use time::Date;
use time::macros::{date, datetime};

use crate::support::*;

const RECOGNITION: &str = "深人社认字〔2026〕1001号";
const DOCTOR: &str = "110440300001234";
const MEDICAL: InstitutionKind = InstitutionKind::Medical;
const YESTERDAY: Date = date!(2026 - 11 - 01);

/// Why an application is not approved.
async fn refused<F: FormMessage>(town: &Town, form: &F) -> String {
    let approved = town.service.approve(&handler(), form, PAPERS).await;
    reason(&approved.unwrap_err())
}

/// Institution `n` suspends nobody but the doctor of the forms, until further notice.
async fn suspend_doctor(town: &Town, n: u16) {
    let form = SuspensionForm {
        institution_id: institution_id(n),
        doctor_number: DOCTOR.to_owned(),
        from_on: on(TODAY),
        ground: "串换药品".to_owned(),
        ..SuspensionForm::default()
    };
    town.service.approve(&handler(), &form, &[]).await.unwrap();
}

/// Lives in Changsha, and is treated there for a year from today on.
fn residence(person: &Person) -> ResidenceTreatmentForm {
    ResidenceTreatmentForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: RECOGNITION.to_owned(),
        residence_area: "430100".to_owned(),
        address: "长沙市芙蓉区五一大道1号".to_owned(),
        phone: "0731-82345678".to_owned(),
        mandate: CommitteeMandate::Entrusted as i32,
        conclusion_number: "长劳鉴〔2026〕88号".to_owned(),
        concluded_on: on(date!(2026 - 10 - 20)),
        treatment_needed: true,
        institution_name: "长沙市第一医院".to_owned(),
        institution_level: InstitutionLevel::Prefecture as i32,
        agreed_there: true,
        from_on: on(TODAY),
        until_on: on(date!(2027 - 11 - 01)),
        ..ResidenceTreatmentForm::default()
    }
}

/// A relapse that institution 1 finds, treated there for thirty days.
fn relapse(person: &Person) -> RelapseForm {
    RelapseForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: RECOGNITION.to_owned(),
        treating_institution_id: institution_id(1),
        doctor_number: DOCTOR.to_owned(),
        diagnoses: vec!["S72.0".to_owned(), "T93".to_owned()],
        opinion: "原骨折处再次感染，属旧伤复发。".to_owned(),
        finds_relapse: true,
        from_on: on(TODAY),
        until_on: on(date!(2026 - 12 - 01)),
        ..RelapseForm::default()
    }
}

/// A referral to Guangzhou by institution 1, for sixty days.
fn referral(person: &Person) -> ReferralForm {
    ReferralForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: RECOGNITION.to_owned(),
        referring_institution_id: institution_id(1),
        doctor_number: DOCTOR.to_owned(),
        reason: "需行显微外科手术，本地不具备条件。".to_owned(),
        target_name: "中山大学附属第一医院".to_owned(),
        target_area: "440100".to_owned(),
        agreed_there: true,
        from_on: on(TODAY),
        until_on: on(date!(2026 - 12 - 31)),
        ..ReferralForm::default()
    }
}
