//! SQL of the section.

use chassis::{Result, conflict_on};
use contracts::benefit_review::v1::ThirdPartyDecision;
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

use super::rules::{Back, Settled};

/// What was decided of the compensation of an injury.
#[derive(Debug, FromRow)]
pub struct Row {
    /// 0 of the first decision.
    pub sequence: i32,
    /// Yuan of medical costs that are compensated.
    pub medical: Decimal,
    of_fund: Decimal,
    of_employer: Decimal,
    decision: Vec<u8>,
}

impl Row {
    /// What the person gives back by all decisions until this one.
    #[must_use]
    pub const fn back(&self) -> Back {
        Back {
            fund: self.of_fund,
            employer: self.of_employer,
        }
    }

    /// Form 73-B.
    ///
    /// # Errors
    /// When what was kept is none.
    pub fn decision(&self) -> Result<ThirdPartyDecision> {
        Ok(ThirdPartyDecision::decode(&*self.decision)?)
    }
}

/// What was decided of an injury last.
///
/// # Errors
/// When it cannot be read.
pub async fn last(db: &mut PgConnection, area: &str, injury_id: Uuid) -> Result<Option<Row>> {
    Ok(query_as(
        "SELECT sequence, medical, of_fund, of_employer, decision FROM third_party
         WHERE pooling_area = $1 AND injury_id = $2 ORDER BY sequence DESC LIMIT 1",
    )
    .bind(area)
    .bind(injury_id)
    .fetch_optional(db)
    .await?)
}

/// All that was decided of an injury, the oldest first.
///
/// # Errors
/// When it cannot be read.
pub async fn all(
    db: &mut PgConnection,
    area: &str,
    injury_id: Uuid,
) -> Result<Vec<ThirdPartyDecision>> {
    let kept: Vec<Vec<u8>> = query_scalar(
        "SELECT decision FROM third_party
         WHERE pooling_area = $1 AND injury_id = $2 ORDER BY sequence",
    )
    .bind(area)
    .bind(injury_id)
    .fetch_all(db)
    .await?;
    let read = kept.iter().map(|one| ThirdPartyDecision::decode(&**one));
    Ok(read.collect::<Result<_, _>>()?)
}

/// A decision that takes effect.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// Which injury.
    pub injury_id: Uuid,
    /// Whose.
    pub person_id: Uuid,
    /// Who bears the duties of the employer.
    pub employer_id: &'a str,
    /// The case that is signed.
    pub case_id: Uuid,
    /// Yuan of medical costs that are compensated.
    pub medical: Decimal,
    /// What the person gives back by all decisions.
    pub back: Back,
    /// Form 73-B.
    pub decision: &'a ThirdPartyDecision,
}

/// Keeps a decision.
///
/// # Errors
/// A conflict where the compensation was decided anew meanwhile.
pub async fn insert(db: &mut PgConnection, area: &str, new: New<'_>) -> Result<()> {
    query(
        "INSERT INTO third_party (pooling_area, injury_id, sequence, person_id, employer_id, case_id,
             medical, of_fund, of_employer, decision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(area)
    .bind(new.injury_id)
    .bind(new.decision.sequence)
    .bind(new.person_id)
    .bind(new.employer_id)
    .bind(new.case_id)
    .bind(new.medical)
    .bind(new.back.fund)
    .bind(new.back.employer)
    .bind(new.decision.encode_to_vec())
    .execute(db)
    .await
    .map_err(conflict_on(&["third_party_pkey"]))?;
    Ok(())
}

/// Of these injuries those of which something was decided.
///
/// # Errors
/// When they cannot be read.
pub async fn decided_of(
    db: &mut PgConnection,
    area: &str,
    injury_ids: &[Uuid],
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT injury_id FROM third_party
         WHERE pooling_area = $1 AND injury_id = ANY($2) AND sequence = 0",
    )
    .bind(area)
    .bind(injury_ids)
    .fetch_all(db)
    .await?)
}

/// What the bills of an injury that are settled come to, each as it was settled last; without one of them, where it is
/// named.
///
/// # Errors
/// When they cannot be read.
pub async fn settled(
    db: &mut PgConnection,
    area: &str,
    (person_id, recognition_number): (Uuid, &str),
    but: Option<Uuid>,
) -> Result<Settled> {
    let (fund, employer, compensated) = query_as(
        "SELECT coalesce(sum(fund), 0), coalesce(sum(employer), 0), coalesce(sum(compensated), 0) FROM (
             SELECT DISTINCT ON (s.encounter_id) s.fund, s.employer, s.compensated
             FROM encounter e JOIN settlement s USING (pooling_area, encounter_id)
             WHERE e.pooling_area = $1 AND e.person_id = $2 AND e.recognition_number = $3
                 AND e.state IN (3, 4) AND ($4::uuid IS NULL OR e.encounter_id <> $4)
             ORDER BY s.encounter_id, s.sequence DESC) last",
    )
    .bind(area)
    .bind(person_id)
    .bind(recognition_number)
    .bind(but)
    .fetch_one(db)
    .await?;
    Ok(Settled {
        fund,
        employer,
        compensated,
    })
}
