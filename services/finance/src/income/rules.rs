//! What is drawn from the income of the fund.

use contracts::Refused;
use contracts::finance::v1::{FundDrawKind, Refusal};
use law::{Cited, Sheet, Worksheet};
use rust_decimal::Decimal;

/// What a draw rests on, in yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Contributions of the year by which the ratio is taken.
    pub contributions: Decimal,
    /// What was drawn of it before.
    pub drawn: Decimal,
    /// All money of the fund less the reserve.
    pub left: Decimal,
}

/// Art. 93, Art. 94. The reserve is a ratio of the contributions of its year; what prevention may cost, of those of the year
/// before it, and only while benefits and reserve are safe. What was drawn before is taken off.
///
/// # Errors
/// A refusal where nothing is left to draw, or prevention would take from benefits or the reserve.
pub fn draw(
    (kind, year): (FundDrawKind, i32),
    basis: Basis,
    ratio: Cited<Decimal>,
) -> Result<Worksheet, Refused> {
    let of = match kind {
        FundDrawKind::Prevention => "上年度征缴收入",
        FundDrawKind::Reserve | FundDrawKind::Unspecified => "本年度征缴收入",
    };
    let mut sheet = Sheet::new();
    let contributions = sheet.fact(of, basis.contributions, "社会保险费收入总分类账");
    let ratio = sheet.parameter("提取比例", ratio);
    let due = sheet.fen(
        "应提取金额",
        contributions * ratio,
        format!("{of} × 提取比例"),
    );
    let drawn = sheet.fact(
        "已提取金额",
        basis.drawn,
        "本年度以前的提取核定表（表93-B）",
    );
    let amount = sheet.step("本次提取金额", due - drawn, "应提取金额 − 已提取金额");
    if amount <= Decimal::ZERO {
        return Err(Refused::because(Refusal::NothingToDraw)
            .with("year", year)
            .with("due", due)
            .with("drawn", drawn));
    }
    if kind == FundDrawKind::Prevention && amount > basis.left {
        return Err(Refused::because(Refusal::PreventionNotSafe)
            .with("left", basis.left)
            .with("amount", amount));
    }
    Ok(sheet.result(amount))
}
