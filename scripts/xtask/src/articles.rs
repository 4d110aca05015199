//! The articles of the procedure, and where texts name them.

/// An article that the platform carries out.
#[derive(Debug)]
pub struct Article {
    /// Number in the procedure.
    pub number: u32,
    /// The service that carries it out, or `all`.
    pub service: &'static str,
    /// It is carried out by calls, not only by how the platform is built.
    pub called: bool,
    /// Numbers of the forms that it asks for.
    pub forms: Vec<&'static str>,
    /// What it demands.
    pub demand: &'static str,
}

/// The articles in the order of their numbers.
pub fn articles() -> impl Iterator<Item = Article> {
    include_str!("../data/articles.tsv")
        .lines()
        .skip(1)
        .filter_map(article)
}

fn article(line: &'static str) -> Option<Article> {
    let mut columns = line.split('\t');
    Some(Article {
        number: columns.next()?.parse().ok()?,
        service: columns.next()?,
        called: columns.next()? == "calls",
        forms: columns.next()?.split_whitespace().collect(),
        demand: columns.next()?,
    })
}

/// The articles that a comment names, such as `Art. 5`, `Art. 5, Art. 7` and `Art. 22-24`.
#[must_use]
pub fn named_in(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for after in text.split("Art. ").skip(1) {
        let (first, rest) = number(after);
        let (last, _) = rest.strip_prefix('-').map_or((None, rest), number);
        if let Some(first) = first {
            found.extend(first..=last.unwrap_or(first));
        }
    }
    found
}

fn number(text: &str) -> (Option<u32>, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (text[..end].parse().ok(), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_names_articles_one_by_one_and_in_ranges() {
        assert_eq!(
            named_in("Art. 26, Art. 28. Orders a run; Art. 5-7 too."),
            [26, 28, 5, 6, 7]
        );
        assert!(named_in("Article 5, Art. of war").is_empty());
    }

    #[test]
    fn every_line_of_the_table_is_an_article() {
        let lines = include_str!("../data/articles.tsv").lines().count();
        assert_eq!(articles().count() + 1, lines);
    }
}
