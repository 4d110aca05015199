//! The figures that disability benefits are reckoned by, each with its source.

use contracts::benefit_review::v1::NursingGrade;
use law::money::Rounding;
use law::{Cited, Law, LawError};
use rust_decimal::Decimal;
use time::Date;

use super::{Disabled, LAST_WITH_ALLOWANCE, Subsidies};
use crate::benefit::rules::{Laws, OfAverage, rounding};

/// The grades there are.
const GRADES: std::ops::RangeInclusive<i32> = 1..=10;

/// What the law says of one person's benefits; what does not concern the person is none.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Months of the own wage.
    pub lump_sum_months: Option<Cited<Decimal>>,
    /// Share of the own wage.
    pub allowance_ratio: Option<Cited<Decimal>>,
    /// Yuan a month below which no allowance lies; none where the area has not set it.
    pub minimum_wage: Option<Cited<Decimal>>,
    /// Share of the area's average wage.
    pub nursing: Option<OfAverage>,
    /// The two lump sums at the end of the labour relation.
    pub subsidies: Option<Subsidies>,
    /// How the area rounds.
    pub rounding: Rounding,
}

impl Figures {
    /// The figures on the days that the person's benefits turn on.
    ///
    /// # Errors
    /// When one is not known on its day.
    pub fn of(disabled: &Disabled, laws: &Laws) -> Result<Self, LawError> {
        let (grade, concluded) = (disabled.grade, laws.on(disabled.concluded_on)?);
        let table = laws.on(disabled.law_on)?;
        let named = |name: &str| format!("{name}.{grade}");
        let has_grade = GRADES.contains(&grade);
        let has_allowance = has_grade && grade <= LAST_WITH_ALLOWANCE;
        let asked = |asked: bool, name: &str| -> Result<Option<Cited<Decimal>>, LawError> {
            asked.then(|| table.decimal(&named(name))).transpose()
        };
        let minimum_wage = match laws
            .on(disabled.from().first_day())?
            .decimal("minimum_wage")
        {
            Ok(set) if has_allowance => Some(set),
            Ok(_) | Err(LawError::NotSetByArea { .. } | LawError::Unknown { .. }) => None,
            Err(reason) if has_allowance => return Err(reason),
            Err(_) => None,
        };
        Ok(Self {
            lump_sum_months: asked(has_grade, "disability_lump_sum_months")?,
            allowance_ratio: asked(has_allowance, "disability_allowance_ratio")?,
            minimum_wage,
            nursing: nursing_figures(disabled.nursing, concluded)?,
            subsidies: Subsidies::of(disabled, laws)?,
            rounding: rounding(concluded)?,
        })
    }

    /// An allowance that is really decided rests on the area's minimum wage, which an estimate may go without.
    ///
    /// # Errors
    /// When it is not known in the allowance's first month.
    pub fn compared(disabled: &Disabled, laws: &Laws) -> Result<(), LawError> {
        let on = laws.on(disabled.from().first_day())?;
        on.decimal("minimum_wage").map(|_| ())
    }
}

/// 工伤保险条例第三十四条. What a nursing allowance of a degree is reckoned by on the day of its conclusion; none without
/// a degree.
///
/// # Errors
/// When it is not known on the day.
pub fn nursing_figures(nursing: NursingGrade, law: &Law) -> Result<Option<OfAverage>, LawError> {
    let Some(degree) = degree(nursing) else {
        return Ok(None);
    };
    Ok(Some(OfAverage {
        average: law.decimal("area_average_monthly_wage")?,
        times: law.decimal(&format!("nursing_allowance_ratio.{degree}"))?,
    }))
}

/// 工伤保险条例第六十七条. The day by whose law months are counted: an injury that was not recognised yet when the law
/// changed has the new one.
#[must_use]
pub fn months_of_law(injured_on: Date, recognised_on: Option<Date>) -> Date {
    recognised_on.map_or(injured_on, |on| on.max(injured_on))
}

/// Key of a degree of nursing in the table of the law.
fn degree(nursing: NursingGrade) -> Option<&'static str> {
    match nursing {
        NursingGrade::Full => Some("full"),
        NursingGrade::Mostly => Some("mostly"),
        NursingGrade::Partly => Some("partly"),
        NursingGrade::Unspecified => None,
    }
}
