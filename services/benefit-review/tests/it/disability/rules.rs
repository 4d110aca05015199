//! Rules that no journey reaches, or that are best seen in figures.

use benefit_review::benefit::rules::{Reported, once_a_month};
use benefit_review::disability::rules::pension_difference;
use benefit_review::disability::rules::standing::{End, restated};
use contracts::Money;
use law::money::Rounding;
use law::{Sheet, Unwritten};
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worked {
    name: String,
    #[expect(dead_code, reason = "read by `cargo xtask traceability`")]
    article: u32,
    given: Given,
    expect: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    #[serde(rename = "伤残津贴")]
    allowance: Decimal,
    #[serde(rename = "基本养老金")]
    pension: Decimal,
    #[serde(rename = "取整方式", default = "fen")]
    rounding: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(rename = "差额")]
    difference: Decimal,
}

fn fen() -> String {
    "fen".to_owned()
}

// Art. 68
#[test]
fn what_the_fund_adds_to_a_pension_is_that_of_the_worked_cases() {
    let text = include_str!("../../law/retirement.yaml");
    let cases: Vec<Worked> = serde_saphyr::from_str(text).unwrap();
    for case in cases {
        let given = &case.given;
        let rounding: Rounding = given.rounding.parse().unwrap();
        let of = (date!(2028 - 01 - 15), given.pension);
        let figure = (given.allowance, "伤残待遇核定表（表5-7）");
        let found = pension_difference::<Sheet>(figure, of, rounding);
        let quick = pension_difference::<Unwritten>(figure, of, rounding);
        assert_eq!(found.value, case.expect.difference, "{}", case.name);
        assert_eq!(quick.value, found.value, "{}", case.name);
    }
}

fn award(kind: BenefitKind, payer: Payer, amount: &str, from: Option<&str>) -> Award {
    let from: Option<Month> = from.map(|from| from.parse().unwrap());
    Award {
        benefit: kind as i32,
        payer: payer as i32,
        amount: Some(Money::from_text(amount)),
        monthly: from.is_some(),
        from_month: from.map(Into::into),
        ..Award::default()
    }
}

// Art. 68
#[test]
fn what_has_not_begun_ends_in_its_first_month_and_what_has_ended_stays() {
    use BenefitKind::{DisabilityAllowance as Allowance, NursingAllowance as Nursing};
    let before = [
        award(Allowance, Payer::Fund, "0.00", Some("2027-02")),
        award(Allowance, Payer::Employer, "4200.00", Some("2027-09")),
        award(Nursing, Payer::Fund, "3200.00", Some("2027-04")),
    ];
    let end = End {
        kinds: &[Allowance],
        from: "2027-06".parse().unwrap(),
        why: "停发",
    };
    let after = restated(&before, Vec::new(), end);
    assert_eq!(
        lines(&after),
        [
            "DISABILITY_ALLOWANCE 0.00 2027-02 FUND",
            "DISABILITY_ALLOWANCE 0.00 2027-09 EMPLOYER",
            "NURSING_ALLOWANCE 3200.00 2027-04 FUND",
        ]
    );
}

// Art. 68
#[test]
fn each_month_counts_once_in_the_own_wage() {
    let month = |text: &str| text.parse::<Month>().unwrap();
    let reported = |of: &str, base: i64, by_employer_of_injury| Reported {
        month: month(of),
        base: Decimal::from(base),
        by_employer_of_injury,
    };
    let all = [
        reported("2026-03", 3000, false),
        reported("2026-03", 6000, false),
        reported("2026-02", 9000, false),
        reported("2026-02", 5000, true),
        reported("2026-01", 4000, false),
    ];
    let bases = [("2026-01", 4000), ("2026-02", 5000), ("2026-03", 6000)];
    let bases = bases.map(|(of, base)| (month(of), Decimal::from(base)));
    let several = ["2026-02", "2026-03"].map(month);
    assert_eq!(once_a_month(&all), (bases.to_vec(), several.to_vec()));
    // Whatever the order in which employers are told of.
    let turned: Vec<_> = all.into_iter().rev().collect();
    assert_eq!(once_a_month(&turned).0, bases);
}
