//! What the benefits of a disability or a death would be: a question about figures that are given, answered by the
//! rules of the real decisions.

mod presumed;
mod survivors;

use chassis::wire::{day, month, yuan};
use chassis::{Error, Result};
use contracts::benefit_review::v1::{
    Award as WireAward, DeathCase, EstimateBenefitsRequest, EstimateBenefitsResponse, EstimateKind,
    NursingGrade, Refusal, RetirementCategory,
};
use contracts::common::v1::{Worksheet, WorksheetLine};
use contracts::{Date as WireDate, Refused, maybe_day};
use law::{LawError, Month, Sheet};
use rust_decimal::Decimal;
use time::Date;

use super::rules::{Award, Bounds, Counted, Laws, OwnWage, Pension, own_wage, stated};
use super::wage::pensions;
use crate::death::rules::{self as death, Claimant, Deceased};
use crate::disability::rules::{self as disability, Category, Disabled, Retirement, Subsidies};
use presumed::Presumed;

/// What is asked, read from the request.
#[derive(Clone, Debug)]
pub struct Enquiry {
    wage: Stated,
    pensions: Vec<(Month, Decimal)>,
    about: About,
    presumed: Vec<Presumed>,
}

/// How the own wage is stated.
#[derive(Clone, Debug)]
enum Stated {
    Mean(Decimal),
    Bases(Vec<(Month, Decimal)>),
    Nothing,
}

#[derive(Clone, Debug)]
enum About {
    Disability(Disabled, Option<(Date, Option<Category>)>),
    Death(Deceased),
}

impl Enquiry {
    /// Reads what is asked.
    ///
    /// # Errors
    /// When something is missing that the answer rests on, or a month is there twice.
    pub fn of(asked: &EstimateBenefitsRequest) -> Result<Self> {
        let wage = wage(asked)?;
        let (about, presumed) = match asked.kind() {
            EstimateKind::Death => deceased(asked)?,
            _ => disabled(asked)?,
        };
        let pensions = pensions(&asked.pensions)?;
        let enquiry = Self {
            wage,
            pensions,
            about,
            presumed,
        };
        enquiry.whole()?;
        Ok(enquiry)
    }

    /// The days whose law the answer rests on.
    #[must_use]
    pub fn days(&self) -> Vec<Date> {
        let mut days = match &self.about {
            About::Disability(disabled, _) => disabled.days(),
            About::Death(deceased) => deceased.days(),
        };
        days.sort_unstable();
        days.dedup();
        days
    }

    fn needs_wage(&self) -> bool {
        match &self.about {
            About::Disability(disabled, _) => disabled.grade > 0,
            About::Death(deceased) => !deceased.survivors.is_empty(),
        }
    }

    fn whole(&self) -> Result<()> {
        if self.needs_wage() && matches!(self.wage, Stated::Nothing) {
            let sentence =
                "未填写。请填写平均月缴费工资（ownWage），或者逐月填写月缴费工资（bases）";
            return Err(Error::invalid("ownWage", "平均月缴费工资", sentence));
        }
        Ok(())
    }

    fn injured_on(&self) -> Date {
        match &self.about {
            About::Disability(disabled, _) => disabled.injured_on,
            About::Death(deceased) => deceased.injured_on,
        }
    }

    /// The day by whose law the own wage is bounded.
    fn law_on(&self) -> Date {
        match &self.about {
            About::Disability(disabled, _) => disabled.law_on,
            About::Death(deceased) => deceased.injured_on,
        }
    }

    /// What the twelve months are counted before.
    fn counted(&self) -> Counted {
        let ended_on = match &self.about {
            About::Disability(disabled, _) => disabled.relation_ended_on,
            About::Death(_) => None,
        };
        let injured_on = self.injured_on();
        ended_on
            .filter(|ended_on| *ended_on < injured_on)
            .map_or_else(|| injured_on.into(), Counted::BeforeEnd)
    }

