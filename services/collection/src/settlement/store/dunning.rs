//! Dunning notices.

use chassis::{Page, Result};
use contracts::collection::v1::{DunningNotice, DunningState};
use law::Month;
use law::calendar::Deadline;
use rust_decimal::Decimal;
use sqlx::postgres::PgQueryResult;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use crate::ledger::store::small;
use crate::notice::Issued;
use crate::wire;

/// Employers after `after`, or those of `only`, that owe principal of the month that was due by `through`, or
/// a late fee of it, by then past the due date of the bill with which it was assessed or the day on which a receipt
/// left it open, and are neither dunned for the month nor in arrears with it: number and name. Some may owe only
/// what no bill has carried yet.
pub async fn late(
    db: &mut PgConnection,
    area: &str,
    (month, through): (Month, Date),
    (after, only): (Option<&str>, Option<&[String]>),
    limit: i64,
) -> Result<Vec<(String, String)>> {
    Ok(query_as(
        "SELECT l.employer_id, r.name
         FROM ledger_entry l JOIN employer r USING (pooling_area, employer_id)
         LEFT JOIN assessment b ON l.account = 2 AND l.kind = 3 AND b.pooling_area = $1
              AND b.employer_id = l.employer_id AND b.run_id = l.source_id
         WHERE l.pooling_area = $1 AND l.month = $2 AND l.account < 3
           AND l.employer_id > coalesce($4, '') AND ($6::text[] IS NULL OR l.employer_id = ANY($6))
           AND NOT EXISTS (SELECT FROM dunning_notice n WHERE n.pooling_area = $1
                           AND n.employer_id = l.employer_id AND n.month = $2 AND n.state = 1)
           AND NOT EXISTS (SELECT FROM arrears a WHERE a.pooling_area = $1
                           AND a.employer_id = l.employer_id AND a.month = $2 AND a.state <> 5)
         GROUP BY l.employer_id, r.name
         HAVING sum(l.amount) FILTER (WHERE l.account = 1
                AND (l.amount < 0 AND (l.kind <> 5 OR l.source_kind <> 1) OR l.value_on <= $3)) > 0
             OR sum(l.amount) FILTER (WHERE l.account = 2
                AND (l.amount < 0 OR coalesce(b.due_on, l.value_on) <= $3)) > 0
         ORDER BY l.employer_id LIMIT $5",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(through)
    .bind(after)
    .bind(limit)
    .bind(only)
    .fetch_all(db)
    .await?)
}

/// Did principal of the month fall due by `through`?
pub async fn fell_due(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    through: Date,
) -> Result<bool> {
    Ok(query_scalar(
        "SELECT EXISTS (SELECT FROM ledger_entry
                        WHERE pooling_area = $1 AND month = $2 AND account = 1 AND amount > 0
                          AND value_on <= $3)",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(through)
    .fetch_one(db)
    .await?)
}

/// Issues notices, one for each employer and run.
pub async fn issue(
    db: &mut PgConnection,
    area: &str,
    run_id: Uuid,
    notices: &[(String, DunningNotice)],
    (month, due_through, issued_on, issue_by): (Month, Date, Date, Date),
) -> Result<()> {
    let ids = notices
        .iter()
        .map(|(employer_id, _)| Uuid::new_v5(&run_id, employer_id.as_bytes()));
    let yuan = |of: fn(&DunningNotice) -> Option<&contracts::Money>| -> Result<Vec<Decimal>> {
        notices
            .iter()
            .map(|(_, notice)| wire::yuan(of(notice)))
            .collect()
    };
    let due_on: Result<Vec<Date>> = notices
        .iter()
        .map(|(_, notice)| wire::day(notice.due_on))
        .collect();
    query(
        "INSERT INTO dunning_notice (pooling_area, month, due_through, issued_on, issue_by, state,
                notice_id, employer_id, due, paid, unpaid, late_fee, due_on)
         SELECT $1, $2, $3, $4, $5, $6, n.*
         FROM UNNEST($7::uuid[], $8::text[], $9::numeric[], $10::numeric[], $11::numeric[], $12::numeric[],
                     $13::date[]) AS n",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(due_through)
    .bind(issued_on)
    .bind(issue_by)
    .bind(small(DunningState::Open as i32))
    .bind(ids.collect::<Vec<_>>())
    .bind(notices.iter().map(|(employer_id, _)| employer_id.as_str()).collect::<Vec<_>>())
    .bind(yuan(|notice| notice.due.as_ref())?)
    .bind(yuan(|notice| notice.paid.as_ref())?)
    .bind(yuan(|notice| notice.unpaid.as_ref())?)
    .bind(yuan(|notice| notice.late_fee.as_ref())?)
    .bind(due_on?)
    .execute(db)
    .await?;
    Ok(())
}

/// The notices with these numbers.
pub async fn issued(db: &mut PgConnection, area: &str, ids: &[Uuid]) -> Result<Vec<Issued>> {
    Ok(query_as(
        "SELECT notice_id, issued_on, delivered_on FROM dunning_notice
         WHERE pooling_area = $1 AND notice_id = ANY($2) FOR UPDATE",
    )
    .bind(area)
    .bind(ids)
    .fetch_all(db)
    .await?)
}

/// Sets when notices were delivered, and until when they are answered.
pub async fn deliver(
    db: &mut PgConnection,
    area: &str,
    ids: &[Uuid],
    (delivered_on, pay_by): (Date, Deadline),
) -> Result<Vec<DunningNotice>> {
    let rows: Vec<NoticeRow> = query_as(
        "UPDATE dunning_notice n SET delivered_on = $3, pay_by = $4, pay_by_provisional = $5
         FROM employer r
         WHERE n.pooling_area = $1 AND n.notice_id = ANY($2)
           AND r.pooling_area = n.pooling_area AND r.employer_id = n.employer_id
         RETURNING n.*, r.name",
    )
    .bind(area)
    .bind(ids)
    .bind(delivered_on)
    .bind(pay_by.due_on)
    .bind(!pay_by.holidays_known)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Settles the running notices of whose month nothing is owed any more that they are about;
/// answers how many.
pub async fn settle_paid(db: &mut PgConnection, area: &str) -> Result<u64> {
    let settled: PgQueryResult = query(
        "UPDATE dunning_notice n SET state = 2
         WHERE n.pooling_area = $1 AND n.state = 1 AND NOT EXISTS (
             SELECT FROM due_entry e
             WHERE e.pooling_area = $1 AND e.employer_id = n.employer_id AND e.month = n.month
               AND (e.account = 2 OR e.amount < 0 AND NOT e.moved OR e.value_on <= n.due_through)
             GROUP BY e.account HAVING sum(e.amount) > 0)",
    )
    .bind(area)
    .execute(db)
    .await?;
    Ok(settled.rows_affected())
}

/// Carries the notices whose term ended by `told_through` over into the arrears ledger: employer, month and
/// principal of what was opened there, which is what is owed of the principal that they are about.
pub async fn carry_over(
    db: &mut PgConnection,
    area: &str,
    (today, told_through): (Date, Date),
) -> Result<Vec<(String, Date, Decimal)>> {
    Ok(query_as(
        "WITH past AS (
             UPDATE dunning_notice SET state = 3 WHERE pooling_area = $1 AND state = 1 AND pay_by <= $3
             RETURNING notice_id, employer_id, month, due_through)
         INSERT INTO arrears (pooling_area, arrears_id, employer_id, month, opened_principal, opened_on, state)
         SELECT $1, p.notice_id, p.employer_id, p.month,
                (SELECT greatest(coalesce(sum(e.amount), 0), 0) FROM due_entry e
                 WHERE e.pooling_area = $1 AND e.employer_id = p.employer_id AND e.month = p.month
                   AND e.account = 1
                   AND (e.amount < 0 AND NOT e.moved OR e.value_on <= p.due_through)),
                $2, 1
         FROM past p
         ON CONFLICT (pooling_area, employer_id, month) WHERE state <> 5 DO NOTHING
         RETURNING employer_id, month, opened_principal",
    )
    .bind(area)
    .bind(today)
    .bind(told_through)
    .fetch_all(db)
    .await?)
}

#[derive(FromRow)]
struct NoticeRow {
    notice_id: Uuid,
    employer_id: String,
    name: String,
    month: Date,
    due: Decimal,
    paid: Decimal,
    unpaid: Decimal,
    late_fee: Decimal,
    due_on: Date,
    issued_on: Date,
    issue_by: Date,
    delivered_on: Option<Date>,
    pay_by: Option<Date>,
    pay_by_provisional: bool,
    state: i16,
}

impl From<NoticeRow> for DunningNotice {
    fn from(row: NoticeRow) -> Self {
        Self {
            notice_id: row.notice_id.to_string(),
            employer_id: row.employer_id,
            employer_name: row.name,
            month: Some(Month::of(row.month).into()),
            due: Some(row.due.into()),
            paid: Some(row.paid.into()),
            unpaid: Some(row.unpaid.into()),
            late_fee: Some(row.late_fee.into()),
            due_on: Some(row.due_on.into()),
            issued_on: Some(row.issued_on.into()),
            pay_by: row.pay_by.map(Into::into),
            delivered_on: row.delivered_on.map(Into::into),
            issue_by: Some(row.issue_by.into()),
            pay_by_provisional: row.pay_by_provisional,
            state: i32::from(row.state),
        }
    }
}

/// A page of notices, in the order of their numbers; only running and undelivered ones whose last day to
/// be issued was before `overdue_on` and of whose month something is owed still that they are about.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    (employer_id, month, state): (&str, Option<Month>, i32),
    overdue_on: Option<Date>,
    page: &Page,
) -> Result<(Vec<DunningNotice>, String)> {
    let rows: Vec<NoticeRow> = query_as(
        "SELECT n.*, r.name FROM dunning_notice n JOIN employer r USING (pooling_area, employer_id)
         WHERE n.pooling_area = $1 AND ($2 = '' OR n.employer_id = $2) AND ($3::date IS NULL OR n.month = $3)
           AND ($4 = 0 OR n.state = $4) AND ($5::uuid IS NULL OR n.notice_id > $5)
           AND ($7::date IS NULL OR (n.state = 1 AND n.delivered_on IS NULL AND n.issue_by < $7 AND EXISTS (
               SELECT FROM due_entry e
               WHERE e.pooling_area = $1 AND e.employer_id = n.employer_id AND e.month = n.month
                 AND (e.account = 2 OR e.amount < 0 AND NOT e.moved OR e.value_on <= n.due_through)
               GROUP BY e.account HAVING sum(e.amount) > 0)))
         ORDER BY n.notice_id LIMIT $6",
    )
    .bind(area)
    .bind(employer_id)
    .bind(month.map(Month::first_day))
    .bind(state)
    .bind(page.after::<Uuid>()?)
    .bind(page.limit())
    .bind(overdue_on)
    .fetch_all(db)
    .await?;
    let (rows, next) = page.cut(rows, |row| row.notice_id.to_string());
    Ok((rows.into_iter().map(Into::into).collect(), next))
}
