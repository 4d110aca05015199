//! SQL of proofs of eligibility.

use chassis::Result;
use contracts::benefit_review::v1::PayeeKind;
use contracts::payment::v1::{ProofSource, UnverifiedPayee};
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// A proof that came.
#[derive(Clone, Copy, Debug)]
pub struct Proof {
    /// Of whom.
    pub payee_id: Uuid,
    /// Of which day.
    pub proven_on: Date,
    /// By whom.
    pub source: ProofSource,
}

/// Who is paid under numbers: kind, number, what stands for the payee, and name.
///
/// # Errors
/// When it cannot be read.
pub async fn payees_numbered(
    db: &mut PgConnection,
    area: &str,
    numbers: &[&str],
) -> Result<Vec<(i32, String, Uuid, String)>> {
    Ok(query_as(
        "SELECT kind, number, payee_id, name FROM payee
         WHERE pooling_area = $1 AND kind = ANY ($3) AND number = ANY ($2)",
    )
    .bind(area)
    .bind(numbers)
    .bind([PayeeKind::Person as i32, PayeeKind::Relative as i32])
    .fetch_all(db)
    .await?)
}

/// Keeps proofs; one that is there stays.
///
/// # Errors
/// When they cannot be written.
pub async fn keep_proofs(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
    proofs: &[Proof],
) -> Result<()> {
    let each = || proofs.iter();
    query(
        "INSERT INTO eligibility_proof (pooling_area, batch_id, payee_id, proven_on, source)
         SELECT $1, $2, * FROM unnest($3::uuid[], $4::date[], $5::int[])
         ON CONFLICT ON CONSTRAINT eligibility_proof_pkey DO NOTHING",
    )
    .bind(area)
    .bind(batch_id)
    .bind(each().map(|one| one.payee_id).collect::<Vec<_>>())
    .bind(each().map(|one| one.proven_on).collect::<Vec<_>>())
    .bind(each().map(|one| one.source as i32).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// The areas in which somebody is paid.
///
/// # Errors
/// When they cannot be read.
pub async fn areas(db: &mut PgConnection) -> Result<Vec<String>> {
    Ok(query_scalar("SELECT DISTINCT pooling_area FROM payee")
        .fetch_all(db)
        .await?)
}

/// Persons and relatives who have a benefit by the month on a day, not stopped and not known to be dead, each with the day
/// of the last proof, or on which the first benefit by the month was told.
///
/// # Errors
/// When they cannot be read.
pub async fn paid_by_the_month(
    db: &mut PgConnection,
    area: &str,
    on: Date,
) -> Result<Vec<(Uuid, Date)>> {
    Ok(query_as(
        "WITH told AS (
             SELECT a.payee_id, a.person_id, a.payee_kind, b.account_id, b.amount, b.until_month, b.told_on,
                 row_number() OVER (PARTITION BY b.account_id ORDER BY b.arrival DESC) AS newest
             FROM told_benefit b JOIN account a USING (pooling_area, account_id)
             WHERE b.pooling_area = $1 AND b.from_month IS NOT NULL AND a.payee_kind = ANY ($3)
         ), open AS (
             SELECT DISTINCT payee_id FROM told
             WHERE newest = 1 AND amount > 0 AND (until_month IS NULL OR date_trunc('month', $2::date) <= until_month)
                 AND NOT EXISTS (SELECT FROM stop s WHERE s.pooling_area = $1 AND s.payee_id = told.payee_id
                     AND s.person_id = told.person_id AND NOT EXISTS (SELECT FROM resumption r
                         WHERE r.pooling_area = $1 AND r.stop_id = s.stop_id))
                 AND NOT EXISTS (SELECT FROM death d WHERE d.pooling_area = $1 AND d.person_id = told.person_id
                     AND d.died_on IS NOT NULL AND told.payee_kind = $4)
         )
         SELECT o.payee_id, COALESCE(
             (SELECT max(proven_on) FROM eligibility_proof p WHERE p.pooling_area = $1 AND p.payee_id = o.payee_id),
             (SELECT min(told_on) FROM told WHERE told.payee_id = o.payee_id))
         FROM open o ORDER BY o.payee_id",
    )
    .bind(area)
    .bind(on)
    .bind([PayeeKind::Person as i32, PayeeKind::Relative as i32])
    .bind(PayeeKind::Person as i32)
    .fetch_all(db)
    .await?)
}

/// Keeps of whom no proof came: payee, what its term is counted from, and its last day.
///
/// # Errors
/// When it cannot be written.
pub async fn keep_missing(
    db: &mut PgConnection,
    area: &str,
    overdue: &[(Uuid, Date, Date)],
    found_on: Date,
) -> Result<()> {
    let each = || overdue.iter();
    query(
        "INSERT INTO proof_missing (pooling_area, found_on, payee_id, basis_on, due_on)
         SELECT $1, $2, o.payee_id, o.basis_on, o.due_on
         FROM unnest($3::uuid[], $4::date[], $5::date[]) AS o(payee_id, basis_on, due_on)
         ORDER BY o.due_on, o.payee_id
         ON CONFLICT ON CONSTRAINT proof_missing_pkey DO NOTHING",
    )
    .bind(area)
    .bind(found_on)
    .bind(each().map(|(payee_id, ..)| *payee_id).collect::<Vec<_>>())
    .bind(each().map(|(_, basis_on, _)| *basis_on).collect::<Vec<_>>())
    .bind(each().map(|(.., due_on)| *due_on).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// The last day on which a proof of a payee had to be there that has not come since.
///
/// # Errors
/// When it cannot be read.
pub async fn proof_missing_since(
    db: &mut PgConnection,
    area: &str,
    payee_id: Uuid,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT min(m.due_on) FROM proof_missing m
         WHERE m.pooling_area = $1 AND m.payee_id = $2 AND NOT EXISTS (SELECT FROM eligibility_proof p
             WHERE p.pooling_area = $1 AND p.payee_id = $2 AND p.proven_on > m.basis_on)",
    )
    .bind(area)
    .bind(payee_id)
    .fetch_one(db)
    .await?)
}

/// A payee of whom no proof came.
#[derive(Clone, Debug, FromRow)]
pub struct UnverifiedRow {
    /// Its place among all.
    pub arrival: i64,
    payee_id: Uuid,
    kind: i32,
    name: String,
    due_on: Date,
    found_on: Date,
}

impl From<UnverifiedRow> for UnverifiedPayee {
    fn from(row: UnverifiedRow) -> Self {
        Self {
            payee_id: row.payee_id.to_string(),
            payee: row.kind,
            payee_name: row.name,
            due_on: Some(row.due_on.into()),
            found_on: Some(row.found_on.into()),
        }
    }
}

/// Payees of whom a proof is still missing, those found first first.
///
/// # Errors
/// When they cannot be read.
pub async fn unverified(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<UnverifiedRow>> {
    Ok(query_as(
        "SELECT m.arrival, m.payee_id, p.kind, p.name, m.due_on, m.found_on
         FROM proof_missing m JOIN payee p USING (pooling_area, payee_id)
         WHERE m.pooling_area = $1 AND ($2::bigint IS NULL OR m.arrival > $2)
             AND NOT EXISTS (SELECT FROM eligibility_proof e
                 WHERE e.pooling_area = $1 AND e.payee_id = m.payee_id AND e.proven_on > m.basis_on)
         ORDER BY m.arrival LIMIT $3",
    )
    .bind(area)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
