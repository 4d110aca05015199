//! Path variables and query parameters become fields of the request.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use prost_reflect::{DynamicMessage, FieldDescriptor, ReflectMessage, Value};

use crate::columns::shape_of_element;
use crate::openapi::json_name;
use crate::problem::FieldProblem;
use crate::text::label;

/// The parameters of a query string, decoded.
pub fn pairs(query: Option<&str>) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes())
}

/// Sets the field at `path`, such as `month.year`, from text; a repeated field grows.
///
/// # Errors
/// What is wrong with the parameter.
pub fn set(message: &mut DynamicMessage, path: &str, text: &str) -> Result<(), FieldProblem> {
    let (field, target) = descend(message, path, path)?;
    if text.is_empty() {
        return Ok(());
    }
    let value = value(&field, text)
        .map_err(|sentence| wrong(path, format!("{}：{sentence}", label(&field))))?;
    if !field.is_list() {
        target.set_field(&field, value);
    } else if let Value::List(items) = target.get_field_mut(&field) {
        items.push(value);
    }
    Ok(())
}

/// Sets a path variable, which is percent-encoded as a path segment is.
///
/// # Errors
/// What is wrong with the variable.
pub fn set_variable(
    message: &mut DynamicMessage,
    path: &str,
    encoded: &str,
) -> Result<(), FieldProblem> {
    let text = percent_decode_str(encoded)
        .decode_utf8()
        .map_err(|_| wrong(path, "地址中的编码不是UTF-8".to_owned()))?;
    set(message, path, &text)
}

fn descend<'m>(
    message: &'m mut DynamicMessage,
    path: &str,
    whole: &str,
) -> Result<(FieldDescriptor, &'m mut DynamicMessage), FieldProblem> {
    let (name, rest) = path
        .split_once('.')
        .map_or((path, None), |(name, rest)| (name, Some(rest)));
    let descriptor = message.descriptor();
    let field = descriptor
        .get_field_by_json_name(name)
        .or_else(|| descriptor.get_field_by_name(name))
        .ok_or_else(|| {
            wrong(
                whole,
                format!("{whole}：接口约定中没有这个参数，请核对名称"),
            )
        })?;
    let Some(rest) = rest else {
        return Ok((field, message));
    };
    if field.is_list() || field.is_map() {
        return Err(wrong(whole, format!("{whole}：列表不能用参数的形式填写")));
    }
    match message.get_field_mut(&field) {
        Value::Message(inner) => descend(inner, rest, whole),
        _ => Err(wrong(
            whole,
            format!("{whole}：接口约定中没有这个参数，请核对名称"),
        )),
    }
}

fn value(field: &FieldDescriptor, text: &str) -> Result<Value, String> {
    shape_of_element(field)
        .ok_or_else(|| "不能用参数的形式填写，请改用JSON".to_owned())?
        .read(field, text)
}

fn wrong(path: &str, message: String) -> FieldProblem {
    FieldProblem {
        field: json_name(path),
        message,
    }
}
