//! The paid list: rows streamed to collection, checked, matched and entered in the ledger.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use contracts::collection::v1::settlement_service_client::SettlementServiceClient;
use contracts::collection::v1::{
    LedgerAccount, LedgerEntryKind, PaidRow, PaymentChannel, UploadPaidListRequest,
};
use contracts::common::v1::{Batch, BatchHeader, BatchTotals};
use contracts::options::v1::Caller;
use futures::{FutureExt, stream};
use law::Month;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rust_decimal::Decimal;
use sqlx::{PgConnection, query};
use time::Date;
use uuid::Uuid;

use super::platform::{AREA, Platform};
use super::target::Target;
use super::{Sample, Scenario, copy, population};
use crate::people;

pub const SCENARIO: Scenario = Scenario {
    name: "paid-list",
    what: "A paid list (表3-12) of the tax bureau, streamed over gRPC to collection until it is answered: \
           kept as received, checked, matched with what each employer owes, entered in the ledger, told to \
           the other services. Each row is of another employer, named by number and code, in no order; the \
           references count up; of each 200 rows one pays too little and one is of nobody.",
    peer: "`COPY` of the rows that were entered into an empty table with the columns, keys and constraints \
           of the ledger, in the order of the list.",
    unit: "rows",
    sizes: &[100_000, 1_000_000],
    target: Target::Speed(40),
    limit: None,
    measure: |platform, rows| measure(platform, rows).boxed(),
};

/// Rows in a message.
const SLICE: usize = 10_000;

/// Each so many rows there is one that pays too little, and one of nobody.
const TROUBLE: u64 = 200;

/// A list as it is sent, with what has to become of it.
struct List {
    batch_id: Uuid,
    messages: Vec<UploadPaidListRequest>,
    refused_rows: u64,
    sum: Decimal,
    refused_sum: Decimal,
}

async fn measure(platform: &Platform, rows: u64) -> Result<Sample> {
    let today = chassis::Clock::system().today();
    let mut db = platform.owner("collection").await?;
    fall_due(&mut db, rows, today).await?;
    let list = List::new(rows, today)?;
    let tax_bureau = people::people(AREA)
        .into_iter()
        .find(|one| one.caller == Caller::TaxBureau)
        .context("there is no tax bureau")?;
    let channel = platform.connect("collection", &tax_bureau).await?;
    let mut settlement = SettlementServiceClient::new(channel);

    platform.settle("collection")?;
    let messages = list.messages.clone();
    let begun = Instant::now();
    let answer = settlement.upload_paid_list(stream::iter(messages)).await?;
    let took = begun.elapsed();
    list.is_answered_by(&answer.into_inner().batch.context("an answer")?)?;

    let receipts = format!(
        "SELECT * FROM ledger_entry WHERE source_id = '{}' ORDER BY source_row",
        list.batch_id
    );
    let receipts = copy::out(&mut db, &receipts).await?;
    copy::peer_like(&mut db, "ledger_entry").await?;
    platform.settle("collection")?;
    let (entered, peer) = copy::into_peer(&mut db, &receipts).await?;
    ensure!(
        entered == rows - list.refused_rows,
        "{entered} rows are in the ledger"
    );
    Ok(Sample::new(rows, took, peer))
}

/// Each employer owes for one month.
async fn fall_due(db: &mut PgConnection, employers: u64, today: Date) -> Result<()> {
    let month = Month::of(today).first_day();
    population::employers(db, employers, month).await?;
    query(
        "INSERT INTO ledger_entry (pooling_area, employer_id, month, account, kind, source_kind, value_on,
                booked_on, booked_at, source_row, source_id, amount)
         SELECT $1, '91440300' || to_char(n, 'FM0000000000'), $3, $4, $5, 1, $6, $6, now(), 0, $7,
                1000 + n % 100000 / 100.0
         FROM generate_series(0, $2 - 1) AS n",
    )
    .bind(AREA)
    .bind(i64::try_from(employers)?)
    .bind(month)
    .bind(i16::try_from(LedgerAccount::Principal as i32)?)
    .bind(i16::try_from(LedgerEntryKind::Assessed as i32)?)
    .bind(today)
    .bind(Uuid::now_v7())
    .execute(db)
    .await?;
    Ok(())
}

/// What employer `n` owes; [`fall_due`] says the same.
fn due(n: u64) -> Result<Decimal> {
    Ok(Decimal::new(100_000 + i64::try_from(n % 100_000)?, 2))
}

impl List {
    fn new(rows: u64, today: Date) -> Result<Self> {
        let batch_id = Uuid::now_v7();
        let mut payers: Vec<u64> = (0..rows).collect();
        payers.shuffle(&mut ChaCha8Rng::seed_from_u64(rows));
        let mut list = Self {
            batch_id,
            messages: Vec::new(),
            refused_rows: 0,
            sum: Decimal::ZERO,
            refused_sum: Decimal::ZERO,
        };
        let mut first_row = 0;
        for slice in payers.chunks(SLICE) {
            let numbers = first_row..;
            let rows = numbers.zip(slice).map(|(row, n)| list.row(row, *n, today));
            let rows = rows.collect::<Result<Vec<_>>>()?;
            let message = UploadPaidListRequest {
                pooling_area: AREA.to_owned(),
                header: (first_row == 0).then(|| BatchHeader {
                    batch_id: batch_id.to_string(),
                    reference: "bench".to_owned(),
                }),
                first_row,
                rows,
                totals: None,
                lines: Vec::new(),
            };
            first_row += u64::try_from(slice.len())?;
            list.messages.push(message);
        }
        list.messages.push(UploadPaidListRequest {
            pooling_area: AREA.to_owned(),
            totals: Some(BatchTotals {
                rows: first_row,
                sum: Some(list.sum.into()),
            }),
            ..UploadPaidListRequest::default()
        });
        Ok(list)
    }

    fn row(&mut self, row: u64, n: u64, today: Date) -> Result<PaidRow> {
        let short = if n % TROUBLE == 1 {
            Decimal::ONE
        } else {
            Decimal::ZERO
        };
        let amount = due(n)? - short;
        self.sum += amount;
        let payer = if n.is_multiple_of(TROUBLE) {
            self.refused_rows += 1;
            self.refused_sum += amount;
            format!("92440300{n:010}")
        } else {
            population::employer_id(n)
        };
        Ok(PaidRow {
            payment_reference: format!("3440326{row:012}"),
            employer_id: payer.clone(),
            credit_code: payer,
            month: Some(Month::of(today).into()),
            amount: Some(amount.into()),
            paid_on: Some(today.into()),
            arrived_on: Some(today.into()),
            channel: PaymentChannel::Tax as i32,
            ..PaidRow::default()
        })
    }

    fn is_answered_by(&self, batch: &Batch) -> Result<()> {
        let wanted = Some((self.sum - self.refused_sum).into());
        ensure!(
            batch.refused_rows == self.refused_rows && batch.accepted_sum == wanted,
            "{} rows should be refused and {wanted:?} accepted, not {batch:?}",
            self.refused_rows,
        );
        Ok(())
    }
}
