//! Rust code derived from the options of the contracts.
//!
//! - `Check` for every message: the bounds of its fields, as plain code without reflection;
//! - the check of an encoded request or form by its name, for those who have no type of it;
//! - `AreaRequest` and `ChangeRequest` for requests, so that one unit of work serves all of them;
//! - `RefusalReason` for the refusal enums.

use std::fmt::Write;

use anyhow::{Context, Result};
use prost_reflect::{
    Cardinality, DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind,
    MessageDescriptor,
};

const OPTIONS: &str = "workinjury.options.v1";

pub fn from_options(descriptors: &[u8]) -> Result<String> {
    let pool = DescriptorPool::decode(descriptors)?;
    let mut code = String::new();
    for message in pool.all_messages() {
        if message.full_name().starts_with("workinjury.") && !hand_written(&message) {
            check(&mut code, &pool, &message)?;
            request_traits(&mut code, &message)?;
        }
    }
    by_name(&mut code, &pool)?;
    for value in pool.all_enums() {
        if value.name() == "Refusal" {
            let path = enum_path(&value);
            writeln!(
                code,
                "impl crate::RefusalReason for {path} {{
                    const ENUM: &'static str = {:?};
                    fn number(self) -> i32 {{ self as i32 }}
                }}",
                value.full_name()
            )?;
        }
    }
    Ok(code)
}

/// Types written by hand over the wire form; their own code checks them.
fn hand_written(message: &MessageDescriptor) -> bool {
    matches!(
        message.full_name(),
        "workinjury.common.v1.Money" | "workinjury.common.v1.Month"
    )
}

fn check(code: &mut String, pool: &DescriptorPool, message: &MessageDescriptor) -> Result<()> {
    let mut body = String::new();
    // Answers are our own; only what arrives is checked.
    if !message.name().ends_with("Response") {
        for field in message.fields() {
            // A bad row never spoils a good one: rows of an upload are checked and answered singly.
            if is_upload(message) && field.name() == "rows" {
                continue;
            }
            check_field(&mut body, pool, &field).with_context(|| field.full_name().to_owned())?;
        }
    }
    let path = message_path(message);
    let at = if body.is_empty() { "_at" } else { "at" };
    writeln!(
        code,
        "impl crate::Check for {path} {{ #[allow(clippy::too_many_lines)]
            fn check(&self, {at}: &mut crate::Checker) {{ {body} }} }}"
    )?;
    Ok(())
}

/// The checks of all requests and of all forms by their names.
fn by_name(code: &mut String, pool: &DescriptorPool) -> Result<()> {
    let form = pool
        .get_extension_by_name(&format!("{OPTIONS}.form"))
        .context("options.proto declares the extension `form`")?;
    let (mut requests, mut forms) = (String::new(), String::new());
    for message in pool.all_messages() {
        let (name, path) = (message.full_name(), message_path(&message));
        let arms = if message.options().has_extension(&form) {
            &mut forms
        } else if message.name().ends_with("Request") && !is_upload(&message) {
            &mut requests
        } else {
            continue;
        };
        writeln!(arms, "{name:?} => crate::check::encoded::<{path}>,")?;
    }
    for (what, arms) in [("request", requests), ("form", forms)] {
        writeln!(
            code,
            "pub fn check_of_{what}(name: &str) -> Option<crate::check::Encoded> {{
                Some(match name {{ {arms} _ => return None }})
            }}"
        )?;
    }
    Ok(())
}

