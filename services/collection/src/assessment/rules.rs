//! The law of what is due: contribution, back-payment, late fee, the three special ways.

mod late_fee;
mod special;

pub use late_fee::{Owed, late_fee, late_fee_dates, undone};
pub use special::{
    SmallMine, SmallService, construction, corrected, parts, small_mine, small_service,
};

use chassis::{Error, Result};
use law::calendar::add_days;
use law::money::Rounding;
use law::{Law, Month, Sheet, Worksheet};
use rust_decimal::Decimal;
use time::Date;

use crate::rate::rules::{Rate, division, rate};

/// The sum of the bases on a worksheet.
const BASES: &str = "缴费基数总额";

/// What an estimate is asked for.
#[derive(Clone, Debug)]
pub struct Enquiry {
    /// Division of GB/T 4754-2011, two digits.
    pub industry_code: String,
    /// The month that the contribution is for.
    pub month: Month,
    /// Sum of the bases in yuan.
    pub payroll: Decimal,
    /// Signed number of tiers from the benchmark.
    pub tier: i32,
    /// Last day in time; with the day of payment, where a late fee is asked for.
    pub due_on: Option<Date>,
    /// Day of payment.
    pub paid_on: Option<Date>,
}

/// What would be due.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// Risk class and rate.
    pub rate: Rate,
    /// Payroll x rate, in yuan.
    pub contribution: Decimal,
    /// Late fee up to the day of payment, in yuan.
    pub late_fee: Decimal,
    /// All steps.
    pub worksheet: Worksheet,
}

/// Does the contribution of a month rest on this parameter of the area, by its full name? Late fees have a
/// law of their own for each day, and a provisional month is settled by its declaration.
#[must_use]
pub fn rests_on(parameter: &str) -> bool {
    let stem = parameter
        .split_once('.')
        .map_or(parameter, |(stem, _)| stem);
    matches!(
        stem,
        "area_average_monthly_wage"
            | "base_bounds_apply"
            | "base_cap_ratio"
            | "base_floor_ratio"
            | "benchmark_rate"
            | "floating_tier"
            | "rate_reduction_ratio"
            | "rounding"
    )
}

/// Art. 28. The place of a correction among those that one telling or decision makes of an employer: by
/// month, as the credits of several may be of one, and by the entries before it, as a month may be
/// corrected more than once.
#[must_use]
pub fn place(month: Month, entries: i64) -> i64 {
    (i64::from(month.year()) * 100 + i64::from(month.number())) * 10_000 + entries
}

/// Art. 28, Art. 30. What a payroll costs in a month, with the late fee if it is paid late.
///
/// `law` is as of the first day of the month, `late_laws` as of the [dates](late_fee_dates) on which
/// the late fee's rate begins or changes.
///
/// # Errors
/// When the industry, the tier or a figure does not exist in the month.
pub fn estimate(enquiry: &Enquiry, law: &Law, late_laws: &[Law]) -> Result<Estimate> {
    let rate = rate(
        division(&enquiry.industry_code)?,
        enquiry.month,
        enquiry.tier,
        law,
    )?;
    let mut sheet = Sheet::new();
    sheet.include(rate.worksheet.clone());
    sheet.fact(BASES, enquiry.payroll, "测算申请；由申请人填写");
    let due = contribution_of(enquiry.payroll, rate.worksheet.value, law)?;
    let contribution = sheet.include(due);
    let mut fee = Decimal::new(0, 2);
    if let Some(due_on) = enquiry.due_on {
        sheet.fact("应缴期限", due_on, "测算申请；其次日为滞纳金第一日");
    }
    if let Some(paid_on) = enquiry.paid_on {
        sheet.fact("缴款日期", paid_on, "测算申请；当日计入滞纳金天数");
    }
    match (enquiry.due_on, enquiry.paid_on) {
        (Some(due_on), Some(paid_on)) => {
            let owed = [Owed {
                value_on: due_on,
                amount: contribution,
            }];
            fee = sheet.include(late_fee(&owed, paid_on, late_laws)?);
        }
        _ => sheet.note(
            "滞纳金",
            "未计算".to_owned(),
            "应缴期限和缴款日期须同时填写，未填或只填一项的不计算滞纳金",
        ),
    }
    let total = sheet.step("应缴总额", contribution + fee, "当期应缴金额 + 滞纳金");
    Ok(Estimate {
        rate,
        contribution,
        late_fee: fee,
        worksheet: sheet.result(total),
    })
}

