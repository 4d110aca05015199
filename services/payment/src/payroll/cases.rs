//! Where somebody is paid (forms 80-B and 80-C), and what comes back.

mod repayment;

pub use repayment::Repayment;

use chassis::wire::{maybe_uuid, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::{
    BankAccount, BankAccountDecision, BankAccountForm, BankAccountKind, Refusal,
};
use contracts::reflect::label_of;
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::store::bank;
use crate::account;
use crate::account::rules::bank_numbers;

/// Art. 80. An injured employee or a relative is paid to an own account; the one told last stands.
pub struct BankAccountChange;

#[chassis::async_trait]
impl Case for BankAccountChange {
    type Application = BankAccountForm;
    type Decision = BankAccountDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::IdentityCard)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        unit.look_as_the_agency().await?;
        let named = maybe_uuid(&application.payee_id)?;
        let payee = account::payee(unit, uuid(&application.person_id)?, named).await?;
        if application.holder != payee.name {
            return Err(Refused::because(Refusal::BankAccountHolder)
                .with("holder", &application.holder)
                .with("name", &payee.name)
                .into());
        }
        if application.kind() == BankAccountKind::Organisation {
            let label = label_of("workinjury.payment.v1.BankAccountKind", application.kind);
            let refused = Refused::because(Refusal::BankAccountNumber);
            return Err(refused
                .with("problem", format!("本人的账户不能是{label}"))
                .into());
        }
        let (number, bank_code) = bank_numbers(
            application.kind(),
            &application.number,
            &application.bank_code,
        )?;
        let before = bank::list(unit.db(), &area, Some(payee.payee_id), (None, 1)).await?;
        let before = before.into_iter().next();
        Ok(BankAccountDecision {
            payee_id: payee.payee_id.to_string(),
            payee_name: payee.name,
            kind: application.kind,
            number,
            bank_name: application.bank_name.clone(),
            bank_code,
            bank_name_before: before.map_or_else(String::new, |row| row.bank_name),
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
        let account = BankAccount {
            bank_account_id: Uuid::now_v7().to_string(),
            payee_id: decision.payee_id,
            kind: decision.kind,
            number: decision.number,
            holder: application.holder,
            bank_name: decision.bank_name,
            bank_code: decision.bank_code,
            from_on: Some(today.into()),
        };
        let named = maybe_uuid(&application.payee_id)?;
        let payee = account::payee(unit, uuid(&application.person_id)?, named).await?;
        bank::insert(unit.db(), &area, &account, (payee.person(), case_id)).await
    }
}
