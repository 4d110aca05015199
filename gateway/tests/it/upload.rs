//! Files become rows.

mod every;
mod files;
mod refused;

use contracts::Check;
use contracts::collection::v1::{
    PaidRow, PaymentChannel, UploadPaidListRequest, UploadPaidListResponse,
};
use contracts::common::v1::{Batch, BatchState, GetBatchResponse};
use contracts::registration::v1::{
    Sex, StaffChangeKind, StaffChangeRow, UploadStaffChangesRequest, UploadStaffChangesResponse,
};
use gateway::Settings;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{AREA, World};
use files::{Kind, STAFF, paid_csv, sheet, staff_csv};

const STAFF_PATH: &str = "/v1/staffChanges:upload";
const STAFF_RPC: &str = "registration.v1.EnrolmentService/UploadStaffChanges";
const PAID_RPC: &str = "collection.v1.SettlementService/UploadPaidList";
const GET_BATCH: &str = "common.v1.BatchService/GetBatch";

async fn world() -> World {
    world_with(Settings::default()).await
}

async fn world_with(settings: Settings) -> World {
    let world = World::with(settings).await;
    world.on(STAFF_RPC, |_| {
        Ok(UploadStaffChangesResponse {
            batch: Some(done()),
        })
    });
    world.on(PAID_RPC, |_| {
        Ok(UploadPaidListResponse {
            batch: Some(done()),
        })
    });
    world
}

fn done() -> Batch {
    Batch {
        state: BatchState::Done as i32,
        ..Batch::default()
    }
}

fn staff_rows(world: &World) -> Vec<StaffChangeRow> {
    let messages = world
        .received(STAFF_RPC)
        .pop()
        .unwrap()
        .all::<UploadStaffChangesRequest>();
    messages
        .into_iter()
        .flat_map(|message| message.rows)
        .collect()
}

async fn paid_path(world: &World) -> String {
    let (_, document) = world.get("/openapi.json").await;
    let paths = document["paths"].as_object().unwrap();
    let id = json!("collection_SettlementService_UploadPaidList");
    paths
        .iter()
        .find(|(_, path)| path["post"]["operationId"] == id)
        .unwrap()
        .0
        .clone()
}

fn assert_refused((status, problem): (StatusCode, Value), reason: &str, says: &str) {
    assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
    assert_eq!(problem["reason"], reason, "{problem}");
    assert!(
        problem["detail"].as_str().unwrap().contains(says),
        "{problem}"
    );
}

#[tokio::test]
async fn a_csv_file_in_utf8_is_a_batch_with_its_header_its_rows_and_its_totals() {
    let world = world().await;
    let (status, answer) = world
        .upload(STAFF_PATH, "名册.csv", staff_csv().as_bytes())
        .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["batch"]["state"], "BATCH_STATE_DONE");
    assert_eq!(
        (&answer["rows"], &answer["format"]),
        (&json!(2), &json!("UTF-8"))
    );
    assert_eq!(answer["unreadable"], json!([]));
    let messages = world.received(STAFF_RPC)[0].all::<UploadStaffChangesRequest>();
    assert!(messages.iter().all(|message| message.pooling_area == AREA));
    let header = messages[0].header.as_ref().unwrap();
    assert_eq!(header.reference, "名册.csv");
    let result = format!(
        "/v1/registration/batches/{}/result.xlsx?poolingArea={AREA}",
        header.batch_id
    );
    assert_eq!(answer["result"], result);
    let totals = messages.last().unwrap().totals.as_ref().unwrap();
    assert_eq!((totals.rows, &totals.sum), (2, &None));
    let rows = staff_rows(&world);
    assert_eq!(rows[0].name, "张三");
    assert_eq!(rows[0].kind(), StaffChangeKind::Hire);
    assert_eq!(rows[0].sex(), Sex::Male);
    assert_eq!(rows[0].identity_number, "11010519491231002X");
    assert_eq!(rows[0].wage.as_ref().unwrap().as_text(), "5000.10");
    for row in &rows {
        let date = time::Date::try_from(row.effective_on.unwrap()).unwrap();
        assert_eq!(date.to_string(), "2026-10-01");
    }
}

