//! What the lines of a bill add up to, and for which days meals are granted (Art. 62, Art. 64, Art. 65).

use std::collections::BTreeSet;

use contracts::benefit_review::v1::{LineOutcome, Payer};
use law::calendar::add_days;
use law::{Cited, Sheet};
use rust_decimal::Decimal;
use time::Date;

use super::repeats::is_stay;
use super::{Facts, Line, Verdict, payer};

/// What limits a bill as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cap {
    /// Yuan that a third party has compensated already.
    pub compensated: Decimal,
    /// Yuan that the agreement sets for such a case at most.
    pub case_rate: Option<Decimal>,
}

/// Who bears what of a bill, in yuan: the five parts add up to the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// What was charged.
    pub total: Decimal,
    /// What the fund pays.
    pub fund: Decimal,
    /// What the employer pays.
    pub employer: Decimal,
    /// What a third party has compensated of what they would pay.
    pub compensated: Decimal,
    /// What nobody owes.
    pub nobody: Decimal,
    /// What a person still has to look at.
    pub in_review: Decimal,
}

/// Art. 62, Art. 65. Adds up the lines. What is above the rate of the case is the institution's; of the rest, what a third
/// party has compensated is not paid again, by the fund first.
#[must_use]
pub fn sums(lines: &[Line], verdicts: &[Verdict], cap: Cap, sheet: &mut Sheet) -> Sums {
    let of = |matches: fn(&Verdict) -> bool, amount: fn(&Line, &Verdict) -> Decimal| -> Decimal {
        let both = lines
            .iter()
            .zip(verdicts)
            .filter(|(_, verdict)| matches(verdict));
        both.map(|(line, verdict)| amount(line, verdict)).sum()
    };
    let total = sheet.fact("费用合计", of(|_| true, |line, _| line.amount), "费用明细");
    let recognised = |_: &Line, verdict: &Verdict| verdict.recognised;
    let by_fund = of(|one| one.payer == Payer::Fund, recognised);
    let by_fund = sheet.step("基金承担的核定金额", by_fund, "逐条审核的核定金额之和");
    let by_employer = of(|one| one.payer == Payer::Employer, recognised);
    let by_employer = sheet.step(
        "用人单位承担的核定金额",
        by_employer,
        "逐条审核的核定金额之和",
    );
    let in_review = of(
        |one| one.outcome == LineOutcome::Review,
        |line, _| line.amount,
    );
    sheet.step("待人工审核的金额", in_review, "待审核明细的金额之和");

    let mut by_fund = by_fund;
    if let Some(rate) = cap.case_rate.filter(|rate| *rate < by_fund) {
        sheet.fact("按病种付费标准", rate, "服务协议");
        by_fund = sheet.step("以标准为限的基金支付", rate, "超出标准的部分由协议机构承担");
    }
    let from_fund = cap.compensated.min(by_fund);
    let from_employer = (cap.compensated - from_fund).min(by_employer);
    let compensated = from_fund + from_employer;
    if !cap.compensated.is_zero() {
        sheet.fact(
            "第三人已赔偿",
            cap.compensated,
            "申报或者涉及第三人的工伤待遇核定表（表73-B）",
        );
        sheet.step(
            "自核定金额中扣除",
            compensated,
            "先基金、后用人单位，以核定金额为限",
        );
    }
    let (fund, employer) = (by_fund - from_fund, by_employer - from_employer);
    let nobody = total - fund - employer - compensated - in_review;
    sheet.step("基金支付", fund, "核定金额以付费标准为限，减去已赔偿金额");
    sheet.step("用人单位支付", employer, "核定金额减去已赔偿金额");
    sheet.step(
        "基金和用人单位均不承担",
        nobody,
        "费用合计 − 基金支付 − 用人单位支付 − 第三人已赔偿 − 待审核",
    );
    Sums {
        total,
        fund,
        employer,
        compensated,
        nobody,
        in_review,
    }
}

