//! The remainder of a bankrupt employer is written off, or not (forms 37-E and 37-F).

use chassis::wire::day;
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::collection::v1::RemainderHandedOver;
use contracts::finance::v1::finance_event::Happened;
use contracts::finance::v1::{
    FinanceEvent, Refusal, WriteOffApproved, WriteOffDecision, WriteOffDeclined, WriteOffForm,
    WrittenOffMonth,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::store;

/// Art. 37, Art. 100. Who approves it decides outside; what was decided is signed here, and collection hears of it.
pub struct WriteOff;

#[chassis::async_trait]
impl Case for WriteOff {
    type Application = WriteOffForm;
    type Decision = WriteOffDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.case_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let decided_on = day(application.decided_on)?;
        if decided_on > unit.today() {
            let refused = Refused::because(Refusal::WriteOffDate);
            return Err(refused.with("date", decided_on).into());
        }
        let said = match application.approved {
            true => &application.document_number,
            false => &application.reasons,
        };
        if said.is_empty() {
            return Err(Refused::because(Refusal::WriteOffReasons).into());
        }
        let remainder = open(unit, application).await?;
        Ok(WriteOffDecision {
            employer_id: remainder.employer_id.clone(),
            approved: application.approved,
            months: months(&remainder),
            principal: remainder.principal,
            late_fee: remainder.late_fee,
            as_of: remainder.as_of,
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
        let of = chassis::wire::uuid(&application.case_id)?;
        store::answer(unit.db(), &area, of, (case_id, application.approved)).await?;
        let employer_id = decision.employer_id.clone();
        let happened = match application.approved {
            true => Happened::WriteOffApproved(WriteOffApproved {
                employer_id: decision.employer_id,
                case_id: application.case_id,
                as_of: decision.as_of,
                document_number: application.document_number,
                approved_on: application.decided_on,
                months: decision.months,
            }),
            false => Happened::WriteOffDeclined(WriteOffDeclined {
                employer_id: decision.employer_id,
                case_id: application.case_id,
                reasons: application.reasons,
                decided_on: application.decided_on,
            }),
        };
        let event = FinanceEvent {
            happened: Some(happened),
        };
        unit.tell(employer_id, &event).await
    }
}

/// What was handed over in a case and nobody has answered.
async fn open(unit: &mut Unit, application: &WriteOffForm) -> Result<RemainderHandedOver> {
    let area = unit.area().to_owned();
    let case_id = chassis::wire::uuid(&application.case_id)?;
    let found = store::open_remainder(unit.db(), &area, case_id).await?;
    found.ok_or_else(|| {
        Refused::because(Refusal::RemainderUnknown)
            .with("case_id", &application.case_id)
            .into()
    })
}

fn months(remainder: &RemainderHandedOver) -> Vec<WrittenOffMonth> {
    let each = remainder.months.iter().map(|one| WrittenOffMonth {
        month: one.month,
        principal: one.unpaid.clone(),
        late_fee: one.late_fee_unpaid.clone(),
    });
    each.collect()
}
