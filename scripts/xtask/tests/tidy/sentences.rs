//! Sentences that people read.

use crate::{assert_none, rust};

/// Where a mark of half the width stands directly behind Chinese, which has marks of its own.
fn half_width(line: &str) -> Option<&str> {
    let text = line.trim_start();
    let is_comment = text.starts_with("//") || (text.starts_with('#') && !text.starts_with("#["));
    let chinese =
        |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c) || matches!(c, '”' | '》' | '）');
    let follows = |(at, _): &(usize, &str)| text[..*at].chars().next_back().is_some_and(chinese);
    let mut marks = text.match_indices([',', ';', ':', '(', '?', '!']);
    marks
        .find(|mark| !is_comment && follows(mark))
        .map(|_| text)
}

#[test]
fn chinese_sentences_have_chinese_punctuation() {
    let contracts = xtask::checkout::sources("proto", &["proto"]).unwrap();
    let parameters = xtask::checkout::sources("services", &["yaml"]).unwrap();
    let parameters = parameters
        .into_iter()
        .filter(|source| source.path.contains("/parameters/"));
    let sources: Vec<_> = ["services", "gateway", "proto"]
        .into_iter()
        .flat_map(rust)
        .chain(contracts)
        .chain(parameters)
        .collect();
    assert!(sources.len() > 100);
    assert_none(sources.iter().flat_map(|source| {
        let found = source.text.lines().filter_map(half_width);
        found.map(|line| format!("{}: {line}", source.path))
    }));
}

#[test]
fn a_mark_of_half_the_width_is_found_behind_chinese_only() {
    for wrong in ["\"金额, 单位\"", "label: 金额(元)", "“元”: 角"] {
        assert_eq!(half_width(wrong), Some(wrong));
    }
    for right in [
        "\"金额，单位\", \"元\"",
        "label: 金额（元）",
        "// 金额(元)",
        "# 金额, 元",
    ] {
        assert_eq!(half_width(right), None);
    }
}
