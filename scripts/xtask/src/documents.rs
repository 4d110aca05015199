//! Documents made from the contracts: all forms, and all reasons for which the answer is no.

use std::fmt::Write;

use anyhow::Result;
use contracts::form::{caller_label, department_label, departments, duty_label, forms};
use contracts::options::v1::Form;
use contracts::reflect::extension;
use prost_reflect::{FieldDescriptor, MessageDescriptor};

use crate::checkout::write_or_check;

/// Writes or checks `docs/forms.md`.
///
/// # Errors
/// When the file is stale or cannot be written.
pub fn forms_page(check: bool) -> Result<()> {
    let mut all: Vec<_> = forms().collect();
    all.sort_by_key(|(_, form)| order(&form.number));
    let mut text = "# Forms\n\nMade from the contracts by `cargo xtask forms`.\n\n\
        | Form | Title | Article | Message | Applied on by | Signed by | Department |\n\
        |---|---|---|---|---|---|---|\n"
        .to_owned();
    for (message, form) in &all {
        writeln!(text, "{}", form_row(message, form))?;
    }
    for (message, form) in &all {
        writeln!(text, "\n## {} {}\n", form.number, form.title)?;
        writeln!(
            text,
            "| Field | Label | Bounds | Column |\n|---|---|---|---|"
        )?;
        for field in message.fields() {
            writeln!(text, "{}", field_row(&field))?;
        }
    }
    write_or_check("docs/forms.md", &text, check, "cargo xtask forms")
}

/// Writes or checks `docs/refusals.md`.
///
/// # Errors
/// When the file is stale or cannot be written.
pub fn refusals_page(check: bool) -> Result<()> {
    let mut text =
        "# Refusals\n\nEvery reason for which the answer is no. Made from the contracts by \
        `cargo xtask refusals`; gaps in braces are filled with the facts of the case.\n"
            .to_owned();
    for (of, reasons) in contracts::refusals()
        .iter()
        .filter(|(_, reasons)| !reasons.is_empty())
    {
        writeln!(text, "\n## {}\n", of.package_name())?;
        writeln!(text, "| Reason | Sentence | Source |\n|---|---|---|")?;
        for reason in reasons {
            writeln!(
                text,
                "| `{}` | {} | {} |",
                reason.reason, reason.sentence, reason.source
            )?;
        }
    }
    write_or_check("docs/refusals.md", &text, check, "cargo xtask refusals")
}

/// Chapter and number of a form, so that 3-10A comes after 3-9.
fn order(number: &str) -> (u32, u32, String) {
    let (chapter, rest) = number.split_once('-').unwrap_or((number, ""));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (
        chapter.parse().unwrap_or(u32::MAX),
        digits.parse().unwrap_or(u32::MAX),
        rest[digits.len()..].to_owned(),
    )
}

fn form_row(message: &MessageDescriptor, form: &Form) -> String {
    let joined = |labels: Vec<String>| labels.join("、");
    format!(
        "| {} | {} | {} | `{}` | {} | {} | {} |",
        form.number,
        form.title,
        form.article,
        message.full_name().trim_start_matches("workinjury."),
        joined(form.applicants().map(caller_label).collect()),
        joined(form.signatures().map(duty_label).collect()),
        joined(departments(form).map(department_label).collect()),
    )
}

fn field_row(field: &FieldDescriptor) -> String {
    let mut label = String::new();
    let mut column = String::new();
    let mut bounds = Vec::new();
    if let Some(option) = extension(&field.options(), "field")
        && let Some(option) = option.as_message()
        && let Ok(set) = option.transcode_to::<contracts::options::v1::Field>()
    {
        if set.required {
            bounds.push("required".to_owned());
        }
        if set.format != 0 {
            let name = set.format().as_str_name().trim_start_matches("FORMAT_");
            bounds.push(name.to_lowercase().replace('_', " "));
        }
        bounds.extend((!set.min.is_empty()).then(|| format!("at least {}", set.min)));
        bounds.extend((!set.max.is_empty()).then(|| format!("at most {}", set.max)));
        bounds.extend((set.max_length > 0).then(|| format!("{} characters", set.max_length)));
        bounds.extend((set.max_items > 0).then(|| format!("{} items", set.max_items)));
        (label, column) = (set.label, set.column);
    }
    format!(
        "| `{}` | {label} | {} | {column} |",
        field.name(),
        bounds.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn forms_stand_in_the_order_of_the_procedure() {
        let mut numbers = ["13-A", "3-10B", "3-9", "2-1", "3-10A"];
        numbers.sort_by_key(|number| order(number));
        assert_eq!(numbers, ["2-1", "3-9", "3-10A", "3-10B", "13-A"]);
    }
}
