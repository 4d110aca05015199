//! The paid list (表3-12), row by row.

mod each;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::mem;

use chassis::batch::Numbered;
use chassis::{Batch, Error, Finding, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, EnteredReceipt, LedgerAccount, PaidRow, PaymentChannel, PaymentKind,
    ReceiptsEntered, Refusal,
};
use contracts::options::v1::Caller;
use law::Month;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::rules::{Mode, Order};
use super::store;
use crate::{arrears, ledger, wire};

/// Art. 32. What employers paid, as the tax bureau or finance tells.
///
/// Most rows pay one month's principal, exactly and in time: those enter thousands at a time. The
/// others are looked at one by one, and each gets its answer.
pub struct PaidRows;

/// Rows that are matched, and then entered, with one statement.
const MATCHED_AT_ONCE: usize = 4_000;

/// Receipts that one event tells.
const TOLD_AT_ONCE: usize = 200;

/// The list that rows belong to.
pub(super) struct List {
    pub batch_id: Uuid,
    /// Who collects, whichever of its people sends: its references are unique.
    pub sender: &'static str,
    pub mode: Mode,
    pub order: Order,
}

/// A row with its values.
#[derive(Clone, Copy)]
pub(super) struct Paid<'r> {
    pub number: i64,
    pub reference: &'r str,
    pub employer_id: &'r str,
    pub credit_code: &'r str,
    pub month: Option<Month>,
    pub amount: Decimal,
    pub made_for: PaymentKind,
    pub paid_on: Date,
    pub arrived_on: Date,
    pub channel: PaymentChannel,
}

#[async_trait]
impl Batch for PaidRows {
    type Row = PaidRow;

    async fn admit(&self, unit: &mut Unit) -> Result<()> {
        let today = unit.today();
        let mode = Mode::of(&unit.law(today).await?)?;
        let collects = match mode {
            Mode::Tax => unit.actor().caller == Caller::TaxBureau,
            Mode::Agency => unit.actor().caller != Caller::TaxBureau,
        };
        if collects {
            return Ok(());
        }
        let refused = Refused::because(Refusal::SenderMode);
        Err(refused
            .with("mode", mode.label())
            .with("sender", mode.sender())
            .into())
    }

    fn amount(&self, row: &PaidRow) -> Decimal {
        row.amount
            .as_ref()
            .and_then(|amount| amount.decimal().ok())
            .unwrap_or_default()
    }

    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<PaidRow>],
    ) -> Result<Vec<Finding>> {
        let area = unit.area().to_owned();
        let today = unit.today();
        ledger::store::lock(unit.db(), &area).await?;
        let list = List::of(unit, batch_id).await?;
        let paid = rows.iter().map(Paid::of).collect::<Result<Vec<_>>>()?;
        let mut plain = plain(&paid, list.mode, today);
        let known = entered_before(unit, &list, &plain).await?;
        plain.retain(|row| !known.contains_key(row.reference));
        let exact = enter_exact(unit, &list, &plain).await?;
        let mut told: Vec<_> = exact.iter().map(Paid::told).collect();
        let entered: HashSet<i64> = exact.iter().map(|row| row.number).collect();
        let others: Vec<_> = paid
            .iter()
            .copied()
            .filter(|row| !entered.contains(&row.number))
            .collect();
        let (findings, mut payers) = each::enter(unit, &list, &others, &mut told).await?;
        tell(unit, &list, told).await?;
        payers.extend(exact.iter().map(|row| row.employer_id.to_owned()));
        let payers: Vec<String> = payers.into_iter().collect();
        arrears::close_settled(unit, &payers).await?;
        Ok(findings)
    }
}

impl List {
    async fn of(unit: &mut Unit, batch_id: Uuid) -> Result<Self> {
        let today = unit.today();
        let law = unit.law(today).await?;
        let mode = Mode::of(&law)?;
        Ok(Self {
            batch_id,
            sender: mode.sender(),
            mode,
            order: law.text("receipt_order")?.value.parse()?,
        })
    }
}

impl<'r> Paid<'r> {
    fn of(Numbered { number, row }: &'r Numbered<PaidRow>) -> Result<Self> {
        Ok(Self {
            number: *number,
            reference: &row.payment_reference,
            employer_id: &row.employer_id,
            credit_code: &row.credit_code,
            month: row
                .month
                .map(|month| month.try_into().map_err(Error::internal))
                .transpose()?,
            amount: wire::yuan(row.amount.as_ref())?,
            made_for: row.kind(),
            paid_on: wire::day(row.paid_on)?,
            arrived_on: wire::day(row.arrived_on)?,
            channel: row.channel(),
        })
    }

