//! Notices to repay.

use chassis::{Page, Result};
use contracts::collection::v1::RepaymentNotice;
use law::Month;
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

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
    (issued_on, pay_by): (Date, Date),
) -> Result<()> {
    query(
        "INSERT INTO repayment_notice (pooling_area, issued_on, pay_by, notice_id, employer_id, form)
         SELECT $1, $2, $3, n.* FROM UNNEST($4::uuid[], $5::text[], $6::bytea[]) AS n",
    )
    .bind(area)
    .bind(issued_on)
    .bind(pay_by)
    .bind(notices.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(notices.iter().map(|(_, notice)| notice.employer_id.as_str()).collect::<Vec<_>>())
    .bind(notices.iter().map(|(_, notice)| notice.encode_to_vec()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// The last day of a notice to the employer; none when there is no such notice.
pub async fn pay_by(
    db: &mut PgConnection,
    area: &str,
    notice_id: Uuid,
    employer_id: &str,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT pay_by FROM repayment_notice
         WHERE pooling_area = $1 AND notice_id = $2 AND employer_id = $3",
    )
    .bind(area)
    .bind(notice_id)
    .bind(employer_id)
    .fetch_optional(db)
    .await?)
}

#[derive(FromRow)]
struct NoticeRow {
    notice_id: Uuid,
    form: Vec<u8>,
}

/// A page of notices.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    page: &Page,
) -> Result<(Vec<RepaymentNotice>, String)> {
    let rows: Vec<NoticeRow> = query_as(
        "SELECT notice_id, form FROM repayment_notice
         WHERE pooling_area = $1 AND ($2 = '' OR employer_id = $2) AND ($3::uuid IS NULL OR notice_id > $3)
         ORDER BY notice_id LIMIT $4",
    )
    .bind(area)
    .bind(employer_id)
    .bind(page.after::<Uuid>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?;
    let (rows, next) = page.cut(rows, |row| row.notice_id.to_string());
    let notices: Result<Vec<_>, _> = rows
        .iter()
        .map(|row| RepaymentNotice::decode(&*row.form))
        .collect();
    Ok((notices?, next))
}
