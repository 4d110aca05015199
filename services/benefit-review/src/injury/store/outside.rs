//! SQL of what was decided outside.

use chassis::Result;
use contracts::benefit_review::v1::{Conclusion, Recognition};
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as};
use uuid::Uuid;

/// Something decided outside, as it was received.
#[derive(Debug, FromRow)]
pub struct Arrived {
    /// Its place among all that arrived.
    pub arrival: i64,
    /// The message.
    pub content: Vec<u8>,
}

/// Lets nobody else look at or keep what was decided under these numbers until the transaction ends.
pub async fn hold(db: &mut PgConnection, area: &str, numbers: &[&str]) -> Result<()> {
    query(
        "SELECT pg_advisory_xact_lock(hashtextextended(held.number, hashtext($1)))
         FROM (SELECT DISTINCT number FROM unnest($2::text[]) AS of_all (number) ORDER BY number) held",
    )
    .bind(area)
    .bind(numbers)
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps decisions, each with its person; what is known under its number already is left out.
pub async fn keep_recognitions(
    db: &mut PgConnection,
    area: &str,
    new: &[(Uuid, bool, &Recognition)],
) -> Result<()> {
    let numbers: Vec<&str> = new
        .iter()
        .map(|(.., one)| one.recognition_number.as_str())
        .collect();
    let employers: Vec<&str> = new
        .iter()
        .map(|(.., one)| one.employer_id.as_str())
        .collect();
    let contents: Vec<Vec<u8>> = new.iter().map(|(.., one)| one.encode_to_vec()).collect();
    query(
        "INSERT INTO recognition (pooling_area, recognition_number, revoked, person_id, employer_id, content)
         SELECT $1, * FROM unnest($2::text[], $3::bool[], $4::uuid[], $5::text[], $6::bytea[])
         ON CONFLICT DO NOTHING",
    )
    .bind(area)
    .bind(numbers)
    .bind(new.iter().map(|(_, revoked, _)| *revoked).collect::<Vec<_>>())
    .bind(new.iter().map(|(person_id, ..)| *person_id).collect::<Vec<_>>())
    .bind(employers)
    .bind(contents)
    .execute(db)
    .await?;
    Ok(())
}

/// Decisions and their revocations under these numbers, in the order of their arrival.
pub async fn recognition(
    db: &mut PgConnection,
    area: &str,
    numbers: &[&str],
) -> Result<Vec<Recognition>> {
    let rows: Vec<Arrived> = query_as(
        "SELECT arrival, content FROM recognition
         WHERE pooling_area = $1 AND recognition_number = ANY($2) ORDER BY arrival",
    )
    .bind(area)
    .bind(numbers)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| Ok(Recognition::decode(&*row.content)?))
        .collect()
}

/// Decisions, the newest first; of a person or an employer where they are named.
pub async fn recognitions(
    db: &mut PgConnection,
    area: &str,
    (person_id, employer_id): (Option<Uuid>, &str),
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<Arrived>> {
    Ok(query_as(
        "SELECT arrival, content FROM recognition
         WHERE pooling_area = $1 AND ($2::uuid IS NULL OR person_id = $2)
             AND ($3 = '' OR employer_id = $3) AND ($4::bigint IS NULL OR arrival < $4)
         ORDER BY arrival DESC LIMIT $5",
    )
    .bind(area)
    .bind(person_id)
    .bind(employer_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Keeps conclusions, each with its person; what is known under its number already is left out.
pub async fn keep_conclusions(
    db: &mut PgConnection,
    area: &str,
    new: &[(Uuid, &Conclusion)],
) -> Result<()> {
    let numbers: Vec<&str> = new
        .iter()
        .map(|(_, one)| one.conclusion_number.as_str())
        .collect();
    let contents: Vec<Vec<u8>> = new.iter().map(|(_, one)| one.encode_to_vec()).collect();
    query(
        "INSERT INTO conclusion (pooling_area, conclusion_number, person_id, content)
         SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::bytea[]) ON CONFLICT DO NOTHING",
    )
    .bind(area)
    .bind(numbers)
    .bind(
        new.iter()
            .map(|(person_id, _)| *person_id)
            .collect::<Vec<_>>(),
    )
    .bind(contents)
    .execute(db)
    .await?;
    Ok(())
}

/// Conclusions under these numbers.
pub async fn conclusion(
    db: &mut PgConnection,
    area: &str,
    numbers: &[&str],
) -> Result<Vec<Conclusion>> {
    let rows: Vec<Arrived> = query_as(
        "SELECT arrival, content FROM conclusion
         WHERE pooling_area = $1 AND conclusion_number = ANY($2) ORDER BY arrival",
    )
    .bind(area)
    .bind(numbers)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| Ok(Conclusion::decode(&*row.content)?))
        .collect()
}

/// Conclusions, the newest first; of a person where one is named.
pub async fn conclusions(
    db: &mut PgConnection,
    area: &str,
    person_id: Option<Uuid>,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<Arrived>> {
    Ok(query_as(
        "SELECT arrival, content FROM conclusion
         WHERE pooling_area = $1 AND ($2::uuid IS NULL OR person_id = $2)
             AND ($3::bigint IS NULL OR arrival < $3)
         ORDER BY arrival DESC LIMIT $4",
    )
    .bind(area)
    .bind(person_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
