//! The journal: one row for each change, the idempotency record and the audit trail in one.

pub mod rpc;

use contracts::common::v1::Refusal;
use contracts::{ChangeRequest, Refused, reflect};
use prost::{Message, Name};
use uuid::Uuid;

use super::{Unit, store};
use crate::error::OrRefuse;
use crate::{Error, Result, telemetry};

/// The entry that a change will make.
pub struct Entry {
    request_id: Uuid,
    /// The caller may send the same again: its id was given, not made here.
    repeatable: bool,
    operation: String,
    digest: String,
    request: Vec<u8>,
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
        if !self.repeatable {
            return Ok(None);
        }
        let area = unit.area().to_owned();
        let Some(earlier) = store::answered(unit.db(), &area, self.request_id).await? else {
            return Ok(None);
        };
        let same = earlier.operation == self.operation
            && earlier.request_digest == self.digest
            && earlier.actor == unit.actor().id;
        if same {
            Ok(Some(earlier.reply))
        } else {
            Err(self.reused().into())
        }
    }

    pub async fn write(&self, unit: &mut Unit, reply: &[u8]) -> Result<()> {
        let row = store::NewJournalEntry {
            pooling_area: unit.area().to_owned(),
            request_id: self.request_id,
            operation: &self.operation,
            actor: unit.actor().clone(),
            at: unit.now(),
            request_digest: &self.digest,
            request: &self.request,
            reply,
            trace_parent: telemetry::current_trace_parent(),
        };
        // The entry of another party does not show before.
        store::insert_journal_entry(unit.db(), &row)
            .await
            .or_refuse("journal_pkey", self.reused())
    }

    fn reused(&self) -> Refused {
        Refused::because(Refusal::RequestIdReused).with("request_id", self.request_id)
    }
}
