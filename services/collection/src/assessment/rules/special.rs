//! The three special ways of article 31, by 人力资源和社会保障部令第10号 and the province's standards.

use chassis::{Error, Result};
use contracts::Refused;
use contracts::collection::v1::{
    Mineral, Refusal, SmallMineMethod, SmallServiceMeasure, SmallServiceTrade,
};
use law::money::fen;
use law::{Law, Month, Sheet, Worksheet};
use rust_decimal::Decimal;

use super::{Owed, rounding};
use crate::rate::rules::Rate;

/// A small service business.
#[derive(Clone, Copy, Debug)]
pub struct SmallService {
    /// What trade it is in.
    pub trade: SmallServiceTrade,
    /// By what it is assessed.
    pub measure: SmallServiceMeasure,
    /// Square metres.
    pub floor_area: Option<Decimal>,
    /// Yuan over all the months.
    pub turnover: Option<Decimal>,
    /// Persons at work.
    pub headcount: u32,
    /// Number of months.
    pub months: i32,
}

/// A small mine.
#[derive(Clone, Copy, Debug)]
pub struct SmallMine {
    /// What it digs.
    pub mineral: Mineral,
    /// How it is assessed.
    pub method: SmallMineMethod,
    /// Tonnes over all the months.
    pub output: Decimal,
}

/// Special 3. Cost of the project in yuan x the province's rate, for all who work on it during its term.
///
/// # Errors
/// When the province's rate is not set.
pub fn construction(cost: Decimal, law: &Law) -> Result<Worksheet> {
    let mut sheet = Sheet::new();
    let cost = sheet.fact("工程总造价", cost, "建筑工程合同、表31-A、表31-E");
    let rate = sheet.parameter("建筑施工项目缴费比例", law.decimal("construction_rate")?);
    let due = sheet.round(
        "应缴金额",
        cost * rate,
        rounding(law)?,
        "工程总造价 × 缴费比例",
    );
    Ok(sheet.result(due))
}

/// Art. 31. What is due by what is known now, less what was assessed before, in yuan: the difference, which is
/// negative where less is due.
#[must_use]
pub fn corrected(due: Worksheet, before: Decimal) -> Worksheet {
    let mut sheet = Sheet::new();
    let due = sheet.include(due);
    let before = sheet.fact(
        "已核定金额",
        before,
        "《特殊行业企业工伤保险费核定表》（表31-D）",
    );
    let difference = sheet.step("差额", due - before, "重新核定的应缴金额 − 已核定金额");
    sheet.result(difference)
}

/// Art. 31. The parts of an amount, in yuan, that stand in the place of what months were charged by their
/// payroll, and are due as that was: all of it up to the amount, in the shares that the months had.
#[must_use]
fn in_place(amount: Decimal, charged: &[(Month, Owed)]) -> Vec<(Month, Owed)> {
    let charged = charged.iter().filter(|(_, of)| of.amount > Decimal::ZERO);
    let total: Decimal = charged.clone().map(|(_, of)| of.amount).sum();
    let covered = amount.min(total);
    let (mut so_far, mut given) = (Decimal::ZERO, Decimal::ZERO);
    let mut parts = Vec::new();
    for (month, of) in charged {
        so_far += of.amount;
        let through = fen(covered * so_far / total);
        let (value_on, amount) = (of.value_on, through - given);
        given = through;
        parts.push((*month, Owed { value_on, amount }));
    }
    parts.retain(|(_, of)| !of.amount.is_zero());
    parts
}

/// Art. 31. The parts of a difference, in yuan, to what was `posted`, the latest first, and what of it is due after
/// a term. What stood in months that are not among those `now` moves to their first, and counts from the same
/// days, as far as it is still due; less is taken off the latest, from the day of that; more stands
/// in the place of what months were charged.
#[must_use]
pub fn parts(
    difference: Decimal,
    posted: Vec<(Month, Owed)>,
    (first, last): (Month, Month),
    charged: &[(Month, Owed)],
) -> (Vec<(Month, Owed)>, Decimal) {
    let (stays, leaves): (Vec<_>, Vec<_>) = posted
        .into_iter()
        .partition(|(month, _)| first <= *month && *month <= last);
    let part = |month: Month, of: &Owed, amount: Decimal| {
        let value_on = of.value_on;
        (month, Owed { value_on, amount })
    };
    let mut parts: Vec<_> = leaves
        .iter()
        .map(|(m, of)| part(*m, of, -of.amount))
        .collect();
    let mut rest = difference + leaves.iter().map(|(_, of)| of.amount).sum::<Decimal>();
    for (_, of) in leaves.iter().rev() {
        let amount = of.amount.min(rest).max(Decimal::ZERO);
        rest -= amount;
        parts.push(part(first, of, amount));
    }
    for (month, of) in &stays {
        let amount = (-of.amount).max(rest).min(Decimal::ZERO);
        rest -= amount;
        parts.push(part(*month, of, amount));
    }
    for (month, of) in in_place(rest.max(Decimal::ZERO), charged) {
        rest -= of.amount;
        parts.push((month, of));
    }
    parts.retain(|(_, of)| !of.amount.is_zero());
    (parts, rest)
}

