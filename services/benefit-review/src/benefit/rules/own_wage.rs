//! The own wage (本人工资, 工伤保险条例第六十四条).

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};

use contracts::Refused;
use contracts::benefit_review::v1::Refusal;
use contracts::common::v1::Worksheet as WireWorksheet;
use law::calendar::add_days;
use law::money::Quotient;
use law::{Cited, Law, LawError, Month, Steps};
use rust_decimal::Decimal;
use time::Date;

/// Months before the injury, or before the end of the relation, whose bases make the own wage.
const MONTHS: i32 = 12;

/// Why the months are not those before the diagnosis.
const FOUND_AFTER_END: &str =
    "解除或终止劳动关系后确诊职业病，按解除或终止前12个月计算（人社部发〔2013〕34号第八条）";

/// What the twelve months are counted before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// 工伤保险条例第六十四条第二款. The accident, or the diagnosis of an occupational disease.
    BeforeInjury(Date),
    /// 人社部发〔2013〕34号第八条. The end of the labour relation, of a disease that was diagnosed after it: its last day.
    BeforeEnd(Date),
}

impl Counted {
    /// The day before whose month the twelve months are: after the end of a relation the first day without it.
    #[must_use]
    pub fn before(self) -> Date {
        match self {
            Self::BeforeInjury(injured_on) => injured_on,
            Self::BeforeEnd(last_on) => add_days(last_on, 1),
        }
    }

    /// As a line of a worksheet.
    fn fact(self, sheet: &mut impl Steps) {
        match self {
            Self::BeforeInjury(on) => {
                sheet.fact("事故伤害或职业病诊断日期", &on, "认定工伤决定书");
            }
            Self::BeforeEnd(on) => sheet.fact("劳动关系解除或终止日期", &on, FOUND_AFTER_END),
        }
    }
}

/// As a refusal names it.
impl Display for Counted {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BeforeInjury(on) => write!(formatter, "事故伤害日期{on}"),
            Self::BeforeEnd(on) => write!(formatter, "劳动关系解除或终止日期{on}"),
        }
    }
}

impl From<Date> for Counted {
    fn from(injured_on: Date) -> Self {
        Self::BeforeInjury(injured_on)
    }
}

/// The own wage in yuan a month, exact: a mean that does not end in decimals is a quotient until a benefit is
/// rounded, since half a fen decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnWage {
    sum: Decimal,
    months: u32,
}

impl OwnWage {
    /// A wage that is known as it stands, such as one kept with a case.
    #[must_use]
    pub fn of(yuan: Decimal) -> Self {
        Self::mean(yuan, 1)
    }

    /// What the bases of `months` months, which came to `sum`, were on average; at least one month.
    #[must_use]
    pub fn mean(sum: Decimal, months: u32) -> Self {
        Self {
            sum,
            months: months.max(1),
        }
    }

    /// The sum in yuan and the months whose quotient it is.
    #[must_use]
    pub fn parts(self) -> (Decimal, u32) {
        (self.sum, self.months)
    }

    /// Its product with `factor`.
    #[must_use]
    pub fn times(self, factor: Decimal) -> Quotient {
        Quotient::of(self.sum * factor, Decimal::from(self.months))
    }

    /// Its product with `share` of `all`.
    #[must_use]
    pub fn over(self, share: Decimal, all: Decimal) -> Quotient {
        Quotient::of(self.sum * share, Decimal::from(self.months) * all)
    }

    /// In yuan, as near as decimals come.
    #[must_use]
    pub fn yuan(self) -> Decimal {
        self.exact().yuan()
    }

    /// Whether it is the same as another.
    #[must_use]
    pub fn equals(self, other: Self) -> bool {
        self.sum * Decimal::from(other.months) == other.sum * Decimal::from(self.months)
    }

    /// Whether it is less than another.
    #[must_use]
    pub fn is_below(self, other: Self) -> bool {
        self.sum * Decimal::from(other.months) < other.sum * Decimal::from(self.months)
    }

