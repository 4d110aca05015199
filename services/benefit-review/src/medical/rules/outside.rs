//! Travel, board and lodging of treatment outside of the area (Art. 64).

use std::collections::{BTreeMap, BTreeSet};

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

/// Art. 64. What is granted for trips (day and fare) and for lodging (first night, number of nights and amount) on the
/// days `granted`, for which treatment outside of the area was approved: what was spent, up to the standard of its day,
/// and board for the nights, each that the person did not have yet once; yuan of travel, and of board and lodging.
#[must_use]
pub fn outside(
    trips: &[(Date, Decimal)],
    lodgings: &[(Date, i32, Decimal)],
    granted: &BTreeMap<Date, Standards>,
    (had, sheet): (&mut BTreeSet<Date>, &mut Sheet),
) -> (Decimal, Decimal) {
    let (mut travel, mut stay) = (Decimal::ZERO, Decimal::ZERO);
    let mut shown = Shown::default();
    for (on, fare) in trips {
        travel += if let Some(standards) = granted.get(on) {
            let most = shown.on(sheet, ("单程交通费标准", &standards.fare));
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
    for (on, nights, amount) in lodgings {
        let (mut count, mut most, mut board) = (0_i64, Decimal::ZERO, Decimal::ZERO);
        for night in (0..*nights).map(|after| add_days(*on, after)) {
            let Some(standards) = granted.get(&night).filter(|_| had.insert(night)) else {
                continue;
            };
            count += 1;
            most += shown.on(sheet, ("每日住宿费标准", &standards.night));
            board += shown.on(sheet, ("每日在途伙食费标准", &standards.board));
        }
        if count == 0 {
            let none = "没有批准到统筹地区以外就医的日期，或者已经计算";
            sheet.step(format!("{on}起食宿费"), Decimal::ZERO, none);
            continue;
        }
        let spent = *amount * Decimal::from(count) / Decimal::from(*nights);
        stay += sheet.step(
            format!("{on}起住宿费（{count}日）"),
            most.min(spent),
            "票据金额（按天数分摊）与各日标准之和取低（第六十四条）",
        );
        stay += sheet.step(
            format!("{on}起伙食费（{count}日）"),
            board,
            "各日标准之和（第六十四条）",
        );
    }
    (
        sheet.fen("交通费", travel, "各次之和"),
        sheet.fen("食宿费", stay, "各次之和"),
    )
}

/// The standards that the sheet shows already: each stands there once until it changes.
#[derive(Default)]
struct Shown {
    last: BTreeMap<&'static str, Cited<Decimal>>,
}

impl Shown {
    /// Yuan of a standard; it is shown where it is another than before.
    fn on(
        &mut self,
        sheet: &mut Sheet,
        (label, standard): (&'static str, &Cited<Decimal>),
    ) -> Decimal {
        if self.last.get(label) != Some(standard) {
            sheet.parameter(label, standard.clone());
            self.last.insert(label, standard.clone());
        }
        standard.value
    }
}
