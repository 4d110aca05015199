//! What a third party's compensation changes (Art. 73, Art. 74).

mod foreseen;

use contracts::benefit_review::v1::{
    Award, BenefitKind, CompensatedItem, CompensationItem, Refusal, ThirdPartyForm,
};
use contracts::common::v1::WorksheetLine;
use contracts::reflect::label_of;
use contracts::{Money, Refused};
use law::money::format_yuan;
use law::{Cited, Sheet};
use rust_decimal::Decimal;
use time::Date;

pub use foreseen::Foreseen;

/// The rule of an area by which a benefit pays only what is not compensated.
const OFFSET: &str = "offset";

/// What was decided of the bills of an injury, in yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// What the fund pays.
    pub fund: Decimal,
    /// What the employer pays.
    pub employer: Decimal,
    /// What neither pays, since a third party compensated it.
    pub compensated: Decimal,
}

/// What somebody who was paid twice gives back, in yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Back {
    /// To the fund.
    pub fund: Decimal,
    /// To the employer.
    pub employer: Decimal,
}

impl Settled {
    /// All that the bills cost, whoever bears it.
    #[must_use]
    pub fn costs(self) -> Decimal {
        self.fund + self.employer + self.compensated
    }

    /// With a bill more.
    #[must_use]
    pub fn with(self, one: Self) -> Self {
        Self {
            fund: self.fund + one.fund,
            employer: self.employer + one.employer,
            compensated: self.compensated + one.compensated,
        }
    }
}

impl Back {
    /// With what another decision finds.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            fund: self.fund + other.fund,
            employer: self.employer + other.employer,
        }
    }

    /// Nothing is given back.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.fund.is_zero() && self.employer.is_zero()
    }
}

/// Art. 73. Each item is stated once, in papers of after the injury.
///
/// # Errors
/// When they are not.
pub fn whole(form: &ThirdPartyForm, (injured_on, today): (Date, Date)) -> Result<(), Refused> {
    for (at, one) in form.items.iter().enumerate() {
        let before = form.items.iter().take(at);
        if before.map(|one| one.item).any(|item| item == one.item) {
            let item = label(one.item());
            return Err(Refused::because(Refusal::ThirdPartyItemTwice).with("item", item));
        }
    }
    match contracts::maybe_day(form.document_on) {
        Some(on) if on < injured_on || on > today => {
            Err(Refused::because(Refusal::ThirdPartyDocumentDate)
                .with("document_on", on)
                .with("injured_on", injured_on))
        }
        _ => Ok(()),
    }
}

/// Yuan that are compensated for an item.
#[must_use]
pub fn compensated(items: &[CompensatedItem], item: CompensationItem) -> Decimal {
    let own = items.iter().filter(|one| one.item() == item);
    own.filter_map(|one| one.amount.as_ref()?.decimal().ok())
        .sum()
}

/// Art. 74. What bills that were settled before give back: the compensation is compared with all of them, and what it
/// covers and they did not take off yet was paid twice, by the fund first. An earlier decision that took more than this one
/// finds gives it back.
#[must_use]
pub fn compare(medical: Decimal, settled: Settled, before: Back, sheet: &mut Sheet) -> Back {
    sheet.fact("医疗费赔偿", medical, "民事伤害赔偿法律文书（表73-A）");
    let costs = settled.costs();
    sheet.fact(
        "已结算的工伤医疗费",
        costs,
        "各次就诊的基金支付、用人单位支付与已扣除的赔偿之和",
    );
    let covered = medical.min(costs);
    sheet.step("应由赔偿抵付", covered, "两者中较低的，不足部分予以补足");
    let taken = settled.compensated + before.fund + before.employer;
    sheet.fact("此前已抵付", taken, "各次就诊和以前的核定");
    let more = covered - taken;
    let back = if more < Decimal::ZERO {
        // What the person gave back comes back, and then what bills took off, which the fund makes up.
        let employer = (-more).min(before.employer);
        Back {
            fund: more + employer,
            employer: -employer,
        }
    } else {
        let paid = (settled.fund - before.fund).max(Decimal::ZERO);
        let fund = more.min(paid);
        let paid = (settled.employer - before.employer).max(Decimal::ZERO);
        Back {
            fund,
            employer: (more - fund).min(paid),
        }
    };
    match more < Decimal::ZERO {
        true => {
            let why = "此前已抵付 − 应由赔偿抵付，先用人单位、后基金";
            sheet.step("用人单位应补付", -back.employer, why);
            sheet.step("基金应补付", -back.fund, "其余部分");
        }
        false => {
            let why = "应由赔偿抵付 − 此前已抵付，先基金、后用人单位";
            sheet.step("应退还基金", back.fund, why);
            sheet.step("应退还用人单位", back.employer, "其余部分");
        }
    }
    back
}

/// Art. 74, Art. 77. What the fund has advanced of the employer's part goes back to the fund; where an earlier decision took
/// too much, what went there comes back first. How much is known of that: yuan that stand advanced, yuan of bills that the
/// employer paid itself, yuan that earlier decisions sent to the fund.
#[must_use]
pub fn of_advance(
    back: Back,
    (settled, before): (Settled, Back),
    (advanced, direct, sent): (Decimal, Decimal, Decimal),
    sheet: &mut Sheet,
) -> Decimal {
    let of_fund = if back.employer < Decimal::ZERO {
        back.employer.max(-sent.max(Decimal::ZERO))
    } else {
        // What was sent to the fund before this was booked with it stands in the ledger still.
        let open = settled.employer - before.employer - direct;
        back.employer.min(advanced.min(open)).max(Decimal::ZERO)
    };
    if !of_fund.is_zero() {
        let why = "用人单位部分由基金先行支付，退还基金而不是用人单位，生效时记入先行支付台账";
        sheet.step("其中先行支付的", of_fund, why);
    }
    of_fund
}