    /// The pension beside the own wage of who had retired when the disease was found.
    fn pension(&self, laws: &Laws) -> Result<Option<Pension>> {
        if self.pensions.is_empty() {
            return Ok(None);
        }
        match (&self.about, self.counted()) {
            (About::Disability(disabled, _), Counted::BeforeEnd(ended_on))
                if disabled.grade > 0 =>
            {
                let days = (ended_on, disabled.injured_on);
                Pension::of(&self.pensions, days, laws.on(disabled.concluded_on)?).map(Some)
            }
            _ => Err(Refused::because(Refusal::PensionNotNeeded).into()),
        }
    }

    fn own_wage(&self, laws: &Laws) -> Result<Option<(OwnWage, law::Worksheet)>> {
        if !self.needs_wage() {
            return Ok(None);
        }
        let on = self.injured_on();
        let bounds = Bounds::under(laws.on(on)?, laws.on(self.law_on())?)?;
        let mut sheet = Sheet::new();
        let wage = match &self.wage {
            Stated::Mean(yuan) => stated(*yuan, &bounds, &mut sheet),
            Stated::Bases(bases) => own_wage(bases, self.counted(), &bounds, &mut sheet)?,
            Stated::Nothing => return Ok(None),
        };
        let worksheet = sheet.result(wage.yuan());
        Ok(Some((wage, worksheet)))
    }
}

/// The answer to an enquiry under the law of its days.
///
/// # Errors
/// When a parameter is not known on its day, or the law knows no such case.
pub fn estimate(enquiry: &Enquiry, laws: &Laws) -> Result<EstimateBenefitsResponse> {
    let found = enquiry.own_wage(laws)?;
    let wage = found.as_ref().map(|(wage, _)| *wage);
    let mut remarks = Vec::new();
    let mut awards = match enquiry.about.clone() {
        About::Disability(disabled, born) => {
            let retirement = match (born, disabled.relation_ended_on) {
                (Some(born), Some(ended_on)) => Some(retirement(born, ended_on, laws)?),
                _ => None,
            };
            let disabled = Disabled {
                wage,
                pension: enquiry.pension(laws)?,
                retirement,
                ..disabled
            };
            let of_appraisal = Disabled {
                relation_ended_on: None,
                ..disabled.clone()
            };
            let mut figures = disability::Figures::of(&of_appraisal, laws)?;
            match Subsidies::of(&disabled, laws) {
                Err(reason @ LawError::NotSetByArea { .. }) => remarks.push(left_out(&reason)),
                subsidies => figures.subsidies = subsidies?,
            }
            if disabled.pension.is_some() && disabled.grade <= disability::LAST_OF_FUND {
                remarks.push(difference_only());
            }
            disability::awards::<Sheet>(&disabled, &figures)
        }
        About::Death(deceased) => {
            enquiry.pension(laws)?;
            let deceased = Deceased { wage, ..deceased };
            death::admissible(&deceased)?;
            survivors::one_spouse(&deceased.survivors)?;
            let figures = death::Figures::of(&deceased, laws)?;
            remarks.extend(survivors::without(&deceased, &figures));
            death::awards::<Sheet>(&deceased, &figures)
        }
    };
    for presumed in &enquiry.presumed {
        presumed.record(&mut awards);
    }
    Ok(EstimateBenefitsResponse {
        benefits: awards.into_iter().map(Into::into).collect(),
        worksheet: found.map(|(_, worksheet)| worksheet.into()),
        remarks,
    })
}

/// Art. 68. What the end of the labour relation makes due is left out where the area has not set its standard.
fn left_out(reason: &LawError) -> WorksheetLine {
    WorksheetLine {
        label: "一次性工伤医疗补助金和一次性伤残就业补助金".to_owned(),
        value: "未设定".to_owned(),
        source: format!("未列入测算结果：{reason}"),
    }
}

/// 工伤保险条例第三十五条第一款第三项.
fn difference_only() -> WorksheetLine {
    WorksheetLine {
        label: "伤残津贴".to_owned(),
        value: "未列入".to_owned(),
        source: "已经领取基本养老金的，不发给伤残津贴，基本养老金低于伤残津贴的，由工伤保险基金补足差额（工伤保险条例第三十五条第一款第三项）".to_owned(),
    }
}

