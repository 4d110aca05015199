//! Adjustments of monthly benefits.

use std::collections::BTreeMap;

use benefit_review::benefit::rules::{Adjustment, Adjustments, Due, Held, Made};
use contracts::benefit_review::v1::{AdjustmentBasis, Benefit, BenefitKind, SurvivorRelation};
use contracts::reflect::label_of;
use law::{Catalogue, LocalValue, Month, Sheet, Unwritten};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde::Deserialize;
use time::Date;
use time::macros::date;

use super::benefits::catalogue;
use super::day;

const ADJUSTED_ON: Date = date!(2024 - 01 - 01);
const AREA: &str = "440300";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worked {
    name: String,
    #[expect(dead_code, reason = "read by `cargo xtask traceability`")]
    article: u32,
    given: Given,
    expect: Decimal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    待遇: String,
    #[serde(default)]
    等级: i32,
    #[serde(default)]
    护理: String,
    #[serde(default)]
    亲属: String,
    #[serde(default)]
    孤寡: bool,
    月标准: Decimal,
    首月: Option<Month>,
    自: Option<String>,
    #[serde(default)]
    标准: BTreeMap<String, String>,
}

impl Given {
    fn held(&self) -> Held {
        match self.待遇.as_str() {
            "伤残津贴" => Held::Allowance(self.等级),
            "生活护理费" => Held::Nursing(named("NursingGrade", &self.护理)),
            "供养亲属抚恤金" => Held::Pension {
                relation: named("SurvivorRelation", &self.亲属),
                lone_or_orphan: self.孤寡,
            },
            other => panic!("待遇：{other}"),
        }
    }
}

/// The value of an enum by its Chinese label.
fn named<E: TryFrom<i32>>(of: &str, label: &str) -> E {
    let of = format!("workinjury.benefit_review.v1.{of}");
    let number = (1..10).find(|number| label_of(&of, *number) == label);
    let known = number.and_then(|number| E::try_from(number).ok());
    known.unwrap_or_else(|| panic!("{of}：{label}"))
}

/// The adjustment by what the area has set from a day on.
fn adjustment(
    catalogue: &Catalogue,
    held: Held,
    set: &BTreeMap<String, String>,
    from: Date,
) -> Adjustment {
    let average = ("area_average_monthly_wage".to_owned(), "8000".to_owned());
    let set = set.clone().into_iter().chain([average]);
    let set: Vec<_> = set
        .map(|(name, value)| LocalValue {
            name,
            from,
            value,
            source: "统筹地区待遇调整文件".to_owned(),
        })
        .collect();
    let law = catalogue.as_of(AREA, ADJUSTED_ON, &set, &[]).unwrap();
    Adjustment::of(held, &law).unwrap()
}

// Art. 68, Art. 72
#[test]
fn a_monthly_benefit_is_adjusted_by_what_the_area_has_set_for_the_day() {
    let cases: Vec<Worked> =
        serde_saphyr::from_str(include_str!("../../law/adjustment.yaml")).unwrap();
    assert!(!cases.is_empty());
    let catalogue = catalogue();
    for Worked {
        name,
        given,
        expect,
        ..
    } in cases
    {
        let from = given.自.as_deref().map_or(ADJUSTED_ON, day);
        let adjustment = adjustment(&catalogue, given.held(), &given.标准, from);
        let since = given
            .首月
            .unwrap_or_else(|| Month::of(date!(2020 - 05 - 01)));
        let worksheet = adjustment.adjusted::<Sheet>(given.月标准, since);
        assert_eq!(worksheet.value, expect, "{name}: {worksheet:#?}");
        let shown = law::money::format_yuan(expect);
        assert!(
            worksheet
                .lines
                .last()
                .is_some_and(|line| line.value == *shown),
            "{name}: the last line is not its result: {worksheet:#?}"
        );
        let alone = adjustment.adjusted::<Unwritten>(given.月标准, since);
        assert_eq!(alone.value, expect, "{name}, without a worksheet");
    }
}

proptest! {
    // Art. 68, Art. 72
    #[test]
    fn no_adjustment_takes_anything_away_and_who_had_more_has_not_less(
        fen in 1_i64..2_000_000,
        more in 0_i64..1_000_000,
        ratio in 0_i64..2000,
        amount in 0_i64..50_000,
        least in 100_i64..500_000,
    ) {
        let set = BTreeMap::from([
            ("survivor_pension_increase_ratio".to_owned(), Decimal::new(ratio, 4).to_string()),
            ("survivor_pension_increase.relative".to_owned(), Decimal::new(amount, 2).to_string()),
            ("survivor_pension_least".to_owned(), Decimal::new(least, 2).to_string()),
        ]);
        let held = Held::Pension { relation: SurvivorRelation::Parent, lone_or_orphan: false };
        let adjustment = adjustment(&catalogue(), held, &set, ADJUSTED_ON);
        let since = Month::of(date!(2020 - 05 - 01));
        let of = |fen| adjustment.adjusted::<Unwritten>(Decimal::new(fen, 2), since).value;
        prop_assert!(of(fen) >= Decimal::new(fen, 2));
        prop_assert!(of(fen) >= Decimal::new(least, 2));
        prop_assert!(of(fen + more) >= of(fen));
    }

    // Art. 87
    #[test]
    fn what_has_ended_stays_ended_whenever_that_is_decided(
        ends in 0i32..24,
        amount in 0i64..50_000,
        least in 100i64..500_000,
    ) {
        let figures = [
            ("disability_allowance_increase.4", Decimal::new(amount, 2)),
            ("disability_allowance_least.4", Decimal::new(least, 2)),
        ];
        let set = figures.map(|(name, yuan)| LocalValue {
            name: name.to_owned(),
            from: ADJUSTED_ON,
            value: yuan.to_string(),
            source: "统筹地区待遇调整文件".to_owned(),
        });
        let law = catalogue().as_of(AREA, ADJUSTED_ON, &set, &[]).unwrap();
        let kind = BenefitKind::DisabilityAllowance;
        let adjustments = Adjustments::of(vec![Made::of(kind, &law).unwrap()]);
        let begins = Month::of(ADJUSTED_ON).plus(-12);
        let told = |yuan: i64, from: Month| Benefit {
            kind: kind as i32,
            amount: Some(Decimal::from(yuan).into()),
            from_month: Some(from.into()),
            adjusts_by: Some(AdjustmentBasis { disability_grade: 4, ..AdjustmentBasis::default() }),
            ..Benefit::default()
        };
        let begun = adjustments.told(&[], vec![told(3000, begins)]).unwrap();
        let ended = adjustments.told(&begun, vec![told(0, begins.plus(ends))]).unwrap();
        let due = Due::of(begun.iter().chain(&ended)).unwrap();
        let open: usize = due.stretches(kind as i32, begins.plus(ends)).map(|one| one.len()).sum();
        prop_assert_eq!(open, 0, "{:?}", ended);
    }
}
