//! What the fund adds to a basic pension (基本养老金低于伤残津贴的差额).

use law::money::Rounding;
use law::{Steps, Worksheet};
use rust_decimal::Decimal;
use time::Date;

use crate::benefit::rules::round;

/// 工伤保险条例第三十五条第一款第三项. Who retires at a grade from 1 to 4 has the basic pension in place of the allowance; the
/// fund makes up what it is lower by, by the month. Nothing where it is not. `source` is what the allowance stands on.
pub fn pension_difference<S: Steps + Default>(
    (allowance, source): (Decimal, &'static str),
    (retired_on, pension): (Date, Decimal),
    rounding: Rounding,
) -> Worksheet {
    let mut sheet = S::default();
    sheet.fact("退休日期", &retired_on, "伤残待遇核定申请表（表68-A）");
    sheet.fact("伤残津贴（每月）", &allowance, source);
    sheet.fact("基本养老金（每月）", &pension, "养老保险经办机构的核定资料");
    let (exact, arithmetic) = match allowance > pension {
        true => (
            allowance - pension,
            "伤残津贴 − 基本养老金，四舍五入到分（工伤保险条例第三十五条第一款第三项）",
        ),
        false => (
            Decimal::ZERO,
            "基本养老金不低于伤残津贴，没有差额（工伤保险条例第三十五条第一款第三项）",
        ),
    };
    let label = "基本养老金低于伤残津贴的差额（每月）";
    let amount = round(label, (exact, arithmetic), rounding, &mut sheet);
    sheet.result(amount)
}