/// When the person retires; where nobody says whose age it is, when a man does, and whether that makes a difference.
fn retirement(
    (born_on, category): (Date, Option<Category>),
    ended_on: Date,
    laws: &Laws,
) -> Result<Retirement> {
    let law = laws.on(ended_on)?;
    let of = |category| disability::retirement(born_on, category, law);
    if let Some(category) = category {
        return Ok(of(category)?);
    }
    let mut shares = Vec::new();
    for category in Category::ALL {
        let share = disability::share_near_retirement(ended_on, of(category)?.on, law)?;
        shares.push(share.map(|share| share.value));
    }
    Ok(Retirement {
        assumed: shares.iter().any(|share| *share != shares[0]),
        ..of(Category::Male)?
    })
}

/// Lines that name what stands in for parameters on which nothing rests.
#[must_use]
pub fn unused(
    enquiry: &Enquiry,
    (laws, answer): (&Laws, &EstimateBenefitsResponse),
    assumed: &[(String, String)],
) -> Vec<WorksheetLine> {
    let rests_on = |name: &str| {
        let without = estimate(enquiry, &laws.without(name));
        !without.is_ok_and(|without| without == *answer)
    };
    let of_none = assumed.iter().filter(|(name, _)| !rests_on(name));
    let line = |(name, value): &(String, String)| WorksheetLine {
        label: format!("未用到的替代参数（{name}）"),
        value: value.clone(),
        source: "测算申请；本次测算不涉及该参数，所填的值不影响结果".to_owned(),
    };
    of_none.map(line).collect()
}

impl From<Award> for WireAward {
    fn from(award: Award) -> Self {
        let amount = award.worksheet.value;
        Self {
            benefit: award.kind as i32,
            person: award.survivor.and_then(|at| i32::try_from(at).ok()),
            amount: Some(amount.into()),
            monthly: award.from.is_some(),
            from_month: award.from.map(Into::into),
            payer: award.payer as i32,
            worksheet: Some(Worksheet::from(award.worksheet)),
            until_month: award.until.map(Into::into),
            ..Self::default()
        }
    }
}

fn wage(asked: &EstimateBenefitsRequest) -> Result<Stated> {
    if let Some(mean) = &asked.own_wage {
        if !asked.bases.is_empty() {
            let sentence = "与逐月的月缴费工资只能填写一项。请去掉其中一项";
            return Err(Error::invalid("ownWage", "平均月缴费工资", sentence));
        }
        return Ok(Stated::Mean(yuan(Some(mean))?));
    }
    if asked.bases.is_empty() {
        return Ok(Stated::Nothing);
    }
    let mut bases = Vec::with_capacity(asked.bases.len());
    for (at, one) in asked.bases.iter().enumerate() {
        let of = month(one.month)?;
        if bases.iter().any(|(other, _)| *other == of) {
            let path = format!("bases[{at}].month");
            let sentence = format!("{of}已经填写过。请每月只填写一项");
            return Err(Error::invalid(path, "费款所属月", sentence));
        }
        bases.push((of, yuan(one.base.as_ref())?));
    }
    Ok(Stated::Bases(bases))
}

