//! SQL of settlement.

mod dunning;
mod lists;

pub(super) use dunning::{
    carry_over, deliver, fell_due, issue, issued, late, list as dunning_notices,
    settle_paid as settle_paid_notices,
};
pub(super) use lists::{
    awaited, details, receipts, receipts_of_employer, receipts_of_list, sums, take, vouchers,
};

use std::collections::{HashMap, HashSet};

use chassis::{Result, Unit};
use law::Month;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::batches::{List, Paid};
use crate::ledger::SourceKind;
use crate::ledger::store::small;

/// Those of the payments that pay what is owed for their month exactly and in time. `beside` does not see
/// what its unit has written: each must be of another month of an employer.
///
/// `account < 3` is principal and late fee in one descent of the index; a list of both takes two. The
/// code of most employers is their number; for the others it is looked up, where `EXISTS` would have all codes
/// of the area read.
pub(super) async fn exact<'r>(beside: &mut Unit, paid: &[Paid<'r>]) -> Result<Vec<Paid<'r>>> {
    if paid.is_empty() {
        return Ok(Vec::new());
    }
    let area = beside.area().to_owned();
    let months = paid.iter().map(|row| row.month.map(Month::first_day));
    let numbers: Vec<i64> = query_scalar(
        "SELECT p.row_no
         FROM UNNEST($2::text[], $3::text[], $4::date[], $5::numeric[], $6::date[], $7::int8[])
              AS p(employer_id, credit_code, month, amount, paid_on, row_no)
         CROSS JOIN LATERAL (
             SELECT sum(e.amount) AS unpaid, min(e.value_on) AS due_on, max(e.account) AS account
             FROM ledger_entry e
             WHERE e.pooling_area = $1 AND e.employer_id = p.employer_id AND e.month = p.month
               AND e.account < 3
         ) AS owed
         WHERE owed.unpaid = p.amount AND owed.account = 1 AND p.paid_on <= owed.due_on
           AND (p.credit_code = '' OR p.credit_code = p.employer_id OR p.credit_code = (
                SELECT c.credit_code FROM employer_code c
                WHERE c.pooling_area = $1 AND c.employer_id = p.employer_id
                  AND c.credit_code = p.credit_code))",
    )
    .bind(area)
    .bind(paid.iter().map(|row| row.employer_id).collect::<Vec<_>>())
    .bind(paid.iter().map(|row| row.credit_code).collect::<Vec<_>>())
    .bind(months.collect::<Vec<_>>())
    .bind(paid.iter().map(|row| row.amount).collect::<Vec<_>>())
    .bind(paid.iter().map(|row| row.paid_on).collect::<Vec<_>>())
    .bind(paid.iter().map(|row| row.number).collect::<Vec<_>>())
    .fetch_all(beside.db())
    .await?;
    let numbers: HashSet<i64> = numbers.into_iter().collect();
    let exact = paid.iter().filter(|row| numbers.contains(&row.number));
    Ok(exact.copied().collect())
}

/// Enters payments that pay what is owed for their month [exactly](exact). None of them may have entered
/// before: see [`entered_among`].
///
/// # Errors
/// `ledger_entry_payment_once` when one has entered before.
pub(super) async fn enter_exact(unit: &mut Unit, list: &List, paid: &[Paid<'_>]) -> Result<()> {
    if paid.is_empty() {
        return Ok(());
    }
    let (area, today, now) = (unit.area().to_owned(), unit.today(), unit.now());
    let months = paid.iter().map(|row| row.month.map(Month::first_day));
    query(
        "INSERT INTO ledger_entry (pooling_area, booked_on, booked_at, source_kind, source_id, sender,
                account, kind, employer_id, month, amount, received, value_on, arrived_on, channel,
                source_row, payment_reference)
         SELECT $1, $2, $3, $4, $5, $6, 1, 4, p.employer_id, p.month, -p.amount, p.amount, p.paid_on,
                p.arrived_on, p.channel, p.row_no, p.payment_reference
         FROM UNNEST($7::text[], $8::date[], $9::numeric[], $10::date[], $11::date[], $12::int2[],
                     $13::int8[], $14::text[])
              AS p(employer_id, month, amount, paid_on, arrived_on, channel, row_no, payment_reference)",
    )
    .bind(area)
    .bind(today)
    .bind(now)
    .bind(SourceKind::Batch as i16)
    .bind(list.batch_id)
    .bind(list.sender)
    .bind(paid.iter().map(|row| row.employer_id).collect::<Vec<_>>())
    .bind(months.collect::<Vec<_>>())
    .bind(paid.iter().map(|row| row.amount).collect::<Vec<_>>())
    .bind(paid.iter().map(|row| row.paid_on).collect::<Vec<_>>())
    .bind(paid.iter().map(|row| row.arrived_on).collect::<Vec<_>>())
    .bind(paid.iter().map(|row| small(row.channel as i32)).collect::<Vec<_>>())
    .bind(paid.iter().map(|row| row.number).collect::<Vec<_>>())
    .bind(paid.iter().map(|row| row.reference).collect::<Vec<_>>())
    .execute(unit.db())
    .await?;
    Ok(())
}

