//! Money: exact yuan in, one rounding, exact yuan out.

mod quotient;

use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

pub use quotient::Quotient;

use crate::worksheet::Text;

/// Rounds yuan to the fen, half away from zero: 0.005 is 0.01, -0.005 is -0.01.
///
/// A rule calls it where its article names an amount and nowhere else, so that
/// no fen is rounded twice. The result always has two decimals.
#[must_use]
pub fn fen(yuan: Decimal) -> Decimal {
    Quotient::from(yuan).fen()
}

/// How an area rounds the final figure of a benefit or charge.
///
/// The fen is the rule; areas whose own document pays up to the full jiao or
/// yuan set a text parameter to the name of another variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// `fen`: to the fen, half away from zero.
    Fen,
    /// `up_to_jiao`: the next full jiao (0.1 yuan), away from zero.
    UpToJiao,
    /// `up_to_yuan`: the next full yuan, away from zero.
    UpToYuan,
}

impl Rounding {
    /// The rounded figure in yuan, with two decimals.
    #[must_use]
    pub fn apply(self, yuan: impl Into<Quotient>) -> Decimal {
        // The fen comes first: a tail left by a division must not lift a full yuan to the next.
        let exact = yuan.into().fen();
        match self {
            Self::Fen => exact,
            Self::UpToJiao => fen(exact.round_dp_with_strategy(1, RoundingStrategy::AwayFromZero)),
            Self::UpToYuan => fen(exact.round_dp_with_strategy(0, RoundingStrategy::AwayFromZero)),
        }
    }

    /// What a rounded figure is a multiple of, in yuan.
    #[must_use]
    pub fn unit(self) -> Decimal {
        match self {
            Self::Fen => Decimal::new(1, 2),
            Self::UpToJiao => Decimal::new(1, 1),
            Self::UpToYuan => Decimal::ONE,
        }
    }

    /// What a person reads in the worksheet.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Fen => "四舍五入到分",
            Self::UpToJiao => "见分进角",
            Self::UpToYuan => "见角进元",
        }
    }
}

impl FromStr for Rounding {
    type Err = MoneyError;

    fn from_str(name: &str) -> Result<Self, MoneyError> {
        match name {
            "fen" => Ok(Self::Fen),
            "up_to_jiao" => Ok(Self::UpToJiao),
            "up_to_yuan" => Ok(Self::UpToYuan),
            other => Err(MoneyError::UnknownRounding(other.to_owned())),
        }
    }
}

/// The largest amount that a form accepts, in yuan: 9,999,999,999,999.99.
pub const LARGEST_YUAN: Decimal = Decimal::from_parts(2_764_472_319, 232_830, 0, false, 2);

/// Reads yuan as people write them: `1234`, `1234.5`, `-1234.50`.
///
/// # Errors
/// [`MoneyError`] for more than two decimals, an exponent, grouping commas,
/// anything that is no number, and amounts beyond [`LARGEST_YUAN`].
pub fn parse_yuan(text: &str) -> Result<Decimal, MoneyError> {
    let refuse = || MoneyError::NotAnAmount(text.to_owned());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = match unsigned.split_once('.') {
        Some((_, "")) => return Err(refuse()),
        Some((whole, decimals)) => (whole, decimals),
        None => (unsigned, ""),
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) {
        return Err(refuse());
    }
    if decimals.len() > 2 {
        return Err(MoneyError::BeyondFen(text.to_owned()));
    }
    let amount =
        Decimal::from_str_exact(text).map_err(|_| MoneyError::TooLarge(text.to_owned()))?;
    if amount.abs() > LARGEST_YUAN {
        return Err(MoneyError::TooLarge(text.to_owned()));
    }
    Ok(fen(amount))
}

/// Yuan with two decimals and no grouping, as forms and files carry them: `1234.50`.
#[must_use]
pub fn format_yuan(yuan: Decimal) -> String {
    fen(yuan).to_string()
}

/// The same, as it stands on a line of a worksheet.
#[must_use]
pub fn shown_yuan(yuan: impl Into<Quotient>) -> Text {
    plain(yuan.into().fen())
}

/// A decimal with all of its places. Its digits are those of a whole number nearly always, which are written ten times
/// as fast.
pub(crate) fn plain(number: Decimal) -> Text {
    const ZEROS: &str = "0.000000000000000000";
    let places = number.scale() as usize;
    let whole = u64::try_from(number.mantissa().unsigned_abs()).ok();
    let Some(whole) = whole.filter(|_| places < ZEROS.len() - 1) else {
        return number.to_string().into();
    };
    let mut room = itoa::Buffer::new();
    let digits = room.format(whole);
    let mut plain = Text::new();
    if number.is_sign_negative() {
        plain.push('-');
    }
    match digits.len().checked_sub(places) {
        _ if places == 0 => plain.push_str(digits),
        None | Some(0) => {
            plain.push_str(&ZEROS[..2 + places - digits.len()]);
            plain.push_str(digits);
        }
        Some(point) => {
            plain.push_str(&digits[..point]);
            plain.push('.');
            plain.push_str(&digits[point..]);
        }
    }
    plain
}

/// Yuan with two decimals and grouping commas, for reading: `1,234.50`.
#[must_use]
pub fn format_grouped(yuan: Decimal) -> String {
    let plain = format_yuan(yuan);
    let (sign, digits) = plain
        .strip_prefix('-')
        .map_or(("", plain.as_str()), |rest| ("-", rest));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut grouped = String::with_capacity(plain.len() + whole.len() / 3);
    grouped.push_str(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped.push('.');
    grouped.push_str(decimals);
    grouped
}

/// Text that is no amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal number.
    #[error("“{0}”不是金额，请填写以元为单位的数字，例如1234.50，不带逗号和单位")]
    NotAnAmount(String),
    /// More than two decimals.
    #[error("金额“{0}”超过两位小数，请填写到分为止")]
    BeyondFen(String),
    /// Beyond [`LARGEST_YUAN`].
    #[error("金额“{0}”超出可受理的范围，请核对单位是否为元")]
    TooLarge(String),
    /// A rounding that is not one of [`Rounding`].
    #[error("取整方式“{0}”未定义，请在fen、up_to_jiao、up_to_yuan中选择")]
    UnknownRounding(String),
}
