//! The rulebook: one document in the order of the procedure, made from the rules themselves.
//!
//! For each article what it demands, the rules with their own comments, the parameters that they rest on with every
//! date and source, the refusals, and the worked cases.

mod cases;
mod parameters;
mod rules;

use std::fmt::Write;

use anyhow::Result;
use contracts::reflect::chinese_number;

use crate::articles::articles;
use crate::checkout::write_or_check;

/// Writes or checks `docs/rulebook.md`.
///
/// # Errors
/// When a file cannot be read, or the page is stale.
pub fn page(check: bool) -> Result<()> {
    write_or_check("docs/rulebook.md", &text()?, check, "cargo xtask rulebook")
}

fn text() -> Result<String> {
    let (rules, cases) = (rules::all()?, cases::all()?);
    let parameters = parameters::all()?;
    let mut text = "# Rulebook\n\nThe law as the platform applies it, in the order of the procedure \
        (工伤保险经办规程, 人社部发〔2012〕11号). Made by `cargo xtask rulebook` from the rules' own comments, the \
        parameter files, the contracts and the worked cases; a figure that an area may set is marked so.\n"
        .to_owned();
    for article in articles() {
        let number = article.number;
        let of_article: Vec<_> = rules
            .iter()
            .filter(|rule| rule.articles.contains(&number))
            .collect();
        writeln!(
            text,
            "\n## 第{}条 (Art. {number})\n\n{}.",
            chinese_number(number),
            article.demand
        )?;
        if !of_article.is_empty() {
            writeln!(text, "\n### Rules\n")?;
        }
        for rule in &of_article {
            writeln!(
                text,
                "- [`{}`](../{}): {}",
                rule.name, rule.path, rule.comment
            )?;
        }
        let named = parameters.iter().filter(|parameter| {
            of_article
                .iter()
                .any(|rule| rule.asks_for(parameter.service(), parameter.name()))
        });
        section(
            &mut text,
            "Parameters",
            named.map(parameters::Parameter::link),
        )?;
        section(&mut text, "Refusals", refusals(number).into_iter())?;
        let own = cases.iter().filter(|case| case.article == number);
        section(&mut text, "Worked cases", own.map(cases::Case::link))?;
    }
    writeln!(
        text,
        "\n## Parameters\n\nEvery value with the first day on which it holds."
    )?;
    for parameter in &parameters {
        write!(text, "{}", parameter.entry()?)?;
    }
    Ok(text)
}

fn section(text: &mut String, title: &str, mut lines: impl Iterator<Item = String>) -> Result<()> {
    let Some(first) = lines.next() else {
        return Ok(());
    };
    writeln!(text, "\n### {title}\n\n- {first}")?;
    for line in lines {
        writeln!(text, "- {line}")?;
    }
    Ok(())
}

/// The refusals that rest on an article of the procedure.
fn refusals(article: u32) -> Vec<String> {
    let source = format!("第{}条", chinese_number(article));
    let all = contracts::refusals()
        .iter()
        .flat_map(|(_, reasons)| reasons);
    all.filter(|reason| {
        reason.source.starts_with("工伤保险经办规程") && reason.source.contains(&source)
    })
    .map(|reason| format!("`{}`: {}", reason.reason, reason.sentence))
    .collect()
}
