//! Money comes in exact, is rounded once and goes out exact.

use law::money::{
    LARGEST_YUAN, MoneyError, Quotient, Rounding, fen, format_grouped, format_yuan, parse_yuan,
    shown_yuan,
};
use law::worksheet::Shown;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

#[test]
fn half_a_fen_is_rounded_away_from_zero() {
    for (exact, rounded) in [
        ("0.005", "0.01"),
        ("0.015", "0.02"),
        ("0.025", "0.03"),
        ("-0.005", "-0.01"),
        ("0.00499999", "0.00"),
        ("-0.001", "0.00"),
        ("12", "12.00"),
    ] {
        assert_eq!(fen(decimal(exact)).to_string(), rounded, "of {exact}");
    }
}

#[test]
fn a_quotient_that_does_not_end_is_rounded_as_it_is() {
    // 8333.333… × 0.75 is 6250 to the digit; its first 28 digits are not.
    let wage = Quotient::of(decimal("100000") * decimal("0.75"), decimal("12"));
    assert_eq!(wage.fen().to_string(), "6250.00");
    for (dividend, divisor, rounded, whole) in [
        ("0.06", "12", "0.01", "0.00"),
        ("0.0599999999999999999999999999", "12", "0.00", "0.00"),
        ("-0.06", "12", "-0.01", "0.00"),
        ("1", "3", "0.33", "0.33"),
        ("2", "3", "0.67", "0.66"),
        ("10", "1.5", "6.67", "6.66"),
        (
            "9999999999999999999999999999",
            "0.3",
            "33333333333333333333333333330",
            "33333333333333333333333333330",
        ),
    ] {
        let quotient = Quotient::of(decimal(dividend), decimal(divisor));
        assert_eq!(
            quotient.fen().to_string(),
            rounded,
            "{dividend} / {divisor}"
        );
        assert_eq!(
            quotient.whole_fen().to_string(),
            whole,
            "{dividend} / {divisor}"
        );
    }
    assert!(Quotient::of(decimal("1"), decimal("3")).is_below(decimal("0.3333333334")));
    assert!(Quotient::of(decimal("1"), decimal("3")).is_above(decimal("0.3333333333")));
    // Nothing is divided by what is no divisor.
    assert_eq!(
        Quotient::of(decimal("1"), decimal("0")).fen().to_string(),
        "1.00"
    );
}

#[test]
fn an_area_may_round_up_to_the_jiao_or_the_yuan() {
    assert_eq!(
        Rounding::UpToJiao.apply(decimal("10.01")).to_string(),
        "10.10"
    );
    assert_eq!(
        Rounding::UpToYuan.apply(decimal("10.01")).to_string(),
        "11.00"
    );
    assert_eq!(
        Rounding::UpToYuan.apply(decimal("10.000001")).to_string(),
        "10.00"
    );
    assert_eq!("up_to_yuan".parse(), Ok(Rounding::UpToYuan));
    assert!(
        "down"
            .parse::<Rounding>()
            .unwrap_err()
            .to_string()
            .contains("down")
    );
}

#[test]
fn amounts_are_read_as_people_write_them() {
    for (text, amount) in [
        ("0", "0.00"),
        ("1234.5", "1234.50"),
        ("-0.01", "-0.01"),
        ("007.10", "7.10"),
    ] {
        assert_eq!(parse_yuan(text).unwrap().to_string(), amount);
    }
}

#[test]
fn a_third_decimal_is_refused_and_not_rounded() {
    assert_eq!(
        parse_yuan("1.005"),
        Err(MoneyError::BeyondFen("1.005".into()))
    );
    assert!(matches!(parse_yuan("1.000"), Err(MoneyError::BeyondFen(_))));
}

#[test]
fn what_is_no_plain_number_is_refused() {
    for text in [
        "", "-", ".5", "5.", "1e3", "1E+3", "1,000.00", "¥5", " 5", "+5", "--5", "五", "1.2.3",
        "1_000",
    ] {
        assert!(
            matches!(parse_yuan(text), Err(MoneyError::NotAnAmount(_))),
            "{text}"
        );
    }
}