#[tokio::test]
async fn the_same_file_is_the_same_batch_and_another_is_another() {
    let world = world().await;
    let file = staff_csv();
    for content in [file.clone(), file.clone(), file + "\n"] {
        world.upload(STAFF_PATH, "a.csv", content.as_bytes()).await;
    }
    let ids: Vec<String> = world
        .received(STAFF_RPC)
        .iter()
        .map(|r| {
            r.all::<UploadStaffChangesRequest>()[0]
                .header
                .clone()
                .unwrap()
                .batch_id
        })
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[1], ids[2]);
}

#[tokio::test]
async fn a_mark_gbk_and_quotes_are_read_and_the_encoding_is_named() {
    let world = world().await;
    let marked = format!("\u{FEFF}{}", staff_csv());
    let (_, answer) = world.upload(STAFF_PATH, "a.csv", marked.as_bytes()).await;
    assert_eq!(answer["format"], "UTF-8", "{answer}");
    let (gbk, _, lossy) = encoding_rs::GBK.encode(STAFF);
    assert!(!lossy);
    let (status, answer) = world.upload(STAFF_PATH, "a.csv", &gbk).await;
    assert_eq!(
        (status, &answer["format"]),
        (StatusCode::OK, &json!("GBK")),
        "{answer}"
    );
    assert_eq!(staff_rows(&world)[0].name, "张三");
}

#[tokio::test]
async fn a_spreadsheet_keeps_exact_money_dates_and_text() {
    let world = world().await;
    let file = sheet(
        &[
            &[
                "单位编号",
                "变动情形",
                "证件种类",
                "证件号码",
                "姓名",
                "变动日期",
                "月工资",
                "证明材料编号",
                "出生日期",
            ],
            &[
                "AAB001",
                "kind",
                "identityKind",
                "AAC002",
                "AAC003",
                "effectiveOn",
                "AAB121",
                "evidenceNumber",
                "AAC006",
            ],
        ],
        &[
            &[
                Kind::Text("E1"),
                Kind::Text("新招录(多重劳动关系)"),
                Kind::Text("居民身份证"),
                Kind::Text(" 11010519491231002X "),
                Kind::Text("张三"),
                Kind::Date(2026, 10, 1),
                Kind::Number(5000.1),
                Kind::Number(17.0),
                Kind::Text("1990年3月7日"),
            ],
            &[],
            &[
                Kind::Text("E1"),
                Kind::Text("HIRE"),
                Kind::Number(1.0),
                Kind::Text("11010519491231002X"),
                Kind::Text("李四"),
                Kind::Number(20_261_001.0),
                Kind::Number(0.1 + 0.2),
                Kind::Text("x"),
                Kind::Number(32939.0),
            ],
        ],
    );
    let (status, answer) = world.upload(STAFF_PATH, "名册.xlsx", &file).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(
        (&answer["rows"], &answer["format"]),
        (&json!(2), &json!("XLSX")),
        "{answer}"
    );
    assert_eq!(answer["unreadable"], json!([]));
    let rows = staff_rows(&world);
    assert_eq!(rows[0].kind(), StaffChangeKind::ConcurrentHire);
    assert_eq!(rows[0].wage.as_ref().unwrap().as_text(), "5000.1");
    assert_eq!(
        rows[1].wage.as_ref().unwrap().as_text(),
        "0.3",
        "what a person sees is what counts"
    );
    assert_eq!(rows[0].identity_number, "11010519491231002X");
    assert_eq!(rows[0].evidence_number, "17");
    assert_eq!(rows[1].kind(), StaffChangeKind::Hire);
    let dates: Vec<String> = rows
        .iter()
        .flat_map(|row| [row.effective_on, row.born_on])
        .map(|date| time::Date::try_from(date.unwrap()).unwrap().to_string())
        .collect();
    assert_eq!(
        dates,
        ["2026-10-01", "1990-03-07", "2026-10-01", "1990-03-07"]
    );
    assert!(rows.iter().all(|row| row.violations().is_empty()));
}

