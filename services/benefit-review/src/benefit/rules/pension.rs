//! The basic pension of who had retired when an occupational disease was found (人社部发〔2013〕34号第八条).

use chassis::Result;
use contracts::Refused;
use contracts::benefit_review::v1::Refusal;
use law::{Cited, Law, Month, Steps};
use rust_decimal::Decimal;
use time::Date;

use super::{OwnWage, Wage};

/// Where pensions come from.
const FORM: &str = "申请表填写的基本养老金，以社会保险经办机构的核定为证";

/// Basic pensions of the months before the diagnosis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pension {
    mean: OwnWage,
    /// The law's months before the diagnosis.
    months: Cited<i64>,
}

impl Pension {
    /// The mean of what was paid in the months before the diagnosis, of those that there are: none is of before the end of
    /// the relation, and each is there once.
    ///
    /// # Errors
    /// When a month is none of those, or the law of the day knows no such base.
    pub fn of(
        pensions: &[(Month, Decimal)],
        (ended_on, diagnosed_on): (Date, Date),
        law: &Law,
    ) -> Result<Self> {
        let months = law.integer("retired_pension_months")?;
        let most = i32::try_from(months.value).unwrap_or(i32::MAX);
        for (at, (month, _)) in pensions.iter().enumerate() {
            let twice = pensions[..at].iter().any(|(other, _)| other == month);
            let counts = (1..=most).contains(&month.months_to(Month::of(diagnosed_on)));
            if twice || !counts || *month < Month::of(ended_on) {
                return Err(Refused::because(Refusal::PensionMonth)
                    .with("month", month)
                    .with("months", most)
                    .with("diagnosed_on", diagnosed_on)
                    .with("ended_on", ended_on)
                    .into());
            }
        }
        let sum = pensions.iter().map(|(_, pension)| *pension).sum();
        let count = u32::try_from(pensions.len()).unwrap_or(u32::MAX);
        Ok(Self {
            mean: OwnWage::mean(sum, count),
            months,
        })
    }

    /// 人社部发〔2013〕34号第八条第二款. The higher of the two is what the lump sum is reckoned by. The bounds of the own wage
    /// are not those of a pension.
    pub fn or_wage(&self, own: OwnWage, sheet: &mut impl Steps) -> Wage<'static> {
        let (sum, count) = self.mean.parts();
        sheet.parameter("确诊职业病前计算养老金的月数", &self.months);
        sheet.fact("其间领取基本养老金的月数", &count, FORM);
        sheet.fact("其间领取的基本养老金之和", &sum, FORM);
        sheet.step(
            "月平均养老金",
            &self.mean,
            "上述之和 ÷ 月数（以未取整的数继续计算）",
        );
        if own.is_below(self.mean) {
            sheet.fact("本人工资（退休前）", &own, "本人工资核定");
            return Wage::Pension(self.mean);
        }
        Wage::Own(own)
    }
}
