//! A list RPC as a file.

use axum::response::Response;
use prost_reflect::{DynamicMessage, Kind, Value};

use super::file::{Format, Sheet, Title};
use crate::call::Call;
use crate::columns::{Column, spec_of};
use crate::problem::Problem;
use crate::routes::List;

/// Items asked for at a time.
const PAGE: i32 = 1000;

/// All pages of a list as one file: a column for every field of an item that fits into a cell.
///
/// # Errors
/// What the service answered, or that the list is longer than a file may be.
pub async fn list(
    call: Call<'_>,
    list: &List,
    format: Format,
    request: DynamicMessage,
) -> Result<Response, Problem> {
    let Kind::Message(item) = list.items.kind() else {
        return Err(Problem::internal("a list of no messages"));
    };
    let columns = Column::all(&item);
    let titles = columns
        .iter()
        .map(|column| Title {
            text: column.title().to_owned(),
            is_text: column.is_text(),
        })
        .collect();
    let area = request.get_field_by_name("pooling_area");
    let area = area.and_then(|area| area.as_str().map(str::to_owned));
    let area = area.unwrap_or_default();
    let mut sheet = Sheet::new(format, titles)?;
    pages(call, list, request, |item| {
        let cells: Vec<String> = columns.iter().map(|column| column.show(item)).collect();
        sheet.line(&cells)
    })
    .await?;
    sheet.into_response(&file_name(call.route.collection(), &area))
}

/// What a file is called: what it holds, of which area, as of which day.
pub fn file_name(collection: &str, area: &str) -> String {
    format!("{collection}-{area}-{}", chassis::Clock::system().today())
}

/// Asks for page after page and hands over each item.
///
/// # Errors
/// What the service answered, what `take` answered, or that there are too many items.
pub async fn pages(
    call: Call<'_>,
    list: &List,
    mut request: DynamicMessage,
    mut take: impl FnMut(&DynamicMessage) -> Result<(), Problem>,
) -> Result<(), Problem> {
    if let Some(page_size) = &list.page_size {
        let most = spec_of(page_size).max.parse().unwrap_or(PAGE);
        request.set_field(page_size, Value::I32(PAGE.min(most)));
    }
    let mut left = call.settings.download_rows;
    loop {
        let answer = call.ask(&request, call.settings.call_deadline()).await?;
        for item in answer.get_field(&list.items).as_list().unwrap_or_default() {
            left = left
                .checked_sub(1)
                .ok_or_else(|| too_many(call.settings.download_rows))?;
            if let Value::Message(item) = item {
                take(item)?;
            }
        }
        let next = list
            .next_page_token
            .as_ref()
            .map(|field| answer.get_field(field).into_owned());
        match (next, &list.page_token) {
            (Some(Value::String(next)), Some(page_token)) if !next.is_empty() => {
                request.set_field(page_token, Value::String(next));
            }
            _ => return Ok(()),
        }
    }
}

fn too_many(most: u64) -> Problem {
    Problem::new(
        http::StatusCode::UNPROCESSABLE_ENTITY,
        "TOO_MANY_ROWS",
        format!("内容超过{most}行。请缩小查询范围后重新下载。"),
    )
}
