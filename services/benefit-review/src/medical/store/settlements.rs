//! SQL of what was decided of bills.

use chassis::Result;
use chassis::wire::{day, yuan};
use contracts::benefit_review::v1::{Flag, LineOutcome, Settlement};
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::EncounterRow;

/// Enters a settlement of a bill.
///
/// # Errors
/// When it lacks an amount, or a settlement of its number was entered meanwhile.
pub async fn settle(
    db: &mut PgConnection,
    area: &str,
    of: &EncounterRow,
    settlement: &Settlement,
) -> Result<()> {
    query(
        "INSERT INTO settlement (pooling_area, encounter_id, sequence, institution_id, employer_id,
             person_id, settled_on, total, fund, employer, compensated, nobody, in_review, meals,
             lines_in_review, content)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(area)
    .bind(of.encounter_id)
    .bind(settlement.sequence)
    .bind(&of.institution_id)
    .bind(&of.employer_id)
    .bind(of.person_id)
    .bind(day(settlement.settled_on)?)
    .bind(yuan(settlement.total.as_ref())?)
    .bind(yuan(settlement.fund.as_ref())?)
    .bind(yuan(settlement.employer.as_ref())?)
    .bind(yuan(settlement.compensated.as_ref())?)
    .bind(yuan(settlement.nobody.as_ref())?)
    .bind(yuan(settlement.in_review.as_ref())?)
    .bind(yuan(settlement.meals.as_ref())? + yuan(settlement.meals_of_employer.as_ref())?)
    .bind(in_review(settlement))
    .bind(settlement.encode_to_vec())
    .execute(db)
    .await
    .map_err(chassis::conflict_on(&["settlement_pkey"]))?;
    Ok(())
}

/// How many lines a person has to look at.
#[must_use]
pub fn in_review(settlement: &Settlement) -> i32 {
    let left = settlement.lines.iter();
    let left = left
        .filter(|line| line.outcome() == LineOutcome::Review)
        .count();
    i32::try_from(left).unwrap_or(i32::MAX)
}

/// The last settlement of each of the bills, by bill.
///
/// # Errors
/// When what was kept cannot be read.
pub async fn last_settlements(
    db: &mut PgConnection,
    area: &str,
    encounter_ids: &[Uuid],
) -> Result<Vec<(Uuid, Settlement)>> {
    let kept: Vec<(Uuid, Vec<u8>)> = query_as(
        "SELECT DISTINCT ON (encounter_id) encounter_id, content FROM settlement
         WHERE pooling_area = $1 AND encounter_id = ANY($2)
         ORDER BY encounter_id, sequence DESC",
    )
    .bind(area)
    .bind(encounter_ids)
    .fetch_all(db)
    .await?;
    kept.into_iter()
        .map(|(id, content)| Ok((id, Message::decode(&*content)?)))
        .collect()
}

/// The settlements of a bill, the last first, below a sequence.
///
/// # Errors
/// When what was kept cannot be read.
pub async fn settlements(
    db: &mut PgConnection,
    area: &str,
    encounter_id: Uuid,
    (below, limit): (i32, i64),
) -> Result<Vec<Settlement>> {
    let kept: Vec<Vec<u8>> = query_scalar(
        "SELECT content FROM settlement
         WHERE pooling_area = $1 AND encounter_id = $2 AND sequence < $3
         ORDER BY sequence DESC LIMIT $4",
    )
    .bind(area)
    .bind(encounter_id)
    .bind(below)
    .bind(limit)
    .fetch_all(db)
    .await?;
    kept.iter()
        .map(|one| Ok(Message::decode(&**one)?))
        .collect()
}

/// What an institution settled first on a day, in sums.
#[derive(Debug, Default, FromRow)]
pub struct DayTotals {
    /// Bills.
    pub encounters: i64,
    /// Their lines.
    pub lines: i64,
    /// Yuan charged.
    pub total: Decimal,
    /// Yuan of the fund.
    pub fund: Decimal,
    /// Yuan of employers.
    pub employer: Decimal,
    /// Yuan of third parties.
    pub compensated: Decimal,
    /// Yuan of nobody.
    pub nobody: Decimal,
    /// Yuan that persons have to look at.
    pub in_review: Decimal,
}

/// What an institution settled first on a day, as it was then.
pub async fn day_totals(
    db: &mut PgConnection,
    area: &str,
    (institution_id, settled_on): (&str, Date),
) -> Result<DayTotals> {
    Ok(query_as(
        "SELECT count(*) AS encounters, coalesce(sum(e.lines), 0)::bigint AS lines,
             coalesce(sum(s.total), 0) AS total, coalesce(sum(s.fund), 0) AS fund,
             coalesce(sum(s.employer), 0) AS employer,
             coalesce(sum(s.compensated), 0) AS compensated,
             coalesce(sum(s.nobody), 0) AS nobody, coalesce(sum(s.in_review), 0) AS in_review
         FROM encounter e
         JOIN settlement s ON s.pooling_area = e.pooling_area AND s.encounter_id = e.encounter_id
             AND s.sequence = 0
         WHERE e.pooling_area = $1 AND e.institution_id = $2 AND e.settled_on = $3",
    )
    .bind(area)
    .bind(institution_id)
    .bind(settled_on)
    .fetch_one(db)
    .await?)
}

/// Keeps what looks odd about a bill, where it was not seen before.
pub async fn flag(
    db: &mut PgConnection,
    area: &str,
    of: &EncounterRow,
    flags: &[Flag],
) -> Result<()> {
    query(
        "INSERT INTO flag (pooling_area, encounter_id, place, flag_id, kind, content)
         SELECT $1, $2, $3, odd.* FROM unnest($4::uuid[], $5::int[], $6::bytea[]) AS odd(flag_id, kind, content)
         WHERE NOT EXISTS (SELECT 1 FROM flag f WHERE f.pooling_area = $1 AND f.encounter_id = $2
             AND f.kind = odd.kind AND f.content = odd.content)",
    )
    .bind(area)
    .bind(of.encounter_id)
    .bind(&of.place)
    .bind(flags.iter().map(|_| Uuid::now_v7()).collect::<Vec<_>>())
    .bind(flags.iter().map(|flag| flag.kind).collect::<Vec<_>>())
    .bind(flags.iter().map(Message::encode_to_vec).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// What looks odd, with its place in the list, the newest first; of a kind and a place where they are named.
///
/// # Errors
/// When what was kept cannot be read.
pub async fn flags(
    db: &mut PgConnection,
    area: &str,
    (kind, place): (i32, &str),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<(Uuid, Flag)>> {
    let kept: Vec<(Uuid, Vec<u8>)> = query_as(
        "SELECT flag_id, content FROM flag
         WHERE pooling_area = $1 AND ($2 = 0 OR kind = $2) AND ($3 = '' OR place = $3)
             AND ($4::uuid IS NULL OR flag_id < $4)
         ORDER BY flag_id DESC LIMIT $5",
    )
    .bind(area)
    .bind(kind)
    .bind(place)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    kept.into_iter()
        .map(|(id, content)| Ok((id, Message::decode(&*content)?)))
        .collect()
}
