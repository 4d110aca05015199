//! Bills as they are sent: admission, lines, discharge, settlement, and what a person finds.

use anyhow::{Context, Result, ensure};
use contracts::options::v1::{Department, Duty};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::Duration;

use super::super::super::Demo;
use super::super::super::client::{date, money, number, text};
use super::super::super::generate::{Bill, Charge, Institution, Outcome, Place, Treatment};
use super::super::super::roster::{Cell, workbook};
use super::super::injuries::Injured;

/// Lines that a hospital sends at a time, as they arise.
const AT_A_TIME: usize = 100;

/// The columns of a list of lines.
pub const COLUMNS: [&str; 12] = [
    "申报方编号",
    "就诊编号",
    "明细序号",
    "目录类别",
    "项目编码",
    "项目名称",
    "服务日期",
    "数量",
    "单价",
    "金额",
    "医师执业证书编号",
    "对应的疾病诊断编码",
];

/// The columns of a list of records of a course.
const RECORD_COLUMNS: [&str; 8] = [
    "申报方编号",
    "就诊编号",
    "病程记录序号",
    "病程记录类别",
    "记录日期",
    "记录医师姓名",
    "医师执业证书编号",
    "病程记录内容",
];

/// The hospital that a bill is of, with its token.
pub fn hospital<'d>(demo: &'d Demo, bill: &Bill) -> Result<(&'d Institution, String)> {
    let hospital = demo.world.hospital(bill.place);
    let hospital = hospital.context("there is no such hospital")?;
    let token = demo
        .parties
        .institution(&hospital.credit_code, &hospital.name)?;
    Ok((hospital, token))
}

/// What is told of a patient; `filed_by` sends the bill.
pub fn admission(demo: &Demo, one: &Injured<'_>, bill: &Bill, filed_by: &str) -> Value {
    let (institution_id, institution_name) = match (demo.world.hospital(bill.place), bill.place) {
        (Some(hospital), _) => (hospital.credit_code.as_str(), hospital.name.as_str()),
        (None, Place::Elsewhere(name)) => ("", name),
        (None, Place::Agreement(_)) => ("", ""),
    };
    json!({
        "filedBy": filed_by,
        "institutionId": institution_id,
        "institutionName": institution_name,
        "visitNumber": bill.visit_number,
        "kind": bill.treatment.in_contract(),
        "cardNumber": one.card,
        "name": one.employee.name,
        "admittedOn": date(bill.admitted_on),
        "diagnoses": ["S92.3"],
        "emergency": bill.treatment == Treatment::Emergency,
    })
}

/// Admits, sends the lines, discharges and settles; answers the settlement.
pub async fn stay(demo: &Demo, one: &Injured<'_>, bill: &Bill) -> Result<Value> {
    let (hospital, token) = hospital(demo, bill)?;
    let name = format!("bill/{}", bill.visit_number);
    let told = json!({"admission": admission(demo, one, bill, &hospital.credit_code)});
    let sent = send(demo, &token, (&name, &hospital.credit_code), told, bill);
    let encounter_id = sent.await?;
    if bill.recorded {
        let of = (
            name.as_str(),
            hospital.credit_code.as_str(),
            encounter_id.as_str(),
        );
        record(demo, &token, of, bill).await?;
    }
    let mut body = json!({"lines": bill.charges.len(), "amount": money(bill.total())});
    if bill.compensated > Decimal::ZERO {
        body["compensated"] = money(bill.compensated);
    }
    if let Some(rate) = bill.case_rate {
        body["caseRate"] = money(rate);
    }
    let path = format!("/v1/encounters/{encounter_id}:settle");
    let name = format!("{name}/settle");
    let settle = demo.client.change(&token, &path, &name, body);
    Ok(settle.await?["settlement"].take())
}

/// Opens a bill, sends its lines and ends it; answers its number.
pub async fn send(
    demo: &Demo,
    token: &str,
    (name, filed_by): (&str, &str),
    told: Value,
    bill: &Bill,
) -> Result<String> {
    let client = &demo.client;
    let admitted = format!("{name}/admit");
    let admit = client.change(token, "/v1/encounters", &admitted, told);
    let encounter_id = text(&admit.await?["encounter"]["encounterId"]).to_owned();
    for (place, part) in bill.charges.chunks(AT_A_TIME).enumerate() {
        let rows: Vec<_> = part
            .iter()
            .map(|charge| cells((filed_by, &encounter_id), charge))
            .collect();
        // The first ones as a spreadsheet, the others as a program writes them.
        let (kind, file) = match place {
            0 => ("xlsx", workbook(&COLUMNS, &rows)?),
            _ => ("csv", csv(&rows).into_bytes()),
        };
        let (path, list) = ("/v1/billLines:upload", format!("{name}/lines/{place}"));
        upload(demo, token, (path, &list), (kind, file)).await?;
    }
    let path = format!("/v1/encounters/{encounter_id}:discharge");
    let body = json!({"dischargedOn": date(bill.discharged_on)});
    let discharged = format!("{name}/discharge");
    client.change(token, &path, &discharged, body).await?;
    Ok(encounter_id)
}

