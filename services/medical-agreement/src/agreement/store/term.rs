//! SQL of the terms of agreements.

use chassis::wire::yuan;
use chassis::{OrRefuse, Result};
use contracts::Refused;
use contracts::medical_agreement::v1::{CaseRate, Clause, Refusal};
use sqlx::{PgConnection, query, query_scalar};
use time::Date;
use uuid::Uuid;

/// Terms of an agreement from a day on.
pub struct Terms<'a> {
    /// Of which.
    pub agreement_id: Uuid,
    /// Whose.
    pub institution_id: &'a str,
    /// From when on.
    pub effective_on: Date,
    /// All ten.
    pub clauses: &'a [Clause],
    /// Days of notice.
    pub notice_days: i32,
    /// Gives its opinion on referrals.
    pub refers: bool,
    /// Rates by group of diagnoses.
    pub case_rates: &'a [CaseRate],
    /// The case in which they were signed.
    pub case_id: Uuid,
}

/// Keeps terms of an agreement.
///
/// # Errors
/// When others were signed for the same day.
pub async fn keep_terms(db: &mut PgConnection, area: &str, terms: &Terms<'_>) -> Result<()> {
    let kinds: Vec<i32> = terms.clauses.iter().map(|clause| clause.kind).collect();
    let texts: Vec<&str> = terms
        .clauses
        .iter()
        .map(|clause| clause.text.as_str())
        .collect();
    let rates = || terms.case_rates.iter();
    let amounts = rates().map(|rate| yuan(rate.amount.as_ref()));
    let refused = Refused::because(Refusal::ChangeDate).with("effective_on", terms.effective_on);
    query(
        "INSERT INTO agreement_term (pooling_area, agreement_id, institution_id, effective_on,
             clause_kinds, clause_texts, notice_days, refers, case_id, rate_codes, rate_names, rate_amounts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(area)
    .bind(terms.agreement_id)
    .bind(terms.institution_id)
    .bind(terms.effective_on)
    .bind(kinds)
    .bind(texts)
    .bind(terms.notice_days)
    .bind(terms.refers)
    .bind(terms.case_id)
    .bind(rates().map(|rate| rate.diagnosis.as_str()).collect::<Vec<_>>())
    .bind(rates().map(|rate| rate.name.as_str()).collect::<Vec<_>>())
    .bind(amounts.collect::<Result<Vec<_>>>()?)
    .execute(db)
    .await
    .or_refuse("agreement_term_pkey", refused)?;
    Ok(())
}

/// The day from which the last terms of an agreement hold.
pub async fn last_terms_on(db: &mut PgConnection, area: &str, agreement_id: Uuid) -> Result<Date> {
    Ok(query_scalar(
        "SELECT max(effective_on) FROM agreement_term WHERE pooling_area = $1 AND agreement_id = $2",
    )
    .bind(area)
    .bind(agreement_id)
    .fetch_one(db)
    .await?)
}
