//! What stands of a claim once it is decided further: what was awarded stays, is replaced, or ends.

use contracts::Money;
use contracts::benefit_review::v1::{Award, BenefitKind, Payer};
use contracts::common::v1::WorksheetLine;
use contracts::reflect::label_of;
use law::Month;
use rust_decimal::Decimal;

/// The kinds of benefits, as people call them.
const KIND: &str = "workinjury.benefit_review.v1.BenefitKind";

/// Why a benefit that was paid by the month ends.
#[derive(Clone, Copy, Debug)]
pub struct End<'a> {
    /// The kinds that end unless they are awarded anew.
    pub kinds: &'a [BenefitKind],
    /// The first month for which nothing is due.
    pub from: Month,
    /// Why.
    pub why: &'a str,
}

/// Art. 68. What stands after a decision: all that was awarded before, but what `new` has instead, and nothing from
/// a month on of what ends.
#[must_use]
pub fn restated(before: &[Award], new: Vec<Award>, end: End<'_>) -> Vec<Award> {
    // What was awarded for some months only is over by itself.
    let ends = |former: &Award| {
        former.monthly && former.until_month.is_none() && end.kinds.contains(&former.benefit())
    };
    let former = before.iter().map(|former| match ends(former) {
        true => ended(former, end),
        false => former.clone(),
    });
    let mut all: Vec<Award> = former.collect();
    for award in new {
        let same = |former: &&mut Award| {
            (former.benefit, former.payer, former.until_month)
                == (award.benefit, award.payer, award.until_month)
        };
        match all.iter_mut().find(same) {
            Some(former) => *former = award,
            None => all.push(award),
        }
    }
    all
}

/// A benefit that has ended already stays as it is; one that had not begun never does.
#[must_use]
pub fn ended(former: &Award, end: End<'_>) -> Award {
    let was = amount(former);
    if was.is_zero() {
        return former.clone();
    }
    let first = former.from_month.and_then(|month| month.try_into().ok());
    let from = first.map_or(end.from, |first: Month| first.max(end.from));
    let mut worksheet = contracts::common::v1::Worksheet::default();
    let mut line = |label: &str, value: String, source: &str| {
        worksheet.lines.push(WorksheetLine {
            label: label.to_owned(),
            value,
            source: source.to_owned(),
        });
    };
    line(
        "原核定金额（每月）",
        was.to_string(),
        "原伤残待遇核定表（表5-7）",
    );
    line("停发起始月", from.to_string(), end.why);
    let label = format!("{}（每月）", label_of(KIND, former.benefit));
    line(&label, "0.00".to_owned(), "自停发起始月起");
    Award {
        amount: Some(Money::from(Decimal::ZERO)),
        from_month: Some(from.into()),
        worksheet: Some(worksheet),
        ..former.clone()
    }
}

/// Art. 68. The lump sum that was paid stays as it is, with a line that says so (工伤保险条例第二十八条).
pub fn keep_lump_sum(awards: &mut [Award], conclusion_number: &str) {
    let lump_sum = awards
        .iter_mut()
        .find(|award| award.benefit() == BenefitKind::LumpSumDisability);
    if let Some(award) = lump_sum {
        let worksheet = award.worksheet.get_or_insert_default();
        worksheet.lines.push(WorksheetLine {
            label: "复查鉴定结论".to_owned(),
            value: conclusion_number.to_owned(),
            source: "已经核定的一次性伤残补助金不变（工伤保险条例第二十八条）".to_owned(),
        });
    }
}

/// Whether something was awarded, even of nothing.
#[must_use]
pub fn has(awards: &[Award], kind: BenefitKind) -> bool {
    awards.iter().any(|award| award.benefit() == kind)
}

/// What is paid by the month of a kind now; none where nothing is.
#[must_use]
pub fn by_the_month(awards: &[Award], kind: BenefitKind) -> Option<&Award> {
    let mut of_kind = awards.iter().filter(|award| award.benefit() == kind);
    of_kind.find(|award| award.monthly && award.until_month.is_none() && !amount(award).is_zero())
}

/// Yuan of an award.
#[must_use]
pub fn amount(award: &Award) -> Decimal {
    let stated = award.amount.as_ref();
    stated
        .and_then(|stated| stated.decimal().ok())
        .unwrap_or_default()
}

/// Yuan that one bears: of what is paid once what a decision adds, and of what is paid by the month what stands, but not
/// what is over after some months.
#[must_use]
pub fn sums(before: &[Award], after: &[Award], payer: Payer) -> (Decimal, Decimal) {
    let sum = |awards: &[Award], monthly: bool| -> Decimal {
        let own = awards
            .iter()
            .filter(|award| award.payer() == payer && award.monthly == monthly)
            .filter(|award| award.until_month.is_none());
        own.map(amount).sum()
    };
    (sum(after, false) - sum(before, false), sum(after, true))
}
