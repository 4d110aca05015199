//! SQL of approvals.

use chassis::wire::{day, uuid};
use chassis::{Error, Result};
use contracts::Refused;
use contracts::medical_agreement::v1::{Approval, ApprovalKind, Refusal};
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// An approval, as kept.
#[derive(Debug, FromRow)]
pub struct ApprovalRow {
    /// Its number, in the order in which approvals were given.
    pub approval_id: Uuid,
    /// The approval as it was given.
    pub content: Vec<u8>,
    /// Its last day as it stands.
    pub until_on: Date,
}

impl TryFrom<ApprovalRow> for Approval {
    type Error = Error;

    fn try_from(row: ApprovalRow) -> Result<Self> {
        Ok(Self {
            until_on: Some(row.until_on.into()),
            ..Self::decode(&*row.content)?
        })
    }
}

/// Which approvals are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Whose.
    pub person_id: Option<Uuid>,
    /// Where.
    pub institution_id: &'a str,
    /// Through whom.
    pub employer_id: &'a str,
    /// [`ApprovalKind`] as its number, 0 for all.
    pub kind: i32,
    /// Holding on this day.
    pub on: Option<Date>,
}

/// An injury, and the days on which somebody wants to know what was approved for it.
#[derive(Clone, Copy, Debug)]
pub struct OfInjury<'a> {
    /// Whose.
    pub person_id: Uuid,
    /// Number of the decision that recognised it.
    pub recognition_number: &'a str,
    /// The first of them; none where there are no days, which nothing holds on.
    pub from_on: Option<Date>,
    /// The last of them.
    pub until_on: Option<Date>,
}

/// Enters an approval.
///
/// # Errors
/// When one of its kind holds for the person and the injury in the same time.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    approval: &Approval,
    employer_id: &str,
) -> Result<()> {
    let (from_on, until_on) = (day(approval.from_on)?, day(approval.until_on)?);
    let person_id = uuid(&approval.person_id)?;
    let entered = query(
        "INSERT INTO approval (pooling_area, approval_id, kind, person_id, recognition_number,
             institution_id, employer_id, period, content, case_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, daterange($8, $9, '[]'), $10, $11)",
    )
    .bind(area)
    .bind(uuid(&approval.approval_id)?)
    .bind(approval.kind)
    .bind(person_id)
    .bind(&approval.recognition_number)
    .bind(&approval.institution_id)
    .bind(employer_id)
    .bind(from_on)
    .bind(until_on)
    .bind(approval.encode_to_vec())
    .bind(uuid(&approval.case_id)?)
    .execute(db)
    .await;
    let overlaps = Refused::because(Refusal::ApprovalOverlaps).with("until_on", until_on);
    chassis::OrRefuse::or_refuse(entered, "approval_one_at_a_time", overlaps)?;
    Ok(())
}

/// The last day of the approval of this kind that holds for the injury at some time between two days. One that is
/// not recognised yet may be any.
pub async fn overlapping(
    db: &mut PgConnection,
    area: &str,
    (kind, person_id, recognition_number): (ApprovalKind, Uuid, &str),
    (from_on, until_on): (Date, Date),
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT upper(period) - 1 FROM approval
         WHERE pooling_area = $1 AND kind = $2 AND person_id = $3
             AND (recognition_number IN ($4, '') OR $4 = '')
             AND period && daterange($5, $6, '[]')
         ORDER BY period DESC LIMIT 1",
    )
    .bind(area)
    .bind(kind as i32)
    .bind(person_id)
    .bind(recognition_number)
    .bind(from_on)
    .bind(until_on)
    .fetch_optional(db)
    .await?)
}