/// Has a payment of the sender with a reference from the first to the last of these entered? References
/// of one list mostly follow each other, and then one descent of the index answers for all of them.
pub(super) async fn entered_among(
    db: &mut PgConnection,
    area: &str,
    sender: &str,
    references: &[&str],
) -> Result<bool> {
    Ok(query_scalar(
        "SELECT EXISTS (
             SELECT FROM ledger_entry
             WHERE pooling_area = $1 AND sender = $2 AND payment_reference IS NOT NULL
               AND payment_reference >= (SELECT min(asked.reference) FROM UNNEST($3::text[]) AS asked(reference))
               AND payment_reference <= (SELECT max(asked.reference) FROM UNNEST($3::text[]) AS asked(reference)))",
    )
    .bind(area)
    .bind(sender)
    .bind(references)
    .fetch_one(db)
    .await?)
}

/// Employers with one of the numbers, and those who have or had one of the codes: their numbers, each with
/// every code that it has or had. Of those who share a code the last is who has it, or else had it last.
pub(super) async fn payers(
    db: &mut PgConnection,
    area: &str,
    ids: &[&str],
    codes: &[&str],
) -> Result<Vec<(String, String)>> {
    Ok(query_as(
        "WITH named AS (
             SELECT UNNEST($2::text[]) AS employer_id
             UNION
             SELECT employer_id FROM employer_code WHERE pooling_area = $1 AND credit_code = ANY($3)
         )
         SELECT e.employer_id, coalesce(c.credit_code, e.employer_id)
         FROM named
         JOIN employer e ON e.pooling_area = $1 AND e.employer_id = named.employer_id
         LEFT JOIN employer_code c ON c.pooling_area = $1 AND c.employer_id = e.employer_id
         ORDER BY c.credit_code IS NOT DISTINCT FROM e.credit_code, c.told_at NULLS FIRST, e.employer_id",
    )
    .bind(area)
    .bind(ids)
    .bind(codes)
    .fetch_all(db)
    .await?)
}

/// In which batch payments of the sender entered, by their references.
///
/// `LIMIT 1` says to the planner what the index does: one descent for each reference. Statistics that are
/// older than the list would have it read all that the sender ever sent.
pub(super) async fn entered(
    db: &mut PgConnection,
    area: &str,
    sender: &str,
    references: &[&str],
) -> Result<HashMap<String, Uuid>> {
    let rows: Vec<(String, Uuid)> = query_as(
        "SELECT asked.reference, entered.source_id
         FROM UNNEST($3::text[]) AS asked(reference)
         CROSS JOIN LATERAL (
             SELECT e.source_id FROM ledger_entry e
             WHERE e.pooling_area = $1 AND e.sender = $2 AND e.payment_reference = asked.reference
             LIMIT 1
         ) AS entered",
    )
    .bind(area)
    .bind(sender)
    .bind(references)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().collect())
}

/// The batch of the last payment for each month of the employers.
pub(super) async fn paid_by(
    db: &mut PgConnection,
    area: &str,
    employers: &[String],
) -> Result<HashMap<(String, Month), Uuid>> {
    let rows: Vec<(String, Date, Uuid)> = query_as(
        "SELECT DISTINCT ON (employer_id, month) employer_id, month, source_id FROM ledger_entry
         WHERE pooling_area = $1 AND employer_id = ANY($2) AND account <> 3 AND kind = 4
           AND source_kind = 3
         ORDER BY employer_id, month, booked_at DESC",
    )
    .bind(area)
    .bind(employers)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, month, batch)| ((id, Month::of(month)), batch))
        .collect())
}
