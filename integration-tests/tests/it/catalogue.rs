//! A whole catalogue as a file: up through the gateway, row by row answered, and held against the one in force.

use std::fmt::Write;
use std::sync::Arc;

use axum::body::Body;
use chassis::testing::{AREA, Bench, TestService, clerk, free_port};
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::{CatalogueForm, CatalogueKind};
use contracts::options::v1::{Department, Duty};
use gateway::{Gateway, Settings};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use rust_xlsxwriter::Workbook;
use serde_json::Value;
use time::macros::{date, datetime};
use tower::ServiceExt;

/// As many items as the catalogues of a province have.
const ITEMS: usize = 100_000;
/// A workbook of a hundred thousand is read in more than a minute by a program that is not optimised.
const ITEMS_OF_A_WORKBOOK: usize = 20_000;

const HEAD: [&str; 5] = [
    "目录类别",
    "项目编码",
    "项目名称",
    "计价单位",
    "最高支付标准",
];
const PAPERS: [EvidenceKind; 1] = [EvidenceKind::CatalogueDocument];

/// A gateway before a medical-agreement, and a clerk who sends files.
struct Window {
    service: TestService,
    gateway: Gateway,
}

impl Window {
    async fn open() -> Self {
        let bench = Arc::new(Bench::at(datetime!(2026-11-02 09:00 +8)));
        let (name, port) = ("medical-agreement", free_port());
        let itself = [(name, format!("https://localhost:{port}"))];
        let service = medical_agreement::service();
        let service = bench.start_on(port, service, &itself).await;
        let behind = [(name.to_owned(), service.platform.peer(name).unwrap())];
        let clock = service.clock().clone();
        let gateway = Gateway::new(behind, Settings::default(), None, clock).unwrap();
        Self { service, gateway }
    }

    async fn send(&self, request: http::request::Builder, body: Body) -> (StatusCode, Vec<u8>) {
        let sender = clerk(Department::Business, Duty::Handler);
        let bearer = format!("Bearer {}", self.service.bench.token(&sender));
        let request = request.header("authorization", bearer).body(body).unwrap();
        let answer = self.gateway.router().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, body.to_vec())
    }

    /// Sends a catalogue as a file; answers what the gateway says of it.
    async fn upload(&self, name: &str, file: &[u8]) -> Value {
        let part = |head: &str| format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        let mut body = part("name=\"poolingArea\"").into_bytes();
        body.extend_from_slice(format!("{AREA}\r\n").as_bytes());
        let of_file = part(&format!("name=\"file\"; filename=\"{name}\""));
        body.extend_from_slice(of_file.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = Request::post("/v1/catalogues:upload");
        let request = request.header("content-type", "multipart/form-data; boundary=b");
        let (status, answer) = self.send(request, body.into()).await;
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }

    /// A list as a file, line by line.
    async fn download(&self, path: &str) -> Vec<String> {
        let (status, file) = self.send(Request::get(path), Body::empty()).await;
        let file = String::from_utf8(file).unwrap();
        assert_eq!(status, StatusCode::OK, "{file}");
        file.lines().map(str::to_owned).collect()
    }

    /// What a list would change of the catalogue that is in force.
    async fn differences(&self, answer: &Value) -> Vec<String> {
        let batch_id = answer["batch"]["batchId"].as_str().unwrap();
        let path = format!(
            "/v1/catalogueDifferences?poolingArea={AREA}&batchId={batch_id}&kind=DRUG&format=csv"
        );
        self.download(&path).await
    }

    async fn put_in_force(&self, answer: &Value) {
        let form = CatalogueForm {
            kind: CatalogueKind::Drug as i32,
            batch_id: answer["batch"]["batchId"].as_str().unwrap().to_owned(),
            effective_on: Some(date!(2026 - 11 - 02).into()),
            document_number: "粤医保发〔2026〕1号".to_owned(),
            title: "广东省药品目录".to_owned(),
            ..CatalogueForm::default()
        };
        let clerk = clerk(Department::Business, Duty::Handler);
        let approved = self.service.approve(&clerk, &form, &PAPERS).await;
        approved.unwrap();
    }
}

