//! How much of a line the catalogues and the plan recognise (Art. 43, Art. 62).

use std::collections::HashMap;

use contracts::Refused;
use contracts::benefit_review::v1::{LineOutcome, Refusal};
use contracts::medical_agreement::v1::{CatalogueItem, CatalogueKind};
use law::money::fen;
use rust_decimal::Decimal;
use time::Date;

use super::{Question, rehabilitation};

/// What the lines before have used up of the limits, by item and day, and by item.
#[derive(Default)]
pub(crate) struct Used<'a> {
    days: HashMap<(CatalogueKind, &'a str, Date), Decimal>,
    stay: HashMap<(CatalogueKind, &'a str), Decimal>,
}

impl<'a> Used<'a> {
    /// What was used up by now of the item of a line, on its day and in the stay.
    fn by_now(&mut self, asked: &Question<'a>) -> (&mut Decimal, &mut Decimal) {
        let line = asked.line;
        let (kind, code) = (line.kind, line.code.as_str());
        (
            self.days.entry((kind, code, line.service_on)).or_default(),
            self.stay.entry((kind, code)).or_default(),
        )
    }
}

/// Art. 43, Art. 62. Recognises a line up to the price, the quantity of a day and of a stay, and the quantity of the plan;
/// what is above one of them is cut, and said.
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
    let charged = asked.line.unit_price;
    let price = price_limit(asked).map_or(charged, |limit| limit.min(charged));
    let units = recognised.checked_div(price).unwrap_or_default();
    let units = units.min(asked.line.quantity);
    let (of_day, of_stay) = used.by_now(asked);
    *of_day += units;
    *of_stay += units;
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
    let (of_day, of_stay) = used.by_now(asked);
    let limit = |of: fn(&CatalogueItem) -> i32| asked.item.map(of).filter(|limit| *limit > 0);
    let limits = [
        (
            limit(|item| item.quantity_per_day),
            *of_day,
            Refusal::LineDayQuantity,
        ),
        (
            limit(|item| item.quantity_per_stay),
            *of_stay,
            Refusal::LineStayQuantity,
        ),
        (
            rehabilitation::quantity(asked),
            *of_stay,
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
