//! SQL of injuries.

mod appraisal;
mod correction;
mod outside;
mod standing;
mod stoppage;

pub use appraisal::{Appraised, appraise, appraised_on, first_appraised_on};
pub use standing::{
    AppraisalRow, Standing, appraisal, correct as correct_end, employer_on, ended, in_force_on,
    standing,
};
pub use stoppage::{StoppageRow, change_stoppage, registered_stoppage, stoppages};

pub use correction::{Correction, correct, registered_by};
pub use outside::{
    Arrived, conclusion, conclusion_versions, conclusions, hold, keep_conclusions,
    keep_recognitions, recognition, recognition_versions, recognitions,
};

use chassis::wire::uuid;
use chassis::{Error, Result, conflict_on};
use contracts::benefit_review::v1::{
    Accident, AccidentForm, Injury, InjuryDecision, RelationState,
};
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// A filed accident, as kept.
#[derive(Debug, FromRow)]
pub struct AccidentRow {
    /// The case in which it was filed.
    pub accident_id: Uuid,
    filed_on: Date,
    recognition_due_on: Date,
    form: Vec<u8>,
    injury_id: Option<Uuid>,
}

impl AccidentRow {
    /// Form 5-1.
    ///
    /// # Errors
    /// When what was kept is none.
    pub fn form(&self) -> Result<AccidentForm> {
        Ok(AccidentForm::decode(&*self.form)?)
    }
}

impl TryFrom<AccidentRow> for Accident {
    type Error = Error;

    fn try_from(row: AccidentRow) -> Result<Self> {
        let form = row.form()?;
        Ok(Self {
            accident_id: row.accident_id.to_string(),
            employer_id: form.employer_id,
            person_id: form.person_id,
            name: form.name,
            cause: form.cause,
            happened_on: form.happened_on,
            filed_on: Some(row.filed_on.into()),
            channel: form.channel,
            institution: form.institution,
            recognition_due_on: Some(row.recognition_due_on.into()),
            injury_id: row.injury_id.map(|id| id.to_string()).unwrap_or_default(),
        })
    }
}

/// Files an accident.
///
/// # Errors
/// A conflict where the same was filed meanwhile.
pub async fn file(
    db: &mut PgConnection,
    area: &str,
    (accident_id, form): (Uuid, &AccidentForm),
    (happened_on, filed_on, recognition_due_on): (Date, Date, Date),
) -> Result<()> {
    query(
        "INSERT INTO accident (pooling_area, accident_id, employer_id, person_id, happened_on, filed_on,
             recognition_due_on, form)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(area)
    .bind(accident_id)
    .bind(&form.employer_id)
    .bind(uuid(&form.person_id)?)
    .bind(happened_on)
    .bind(filed_on)
    .bind(recognition_due_on)
    .bind(form.encode_to_vec())
    .execute(db)
    .await
    .map_err(conflict_on(&["accident_filed_once"]))?;
    Ok(())
}

/// The filing of an accident of a person on a day, through an employer.
pub async fn filed(
    db: &mut PgConnection,
    area: &str,
    (employer_id, person_id, happened_on): (&str, Uuid, Date),
) -> Result<Option<AccidentRow>> {
    Ok(query_as(
        "SELECT accident_id, filed_on, recognition_due_on, form, NULL::uuid AS injury_id FROM accident
         WHERE pooling_area = $1 AND employer_id = $2 AND person_id = $3 AND happened_on = $4",
    )
    .bind(area)
    .bind(employer_id)
    .bind(person_id)
    .bind(happened_on)
    .fetch_optional(db)
    .await?)
}

