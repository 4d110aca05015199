//! The rules with their own comments.

use anyhow::Result;

use crate::articles::named_in;
use crate::checkout::{Source, sources};

/// A function of a `rules` file.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in the code.
    pub name: String,
    /// The file, from the root.
    pub path: String,
    /// The articles that its comment names, or else those of its section.
    pub articles: Vec<u32>,
    /// Its comment, without what concerns errors.
    pub comment: String,
    /// Texts in its code, parameters among them.
    texts: Vec<String>,
}

impl Rule {
    /// Whether it asks its service's law for a parameter.
    #[must_use]
    pub fn asks_for(&self, service: &str, parameter: &str) -> bool {
        let of_service = service == "law" || self.path.starts_with(&format!("services/{service}/"));
        let table = format!("{parameter}.");
        let asked = |text: &String| text == parameter || text.starts_with(&table);
        of_service && self.texts.iter().any(asked)
    }
}

/// All rules, in the order of their files.
///
/// # Errors
/// When a file cannot be read.
pub fn all() -> Result<Vec<Rule>> {
    let mut all = Vec::new();
    for source in sources("services", &["rs"])? {
        let is_rules = source.path.contains("/rules/") || source.path.ends_with("/rules.rs");
        if is_rules && source.path.contains("/src/") {
            all.extend(rules_in(&source, &section_articles(&source.path)?));
        }
    }
    Ok(all)
}

/// The articles that the comment of a section names.
fn section_articles(path: &str) -> Result<Vec<u32>> {
    let section = path.split("/rules").next().unwrap_or(path);
    let (folder, name) = section.rsplit_once('/').unwrap_or(("", section));
    let mut files = sources(folder, &["rs"])?.into_iter();
    let of_section = files.find(|source| source.path == format!("{folder}/{name}.rs"));
    let heading = of_section.map(|source| {
        let lines = source
            .text
            .lines()
            .take_while(|line| line.starts_with("//!"));
        lines.collect::<String>()
    });
    Ok(named_in(&heading.unwrap_or_default()))
}

fn rules_in(source: &Source, of_section: &[u32]) -> Vec<Rule> {
    let mut found: Vec<Rule> = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    for line in source.text.lines() {
        let code = line.trim();
        if code == "#[cfg(test)]" {
            break;
        }
        if let Some(said) = code.strip_prefix("///") {
            comment.push(said.trim());
            continue;
        }
        if let Some(name) = function(code) {
            found.extend(rule(source, name, &comment, of_section));
        }
        if let Some(last) = found.last_mut() {
            last.texts.extend(texts(code));
        }
        if !code.starts_with("#[") {
            comment.clear();
        }
    }
    found.retain(|rule| !rule.articles.is_empty());
    found
}

fn rule(source: &Source, name: &str, comment: &[&str], of_section: &[u32]) -> Option<Rule> {
    let said = comment.iter().take_while(|line| !line.starts_with('#'));
    let said: Vec<&str> = said.copied().filter(|line| !line.is_empty()).collect();
    let said = said.join(" ");
    let named = named_in(&said);
    let by_law = said.contains('条') && named.is_empty();
    let articles = match by_law {
        true => of_section.first().copied().into_iter().collect(),
        false => named,
    };
    (!said.is_empty()).then(|| Rule {
        name: name.to_owned(),
        path: source.path.clone(),
        articles,
        comment: said,
        texts: Vec::new(),
    })
}

/// The name of the function that begins on a line, whoever may call it.
fn function(code: &str) -> Option<&str> {
    let (before, after) = code.split_once("fn ")?;
    let modifiers = before.is_empty() || before.starts_with("pub") || before == "const ";
    let end = after.find(['(', '<'])?;
    modifiers.then(|| &after[..end])
}

/// The texts between quotes on a line.
fn texts(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split('"').skip(1).step_by(2).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "//! Rules.\n\n/// Art. 68. A lump sum.\n///\n/// # Errors\n/// Never.\n#[must_use]\npub fn \
        lump_sum<S>(law: &Law) {\n    law.decimal(\"months\");\n}\n\n/// 条例第三十四条. Nursing.\npub fn nursing() \
        {}\n\n/// Adds up.\npub fn helper() {}\n";

    #[test]
    fn a_rule_has_the_articles_of_its_comment_or_of_its_section() {
        let source = Source {
            path: "services/benefit-review/src/disability/rules.rs".to_owned(),
            text: FILE.to_owned(),
        };
        let rules = rules_in(&source, &[68]);
        let named: Vec<_> = rules
            .iter()
            .map(|rule| (&*rule.name, &*rule.comment))
            .collect();
        let expected = [
            ("lump_sum", "Art. 68. A lump sum."),
            ("nursing", "条例第三十四条. Nursing."),
        ];
        assert_eq!(named, expected);
        assert!(rules[0].asks_for("benefit-review", "months"));
        assert!(!rules[0].asks_for("collection", "months"));
        assert!(!rules[1].asks_for("benefit-review", "months"));
    }
}
