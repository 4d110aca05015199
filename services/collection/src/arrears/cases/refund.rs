//! The credit of an employer that is deregistered.

use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, CreditRefundDecision, CreditRefundForm, CreditRefunded, LedgerAccount,
    LedgerEntryKind, Refusal,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::base::cases::insured_employer;
use crate::ledger::account::accounts;
use crate::ledger::{self, Balance, Posting, Source, SourceKind};
use crate::wire;

/// Art. 37. What is left of a credit that no bill can use any more is paid back; finance is told.
pub struct CreditRefund;

#[async_trait]
impl Case for CreditRefund {
    type Application = CreditRefundForm;
    type Decision = CreditRefundDecision;

    fn subject(&self, application: &CreditRefundForm) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &CreditRefundForm) -> Vec<Needed> {
        vec![Needed::one_of(&[
            EvidenceKind::CancellationNotice,
            EvidenceKind::DissolutionApproval,
        ])]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &CreditRefundForm,
    ) -> Result<CreditRefundDecision> {
        let today = unit.today();
        let employer = insured_employer(unit, &application.employer_id).await?;
        let ended_on = employer
            .ended_on
            .ok_or_else(|| Refused::because(Refusal::StillInsured))?;
        let (mut balances, credit) =
            ledger::balance_and_credit(unit, &employer.employer_id, today).await?;
        balances.retain(Balance::is_open);
        if !balances.is_empty() {
            let (principal, late_fee) = ledger::owed(&balances);
            return Err(Refused::because(Refusal::RefundOwes)
                .with("principal", principal)
                .with("late_fee", late_fee)
                .into());
        }
        if credit <= Decimal::ZERO {
            return Err(no_credit(credit).into());
        }
        Ok(CreditRefundDecision {
            employer_id: employer.employer_id,
            ended_on: Some(ended_on.into()),
            amount: Some(credit.into()),
            payee: application.payee.clone(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: CreditRefundForm,
        decision: CreditRefundDecision,
    ) -> Result<()> {
        let today = unit.today();
        let amount = wire::yuan(decision.amount.as_ref())?;
        let postings = refund(unit, case_id, &application.employer_id, amount).await?;
        ledger::store::post(unit, &postings).await?;
        let refunded = CreditRefunded {
            employer_id: application.employer_id.clone(),
            case_id: case_id.to_string(),
            amount: decision.amount,
            decided_on: Some(today.into()),
            payee: application.payee,
            bank_name: application.bank_name,
            bank_account: application.bank_account,
        };
        let happened = Some(Happened::CreditRefunded(refunded));
        unit.tell(application.employer_id, &CollectionEvent { happened })
            .await
    }
}

/// The entries that take so much, in yuan, out of the credit, the longest held first.
async fn refund(
    unit: &mut Unit,
    case_id: Uuid,
    employer_id: &str,
    amount: Decimal,
) -> Result<Vec<Posting>> {
    let area = unit.area().to_owned();
    ledger::store::lock(unit.db(), &area).await?;
    let lines = ledger::store::lines(unit.db(), &area, &[employer_id.to_owned()]).await?;
    let ledger = accounts(lines).remove(employer_id).unwrap_or_default();
    if ledger.credit() < amount {
        return Err(no_credit(ledger.credit()).into());
    }
    let (mut left, mut postings) = (amount, Vec::new());
    let held = ledger
        .suspense
        .into_iter()
        .filter(|(_, held)| !held.is_zero());
    for (row, ((month, held_from), held)) in (0..).zip(held) {
        let part = held.min(left);
        left -= part;
        if !part.is_zero() {
            postings.push(Posting {
                employer_id: employer_id.to_owned(),
                month,
                account: LedgerAccount::Suspense,
                kind: LedgerEntryKind::Refund,
                amount: part,
                value_on: held_from,
                source: Source {
                    kind: SourceKind::Case,
                    id: case_id,
                    row,
                },
                worksheet: None,
            });
        }
    }
    Ok(postings)
}

fn no_credit(credit: Decimal) -> Refused {
    Refused::because(Refusal::NoCredit).with("credit", credit)
}
