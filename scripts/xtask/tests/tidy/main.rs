//! The shape of the project, so that every service looks like every other.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read fails the test, as it should"
)]

mod contracts;
mod dependencies;
mod forms;
mod layout;
mod meaning;
mod purity;
mod sentences;
mod tables;

/// Fails with every finding, one a line.
fn assert_none(findings: impl IntoIterator<Item = String>) {
    let findings: Vec<_> = findings.into_iter().collect();
    assert!(findings.is_empty(), "\n  {}\n", findings.join("\n  "));
}

fn services() -> Vec<String> {
    xtask::checkout::services().unwrap()
}

/// Rust sources below a folder, without those of tests.
fn rust(folder: &str) -> Vec<xtask::checkout::Source> {
    let mut sources = xtask::checkout::sources(folder, &["rs"]).unwrap();
    sources.retain(|source| !source.path.contains("/tests/"));
    sources
}

/// Is the word in the line, not only as a part of a longer one?
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        !part(line[..at].chars().next_back()) && !part(line[at + word.len()..].chars().next())
    })
}
