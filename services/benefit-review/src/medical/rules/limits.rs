//! How much of a line the catalogues and the plan recognise (Art. 43, Art. 62).

use std::collections::{HashMap, HashSet};

use contracts::Refused;
use contracts::benefit_review::v1::{LineOutcome, Refusal};
use contracts::medical_agreement::v1::{CatalogueItem, CatalogueKind};
use law::money::fen;
use rust_decimal::Decimal;
use time::Date;

use super::{Elsewhere, Facts, Line, Question, is_stay, rehabilitation};

/// What the lines before have used up of the limits, by item and day, and by item.
#[derive(Default)]
pub(crate) struct Used<'a> {
    days: HashMap<(CatalogueKind, &'a str, Date), Decimal>,
    stay: HashMap<(CatalogueKind, &'a str), Decimal>,
    /// Yuan of treatments that a plan limits.
    plan: HashMap<&'a str, Decimal>,
    /// Of which items the bill got something when it was settled last, and on which days.
    got: HashSet<(CatalogueKind, &'a str, Date)>,
}

impl<'a> Used<'a> {
    /// Nothing yet, of a bill with these lines.
    pub(super) fn of(lines: &'a [Line], facts: &Facts) -> Self {
        let had = lines.iter().filter(|line| {
            let outcome = facts.had.get(&line.number);
            matches!(outcome, Some(LineOutcome::Paid | LineOutcome::Cut))
        });
        Self {
            got: had
                .map(|line| (line.kind, line.code.as_str(), line.service_on))
                .collect(),
            ..Self::default()
        }
    }

    /// What was used up by now of the item of a line, on its day and in the stay. A day is one day, however many bills
    /// are of it.
    fn by_now(&mut self, asked: &Question<'a>) -> (&mut Decimal, &mut Decimal) {
        let line = asked.line;
        let (kind, code) = (line.kind, line.code.as_str());
        let of_day = (kind, code, line.service_on);
        let got = self.got.contains(&of_day);
        (
            self.days.entry(of_day).or_insert_with(|| {
                let others = asked.facts.elsewhere.get(&line.service());
                let others = others.into_iter().flatten();
                let others = others.filter(|other| counts(other, got));
                others.map(|other| units_of(other, asked)).sum()
            }),
            self.stay.entry((kind, code)).or_default(),
        )
    }

    /// What other stays have used up of what the plans allow of a treatment: units, and yuan.
    fn in_plan(&self, asked: &Question<'a>) -> (Decimal, Decimal) {
        let line = asked.line;
        let mut got = self.got.iter();
        let got = got.any(|(kind, code, _)| *kind == line.kind && *code == line.code);
        let others = rehabilitation::in_plan(asked).filter(|other| counts(other, got));
        others.fold(Default::default(), |(units, yuan): (Decimal, _), other| {
            (units + units_of(other, asked), yuan + other.recognised)
        })
    }
}

/// Whether what another bill got comes before: that bill was settled before, or this one got nothing when it was.
fn counts(other: &Elsewhere, got: bool) -> bool {
    other.before || !got
}

/// Units for which another bill got something, of the item of a line.
fn units_of(other: &Elsewhere, asked: &Question<'_>) -> Decimal {
    units(
        other.recognised,
        (other.quantity, other.unit_price),
        price_limit(asked),
    )
}

/// Units that yuan pay for, at the price that was charged up to the limit.
fn units(
    yuan: Decimal,
    (quantity, charged): (Decimal, Decimal),
    limit: Option<Decimal>,
) -> Decimal {
    let price = limit.map_or(charged, |limit| limit.min(charged));
    yuan.checked_div(price).unwrap_or_default().min(quantity)
}

/// Art. 43, Art. 47, Art. 62. Recognises a line up to the price, the quantity of a day and of a stay, and the quantity and
/// the amount of the plan; what is above one of them is cut, and said.
pub(super) fn cut<'a>(
    asked: &Question<'a>,
    used: &mut Used<'a>,
) -> (LineOutcome, Decimal, Vec<Refused>) {
    let (line, mut reasons) = (asked.line, Vec::new());
    let price = price(asked, &mut reasons);
    let quantity = quantity(asked, used, &mut reasons);
    let recognised = if reasons.is_empty() {
        line.amount
    } else {
        fen(price * quantity).min(line.amount)
    };
    let recognised = within_amount(asked, (recognised, used), &mut reasons);
    let outcome = if recognised == line.amount {
        LineOutcome::Paid
    } else if recognised.is_zero() {
        LineOutcome::Refused
    } else {
        LineOutcome::Cut
    };
    if outcome == LineOutcome::Paid {
        reasons.clear();
    }
    (outcome, recognised, reasons)
}

/// Art. 43, Art. 62. What a person recognised of a line uses up the limits as well, as many units as it pays.
pub(super) fn use_up<'a>(asked: &Question<'a>, recognised: Decimal, used: &mut Used<'a>) {
    let line = asked.line;
    let charged = (line.quantity, line.unit_price);
    let units = units(recognised, charged, price_limit(asked));
    let (of_day, of_stay) = used.by_now(asked);
    *of_day += units;
    *of_stay += units;
    if rehabilitation::allowed(asked).is_some() {
        *used.plan.entry(line.code.as_str()).or_default() += recognised;
    }
}

