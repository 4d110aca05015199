//! Where somebody is paid (forms 80-B and 80-C).

use chassis::wire::{maybe_uuid, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{
    BankAccount, BankAccountDecision, BankAccountForm, BankAccountKind, BankAccountTold,
    PaymentEvent, Refusal,
};
use law::Law;
use law::calendar::Term;
use law::identity::{BankCardNumber, BankCode};
use uuid::Uuid;

use super::store::bank;
use crate::account;

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
        let (number, bank_code) = numbers(application)?;
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
        bank::insert(unit.db(), &area, &account, (payee.person(), case_id)).await?;
        let payee_id = account.payee_id.clone();
        let what = What::BankAccountTold(BankAccountTold {
            payee_id: account.payee_id,
            bank_account_id: account.bank_account_id,
        });
        unit.tell(payee_id, &PaymentEvent { what: Some(what) })
            .await
    }
}

/// Number of the account and of the bank, as they are kept. A card has a check digit; a passbook has none.
fn numbers(application: &BankAccountForm) -> Result<(String, String), Refused> {
    let wrong =
        |problem: String| Refused::because(Refusal::BankAccountNumber).with("problem", problem);
    let number = match application.kind() {
        BankAccountKind::Passbook | BankAccountKind::Unspecified => application.number.clone(),
        BankAccountKind::Card | BankAccountKind::SocialSecurityCard => {
            let card: Result<BankCardNumber, _> = application.number.parse();
            card.map_err(|error| wrong(error.to_string()))?.to_string()
        }
    };
    let code: Result<BankCode, _> = application.bank_code.parse();
    let code = code.map_err(|error| wrong(error.to_string()))?;
    Ok((number, code.to_string()))
}
