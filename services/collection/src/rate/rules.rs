//! The law of rates: benchmark, floating tier, local reduction.

mod rates;

pub use rates::Rates;

use chassis::{Error, Result};
use contracts::Refused;
use contracts::collection::v1::Refusal;
use law::industry::{self, Division};
use law::{Cited, Law, LawError, Month, Sheet, Worksheet};
use rust_decimal::Decimal;

/// Why the rate of who has not paid long enough does not float.
pub const FIRST_MONTHS: &str = "首次缴费未满规定月数，不浮动";

/// Signed number of tiers from the benchmark, with the name of each in the parameters.
const TIERS: [(i32, &str, &str); 5] = [
    (-2, "down_2", "下浮两档"),
    (-1, "down_1", "下浮一档"),
    (0, "none", "不浮动"),
    (1, "up_1", "上浮一档"),
    (2, "up_2", "上浮两档"),
];

/// The rate of an employer for a month.
#[derive(Clone, Debug)]
pub struct Rate {
    /// Class in the table of the month.
    pub class: u8,
    /// Signed number of tiers from the benchmark.
    pub tier: i32,
    /// Benchmark of the class, as a fraction of the payroll.
    pub benchmark: Decimal,
    /// The rate as applied, and how it came about.
    pub worksheet: Worksheet,
}

/// What a review period shows of an employer.
#[derive(Clone, Debug, Default)]
pub struct FloatingFacts {
    /// Contributions paid for the months of the period, in yuan.
    pub contributions: Decimal,
    /// Benefits paid for its employees in the period, in yuan.
    pub benefits: Decimal,
    /// Mean of the insured of each month.
    pub average_headcount: Decimal,
    /// Injuries recognised in the period.
    pub injuries: u32,
    /// Appraised grades 1 to 4.
    pub severe_cases: u32,
    /// Deaths at work.
    pub deaths: u32,
    /// Deaths in an accident for which the employer is responsible.
    pub responsible_deaths: u32,
    /// Persons in whom an occupational disease was diagnosed.
    pub occupational_diseases: u32,
    /// Months of insurance up to the end of the period.
    pub insured_months: i32,
}

/// The tier that facts lead to, with the two ratios of form 3-6.
#[derive(Clone, Debug)]
pub struct Floated {
    /// Signed number of tiers from the benchmark.
    pub tier: i32,
    /// Benefits over contributions; `None` where nothing was contributed.
    pub benefit_ratio: Option<Decimal>,
    /// Injuries over the average headcount; `None` without insured.
    pub incidence: Option<Decimal>,
    /// How the tier came about.
    pub worksheet: Worksheet,
}

/// Art. 25. The division of GB/T 4754-2011 called `code`.
///
/// # Errors
/// A refusal when the standard has no such division.
pub fn division(code: &str) -> Result<Division> {
    code.parse().map_err(|_| {
        Refused::because(Refusal::IndustryUnknown)
            .with("industry", code)
            .with("table", "《国民经济行业分类》（GB/T 4754-2011）大类")
            .into()
    })
}

/// Art. 25, Art. 26. Benchmark of the class x floating tier x (1 - local reduction).
///
/// `law` is as of the first day of `month`: the table of 2015 begins with October 2015.
///
/// # Errors
/// When the law has no table for the month, or the class has no such tier.
pub fn rate(industry: Division, month: Month, tier: i32, law: &Law) -> Result<Rate> {
    let mut sheet = Sheet::new();
    sheet.fact("费款所属月", month, "按该月第一日适用的规定核定");
    sheet.fact(
        "行业",
        format!("{industry} {}", industry.name()),
        "《国民经济行业分类》（GB/T 4754-2011）",
    );
    let class = class(industry, month, law)?;
    let class = sheet.parameter("行业风险类别", class);
    let benchmark = sheet.parameter("基准费率", law.decimal(&format!("benchmark_rate.{class}"))?);
    let factor = tier_factor(class, month, tier, law)?;
    let mut rate = benchmark;
    if tier != 0 || factor.value != Decimal::ONE {
        let factor = sheet.parameter(format!("浮动档次（{}）", tier_label(tier)), factor);
        rate = sheet.step("浮动费率", rate * factor, "基准费率 × 浮动档次");
    }
    let reduction = law.decimal("rate_reduction_ratio")?;
    if !reduction.value.is_zero() {
        let reduction = sheet.parameter("阶段性降低费率的幅度", reduction);
        rate *= Decimal::ONE - reduction;
    }
    let rate = sheet.step(
        "缴费费率",
        rate.normalize(),
        "基准费率 × 浮动档次 ×（1 − 降低幅度），未浮动、未降低的不乘",
    );
    Ok(Rate {
        class,
        tier,
        benchmark,
        worksheet: sheet.result(rate),
    })
}

