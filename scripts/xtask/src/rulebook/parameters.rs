//! The parameters, with every date and source.

use std::fmt::Write;

use anyhow::{Context, Result};
use law::Catalogue;
use law::parameter::{Definition, Scope};
use law::worksheet::Shown;

use crate::checkout::sources;

/// A parameter of a service, or of all.
#[derive(Debug)]
pub struct Parameter {
    service: String,
    path: String,
    definition: Definition,
}

impl Parameter {
    /// The service that decides by it, or `law`.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Its name in the code.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// A link to its entry.
    #[must_use]
    pub fn link(&self) -> String {
        let name = self.name();
        format!("[{}](#{}) (`{name}`)", self.definition.label, self.anchor())
    }

    fn anchor(&self) -> String {
        format!("{}-{}", self.service, self.name())
    }

    /// What it is and all it has been.
    ///
    /// # Errors
    /// Never; writing to a text does not fail.
    pub fn entry(&self) -> Result<String> {
        let own = &self.definition;
        let mut text = String::new();
        writeln!(
            text,
            "\n### {} `{}`\n<a id=\"{}\"></a>\n",
            self.service,
            own.name,
            self.anchor()
        )?;
        let set = match own.scope {
            Scope::National => "全国统一",
            Scope::Area => "统筹地区可以设定",
        };
        let unit = match own.unit.as_str() {
            "" => String::new(),
            unit => format!("（{unit}）"),
        };
        writeln!(
            text,
            "{}{unit}，{set}。{} [{}](../{})",
            own.label, own.description, own.name, self.path
        )?;
        if own.values.is_empty() {
            writeln!(text, "\n没有全国的数值，由统筹地区设定。")?;
            return Ok(text);
        }
        writeln!(
            text,
            "\n| From | Until | Value | Source |\n|---|---|---|---|"
        )?;
        for dated in &own.values {
            let until = dated
                .until
                .map(|until| until.to_string())
                .unwrap_or_default();
            let values = dated.entries.iter().map(|(name, value)| {
                let key = name.strip_prefix(&format!("{}.", own.name));
                key.map_or_else(
                    || value.shown().to_string(),
                    |key| format!("{key}: {}", value.shown()),
                )
            });
            let values: Vec<String> = values.collect();
            let areas = match dated.areas.as_slice() {
                [] => String::new(),
                areas => format!("（仅{}起头的统筹地区）", areas.join("、")),
            };
            writeln!(
                text,
                "| {} | {until} | {}{areas} | {} |",
                dated.from,
                values.join(", "),
                dated.source
            )?;
        }
        Ok(text)
    }
}

/// All parameters: those of all services first.
///
/// # Errors
/// When a file cannot be read.
pub fn all() -> Result<Vec<Parameter>> {
    let mut all = Vec::new();
    for source in sources("services", &["yaml"])? {
        let mut parts = source.path.split('/');
        let (service, folder) = (parts.nth(1).unwrap_or_default(), parts.next());
        if folder != Some("parameters") || source.name() == "public_holidays.yaml" {
            continue;
        }
        let catalogue = Catalogue::parse(&[(source.name(), &source.text)])?;
        let definition = catalogue.definitions().next().cloned();
        all.push(Parameter {
            service: service.to_owned(),
            definition: definition.with_context(|| format!("{} has no parameter", source.path))?,
            path: source.path,
        });
    }
    all.sort_by_key(|one| {
        (
            one.service != "law",
            one.service.clone(),
            one.name().to_owned(),
        )
    });
    Ok(all)
}
