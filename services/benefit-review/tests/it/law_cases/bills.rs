//! Bills, decided line by line, added up, with their meals and what looks odd about them.

use benefit_review::medical::rules::{Line, Sums, Verdict, decide, flags, meals, sums};
use contracts::benefit_review::v1::{Flag, LineOutcome, Payer};
use law::Sheet;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::bill::Given;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worked {
    name: String,
    #[expect(dead_code, reason = "read by `cargo xtask traceability`")]
    article: u32,
    #[serde(default)]
    given: Given,
    expect: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// What became of each line, such as `paid 10.00`, `cut 8.00 PRICE`, `refused RELAPSE`, `review GRADE`,
    /// `paid 10.00 by employer OVERDUE`.
    lines: Option<Vec<String>>,
    sums: Option<Shares>,
    /// Yuan of the fund and of the employer, at 50 a day unless a standard is given.
    meals: Option<(Decimal, Decimal)>,
    /// What looks odd, such as `SPLIT_STAY`, `QUANTITY 2`.
    flags: Option<Vec<String>>,
}

#[derive(Deserialize, Default, Debug, PartialEq)]
#[serde(deny_unknown_fields, default)]
struct Shares {
    total: Decimal,
    fund: Decimal,
    employer: Decimal,
    compensated: Decimal,
    nobody: Decimal,
    in_review: Decimal,
}

fn told(verdict: &Verdict) -> String {
    let mut text = match verdict.outcome {
        LineOutcome::Paid => format!("paid {:.2}", verdict.recognised),
        LineOutcome::Cut => format!("cut {:.2}", verdict.recognised),
        LineOutcome::Refused => "refused".to_owned(),
        LineOutcome::Review => "review".to_owned(),
        LineOutcome::Unspecified => panic!("undecided"),
    };
    if verdict.payer == Payer::Employer {
        text.push_str(" by employer");
    }
    for reason in &verdict.reasons {
        let reason = reason.reason().reason;
        text.push(' ');
        text.push_str(reason.trim_start_matches("LINE_"));
    }
    text
}

fn shown(flag: &Flag) -> String {
    let kind = flag.kind().as_str_name().trim_start_matches("FLAG_KIND_");
    match flag.line_number {
        0 => kind.to_owned(),
        number => format!("{kind} {number}"),
    }
}

fn shares(sums: Sums) -> Shares {
    Shares {
        total: sums.total,
        fund: sums.fund,
        employer: sums.employer,
        compensated: sums.compensated,
        nobody: sums.nobody,
        in_review: sums.in_review,
    }
}

fn added(lines: &[Line], verdicts: &[Verdict], given: &Given) -> Shares {
    shares(sums(lines, verdicts, given.cap(), &mut Sheet::new()))
}

fn hold(text: &str) {
    let cases: Vec<Worked> = serde_saphyr::from_str(text).unwrap();
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in cases {
        let (lines, facts) = (case.given.lines(), case.given.facts());
        let verdicts = decide(&lines, &facts).unwrap();
        let mut compare = |of: &str, came_out: String, expected: String| {
            if came_out != expected {
                wrong.push(format!(
                    "{}\n  {of}: {came_out}\n  expected: {expected}",
                    case.name
                ));
            }
        };
        if let Some(expected) = &case.expect.lines {
            let came_out: Vec<String> = verdicts.iter().map(told).collect();
            compare("lines", format!("{came_out:?}"), format!("{expected:?}"));
        }
        if let Some(expected) = &case.expect.sums {
            let came_out = added(&lines, &verdicts, &case.given);
            if came_out != *expected {
                compare("sums", format!("{came_out:?}"), format!("{expected:?}"));
            }
        }
        if let Some((fund, employer)) = case.expect.meals {
            let (standards, mut sheet) = (case.given.meal_standards(), Sheet::new());
            let standards = (standards.as_slice(), &mut sheet);
            let came_out = meals(&lines, &verdicts, &facts, standards);
            compare(
                "meals",
                format!("{:.2} {:.2}", came_out.0, came_out.1),
                format!("{fund:.2} {employer:.2}"),
            );
        }
        if let Some(expected) = &case.expect.flags {
            let came_out: Vec<String> = flags(&lines, &facts).iter().map(shown).collect();
            compare("flags", format!("{came_out:?}"), format!("{expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// Art. 44
// Art. 54
// Art. 56
// Art. 58
// Art. 59
// Art. 62
#[test]
fn a_line_is_paid_where_the_injury_gives_a_claim_on_its_day() {
    hold(include_str!("../../law/bill_eligibility.yaml"));
}

// Art. 40
// Art. 41
// Art. 42
// Art. 45
// Art. 62
#[test]
fn a_line_is_paid_where_its_institution_may_charge_on_its_day() {
    hold(include_str!("../../law/bill_institutions.yaml"));
}

// Art. 43
// Art. 62
// Art. 90
#[test]
fn a_line_is_paid_up_to_what_the_catalogues_allow() {
    hold(include_str!("../../law/bill_catalogues.yaml"));
}

// Art. 47
// Art. 48
// Art. 62
#[test]
fn rehabilitation_is_paid_as_it_was_approved() {
    hold(include_str!("../../law/bill_rehabilitation.yaml"));
}

// Art. 62
// Art. 65
#[test]
fn the_shares_of_a_bill_add_up_to_it() {
    hold(include_str!("../../law/bill_sums.yaml"));
}

// Art. 64
#[test]
fn meals_are_granted_for_the_days_in_hospital() {
    hold(include_str!("../../law/meals.yaml"));
}

// Art. 62
// Art. 63
#[test]
fn what_looks_odd_is_flagged_and_what_is_near_it_is_not() {
    hold(include_str!("../../law/bill_flags.yaml"));
}
