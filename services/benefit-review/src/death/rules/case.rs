//! Whether the case of a death that is applied for fits what is registered (Art. 69, Art. 71).

use contracts::Refused;
use contracts::benefit_review::v1::{DeathCase, Refusal};
use contracts::reflect::label_of;
use time::Date;
use time::macros::date;

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

/// What a form says of a court that declared somebody dead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// The day of the judgment.
    pub declared_on: Option<Date>,
    /// The day that it takes for that of the death.
    pub death_on: Option<Date>,
}

/// The first day of judgments by which the law takes the day of an accident for that of a death (民法总则第四十八条,
/// 民法典第四十八条 since 2021); before, it took that of the judgment.
const DAY_OF_ACCIDENT: Date = date!(2017 - 10 - 01);

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

/// Art. 54, Art. 69, Art. 90. The case of a death that is decided anew: within the stoppage period or after it, by the period that
/// is registered now.
#[must_use]
pub fn by_now(case: DeathCase, known: &Known) -> DeathCase {
    let Some(died_on) = known.died_on else {
        return case;
    };
    match case {
        DeathCase::InStoppagePeriod
            if in_stoppage(known, died_on).is_some()
                && after_stoppage(known, died_on).is_none() =>
        {
            DeathCase::AfterStoppagePeriod
        }
        DeathCase::AfterStoppagePeriod if in_stoppage(known, died_on).is_none() => {
            DeathCase::InStoppagePeriod
        }
        case => case,
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

/// Art. 71. The day of the death of who was missing, as a court declared it; none before a declaration. The day of the
/// judgment is not that of the death: its figures count only where the judgment, or what is registered, says so.
///
/// # Errors
/// When a death is registered that no court declared, or on another day.
pub fn missing(
    known: &Known,
    declaration: Declaration,
    applied_on: Date,
) -> Result<Option<Date>, Refused> {
    let case = DeathCase::Missing;
    let Some(declared_on) = declaration.declared_on else {
        return match known.died_on.or(declaration.death_on) {
            Some(died_on) => Err(contradiction(case, &not_missing(known, died_on))),
            None => Ok(None),
        };
    };
    let injured_on = known.injured_on;
    if declared_on < injured_on || declared_on > applied_on {
        return Err(Refused::because(Refusal::DeclaredOn)
            .with("declared_on", declared_on)
            .with("injured_on", injured_on));
    }
    let deemed = match declared_on < DAY_OF_ACCIDENT {
        true => declared_on,
        false => injured_on,
    };
    let died_on = declaration.death_on.or(known.died_on).unwrap_or(deemed);
    if ![declared_on, injured_on].contains(&died_on) {
        let finding = format!(
            "死亡日期为{died_on}，既不是事故发生之日{injured_on}，也不是宣告死亡判决作出之日{declared_on}"
        );
        return Err(contradiction(case, &finding));
    }
    if let Some(other) = known.died_on.filter(|other| *other != died_on) {
        let finding = format!("登记的死亡日期为{other}，判决认定的死亡日期为{died_on}");
        return Err(contradiction(case, &finding));
    }
    Ok(Some(died_on))
}

fn not_missing(known: &Known, died_on: Date) -> String {
    match known.died_on {
        Some(_) => format!(
            "已经登记职工{died_on}死亡，不再是下落不明，应按因工死亡等情形申请；人民法院宣告死亡的，填写宣告死亡的日期"
        ),
        None => "填写了判决认定的死亡日期，没有填写宣告死亡的日期".to_owned(),
    }
}

/// Art. 71. Only of who is missing is anything declared, or paid in advance.
///
/// # Errors
/// When the form says so of another case.
pub fn undeclared(
    case: DeathCase,
    (declaration, hardship): (Declaration, bool),
) -> Result<(), Refused> {
    if case == DeathCase::Missing || (declaration == Declaration::default() && !hardship) {
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
