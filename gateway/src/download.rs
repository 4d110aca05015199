//! A list becomes a file: CSV or XLSX, page by page.

mod file;
mod findings;
mod list;

pub use file::{Format, Sheet};
pub use findings::findings;
pub use list::{list, titles};

use http::HeaderMap;
use http::header::ACCEPT;

use crate::problem::{FieldProblem, Problem};
use crate::query;

/// The query parameter that asks for a file.
pub const FORMAT: &str = "format";

/// The file that a request for a list asks for, by `?format=` or by `Accept`; `None` for JSON.
///
/// # Errors
/// When `format` is something else.
pub fn asked(query: Option<&str>, headers: &HeaderMap) -> Result<Option<Format>, Problem> {
    if let Some((_, format)) = query::pairs(query).find(|(name, _)| name == FORMAT) {
        return match format.as_ref() {
            "csv" => Ok(Some(Format::Csv)),
            "xlsx" => Ok(Some(Format::Xlsx)),
            "json" | "" => Ok(None),
            other => {
                let message = format!("format：没有“{other}”这种格式，可用csv、xlsx或json");
                Err(Problem::fields(vec![FieldProblem {
                    field: FORMAT.to_owned(),
                    message,
                }]))
            }
        };
    }
    let accept = headers
        .get(ACCEPT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let first = accept.split([',', ';']).next().unwrap_or_default().trim();
    Ok([Format::Csv, Format::Xlsx]
        .into_iter()
        .find(|format| format.media_type() == first))
}
