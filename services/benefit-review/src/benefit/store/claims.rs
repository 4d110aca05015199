//! SQL of cash claims as they were decided.

use chassis::{Result, conflict_on};
use contracts::benefit_review::v1::{CashClaim, CashClaimKind};
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use crate::benefit::cash::Kept;
use crate::benefit::rules::OwnWage;
use crate::benefit::wage::read;

/// Whether a review has corrected the form of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corrected {
    /// An earlier one has.
    Before,
    /// The one at hand does.
    Now,
}

/// A cash claim as it was decided.
#[derive(Clone, Debug, FromRow)]
pub struct ClaimRow {
    /// The case in which it was decided first.
    pub claim_id: Uuid,
    /// 0 of the first decision.
    pub sequence: i32,
    /// Its place among all decisions.
    pub arrival: i64,
    /// What was applied for: the message of the kind.
    pub form: Vec<u8>,
    /// What was decided: the message of the kind.
    pub decision: Vec<u8>,
    /// What was objected to what was decided before, of a review (form 90-E).
    pub objection: Option<Vec<u8>>,
    /// Whether what was applied for is as a review has corrected it.
    #[sqlx(skip)]
    pub corrected: Option<Corrected>,
    content: Vec<u8>,
}

impl ClaimRow {
    /// As it is listed.
    ///
    /// # Errors
    /// When what was kept is none.
    pub fn claim(&self) -> Result<CashClaim> {
        Ok(CashClaim::decode(&*self.content)?)
    }
}

/// A decision that takes effect, with the messages of its kind.
#[derive(Clone, Copy, Debug)]
pub struct NewClaim<'a> {
    /// The case in which it was decided first.
    pub claim_id: Uuid,
    /// 0 of the first decision.
    pub sequence: i32,
    /// Whose injury it is.
    pub person_id: Uuid,
    /// The case in which it is signed.
    pub case_id: Uuid,
    /// When.
    pub decided_on: Date,
    /// As it is listed.
    pub claim: &'a CashClaim,
    /// What it was decided on, and what was decided.
    pub kept: Kept<'a>,
}

/// Keeps what was decided of a cash claim.
///
/// # Errors
/// A conflict where it was decided anew meanwhile.
pub async fn insert(db: &mut PgConnection, area: &str, new: NewClaim<'_>) -> Result<()> {
    // Nothing rests on an own wage where nothing is due.
    let own_wage = new.claim.own_wage.as_ref();
    let own_wage = own_wage.filter(|_| !new.claim.awards.is_empty());
    let (sum, months) = own_wage.map(read).transpose()?.map(OwnWage::parts).unzip();
    query(
        "INSERT INTO cash_claim (pooling_area, claim_id, sequence, kind, person_id, recognition_number,
             employer_id, case_id, decided_on, form, decision, content, objection, own_wage_sum,
             own_wage_months, eligibility)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(area)
    .bind(new.claim_id)
    .bind(new.sequence)
    .bind(new.claim.kind)
    .bind(new.person_id)
    .bind(&new.claim.recognition_number)
    .bind(&new.claim.employer_id)
    .bind(new.case_id)
    .bind(new.decided_on)
    .bind(new.kept.form)
    .bind(new.kept.decision)
    .bind(new.claim.encode_to_vec())
    .bind(new.kept.objection)
    .bind(sum)
    .bind(months.map(|months| i32::try_from(months).unwrap_or(1)))
    .bind(new.claim.eligibility)
    .execute(db)
    .await
    .map_err(conflict_on(&["cash_claim_pkey"]))?;
    Ok(())
}

/// Which claims are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// This one.
    pub claim_id: Option<Uuid>,
    /// Whose injury it is.
    pub person_id: Option<Uuid>,
    /// Through whom.
    pub employer_id: &'a str,
}