fn check_field(body: &mut String, pool: &DescriptorPool, field: &FieldDescriptor) -> Result<()> {
    if field.is_map() {
        return Ok(());
    }
    let bounds = Bounds::of(pool, field)?;
    let name = field.name();
    let access = format!("self.{}", rust_name(name));
    let spec = bounds.spec(field.json_name());
    if field
        .containing_oneof()
        .is_some_and(|one| !one.is_synthetic())
    {
        return check_oneof_member(body, field, &spec);
    }
    let one = single(field, &spec);
    if field.cardinality() == Cardinality::Repeated {
        writeln!(body, "if at.items(&{spec}, {access}.len()) {{")?;
        if let Some(one) = one {
            writeln!(
                body,
                "for (index, value) in {access}.iter().enumerate() {{ at.item({:?}, index, |at| {{ let _ = &at; {one} }}); }}",
                field.json_name()
            )?;
        }
        writeln!(body, "}}")?;
        return Ok(());
    }
    let optional = matches!(field.kind(), Kind::Message(_))
        || field.field_descriptor_proto().proto3_optional();
    match (optional, one) {
        (true, Some(one)) => writeln!(
            body,
            "match &{access} {{ Some(value) => {{ {one} }} None => at.absent(&{spec}) }}"
        )?,
        (true, None) => writeln!(body, "if {access}.is_none() {{ at.absent(&{spec}); }}")?,
        (false, Some(one)) => writeln!(body, "{{ let value = &{access}; {one} }}")?,
        (false, None) => {}
    }
    Ok(())
}

fn check_oneof_member(body: &mut String, field: &FieldDescriptor, spec: &str) -> Result<()> {
    let Some(one) = single(field, spec) else {
        return Ok(());
    };
    let oneof = field.containing_oneof().context("member of a oneof")?;
    let module = snake(field.parent_message().name());
    let package = package_path(field.parent_message().package_name());
    writeln!(
        body,
        "if let Some({package}::{module}::{}::{}(value)) = &self.{} {{ {one} }}",
        camel(oneof.name()),
        camel(field.name()),
        rust_name(oneof.name())
    )?;
    Ok(())
}

/// The check of one value called `value`.
fn single(field: &FieldDescriptor, spec: &str) -> Option<String> {
    let own = |name: &str| name.starts_with("workinjury.");
    match field.kind() {
        Kind::String => Some(format!("at.text(&{spec}, value);")),
        Kind::Int32 | Kind::Sint32 | Kind::Int64 | Kind::Sint64 | Kind::Uint32 => {
            Some(format!("at.number(&{spec}, i64::from(*value));"))
        }
        Kind::Enum(of) => Some(format!(
            "at.choice(&{spec}, *value, {}::try_from(*value).is_ok(), {:?});",
            enum_path(&of),
            of.full_name()
        )),
        Kind::Message(of) => match of.full_name() {
            "workinjury.common.v1.Money" => Some(format!("at.money(&{spec}, value);")),
            "workinjury.common.v1.Month" => Some(format!("at.month(&{spec}, value);")),
            "google.type.Date" => Some(format!("at.date(&{spec}, value);")),
            "google.protobuf.Any" => Some(format!("at.form(&{spec}, value);")),
            name if own(name) => Some(format!(
                "at.nested(&{spec}, |at| crate::Check::check(value, at));"
            )),
            _ => None,
        },
        _ => None,
    }
}

fn request_traits(code: &mut String, message: &MessageDescriptor) -> Result<()> {
    if !message.name().ends_with("Request") {
        return Ok(());
    }
    let path = message_path(message);
    if message.get_field_by_name("pooling_area").is_some() {
        let party: String = [
            ("employer_id", "employer"),
            ("person_id", "person"),
            ("institution_id", "institution"),
        ]
        .into_iter()
        .filter(|_| message.name().starts_with("List"))
        .filter(|(field, _)| message.get_field_by_name(field).is_some())
        .map(|(field, party)| format!("fn listed_{party}(&self) -> &str {{ &self.{field} }}\n"))
        .collect();
        writeln!(
            code,
            "impl crate::AreaRequest for {path} {{
                fn pooling_area(&self) -> &str {{ &self.pooling_area }}
                {party}
            }}"
        )?;
    }
    if message.get_field_by_name("request_id").is_some() {
        writeln!(
            code,
            "impl crate::ChangeRequest for {path} {{ fn request_id(&self) -> &str {{ &self.request_id }} }}"
        )?;
    }
    if is_upload(message) {
        let rows = message
            .get_field_by_name("rows")
            .context("an upload has `rows`")?;
        let row = rows
            .kind()
            .as_message()
            .map(message_path)
            .context("`rows` are messages")?;
        writeln!(
            code,
            "impl crate::UploadRequest for {path} {{
                type Row = {row};
                fn into_part(self) -> crate::UploadPart<{row}> {{
                    crate::UploadPart {{
                        pooling_area: self.pooling_area,
                        header: self.header,
                        first_row: self.first_row,
                        rows: self.rows,
                        totals: self.totals,
                        lines: self.lines,
                    }}
                }}
            }}"
        )?;
    }
    Ok(())
}

