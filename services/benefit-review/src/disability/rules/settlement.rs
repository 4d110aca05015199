//! What long-term benefits are worth that are settled once for all (一次性领取工伤保险长期待遇, 劳社部发〔2004〕18号第四条).

use contracts::benefit_review::v1::NursingGrade;
use law::money::Rounding;
use law::{Cited, Law, LawError, Steps, Worksheet};
use rust_decimal::Decimal;

use crate::benefit::rules::round;

/// The ages from which a line of the area's table holds, the highest first.
const BANDS: [i32; 7] = [70, 60, 50, 40, 30, 20, 0];

/// Who has benefits settled, and what is paid by the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// 1 to 4.
    pub grade: i32,
    /// How far she or he needs nursing.
    pub nursing: NursingGrade,
    /// Full years on the day on which the relation ends.
    pub age: i32,
    /// Yuan a month of the allowance, or of the difference to the pension.
    pub allowance: Decimal,
    /// Yuan a month for nursing.
    pub nursing_allowance: Decimal,
}

/// What a standard of the area's table is counted in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Basis {
    /// Months of what is paid by the month.
    Monthly,
    /// Months of the area's average wage of the year before.
    Average(Cited<Decimal>),
    /// Yuan.
    Fixed,
}

/// The area's table for one grade, degree and age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standard {
    basis: Basis,
    allowance: Cited<Decimal>,
    nursing: Option<Cited<Decimal>>,
    rounding: Rounding,
}

impl Standard {
    /// The table on the day on which the relation ends: the line of the age, or of the nearest lower age that it has.
    ///
    /// # Errors
    /// When the area has not set it; the answer names what to set.
    pub fn of(settled: &Settled, law: &Law, rounding: Rounding) -> Result<Self, LawError> {
        let basis = match law.text("settlement_basis")?.value.as_str() {
            "area_wage" => Basis::Average(law.decimal("area_average_monthly_wage")?),
            "fixed" => Basis::Fixed,
            _ => Basis::Monthly,
        };
        let of_grade = format!("settlement_allowance.{}", settled.grade);
        let of_degree = match settled.nursing {
            NursingGrade::Full => Some("settlement_nursing.full"),
            NursingGrade::Mostly => Some("settlement_nursing.mostly"),
            NursingGrade::Partly => Some("settlement_nursing.partly"),
            NursingGrade::Unspecified => None,
        };
        let nursing = of_degree.map(|name| line(law, name, settled.age));
        Ok(Self {
            basis,
            allowance: line(law, &of_grade, settled.age)?,
            nursing: nursing.transpose()?,
            rounding,
        })
    }
}

/// The line of a table for an age.
fn line(law: &Law, name: &str, age: i32) -> Result<Cited<Decimal>, LawError> {
    let mut missing = None;
    for band in BANDS.into_iter().filter(|band| *band <= age.max(0)) {
        match law.decimal(&format!("{name}_{band}")) {
            Err(reason @ (LawError::NotSetByArea { .. } | LawError::Unknown { .. })) => {
                missing.get_or_insert(reason);
            }
            found => return found,
        }
    }
    // The lowest band is of every age.
    let lowest = || law.decimal(&format!("{name}_0"));
    missing.map_or_else(lowest, Err)
}

/// 劳社部发〔2004〕18号第四条. The sum for disability and nursing by the area's table, rounded once at its end.
pub fn settlement<S: Steps + Default>(settled: &Settled, standard: &Standard) -> Worksheet {
    let mut sheet = S::default();
    sheet.fact("伤残等级", &settled.grade, "伤残待遇核定表（表5-7）");
    sheet.fact(
        "工伤保险关系终止之日年龄（周岁）",
        &settled.age,
        "登记的出生日期",
    );
    if let Basis::Average(average) = &standard.basis {
        sheet.parameter("统筹地区上年度职工月平均工资", average);
    }
    let mut sum = Decimal::ZERO;
    let parts = [
        (
            "伤残津贴（每月）",
            "一次性伤残津贴标准",
            settled.allowance,
            // What is not paid by the month, such as to who has a pension above it, is not settled.
            Some(&standard.allowance).filter(|_| !settled.allowance.is_zero()),
        ),
        (
            "生活护理费（每月）",
            "一次性生活护理费标准",
            settled.nursing_allowance,
            standard.nursing.as_ref(),
        ),
    ];
    for (monthly, label, yuan, set) in parts {
        let Some(set) = set else {
            continue;
        };
        let of = match &standard.basis {
            Basis::Monthly => {
                sheet.fact(monthly, &yuan, "伤残待遇核定表（表5-7），现按月支付的金额");
                yuan
            }
            Basis::Average(average) => average.value,
            Basis::Fixed => Decimal::ONE,
        };
        sheet.parameter(label, set);
        sum += of * set.value;
    }
    let arithmetic = "各项标准（月数 × 计发基数，固定金额的为金额）之和，四舍五入到分";
    let amount = round(
        "一次性工伤保险长期待遇",
        (sum, arithmetic),
        standard.rounding,
        &mut sheet,
    );
    sheet.result(amount)
}
