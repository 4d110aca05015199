//! The adjustments of an area, and what they make of what is decided (Art. 87).

use std::collections::BTreeMap;

use chassis::{ParameterChanged, ParameterGuard, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    AdjustedAward, AdjustmentBasis, Award, Benefit, BenefitKind, Refusal,
};
use contracts::reflect::label_of;
use law::Month;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::rules::{Adjustments, Held, Made, adjusted_award, held, reckons_with, stored_month};
use super::store::adjustments::{self as store, MadeRow};

/// All adjustments as they stand in the ledger.
#[derive(Clone, Debug)]
pub struct Known(Vec<MadeRow>);

impl Known {
    /// The last row of a kind and a month.
    #[must_use]
    pub fn last(&self, kind: BenefitKind, month: Month) -> Option<&MadeRow> {
        // Of a kind and a month the last one comes first.
        let mut rows = self.0.iter();
        rows.find(|row| row.kind == kind as i32 && row.month() == month)
    }

    /// The adjustment of a kind and a month, where it was not taken back.
    #[must_use]
    pub fn made(&self, kind: BenefitKind, month: Month) -> Option<&MadeRow> {
        self.last(kind, month).filter(|row| !row.taken_back)
    }

    /// An adjustment of a kind that stands for a later month.
    #[must_use]
    pub fn later(&self, kind: BenefitKind, month: Month) -> Option<&MadeRow> {
        self.standing()
            .find(|row| row.kind == kind as i32 && row.month() > month)
    }

    fn standing(&self) -> impl Iterator<Item = &MadeRow> {
        let is_last = |row: &&MadeRow| {
            let later = |other: &MadeRow| {
                (other.kind, other.month()) == (row.kind, row.month())
                    && other.sequence > row.sequence
            };
            !row.taken_back && !self.0.iter().any(later)
        };
        self.0.iter().filter(is_last)
    }
}

/// The ledger of adjustments.
///
/// # Errors
/// When it cannot be read.
pub async fn known(unit: &mut Unit) -> Result<Known> {
    let area = unit.area().to_owned();
    Ok(Known(store::all(unit.db(), &area).await?))
}

/// The adjustment of a kind by what the area has set for the first day of a month.
///
/// # Errors
/// When its figures cannot be read.
pub async fn of(unit: &mut Unit, (kind, month): (BenefitKind, Month)) -> Result<Made> {
    let law = unit.law(month.first_day()).await?;
    Ok(Made::of(kind, &law)?)
}

/// Art. 87, Art. 151. The figures of an adjustment stay what they were while it stands: what was told by them rests on them.
pub struct Figures;

#[chassis::async_trait]
impl ParameterGuard for Figures {
    async fn may_change(&self, unit: &mut Unit, name: &str, from: Date) -> Result<()> {
        let area = unit.area().to_owned();
        // Whoever is adjusting comes first.
        store::share(unit.db(), &area).await?;
        for row in known(unit).await?.standing() {
            let kind = BenefitKind::try_from(row.kind).unwrap_or_default();
            let law = unit.law(row.month().first_day()).await?;
            if reckons_with(kind, (name, from), &law) {
                let label = label_of("workinjury.benefit_review.v1.BenefitKind", row.kind);
                return Err(Refused::because(Refusal::AdjustmentFigure)
                    .with("kind", label)
                    .with("document_number", &row.document_number)
                    .with("month", row.month())
                    .into());
            }
        }
        Ok(())
    }

    async fn changed(&self, _unit: &mut Unit, _change: &ParameterChanged) -> Result<()> {
        Ok(())
    }
}

/// All adjustments that stand but one.
///
/// # Errors
/// When their figures cannot be read.
pub async fn without(
    unit: &mut Unit,
    known: &Known,
    but: (BenefitKind, Month),
) -> Result<Adjustments> {
    let mut made = Vec::new();
    for row in known.standing() {
        let kind = BenefitKind::try_from(row.kind).unwrap_or_default();
        if (kind, row.month()) != but {
            let one = of(unit, (kind, row.month())).await?;
            made.push(one.by(&row.document_number));
        }
    }
    Ok(Adjustments::of(made))
}

