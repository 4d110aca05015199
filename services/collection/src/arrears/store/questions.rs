//! What others ask about the ledger.

use chassis::{Error, Page, Result, wire::timestamp};
use contracts::collection::v1::{AssessmentBasis, GetLedgerTotalsResponse, LedgerEntry};
use law::{Month, Worksheet};
use rust_decimal::Decimal;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, query_as, query_scalar};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// The wage of a person who is insured with an employer on a day that counts in its month, as declared or
/// else as stated at enrolment, in yuan; of any person when none is named. None when nobody is insured.
pub async fn insured_base(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    person_id: Option<Uuid>,
    on: Date,
) -> Result<Option<Decimal>> {
    Ok(query_scalar(
        "SELECT coalesce(b.wage, i.wage)
         FROM insured i LEFT JOIN contribution_base b
              ON b.pooling_area = i.pooling_area AND b.employer_id = i.employer_id
              AND b.person_id = i.person_id AND b.months @> $4::date
         WHERE i.pooling_area = $1 AND i.employer_id = $2 AND ($3::uuid IS NULL OR i.person_id = $3)
           AND i.starts_on <= $4 AND (i.ends_on IS NULL OR i.ends_on >= $4)
         ORDER BY i.from_month DESC LIMIT 1",
    )
    .bind(area)
    .bind(employer_id)
    .bind(person_id)
    .bind(on)
    .fetch_optional(db)
    .await?)
}

/// Months whose principal was late on `on`: its last day in time lay before, and it was not paid by it.
pub async fn unpaid_months(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    on: Date,
) -> Result<Vec<Month>> {
    let months: Vec<Date> = query_scalar(
        "SELECT month FROM due_entry
         WHERE pooling_area = $1 AND employer_id = $2 AND account = 1 AND kind <> 6
           AND (value_on < $3 OR value_on = $3 AND kind IN (4, 7))
         GROUP BY month HAVING sum(amount) > 0 ORDER BY month",
    )
    .bind(area)
    .bind(employer_id)
    .bind(on)
    .fetch_all(db)
    .await?;
    Ok(months.into_iter().map(Month::of).collect())
}

/// Months up to and including `last` in which people are insured, or the person that is named, and for
/// which nothing is assessed yet, each with the month by whose due date it is in time (article 10):
/// neither by its own assessment, nor, for those counted later, by the one that charges it too (article
/// 10), nor on form 3-11 (article 29), nor in a special way, which covers everybody (article 31). Whom one
/// enrolment is charged for in a month is not missed in it by another one.
pub async fn unassessed_months(
    db: &mut PgConnection,
    area: &str,
    (employer_id, person_id): (&str, Option<Uuid>),
    last: Month,
) -> Result<Vec<(Month, Month)>> {
    let months: Vec<(Date, Date)> = query_as(
        "SELECT step::date AS month,
                min(CASE WHEN i.charged_month <= step AND i.declared_month = step + interval '1 month'
                    THEN i.declared_month ELSE step::date END) AS due_with
         FROM insured i
         CROSS JOIN LATERAL generate_series(i.from_month::timestamp,
             least(i.to_month, $3::date), interval '1 month') AS step
         WHERE i.pooling_area = $1 AND i.employer_id = $2 AND ($4::uuid IS NULL OR i.person_id = $4)
           AND (i.charged_month <= step OR NOT EXISTS (
               SELECT FROM insured other
               WHERE other.pooling_area = $1 AND other.employer_id = $2 AND other.person_id = i.person_id
                 AND other.charged_month <= step AND (other.to_month IS NULL OR other.to_month >= step)))
           AND NOT EXISTS (
               SELECT FROM month_sent s
               WHERE s.pooling_area = $1
                 AND s.month = CASE WHEN i.declared_month <= step THEN step::date
                                    WHEN i.charged_month <= step THEN i.declared_month END)
           AND NOT EXISTS (
               SELECT FROM special_cover s
               WHERE s.pooling_area = $1 AND s.employer_id = $2 AND s.months @> step::date)
           AND NOT EXISTS (
               SELECT FROM back_payment p
               WHERE p.pooling_area = $1 AND p.employer_id = $2 AND p.person_id = i.person_id
                 AND p.month = step::date)
         GROUP BY step ORDER BY step",
    )
    .bind(area)
    .bind(employer_id)
    .bind(last.first_day())
    .bind(person_id)
    .fetch_all(db)
    .await?;
    let months = months.into_iter();
    Ok(months
        .map(|(month, due_with)| (Month::of(month), Month::of(due_with)))
        .collect())
}

