//! Lists and results become files.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use contracts::Money;
use contracts::common::v1::{
    Batch, BatchFinding, BatchState, GetBatchResponse, ListBatchFindingsRequest,
    ListBatchFindingsResponse, ListBatchesRequest, ListBatchesResponse, Reason,
};
use gateway::download::titles;
use gateway::routes::List;
use http::StatusCode;
use prost_reflect::Kind;

use crate::world::World;

const LIST: &str = "common.v1.BatchService/ListBatches";
const BATCHES: &str = "/v1/registration/batches?poolingArea=440300";

async fn world() -> World {
    let world = World::new().await;
    world.on(LIST, |received| {
        let asked: ListBatchesRequest = received.only();
        assert_eq!(asked.page_size, 1000);
        let page: u64 = if asked.page_token.is_empty() {
            0
        } else {
            asked.page_token.parse().unwrap()
        };
        let batch = |n: u64| Batch {
            batch_id: "440300199001011234".to_owned(),
            reference: "=HYPERLINK(\"x\")".to_owned(),
            sender: "-张三".to_owned(),
            state: BatchState::Done as i32,
            received_rows: n,
            received_sum: Some(Money::from_text("1234.50")),
            ..Batch::default()
        };
        Ok(ListBatchesResponse {
            batches: (page * 1000..page * 1000 + 1000).map(batch).collect(),
            next_page_token: if page < 2 {
                (page + 1).to_string()
            } else {
                String::new()
            },
        })
    });
    world
}

