//! The figures that death benefits are reckoned by, each with its source.

use contracts::benefit_review::v1::DeathCase;
use law::money::Rounding;
use law::{Cited, Law, LawError, Month};
use rust_decimal::Decimal;

use super::{Deceased, first_month};
use crate::benefit::rules::{Laws, OfAverage, rounding};

/// What the law says of the benefits of a death; what is not due is none.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Months of the area's average wage.
    pub funeral: Option<OfAverage>,
    /// National income and how often it is paid.
    pub lump_sum: Option<(Cited<Decimal>, Cited<Decimal>)>,
    /// The first month of pensions.
    pub first: Month,
    /// What pensions rest on.
    pub pensions: Pensions,
}

/// What the law says of the pensions of survivors.
#[derive(Clone, Debug)]
pub struct Pensions {
    /// Shares of survivors.
    pub shares: Shares,
    /// Ages of survivors.
    pub ages: Ages,
    /// How the area rounds.
    pub rounding: Rounding,
}

/// Shares of the own wage (工伤保险条例第三十九条第一款第二项).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares {
    /// Of the spouse.
    pub spouse: Cited<Decimal>,
    /// Of any other relative.
    pub relative: Cited<Decimal>,
    /// What a lone elder or an orphan has on top.
    pub alone: Cited<Decimal>,
}

/// Ages in full years (因工死亡职工供养亲属范围规定第三条).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ages {
    /// A man has a pension from then on.
    pub male: Cited<i64>,
    /// A woman has.
    pub female: Cited<i64>,
    /// A child has until then.
    pub minor: Cited<i64>,
}

impl Ages {
    /// The ages on a day.
    ///
    /// # Errors
    /// When the law of the day has none.
    pub fn of(law: &Law) -> Result<Self, LawError> {
        Ok(Self {
            male: law.integer("survivor_age.male")?,
            female: law.integer("survivor_age.female")?,
            minor: law.integer("survivor_age.minor")?,
        })
    }
}

impl Shares {
    /// The shares on a day.
    ///
    /// # Errors
    /// When the law of the day has none.
    pub fn of(law: &Law) -> Result<Self, LawError> {
        Ok(Self {
            spouse: law.decimal("survivor_share.spouse")?,
            relative: law.decimal("survivor_share.relative")?,
            alone: law.decimal("survivor_share.lone_or_orphan")?,
        })
    }
}

impl Pensions {
    /// The figures on the day on which the conditions are met.
    ///
    /// # Errors
    /// When one is not known on it.
    pub fn of(on: &Law) -> Result<Self, LawError> {
        Ok(Self {
            shares: Shares::of(on)?,
            ages: Ages::of(on)?,
            rounding: rounding(on)?,
        })
    }
}

impl Figures {
    /// The figures on the days that the benefits turn on: a funeral and, but for who dies after the stoppage period,
    /// a lump sum on the day of the death, and pensions on that on which the conditions are met.
    ///
    /// # Errors
    /// When one is not known on its day.
    pub fn of(deceased: &Deceased, laws: &Laws) -> Result<Self, LawError> {
        let on = laws.on(deceased.on())?;
        let died = deceased
            .died_on
            .map(|died_on| laws.on(died_on))
            .transpose()?;
        let funeral = |law: &Law| -> Result<OfAverage, LawError> {
            Ok(OfAverage {
                average: law.decimal("area_average_monthly_wage")?,
                times: law.decimal("funeral_months")?,
            })
        };
        let lump_sum = |law: &Law| -> Result<_, LawError> {
            // The multiple first: before it was law, no income makes a figure.
            let multiple = law.decimal("lump_sum_death_multiple")?;
            Ok((law.decimal("national_urban_disposable_income")?, multiple))
        };
        let paid_once = deceased.case != DeathCase::AfterStoppagePeriod;
        Ok(Self {
            funeral: died.map(funeral).transpose()?,
            lump_sum: died.filter(|_| paid_once).map(lump_sum).transpose()?,
            first: first_month(deceased.case, deceased.on(), on)?,
            pensions: Pensions::of(on)?,
        })
    }
}
