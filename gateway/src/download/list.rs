//! A list RPC as a file.

use std::borrow::Cow;

use axum::response::Response;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

use super::file::{Format, Sheet, Title};
use crate::call::Call;
use crate::columns::{Column, spec_of};
use crate::problem::Problem;
use crate::routes::List;

/// Items asked for at a time.
const PAGE: i32 = 1000;

/// A column of an item, or of a message within it.
struct Place {
    within: Vec<FieldDescriptor>,
    column: Column,
    title: String,
}

impl Place {
    /// The columns of an item and of what stands within it once, in the order of the fields. Where two of a
    /// kind stand side by side, or a title is there already, the label of what it stands in comes before it.
    fn all(item: &MessageDescriptor) -> Vec<Self> {
        let mut all = Vec::new();
        Self::add(&mut all, item, &[]);
        all
    }

    fn add(all: &mut Vec<Self>, message: &MessageDescriptor, within: &[FieldDescriptor]) {
        for field in message.fields() {
            if let Some(column) = Column::of(field.clone()) {
                let mut title = column.title().to_owned();
                let has_twin = within.last().is_some_and(has_twin);
                if has_twin || all.iter().any(|place| place.title == title) {
                    let outer = within.last().map(|outer| spec_of(outer).label);
                    title = format!("{}{title}", outer.unwrap_or_default());
                }
                let within = within.to_vec();
                all.push(Self {
                    within,
                    column,
                    title,
                });
            } else if let Kind::Message(inner) = field.kind() {
                let listed = inner.full_name().starts_with("workinjury.")
                    && inner.name() != "Worksheet"
                    && !field.is_list()
                    && within.len() < DEPTH;
                if listed {
                    Self::add(all, &inner, &[within, &[field]].concat());
                }
            }
        }
    }

    fn show(&self, item: &DynamicMessage) -> String {
        let mut message = Cow::Borrowed(item);
        for field in &self.within {
            match message.get_field(field).into_owned() {
                Value::Message(inner) => message = Cow::Owned(inner),
                _ => return String::new(),
            }
        }
        self.column.show(&message)
    }
}

/// Is there another field of the same kind beside it, such as what was before and what is after?
fn has_twin(field: &FieldDescriptor) -> bool {
    let beside = field
        .parent_message()
        .fields()
        .filter(|of| of.kind() == field.kind());
    beside.count() > 1
}

/// What stands above the columns of a list of such items.
#[must_use]
pub fn titles(item: &MessageDescriptor) -> Vec<String> {
    let places = Place::all(item).into_iter();
    places.map(|place| place.title).collect()
}

/// How deep what a list shows may stand within an item.
const DEPTH: usize = 3;

/// All pages of a list as one file: a column for every field of an item, and of what stands within it once,
/// that fits into a cell.
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
    let places = Place::all(&item);
    let titles = places
        .iter()
        .map(|place| Title {
            text: place.title.clone(),
            is_text: place.column.is_text(),
        })
        .collect();
    let area = request.get_field_by_name("pooling_area");
    let area = area.and_then(|area| area.as_str().map(str::to_owned));
    let area = area.unwrap_or_default();
    let mut sheet = Sheet::new(format, titles)?;
    pages(call, list, request, |item| {
        let cells: Vec<String> = places.iter().map(|place| place.show(item)).collect();
        sheet.line(&cells)
    })
    .await?;
    sheet.into_response(&file_name(call, call.route.collection(), &area))
}

/// What a file is called: what it holds, of which area, on which day of the business it was made.
pub fn file_name(call: Call<'_>, collection: &str, area: &str) -> String {
    format!("{collection}-{area}-{}", call.clock.today())
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
