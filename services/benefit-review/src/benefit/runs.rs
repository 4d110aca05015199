//! The adjustment of all benefits that are paid by the month (Art. 87).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chassis::wire::{month, uuid, uuids};
use chassis::{Result, Run, RunSlice, Unit, async_trait};
use contracts::Refused;
use contracts::benefit_review::v1::{
    AdjustedMonths, AdjustmentItem, AdjustmentOrder, AdjustmentSum, AdjustmentSummary, Benefit,
    BenefitKind, Refusal,
};
use contracts::reflect::label_of;
use law::calendar::Term;
use law::{Law, Month, Sheet, Unwritten};
use prost::Message;
use uuid::Uuid;

use super::adjustments::{self, Known};
use super::decide;
use super::rules::{ADJUSTED, Changed, Ends, Step, changed, figures_of};
use super::store::adjustments as store;

/// Art. 87. All who have a benefit by the month in the month of an adjustment, or later, get what the area has set for
/// it, whoever bears it (工伤保险条例第四十条): whatever was decided for those months already comes out with it. Or it is taken
/// back from all who have it.
pub struct MassAdjustment;

#[async_trait]
impl Run for MassAdjustment {
    type Order = AdjustmentOrder;
    type Item = AdjustmentItem;
    type Summary = AdjustmentSummary;

    /// One at a time: each rests on the amounts that the one before it left.
    fn subject(&self, _order: &AdjustmentOrder) -> String {
        "待遇调整".to_owned()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    async fn admit(&self, unit: &mut Unit, order: &AdjustmentOrder) -> Result<()> {
        let known = adjustments::known(unit).await?;
        let month = month(order.month)?;
        for (at, kind) in order.kinds.iter().enumerate() {
            let is_one = ADJUSTED.iter().any(|one| *one as i32 == *kind);
            if !is_one || order.kinds[..at].contains(kind) {
                let refused = Refused::because(Refusal::AdjustmentKind);
                return Err(refused.with("kind", label(*kind)).into());
            }
        }
        for kind in kinds(unit, order, &known).await? {
            if let Some(later) = known.later(kind, month) {
                return Err(Refused::because(Refusal::AdjustmentOrder)
                    .with("kind", label(kind as i32))
                    .with("document_number", &later.document_number)
                    .with("month", later.month())
                    .into());
            }
            let made = known.made(kind, month);
            let is_this = made.is_some_and(|made| made.document_number == order.document_number);
            if order.take_back && !is_this {
                return Err(unknown(order, month, label(kind as i32)).into());
            }
            if let Some(other) = made.filter(|_| !order.take_back && !is_this) {
                return Err(Refused::because(Refusal::AdjustmentDocument)
                    .with("kind", label(kind as i32))
                    .with("document_number", &other.document_number)
                    .with("month", month)
                    .into());
            }
        }
        // The figures are there, or it is said now which are not.
        for step in steps(unit, order).await? {
            let Step::Make(made) = step else { continue };
            if !made.is_set() {
                return Err(Refused::because(Refusal::AdjustmentUnset)
                    .with("kind", label(made.kind as i32))
                    .with("on", month.first_day())
                    .with("parameters", figures_of(made.kind).join("、"))
                    .into());
            }
        }
        Ok(())
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &AdjustmentOrder,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<AdjustmentItem>>> {
        let area = unit.area().to_owned();
        let after = after.map(uuid).transpose()?.unwrap_or(Uuid::nil());
        let slice = (after, Self::SLICE - 1);
        let last = store::last_of_slice(unit.db(), &area, slice).await?;
        let through = (after, last.unwrap_or(Uuid::max()));
        let told = store::monthly_between(unit.db(), &area, through).await?;
        let Some((last, _)) = told.last() else {
            return Ok(None);
        };
        let last = last.to_string();
        let steps = steps(unit, order).await?;
        let ends = ends(unit, through).await?;
        Ok(Some(RunSlice::through(last, move || {
            let mut items = Vec::new();
            for (person_id, told) in by_person(&told)? {
                let changed = changed::<Sheet>(&steps, &told, &ends)?.into_iter();
                items.extend(changed.map(|one| (person_id.to_string(), one.item)));
            }
            Ok(items)
        })))
    }

    fn add(&self, summary: &mut AdjustmentSummary, order: &AdjustmentOrder, item: &AdjustmentItem) {
        summary.month = order.month;
        summary.document_number.clone_from(&order.document_number);
        summary.take_back = order.take_back;
        let same = |sum: &AdjustmentSum| (sum.kind, sum.payer) == (item.kind, item.payer);
        let at = summary.sums.iter().position(same).unwrap_or_else(|| {
            summary.sums.push(AdjustmentSum {
                kind: item.kind,
                payer: item.payer,
                ..AdjustmentSum::default()
            });
            summary.sums.len() - 1
        });
        if let (Some(sum), Some(last)) = (summary.sums.get_mut(at), item.months.last()) {
            sum.benefits += 1;
            chassis::wire::add(&mut sum.before, last.before.as_ref());
            chassis::wire::add(&mut sum.after, last.after.as_ref());
        }
    }

    /// A benefit that was decided anew since the preview is left as it is: what was decided since the adjustment began has
    /// it already, and the others are found when it is ordered again.
    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &AdjustmentOrder,
        items: &[(String, AdjustmentItem)],
    ) -> Result<()> {
        let area = unit.area().to_owned();
        store::hold(unit.db(), &area).await?;
        let steps = steps(unit, order).await?;
        begin(unit, run_id, order).await?;
        let persons: BTreeSet<&str> = items.iter().map(|(person, _)| person.as_str()).collect();
        let persons: Vec<String> = persons.into_iter().map(str::to_owned).collect();
        let persons = uuids(&persons)?;
        let told = store::monthly_of(unit.db(), &area, &persons).await?;
        let span = persons.first().zip(persons.last());
        let ends = match span {
            Some((first, last)) => {
                let before = Uuid::from_u128(first.as_u128().saturating_sub(1));
                ends(unit, (before, *last)).await?
            }
            None => Ends::default(),
        };
        let mut now: HashMap<String, Changed> = HashMap::with_capacity(items.len());
        for (_, told) in by_person(&told)? {
            let changed = changed::<Unwritten>(&steps, &told, &ends)?.into_iter();
            now.extend(changed.map(|one| (one.item.benefit_id.clone(), one)));
        }
        let (mut benefits, mut left) = (Vec::with_capacity(items.len()), Vec::new());
        for (_, item) in items {
            match now.remove(&item.benefit_id) {
                Some(one) if is_same(item, &one.item) => benefits.extend(explained(item, one.told)),
                _ => left.push(item),
            }
        }
        store::leave(unit.db(), &area, run_id, &left).await?;
        decide(unit, run_id, benefits).await
    }

    /// Also where nobody has such a benefit: who is awarded one for months before it gets it.
    async fn finish(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &AdjustmentOrder,
        _summary: &AdjustmentSummary,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        store::hold(unit.db(), &area).await?;
        begin(unit, run_id, order).await
    }
}

fn label(kind: i32) -> String {
    label_of("workinjury.benefit_review.v1.BenefitKind", kind)
}

fn unknown(order: &AdjustmentOrder, month: Month, kind: String) -> Refused {
    Refused::because(Refusal::AdjustmentUnknown)
        .with("document_number", &order.document_number)
        .with("month", month)
        .with("kind", kind)
}

/// The kinds that an order is about; where it names none, those for which the area has set figures.
async fn kinds(
    unit: &mut Unit,
    order: &AdjustmentOrder,
    known: &Known,
) -> Result<Vec<BenefitKind>> {
    let named: Vec<BenefitKind> = order.kinds().collect();
    if !named.is_empty() {
        return Ok(named);
    }
    let month = month(order.month)?;
    let mut kinds = Vec::with_capacity(ADJUSTED.len());
    for kind in ADJUSTED {
        let is_one = match order.take_back {
            true => known
                .last(kind, month)
                .is_some_and(|last| last.document_number == order.document_number),
            false => adjustments::of(unit, (kind, month)).await?.is_set(),
        };
        if is_one {
            kinds.push(kind);
        }
    }
    // What is not there is refused kind by kind.
    Ok(match kinds.is_empty() {
        true => ADJUSTED.to_vec(),
        false => kinds,
    })
}

/// What the order does to each kind.
async fn steps(unit: &mut Unit, order: &AdjustmentOrder) -> Result<Vec<Step>> {
    let known = adjustments::known(unit).await?;
    let month = month(order.month)?;
    let mut steps = Vec::new();
    for kind in kinds(unit, order, &known).await? {
        steps.push(match order.take_back {
            true => Step::TakeBack {
                kind,
                month,
                others: adjustments::without(unit, &known, (kind, month)).await?,
            },
            false => {
                let made = adjustments::of(unit, (kind, month)).await?;
                Step::Make(made.by(&order.document_number))
            }
        });
    }
    Ok(steps)
}

/// From now on whoever decides benefits reckons with it.
async fn begin(unit: &mut Unit, run_id: Uuid, order: &AdjustmentOrder) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let known = adjustments::known(unit).await?;
    let month = month(order.month)?;
    let kinds = kinds(unit, order, &known).await?.into_iter();
    let open = kinds.filter(|kind| known.made(*kind, month).is_some() == order.take_back);
    let open: Vec<i32> = open.map(|kind| kind as i32).collect();
    let how = (order.document_number.as_str(), order.take_back);
    store::insert(unit.db(), &area, (&open, month), how, (run_id, today)).await
}

