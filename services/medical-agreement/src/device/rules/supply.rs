//! Whether anybody in the area supplies a device.

use contracts::Refused;
use contracts::medical_agreement::v1::{Clause, ClauseKind, Refusal};

/// Art. 51. What the agency finds of its own device institutions: none of them states one of the codes in
/// the scope or the content of its services.
///
/// # Errors
/// When one does, with its name and the codes.
pub fn nobody_supplies(
    institutions: &[(String, Vec<Clause>)],
    codes: &[&str],
) -> Result<String, Refused> {
    let names: Vec<&str> = institutions.iter().map(|(name, _)| name.as_str()).collect();
    let stated = |clauses: &[Clause], code: &str| {
        let mut own = clauses
            .iter()
            .filter(|clause| matches!(clause.kind(), ClauseKind::Scope | ClauseKind::Content));
        own.any(|clause| names_code(&clause.text, code))
    };
    let supplied: Vec<String> = institutions
        .iter()
        .filter_map(|(name, clauses)| {
            let codes = codes.iter().copied();
            let stated: Vec<&str> = codes.filter(|code| stated(clauses, code)).collect();
            (!stated.is_empty()).then(|| format!("{name}（{}）", stated.join("、")))
        })
        .collect();
    if !supplied.is_empty() {
        let refused = Refused::because(Refusal::DeviceSuppliedHere);
        return Err(refused.with("supplied", supplied.join("，")));
    }
    if names.is_empty() {
        return Ok("本统筹地区没有履行中的辅助器具配置服务协议。".to_owned());
    }
    Ok(format!(
        "本统筹地区{}家辅助器具配置协议机构（{}）的服务范围和服务内容均未列明{}。",
        names.len(),
        names.join("、"),
        codes.join("、"),
    ))
}

/// Is the code in the text, not only as a part of a longer one?
fn names_code(text: &str, code: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    text.match_indices(code).any(|(at, found)| {
        let (before, from) = text.split_at(at);
        let after = from.strip_prefix(found).unwrap_or_default();
        !part(before.chars().next_back()) && !part(after.chars().next())
    })
}
