//! Vouchers by hand (forms 101-A and 101-B).

use chassis::wire::{day, month};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::finance::v1::{HandVoucherDecision, HandVoucherForm, Post, Refusal, SourceDocument};
use law::calendar::Term;
use law::{Law, Month};
use uuid::Uuid;

use super::expect_open;
use crate::ledger::{self, Draft, rules, store};
use crate::{accounting, duties};

/// Art. 101, Art. 102. What no rule posts is written by one and reviewed by others.
pub struct HandVoucher;

#[chassis::async_trait]
impl Case for HandVoucher {
    type Application = HandVoucherForm;
    type Decision = HandVoucherDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.document_number.clone()
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
        let draft = draft(unit, application)?;
        let own = month(application.month)?;
        expect_open(unit, own).await?;
        if own > Month::of(unit.today()) {
            let refused = Refused::because(Refusal::PeriodToCome);
            return Err(refused.with("month", own).into());
        }
        let area = unit.area().to_owned();
        let known = store::entered(unit.db(), &area, std::slice::from_ref(&draft)).await?;
        if let Some((_, place)) = known.first() {
            return Err(accounting::rules::entered(&draft, *place).into());
        }
        Ok(HandVoucherDecision {
            month: application.month,
            kind: rules::kind(&draft.lines) as i32,
            lines: rules::wire(&draft.lines),
            amount: Some(draft.amount().into()),
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
        self.examine_again(unit, &application, &decision).await?;
        let draft = draft(unit, &application)?;
        ledger::post(unit, &[draft]).await.map(drop)
    }
}

fn draft(unit: &Unit, application: &HandVoucherForm) -> Result<Draft> {
    let document_on = day(application.document_on)?;
    accounting::rules::expect_come(document_on, unit.today())?;
    Ok(Draft {
        document: SourceDocument::ByHand,
        document_number: application.document_number.clone(),
        document_on,
        asked: Some(month(application.month)?),
        summary: application.summary.clone(),
        lines: rules::written(&application.lines, document_on)?,
        corrects: None,
        made_by: unit.actor().name.clone(),
    })
}
