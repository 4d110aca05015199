//! Rules on disability benefits, one for each (工伤保险条例第三十四条至第三十七条).

mod age;
pub mod bearer;
mod figures;
mod form;
mod retirement;
pub mod settlement;
pub mod standing;
mod subsidies;

use contracts::benefit_review::v1::{BenefitKind, NursingGrade, Payer};
use law::money::Rounding;
use law::{Cited, Month, Steps, Worksheet};
use rust_decimal::Decimal;
use time::Date;

use crate::benefit::rules::{Award, Multiple, OwnWage, Pension, Wage, round};

pub use age::{Category, Retirement, retirement};
pub use figures::{Figures, months_of_law, nursing_figures};
pub use form::{categories, grade_of, whole};
pub use retirement::pension_difference;
pub use subsidies::{Subsidies, share_near_retirement};

/// The last grade whose allowance the fund pays.
pub const LAST_OF_FUND: i32 = 4;

/// The last grade with an allowance.
pub const LAST_WITH_ALLOWANCE: i32 = 6;

/// What an injured employee's disability benefits rest on.
#[derive(Clone, Debug)]
pub struct Disabled {
    /// The own wage; of nobody without a grade is it asked for.
    pub wage: Option<OwnWage>,
    /// Of who had retired when an occupational disease was found.
    pub pension: Option<Pension>,
    /// 1 to 10; 0 where no grade was found.
    pub grade: i32,
    /// How far she or he needs nursing.
    pub nursing: NursingGrade,
    /// The day of the injury.
    pub injured_on: Date,
    /// The day by whose law months are counted: that of the recognition, or of the injury while it is not known.
    pub law_on: Date,
    /// The day of the conclusion of the appraisal.
    pub concluded_on: Date,
    /// The day on which the labour relation ended.
    pub relation_ended_on: Option<Date>,
    /// When the person retires by law, where it is known.
    pub retirement: Option<Retirement>,
    /// It is an occupational disease.
    pub occupational_disease: bool,
}

impl Disabled {
    /// Art. 80. Monthly benefits begin in the month after the conclusion.
    #[must_use]
    pub fn from(&self) -> Month {
        Month::of(self.concluded_on).next()
    }

    /// The days whose law its benefits rest on.
    #[must_use]
    pub fn days(&self) -> Vec<Date> {
        let mut days = vec![
            self.injured_on,
            self.law_on,
            self.concluded_on,
            self.from().first_day(),
        ];
        days.extend(self.relation_ended_on);
        days
    }
}

/// Art. 68. All disability benefits of a person, in the order of the article.
pub fn awards<S: Steps + Default>(disabled: &Disabled, figures: &Figures) -> Vec<Award> {
    let mut all = of_appraisal::<S>(disabled, figures);
    // The employer's allowance ends with the month of the last day of the relation.
    let until = disabled.relation_ended_on.map(Month::of);
    for allowance in all
        .iter_mut()
        .filter(|one| one.kind == BenefitKind::DisabilityAllowance && one.payer == Payer::Employer)
    {
        allowance.until = until;
    }
    if let Some((subsidies, wage)) = figures.subsidies.as_ref().zip(disabled.wage) {
        all.extend(of_relation_end::<S>(
            disabled,
            (subsidies, wage),
            figures.rounding,
        ));
    }
    all
}

/// Art. 68. What an appraisal makes due: the lump sum, the allowance, and nursing.
pub fn of_appraisal<S: Steps + Default>(disabled: &Disabled, figures: &Figures) -> Vec<Award> {
    let rounding = figures.rounding;
    let from = disabled.from();
    let mut all = Vec::with_capacity(5);
    if let Some((wage, months)) = disabled.wage.zip(figures.lump_sum_months.as_ref()) {
        let base = (wage, disabled.pension.as_ref());
        let worksheet = lump_sum::<S>(base, disabled.grade, months, rounding);
        let kind = BenefitKind::LumpSumDisability;
        all.push(award(kind, Payer::Fund, None, worksheet));
    }
    let kept = disabled.grade <= LAST_OF_FUND
        || disabled
            .relation_ended_on
            .is_none_or(|on| Month::of(on) >= from);
    if let Some((wage, ratio)) = disabled.wage.zip(figures.allowance_ratio.as_ref())
        && kept
    {
        let least = figures.minimum_wage.as_ref();
        let worksheet = allowance::<S>(wage, disabled.grade, (ratio, least), rounding);
        let payer = allowance_payer(disabled.grade);
        let kind = BenefitKind::DisabilityAllowance;
        all.push(award(kind, payer, Some(from), worksheet));
    }
    if let Some(multiple) = &figures.nursing {
        let worksheet = nursing::<S>(multiple.multiple(), rounding);
        let kind = BenefitKind::NursingAllowance;
        all.push(award(kind, Payer::Fund, Some(from), worksheet));
    }
    all
}

