//! Rules on death benefits, one for each (工伤保险条例第三十九条、第四十一条).

mod case;
mod change;
mod circle;
mod figures;
mod foreseen;
mod forgotten;
mod order;
mod paid;
mod survivors;

use contracts::Refused;
use contracts::benefit_review::v1::{BenefitKind, DeathCase, Payer, Refusal};
use contracts::reflect::label_of;
use law::money::Rounding;
use law::{Cited, Law, LawError, Line, Month, Steps, Worksheet};
use rust_decimal::Decimal;
use time::Date;

use crate::benefit::rules::{Award, Multiple, OwnWage, round, rounding, split};
use crate::disability::rules::LAST_OF_FUND;

pub use case::{Declaration, Known, by_now, died, missing, undeclared};
pub use change::{fits, grown_on, still, unfit};
pub use circle::{claimant, number_of, right, until, whole, written};
pub use figures::{Ages, Figures, Pensions, Shares};
pub use foreseen::foreseen;
pub use forgotten::{Stretch, made_up, note, stretches};
pub use order::{comings_of_age, counts_from, decided_from, first_month};
pub use paid::{grown_up, over, paid};
pub use survivors::{Claimant, Pension, Standing, share, shared, standing};

/// What the benefits of a death rest on.
#[derive(Clone, Debug)]
pub struct Deceased {
    /// How she or he died, or is missing.
    pub case: DeathCase,
    /// The own wage; needed for the pensions of survivors.
    pub wage: Option<OwnWage>,
    /// The day of the accident.
    pub injured_on: Date,
    /// The day of the death, or on which a court declared it; none while somebody is missing.
    pub died_on: Option<Date>,
    /// Grade of the disability before, of who died after the stoppage period.
    pub grade: i32,
    /// Who applies for a pension.
    pub survivors: Vec<Claimant>,
}

impl Deceased {
    /// The day on which survivors must meet the conditions: of the death, or of the accident of who is missing.
    #[must_use]
    pub fn on(&self) -> Date {
        match (self.case, self.died_on) {
            (DeathCase::Missing, _) | (_, None) => self.injured_on,
            (_, Some(died_on)) => died_on,
        }
    }

    /// The days whose law the benefits rest on.
    #[must_use]
    pub fn days(&self) -> Vec<Date> {
        let mut days = vec![self.injured_on, self.on()];
        days.extend(self.died_on);
        days
    }
}

/// Art. 69. The case of a death is one that the law knows.
///
/// # Errors
/// When somebody dies after the stoppage period without a grade from 1 to 4, of which no benefit follows, or the
/// death is before the accident.
pub fn admissible(deceased: &Deceased) -> Result<(), Refused> {
    let (case, grade) = (deceased.case, deceased.grade);
    if case == DeathCase::AfterStoppagePeriod && !(1..=LAST_OF_FUND).contains(&grade) {
        return Err(Refused::because(Refusal::DeathAfterStoppage).with("grade", grade));
    }
    if let Some(died_on) = deceased.died_on.filter(|on| *on < deceased.injured_on) {
        return Err(Refused::because(Refusal::DiedBefore)
            .with("died_on", died_on)
            .with("injured_on", deceased.injured_on));
    }
    Ok(())
}

/// Art. 69, Art. 71, Art. 72. All benefits of a death, in the order of the articles.
pub fn awards<S: Steps + Default>(deceased: &Deceased, figures: &Figures) -> Vec<Award> {
    let award = |kind, worksheet| Award {
        kind,
        payer: Payer::Fund,
        survivor: None,
        from: None,
        until: None,
        worksheet,
    };
    let rounding = figures.pensions.rounding;
    let mut all = Vec::with_capacity(2 + deceased.survivors.len());
    if let Some(multiple) = &figures.funeral {
        let worksheet = funeral::<S>(multiple.multiple(), rounding);
        all.push(award(BenefitKind::Funeral, worksheet));
    }
    if let Some((income, multiple)) = &figures.lump_sum {
        let worksheet = lump_sum::<S>(income, multiple, rounding);
        all.push(award(BenefitKind::LumpSumDeath, worksheet));
    }
    if let Some(wage) = deceased.wage {
        let days = (deceased.on(), figures.first);
        let survivors = deceased.survivors.as_slice();
        all.extend(foreseen::<S>(wage, survivors, days, &figures.pensions));
    }
    all
}