    /// As it is.
    #[must_use]
    pub fn exact(self) -> Quotient {
        Quotient::of(self.sum, Decimal::from(self.months))
    }
}

/// Between what the own wage lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The area's average monthly wage of the year before, in yuan.
    pub average: Cited<Decimal>,
    /// Least multiple of it.
    pub floor: Cited<Decimal>,
    /// Largest multiple of it.
    pub cap: Cited<Decimal>,
}

impl Bounds {
    /// The bounds on the day of the injury.
    ///
    /// # Errors
    /// When the area has not set its average wage.
    pub fn of(law: &Law) -> Result<Self, LawError> {
        Self::under(law, law)
    }

    /// 工伤保险条例第六十七条. The average wage on the day of the injury, and the ratios of the law that applies to it:
    /// of an injury before there were any that was recognised after, those that there were then.
    ///
    /// # Errors
    /// When the area has not set its average wage, or the law has no ratios.
    pub fn under(injured: &Law, ratios: &Law) -> Result<Self, LawError> {
        Ok(Self {
            average: injured.decimal("area_average_monthly_wage")?,
            floor: ratios.decimal("own_wage_floor_ratio")?,
            cap: ratios.decimal("own_wage_cap_ratio")?,
        })
    }
}

/// Where bases come from that collection has.
const CONTRIBUTIONS: &str = "缴费记录";

/// Where wages come from that are stated, since collection has no base.
const PROVEN: &str = "申请表（表68-A、表70-A）申报的工资，以职工工资发放明细表或者个人所得税纳税记录为证；征缴没有缴费记录";

/// What an employer reported for a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Of the contribution.
    pub month: Month,
    /// In yuan.
    pub base: Decimal,
    /// The employer is the one of the injury.
    pub by_employer_of_injury: bool,
}

/// 工伤保险条例第六十四条第二款. The bases of a person month by month, each month once, and the months for which several paid
/// (多重劳动关系). The mean is one of months, so that a month does not count twice: the base of the employer of the
/// injury where it paid for the month, and of others the highest. The law is silent on it: the wage of the work in which
/// somebody was hurt comes first, and among others the one that favours the person.
#[must_use]
pub fn once_a_month(reported: &[Reported]) -> (Vec<(Month, Decimal)>, Vec<Month>) {
    let mut months: BTreeMap<Month, (&Reported, usize)> = BTreeMap::new();
    for one in reported {
        let (counts, paid) = months.entry(one.month).or_insert((one, 0));
        *paid += 1;
        let rank = |of: &Reported| (of.by_employer_of_injury, of.base);
        if rank(one) > rank(counts) {
            *counts = one;
        }
    }
    let of_several = months.iter().filter(|(_, (_, paid))| *paid > 1);
    let of_several = of_several.map(|(month, _)| *month).collect();
    let bases = months
        .into_iter()
        .map(|(month, (one, _))| (month, one.base));
    (bases.collect(), of_several)
}

/// Says on the worksheet for which months several employers paid, and whose base counts.
pub fn of_several(months: &[Month], sheet: &mut impl Steps) {
    if months.is_empty() {
        return;
    }
    let months: Vec<String> = months.iter().map(ToString::to_string).collect();
    let why = "多个用人单位同月缴费的只计一个月：按事故伤害时所在用人单位的缴费工资，该单位当月没有缴费的按其中最高的一项";
    sheet.fact("多个用人单位缴费的月份", &months.join("、"), why);
}

/// What the worksheet calls the months of wages that are stated.
const MONTHS_STATED: &str = "前12个月内申报工资的月数";

/// Whether an own wage rests on wages that were stated and proven, and not on bases.
#[must_use]
pub fn is_proven(worksheet: &WireWorksheet) -> bool {
    let mut lines = worksheet.lines.iter();
    lines.any(|line| line.label == MONTHS_STATED)
}

