//! The survivor pension (供养亲属抚恤金): who has one, and how the own wage is shared among them
//! (因工死亡职工供养亲属范围规定; 工伤保险条例第三十九条第一款第二项).

use contracts::benefit_review::v1::SurvivorRelation;
use contracts::registration::v1::Sex;
use law::calendar::reaches_age_on;
use law::money::Rounding;
use law::{Cited, Month, Steps, Worksheet};
use rust_decimal::Decimal;
use time::Date;

use super::{Ages, Pensions, Shares, until};
use crate::benefit::rules::{OwnWage, round};

/// A relative who depended on the deceased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimant {
    /// What she or he was to the deceased.
    pub relation: SurvivorRelation,
    /// A lone elder (孤寡老人) or an orphan (孤儿).
    pub lone_or_orphan: bool,
    /// Day of birth; the conditions of age are taken to be met where it is not known.
    pub born_on: Option<Date>,
    /// Fully unable to work, as the appraisal found.
    pub unable_to_work: bool,
    /// Where it is not known, the age of women counts.
    pub sex: Sex,
}

/// Why a relative has a pension on a day, or has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Fully unable to work, at any age.
    UnableToWork,
    /// Has reached the age.
    Old,
    /// Has not reached 18.
    Minor,
    /// The day of birth is not known.
    Presumed,
    /// Has not reached the age, or is no minor any more.
    None,
}

impl Standing {
    /// As the worksheet says it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::UnableToWork => "完全丧失劳动能力",
            Self::Old => "已达到规定年龄",
            Self::Minor => "未满18周岁",
            Self::Presumed => "未填写出生日期，按符合年龄条件计算",
            Self::None => "不符合领取条件",
        }
    }
}

/// 因工死亡职工供养亲属范围规定第三条. Whether a relative meets a condition on a day: unable to work, old enough (spouse,
/// parents, grandparents), or not yet grown up (children, grandchildren, siblings).
#[must_use]
pub fn standing(claimant: &Claimant, on: Date, ages: &Ages) -> Standing {
    if claimant.unable_to_work {
        return Standing::UnableToWork;
    }
    let Some(born_on) = claimant.born_on else {
        return Standing::Presumed;
    };
    let Some((age, when_met)) = condition(claimant, ages) else {
        return Standing::None;
    };
    let years = i32::try_from(age.value).unwrap_or(i32::MAX);
    let reached = reaches_age_on(born_on, years) <= on;
    match reached == (when_met == Standing::Old) {
        true => when_met,
        false => Standing::None,
    }
}

/// The age that counts of a relative, and what she or he is where the condition is met.
fn condition<'a>(claimant: &Claimant, ages: &'a Ages) -> Option<(&'a Cited<i64>, Standing)> {
    match claimant.relation {
        SurvivorRelation::Spouse | SurvivorRelation::Parent | SurvivorRelation::Grandparent => {
            let age = match claimant.sex {
                Sex::Male => &ages.male,
                Sex::Female | Sex::Unspecified => &ages.female,
            };
            Some((age, Standing::Old))
        }
        SurvivorRelation::Child | SurvivorRelation::Grandchild | SurvivorRelation::Sibling => {
            Some((&ages.minor, Standing::Minor))
        }
        SurvivorRelation::Unspecified => None,
    }
}

/// The pension of one survivor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pension {
    /// Place among the claimants, from 0.
    pub survivor: usize,
    /// The last month, of a minor that of growing up; none where no end is known.
    pub until: Option<Month>,
    /// Yuan a month, and the steps to them.
    pub worksheet: Worksheet,
}

