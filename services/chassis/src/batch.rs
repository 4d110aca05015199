//! Batches: lists of rows that arrive in a stream.
//!
//! A section declares a list by implementing [`Batch`]. Rows are kept as they arrive, slice by
//! slice; once the sender's totals have arrived and agree, slices are checked and entered one
//! transaction each, from the first one not done. A bad row never spoils a good one.

mod answer;
mod process;
mod receive;
mod rpc;
mod store;

pub(crate) use process::sweep;
pub use rpc::Batches;

use std::any::Any;

use contracts::common::v1::{Batch as BatchMessage, Refusal};
use contracts::options::v1::Caller;
use contracts::{Check, Refused, UNREADABLE, Violation, codec};
use prost::{Message, Name};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{Actor, Error, Result, Unit};

/// A list of rows that arrives in a stream.
#[tonic::async_trait]
pub trait Batch: Send + Sync + 'static {
    /// The message of a row.
    type Row: Message + Name + Default + Check + Clone;

    /// May the actor of the unit send this list to its pooling area? Asked when a stream opens.
    ///
    /// # Errors
    /// A refusal says who sends it instead.
    async fn admit(&self, _unit: &mut Unit) -> Result<()> {
        Ok(())
    }

    /// The employer, person or institution that the row is of. A sender that speaks for itself sends
    /// its own rows only, so of a list that says `None` it has none: rows are held against the whole
    /// area, and what is found about another's must not be told.
    fn party<'r>(&self, _row: &'r Self::Row) -> Option<&'r str> {
        None
    }

    /// The column that says whose a row is, by its Chinese label.
    fn party_label(&self) -> &'static str {
        "单位编号"
    }

    /// The amount of a row, for the totals; zero where rows have none or it is malformed.
    fn amount(&self, row: &Self::Row) -> Decimal;

    /// Checks and enters rows that are within the bounds of the contract; answers what was found about
    /// those that it refuses or takes with a remark. Set-based: one call for a slice.
    ///
    /// # Errors
    /// An error undoes them all, and they are tried again later: a bad row is a finding, not an error.
    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<Self::Row>],
    ) -> Result<Vec<Finding>>;
}

/// A row with its number in the batch, from 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbered<R> {
    /// Number in the batch, from 0.
    pub number: i64,
    /// The row.
    pub row: R,
}

/// Stands for a column in what was found about several columns of a row, or about the row itself.
pub const WHOLE_ROW: &str = "整行";

/// What was found about a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Number of the row in the batch, from 0.
    pub row: i64,
    /// The row was refused; otherwise it was taken with a remark.
    pub refused: bool,
    /// The column by its Chinese label, or [`WHOLE_ROW`].
    pub label: String,
    /// Why.
    pub reason: Refused,
}

impl Finding {
    /// The row is not taken.
    #[must_use]
    pub fn refused(row: i64, reason: impl Into<Refused>) -> Self {
        let reason: Refused = reason.into();
        Self {
            row,
            refused: true,
            label: reason.label().unwrap_or(WHOLE_ROW).to_owned(),
            reason,
        }
    }

    /// The row is taken, and this is worth knowing.
    #[must_use]
    pub fn remark(row: i64, reason: impl Into<Refused>) -> Self {
        Self {
            refused: false,
            ..Self::refused(row, reason)
        }
    }

    /// About the field with this Chinese label.
    #[must_use]
    pub fn about(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }
}

/// A batch of `R` as it stands, where the caller may see it.
///
/// # Errors
/// When it cannot be read.
pub async fn find<R: Name>(unit: &mut Unit, batch_id: Uuid) -> Result<Option<BatchMessage>> {
    let area = unit.area().to_owned();
    let batch = store::find(unit.db(), &area, batch_id).await?;
    Ok(batch
        .filter(|batch| batch.kind == R::full_name() && is_visible(unit.actor(), batch))
        .map(|batch| batch.message(unit.platform().name())))
}

