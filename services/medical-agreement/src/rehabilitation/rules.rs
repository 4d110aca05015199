//! Rules on plans, on the time that experts find, and on drawing experts.

mod draw;

pub use draw::{agrees, next, ranked, seated};

use contracts::Refused;
use contracts::medical_agreement::v1::{
    ApprovedItem, CatalogueItem, ExpertOpinion, Refusal, Rehabilitation,
};
use law::{Cited, Sheet, Worksheet};
use rust_decimal::Decimal;
use time::Date;

use crate::catalogue::rules::price_limit;

/// Art. 47. What a plan costs is the sum of its items, each of which stands there once with what it costs
/// at most. The worksheet's figure is that sum.
///
/// # Errors
/// When an item stands there twice or without an amount, or `cost` is another sum.
pub fn plan(
    items: &[ApprovedItem],
    cost: Decimal,
    form: &'static str,
) -> Result<Worksheet, Refused> {
    let mut sheet = Sheet::new();
    let mut sum = Decimal::ZERO;
    for (at, item) in items.iter().enumerate() {
        let twice = items.iter().take(at).any(|before| before.code == item.code);
        let at_most = item.at_most.as_ref().and_then(|money| money.decimal().ok());
        let Some(at_most) = at_most.filter(|_| !twice) else {
            return Err(Refused::because(Refusal::PlanItem).with("code", &item.code));
        };
        sum += sheet.fact(format!("项目{}最高支付金额", item.code), at_most, form);
    }
    if sum != cost {
        return Err(Refused::because(Refusal::PlanCost)
            .with("sum", sum)
            .with("cost", cost));
    }
    let sum = sheet.fen("治疗费用", sum, "各项目最高支付金额之和");
    Ok(sheet.result(sum))
}

/// Art. 43, Art. 47. What whoever signs a plan should know of an item by the catalogue of a day: that it is not listed, which
/// nobody pays then (Art. 62), or limited to less than is planned.
#[must_use]
pub fn of_catalogue(
    item: &ApprovedItem,
    listed: Option<&CatalogueItem>,
    on: Date,
) -> Option<String> {
    let code = &item.code;
    let Some(listed) = listed else {
        return Some(format!(
            "康复项目{code}未列入{on}施行的工伤保险诊疗项目目录，其费用不予支付（第六十二条）。请核实编码，或者退回由协议机构调整方案。"
        ));
    };
    let most = (price_limit(listed)? * Decimal::from(item.quantity)).normalize();
    let planned = item.at_most.as_ref()?.decimal().ok()?.normalize();
    (planned > most).then(|| {
        format!(
            "康复项目{code}按目录最高限价计{}次至多支付{most}元，方案为{planned}元，超出部分不予支付（第四十三条）。",
            item.quantity
        )
    })
}

/// Art. 47, Art. 48, Art. 49. `days` of a stay after those `before`: no more in all than the area's `most`,
/// and, where experts give their opinions, of value to more than half of them and no longer than the
/// median of the days that they find. Who finds no value finds 0 days. The worksheet's figure is `days`.
///
/// # Errors
/// When one of these is not so.
pub fn time(
    (before, days): (i64, i64),
    (most, least): (Cited<i64>, Cited<i64>),
    opinions: &[ExpertOpinion],
) -> Result<Worksheet, Refused> {
    let mut sheet = Sheet::new();
    let days = sheet.fact("申请康复时限", days, "申请表");
    let mut total = days;
    if before > 0 {
        let before = sheet.fact("此前累计批准天数", before, "康复核准记录");
        total = sheet.step(
            "累计康复时限",
            before + days,
            "此前累计批准天数 + 申请康复时限",
        );
    }
    let most = sheet.parameter("工伤康复最长时限", most);
    if total > most {
        return Err(Refused::because(Refusal::RehabilitationTooLong)
            .with("days", total)
            .with("most", most));
    }
    sheet.parameter("至少抽取的专家人数", least);
    let experts = i64::try_from(opinions.len()).unwrap_or(i64::MAX);
    if opinions.is_empty() {
        return Ok(sheet.result(days.into()));
    }
    for opinion in opinions {
        let label = format!("专家{}评估康复时限", opinion.expert_number);
        sheet.fact(label, i64::from(opinion.days), "专家评估意见");
    }
    let found = opinions.iter().filter(|opinion| opinion.has_value).count();
    let found = i64::try_from(found).unwrap_or_default();
    sheet.step("认为具有康复价值的专家人数", found, "应过半数");
    if found * 2 <= experts {
        return Err(Refused::because(Refusal::NoRehabilitationValue)
            .with("experts", experts)
            .with("found", found));
    }
    let median = median(
        opinions
            .iter()
            .map(|opinion| i64::from(opinion.days))
            .collect(),
    );
    sheet.step(
        "评估康复时限的中位数",
        median,
        "双数时取中间两数的平均数，不足1日的舍去",
    );
    if days > median {
        return Err(Refused::because(Refusal::DaysOverMedian)
            .with("days", days)
            .with("median", median));
    }
    Ok(sheet.result(days.into()))
}

