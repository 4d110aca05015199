//! A table on its way into a file.
//!
//! The file is made whole on disk before it is sent: a download that fails on page 900 is a problem
//! with a sentence, never a file that ends early and looks complete.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Seek, Write};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use rust_xlsxwriter::{Format as Style, Workbook, XlsxError};
use tokio_util::io::ReaderStream;

use crate::problem::Problem;

/// Rows of a sheet, the head included.
const SHEET_ROWS: u32 = 1_048_576;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, UTF-8 with a mark, so that spreadsheets read it.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A title, and whether the cells below it are text in any case.
#[derive(Clone, Debug)]
pub struct Title {
    /// What stands above the column.
    pub text: String,
    /// Cells below are text, even where they look like numbers.
    pub is_text: bool,
}

/// A table that is written line by line.
pub enum Sheet {
    /// Into a CSV file.
    Csv(Box<csv::Writer<BufWriter<File>>>, Vec<Title>),
    /// Into a workbook, line after line to disk.
    Xlsx(Box<Workbook>, Vec<Title>, u32),
}

impl Sheet {
    /// An empty table with its head.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn new(format: Format, titles: Vec<Title>) -> Result<Self, Problem> {
        let head: Vec<String> = titles.iter().map(|title| title.text.clone()).collect();
        match format {
            Format::Csv => {
                let mut file = BufWriter::new(tempfile::tempfile().map_err(Problem::internal)?);
                file.write_all("\u{FEFF}".as_bytes())
                    .map_err(Problem::internal)?;
                let mut writer = csv::Writer::from_writer(file);
                writer.write_record(&head).map_err(Problem::internal)?;
                Ok(Self::Csv(Box::new(writer), titles))
            }
            Format::Xlsx => {
                let mut book = Box::new(Workbook::new());
                let bold = Style::new().set_bold();
                let sheet = book
                    .add_worksheet_with_constant_memory()
                    .map_err(Problem::internal)?;
                for (column, text) in (0..).zip(&head) {
                    let width = u32::try_from(text.chars().count())
                        .unwrap_or(20)
                        .clamp(6, 40)
                        * 2
                        + 2;
                    sheet
                        .set_column_width(column, width)
                        .map_err(Problem::internal)?;
                    sheet
                        .write_string_with_format(0, column, text, &bold)
                        .map_err(Problem::internal)?;
                }
                Ok(Self::Xlsx(book, titles, 1))
            }
        }
    }

    /// Adds a line.
    ///
    /// # Errors
    /// When the disk does not take it, or a workbook is full.
    pub fn line(&mut self, cells: &[String]) -> Result<(), Problem> {
        match self {
            Self::Csv(writer, titles) => {
                let cells = cells
                    .iter()
                    .zip(titles)
                    .map(|(cell, title)| escaped(cell, title.is_text));
                writer.write_record(cells).map_err(Problem::internal)
            }
            Self::Xlsx(book, titles, next) => {
                if *next == SHEET_ROWS {
                    return Err(Problem::new(
                        http::StatusCode::UNPROCESSABLE_ENTITY,
                        "TOO_MANY_ROWS",
                        "内容超过一个工作表的行数。请缩小查询范围，或者下载CSV格式。",
                    ));
                }
                write(book, *next, titles, cells).map_err(Problem::internal)?;
                *next += 1;
                Ok(())
            }
        }
    }

    /// The answer: the file under `name`, which is ASCII without quotation marks.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn into_response(self, name: &str) -> Result<Response, Problem> {
        let (mut file, format) = match self {
            Self::Csv(writer, _) => {
                let buffered = writer
                    .into_inner()
                    .map_err(|e| Problem::internal(e.error()))?;
                (
                    buffered
                        .into_inner()
                        .map_err(|e| Problem::internal(e.error()))?,
                    Format::Csv,
                )
            }
            Self::Xlsx(mut book, ..) => {
                let mut file = tempfile::tempfile().map_err(Problem::internal)?;
                book.save_to_writer(BufWriter::new(&mut file))
                    .map_err(Problem::internal)?;
                (file, Format::Xlsx)
            }
        };
        file.rewind().map_err(Problem::internal)?;
        let length = file.metadata().map_err(Problem::internal)?.len();
        let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
        let mut response = body.into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(CONTENT_LENGTH, length.into());
        let extension = format.extension();
        let disposition = format!("attachment; filename=\"{name}.{extension}\"");
        headers.insert(
            CONTENT_DISPOSITION,
            disposition.parse().map_err(Problem::internal)?,
        );
        Ok(response)
    }
}

fn write(
    book: &mut Workbook,
    row: u32,
    titles: &[Title],
    cells: &[String],
) -> Result<(), XlsxError> {
    let sheet = book.worksheet_from_index(0)?;
    for ((column, cell), title) in (0..).zip(cells).zip(titles) {
        // A workbook keeps fifteen digits of a number; what has more stays text.
        match cell.parse::<f64>() {
            Ok(number) if !title.is_text && cell.len() <= 15 => {
                sheet.write_number(row, column, number)?
            }
            _ if cell.is_empty() => continue,
            _ => sheet.write_string(row, column, fitting(cell))?,
        };
    }
    Ok(())
}

/// What a cell of a workbook can hold of a text, and that there is more.
fn fitting(cell: &str) -> Cow<'_, str> {
    const MOST: usize = 32_000;
    const MORE: &str = "……（内容超过单元格长度，请下载CSV格式）";
    match cell.char_indices().nth(MOST) {
        Some((end, _)) => Cow::Owned(format!("{}{MORE}", &cell[..end])),
        None => Cow::Borrowed(cell),
    }
}

/// Text that a spreadsheet would take for a formula is kept from it by an apostrophe, which an
/// upload drops again.
fn escaped(cell: &str, is_text: bool) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
    if risky && is_text {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
