//! What was paid too much and comes back (forms 80-D and 80-E).

use chassis::wire::{day, uuid, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{
    Overpayment, OverpaymentRepaid, PaymentEvent, Refusal, RepaymentDecision, RepaymentForm,
};
use law::calendar::Term;
use law::{Law, Month};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::store::overpayments::{self, NewOverpayment};
use super::super::{rules, runs, store};
use crate::account::{known, store as accounts};

/// Art. 80, Art. 90. Money that came back is booked against what was paid too much, the oldest first.
pub struct Repayment;

#[chassis::async_trait]
impl Case for Repayment {
    type Application = RepaymentForm;
    type Decision = RepaymentDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.payee_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::BankReceipt)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        let (payee_id, today) = (uuid(&application.payee_id)?, unit.today());
        let amount = yuan(application.amount.as_ref())?;
        overpayments::is_new(unit.db(), &area, &application.voucher_number).await?;
        if day(application.received_on)? > unit.applied_on() {
            return Err(Refused::because(Refusal::RepaymentDate).into());
        }
        let rows = accounts::payees_of(unit.db(), &area, &[payee_id]).await?;
        let known = known(unit, &rows).await?.into_iter().next();
        let found = known.filter(|(payee, _)| payee.name == application.payee_name);
        let (payee, own) = found.ok_or_else(|| {
            Refused::because(Refusal::RepaymentTooMuch)
                .with("name", &application.payee_name)
                .with("owed", 0)
        })?;
        let (owed, lines) = rules::repaid(&own, Month::of(today), amount);
        if amount > owed {
            return Err(Refused::because(Refusal::RepaymentTooMuch)
                .with("name", &payee.name)
                .with("owed", owed)
                .into());
        }
        Ok(RepaymentDecision {
            payee_id: application.payee_id.clone(),
            payee_name: payee.name,
            owed_before: Some(owed.into()),
            amount: Some(amount.into()),
            owed_after: Some((owed - amount).into()),
            lines,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        runs::hold(unit).await?;
        self.examine_again(unit, &application, &decision).await?;
        overpayments::repay(unit.db(), &area, case_id, &application).await?;
        let lines: Vec<_> = decision.lines.iter().collect();
        let of = (case_id, Month::of(today), today);
        store::book(unit.db(), &area, of, &lines).await?;
        let payee_id = uuid(&decision.payee_id)?;
        let told = overpayments::told(unit.db(), &area, &[payee_id]).await?;
        let rows = accounts::payees_of(unit.db(), &area, &[payee_id]).await?;
        let mut left = Overpayment {
            payee_id: decision.payee_id.clone(),
            payee: rows.first().map_or(0, |row| row.kind() as i32),
            payee_name: decision.payee_name,
            amount: decision.owed_after,
            run_id: case_id.to_string(),
            found_on: Some(today.into()),
        };
        // What nobody was asked for is not owed by what is left of it either.
        if told.contains_key(&payee_id) {
            let party = rows.first().map(runs::party).unwrap_or_default();
            let overpayment = left.clone();
            let new = [NewOverpayment { overpayment, party }];
            overpayments::insert(unit.db(), &area, &new).await?;
        } else {
            left.amount = Some(Decimal::ZERO.into());
        }
        let what = Some(What::OverpaymentRepaid(OverpaymentRepaid {
            amount: decision.amount,
            received_on: application.received_on,
            voucher_number: application.voucher_number,
            left: Some(left),
        }));
        unit.tell(decision.payee_id, &PaymentEvent { what }).await
    }
}
