//! What is spent on prevention (forms 85-E and 6-2).

use std::collections::BTreeMap;

use chassis::wire::{month, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::benefit_review::v1::PayeeKind;
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::{
    PaymentPurpose, PreventionSpending, PreventionSpendingForm, PreventionStage,
};
use law::Law;
use law::calendar::Term;
use law::money::fen;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Payable, hold, limit, order};
use crate::payroll;
use crate::special_fund::rules::{self, Contract};
use crate::special_fund::store::agreements::{self, ContractRow};
use crate::special_fund::store::prevention;

/// Art. 85, Art. 86. What is applied for by quarters or months is held against the approved budget and handed to finance.
pub struct SpendingOnPrevention;

#[chassis::async_trait]
impl Case for SpendingOnPrevention {
    type Application = PreventionSpendingForm;
    type Decision = PreventionSpending;

    fn subject(&self, application: &Self::Application) -> String {
        application.year.to_string()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let mut claims = application.claims.iter();
        match claims.any(|claim| claim.stage() == PreventionStage::Final) {
            true => vec![Needed::paper(EvidenceKind::AcceptanceReport)],
            false => Vec::new(),
        }
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        let (year, today) = (application.year, unit.applied_on());
        let quarter = rules::quarter(year, month(application.month)?, today)?;
        let rows = agreements::list(unit.db(), &area, year, (None, i64::MAX)).await?;
        let spent: Decimal = rows.iter().map(|one| one.paid).sum();
        let mut agreed = Vec::with_capacity(rows.len());
        for row in rows {
            agreed.push(contract(unit, row).await?);
        }
        let budget = prevention::budget(unit.db(), &area, year).await?;
        let budget = budget.unwrap_or_default();
        let known = (budget.projects.as_slice(), agreed.as_slice());
        let lines = rules::lines(&application.claims, (year, quarter), known, today)?;
        let amounts = lines
            .iter()
            .map(|one| payroll::rules::yuan(one.amount.as_ref()));
        let total: Decimal = amounts.sum();
        let worksheet = limit(unit, year).await?;
        rules::within(year, spent + total, worksheet.value)?;
        Ok(PreventionSpending {
            year,
            month: application.month,
            lines,
            total: Some(total.into()),
            budget: budget.total,
            spent_before: Some(spent.into()),
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
        let (area, today) = (unit.area().to_owned(), unit.today());
        hold(unit).await?;
        self.examine_again(unit, &application, &decision).await?;
        let rows = agreements::list(unit.db(), &area, decision.year, (None, i64::MAX)).await?;
        let rows: BTreeMap<&str, &ContractRow> = rows
            .iter()
            .map(|row| (row.contract_number.as_str(), row))
            .collect();
        let mut payables: BTreeMap<Uuid, Payable> = BTreeMap::new();
        for line in &decision.lines {
            let Some(row) = rows.get(line.contract_number.as_str()) else {
                continue;
            };
            let amount = yuan(line.amount.as_ref())?;
            let own = payables.entry(row.payee_id).or_insert_with(|| Payable {
                payee_id: row.payee_id,
                payee: PayeeKind::PreventionContractor,
                name: row.contractor_name.clone(),
                number: row.contractor_code.clone(),
                bank_account_id: Some(row.bank_account_id),
                amount: Decimal::ZERO,
            });
            own.amount += amount;
        }
        prevention::spend(unit.db(), &area, (case_id, today), &decision).await?;
        let payables = payables.into_values().collect();
        order(unit, case_id, PaymentPurpose::Prevention, payables).await
    }
}

/// An agreement as the rules take it, with the bounds of its prepayment by the day on which it was signed.
async fn contract(unit: &mut Unit, row: ContractRow) -> Result<Contract> {
    let law = unit.law(row.signed_on).await?;
    let bound = |key: &str| -> Result<Decimal> {
        let ratio = law.decimal(&format!("prevention_prepayment.{key}"))?.value;
        Ok(fen(row.amount * ratio))
    };
    Ok(Contract {
        prepayment: (bound("least")?, bound("most")?),
        number: row.contract_number,
        project_number: row.project_number,
        payee_id: row.payee_id,
        contractor_name: row.contractor_name,
        amount: row.amount,
        paid: row.paid,
    })
}
