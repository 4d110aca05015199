//! What the rules on cash benefits share: the own wage, how a benefit is rounded, and the law on the days that
//! matter.

mod adjusted;
mod adjustment;
mod due;
mod ended;
mod mass;
mod overdue;
mod own_wage;
mod pension;
mod stored;

use std::collections::BTreeMap;

use contracts::benefit_review::v1::{BenefitKind, Payer};
use law::money::{Quotient, Rounding};
use law::worksheet::Shown;
use law::{Cited, Law, LawError, Month, Steps, Worksheet};
use rust_decimal::Decimal;
use time::Date;

pub use adjusted::{ADJUSTED, Adjustments, Made, adjusted_award, basis, held};
pub use adjustment::{Adjustment, Held, figures_of, reckons_with};
pub use due::{Difference, Due, Stretch};
pub use ended::ended;
pub use mass::{Changed, Ends, Step, changed};
pub use overdue::split;
pub use own_wage::{
    Bounds, Counted, OwnWage, Reported, is_proven, of_several, once_a_month, own_wage, proven,
    stated,
};
pub use pension::Pension;
pub use stored::{decided, month as stored_month};

/// A cash benefit that somebody is due, with how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    /// For what.
    pub kind: BenefitKind,
    /// Who bears it.
    pub payer: Payer,
    /// Place of the survivor whose it is among those that were named, from 0; none of others.
    pub survivor: Option<usize>,
    /// The first month of one that is paid by the month; none of one that is paid once.
    pub from: Option<Month>,
    /// The last month of one that is paid by the month, where its end is known.
    pub until: Option<Month>,
    /// Yuan, rounded, and the steps to them.
    pub worksheet: Worksheet,
}

/// The law of an area on the days that a case turns on.
#[derive(Clone, Debug, Default)]
pub struct Laws(BTreeMap<Date, Law>);

impl Laws {
    /// The law of each of the days.
    #[must_use]
    pub fn of(laws: impl IntoIterator<Item = Law>) -> Self {
        Self(laws.into_iter().map(|law| (law.on(), law)).collect())
    }

    /// The law on a day; it was asked for before.
    ///
    /// # Errors
    /// When it was not.
    pub fn on(&self, day: Date) -> Result<&Law, LawError> {
        let missing = || LawError::Unusable {
            problems: vec![format!("{day}的参数没有读取，请联系系统维护人员")],
        };
        self.0.get(&day).ok_or_else(missing)
    }

    /// The same law as if it did not know a parameter.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        Self::of(self.0.values().map(|law| law.without(name)))
    }
}

/// How the area rounds a benefit.
///
/// # Errors
/// When it is not set.
pub fn rounding(law: &Law) -> Result<Rounding, LawError> {
    let set = law.text("benefit_rounding")?.value;
    set.parse().map_err(|_| LawError::Unusable {
        problems: vec![format!("取整方式“{set}”未定义")],
    })
}

/// Months of a wage, or a share of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multiple<'a> {
    /// What is taken times.
    pub wage: Wage<'a>,
    /// How often.
    pub times: &'a Cited<Decimal>,
}

/// A wage that benefits are reckoned by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wage<'a> {
    /// The injured employee's own.
    Own(OwnWage),
    /// The mean pension of who had retired, where it is more than the own wage.
    Pension(OwnWage),
    /// The area's average of the year before.
    Average(&'a Cited<Decimal>),
}

/// Months of the area's average wage of the year before, or a share of it, each with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfAverage {
    /// The average wage, in yuan a month.
    pub average: Cited<Decimal>,
    /// How often it is taken.
    pub times: Cited<Decimal>,
}

impl OfAverage {
    /// The product that it says.
    #[must_use]
    pub fn multiple(&self) -> Multiple<'_> {
        Multiple {
            wage: Wage::Average(&self.average),
            times: &self.times,
        }
    }
}

impl Multiple<'_> {
    /// The exact product with another factor, in yuan.
    #[must_use]
    pub fn product(&self, factor: Decimal) -> Quotient {
        let times = self.times.value * factor;
        match &self.wage {
            Wage::Own(mean) | Wage::Pension(mean) => mean.times(times),
            Wage::Average(average) => (average.value * times).into(),
        }
    }

    /// Records both factors; `label` says what the second is.
    pub fn record(&self, label: &'static str, sheet: &mut impl Steps) {
        match &self.wage {
            Wage::Own(own) => sheet.fact("本人工资", own, "本人工资核定"),
            Wage::Pension(mean) => sheet.step(
                "计发基数",
                mean,
                "月平均养老金，高于本人工资（人社部发〔2013〕34号第八条）",
            ),
            Wage::Average(average) => sheet.parameter("统筹地区上年度职工月平均工资", average),
        }
        sheet.parameter(label, self.times);
    }

    /// The exact product, in yuan; its factors are recorded.
    pub fn exact(&self, label: &'static str, sheet: &mut impl Steps) -> Quotient {
        self.record(label, sheet);
        self.product(Decimal::ONE)
    }
}

/// How the arithmetic of a benefit ends where the area rounds as the state does.
const TO_THE_FEN: &str = "，四舍五入到分";

/// Rounds a benefit once, at its end, and records it; another rounding than to the fen stands before it.
pub fn round(
    label: &'static str,
    (yuan, arithmetic): (impl Into<Quotient>, &'static str),
    rounding: Rounding,
    sheet: &mut impl Steps,
) -> Decimal {
    let rounded = rounding.apply(yuan);
    let arithmetic = match rounding {
        Rounding::Fen => arithmetic,
        Rounding::UpToJiao | Rounding::UpToYuan => {
            sheet.step("取整方式", &rounding.label(), "统筹地区待遇取整方式");
            arithmetic.strip_suffix(TO_THE_FEN).unwrap_or(arithmetic)
        }
    };
    sheet.amount(label, rounded, arithmetic);
    rounded
}

impl Shown for OwnWage {
    fn shown(&self) -> law::worksheet::Text {
        law::money::shown_yuan(self.exact())
    }
}
