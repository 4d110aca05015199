//! The payroll of a month.
//!
//! Payees with an allowance each, and where they are paid, are in the tables before. The peer writes the entries of the ledger and
//! the orders with one statement into copies of their tables: nobody looks at it before, nothing is signed, nobody told.

use std::time::Instant;

use anyhow::{Result, ensure};
use chassis::wire;
use contracts::benefit_review::v1::{BenefitKind, PayeeKind};
use contracts::common::v1::StartRunRequest;
use contracts::options::v1::Department;
use contracts::payment::v1::{EntryKind, PaymentChannel, PayrollOrder, PayrollSummary};
use futures::FutureExt;
use law::Month;
use sqlx::{PgConnection, query, query_scalar};
use time::Date;
use time::macros::date;
use uuid::Uuid;

use super::office::Office;
use super::platform::{AREA, Platform};
use super::target::Target;
use super::{Part, Sample, Scenario};

pub const SCENARIO: Scenario = Scenario {
    name: "payroll",
    what: "The payroll of a month (form 80-A): ordered over gRPC at payment, previewed payee by payee, the summary (form 6-1) \
           signed by four without delay, and in effect, with an entry of the ledger and an order to pay of each payee.",
    peer: "one statement that writes the same entries and orders into copies of their tables with their indexes, in the \
           same cluster.",
    unit: "payees",
    sizes: &[500_000],
    target: Target::Time(300),
    limit: None,
    measure: |platform, payees| measure(platform, payees).boxed(),
};

/// The month that is paid, and the first one of the allowances.
const MONTH: Date = date!(2026 - 01 - 01);

async fn measure(platform: &Platform, payees: u64) -> Result<Sample> {
    let mut db = platform.owner("payment").await?;
    populate(&mut db, i64::try_from(payees)?).await?;
    for table in ["ledger_entry", "payment_order"] {
        let copy = format!("CREATE TABLE {table}_copy (LIKE {table} INCLUDING ALL)");
        query(sqlx::AssertSqlSafe(copy)).execute(&mut db).await?;
    }
    platform.settle("payment")?;
    let begun = Instant::now();
    let written = write(&mut db).await?;
    let peer = begun.elapsed();
    ensure!(u64::try_from(written)? == payees, "a row was not written");
    for table in ["ledger_entry", "payment_order"] {
        let drop = format!("DROP TABLE {table}_copy");
        query(sqlx::AssertSqlSafe(drop)).execute(&mut db).await?;
    }
    platform.settle("payment")?;

    let mut office = Office::open(platform, "payment", Department::Business).await?;
    let order = PayrollOrder {
        month: Some(Month::of(MONTH).into()),
        supplementary: false,
    };
    let order = StartRunRequest {
        pooling_area: AREA.to_owned(),
        order: Some(wire::any(&order)),
        ..StartRunRequest::default()
    };
    let begun = Instant::now();
    let run_id = office.preview(order).await?;
    let previewed = begun.elapsed();
    let run = office.complete(&run_id).await?;
    let took = begun.elapsed();
    let summary: PayrollSummary = wire::from_any(&run.summary.unwrap_or_default())?;
    let paid: i64 = summary.channels.iter().map(|one| one.payees).sum();
    let ordered: i64 = query_scalar("SELECT count(*) FROM payment_order WHERE pooling_area = $1")
        .bind(AREA)
        .fetch_one(&mut db)
        .await?;
    ensure!(
        u64::try_from(paid)? == payees && ordered == paid,
        "{paid} of {payees} payees are paid, {ordered} ordered"
    );
    let mut sample = Sample::new(payees, took, peer);
    let part = |what, took| Part {
        what,
        took,
        peer: None,
    };
    sample.parts.push(part("until previewed", previewed));
    sample
        .parts
        .push(part("from there to its effect", took - previewed));
    Ok(sample)
}

/// The rows of the peer.
async fn write(db: &mut PgConnection) -> Result<i64> {
    Ok(query_scalar(
        "WITH due AS (
             SELECT a.payee_id, a.account_id, a.kind, a.person_id, a.employer_id, a.institution_id, t.amount
             FROM account a JOIN told_benefit t USING (pooling_area, account_id) WHERE a.pooling_area = $1),
         booked AS (
             INSERT INTO ledger_entry_copy (pooling_area, run_id, month, booked_on, payee_id, account_id, kind,
                 person_id, employer_id, institution_id, entry, for_month, amount)
             SELECT $1, $2, $3, $3, payee_id, account_id, kind, person_id, employer_id, institution_id, $4, $3, amount
             FROM due),
         ordered AS (
             INSERT INTO payment_order_copy (pooling_area, order_id, run_id, month, payee_id, party, channel, amount,
                 bank_account_id, content)
             SELECT $1, gen_random_uuid(), $2, $3, payee_id, p.number, $5, d.amount, b.bank_account_id,
                 convert_to(concat_ws(' ', payee_id, p.name, $2::uuid, $3::date, d.amount, b.bank_account_id), 'UTF8')
             FROM due d JOIN payee p USING (payee_id) JOIN bank_account b USING (pooling_area, payee_id)
             WHERE p.pooling_area = $1
             RETURNING 1)
         SELECT count(*) FROM ordered",
    )
    .bind(AREA)
    .bind(Uuid::now_v7())
    .bind(MONTH)
    .bind(EntryKind::Regular as i32)
    .bind(PaymentChannel::Bank as i32)
    .fetch_one(db)
    .await?)
}

/// Payees with an account at a bank, and an allowance of their own since the month.
async fn populate(db: &mut PgConnection, payees: i64) -> Result<()> {
    query(
        "INSERT INTO payee (pooling_area, payee_id, kind, number, name)
         SELECT $1, id, $2, id::text, '工伤职工' FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $3)) AS p",
    )
    .bind(AREA)
    .bind(PayeeKind::Person as i32)
    .bind(payees)
    .execute(&mut *db)
    .await?;
    query(
        "INSERT INTO account (pooling_area, account_id, payee_id, payee_kind, payee_name, kind, claim_id, person_id, name,
             recognition_number, employer_id, institution_id)
         SELECT pooling_area, gen_random_uuid(), payee_id, kind, name, $2, gen_random_uuid(), number::uuid, name,
             '深人社认字〔2026〕' || payee_id, '91440300MA00000017', ''
         FROM payee WHERE pooling_area = $1",
    )
    .bind(AREA)
    .bind(BenefitKind::DisabilityAllowance as i32)
    .execute(&mut *db)
    .await?;
    query(
        "INSERT INTO told_benefit (pooling_area, benefit_id, account_id, person_id, employer_id, institution_id, amount,
             from_month, told_on)
         SELECT pooling_area, gen_random_uuid(), account_id, person_id, employer_id, institution_id,
             4000 + abs(hashtext(account_id::text)) % 997, $2, $2
         FROM account WHERE pooling_area = $1",
    )
    .bind(AREA)
    .bind(MONTH)
    .execute(&mut *db)
    .await?;
    query(
        "INSERT INTO bank_account (pooling_area, bank_account_id, payee_id, person_id, kind, number, holder, bank_name,
             bank_code, from_on, case_id)
         SELECT pooling_area, gen_random_uuid(), payee_id, number, 1, '6222020000000000000', name, '中国工商银行深圳分行',
             '102584000002', $2, gen_random_uuid()
         FROM payee WHERE pooling_area = $1",
    )
    .bind(AREA)
    .bind(MONTH)
    .execute(db)
    .await?;
    Ok(())
}
