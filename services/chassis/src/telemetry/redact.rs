//! Identity numbers and bank accounts never leave the process in logs or traces.
//!
//! The rule is by shape, so that it also holds for text that nobody thought of, such as the message of
//! an error of the database: a run of twelve digits or more, with an `X` at its end, is covered. The
//! ids that we log ourselves, UUIDs and hashes in hex, are told by their shape and kept.

use std::borrow::Cow;
use std::io::{self, Write};

use uuid::Uuid;

/// Bank accounts have at least twelve digits, identity numbers fifteen, or seventeen and an `X`.
const FEWEST_DIGITS: usize = 12;

/// The text with every number covered that may be a person's.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    if longest_run(text) < FEWEST_DIGITS {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let word = &rest[start..];
        let end = word
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .unwrap_or(word.len());
        shown.push_str(&rest[..start]);
        redact_word(&word[..end], word[end..].chars().next(), &mut shown);
        rest = &word[end..];
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// A writer in front of a log. Each write is a whole line, as `tracing_subscriber` makes them.
pub struct Redacting<W>(pub W);

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0
            .write_all(redact(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn redact_word(word: &str, next: Option<char>, shown: &mut String) {
    if word.len() == 36 && Uuid::try_parse(word).is_ok() {
        return shown.push_str(word);
    }
    for (index, part) in word.split('-').enumerate() {
        if index > 0 {
            shown.push('-');
        }
        if longest_run(part) < FEWEST_DIGITS || is_hash(part) {
            shown.push_str(part);
        } else {
            cover(part, next, shown);
        }
    }
}

fn cover(part: &str, next: Option<char>, shown: &mut String) {
    // A bare number in JSON must stay one.
    let whole = part.bytes().all(|b| b.is_ascii_digit());
    if whole
        && shown.ends_with([':', '.', ',', '[', '-'])
        && matches!(next, Some(',' | '}' | ']' | '.'))
    {
        return shown.push('0');
    }
    let mut rest = part;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[start..];
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        shown.push_str(&rest[..start]);
        rest = &digits[end..];
        if end < FEWEST_DIGITS {
            shown.push_str(&digits[..end]);
        } else {
            shown.push_str("***");
            rest = rest.strip_prefix(['X', 'x']).unwrap_or(rest);
        }
    }
    shown.push_str(rest);
}

/// The id of a span or trace, or a digest, in lower-case hex. One with as many digits in a row as an
/// identity number has is covered all the same.
fn is_hash(part: &str) -> bool {
    matches!(part.len(), 16 | 32 | 64)
        && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        && longest_run(part) < 15
}

fn longest_run(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max()
        .unwrap_or_default()
}
