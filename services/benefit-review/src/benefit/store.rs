//! SQL of what was decided.

pub mod adjustments;
pub mod claims;
pub mod differences;
pub mod eligibility;
pub mod wages;

use chassis::Result;
use chassis::wire::{day, uuid, yuan};
use contracts::benefit_review::v1::{Benefit, PayeeKind};
use prost::Message;
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

/// Enters what was decided.
///
/// # Errors
/// When a benefit lacks its amount or a number.
pub async fn insert(db: &mut PgConnection, area: &str, benefits: &[Benefit]) -> Result<()> {
    let each = || benefits.iter();
    let ids =
        |of: fn(&Benefit) -> &str| each().map(|one| uuid(of(one))).collect::<Result<Vec<_>>>();
    let amounts = each().map(|one| yuan(one.amount.as_ref()));
    let institutions = each().map(|one| match one.payee() {
        PayeeKind::Institution => one.payee_id.as_str(),
        _ => "",
    });
    query(
        "INSERT INTO benefit (pooling_area, benefit_id, kind, payer, amount, monthly, person_id,
             employer_id, institution_id, claim_id, case_id, decided_on, content)
         SELECT $1, * FROM unnest($2::uuid[], $3::int[], $4::int[], $5::numeric[], $6::bool[],
             $7::uuid[], $8::text[], $9::text[], $10::uuid[], $11::uuid[], $12::date[], $13::bytea[])",
    )
    .bind(area)
    .bind(ids(|one| &one.benefit_id)?)
    .bind(each().map(|one| one.kind).collect::<Vec<_>>())
    .bind(each().map(|one| one.payer).collect::<Vec<_>>())
    .bind(amounts.collect::<Result<Vec<_>>>()?)
    .bind(each().map(|one| one.from_month.is_some()).collect::<Vec<_>>())
    .bind(ids(|one| &one.person_id)?)
    .bind(each().map(|one| one.employer_id.as_str()).collect::<Vec<_>>())
    .bind(institutions.collect::<Vec<_>>())
    .bind(ids(|one| &one.claim_id)?)
    .bind(ids(|one| &one.case_id)?)
    .bind(each().map(|one| day(one.decided_on)).collect::<Result<Vec<_>>>()?)
    .bind(each().map(Message::encode_to_vec).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Which benefits are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Whose.
    pub person_id: Option<Uuid>,
    /// Through whom.
    pub employer_id: &'a str,
    /// Paid to this institution.
    pub institution_id: &'a str,
    /// Signed in this case.
    pub case_id: Option<Uuid>,
    /// Of this claim.
    pub claim_id: Option<Uuid>,
}

/// What was decided, the newest first.
///
/// # Errors
/// When what was kept cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    filter: Filter<'_>,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<Benefit>> {
    let kept: Vec<Vec<u8>> = query_scalar(
        "SELECT content FROM benefit
         WHERE pooling_area = $1 AND ($2::uuid IS NULL OR person_id = $2)
             AND ($3 = '' OR employer_id = $3) AND ($4 = '' OR institution_id = $4)
             AND ($5::uuid IS NULL OR case_id = $5) AND ($6::uuid IS NULL OR claim_id = $6)
             AND ($7::uuid IS NULL OR benefit_id < $7)
         ORDER BY benefit_id DESC LIMIT $8",
    )
    .bind(area)
    .bind(filter.person_id)
    .bind(filter.employer_id)
    .bind(filter.institution_id)
    .bind(filter.case_id)
    .bind(filter.claim_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    kept.iter()
        .map(|one| Ok(Message::decode(&**one)?))
        .collect()
}
