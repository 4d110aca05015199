//! The statutory age of retirement (法定退休年龄).

use law::calendar::{add_months, reaches_age_on};
use law::{Cited, Law, LawError, Month, Steps};
use time::Date;
use time::macros::date;

/// Whose age of retirement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Men: 60, from 2025 on up to 63.
    Male,
    /// Women who retire at 55, from 2025 on up to 58.
    FemaleCadre,
    /// Women who retire at 50, from 2025 on up to 55.
    FemaleWorker,
}

impl Category {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Male, Self::FemaleCadre, Self::FemaleWorker];

    /// As the forms name it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Male => "男职工",
            Self::FemaleCadre => "原法定退休年龄五十五周岁的女职工",
            Self::FemaleWorker => "原法定退休年龄五十周岁的女职工",
        }
    }
}

/// When somebody retires by law, and why then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// The statutory day.
    pub on: Date,
    /// Whose age it is.
    pub category: Category,
    /// The age of the table, in years.
    pub age: Cited<i64>,
    /// Months by which it is delayed.
    pub delay: i32,
    /// Nobody said whose age it is, and another's would come to something else.
    pub assumed: bool,
}

impl Retirement {
    /// Records how the day comes about.
    pub fn record(&self, sheet: &mut impl Steps) {
        match self.assumed {
            true => self.record_assumption(sheet),
            false => sheet.fact(
                "法定退休年龄类别",
                &self.category.label(),
                "申请表和登记的性别",
            ),
        }
        sheet.parameter("原法定退休年龄（周岁）", &self.age);
        let arithmetic = match self.category {
            Category::FemaleWorker => {
                "2025年1月起达到原法定退休年龄的，每2个月延迟1个月，最多延迟60个月（2024年9月13日全国人大常委会决定）"
            }
            _ => {
                "2025年1月起达到原法定退休年龄的，每4个月延迟1个月，最多延迟36个月（2024年9月13日全国人大常委会决定）"
            }
        };
        sheet.step("延迟的月数", &self.delay, arithmetic);
        sheet.step(
            "法定退休日期",
            &self.on,
            "出生日期 + 原法定退休年龄 + 延迟的月数",
        );
    }

    /// Records that it was taken to be that of men.
    pub fn record_assumption(&self, sheet: &mut impl Steps) {
        let why = "测算申请未填写法定退休年龄类别；女职工的结果不同，请填写后再测算";
        sheet.fact("法定退休年龄类别", &"按男职工测算", why);
    }
}

/// The first day on which retirement is delayed.
const DELAYED_FROM: Date = date!(2025 - 01 - 01);

/// The statutory day of retirement: the age of the table, and from 2025 on a month later for each four months, of
/// women who retired at 50 for each two (《全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定》, 2024).
///
/// # Errors
/// When the law has no age for the category.
pub fn retirement(born_on: Date, category: Category, law: &Law) -> Result<Retirement, LawError> {
    let (name, pace, most) = match category {
        Category::Male => ("retirement_age.male", 4, 36),
        Category::FemaleCadre => ("retirement_age.female_cadre", 4, 36),
        Category::FemaleWorker => ("retirement_age.female_worker", 2, 60),
    };
    let age = law.integer(name)?;
    let years = i32::try_from(age.value).unwrap_or(i32::MAX);
    let first = reaches_age_on(born_on, years);
    let delay = match first < DELAYED_FROM {
        true => 0,
        false => {
            let since = Month::of(DELAYED_FROM).months_to(Month::of(first));
            (since / pace + 1).min(most)
        }
    };
    Ok(Retirement {
        on: add_months(born_on, years.saturating_mul(12) + delay),
        category,
        age,
        delay,
        assumed: false,
    })
}
