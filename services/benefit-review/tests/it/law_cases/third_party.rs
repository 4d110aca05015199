//! What a third party compensated of medical costs, compared with bills that were settled.

use benefit_review::third_party::rules::{Back, Settled, compare, left, offset};
use contracts::benefit_review::v1::{Award, CompensationItem};
use law::{Basis, Cited, Sheet};
use rust_decimal::Decimal;
use serde::Deserialize;
use time::macros::date;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worked {
    name: String,
    #[expect(dead_code, reason = "read by `cargo xtask traceability`")]
    article: u32,
    given: Given,
    expect: Expected,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Given {
    medical: Decimal,
    fund: Decimal,
    employer: Decimal,
    compensated: Decimal,
    before: (Decimal, Decimal),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    back: (Decimal, Decimal),
    left: Decimal,
}

// Art. 74
#[test]
fn of_medical_costs_that_a_third_party_compensates_only_the_shortfall_is_paid() {
    let text = include_str!("../../law/third_party.yaml");
    let cases: Vec<Worked> = serde_saphyr::from_str(text).unwrap();
    assert!(!cases.is_empty());
    for Worked {
        name,
        given,
        expect,
        ..
    } in cases
    {
        let settled = Settled {
            fund: given.fund,
            employer: given.employer,
            compensated: given.compensated,
        };
        let (fund, employer) = given.before;
        let before = Back { fund, employer };
        let back = compare(given.medical, settled, before, &mut Sheet::new());
        assert_eq!((back.fund, back.employer), expect.back, "{name}");
        let all = Back {
            fund: fund + back.fund,
            employer: employer + back.employer,
        };
        let rest = left(given.medical, given.compensated, all);
        assert_eq!(rest, expect.left, "{name}");
    }
}

// Art. 74
#[test]
fn a_benefit_that_makes_a_compensation_up_is_never_below_nothing() {
    for (rule, due, compensated, expected) in [
        ("both", "100.00", "99.99", "100.00"),
        ("offset", "100.00", "99.99", "0.01"),
        ("offset", "100.00", "100.00", "0.00"),
        ("offset", "100.00", "100.01", "0.00"),
    ] {
        let rule = Cited {
            value: rule.to_owned(),
            basis: Basis::new(
                "省人社厅文件".into(),
                "第三人已赔偿的其他待遇".into(),
                date!(2026 - 01 - 01),
            ),
        };
        let mut award = Award {
            amount: Some(due.parse::<Decimal>().unwrap().into()),
            ..Award::default()
        };
        let compensated: Decimal = compensated.parse().unwrap();
        let of = (CompensationItem::Death, compensated, "民事判决书");
        offset(&mut award, of, &rule);
        assert_eq!(award.amount.as_ref().unwrap().as_text(), expected);
        assert_eq!(award.worksheet.unwrap().lines.len(), 3);
    }
}
