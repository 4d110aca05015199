//! Where each article of the procedure is carried out, and what tries it.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Result, ensure};
use contracts::options::v1::Form;
use contracts::{form, reflect};
use prost_reflect::{MessageDescriptor, MethodDescriptor};

use crate::articles::{Article, articles, named_in};
use crate::checkout::{Source, sources, write_or_check};
use crate::comments;

type Places = BTreeMap<u32, Vec<String>>;

/// Writes or checks `docs/traceability.md`; fails on an article that nothing carries out or tries.
///
/// # Errors
/// With every gap, or when the page is stale.
pub fn page(check: bool) -> Result<()> {
    let (calls, forms, tests) = (calls(), forms(), tests()?);
    let none = Vec::new();
    let mut gaps = String::new();
    let mut text = "# Traceability\n\nEach article of the procedure with what carries it out and what \
        tries it. Made by `cargo xtask traceability`, which fails on a gap: calls and tests name their \
        article in the comment above them, forms in their option or comment; what is applied for on a \
        form goes through the call that takes it.\n"
        .to_owned();
    for article in articles() {
        let of = |places: &Places| places.get(&article.number).unwrap_or(&none).clone();
        let (calls, forms, tests) = (of(&calls), of(&forms), of(&tests));
        for gap in gaps_of(&article, &calls, &forms, &tests) {
            writeln!(
                gaps,
                "  Art. {} ({}): {gap}",
                article.number, article.service
            )?;
        }
        writeln!(
            text,
            "\n## Art. {}\n\n{} ({}).\n",
            article.number, article.demand, article.service
        )?;
        for (what, places) in [("Calls", calls), ("Forms", forms), ("Tests", tests)] {
            if !places.is_empty() {
                writeln!(text, "- {what}: {}", places.join(", "))?;
            }
        }
    }
    let written = write_or_check(
        "docs/traceability.md",
        &text,
        check,
        "cargo xtask traceability",
    );
    ensure!(gaps.is_empty(), "articles with gaps:\n{gaps}");
    written
}

fn gaps_of(article: &Article, calls: &[String], forms: &[String], tests: &[String]) -> Vec<String> {
    let mut gaps = Vec::new();
    if article.called && calls.is_empty() {
        gaps.push("no RPC has it in its comment or takes a form of it".to_owned());
    }
    for number in &article.forms {
        if !forms
            .iter()
            .any(|form| form.starts_with(&format!("{number} ")))
        {
            gaps.push(format!("no message is form {number} of it"));
        }
    }
    if tests.is_empty() {
        gaps.push("no test has it in the comment above it".to_owned());
    }
    gaps
}

fn calls() -> Places {
    let mut found = Places::new();
    for method in methods() {
        for article in named_in(&comments::of_method(&method)) {
            let call = format!("`{}`", name_of(&method));
            found.entry(article).or_default().push(call);
        }
    }
    for (message, form) in form::forms() {
        if let Some(call) = taken_by(&message, &form) {
            for article in of_form(&message, &form) {
                let call = format!("`{call}` on {}", form.number);
                found.entry(article).or_default().push(call);
            }
        }
    }
    found
}

fn methods() -> impl Iterator<Item = MethodDescriptor> {
    reflect::pool()
        .services()
        .flat_map(|s| s.methods().collect::<Vec<_>>())
}

fn name_of(method: &MethodDescriptor) -> String {
    format!("{}.{}", method.parent_service().name(), method.name())
}

/// The RPC that takes a form on which somebody applies: the upload of which it is a row, the start of a
/// run that it orders, or the submission of a case.
fn taken_by(message: &MessageDescriptor, form: &Form) -> Option<String> {
    let rows_are = |method: &MethodDescriptor| {
        let rows = method.input().get_field_by_name("rows");
        rows.is_some_and(|rows| rows.kind().as_message() == Some(message))
    };
    let named = if message.name().ends_with("Order") {
        "RunService.StartRun"
    } else {
        "CaseService.SubmitCase"
    };
    let by = methods()
        .find(rows_are)
        .or_else(|| methods().find(|method| name_of(method) == named))?;
    (!form.applicants.is_empty()).then(|| name_of(&by))
}

fn forms() -> Places {
    let mut found = Places::new();
    for (message, form) in form::forms() {
        for article in of_form(&message, &form) {
            let name = format!("{} {}", form.number, form.title);
            found.entry(article).or_default().push(name);
        }
    }
    found
}

/// The article that the option of a form names, then those that the comment above it names besides.
fn of_form(message: &MessageDescriptor, form: &Form) -> Vec<u32> {
    let mut articles = named_in(&comments::of_message(message));
    articles.retain(|article| *article != form.article);
    articles.insert(0, form.article);
    articles
}

