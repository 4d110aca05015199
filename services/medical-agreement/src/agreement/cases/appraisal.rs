//! Appraisal of an institution (forms 40-C and 40-D).

use chassis::wire::day;
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    AppraisalDecision, AppraisalForm, InstitutionRated, Refusal,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::{at, rules, store};
use crate::device::store::failed_checks;
use crate::events::tell;

/// Art. 40, Art. 52. An institution is appraised and rated, one for devices also by what checks found.
pub struct InstitutionAppraisal;

#[chassis::async_trait]
impl Case for InstitutionAppraisal {
    type Application = AppraisalForm;
    type Decision = AppraisalDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.institution_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The agency's own findings, item by item on the form.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        let days = (day(application.from_on)?, day(application.until_on)?);
        if days.1 < days.0 || days.1 > unit.applied_on() {
            return Err(Refused::because(Refusal::AppraisalPeriod).into());
        }
        let id = application.institution_id.as_str();
        let row = at(unit, id, application.kind(), days.1).await?;
        let of = (id, application.kind());
        if store::is_appraised(unit.db(), &area, of, days).await? {
            return Err(Refused::because(Refusal::AppraisedBefore).into());
        }
        let points = rules::points(&application.items)?;
        let failed = failed_checks(unit.db(), &area, of, days).await?;
        let law = unit.law(days.1).await?;
        let (rating, sheet) = rules::rating(points, failed, &law)?;
        Ok(AppraisalDecision {
            institution_id: row.institution_id,
            name: row.name,
            kind: application.kind,
            from_on: application.from_on,
            until_on: application.until_on,
            items: application.items.clone(),
            points: sheet.value.normalize().to_string(),
            rating: rating as i32,
            worksheet: Some(sheet.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        _application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        store::keep_appraisal(unit.db(), &area, case_id, &decision).await?;
        let key = decision.institution_id.clone();
        let rated = InstitutionRated {
            appraisal: Some(store::appraisal(case_id, decision)),
        };
        tell(unit, &key, What::InstitutionRated(rated)).await
    }
}
