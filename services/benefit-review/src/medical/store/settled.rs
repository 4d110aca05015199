//! SQL of bills that were settled: those that are claimed, and those that are decided anew.

use chassis::Result;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::encounters::EncounterRow;

/// When a bill of the person, other than this one, was settled first last.
pub async fn last_settled_at(
    db: &mut PgConnection,
    area: &str,
    (person_id, encounter_id): (Uuid, Uuid),
) -> Result<Option<OffsetDateTime>> {
    Ok(query_scalar(
        "SELECT max(settled_at) FROM encounter
         WHERE pooling_area = $1 AND person_id = $2 AND encounter_id <> $3",
    )
    .bind(area)
    .bind(person_id)
    .bind(encounter_id)
    .fetch_one(db)
    .await?)
}

/// The worth of bills was signed in a case.
pub async fn decided(
    db: &mut PgConnection,
    area: &str,
    encounter_ids: &[Uuid],
    case_id: Uuid,
) -> Result<()> {
    query(
        "UPDATE encounter SET state = 4, case_id = $3
         WHERE pooling_area = $1 AND encounter_id = ANY($2)",
    )
    .bind(area)
    .bind(encounter_ids)
    .bind(case_id)
    .execute(db)
    .await?;
    Ok(())
}

/// The last person of the next slice of settled bills with days from `from_on` on, after a person; none where it is the last
/// slice.
pub async fn last_of_slice(
    db: &mut PgConnection,
    area: &str,
    from_on: Date,
    (after, bills): (Uuid, i64),
) -> Result<Option<Uuid>> {
    Ok(query_scalar(
        "SELECT person_id FROM encounter
         WHERE pooling_area = $1 AND state IN (3, 4) AND discharged_on >= $2 AND person_id > $3
         ORDER BY person_id, encounter_id OFFSET $4 LIMIT 1",
    )
    .bind(area)
    .bind(from_on)
    .bind(after)
    .bind(bills)
    .fetch_optional(db)
    .await?)
}

/// Settled bills with days from `from_on` on of all persons after one through another, by person and in the order in which
/// they were settled first.
pub async fn settled_between(
    db: &mut PgConnection,
    area: &str,
    from_on: Date,
    (after, last): (Uuid, Uuid),
) -> Result<Vec<EncounterRow>> {
    Ok(query_as(
        "SELECT * FROM encounter
         WHERE pooling_area = $1 AND state IN (3, 4) AND discharged_on >= $2
             AND person_id > $3 AND person_id <= $4
         ORDER BY person_id, settled_at, encounter_id",
    )
    .bind(area)
    .bind(from_on)
    .bind(after)
    .bind(last)
    .fetch_all(db)
    .await?)
}

/// Bills that an institution settled by a day, all lines of which are decided, and that are not claimed yet.
pub async fn unclaimed(
    db: &mut PgConnection,
    area: &str,
    (institution_id, until_on): (&str, Date),
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT e.encounter_id FROM encounter e
         CROSS JOIN LATERAL (SELECT s.lines_in_review FROM settlement s
             WHERE s.pooling_area = e.pooling_area AND s.encounter_id = e.encounter_id
             ORDER BY s.sequence DESC LIMIT 1) s
         WHERE e.pooling_area = $1 AND e.institution_id = $2 AND e.state = 3 AND e.settled_on <= $3
             AND s.lines_in_review = 0
         ORDER BY e.encounter_id",
    )
    .bind(area)
    .bind(institution_id)
    .bind(until_on)
    .fetch_all(db)
    .await?)
}
