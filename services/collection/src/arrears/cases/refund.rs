//! The credit of an employer that is deregistered.

use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, CreditRefundDecision, CreditRefundForm, CreditRefunded, LedgerAccount,
    LedgerEntryKind, Refusal,
};
use contracts::common::v1::EvidenceKind;
use law::calendar::Term;
use law::{Law, Month};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::arrears::store;
use crate::assessment;
use crate::assessment::runs::not_being_assessed;
use crate::base::cases::known_employer;
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

    fn evidence(&self, application: &CreditRefundForm) -> Vec<Needed> {
        let mut needed = vec![Needed::one_of(&[
            EvidenceKind::CancellationNotice,
            EvidenceKind::DissolutionApproval,
        ])];
        if !application.payee.is_empty() {
            needed.push(Needed::one_of(&[
                EvidenceKind::SuccessionProof,
                EvidenceKind::BankruptcyJudgment,
            ]));
        }
        needed
    }

    /// Art. 37. Nothing is left to be assessed, nothing is owed, and a credit is.
    async fn examine(
        &self,
        unit: &mut Unit,
        application: &CreditRefundForm,
    ) -> Result<CreditRefundDecision> {
        let today = unit.today();
        let employer = known_employer(unit, &application.employer_id).await?;
        let ended_on = employer
            .ended_on
            .ok_or_else(|| Refused::because(Refusal::StillInsured))?;
        everything_assessed(unit, &employer.employer_id).await?;
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
            return Err(Refused::because(Refusal::NoCredit)
                .with("credit", credit)
                .into());
        }
        let payee = Some(&application.payee).filter(|payee| !payee.is_empty());
        Ok(CreditRefundDecision {
            employer_id: employer.employer_id,
            ended_on: Some(ended_on.into()),
            amount: Some(credit.into()),
            payee: payee.unwrap_or(&employer.name).clone(),
            bank_name: application.bank_name.clone(),
            bank_account: application.bank_account.clone(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: CreditRefundForm,
        decision: CreditRefundDecision,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        ledger::store::lock(unit.db(), &area).await?;
        everything_assessed(unit, &application.employer_id).await?;
        self.examine_again(unit, &application, &decision).await?;
        let amount = wire::yuan(decision.amount.as_ref())?;
        let postings = refund(unit, case_id, &application.employer_id, amount).await?;
        ledger::store::post(unit, &postings).await?;
        let refunded = CreditRefunded {
            employer_id: application.employer_id.clone(),
            case_id: case_id.to_string(),
            amount: decision.amount,
            decided_on: Some(today.into()),
            payee: decision.payee,
            bank_name: decision.bank_name,
            bank_account: decision.bank_account,
        };
        let happened = Some(Happened::CreditRefunded(refunded));
        unit.tell(application.employer_id, &CollectionEvent { happened })
            .await
    }
}

/// Art. 28. What is still to be assessed, or assessed anew once a month is signed, may use the credit.
async fn everything_assessed(unit: &mut Unit, employer_id: &str) -> Result<()> {
    let (area, present) = (unit.area().to_owned(), Month::of(unit.today()));
    not_being_assessed(unit).await?;
    if let Some((_, told)) = assessment::store::kept(unit.db(), &area, employer_id).await? {
        return Err(Refused::because(Refusal::CorrectionKept)
            .with("told", told)
            .into());
    }
    let of = (employer_id, None);
    let unassessed = store::unassessed_months(unit.db(), &area, of, present).await?;
    match unassessed.first() {
        Some((month, _)) => Err(Refused::because(Refusal::MonthNotAssessed)
            .with("month", month)
            .into()),
        None => Ok(()),
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
    let lines = ledger::store::lines(unit.db(), &area, &[employer_id.to_owned()]).await?;
    let ledger = accounts(lines).remove(employer_id).unwrap_or_default();
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
