//! Agreements with who carries projects of prevention out (forms 85-C and 85-D).

use chassis::wire::{day, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::PayeeKind;
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::{
    PreventionContract, PreventionContractDecision, PreventionContractForm, PreventionProject,
    Refusal,
};
use law::Law;
use law::calendar::Term;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{checked, hold, keep_account, payee};
use crate::special_fund::rules::{self, Agreed, planned};
use crate::special_fund::store::{agreements, prevention};

/// Art. 85. Who won the procurement, or is qualified, agrees to carry a project of the budget out.
pub struct PreventionAgreement;

#[chassis::async_trait]
impl Case for PreventionAgreement {
    type Application = PreventionContractForm;
    type Decision = PreventionContractDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.contract_number.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![
            Needed::paper(EvidenceKind::ServiceAgreement),
            Needed::paper(EvidenceKind::ContractorProof),
        ]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        agreements::is_new(unit.db(), &area, &application.contract_number).await?;
        let signed_on = day(application.signed_on)?;
        let from_on = day(application.from_on)?;
        let is_in_order = signed_on <= unit.applied_on()
            && signed_on <= from_on
            && from_on <= day(application.until_on)?;
        if !is_in_order {
            return Err(Refused::because(Refusal::PreventionContractDates).into());
        }
        checked(application.account.as_ref(), &application.contractor_name)?;
        let number = application.project_number.as_str();
        let project = project(unit, application).await?;
        let others = agreements::list(unit.db(), &area, application.year, (None, i64::MAX)).await?;
        let others = others.iter().filter(|one| one.project_number == number);
        let before: Decimal = others.map(|one| one.amount).sum();
        let agreed = Agreed {
            budget: planned(&project, 4),
            before,
        };
        rules::agreement(application, agreed)?;
        Ok(PreventionContractDecision {
            year: application.year,
            project_number: project.project_number,
            project_title: project.title,
            contract_number: application.contract_number.clone(),
            contractor_name: application.contractor_name.clone(),
            amount: Some(yuan(application.amount.as_ref())?.into()),
            budget: Some(agreed.budget.into()),
            agreed_before: Some(agreed.before.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        hold(unit).await?;
        self.examine_again(unit, &application, &decision).await?;
        let name = &decision.contractor_name;
        let kind = PayeeKind::PreventionContractor;
        let payee_id = payee(unit, kind, &application.contractor_code, name).await?;
        let account = checked(application.account.as_ref(), name)?;
        let account = keep_account(unit, (payee_id, None), account, case_id).await?;
        let contract = PreventionContract {
            case_id: case_id.to_string(),
            year: decision.year,
            project_number: decision.project_number,
            contract_number: decision.contract_number,
            payee_id: payee_id.to_string(),
            contractor_name: decision.contractor_name,
            amount: decision.amount,
            paid: None,
            signed_on: application.signed_on,
        };
        agreements::keep(unit.db(), &area, &contract, account).await
    }
}

/// The project of the year's budget that is to be carried out.
async fn project(unit: &mut Unit, form: &PreventionContractForm) -> Result<PreventionProject> {
    let area = unit.area().to_owned();
    let budget = prevention::budget(unit.db(), &area, form.year).await?;
    let projects = budget.unwrap_or_default().projects.into_iter();
    let mut own = projects.filter(|one| one.project_number == form.project_number);
    own.next().ok_or_else(|| {
        Refused::because(Refusal::PreventionProjectUnknown)
            .with("year", form.year)
            .with("project_number", &form.project_number)
            .into()
    })
}
