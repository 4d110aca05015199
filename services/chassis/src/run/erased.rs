//! Runs as the engine works with them: their forms are bytes.

use std::any::Any;

use prost::{Message, Name};
use uuid::Uuid;

use super::store::ItemRow;
use super::{Run, RunSlice};
use crate::{Error, Result, Unit};

/// What only the run itself knows the type of: a slice to compute, or items that it has read.
pub type Opaque = Box<dyn Any + Send>;

/// A slice of a preview, with its last subject.
pub struct Slice {
    pub last: String,
    pub compute: Opaque,
}

/// A slice that is computed.
pub struct Computed {
    pub subjects: Vec<String>,
    pub contents: Vec<Vec<u8>>,
    /// The summary with these items.
    pub summary: Vec<u8>,
}

/// A run whose forms are bytes.
#[tonic::async_trait]
pub trait AnyRun: Send + Sync {
    fn slice(&self) -> i64;
    fn order_name(&self) -> String;
    fn item_name(&self) -> String;
    fn summary_name(&self) -> String;
    fn subject(&self, order: &[u8]) -> Result<String>;
    async fn admit(&self, unit: &mut Unit, order: &[u8]) -> Result<()>;
    async fn preview(
        &self,
        unit: &mut Unit,
        order: &[u8],
        after: Option<&str>,
    ) -> Result<Option<Slice>>;
    /// Computes what was read and adds it to the summary: all of a preview that needs no database.
    fn compute(&self, order: &[u8], summary: &[u8], slice: Opaque) -> Result<Computed>;
    /// Reads items as they were kept: all of taking effect that needs no database.
    fn read(&self, items: Vec<ItemRow>) -> Result<Opaque>;
    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &[u8],
        items: Opaque,
    ) -> Result<()>;
    async fn finish(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &[u8],
        summary: &[u8],
    ) -> Result<()>;
}

#[tonic::async_trait]
impl<R: Run> AnyRun for R {
    fn slice(&self) -> i64 {
        R::SLICE
    }

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
        order: &[u8],
        after: Option<&str>,
    ) -> Result<Option<Slice>> {
        let order = R::Order::decode(order)?;
        if after.is_none() {
            Run::admit(self, unit, &order).await?;
        }
        let slice = Run::preview(self, unit, &order, after).await?;
        Ok(slice.map(|slice| Slice {
            last: slice.last().to_owned(),
            compute: Box::new(slice),
        }))
    }

    fn compute(&self, order: &[u8], summary: &[u8], slice: Opaque) -> Result<Computed> {
        let order = R::Order::decode(order)?;
        let mut summary = R::Summary::decode(summary)?;
        let items = own::<RunSlice<R::Item>>(slice)?.compute()?;
        for (_, item) in &items {
            self.add(&mut summary, &order, item);
        }
        let encoded = |(subject, item): (String, R::Item)| (subject, item.encode_to_vec());
        let (subjects, contents) = items.into_iter().map(encoded).unzip();
        Ok(Computed {
            subjects,
            contents,
            summary: summary.encode_to_vec(),
        })
    }

    fn read(&self, items: Vec<ItemRow>) -> Result<Opaque> {
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
        items: Opaque,
    ) -> Result<()> {
        let order = R::Order::decode(order)?;
        let items = own::<Vec<(String, R::Item)>>(items)?;
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

fn own<T: 'static>(opaque: Opaque) -> Result<T> {
    let own = opaque.downcast::<T>();
    let of_another = |_| Error::internal("a slice that another run has read");
    Ok(*own.map_err(of_another)?)
}
