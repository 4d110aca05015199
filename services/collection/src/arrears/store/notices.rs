//! Notices to repay.

use chassis::{Page, Result};
use contracts::collection::v1::RepaymentNotice;
use law::Month;
use law::calendar::Deadline;
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

use crate::notice::Issued;

/// Employers after `after` with arrears of months up to `through` that nobody else handles: number,
/// name and the months.
pub async fn owing(
    db: &mut PgConnection,
    area: &str,
    through: Month,
    (after, only): (Option<&str>, Option<&[String]>),
    limit: i64,
) -> Result<Vec<(String, String, Vec<Date>)>> {
    Ok(query_as(
        "SELECT a.employer_id, r.name, array_agg(a.month ORDER BY a.month)
         FROM arrears a JOIN employer r USING (pooling_area, employer_id)
         WHERE a.pooling_area = $1 AND a.state = 1 AND a.month <= $2
           AND a.employer_id > coalesce($3, '') AND ($4::text[] IS NULL OR a.employer_id = ANY($4))
         GROUP BY a.employer_id, r.name ORDER BY a.employer_id LIMIT $5",
    )
    .bind(area)
    .bind(through.first_day())
    .bind(after)
    .bind(only)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Issues notices.
pub async fn issue(
    db: &mut PgConnection,
    area: &str,
    notices: &[(Uuid, RepaymentNotice)],
    (issued_on, issue_by): (Date, Date),
) -> Result<()> {
    query(
        "INSERT INTO repayment_notice (pooling_area, issued_on, issue_by, notice_id, employer_id, form)
         SELECT $1, $2, $3, n.* FROM UNNEST($4::uuid[], $5::text[], $6::bytea[]) AS n",
    )
    .bind(area)
    .bind(issued_on)
    .bind(issue_by)
    .bind(notices.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(
        notices
            .iter()
            .map(|(_, notice)| notice.employer_id.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(
        notices
            .iter()
            .map(|(_, notice)| notice.encode_to_vec())
            .collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The notices with these numbers.
pub async fn issued(db: &mut PgConnection, area: &str, ids: &[Uuid]) -> Result<Vec<Issued>> {
    Ok(query_as(
        "SELECT notice_id, issued_on, delivered_on FROM repayment_notice
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
) -> Result<Vec<RepaymentNotice>> {
    let rows: Vec<NoticeRow> = query_as(
        "UPDATE repayment_notice SET delivered_on = $3, pay_by = $4, pay_by_provisional = $5
         WHERE pooling_area = $1 AND notice_id = ANY($2)
         RETURNING notice_id, delivered_on, pay_by, pay_by_provisional, form",
    )
    .bind(area)
    .bind(ids)
    .bind(delivered_on)
    .bind(pay_by.due_on)
    .bind(!pay_by.holidays_known)
    .fetch_all(db)
    .await?;
    rows.iter().map(NoticeRow::notice).collect()
}

/// The notice to the employer.
pub async fn notice(
    db: &mut PgConnection,
    area: &str,
    notice_id: Uuid,
    employer_id: &str,
) -> Result<Option<RepaymentNotice>> {
    let row: Option<NoticeRow> = query_as(
        "SELECT notice_id, delivered_on, pay_by, pay_by_provisional, form FROM repayment_notice
         WHERE pooling_area = $1 AND notice_id = $2 AND employer_id = $3",
    )
    .bind(area)
    .bind(notice_id)
    .bind(employer_id)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(NoticeRow::notice).transpose()
}

#[derive(FromRow)]
struct NoticeRow {
    notice_id: Uuid,
    delivered_on: Option<Date>,
    pay_by: Option<Date>,
    pay_by_provisional: bool,
    form: Vec<u8>,
}

impl NoticeRow {
    fn notice(&self) -> Result<RepaymentNotice> {
        Ok(RepaymentNotice {
            delivered_on: self.delivered_on.map(Into::into),
            pay_by: self.pay_by.map(Into::into),
            pay_by_provisional: self.pay_by_provisional,
            ..RepaymentNotice::decode(&*self.form)?
        })
    }
}

/// A page of notices; only undelivered ones whose last day to be issued was before `overdue_on`, to
/// employers that are in arrears still.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    (employer_id, overdue_on): (&str, Option<Date>),
    page: &Page,
) -> Result<(Vec<RepaymentNotice>, String)> {
    let rows: Vec<NoticeRow> = query_as(
        "SELECT notice_id, delivered_on, pay_by, pay_by_provisional, form FROM repayment_notice n
         WHERE pooling_area = $1 AND ($2 = '' OR employer_id = $2) AND ($3::uuid IS NULL OR notice_id > $3)
           AND ($5::date IS NULL OR (delivered_on IS NULL AND issue_by < $5 AND EXISTS (
               SELECT FROM arrears a
               WHERE a.pooling_area = $1 AND a.employer_id = n.employer_id AND a.state <> 5)))
         ORDER BY notice_id LIMIT $4",
    )
    .bind(area)
    .bind(employer_id)
    .bind(page.after::<Uuid>()?)
    .bind(page.limit())
    .bind(overdue_on)
    .fetch_all(db)
    .await?;
    let (rows, next) = page.cut(rows, |row| row.notice_id.to_string());
    let notices: Result<Vec<_>> = rows.iter().map(NoticeRow::notice).collect();
    Ok((notices?, next))
}
