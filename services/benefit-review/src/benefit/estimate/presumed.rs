//! What an estimate takes for granted where the question does not say it; the worksheets that rest on it say so.

use chassis::{Error, Result};
use contracts::benefit_review::v1::{BenefitKind, DeathCase};
use contracts::reflect::label_of;
use law::Line;
use time::Date;
use time::macros::date;

use crate::benefit::rules::Award;
use crate::disability::rules::LAST_OF_FUND;

/// Since then the law has other months of lump sums (国务院令第586号).
const AMENDED_ON: Date = date!(2011 - 01 - 01);

/// A fact that was not stated, with what is taken in its place.
#[derive(Clone, Debug)]
pub struct Presumed {
    line: Line,
    /// The benefits that rest on it; all of them where there is none.
    kinds: &'static [BenefitKind],
}

impl Presumed {
    /// Art. 80. The conclusion came on the day of the injury: the earliest that it can.
    pub fn concluded_on(injured_on: Date) -> Self {
        let why = "测算申请未填写劳动能力鉴定结论日期，按事故伤害或职业病诊断日期推定；按月待遇实际自鉴定结论次月起享受，并按当时的标准核定";
        let kinds = &[
            BenefitKind::LumpSumDisability,
            BenefitKind::DisabilityAllowance,
            BenefitKind::NursingAllowance,
        ];
        let label = "劳动能力鉴定结论日期";
        of(label, injured_on.to_string(), why.to_owned(), kinds)
    }

    /// 工伤保险条例第六十七条. An injury of before the law had other months was recognised before, too.
    pub fn recognised(injured_on: Date, recognised_on: Option<Date>) -> Option<Self> {
        (recognised_on.is_none() && injured_on < AMENDED_ON).then(|| {
            let why = "测算申请未填写工伤认定日期，按2010年12月31日以前已经认定、适用事故伤害之日的标准计算；2011年1月1日以后才认定的标准不同（工伤保险条例第六十七条），请填写后再测算";
            let kinds = &[BenefitKind::LumpSumDisability];
            of("工伤认定日期", "未填写".to_owned(), why.to_owned(), kinds)
        })
    }

    /// Says it first on all worksheets that rest on it.
    pub fn record(&self, awards: &mut [Award]) {
        let rests = |kind: BenefitKind| self.kinds.is_empty() || self.kinds.contains(&kind);
        for award in awards.iter_mut().filter(|award| rests(award.kind)) {
            award.worksheet.lines.insert(0, self.line.clone());
        }
    }
}

/// Art. 69. The grade of who died; after the stoppage period one of those of the case where none is stated.
///
/// # Errors
/// When a grade is stated that has no benefits of a death.
pub fn grade(case: DeathCase, stated: i32) -> Result<(i32, Option<Presumed>)> {
    if case != DeathCase::AfterStoppagePeriod {
        return Ok((stated, None));
    }
    if stated > LAST_OF_FUND {
        let sentence = format!(
            "{stated}级伤残职工停工留薪期满后死亡，没有工亡待遇，一级至四级才有。请核对伤残等级和工亡情形"
        );
        return Err(Error::invalid("disabilityGrade", "伤残等级", sentence));
    }
    let case = label_of("workinjury.benefit_review.v1.DeathCase", case as i32);
    let why = format!("测算申请未填写伤残等级，按工亡情形“{case}”计算");
    Ok(match stated {
        0 => {
            let presumed = of("伤残等级", "一级至四级".to_owned(), why, &[]);
            (LAST_OF_FUND, Some(presumed))
        }
        stated => (stated, None),
    })
}

/// Art. 71. The day of a death; of who died at work that of the accident where none is stated.
pub fn died_on(
    case: DeathCase,
    (injured_on, died_on): (Option<Date>, Option<Date>),
) -> (Option<Date>, Option<Presumed>) {
    match (case, injured_on, died_on) {
        (DeathCase::AtWork, Some(on), None) => {
            let why = "测算申请未填写死亡日期，按事故伤害日期推定；死亡在其后的，请填写后再测算";
            let presumed = of("死亡日期", on.to_string(), why.to_owned(), &[]);
            (Some(on), Some(presumed))
        }
        _ => (died_on, None),
    }
}

fn of(label: &'static str, value: String, why: String, kinds: &'static [BenefitKind]) -> Presumed {
    let line = Line {
        label: label.into(),
        value: value.into(),
        source: why.into(),
    };
    Presumed { line, kinds }
}