/// Art. 74. What is left of the compensation for bills to come.
#[must_use]
pub fn left(medical: Decimal, settled_compensated: Decimal, back: Back) -> Decimal {
    (medical - settled_compensated - back.fund - back.employer).max(Decimal::ZERO)
}

/// What is known of the compensation of an injury beside one of its bills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Yuan of medical costs that are compensated.
    pub medical: Decimal,
    /// What the other bills come to.
    pub others: Settled,
    /// What the person gives back by all decisions.
    pub back: Back,
}

impl Beside {
    /// Art. 74. What a bill takes of the compensation when it is settled first: what is left of it.
    #[must_use]
    pub fn first(self, recognised: Decimal) -> Decimal {
        left(self.medical, self.others.compensated, self.back).min(recognised)
    }

    /// Art. 74. What it takes when it is settled further: of what the compensation covers of all bills, as this one is now,
    /// that which neither the other bills take nor the person gave back. So what a review adds is not paid beside the
    /// compensation, and what it takes away is not withheld.
    #[must_use]
    pub fn further(self, recognised: Decimal) -> Decimal {
        let covered = self.medical.min(self.others.costs() + recognised);
        let taken = self.others.compensated + self.back.fund + self.back.employer;
        (covered - taken).min(recognised).max(Decimal::ZERO)
    }
}

/// Art. 74. The item that compensates what a benefit is paid for, and what the area's rule calls it. What is paid by the
/// month has none: article 74 leaves to the area what is not medical costs, no law lets a compensation that was paid once
/// for all be taken off month by month, and until an area says how, it stands beside.
#[must_use]
pub fn counterpart(kind: BenefitKind) -> Option<(CompensationItem, &'static str)> {
    match kind {
        BenefitKind::LumpSumDisability => Some((CompensationItem::Disability, "disability")),
        BenefitKind::Funeral => Some((CompensationItem::Funeral, "funeral")),
        BenefitKind::LumpSumDeath => Some((CompensationItem::Death, "death")),
        BenefitKind::Device => Some((CompensationItem::Device, "device")),
        _ => None,
    }
}

/// Whether a rule of an area lets a benefit pay only what is not compensated.
#[must_use]
pub fn offsets(rule: &Cited<String>) -> bool {
    rule.value == OFFSET
}

/// Art. 74. A benefit that is paid once, by the rule of the area: whole beside the compensation, or what is above it; how
/// is written on its worksheet.
pub fn offset(
    award: &mut Award,
    (item, compensated, document): (CompensationItem, Decimal, &str),
    rule: &Cited<String>,
) {
    let amount = award.amount.as_ref();
    let due = amount.and_then(|amount| amount.decimal().ok());
    let due = due.unwrap_or_default();
    let (said, remains) = match offsets(rule) {
        true => ("抵扣", (due - compensated).max(Decimal::ZERO)),
        false => ("不抵扣", due),
    };
    let worksheet = award.worksheet.get_or_insert_default();
    let mut line = |label: String, value: String, source: String| {
        worksheet.lines.push(WorksheetLine {
            label,
            value,
            source,
        });
    };
    let label = format!("第三人已赔偿的{}", label(item));
    line(label, format_yuan(compensated), document.to_owned());
    let label = "赔偿与待遇的关系".to_owned();
    line(label, said.to_owned(), rule.citation().into());
    let arithmetic = match offsets(rule) {
        true => "待遇金额 − 已赔偿金额，不低于零",
        false => "待遇金额",
    };
    let label = "核定金额".to_owned();
    line(label, format_yuan(remains), arithmetic.to_owned());
    award.amount = Some(Money::from(remains));
}

/// Art. 74. What devices cost that a third party has compensated: yuan that a claim takes off by the rule of the area, of
/// what no other claim took; how is written on its worksheet.
#[must_use]
pub fn of_devices(
    (compensated, taken, document): (Decimal, Decimal, &str),
    rule: &Cited<String>,
    sheet: &mut Sheet,
) -> Option<Decimal> {
    let item = format!("第三人已赔偿的{}", label(CompensationItem::Device));
    sheet.fact(item, compensated, document.to_owned());
    let said = if offsets(rule) { "抵扣" } else { "不抵扣" };
    sheet.fact("赔偿与待遇的关系", said, rule.citation());
    if !offsets(rule) {
        return None;
    }
    sheet.fact("其他申报已抵扣", taken, "辅助器具配置费用核定表（表5-6）");
    let left = (compensated - taken).max(Decimal::ZERO);
    Some(sheet.step(
        "可抵扣的赔偿",
        left,
        "已赔偿金额 − 其他申报已抵扣，不低于零",
    ))
}

/// What an item is called.
fn label(item: CompensationItem) -> String {
    label_of("workinjury.benefit_review.v1.CompensationItem", item as i32)
}