/// Art. 47. Yuan up to what is left of those that the plans allow of a treatment; they are used up.
fn within_amount<'a>(
    asked: &Question<'a>,
    (recognised, used): (Decimal, &mut Used<'a>),
    reasons: &mut Vec<Refused>,
) -> Decimal {
    let most = rehabilitation::allowed(asked).and_then(|allowed| allowed.at_most);
    let Some(most) = most else { return recognised };
    let elsewhere = used.in_plan(asked).1;
    let before = used.plan.entry(asked.line.code.as_str()).or_default();
    let left = (most - elsewhere - *before).max(Decimal::ZERO);
    let granted = recognised.min(left);
    *before += granted;
    if granted < recognised {
        let refused = Refused::because(Refusal::LinePlanAmount).with("code", &asked.line.code);
        reasons.push(refused.with("at_most", most));
    }
    granted
}

/// Yuan of a unit at most; none where the catalogue does not limit it.
fn price_limit(asked: &Question<'_>) -> Option<Decimal> {
    asked.item?.price_limit.as_ref()?.decimal().ok()
}

/// Yuan of a unit, up to the limit of the catalogue.
fn price(asked: &Question<'_>, reasons: &mut Vec<Refused>) -> Decimal {
    let charged = asked.line.unit_price;
    let Some(limit) = price_limit(asked).filter(|limit| *limit < charged) else {
        return charged;
    };
    reasons.push(
        Refused::because(Refusal::LinePrice)
            .with("code", &asked.line.code)
            .with("unit_price", charged.normalize())
            .with("price_limit", limit),
    );
    limit
}

/// Units that the limits leave; what is recognised is used up.
fn quantity<'a>(asked: &Question<'a>, used: &mut Used<'a>, reasons: &mut Vec<Refused>) -> Decimal {
    let line = asked.line;
    let allowed = rehabilitation::allowed(asked).map(|allowed| allowed.quantity);
    let in_plan = allowed.map(|_| used.in_plan(asked).0);
    let (of_day, of_stay) = used.by_now(asked);
    let limit = |of: fn(&CatalogueItem) -> i32| asked.item.map(of).filter(|limit| *limit > 0);
    let limits = [
        (
            limit(|item| item.quantity_per_day),
            *of_day,
            Refusal::LineDayQuantity,
        ),
        (
            limit(|item| item.quantity_per_stay).filter(|_| is_stay(asked.facts.kind)),
            *of_stay,
            Refusal::LineStayQuantity,
        ),
        (
            allowed,
            *of_stay + in_plan.unwrap_or_default(),
            Refusal::LinePlanQuantity,
        ),
    ];
    let mut left = line.quantity;
    for (limit, before, reason) in limits {
        let Some(limit) = limit else { continue };
        let free = (Decimal::from(limit) - before).max(Decimal::ZERO);
        if free < left {
            left = free;
            let refused = Refused::because(reason).with("code", &line.code);
            reasons.push(refused.with("quantity", limit));
        }
    }
    *of_day += left;
    *of_stay += left;
    left
}
