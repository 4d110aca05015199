//! What is wrong with a file of any kind is said of every kind of file that there is.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use encoding_rs::GBK;
use http::StatusCode;
use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::{assert_refused, files};
use crate::world::World;

/// An upload: where it goes, which call takes it, and the columns of its template.
struct Upload {
    path: String,
    rpc: String,
    heads: Vec<String>,
}

impl Upload {
    async fn all(world: &World) -> Vec<Self> {
        let (_, document) = world.get("/openapi.json").await;
        let mut uploads = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            let Some(list) = path.strip_suffix(":upload") else {
                continue;
            };
            let id = item["post"]["operationId"].as_str().unwrap();
            let [package, service, method] = id.split('_').collect::<Vec<_>>().try_into().unwrap();
            let template = format!("{list}:template.xlsx");
            let (status, _, bytes) = world.download(&template).await;
            assert_eq!(status, StatusCode::OK, "{template}");
            let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
            let sheet = book.worksheet_range_at(0).unwrap().unwrap();
            let heads = sheet.rows().next().unwrap();
            uploads.push(Self {
                path: path.clone(),
                rpc: format!("{}.v1.{service}/{method}", package.replace('-', "_")),
                heads: heads.iter().map(ToString::to_string).collect(),
            });
        }
        uploads
    }

    fn csv(&self) -> String {
        let row = vec!["1"; self.heads.len()].join(",");
        format!("{}\n{row}\n", self.heads.join(","))
    }

    fn filled<'b>(&self, book: &'b mut Workbook) -> &'b mut Worksheet {
        let sheet = book.add_worksheet();
        for (column, head) in (0..).zip(&self.heads) {
            sheet.write_string(0, column, head).unwrap();
            sheet.write_string(1, column, "1").unwrap();
        }
        sheet
    }
}

#[tokio::test]
async fn every_kind_of_file_is_read_in_gbk_and_refused_in_other_encodings() {
    let world = World::new().await;
    let uploads = Upload::all(&world).await;
    assert_eq!(uploads.len(), 17);
    for upload in uploads {
        let text = upload.csv();
        let unreadable = [text.as_bytes(), &[0x80, 0xFF, 0xFF]].concat();
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        for file in [&unreadable, &utf16] {
            let answer = world.upload(&upload.path, "a.csv", file).await;
            assert_refused(answer, "FILE_ENCODING", "CSV UTF-8");
        }
        let before = world.received(&upload.rpc).len();
        let (gbk, ..) = GBK.encode(&text);
        world.upload(&upload.path, "a.csv", &gbk).await;
        let rpc = &upload.rpc;
        assert!(world.received(rpc).len() > before, "{rpc} heard nothing");
    }
}

#[tokio::test]
async fn every_kind_of_workbook_is_refused_with_formulas_merged_cells_and_second_sheets() {
    let world = World::new().await;
    for upload in Upload::all(&world).await {
        let formula = files::workbook(|book| {
            upload.filled(book).write_formula(1, 0, "=1+1").unwrap();
        });
        let merged = files::workbook(|book| {
            let sheet = upload.filled(book);
            sheet.merge_range(1, 0, 2, 0, "1", &Format::new()).unwrap();
        });
        let two = files::workbook(|book| {
            upload.filled(book);
            book.add_worksheet().write_string(3, 3, "x").unwrap();
        });
        let broken = two[..two.len() / 2].to_vec();
        for (file, reason, says) in [
            (formula, "FILE_FORMULA", "A2"),
            (merged, "FILE_MERGED_CELLS", "A2:A3"),
            (two, "FILE_SHEETS", "Sheet2"),
            (broken, "FILE_FORMAT", "另存为XLSX"),
        ] {
            let answer = world.upload(&upload.path, "a.xlsx", &file).await;
            assert_refused(answer, reason, says);
        }
    }
}

#[tokio::test]
async fn every_kind_of_file_needs_its_own_head_and_a_row() {
    let world = World::new().await;
    for upload in Upload::all(&world).await {
        let head = upload.heads.join(",");
        for (text, reason, says) in [
            (head.clone(), "FILE_EMPTY", "没有数据行"),
            (format!("{head},颜色\n1"), "FILE_UNKNOWN_COLUMN", "颜色"),
            ("你好\n1".to_owned(), "FILE_HEAD", "第一行不是表头"),
            // Cut off within quotation marks, or without the closing one: it swallows what follows.
            (format!("{head}\n\"1"), "FILE_FORMAT", "第2行"),
            (format!("{head}\n1\n\"1\n1\n1\n"), "FILE_FORMAT", "第3行"),
        ] {
            let answer = world.upload(&upload.path, "a.csv", text.as_bytes()).await;
            assert_refused(answer, reason, says);
        }
    }
}
