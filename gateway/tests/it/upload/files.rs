//! Files as people send them.

use std::io::{Cursor, Write};

use contracts::collection::v1::PaymentChannel;
use contracts::reflect;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

/// A roster of two rows, with everything that a spreadsheet program may write into CSV.
pub const STAFF: &str = "单位编号,变动情形,证件种类,证件号码,*姓名,性别,变动日期,月工资,证明材料编号,备注\r\n\
    E1,新招录,居民身份证,\"=\"\"11010519491231002X\"\"\",张三,男,2026-10-01,5000.10,H-1,\"一,二\"\r\n\
    ,,,,,,,,,\r\n\
    E1,新招录,居民身份证,'11010519491231002X,李四,女,2026/10/1,6000,H-2,\r\n";

pub fn staff_csv() -> String {
    STAFF.to_owned()
}

/// A paid list; `{channel}` stands for the first way to pay.
pub fn paid_csv(lines: &[&str]) -> String {
    let channel = reflect::label_of(
        "workinjury.collection.v1.PaymentChannel",
        PaymentChannel::try_from(1).unwrap() as i32,
    );
    let head = "缴款凭证号,单位编号,费款所属月,实缴金额,缴款日期,到账日期,缴款方式\n";
    format!(
        "{head}{}\n",
        lines.join("\n").replace("{channel}", &channel)
    )
}

pub enum Kind<'t> {
    Text(&'t str),
    Number(f64),
    Date(u16, u8, u8),
}

pub fn sheet(heads: &[&[&str]], rows: &[&[Kind<'_>]]) -> Vec<u8> {
    workbook(|book| {
        let sheet = book.add_worksheet();
        let mut at = 0;
        for head in heads {
            for (column, text) in (0..).zip(*head) {
                sheet.write_string(at, column, *text).unwrap();
            }
            at += 1;
        }
        for row in rows {
            for (column, cell) in (0..).zip(*row) {
                write(sheet, at, column, cell);
            }
            at += 1;
        }
    })
}

pub fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

/// The workbook `whole` with other content in its part `name`.
pub fn with_part(whole: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(whole)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let entry = from.by_index_raw(index).unwrap();
        if entry.name().unwrap() != name {
            to.raw_copy_file(entry).unwrap();
        }
    }
    let options = zip::write::SimpleFileOptions::default();
    to.start_file(name, options).unwrap();
    to.write_all(content).unwrap();
    to.finish().unwrap().into_inner()
}

/// A sheet with a head and one good row.
pub fn filled(book: &mut Workbook) -> &mut Worksheet {
    let sheet = book.add_worksheet();
    let lines = [
        [
            "单位编号",
            "变动情形",
            "证件种类",
            "证件号码",
            "姓名",
            "变动日期",
            "证明材料编号",
        ],
        [
            "E1",
            "退休",
            "居民身份证",
            "11010519491231002X",
            "张三",
            "2026-10-01",
            "T-1",
        ],
    ];
    for (row, line) in (0..).zip(lines) {
        for (column, text) in (0..).zip(line) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    sheet
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &Kind<'_>) {
    match cell {
        Kind::Text(text) => sheet.write_string(row, column, *text),
        Kind::Number(number) => sheet.write_number(row, column, *number),
        Kind::Date(year, month, day) => {
            let date = ExcelDateTime::from_ymd(*year, *month, *day).unwrap();
            let format = Format::new().set_num_format("yyyy/m/d");
            sheet.write_datetime_with_format(row, column, &date, &format)
        }
    }
    .unwrap();
}
