//! Applications for the use of the fund (forms 7-1, 7-2 and 7-3), which go to the treasury once they are signed.

use chassis::wire::{month, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::finance::v1::{
    FundDrawKind, PreventionUseDecision, PreventionUseForm, Refusal, ReserveUseDecision,
    ReserveUseForm, UseKind, UsePlanDecision, UsePlanForm,
};
use law::calendar::Term;
use law::{Law, Month};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::store::plans;
use crate::duties;
use crate::income::store::draws;
use crate::ledger::chart;
use crate::ledger::store::read::{self, Sum};

/// Art. 95. What the fund will need in a month, once for each.
pub struct UsePlanning;

#[chassis::async_trait]
impl Case for UsePlanning {
    type Application = UsePlanForm;
    type Decision = UsePlanDecision;

    fn subject(&self, application: &Self::Application) -> String {
        let month = application
            .month
            .and_then(|month| Month::try_from(month).ok());
        month.map_or_else(String::new, |month| month.to_string())
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, month) = (unit.area().to_owned(), month(application.month)?);
        if plans::is_known(unit.db(), &area, month).await? {
            let refused = Refused::because(Refusal::UsePlanKnown);
            return Err(refused.with("month", month).into());
        }
        Ok(UsePlanDecision {
            amount: Some(planned(application)?.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        _decision: Self::Decision,
    ) -> Result<()> {
        duties::expect_signers(unit, case_id, contracts::finance::v1::Post::Ledger).await?;
        let (area, today) = (unit.area().to_owned(), unit.today());
        let of = (case_id, UseKind::Month, Some(month(application.month)?));
        plans::insert(unit.db(), &area, of, (planned(&application)?, today)).await
    }
}

fn planned(application: &UsePlanForm) -> Result<Decimal> {
    let optional =
        |money: Option<&contracts::Money>| money.map_or(Ok(Decimal::ZERO), |one| yuan(Some(one)));
    Ok(yuan(application.benefits.as_ref())?
        + optional(application.transfers.as_ref())?
        + optional(application.other.as_ref())?)
}

/// Art. 98. The reserve is for benefits of a great accident that the balance does not cover.
pub struct ReserveUse;

#[chassis::async_trait]
impl Case for ReserveUse {
    type Application = ReserveUseForm;
    type Decision = ReserveUseDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.accident.chars().take(60).collect()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (amount, benefits) = (
            yuan(application.amount.as_ref())?,
            yuan(application.benefits.as_ref())?,
        );
        let (money, reserve) = funds(unit).await?;
        let left = money - reserve;
        if left >= benefits || amount > reserve || amount > benefits - left {
            return Err(Refused::because(Refusal::ReserveNotNeeded)
                .with("left", left)
                .with("reserve", reserve)
                .with("benefits", benefits)
                .into());
        }
        Ok(ReserveUseDecision {
            amount: Some(amount.into()),
            at_hand: Some(reserve.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        duties::expect_signers(unit, case_id, contracts::finance::v1::Post::Ledger).await?;
        self.examine_again(unit, &application, &decision).await?;
        let (area, today) = (unit.area().to_owned(), unit.today());
        let amount = yuan(application.amount.as_ref())?;
        plans::insert(
            unit.db(),
            &area,
            (case_id, UseKind::Reserve, None),
            (amount, today),
        )
        .await
    }
}

/// All money of the fund, and what of it is reserve.
async fn funds(unit: &mut Unit) -> Result<(Decimal, Decimal)> {
    let (area, month) = (unit.area().to_owned(), Month::of(unit.today()));
    let sums = read::sums(unit.db(), &area, month).await?;
    let of = |codes: &[&str]| -> Decimal {
        let own = sums.iter().filter(|sum| codes.contains(&&*sum.account));
        own.map(Sum::closing).sum()
    };
    Ok((of(&chart::MONEY), -of(&[chart::RESERVE])))
}

/// Art. 99. Prevention spends what was drawn for it.
pub struct PreventionUse;

#[chassis::async_trait]
impl Case for PreventionUse {
    type Application = PreventionUseForm;
    type Decision = PreventionUseDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.project.chars().take(60).collect()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        let amount = yuan(application.amount.as_ref())?;
        let drawn = draws::drawn_of(unit.db(), &area, FundDrawKind::Prevention).await?;
        let left = drawn - plans::approved(unit.db(), &area, UseKind::Prevention).await?;
        if amount > left {
            return Err(Refused::because(Refusal::PreventionUsedUp)
                .with("left", left)
                .with("amount", amount)
                .into());
        }
        Ok(PreventionUseDecision {
            amount: Some(amount.into()),
            at_hand: Some(left.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        duties::expect_signers(unit, case_id, contracts::finance::v1::Post::Ledger).await?;
        self.examine_again(unit, &application, &decision).await?;
        let (area, today) = (unit.area().to_owned(), unit.today());
        let amount = yuan(application.amount.as_ref())?;
        let of = (case_id, UseKind::Prevention, None);
        plans::insert(unit.db(), &area, of, (amount, today)).await
    }
}
