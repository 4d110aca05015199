//! What an adjustment, or taking one back, makes of what a person has (Art. 87).

use std::collections::{BTreeMap, BTreeSet};

use chassis::Result;
use contracts::Money;
use contracts::benefit_review::v1::{
    AdjustedMonths, AdjustmentBasis, AdjustmentItem, Benefit, BenefitKind, PayeeKind,
};
use law::{Month, Steps, Worksheet};
use rust_decimal::Decimal;

use super::adjusted::held;
use super::due::Stretch;
use super::{Adjustments, Due, Made, stored};

/// What is done to one kind of benefit from a month on.
#[derive(Clone, Debug)]
pub enum Step {
    /// It is adjusted.
    Make(Made),
    /// The adjustment of the month is taken back; what the others come to stands.
    TakeBack {
        /// What was adjusted.
        kind: BenefitKind,
        /// From when on.
        month: Month,
        /// All adjustments but that one.
        others: Adjustments,
    },
}

/// What is known of persons beside what was told of their benefits.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    /// The month in which somebody died, by person.
    pub died_in: BTreeMap<String, Month>,
    /// Recognitions that were revoked: what was paid is looked at claim by claim (Art. 54).
    pub revoked: BTreeSet<String>,
}

/// A benefit that becomes another, and what is told of it.
#[derive(Clone, Debug)]
pub struct Changed {
    /// As it is previewed.
    pub item: AdjustmentItem,
    /// As it is told: all months from the first that is another on, since what is told of a month stands for those after it.
    pub told: Vec<Benefit>,
}

/// What becomes of one stretch of months.
struct New {
    yuan: Decimal,
    /// Month and document of the last adjustment in it.
    last: Option<(Month, String)>,
    worksheet: Option<Worksheet>,
}

impl Step {
    fn of(&self) -> (BenefitKind, Month) {
        match self {
            Self::Make(made) => (made.kind, made.month),
            Self::TakeBack { kind, month, .. } => (*kind, *month),
        }
    }

    /// The new amount of a stretch; none where it stays as it is.
    fn reckoned<S: Steps + Default>(&self, stretch: &Stretch<'_>) -> Result<Option<New>> {
        let (benefit, kind) = (stretch.benefit, stretch.benefit.kind());
        let Some(basis) = &benefit.adjusts_by else {
            return Ok(None);
        };
        let since = stored::month(benefit, basis.since_month)?;
        let Some((held, since)) = held(kind, basis).zip(since) else {
            return Ok(None);
        };
        let adjusted = stored::month(benefit, basis.adjusted_month)?;
        Ok(match self {
            Self::Make(made) if adjusted.is_none_or(|last| last < made.month) => {
                let worksheet = made.adjusted::<S>(held, (stretch.yuan, since));
                worksheet.map(|worksheet| New {
                    yuan: worksheet.value,
                    last: Some((made.month, made.document_number.clone())),
                    worksheet: Some(worksheet),
                })
            }
            Self::TakeBack { month, others, .. } if adjusted == Some(*month) => {
                let decided = (stored::decided(benefit)?, since);
                let (yuan, last) = others.amount((kind, held), decided, stretch.from);
                let mut sheet = S::default();
                sheet.fact("撤回前的月标准", &stretch.yuan, "待遇台账");
                sheet.step("撤回的调整执行的首月", month, "统筹地区待遇调整文件");
                sheet.amount("撤回后的月标准", yuan, "不计该次调整");
                Some(New {
                    yuan,
                    last: last.map(|made| (made.month, made.document_number.clone())),
                    worksheet: Some(sheet.result(yuan)),
                })
            }
            _ => None,
        })
    }
}

/// Art. 87. What steps make of all that was told of one person's benefits by the month, the oldest first.
///
/// # Errors
/// When one of them cannot be read.
pub fn changed<S: Steps + Default>(
    steps: &[Step],
    told: &[Benefit],
    ends: &Ends,
) -> Result<Vec<Changed>> {
    let mut claims: BTreeMap<&str, Vec<&Benefit>> = BTreeMap::new();
    for one in told {
        claims.entry(&one.claim_id).or_default().push(one);
    }
    let mut all = Vec::new();
    for own in claims.into_values() {
        let due = Due::of(own)?;
        for step in steps {
            let (kind, from) = step.of();
            for stretches in due.stretches(kind as i32, from) {
                all.extend(of_stream::<S>(step, stretches, ends)?);
            }
        }
    }
    Ok(all)
}

/// One payee's benefit of one claim that one bears.
fn of_stream<S: Steps + Default>(
    step: &Step,
    stretches: Vec<Stretch<'_>>,
    ends: &Ends,
) -> Result<Option<Changed>> {
    let stretches = stretches.into_iter().filter_map(|one| alive(one, ends));
    let new = stretches.map(|one| Ok((one, step.reckoned::<S>(&one)?)));
    let mut new = new.collect::<Result<Vec<_>>>()?;
    // What was told before the first that becomes another stays.
    let first = new.iter().position(|(_, new)| new.is_some());
    new.drain(..first.unwrap_or(new.len()));
    let Some((Stretch { benefit: last, .. }, _)) = new.last() else {
        return Ok(None);
    };
    let item = AdjustmentItem {
        benefit_id: last.benefit_id.clone(),
        kind: last.kind,
        payer: last.payer,
        person_id: last.person_id.clone(),
        name: last.name.clone(),
        payee_name: last.payee_name.clone(),
        recognition_number: last.recognition_number.clone(),
        months: Vec::with_capacity(new.len()),
    };
    let mut changed = Changed {
        item,
        told: Vec::with_capacity(new.len()),
    };
    for (stretch, new) in new {
        let (from, until) = (stretch.from.into(), stretch.until.map(Into::into));
        let before = Money::from(stretch.yuan);
        let mut told = Benefit {
            from_month: Some(from),
            until_month: until,
            replaces: true,
            amount: Some(before.clone()),
            ..stretch.benefit.clone()
        };
        let mut worksheet = None;
        if let Some(new) = new {
            told.amount = Some(new.yuan.into());
            let decided = stored::decided(stretch.benefit)?;
            let decided = new.last.as_ref().map(|_| decided.into());
            let (month, document_number) = new.last.unzip();
            told.adjusts_by = told.adjusts_by.map(|of| AdjustmentBasis {
                decided,
                adjusted_month: month.map(Into::into),
                document_number: document_number.unwrap_or_default(),
                ..of
            });
            worksheet = new.worksheet;
        }
        changed.item.months.push(AdjustedMonths {
            from_month: Some(from),
            until_month: until,
            before: Some(before),
            after: told.amount.clone(),
            worksheet: worksheet.map(Into::into),
        });
        changed.told.push(told);
    }
    Ok(Some(changed))
}

/// What is due to who lived, of an injury that is still recognised.
fn alive<'a>(mut stretch: Stretch<'a>, ends: &Ends) -> Option<Stretch<'a>> {
    let one = stretch.benefit;
    if ends.revoked.contains(&one.recognition_number) {
        return None;
    }
    let died_in = ends.died_in.get(&one.person_id).copied();
    if let Some(died_in) = died_in.filter(|_| one.payee() == PayeeKind::Person) {
        stretch.until = Some(stretch.until.map_or(died_in, |until| until.min(died_in)));
    }
    let is_over = stretch.until.is_some_and(|until| until < stretch.from);
    (!is_over).then_some(stretch)
}
