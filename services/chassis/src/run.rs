//! Runs: mass work over many subjects.
//!
//! A section declares a run by implementing [`Run`]. It is ordered on a form, previewed item by item
//! in the background, signed on its summary (a case whose id is the run's), and takes effect in
//! slices, from the first item not done, whatever stopped in between.

mod erased;
mod rpc;
mod slice;
mod store;
mod work;

pub(crate) use erased::AnyRun;
pub use rpc::Runs;
pub use slice::RunSlice;
pub(crate) use work::{drop_run, sweep};
pub use work::{live_orders, signed_orders};

use contracts::form::FormMessage;
use law::Law;
use law::calendar::Term;
use prost::{Message, Name};
use uuid::Uuid;

use crate::case::{Case, Needed};
use crate::{Result, Unit};

/// Mass work over many subjects.
#[tonic::async_trait]
pub trait Run: Send + Sync + 'static {
    /// The form on which a clerk orders the run.
    type Order: FormMessage;
    /// What is computed for one subject.
    type Item: Message + Name + Default;
    /// The form that is signed; its option names who signs.
    type Summary: FormMessage;

    /// Items that take effect in one transaction; fewer where an item is large, since two slices of them are in memory.
    const SLICE: i64 = 5_000;

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

    /// Reads the next slice of subjects after `after`, in their order, to compute an item for each of
    /// them; `None` at the end. Writes nothing: a slice is read while the one before it is computed and
    /// written.
    ///
    /// # Errors
    /// A refusal ends the run and is shown to whoever ordered it.
    async fn preview(
        &self,
        unit: &mut Unit,
        order: &Self::Order,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<Self::Item>>>;

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
