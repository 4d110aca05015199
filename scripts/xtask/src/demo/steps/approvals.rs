//! Art. 42, Art. 44, Art. 45, Art. 50. What injured employees need beyond the ordinary is approved: treatment at
//! their residence, of a relapse, on referral, and devices.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use contracts::options::v1::{Department, Duty};
use serde_json::{Value, json};
use time::Duration;

use super::super::calendar::INJURIES;
use super::super::client::{date, papers, text};
use super::super::generate::{Line, Listed};
use super::super::report::Report;
use super::super::{Demo, progress};
use super::injuries::{Injured, injured};

/// What is asked for, in turn.
const KINDS: [&str; 4] = [
    "APPROVAL_KIND_RESIDENCE",
    "APPROVAL_KIND_RELAPSE",
    "APPROVAL_KIND_REFERRAL",
    "APPROVAL_KIND_DEVICE",
];

/// Has it approved.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(INJURIES)?;
    let injured = injured(demo).await?;
    let what = "Treatment and devices are approved";
    progress::all(what, injured.iter(), |place, one| approve(demo, place, one)).await?;
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, 0)?;
    let listed = demo
        .client
        .list(clerk, "/v1/approvals", "approvals", &[])
        .await?;
    let (mut made, mut found) = (BTreeMap::new(), BTreeMap::new());
    for (place, _) in injured.iter().enumerate() {
        *made
            .entry(KINDS[place % KINDS.len()].to_owned())
            .or_insert(0) += 1;
    }
    for one in &listed {
        *found.entry(text(&one["kind"]).to_owned()).or_insert(0) += 1;
    }
    report.equal_counts("approved", &made, &found);
    Ok(())
}

async fn approve(demo: &Demo, place: usize, one: &Injured<'_>) -> Result<()> {
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Handler, place)?;
    let (mut form, paper) = form(demo, KINDS[place % KINDS.len()])?;
    form["personId"] = json!(one.person_id);
    form["name"] = json!(one.employee.name);
    form["recognitionNumber"] = json!(one.recognition);
    let name = format!("approval/{}", one.person_id);
    let desk = demo.medical_agreement();
    let evidence = papers(&["RECOGNITION_DECISION", paper]);
    match desk.submit(clerk, &name, form, evidence).await? {
        Ok(case_id) => desk.sign(place, &case_id).await?.approved(&name).map(drop),
        Err(problem) => bail!("{name}: {} {}", problem.reason, problem.detail),
    }
}

/// The form, but for whom it is, and the paper that it needs.
fn form(demo: &Demo, kind: &str) -> Result<(Value, &'static str)> {
    let institutions = &demo.world.institutions;
    let hospital = institutions.first().context("there is no hospital")?;
    let supplier = institutions.iter().find(|one| one.line == Line::Device);
    let supplier = supplier.context("there is no supplier of devices")?;
    let devices = demo.world.catalogue(Listed::Devices);
    let device = &devices.first().context("there is no device")?.code;
    let (from_on, until_on) = (date(INJURIES), date(INJURIES + Duration::days(30)));
    let doctor = "110440300009999";
    // In another province than the demonstration's area.
    let elsewhere = match demo.client.area.starts_with("43") {
        true => "440100",
        false => "430100",
    };
    Ok(match kind {
        "APPROVAL_KIND_RESIDENCE" => (
            json!({
                "@type": "workinjury.medical_agreement.v1.ResidenceTreatmentForm",
                "residenceArea": elsewhere,
                "address": "示范市芙蓉区五一大道1号",
                "phone": "0731-82345678",
                "mandate": "COMMITTEE_MANDATE_HOME",
                "conclusionNumber": "示劳鉴〔2026〕1号",
                "concludedOn": date(INJURIES - Duration::days(3)),
                "treatmentNeeded": true,
                "institutionName": "示范省第一医院",
                "institutionLevel": "INSTITUTION_LEVEL_PREFECTURE",
                "agreedThere": true,
                "fromOn": from_on,
                "untilOn": until_on,
            }),
            "APPRAISAL_CONCLUSION",
        ),
        "APPROVAL_KIND_RELAPSE" => (
            json!({
                "@type": "workinjury.medical_agreement.v1.RelapseForm",
                "treatingInstitutionId": hospital.credit_code,
                "doctorNumber": doctor,
                "diagnoses": ["S92.3"],
                "opinion": "原骨折处感染，属旧伤复发",
                "findsRelapse": true,
                "fromOn": from_on,
                "untilOn": until_on,
            }),
            "MEDICAL_OPINION",
        ),
        "APPROVAL_KIND_REFERRAL" => (
            json!({
                "@type": "workinjury.medical_agreement.v1.ReferralForm",
                "referringInstitutionId": hospital.credit_code,
                "doctorNumber": doctor,
                "reason": "需行显微外科手术，本地不具备条件",
                "targetName": "示范大学附属第一医院",
                "targetArea": elsewhere,
                "agreedThere": true,
                "fromOn": from_on,
                "untilOn": until_on,
            }),
            "MEDICAL_OPINION",
        ),
        _ => (
            json!({
                "@type": "workinjury.medical_agreement.v1.DeviceForm",
                "confirmationNumber": "示劳鉴辅〔2026〕1号",
                "confirmedOn": date(INJURIES - Duration::days(3)),
                "confirmed": [{"code": device, "quantity": 1}],
                "items": [{"code": device, "quantity": 1}],
                "treatingInstitutionId": supplier.credit_code,
            }),
            "DEVICE_CONFIRMATION",
        ),
    })
}