/// Art. 49. The number in the middle; of an even count the mean of the two there, without its fraction.
/// 0 where there is none.
#[must_use]
pub fn median(mut days: Vec<i64>) -> i64 {
    days.sort_unstable();
    let half = days.len() / 2;
    let at = |place: usize| days.get(place).copied().unwrap_or_default();
    if days.len() % 2 == 1 {
        at(half)
    } else {
        i64::midpoint(at(half.saturating_sub(1)), at(half))
    }
}

/// Art. 49. The opinions of those who are seated, in their order.
///
/// # Errors
/// When some have given none yet.
pub fn complete(
    seated: &[String],
    given: Vec<ExpertOpinion>,
) -> Result<Vec<ExpertOpinion>, Refused> {
    let has_given = |number: &&String| given.iter().any(|one| one.expert_number == **number);
    let missing: Vec<&str> = seated
        .iter()
        .filter(|number| !has_given(number))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        return Err(Refused::because(Refusal::OpinionsMissing).with("experts", missing.join("、")));
    }
    let rank = |one: &ExpertOpinion| {
        seated
            .iter()
            .position(|number| *number == one.expert_number)
    };
    let mut given = given;
    given.sort_by_key(rank);
    Ok(given)
}

/// Art. 49. Which of some stays, the newest first, a day ends: the one that it falls into, of those that are not evaluated; or
/// else the newest of these, or the newest of all.
#[must_use]
pub fn evaluated(stays: &[Rehabilitation], ended_on: Date) -> Option<&Rehabilitation> {
    let open = || stays.iter().filter(|stay| stay.ended_on.is_none());
    let holds = |stay: &&Rehabilitation| {
        contracts::maybe_day(stay.from_on).is_some_and(|from_on| from_on <= ended_on)
            && contracts::maybe_day(stay.until_on).is_some_and(|until_on| ended_on <= until_on)
    };
    let by_day = open().find(holds);
    by_day.or_else(|| open().next()).or_else(|| stays.first())
}

/// Art. 48, Art. 49. A stay has not been evaluated yet.
///
/// # Errors
/// When it has.
pub fn goes_on(stay: &Rehabilitation) -> Result<(), Refused> {
    match contracts::maybe_day(stay.ended_on) {
        None => Ok(()),
        Some(ended_on) => {
            Err(Refused::because(Refusal::RehabilitationEnded).with("ended_on", ended_on))
        }
    }
}

/// Art. 49. An expert who finds value says for how many days, and who finds none says 0.
///
/// # Errors
/// When it is not so.
pub fn consistent(opinion: &ExpertOpinion) -> Result<(), Refused> {
    if opinion.has_value == (opinion.days > 0) {
        return Ok(());
    }
    Err(Refused::because(Refusal::OpinionDays).with("expert", &opinion.expert_number))
}
