//! SQL of agreements.

use chassis::{Error, OrRefuse, Result};
use contracts::Refused;
use contracts::medical_agreement::v1::{
    Agreement, AgreementEnd, CaseRate, Clause, InstitutionKind, PatientInHand, Refusal,
};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::super::rules;
use super::patients;

/// An agreement with its terms on a day.
#[derive(Clone, Debug, FromRow)]
pub struct AgreementRow {
    /// The case in which it was signed.
    pub agreement_id: Uuid,
    /// Whose.
    pub institution_id: String,
    /// As known on the day, or last.
    pub name: String,
    /// [`InstitutionKind`] as its number.
    pub kind: i32,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Date,
    /// [`AgreementEnd`] as its number, 0 unless it was ended before its term.
    pub end_kind: i32,
    /// Patients in hand are treated on its terms until this day.
    pub care_until_on: Option<Date>,
    /// [`contracts::medical_agreement::v1::ClauseKind`]s as their numbers.
    pub clause_kinds: Vec<i32>,
    /// What was agreed in each.
    pub clause_texts: Vec<String>,
    /// Days of notice.
    pub notice_days: i32,
    /// Gives its opinion on referrals.
    pub refers: bool,
    /// ICD-10 codes that a rate was agreed for.
    pub rate_codes: Vec<String>,
    /// What each is called.
    pub rate_names: Vec<String>,
    /// Yuan for a stay, of each.
    pub rate_amounts: Vec<Decimal>,
    /// Since when these terms hold.
    pub effective_on: Date,
}

impl AgreementRow {
    /// The ten clauses.
    #[must_use]
    pub fn clauses(&self) -> Vec<Clause> {
        let texts = self.clause_texts.iter().cloned();
        let clause = |(kind, text)| Clause { kind, text };
        self.clause_kinds
            .iter()
            .copied()
            .zip(texts)
            .map(clause)
            .collect()
    }

    /// The rates by group of diagnoses.
    #[must_use]
    pub fn case_rates(&self) -> Vec<CaseRate> {
        let rate = |((diagnosis, name), amount): ((&String, &String), &Decimal)| CaseRate {
            diagnosis: diagnosis.clone(),
            name: name.clone(),
            amount: Some((*amount).into()),
        };
        let named = self.rate_codes.iter().zip(&self.rate_names);
        named.zip(&self.rate_amounts).map(rate).collect()
    }

    /// The agreement as it stands on `on`.
    #[must_use]
    pub fn shown(&self, patients: Vec<PatientInHand>, on: Date) -> Agreement {
        let end = AgreementEnd::try_from(self.end_kind).unwrap_or_default();
        Agreement {
            agreement_id: self.agreement_id.to_string(),
            institution_id: self.institution_id.clone(),
            name: self.name.clone(),
            kind: self.kind,
            state: rules::state((self.starts_on, self.ends_on), end, on) as i32,
            starts_on: Some(self.starts_on.into()),
            ends_on: Some(self.ends_on.into()),
            clauses: self.clauses(),
            notice_days: u32::try_from(self.notice_days).unwrap_or_default(),
            refers: self.refers,
            case_rates: self.case_rates(),
            end: self.end_kind,
            care_until_on: self.care_until_on.map(Into::into),
            patients,
        }
    }
}

/// The agreement of an institution that runs on a day, with its terms on that day.
pub async fn on_day(
    db: &mut PgConnection,
    area: &str,
    (institution_id, kind): (&str, InstitutionKind),
    on: Date,
) -> Result<Option<AgreementRow>> {
    let filter = Filter {
        institution_id,
        kind: kind as i32,
        running: true,
        ..Filter::default()
    };
    Ok(list_agreements(db, area, (filter, on), (None, 1))
        .await?
        .pop())
}

/// Which agreements are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Whose.
    pub institution_id: &'a str,
    /// [`InstitutionKind`] as its number, 0 for all.
    pub kind: i32,
    /// This one.
    pub agreement_id: Option<Uuid>,
    /// Running on the day.
    pub running: bool,
    /// With a last day no later than this.
    pub ending_by_on: Option<Date>,
    /// Neither begun nor appraised after this day.
    pub not_appraised_since: Option<Date>,
}

