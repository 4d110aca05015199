//! What holds of what a review tells, whatever was told before.

use benefit_review::benefit::rules::{Adjustments, Due, Ends, Step, changed};
use chassis::Error;
use contracts::benefit_review::v1::{AdjustmentBasis, Benefit, BenefitKind, PayeeKind, Payer};
use law::{Month, Unwritten};
use proptest::prelude::*;
use rust_decimal::Decimal;

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
}
