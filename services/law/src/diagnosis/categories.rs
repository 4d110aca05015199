//! The categories that ICD-10 has.

use std::sync::LazyLock;

use super::DiagnosisError;
use super::code::Code;

const LIST: &str = include_str!("../../data/icd10_categories.csv");

/// In the order of the list, which is that of their numbers.
static CATEGORIES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let codes = LIST.lines().filter_map(|line| line.split(',').next());
    let mut categories: Vec<_> = codes.filter_map(Code::read).map(Code::category).collect();
    categories.sort_unstable();
    categories
});

/// Is the text a category of ICD-10: not only written like one, but in its list?
#[must_use]
pub fn is_category(code: &str) -> bool {
    code.len() == 3 && Code::read(code).is_some_and(has)
}

/// The code that the text is, of a category that there is.
pub(super) fn known(text: &str) -> Result<Code, DiagnosisError> {
    let code = Code::read(text).filter(|code| has(*code));
    code.ok_or_else(|| DiagnosisError::Unknown {
        code: text.to_owned(),
    })
}

fn has(code: Code) -> bool {
    CATEGORIES.binary_search(&code.category()).is_ok()
}
