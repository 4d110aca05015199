//! The columns of a message: what of it fits into the cells of a table.

use std::collections::HashMap;
use std::sync::LazyLock;

use contracts::options::v1::{Field, Format};
use contracts::reflect;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};

/// One column: a field of the message that one cell can hold.
#[derive(Clone, Debug)]
pub struct Column {
    /// The field of the message.
    pub field: FieldDescriptor,
    /// What the contract says of it.
    pub spec: Field,
    /// What its cells hold.
    pub shape: Shape,
}

/// What a cell holds.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Text, with the format that the contract asks for.
    Text(Format),
    /// An exact number as text, such as a rate.
    Decimal,
    /// A whole number.
    Integer,
    /// Yes or no.
    Bool,
    /// A value of an enum.
    Choice(Choices),
    /// An amount in yuan.
    Money,
    /// A month.
    Month,
    /// A date.
    Date,
    /// A point in time; answers only.
    Instant,
}

/// The values of an enum by the names and labels that people write.
#[derive(Clone, Debug)]
pub struct Choices {
    numbers: HashMap<String, i32>,
    labels: HashMap<i32, String>,
    order: Vec<i32>,
}

impl Choices {
    fn of(kind: &prost_reflect::EnumDescriptor) -> Self {
        let prefix = enum_prefix(kind);
        let mut all = Self {
            numbers: HashMap::new(),
            labels: HashMap::new(),
            order: Vec::new(),
        };
        for value in kind.values() {
            let label = reflect::value_label(&value);
            let (name, number) = (value.name(), value.number());
            let short = name.strip_prefix(prefix.as_str()).unwrap_or(name);
            for name in [label.as_str(), name, short, &number.to_string()] {
                all.numbers.entry(folded(name)).or_insert(number);
            }
            if value.number() != 0 {
                all.labels.insert(value.number(), label);
                all.order.push(value.number());
            }
        }
        all
    }

    /// The value that a person means by `text`.
    #[must_use]
    pub fn number(&self, text: &str) -> Option<i32> {
        self.numbers.get(&folded(text)).copied()
    }

    /// The Chinese label of a value; empty for the unspecified one and for one that could not be read.
    #[must_use]
    pub fn label(&self, number: i32) -> String {
        match self.labels.get(&number) {
            Some(label) => label.clone(),
            None if number <= 0 => String::new(),
            None => number.to_string(),
        }
    }

    /// All labels in the order of the contract.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.order
            .iter()
            .filter_map(|number| self.labels.get(number).map(String::as_str))
    }
}

/// What the names of an enum's values begin with, such as `CASE_STATE_`.
#[must_use]
pub fn enum_prefix(kind: &prost_reflect::EnumDescriptor) -> String {
    kind.default_value()
        .name()
        .trim_end_matches("UNSPECIFIED")
        .to_owned()
}

/// The field option; its defaults where there is none.
#[must_use]
pub fn spec_of(field: &FieldDescriptor) -> Field {
    reflect::extension(&field.options(), "field")
        .and_then(|value| value.as_message()?.transcode_to().ok())
        .unwrap_or_default()
}

impl Shape {
    /// What a cell for the field holds; `None` for lists, forms and other nested messages.
    #[must_use]
    pub fn of(field: &FieldDescriptor, spec: &Field) -> Option<Self> {
        if field.is_list() || field.is_map() {
            None
        } else {
            Self::of_element(field, spec)
        }
    }

    /// What a cell for one element of the field holds.
    #[must_use]
    pub fn of_element(field: &FieldDescriptor, spec: &Field) -> Option<Self> {
        Some(match field.kind() {
            Kind::String if spec.format() == Format::Decimal => Self::Decimal,
            Kind::String => Self::Text(spec.format()),
            Kind::Bool => Self::Bool,
            Kind::Enum(kind) => Self::Choice(Choices::of(&kind)),
            Kind::Int32
            | Kind::Sint32
            | Kind::Int64
            | Kind::Sint64
            | Kind::Uint32
            | Kind::Uint64 => Self::Integer,
            Kind::Message(message) => match message.full_name() {
                "workinjury.common.v1.Money" => Self::Money,
                "workinjury.common.v1.Month" => Self::Month,
                "google.type.Date" => Self::Date,
                "google.protobuf.Timestamp" => Self::Instant,
                _ => return None,
            },
            _ => return None,
        })
    }
}

/// What one element of a contract's field holds. Read once for all fields: options are decoded anew
/// each time they are asked for, which a request must not pay for.
#[must_use]
pub fn shape_of_element(field: &FieldDescriptor) -> Option<&'static Shape> {
    static ALL: LazyLock<HashMap<String, Shape>> = LazyLock::new(|| {
        reflect::pool()
            .all_messages()
            .flat_map(|message| message.fields().collect::<Vec<_>>())
            .filter_map(|field| {
                let shape = Shape::of_element(&field, &spec_of(&field))?;
                Some((field.full_name().to_owned(), shape))
            })
            .collect()
    });
    ALL.get(field.full_name())
}

impl Column {
    /// The columns of a message in the order of its fields.
    #[must_use]
    pub fn all(message: &MessageDescriptor) -> Vec<Self> {
        message.fields().filter_map(Self::of).collect()
    }

    /// The column of a field; `None` for what does not fit into a cell.
    #[must_use]
    pub fn of(field: FieldDescriptor) -> Option<Self> {
        let spec = spec_of(&field);
        let shape = Shape::of(&field, &spec)?;
        Some(Self { field, spec, shape })
    }

    /// What stands above the column: the Chinese label, which every listed field has.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.spec.label
    }

    /// The code that exchange files write above the column, or the JSON name where there is none.
    #[must_use]
    pub fn code(&self) -> &str {
        if self.spec.column.is_empty() {
            self.field.json_name()
        } else {
            &self.spec.column
        }
    }

    /// The cell of a message in this column.
    #[must_use]
    pub fn show(&self, message: &DynamicMessage) -> String {
        if !message.has_field(&self.field) && !matches!(self.shape, Shape::Integer | Shape::Bool) {
            return String::new();
        }
        self.shape.show(&message.get_field(&self.field))
    }

    /// Must the cell stand as text in a spreadsheet, so that no digit is lost?
    #[must_use]
    pub fn is_text(&self) -> bool {
        !matches!(self.shape, Shape::Integer | Shape::Money | Shape::Decimal)
    }
}

/// Names as people copy them: without blanks, marks of required columns, and width of brackets.
#[must_use]
pub fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | '＊'))
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            c => c.to_ascii_lowercase(),
        })
        .collect()
}