/// Filed accidents, the newest first; of a person or an employer where they are named, and only those
/// that no injury rests on.
pub async fn accidents(
    db: &mut PgConnection,
    area: &str,
    (person_id, employer_id, unregistered): (Option<Uuid>, &str, bool),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<AccidentRow>> {
    Ok(query_as(
        "SELECT a.accident_id, a.filed_on, a.recognition_due_on, a.form, i.injury_id
         FROM accident a LEFT JOIN injury i USING (pooling_area, accident_id)
         WHERE a.pooling_area = $1 AND ($2::uuid IS NULL OR a.person_id = $2)
             AND ($3 = '' OR a.employer_id = $3) AND (NOT $4 OR i.injury_id IS NULL)
             AND ($5::uuid IS NULL OR a.accident_id < $5)
         ORDER BY a.accident_id DESC LIMIT $6",
    )
    .bind(area)
    .bind(person_id)
    .bind(employer_id)
    .bind(unregistered)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// A registered injury with what holds of it last.
#[derive(Debug, FromRow)]
pub struct InjuryRow {
    /// The case in which it was registered.
    pub injury_id: Uuid,
    decision: Vec<u8>,
    diagnoses: Vec<String>,
    revoked: bool,
    conclusion_number: Option<String>,
    disability_grade: Option<i32>,
    nursing_grade: Option<i32>,
    state: i32,
    present_employer_id: String,
    last_employer_id: String,
    relation_from_on: Date,
    died_on: Option<Date>,
    /// The stoppage period that was signed last, where it became another after the registration.
    stoppage_from_on: Option<Date>,
    stoppage_until_on: Option<Date>,
    recognition_corrected: bool,
    /// Registration told of a death, and perhaps that there was none.
    death_told: bool,
}

impl TryFrom<InjuryRow> for Injury {
    type Error = Error;

    fn try_from(row: InjuryRow) -> Result<Self> {
        let decision = InjuryDecision::decode(&*row.decision)?;
        Ok(Self {
            injury_id: row.injury_id.to_string(),
            person_id: decision.person_id,
            name: decision.name,
            employer_id: decision.employer_id,
            recognition_number: decision.recognition_number,
            cause: decision.cause,
            happened_on: decision.happened_on,
            diagnoses: row.diagnoses,
            eligibility: decision.eligibility,
            overdue_from_on: decision.overdue_from_on,
            overdue_until_on: decision.overdue_until_on,
            stoppage_from_on: row
                .stoppage_from_on
                .map(Into::into)
                .or(decision.stoppage_from_on),
            stoppage_until_on: row
                .stoppage_until_on
                .map(Into::into)
                .or(decision.stoppage_until_on),
            // What registration told last, be it that nobody died, or what the employer said when it registered the
            // injury.
            died_on: match row.death_told {
                true => row.died_on.map(Into::into),
                false => decision.died_on,
            },
            disability_grade: row.disability_grade.unwrap_or_default(),
            nursing_grade: row.nursing_grade.unwrap_or_default(),
            conclusion_number: row.conclusion_number.unwrap_or_default(),
            relation: row.state,
            present_employer_id: row.present_employer_id,
            last_employer_id: row.last_employer_id,
            relation_from_on: Some(row.relation_from_on.into()),
            revoked: row.revoked,
            third_party: decision.third_party,
            insured_on: decision.insured_on,
            recognition_corrected: row.recognition_corrected,
        })
    }
}

/// Registers an injury, with its employer beside the person from a day on; where the relation had ended before (Art. 57),
/// without one from the other.
///
/// # Errors
/// A conflict where the recognition was registered meanwhile.
pub async fn register(
    db: &mut PgConnection,
    area: &str,
    injury_id: Uuid,
    (decision, diagnoses, recognition_version): (&InjuryDecision, &[String], i32),
    (with_from, ended_from): (Date, Option<Date>),
) -> Result<()> {
    let accident_id = Some(decision.accident_id.as_str()).filter(|id| !id.is_empty());
    query(
        "INSERT INTO injury (pooling_area, injury_id, person_id, employer_id, recognition_number,
             accident_id, decision, diagnoses, recognition_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(area)
    .bind(injury_id)
    .bind(uuid(&decision.person_id)?)
    .bind(&decision.employer_id)
    .bind(&decision.recognition_number)
    .bind(accident_id.map(uuid).transpose()?)
    .bind(decision.encode_to_vec())
    .bind(diagnoses)
    .bind(recognition_version)
    .execute(&mut *db)
    .await
    .map_err(conflict_on(&["injury_registered_once"]))?;
    let relation = Relation {
        injury_id,
        person_id: uuid(&decision.person_id)?,
        from_on: with_from,
        state: RelationState::WithEmployer,
        employer_id: &decision.employer_id,
        case_id: injury_id,
    };
    relate(db, area, &relation).await?;
    let Some(from_on) = ended_from else {
        return Ok(());
    };
    let ended = Relation {
        from_on,
        state: RelationState::Ended,
        employer_id: "",
        ..relation
    };
    relate(db, area, &ended).await
}

/// Who stands beside an injured employee from a day on.
pub struct Relation<'a> {
    /// Which injury.
    pub injury_id: Uuid,
    /// Whose.
    pub person_id: Uuid,
    /// From when on.
    pub from_on: Date,
    /// What it is then.
    pub state: RelationState,
    /// Through whom; empty where nobody bears the duties of an employer.
    pub employer_id: &'a str,
    /// The case in which it changed.
    pub case_id: Uuid,
}

/// Keeps who stands beside an injured employee.
///
/// # Errors
/// A conflict where another change took effect for the same day.
pub async fn relate(db: &mut PgConnection, area: &str, relation: &Relation<'_>) -> Result<()> {
    query(
        "INSERT INTO injury_relation (pooling_area, injury_id, from_on, state, employer_id, person_id,
             case_id, correction)
         VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT count(*)::int FROM relation_correction
             WHERE pooling_area = $1 AND injury_id = $2))",
    )
    .bind(area)
    .bind(relation.injury_id)
    .bind(relation.from_on)
    .bind(relation.state as i32)
    .bind(relation.employer_id)
    .bind(relation.person_id)
    .bind(relation.case_id)
    .execute(db)
    .await
    .map_err(conflict_on(&["injury_relation_one_a_day"]))?;
    Ok(())
}