#[tokio::test]
async fn a_list_is_a_csv_file_of_all_pages_without_formulas() {
    let world = world().await;
    let (status, headers, file) = world.download(&format!("{BATCHES}&format=csv")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "text/csv");
    assert!(
        headers["content-disposition"]
            .to_str()
            .unwrap()
            .contains(&format!("filename=\"batches-440300-{}.csv\"", today()))
    );
    let text = std::str::from_utf8(&file).unwrap();
    let text = text
        .strip_prefix('\u{FEFF}')
        .expect("spreadsheets need the mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3000);
    let cell = |name: &str, row: usize| {
        let column = head.iter().position(|title| title == name).unwrap();
        rows[row].get(column).unwrap().to_owned()
    };
    assert_eq!(cell("来文编号", 0), "'=HYPERLINK(\"x\")");
    assert_eq!(cell("报送人", 0), "'-张三");
    assert_eq!(cell("状态", 0), "处理完毕");
    assert_eq!(cell("收到合计金额", 0), "1234.50");
    assert_eq!(cell("收到行数", 2999), "2999");
    assert_eq!(cell("接受合计金额", 0), "", "what is not there is empty");
}

#[tokio::test]
async fn a_list_is_a_workbook_whose_long_numbers_are_text() {
    let world = world().await;
    let (status, _, file) = world.download(&format!("{BATCHES}&format=xlsx")).await;
    assert_eq!(status, StatusCode::OK);
    let rows = cells(&file);
    assert_eq!(rows.len(), 3001);
    let column = |name: &str| {
        rows[0]
            .iter()
            .position(|c| *c == Data::String(name.to_owned()))
            .unwrap()
    };
    assert_eq!(
        rows[1][column("批次编号")],
        Data::String("440300199001011234".to_owned())
    );
    assert_eq!(
        rows[1][column("来文编号")],
        Data::String("=HYPERLINK(\"x\")".to_owned())
    );
    assert_eq!(rows[1][column("收到合计金额")], Data::Float(1234.5));
}

#[tokio::test]
async fn accept_asks_for_a_file_too_and_unknown_formats_are_refused() {
    let world = world().await;
    let headers = [("accept", "text/csv;q=0.9")];
    let request = crate::world::request(
        http::Method::GET,
        BATCHES,
        &headers,
        axum::body::Body::empty(),
    );
    assert_eq!(
        world.send(request).await.headers()["content-type"],
        "text/csv"
    );
    let (status, problem) = world.get(&format!("{BATCHES}&format=pdf")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
}

#[tokio::test]
async fn a_page_that_fails_is_a_problem_and_no_short_file() {
    let world = World::new().await;
    world.on(LIST, |received| {
        let asked: ListBatchesRequest = received.only();
        if asked.page_token.is_empty() {
            return Ok(ListBatchesResponse {
                batches: vec![Batch::default()],
                next_page_token: "1".to_owned(),
            });
        }
        Err(tonic::Status::unavailable("gone"))
    });
    let (status, problem) = world.get(&format!("{BATCHES}&format=csv")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{problem}");
}

#[tokio::test]
async fn the_result_of_a_batch_shows_each_finding_beside_its_row() {
    let world = World::new().await;
    world.on("common.v1.BatchService/GetBatch", |_| {
        let kind = "workinjury.registration.v1.StaffChangeRow".to_owned();
        Ok(GetBatchResponse {
            batch: Some(Batch {
                kind,
                ..Batch::default()
            }),
        })
    });
    world.on("common.v1.BatchService/ListBatchFindings", |received| {
        let asked: ListBatchFindingsRequest = received.only();
        assert_eq!(asked.batch_id, "b1");
        let finding = BatchFinding {
            row: 6,
            line: 9,
            refused: true,
            label: "证件号码".to_owned(),
            reason: Some(Reason {
                reason: "ROW_INVALID".to_owned(),
                sentence: "证件号码校验位不正确。".to_owned(),
                source: "系统接口约定".to_owned(),
            }),
            content: r#"{"name":"张三","identityNumber":"110105194912310021","kind":"STAFF_CHANGE_KIND_HIRE","wage":{"yuan":"5000.00"}}"#.to_owned(),
        };
        Ok(ListBatchFindingsResponse { findings: vec![finding], next_page_token: String::new() })
    });
    let (status, _, file) = world
        .download("/v1/registration/batches/b1/result.xlsx?poolingArea=440300")
        .await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&file));
    let rows = cells(&file);
    let cell = |name: &str| {
        let column = rows[0]
            .iter()
            .position(|c| *c == Data::String(name.to_owned()))
            .unwrap();
        rows[1][column].to_string()
    };
    assert_eq!(cell("行号"), "9");
    assert_eq!(cell("结果"), "退回");
    assert_eq!(cell("栏目"), "证件号码");
    assert_eq!(cell("原因"), "证件号码校验位不正确。");
    assert_eq!(cell("姓名"), "张三");
    assert_eq!(cell("证件号码"), "110105194912310021");
    assert_eq!(cell("变动情形"), "新招录");
    assert_eq!(cell("月工资"), "5000");
    let (status, _, file) = world
        .download("/v1/registration/batches/b1/result.csv?poolingArea=440300")
        .await;
    assert_eq!(status, StatusCode::OK);
    assert!(String::from_utf8_lossy(&file).contains("5000.00"));
}

/// The business date of the world's clock, by which files are called.
fn today() -> &'static str {
    "2026-03-05"
}

fn cells(file: &[u8]) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn a_list_shows_what_stands_within_its_items_under_heads_that_differ() {
    let services = contracts::reflect::pool().services().collect::<Vec<_>>();
    let rpcs = services
        .iter()
        .flat_map(|service| service.methods().collect::<Vec<_>>());
    let lists = rpcs.filter_map(|rpc| List::of(&rpc.input(), &rpc.output()));
    let (mut seen, mut wrong) = (0, Vec::new());
    for list in lists {
        let Kind::Message(item) = list.items.kind() else {
            panic!("{list:?}");
        };
        let titles = titles(&item);
        let all: BTreeSet<&String> = titles.iter().filter(|title| !title.is_empty()).collect();
        if all.len() < titles.len() {
            wrong.push((item.full_name().to_owned(), titles));
        }
        seen += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 20, "{seen}");
    let enrolment = contracts::reflect::pool()
        .get_message_by_name("workinjury.registration.v1.Enrolment")
        .unwrap();
    assert!(titles(&enrolment).contains(&"姓名".to_owned()));
}