/// Months up to and including `last` that an employer is charged for provisionally: it declared no wages
/// for them, then or since (law 62).
pub async fn provisional_months(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    last: Month,
) -> Result<Vec<Month>> {
    let months: Vec<Date> = query_scalar(
        "SELECT month FROM assessment
         WHERE pooling_area = $1 AND employer_id = $2 AND basis = $3 AND month <= $4 ORDER BY month",
    )
    .bind(area)
    .bind(employer_id)
    .bind(AssessmentBasis::Provisional as i32)
    .bind(last.first_day())
    .fetch_all(db)
    .await?;
    Ok(months.into_iter().map(Month::of).collect())
}

#[derive(FromRow)]
struct EntryRow {
    month: Date,
    account: i16,
    kind: i16,
    source_kind: i16,
    source_id: Uuid,
    source_row: i64,
    amount: Decimal,
    value_on: Date,
    booked_on: Date,
    booked_at: OffsetDateTime,
    worksheet: Option<Json<Worksheet>>,
}

impl EntryRow {
    fn id(&self) -> String {
        let Self {
            account,
            kind,
            source_id,
            source_row,
            ..
        } = self;
        format!(
            "{}/{account}/{kind}/{source_id}/{source_row}",
            Month::of(self.month)
        )
    }

    fn source(&self) -> String {
        let kind = match self.source_kind {
            1 => "任务",
            2 => "办件",
            3 => "批次",
            4 => "请求",
            _ => "事件",
        };
        format!("{kind} {}/{}", self.source_id, self.source_row)
    }
}

impl From<EntryRow> for LedgerEntry {
    fn from(row: EntryRow) -> Self {
        Self {
            entry_id: row.id(),
            source: row.source(),
            month: Some(Month::of(row.month).into()),
            account: i32::from(row.account),
            kind: i32::from(row.kind),
            amount: Some(row.amount.into()),
            value_on: Some(row.value_on.into()),
            booked_on: Some(row.booked_on.into()),
            booked_at: Some(timestamp(row.booked_at)),
            worksheet: row.worksheet.map(|Json(worksheet)| worksheet.into()),
        }
    }
}

/// A page of the entries of an employer, in the order of months, accounts and kinds.
pub async fn entries(
    db: &mut PgConnection,
    area: &str,
    (employer_id, month): (&str, Option<Month>),
    page: &Page,
) -> Result<(Vec<LedgerEntry>, String)> {
    let unreadable = || {
        Error::invalid(
            "pageToken",
            "续页标记",
            "不是上一页返回的标记，请从第一页重新查询",
        )
    };
    let after: Option<(Date, i16, i16, Uuid, i64)> = page
        .after
        .as_deref()
        .map(|token| place(token).ok_or_else(unreadable))
        .transpose()?;
    let rows: Vec<EntryRow> = query_as(
        "SELECT month, account, kind, source_kind, source_id, source_row, amount, value_on, booked_on,
                booked_at, worksheet
         FROM ledger_entry
         WHERE pooling_area = $1 AND employer_id = $2 AND ($3::date IS NULL OR month = $3)
           AND ($4::date IS NULL OR (month, account, kind, source_id, source_row) > ($4, $5, $6, $7, $8))
         ORDER BY month, account, kind, source_id, source_row LIMIT $9",
    )
    .bind(area)
    .bind(employer_id)
    .bind(month.map(Month::first_day))
    .bind(after.map(|a| a.0))
    .bind(after.map(|a| a.1))
    .bind(after.map(|a| a.2))
    .bind(after.map(|a| a.3))
    .bind(after.map(|a| a.4))
    .bind(page.limit())
    .fetch_all(db)
    .await?;
    let (rows, next) = page.cut(rows, EntryRow::id);
    Ok((rows.into_iter().map(Into::into).collect(), next))
}

