//! The lines of a CSV file or of a spreadsheet, one after the other, as cells.

use std::cell::Cell as Counter;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::rc::Rc;

use http::StatusCode;

use super::cell::Cell;
use super::{encoding, workbook};
use crate::problem::Problem;

/// Greatest size of one line of a CSV file, in bytes: an open quotation mark must not swallow a file.
const LINE_BYTES: usize = 1 << 18;

/// A last line that no file has: what swallows it is a quotation mark that nothing closes.
const END: &str = "\u{1a}\u{4}\u{1a}";

/// A line with its number in the file, from 1.
#[derive(Debug)]
pub struct Line {
    /// Number in the file, from 1.
    pub number: u64,
    /// Its cells from the first column on.
    pub cells: Vec<Cell>,
}

/// Why a file is not read to its end.
#[derive(Debug)]
pub enum Stop {
    /// It cannot be taken.
    Problem(Problem),
    /// Nobody takes its lines any more.
    Unheard,
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// What takes the lines; an error ends the reading.
pub type Sink<'s> = &'s mut dyn FnMut(Line) -> Result<(), Stop>;

/// Reads a file, whatever it is, and answers what it was.
///
/// # Errors
/// When the file is neither CSV nor XLSX, is damaged, or has what no line can stand for.
pub fn read(mut file: File, sink: Sink<'_>) -> Result<&'static str, Stop> {
    let mut start = [0; 4];
    let length = file.read(&mut start).map_err(Problem::internal)?;
    file.rewind().map_err(Problem::internal)?;
    match &start[..length] {
        b"PK\x03\x04" => workbook::read(file, sink).map(|()| "XLSX"),
        [0xD0, 0xCF, 0x11, 0xE0] => Err(refuse(
            "FILE_FORMAT",
            "文件是旧版XLS格式，或者设有打开密码。请取消密码，另存为XLSX格式后重新上传。",
        )
        .into()),
        b"%PDF" => Err(refuse("FILE_FORMAT", "文件是PDF，不能读取。请上传XLSX或CSV文件。").into()),
        _ => {
            let (file, encoding) = encoding::utf8(file)?;
            csv(file, sink)?;
            Ok(encoding)
        }
    }
}

fn csv(file: File, sink: Sink<'_>) -> Result<(), Stop> {
    let since = Rc::new(Counter::new(0));
    let bounded = Bounded {
        inner: file,
        since: Rc::clone(&since),
        after_cr: false,
    };
    let end = format!("\n{END}\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bounded.chain(end.as_bytes()));
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        let broken = || {
            refuse(
                "FILE_FORMAT",
                format!("第{line}行不能读取，可能缺少右引号。请核对该行的引号后重新上传。"),
            )
        };
        since.set(0);
        reader.read_record(&mut record).map_err(|_| broken())?;
        if record == [END][..] {
            return Ok(());
        }
        if record.is_empty() || record.iter().any(|cell| cell.contains(END)) {
            return Err(broken().into());
        }
        let number = record.position().map_or(line, csv::Position::line);
        sink(Line {
            number,
            cells: record.iter().map(Cell::from_csv).collect(),
        })?;
    }
}

/// A problem of the file as a whole.
pub fn refuse(reason: &str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, reason, detail)
}

/// Ends the reading when one line does not end; and every line with a line feed, however the file ends its
/// lines: lines are counted by those.
struct Bounded {
    inner: File,
    since: Rc<Counter<usize>>,
    after_cr: bool,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since.get() > LINE_BYTES {
            return Err(io::Error::other("the line does not end"));
        }
        loop {
            let read = self.inner.read(buffer)?;
            self.since.set(self.since.get() + read);
            let mut kept = 0;
            for at in 0..read {
                let second = self.after_cr && buffer[at] == b'\n';
                self.after_cr = buffer[at] == b'\r';
                if !second {
                    buffer[kept] = if self.after_cr { b'\n' } else { buffer[at] };
                    kept += 1;
                }
            }
            // Nothing at all would be the end of the file.
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}
