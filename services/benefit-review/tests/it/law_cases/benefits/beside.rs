//! What was worked by hand beside what the rules say, so that who reads a failure sees at which step they part.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{OWN_WAGE, due, name_of};
use contracts::benefit_review::v1::EstimateBenefitsResponse;
use contracts::common::v1::Worksheet;

/// What stands where one side has nothing.
const NOTHING: &str = "没有这一项";

/// One benefit in both columns.
struct Row<'a> {
    name: String,
    /// As the rules say it.
    due: String,
    worksheet: Option<&'a Worksheet>,
}

/// All benefits of both sides; those on which they differ with the steps of both.
pub fn beside(
    expected: &BTreeMap<String, String>,
    worked: &BTreeMap<String, String>,
    found: &EstimateBenefitsResponse,
) -> String {
    let mut rows = rows(found);
    for name in expected.keys() {
        if rows.iter().all(|row| row.name != *name) {
            rows.push(Row {
                name: name.clone(),
                due: NOTHING.to_owned(),
                worksheet: None,
            });
        }
    }
    let mut text = String::new();
    for row in rows {
        let stated = expected.get(&row.name).map_or(NOTHING, String::as_str);
        if stated == row.due {
            writeln!(text, "  同  {}：{stated}", row.name).unwrap();
            continue;
        }
        writeln!(text, "  异  {}", row.name).unwrap();
        let by_hand = worked.get(&row.name).map_or("", String::as_str).split('；');
        let left = by_hand.map(str::to_owned).chain([format!("案例 {stated}")]);
        let right = steps(row.worksheet)
            .into_iter()
            .chain([format!("规则 {}", row.due)]);
        columns(&mut text, left.collect(), right.collect());
    }
    text
}

fn rows(found: &EstimateBenefitsResponse) -> Vec<Row<'_>> {
    let own_wage = found.worksheet.iter().map(|worksheet| Row {
        name: OWN_WAGE.to_owned(),
        due: worksheet.lines.last().unwrap().value.clone(),
        worksheet: Some(worksheet),
    });
    let benefits = found.benefits.iter().map(|benefit| Row {
        name: name_of(benefit),
        due: due(benefit),
        worksheet: benefit.worksheet.as_ref(),
    });
    own_wage.chain(benefits).collect()
}

fn steps(worksheet: Option<&Worksheet>) -> Vec<String> {
    let lines = worksheet.into_iter().flat_map(|sheet| &sheet.lines);
    let step = lines.map(|line| format!("{} = {}（{}）", line.label, line.value, line.source));
    step.collect()
}

/// The last lines, the sums, side by side, and the steps above them.
fn columns(text: &mut String, left: Vec<String>, right: Vec<String>) {
    let height = left.len().max(right.len());
    let lift = |column: Vec<String>| {
        let sum = column.len() - 1;
        let mut lifted = column;
        let above = height - lifted.len();
        lifted.splice(sum..sum, vec![String::new(); above]);
        lifted
    };
    let width = left.iter().map(|line| width(line)).max().unwrap_or(0);
    for (left, right) in lift(left).into_iter().zip(lift(right)) {
        let gap = " ".repeat(width - self::width(&left));
        writeln!(text, "        {left}{gap} │ {right}").unwrap();
    }
}

/// Columns of a terminal: a Chinese character takes two.
fn width(line: &str) -> usize {
    line.chars()
        .map(|one| if one < '\u{1100}' { 1 } else { 2 })
        .sum()
}

#[cfg(test)]
mod tests {
    use contracts::benefit_review::v1::{Award, BenefitKind};
    use contracts::common::v1::WorksheetLine;
    use rust_decimal::Decimal;

    use super::*;

    // Art. 68
    #[test]
    fn a_case_that_disagrees_with_the_rules_shows_the_steps_of_both() {
        let line = |label: &str, value: &str| WorksheetLine {
            label: label.to_owned(),
            value: value.to_owned(),
            source: "条例".to_owned(),
        };
        let found = EstimateBenefitsResponse {
            benefits: vec![Award {
                benefit: BenefitKind::LumpSumDisability as i32,
                amount: Some(Decimal::from(24).into()),
                payer: 1,
                worksheet: Some(Worksheet {
                    lines: vec![line("月数", "24"), line("一次性伤残补助金", "24.00")],
                }),
                ..Award::default()
            }],
            worksheet: Some(Worksheet {
                lines: vec![line("本人工资", "1.00")],
            }),
            remarks: Vec::new(),
        };
        let words = |pairs: &[(&str, &str)]| {
            let owned = pairs
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
            owned.collect::<BTreeMap<_, _>>()
        };
        let expected = words(&[
            ("本人工资", "1.00"),
            ("一次性伤残补助金", "27.00 基金"),
            ("伤残津贴", "0.90 基金 2021-06"),
        ]);
        let shown = beside(&expected, &words(&[("一次性伤残补助金", "1 × 27")]), &found);
        let sides = [
            "  同  本人工资：1.00",
            "  异  一次性伤残补助金",
            "        1 × 27          │ 月数 = 24（条例）",
            "                        │ 一次性伤残补助金 = 24.00（条例）",
            "        案例 27.00 基金 │ 规则 24.00 基金",
            "  异  伤残津贴",
            "                               │ ",
            "        案例 0.90 基金 2021-06 │ 规则 没有这一项",
            "",
        ];
        assert_eq!(shown, sides.join("\n"));
    }
}
