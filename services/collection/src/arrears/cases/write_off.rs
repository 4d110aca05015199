//! The remainder of a bankrupt employer.

use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, PaymentKind, Refusal, RemainderHandedOver, WriteOffForm, WriteOffHandover,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use crate::arrears::rules::not_with_finance;
use crate::arrears::{open_balances, store};
use crate::base::cases::known_employer;
use crate::ledger::{self, late_fee_laws};
use crate::settlement::rules::{Payment, receive};
use crate::{ledger::Source, wire};

/// Art. 37. What the estate of a bankrupt cannot pay goes to finance, which proposes the write-off. What
/// the estate pays still is applied first, in the order of receipts. What is kept back for benefits that the
/// employer itself has to pay is recorded with it, also where nothing is owed.
pub struct WriteOff;

#[async_trait]
impl Case for WriteOff {
    type Application = WriteOffForm;
    type Decision = WriteOffHandover;

    fn subject(&self, application: &WriteOffForm) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &WriteOffForm) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::BankruptcyJudgment)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &WriteOffForm,
    ) -> Result<WriteOffHandover> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        known_employer(unit, &application.employer_id).await?;
        let states = store::open(unit.db(), &area, &application.employer_id).await?;
        not_with_finance(&states)?;
        let mut balances = open_balances(unit, &application.employer_id, today).await?;
        let from_estate = wire::yuan(application.paid_from_estate.as_ref())?;
        if !from_estate.is_zero() {
            balances = remainder(unit, application, from_estate).await?;
        }
        let reserved = wire::yuan(application.reserved_for_benefits.as_ref())?;
        if balances.is_empty() && reserved.is_zero() {
            return Err(Refused::because(Refusal::NoArrears).into());
        }
        let (principal, late_fee) = ledger::owed(&balances);
        Ok(WriteOffHandover {
            employer_id: application.employer_id.clone(),
            months: balances.iter().map(Into::into).collect(),
            principal: Some(principal.into()),
            late_fee: Some(late_fee.into()),
            reserved_for_benefits: application.reserved_for_benefits.clone(),
            as_of: Some(today.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: WriteOffForm,
        decision: WriteOffHandover,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        // What the estate has paid meanwhile is not handed over.
        ledger::store::lock(unit.db(), &area).await?;
        self.examine_again(unit, &application, &decision).await?;
        let employer_id = application.employer_id;
        let balances = &decision.months;
        store::hand_to_finance(unit.db(), &area, (case_id, &employer_id), balances, today).await?;
        let handed_over = RemainderHandedOver {
            employer_id: employer_id.clone(),
            case_id: case_id.to_string(),
            months: decision.months,
            principal: decision.principal,
            late_fee: decision.late_fee,
            reserved_for_benefits: decision.reserved_for_benefits,
            as_of: decision.as_of,
            liquidation_group: application.liquidation_group,
            paid_from_estate: application.paid_from_estate,
            reserve_note: application.reserve_note,
        };
        let happened = Happened::RemainderHandedOver(handed_over);
        unit.tell(
            employer_id,
            &CollectionEvent {
                happened: Some(happened),
            },
        )
        .await
    }
}

/// What is owed once the estate has paid, as if it paid today.
async fn remainder(
    unit: &mut Unit,
    application: &WriteOffForm,
    from_estate: rust_decimal::Decimal,
) -> Result<Vec<ledger::Balance>> {
    let (today, employer_id) = (unit.today(), &application.employer_id);
    let mut ledger = ledger::ledger(unit, employer_id, today).await?;
    let laws = late_fee_laws(unit, ledger.months.values(), today).await?;
    let order = unit
        .law(today)
        .await?
        .text("receipt_order")?
        .value
        .parse()?;
    let payment = Payment {
        employer_id: employer_id.clone(),
        amount: from_estate,
        paid_on: today,
        month: None,
        made_for: PaymentKind::Unspecified,
        source: Source::NOT_BOOKED,
    };
    receive(&mut ledger, &payment, order, &laws)?;
    let mut balances = ledger::in_balances(ledger, today, &laws)?;
    balances.retain(ledger::Balance::is_open);
    Ok(balances)
}
