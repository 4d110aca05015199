//! A list is put in force (forms 43-A and 43-B).

use chassis::wire::{count, day};
use chassis::{Case, Needed, Result, Unit, batch};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    CatalogueDecision, CatalogueDifferences, CatalogueForm, CatalogueItem, CatalogueSet, Refusal,
};
use law::Law;
use law::calendar::{Term, add_days};
use uuid::Uuid;

use super::store::{self, NewVersion};
use super::{rules, whole_list};
use crate::events::tell;

/// Art. 43, Art. 51. A catalogue is in force as a list has it, from a day on.
pub struct CatalogueAdjustment;

#[chassis::async_trait]
impl Case for CatalogueAdjustment {
    type Application = CatalogueForm;
    type Decision = CatalogueDecision;

    fn subject(&self, application: &Self::Application) -> String {
        rules::kind_label(application.kind)
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::CatalogueDocument)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, kind) = (unit.area().to_owned(), application.kind());
        let effective_on = day(application.effective_on)?;
        let retroactive = effective_on < unit.applied_on();
        if retroactive && !application.retroactive {
            let refused = Refused::because(Refusal::CatalogueBackdated);
            return Err(refused.with("effective_on", effective_on).into());
        }
        let list_id = whole_list(unit, &application.batch_id, kind).await?;
        if store::is_set(unit.db(), &area, kind, effective_on).await? {
            return Err(rules::set_before(kind, effective_on).into());
        }
        let eve = add_days(effective_on, -1);
        let former = store::in_force(unit.db(), &area, kind, eve).await?;
        let lists = (former.as_ref().map(|former| former.list_id), list_id);
        let differences = store::count_differences(unit.db(), &area, lists).await?;
        let law = unit.law(effective_on).await?;
        let share = law.decimal("catalogue_removal_ratio")?.value;
        rules::removals(&differences, application.removed, share)?;
        Ok(CatalogueDecision {
            kind: application.kind,
            title: application.title.clone(),
            document_number: application.document_number.clone(),
            effective_on: application.effective_on,
            retroactive,
            list_id: list_id.to_string(),
            items: items(&differences),
            former_effective_on: former.map(|former| former.effective_on.into()),
            differences: Some(differences),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, kind) = (unit.area().to_owned(), decision.kind());
        self.examine_again(unit, &application, &decision).await?;
        let effective_on = day(decision.effective_on)?;
        let version = NewVersion {
            kind,
            effective_on,
            list_id: batch::expect_done::<CatalogueItem>(unit, &decision.list_id).await?,
            items: decision.items,
            title: &decision.title,
            document_number: &decision.document_number,
            case_id,
        };
        store::set(unit.db(), &area, &version).await?;
        let retroactive = effective_on < unit.today();
        let what = What::CatalogueSet(CatalogueSet {
            kind: decision.kind,
            effective_on: decision.effective_on,
            list_id: decision.list_id,
            items: decision.items,
            retroactive,
            case_id: case_id.to_string(),
        });
        tell(unit, kind.as_str_name(), what).await
    }
}

/// Items of the new list.
fn items(differences: &CatalogueDifferences) -> u32 {
    let of = [
        differences.added,
        differences.changed,
        differences.unchanged,
    ];
    count(of.into_iter().map(u64::from).sum::<u64>())
}
