//! SQL of adjustments of monthly benefits.

use chassis::Result;
use chassis::wire::uuid;
use contracts::benefit_review::v1::{Adjustment, AdjustmentItem, Benefit};
use law::Month;
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// An adjustment of one kind of benefit.
#[derive(Clone, Debug, FromRow)]
pub struct MadeRow {
    /// What is adjusted (`BenefitKind`).
    pub kind: i32,
    month: Date,
    /// 0 of the first time.
    pub sequence: i32,
    /// The area's document.
    pub document_number: String,
    /// The run.
    pub run_id: Uuid,
    /// The day on which the run began to take effect.
    pub began_on: Date,
    /// It is taken back.
    pub taken_back: bool,
    /// Its place in the ledger.
    pub arrival: i64,
}

impl MadeRow {
    /// The first month of the new amounts.
    #[must_use]
    pub fn month(&self) -> Month {
        Month::of(self.month)
    }

    /// As it is listed.
    #[must_use]
    pub fn listed(&self) -> Adjustment {
        Adjustment {
            kind: self.kind,
            month: Some(self.month().into()),
            sequence: self.sequence,
            document_number: self.document_number.clone(),
            run_id: self.run_id.to_string(),
            began_on: Some(self.began_on.into()),
            taken_back: self.taken_back,
        }
    }
}

/// All adjustments, the newest month first, of a kind and a month the last one first.
///
/// # Errors
/// When they cannot be read.
pub async fn all(db: &mut PgConnection, area: &str) -> Result<Vec<MadeRow>> {
    Ok(query_as(
        "SELECT kind, month, sequence, document_number, run_id, began_on, taken_back, arrival FROM adjustment
         WHERE pooling_area = $1 ORDER BY month DESC, kind, sequence DESC",
    )
    .bind(area)
    .fetch_all(db)
    .await?)
}

/// The ledger of adjustments, the last one first.
///
/// # Errors
/// When it cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<MadeRow>> {
    Ok(query_as(
        "SELECT kind, month, sequence, document_number, run_id, began_on, taken_back, arrival FROM adjustment
         WHERE pooling_area = $1 AND ($2::bigint IS NULL OR arrival < $2)
         ORDER BY arrival DESC LIMIT $3",
    )
    .bind(area)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Keeps what is made, or taken back, of kinds from a month on.
///
/// # Errors
/// When it cannot be written.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    (kinds, month): (&[i32], Month),
    (document_number, taken_back): (&str, bool),
    (run_id, began_on): (Uuid, Date),
) -> Result<()> {
    query(
        "INSERT INTO adjustment (pooling_area, kind, month, sequence, document_number, run_id, began_on,
             taken_back)
         SELECT $1, told.kind, $3, (SELECT count(*) FROM adjustment a
             WHERE a.pooling_area = $1 AND a.kind = told.kind AND a.month = $3), $4, $5, $6, $7
         FROM unnest($2::int[]) AS told(kind)",
    )
    .bind(area)
    .bind(kinds)
    .bind(month.first_day())
    .bind(document_number)
    .bind(run_id)
    .bind(began_on)
    .bind(taken_back)
    .execute(db)
    .await?;
    Ok(())
}

/// Lets nobody decide benefits by the month until the transaction ends, and waits for who does.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(db: &mut PgConnection, area: &str) -> Result<()> {
    query("SELECT pg_advisory_xact_lock(hashtextextended('adjustments', hashtext($1)))")
        .bind(area)
        .execute(db)
        .await?;
    Ok(())
}

/// Lets no adjustment take effect until the transaction ends; others decide beside it.
///
/// # Errors
/// When the database does not answer.
pub async fn share(db: &mut PgConnection, area: &str) -> Result<()> {
    query("SELECT pg_advisory_xact_lock_shared(hashtextextended('adjustments', hashtext($1)))")
        .bind(area)
        .execute(db)
        .await?;
    Ok(())
}

/// The last person of the next slice of benefits that are paid by the month; none where it is the last slice.
///
/// # Errors
/// When it cannot be read.
pub async fn last_of_slice(
    db: &mut PgConnection,
    area: &str,
    (after, benefits): (Uuid, i64),
) -> Result<Option<Uuid>> {
    Ok(query_scalar(
        "SELECT person_id FROM benefit WHERE pooling_area = $1 AND monthly AND person_id > $2
         ORDER BY person_id, benefit_id OFFSET $3 LIMIT 1",
    )
    .bind(area)
    .bind(after)
    .bind(benefits)
    .fetch_optional(db)
    .await?)
}