/// Sends the records of the course of a stay: of the day of the admission, of every second one after it, and of the last.
async fn record(
    demo: &Demo,
    token: &str,
    (name, filed_by, encounter_id): (&str, &str, &str),
    bill: &Bill,
) -> Result<()> {
    let days = (bill.discharged_on - bill.admitted_on).whole_days();
    let doctor = bill.charges.first().map_or("", |charge| charge.doctor);
    let written = (0..=days).filter(|day| day % 2 == 0 || *day == days);
    let rows = (1..).zip(written).map(|(number, day): (u32, i64)| {
        let (kind, course) = match day {
            0 => (
                "首次病程记录",
                "因工受伤入院，左足第三跖骨骨折，予以制动、消肿治疗。",
            ),
            last if last == days => ("出院小结", "骨折对位良好，切口愈合，准予出院，门诊复查。"),
            _ => (
                "日常病程记录",
                "患者生命体征平稳，患处肿胀减轻，继续目前治疗。",
            ),
        };
        let text = |text: &str| Cell::Text(text.to_owned());
        vec![
            text(filed_by),
            text(encounter_id),
            Cell::Number(number.to_string()),
            text(kind),
            Cell::Date(bill.admitted_on + Duration::days(day)),
            text("主治医师"),
            text(doctor),
            text(course),
        ]
    });
    let file = workbook(&RECORD_COLUMNS, &rows.collect::<Vec<_>>())?;
    let list = format!("{name}/records");
    upload(
        demo,
        token,
        ("/v1/courseRecords:upload", &list),
        ("xlsx", file),
    )
    .await
}

/// Sends a file, of which every row is taken.
async fn upload(
    demo: &Demo,
    token: &str,
    (path, list): (&str, &str),
    (kind, file): (&str, Vec<u8>),
) -> Result<()> {
    let answer = demo.client.upload_file(token, path, (list, kind), file);
    let answer = answer.await?;
    let batch = &answer["batch"];
    let (state, refused) = (text(&batch["state"]), number(&batch["refusedRows"]));
    ensure!(
        state == "BATCH_STATE_DONE" && refused == 0,
        "{list}: {state}, {refused} refused"
    );
    Ok(())
}

/// Settles a visit at once; answers the settlement.
pub async fn visit(demo: &Demo, one: &Injured<'_>, bill: &Bill) -> Result<Value> {
    let (hospital, token) = hospital(demo, bill)?;
    let lines: Vec<Value> = bill.charges.iter().map(line).collect();
    let body = json!({
        "admission": admission(demo, one, bill, &hospital.credit_code),
        "lines": lines,
    });
    let name = format!("bill/{}/visit", bill.visit_number);
    let settle = demo.client.change(&token, "/v1/visits:settle", &name, body);
    Ok(settle.await?["settlement"].take())
}

/// Somebody looks at the lines that are left for it; answers how the bill stands then.
pub async fn review(
    demo: &Demo,
    place: usize,
    bill: &Bill,
    encounter_id: &str,
) -> Result<Option<Value>> {
    let left = bill
        .charges
        .iter()
        .filter(|one| one.outcome == Outcome::Review);
    let reviews: Vec<Value> = left.map(|one| found(one.number, one.found)).collect();
    if reviews.is_empty() {
        return Ok(None);
    }
    let name = format!("bill/{}/review", bill.visit_number);
    let reviewed = look(demo, place, (&name, encounter_id), reviews).await?;
    Ok(Some(reviewed))
}

/// What a person found of a line.
pub fn found(line_number: i32, recognised: Decimal) -> Value {
    let recognised = money(recognised);
    json!({"lineNumber": line_number, "recognised": recognised, "finding": "经核对病历"})
}

/// The reviewer enters what was found; answers how the bill stands then.
pub async fn look(
    demo: &Demo,
    place: usize,
    (name, encounter_id): (&str, &str),
    reviews: Vec<Value>,
) -> Result<Value> {
    let reviewer = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, place)?;
    let path = format!("/v1/encounters/{encounter_id}:review");
    let body = json!({"reviews": reviews});
    let mut answer = demo.client.change(reviewer, &path, name, body).await?;
    Ok(answer["settlement"].take())
}

fn line(charge: &Charge) -> Value {
    json!({
        // It is filled in by who receives it.
        "encounterId": "00000000-0000-0000-0000-000000000000",
        "lineNumber": charge.number,
        "kind": charge.listed.in_contract(),
        "code": charge.code,
        "name": charge.name,
        "serviceOn": date(charge.on),
        "quantity": charge.quantity.to_string(),
        "unitPrice": charge.unit_price.to_string(),
        "amount": money(charge.amount),
        "doctorNumber": charge.doctor,
        "diagnosis": charge.diagnosis,
    })
}

/// A line in the order of the columns.
pub fn cells((filed_by, encounter_id): (&str, &str), charge: &Charge) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        text(filed_by),
        text(encounter_id),
        Cell::Number(charge.number.to_string()),
        text(charge.listed.label()),
        text(&charge.code),
        text(&charge.name),
        Cell::Date(charge.on),
        Cell::Text(charge.quantity.to_string()),
        Cell::Text(charge.unit_price.to_string()),
        Cell::Text(charge.amount.to_string()),
        text(charge.doctor),
        text(charge.diagnosis),
    ]
}

/// The same as a file that a program writes; nothing in it needs quotes.
pub fn csv(rows: &[Vec<Cell>]) -> String {
    let line = |row: &Vec<Cell>| {
        let cells = row.iter().map(|cell| match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Number(text) => text.clone(),
            Cell::Date(on) => on.to_string(),
        });
        cells.collect::<Vec<_>>().join(",")
    };
    let lines = rows.iter().map(line).collect::<Vec<_>>().join("\n");
    format!("{}\n{lines}\n", COLUMNS.join(","))
}
