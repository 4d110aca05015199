//! A request in the words of the forms: fields and choices by their Chinese labels, days and months and amounts as
//! people write them. A word that is none is named, with those that there are.

use contracts::reflect::{extension, label_of, pool, value_label};
use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use super::OWN_WAGE;

/// The pooling area of a case that names none.
const AREA: &str = "440300";

/// What was read, or which word is none.
type Read<T = Value> = Result<T, String>;

/// The JSON of a request that a case gives in words.
pub fn request(full_name: &str, given: &Value) -> Read<String> {
    let message = pool().get_message_by_name(full_name).unwrap();
    let mut request = read(&message, given)?;
    let of_case = request.as_object_mut().unwrap();
    of_case.entry("poolingArea").or_insert_with(|| json!(AREA));
    Ok(request.to_string())
}

/// Names under which a case states what is due: the own wage, and benefits, of survivors with a number.
pub fn benefits<'a>(mut names: impl Iterator<Item = &'a String>) -> Read<()> {
    let kinds = pool().get_enum_by_name("workinjury.benefit_review.v1.BenefitKind");
    let mut known = labels(&kinds.unwrap());
    known.push(OWN_WAGE.to_owned());
    let pension = label_of("workinjury.benefit_review.v1.BenefitKind", 14);
    let is_known = |name: &str| {
        let number = name
            .strip_prefix(&*pension)
            .filter(|number| !number.is_empty());
        match number {
            Some(number) => number.parse::<u32>().is_ok_and(|number| number > 0),
            None => known.iter().any(|one| one == name),
        }
    };
    match names.find(|name| !is_known(name)) {
        Some(name) => Err(format!(
            "  expect：没有“{name}”这一项。可以填写：{}",
            known.join("、")
        )),
        None => Ok(()),
    }
}

fn label(field: &FieldDescriptor) -> String {
    let options = extension(&field.options(), "field");
    let label = options.as_ref().and_then(|options| options.as_message());
    let label = label.and_then(|options| options.get_field_by_name("label"));
    label.map_or_else(String::new, |label| {
        label.as_str().unwrap_or_default().to_owned()
    })
}

fn labels(choices: &EnumDescriptor) -> Vec<String> {
    let choices = choices.values().filter(|value| value.number() != 0);
    choices.map(|value| value_label(&value)).collect()
}

fn read(message: &MessageDescriptor, given: &Value) -> Read {
    match (message.full_name(), given) {
        ("google.type.Date", Value::String(day)) => {
            let [year, month, day] = numbers(day, "不是日期，写作2021-05-20")?;
            Ok(json!({"year": year, "month": month, "day": day}))
        }
        ("workinjury.common.v1.Month", Value::String(month)) => {
            let [year, month] = numbers(month, "不是月份，写作2021-05")?;
            Ok(json!({"year": year, "month": month}))
        }
        ("workinjury.common.v1.Money", yuan) => Ok(json!({"yuan": text(yuan)})),
        (_, Value::Object(fields)) => {
            let mut read = Map::new();
            for (word, value) in fields {
                let field = message.fields().find(|field| label(field) == *word);
                let field = field.ok_or_else(|| {
                    let known: Vec<_> = message.fields().map(|field| label(&field)).collect();
                    format!(
                        "  given：没有“{word}”这一项。可以填写：{}",
                        known.join("、")
                    )
                })?;
                read.insert(field.json_name().to_owned(), value_of(&field, value)?);
            }
            Ok(Value::Object(read))
        }
        (_, other) => Err(format!("  given：“{other}”应当逐项填写")),
    }
}

fn numbers<const N: usize>(text: &str, why_not: &str) -> Read<[i32; N]> {
    let parts: Result<Vec<i32>, _> = text.split('-').map(str::parse).collect();
    let parts = parts.ok().and_then(|parts| parts.try_into().ok());
    parts.ok_or_else(|| format!("  given：“{text}”{why_not}"))
}

fn value_of(field: &FieldDescriptor, given: &Value) -> Read {
    match (field.is_list(), given) {
        (true, Value::Array(items)) => items.iter().map(|item| one(field, item)).collect(),
        // Parameters, monthly bases and pensions are pairs.
        (true, Value::Object(pairs)) => pairs
            .iter()
            .map(|(key, value)| pair(field, key, value))
            .collect(),
        _ => one(field, given),
    }
}

fn pair(field: &FieldDescriptor, key: &str, value: &Value) -> Read {
    match field.name() {
        of @ ("bases" | "pensions") => {
            let month = pool()
                .get_message_by_name("workinjury.common.v1.Month")
                .unwrap();
            let month = read(&month, &json!(key))?;
            let yuan = if of == "bases" { "base" } else { "pension" };
            Ok(json!({"month": month, yuan: json!({"yuan": text(value)})}))
        }
        _ => Ok(json!({"name": key, "value": text(value)})),
    }
}

fn one(field: &FieldDescriptor, given: &Value) -> Read {
    match field.kind() {
        Kind::Message(message) => read(&message, given),
        Kind::Enum(choices) => {
            let mut values = choices.values();
            let found = values.find(|value| value_label(value) == text(given));
            let found = found.ok_or_else(|| {
                let (of, word, known) = (label(field), text(given), labels(&choices).join("、"));
                format!("  given：“{of}”没有“{word}”这一选项。可以填写：{known}")
            })?;
            Ok(json!(found.name()))
        }
        _ => Ok(given.clone()),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use contracts::benefit_review::v1::EstimateBenefitsRequest;
    use prost::Name;

    use super::*;

    // Art. 68
    #[test]
    fn a_word_that_no_form_has_is_named_with_those_that_there_are() {
        for (given, named) in [
            (
                json!({"伤残登级": 1}),
                "没有“伤残登级”这一项。可以填写：统筹地区、测算类别、",
            ),
            (
                json!({"生活自理障碍等级": "完全不能自理"}),
                "“生活自理障碍等级”没有“完全不能自理”这一选项。可以填写：生活完全不能自理、",
            ),
            (json!({"死亡日期": "2021年3月"}), "“2021年3月”不是日期"),
            (json!({"月缴费工资": {"2021": 6000}}), "“2021”不是月份"),
            (
                json!({"供养亲属": [{"关系": "配偶"}]}),
                "没有“关系”这一项。可以填写：与工亡职工的关系、",
            ),
            (json!({"供养亲属": ["配偶"]}), "“\"配偶\"”应当逐项填写"),
        ] {
            let why = request(&EstimateBenefitsRequest::full_name(), &given).unwrap_err();
            assert!(why.contains(named), "{why}");
        }
        for (name, known) in [
            ("本人工资", true),
            ("伤残津贴", true),
            ("供养亲属抚恤金12", true),
            ("供养亲属抚恤金0", false),
            ("供养亲属抚恤金一", false),
            ("伤残津帖", false),
        ] {
            let why = benefits([name.to_owned()].iter()).err();
            assert_eq!(why.is_none(), known, "{name}");
            assert!(why.is_none_or(|why| why.contains(name)));
        }
    }
}
