//! The law of bases: the wage, within the floor and cap of areas that apply them.

use chassis::Result;
use law::money::fen;
use law::{Law, Sheet};
use rust_decimal::Decimal;

/// Floor and cap of a base in yuan a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Lowest base.
    pub floor: Decimal,
    /// Highest base, no lower than the floor.
    pub cap: Decimal,
}

/// Art. 23. The floor and cap in force, where the area applies them (parameter `base_bounds_apply`);
/// their lines go to `sheet`.
///
/// # Errors
/// When the area applies bounds and has not set its average wage.
pub fn bounds(law: &Law, sheet: &mut Sheet) -> Result<Option<Bounds>> {
    if !sheet.parameter("缴费基数适用上下限", law.flag("base_bounds_apply")?) {
        return Ok(None);
    }
    let average = sheet.parameter(
        "上年度职工月平均工资",
        law.decimal("area_average_monthly_wage")?,
    );
    let floor = sheet.parameter("下限比例", law.decimal("base_floor_ratio")?);
    let cap = sheet.parameter("上限比例", law.decimal("base_cap_ratio")?);
    let floor = sheet.fen("缴费基数下限", average * floor, "职工月平均工资 × 下限比例");
    let cap = sheet.fen("缴费基数上限", average * cap, "职工月平均工资 × 上限比例");
    Ok(Some(Bounds {
        floor,
        cap: cap.max(floor),
    }))
}

/// Art. 23. The base of one person: the declared wage, within the bounds.
#[must_use]
pub fn base(wage: Decimal, bounds: Option<Bounds>) -> Decimal {
    fen(bounds.map_or(wage, |within| wage.min(within.cap).max(within.floor)))
}