/// An approval by its number.
pub async fn find(
    db: &mut PgConnection,
    area: &str,
    approval_id: Uuid,
) -> Result<Option<Approval>> {
    let row: Option<ApprovalRow> = query_as(
        "SELECT approval_id, content, upper(period) - 1 AS until_on FROM approval
         WHERE pooling_area = $1 AND approval_id = $2 AND NOT isempty(period)",
    )
    .bind(area)
    .bind(approval_id)
    .fetch_optional(db)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// The approvals of injuries that hold at some time between two days, the earliest first, for each question. What
/// was approved of an accident before it was recognised has no number of a decision: it is of any injury.
pub async fn of_injuries(
    db: &mut PgConnection,
    area: &str,
    asked: &[OfInjury<'_>],
) -> Result<Vec<Vec<Approval>>> {
    #[derive(FromRow)]
    struct Placed {
        place: i64,
        #[sqlx(flatten)]
        row: ApprovalRow,
    }
    let rows: Vec<Placed> = query_as(
        "SELECT asked.place - 1 AS place, a.approval_id, a.content, upper(a.period) - 1 AS until_on
         FROM unnest($2::uuid[], $3::text[], $4::date[], $5::date[]) WITH ORDINALITY
             AS asked (person_id, recognition_number, from_on, until_on, place)
         JOIN approval a ON a.pooling_area = $1 AND a.person_id = asked.person_id
             AND a.recognition_number IN (asked.recognition_number, '')
             AND asked.from_on IS NOT NULL
             AND a.period && daterange(asked.from_on, asked.until_on, '[]')
         ORDER BY asked.place, a.period, a.approval_id",
    )
    .bind(area)
    .bind(asked.iter().map(|one| one.person_id).collect::<Vec<_>>())
    .bind(
        asked
            .iter()
            .map(|one| one.recognition_number)
            .collect::<Vec<_>>(),
    )
    .bind(asked.iter().map(|one| one.from_on).collect::<Vec<_>>())
    .bind(asked.iter().map(|one| one.until_on).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let mut approvals = vec![Vec::new(); asked.len()];
    for Placed { place, row } in rows {
        let place = usize::try_from(place).map_err(Error::internal)?;
        approvals[place].push(row.try_into()?);
    }
    Ok(approvals)
}

/// The employer through whom an approval was applied for, if any.
pub async fn employer(db: &mut PgConnection, area: &str, approval_id: Uuid) -> Result<String> {
    let employer_id: Option<String> = query_scalar(
        "SELECT employer_id FROM approval WHERE pooling_area = $1 AND approval_id = $2",
    )
    .bind(area)
    .bind(approval_id)
    .fetch_optional(db)
    .await?;
    Ok(employer_id.unwrap_or_default())
}

/// Moves the last day of an approval forward, never back; answers it as it then stands.
///
/// # Errors
/// When there is no such approval that holds on the day before or later.
pub async fn end(
    db: &mut PgConnection,
    area: &str,
    approval_id: Uuid,
    until_on: Date,
) -> Result<Approval> {
    let row: Option<ApprovalRow> = query_as(
        "UPDATE approval SET period = daterange(lower(period), greatest(lower(period), $3::date + 1))
         WHERE pooling_area = $1 AND approval_id = $2 AND NOT isempty(period) AND upper(period) > $3
         RETURNING approval_id, content, $3::date AS until_on",
    )
    .bind(area)
    .bind(approval_id)
    .bind(until_on)
    .fetch_optional(db)
    .await?;
    row.ok_or_else(|| Error::not_found("批准事项", approval_id))?
        .try_into()
}

/// Approvals that fit, the newest first.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    filter: Filter<'_>,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<ApprovalRow>> {
    Ok(query_as(
        "SELECT approval_id, content, upper(period) - 1 AS until_on FROM approval
         WHERE pooling_area = $1 AND NOT isempty(period)
             AND ($2::uuid IS NULL OR person_id = $2)
             AND ($3 = '' OR institution_id = $3)
             AND ($4 = '' OR employer_id = $4)
             AND ($5 = 0 OR kind = $5)
             AND ($6::date IS NULL OR period @> $6)
             AND ($7::uuid IS NULL OR approval_id < $7)
         ORDER BY approval_id DESC LIMIT $8",
    )
    .bind(area)
    .bind(filter.person_id)
    .bind(filter.institution_id)
    .bind(filter.employer_id)
    .bind(filter.kind)
    .bind(filter.on)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
