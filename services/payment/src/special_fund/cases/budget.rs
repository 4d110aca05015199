//! Budgets of prevention (forms 85-A and 85-B).

use std::collections::BTreeMap;

use chassis::wire::day;
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::{
    PreventionBudget, PreventionBudgetDecision, PreventionBudgetForm, Refusal,
};
use law::Law;
use law::calendar::Term;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{first_day, hold, limit};
use crate::special_fund::rules;
use crate::special_fund::store::{agreements, prevention};

/// Art. 85. What is spent on prevention in a year, by the plan and within the limit.
pub struct BudgetOfPrevention;

#[chassis::async_trait]
impl Case for BudgetOfPrevention {
    type Application = PreventionBudgetForm;
    type Decision = PreventionBudgetDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.year.to_string()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![
            Needed::paper(EvidenceKind::PreventionPlan),
            Needed::paper(EvidenceKind::BudgetApproval),
        ]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        let year = application.year;
        if day(application.approved_on)? > unit.applied_on() {
            return Err(Refused::because(Refusal::PreventionBudgetDate).into());
        }
        let mut agreed: BTreeMap<String, Decimal> = BTreeMap::new();
        let all = (None, i64::MAX);
        for one in agreements::list(unit.db(), &area, year, all).await? {
            *agreed.entry(one.project_number).or_default() += one.amount;
        }
        let law = unit.law(first_day(year)).await?;
        let total = rules::projects(year, &application.projects, &agreed, &law)??;
        let worksheet = limit(unit, year).await?;
        rules::within(year, total, worksheet.value)?;
        Ok(PreventionBudgetDecision {
            year,
            projects: application.projects.clone(),
            total: Some(total.into()),
            limit: Some(worksheet.value.into()),
            worksheet: Some(worksheet.into()),
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
        let budget = PreventionBudget {
            case_id: case_id.to_string(),
            year: decision.year,
            plan_number: application.plan_number,
            approval_number: application.approval_number,
            projects: decision.projects,
            total: decision.total,
            limit: decision.limit,
        };
        prevention::keep_budget(unit.db(), &area, &budget).await
    }
}