/// What was told of the benefits that are paid by the month of all persons after one through another, by person and in its
/// order.
///
/// # Errors
/// When it cannot be read.
pub async fn monthly_between(
    db: &mut PgConnection,
    area: &str,
    (after, last): (Uuid, Uuid),
) -> Result<Vec<(Uuid, Vec<u8>)>> {
    Ok(query_as(
        "SELECT person_id, content FROM benefit
         WHERE pooling_area = $1 AND monthly AND person_id > $2 AND person_id <= $3
         ORDER BY person_id, benefit_id",
    )
    .bind(area)
    .bind(after)
    .bind(last)
    .fetch_all(db)
    .await?)
}

/// The same of persons.
///
/// # Errors
/// When it cannot be read.
pub async fn monthly_of(
    db: &mut PgConnection,
    area: &str,
    persons: &[Uuid],
) -> Result<Vec<(Uuid, Vec<u8>)>> {
    Ok(query_as(
        "SELECT person_id, content FROM benefit
         WHERE pooling_area = $1 AND monthly AND person_id = ANY ($2) ORDER BY person_id, benefit_id",
    )
    .bind(area)
    .bind(persons)
    .fetch_all(db)
    .await?)
}

/// Which persons after one through another have died, and when.
///
/// # Errors
/// When it cannot be read.
pub async fn deaths(
    db: &mut PgConnection,
    area: &str,
    (after, last): (Uuid, Uuid),
) -> Result<Vec<(Uuid, Date)>> {
    Ok(query_as(
        "SELECT person_id, died_on FROM death
         WHERE pooling_area = $1 AND person_id > $2 AND person_id <= $3 AND died_on IS NOT NULL",
    )
    .bind(area)
    .bind(after)
    .bind(last)
    .fetch_all(db)
    .await?)
}

/// Recognitions of persons after one through another that were revoked.
///
/// # Errors
/// When they cannot be read.
pub async fn revoked(
    db: &mut PgConnection,
    area: &str,
    (after, last): (Uuid, Uuid),
) -> Result<Vec<String>> {
    Ok(query_scalar(
        "SELECT recognition_number FROM recognition
         WHERE pooling_area = $1 AND person_id > $2 AND person_id <= $3 AND revoked",
    )
    .bind(area)
    .bind(after)
    .bind(last)
    .fetch_all(db)
    .await?)
}

/// What was told by the month of a claim, the oldest first.
///
/// # Errors
/// When it cannot be read.
pub async fn monthly_of_claim(
    db: &mut PgConnection,
    area: &str,
    claim_id: Uuid,
) -> Result<Vec<Benefit>> {
    let kept: Vec<Vec<u8>> = query_scalar(
        "SELECT content FROM benefit
         WHERE pooling_area = $1 AND claim_id = $2 AND monthly ORDER BY benefit_id",
    )
    .bind(area)
    .bind(claim_id)
    .fetch_all(db)
    .await?;
    kept.iter()
        .map(|one| Ok(Benefit::decode(&**one)?))
        .collect()
}

/// Keeps which benefits a run left as they are.
///
/// # Errors
/// When they cannot be written.
pub async fn leave(
    db: &mut PgConnection,
    area: &str,
    run_id: Uuid,
    left: &[&AdjustmentItem],
) -> Result<()> {
    let ids = |of: fn(&AdjustmentItem) -> &str| {
        left.iter()
            .map(|one| uuid(of(one)))
            .collect::<Result<Vec<_>>>()
    };
    query(
        "INSERT INTO adjustment_left (pooling_area, run_id, benefit_id, person_id, content)
         SELECT $1, $2, * FROM unnest($3::uuid[], $4::uuid[], $5::bytea[])",
    )
    .bind(area)
    .bind(run_id)
    .bind(ids(|one| &one.benefit_id)?)
    .bind(ids(|one| &one.person_id)?)
    .bind(
        left.iter()
            .map(|one| one.encode_to_vec())
            .collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Benefits that a run left as they are.
///
/// # Errors
/// When they cannot be read.
pub async fn left(
    db: &mut PgConnection,
    area: &str,
    run_id: Uuid,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<AdjustmentItem>> {
    let kept: Vec<Vec<u8>> = query_scalar(
        "SELECT content FROM adjustment_left
         WHERE pooling_area = $1 AND run_id = $2 AND ($3::uuid IS NULL OR benefit_id > $3)
         ORDER BY benefit_id LIMIT $4",
    )
    .bind(area)
    .bind(run_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    kept.iter()
        .map(|one| Ok(AdjustmentItem::decode(&**one)?))
        .collect()
}