/// Special 4. Turnover x share; or persons (stated, or floor area over the area for one person) x the
/// wage set for them x rate x months.
///
/// # Errors
/// A refusal when the measure is not stated; when the province's standard is not set.
pub fn small_service(facts: SmallService, rate: &Rate, law: &Law) -> Result<Worksheet> {
    let mut sheet = Sheet::new();
    let trade = trade_name(facts.trade);
    let persons = match facts.measure {
        SmallServiceMeasure::Turnover => {
            let turnover = facts.turnover.ok_or_else(|| missing("营业额"))?;
            let turnover = sheet.fact("营业额", turnover, "表31-B");
            let share = law.decimal(&format!("small_service_turnover_rate.{trade}"))?;
            let share = sheet.parameter("营业额缴费比例", share);
            let due = sheet.round(
                "应缴金额",
                turnover * share,
                rounding(law)?,
                "营业额 × 缴费比例",
            );
            return Ok(sheet.result(due));
        }
        SmallServiceMeasure::FloorArea => {
            let area = facts.floor_area.ok_or_else(|| missing("营业面积"))?;
            let area = sheet.fact("营业面积（平方米）", area, "表31-B");
            let each = law.decimal(&format!("small_service_area_per_person.{trade}"))?;
            let each = sheet.parameter("每名应参保人员的营业面积", each);
            let persons = area
                .checked_div(each)
                .ok_or_else(|| Error::internal("no floor area for a person"))?
                .ceil();
            sheet.step("应参保人数", persons, "营业面积 ÷ 每人面积，不足一人按一人")
        }
        _ if facts.headcount == 0 => return Err(missing("从业人数").into()),
        _ => sheet.fact("从业人数", Decimal::from(facts.headcount), "表31-B"),
    };
    let average = sheet.parameter(
        "上年度职工月平均工资",
        law.decimal("area_average_monthly_wage")?,
    );
    let ratio = sheet.parameter("缴费工资比例", law.decimal("small_service_wage_ratio")?);
    let wage = sheet.fen(
        "每人缴费工资",
        average * ratio,
        "职工月平均工资 × 缴费工资比例",
    );
    let rate = sheet.include(rate.worksheet.clone());
    let months = sheet.fact("月数", facts.months, "表31-B");
    let due = persons * wage * rate * Decimal::from(months);
    let due = sheet.round(
        "应缴金额",
        due,
        rounding(law)?,
        "人数 × 每人缴费工资 × 缴费费率 × 月数",
    );
    Ok(sheet.result(due))
}

/// Special 5, Special 6. Output x wage content of a tonne x rate, or output x amount for a tonne.
///
/// # Errors
/// When the province's standard is not set.
pub fn small_mine(facts: SmallMine, rate: &Rate, law: &Law) -> Result<Worksheet> {
    let mut sheet = Sheet::new();
    let mineral = mineral_name(facts.mineral);
    let output = sheet.fact("总产量（吨）", facts.output, "表31-C");
    let due = if facts.method == SmallMineMethod::AmountPerTonne {
        let amount = law.decimal(&format!("small_mine_amount_per_tonne.{mineral}"))?;
        let amount = sheet.parameter("吨矿缴费额", amount);
        sheet.round(
            "应缴金额",
            output * amount,
            rounding(law)?,
            "总产量 × 吨矿缴费额",
        )
    } else {
        let content = law.decimal(&format!("small_mine_wage_per_tonne.{mineral}"))?;
        let content = sheet.parameter("吨矿工资含量", content);
        let rate = sheet.include(rate.worksheet.clone());
        sheet.round(
            "应缴金额",
            output * content * rate,
            rounding(law)?,
            "总产量 × 吨矿工资含量 × 缴费费率",
        )
    };
    Ok(sheet.result(due))
}

fn missing(field: &'static str) -> Refused {
    Refused::because(Refusal::MeasureMissing).with("field", field)
}

fn trade_name(trade: SmallServiceTrade) -> &'static str {
    match trade {
        SmallServiceTrade::Retail => "retail",
        SmallServiceTrade::Catering => "catering",
        SmallServiceTrade::Lodging => "lodging",
        SmallServiceTrade::Beauty => "beauty",
        SmallServiceTrade::Bathing => "bathing",
        SmallServiceTrade::Recreation => "recreation",
        SmallServiceTrade::Other | SmallServiceTrade::Unspecified => "other",
    }
}

fn mineral_name(mineral: Mineral) -> &'static str {
    match mineral {
        Mineral::Coal => "coal",
        Mineral::Metal => "metal",
        Mineral::Nonmetal => "nonmetal",
        Mineral::Other | Mineral::Unspecified => "other",
    }
}
