//! An empty spreadsheet for an upload: labels, codes, and notes on what may stand in each column.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rust_xlsxwriter::{
    Color, DataValidation, Format as Style, Note, Workbook, Worksheet, XlsxError,
};

use crate::columns::{Column, Shape};
use crate::download::Format;
use crate::problem::Problem;
use crate::text::bounds;
use crate::upload::Upload;

/// Rows below the head that are formatted and checked.
const ROWS: u32 = 10_000;

/// Characters that a list of choices in a spreadsheet may have.
const LIST_CHARACTERS: usize = 255;

/// The empty spreadsheet.
///
/// # Errors
/// When it cannot be made.
pub fn template(upload: &Upload) -> Result<Response, Problem> {
    let bytes = workbook(upload).map_err(Problem::internal)?;
    let mut response = Body::from(bytes).into_response();
    let name = utf8_percent_encode(&upload.title, NON_ALPHANUMERIC);
    let disposition =
        format!("attachment; filename=\"template.xlsx\"; filename*=UTF-8''{name}.xlsx");
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(Format::Xlsx.media_type()),
    );
    headers.insert(
        CONTENT_DISPOSITION,
        disposition.parse().map_err(Problem::internal)?,
    );
    Ok(response)
}

fn workbook(upload: &Upload) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_freeze_panes(2, 0)?;
    for (at, column) in (0_u16..).zip(&upload.columns) {
        head(sheet, at, column)?;
        choices(sheet, at, column)?;
    }
    book.save_to_buffer()
}

fn head(sheet: &mut Worksheet, at: u16, column: &Column) -> Result<(), XlsxError> {
    let label = Style::new().set_bold();
    let label = if column.spec.required {
        label.set_font_color(Color::Red)
    } else {
        label
    };
    let code = Style::new().set_font_color(Color::Gray);
    let width = u32::try_from(column.title().chars().count())
        .unwrap_or(20)
        .clamp(5, 30)
        * 2
        + 4;
    sheet.set_column_width(at, width)?;
    if column.is_text() {
        // Text before anything is typed: identity numbers keep their digits.
        sheet.set_column_format(at, &Style::new().set_num_format("@"))?;
    }
    sheet.write_string_with_format(0, at, column.title(), &label)?;
    sheet.write_string_with_format(1, at, column.code(), &code)?;
    sheet.insert_note(
        0,
        at,
        &Note::new(bounds(&column.shape, &column.spec)).add_author_prefix(false),
    )?;
    Ok(())
}

fn choices(sheet: &mut Worksheet, at: u16, column: &Column) -> Result<(), XlsxError> {
    let Shape::Choice(choices) = &column.shape else {
        return Ok(());
    };
    let labels: Vec<&str> = choices.labels().collect();
    // Longer lists stand in the note.
    if labels
        .iter()
        .map(|label| label.chars().count() + 1)
        .sum::<usize>()
        > LIST_CHARACTERS
    {
        return Ok(());
    }
    let rule = DataValidation::new().allow_list_strings(&labels)?;
    sheet.add_data_validation(2, at, ROWS, at, &rule)?;
    Ok(())
}
