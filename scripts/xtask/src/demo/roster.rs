//! Rosters as employers make them: spreadsheets with the columns of the forms.

use std::str::FromStr;

use anyhow::{Context, Result};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use time::Date;

use super::generate::Employee;

/// What somebody typed into a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A number, with the digits that a spreadsheet keeps of it.
    Number(String),
    /// A date.
    Date(Date),
}

/// The columns of form 2-2.
pub const STAFF_COLUMNS: [&str; 14] = [
    "单位编号",
    "变动情形",
    "证件种类",
    "证件号码",
    "姓名",
    "国籍",
    "性别",
    "出生日期",
    "变动日期",
    "用工形式",
    "合同到期日",
    "月工资",
    "证明材料编号",
    "备注",
];

/// The columns of form 3-2.
pub const WAGE_COLUMNS: [&str; 4] = ["单位编号", "公民身份号码", "姓名", "月缴费工资"];

/// A row of form 2-2, as it was typed; each field is the column of its name in [`STAFF_COLUMNS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    pub employer_id: Cell,
    pub kind: Cell,
    pub identity_kind: Cell,
    pub identity_number: Cell,
    pub name: Cell,
    pub nationality: Cell,
    pub sex: Cell,
    pub born_on: Cell,
    pub effective_on: Cell,
    pub contract_type: Cell,
    pub contract_ends_on: Cell,
    pub wage: Cell,
    pub evidence_number: Cell,
    pub remark: Cell,
}

impl StaffRow {
    /// Somebody is hired.
    #[must_use]
    pub fn hire(employer_id: &str, employee: &Employee) -> Self {
        let text = |value: &str| Cell::Text(value.to_owned());
        let (identity_kind, nationality, born_on) = match employee.foreigner {
            Some((nationality, born_on)) => ("护照", text(nationality), Cell::Date(born_on)),
            None => ("居民身份证", Cell::Empty, Cell::Empty),
        };
        let contract = if employee.contract_ends_on.is_some() {
            "固定期限"
        } else {
            "无固定期限"
        };
        Self {
            employer_id: text(employer_id),
            kind: text("新招录"),
            identity_kind: text(identity_kind),
            identity_number: text(&employee.identity_number),
            name: text(&employee.name),
            nationality,
            sex: text(if employee.male { "男" } else { "女" }),
            born_on,
            effective_on: Cell::Date(employee.hired_on),
            contract_type: text(contract),
            contract_ends_on: employee.contract_ends_on.map_or(Cell::Empty, Cell::Date),
            wage: Cell::Number(employee.wage.to_string()),
            evidence_number: text(&employee.contract_number),
            remark: Cell::Empty,
        }
    }

    /// The row in the order of the columns.
    #[must_use]
    pub fn cells(&self) -> Vec<Cell> {
        [
            &self.employer_id,
            &self.kind,
            &self.identity_kind,
            &self.identity_number,
            &self.name,
            &self.nationality,
            &self.sex,
            &self.born_on,
            &self.effective_on,
            &self.contract_type,
            &self.contract_ends_on,
            &self.wage,
            &self.evidence_number,
            &self.remark,
        ]
        .into_iter()
        .cloned()
        .collect()
    }
}

/// A row of form 3-2.
#[must_use]
pub fn wage_row(employer_id: &str, employee: &Employee) -> Vec<Cell> {
    vec![
        Cell::Text(employer_id.to_owned()),
        Cell::Text(employee.identity_number.clone()),
        Cell::Text(employee.name.clone()),
        Cell::Number(employee.wage.to_string()),
    ]
}

/// The spreadsheet with the rows.
pub fn workbook(columns: &[&str], rows: &[Vec<Cell>]) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    // The same rows are the same file, to the byte: a file that is sent again is known by its digest.
    let made_on = ExcelDateTime::from_ymd(2026, 3, 1)?;
    book.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&made_on));
    let dates = Format::new().set_num_format("yyyy-mm-dd");
    let sheet = book.add_worksheet();
    for (place, title) in (0..).zip(columns) {
        sheet.write_string(0, place, *title)?;
    }
    for (line, row) in (1..).zip(rows) {
        for (place, cell) in (0..).zip(row) {
            write(sheet, (line, place), cell, &dates)?;
        }
    }
    book.save_to_buffer().context("writing a roster")
}

fn write(
    sheet: &mut Worksheet,
    (line, place): (u32, u16),
    cell: &Cell,
    dates: &Format,
) -> Result<()> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string(line, place, text)?;
        }
        Cell::Number(digits) => {
            sheet.write_number(line, place, f64::from_str(digits)?)?;
        }
        Cell::Date(date) => {
            let (year, month, day) = date.to_calendar_date();
            let at = ExcelDateTime::from_ymd(u16::try_from(year)?, u8::from(month), day)?;
            sheet.write_datetime_with_format(line, place, &at, dates)?;
        }
    }
    Ok(())
}
