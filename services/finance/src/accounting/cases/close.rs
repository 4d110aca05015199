//! The closing of a month (forms 104-A and 104-B).

use chassis::wire::month;
use chassis::{Case, Needed, Result, Unit, undecided};
use contracts::Refused;
use contracts::finance::v1::{PeriodCloseDecision, PeriodCloseForm, Post, Refusal};
use law::calendar::Term;
use law::{Law, Month};
use uuid::Uuid;

use super::HandVoucher;
use crate::accounting::{rules, store};
use crate::ledger::store::read;
use crate::{duties, ledger};

/// Art. 104. At the end of a month journals, detail ledgers and the general ledger are compared and the month is closed: its
/// balances are carried, and no voucher enters it any more. Months are closed in their turn and stay closed.
pub struct PeriodClose;

#[chassis::async_trait]
impl Case for PeriodClose {
    type Application = PeriodCloseForm;
    type Decision = PeriodCloseDecision;

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
        let (area, today) = (unit.area().to_owned(), unit.today());
        let month = month(application.month)?;
        expect_turn(unit, month).await?;
        if month.last_day() >= today {
            let refused = Refused::because(Refusal::PeriodNotOver);
            return Err(refused.with("month", month).into());
        }
        let cases = undecided::<HandVoucher>(unit, today).await?;
        let own = cases
            .iter()
            .filter(|(_, form)| form.month == Some(month.into()));
        let own = own.count();
        if own > 0 {
            return Err(Refused::because(Refusal::PeriodUndone)
                .with("month", month)
                .with("cases", own)
                .into());
        }
        let books = store::books(unit.db(), &area, month).await?;
        let sums = read::sums(unit.db(), &area, month).await?;
        rules::expect_agreement(month, &books, &sums)?;
        rules::expect_swept(month, &sums)?;
        Ok(PeriodCloseDecision {
            month: application.month,
            vouchers: books.vouchers,
            amount: Some(books.amount.into()),
            accounts: sums.iter().map(|sum| rules::balance(month, sum)).collect(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        duties::expect_signers(unit, case_id, Post::Ledger).await?;
        let (area, today) = (unit.area().to_owned(), unit.today());
        let month = month(application.month)?;
        store::lock(unit.db(), &area, month).await?;
        self.examine_again(unit, &application, &decision).await?;
        let sums = read::sums(unit.db(), &area, month).await?;
        store::carry(unit.db(), &area, month, &sums).await?;
        store::close(unit.db(), &area, month, (today, case_id)).await
    }
}

/// Art. 104. Months are closed one after the other, from the first that has a voucher.
async fn expect_turn(unit: &mut Unit, month: Month) -> Result<()> {
    let area = unit.area().to_owned();
    let open = ledger::first_open(unit).await?;
    if let Some(open) = open.filter(|open| month < *open) {
        return Err(Refused::because(Refusal::PeriodClosed)
            .with("month", month)
            .with("next", open)
            .into());
    }
    let next = match open {
        Some(open) => Some(open),
        None => store::first_month(unit.db(), &area).await?,
    };
    match next {
        Some(next) if next != month => {
            let refused = Refused::because(Refusal::PeriodOutOfTurn);
            Err(refused.with("next", next).into())
        }
        _ => Ok(()),
    }
}
