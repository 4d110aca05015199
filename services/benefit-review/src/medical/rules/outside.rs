//! Travel, board and lodging of treatment outside of the area (Art. 64).

use std::collections::BTreeSet;

use law::calendar::add_days;
use law::{Cited, Sheet};
use rust_decimal::Decimal;
use time::Date;

/// The standards of the area, in yuan.
#[derive(Clone, Debug)]
pub struct Standards {
    /// Of one way.
    pub fare: Cited<Decimal>,
    /// Of a night.
    pub night: Cited<Decimal>,
    /// Board of a day.
    pub board: Cited<Decimal>,
}

/// Art. 64. What is granted for trips (day and fare) and for lodging (first night, number of nights and amount) in the
/// days for which treatment outside of the area was approved: what was spent, up to the standard, and board for
/// the nights, each that the person did not have yet once; yuan of travel, and of board and lodging.
#[must_use]
pub fn outside(
    trips: &[(Date, Decimal)],
    lodgings: &[(Date, i32, Decimal)],
    approved: &[(Date, Date)],
    (standards, had, sheet): (Standards, &mut BTreeSet<Date>, &mut Sheet),
) -> (Decimal, Decimal) {
    let is_approved = |on: Date| {
        approved
            .iter()
            .any(|(from_on, until_on)| *from_on <= on && on <= *until_on)
    };
    let (mut travel, mut stay) = (Decimal::ZERO, Decimal::ZERO);
    if !trips.is_empty() {
        let most = sheet.parameter("单程交通费标准", standards.fare);
        for (on, fare) in trips {
            travel += if is_approved(*on) {
                sheet.step(
                    format!("{on}交通费"),
                    most.min(*fare),
                    "票价与标准取低（第六十四条）",
                )
            } else {
                sheet.step(
                    format!("{on}交通费"),
                    Decimal::ZERO,
                    "当日没有批准到统筹地区以外就医",
                )
            };
        }
    }
    if !lodgings.is_empty() {
        let most = sheet.parameter("每日住宿费标准", standards.night);
        let board = sheet.parameter("每日在途伙食费标准", standards.board);
        for (on, nights, amount) in lodgings {
            let granted = (0..*nights).map(|after| add_days(*on, after));
            let granted = granted.filter(|night| is_approved(*night) && had.insert(*night));
            let granted = Decimal::from(granted.count());
            if granted.is_zero() {
                let none = "没有批准到统筹地区以外就医的日期，或者已经计算";
                sheet.step(format!("{on}起食宿费"), Decimal::ZERO, none);
                continue;
            }
            let spent = *amount * granted / Decimal::from(*nights);
            stay += sheet.step(
                format!("{on}起住宿费（{granted}日）"),
                (most * granted).min(spent),
                "票据金额（按天数分摊）与天数 × 标准取低（第六十四条）",
            );
            stay += sheet.step(
                format!("{on}起伙食费（{granted}日）"),
                board * granted,
                "天数 × 标准（第六十四条）",
            );
        }
    }
    (
        sheet.fen("交通费", travel, "各次之和"),
        sheet.fen("食宿费", stay, "各次之和"),
    )
}
