//! Figures as people read them.

use std::time::Duration;

use rust_decimal::Decimal;

/// Digits with a comma after each three.
pub fn thousands(digits: &str) -> String {
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count with a comma after each three digits.
pub fn count(number: u64) -> String {
    thousands(&number.to_string())
}

/// A time in seconds, or in milliseconds where it is less than one second.
pub fn time(time: Duration) -> String {
    let (figure, unit) = if time < Duration::from_secs(1) {
        (
            Decimal::from(time.as_nanos()) / Decimal::from(1_000_000),
            "ms",
        )
    } else {
        (Decimal::from(time.as_millis()) / Decimal::from(1_000), "s")
    };
    format!("{figure:.2} {unit}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{count, time};

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!(
            [7, 999, 1_000, 1_234_567].map(count),
            ["7", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn short_times_are_milliseconds() {
        assert_eq!(time(Duration::from_micros(1_234)), "1.23 ms");
        assert_eq!(time(Duration::from_millis(12_345)), "12.34 s");
    }
}