#[test]
fn an_amount_beyond_the_column_is_refused() {
    assert_eq!(LARGEST_YUAN.to_string(), "9999999999999.99");
    assert_eq!(parse_yuan("9999999999999.99"), Ok(LARGEST_YUAN));
    for text in ["10000000000000", "-10000000000000", &"9".repeat(60)] {
        assert!(
            matches!(parse_yuan(text), Err(MoneyError::TooLarge(_))),
            "{text}"
        );
    }
}

#[test]
fn thousands_are_grouped_for_the_reader_only() {
    assert_eq!(format_yuan(decimal("1234567.5")), "1234567.50");
    assert_eq!(format_grouped(decimal("1234567.5")), "1,234,567.50");
    assert_eq!(format_grouped(decimal("-123456")), "-123,456.00");
    assert_eq!(format_grouped(decimal("12")), "12.00");
}

proptest! {
    #[test]
    fn no_rounded_quotient_is_more_than_half_a_fen_from_the_exact_one(
        dividend in -1_000_000_000_000_i64..1_000_000_000_000,
        scale in 0_u32..8,
        divisor in 1_i64..1000,
    ) {
        let (dividend, divisor) = (Decimal::new(dividend, scale), Decimal::from(divisor));
        let rounded = Quotient::of(dividend, divisor).fen();
        let apart = (rounded * divisor - dividend).abs() * Decimal::TWO;
        let fen = Decimal::new(1, 2) * divisor;
        prop_assert!(apart <= fen);
        // Of two that are as near the one that is further from zero.
        prop_assert!(apart < fen || (rounded * divisor).abs() > dividend.abs());
        prop_assert_eq!(rounded.scale(), 2);
    }

    #[test]
    fn rounding_twice_is_rounding_once(number in any::<i64>(), scale in 0u32..12) {
        let once = fen(Decimal::new(number, scale));
        prop_assert_eq!(fen(once), once);
        prop_assert_eq!(once.scale(), 2);
        prop_assert!((once - Decimal::new(number, scale)).abs() <= decimal("0.005"));
    }

    #[test]
    fn rounding_does_not_see_the_sign(number in any::<i64>(), scale in 0u32..12) {
        let exact = Decimal::new(number, scale);
        prop_assert_eq!(fen(-exact), -fen(exact));
    }

    #[test]
    fn what_is_printed_is_read_back(fens in -999_999_999_999_999i64..=999_999_999_999_999) {
        let amount = Decimal::new(fens, 2);
        prop_assert_eq!(parse_yuan(&format_yuan(amount)), Ok(amount));
        prop_assert_eq!(format_grouped(amount).replace(',', ""), format_yuan(amount));
        prop_assert_eq!(shown_yuan(amount).to_string(), format_yuan(amount));
    }

    #[test]
    fn an_amount_stands_on_a_line_as_it_is_printed(number in any::<i64>(), scale in 0u32..12) {
        let amount = Decimal::new(number, scale);
        prop_assert_eq!(shown_yuan(amount).to_string(), format_yuan(amount));
    }

    #[test]
    fn a_number_stands_on_a_line_with_the_places_that_it_has(
        number in any::<i128>().prop_map(|number| number >> 34),
        scale in 0u32..28,
    ) {
        let number = Decimal::from_i128_with_scale(number, scale).normalize();
        let shown = number.shown();
        prop_assert_eq!(shown.parse(), Ok(number));
        prop_assert!(!shown.starts_with('.') && !shown.ends_with('.'));
    }

    #[test]
    fn small_amounts_stand_on_a_line_as_they_are_printed(number in -1_000i64..=1_000) {
        let amount = Decimal::new(number, 2);
        prop_assert_eq!(shown_yuan(amount).to_string(), format_yuan(amount));
    }

    #[test]
    fn numbers_too_large_for_a_word_are_divided_alike(
        dividend in 1_i64..=i64::MAX,
        divisor in 1_i64..=i64::MAX,
    ) {
        // A factor on both sides changes nothing but the room that the numbers need.
        let (above, below) = (Decimal::from(dividend), Decimal::from(divisor));
        let same = Quotient::of(above * Decimal::ONE_THOUSAND, below * Decimal::ONE_THOUSAND);
        prop_assert_eq!(same.fen(), Quotient::of(above, below).fen());
        prop_assert_eq!(same.whole_fen(), Quotient::of(above, below).whole_fen());
    }
}
