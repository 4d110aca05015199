//! Files that are not taken, with the reason and what to do.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use contracts::common::v1::GetBatchResponse;
use contracts::registration::v1::UploadStaffChangesRequest;
use gateway::Settings;
use http::{Method, StatusCode};
use serde_json::json;
use tokio_stream::StreamExt;

use super::files::{self, staff_csv};
use super::{GET_BATCH, STAFF_PATH, STAFF_RPC, assert_refused, world, world_with};
use crate::world::{AREA, json as json_of, request};

#[tokio::test]
async fn other_encodings_are_named_with_what_to_do() {
    let world = world().await;
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(staff_csv().encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_refused(
        world.upload(STAFF_PATH, "a.csv", &utf16).await,
        "FILE_ENCODING",
        "UTF-16",
    );
    let bytes = [staff_csv().as_bytes(), &[0x80, 0xFF, 0xFF]].concat();
    assert_refused(
        world.upload(STAFF_PATH, "a.csv", &bytes).await,
        "FILE_ENCODING",
        "CSV UTF-8",
    );
    // Big5 bytes are GBK bytes, but other characters: the head tells.
    let (big5, ..) = encoding_rs::BIG5.encode("姓名,證件號碼\n張三,1\n");
    assert_refused(
        world.upload(STAFF_PATH, "a.csv", &big5).await,
        "FILE_HEAD",
        "CSV UTF-8",
    );
    assert!(
        world.received(STAFF_RPC).iter().all(|r| {
            r.all::<UploadStaffChangesRequest>()
                .iter()
                .all(|m| m.totals.is_none())
        }),
        "nothing was closed, so nothing is entered"
    );
}

#[tokio::test]
async fn formulas_merged_cells_and_second_sheets_are_named_by_their_cell() {
    let world = world().await;
    let formula = files::workbook(|book| {
        let sheet = files::filled(book);
        sheet.write_formula(1, 4, "=\"张\"&\"三\"").unwrap();
    });
    assert_refused(
        world.upload(STAFF_PATH, "a.xlsx", &formula).await,
        "FILE_FORMULA",
        "E2",
    );
    let merged = files::workbook(|book| {
        let sheet = files::filled(book);
        sheet
            .merge_range(1, 0, 2, 0, "E1", &rust_xlsxwriter::Format::new())
            .unwrap();
    });
    assert_refused(
        world.upload(STAFF_PATH, "a.xlsx", &merged).await,
        "FILE_MERGED_CELLS",
        "A2:A3",
    );
    let two = files::workbook(|book| {
        files::filled(book);
        book.add_worksheet().write_string(3, 3, "x").unwrap();
    });
    assert_refused(
        world.upload(STAFF_PATH, "a.xlsx", &two).await,
        "FILE_SHEETS",
        "Sheet2",
    );
    let broken = &two[..two.len() / 2];
    assert_refused(
        world.upload(STAFF_PATH, "a.xlsx", broken).await,
        "FILE_FORMAT",
        "另存为XLSX",
    );
    let old = [&[0xD0, 0xCF, 0x11, 0xE0][..], &[0; 100]].concat();
    assert_refused(
        world.upload(STAFF_PATH, "a.xls", &old).await,
        "FILE_FORMAT",
        "XLS",
    );
}

#[tokio::test]
async fn the_head_is_checked_column_by_column() {
    let world = world().await;
    let upload = |text: String| async {
        let text = text;
        world.upload(STAFF_PATH, "a.csv", text.as_bytes()).await
    };
    let file = staff_csv();
    let (head, rest) = file.split_once("\r\n").unwrap();
    assert_refused(
        upload(format!("{head},颜色\n{rest}")).await,
        "FILE_UNKNOWN_COLUMN",
        "颜色",
    );
    assert_refused(
        upload(format!("{head},AAC003\n{rest}")).await,
        "FILE_DUPLICATE_COLUMN",
        "AAC003",
    );
    assert_refused(
        upload("证件号码\n1".to_owned()).await,
        "FILE_MISSING_COLUMN",
        "单位编号、变动情形",
    );
    assert_refused(
        upload("你好\n1".to_owned()).await,
        "FILE_HEAD",
        "第一行不是表头",
    );
    assert_refused(upload(head.to_owned()).await, "FILE_EMPTY", "没有数据行");
    let longer = format!("{head}\n{},多余", rest.lines().next().unwrap());
    assert_refused(upload(longer).await, "FILE_COLUMNS", "多余");
    assert_refused(
        upload(format!("{head}\n\"{}", "x".repeat(1 << 20))).await,
        "FILE_FORMAT",
        "引号",
    );
}

#[tokio::test]
async fn what_is_no_upload_is_said_plainly() {
    let world = world_with(Settings {
        upload_bytes: 2000,
        upload_rows: 1,
        ..Settings::default()
    })
    .await;
    let (status, problem) = world.post(STAFF_PATH, json!({})).await;
    assert_eq!(
        (status, &problem["reason"]),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, &json!("NOT_A_FORM"))
    );
    let (status, problem) = world.upload_form(STAFF_PATH, &[], "a.csv", b"x").await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::BAD_REQUEST, &json!("poolingArea"))
    );
    let fields = [("poolingArea", AREA), ("batchId", "7")];
    let (_, problem) = world.upload_form(STAFF_PATH, &fields, "a.csv", b"x").await;
    assert_eq!(problem["fields"][0]["field"], "batchId");
    let fields = [("poolingArea", AREA), ("batchID", "x"), ("remark", "y")];
    let path = format!("{STAFF_PATH}?total=1");
    let (status, problem) = world.upload_form(&path, &fields, "a.csv", b"x").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let named: Vec<_> = problem["fields"].as_array().unwrap().iter().collect();
    let named: Vec<_> = named.iter().map(|found| &found["field"]).collect();
    assert_eq!(named, ["total", "batchID", "remark"]);
    let (_, problem) = world.upload(STAFF_PATH, "a.csv", b"").await;
    assert_eq!(problem["fields"][0]["field"], "file");
    let (status, problem) = world.upload(STAFF_PATH, "a.csv", &[b'x'; 3000]).await;
    assert_eq!(
        (status, &problem["reason"]),
        (StatusCode::PAYLOAD_TOO_LARGE, &json!("BODY_TOO_LARGE"))
    );
    let many = world
        .upload(STAFF_PATH, "a.csv", staff_csv().as_bytes())
        .await;
    assert_refused(many, "FILE_TOO_MANY_ROWS", "超过1行");
}

