//! SQL of stoppage periods that became others after the registration.

use chassis::wire::maybe_day;
use chassis::{Result, conflict_on};
use contracts::benefit_review::v1::InjuryDecision;
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// A stoppage period that was signed after the registration.
#[derive(Clone, Debug, FromRow)]
pub struct StoppageRow {
    /// 0 of the first.
    pub sequence: i32,
    /// First day.
    pub from_on: Date,
    /// Last day.
    pub until_on: Date,
    /// By the appraisal committee.
    pub extended: bool,
}

/// The stoppage periods of an injury that were signed after the registration, in their order: the last holds.
///
/// # Errors
/// When they cannot be read.
pub async fn stoppages(
    db: &mut PgConnection,
    area: &str,
    injury_id: Uuid,
) -> Result<Vec<StoppageRow>> {
    Ok(query_as(
        "SELECT sequence, from_on, until_on, extended FROM stoppage
         WHERE pooling_area = $1 AND injury_id = $2 ORDER BY sequence",
    )
    .bind(area)
    .bind(injury_id)
    .fetch_all(db)
    .await?)
}

/// The stoppage period that an injury was registered with: first day and last.
///
/// # Errors
/// When what was kept is none.
pub async fn registered_stoppage(
    db: &mut PgConnection,
    area: &str,
    injury_id: Uuid,
) -> Result<Option<(Date, Date)>> {
    let kept: Option<Vec<u8>> =
        query_scalar("SELECT decision FROM injury WHERE pooling_area = $1 AND injury_id = $2")
            .bind(area)
            .bind(injury_id)
            .fetch_optional(db)
            .await?;
    let decision = kept
        .map(|kept| InjuryDecision::decode(&*kept))
        .transpose()?;
    Ok(decision.and_then(|decision| {
        maybe_day(decision.stoppage_from_on).zip(maybe_day(decision.stoppage_until_on))
    }))
}

/// Keeps a stoppage period that is signed: those before it stay.
///
/// # Errors
/// A conflict where another was signed meanwhile.
pub async fn change_stoppage(
    db: &mut PgConnection,
    area: &str,
    (injury_id, employer_id, person_id): (Uuid, &str, Uuid),
    row: &StoppageRow,
    (case_id, decision): (Uuid, &[u8]),
) -> Result<()> {
    query(
        "INSERT INTO stoppage (pooling_area, injury_id, sequence, employer_id, person_id, from_on,
             until_on, extended, case_id, decision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(area)
    .bind(injury_id)
    .bind(row.sequence)
    .bind(employer_id)
    .bind(person_id)
    .bind(row.from_on)
    .bind(row.until_on)
    .bind(row.extended)
    .bind(case_id)
    .bind(decision)
    .execute(db)
    .await
    .map_err(conflict_on(&["stoppage_pkey"]))?;
    Ok(())
}
