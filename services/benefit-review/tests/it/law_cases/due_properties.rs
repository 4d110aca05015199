//! What holds of what a review tells, whatever was told before.

use std::collections::BTreeMap;

use benefit_review::benefit::cash::changes;
use benefit_review::benefit::rules::{Adjustments, Award, Due, Ends, Step, changed, split};
use chassis::Error;
use contracts::benefit_review::v1::{
    AdjustmentBasis, Award as WireAward, Benefit, BenefitKind, PayeeKind, Payer,
};
use law::{Month, Sheet, Steps, Unwritten};
use proptest::prelude::*;
use rust_decimal::Decimal;
use time::macros::date;

fn month(of_2027: i32) -> contracts::Month {
    Month::new(2027, 1).unwrap().plus(of_2027).into()
}

prop_compose! {
    /// A pension of one of two relatives that one of two bear, for some months or on and on, or something once.
    fn any_told()(
        yuan in 0i64..4,
        months in proptest::option::of((0i32..12, proptest::option::of(0i32..6))),
        fund in any::<bool>(),
        relative in 0u8..2,
    ) -> Benefit {
        Benefit {
            kind: BenefitKind::SurvivorPension as i32,
            payer: if fund { Payer::Fund } else { Payer::Employer } as i32,
            amount: Some(Decimal::from(yuan).into()),
            payee: PayeeKind::Relative as i32,
            payee_id: relative.to_string(),
            from_month: months.map(|(from, _)| month(from)),
            until_month: months.and_then(|(from, more)| more.map(|more| month(from + more))),
            ..Benefit::default()
        }
    }
}

// Art. 87, Art. 90
#[test]
fn a_benefit_that_cannot_be_read_is_named_and_not_taken_for_nothing() {
    let good = Benefit {
        benefit_id: "0199f8b2-6a5e-7c10-8000-000000000001".to_owned(),
        kind: BenefitKind::DisabilityAllowance as i32,
        amount: Some(Decimal::from(3000).into()),
        from_month: Some(month(0)),
        ..Benefit::default()
    };
    let spoilt = [
        Benefit {
            amount: Some(contracts::Money::from_text("三千元")),
            ..good.clone()
        },
        Benefit {
            amount: None,
            ..good.clone()
        },
        Benefit {
            from_month: Some(contracts::Month::default()),
            ..good.clone()
        },
        Benefit {
            until_month: Some(contracts::Month::default()),
            ..good.clone()
        },
    ];
    let adjustments = Adjustments::default();
    let ends = Ends::default();
    let step = Step::TakeBack {
        kind: BenefitKind::DisabilityAllowance,
        month: Month::new(2027, 1).unwrap(),
        others: adjustments.clone(),
    };
    let steps = [step];
    adjustments.told(&[], vec![good.clone()]).unwrap();
    for bad in spoilt {
        let both = [good.clone(), bad.clone()];
        for error in [
            Due::of(&both).unwrap_err(),
            changed::<Unwritten>(&steps, &both, &ends).unwrap_err(),
        ] {
            assert!(
                matches!(&error, Error::Internal(why) if why.to_string().contains(&good.benefit_id))
            );
        }
    }
    let of_grade = AdjustmentBasis {
        disability_grade: 1,
        ..AdjustmentBasis::default()
    };
    let bad = Benefit {
        amount: Some(contracts::Money::from_text("三千元")),
        adjusts_by: Some(of_grade),
        ..good.clone()
    };
    adjustments
        .told(std::slice::from_ref(&bad), vec![good.clone()])
        .unwrap_err();
    adjustments.told(&[], vec![bad]).unwrap_err();
}

proptest! {
    // Art. 90
    #[test]
    fn what_a_review_tells_makes_what_was_due_what_is_due(
        before in proptest::collection::vec(any_told(), 0..8),
        after in proptest::collection::vec(any_told(), 0..8),
    ) {
        let is = Due::of(&after).unwrap();
        let told = is.told(&Due::of(&before).unwrap());
        let both = Due::of(before.iter().chain(&told)).unwrap();
        prop_assert!(is.differences(&both).is_empty(), "{:?}", told);
        prop_assert!(is.told(&both).is_empty());
    }

    // Art. 90
    #[test]
    fn what_was_told_twice_the_same_way_is_told_no_more(
        told in proptest::collection::vec(any_told(), 0..8),
    ) {
        let due = Due::of(&told).unwrap();
        prop_assert!(due.told(&Due::of(&told).unwrap()).is_empty());
    }

    // Art. 58
    #[test]
    fn what_falls_on_a_late_employer_and_what_is_left_are_the_whole_month_for_month(
        from in 0i32..24,
        more in proptest::option::of(0i32..24),
        accepted in 1i32..36,
    ) {
        let start = Month::new(2027, 1).unwrap();
        let until = more.map(|more| start.plus(from + more));
        let award = Award {
            kind: BenefitKind::NursingAllowance,
            payer: Payer::Fund,
            survivor: None,
            from: Some(start.plus(from)),
            until,
            worksheet: Steps::result(Sheet::new(), Decimal::from(2400)),
        };
        let overdue = (date!(2026 - 12 - 07), start.plus(accepted).first_day());
        let (late, rest) = split(award.clone(), overdue, start.first_day());
        let covers = |part: &Option<Award>, month: Month| part.as_ref().is_some_and(|part| {
            part.from.is_some_and(|from| from <= month) && part.until.is_none_or(|until| month <= until)
        });
        let whole = Some(award);
        for month in (0..60).map(|after| start.plus(after)) {
            let parts = [covers(&late, month), covers(&rest, month)];
            prop_assert_eq!(parts.contains(&true), covers(&whole, month), "{}", month);
            prop_assert!(parts != [true, true], "{}", month);
            prop_assert!(!parts[0] || month < start.plus(accepted));
        }
        for (part, payer) in [(late, Payer::Employer), (rest, Payer::Fund)] {
            if let Some(part) = part {
                prop_assert_eq!((part.payer, part.worksheet.value), (payer, Decimal::from(2400)));
            }
        }
    }

    // Art. 69, Art. 71, Art. 90
    #[test]
    fn what_is_told_of_sums_that_are_paid_once_adds_up_to_the_last_decision(
        decisions in proptest::collection::vec(proptest::collection::btree_map(1i32..3, 0i64..5, 0..3), 1..6),
    ) {
        let awards = |of_payers: &BTreeMap<i32, i64>| -> Vec<WireAward> {
            let award = |(payer, yuan): (&i32, &i64)| WireAward {
                benefit: BenefitKind::LumpSumDeath as i32,
                payer: *payer,
                amount: Some(Decimal::from(*yuan).into()),
                ..WireAward::default()
            };
            of_payers.iter().map(award).collect()
        };
        let mut told: BTreeMap<i32, Decimal> = BTreeMap::new();
        let mut before: Option<Vec<WireAward>> = None;
        for decision in &decisions {
            let after = awards(decision);
            for (award, yuan) in changes(before.as_deref(), &after).unwrap() {
                *told.entry(award.payer).or_default() += yuan;
            }
            before = Some(after);
        }
        told.retain(|_, yuan| !yuan.is_zero());
        let last = decisions.last().unwrap().iter().filter(|(_, yuan)| **yuan != 0);
        let last: BTreeMap<i32, Decimal> = last.map(|(payer, yuan)| (*payer, Decimal::from(*yuan))).collect();
        prop_assert_eq!(told, last);
    }
}