/// A row: its code and its greatest price.
type Row = (String, String);

/// Drugs for ten yuan each.
fn drugs(many: usize) -> Vec<Row> {
    let drug = |n| (format!("SZ-{n:06}"), "10.00".to_owned());
    (0..many).map(drug).collect()
}

fn cells((code, price): &Row) -> [&str; 5] {
    ["药品目录", code, "青霉素", "支", price]
}

fn csv(rows: &[Row]) -> Vec<u8> {
    let mut file = HEAD.join(",");
    for row in rows {
        write!(file, "\r\n{}", cells(row).join(",")).unwrap();
    }
    file.into_bytes()
}

fn workbook(rows: &[Row]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let lines = std::iter::once(HEAD).chain(rows.iter().map(cells));
    for (row, line) in (0..).zip(lines) {
        for (column, text) in (0..).zip(line) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// The same list with 5 other prices, without its last 3 items, and with 2 new ones.
fn revised(rows: &[Row]) -> Vec<Row> {
    let mut revised = rows[..rows.len() - 3].to_vec();
    for (_, price) in revised.iter_mut().step_by(rows.len() / 5) {
        "12.00".clone_into(price);
    }
    revised.extend(["SZ-A", "SZ-B"].map(|code| (code.to_owned(), "8.00".to_owned())));
    revised
}

/// How rows become a file.
type Written = fn(&[Row]) -> Vec<u8>;

/// Whatever the file, each bad row is answered by its line, and a list without any is put in force and held against.
async fn goes_through(window: &Window, rows: &[Row], (name, file): (&str, Written)) {
    let many = rows.len() as u64;
    let mut bad = rows.to_vec();
    "十元".clone_into(&mut bad[rows.len() / 2].1);
    bad[rows.len() - 1].0.clone_from(&rows[0].0);
    let answer = window.upload(name, &file(&bad)).await;
    assert_eq!(answer["rows"], many);
    assert_eq!(answer["batch"]["acceptedRows"], (many - 2).to_string());
    assert_eq!(answer["batch"]["refusedRows"], "2");
    assert_eq!(
        answer["unreadable"].as_array().unwrap().len(),
        1,
        "{answer}"
    );
    let result = answer["result"].as_str().unwrap();
    let result = result.replace("result.xlsx", "result.csv");
    let result = window.download(&result).await;
    assert_eq!(result.len(), 3, "{result:?}");
    // The head is line 1, and row 0 line 2.
    for (line, at) in result[1..].iter().zip([rows.len() / 2, rows.len() - 1]) {
        assert!(line.contains(&(at + 2).to_string()), "{line}");
    }
    assert!(result[2].contains("CATALOGUE_CODE_TWICE"), "{}", result[2]);

    let answer = window.upload(name, &file(rows)).await;
    assert_eq!(answer["batch"]["acceptedRows"], many.to_string());
    window.put_in_force(&answer).await;
    assert_eq!(window.differences(&answer).await.len(), 1);
    let answer = window.upload(name, &file(&revised(rows))).await;
    assert_eq!(answer["batch"]["refusedRows"], "0");
    let differences = window.differences(&answer).await;
    let of = |change: &str| {
        differences
            .iter()
            .filter(|line| line.contains(change))
            .count()
    };
    assert_eq!(differences.len(), 11, "{differences:?}");
    assert_eq!((of("调入"), of("调出"), of("12.00")), (2, 3, 5));
}

// Art. 43, Art. 51
#[tokio::test]
async fn a_hundred_thousand_items_as_csv_are_answered_row_by_row_and_held_against_the_list_in_force()
 {
    let window = Window::open().await;
    goes_through(&window, &drugs(ITEMS), ("药品目录.csv", csv)).await;
}

// Art. 43, Art. 51
#[tokio::test]
async fn a_workbook_of_a_catalogue_is_answered_row_by_row_and_held_against_the_list_in_force() {
    let window = Window::open().await;
    let rows = drugs(ITEMS_OF_A_WORKBOOK);
    goes_through(&window, &rows, ("药品目录.xlsx", workbook)).await;
}
