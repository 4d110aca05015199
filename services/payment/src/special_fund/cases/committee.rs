//! Fees that the appraisal committee is paid (forms 84-A and 84-B).

use chassis::wire::yuan;
use chassis::{Case, Needed, Result, Unit};
use contracts::benefit_review::v1::PayeeKind;
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::{AppraisalFeeDecision, AppraisalFeeForm, PaymentPurpose};
use law::Law;
use law::calendar::Term;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Payable, checked, fees, hold, keep_account, order, payee};
use crate::payroll::rules;
use crate::special_fund::store::appraisals;

/// Art. 84. The committee is paid for what it appraised, each appraisal once and up to the standard.
pub struct AppraisalFees;

#[chassis::async_trait]
impl Case for AppraisalFees {
    type Application = AppraisalFeeForm;
    type Decision = AppraisalFeeDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.committee.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::Invoice)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        checked(application.account.as_ref(), &application.committee)?;
        let fees = fees(unit, &application.claims).await?;
        let amounts = fees.iter().map(|one| rules::yuan(one.amount.as_ref()));
        let total: Decimal = amounts.sum();
        Ok(AppraisalFeeDecision {
            committee: application.committee.clone(),
            persons: i32::try_from(fees.len()).unwrap_or(i32::MAX),
            fees,
            total: Some(total.into()),
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
        hold(unit).await?;
        self.examine_again(unit, &application, &decision).await?;
        let kind = PayeeKind::AppraisalCommittee;
        let at = (case_id, today);
        appraisals::pay(unit.db(), &area, at, (kind, ""), &decision.fees).await?;
        let payee_id = payee(unit, kind, "", &decision.committee).await?;
        let account = checked(application.account.as_ref(), &decision.committee)?;
        let account = keep_account(unit, (payee_id, None), account, case_id).await?;
        let payable = Payable {
            payee_id,
            payee: kind,
            name: decision.committee,
            number: String::new(),
            bank_account_id: Some(account),
            amount: yuan(decision.total.as_ref())?,
        };
        order(unit, case_id, PaymentPurpose::AppraisalFee, vec![payable]).await
    }
}
