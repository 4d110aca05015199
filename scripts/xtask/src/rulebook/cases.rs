//! The worked cases by the article that they are of.

use anyhow::Result;

use crate::checkout::{Source, sources};

/// A worked case.
#[derive(Debug, PartialEq, Eq)]
pub struct Case {
    /// The article that it is of.
    pub article: u32,
    name: String,
    place: String,
}

impl Case {
    /// Its name, with a link to where it stands.
    #[must_use]
    pub fn link(&self) -> String {
        format!("[{}](../{})", self.name, self.place)
    }
}

/// All worked cases, in the order of their files.
///
/// # Errors
/// When a file cannot be read.
pub fn all() -> Result<Vec<Case>> {
    let files = sources("services", &["yaml"])?;
    let of_law = files
        .iter()
        .filter(|source| source.path.contains("/tests/law/"));
    Ok(of_law.flat_map(cases_in).collect())
}

/// The cases of a file: `- name: …` and, below it, `article: …`.
fn cases_in(source: &Source) -> Vec<Case> {
    let mut found = Vec::new();
    let mut last: Option<(usize, &str)> = None;
    for (number, line) in source.code() {
        let bare = line.trim_start_matches([' ', '-']);
        if let Some(name) = line.strip_prefix("- name:") {
            last = Some((number, name.trim().trim_matches(['\'', '"'])));
        } else if let Some(article) = bare.strip_prefix("article:")
            && let (Ok(article), Some((number, name))) = (article.trim().parse(), last)
        {
            found.push(Case {
                article,
                name: name.to_owned(),
                place: format!("{}#L{number}", source.path),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_stands_under_the_article_that_it_names() {
        let source = Source {
            path: "services/x/tests/law/a.yaml".to_owned(),
            text:
                "# 说明\n- name: 一级\n  article: 68\n  given: {}\n- name: '二级'\n  article: 69\n"
                    .to_owned(),
        };
        let links: Vec<_> = cases_in(&source)
            .iter()
            .map(|case| (case.article, case.link()))
            .collect();
        let link =
            |name: &str, line: u32| format!("[{name}](../services/x/tests/law/a.yaml#L{line})");
        assert_eq!(links, [(68, link("一级", 2)), (69, link("二级", 5))]);
    }
}
