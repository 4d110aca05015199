//! Findings of under-declaration.

use contracts::Refused;
use contracts::collection::v1::{Refusal, UnderDeclaration};
use law::Month;
use law::calendar::Deadline;
use rust_decimal::Decimal;
use sqlx::postgres::types::PgRange;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

use crate::notice::Issued;
use crate::wire;

/// A finding of under-declaration.
#[derive(Clone, Debug, FromRow)]
pub struct Finding {
    /// The case that recorded it.
    pub finding_id: Uuid,
    /// The employer.
    pub employer_id: String,
    /// `UnderDeclarationKind`.
    pub kind: i32,
    /// Months concerned.
    pub months: PgRange<Date>,
    /// Yuan over all months.
    pub missing_base: Decimal,
    /// Yuan made good so far.
    pub made_good_base: Decimal,
    /// Day of the notice to make good.
    pub issued_on: Date,
    /// When the notice reached the employer.
    pub delivered_on: Option<Date>,
    /// Last day to make good, once the notice is delivered.
    pub make_good_by: Option<Date>,
    /// No notice of public holidays was known for it.
    pub make_good_by_provisional: bool,
    /// `UnderDeclarationState`.
    pub state: i32,
}

impl Finding {
    /// Art. 24. Is it about all of these months?
    ///
    /// # Errors
    /// [`Refusal::FindingOtherMonths`] for one that it is not about.
    pub fn concerns(&self, months: impl IntoIterator<Item = Month>) -> chassis::Result<()> {
        let (from, to) = wire::month_range(&self.months)?;
        let mut months = months.into_iter();
        match months.find(|month| !(from..=to).contains(month)) {
            Some(month) => Err(Refused::because(Refusal::FindingOtherMonths)
                .with("finding_id", self.finding_id)
                .with("from", from)
                .with("to", to)
                .with("month", month)
                .into()),
            None => Ok(()),
        }
    }

    /// As it is shown.
    ///
    /// # Errors
    /// When its months are no range.
    pub fn shown(&self) -> chassis::Result<UnderDeclaration> {
        let (from, to) = wire::month_range(&self.months)?;
        Ok(UnderDeclaration {
            finding_id: self.finding_id.to_string(),
            employer_id: self.employer_id.clone(),
            kind: self.kind,
            from_month: Some(from.into()),
            to_month: Some(to.into()),
            missing_base: Some(self.missing_base.into()),
            made_good_base: Some(self.made_good_base.into()),
            make_good_by: self.make_good_by.map(Into::into),
            make_good_by_provisional: self.make_good_by_provisional,
            state: self.state,
            issued_on: Some(self.issued_on.into()),
            delivered_on: self.delivered_on.map(Into::into),
        })
    }
}

