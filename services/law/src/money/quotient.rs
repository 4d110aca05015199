//! An amount that a division left unfinished: what is rounded is the exact quotient, not its first digits.

use rust_decimal::Decimal;

/// Yuan as an exact quotient. It is divided once, when it is rounded, so that no digit of a mean that does not end
/// decides half a fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotient {
    dividend: Decimal,
    divisor: Decimal,
}

/// A whole number of fen and what is left of one, both of a division that is done on whole numbers.
struct Fen {
    whole: i128,
    rest: i128,
    divisor: i128,
}

impl Quotient {
    /// `dividend` yuan over `divisor`, which is above zero; one that is not counts as 1.
    #[must_use]
    pub fn of(dividend: Decimal, divisor: Decimal) -> Self {
        let is_usable = divisor.is_sign_positive() && !divisor.is_zero();
        let divisor = if is_usable { divisor } else { Decimal::ONE };
        Self { dividend, divisor }
    }

    /// In yuan, as near as decimals come.
    #[must_use]
    pub fn yuan(self) -> Decimal {
        self.dividend / self.divisor
    }

    /// Whether it is less than an amount.
    #[must_use]
    pub fn is_below(self, yuan: Decimal) -> bool {
        self.dividend < yuan * self.divisor
    }

    /// Whether it is more than an amount.
    #[must_use]
    pub fn is_above(self, yuan: Decimal) -> bool {
        self.dividend > yuan * self.divisor
    }

    /// To the fen, half away from zero, with two decimals.
    #[must_use]
    pub fn fen(self) -> Decimal {
        self.divided(|fen| fen.whole + i128::from(fen.rest >= fen.divisor - fen.rest))
    }

    /// The whole fen of it, without what is left of one, with two decimals.
    #[must_use]
    pub fn whole_fen(self) -> Decimal {
        self.divided(|fen| fen.whole)
    }

    fn divided(self, round: impl Fn(Fen) -> i128) -> Decimal {
        let (size, below_zero) = (self.dividend.abs(), self.dividend.is_sign_negative());
        let exact = whole_numbers(size, self.divisor);
        // A decimal of 28 digits is beyond what whole numbers hold; no amount of money has as many.
        let near = || whole_numbers(size / self.divisor, Decimal::ONE);
        let fen = exact.or_else(near).map(|(dividend, divisor)| {
            round(Fen {
                whole: dividend / divisor,
                rest: dividend % divisor,
                divisor,
            })
        });
        let signed = fen.map(|fen| if below_zero { -fen } else { fen });
        let rounded = signed.and_then(|fen| Decimal::try_from_i128_with_scale(fen, 2).ok());
        rounded.unwrap_or(self.dividend / self.divisor)
    }
}

impl From<Decimal> for Quotient {
    fn from(yuan: Decimal) -> Self {
        Self {
            dividend: yuan,
            divisor: Decimal::ONE,
        }
    }
}

/// Two whole numbers whose quotient is that of the decimals in fen; none where they are too large.
fn whole_numbers(dividend: Decimal, divisor: Decimal) -> Option<(i128, i128)> {
    let (above, below) = (dividend.mantissa(), divisor.mantissa());
    let powers = |scale: u32| 10_i128.checked_pow(scale);
    let (up, down) = (divisor.scale() + 2, dividend.scale());
    match up.checked_sub(down) {
        Some(more) => Some((above.checked_mul(powers(more)?)?, below)),
        None => Some((above, below.checked_mul(powers(down - up)?)?)),
    }
}
