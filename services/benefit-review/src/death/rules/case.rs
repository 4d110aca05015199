//! Whether the case of a death that is applied for fits what is registered (Art. 69, Art. 71).

use contracts::Refused;
use contracts::benefit_review::v1::{DeathCase, Refusal};
use contracts::reflect::label_of;
use time::Date;

/// What is registered of an injury and of a death.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The day of the accident.
    pub injured_on: Date,
    /// The day of the death, where one is registered.
    pub died_on: Option<Date>,
    /// The day on which the injury was recognised.
    pub recognised_on: Option<Date>,
    /// The stoppage period.
    pub stoppage: Option<(Date, Date)>,
    /// The day of the first appraisal.
    pub appraised_on: Option<Date>,
    /// Grade of the last appraisal; 0 for none.
    pub grade: i32,
}

impl Known {
    /// 工伤保险条例第三十三条第二款. The last day of the stoppage period: the appraisal ends it.
    #[must_use]
    pub fn stoppage_ends_on(&self) -> Option<Date> {
        let until_on = self.stoppage.map(|(_, until_on)| until_on);
        match (until_on, self.appraised_on) {
            (Some(until_on), Some(appraised_on)) => Some(until_on.min(appraised_on)),
            (until_on, appraised_on) => until_on.or(appraised_on),
        }
    }
}

/// Art. 69. A death that is registered fits the case that is applied for: at work, where it came on the day of the
/// accident or the recognition knew of it; within the stoppage period; or after it.
///
/// # Errors
/// When it does not, or no death is registered.
pub fn died(case: DeathCase, known: &Known) -> Result<Date, Refused> {
    let died_on = known
        .died_on
        .ok_or_else(|| Refused::because(Refusal::DeathUnknown))?;
    let finding = match case {
        DeathCase::AtWork => at_work(known, died_on),
        DeathCase::InStoppagePeriod => in_stoppage(known, died_on),
        DeathCase::AfterStoppagePeriod => after_stoppage(known, died_on),
        DeathCase::Missing | DeathCase::Unspecified => {
            Some(format!("已经登记职工{died_on}死亡，不是下落不明"))
        }
    };
    match finding {
        Some(finding) => Err(contradiction(case, &finding)),
        None => Ok(died_on),
    }
}

fn at_work(known: &Known, died_on: Date) -> Option<String> {
    let injured_on = known.injured_on;
    let recognised = known.recognised_on.is_some_and(|on| died_on <= on);
    (died_on != injured_on && !recognised).then(|| {
        format!("职工{injured_on}受伤害，认定工伤决定作出后于{died_on}死亡，不是认定的因工死亡")
    })
}

fn in_stoppage(known: &Known, died_on: Date) -> Option<String> {
    let Some((from_on, until_on)) = known.stoppage else {
        return Some("没有登记停工留薪期".to_owned());
    };
    let ends_on = known.stoppage_ends_on().unwrap_or(until_on);
    (!(from_on..=ends_on).contains(&died_on))
        .then(|| format!("死亡日期{died_on}不在停工留薪期{from_on}至{ends_on}内"))
}

fn after_stoppage(known: &Known, died_on: Date) -> Option<String> {
    let ends_on = known.stoppage_ends_on()?;
    (died_on <= ends_on).then(|| format!("死亡日期{died_on}时停工留薪期（至{ends_on}）尚未期满"))
}

/// Art. 71. What is applied for of who is missing: all of it once a court has declared the death, or half of the lump
/// sum before. Answers the day of the declaration.
///
/// # Errors
/// When neither is, or another death is registered.
pub fn missing(
    known: &Known,
    (declared_on, hardship): (Option<Date>, bool),
    applied_on: Date,
) -> Result<Option<Date>, Refused> {
    let case = DeathCase::Missing;
    let Some(declared_on) = declared_on else {
        if let Some(died_on) = known.died_on {
            let finding = format!("已经登记职工{died_on}死亡，应填写人民法院宣告死亡的日期");
            return Err(contradiction(case, &finding));
        }
        return match hardship {
            true => Ok(None),
            false => Err(Refused::because(Refusal::DeathNotDeclared)),
        };
    };
    if declared_on < known.injured_on || declared_on > applied_on {
        return Err(Refused::because(Refusal::DeclaredOn)
            .with("declared_on", declared_on)
            .with("injured_on", known.injured_on));
    }
    // A court takes the day of its judgment for that of the death, or that of the accident (民法典第四十八条).
    let other = |on: &Date| *on != declared_on && *on != known.injured_on;
    if let Some(died_on) = known.died_on.filter(other) {
        let finding = format!("登记的死亡日期为{died_on}，宣告死亡日期为{declared_on}");
        return Err(contradiction(case, &finding));
    }
    Ok(Some(declared_on))
}

/// Art. 71. Only of who is missing is anything declared, or paid in advance.
///
/// # Errors
/// When the form says so of another case.
pub fn undeclared(
    case: DeathCase,
    (declared_on, hardship): (Option<Date>, bool),
) -> Result<(), Refused> {
    if case == DeathCase::Missing || (declared_on.is_none() && !hardship) {
        return Ok(());
    }
    let finding = "只有下落不明的才填写宣告死亡日期或者申请先行核定";
    Err(contradiction(case, finding))
}

fn contradiction(case: DeathCase, finding: &str) -> Refused {
    let label = label_of("workinjury.benefit_review.v1.DeathCase", case as i32);
    Refused::because(Refusal::DeathCase)
        .with("death_case", label)
        .with("finding", finding)
}