/// Records a finding of under-declaration.
pub async fn insert_finding(db: &mut PgConnection, area: &str, finding: &Finding) -> Result<()> {
    sqlx::query(
        "INSERT INTO under_declaration (pooling_area, finding_id, employer_id, kind, months, missing_base,
             issued_on, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(area)
    .bind(finding.finding_id)
    .bind(&finding.employer_id)
    .bind(finding.kind)
    .bind(finding.months)
    .bind(finding.missing_base)
    .bind(finding.issued_on)
    .bind(finding.state)
    .execute(db)
    .await
    .map(drop)
}

/// What was paid back for months of an employer on form 3-11, as base, in yuan.
pub async fn paid_back(
    db: &mut PgConnection,
    area: &str,
    (employer_id, (first, last)): (&str, (Month, Month)),
) -> Result<Decimal> {
    sqlx::query_scalar(
        "SELECT coalesce(sum(missing_base), 0) FROM back_payment
         WHERE pooling_area = $1 AND employer_id = $2 AND month BETWEEN $3 AND $4",
    )
    .bind(area)
    .bind(employer_id)
    .bind(first.first_day())
    .bind(last.first_day())
    .fetch_one(db)
    .await
}

/// The notices to make good of these findings.
pub async fn issued(db: &mut PgConnection, area: &str, ids: &[Uuid]) -> Result<Vec<Issued>> {
    sqlx::query_as(
        "SELECT finding_id AS notice_id, issued_on, delivered_on FROM under_declaration
         WHERE pooling_area = $1 AND finding_id = ANY($2) FOR UPDATE",
    )
    .bind(area)
    .bind(ids)
    .fetch_all(db)
    .await
}

/// Sets when the notices of findings that are open were delivered, and until when they are made good.
pub async fn deliver(
    db: &mut PgConnection,
    area: &str,
    ids: &[Uuid],
    (delivered_on, make_good_by): (Date, Deadline),
) -> Result<Vec<Finding>> {
    sqlx::query_as(
        "UPDATE under_declaration
         SET delivered_on = $3, make_good_by = $4, make_good_by_provisional = $5
         WHERE pooling_area = $1 AND finding_id = ANY($2) AND state = 1
         RETURNING *",
    )
    .bind(area)
    .bind(ids)
    .bind(delivered_on)
    .bind(make_good_by.due_on)
    .bind(!make_good_by.holidays_known)
    .fetch_all(db)
    .await
}

/// The finding, where it is the employer's and not closed: in its term, or with audit.
pub async fn open_finding(
    db: &mut PgConnection,
    area: &str,
    (finding_id, employer_id): (Uuid, &str),
) -> Result<Option<Finding>> {
    sqlx::query_as(
        "SELECT * FROM under_declaration
         WHERE pooling_area = $1 AND finding_id = $2 AND employer_id = $3 AND state IN (1, 3)",
    )
    .bind(area)
    .bind(finding_id)
    .bind(employer_id)
    .fetch_optional(db)
    .await
}

/// A finding of missing bases that is not closed, about one of the months of an employer.
pub async fn finding_of_months(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    months: PgRange<Date>,
) -> Result<Option<Finding>> {
    sqlx::query_as(
        "SELECT * FROM under_declaration
         WHERE pooling_area = $1 AND employer_id = $2 AND months && $3 AND missing_base > 0
           AND state IN (1, 3)
         ORDER BY finding_id LIMIT 1",
    )
    .bind(area)
    .bind(employer_id)
    .bind(months)
    .fetch_optional(db)
    .await
}

/// Adds to what was made good of a finding, where it is open, and answers it; all of it closes the finding.
/// Where documents were refused, nothing is known to be missing, and what is paid back on them closes it.
pub async fn make_good(
    db: &mut PgConnection,
    area: &str,
    finding_id: Uuid,
    made_good: Decimal,
) -> Result<Option<Finding>> {
    sqlx::query_as(
        "UPDATE under_declaration
         SET made_good_base = made_good_base + $3,
             state = CASE WHEN made_good_base + $3 >= missing_base THEN 2 ELSE state END
         WHERE pooling_area = $1 AND finding_id = $2 AND state IN (1, 3)
         RETURNING *",
    )
    .bind(area)
    .bind(finding_id)
    .bind(made_good)
    .fetch_optional(db)
    .await
}

/// Findings by employer and state, after a finding; only open ones whose term ended before
/// `overdue_on`.
pub async fn findings(
    db: &mut PgConnection,
    area: &str,
    (employer_id, state, overdue_on): (&str, i32, Option<Date>),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<Finding>> {
    sqlx::query_as(
        "SELECT * FROM under_declaration
         WHERE pooling_area = $1 AND ($2 = '' OR employer_id = $2) AND ($3 = 0 OR state = $3)
           AND ($4::date IS NULL OR (state = 1 AND make_good_by < $4))
           AND ($5::uuid IS NULL OR finding_id > $5)
         ORDER BY finding_id LIMIT $6",
    )
    .bind(area)
    .bind(employer_id)
    .bind(state)
    .bind(overdue_on)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Hands a finding over, where it is open.
pub async fn hand_over(db: &mut PgConnection, area: &str, finding_id: Uuid) -> Result<bool> {
    let handed = sqlx::query(
        "UPDATE under_declaration SET state = 3
         WHERE pooling_area = $1 AND finding_id = $2 AND state = 1",
    )
    .bind(area)
    .bind(finding_id)
    .execute(db)
    .await?;
    Ok(handed.rows_affected() == 1)
}

/// Closes a finding because nothing is missing any more, where it is open and as much of it was made good, and
/// answers it.
pub async fn close_with_nothing_missing(
    db: &mut PgConnection,
    area: &str,
    (finding_id, made_good_base): (Uuid, Decimal),
) -> Result<Option<Finding>> {
    sqlx::query_as(
        "UPDATE under_declaration SET state = 4
         WHERE pooling_area = $1 AND finding_id = $2 AND state IN (1, 3) AND made_good_base = $3
         RETURNING *",
    )
    .bind(area)
    .bind(finding_id)
    .bind(made_good_base)
    .fetch_optional(db)
    .await
}
