//! Pre-enrolments become enrolments in the next declaration window.

use chassis::{Result, Run, RunSlice, Unit};
use contracts::Refused;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    PreEnrolmentConfirmed, PreEnrolmentRunItem, PreEnrolmentRunOrder, PreEnrolmentRunSummary,
    Refusal, RegistrationEvent,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::{store, window};
use chassis::wire::{add, month};

/// Employers in a slice of the preview.
const SLICE: i64 = 1_000;

/// Art. 10. Pre-enrolments become enrolments in the declaration window of a month.
pub struct PreEnrolment;

#[chassis::async_trait]
impl Run for PreEnrolment {
    type Order = PreEnrolmentRunOrder;
    type Item = PreEnrolmentRunItem;
    type Summary = PreEnrolmentRunSummary;

    fn subject(&self, order: &Self::Order) -> String {
        month(order.month).map_or_else(|_| String::new(), |month| month.to_string())
    }

    /// The window in which it is to be signed ends on a day, however late it was ordered: see `admit`.
    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// Art. 10. While the window is open: what is enrolled today enters the declaration of this month.
    async fn admit(&self, unit: &mut Unit, order: &Self::Order) -> Result<()> {
        let month = month(order.month)?;
        let (this, declared) = window::months(unit, unit.today()).await?;
        if month != this || declared != this {
            return Err(Refused::because(Refusal::PreEnrolmentMonth)
                .with("month", month)
                .into());
        }
        Ok(())
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &Self::Order,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<Self::Item>>> {
        let (area, month) = (unit.area().to_owned(), month(order.month)?);
        let employers = store::awaiting_employers(unit.db(), &area, month, after, SLICE).await?;
        let item = |row: store::AwaitingEmployer| PreEnrolmentRunItem {
            employer_id: row.employer_id,
            name: row.name,
            persons: u32::try_from(row.persons).unwrap_or_default(),
            wages: Some(row.wages.into()),
        };
        let items = employers
            .into_iter()
            .map(|row| (row.employer_id.clone(), item(row)));
        Ok(RunSlice::of(items.collect()))
    }

    fn add(&self, summary: &mut Self::Summary, order: &Self::Order, item: &Self::Item) {
        summary.month = order.month;
        summary.employers += 1;
        summary.persons += item.persons;
        add(&mut summary.wages, item.wages.as_ref());
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        _run_id: Uuid,
        order: &Self::Order,
        items: &[(String, Self::Item)],
    ) -> Result<()> {
        let (area, month) = (unit.area().to_owned(), month(order.month)?);
        let employers: Vec<&str> = items
            .iter()
            .map(|(employer_id, _)| employer_id.as_str())
            .collect();
        let confirmed = store::confirm(unit.db(), &area, month, &employers).await?;
        let events = confirmed.into_iter().map(|row| {
            let key = row.employer_id.clone();
            let confirmed = PreEnrolmentConfirmed {
                enrolment_id: row.enrolment_id.to_string(),
                employer_id: row.employer_id,
                person_id: row.person_id.to_string(),
                declared_month: Some(month.into()),
            };
            (
                key,
                RegistrationEvent {
                    what: Some(What::PreEnrolmentConfirmed(confirmed)),
                },
            )
        });
        unit.tell_all(events).await
    }

    async fn finish(
        &self,
        _unit: &mut Unit,
        _run_id: Uuid,
        _order: &Self::Order,
        _summary: &Self::Summary,
    ) -> Result<()> {
        Ok(())
    }
}
