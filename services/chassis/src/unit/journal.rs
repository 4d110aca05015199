//! The journal: one row for each change, the idempotency record and the audit trail in one.

pub mod rpc;

use std::collections::HashMap;

use contracts::common::v1::Refusal;
use contracts::{ChangeRequest, Refused, reflect};
use prost::{Message, Name};
use uuid::Uuid;

use super::store::EarlierEntry;
use super::{Unit, store};
use crate::error::OrRefuse;
use crate::{Actor, Error, Result, telemetry};

/// The entry that a change will make.
pub struct Entry {
    pub(super) request_id: Uuid,
    /// The caller may send the same again: its id was given, not made here.
    repeatable: bool,
    pub(super) operation: String,
    pub(super) digest: String,
    pub(super) request: Vec<u8>,
}

impl Entry {
    pub fn of<Q: ChangeRequest + Message + Name>(request: &Q) -> Result<Self> {
        let repeatable = !request.request_id().is_empty();
        let request_id = if repeatable {
            request.request_id().parse().map_err(Error::internal)?
        } else {
            Uuid::now_v7()
        };
        let bytes = request.encode_to_vec();
        Ok(Self {
            request_id,
            repeatable,
            operation: Q::full_name(),
            digest: reflect::digest(&bytes),
            request: bytes,
        })
    }

    pub fn own(operation: &str, request_id: Uuid) -> Self {
        Self {
            request_id,
            repeatable: true,
            operation: operation.to_owned(),
            digest: String::new(),
            request: Vec::new(),
        }
    }

    pub fn request_id(&self) -> Uuid {
        self.request_id
    }

    /// The reply given before, where the same request was answered before. A repeat that arrives while
    /// the first is at work waits for it.
    pub async fn answered(&self, unit: &mut Unit) -> Result<Option<Vec<u8>>> {
        let mut earlier = answered_all(unit, [self]).await?;
        let earlier = earlier.remove(&self.request_id);
        let actor = unit.actor();
        earlier.map(|earlier| self.same(earlier, actor)).transpose()
    }

    /// The reply given before to a request of this id, which is this one.
    ///
    /// # Errors
    /// When it was another one.
    pub fn same(&self, earlier: EarlierEntry, actor: &Actor) -> Result<Vec<u8>> {
        let same = earlier.operation == self.operation
            && earlier.request_digest == self.digest
            && earlier.actor == actor.id;
        if same {
            return Ok(earlier.reply);
        }
        Err(self.reused().into())
    }

    pub async fn write(&self, unit: &mut Unit, reply: Vec<u8>) -> Result<()> {
        let actor = unit.actor().clone();
        let written = Written {
            entry: self,
            actor: &actor,
            reply,
            trace_parent: telemetry::current_trace_parent(),
        };
        // The entry of another party does not show before.
        write_all(unit, &[written])
            .await
            .or_refuse("journal_pkey", self.reused())
    }

    fn reused(&self) -> Refused {
        Refused::because(Refusal::RequestIdReused).with("request_id", self.request_id)
    }
}

/// What is kept of a change.
pub struct Written<'a> {
    pub entry: &'a Entry,
    pub actor: &'a Actor,
    pub reply: Vec<u8>,
    pub trace_parent: String,
}

/// What requests with these ids were answered before. Requests of one id wait here for each other until the end of the
/// transaction, and those who wait for several do so in one order.
pub async fn answered_all<'a>(
    unit: &mut Unit,
    entries: impl IntoIterator<Item = &'a Entry>,
) -> Result<HashMap<Uuid, EarlierEntry>> {
    let repeatable = entries.into_iter().filter(|entry| entry.repeatable);
    let mut ids: Vec<Uuid> = repeatable.map(|entry| entry.request_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    ids.sort_unstable();
    let area = unit.area().to_owned();
    let earlier = store::answered(unit.db(), &area, &ids).await?;
    let each = earlier
        .into_iter()
        .map(|earlier| (earlier.request_id, earlier));
    Ok(each.collect())
}

/// Writes the entries of changes.
pub async fn write_all(unit: &mut Unit, written: &[Written<'_>]) -> Result<(), sqlx::Error> {
    let (area, now) = (unit.area().to_owned(), unit.now());
    store::insert_journal_entries(unit.db(), &area, now, written).await
}
