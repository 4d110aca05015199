//! Every way in which one field of a message can be outside the bounds of its contract.

use contracts::options::v1::{Field, Format};
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value,
};
use rust_decimal::Decimal;

use contracts::example::{bounds, date, element, parts, valid, value};

/// Lists within lists within messages: deeper than any form goes.
const DEEPEST: usize = 5;

/// A message with one field that is wrong.
pub struct Mistake {
    /// The path of the field in JSON names, as the answer must name it.
    pub path: String,
    /// What the field is called in Chinese, as the answer must call it.
    pub label: String,
    pub what: &'static str,
    pub message: DynamicMessage,
}

/// Every mistake that can be made in one field of a message that is right otherwise.
pub fn of(right: &DynamicMessage) -> Vec<Mistake> {
    within(right, 0)
}

fn within(right: &DynamicMessage, depth: usize) -> Vec<Mistake> {
    let upload = right.descriptor().name().starts_with("Upload");
    right
        .descriptor()
        .fields()
        // Rows of an upload are kept and answered singly.
        .filter(|field| !(field.is_map() || upload && field.name() == "rows"))
        .flat_map(|field| in_field(right, &field, depth))
        .collect()
}

fn in_field(right: &DynamicMessage, field: &FieldDescriptor, depth: usize) -> Vec<Mistake> {
    let bounds = bounds(field);
    let at = if field.is_list() {
        format!("{}[0]", field.json_name())
    } else {
        field.json_name().to_owned()
    };
    let with = |path: &str, label: &str, what, value| {
        let mut message = right.clone();
        message.set_field(field, value);
        Mistake {
            path: path.to_owned(),
            label: label.to_owned(),
            what,
            message,
        }
    };
    let listed = |value| {
        if field.is_list() {
            Value::List(vec![value])
        } else {
            value
        }
    };
    let mut found = Vec::new();
    if bounds.required && field.containing_oneof().is_none() {
        let mut message = right.clone();
        message.clear_field(field);
        found.push(Mistake {
            path: field.json_name().to_owned(),
            label: bounds.label.clone(),
            what: "missing",
            message,
        });
    }
    if field.is_list() {
        let many = if bounds.max_items == 0 {
            1000
        } else {
            bounds.max_items
        } as usize;
        let items = Value::List(vec![element(field); many + 1]);
        found.push(with(field.json_name(), &bounds.label, "too many", items));
    }
    for (what, wrong) in wrong_values(field, &bounds) {
        found.push(with(&at, &bounds.label, what, listed(wrong)));
    }
    if let Some(inner) = own_message(field).filter(|_| depth < DEEPEST) {
        for mistake in within(&inner, depth + 1) {
            let path = format!("{at}.{}", mistake.path);
            let value = listed(Value::Message(mistake.message));
            found.push(with(&path, &mistake.label, mistake.what, value));
        }
    }
    found
}

/// A message of ours with fields of its own, right.
fn own_message(field: &FieldDescriptor) -> Option<DynamicMessage> {
    let Kind::Message(of) = field.kind() else {
        return None;
    };
    let plain = ["workinjury.common.v1.Money", "workinjury.common.v1.Month"];
    let own = of.full_name().starts_with("workinjury.") && !plain.contains(&of.full_name());
    own.then(|| match value(field) {
        Value::Message(message) => message,
        _ => valid(&of),
    })
}

fn wrong_values(field: &FieldDescriptor, bounds: &Field) -> Vec<(&'static str, Value)> {
    match field.kind() {
        Kind::String => texts(bounds),
        Kind::Enum(_) => vec![("no such choice", Value::EnumNumber(9999))],
        Kind::Message(of) => messages(&of, bounds),
        Kind::Int32 | Kind::Sint32 => outside(bounds, Decimal::ONE, |n| {
            i32::try_from(n).ok().map(Value::I32)
        }),
        Kind::Uint32 => outside(bounds, Decimal::ONE, |n| {
            u32::try_from(n).ok().map(Value::U32)
        }),
        Kind::Uint64 => outside(bounds, Decimal::ONE, |n| {
            u64::try_from(n).ok().map(Value::U64)
        }),
        Kind::Int64 | Kind::Sint64 => outside(bounds, Decimal::ONE, |n| {
            i64::try_from(n).ok().map(Value::I64)
        }),
        _ => Vec::new(),
    }
}

fn texts(bounds: &Field) -> Vec<(&'static str, Value)> {
    let text = |text: &str| Value::String(text.to_owned());
    let longest = if bounds.max_length == 0 {
        200
    } else {
        bounds.max_length
    } as usize;
    let mut wrong = vec![
        ("too long", text(&"一".repeat(longest + 1))),
        ("with a control character", text("\u{7}")),
        ("with a space before it", text(" 1")),
    ];
    match bounds.format() {
        Format::Unspecified => {}
        Format::Decimal => {
            wrong.push(("no number", text("一二")));
            wrong.extend(outside(bounds, Decimal::ONE, |n| {
                Some(text(&n.to_string()))
            }));
        }
        _ => wrong.push(("of another form", text("ａ"))),
    }
    wrong
}

fn messages(of: &MessageDescriptor, bounds: &Field) -> Vec<(&'static str, Value)> {
    let message = |fields: &[(&str, Value)]| Value::Message(parts(of, fields));
    let money = |yuan: &str| message(&[("yuan", Value::String(yuan.to_owned()))]);
    match of.full_name() {
        "workinjury.common.v1.Money" => {
            let mut wrong = vec![
                ("no amount", money("一元")),
                ("parts of a fen", money("1.234")),
            ];
            wrong.extend(outside(bounds, Decimal::new(1, 2), |n| {
                Some(money(&n.to_string()))
            }));
            wrong
        }
        "workinjury.common.v1.Month" => vec![(
            "no month",
            message(&[("year", Value::I32(2026)), ("month", Value::I32(13))]),
        )],
        "google.type.Date" => vec![("no date", Value::Message(date(of, 2, 30)))],
        _ => Vec::new(),
    }
}

/// One step below the least and above the greatest value.
fn outside(
    bounds: &Field,
    step: Decimal,
    value: impl Fn(Decimal) -> Option<Value>,
) -> Vec<(&'static str, Value)> {
    let bound = |text: &str| text.parse::<Decimal>().ok();
    let below = bound(&bounds.min).and_then(|min| value(min - step));
    let above = bound(&bounds.max).and_then(|max| value(max + step));
    below
        .map(|v| ("too small", v))
        .into_iter()
        .chain(above.map(|v| ("too large", v)))
        .collect()
}
