//! Change and supplement of an agreement (forms 38-C and 38-D).

use chassis::wire::{day, maybe_day};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    AgreementChangeDecision, AgreementChangeForm, AgreementChangeItem, AgreementChanged,
    AgreementEnd, Refusal,
};
use law::Law;
use law::calendar::Term;
use time::Date;
use uuid::Uuid;

use super::super::{at, rules, store};
use crate::agreement::store::AgreementRow;
use crate::events::tell;

/// Art. 38. Both sides change an agreement, or add to it.
pub struct AgreementChange;

#[chassis::async_trait]
impl Case for AgreementChange {
    type Application = AgreementChangeForm;
    type Decision = AgreementChangeDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.institution_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// What both sides have settled, and the licence where it says something new.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let licence = application
            .facts
            .as_ref()
            .map(|_| EvidenceKind::PracticeLicence);
        let papers = std::iter::once(EvidenceKind::ServiceAgreement).chain(licence);
        papers.map(Needed::paper).collect()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let row = changing(unit, application).await?;
        rules::may_refer(application.kind(), application.refers.unwrap_or_default())?;
        rules::rates_once(&rules::case_rates(&row, application))?;
        let area = unit.area().to_owned();
        let facts = store::open_facts(unit.db(), &area, &row.institution_id).await?;
        let mut items = rules::changed_terms(&row, application)?;
        if let (Some(before), Some(after)) = (&facts, &application.facts) {
            items.extend(rules::changed_facts(before, after));
        }
        if let Some(ends_on) = maybe_day(application.ends_on) {
            // What was ended with notice, or by audit, is not extended: that takes another agreement.
            if row.end_kind != AgreementEnd::Unspecified as i32 {
                return Err(Refused::because(Refusal::EndOfTerm)
                    .with("ends_on", ends_on)
                    .into());
            }
            if ends_on <= row.ends_on {
                let refused = Refused::because(Refusal::NotExtended);
                return Err(refused.with("ends_on", ends_on).into());
            }
            let licence = application.facts.as_ref().or(facts.as_ref());
            if let Some(seen) = licence {
                rules::licensed_until(ends_on, day(seen.licence_valid_until_on)?)?;
            }
            items.push(AgreementChangeItem {
                item: "协议终止日期".to_owned(),
                before: row.ends_on.to_string(),
                after: ends_on.to_string(),
            });
        }
        if items.is_empty() {
            return Err(Refused::because(Refusal::NothingChanges).into());
        }
        Ok(AgreementChangeDecision {
            institution_id: row.institution_id.clone(),
            name: row.name.clone(),
            agreement_id: row.agreement_id.to_string(),
            effective_on: application.effective_on,
            items,
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
        self.examine_again(unit, &application, &decision).await?;
        let row = changing(unit, &application).await?;
        let (id, effective_on) = (row.institution_id.as_str(), day(application.effective_on)?);
        if let Some(ends_on) = maybe_day(application.ends_on) {
            store::extend(unit.db(), &area, row.agreement_id, ends_on).await?;
        }
        if !rules::changed_terms(&row, &application)?.is_empty() {
            let clauses = rules::amended(&row.clauses(), &application.clauses)?;
            let terms = store::Terms {
                agreement_id: row.agreement_id,
                institution_id: id,
                effective_on,
                clauses: &clauses,
                notice_days: rules::notice_days(&row, &application),
                refers: application.refers.unwrap_or(row.refers),
                case_rates: &rules::case_rates(&row, &application),
                case_id,
            };
            store::keep_terms(unit.db(), &area, &terms).await?;
        }
        if let Some(facts) = &application.facts {
            let of = (id, effective_on);
            store::keep_facts(unit.db(), &area, of, facts, case_id).await?;
        }
        let agreement = store::agreement(unit.db(), &area, row.agreement_id, effective_on).await?;
        let changed = AgreementChanged {
            agreement: Some(agreement),
            facts: store::open_facts(unit.db(), &area, id).await?,
            effective_on: application.effective_on,
        };
        tell(unit, id, What::AgreementChanged(changed)).await
    }
}

/// The agreement on the day from which it changes: not before the day of the application, nor before its
/// last change.
async fn changing(unit: &mut Unit, form: &AgreementChangeForm) -> Result<AgreementRow> {
    let (area, effective_on) = (unit.area().to_owned(), day(form.effective_on)?);
    let row = at(unit, &form.institution_id, form.kind(), effective_on).await?;
    let last_on: Date = store::last_terms_on(unit.db(), &area, row.agreement_id).await?;
    if effective_on < unit.applied_on() || effective_on < last_on {
        let refused = Refused::because(Refusal::ChangeDate);
        return Err(refused.with("effective_on", effective_on).into());
    }
    Ok(row)
}