/// Art. 25. What the local reduction in force leaves of a rate, floated or not.
///
/// # Errors
/// When the law does not say.
pub fn left_by_reduction(law: &Law) -> Result<Decimal> {
    Ok(Decimal::ONE - law.decimal("rate_reduction_ratio")?.value)
}

/// The rate at the tier that an employer holds. A tier that the table in force no longer has cannot hold:
/// the benchmark does.
///
/// # Errors
/// When the law has no table for the month.
pub fn held(industry: Division, month: Month, tier: i32, law: &Law) -> Result<Rate> {
    rate(industry, month, tier, law).or_else(|_| rate(industry, month, 0, law))
}

/// Art. 25. The class in the table in force, by 劳社部发〔2003〕29号 or 人社部发〔2015〕71号.
fn class(industry: Division, month: Month, law: &Law) -> Result<Cited<u8>> {
    industry::risk_class(industry, law.on()).map_err(|_| {
        let sentence = format!("{month}尚未施行工伤保险行业风险分类表，请填写2004-01或以后的月份");
        Error::invalid("month", "费款所属月", sentence)
    })
}

/// Class 1 of 2003 does not float, class 1 of 2015 only upward: a tier that is not in the table in
/// force does not exist.
fn tier_factor(class: u8, month: Month, tier: i32, law: &Law) -> Result<Cited<Decimal>> {
    let factor = match tier_name(tier) {
        Some(name) => law.decimal(&format!("floating_tier.{class}.{name}")),
        None => Err(LawError::Unknown {
            name: tier.to_string(),
        }),
    };
    factor.map_err(|_| {
        let available: Vec<_> = available_tiers(class, law).map(tier_label).collect();
        Refused::because(Refusal::TierNotAvailable)
            .with("month", month)
            .with("class", class)
            .with("tier", tier_label(tier))
            .with("available", available.join("、"))
            .into()
    })
}

/// Art. 26. The tier that a review period leads to: the highest of those that the benefit ratio, the
/// injury incidence, the severe cases and, where the area counts them, the occupational diseases ask for,
/// within what the class has.
///
/// # Errors
/// When a threshold is not set for the date of `law`.
pub fn floating_tier(class: u8, facts: &FloatingFacts, law: &Law) -> Result<Floated> {
    let mut sheet = Sheet::new();
    sheet.fact("考核期缴费额", facts.contributions, "欠费台账和实缴清单");
    sheet.fact("考核期待遇支付额", facts.benefits, "考核事实");
    sheet.fact(
        "平均参保人数",
        facts.average_headcount,
        "各月核定缴费人数的平均数",
    );
    sheet.fact("工伤人次", facts.injuries, "考核事实");
    sheet.fact("一至四级伤残人数", facts.severe_cases, "考核事实");
    sheet.fact("因工死亡人数", facts.deaths, "考核事实");
    sheet.fact("职业病人数", facts.occupational_diseases, "考核事实");
    let benefit_ratio = quotient(facts.benefits, facts.contributions);
    let incidence = quotient(Decimal::from(facts.injuries), facts.average_headcount);

    let mut tier = tier_up_to(
        &mut sheet,
        "支缴率",
        benefit_ratio,
        "floating_ratio_up_to",
        law,
    )?;
    tier = tier.max(tier_up_to(
        &mut sheet,
        "工伤发生率",
        incidence,
        "floating_incidence_up_to",
        law,
    )?);
    for (label, cases, bounds) in [
        (
            "一至四级伤残和死亡人数",
            facts.severe_cases + facts.deaths,
            "floating_severe_cases_from",
        ),
        (
            "职业病人数",
            facts.occupational_diseases,
            "floating_occupational_diseases_from",
        ),
    ] {
        tier = tier.max(tier_from(&mut sheet, label, cases, bounds, law)?);
    }
    let mut why = "支缴率、工伤发生率、伤亡人数、职业病人数所定档次中最高的";
    // An employer with a death by its fault never goes down.
    if facts.responsible_deaths > 0
        && sheet.parameter(
            "有因工死亡的不得下浮",
            law.flag("floating_death_bars_down")?,
        )
    {
        if tier < 0 {
            why = "有因工死亡的不得下浮";
        }
        tier = tier.max(0);
    }
    let first_months = law.integer("floating_first_months")?;
    if i64::from(facts.insured_months) < first_months.value {
        sheet.fact("已参保月数", facts.insured_months, "参保登记");
        sheet.parameter("首次缴费不浮动的月数", first_months);
        why = FIRST_MONTHS;
        tier = 0;
    }
    // What the class does not have falls to the nearest tier that it has.
    let available = available_tiers(class, law)
        .min_by_key(|known| (known - tier).abs())
        .unwrap_or(0);
    if available != tier {
        sheet.note(
            "类别限制",
            tier_label(available),
            format!("{class}类行业没有“{}”这一档", tier_label(tier)),
        );
    }
    sheet.note("浮动档次", tier_label(available), why);
    Ok(Floated {
        tier: available,
        benefit_ratio,
        incidence,
        worksheet: sheet.result(Decimal::from(available)),
    })
}