/// Cash claims as they were decided, the newest decision first.
///
/// # Errors
/// When they cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    filter: Filter<'_>,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<ClaimRow>> {
    Ok(query_as(
        "SELECT claim_id, sequence, arrival, form, decision, objection, content FROM cash_claim
         WHERE pooling_area = $1 AND ($2::uuid IS NULL OR claim_id = $2)
             AND ($3::uuid IS NULL OR person_id = $3) AND ($4 = '' OR employer_id = $4)
             AND ($5::bigint IS NULL OR arrival < $5)
         ORDER BY arrival DESC LIMIT $6",
    )
    .bind(area)
    .bind(filter.claim_id)
    .bind(filter.person_id)
    .bind(filter.employer_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// The decisions of one kind that were made of an injury, each claim as it was decided last, the oldest first.
///
/// # Errors
/// When they cannot be read.
pub async fn of_injury(
    db: &mut PgConnection,
    area: &str,
    (person_id, recognition_number): (Uuid, &str),
    kind: CashClaimKind,
) -> Result<Vec<ClaimRow>> {
    Ok(query_as(
        "SELECT claim_id, sequence, arrival, form, decision, objection, content FROM (
             SELECT DISTINCT ON (claim_id) claim_id, sequence, arrival, form, decision, objection, content
             FROM cash_claim
             WHERE pooling_area = $1 AND person_id = $2 AND recognition_number = $3 AND kind = $4
             ORDER BY claim_id, sequence DESC) last
         ORDER BY arrival",
    )
    .bind(area)
    .bind(person_id)
    .bind(recognition_number)
    .bind(kind as i32)
    .fetch_all(db)
    .await?)
}

/// Claims of one kind as they were decided last, in the order of their numbers.
///
/// # Errors
/// When they cannot be read.
pub async fn last_of(
    db: &mut PgConnection,
    area: &str,
    kind: CashClaimKind,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<ClaimRow>> {
    Ok(query_as(
        "SELECT DISTINCT ON (claim_id) claim_id, sequence, arrival, form, decision, objection, content
         FROM cash_claim
         WHERE pooling_area = $1 AND kind = $2 AND ($3::uuid IS NULL OR claim_id > $3)
         ORDER BY claim_id, sequence DESC LIMIT $4",
    )
    .bind(area)
    .bind(kind as i32)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// The numbers of the claims of some kinds that were decided of an injury.
///
/// # Errors
/// When they cannot be read.
pub async fn numbers(
    db: &mut PgConnection,
    area: &str,
    (person_id, recognition_number): (Uuid, &str),
    kinds: &[CashClaimKind],
) -> Result<Vec<String>> {
    Ok(query_scalar(
        "SELECT DISTINCT claim_id::text FROM cash_claim
         WHERE pooling_area = $1 AND person_id = $2 AND recognition_number = $3 AND kind = ANY($4)
         ORDER BY claim_id::text",
    )
    .bind(area)
    .bind(person_id)
    .bind(recognition_number)
    .bind(kinds.iter().map(|kind| *kind as i32).collect::<Vec<_>>())
    .fetch_all(db)
    .await?)
}

/// Areas in which a claim of one kind was decided.
///
/// # Errors
/// When they cannot be read.
pub async fn areas(db: &mut PgConnection, kind: CashClaimKind) -> Result<Vec<String>> {
    Ok(
        query_scalar("SELECT DISTINCT pooling_area FROM cash_claim WHERE kind = $1")
            .bind(kind as i32)
            .fetch_all(db)
            .await?,
    )
}

/// All decisions of a claim, in their order.
///
/// # Errors
/// When they cannot be read.
pub async fn of_claim(db: &mut PgConnection, area: &str, claim_id: Uuid) -> Result<Vec<ClaimRow>> {
    Ok(query_as(
        "SELECT claim_id, sequence, arrival, form, decision, objection, content FROM cash_claim
         WHERE pooling_area = $1 AND claim_id = $2 ORDER BY sequence",
    )
    .bind(area)
    .bind(claim_id)
    .fetch_all(db)
    .await?)
}

/// Lets nobody else decide cash benefits of an injury until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(db: &mut PgConnection, area: &str, injury_id: Uuid) -> Result<()> {
    query("SELECT pg_advisory_xact_lock(hashtextextended('cash ' || $2::text, hashtext($1)))")
        .bind(area)
        .bind(injury_id)
        .execute(db)
        .await?;
    Ok(())
}
