//! Hospitals under agreement, what is paid for, and bills in the words of a hospital.

use chassis::testing::{AREA, clerk};
use contracts::Money;
use contracts::common::v1::{BatchHeader, BatchTotals, EvidenceKind};
use contracts::medical_agreement::v1::treatment_service_client::TreatmentServiceClient;
use contracts::medical_agreement::v1::{
    AgreementForm, CatalogueForm, CatalogueItem, CatalogueKind, Clause, InstitutionFacts,
    InstitutionGrade, InstitutionKind, UploadCatalogueRequest,
};
use contracts::options::v1::{Department, Duty};
use law::identity::{OrganisationCode, SocialCreditCode};
use medical_agreement::agreement::rules::CLAUSES;
use serde_json::{Value, json};
use time::macros::date;
use uuid::Uuid;

use crate::town::Town;

/// The decision by which the patient is injured.
pub const NUMBER: &str = "深人社认字〔2026〕1号";

const PAPERS: [EvidenceKind; 4] = [
    EvidenceKind::PracticeLicence,
    EvidenceKind::ServiceAgreement,
    EvidenceKind::QualityCommitment,
    EvidenceKind::CatalogueDocument,
];

/// The number of hospital `n`.
pub fn institution_id(n: u8) -> String {
    let organisation = OrganisationCode::with_check(&format!("MB{n:06}")).unwrap();
    SocialCreditCode::with_check(&format!("12{AREA}{organisation}"))
        .unwrap()
        .to_string()
}

/// The name of hospital `n`.
pub fn name(n: u8) -> String {
    format!("深圳市第{n}人民医院")
}

/// The agency signs agreements with two hospitals and puts a list of drugs in force, today.
pub async fn contract(town: &Town) {
    let handler = clerk(Department::Business, Duty::Handler);
    let service = &town.medical_agreement;
    for n in 1..=2 {
        let signed = service.approve(&handler, &agreement(n), &PAPERS).await;
        signed.unwrap();
    }
    let drug = CatalogueItem {
        kind: CatalogueKind::Drug as i32,
        code: "XM01".to_owned(),
        name: "布洛芬".to_owned(),
        unit: "盒".to_owned(),
        price_limit: Some(Money::from_text("12.00")),
        ..CatalogueItem::default()
    };
    let batch_id = Uuid::now_v7().to_string();
    let list = UploadCatalogueRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: batch_id.clone(),
            reference: "药品目录".to_owned(),
        }),
        rows: vec![drug],
        totals: Some(BatchTotals { rows: 1, sum: None }),
        ..UploadCatalogueRequest::default()
    };
    let mut treatment = TreatmentServiceClient::new(service.connect(&handler).await);
    let sent = treatment.upload_catalogue(tokio_stream::iter([list])).await;
    sent.unwrap();
    let form = CatalogueForm {
        batch_id,
        kind: CatalogueKind::Drug as i32,
        effective_on: Some(date!(2026 - 11 - 02).into()),
        document_number: "粤人社规〔2026〕20号".to_owned(),
        title: "广东省工伤保险药品目录".to_owned(),
        ..CatalogueForm::default()
    };
    service.approve(&handler, &form, &PAPERS).await.unwrap();
}

fn agreement(n: u8) -> AgreementForm {
    let clause = |kind| Clause {
        kind: kind as i32,
        text: "按双方议定的文本履行。".to_owned(),
    };
    AgreementForm {
        institution_id: institution_id(n),
        kind: InstitutionKind::Medical as i32,
        facts: Some(InstitutionFacts {
            name: name(n),
            grade: InstitutionGrade::Tertiary as i32,
            licence_number: format!("45575561444030311A{n:04}"),
            licence_valid_until_on: Some(date!(2030 - 12 - 31).into()),
            address: format!("深圳市罗湖区东门北路{n}号"),
            phone: "0755-25533018".to_owned(),
            bank_name: "中国银行深圳分行".to_owned(),
            bank_account: "6222020000000001".to_owned(),
        }),
        starts_on: Some(date!(2026 - 11 - 02).into()),
        ends_on: Some(date!(2027 - 12 - 31).into()),
        clauses: CLAUSES.into_iter().map(clause).collect(),
        notice_days: 30,
        refers: true,
        case_rates: Vec::new(),
    }
}

/// Somebody who is not insured here: the name and the card.
pub fn stranger() -> (String, String) {
    ("无名氏".to_owned(), format!("{AREA}9999999999"))
}

/// Two days in hospital, a record and twelve lines each: all in the catalogue but one, and one above its price.
pub fn stay(visit: &str, patient: &(String, String)) -> Value {
    let mut stay = open_stay(visit, patient);
    stay["discharged_on"] = json!("2026-11-22");
    stay
}

/// The same while the patient is there.
pub fn open_stay(visit: &str, patient: &(String, String)) -> Value {
    let mut lines: Vec<_> = (1..=24).map(line).collect();
    lines[10]["unit_price"] = json!("15.00");
    lines[22]["code"] = json!("ZF99");
    let mut bill = bill(visit, "INPATIENT", patient, "2026-11-20", &lines);
    bill["records"] = json!([
        record(1, "FIRST", "2026-11-20"),
        record(2, "DAILY", "2026-11-21"),
    ]);
    bill
}

/// A visit of today with one line.
pub fn visit(visit: &str, patient: &(String, String)) -> Value {
    let mut line = line(1);
    line["day"] = json!("2026-12-16");
    let mut bill = bill(visit, "OUTPATIENT", patient, "2026-12-16", &[line]);
    bill["discharged_on"] = json!("2026-12-16");
    bill
}

fn bill(
    visit: &str,
    kind: &str,
    (name, card): &(String, String),
    day: &str,
    lines: &[Value],
) -> Value {
    json!({
        "visit": visit,
        "kind": kind,
        "card": card,
        "name": name,
        "recognition_number": NUMBER,
        "diagnoses": ["S92.3"],
        "admitted_on": day,
        "lines": lines,
    })
}

fn record(number: u8, kind: &str, day: &str) -> Value {
    json!({
        "number": number,
        "kind": kind,
        "day": day,
        "doctor": "赵医师",
        "text": "患者一般情况可，继续目前治疗。",
    })
}

fn line(number: u8) -> Value {
    json!({
        "number": number,
        "kind": "DRUG",
        "code": "XM01",
        "name": "布洛芬",
        "day": if number <= 12 { "2026-11-20" } else { "2026-11-21" },
        "quantity": "2",
        "unit_price": "10.00",
    })
}
