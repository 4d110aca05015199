//! A benefit by the month that ends.

use contracts::Money;
use contracts::benefit_review::v1::Award;
use contracts::common::v1::{Reason, Worksheet, WorksheetLine};
use law::Month;
use rust_decimal::Decimal;

/// Art. 72. What was paid by the month is of nothing from a month on: the worksheet says what it was, by which form, and
/// why and when it ended.
#[must_use]
pub fn ended(former: &Award, from: Month, (why, form): (&Reason, &str)) -> Award {
    let line = |label: &str, value: &str, source: &str| WorksheetLine {
        label: label.to_owned(),
        value: value.to_owned(),
        source: source.to_owned(),
    };
    let was = former.amount.as_ref().map_or("", Money::as_text);
    let lines = vec![
        line("原核定金额（每月）", was, form),
        line("停发原因", &why.sentence, &why.source),
        line("停发起始月", &from.to_string(), "自变动的次月起停发"),
    ];
    Award {
        amount: Some(Decimal::ZERO.into()),
        from_month: Some(from.into()),
        until_month: None,
        worksheet: Some(Worksheet { lines }),
        ..former.clone()
    }
}