#[tokio::test]
async fn a_cell_that_cannot_be_read_spoils_its_own_row_only_however_lines_end() {
    for ending in ["\n", "\r\n", "\r"] {
        its_own_row_only(ending).await;
    }
}

async fn its_own_row_only(ending: &str) {
    let world = world().await;
    let path = paid_path(&world).await;
    let (status, answer) = world
        .upload(
            &path,
            "实缴.csv",
            paid_csv(&[
                "P1,E1,2026-10,100.00,2026-10-05,2026-10-06,{channel}",
                "P2,E1,十月,100.00,2026-10-05,2026-10-06,{channel}",
                "P3,E1,2026-10,\"1,000.00\",2026-10-05,2026-10-06,{channel}",
                "P4,E1,2026-10,100.00,2026-02-30,2026-10-06,{channel}",
                "P5,E1,2026-10,100.00,2026-10-05,2026-10-06,飞鸽",
                "P6,E1,202610,100.00,20261005,2026/10/6,{channel}",
            ])
            .replace('\n', ending)
            .as_bytes(),
        )
        .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(
        (&answer["rows"], &answer["unreadableCells"]),
        (&json!(6), &json!(4))
    );
    let told: Vec<(u64, &str)> = answer["unreadable"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cell| {
            (
                cell["line"].as_u64().unwrap(),
                cell["label"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (3, "费款所属月"),
            (4, "实缴金额"),
            (5, "缴款日期"),
            (6, "缴款方式")
        ]
    );
    let messages = world.received(PAID_RPC)[0].all::<UploadPaidListRequest>();
    let lines: Vec<u32> = messages.iter().flat_map(|m| m.lines.clone()).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7], "the service knows them too");
    let rows: Vec<PaidRow> = messages
        .into_iter()
        .flat_map(|message| message.rows)
        .collect();
    let refused: Vec<bool> = rows
        .iter()
        .map(|row| !row.violations().is_empty())
        .collect();
    assert_eq!(
        refused,
        [false, true, true, true, true, false],
        "the contract refuses exactly those rows"
    );
    let labels: Vec<String> = rows[1..5]
        .iter()
        .map(|row| row.violations()[0].label.clone())
        .collect();
    assert_eq!(labels, ["费款所属月", "实缴金额", "缴款日期", "缴款方式"]);
    let said: Vec<String> = rows[1..5]
        .iter()
        .map(|row| row.violations()[0].sentence.clone())
        .collect();
    assert_eq!(
        said,
        [
            "没有能识别的内容，请填写年月，例如2026-10",
            "“1,000.00”不是金额，请填写以元为单位的数字，例如1234.50，不带逗号和单位",
            "没有能识别的内容，请填写年月日，例如2026-10-01",
            "所填内容不能识别，请从以下选项中选择：委托扣款、小额借记、电汇、本票、刷卡、税务代征",
        ]
    );
    let money = &answer["unreadable"][1]["sentence"];
    assert_eq!(*money, json!(said[1]), "one mistake, one word");
    assert_eq!(rows[5].channel(), PaymentChannel::try_from(1).unwrap());
}

#[tokio::test]
async fn an_endless_cell_is_cut_where_the_contract_refuses_it() {
    let world = world().await;
    let file = staff_csv().replace("H-1", &"长".repeat(50_000));
    let (status, answer) = world.upload(STAFF_PATH, "a.csv", file.as_bytes()).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let rows = staff_rows(&world);
    assert_eq!(rows[0].evidence_number.chars().count(), 61);
    assert_eq!(rows[0].violations()[0].label, "证明材料编号");
    assert!(rows[1].violations().is_empty());
}