/// Art. 72. How the own wage is shared among those who have a right on a day. Where the shares come to more than the own
/// wage they are reduced in proportion and rounded down, so that their sum never exceeds it.
pub fn shared<S: Steps + Default>(
    wage: OwnWage,
    (entitled, on): (&[(usize, Claimant, Standing)], Date),
    figures: &Pensions,
) -> Vec<Pension> {
    let entitled: Vec<(usize, &Claimant, Standing, Decimal)> = entitled
        .iter()
        .map(|(at, one, standing)| (*at, one, *standing, share(one, &figures.shares)))
        .collect();
    let all: Decimal = entitled.iter().map(|(_, _, _, share)| share).sum();
    let way = way(
        wage,
        entitled.iter().map(|(_, _, _, share)| *share),
        all,
        figures.rounding,
    );
    let one = |(survivor, claimant, standing, share): (usize, &Claimant, Standing, Decimal)| {
        let mut sheet = S::default();
        record(claimant, (standing, on), figures, &mut sheet);
        sheet.fact("本人工资", &wage, "本人工资核定");
        sheet.step(
            "抚恤金比例",
            &share,
            "供养亲属的比例，孤寡老人或者孤儿另加10%",
        );
        sheet.step("各供养亲属比例之和", &all, "符合条件的供养亲属的比例相加");
        let label = "供养亲属抚恤金（每月）";
        let amount = match way {
            Way::Each => {
                let exact = (wage.times(share), "本人工资 × 比例，四舍五入到分");
                round(label, exact, figures.rounding, &mut sheet)
            }
            Way::Down => {
                let amount = wage.times(share).whole_fen();
                sheet.amount(
                    label,
                    amount,
                    "本人工资 × 比例，舍去分以下，使各人之和不高于本人工资",
                );
                amount
            }
            Way::Reduced => {
                let amount = wage.over(share, all).whole_fen();
                let why = "本人工资 × 比例 ÷ 比例之和，各人之和不高于本人工资，舍去分以下";
                sheet.amount(label, amount, why);
                amount
            }
        };
        Pension {
            survivor,
            until: until(claimant, standing, &figures.ages),
            worksheet: sheet.result(amount),
        }
    };
    entitled.into_iter().map(one).collect()
}

/// How pensions are rounded.
#[derive(Clone, Copy)]
enum Way {
    /// Each for itself.
    Each,
    /// Each down, since rounding would lift their sum above the own wage.
    Down,
    /// Reduced in proportion, and down.
    Reduced,
}

fn way(
    wage: OwnWage,
    shares: impl Iterator<Item = Decimal>,
    all: Decimal,
    rounding: Rounding,
) -> Way {
    if all > Decimal::ONE {
        return Way::Reduced;
    }
    let sum: Decimal = shares.map(|share| rounding.apply(wage.times(share))).sum();
    if wage.exact().is_below(sum) {
        Way::Down
    } else {
        Way::Each
    }
}

/// 工伤保险条例第三十九条第一款第二项. The share of the own wage of a relative.
#[must_use]
pub fn share(claimant: &Claimant, shares: &Shares) -> Decimal {
    let base = match claimant.relation {
        SurvivorRelation::Spouse => shares.spouse.value,
        _ => shares.relative.value,
    };
    match claimant.lone_or_orphan {
        true => base + shares.alone.value,
        false => base,
    }
}

fn record(
    claimant: &Claimant,
    (standing, on): (Standing, Date),
    Pensions { shares, ages, .. }: &Pensions,
    sheet: &mut impl Steps,
) {
    let by_age = matches!(standing, Standing::Old | Standing::Minor);
    if let Some((born_on, (age, _))) = claimant.born_on.zip(condition(claimant, ages))
        && by_age
    {
        sheet.fact("出生日期", &born_on, "供养亲属身份证明");
        sheet.fact(
            "以年龄为准的日期",
            &on,
            "死亡日期，下落不明的为事故发生日期，变动的为重新计算的首日",
        );
        sheet.parameter("年龄条件（周岁）", age);
    }
    let source = "因工死亡职工供养亲属范围规定第二条、第三条";
    sheet.fact("领取条件", &standing.label(), source);
    match claimant.relation {
        SurvivorRelation::Spouse => sheet.parameter("配偶的比例", &shares.spouse),
        _ => sheet.parameter("其他亲属的比例", &shares.relative),
    }
    if claimant.lone_or_orphan {
        sheet.parameter("孤寡老人或者孤儿另加", &shares.alone);
    }
}
