//! The two lump sums at the end of the labour relation: the fund's medical subsidy (一次性工伤医疗补助金) and the
//! employer's employment subsidy (一次性伤残就业补助金), by the standard of the province.

use contracts::benefit_review::v1::Payer;
use law::calendar::age_on;
use law::money::Rounding;
use law::{Cited, Law, LawError, Steps, Worksheet};
use rust_decimal::Decimal;
use time::Date;

use super::Disabled;
use crate::benefit::rules::{Laws, Multiple, OwnWage, Wage, round};

/// The grades whose labour relation may end.
const GRADES: std::ops::RangeInclusive<i32> = 5..=10;

/// What the area's standard is counted in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Basis {
    /// Months of the own wage.
    OwnWage,
    /// Months of the area's average wage of the year before.
    Average(Cited<Decimal>),
    /// Yuan.
    Fixed,
}

/// The area's standard of both subsidies for one grade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subsidies {
    /// Who bears the medical subsidy: the employer, of relations that ended before 2011, and the fund since.
    pub medical_payer: Payer,
    basis: Basis,
    medical: Cited<Decimal>,
    employment: Cited<Decimal>,
    /// Share of the full sums that is left near retirement.
    share: Option<Cited<Decimal>>,
    /// Multiple of the medical subsidy in occupational disease.
    disease: Option<Cited<Decimal>>,
}

impl Subsidies {
    /// The standard on the day on which the labour relation ended (Art. 68); none where it goes on, or the grade
    /// keeps it.
    ///
    /// # Errors
    /// When the area has not set it.
    pub fn of(disabled: &Disabled, laws: &Laws) -> Result<Option<Self>, LawError> {
        let ended_on = disabled.relation_ended_on;
        let Some(on) = ended_on.filter(|_| GRADES.contains(&disabled.grade)) else {
            return Ok(None);
        };
        let law = laws.on(on)?;
        let basis = match law.text("subsidy_basis")?.value.as_str() {
            "area_wage" => Basis::Average(law.decimal("area_average_monthly_wage")?),
            "fixed" => Basis::Fixed,
            _ => Basis::OwnWage,
        };
        let retirement = disabled.retirement.as_ref();
        let near = retirement.map(|retirement| share_near_retirement(on, retirement.on, law));
        let disease = disabled.occupational_disease;
        let disease = disease.then(|| law.decimal("subsidy_occupational_disease_ratio"));
        let grade = disabled.grade;
        let medical_payer = match law.text("medical_subsidy_payer")?.value.as_str() {
            "employer" => Payer::Employer,
            _ => Payer::Fund,
        };
        Ok(Some(Self {
            medical_payer,
            basis,
            medical: law.decimal(&format!("medical_subsidy.{grade}"))?,
            employment: law.decimal(&format!("employment_subsidy.{grade}"))?,
            share: near.transpose()?.flatten(),
            disease: disease.transpose()?,
        }))
    }

    /// The share of the full sums that is left near retirement; none where the area does not reduce them.
    #[must_use]
    pub fn share(&self) -> Option<Decimal> {
        self.share.as_ref().map(|share| share.value)
    }

    /// 工伤保险条例第三十六条第二款、第三十七条第二项. The medical subsidy, since 2011 from the fund.
    pub fn medical<S: Steps + Default>(
        &self,
        disabled: &Disabled,
        wage: OwnWage,
        rounding: Rounding,
    ) -> Worksheet {
        let label = "一次性工伤医疗补助金";
        let disease = self.disease.as_ref();
        self.subsidy::<S>((label, &self.medical, disease), disabled, wage, rounding)
    }

    /// 工伤保险条例第三十六条第二款、第三十七条第二项. The employment subsidy, from the employer.
    pub fn employment<S: Steps + Default>(
        &self,
        disabled: &Disabled,
        wage: OwnWage,
        rounding: Rounding,
    ) -> Worksheet {
        let label = "一次性伤残就业补助金";
        self.subsidy::<S>((label, &self.employment, None), disabled, wage, rounding)
    }

