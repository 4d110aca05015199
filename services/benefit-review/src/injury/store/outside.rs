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

/// What was decided outside, with its version: 0 of what was sent first, one more with each correction.
pub type Versioned<T> = (i32, T);

/// Keeps decisions, each with its person; what is known under its number and version already is left out.
pub async fn keep_recognitions(
    db: &mut PgConnection,
    area: &str,
    new: &[(Uuid, bool, Versioned<&Recognition>)],
) -> Result<()> {
    let numbers: Vec<&str> = new
        .iter()
        .map(|(.., (_, one))| one.recognition_number.as_str())
        .collect();
    let employers: Vec<&str> = new
        .iter()
        .map(|(.., (_, one))| one.employer_id.as_str())
        .collect();
    let contents = new.iter().map(|(.., (_, one))| one.encode_to_vec());
    let contents: Vec<Vec<u8>> = contents.collect();
    query(
        "INSERT INTO recognition (pooling_area, recognition_number, revoked, person_id, employer_id, content,
             version)
         SELECT $1, * FROM unnest($2::text[], $3::bool[], $4::uuid[], $5::text[], $6::bytea[], $7::int[])
         ON CONFLICT DO NOTHING",
    )
    .bind(area)
    .bind(numbers)
    .bind(new.iter().map(|(_, revoked, _)| *revoked).collect::<Vec<_>>())
    .bind(new.iter().map(|(person_id, ..)| *person_id).collect::<Vec<_>>())
    .bind(employers)
    .bind(contents)
    .bind(new.iter().map(|(.., (version, _))| *version).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// What was decided under these numbers, and that it was revoked: each as it was corrected last, decisions before revocations.
pub async fn recognition(
    db: &mut PgConnection,
    area: &str,
    numbers: &[&str],
) -> Result<Vec<Recognition>> {
    let versions = recognition_versions(db, area, numbers).await?;
    Ok(versions.into_iter().map(|(_, one)| one).collect())
}

/// The same, with the version of each.
pub async fn recognition_versions(
    db: &mut PgConnection,
    area: &str,
    numbers: &[&str],
) -> Result<Vec<Versioned<Recognition>>> {
    let rows: Vec<Versioned<Vec<u8>>> = query_as(
        "SELECT version, content FROM (
             SELECT DISTINCT ON (recognition_number, revoked) revoked, arrival, version, content
             FROM recognition WHERE pooling_area = $1 AND recognition_number = ANY($2)
             ORDER BY recognition_number, revoked, version DESC) last
         ORDER BY revoked, arrival",
    )
    .bind(area)
    .bind(numbers)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|(version, content)| Ok((*version, Recognition::decode(&**content)?)))
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

/// Keeps conclusions, each with its person; what is known under its number and version already is left out.
pub async fn keep_conclusions(
    db: &mut PgConnection,
    area: &str,
    new: &[(Uuid, Versioned<&Conclusion>)],
) -> Result<()> {
    let numbers: Vec<&str> = new
        .iter()
        .map(|(_, (_, one))| one.conclusion_number.as_str())
        .collect();
    let contents = new.iter().map(|(_, (_, one))| one.encode_to_vec());
    let contents: Vec<Vec<u8>> = contents.collect();
    query(
        "INSERT INTO conclusion (pooling_area, conclusion_number, person_id, content, version)
         SELECT $1, * FROM unnest($2::text[], $3::uuid[], $4::bytea[], $5::int[]) ON CONFLICT DO NOTHING",
    )
    .bind(area)
    .bind(numbers)
    .bind(
        new.iter()
            .map(|(person_id, _)| *person_id)
            .collect::<Vec<_>>(),
    )
    .bind(contents)
    .bind(
        new.iter()
            .map(|(_, (version, _))| *version)
            .collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Conclusions under these numbers, each as it was corrected last.
pub async fn conclusion(
    db: &mut PgConnection,
    area: &str,
    numbers: &[&str],
) -> Result<Vec<Conclusion>> {
    let versions = conclusion_versions(db, area, numbers).await?;
    Ok(versions.into_iter().map(|(_, one)| one).collect())
}

/// The same, with the version of each.
pub async fn conclusion_versions(
    db: &mut PgConnection,
    area: &str,
    numbers: &[&str],
) -> Result<Vec<Versioned<Conclusion>>> {
    let rows: Vec<Versioned<Vec<u8>>> = query_as(
        "SELECT DISTINCT ON (conclusion_number) version, content FROM conclusion
         WHERE pooling_area = $1 AND conclusion_number = ANY($2)
         ORDER BY conclusion_number, version DESC",
    )
    .bind(area)
    .bind(numbers)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|(version, content)| Ok((*version, Conclusion::decode(&**content)?)))
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
