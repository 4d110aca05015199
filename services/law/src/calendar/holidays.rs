//! Public holidays, and the weekend days that are worked for them (调休).

use std::collections::BTreeSet;

use serde::Deserialize;
use time::{Date, Month, Weekday};

/// The notices of the State Council known to this release, as [`Holidays::parse`] reads them.
pub const PUBLIC_HOLIDAYS: &str = include_str!("../../parameters/public_holidays.yaml");

/// Which days are worked, by the yearly notices of the State Council.
///
/// In years without a notice the week is an ordinary week but for the statutory
/// holidays of fixed date; [`Holidays::knows`] tells them apart.
#[derive(Clone, Debug, Default)]
pub struct Holidays {
    years: BTreeSet<i32>,
    days_off: BTreeSet<Date>,
    worked: BTreeSet<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    years: Vec<FileYear>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileYear {
    year: i32,
    source: String,
    #[serde(rename = "changed_by")]
    _changed_by: Option<String>,
    days_off: Vec<String>,
    worked: Vec<Date>,
}

impl Holidays {
    /// No year is known.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The holidays that ship with this release.
    ///
    /// # Errors
    /// [`HolidaysError`] only if the shipped file is broken, which a test excludes.
    pub fn shipped() -> Result<Self, HolidaysError> {
        Self::parse(PUBLIC_HOLIDAYS)
    }

    /// Reads the YAML of the yearly notices.
    ///
    /// # Errors
    /// [`HolidaysError`] for YAML that does not fit, a year given twice or without
    /// its notice, a span that ends before it begins, days outside the year (but
    /// for the last week of the year before), a worked day that is no weekend day,
    /// and a day both off and worked.
    pub fn parse(yaml: &str) -> Result<Self, HolidaysError> {
        let file: File = serde_saphyr::from_str(yaml)
            .map_err(|error| HolidaysError(format!("YAML无法读取：{error}")))?;
        let mut holidays = Self::default();
        for year in file.years {
            holidays.add(&year)?;
        }
        match holidays.days_off.intersection(&holidays.worked).next() {
            Some(day) => Err(HolidaysError(format!("{day}既列为放假又列为上班"))),
            None => Ok(holidays),
        }
    }

    /// Whether offices work on `date`.
    #[must_use]
    pub fn is_working_day(&self, date: Date) -> bool {
        let off = self.days_off.contains(&date)
            || is_weekend(date)
            || (!self.years.contains(&date.year()) && is_fixed_holiday(date));
        !off || self.worked.contains(&date)
    }

    /// Whether the notices that could make `date` a holiday are all known.
    ///
    /// The notice of a year may reach back into the last week of December before it.
    #[must_use]
    pub fn knows(&self, date: Date) -> bool {
        let reached_by_next = date.month() == Month::December && date.day() > 25;
        self.years.contains(&date.year())
            && (!reached_by_next || self.years.contains(&(date.year() + 1)))
    }

    fn add(&mut self, file: &FileYear) -> Result<(), HolidaysError> {
        let year = file.year;
        let refuse = |what: String| Err(HolidaysError(format!("{year}年：{what}")));
        if file.source.trim().is_empty() {
            return refuse("缺少国务院办公厅通知的文号source".to_owned());
        }
        if !self.years.insert(year) {
            return refuse("重复列出".to_owned());
        }
        let belongs = |day: Date| {
            day.year() == year
                || (day.year() == year - 1 && day.month() == Month::December && day.day() > 25)
        };
        for span in &file.days_off {
            let Some((first, last)) = read_span(span) else {
                return refuse(format!("“{span}”不是日期或起止日期"));
            };
            let mut next = Some(first);
            while let Some(day) = next.filter(|day| *day <= last) {
                if !belongs(day) {
                    return refuse(format!("{day}不属于本年度安排"));
                }
                self.days_off.insert(day);
                next = day.next_day();
            }
        }
        for day in &file.worked {
            if !belongs(*day) || !is_weekend(*day) {
                return refuse(format!("上班日{day}应为本年度的星期六或星期日"));
            }
            self.worked.insert(*day);
        }
        Ok(())
    }
}

/// `2026-10-01` or `2026-10-01/2026-10-07`.
fn read_span(text: &str) -> Option<(Date, Date)> {
    let (first, last) = text.split_once('/').unwrap_or((text, text));
    let (first, last) = (read_date(first)?, read_date(last)?);
    (first <= last).then_some((first, last))
}

fn read_date(text: &str) -> Option<Date> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text, format).ok()
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// 《全国年节及纪念日放假办法》第二条, as revised by 国务院令第644号 and, from 2025 on, 第795号: the
/// days whose date does not follow the moon or the sun.
fn is_fixed_holiday(date: Date) -> bool {
    match (date.month(), date.day()) {
        (Month::January | Month::May, 1) | (Month::October, 1..=3) => true,
        (Month::May, 2) => date.year() >= 2025,
        _ => false,
    }
}

/// Why a file of holidays is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("节假日安排文件有误，请更正：{0}")]
pub struct HolidaysError(String);