/// Does an estimate rest on the parameter? Without it, it would be another one or none.
#[must_use]
pub fn needs(enquiry: &Enquiry, law: &Law, late_laws: &[Law], parameter: &str) -> bool {
    let worksheet = |law: &Law, late_laws: &[Law]| {
        estimate(enquiry, law, late_laws).map(|found| found.worksheet)
    };
    let late_without: Vec<Law> = late_laws.iter().map(|law| law.without(parameter)).collect();
    let without = worksheet(&law.without(parameter), &late_without);
    match (worksheet(law, late_laws), without) {
        (Ok(with), Ok(without)) => with != without,
        _ => true,
    }
}

/// Art. 28. Payroll x rate, rounded as the area rounds.
///
/// # Errors
/// When the area's rounding is not known.
pub fn contribution(payroll: Decimal, rate: Decimal, law: &Law) -> Result<Worksheet> {
    let mut sheet = Sheet::new();
    sheet.fact(
        BASES,
        payroll,
        "缴费工资申报名册（表3-2）、缴费基数确认名册（表3-3）",
    );
    let due = sheet.include(contribution_of(payroll, rate, law)?);
    Ok(sheet.result(due))
}

/// Payroll x rate, wherever the payroll comes from.
fn contribution_of(payroll: Decimal, rate: Decimal, law: &Law) -> Result<Worksheet> {
    let mut sheet = Sheet::new();
    let due = sheet.round(
        "当期应缴金额",
        payroll * rate,
        rounding(law)?,
        "缴费基数总额 × 缴费费率",
    );
    Ok(sheet.result(due))
}

/// Law 62, Levy 10. Not declared: 110% of last month's amount until it is declared.
///
/// # Errors
/// When the ratio is not set for the date of `law`.
pub fn provisional(last_contribution: Decimal, law: &Law) -> Result<Worksheet> {
    let mut sheet = Sheet::new();
    let last = sheet.fact(
        "上月缴费额",
        last_contribution,
        "上月《工伤保险缴费申报（核定）表》（表3-10A）",
    );
    let ratio = sheet.parameter("未申报暂定比例", law.decimal("unreported_base_ratio")?);
    let due = sheet.round(
        "当期应缴金额（暂定）",
        last * ratio,
        rounding(law)?,
        "上月缴费额 × 暂定比例",
    );
    Ok(sheet.result(due))
}

/// Art. 29. What was declared too little in a month, at that month's rate.
///
/// # Errors
/// When the area's rounding is not known.
pub fn back_payment(
    missing_base: Decimal,
    rate: &Rate,
    month: Month,
    law: &Law,
) -> Result<Worksheet> {
    let mut sheet = Sheet::new();
    sheet.fact("补缴月份", month, "参加工伤保险人员补缴申报名册（表3-11）");
    sheet.fact("补缴基数", missing_base, "应申报基数 − 已核定基数");
    let applied = sheet.step("缴费费率", rate.worksheet.value, "补缴月份执行的费率");
    let due = sheet.round(
        "补缴金额",
        missing_base * applied,
        rounding(law)?,
        "补缴基数 × 缴费费率",
    );
    Ok(sheet.result(due))
}

/// Art. 30. The last day on which the contribution of a month is paid in time.
///
/// # Errors
/// When the area's due day is not set for the date of `law`.
pub fn due_on(month: Month, law: &Law) -> Result<Date> {
    Ok(day_of(month, law.integer("payment_due_day")?.value))
}

/// Art. 30. The last day on which a month that is assessed on a day is paid in time: the agency's delay costs
/// no late fee.
///
/// # Errors
/// When the area's due day or term is not set for the date of `law`.
pub fn due_on_assessed(month: Month, law: &Law, assessed_on: Date) -> Result<Date> {
    let days = law.integer("assessment_payment_days")?.value;
    let days = i32::try_from(days).map_err(Error::internal)?;
    Ok(due_on(month, law)?.max(add_days(assessed_on, days)))
}

/// Art. 22. The last day on which bases of a month are declared.
///
/// # Errors
/// When the area's day is not set for the date of `law`.
pub fn declared_by(month: Month, law: &Law) -> Result<Date> {
    Ok(day_of(month, law.integer("declaration_due_day")?.value))
}

/// A day of a month, or its last where it does not have the day.
fn day_of(month: Month, day: i64) -> Date {
    let last = month.last_day();
    let day = u8::try_from(day.clamp(1, i64::from(last.day()))).unwrap_or_else(|_| last.day());
    month.first_day().replace_day(day).unwrap_or(last)
}

/// How the area rounds what is assessed.
///
/// # Errors
/// When the area's rounding is not known.
pub fn rounding(law: &Law) -> Result<Rounding> {
    law.text("rounding")?.value.parse().map_err(Error::internal)
}
