//! Assessments of months, back-payments, special assessments.

mod billed;
mod months;
mod payroll;
mod special;
mod told_late;

pub use billed::{Billable, added_unbilled, billable, insert_billed, taken_off, to_be_taken_off};
pub use months::{
    MonthSent, begin_to_count, change_what_counts, first_declared, insert_month, last_sent,
    month_sent,
};
pub use payroll::{
    CaughtUp, Counted, EmployerRow, PayrollRow, caught_up, counted_bases, employers,
    next_employers, payrolls,
};
pub use special::{
    Cover, SpecialRow, cover, insert_special, project, set_cover, special_assessments,
    special_covers, special_posted,
};
pub use told_late::{
    Charged, ToldLate, areas_that_keep, charged, credited, ended_late, keep, keep_charged, kept,
    moved, take_kept, told_before,
};

use contracts::collection::v1::AssessmentBasis;
use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

/// The assessment of an employer for a month.
#[derive(Clone, Debug, FromRow)]
pub struct Assessed {
    /// The employer.
    pub employer_id: String,
    /// First day of the month.
    pub month: Date,
    /// Insured persons counted.
    pub headcount: i32,
    /// Yuan a month.
    pub payroll: Decimal,
    /// Class in the table of the month.
    pub risk_class: i32,
    /// Signed number of tiers.
    pub tier: i32,
    /// Rate of the class.
    pub benchmark_rate: Decimal,
    /// Rate applied.
    pub rate: Decimal,
    /// Yuan.
    pub contribution: Decimal,
    /// Yuan, for earlier months.
    pub back_payment: Decimal,
    /// Yuan, assessed in the special ways.
    pub special_contribution: Decimal,
    /// Yuan.
    pub late_fee: Decimal,
    /// Last day in time.
    pub due_on: Date,
    /// `AssessmentBasis`.
    pub basis: i32,
    /// Form 3-10A (contract message).
    pub form: Vec<u8>,
    /// When the employer found it right.
    pub confirmed_on: Option<Date>,
}

impl Assessed {
    /// Everything that the assessment bills, in yuan.
    #[must_use]
    pub fn total(&self) -> Decimal {
        self.contribution + self.special_contribution + self.back_payment + self.late_fee
    }

    /// Law 62. Was it assessed without a declaration?
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.basis == AssessmentBasis::Provisional as i32
    }
}

/// The assessments of an employer for months.
pub async fn assessed_months(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    (first, last): (Month, Month),
) -> Result<Vec<Assessed>> {
    sqlx::query_as(
        "SELECT * FROM assessment
         WHERE pooling_area = $1 AND employer_id = $2 AND month BETWEEN $3 AND $4 ORDER BY month",
    )
    .bind(area)
    .bind(employer_id)
    .bind(first.first_day())
    .bind(last.first_day())
    .fetch_all(db)
    .await
}

/// The assessments of a month, after an employer.
pub async fn of_month(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    (after, limit): (Option<String>, i64),
) -> Result<Vec<Assessed>> {
    sqlx::query_as(
        "SELECT * FROM assessment
         WHERE pooling_area = $1 AND month = $2 AND ($3::text IS NULL OR employer_id > $3)
         ORDER BY employer_id LIMIT $4",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Writes the assessments of a run.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    run_id: Uuid,
    rows: &[Assessed],
) -> Result<()> {
    sqlx::query(
        "INSERT INTO assessment (pooling_area, run_id, employer_id, month, headcount, payroll,
             risk_class, tier, benchmark_rate, rate, contribution, back_payment,
             special_contribution, late_fee, due_on, basis, form)
         SELECT $1, $2, a.* FROM unnest($3::text[], $4::date[], $5::int[], $6::numeric[], $7::int[],
             $8::int[], $9::numeric[], $10::numeric[], $11::numeric[], $12::numeric[], $13::numeric[],
             $14::numeric[], $15::date[], $16::int[], $17::bytea[]) AS a",
    )
    .bind(area)
    .bind(run_id)
    .bind(rows.iter().map(|r| r.employer_id.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.month).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.headcount).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.payroll).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.risk_class).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.tier).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.benchmark_rate).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.rate).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.contribution).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.back_payment).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.special_contribution).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.late_fee).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.due_on).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.basis).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.form.as_slice()).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}

/// Writes an assessment as it was computed anew; the employer's confirmation no longer holds.
pub async fn update(db: &mut PgConnection, area: &str, row: &Assessed) -> Result<()> {
    sqlx::query(
        "UPDATE assessment SET headcount = $4, payroll = $5, risk_class = $6, tier = $7,
             benchmark_rate = $8, rate = $9, contribution = $10, basis = $11, form = $12, confirmed_on = NULL
         WHERE pooling_area = $1 AND employer_id = $2 AND month = $3",
    )
    .bind(area)
    .bind(&row.employer_id)
    .bind(row.month)
    .bind(row.headcount)
    .bind(row.payroll)
    .bind(row.risk_class)
    .bind(row.tier)
    .bind(row.benchmark_rate)
    .bind(row.rate)
    .bind(row.contribution)
    .bind(row.basis)
    .bind(&row.form)
    .execute(db)
    .await
    .map(drop)
}

/// Notes that the employer found its assessment right.
pub async fn confirm(
    db: &mut PgConnection,
    area: &str,
    (employer_id, month): (&str, Month),
    confirmed_on: Date,
) -> Result<()> {
    sqlx::query(
        "UPDATE assessment SET confirmed_on = $4
         WHERE pooling_area = $1 AND employer_id = $2 AND month = $3",
    )
    .bind(area)
    .bind(employer_id)
    .bind(month.first_day())
    .bind(confirmed_on)
    .execute(db)
    .await
    .map(drop)
}

/// What one person's base lacked in one month.
#[derive(Clone, Debug)]
pub struct BackPaid {
    /// The person.
    pub person_id: Uuid,
    /// The month.
    pub month: Month,
    /// The whole base, yuan.
    pub base: Decimal,
    /// What was not counted before, yuan.
    pub missing: Decimal,
}

/// Keeps the rows of a back-payment.
pub async fn insert_back_payments(
    db: &mut PgConnection,
    area: &str,
    (case_id, employer_id): (Uuid, &str),
    rows: &[BackPaid],
) -> Result<()> {
    sqlx::query(
        "INSERT INTO back_payment (pooling_area, case_id, employer_id, person_id, month, base, missing_base)
         SELECT $1, $2, $3, * FROM unnest($4::uuid[], $5::date[], $6::numeric[], $7::numeric[])",
    )
    .bind(area)
    .bind(case_id)
    .bind(employer_id)
    .bind(rows.iter().map(|r| r.person_id).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.month.first_day()).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.base).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.missing).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}