#[tokio::test]
async fn an_identity_number_that_lost_digits_is_found_and_refused() {
    let world = world().await;
    let head = [
        "单位编号",
        "变动情形",
        "证件种类",
        "证件号码",
        "姓名",
        "变动日期",
        "证明材料编号",
    ];
    let row = |number| {
        [
            Kind::Text("E1"),
            Kind::Text("退休"),
            Kind::Text("居民身份证"),
            number,
            Kind::Text("张三"),
            Kind::Date(2026, 10, 1),
            Kind::Number(440_300_199_001_011_234.0),
        ]
    };
    let file = sheet(
        &[&head],
        &[
            &row(Kind::Number(440_300_199_001_011_234.0)),
            &row(Kind::Text("4.40301E+17")),
        ],
    );
    let (status, answer) = world.upload(STAFF_PATH, "a.xlsx", &file).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let first = &answer["unreadable"][0];
    assert_eq!(
        (&first["label"], &first["line"]),
        (&json!("证件号码"), &json!(2))
    );
    assert!(
        first["sentence"]
            .as_str()
            .unwrap()
            .contains("末尾几位已经丢失"),
        "{first}"
    );
    assert_eq!(answer["unreadableCells"], 4);
    for row in staff_rows(&world) {
        let labels: Vec<String> = row.violations().into_iter().map(|v| v.label).collect();
        assert_eq!(labels, ["证件号码", "证明材料编号"], "{row:?}");
    }
}

#[tokio::test]
async fn a_large_file_goes_in_slices_and_resumes_after_those_that_are_kept() {
    let world = world().await;
    let path = paid_path(&world).await;
    let lines: Vec<String> = (0..3500)
        .map(|n| format!("P{n},E1,2026-10,100.00,2026-10-05,2026-10-06,{{channel}}"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let file = paid_csv(&lines);
    let (status, answer) = world.upload(&path, "a.csv", file.as_bytes()).await;
    assert_eq!(
        (status, &answer["rows"]),
        (StatusCode::OK, &json!(3500)),
        "{answer}"
    );
    let firsts = |world: &World| -> Vec<(u64, usize)> {
        let messages = world
            .received(PAID_RPC)
            .pop()
            .unwrap()
            .all::<UploadPaidListRequest>();
        messages
            .iter()
            .filter(|m| !m.rows.is_empty())
            .map(|m| (m.first_row, m.rows.len()))
            .collect()
    };
    assert_eq!(
        firsts(&world),
        [(0, 1000), (1000, 1000), (2000, 1000), (3000, 500)]
    );
    world.on(GET_BATCH, |_| {
        Ok(GetBatchResponse {
            batch: Some(Batch {
                received_rows: 2000,
                ..Batch::default()
            }),
        })
    });
    let fields = [
        ("poolingArea", AREA),
        ("rows", "3500"),
        ("sum", "350000.00"),
    ];
    world
        .upload_form(&path, &fields, "a.csv", file.as_bytes())
        .await;
    assert_eq!(firsts(&world), [(2000, 1000), (3000, 500)]);
    let last = world
        .received(PAID_RPC)
        .pop()
        .unwrap()
        .all::<UploadPaidListRequest>()
        .pop()
        .unwrap();
    let totals = last.totals.unwrap();
    assert_eq!(
        (totals.rows, totals.sum.unwrap().as_text()),
        (3500, "350000.00")
    );
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_file_is_the_answer() {
    let world = world().await;
    world.on(STAFF_RPC, |_| {
        let refused = contracts::Refused::because(contracts::common::v1::Refusal::BatchTotals);
        Err::<UploadStaffChangesResponse, _>(chassis::Error::from(refused).into())
    });
    let (status, problem) = world
        .upload(STAFF_PATH, "a.csv", staff_csv().as_bytes())
        .await;
    assert_eq!(
        (status, &problem["reason"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("BATCH_TOTALS"))
    );
}

#[tokio::test]
async fn a_filled_template_is_a_good_file() {
    let world = world().await;
    let (status, headers, template) = world.download("/v1/staffChanges:template.xlsx").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        headers["content-disposition"]
            .to_str()
            .unwrap()
            .contains(".xlsx")
    );
    assert_refused(
        world.upload(STAFF_PATH, "a.xlsx", &template).await,
        "FILE_EMPTY",
        "没有数据行",
    );
}
