//! What holds of what a review tells, whatever was told before.

use benefit_review::benefit::rules::Due;
use contracts::benefit_review::v1::{Benefit, BenefitKind, PayeeKind, Payer};
use law::Month;
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

proptest! {
    // Art. 90
    #[test]
    fn what_a_review_tells_makes_what_was_due_what_is_due(
        before in proptest::collection::vec(any_told(), 0..8),
        after in proptest::collection::vec(any_told(), 0..8),
    ) {
        let is = Due::of(&after);
        let told = is.told(&Due::of(&before));
        let both = Due::of(before.iter().chain(&told));
        prop_assert!(is.differences(&both).is_empty(), "{:?}", told);
        prop_assert!(is.told(&both).is_empty());
    }

    // Art. 90
    #[test]
    fn what_was_told_twice_the_same_way_is_told_no_more(
        told in proptest::collection::vec(any_told(), 0..8),
    ) {
        let due = Due::of(&told);
        prop_assert!(due.told(&Due::of(&told)).is_empty());
    }
}