/// Art. 68. What the end of the labour relation makes due, by the standard of the province.
pub fn of_relation_end<S: Steps + Default>(
    disabled: &Disabled,
    (subsidies, wage): (&Subsidies, OwnWage),
    rounding: Rounding,
) -> [Award; 2] {
    let of_fund = subsidies.medical::<S>(disabled, wage, rounding);
    let of_employer = subsidies.employment::<S>(disabled, wage, rounding);
    [
        award(
            BenefitKind::LumpSumMedicalSubsidy,
            subsidies.medical_payer,
            None,
            of_fund,
        ),
        award(
            BenefitKind::LumpSumEmploymentSubsidy,
            Payer::Employer,
            None,
            of_employer,
        ),
    ]
}

/// An award of the injured employee.
#[must_use]
pub fn award(kind: BenefitKind, payer: Payer, from: Option<Month>, worksheet: Worksheet) -> Award {
    Award {
        kind,
        payer,
        survivor: None,
        from,
        until: None,
        worksheet,
    }
}

/// 工伤保险条例第三十五条至第三十七条各第一项. The lump-sum disability benefit (一次性伤残补助金): months of the own
/// wage by grade, from the fund; of who had retired when an occupational disease was found, of the mean pension where that is
/// more (人社部发〔2013〕34号第八条).
pub fn lump_sum<S: Steps + Default>(
    (wage, pension): (OwnWage, Option<&Pension>),
    grade: i32,
    months: &Cited<Decimal>,
    rounding: Rounding,
) -> Worksheet {
    let mut sheet = S::default();
    sheet.fact("伤残等级", &grade, "劳动能力鉴定结论书");
    let wage = match pension {
        Some(pension) => pension.or_wage(wage, &mut sheet),
        None => Wage::Own(wage),
    };
    let arithmetic = match wage {
        Wage::Pension(_) => "月平均养老金 × 月数，四舍五入到分",
        _ => "本人工资 × 月数，四舍五入到分",
    };
    let multiple = Multiple {
        wage,
        times: months,
    };
    let exact = multiple.exact("一次性伤残补助金月数", &mut sheet);
    let exact = (exact, arithmetic);
    let amount = round("一次性伤残补助金", exact, rounding, &mut sheet);
    sheet.result(amount)
}

/// Who bears the disability allowance of a grade.
#[must_use]
pub fn allowance_payer(grade: i32) -> Payer {
    if grade <= LAST_OF_FUND {
        Payer::Fund
    } else {
        Payer::Employer
    }
}

/// 工伤保险条例第三十五条、第三十六条各第二项. The monthly disability allowance (伤残津贴): a share of the own wage by
/// grade, made up to the minimum wage where it is lower. Grades 1 to 4 have it from the fund; of grades 5 and 6 the
/// employer owes it while it is hard to arrange work.
pub fn allowance<S: Steps + Default>(
    wage: OwnWage,
    grade: i32,
    (ratio, minimum): (&Cited<Decimal>, Option<&Cited<Decimal>>),
    rounding: Rounding,
) -> Worksheet {
    let mut sheet = S::default();
    sheet.fact("伤残等级", &grade, "劳动能力鉴定结论书");
    let multiple = Multiple {
        wage: Wage::Own(wage),
        times: ratio,
    };
    let exact = multiple.exact("伤残津贴比例", &mut sheet);
    if grade > LAST_OF_FUND {
        let source =
            "用人单位难以安排工作的，由用人单位按月发给（工伤保险条例第三十六条第一款第二项）";
        sheet.step("支付条件", &"难以安排工作", source);
    }
    match minimum {
        Some(minimum) => {
            sheet.parameter("当地最低工资标准", minimum);
        }
        None => sheet.step(
            "当地最低工资标准",
            &"未设定",
            "统筹地区未设定，未与最低工资比较",
        ),
    }
    let floor = minimum
        .map(|minimum| minimum.value)
        .filter(|least| exact.is_below(*least));
    let exact = match floor {
        Some(least) => (
            least.into(),
            "本人工资 × 比例低于当地最低工资标准，补足差额",
        ),
        None => (exact, "本人工资 × 比例，四舍五入到分"),
    };
    let amount = round("伤残津贴（每月）", exact, rounding, &mut sheet);
    sheet.result(amount)
}

/// 工伤保险条例第三十四条. The monthly nursing allowance (生活护理费): a share of the area's average wage of the year
/// before, by degree, from the fund.
pub fn nursing<S: Steps + Default>(multiple: Multiple<'_>, rounding: Rounding) -> Worksheet {
    let mut sheet = S::default();
    let exact = multiple.exact("生活护理费比例", &mut sheet);
    let exact = (exact, "职工月平均工资 × 比例，四舍五入到分");
    let amount = round("生活护理费（每月）", exact, rounding, &mut sheet);
    sheet.result(amount)
}
