//! What becomes of a relative after the death, and what that makes of the right (Art. 72; 因工死亡职工供养亲属范围规定
//! 第四条).

use contracts::Refused;
use contracts::benefit_review::v1::{
    Dependant, Refusal, SurvivorChange, SurvivorChangeKind as Kind, SurvivorRelation,
};
use contracts::maybe_day;
use contracts::reflect::label_of;
use law::Month;
use law::calendar::{add_days, reaches_age_on};
use time::Date;

use super::{Ages, Claimant, Standing, claimant, right, standing, until};

/// Days after a death within which a child of the deceased is born. No law sets them: a pregnancy lasts 280 days from its
/// reckoned beginning, two weeks before conception, and 300 days are the latest birth that courts take for one. Of who is
/// missing they are counted from the accident.
pub(super) const POSTHUMOUS_DAYS: i32 = 300;

/// 因工死亡职工供养亲属范围规定第三条、第四条. The condition that a relative meets in a month after the death, with what
/// changed until then. The conditions of age are those of the day of the death, and only who had a right then keeps one
/// (劳社部函〔2004〕256号第八条); a child that was born later has it from the birth. A minor has it for all of the month of
/// growing up: the law ends it at 18, also of who is at school (第三条、第四条 name no study).
///
/// # Errors
/// Why she or he has no right.
pub fn still(
    (dependant, changes): (&Dependant, &[SurvivorChange]),
    (died_on, month): (Date, Month),
    ages: &Ages,
) -> Result<Standing, Refused> {
    let born_on = maybe_day(dependant.born_on);
    let looked_at = born_on.map_or(died_on, |born_on| born_on.max(died_on));
    right(dependant, looked_at, ages)?;
    let (mut imprisoned, mut unable) = (None, dependant.unable_to_work);
    for change in changes {
        match change.kind() {
            Kind::Imprisoned => imprisoned = Some(change),
            Kind::Released => imprisoned = None,
            // A right that has lapsed by age does not come back.
            Kind::UnableToWork => {
                unable |= maybe_day(change.changed_on) < grown_on(dependant, ages)
            }
            Kind::AbleToWork => unable = false,
            _ => {}
        }
    }
    if let Some(change) = over(changes).or(imprisoned) {
        return Err(ended(dependant, change));
    }
    let able = Claimant {
        unable_to_work: false,
        ..claimant(dependant)
    };
    let by_age = standing(&able, looked_at, ages);
    match by_age {
        _ if unable => Ok(Standing::UnableToWork),
        Standing::Minor => match grown_on(dependant, ages) {
            Some(on) if until(&able, by_age, ages).is_some_and(|last| last < month) => {
                let refused = Refused::because(Refusal::SurvivorGrown);
                Err(refused.with("name", &dependant.name).with("on", on))
            }
            _ => Ok(Standing::Minor),
        },
        Standing::None => Err(lost(dependant, changes)),
        met => Ok(met),
    }
}

/// Art. 72. A change fits the relative of whom it is told, and lies between the death and the application.
///
/// # Errors
/// When it does not.
pub fn fits(
    (dependant, changes): (&Dependant, &[SurvivorChange]),
    change: &SurvivorChange,
    (died_on, applied_on): (Date, Date),
    ages: &Ages,
) -> Result<Date, Refused> {
    let wrong = |finding: &str| Err(unfit(&dependant.name, finding));
    let Some(changed_on) = maybe_day(change.changed_on) else {
        return wrong("没有填写变动日期");
    };
    if changed_on < died_on || changed_on > applied_on {
        return wrong("变动日期早于职工死亡（下落不明）之日或者晚于申报之日");
    }
    if over(changes).is_some() {
        return wrong("供养亲属抚恤金已经终止");
    }
    let stays = changes
        .iter()
        .rfind(|one| matches!(one.kind(), Kind::Imprisoned | Kind::Released));
    let imprisoned = stays.is_some_and(|one| one.kind() == Kind::Imprisoned);
    match change.kind() {
        Kind::Remarried if dependant.relation() != SurvivorRelation::Spouse => {
            wrong("只有配偶填写再婚")
        }
        Kind::GrownUp if grown_on(dependant, ages) != Some(changed_on) => {
            wrong("变动日期不是年满18周岁之日")
        }
        Kind::Released if !imprisoned => wrong("没有登记被判刑收监执行"),
        Kind::AbleToWork | Kind::UnableToWork if change.conclusion_number.is_empty() => {
            wrong("没有填写劳动能力鉴定结论书编号")
        }
        Kind::Born if maybe_day(dependant.born_on) != Some(changed_on) => {
            wrong("变动日期不是出生日期")
        }
        Kind::Born if dependant.relation() != SurvivorRelation::Child => {
            wrong("死亡后出生的只有遗腹子女享受抚恤金")
        }
        Kind::Born if changed_on > add_days(died_on, POSTHUMOUS_DAYS) => {
            wrong("在职工死亡（下落不明）之日起300日后出生，不是遗腹子女")
        }
        // What is past is made up by itself, so the day is the one from which all share with each other.
        Kind::Forgotten if changed_on != applied_on => {
            wrong("补报遗漏的供养亲属，变动日期填写申报之日")
        }
        _ => Ok(changed_on),
    }
}

/// What ended the right for good, whatever came after.
fn over(changes: &[SurvivorChange]) -> Option<&SurvivorChange> {
    let ends = |change: &&SurvivorChange| {
        let kind = change.kind();
        matches!(
            kind,
            Kind::Remarried | Kind::Adopted | Kind::Employed | Kind::Died
        )
    };
    changes.iter().find(ends)
}

/// A change that is not what it says.
#[must_use]
pub fn unfit(name: &str, finding: &str) -> Refused {
    Refused::because(Refusal::SurvivorChange)
        .with("name", name)
        .with("finding", finding)
}

/// The day on which a relative comes of age.
#[must_use]
pub fn grown_on(dependant: &Dependant, ages: &Ages) -> Option<Date> {
    let years = i32::try_from(ages.minor.value).unwrap_or(i32::MAX);
    maybe_day(dependant.born_on).map(|born_on| reaches_age_on(born_on, years))
}

/// The right rested on being unable to work, which is over.
fn lost(dependant: &Dependant, changes: &[SurvivorChange]) -> Refused {
    let able = changes
        .iter()
        .rfind(|change| change.kind() == Kind::AbleToWork);
    ended(dependant, &able.cloned().unwrap_or_default())
}

fn ended(dependant: &Dependant, change: &SurvivorChange) -> Refused {
    let label = label_of(
        "workinjury.benefit_review.v1.SurvivorChangeKind",
        change.kind,
    );
    let on = maybe_day(change.changed_on).map(|on| on.to_string());
    Refused::because(Refusal::SurvivorEnded)
        .with("name", &dependant.name)
        .with("on", on.unwrap_or_default())
        .with("ground", label)
}
