//! The adjustment of monthly benefits (待遇调整, 工伤保险条例第四十条, Art. 87): what an area adds to them on a day, by
//! figures that it sets for that day.

use contracts::benefit_review::v1::{BenefitKind, NursingGrade, SurvivorRelation};
use law::money::Rounding;
use law::{Cited, Law, LawError, Month, Steps, Worksheet};
use rust_decimal::Decimal;
use time::Date;

use super::{OfAverage, round, rounding};
use crate::disability::rules::nursing_figures;

/// A benefit that is paid by the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// A disability allowance (伤残津贴) of a grade, 1 to 6.
    Allowance(i32),
    /// A nursing allowance (生活护理费).
    Nursing(NursingGrade),
    /// A survivor pension (供养亲属抚恤金).
    Pension {
        /// What the survivor was to the deceased.
        relation: SurvivorRelation,
        /// A lone elder or an orphan.
        lone_or_orphan: bool,
    },
}

/// What an area has set for the day of an adjustment; what it has not set adds nothing.
#[derive(Clone, Debug)]
pub struct Adjustment {
    /// The month of the adjustment, the first that has the new amount.
    month: Month,
    /// Share of the amount until now that is added.
    ratio: Option<Cited<Decimal>>,
    /// Yuan a month that are added.
    amount: Option<Cited<Decimal>>,
    /// Yuan a month that are added beside for a lone elder or an orphan.
    alone: Option<Cited<Decimal>>,
    /// Yuan a month below which no amount is left.
    least: Option<Cited<Decimal>>,
    /// What a nursing allowance comes to anew.
    anew: Option<OfAverage>,
    rounding: Rounding,
}

impl Adjustment {
    /// Whether there is a figure at all.
    #[must_use]
    pub fn is_set(&self) -> bool {
        let figures = [&self.ratio, &self.amount, &self.alone, &self.least];
        self.anew.is_some() || figures.into_iter().any(Option::is_some)
    }

    /// The figures that the area has set for the day of the law, which is the first of a month. One that was set for
    /// an earlier day was added then and is not added again.
    ///
    /// # Errors
    /// When the area's figures cannot be read.
    pub fn of(held: Held, law: &Law) -> Result<Self, LawError> {
        let names = match held {
            Held::Allowance(grade) => [
                "disability_allowance_increase_ratio".to_owned(),
                format!("disability_allowance_increase.{grade}"),
                String::new(),
                format!("disability_allowance_least.{grade}"),
            ],
            Held::Nursing(_) => Default::default(),
            Held::Pension { relation, .. } => {
                let who = match relation {
                    SurvivorRelation::Spouse => "spouse",
                    _ => "relative",
                };
                [
                    "survivor_pension_increase_ratio".to_owned(),
                    format!("survivor_pension_increase.{who}"),
                    "survivor_pension_increase.lone_or_orphan".to_owned(),
                    "survivor_pension_least".to_owned(),
                ]
            }
        };
        let [ratio, amount, alone, least] = names.map(|name| set_for_the_day(&name, law));
        let anew = match held {
            Held::Nursing(grade) => nursing_figures(grade, law)?,
            Held::Allowance(_) | Held::Pension { .. } => None,
        };
        let is_alone = matches!(
            held,
            Held::Pension {
                lone_or_orphan: true,
                ..
            }
        );
        Ok(Self {
            month: Month::of(law.on()),
            ratio: ratio?,
            amount: amount?,
            alone: alone?.filter(|_| is_alone),
            least: least?,
            anew,
            rounding: rounding(law)?,
        })
    }

