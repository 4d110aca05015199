//! The head of a file: which column holds which field.

use std::collections::HashMap;

use super::cell::Cell;
use super::lines::refuse;
use crate::columns::{Column, folded};
use crate::problem::Problem;

/// The place of each column of the contract in the file.
#[derive(Debug)]
pub struct Head {
    /// Index of the file's column for each of the contract's; `None` where the file has none.
    pub places: Vec<Option<usize>>,
    width: usize,
}

impl Head {
    /// Reads the first line of a file. Columns are matched by label, by code or by JSON name.
    ///
    /// # Errors
    /// When a column is unknown, stands there twice, or is missing though it is required.
    pub fn read(columns: &[Column], cells: &[Cell]) -> Result<Self, Problem> {
        let mut known = HashMap::new();
        for (at, column) in columns.iter().enumerate() {
            for name in [
                column.title(),
                column.code(),
                column.field.json_name(),
                column.field.name(),
            ] {
                known.entry(folded(name)).or_insert(at);
            }
        }
        let mut places = vec![None; columns.len()];
        let (mut unknown, mut twice) = (Vec::new(), Vec::new());
        for (place, cell) in cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.is_empty())
        {
            match known.get(&folded(&cell.text())) {
                None => unknown.push(cell.text()),
                Some(&at) if places[at].is_some() => twice.push(cell.text()),
                Some(&at) => places[at] = Some(place),
            }
        }
        let missing: Vec<&str> = columns
            .iter()
            .zip(&places)
            .filter(|(column, place)| column.spec.required && place.is_none())
            .map(|(column, _)| column.title())
            .collect();
        let titles: Vec<&str> = columns.iter().map(Column::title).collect();
        let titles = titles.join("、");
        if places.iter().all(Option::is_none) {
            return Err(refuse(
                "FILE_HEAD",
                format!(
                    "第一行不是表头。第一行应写明各列名称：{titles}；CSV须以逗号分隔，GBK以外的编码请另存为“CSV UTF-8”。"
                ),
            ));
        }
        if !unknown.is_empty() {
            let unknown = unknown.join("、");
            return Err(refuse(
                "FILE_UNKNOWN_COLUMN",
                format!(
                    "表头中的“{unknown}”不是本表的栏目。请删除或更正列名；本表的栏目是：{titles}。"
                ),
            ));
        }
        if !twice.is_empty() {
            let twice = twice.join("、");
            return Err(refuse(
                "FILE_DUPLICATE_COLUMN",
                format!("表头中的“{twice}”出现了两次。请只保留一列。"),
            ));
        }
        if !missing.is_empty() {
            let missing = missing.join("、");
            return Err(refuse(
                "FILE_MISSING_COLUMN",
                format!("表头中缺少必填的栏目“{missing}”。请补上该列后重新上传。"),
            ));
        }
        Ok(Self {
            places,
            width: cells.len(),
        })
    }

    /// Is the line below the head a line of codes, such as AAC002?
    pub fn is_codes(&self, columns: &[Column], cells: &[Cell]) -> bool {
        let mut any = false;
        for (column, place) in columns.iter().zip(&self.places) {
            let Some(cell) = place.and_then(|place| cells.get(place)) else {
                continue;
            };
            if cell.is_empty() {
                continue;
            }
            any = true;
            if folded(&cell.text()) != folded(column.code()) {
                return false;
            }
        }
        any
    }

    /// The first filled cell beyond the last column of the head.
    pub fn beyond<'c>(&self, cells: &'c [Cell]) -> Option<&'c Cell> {
        cells
            .get(self.width..)?
            .iter()
            .find(|cell| !cell.is_empty())
    }
}
