//! What looks odd about a bill (Art. 62). A flag decides nothing: a person looks.

use std::collections::BTreeMap;

use contracts::benefit_review::v1::{Flag, FlagKind, LineOutcome};
use contracts::medical_agreement::v1::CatalogueKind;
use law::calendar::{add_days, days_between};
use rust_decimal::Decimal;
use time::Date;

use super::repeats::{is_exact, is_stay};
use super::{Elsewhere, Facts, Line, Odd, institution};

/// All that looks odd.
#[must_use]
pub fn flags(lines: &[Line], facts: &Facts) -> Vec<Flag> {
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        found.extend(two_institutions(line, facts));
        found.extend(repeated(line, facts));
        found.extend(repeated_within(line, lines.get(..at).unwrap_or_default()));
        found.extend(quantity(line, facts));
        found.extend(dead_patient(line, facts));
    }
    found.extend(bed_days(lines, facts));
    found.extend(split_stay(facts));
    found.extend(upcoded_series(lines, facts.odd));
    found.extend(third_party_open(facts));
    found.extend(unrecorded(lines, facts));
    found
}

/// Something odd about a bill, or a line of it.
pub(super) fn flag(kind: FlagKind, line_number: i32, finding: String) -> Flag {
    Flag {
        kind: kind as i32,
        encounter_id: String::new(),
        line_number,
        finding,
    }
}

fn two_institutions(line: &Line, facts: &Facts) -> Option<Flag> {
    let mut others = paid_elsewhere(line, facts);
    let other = others.find(|other| other.place != place(facts))?;
    let finding = format!(
        "{}在{}也有项目{}，见就诊{}。",
        line.service_on, other.place, line.code, other.encounter_id
    );
    Some(flag(FlagKind::TwoInstitutions, line.number, finding))
}

/// The same item of the day in another bill of the institution, in another quantity or for another price: what is the same
/// in both is not paid, and need not be flagged.
fn repeated(line: &Line, facts: &Facts) -> Option<Flag> {
    let mut others = paid_elsewhere(line, facts);
    let other = others.find(|other| other.place == place(facts) && !is_exact(line, other))?;
    let finding = format!(
        "{}在同一机构的另一次就诊（{}）也有项目{}：数量{}、单价{}元。",
        line.service_on,
        other.encounter_id,
        line.code,
        other.quantity.normalize(),
        other.unit_price.normalize()
    );
    Some(flag(FlagKind::Repeated, line.number, finding))
}

/// The same item of the day for the same quantity and price in a line before it.
fn repeated_within(line: &Line, before: &[Line]) -> Option<Flag> {
    let mut before = before.iter();
    let same = before.find(|other| {
        (other.service_on, other.quantity, other.unit_price)
            == (line.service_on, line.quantity, line.unit_price)
            && (other.kind, &other.code) == (line.kind, &line.code)
    })?;
    let finding = format!(
        "与明细{}的项目{}、日期、数量和单价均相同。",
        same.number, line.code
    );
    Some(flag(FlagKind::Repeated, line.number, finding))
}

/// The same services in other bills that got something, or may get it yet.
fn paid_elsewhere<'a>(
    line: &Line,
    facts: &'a Facts,
) -> impl Iterator<Item = &'a Elsewhere> + use<'a> {
    let others = facts.elsewhere.get(&line.service());
    let others = others.into_iter().flatten();
    others.filter(|other| other.outcome != LineOutcome::Refused)
}

fn quantity(line: &Line, facts: &Facts) -> Option<Flag> {
    let limit = i64::from(facts.items.get(&line.service())?.quantity_per_day);
    let times = facts.odd.times;
    (limit > 0 && line.quantity > Decimal::from(limit * times)).then(|| {
        let quantity = line.quantity;
        let finding = format!("单日数量{quantity}超过每日限量{limit}的{times}倍。");
        flag(FlagKind::Quantity, line.number, finding)
    })
}

/// More days in bed than the stay has.
fn bed_days(lines: &[Line], facts: &Facts) -> Vec<Flag> {
    let days = Decimal::from(days_between(facts.admitted_on, facts.until_on) + 1);
    let mut beds: BTreeMap<&str, Decimal> = BTreeMap::new();
    for line in lines
        .iter()
        .filter(|line| line.kind == CatalogueKind::InpatientService)
    {
        *beds.entry(&line.code).or_default() += line.quantity;
    }
    let above = beds.into_iter().filter(|(_, quantity)| *quantity > days);
    let shown = above.map(|(code, quantity)| {
        let finding = format!("项目{code}合计{quantity}，多于就诊期间的{days}日。");
        flag(FlagKind::Quantity, 0, finding)
    });
    shown.collect()
}

fn dead_patient(line: &Line, facts: &Facts) -> Option<Flag> {
    let died_on = facts
        .injured
        .died_on
        .filter(|died_on| *died_on < line.service_on)?;
    Some(after_death((line.number, line.service_on), died_on))
}

