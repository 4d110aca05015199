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
struct Fen<N> {
    whole: N,
    rest: N,
    divisor: N,
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
        self.divided(true)
    }

    /// The whole fen of it, without what is left of one, with two decimals.
    #[must_use]
    pub fn whole_fen(self) -> Decimal {
        self.divided(false)
    }

    fn divided(self, half_counts: bool) -> Decimal {
        let whole = match self.in_a_word() {
            Some(fen) => {
                let more = half_counts && fen.rest >= fen.divisor - fen.rest;
                Some(i128::from(fen.whole) + i128::from(more))
            }
            None => self.in_two_words().map(|fen| {
                let more = half_counts && fen.rest >= fen.divisor - fen.rest;
                fen.whole + i128::from(more)
            }),
        };
        let below_zero = self.dividend.is_sign_negative();
        let signed = whole.map(|fen| if below_zero { -fen } else { fen });
        let rounded = signed.and_then(|fen| Decimal::try_from_i128_with_scale(fen, 2).ok());
        rounded.unwrap_or(self.dividend / self.divisor)
    }

    /// The division on numbers of 64 bits, which processors divide ten times as fast; none where they are larger, which
    /// hardly an amount of money is.
    fn in_a_word(self) -> Option<Fen<u64>> {
        let (more, less) = self.powers();
        let scaled = |number: Decimal, power: u32| {
            let power = POWERS.get(usize::try_from(power).ok()?)?;
            u64::try_from(number.mantissa().unsigned_abs())
                .ok()?
                .checked_mul(*power)
        };
        let (dividend, divisor) = (scaled(self.dividend, more)?, scaled(self.divisor, less)?);
        Some(Fen {
            whole: dividend / divisor,
            rest: dividend % divisor,
            divisor,
        })
    }

    /// The division on numbers of 128 bits. A decimal of 28 digits is beyond those too, and divided beforehand; no amount
    /// of money has as many.
    fn in_two_words(self) -> Option<Fen<i128>> {
        let scaled = |number: Decimal, power: u32| {
            number
                .mantissa()
                .abs()
                .checked_mul(10_i128.checked_pow(power)?)
        };
        let whole_numbers = |of: Self| {
            let (more, less) = of.powers();
            scaled(of.dividend, more).zip(scaled(of.divisor, less))
        };
        let near = || whole_numbers(Self::from(self.dividend / self.divisor));
        let (dividend, divisor) = whole_numbers(self).or_else(near)?;
        Some(Fen {
            whole: dividend / divisor,
            rest: dividend % divisor,
            divisor,
        })
    }

    /// The powers of ten by which dividend and divisor become whole numbers whose quotient is in fen.
    fn powers(self) -> (u32, u32) {
        let (up, down) = (self.divisor.scale() + 2, self.dividend.scale());
        (up.saturating_sub(down), down.saturating_sub(up))
    }
}

/// The powers of ten that 64 bits hold.
const POWERS: [u64; 20] = {
    let mut powers = [1; 20];
    let mut power = 1;
    while power < powers.len() {
        powers[power] = powers[power - 1] * 10;
        power += 1;
    }
    powers
};

impl From<Decimal> for Quotient {
    fn from(yuan: Decimal) -> Self {
        Self {
            dividend: yuan,
            divisor: Decimal::ONE,
        }
    }
}