    /// What is taken times what, as the lines above name it.
    fn arithmetic(&self, is_reduced: bool) -> &'static str {
        match (&self.basis, is_reduced) {
            (Basis::OwnWage, false) => "本人工资 × 补助金月数，四舍五入到分",
            (Basis::OwnWage, true) => "本人工资 × 补助金月数 × 上述倍数、比例，四舍五入到分",
            (Basis::Average(_), false) => "职工月平均工资 × 补助金月数，四舍五入到分",
            (Basis::Average(_), true) => {
                "职工月平均工资 × 补助金月数 × 上述倍数、比例，四舍五入到分"
            }
            (Basis::Fixed, false) => "补助金标准，四舍五入到分",
            (Basis::Fixed, true) => "补助金标准 × 上述倍数、比例，四舍五入到分",
        }
    }

    fn subsidy<S: Steps + Default>(
        &self,
        (label, standard, disease): (&'static str, &Cited<Decimal>, Option<&Cited<Decimal>>),
        disabled: &Disabled,
        wage: OwnWage,
        rounding: Rounding,
    ) -> Worksheet {
        let mut sheet = S::default();
        sheet.fact("伤残等级", &disabled.grade, "劳动能力鉴定结论书");
        if let Some(on) = &disabled.relation_ended_on {
            sheet.fact("劳动关系解除或终止日期", on, "工伤保险关系变动表（表5-3）");
        }
        // What the full sum is multiplied with is multiplied before the wage is divided.
        let factor = |cited: Option<&Cited<Decimal>>| cited.map_or(Decimal::ONE, |one| one.value);
        let factors = factor(disease) * factor(self.share.as_ref());
        let of = |wage| Multiple {
            wage,
            times: standard,
        };
        let multiple = match &self.basis {
            Basis::OwnWage => Some(of(Wage::Own(wage))),
            Basis::Average(average) => Some(of(Wage::Average(average))),
            Basis::Fixed => None,
        };
        let exact = match &multiple {
            Some(multiple) => {
                multiple.record("补助金月数", &mut sheet);
                multiple.product(factors)
            }
            None => {
                sheet.parameter("补助金标准（元）", standard);
                (standard.value * factors).into()
            }
        };
        if let Some(disease) = disease {
            sheet.parameter("患职业病的倍数", disease);
        }
        if let Some(retirement) = &disabled.retirement {
            match &self.share {
                Some(share) => {
                    retirement.record(&mut sheet);
                    sheet.parameter("临近退休的比例", share);
                }
                None if retirement.assumed => retirement.record_assumption(&mut sheet),
                None => {}
            }
        }
        let exact = (exact, self.arithmetic(factors != Decimal::ONE));
        let amount = round(label, exact, rounding, &mut sheet);
        sheet.result(amount)
    }
}

/// The share of the full subsidies that is left when the relation ends on `ended_on` and retirement is on
/// `retires_on`: by the full years between them where the area reduces them; none where it does not. Who has reached the
/// age has nothing where the area reduces them before it, unless it has set another share.
///
/// # Errors
/// When the area's standard cannot be read.
pub fn share_near_retirement(
    ended_on: Date,
    retires_on: Date,
    law: &Law,
) -> Result<Option<Cited<Decimal>>, LawError> {
    let near = |years: i32| set(law, &format!("subsidy_share_near_retirement.{years}"));
    if retires_on > ended_on {
        return near(age_on(ended_on, retires_on));
    }
    if let Some(share) = set(law, "subsidy_at_retirement")? {
        return Ok(Some(share));
    }
    for years in 0..YEARS_NEAR {
        if let Some(share) = near(years)? {
            return Ok(Some(Cited {
                value: Decimal::ZERO,
                ..share
            }));
        }
    }
    Ok(None)
}

/// Full years before retirement within which an area may reduce the subsidies.
const YEARS_NEAR: i32 = 5;

/// A figure of the area; none where it has not set it.
fn set(law: &Law, name: &str) -> Result<Option<Cited<Decimal>>, LawError> {
    match law.decimal(name) {
        Ok(share) => Ok(Some(share)),
        Err(LawError::NotSetByArea { .. } | LawError::Unknown { .. }) => Ok(None),
        Err(reason) => Err(reason),
    }
}