fn place(id: &str) -> Option<(Date, i16, i16, Uuid, i64)> {
    let mut parts = id.split('/');
    Some((
        parts.next()?.parse::<Month>().ok()?.first_day(),
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    ))
}

#[derive(FromRow)]
struct TotalsRow {
    principal_due: Decimal,
    principal_paid: Decimal,
    principal_written_off: Decimal,
    principal_unpaid: Decimal,
    late_fee_due: Decimal,
    late_fee_paid: Decimal,
    late_fee_written_off: Decimal,
    late_fee_unpaid: Decimal,
    suspense: Decimal,
    received: Decimal,
    refunded: Decimal,
}

impl From<TotalsRow> for GetLedgerTotalsResponse {
    fn from(row: TotalsRow) -> Self {
        Self {
            principal_due: Some(row.principal_due.into()),
            principal_paid: Some(row.principal_paid.into()),
            principal_written_off: Some(row.principal_written_off.into()),
            principal_unpaid: Some(row.principal_unpaid.into()),
            late_fee_due: Some(row.late_fee_due.into()),
            late_fee_paid: Some(row.late_fee_paid.into()),
            late_fee_written_off: Some(row.late_fee_written_off.into()),
            late_fee_unpaid: Some(row.late_fee_unpaid.into()),
            suspense: Some(row.suspense.into()),
            received: Some(row.received.into()),
            refunded: Some(row.refunded.into()),
        }
    }
}

/// The ledger of the area in sums, for one month or for all. What is unpaid is counted employer by
/// employer and month by month, and what was received payment by payment, so that both can be held
/// against the other sums. A payment for several months counts in the month of its first entry.
pub async fn totals(
    db: &mut PgConnection,
    area: &str,
    month: Option<Month>,
) -> Result<GetLedgerTotalsResponse> {
    let row: TotalsRow = query_as(
        "SELECT coalesce(sum(due) FILTER (WHERE account = 1), 0) AS principal_due,
                coalesce(sum(paid) FILTER (WHERE account = 1), 0) AS principal_paid,
                coalesce(sum(written_off) FILTER (WHERE account = 1), 0) AS principal_written_off,
                coalesce(sum(unpaid) FILTER (WHERE account = 1), 0) AS principal_unpaid,
                coalesce(sum(due) FILTER (WHERE account = 2), 0) AS late_fee_due,
                coalesce(sum(paid) FILTER (WHERE account = 2), 0) AS late_fee_paid,
                coalesce(sum(written_off) FILTER (WHERE account = 2), 0) AS late_fee_written_off,
                coalesce(sum(unpaid) FILTER (WHERE account = 2), 0) AS late_fee_unpaid,
                coalesce(-sum(unpaid) FILTER (WHERE account = 3), 0) AS suspense,
                coalesce(sum(received), 0) AS received,
                coalesce(sum(refunded), 0) AS refunded
         FROM (SELECT account,
                      coalesce(sum(amount) FILTER (WHERE kind NOT IN (4, 6, 7)), 0) AS due,
                      coalesce(-sum(amount) FILTER (WHERE kind IN (4, 7)), 0) AS paid,
                      coalesce(-sum(amount) FILTER (WHERE kind = 6), 0) AS written_off,
                      sum(amount) FILTER (WHERE account = 3 AND kind = 7) AS refunded,
                      sum(amount) AS unpaid,
                      sum(received) AS received
               FROM ledger_entry
               WHERE pooling_area = $1 AND ($2::date IS NULL OR month = $2)
               GROUP BY employer_id, month, account) AS months",
    )
    .bind(area)
    .bind(month.map(Month::first_day))
    .fetch_one(db)
    .await?;
    Ok(row.into())
}