    /// 工伤保险条例第四十条. The new amount of a benefit that was `yuan` a month and is paid since `from`. One that begins
    /// in the month of the adjustment or later rests on its figures already. No adjustment takes anything away, and
    /// that the pensions of survivors are not above the own wage was held when they were decided: what is added later
    /// follows prices and wages and is not cut.
    pub fn adjusted<S: Steps + Default>(&self, yuan: Decimal, from: Month) -> Worksheet {
        let mut sheet = S::default();
        sheet.fact("调整前的月标准", &yuan, "待遇台账");
        sheet.fact("享受待遇的首月", &from, "待遇台账");
        sheet.step("调整执行的首月", &self.month, "统筹地区待遇调整文件");
        if from >= self.month {
            sheet.amount(
                "调整后的月标准",
                yuan,
                "首月不早于调整执行的首月，已按新标准核定，不再调整",
            );
            return sheet.result(yuan);
        }
        let (exact, why) = self.exact(yuan, &mut sheet);
        if exact == yuan {
            sheet.amount("调整后的月标准", yuan, "没有增加，按原标准");
            return sheet.result(yuan);
        }
        let amount = round("调整后的月标准", (exact, why), self.rounding, &mut sheet);
        sheet.result(amount)
    }

    fn exact(&self, yuan: Decimal, sheet: &mut impl Steps) -> (Decimal, &'static str) {
        if let Some(anew) = &self.anew {
            let multiple = anew.multiple();
            multiple.record("生活护理费比例", sheet);
            let reckoned = anew.average.value * anew.times.value;
            return (
                reckoned.max(yuan),
                "职工月平均工资 × 比例，低于原标准的按原标准，四舍五入到分",
            );
        }
        let mut sum = yuan;
        if let Some(ratio) = &self.ratio {
            sheet.parameter("按比例增加", ratio);
            sum += yuan * ratio.value;
        }
        if let Some(amount) = &self.amount {
            sheet.parameter("每月定额增加", amount);
            sum += amount.value;
        }
        if let Some(alone) = &self.alone {
            sheet.parameter("孤寡老人或者孤儿每月另增加", alone);
            sum += alone.value;
        }
        match &self.least {
            Some(least) => {
                sheet.parameter("调整后的最低月标准", least);
                match sum < least.value {
                    true => (
                        least.value,
                        "调整前的月标准与各项增加之和低于最低月标准，补足差额",
                    ),
                    false => (sum, SUM),
                }
            }
            None => (sum, SUM),
        }
    }
}

/// How a sum came about.
const SUM: &str = "调整前的月标准与各项增加之和，四舍五入到分";

/// Art. 87. The parameters by which a kind of benefit is adjusted, without the keys of tables.
#[must_use]
pub fn figures_of(kind: BenefitKind) -> &'static [&'static str] {
    match kind {
        BenefitKind::DisabilityAllowance => &[
            "disability_allowance_increase_ratio",
            "disability_allowance_increase",
            "disability_allowance_least",
        ],
        BenefitKind::NursingAllowance => &["area_average_monthly_wage"],
        BenefitKind::SurvivorPension => &[
            "survivor_pension_increase_ratio",
            "survivor_pension_increase",
            "survivor_pension_least",
        ],
        _ => &[],
    }
}

/// Art. 87, Art. 151. Whether adjustments of a kind on the day of the law reckon with a parameter that an area sets `from` a
/// day on: one that is added only if that is the day, and one that holds on if it governs the day.
#[must_use]
pub fn reckons_with(kind: BenefitKind, (name, from): (&str, Date), law: &Law) -> bool {
    let table = name.split('.').next().unwrap_or(name);
    let holds_on = kind == BenefitKind::NursingAllowance || table == "benefit_rounding";
    let is_one = table == "benefit_rounding" || figures_of(kind).contains(&table);
    let governs = || {
        let now = law.value(name);
        from <= law.on() && now.map_or(true, |now| now.basis.from <= from)
    };
    is_one
        && match holds_on {
            true => governs(),
            false => from == law.on(),
        }
}

/// A figure whose first day is that of the law; none where the area has not set it for this day.
fn set_for_the_day(name: &str, law: &Law) -> Result<Option<Cited<Decimal>>, LawError> {
    if name.is_empty() {
        return Ok(None);
    }
    match law.decimal(name) {
        Ok(set) => Ok(Some(set).filter(|set| set.basis.from == law.on())),
        Err(LawError::NotSetByArea { .. }) => Ok(None),
        Err(reason) => Err(reason),
    }
}