/// Of its own batches only: a preview looks at the whole area.
fn is_visible(actor: &Actor, batch: &store::BatchRow) -> bool {
    !actor.speaks_for_itself() || batch.party == actor.party
}

/// Who sends something: a list is entered when its sender is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// What kind of party.
    pub caller: Caller,
    /// Whom it speaks for.
    pub party: String,
}

impl From<&Actor> for Sender {
    fn from(actor: &Actor) -> Self {
        Self {
            caller: actor.caller,
            party: actor.party.clone(),
        }
    }
}

/// Who sent a batch.
///
/// # Errors
/// When there is no such batch.
pub async fn sender(unit: &mut Unit, batch_id: Uuid) -> Result<Sender> {
    let area = unit.area().to_owned();
    let batch = store::find(unit.db(), &area, batch_id)
        .await?
        .ok_or_else(|| Error::not_found("批次", batch_id))?;
    Ok(Sender {
        caller: batch.sender_caller.try_into().unwrap_or_default(),
        party: batch.sender_party,
    })
}

/// The batch is one of `R`, is the caller's to see, and every row of it is answered: for a section
/// that keeps the rows taken itself. Answers its id.
///
/// # Errors
/// When there is no such batch of `R` for the caller, or it is not done.
pub async fn expect_done<R: Name>(unit: &mut Unit, batch_id: &str) -> Result<Uuid> {
    let missing = || Error::not_found("批次", batch_id);
    let id: Uuid = batch_id.parse().map_err(|_| missing())?;
    let area = unit.area().to_owned();
    let batch = store::find(unit.db(), &area, id)
        .await?
        .ok_or_else(missing)?;
    if batch.kind != R::full_name() || !is_visible(unit.actor(), &batch) {
        return Err(missing());
    }
    if !batch.is_done() {
        return Err(Refused::because(Refusal::BatchNotDone)
            .with("batch_id", batch_id)
            .into());
    }
    Ok(id)
}

/// The rows of a batch that were taken, in order: what a form that names the batch applies for.
///
/// # Errors
/// When there is no such batch of `R` for the caller, or it is not done.
pub async fn taken_rows<R: Message + Name + Default>(
    unit: &mut Unit,
    batch_id: &str,
) -> Result<Vec<Numbered<R>>> {
    let id = expect_done::<R>(unit, batch_id).await?;
    let area = unit.area().to_owned();
    let refused = store::refused_rows(unit.db(), &area, id).await?;
    let mut rows = Vec::new();
    for slice in store::slices(unit.db(), &area, id).await? {
        rows.extend(decode::<R>(slice.first_row, &slice.content)?);
    }
    rows.retain(|numbered| refused.binary_search(&numbered.number).is_err());
    Ok(rows)
}

/// A batch whose rows are bytes: what the engine works with.
#[tonic::async_trait]
pub(crate) trait AnyBatch: Send + Sync {
    fn row_name(&self) -> String;
    /// Reads rows as they were kept, the first of them with this number, and holds them against the
    /// contract's bounds and `party`, who sent them (empty: a sender of the whole area): all that needs
    /// no database.
    fn read(&self, party: &str, first_row: i64, content: &[u8]) -> Result<Read>;
    /// Enters what [`read`](Self::read) answered.
    async fn enter(&self, unit: &mut Unit, batch_id: Uuid, read: Read) -> Result<Entered>;
}

/// Rows that a batch has read, as only that batch knows them.
pub(crate) type Read = Box<dyn Any + Send>;

/// Rows that are the sender's and within the contract's bounds, those that are not, and why.
struct Bounded<R> {
    rows: Vec<Numbered<R>>,
    excluded: Vec<Numbered<R>>,
    findings: Vec<Finding>,
}

/// What became of a slice.
pub(crate) struct Entered {
    pub findings: Vec<(Finding, String)>,
    pub refused_rows: i64,
    pub refused_sum: Decimal,
}

#[tonic::async_trait]
impl<B: Batch> AnyBatch for B {
    fn row_name(&self) -> String {
        B::Row::full_name()
    }

