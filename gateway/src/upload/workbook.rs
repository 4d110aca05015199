//! The lines of a spreadsheet, cell by cell, without holding the sheet.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use calamine::{DataRef, Reader, SheetType, Xlsx};
use zip::ZipArchive;

use super::cell::{Cell, name_of};
use super::lines::{Line, Sink, refuse};
use crate::problem::Problem;

/// What a workbook may grow to when it is unpacked, in bytes.
const UNPACKED_BYTES: u64 = 2 << 30;

/// What its table of texts may grow to, which is held in memory, in bytes.
const TEXTS_BYTES: u64 = 96 << 20;

/// Columns of a line at most.
const COLUMNS: usize = 500;

/// Reads the lines of the only filled sheet.
///
/// # Errors
/// When the file is damaged, has formulas, merged cells or two filled sheets.
pub fn read(mut file: File, sink: Sink<'_>) -> Result<(), Problem> {
    measure(&mut file)?;
    let mut book = Xlsx::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
    let sheet = only_sheet(&mut book)?;
    let merged = book
        .merge_cells_by_sheet_name(&sheet)
        .map_err(|error| damaged(&error))?;
    if let Some(first) = merged.first() {
        let (from, to) = (name_of(first.start), name_of(first.end));
        return Err(refuse(
            "FILE_MERGED_CELLS",
            format!("单元格{from}:{to}是合并单元格。请取消合并，每行每列各填一格，然后重新上传。"),
        ));
    }
    let mut cells = book
        .worksheet_cells_reader(&sheet)
        .map_err(|error| damaged(&error))?;
    let mut line = Line {
        number: 0,
        cells: Vec::new(),
    };
    while let Some(cell) = cells
        .next_cell_with_formula_metadata()
        .map_err(|error| damaged(&error))?
    {
        let (row, column) = cell.pos;
        if cell.formula.is_some() {
            return Err(refuse(
                "FILE_FORMULA",
                format!(
                    "单元格{}是公式，其结果可能与所见不同。请复制后“选择性粘贴”为数值，然后重新上传。",
                    name_of(cell.pos)
                ),
            ));
        }
        if cell.value == DataRef::Empty {
            continue;
        }
        let number = u64::from(row) + 1;
        if number != line.number {
            let done = std::mem::replace(
                &mut line,
                Line {
                    number,
                    cells: Vec::new(),
                },
            );
            if !done.cells.is_empty() {
                sink(done)?;
            }
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= COLUMNS {
            return Err(refuse(
                "FILE_COLUMNS",
                format!(
                    "单元格{}超出了{COLUMNS}列。请删除多余的列后重新上传。",
                    name_of(cell.pos)
                ),
            ));
        }
        // Sheets that others write may leave out empty cells.
        if line.cells.len() <= column {
            line.cells.resize_with(column + 1, Cell::default);
        }
        line.cells[column] = Cell::from_sheet(&cell.value);
    }
    if line.cells.is_empty() {
        Ok(())
    } else {
        sink(line)
    }
}

/// Refuses a workbook that grows beyond all measure when it is unpacked. The sizes that it states
/// are not believed.
fn measure(file: &mut File) -> Result<(), Problem> {
    let mut archive = ZipArchive::new(BufReader::new(&mut *file)).map_err(|e| damaged(&e))?;
    let mut left = UNPACKED_BYTES;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|e| damaged(&e))?;
        let most = if entry
            .name()
            .is_ok_and(|name| name.ends_with("sharedStrings.xml"))
        {
            TEXTS_BYTES
        } else {
            left
        };
        let most = most.min(left);
        let size = io::copy(&mut entry.take(most + 1), &mut io::sink()).map_err(|e| damaged(&e))?;
        if size > most {
            return Err(refuse(
                "FILE_TOO_LARGE",
                "工作簿解压后过大。请分成几个文件，或者另存为“CSV UTF-8”格式后上传。",
            ));
        }
        left -= size;
    }
    drop(archive);
    file.rewind().map_err(Problem::internal)
}

/// The name of the only sheet with a cell in it: rows on a second one must not be overlooked.
fn only_sheet(book: &mut Xlsx<BufReader<File>>) -> Result<String, Problem> {
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut filled = Vec::new();
    for name in sheets {
        let mut cells = book
            .worksheet_cells_reader(&name)
            .map_err(|error| damaged(&error))?;
        loop {
            match cells.next_cell().map_err(|error| damaged(&error))? {
                Some(cell) if *cell.get_value() == DataRef::Empty => {}
                Some(_) => break filled.push(name),
                None => break,
            }
        }
    }
    match filled.as_slice() {
        [] => Err(refuse(
            "FILE_EMPTY",
            "工作簿中没有内容。请按模板填写后重新上传。",
        )),
        [one] => Ok(one.clone()),
        [one, two, ..] => Err(refuse(
            "FILE_SHEETS",
            format!(
                "工作表“{one}”和“{two}”都有内容，不能确定以哪一个为准。请只保留一个工作表后重新上传。"
            ),
        )),
    }
}

fn damaged(error: &(impl std::fmt::Display + ?Sized)) -> Problem {
    tracing::info!(%error, "a workbook cannot be read");
    refuse(
        "FILE_FORMAT",
        "工作簿已损坏或不是有效的XLSX文件。请用电子表格软件打开并另存为XLSX格式后重新上传。",
    )
}
