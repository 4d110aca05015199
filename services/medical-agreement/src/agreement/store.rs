//! SQL of agreements and of what was decided of their institutions.

mod institution;
mod standing;
mod suspension;

pub use institution::{is_known, keep_facts, list, open_facts};
pub use standing::standings;
pub use suspension::{lift, suspend, suspended, suspensions, unsuspended};

use chassis::wire::uuid;
use chassis::{Error, OrRefuse, Result};
use contracts::Refused;
use contracts::medical_agreement::v1::{
    Agreement, AgreementEnd, Appraisal, AppraisalDecision, Clause, InstitutionKind, PatientInHand,
    Refusal,
};
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::rules;

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
             term.clause_texts, term.notice_days, term.refers, term.effective_on
         FROM agreement a
         CROSS JOIN LATERAL (
             SELECT clause_kinds, clause_texts, notice_days, refers, effective_on FROM agreement_term t
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

/// The patients in hand at the end of agreements, each with the agreement.
pub async fn patients(
    db: &mut PgConnection,
    area: &str,
    agreement_ids: &[Uuid],
) -> Result<Vec<(Uuid, PatientInHand)>> {
    let rows: Vec<(Uuid, Uuid, Date, String)> = query_as(
        "SELECT agreement_id, person_id, admitted_on, arrangement FROM patient_in_hand
         WHERE pooling_area = $1 AND agreement_id = ANY($2) ORDER BY agreement_id, person_id",
    )
    .bind(area)
    .bind(agreement_ids)
    .fetch_all(db)
    .await?;
    let patient =
        |(agreement_id, person_id, admitted_on, arrangement): (Uuid, Uuid, Date, String)| {
            let patient = PatientInHand {
                person_id: person_id.to_string(),
                admitted_on: Some(admitted_on.into()),
                arrangement,
            };
            (agreement_id, patient)
        };
    Ok(rows.into_iter().map(patient).collect())
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
    let refused = Refused::because(Refusal::ChangeDate).with("effective_on", terms.effective_on);
    query(
        "INSERT INTO agreement_term (pooling_area, agreement_id, institution_id, effective_on,
             clause_kinds, clause_texts, notice_days, refers, case_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
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

/// How an agreement ends before its term.
pub struct End<'a> {
    /// Who ends it.
    pub kind: AgreementEnd,
    /// Its last day.
    pub ends_on: Date,
    /// Patients in hand are treated on its terms until this day.
    pub care_until_on: Option<Date>,
    /// Those patients.
    pub patients: &'a [PatientInHand],
}

/// Ends an agreement. What ends before it begins has never been in force.
pub async fn end(
    db: &mut PgConnection,
    area: &str,
    agreement_id: Uuid,
    end: &End<'_>,
) -> Result<()> {
    let institution_id: String = query_scalar::<_, String>(
        "UPDATE agreement SET period = daterange(lower(period), greatest(lower(period), $3::date + 1)),
             end_kind = $4::int, care_until_on = greatest(care_until_on, $5)
         WHERE pooling_area = $1 AND agreement_id = $2 AND (end_kind = 0 OR $4::int = $6)
         RETURNING institution_id",
    )
    .bind(area)
    .bind(agreement_id)
    .bind(end.ends_on)
    .bind(end.kind as i32)
    .bind(end.care_until_on)
    .bind(AgreementEnd::ByAudit as i32)
    .fetch_optional(&mut *db)
    .await?
    .ok_or_else(|| Error::Conflict("the agreement was ended meanwhile".to_owned()))?;
    let persons = end.patients.iter().map(|patient| uuid(&patient.person_id));
    let persons: Vec<Uuid> = persons.collect::<Result<_>>()?;
    let admitted = end
        .patients
        .iter()
        .map(|patient| chassis::wire::day(patient.admitted_on));
    let admitted: Vec<Date> = admitted.collect::<Result<_>>()?;
    let arrangements = end
        .patients
        .iter()
        .map(|patient| patient.arrangement.as_str());
    let arrangements: Vec<&str> = arrangements.collect();
    query(
        "INSERT INTO patient_in_hand (pooling_area, agreement_id, institution_id, person_id,
             admitted_on, arrangement)
         SELECT $1, $2, $3, person_id, admitted_on, arrangement
         FROM unnest($4::uuid[], $5::date[], $6::text[]) AS patient (person_id, admitted_on, arrangement)",
    )
    .bind(area)
    .bind(agreement_id)
    .bind(institution_id)
    .bind(persons)
    .bind(admitted)
    .bind(arrangements)
    .execute(db)
    .await?;
    Ok(())
}

/// The agreements of an institution that run past a day.
pub async fn not_ended(
    db: &mut PgConnection,
    area: &str,
    institution_id: &str,
    on: Date,
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT agreement_id FROM agreement
         WHERE pooling_area = $1 AND institution_id = $2 AND upper(period) - 1 > $3
         ORDER BY agreement_id",
    )
    .bind(area)
    .bind(institution_id)
    .bind(on)
    .fetch_all(db)
    .await?)
}