fn disabled(asked: &EstimateBenefitsRequest) -> Result<(About, Vec<Presumed>)> {
    if asked.disability_grade == 0 && asked.nursing_grade() == NursingGrade::Unspecified {
        let sentence = "与生活自理障碍等级均未填写。请至少填写一项";
        return Err(Error::invalid("disabilityGrade", "伤残等级", sentence));
    }
    let injured_on = required(asked.injury_date, "injuryDate", "事故伤害或职业病诊断日期")?;
    let stated = maybe_day(asked.appraisal_date);
    let concluded_on = stated.unwrap_or(injured_on);
    let recognised_on = maybe_day(asked.recognition_date);
    let mut presumed = Vec::new();
    if stated.is_none() {
        presumed.push(Presumed::concluded_on(injured_on));
    }
    presumed.extend(Presumed::recognised(injured_on, recognised_on));
    in_order(
        injured_on,
        recognised_on,
        ("recognitionDate", "工伤认定日期"),
    )?;
    in_order(
        injured_on,
        Some(concluded_on),
        ("appraisalDate", "劳动能力鉴定结论日期"),
    )?;
    let ended_on = maybe_day(asked.labour_relation_end_date);
    let label = ("labourRelationEndDate", "劳动关系解除或终止日期");
    // A disease may be found after the relation, an accident does not happen after it (Art. 57).
    if !asked.occupational_disease {
        in_order(injured_on, ended_on, label)?;
    }
    let category = match asked.retirement_category() {
        RetirementCategory::FemaleCadre => Some(Category::FemaleCadre),
        RetirementCategory::FemaleWorker => Some(Category::FemaleWorker),
        RetirementCategory::Male => Some(Category::Male),
        RetirementCategory::Unspecified => None,
    };
    let born_on = maybe_day(asked.birth_date);
    if let Some(born_on) = born_on.filter(|born_on| *born_on >= injured_on) {
        let sentence =
            format!("{born_on}不早于事故伤害或职业病诊断日期{injured_on}。请核对两个日期");
        return Err(Error::invalid("birthDate", "出生日期", sentence));
    }
    let born = born_on.map(|born_on| (born_on, category));
    let disabled = Disabled {
        wage: None,
        pension: None,
        grade: asked.disability_grade,
        nursing: asked.nursing_grade(),
        injured_on,
        law_on: disability::months_of_law(injured_on, recognised_on),
        concluded_on,
        relation_ended_on: ended_on,
        retirement: None,
        occupational_disease: asked.occupational_disease,
    };
    Ok((About::Disability(disabled, born), presumed))
}

fn deceased(asked: &EstimateBenefitsRequest) -> Result<(About, Vec<Presumed>)> {
    let case = asked.death_case();
    if case == DeathCase::Unspecified {
        let sentence = "未填写。请选择工亡情形";
        return Err(Error::invalid("deathCase", "工亡情形", sentence));
    }
    let stated = (maybe_day(asked.injury_date), maybe_day(asked.death_date));
    let (died_on, of_day) = presumed::died_on(case, stated);
    let (grade, of_grade) = presumed::grade(case, asked.disability_grade)?;
    let injured_on = match (case, maybe_day(asked.injury_date), died_on) {
        (DeathCase::Missing, given, _) => {
            given.map_or_else(|| required(None, "injuryDate", "事故发生日期"), Ok)?
        }
        (_, given, died_on) => {
            let died_on = died_on.map_or_else(|| required(None, "deathDate", "死亡日期"), Ok)?;
            given.unwrap_or(died_on)
        }
    };
    let survivors = asked.survivors.iter();
    let survivors = survivors.map(|one| Claimant {
        relation: one.relation(),
        lone_or_orphan: one.lone_or_orphan,
        born_on: maybe_day(one.birth_date),
        unable_to_work: one.unable_to_work,
        sex: one.sex(),
    });
    let deceased = Deceased {
        case,
        wage: None,
        injured_on,
        died_on,
        grade,
        survivors: survivors.collect(),
    };
    let presumed = of_day.into_iter().chain(of_grade).collect();
    Ok((About::Death(deceased), presumed))
}

fn required(given: Option<WireDate>, path: &str, label: &str) -> Result<Date> {
    match given {
        Some(_) => day(given),
        None => Err(Error::invalid(path, label, "未填写。请填写后再测算")),
    }
}

fn in_order(injured_on: Date, later: Option<Date>, (path, label): (&str, &str)) -> Result<()> {
    match later.filter(|later| *later < injured_on) {
        Some(later) => {
            let sentence =
                format!("{later}早于事故伤害或职业病诊断日期{injured_on}。请核对两个日期");
            Err(Error::invalid(path, label, sentence))
        }
        None => Ok(()),
    }
}
