//! Claims of institutions for what they settled online (forms 63-A and 5-5).

use std::collections::HashMap;

use chassis::wire::{day, yuan};
use chassis::{Case, Error, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::benefit_review::v1::{
    Injury, InstitutionClaimForm, MedicalDecision, PayeeKind, Refusal, Settlement,
};
use law::calendar::Term;
use law::{Law, Sheet};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::{groundless, injuries_of, store};
use super::{add, benefits};
use crate::benefit::{self, Claim};

/// Art. 63, Art. 65. What an institution settled online is summed up, signed and told to payment.
pub struct InstitutionClaim;

#[async_trait]
impl Case for InstitutionClaim {
    type Application = InstitutionClaimForm;
    type Decision = MedicalDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.institution_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The bills are there already, line by line.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        let until_on = day(application.until_on)?;
        // Until a day is over, bills of it may come.
        if until_on >= unit.applied_on() {
            return Err(Refused::because(Refusal::ClaimDay)
                .with("until_on", until_on)
                .into());
        }
        let of = (application.institution_id.as_str(), until_on);
        let ids = store::unclaimed(unit.db(), &area, of).await?;
        let mut decision = MedicalDecision {
            payee: PayeeKind::Institution as i32,
            payee_id: application.institution_id.clone(),
            ..MedicalDecision::default()
        };
        let rows = store::encounters(unit.db(), &area, &ids).await?;
        let injuries = injuries_of(unit, &rows).await?;
        let settled = store::last_settlements(unit.db(), &area, &ids).await?;
        let settled: HashMap<Uuid, Settlement> = settled.into_iter().collect();
        for row in &rows {
            let Some(settled) = settled.get(&row.encounter_id) else {
                continue;
            };
            if groundless(injury_of(&injuries, row)?, settled)? {
                let refused = Refused::because(Refusal::BillGroundless);
                return Err(refused.with("encounter_id", row.encounter_id).into());
            }
            add(&mut decision, settled);
        }
        let received_fund = decision
            .fund
            .as_ref()
            .map_or(Ok(Decimal::ZERO), |fund| yuan(Some(fund)))?;
        let fund = yuan(application.fund.as_ref())?;
        if decision.encounters != application.encounters || received_fund != fund {
            return Err(Refused::because(Refusal::InstitutionTotals)
                .with("until_on", until_on)
                .with("received", decision.encounters)
                .with("received_fund", received_fund)
                .with("encounters", application.encounters)
                .with("fund", fund)
                .into());
        }
        let mut sheet = Sheet::new();
        sheet.fact(
            "就诊人次",
            i64::from(decision.encounters),
            "已结算、未申报的就诊",
        );
        sheet.step(
            "基金支付",
            received_fund,
            "各次就诊最后一次结算的基金支付之和",
        );
        decision.worksheet = Some(sheet.result(received_fund).into());
        Ok(decision)
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let of = (
            application.institution_id.as_str(),
            day(application.until_on)?,
        );
        let ids = store::unclaimed(unit.db(), &area, of).await?;
        let rows = store::hold(unit.db(), &area, &ids).await?;
        self.examine_again(unit, &application, &decision).await?;
        let settled = store::last_settlements(unit.db(), &area, &ids).await?;
        let settled: HashMap<Uuid, Settlement> = settled.into_iter().collect();
        let injuries = injuries_of(unit, &rows).await?;
        let mut decided = Vec::new();
        for row in &rows {
            let claim = Claim {
                injury: injury_of(&injuries, row)?,
                claim_id: row.encounter_id,
                payee: PayeeKind::Institution,
                payee_id: &application.institution_id,
                is_difference: false,
            };
            if let Some(settled) = settled.get(&row.encounter_id) {
                decided.extend(benefits(claim, row, settled, None)?);
            }
        }
        store::decided(unit.db(), &area, &ids, case_id).await?;
        benefit::decide(unit, case_id, decided).await
    }
}

/// The injury that a bill treats.
fn injury_of<'a>(
    injuries: &'a HashMap<String, Injury>,
    row: &store::EncounterRow,
) -> Result<&'a Injury> {
    let number = &row.recognition_number;
    let found = injuries.get(number);
    found.ok_or_else(|| Error::not_found("工伤登记", number))
}