/// Keeps an appraisal.
///
/// # Errors
/// When the institution was appraised for days of that period.
pub async fn keep_appraisal(
    db: &mut PgConnection,
    area: &str,
    appraisal_id: Uuid,
    decision: &AppraisalDecision,
) -> Result<()> {
    query(
        "INSERT INTO appraisal (pooling_area, appraisal_id, institution_id, kind, period, rating, decision)
         VALUES ($1, $2, $3, $4, daterange($5, $6, '[]'), $7, $8)",
    )
    .bind(area)
    .bind(appraisal_id)
    .bind(&decision.institution_id)
    .bind(decision.kind)
    .bind(chassis::wire::day(decision.from_on)?)
    .bind(chassis::wire::day(decision.until_on)?)
    .bind(decision.rating)
    .bind(decision.encode_to_vec())
    .execute(db)
    .await
    .or_refuse("appraisal_once", Refused::because(Refusal::AppraisedBefore))?;
    Ok(())
}

/// Was an institution appraised for days of the period?
pub async fn is_appraised(
    db: &mut PgConnection,
    area: &str,
    (institution_id, kind): (&str, InstitutionKind),
    (from_on, until_on): (Date, Date),
) -> Result<bool> {
    Ok(query_scalar(
        "SELECT EXISTS (SELECT 1 FROM appraisal
             WHERE pooling_area = $1 AND institution_id = $2 AND kind = $3
                 AND period && daterange($4, $5, '[]'))",
    )
    .bind(area)
    .bind(institution_id)
    .bind(kind as i32)
    .bind(from_on)
    .bind(until_on)
    .fetch_one(db)
    .await?)
}

/// The rating of an institution's last appraisal of a kind; 0 before the first.
pub async fn last_rating(
    db: &mut PgConnection,
    area: &str,
    (institution_id, kind): (&str, InstitutionKind),
) -> Result<i32> {
    let rating: Option<i32> = query_scalar(
        "SELECT rating FROM appraisal WHERE pooling_area = $1 AND institution_id = $2 AND kind = $3
         ORDER BY period DESC LIMIT 1",
    )
    .bind(area)
    .bind(institution_id)
    .bind(kind as i32)
    .fetch_optional(db)
    .await?;
    Ok(rating.unwrap_or_default())
}

/// An appraisal, as it is shown.
#[must_use]
pub fn appraisal(appraisal_id: Uuid, decision: AppraisalDecision) -> Appraisal {
    Appraisal {
        institution_id: decision.institution_id,
        name: decision.name,
        kind: decision.kind,
        from_on: decision.from_on,
        until_on: decision.until_on,
        points: decision.points,
        rating: decision.rating,
        worksheet: decision.worksheet,
        case_id: appraisal_id.to_string(),
    }
}

/// Appraisals, the newest first, with their numbers.
pub async fn appraisals(
    db: &mut PgConnection,
    area: &str,
    institution_id: &str,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<(Uuid, Vec<u8>)>> {
    Ok(query_as(
        "SELECT appraisal_id, decision FROM appraisal
         WHERE pooling_area = $1 AND ($2 = '' OR institution_id = $2)
             AND ($3::uuid IS NULL OR appraisal_id < $3)
         ORDER BY appraisal_id DESC LIMIT $4",
    )
    .bind(area)
    .bind(institution_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
