//! Runs: mass work over many subjects.
//!
//! A section declares a run by implementing [`Run`]. It is ordered on a form, previewed item by item
//! in the background, signed on its summary (a case whose id is the run's), and takes effect in
//! slices, from the first item not done, whatever stopped in between.

mod rpc;
mod store;
mod work;

pub use rpc::Runs;
pub use work::live_orders;
pub(crate) use work::{drop_run, sweep};

use std::any::Any;

use contracts::form::FormMessage;
use law::Law;
use law::calendar::Term;
use prost::{Message, Name};
use uuid::Uuid;

use self::store::ItemRow;
use crate::case::{Case, Needed};
use crate::{Error, Result, Unit};

/// Mass work over many subjects.
#[tonic::async_trait]
pub trait Run: Send + Sync + 'static {
    /// The form on which a clerk orders the run.
    type Order: FormMessage;
    /// What is computed for one subject.
    type Item: Message + Name + Default;
    /// The form that is signed; its option names who signs.
    type Summary: FormMessage;

    /// What the run is about, such as a month; there is one live run of a kind and subject at a time.
    fn subject(&self, order: &Self::Order) -> String;

    /// The term in which it is to be signed, counted from its order, if any.
    ///
    /// # Errors
    /// When the law of the day does not say.
    fn term(&self, law: &Law) -> Result<Option<Term>>;

    /// May the run be ordered now? Looked at when it is ordered, before its first item, and with the last
    /// signature. Writes nothing.
    ///
    /// # Errors
    /// A refusal goes to whoever orders or signs, or ends the run before its first item.
    async fn admit(&self, _unit: &mut Unit, _order: &Self::Order) -> Result<()> {
        Ok(())
    }

    /// Computes the items of the next slice of subjects after `after`, in the order of their subjects;
    /// none at the end. Writes nothing: a slice is computed while the one before it is being written.
    ///
    /// # Errors
    /// A refusal ends the run and is shown to whoever ordered it.
    async fn preview(
        &self,
        unit: &mut Unit,
        order: &Self::Order,
        after: Option<&str>,
    ) -> Result<Vec<(String, Self::Item)>>;

    /// Adds an item to the summary. Pure: the summary of the same items is the same.
    fn add(&self, summary: &mut Self::Summary, order: &Self::Order, item: &Self::Item);

    /// Writes what the items say and tells it. Runs once for each slice.
    ///
    /// # Errors
    /// An error undoes the slice, and it is tried again later.
    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &Self::Order,
        items: &[(String, Self::Item)],
    ) -> Result<()>;

    /// Writes and tells what concerns the run as a whole, in the transaction of its end.
    ///
    /// # Errors
    /// An error undoes the end, and it is tried again later.
    async fn finish(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &Self::Order,
        summary: &Self::Summary,
    ) -> Result<()>;
}

/// A run whose forms are bytes: what the engine works with.
#[tonic::async_trait]
pub(crate) trait AnyRun: Send + Sync {
    fn order_name(&self) -> String;
    fn item_name(&self) -> String;
    fn summary_name(&self) -> String;
    fn subject(&self, order: &[u8]) -> Result<String>;
    async fn admit(&self, unit: &mut Unit, order: &[u8]) -> Result<()>;
    async fn preview(&self, unit: &mut Unit, state: &mut Preview)
    -> Result<Vec<(String, Vec<u8>)>>;
    /// Reads items as they were kept: all of taking effect that needs no database.
    fn read(&self, items: Vec<ItemRow>) -> Result<Read>;
    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &[u8],
        items: Read,
    ) -> Result<()>;
    async fn finish(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &[u8],
        summary: &[u8],
    ) -> Result<()>;
}

/// Items that a run has read, as only that run knows them.
pub(crate) type Read = Box<dyn Any + Send>;

/// How far a preview is.
#[derive(Clone)]
pub(crate) struct Preview {
    pub order: Vec<u8>,
    pub summary: Vec<u8>,
    pub after: Option<String>,
}

#[tonic::async_trait]
impl<R: Run> AnyRun for R {
    fn order_name(&self) -> String {
        R::Order::full_name()
    }

    fn item_name(&self) -> String {
        R::Item::full_name()
    }

    fn summary_name(&self) -> String {
        R::Summary::full_name()
    }

    fn subject(&self, order: &[u8]) -> Result<String> {
        Ok(Run::subject(self, &R::Order::decode(order)?))
    }

    async fn admit(&self, unit: &mut Unit, order: &[u8]) -> Result<()> {
        Run::admit(self, unit, &R::Order::decode(order)?).await
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        state: &mut Preview,
    ) -> Result<Vec<(String, Vec<u8>)>> {
        let order = R::Order::decode(&*state.order)?;
        if state.after.is_none() {
            Run::admit(self, unit, &order).await?;
        }
        let mut summary = R::Summary::decode(&*state.summary)?;
        let items = Run::preview(self, unit, &order, state.after.as_deref()).await?;
        for (_, item) in &items {
            self.add(&mut summary, &order, item);
        }
        state.summary = summary.encode_to_vec();
        Ok(items
            .into_iter()
            .map(|(subject, item)| (subject, item.encode_to_vec()))
            .collect())
    }

    fn read(&self, items: Vec<ItemRow>) -> Result<Read> {
        let items = items
            .into_iter()
            .map(|row| Ok((row.subject, R::Item::decode(&*row.content)?)))
            .collect::<Result<Vec<(String, R::Item)>>>()?;
        Ok(Box::new(items))
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &[u8],
        items: Read,
    ) -> Result<()> {
        let order = R::Order::decode(order)?;
        let items = items
            .downcast::<Vec<(String, R::Item)>>()
            .map_err(|_| Error::internal("items that another run has read"))?;
        Run::take_effect(self, unit, run_id, &order, &items).await
    }

    async fn finish(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &[u8],
        summary: &[u8],
    ) -> Result<()> {
        let order = R::Order::decode(order)?;
        Run::finish(self, unit, run_id, &order, &R::Summary::decode(summary)?).await
    }
}

/// The case in which a run is signed.
pub(crate) struct RunCase<R>(pub std::sync::Arc<R>);

#[tonic::async_trait]
impl<R: Run> Case for RunCase<R> {
    type Application = R::Order;
    type Decision = R::Summary;

    fn subject(&self, order: &R::Order) -> String {
        Run::subject(&*self.0, order)
    }

    fn term(&self, law: &Law) -> Result<Option<Term>> {
        Run::term(&*self.0, law)
    }

    fn evidence(&self, _order: &R::Order) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(&self, unit: &mut Unit, order: &R::Order) -> Result<R::Summary> {
        let kind = R::Order::full_name();
        let summary = work::summary(unit, &kind, &Run::subject(&*self.0, order)).await?;
        Ok(R::Summary::decode(&*summary)?)
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        order: R::Order,
        _summary: R::Summary,
    ) -> Result<()> {
        Run::admit(&*self.0, unit, &order).await?;
        work::begin_effect(unit, case_id).await
    }
}
