//! The stoppage period (工伤保险条例第三十三条).

use contracts::Refused;
use contracts::benefit_review::v1::{Refusal, StoppageChange};
use law::calendar::{add_days, add_months};
use law::{Law, LawError, Sheet};
use time::Date;

/// Art. 54. The stoppage period begins with the injury at the earliest and is no longer than the law of that
/// day allows (工伤保险条例第三十三条). The sheet says how it was measured; none was asked for where both
/// days are empty.
///
/// # Errors
/// When it is none or too long.
pub fn stoppage(
    happened_on: Date,
    days: (Option<Date>, Option<Date>),
    extended: bool,
    law: &Law,
    sheet: &mut Sheet,
) -> Result<Result<(), Refused>, LawError> {
    let (from_on, until_on) = match days {
        (None, None) => return Ok(Ok(())),
        (from_on, until_on) => (
            from_on.unwrap_or(happened_on),
            until_on.unwrap_or(happened_on),
        ),
    };
    let mut months = sheet.parameter("停工留薪期（月）", law.integer("stoppage_months")?);
    if extended {
        let more = law.integer("stoppage_extension_months")?;
        months += sheet.parameter("经确认可延长（月）", more);
    }
    let months = i32::try_from(months).unwrap_or(i32::MAX);
    let longest_on = add_days(add_months(from_on, months), -1);
    sheet.step(
        "停工留薪期最迟截止日期",
        longest_on,
        "自停工留薪期起按月计算",
    );
    if days.1.is_some() && happened_on <= from_on && from_on <= until_on && until_on <= longest_on {
        return Ok(Ok(()));
    }
    Ok(Err(Refused::because(Refusal::StoppagePeriod)
        .with("from_on", from_on)
        .with("until_on", until_on)))
}

/// The stoppage period of an injury as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// First day and last; none where none was stated.
    pub period: Option<(Date, Date)>,
    /// The last day of what was confirmed before the committee extended it; none where none was stated without it.
    pub confirmed_until: Option<Date>,
}

/// Art. 54. A change of the stoppage period after the registration: within the bounds of [`stoppage`], and what the committee
/// extends comes after what was confirmed, and is no longer than the law allows in all (工伤保险条例第三十三条第二款).
///
/// # Errors
/// When it changes nothing, is none, or too long.
pub fn changed(
    happened_on: Date,
    (change, extended): (StoppageChange, bool),
    (before, (from_on, until_on)): (Standing, (Date, Date)),
    law: &Law,
    sheet: &mut Sheet,
) -> Result<Result<(), Refused>, LawError> {
    if before.period == Some((from_on, until_on)) {
        let refused = Refused::because(Refusal::StoppageStands);
        return Ok(Err(refused
            .with("from_on", from_on)
            .with("until_on", until_on)));
    }
    let days = (Some(from_on), Some(until_on));
    if let Err(refused) = stoppage(happened_on, days, extended, law, sheet)? {
        return Ok(Err(refused));
    }
    if change != StoppageChange::Extension {
        return Ok(Ok(()));
    }
    let not = |finding: String| {
        let refused = Refused::because(Refusal::StoppageExtension);
        Ok(Err(refused.with("finding", finding)))
    };
    let Some((_, stands_until)) = before.period else {
        return not("没有登记".to_owned());
    };
    if until_on <= stands_until {
        return not(format!("现登记至{stands_until}，延长至{until_on}"));
    }
    let Some(confirmed_until) = before.confirmed_until else {
        return Ok(Ok(()));
    };
    let more = law.integer("stoppage_extension_months")?.value;
    let more = i32::try_from(more).unwrap_or(i32::MAX);
    let longest_on = add_months(add_days(confirmed_until, 1), more);
    let longest_on = add_days(longest_on, -1);
    sheet.fact(
        "延长前确认的截止日期",
        confirmed_until,
        "工伤职工登记或者此前的确认",
    );
    sheet.step("延长最迟至", longest_on, "自确认的截止日期起按月计算");
    match until_on <= longest_on {
        true => Ok(Ok(())),
        false => not(format!("确认至{confirmed_until}，延长至{until_on}")),
    }
}
