//! The messages of an upload: the header, slices of rows, the totals.

use bytes::Bytes;
use prost::Message;
use prost_reflect::{DynamicMessage, Kind, Value};

use super::Upload;

/// Rows in one message. The service keeps a message as one slice, and a file that is sent again must
/// come in the same slices.
pub const SLICE: u64 = 1000;

/// Makes the messages of one batch.
#[derive(Debug)]
pub struct Messages<'u> {
    upload: &'u Upload,
    area: String,
    slice: Vec<Value>,
    lines: Vec<Value>,
    first_row: u64,
    kept: u64,
}

impl<'u> Messages<'u> {
    /// For a batch of which the service has kept `kept` rows: they are not sent again.
    pub fn new(upload: &'u Upload, area: &str, kept: u64) -> Self {
        Self {
            upload,
            area: area.to_owned(),
            slice: Vec::new(),
            lines: Vec::new(),
            first_row: 0,
            kept,
        }
    }

    /// The first message.
    pub fn header(&self, batch_id: &str, reference: &str) -> Bytes {
        let header = &self.upload.fields.header;
        let values = [
            (1, Value::String(batch_id.to_owned())),
            (2, Value::String(reference.to_owned())),
        ];
        self.message(|message| set_nested(message, header, values))
    }

    /// Takes the row of a line; answers a message when a slice is full.
    pub fn row(&mut self, line: u64, row: DynamicMessage) -> Option<Bytes> {
        self.slice.push(Value::Message(row));
        // No file has more lines than that: it would be larger than uploads may be.
        self.lines
            .push(Value::U32(u32::try_from(line).unwrap_or(u32::MAX)));
        (self.slice.len() as u64 == SLICE)
            .then(|| self.flush())
            .flatten()
    }

    /// The rows that are not sent yet; none for a slice that the service has.
    pub fn flush(&mut self) -> Option<Bytes> {
        let rows = std::mem::take(&mut self.slice);
        let lines = std::mem::take(&mut self.lines);
        let (first, count) = (self.first_row, rows.len() as u64);
        self.first_row += count;
        if count == 0 || self.first_row <= self.kept {
            return None;
        }
        let fields = &self.upload.fields;
        Some(self.message(|message| {
            message.set_field(&fields.first_row, Value::U64(first));
            message.set_field(&fields.rows, Value::List(rows));
            message.set_field(&fields.lines, Value::List(lines));
        }))
    }

    /// The last message.
    pub fn totals(&self, rows: u64, sum: Option<&str>) -> Bytes {
        let totals = &self.upload.fields.totals;
        self.message(|message| {
            set_nested(message, totals, [(1, Value::U64(rows))]);
            if let (Some(sum), Value::Message(totals)) = (sum, message.get_field_mut(totals))
                && let Some(field) = totals.get_field_by_number_mut(2)
                && let Value::Message(money) = field
            {
                money.set_field_by_number(1, Value::String(sum.to_owned()));
            }
        })
    }

    fn message(&self, fill: impl FnOnce(&mut DynamicMessage)) -> Bytes {
        let mut message = DynamicMessage::new(self.upload.request.clone());
        message.set_field(
            &self.upload.fields.pooling_area,
            Value::String(self.area.clone()),
        );
        fill(&mut message);
        message.encode_to_vec().into()
    }
}

fn set_nested<const N: usize>(
    message: &mut DynamicMessage,
    field: &prost_reflect::FieldDescriptor,
    values: [(u32, Value); N],
) {
    if let Kind::Message(kind) = field.kind() {
        let mut nested = DynamicMessage::new(kind);
        for (number, value) in values {
            nested.set_field_by_number(number, value);
        }
        message.set_field(field, Value::Message(nested));
    }
}
