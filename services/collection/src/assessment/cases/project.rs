//! Construction projects (article 31): as first declared, and as they change.

use chassis::{Case, Error, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::{
    ConstructionChangeDeclaration, ConstructionDeclaration, ConstructionTerms, Refusal,
    SpecialAssessmentDecision, SpecialWay,
};
use contracts::common::v1::EvidenceKind;
use law::calendar::Term;
use law::{Law, Month};
use uuid::Uuid;

use super::special_decision::{assess, decide};
use crate::assessment::rules;
use crate::assessment::store;
use crate::base::cases::insured_employer;
use crate::wire;

/// A construction project (表31-A).
pub struct ConstructionProject;

#[async_trait]
impl Case for ConstructionProject {
    type Application = ConstructionDeclaration;
    type Decision = SpecialAssessmentDecision;

    fn subject(&self, application: &ConstructionDeclaration) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &ConstructionDeclaration) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::ProjectContract)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &ConstructionDeclaration,
    ) -> Result<SpecialAssessmentDecision> {
        let (starts_on, ends_on) = (
            wire::day(application.starts_on)?,
            wire::day(application.ends_on)?,
        );
        if ends_on < starts_on {
            return Err(Refused::because(Refusal::ProjectDates).into());
        }
        insured_employer(unit, &application.employer_id, starts_on).await?;
        let law = unit.law(starts_on).await?;
        let due = rules::construction(wire::yuan(application.cost.as_ref())?, &law)?;
        let months = (Month::of(starts_on), Month::of(ends_on));
        let whose = (application.employer_id.as_str(), SpecialWay::Construction);
        Ok(SpecialAssessmentDecision {
            project: Some(ConstructionTerms {
                project_number: application.project_number.clone(),
                project_name: application.project_name.clone(),
                cost: application.cost.clone(),
                starts_on: application.starts_on,
                ends_on: application.ends_on,
                change: 0,
            }),
            ..decide(unit, whose, months, (due, None)).await?
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: ConstructionDeclaration,
        decision: SpecialAssessmentDecision,
    ) -> Result<()> {
        assess(self, unit, case_id, (application, decision)).await
    }
}

/// A construction project whose cost or term changes (表31-E).
pub struct ProjectChange;

#[async_trait]
impl Case for ProjectChange {
    type Application = ConstructionChangeDeclaration;
    type Decision = SpecialAssessmentDecision;

    fn subject(&self, application: &ConstructionChangeDeclaration) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &ConstructionChangeDeclaration) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::ProjectContract)]
    }

    /// Art. 31. What the project costs more is charged at the rate by which it was assessed, in the month
    /// of the change, and what it costs less is taken off; whoever works on it is insured until its new
    /// end.
    async fn examine(
        &self,
        unit: &mut Unit,
        application: &ConstructionChangeDeclaration,
    ) -> Result<SpecialAssessmentDecision> {
        let area = unit.area().to_owned();
        let (employer_id, number) = (&application.employer_id, &application.project_number);
        let today = unit.today();
        insured_employer(unit, employer_id, today).await?;
        let before = store::project(unit.db(), &area, (employer_id, number))
            .await?
            .ok_or_else(|| {
                Refused::because(Refusal::ProjectUnknown).with("project", number.clone())
            })?;
        let (Some(starts_on), Some(ended_on), Some(cost_before)) =
            (before.starts_on, before.ends_on, before.cost)
        else {
            return Err(Error::internal("a construction project without its terms"));
        };
        let (cost, ends_on) = (
            wire::yuan(application.cost.as_ref())?,
            wire::day(application.ends_on)?,
        );
        if (cost, ends_on) == (cost_before, ended_on) {
            return Err(Refused::because(Refusal::ProjectUnchanged)
                .with("project", number.clone())
                .with("cost", cost_before)
                .with("ends_on", ended_on)
                .into());
        }
        if ends_on < starts_on {
            return Err(Refused::because(Refusal::ProjectDates).into());
        }
        if ends_on < ended_on && ends_on < today {
            return Err(Refused::because(Refusal::ProjectShortened)
                .with("project", number.clone())
                .with("today", today)
                .into());
        }
        let law = unit.law(starts_on).await?;
        let due = rules::construction(cost, &law)?;
        let first = Some(before.corrects.unwrap_or(before.case_id));
        let months = (Month::of(starts_on), Month::of(ends_on));
        let whose = (employer_id.as_str(), SpecialWay::Construction);
        let change = before.change.unwrap_or_default() + 1;
        Ok(SpecialAssessmentDecision {
            month: Some(Month::of(today).into()),
            project: Some(ConstructionTerms {
                project_number: number.clone(),
                project_name: before.project_name.unwrap_or_default(),
                cost: Some(cost.into()),
                starts_on: Some(starts_on.into()),
                ends_on: application.ends_on,
                change: u32::try_from(change).map_err(Error::internal)?,
            }),
            ..decide(unit, whose, months, (due, first)).await?
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: ConstructionChangeDeclaration,
        decision: SpecialAssessmentDecision,
    ) -> Result<()> {
        assess(self, unit, case_id, (application, decision)).await
    }
}