    fn read(&self, party: &str, first_row: i64, content: &[u8]) -> Result<Read> {
        let mut rows = decode::<B::Row>(first_row, content)?;
        let mut findings = Vec::new();
        let excluded = rows.extract_if(.., |numbered| {
            let refused = if party.is_empty() || self.party(&numbered.row) == Some(party) {
                out_of_bounds(numbered)
            } else {
                let reason = Refused::because(Refusal::RowOfAnother).about(self.party_label());
                vec![Finding::refused(numbered.number, reason)]
            };
            let is_excluded = !refused.is_empty();
            findings.extend(refused);
            is_excluded
        });
        let excluded = excluded.collect();
        Ok(Box::new(Bounded {
            rows,
            excluded,
            findings,
        }))
    }

    async fn enter(&self, unit: &mut Unit, batch_id: Uuid, read: Read) -> Result<Entered> {
        let read = read
            .downcast::<Bounded<B::Row>>()
            .map_err(|_| Error::internal("rows that another batch has read"))?;
        let Bounded {
            rows,
            excluded,
            mut findings,
        } = *read;
        if !rows.is_empty() {
            findings.extend(Batch::enter(self, unit, batch_id, &rows).await?);
        }
        findings.sort_by_key(|finding| finding.row);
        let mut entered = Entered {
            findings: Vec::new(),
            refused_rows: 0,
            refused_sum: Decimal::ZERO,
        };
        let mut counted = None;
        for finding in findings {
            let row = at(&rows, finding.row).or_else(|| at(&excluded, finding.row));
            if finding.refused && counted != Some(finding.row) {
                counted = Some(finding.row);
                entered.refused_rows += 1;
                entered.refused_sum += row.map_or(Decimal::ZERO, |r| self.amount(&r.row));
            }
            let content = row
                .map(|r| contracts::reflect::canonical_json(&r.row))
                .transpose()?
                .map_or_else(String::new, |json| readable(&json));
            entered.findings.push((finding, content));
        }
        Ok(entered)
    }
}

fn out_of_bounds<R: Check>(numbered: &Numbered<R>) -> Vec<Finding> {
    let finding = |violation: Violation| {
        let problem = codec::advised(&violation.to_string(), "请更正该行后重新报送。");
        let reason = Refused::because(Refusal::RowInvalid).with("problem", problem);
        Finding::refused(numbered.number, reason).about(violation.label)
    };
    let violations = numbered.row.violations();
    violations.into_iter().map(finding).collect()
}

/// The JSON of a row without what stands in it, to the end of a text, for what could not be read.
fn readable(json: &str) -> String {
    let mark = format!("\\u{:04x}", u32::from(UNREADABLE));
    let (mut shown, mut hidden) = (String::with_capacity(json.len()), false);
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' if rest.starts_with("\\u") => mark.len(),
            '\\' => 2,
            other => other.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        hidden = token != "\"" && (hidden || token == mark);
        if !hidden {
            shown.push_str(token);
        }
        rest = after;
    }
    shown
}

fn at<R>(rows: &[Numbered<R>], number: i64) -> Option<&Numbered<R>> {
    rows.binary_search_by_key(&number, |numbered| numbered.number)
        .ok()
        .map(|place| &rows[place])
}

/// Rows one after the other, each with its length before it.
fn encode<R: Message>(rows: &[R]) -> Result<Vec<u8>> {
    let mut content = Vec::with_capacity(rows.len() * 96);
    for row in rows {
        row.encode_length_delimited(&mut content)
            .map_err(Error::internal)?;
    }
    Ok(content)
}

fn decode<R: Message + Default>(first_row: i64, mut content: &[u8]) -> Result<Vec<Numbered<R>>> {
    let mut rows = Vec::new();
    let mut number = first_row;
    while !content.is_empty() {
        rows.push(Numbered {
            number,
            row: R::decode_length_delimited(&mut content)?,
        });
        number += 1;
    }
    Ok(rows)
}
