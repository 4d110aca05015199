//! The lines of a spreadsheet, cell by cell, without holding the sheet.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};

use calamine::{DataRef, Reader, SheetType, Xlsx};
use zip::ZipArchive;

use super::cell::{Cell, name_of};
use super::lines::{Line, Sink, Stop, refuse};
use crate::problem::Problem;

/// What a workbook may grow to when it is unpacked, in bytes.
const UNPACKED_BYTES: u64 = 2 << 30;

/// What its table of texts may grow to, which is held in memory, in bytes.
const TEXTS_BYTES: u64 = 32 << 20;

/// Bytes of the table that a text takes at least, with its marks.
const TEXT_BYTES: u64 = 12;

/// What may stand before the first text, in bytes.
const TEXTS_HEAD_BYTES: u64 = 4096;

/// What a part that holds neither texts nor cells may grow to, in bytes: styles are held in memory.
const PART_BYTES: u64 = 16 << 20;

/// Bytes between two marks at most, which are held in memory: a cell has 32,767 characters.
const STRETCH_BYTES: usize = 1 << 20;

/// Columns of a line at most.
const COLUMNS: usize = 500;

/// Reads the lines of the only filled sheet.
///
/// # Errors
/// When the file is damaged, has formulas, merged cells or two filled sheets.
pub fn read(mut file: File, sink: Sink<'_>) -> Result<(), Stop> {
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
        )
        .into());
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
            )
            .into());
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
            )
            .into());
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
        let mut entry = archive.by_index(index).map_err(|e| damaged(&e))?;
        let name = entry.name().map_err(|e| damaged(&e))?.to_lowercase();
        let holds_texts = name.ends_with("sharedstrings.xml");
        let most = if holds_texts {
            TEXTS_BYTES
        } else if name.contains("worksheets/") {
            left
        } else {
            PART_BYTES
        };
        let most = most.min(left);
        let mut head = Vec::new();
        let begun = (&mut entry).take(TEXTS_HEAD_BYTES).read_to_end(&mut head);
        begun.map_err(|e| damaged(&e))?;
        let mut stretch = Stretch::default();
        let mut content = head.as_slice().chain(entry).take(most + 1);
        let size = match io::copy(&mut content, &mut stretch) {
            Err(_) if stretch.is_too_long() => most + 1,
            copied => copied.map_err(|e| damaged(&e))?,
        };
        if size > most {
            return Err(refuse(
                "FILE_TOO_LARGE",
                "工作簿解压后过大。请分成几个文件，或者另存为“CSV UTF-8”格式后上传。",
            ));
        }
        if holds_texts && stated_texts(&head).is_none_or(|texts| texts > size / TEXT_BYTES) {
            return Err(damaged("the table of texts states a number that cannot be"));
        }
        left -= size;
    }
    drop(archive);
    file.rewind().map_err(Problem::internal)
}

/// How many texts the table says it has, for which room is made before the first is read; `None` when
/// the table does not begin as one.
fn stated_texts(head: &[u8]) -> Option<u64> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    // Only the head must be text, and its end may cut a character.
    let text = head.utf8_chunks().next()?.valid().trim_start();
    let text = match text.strip_prefix("<?xml") {
        Some(declaration) => declaration.split_once("?>")?.1.trim_start(),
        None => text,
    };
    let (element, _) = text.strip_prefix('<')?.split_once('>')?;
    let (name, attributes) = element
        .split_once(|c: char| c.is_ascii_whitespace())
        .unwrap_or((element, ""));
    if name.trim_end_matches('/').rsplit(':').next() != Some("sst") {
        return None;
    }
    // The mark ended within an attribute: what follows is not seen here.
    if attributes.matches(['"', '\'']).count() % 2 != 0 {
        return None;
    }
    let mut stated = 0;
    for (at, _) in attributes.match_indices("uniqueCount") {
        let value = &attributes[at + "uniqueCount".len()..];
        let digits = value.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        stated = stated.max(digits[..end].parse().ok()?);
    }
    Some(stated)
}

/// Takes a part and fails where it goes on for too long without a mark.
#[derive(Default)]
struct Stretch(usize);

impl Stretch {
    fn is_too_long(&self) -> bool {
        self.0 > STRETCH_BYTES
    }
}

impl Write for Stretch {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_mark = |byte: &u8| matches!(byte, b'<' | b'>');
        self.0 = match bytes.iter().rposition(is_mark) {
            Some(last) => bytes.len() - last - 1,
            None => self.0 + bytes.len(),
        };
        if self.is_too_long() {
            return Err(io::Error::other("the part has no marks"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