/// 工伤保险条例第六十四条第二款. The mean of the bases of the twelve months before the injury or the end of the relation, of
/// those that there are, within the bounds.
///
/// # Errors
/// When there is none in those months.
pub fn own_wage(
    bases: &[(Month, Decimal)],
    counted: impl Into<Counted>,
    bounds: &Bounds,
    sheet: &mut impl Steps,
) -> Result<OwnWage, Refused> {
    mean(bases, counted.into(), (bounds, CONTRIBUTIONS), sheet)
}

/// 工伤保险条例第六十四条. The mean of wages that are stated and proven, of an employer that insured only after the injury:
/// months that are each one of the twelve, and each there once.
///
/// # Errors
/// When one is not.
pub fn proven(
    wages: &[(Month, Decimal)],
    counted: impl Into<Counted>,
    bounds: &Bounds,
    sheet: &mut impl Steps,
) -> Result<OwnWage, Refused> {
    let counted = counted.into();
    for (at, (month, _)) in wages.iter().enumerate() {
        let twice = wages[..at].iter().any(|(other, _)| other == month);
        if twice || !counts(*month, counted) {
            return Err(Refused::because(Refusal::WageMonth)
                .with("month", month)
                .with("before", counted));
        }
    }
    mean(wages, counted, (bounds, PROVEN), sheet)
}

/// Whether a month is one of the twelve.
fn counts(month: Month, counted: Counted) -> bool {
    (1..=MONTHS).contains(&month.months_to(Month::of(counted.before())))
}

fn mean(
    bases: &[(Month, Decimal)],
    counted: Counted,
    (bounds, source): (&Bounds, &'static str),
    sheet: &mut impl Steps,
) -> Result<OwnWage, Refused> {
    let (mut sum, mut months) = (Decimal::ZERO, 0_u32);
    for (month, base) in bases {
        if counts(*month, counted) {
            sum += base;
            months += 1;
        }
    }
    if months == 0 {
        return Err(Refused::because(Refusal::NoBases).with("before", counted));
    }
    counted.fact(sheet);
    let [of_months, of_sum] = match source {
        PROVEN => [MONTHS_STATED, "前12个月内申报的工资之和"],
        _ => ["前12个月内的缴费月数", "前12个月内的月缴费工资之和"],
    };
    sheet.fact(of_months, &months, source);
    sheet.fact(of_sum, &sum, source);
    let mean = OwnWage::mean(sum, months);
    sheet.step(
        "平均月缴费工资",
        &mean,
        "上述之和 ÷ 月数（以未取整的数继续计算）",
    );
    Ok(bounded(mean, bounds, sheet))
}

/// 工伤保险条例第六十四条第二款. A mean that is stated as it is, within the bounds.
pub fn stated(yuan: Decimal, bounds: &Bounds, sheet: &mut impl Steps) -> OwnWage {
    sheet.fact("平均月缴费工资", &yuan, "测算申请；由申请人填写");
    bounded(OwnWage::of(yuan), bounds, sheet)
}

/// Not below 60% and not above 300% of the area's average wage.
fn bounded(mean: OwnWage, bounds: &Bounds, sheet: &mut impl Steps) -> OwnWage {
    let average = bounds.average.value;
    sheet.parameter("统筹地区上年度职工月平均工资", &bounds.average);
    let (least, most) = (average * bounds.floor.value, average * bounds.cap.value);
    let (wage, why) = if mean.exact().is_below(least) {
        sheet.parameter("本人工资下限比例", &bounds.floor);
        (
            OwnWage::of(least),
            "平均工资 × 下限比例，平均月缴费工资低于此数",
        )
    } else if mean.exact().is_above(most) {
        sheet.parameter("本人工资上限比例", &bounds.cap);
        (
            OwnWage::of(most),
            "平均工资 × 上限比例，平均月缴费工资高于此数",
        )
    } else {
        sheet.parameter("本人工资下限比例", &bounds.floor);
        sheet.parameter("本人工资上限比例", &bounds.cap);
        (
            mean,
            "平均月缴费工资，不低于平均工资 × 下限比例，不高于平均工资 × 上限比例",
        )
    };
    sheet.step("本人工资", &wage, why);
    wage
}