/// A message of a stream of rows; all have the same shape.
fn is_upload(message: &MessageDescriptor) -> bool {
    message.name().starts_with("Upload") && message.name().ends_with("Request")
}

/// What the field option says, read from the descriptor.
#[derive(Default)]
struct Bounds {
    label: String,
    required: bool,
    max_length: u32,
    format: i32,
    min: String,
    max: String,
    max_items: u32,
}

impl Bounds {
    fn of(pool: &DescriptorPool, field: &FieldDescriptor) -> Result<Self> {
        let extension = pool
            .get_extension_by_name(&format!("{OPTIONS}.field"))
            .context("options.proto declares the extension `field`")?;
        let options = field.options();
        if !options.has_extension(&extension) {
            return Ok(Self::default());
        }
        let value = options.get_extension(&extension);
        let set: &DynamicMessage = value.as_message().context("`field` is a message")?;
        let text = |name: &str| -> String {
            set.get_field_by_name(name)
                .and_then(|v| v.as_str().map(str::to_owned))
                .unwrap_or_default()
        };
        let number = |name: &str| {
            set.get_field_by_name(name)
                .and_then(|v| v.as_u32())
                .unwrap_or_default()
        };
        Ok(Self {
            label: text("label"),
            required: set
                .get_field_by_name("required")
                .and_then(|v| v.as_bool())
                .unwrap_or_default(),
            max_length: number("max_length"),
            format: set
                .get_field_by_name("format")
                .and_then(|v| v.as_enum_number())
                .unwrap_or_default(),
            min: text("min"),
            max: text("max"),
            max_items: number("max_items"),
        })
    }

    fn spec(&self, name: &str) -> String {
        format!(
            "crate::FieldSpec {{ name: {name:?}, label: {:?}, required: {}, max_length: {}, format: {}, min: {:?}, max: {:?}, max_items: {} }}",
            if self.label.is_empty() {
                name
            } else {
                &self.label
            },
            self.required,
            if self.max_length == 0 {
                200
            } else {
                self.max_length
            },
            self.format,
            self.min,
            self.max,
            if self.max_items == 0 {
                1000
            } else {
                self.max_items
            },
        )
    }
}

fn message_path(message: &MessageDescriptor) -> String {
    let mut path = package_path(message.package_name());
    let inner = message.full_name()[message.package_name().len() + 1..].to_owned();
    let parts: Vec<&str> = inner.split('.').collect();
    for outer in &parts[..parts.len() - 1] {
        path = format!("{path}::{}", snake(outer));
    }
    format!("{path}::{}", parts[parts.len() - 1])
}

fn enum_path(of: &EnumDescriptor) -> String {
    let package = package_path(of.package_name());
    match of.parent_message() {
        Some(parent) => format!("{package}::{}::{}", snake(parent.name()), of.name()),
        None => format!("{package}::{}", of.name()),
    }
}

fn package_path(package: &str) -> String {
    format!("crate::{}", package.replace('.', "::"))
}

fn rust_name(name: &str) -> String {
    match name {
        "type" | "match" | "move" | "ref" | "use" | "where" | "in" => format!("r#{name}"),
        _ => name.to_owned(),
    }
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for (at, c) in name.chars().enumerate() {
        if c.is_uppercase() && at > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

fn camel(name: &str) -> String {
    name.split('_')
        .map(|part| {
            let mut chars = part.chars();
            chars
                .next()
                .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
        })
        .collect()
}