/// Keeps who died when, or that somebody did not.
pub async fn keep_deaths(
    db: &mut PgConnection,
    area: &str,
    (person_ids, died_on): (Vec<Uuid>, Vec<Option<Date>>),
) -> Result<()> {
    query(
        "INSERT INTO death (pooling_area, person_id, died_on)
         SELECT $1, told.person_id, told.died_on
         FROM unnest($2::uuid[], $3::date[]) AS told(person_id, died_on)
         ON CONFLICT ON CONSTRAINT death_pkey DO UPDATE SET died_on = excluded.died_on",
    )
    .bind(area)
    .bind(person_ids)
    .bind(died_on)
    .execute(db)
    .await?;
    Ok(())
}

/// Which injuries are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Whose.
    pub person_id: Option<Uuid>,
    /// Of any of these.
    pub person_ids: &'a [Uuid],
    /// Who bears the duties of the employer now, or did last.
    pub employer_id: &'a str,
    /// By the decision that recognised it.
    pub recognition_number: &'a str,
    /// This one.
    pub injury_id: Option<Uuid>,
    /// By any of these decisions.
    pub recognition_numbers: &'a [&'a str],
}

/// Registered injuries as they stand, the newest first.
pub async fn injuries(
    db: &mut PgConnection,
    area: &str,
    filter: Filter<'_>,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<InjuryRow>> {
    Ok(query_as(
        "SELECT i.injury_id, coalesce(corrected.decision, i.decision) AS decision,
             coalesce(corrected.diagnoses, i.diagnoses) AS diagnoses,
             EXISTS (SELECT 1 FROM recognition n WHERE n.pooling_area = i.pooling_area
                 AND n.recognition_number = i.recognition_number AND NOT n.revoked
                 AND n.version > coalesce(corrected.recognition_version, i.recognition_version))
                 AS recognition_corrected,
             EXISTS (SELECT 1 FROM recognition n WHERE n.pooling_area = i.pooling_area
                 AND n.recognition_number = i.recognition_number AND n.revoked) AS revoked,
             capacity.conclusion_number,
             capacity.disability_grade, capacity.nursing_grade, relation.state,
             relation.employer_id AS present_employer_id, relation.from_on AS relation_from_on,
             coalesce(last.employer_id, i.employer_id) AS last_employer_id, d.died_on,
             d.person_id IS NOT NULL AS death_told, stopped.from_on AS stoppage_from_on,
             stopped.until_on AS stoppage_until_on
         FROM injury i
         LEFT JOIN death d USING (pooling_area, person_id)
         CROSS JOIN LATERAL (SELECT r.state, r.employer_id, r.from_on FROM relation_in_force r
             WHERE r.pooling_area = i.pooling_area AND r.injury_id = i.injury_id
             ORDER BY r.from_on DESC LIMIT 1) relation
         LEFT JOIN LATERAL (SELECT r.employer_id FROM relation_in_force r
             WHERE r.pooling_area = i.pooling_area AND r.injury_id = i.injury_id AND r.employer_id <> ''
             ORDER BY r.from_on DESC LIMIT 1) last ON true
         LEFT JOIN LATERAL (SELECT c.conclusion_number, c.disability_grade, c.nursing_grade
             FROM appraisal c
             WHERE c.pooling_area = i.pooling_area AND c.injury_id = i.injury_id
             ORDER BY c.holds_from DESC LIMIT 1) capacity ON true
         LEFT JOIN LATERAL (SELECT c.decision, c.diagnoses, c.recognition_version FROM injury_correction c
             WHERE c.pooling_area = i.pooling_area AND c.injury_id = i.injury_id
             ORDER BY c.recognition_version DESC LIMIT 1) corrected ON true
         LEFT JOIN LATERAL (SELECT p.from_on, p.until_on FROM stoppage p
             WHERE p.pooling_area = i.pooling_area AND p.injury_id = i.injury_id
             ORDER BY p.sequence DESC LIMIT 1) stopped ON true
         WHERE i.pooling_area = $1 AND ($2::uuid IS NULL OR i.person_id = $2)
             AND ($3 = '' OR $3 = coalesce(last.employer_id, i.employer_id)) AND ($4 = '' OR i.recognition_number = $4)
             AND ($5::uuid IS NULL OR i.injury_id = $5)
             AND ($6::uuid IS NULL OR i.injury_id < $6)
             AND (cardinality($7::text[]) = 0 OR i.recognition_number = ANY($7))
             AND (cardinality($9::uuid[]) = 0 OR i.person_id = ANY($9))
         ORDER BY i.injury_id DESC LIMIT $8",
    )
    .bind(area)
    .bind(filter.person_id)
    .bind(filter.employer_id)
    .bind(filter.recognition_number)
    .bind(filter.injury_id)
    .bind(after)
    .bind(filter.recognition_numbers)
    .bind(limit)
    .bind(filter.person_ids)
    .fetch_all(db)
    .await?)
}

/// The injury of a person that a decision recognised, as it stands.
pub async fn injury(
    db: &mut PgConnection,
    area: &str,
    (person_id, recognition_number): (Uuid, &str),
) -> Result<Option<Injury>> {
    let filter = Filter {
        person_id: Some(person_id),
        recognition_number,
        ..Filter::default()
    };
    let row = injuries(db, area, filter, (None, 1)).await?.pop();
    row.map(TryInto::try_into).transpose()
}

/// Registered injuries that rest on these decisions, as they stand.
pub async fn resting_on(
    db: &mut PgConnection,
    area: &str,
    recognition_numbers: &[&str],
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT injury_id FROM injury WHERE pooling_area = $1 AND recognition_number = ANY($2)
         ORDER BY injury_id",
    )
    .bind(area)
    .bind(recognition_numbers)
    .fetch_all(db)
    .await?)
}
