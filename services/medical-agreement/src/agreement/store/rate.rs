//! SQL of the question what was agreed for stays.

use chassis::{Error, Result};
use contracts::medical_agreement::v1::{CaseRate, InstitutionKind};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query_as};
use time::Date;

/// A stay that a rate may have been agreed for.
#[derive(Clone, Copy, Debug)]
pub struct Stay<'a> {
    /// Where.
    pub institution_id: &'a str,
    /// What it is under agreement for.
    pub kind: InstitutionKind,
    /// The principal diagnosis, an ICD-10 code.
    pub diagnosis: &'a str,
    /// The last day.
    pub over_on: Date,
}

/// What the agreement that runs on the last day of a stay, or cares for patients in hand then, sets for the longest code that
/// the diagnosis begins with; in the order of the question.
pub async fn rates(
    db: &mut PgConnection,
    area: &str,
    stays: &[Stay<'_>],
) -> Result<Vec<Option<CaseRate>>> {
    #[derive(FromRow)]
    struct Placed {
        place: i64,
        code: String,
        name: String,
        amount: Decimal,
    }
    let found: Vec<Placed> = query_as(
        "SELECT asked.place - 1 AS place, rate.code, rate.name, rate.amount
         FROM unnest($2::text[], $3::int[], $4::text[], $5::date[]) WITH ORDINALITY
             AS asked (institution_id, kind, diagnosis, over_on, place)
         CROSS JOIN LATERAL (SELECT a.agreement_id FROM agreement a
             WHERE a.pooling_area = $1 AND a.institution_id = asked.institution_id AND a.kind = asked.kind
                 AND (a.period @> asked.over_on
                     OR upper(a.period) <= asked.over_on AND a.care_until_on >= asked.over_on)
             ORDER BY a.period @> asked.over_on DESC, a.period DESC LIMIT 1) agreed
         CROSS JOIN LATERAL (SELECT t.rate_codes, t.rate_names, t.rate_amounts FROM agreement_term t
             WHERE t.pooling_area = $1 AND t.agreement_id = agreed.agreement_id
                 AND t.effective_on <= asked.over_on
             ORDER BY t.effective_on DESC LIMIT 1) term
         CROSS JOIN LATERAL (SELECT r.code, r.name, r.amount
             FROM unnest(term.rate_codes, term.rate_names, term.rate_amounts) AS r (code, name, amount)
             WHERE starts_with(asked.diagnosis, r.code)
             ORDER BY length(r.code) DESC LIMIT 1) rate",
    )
    .bind(area)
    .bind(stays.iter().map(|one| one.institution_id).collect::<Vec<_>>())
    .bind(stays.iter().map(|one| one.kind as i32).collect::<Vec<_>>())
    .bind(stays.iter().map(|one| one.diagnosis).collect::<Vec<_>>())
    .bind(stays.iter().map(|one| one.over_on).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let mut rates = vec![None; stays.len()];
    for one in found {
        let place = usize::try_from(one.place).map_err(Error::internal)?;
        rates[place] = Some(CaseRate {
            diagnosis: one.code,
            name: one.name,
            amount: Some(one.amount.into()),
        });
    }
    Ok(rates)
}
