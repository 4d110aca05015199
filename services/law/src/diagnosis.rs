//! Diagnoses as they are coded: ICD-10 (GB/T 14396).

/// Is the text a code of ICD-10: a capital letter and two digits, with a point and up to three digits more
/// where it is finer?
#[must_use]
pub fn is_code(text: &str) -> bool {
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    match text.as_bytes() {
        [letter, first, second, finer @ ..] => {
            let finer_fits = |finer: &[u8]| finer.len() <= 3 && digits(finer);
            letter.is_ascii_uppercase()
                && digits(&[*first, *second])
                && (finer.is_empty() || finer.strip_prefix(b".").is_some_and(finer_fits))
        }
        _ => false,
    }
}

/// The category of a code: what stands before its point.
#[must_use]
pub fn category(code: &str) -> &str {
    code.split_once('.').map_or(code, |(category, _)| category)
}