/// Art. 64. Meals in hospital: the days from the admission on, without that of the discharge (a stay of one day counts as
/// one), on which the treatment is recognised at all, that no other stay had and on which the injury gives a claim, each by the
/// standard of its day; yuan of the fund's days and of the employer's.
#[must_use]
pub fn meals(
    lines: &[Line],
    verdicts: &[Verdict],
    facts: &Facts,
    (standards, sheet): (&[Cited<Decimal>], &mut Sheet),
) -> (Decimal, Decimal) {
    for standard in standards {
        sheet.parameter("住院伙食补助费标准", standard.clone());
    }
    let treated = verdicts.iter().any(|one| !one.recognised.is_zero());
    if !is_stay(facts.kind) || !treated {
        return (Decimal::ZERO, Decimal::ZERO);
    }
    let refused: BTreeSet<Date> = refused_days(lines, verdicts);
    let last_on = last_fed_on((facts.admitted_on, facts.until_on));
    let days = std::iter::successors(Some(facts.admitted_on), |on| Some(add_days(*on, 1)));
    let days = days.take_while(|on| *on <= last_on).filter(|on| {
        let injured = &facts.injured;
        let granted = facts
            .stays
            .iter()
            .filter(|stay| stay.settled && stay.admitted_on <= *on)
            .any(|stay| *on <= last_fed_on((stay.admitted_on, stay.until_on)));
        !granted
            && !refused.contains(on)
            && *on >= injured.happened_on
            && injured.died_on.is_none_or(|died_on| *on <= died_on)
            && injured.settled_from.is_none_or(|from_on| *on < from_on)
    });
    let (mut of_fund, mut of_employer) = (vec![0_i64; standards.len()], vec![0; standards.len()]);
    for on in days {
        let mut of_days = standards.iter();
        let Some(at) = of_days.rposition(|standard| standard.basis.from <= on) else {
            continue;
        };
        match payer::employer_bears_on(on, facts) {
            None => of_fund[at] += 1,
            Some(_) => of_employer[at] += 1,
        }
    }
    let why = "自入院日起，出院日不计，当日入出院按一日";
    let fund = fed("基金", (&of_fund, standards), (why, &mut *sheet));
    let mut employer = Decimal::ZERO;
    if of_employer.iter().any(|days| *days > 0) {
        let why = "第五十八条或者工伤保险条例第六十二条的期间";
        employer = fed("用人单位", (&of_employer, standards), (why, sheet));
    }
    (fund, employer)
}

/// Art. 64. Days by the standard of each, that one bears.
fn fed(
    bearer: &str,
    (days, standards): (&[i64], &[Cited<Decimal>]),
    (why, sheet): (&'static str, &mut Sheet),
) -> Decimal {
    let (mut due, several) = (Decimal::ZERO, standards.len() > 1);
    for (days, standard) in days.iter().zip(standards) {
        let label = match several {
            true => format!("{}起的标准的住院天数（{bearer}承担）", standard.basis.from),
            false => format!("住院天数（{bearer}承担）"),
        };
        sheet.fact(label, *days, why);
        due += Decimal::from(*days) * standard.value;
    }
    let arithmetic = match several {
        true => "各标准的天数 × 标准之和（第六十四条）",
        false => "天数 × 标准（第六十四条）",
    };
    sheet.fen(format!("住院伙食补助费（{bearer}）"), due, arithmetic)
}

/// Art. 64. The last day of a stay that counts: the one before the discharge, or the only one.
#[must_use]
pub fn last_fed_on((admitted_on, until_on): (Date, Date)) -> Date {
    add_days(until_on, -1).max(admitted_on)
}

/// The days of which every line was refused: the person was not treated for the injury then.
fn refused_days(lines: &[Line], verdicts: &[Verdict]) -> BTreeSet<Date> {
    let (mut refused, mut other) = (BTreeSet::new(), BTreeSet::new());
    for (line, verdict) in lines.iter().zip(verdicts) {
        let days = if verdict.outcome == LineOutcome::Refused {
            &mut refused
        } else {
            &mut other
        };
        days.insert(line.service_on);
    }
    refused.retain(|on| !other.contains(on));
    refused
}