/// Art. 54, Art. 62. A line of a day after the death.
#[must_use]
pub fn after_death((line_number, service_on): (i32, Date), died_on: Date) -> Flag {
    let finding = format!("服务日期{service_on}晚于死亡日期{died_on}。");
    flag(FlagKind::DeadPatient, line_number, finding)
}

/// Art. 54. What was registered of the injury was corrected.
#[must_use]
pub fn injury_corrected(grounds: &str) -> Flag {
    let finding = format!("结算后工伤登记已经更正（{grounds}），应当按更正后的登记复核。");
    flag(FlagKind::InjuryCorrected, 0, finding)
}

/// A stay that begins soon after another one at the same institution ended may be one stay that was split.
fn split_stay(facts: &Facts) -> Option<Flag> {
    let earlier = facts.stays.iter().filter(|stay| stay.place == place(facts));
    let near = |stay: &&super::OtherStay| {
        stay.until_on <= facts.admitted_on
            && facts.admitted_on <= add_days(stay.until_on, facts.split_days)
    };
    let before = earlier
        .into_iter()
        .find(near)
        .filter(|_| is_stay(facts.kind))?;
    let finding = format!(
        "{}出院后{}又在同一机构入院，前次就诊{}。",
        before.until_on, facts.admitted_on, before.encounter_id
    );
    Some(flag(FlagKind::SplitStay, 0, finding))
}

/// Items of one family that are charged dearer from day to day.
fn upcoded_series(lines: &[Line], odd: Odd) -> Vec<Flag> {
    let shared = usize::try_from(odd.family).unwrap_or(usize::MAX);
    let many = usize::try_from(odd.steps).unwrap_or(usize::MAX);
    let mut families: BTreeMap<(i32, String), Vec<(Date, &Line)>> = BTreeMap::new();
    for line in lines {
        let family: String = line.code.chars().take(shared).collect();
        let of = families.entry((line.kind as i32, family)).or_default();
        of.push((line.service_on, line));
    }
    let series = families
        .into_iter()
        .filter_map(|((_, family), mut charged)| {
            charged.sort_by_key(|(on, line)| (*on, line.unit_price));
            let dearer = |two: &[(Date, &Line)]| {
                two[0].0 < two[1].0
                    && two[0].1.code != two[1].1.code
                    && two[0].1.unit_price < two[1].1.unit_price
            };
            let steps = charged.windows(2).filter(|two| dearer(two)).count();
            let finding = format!("编码以{family}开头的项目先后{steps}次换用更贵的项目。");
            (steps >= many).then(|| flag(FlagKind::UpcodedSeries, 0, finding))
        });
    series.collect()
}

/// Art. 73. What a third party compensates is to be asked before the fund pays unknowingly.
fn third_party_open(facts: &Facts) -> Option<Flag> {
    facts.injured.third_party_open.then(|| {
        let finding = "该工伤登记为涉及第三人责任，尚未申报第三人赔偿情况（表73-A）。";
        flag(FlagKind::ThirdPartyOpen, 0, finding.to_owned())
    })
}

/// Art. 63. A stay without any record of its course, or with what a doctor ordered longer after the last record than records
/// are due: the first such line after each of them. A patient who comes is recorded on the day.
fn unrecorded(lines: &[Line], facts: &Facts) -> Vec<Flag> {
    let Some(recorded) = &facts.recorded else {
        return Vec::new();
    };
    if recorded.is_empty() {
        let finding = "该次住院没有报送任何病程记录。";
        return vec![flag(FlagKind::NoCourseRecord, 0, finding.to_owned())];
    }
    let ordered = [CatalogueKind::Drug, CatalogueKind::TreatmentItem];
    let mut late: BTreeMap<Date, &Line> = BTreeMap::new();
    for line in lines.iter().filter(|line| ordered.contains(&line.kind)) {
        let last = recorded.range(..=line.service_on).next_back();
        let last = last.copied().unwrap_or(facts.admitted_on);
        if line.service_on > add_days(last, facts.record_days) {
            let first = late.entry(last).or_insert(line);
            if line.service_on < first.service_on {
                *first = line;
            }
        }
    }
    let shown = late.into_iter().map(|(last, line)| {
        let days = days_between(last, line.service_on);
        let finding = format!(
            "{}的项目{}距{last}（入院或者上一次病程记录）已有{days}日，其间没有病程记录，应当至少每{}日记录一次。",
            line.service_on, line.code, facts.record_days
        );
        flag(FlagKind::UnrecordedDays, line.number, finding)
    });
    shown.collect()
}

/// Where the bill is from.
fn place(facts: &Facts) -> &str {
    institution::place(&facts.institution_id, &facts.institution_name)
}