/// 工伤保险条例第三十九条第一款第一项. The funeral benefit (丧葬补助金): months of the area's average wage of the year
/// before the death.
pub fn funeral<S: Steps + Default>(multiple: Multiple<'_>, rounding: Rounding) -> Worksheet {
    let mut sheet = S::default();
    let exact = multiple.exact("丧葬补助金月数", &mut sheet);
    let exact = (exact, "职工月平均工资 × 月数，四舍五入到分");
    let amount = round("丧葬补助金", exact, rounding, &mut sheet);
    sheet.result(amount)
}

/// 工伤保险条例第三十九条第一款第三项. The lump-sum death benefit (一次性工亡补助金): a multiple of the national
/// disposable income per urban resident of the year before the death.
pub fn lump_sum<S: Steps + Default>(
    income: &Cited<Decimal>,
    multiple: &Cited<Decimal>,
    rounding: Rounding,
) -> Worksheet {
    let mut sheet = S::default();
    sheet.parameter("上一年度全国城镇居民人均可支配收入", income);
    sheet.parameter("一次性工亡补助金倍数", multiple);
    let exact = (
        income.value * multiple.value,
        "人均可支配收入 × 倍数，四舍五入到分",
    );
    let amount = round("一次性工亡补助金", exact, rounding, &mut sheet);
    sheet.result(amount)
}

/// Art. 71. Part of the lump-sum death benefit, before a court declares who is missing dead.
///
/// # Errors
/// When the law of the day does not know one of its figures.
pub fn advance<S: Steps + Default>(law: &Law) -> Result<Award, LawError> {
    let multiple = law.decimal("lump_sum_death_multiple")?;
    let income = law.decimal("national_urban_disposable_income")?;
    let ratio = law.decimal("missing_advance_ratio")?;
    let mut sheet = S::default();
    sheet.parameter("上一年度全国城镇居民人均可支配收入", &income);
    sheet.parameter("一次性工亡补助金倍数", &multiple);
    sheet.parameter("先行核定的比例", &ratio);
    let exact = income.value * multiple.value * ratio.value;
    let exact = (exact, "人均可支配收入 × 倍数 × 比例，四舍五入到分");
    let amount = round(
        "先行核定的一次性工亡补助金",
        exact,
        rounding(law)?,
        &mut sheet,
    );
    Ok(Award {
        kind: BenefitKind::LumpSumDeath,
        payer: Payer::Fund,
        survivor: None,
        from: None,
        until: None,
        worksheet: sheet.result(amount),
    })
}

impl Pension {
    /// The pension as what is due from a month on.
    #[must_use]
    pub fn award(self, from: Month) -> Award {
        Award {
            kind: BenefitKind::SurvivorPension,
            payer: Payer::Fund,
            survivor: Some(self.survivor),
            from: Some(from),
            until: self.until,
            worksheet: self.worksheet,
        }
    }
}

/// Art. 58, 工伤保险条例第六十二条. A pension by who bears it: what the fund would bear is the employer's for the months before
/// a late application for recognition was accepted.
#[must_use]
pub fn borne(
    award: Award,
    (payer, why): (Payer, &'static str),
    overdue: Option<(Date, Date)>,
) -> Vec<Award> {
    let on = award.from.map_or(Date::MIN, Month::first_day);
    let (late, rest) = match overdue.filter(|_| payer == Payer::Fund) {
        Some(overdue) => split(award, overdue, on),
        None => (None, Some(award)),
    };
    let rest = rest.map(|award| award.borne_by(payer, why));
    late.into_iter().chain(rest).collect()
}

impl Award {
    /// 工伤保险条例第六十二条. Says at the end of the worksheet who bears it, and why.
    #[must_use]
    pub fn borne_by(mut self, payer: Payer, why: &'static str) -> Self {
        let label = label_of("workinjury.benefit_review.v1.Payer", payer as i32);
        self.payer = payer;
        self.worksheet.lines.push(Line {
            label: "承担方".into(),
            value: label.into(),
            source: why.into(),
        });
        self
    }
}
