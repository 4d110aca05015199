//! The hand-over of a paid list.

use chassis::{Case, Error, Needed, OrRefuse, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, PaidList, PaidListHandover, PaidListTaken, PaidRow, Refusal,
};
use contracts::common::v1::BatchState;
use contracts::options::v1::{Caller, Department};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::rules::Mode;
use super::store;
use crate::wire;

/// Art. 32. A paid list with its vouchers, handed over between departments (表3-12).
pub struct Handover;

#[async_trait]
impl Case for Handover {
    type Application = PaidListHandover;
    type Decision = PaidList;

    fn subject(&self, application: &PaidListHandover) -> String {
        application.batch_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &PaidListHandover) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(&self, unit: &mut Unit, application: &PaidListHandover) -> Result<PaidList> {
        let not_done =
            || Refused::because(Refusal::ListNotDone).with("batch_id", &application.batch_id);
        let area = unit.area().to_owned();
        let batch_id = wire::uuid(&application.batch_id)?;
        if store::vouchers(unit.db(), &area, batch_id).await?.is_some() {
            return Err(handed_over(batch_id).into());
        }
        let list = paid_list(unit, batch_id).await?.ok_or_else(not_done)?;
        let in_department = |of| unit.actor().in_department(of);
        if in_department(Department::Finance) && !in_department(Department::Collection) {
            finance_made_it(unit, batch_id).await?;
        }
        Ok(PaidList {
            vouchers: application.vouchers,
            ..list
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: PaidListHandover,
        decision: PaidList,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let batch_id = wire::uuid(&application.batch_id)?;
        store::take(
            unit.db(),
            &area,
            (batch_id, case_id, application.vouchers),
            today,
        )
        .await
        .or_refuse("paid_list_pkey", handed_over(batch_id))?;
        let taken = Happened::PaidListTaken(PaidListTaken {
            paid_list: Some(decision),
        });
        unit.tell(
            application.batch_id,
            &CollectionEvent {
                happened: Some(taken),
            },
        )
        .await
    }
}

fn handed_over(batch_id: Uuid) -> Refused {
    Refused::because(Refusal::ListHandedOver).with("batch_id", batch_id)
}

/// Art. 32. A paid list in sums, once each of its rows is answered.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn paid_list(unit: &mut Unit, batch_id: Uuid) -> Result<Option<PaidList>> {
    let area = unit.area().to_owned();
    let batch = chassis::batch::find::<PaidRow>(unit, batch_id).await?;
    let Some(batch) = batch.filter(|batch| batch.state() == BatchState::Done) else {
        return Ok(None);
    };
    let sums = store::sums(unit.db(), &area, batch_id).await?;
    let vouchers = store::vouchers(unit.db(), &area, batch_id)
        .await?
        .unwrap_or_default();
    Ok(Some(PaidList {
        batch_id: batch.batch_id,
        reference: batch.reference,
        sender: batch.sender,
        rows: batch.received_rows,
        received: batch.received_sum,
        principal: Some(sums.principal.into()),
        late_fee: Some(sums.late_fee.into()),
        suspense: Some(sums.suspense.into()),
        refused_rows: batch.refused_rows,
        refused: batch.refused_sum,
        vouchers: u32::try_from(vouchers).map_err(Error::internal)?,
    }))
}

/// Art. 32. Finance hands over the list that it made, where the agency collects through banks.
async fn finance_made_it(unit: &mut Unit, batch_id: Uuid) -> Result<()> {
    let mode = Mode::of(&unit.law(unit.today()).await?)?;
    let sender = chassis::batch::sender(unit, batch_id).await?;
    if mode == Mode::Agency && sender.caller == Caller::Clerk {
        return Ok(());
    }
    Err(Refused::because(Refusal::ListNotOfFinance)
        .with("batch_id", batch_id)
        .into())
}