/// Agreements with their terms on a day, or those that they began or end with, the newest first.
pub async fn list_agreements(
    db: &mut PgConnection,
    area: &str,
    (filter, on): (Filter<'_>, Date),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<AgreementRow>> {
    Ok(query_as(
        "SELECT a.agreement_id, a.institution_id, fact.name, a.kind, lower(a.period) AS starts_on,
             upper(a.period) - 1 AS ends_on, a.end_kind, a.care_until_on, term.clause_kinds,
             term.clause_texts, term.notice_days, term.refers, term.rate_codes, term.rate_names,
             term.rate_amounts, term.effective_on
         FROM agreement a
         CROSS JOIN LATERAL (
             SELECT clause_kinds, clause_texts, notice_days, refers, rate_codes, rate_names, rate_amounts,
                 effective_on FROM agreement_term t
             WHERE t.pooling_area = a.pooling_area AND t.agreement_id = a.agreement_id
             ORDER BY effective_on <= $7 DESC,
                 CASE WHEN effective_on <= $7 THEN effective_on END DESC, effective_on
             LIMIT 1) term
         CROSS JOIN LATERAL (
             SELECT name FROM institution_fact f
             WHERE f.pooling_area = a.pooling_area AND f.institution_id = a.institution_id
             ORDER BY period @> $7 DESC, period DESC LIMIT 1) fact
         WHERE a.pooling_area = $1 AND NOT isempty(a.period)
             AND ($2 = '' OR a.institution_id = $2)
             AND ($3 = 0 OR a.kind = $3)
             AND ($4::uuid IS NULL OR a.agreement_id = $4)
             AND (NOT $5 OR a.period @> $7)
             AND ($6::date IS NULL OR upper(a.period) - 1 <= $6)
             AND ($8::date IS NULL OR lower(a.period) <= $8 AND NOT EXISTS (
                 SELECT 1 FROM appraisal p
                 WHERE p.pooling_area = a.pooling_area AND p.institution_id = a.institution_id
                     AND p.kind = a.kind AND upper(p.period) - 1 > $8))
             AND ($9::uuid IS NULL OR a.agreement_id < $9)
         ORDER BY a.agreement_id DESC LIMIT $10",
    )
    .bind(area)
    .bind(filter.institution_id)
    .bind(filter.kind)
    .bind(filter.agreement_id)
    .bind(filter.running)
    .bind(filter.ending_by_on)
    .bind(on)
    .bind(filter.not_appraised_since)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// An agreement as it stands on a day, with the patients in hand at its end.
///
/// # Errors
/// When there is no such agreement.
pub async fn agreement(
    db: &mut PgConnection,
    area: &str,
    agreement_id: Uuid,
    on: Date,
) -> Result<Agreement> {
    let filter = Filter {
        agreement_id: Some(agreement_id),
        ..Filter::default()
    };
    let row = list_agreements(db, area, (filter, on), (None, 1))
        .await?
        .pop();
    let row = row.ok_or_else(|| Error::not_found("服务协议", agreement_id))?;
    let mut patients = patients(db, area, &[agreement_id]).await?;
    Ok(row.shown(patients.drain(..).map(|(_, patient)| patient).collect(), on))
}

/// An agreement to be signed.
pub struct New<'a> {
    /// The case in which it is.
    pub agreement_id: Uuid,
    /// Whose.
    pub institution_id: &'a str,
    /// What for.
    pub kind: InstitutionKind,
    /// First and last day.
    pub days: (Date, Date),
}

/// Signs an agreement.
///
/// # Errors
/// When the institution has one of its kind at that time.
pub async fn insert(db: &mut PgConnection, area: &str, new: &New<'_>) -> Result<()> {
    query(
        "INSERT INTO agreement (pooling_area, agreement_id, institution_id, kind, period)
         VALUES ($1, $2, $3, $4, daterange($5, $6, '[]'))",
    )
    .bind(area)
    .bind(new.agreement_id)
    .bind(new.institution_id)
    .bind(new.kind as i32)
    .bind(new.days.0)
    .bind(new.days.1)
    .execute(db)
    .await
    .or_refuse(
        "agreement_one_at_a_time",
        Refused::because(Refusal::AgreementOverlaps),
    )?;
    Ok(())
}

/// Has an institution an agreement of the kind at some time between two days?
pub async fn overlaps(
    db: &mut PgConnection,
    area: &str,
    (institution_id, kind): (&str, InstitutionKind),
    (starts_on, ends_on): (Date, Date),
) -> Result<bool> {
    Ok(query_scalar(
        "SELECT EXISTS (SELECT 1 FROM agreement
             WHERE pooling_area = $1 AND institution_id = $2 AND kind = $3
                 AND period && daterange($4, $5, '[]'))",
    )
    .bind(area)
    .bind(institution_id)
    .bind(kind as i32)
    .bind(starts_on)
    .bind(ends_on)
    .fetch_one(db)
    .await?)
}

/// Moves the last day of an agreement back.
///
/// # Errors
/// When the institution has another of the kind by then.
pub async fn extend(
    db: &mut PgConnection,
    area: &str,
    agreement_id: Uuid,
    ends_on: Date,
) -> Result<()> {
    query(
        "UPDATE agreement SET period = daterange(lower(period), $3, '[]')
         WHERE pooling_area = $1 AND agreement_id = $2 AND end_kind = 0",
    )
    .bind(area)
    .bind(agreement_id)
    .bind(ends_on)
    .execute(db)
    .await
    .or_refuse(
        "agreement_one_at_a_time",
        Refused::because(Refusal::AgreementOverlaps),
    )?;
    Ok(())
}