#[tokio::test]
async fn a_file_that_does_not_arrive_whole_never_reaches_the_service() {
    let world = world().await;
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{}",
        staff_csv()
    );
    let headers = [("content-type", "multipart/form-data; boundary=b")];
    let request = request(Method::POST, STAFF_PATH, &headers, body.into());
    assert_refused(
        json_of(world.send(request).await).await,
        "BODY_BROKEN",
        "重新上传同一文件",
    );
    assert!(world.received(STAFF_RPC).is_empty());
}

#[tokio::test]
async fn a_stranger_is_turned_away_before_the_file_is_read() {
    let world = world().await;
    world.on(GET_BATCH, |_| {
        Err::<GetBatchResponse, _>(tonic::Status::unauthenticated("no"))
    });
    // A body that never comes: whoever waits for it does not answer.
    let response = world.send(upload_of(Body::from_stream(tokio_stream::pending::<
        Result<Bytes, Infallible>,
    >())));
    let (status, _) = json_of(response.await).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(world.received(STAFF_RPC).is_empty());
}

#[tokio::test]
async fn a_file_that_stands_still_gives_up_its_place() {
    let world = world_with(Settings {
        idle_seconds: 0,
        files_at_a_time: 1,
        ..Settings::default()
    })
    .await;
    let start = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n1";
    for _ in 0..2 {
        let begun = tokio_stream::once(Ok::<_, Infallible>(Bytes::from_static(start.as_bytes())));
        let stands_still = begun.chain(tokio_stream::pending());
        let response = world.send(upload_of(Body::from_stream(stands_still))).await;
        let (status, problem) = json_of(response).await;
        assert_eq!(
            (status, &problem["reason"]),
            (StatusCode::REQUEST_TIMEOUT, &json!("BODY_TOO_SLOW"))
        );
    }
}

#[tokio::test]
async fn one_caller_does_not_take_all_places() {
    let world = world_with(Settings {
        files_of_a_caller: 1,
        ..Settings::default()
    })
    .await;
    let (tell, mut read) = tokio::sync::mpsc::unbounded_channel();
    let slow = tokio_stream::iter([()]).map(move |()| {
        tell.send(()).unwrap();
        Ok::<_, Infallible>(Bytes::from_static(b"--b\r\n"))
    });
    let slow = world.send(upload_of(Body::from_stream(
        slow.chain(tokio_stream::pending()),
    )));
    let file = staff_csv();
    let meanwhile = async {
        read.recv().await.unwrap();
        world.upload(STAFF_PATH, "a.csv", file.as_bytes()).await
    };
    let (status, problem) = tokio::select! {
        _ = slow => panic!("the slow one has not sent its file"),
        answered = meanwhile => answered,
    };
    assert_eq!(
        (status, &problem["reason"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("FILES_BUSY"))
    );
    let (status, answer) = world.upload(STAFF_PATH, "a.csv", file.as_bytes()).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

#[tokio::test]
async fn a_workbook_that_would_fill_the_memory_is_refused_before_it_is_read() {
    let world = world().await;
    let whole = files::workbook(|book| {
        files::filled(book);
    });
    let texts = |head: &str| {
        let table = format!("{head}<si><t>x</t></si></sst>");
        files::with_part(&whole, "xl/sharedStrings.xml", table.as_bytes())
    };
    for head in [
        "<sst uniqueCount=\"10000000000000\">",
        "<?xml version=\"1.0\"?>\n<x:sst count='1' uniqueCount = '99999'>",
        "<sst a=\">\" uniqueCount=\"10000000000000\">",
        "<!-- <sst> --><sst uniqueCount=\"10000000000000\">",
    ] {
        let answer = world.upload(STAFF_PATH, "a.xlsx", &texts(head)).await;
        assert_refused(answer, "FILE_FORMAT", "另存为XLSX");
    }
    let styles = b"<a/>".repeat(5 << 20);
    let text = [b"<worksheet>", &*b"x".repeat(3 << 20)].concat();
    for (part, content) in [
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", text),
    ] {
        let book = files::with_part(&whole, part, &content);
        let answer = world.upload(STAFF_PATH, "a.xlsx", &book).await;
        assert_refused(answer, "FILE_TOO_LARGE", "分成几个文件");
    }
}

#[tokio::test]
async fn an_address_has_a_limit_whatever_its_tokens() {
    let world = world_with(Settings {
        address_per_second: 1,
        ..Settings::default()
    })
    .await;
    let mut last = StatusCode::OK;
    for token in 0..12 {
        let mut request = http::Request::get("/v1/registration/cases/x")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        let address: SocketAddr = ([192, 0, 2, 1], 1).into();
        request.extensions_mut().insert(ConnectInfo(address));
        last = world.send(request).await.status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

fn upload_of(body: Body) -> http::Request<Body> {
    let headers = [("content-type", "multipart/form-data; boundary=b")];
    let path = format!("{STAFF_PATH}?poolingArea={AREA}");
    request(Method::POST, &path, &headers, body)
}
