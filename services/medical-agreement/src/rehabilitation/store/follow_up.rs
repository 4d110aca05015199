//! SQL of what was found of employees after their stays.

use chassis::Result;
use chassis::wire::{day, maybe_day, uuid};
use contracts::medical_agreement::v1::{FollowUp, RecordFollowUpRequest, Rehabilitation};
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

#[derive(FromRow)]
struct FollowUpRow {
    rehabilitation_id: Uuid,
    found_on: Date,
    findings: String,
    next_due_on: Option<Date>,
    recorded_by: String,
}

impl From<FollowUpRow> for FollowUp {
    fn from(row: FollowUpRow) -> Self {
        Self {
            found_on: Some(row.found_on.into()),
            findings: row.findings,
            next_due_on: row.next_due_on.map(Into::into),
            recorded_by: row.recorded_by,
        }
    }
}

/// Adds to stays what was found after each, in the order in which it was recorded.
pub async fn add_follow_ups(
    db: &mut PgConnection,
    area: &str,
    stays: &mut [Rehabilitation],
) -> Result<()> {
    let ids = stays.iter().map(|stay| uuid(&stay.rehabilitation_id));
    let ids: Vec<Uuid> = ids.collect::<Result<_>>()?;
    let rows: Vec<FollowUpRow> = query_as(
        "SELECT rehabilitation_id, found_on, findings, next_due_on, recorded_by FROM follow_up
         WHERE pooling_area = $1 AND rehabilitation_id = ANY($2) ORDER BY follow_up_id",
    )
    .bind(area)
    .bind(&ids)
    .fetch_all(db)
    .await?;
    for row in rows {
        let at = ids.iter().position(|id| *id == row.rehabilitation_id);
        if let Some(stay) = at.and_then(|at| stays.get_mut(at)) {
            stay.follow_ups.push(row.into());
        }
    }
    Ok(())
}

/// Keeps what was found of an employee after a stay.
pub async fn keep_follow_up(
    db: &mut PgConnection,
    area: &str,
    (stay, recorded_by): (&Rehabilitation, &str),
    found: &RecordFollowUpRequest,
) -> Result<()> {
    query(
        "INSERT INTO follow_up (pooling_area, follow_up_id, rehabilitation_id, person_id,
             institution_id, found_on, findings, next_due_on, recorded_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(area)
    .bind(Uuid::now_v7())
    .bind(uuid(&stay.rehabilitation_id)?)
    .bind(uuid(&stay.person_id)?)
    .bind(&stay.institution_id)
    .bind(day(found.found_on)?)
    .bind(&found.findings)
    .bind(maybe_day(found.next_due_on))
    .bind(recorded_by)
    .execute(db)
    .await?;
    Ok(())
}