fn tests() -> Result<Places> {
    let mut found = Places::new();
    for source in sources("", &["rs"])? {
        for (article, name) in tests_in(&source) {
            found
                .entry(article)
                .or_default()
                .push(format!("[{name}](../{})", source.path));
        }
    }
    for cases in sources("services", &["yaml"])? {
        if cases.path.contains("/tests/law/") {
            for article in cases_in(&cases) {
                let link = format!("[{}](../{})", cases.name(), cases.path);
                let places = found.entry(article).or_default();
                if !places.contains(&link) {
                    places.push(link);
                }
            }
        }
    }
    Ok(found)
}

/// The tests of a source with the articles that the comments directly above them name.
fn tests_in(source: &Source) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let mut comment = String::new();
    let mut is_test = false;
    for line in source.text.lines().map(str::trim) {
        if line.starts_with("//") {
            comment.push_str(line);
        } else if line.starts_with("#[") {
            is_test |= line.contains("test]") || line.contains("::test(");
        } else {
            let after_fn = line
                .strip_prefix("async ")
                .unwrap_or(line)
                .strip_prefix("fn ");
            if let Some(after_fn) = after_fn.filter(|_| is_test) {
                let end = after_fn.find('(').unwrap_or(after_fn.len());
                let name = &after_fn[..end];
                found.extend(named_in(&comment).into_iter().map(|a| (a, name.to_owned())));
            }
            comment.clear();
            is_test = false;
        }
    }
    found
}

/// The articles of a file of worked cases: those that the comment above all of them names, and those of
/// its lines `article: 30`.
fn cases_in(source: &Source) -> impl Iterator<Item = u32> {
    let lines = source.text.lines();
    let comment = lines.clone().take_while(|line| line.starts_with('#'));
    let of_all = named_in(&comment.collect::<Vec<_>>().join("\n"));
    let of_one = lines.filter_map(|line| {
        let line = line.trim_start_matches([' ', '-']);
        line.strip_prefix("article:")?.trim().parse().ok()
    });
    of_all.into_iter().chain(of_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_taken_by_the_call_of_its_kind() {
        let taken: BTreeMap<String, Option<String>> = form::forms()
            .map(|(message, form)| (form.number.clone(), taken_by(&message, &form)))
            .collect();
        for (number, call) in [
            ("20-A", Some("CaseService.SubmitCase")),
            ("28-A", Some("RunService.StartRun")),
            ("3-2", Some("BaseService.UploadWageRoster")),
            ("20-B", None),
        ] {
            assert_eq!(taken[number].as_deref(), call, "form {number}");
        }
    }

    #[test]
    fn an_article_that_is_called_upon_needs_a_call_whatever_forms_it_has() {
        let article = Article {
            number: 20,
            service: "registration",
            called: true,
            forms: vec!["20-A"],
            demand: "",
        };
        let (call, form) = (vec![String::new()], vec!["20-A 补发申请表".to_owned()]);
        assert_eq!(gaps_of(&article, &[], &form, &call).len(), 1);
        assert_eq!(gaps_of(&article, &call, &form, &call).len(), 0);
        assert_eq!(gaps_of(&article, &call, &[], &call).len(), 1);
    }

    #[test]
    fn a_test_is_found_with_the_articles_above_it() {
        let text = "/// Art. 30. By the day.\n#[test]\nfn a_fee_runs() {}\n\
            // Art. 31\nfn no_test() {}\n\
            // Art. 32, Art. 33\n#[tokio::test(flavor = \"x\")]\nasync fn a_list() {}\n";
        let source = Source {
            path: String::new(),
            text: text.to_owned(),
        };
        let name = str::to_owned;
        assert_eq!(
            tests_in(&source),
            [
                (30, name("a_fee_runs")),
                (32, name("a_list")),
                (33, name("a_list"))
            ]
        );
    }

    #[test]
    fn worked_cases_are_of_the_articles_above_them_and_of_their_own() {
        let text = "# Art. 30, Art. 37. Late fees.\n- name: x # Art. 1\n  article: 10\n";
        let source = Source {
            path: String::new(),
            text: text.to_owned(),
        };
        assert_eq!(cases_in(&source).collect::<Vec<_>>(), [30, 37, 10]);
    }

    #[test]
    fn an_article_without_call_form_and_test_has_three_gaps() {
        let article = Article {
            number: 7,
            service: "registration",
            called: true,
            forms: vec!["2-1"],
            demand: "",
        };
        assert_eq!(gaps_of(&article, &[], &[], &[]).len(), 3);
        let one = |text: &str| vec![text.to_owned()];
        let other_form = gaps_of(&article, &one("Call"), &one("2-10 Other"), &one("test"));
        assert_eq!(other_form, ["no message is form 2-1 of it"]);
        assert_eq!(
            gaps_of(&article, &one("Call"), &one("2-1 Form"), &one("test")).len(),
            0
        );
    }
}
