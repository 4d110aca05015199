//! SQL of appraisals and their fees.

use chassis::wire::{day, uuid, yuan};
use chassis::{Result, conflict_on};
use contracts::benefit_review::v1::{Conclusion, Eligibility, Injury, PayeeKind};
use contracts::payment::v1::{Appraisal, AppraisalFee};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

use crate::special_fund::rules::Appraised;

/// Keeps what the committee concluded; the same conclusion again changes nothing.
///
/// # Errors
/// When it cannot be written.
pub async fn keep(db: &mut PgConnection, area: &str, concluded: &[&Conclusion]) -> Result<()> {
    let each = || concluded.iter();
    let texts = |of: fn(&Conclusion) -> &str| each().map(|one| of(one)).collect::<Vec<&str>>();
    let persons = each().map(|one| uuid(&one.person_id));
    let days = each().map(|one| day(one.concluded_on));
    query(
        "INSERT INTO appraisal (pooling_area, conclusion_number, person_id, name, recognition_number, concluded_on)
         SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::date[])
         ON CONFLICT ON CONSTRAINT appraisal_pkey DO NOTHING",
    )
    .bind(area)
    .bind(texts(|one| &one.conclusion_number))
    .bind(persons.collect::<Result<Vec<_>>>()?)
    .bind(texts(|one| &one.name))
    .bind(texts(|one| &one.recognition_number))
    .bind(days.collect::<Result<Vec<_>>>()?)
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps injuries as they were registered, each once, with who bears the employer's duties by now.
///
/// # Errors
/// When they cannot be written.
pub async fn keep_injuries(db: &mut PgConnection, area: &str, injuries: &[&Injury]) -> Result<()> {
    let each = || injuries.iter();
    let texts = |of: fn(&Injury) -> &str| each().map(|one| of(one)).collect::<Vec<&str>>();
    let persons = each().map(|one| uuid(&one.person_id));
    let insured = each().map(|one| one.eligibility() != Eligibility::NotInsured);
    query(
        "INSERT INTO registered_injury (pooling_area, recognition_number, person_id, employer_id,
             present_employer_id, insured)
         SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::boolean[])
         ON CONFLICT ON CONSTRAINT registered_injury_pkey
             DO UPDATE SET present_employer_id = EXCLUDED.present_employer_id",
    )
    .bind(area)
    .bind(texts(|one| &one.recognition_number))
    .bind(persons.collect::<Result<Vec<_>>>()?)
    .bind(texts(|one| &one.employer_id))
    .bind(texts(|one| &one.present_employer_id))
    .bind(insured.collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct AppraisedRow {
    conclusion_number: String,
    person_id: Uuid,
    name: String,
    employer_id: String,
    present_employer_id: String,
    concluded_on: Date,
    first: bool,
    borne: bool,
    paid: bool,
}

/// What is known of appraisals, by the numbers of their conclusions.
///
/// # Errors
/// When it cannot be read.
pub async fn appraised(
    db: &mut PgConnection,
    area: &str,
    numbers: &[&str],
) -> Result<Vec<(String, Appraised)>> {
    let rows: Vec<AppraisedRow> = query_as(
        "SELECT a.conclusion_number, a.person_id, a.name, COALESCE(i.employer_id, '') AS employer_id,
             COALESCE(i.present_employer_id, '') AS present_employer_id, a.concluded_on, NOT EXISTS (SELECT FROM appraisal b
                 WHERE b.pooling_area = $1 AND b.recognition_number = a.recognition_number
                     AND (b.concluded_on, b.conclusion_number) < (a.concluded_on, a.conclusion_number)) AS first,
             COALESCE(i.insured, false) AND r.recognition_number IS NULL AS borne,
             f.conclusion_number IS NOT NULL AS paid
         FROM appraisal a
         LEFT JOIN registered_injury i USING (pooling_area, recognition_number, person_id)
         LEFT JOIN revoked_recognition r USING (pooling_area, recognition_number)
         LEFT JOIN appraisal_fee f USING (pooling_area, conclusion_number)
         WHERE a.pooling_area = $1 AND a.conclusion_number = ANY ($2)",
    )
    .bind(area)
    .bind(numbers)
    .fetch_all(db)
    .await?;
    let known = rows.into_iter().map(|row| {
        let appraised = Appraised {
            person_id: row.person_id,
            name: row.name,
            employers: [row.employer_id, row.present_employer_id],
            concluded_on: row.concluded_on,
            first: row.first,
            borne: row.borne,
            paid: row.paid,
        };
        (row.conclusion_number, appraised)
    });
    Ok(known.collect())
}

/// Keeps that fees are paid to somebody, on a day; the employer is empty but where it is paid.
///
/// # Errors
/// A conflict where one of them was paid before.
pub async fn pay(
    db: &mut PgConnection,
    area: &str,
    (case_id, on): (Uuid, Date),
    (payee, employer_id): (PayeeKind, &str),
    fees: &[AppraisalFee],
) -> Result<()> {
    let persons = fees.iter().map(|one| uuid(&one.person_id));
    let amounts = fees.iter().map(|one| yuan(one.amount.as_ref()));
    query(
        "INSERT INTO appraisal_fee (pooling_area, case_id, booked_on, payee_kind, employer_id, conclusion_number,
             person_id, amount)
         SELECT $1, $2, $3, $4, $5, * FROM unnest($6::text[], $7::uuid[], $8::numeric[])",
    )
    .bind(area)
    .bind(case_id)
    .bind(on)
    .bind(payee as i32)
    .bind(employer_id)
    .bind(
        fees.iter()
            .map(|one| one.conclusion_number.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(persons.collect::<Result<Vec<_>>>()?)
    .bind(amounts.collect::<Result<Vec<_>>>()?)
    .execute(db)
    .await
    .map_err(conflict_on(&["appraisal_fee_pkey"]))?;
    Ok(())
}

/// An appraisal as it is listed.
#[derive(Clone, Debug, FromRow)]
pub struct AppraisalRow {
    /// Its place among all.
    pub arrival: i64,
    conclusion_number: String,
    person_id: Uuid,
    name: String,
    recognition_number: String,
    concluded_on: Date,
    amount: Option<Decimal>,
    payee_kind: Option<i32>,
    case_id: Option<Uuid>,
}

impl From<AppraisalRow> for Appraisal {
    fn from(row: AppraisalRow) -> Self {
        Self {
            conclusion_number: row.conclusion_number,
            person_id: row.person_id.to_string(),
            name: row.name,
            recognition_number: row.recognition_number,
            concluded_on: Some(row.concluded_on.into()),
            paid: row.amount.map(Into::into),
            payee: row.payee_kind.unwrap_or_default(),
            case_id: row.case_id.map_or_else(String::new, |id| id.to_string()),
        }
    }
}

/// Appraisals, or those of a person, or those for which nothing was paid, the last one first.
///
/// # Errors
/// When they cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    (person_id, unpaid): (Option<Uuid>, bool),
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<AppraisalRow>> {
    Ok(query_as(
        "SELECT a.arrival, a.conclusion_number, a.person_id, a.name, a.recognition_number, a.concluded_on, f.amount,
             f.payee_kind, f.case_id
         FROM appraisal a LEFT JOIN appraisal_fee f USING (pooling_area, conclusion_number)
         WHERE a.pooling_area = $1 AND ($2::uuid IS NULL OR a.person_id = $2)
             AND (NOT $3 OR f.conclusion_number IS NULL) AND ($4::bigint IS NULL OR a.arrival < $4)
         ORDER BY a.arrival DESC LIMIT $5",
    )
    .bind(area)
    .bind(person_id)
    .bind(unpaid)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
