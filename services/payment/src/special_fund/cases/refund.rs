//! Fees that somebody gets back who paid them (forms 84-C and 84-D).

use chassis::wire::{uuid, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::PayeeKind;
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::{
    AppraisalFeeRefundDecision, AppraisalFeeRefundForm, PaymentPurpose, Refusal,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::{Payable, checked, fees, hold, keep_account, order, payee};
use crate::account::store as accounts;
use crate::special_fund::rules;
use crate::special_fund::store::appraisals;

/// Art. 84. What the employer or the injured employee paid is paid back, up to the standard.
pub struct AppraisalFeeRefund;

#[chassis::async_trait]
impl Case for AppraisalFeeRefund {
    type Application = AppraisalFeeRefundForm;
    type Decision = AppraisalFeeRefundDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
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
        let area = unit.area().to_owned();
        unit.look_as_the_agency().await?;
        let claim = application.claim.clone().unwrap_or_default();
        let number = claim.conclusion_number.clone();
        let fee = fees(unit, &[claim]).await?.into_iter().next();
        let by = (
            uuid(&application.person_id)?,
            application.employer_id.as_str(),
        );
        for (_, appraised) in appraisals::appraised(unit.db(), &area, &[&number]).await? {
            rules::payer(&appraised, by, &number)?;
        }
        let payee = match application.employer_id.is_empty() {
            true => PayeeKind::Person,
            false => PayeeKind::Employer,
        };
        let known = known_account(unit, application).await?;
        let is_needed = payee == PayeeKind::Person && known.is_none();
        if is_needed != application.account.is_some() {
            return Err(Refused::because(Refusal::AccountMissing).into());
        }
        let name = fee.as_ref().map_or("", |fee| fee.name.as_str());
        if is_needed {
            checked(application.account.as_ref(), name)?;
        }
        Ok(AppraisalFeeRefundDecision {
            payee: payee as i32,
            employer_id: application.employer_id.clone(),
            fee,
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
        let fee = decision.fee.clone().unwrap_or_default();
        let kind = decision.payee();
        let of = (kind, decision.employer_id.as_str());
        let fees = std::slice::from_ref(&fee);
        appraisals::pay(unit.db(), &area, (case_id, today), of, fees).await?;
        let known = known_account(unit, &application).await?;
        let (number, name) = match kind {
            PayeeKind::Person => (fee.person_id.as_str(), fee.name.as_str()),
            _ => (decision.employer_id.as_str(), ""),
        };
        let payee_id = payee(unit, kind, number, name).await?;
        let account = match (kind, known) {
            (PayeeKind::Person, None) => {
                let account = checked(application.account.as_ref(), name)?;
                let of = (payee_id, Some(uuid(&fee.person_id)?));
                Some(keep_account(unit, of, account, case_id).await?)
            }
            (_, known) => known,
        };
        let payable = Payable {
            payee_id,
            payee: kind,
            name: name.to_owned(),
            number: number.to_owned(),
            bank_account_id: account,
            amount: yuan(fee.amount.as_ref())?,
        };
        order(unit, case_id, PaymentPurpose::AppraisalFee, vec![payable]).await
    }
}

/// Where the injured employee who paid is paid otherwise; none of an employer.
async fn known_account(
    unit: &mut Unit,
    application: &AppraisalFeeRefundForm,
) -> Result<Option<Uuid>> {
    let area = unit.area().to_owned();
    if !application.employer_id.is_empty() {
        return Ok(None);
    }
    let person_id = uuid(&application.person_id)?;
    let payee = accounts::payee_of(unit.db(), &area, person_id, None).await?;
    let Some(payee) = payee else {
        return Ok(None);
    };
    let known = accounts::bank_accounts_of(unit.db(), &area, &[payee.payee_id]).await?;
    Ok(known.into_iter().next().map(|(_, account)| account))
}