/// The lowest tier whose upper bound is not exceeded. Without contributions or insured there is no
/// basis on which to float.
fn tier_up_to(
    sheet: &mut Sheet,
    label: &'static str,
    value: Option<Decimal>,
    bounds: &str,
    law: &Law,
) -> Result<i32> {
    let Some(value) = value else {
        sheet.note(label, "无", "分母为零，不作为浮动依据");
        return Ok(0);
    };
    sheet.step(
        label,
        value,
        if label == "支缴率" {
            "待遇支付额 ÷ 缴费额"
        } else {
            "工伤人次 ÷ 平均参保人数"
        },
    );
    for (tier, name, tier_label) in &TIERS[..4] {
        let bound = law.decimal(&format!("{bounds}.{name}"))?;
        if value <= bound.value {
            sheet.parameter(format!("{label}上限（{tier_label}）"), bound);
            return Ok(*tier);
        }
    }
    sheet.note(format!("{label}档次"), "上浮两档", "高于上浮一档的上限");
    Ok(2)
}

/// The tier up that so many cases ask for, the lowest where they ask for none; a bound of zero asks for nothing.
fn tier_from(sheet: &mut Sheet, label: &str, cases: u32, bounds: &str, law: &Law) -> Result<i32> {
    for (tier, name, tier_label) in [TIERS[4], TIERS[3]] {
        let from = law.integer(&format!("{bounds}.{name}"))?;
        if from.value > 0 && i64::from(cases) >= from.value {
            sheet.parameter(format!("{label}（{tier_label}）"), from);
            return Ok(tier);
        }
    }
    Ok(TIERS[0].0)
}

/// A ratio to six decimals; none over zero.
#[must_use]
pub fn quotient(over: Decimal, under: Decimal) -> Option<Decimal> {
    if under.is_zero() {
        None
    } else {
        over.checked_div(under).map(|q| q.round_dp(6).normalize())
    }
}

fn available_tiers(class: u8, law: &Law) -> impl Iterator<Item = i32> {
    TIERS
        .iter()
        .filter(move |(_, name, _)| {
            law.decimal(&format!("floating_tier.{class}.{name}"))
                .is_ok()
        })
        .map(|(tier, ..)| *tier)
}

fn tier_name(tier: i32) -> Option<&'static str> {
    TIERS
        .iter()
        .find(|(known, ..)| *known == tier)
        .map(|(_, name, _)| *name)
}

/// The tier as forms call it.
#[must_use]
pub fn tier_label(tier: i32) -> &'static str {
    TIERS
        .iter()
        .find(|(known, ..)| *known == tier)
        .map_or("规定以外的档次", |(.., label)| label)
}
