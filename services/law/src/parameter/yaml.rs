//! The YAML form of a parameter, and its reading into a [`Definition`].

use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use time::Date;

use super::definition::{Dated, Definition, Kind, Scope};
use super::value::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    label: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    description: String,
    scope: Scope,
    kind: Kind,
    keys: Option<String>,
    #[serde(default)]
    entries: Vec<String>,
    minimum: Option<String>,
    maximum: Option<String>,
    #[serde(default)]
    choices: Vec<String>,
    values: Vec<FileValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileValue {
    from: Date,
    until: Option<Date>,
    #[serde(default)]
    areas: Vec<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    supersedes_local: bool,
    value: Option<String>,
    #[serde(default, deserialize_with = "in_order")]
    table: Vec<(String, String)>,
}

/// Reads one file; on failure, every problem found in it.
pub(super) fn read(yaml: &str) -> Result<Definition, Vec<String>> {
    let file: File =
        serde_saphyr::from_str(yaml).map_err(|error| vec![format!("YAML无法读取：{error}")])?;
    let mut problems = Vec::new();
    if !is_name(&file.name) || file.name.contains('.') {
        problems.push(format!(
            "参数名“{}”只能由小写字母、数字和下划线组成",
            file.name
        ));
    }
    if file.label.trim().is_empty() {
        problems.push("缺少中文名称label".to_owned());
    }
    let mut bound = |text: Option<String>| {
        text.and_then(|text| match Decimal::from_str_exact(&text) {
            Ok(number) => Some(number),
            Err(_) => {
                problems.push(format!("界限“{text}”不是十进制数"));
                None
            }
        })
    };
    let (minimum, maximum) = (bound(file.minimum), bound(file.maximum));
    let mut definition = Definition {
        name: file.name,
        label: file.label.into(),
        unit: file.unit,
        description: file.description,
        scope: file.scope,
        kind: file.kind,
        keys: file.keys,
        entries: Vec::new(),
        minimum,
        maximum,
        choices: file.choices,
        values: Vec::new(),
    };
    if definition.scope == Scope::National && file.values.is_empty() {
        problems.push("全国统一的参数至少要有一个数值".to_owned());
    }
    for key in file.entries {
        let name = format!("{}.{key}", definition.name);
        if definition.is_table() && is_name(&name) {
            definition.entries.push(name.into());
        } else {
            problems.push(format!("entries中的“{key}”不能使用，该项只用于数值表的键"));
        }
    }
    let mut last: Option<Date> = None;
    for value in file.values {
        if let Some(last) = last.filter(|last| value.from <= *last) {
            problems.push(format!(
                "施行日期{}应晚于{last}，数值要按日期排列且不重叠",
                value.from
            ));
        }
        last = Some(value.until.unwrap_or(value.from).max(value.from));
        match dated(&definition, value) {
            Ok(dated) => definition.values.push(dated),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        Ok(definition)
    } else {
        Err(problems)
    }
}

fn dated(definition: &Definition, value: FileValue) -> Result<Dated, Vec<String>> {
    let FileValue {
        from,
        until,
        areas,
        source,
        supersedes_local,
        value,
        table,
    } = value;
    let mut problems = Vec::new();
    if areas.iter().any(|code| !is_code(code)) {
        problems.push(format!(
            "{from}的数值的areas应为行政区划代码的前二、四或六位"
        ));
    }
    if !areas.is_empty() && definition.scope == Scope::National {
        problems.push(format!("{from}的数值由国家统一规定，不能限于部分地区"));
    }
    if source.trim().is_empty() {
        problems.push(format!("{from}的数值缺少依据source"));
    }
    if until.is_some_and(|until| until < from) {
        problems.push(format!("{from}的数值的截止日期早于施行日期"));
    }
    let texts = match (definition.is_table(), value, table.is_empty()) {
        (false, Some(text), true) => vec![(definition.name.clone(), text)],
        (true, None, false) => table
            .into_iter()
            .map(|(key, text)| (format!("{}.{key}", definition.name), text))
            .collect(),
        (false, ..) => {
            problems.push(format!("{from}应以value给出一个数值"));
            Vec::new()
        }
        (true, ..) => {
            problems.push(format!("{from}应以table给出数值表"));
            Vec::new()
        }
    };
    let mut entries = Vec::with_capacity(texts.len());
    for (name, text) in texts {
        if !is_name(&name) {
            problems.push(format!(
                "{from}的“{name}”只能由小写字母、数字、下划线和点组成"
            ));
        }
        match Value::read(definition, &text) {
            Ok(value) => entries.push((Arc::from(name), value)),
            Err(problem) => problems.push(format!("{from}的{name}: {problem}")),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Dated {
        from,
        until,
        areas,
        source: source.into(),
        supersedes_local,
        entries,
    })
}

/// `44`, `4403`, `440300`.
fn is_code(code: &str) -> bool {
    matches!(code.len(), 2 | 4 | 6) && code.bytes().all(|b| b.is_ascii_digit())
}

/// `late_fee_daily_rate`, `floating_tier.4.up_1`.
fn is_name(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    name.split('.').all(part)
}

/// A mapping as pairs in the order of the file, so that grade 10 stands after grade 9.
fn in_order<'de, D: Deserializer<'de>>(table: D) -> Result<Vec<(String, String)>, D::Error> {
    struct Pairs;

    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, String)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a mapping of keys to values")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }

    table.deserialize_map(Pairs)
}