    fn is_dated_well(&self, today: Date) -> bool {
        self.paid_on <= self.arrived_on && self.arrived_on <= today
    }

    fn told(&self) -> EnteredReceipt {
        let part = (self.month, LedgerAccount::Principal, self.amount);
        self.told_part(self.employer_id, part)
    }

    fn told_part(
        &self,
        employer_id: &str,
        (month, account, amount): (Option<Month>, LedgerAccount, Decimal),
    ) -> EnteredReceipt {
        EnteredReceipt {
            employer_id: employer_id.to_owned(),
            month: month.map(Into::into),
            account: account as i32,
            amount: Some(amount.into()),
            paid_on: Some(self.paid_on.into()),
            arrived_on: Some(self.arrived_on.into()),
            channel: self.channel as i32,
            row: self.number.unsigned_abs(),
            payment_reference: self.reference.to_owned(),
        }
    }
}

/// Enters those of the rows that pay what is owed exactly, and answers them. While some enter, those after
/// them are matched beside: each is of another month of an employer. Who posts by balances waits meanwhile; what
/// a month that takes effect adds stays owed.
async fn enter_exact<'r>(
    unit: &mut Unit,
    list: &List,
    plain: &[Paid<'r>],
) -> Result<Vec<Paid<'r>>> {
    let mut beside = unit.beside().await?;
    let mut exact = Vec::with_capacity(plain.len());
    let mut matched = Vec::new();
    // Once more behind the last, for what was matched last.
    for next in plain.chunks(MATCHED_AT_ONCE).chain([[].as_slice()]) {
        let (entered, next) = futures::join!(
            store::enter_exact(unit, list, &matched),
            store::exact(&mut beside, next),
        );
        entered?;
        exact.extend(mem::replace(&mut matched, next?));
    }
    Ok(exact)
}

/// Tells what entered, some receipts an event.
async fn tell(unit: &mut Unit, list: &List, receipts: Vec<EnteredReceipt>) -> Result<()> {
    let batch_id = list.batch_id.to_string();
    let mut receipts = receipts.into_iter().peekable();
    let mut events = Vec::new();
    while receipts.peek().is_some() {
        let entered = ReceiptsEntered {
            batch_id: batch_id.clone(),
            receipts: receipts.by_ref().take(TOLD_AT_ONCE).collect(),
        };
        let event = CollectionEvent {
            happened: Some(Happened::ReceiptsEntered(entered)),
        };
        events.push((batch_id.clone(), event));
    }
    unit.tell_all(events).await
}

/// In which batches some of the rows have entered before, by their references.
async fn entered_before(
    unit: &mut Unit,
    list: &List,
    rows: &[Paid<'_>],
) -> Result<HashMap<String, Uuid>> {
    let references: Vec<&str> = rows.iter().map(|row| row.reference).collect();
    let (area, sender) = (unit.area().to_owned(), list.sender);
    if !store::entered_among(unit.db(), &area, sender, &references).await? {
        return Ok(HashMap::new());
    }
    store::entered(unit.db(), &area, sender, &references).await
}

/// Rows that may pay one month's principal exactly: nothing is wrong with them as far as they
/// themselves show, and no row before them has the same month of the employer or the same reference.
fn plain<'r>(paid: &[Paid<'r>], mode: Mode, today: Date) -> Vec<Paid<'r>> {
    let mut months = HashSet::with_capacity(paid.len());
    let mut references = HashSet::with_capacity(paid.len());
    let mut plain: Vec<Paid<'r>> = paid
        .iter()
        .copied()
        .filter(|row| {
            references.insert(row.reference)
                && !row.employer_id.is_empty()
                && row
                    .month
                    .is_some_and(|month| months.insert((row.employer_id, month)))
                && row.made_for != PaymentKind::LateFee
                && row.is_dated_well(today)
                && mode.has(row.channel)
        })
        .collect();
    // Neighbours in the ledger's key are neighbours here.
    plain.sort_unstable_by_key(|row| (row.employer_id, row.month));
    plain
}

/// Employers that something was entered for.
type Payers = BTreeSet<String>;
