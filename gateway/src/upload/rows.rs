//! The lines of a file become rows of the contract.

use contracts::UNREADABLE;
use prost_reflect::{DynamicMessage, Value};
use serde::Serialize;

use super::Upload;
use super::cell::{Cell, Unreadable};
use super::lines::{Line, refuse};
use super::sheet::Head;
use crate::columns::{Column, Shape};
use crate::problem::Problem;

/// Unreadable cells that are told one by one; the rest are counted.
const TOLD: usize = 1000;

/// A cell that could not be read; its row is sent, and refused by the service.
#[derive(Debug, Serialize)]
pub struct UnreadableCell {
    /// Number of the line in the file, from 1, as the findings have it.
    pub line: u64,
    /// The column.
    pub label: String,
    /// What is wrong and what to do, in Chinese.
    pub sentence: String,
    /// What stood there.
    pub text: String,
}

/// What was read so far.
#[derive(Debug, Default)]
pub struct Count {
    /// Rows of the batch.
    pub rows: u64,
    /// Cells that could not be read.
    pub unreadable_cells: u64,
    /// The first of them.
    pub unreadable: Vec<UnreadableCell>,
}

/// Turns lines into rows.
pub struct Rows<'u> {
    upload: &'u Upload,
    head: Option<Head>,
    codes_may_follow: bool,
    most: u64,
    /// What was read so far.
    pub count: Count,
}

impl<'u> Rows<'u> {
    /// Nothing read yet; at most `most` rows.
    pub fn new(upload: &'u Upload, most: u64) -> Self {
        Self {
            upload,
            head: None,
            codes_may_follow: true,
            most,
            count: Count::default(),
        }
    }

    /// The row of a line; `None` for the head, the line of codes and empty lines.
    ///
    /// # Errors
    /// When the file as a whole cannot be taken.
    pub fn row(&mut self, line: &Line) -> Result<Option<DynamicMessage>, Problem> {
        if line.cells.iter().all(Cell::is_empty) {
            return Ok(None);
        }
        let columns = &self.upload.columns;
        let Some(head) = &self.head else {
            self.head = Some(Head::read(columns, &line.cells)?);
            return Ok(None);
        };
        if std::mem::take(&mut self.codes_may_follow) && head.is_codes(columns, &line.cells) {
            return Ok(None);
        }
        if let Some(cell) = head.beyond(&line.cells) {
            return Err(refuse(
                "FILE_COLUMNS",
                format!(
                    "第{}行的“{}”超出了表头的列数。请核对该行的列数和引号后重新上传。",
                    line.number,
                    cell.text()
                ),
            ));
        }
        if self.count.rows == self.most {
            let detail = format!("文件超过{}行。请分成几个文件上传。", self.most);
            return Err(refuse("FILE_TOO_MANY_ROWS", detail));
        }
        let mut row = DynamicMessage::new(self.upload.row.clone());
        let mut spoilt = Vec::new();
        for (column, place) in columns.iter().zip(&head.places) {
            let Some(cell) = place.and_then(|place| line.cells.get(place)) else {
                continue;
            };
            match cell.read(column) {
                Ok(None) => {}
                Ok(Some(value)) => row.set_field(&column.field, value),
                Err(unreadable) => {
                    match column.shape.unreadable(&column.field, &unreadable.text) {
                        Some(refused) => row.set_field(&column.field, refused),
                        None => spoilt.push(column.title()),
                    }
                    self.count.tell(line, column, unreadable);
                }
            }
        }
        if !spoilt.is_empty() {
            spoil(&mut row, columns, &spoilt.join("、"));
        }
        self.count.rows += 1;
        Ok(Some(row))
    }
}

impl Count {
    fn tell(&mut self, line: &Line, column: &Column, unreadable: Unreadable) {
        self.unreadable_cells += 1;
        if self.unreadable.len() < TOLD {
            self.unreadable.push(UnreadableCell {
                line: line.number,
                label: column.title().to_owned(),
                sentence: unreadable.sentence,
                text: unreadable.text,
            });
        }
    }
}

/// Ends the first text of a row with the mark of what could not be read and with what it is. It is for
/// unreadable numbers, every value of which would be taken for a good one.
fn spoil(row: &mut DynamicMessage, columns: &[Column], unreadable: &str) {
    let text = columns
        .iter()
        .find(|column| matches!(column.shape, Shape::Text(_)));
    if let Some(Column { field, .. }) = text {
        let before = row.get_field(field).as_str().unwrap_or_default().to_owned();
        row.set_field(
            field,
            Value::String(format!("{before}{UNREADABLE}{unreadable}")),
        );
    }
}