/// Who of the persons has died, and whose recognition was revoked.
async fn ends(unit: &mut Unit, through: (Uuid, Uuid)) -> Result<Ends> {
    let area = unit.area().to_owned();
    let deaths = store::deaths(unit.db(), &area, through).await?.into_iter();
    let revoked = store::revoked(unit.db(), &area, through).await?;
    Ok(Ends {
        died_in: deaths
            .map(|(person, died_on)| (person.to_string(), Month::of(died_on)))
            .collect(),
        revoked: revoked.into_iter().collect(),
    })
}

fn by_person(told: &[(Uuid, Vec<u8>)]) -> Result<BTreeMap<Uuid, Vec<Benefit>>> {
    let mut persons: BTreeMap<Uuid, Vec<Benefit>> = BTreeMap::new();
    for (person, told) in told {
        let benefit = Benefit::decode(told.as_slice())?;
        persons.entry(*person).or_default().push(benefit);
    }
    Ok(persons)
}

/// What is told, month by month with the steps that were previewed.
fn explained(item: &AdjustmentItem, told: Vec<Benefit>) -> impl Iterator<Item = Benefit> {
    let months = item.months.iter();
    months.zip(told).map(|(months, told)| Benefit {
        worksheet: months.worksheet.clone().or(told.worksheet),
        ..told
    })
}

/// Whether a benefit comes out as it was previewed.
fn is_same(previewed: &AdjustmentItem, now: &AdjustmentItem) -> bool {
    let figures = |one: &AdjustedMonths| AdjustedMonths {
        worksheet: None,
        ..one.clone()
    };
    let of = |item: &AdjustmentItem| item.months.iter().map(figures).collect::<Vec<_>>();
    of(previewed) == of(now)
}