/// All adjustments that stand.
///
/// # Errors
/// When their figures cannot be read.
pub async fn standing(unit: &mut Unit) -> Result<Adjustments> {
    let known = known(unit).await?;
    let none = (BenefitKind::Unspecified, Month::of(unit.today()));
    without(unit, &known, none).await
}

/// Art. 87. What is told of a claim that was decided, as all adjustments that stand have it. No adjustment takes effect until
/// the transaction ends.
///
/// # Errors
/// When what was told before cannot be read.
pub async fn told(unit: &mut Unit, claim_id: Uuid, told: Vec<Benefit>) -> Result<Vec<Benefit>> {
    if told.iter().all(|one| one.adjusts_by.is_none()) {
        return Ok(told);
    }
    let area = unit.area().to_owned();
    store::share(unit.db(), &area).await?;
    let earlier = store::monthly_of_claim(unit.db(), &area, claim_id).await?;
    standing(unit).await?.told(&earlier, told)
}

/// Art. 87. What all adjustments that stand make of what a decision, not signed yet, awards; `claim_id` is the claim that it
/// decides further.
///
/// # Errors
/// When what was told before cannot be read.
pub async fn shown(
    unit: &mut Unit,
    claim_id: Option<Uuid>,
    decided: Vec<Benefit>,
) -> Result<Vec<AdjustedAward>> {
    if decided.iter().all(|one| one.adjusts_by.is_none()) {
        return Ok(Vec::new());
    }
    let area = unit.area().to_owned();
    let earlier = match claim_id {
        Some(claim_id) => store::monthly_of_claim(unit.db(), &area, claim_id).await?,
        None => Vec::new(),
    };
    let told = standing(unit).await?.told(&earlier, decided)?;
    Ok(told.into_iter().filter_map(adjusted_award).collect())
}

/// What a claim was awarded by the month until now, with all adjustments that stand.
#[derive(Clone, Debug, Default)]
pub struct Had {
    adjustments: Adjustments,
    /// The first month of each kind.
    since: BTreeMap<i32, Month>,
}

impl Had {
    /// What was told of a claim.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn of(unit: &mut Unit, claim_id: Uuid) -> Result<Self> {
        let area = unit.area().to_owned();
        let mut since: BTreeMap<i32, Month> = BTreeMap::new();
        for one in store::monthly_of_claim(unit.db(), &area, claim_id).await? {
            if let Some(from) = stored_month(&one, one.from_month)? {
                let first = since.entry(one.kind).or_insert(from);
                *first = from.min(*first);
            }
        }
        Ok(Self {
            since,
            adjustments: standing(unit).await?,
        })
    }

    /// Art. 87. What an award by the month, decided by some degrees, comes to in a month by all adjustments until then.
    #[must_use]
    pub fn amount(&self, award: &Award, of: &AdjustmentBasis, month: Month) -> Decimal {
        let decided = award.amount.as_ref().and_then(|yuan| yuan.decimal().ok());
        let decided = decided.unwrap_or_default();
        let from = award.from_month.and_then(|from| from.try_into().ok());
        match held(award.benefit(), of) {
            Some(held) => {
                let from = from.unwrap_or(month);
                self.adjusted((award.benefit(), held), (decided, from), month)
            }
            None => decided,
        }
    }

    /// The same of what was decided from a month on.
    #[must_use]
    pub fn adjusted(
        &self,
        (kind, held): (BenefitKind, Held),
        (decided, from): (Decimal, Month),
        month: Month,
    ) -> Decimal {
        let first = self.since.get(&(kind as i32)).copied();
        let since = first.unwrap_or(from).min(from);
        let of = (kind, held);
        self.adjustments.amount(of, (decided, since), month).0
    }
}
