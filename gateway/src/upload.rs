//! A file becomes a stream of rows: an upload RPC by POST of `multipart/form-data`.
//!
//! Every row of the file is sent, in its place, so that the numbers, the counts and the sums of the
//! batch are those of the file. A cell that cannot be read is sent as a value that the contract
//! refuses, so its row is answered like any other bad row; the answer here says what stood there.

mod answer;
mod cell;
mod encoding;
mod lines;
mod receive;
mod rows;
mod sheet;
mod stream;
mod workbook;

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};

use crate::columns::{Column, Shape};

pub use answer::{known, upload};

/// An upload RPC: a stream of messages that all have the shape of an upload.
#[derive(Clone, Debug)]
pub struct Upload {
    /// What the file is, in Chinese where the contract says so.
    pub title: String,
    /// The columns of the file.
    pub columns: Vec<Column>,
    request: MessageDescriptor,
    row: MessageDescriptor,
    fields: Fields,
}

/// The fields that every upload has.
#[derive(Clone, Debug)]
struct Fields {
    pooling_area: FieldDescriptor,
    header: FieldDescriptor,
    first_row: FieldDescriptor,
    rows: FieldDescriptor,
    totals: FieldDescriptor,
    lines: FieldDescriptor,
}

impl Upload {
    /// The upload that `method` is; `None` when its request does not have the shape.
    #[must_use]
    pub fn of(method: &MethodDescriptor) -> Option<Self> {
        let request = method.input();
        let field = |name: &str| request.get_field_by_name(name);
        let fields = Fields {
            pooling_area: field("pooling_area")?,
            header: field("header")?,
            first_row: field("first_row")?,
            rows: field("rows").filter(FieldDescriptor::is_list)?,
            totals: field("totals")?,
            lines: field("lines")?,
        };
        let Kind::Message(row) = fields.rows.kind() else {
            return None;
        };
        let title =
            contracts::form::form_of(&row).map_or_else(|| row.name().to_owned(), |f| f.title);
        let columns = Column::all(&row);
        // A row is refused by its texts when one of its numbers cannot be read.
        columns
            .iter()
            .find(|column| matches!(column.shape, Shape::Text(_)))?;
        Some(Self {
            title,
            columns,
            request,
            row,
            fields,
        })
    }

    /// Full name of the message of a row.
    #[must_use]
    pub fn row_name(&self) -> &str {
        self.row.full_name()
    }
}
