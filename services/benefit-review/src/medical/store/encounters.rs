//! SQL of bills.

use chassis::{Error, OrRefuse, Result};
use contracts::Refused;
use contracts::benefit_review::v1::{Admission, Encounter, EncounterKind, EncounterState, Refusal};
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// A bill as kept.
#[derive(Clone, Debug, FromRow)]
pub struct EncounterRow {
    /// Its number.
    pub encounter_id: Uuid,
    /// Who sends or claims it.
    pub filed_by: String,
    /// The treating institution where it sends the bill.
    pub institution_id: String,
    /// The employer where it claims the bill.
    pub employer_id: String,
    /// The patient.
    pub person_id: Uuid,
    /// The injury that is treated.
    pub recognition_number: String,
    /// [`EncounterState`].
    pub state: i32,
    /// [`EncounterKind`].
    pub kind: i32,
    /// Number of the institution, or its name.
    pub place: String,
    /// The institution's own number.
    pub visit_number: String,
    /// First day.
    pub admitted_on: Date,
    /// Last day, once it is over.
    pub discharged_on: Option<Date>,
    /// As it was told, without the card.
    pub admission: Vec<u8>,
    /// ICD-10 codes as they were known last, the principal one first.
    pub diagnoses: Vec<String>,
    /// Lines that count.
    pub lines: i32,
    /// Yuan of them.
    pub amount: Decimal,
    /// The last day that a line is of.
    pub last_service_on: Option<Date>,
    /// Yuan that a third party has compensated.
    pub compensated: Decimal,
    /// Yuan that the agreement sets for such a case at most.
    pub case_rate: Option<Decimal>,
    /// When it was settled first.
    pub settled_at: Option<OffsetDateTime>,
    /// The business day of that.
    pub settled_on: Option<Date>,
    /// The case in which its worth was signed.
    pub case_id: Option<Uuid>,
}

impl EncounterRow {
    /// What was told of the patient.
    ///
    /// # Errors
    /// When what was kept cannot be read.
    pub fn admission(&self) -> Result<Admission> {
        Ok(Admission::decode(&*self.admission)?)
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> EncounterState {
        self.state.try_into().unwrap_or_default()
    }

    /// What kind of treatment.
    #[must_use]
    pub fn kind(&self) -> EncounterKind {
        self.kind.try_into().unwrap_or_default()
    }

    /// A hospital sent it online.
    #[must_use]
    pub fn is_online(&self) -> bool {
        !self.institution_id.is_empty()
    }

    /// As it is shown, with the number of lines that a person has to look at.
    ///
    /// # Errors
    /// When what was kept cannot be read.
    pub fn shown(&self, lines_in_review: i32) -> Result<Encounter> {
        Ok(Encounter {
            encounter_id: self.encounter_id.to_string(),
            state: self.state,
            admission: Some(Admission {
                diagnoses: self.diagnoses.clone(),
                ..self.admission()?
            }),
            person_id: self.person_id.to_string(),
            recognition_number: self.recognition_number.clone(),
            discharged_on: self.discharged_on.map(Into::into),
            lines: self.lines,
            amount: Some(self.amount.into()),
            online: self.is_online(),
            lines_in_review,
            settled_on: self.settled_on.map(Into::into),
        })
    }
}

/// Opens a bill.
///
/// # Errors
/// When the institution's number of the visit stands on another bill.
pub async fn open(db: &mut PgConnection, area: &str, row: &EncounterRow) -> Result<()> {
    let opened = query(
        "INSERT INTO encounter (pooling_area, encounter_id, filed_by, institution_id, employer_id,
             person_id, recognition_number, state, kind, place, visit_number, admitted_on,
             discharged_on, admission, diagnoses, lines, amount, last_service_on, compensated,
             case_rate, settled_at, settled_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
             $20, $21, $22)",
    )
    .bind(area)
    .bind(row.encounter_id)
    .bind(&row.filed_by)
    .bind(&row.institution_id)
    .bind(&row.employer_id)
    .bind(row.person_id)
    .bind(&row.recognition_number)
    .bind(row.state)
    .bind(row.kind)
    .bind(&row.place)
    .bind(&row.visit_number)
    .bind(row.admitted_on)
    .bind(row.discharged_on)
    .bind(&row.admission)
    .bind(&row.diagnoses)
    .bind(row.lines)
    .bind(row.amount)
    .bind(row.last_service_on)
    .bind(row.compensated)
    .bind(row.case_rate)
    .bind(row.settled_at)
    .bind(row.settled_on)
    .execute(db)
    .await;
    let known = Refused::because(Refusal::VisitKnown).with("visit_number", &row.visit_number);
    opened.or_refuse("encounter_visit_once", known)?;
    Ok(())
}

/// Bills, held until the end of the unit, in the order of their numbers.
pub async fn hold(
    db: &mut PgConnection,
    area: &str,
    encounter_ids: &[Uuid],
) -> Result<Vec<EncounterRow>> {
    Ok(query_as(
        "SELECT * FROM encounter WHERE pooling_area = $1 AND encounter_id = ANY($2)
         ORDER BY encounter_id FOR UPDATE",
    )
    .bind(area)
    .bind(encounter_ids)
    .fetch_all(db)
    .await?)
}

/// Bills, in the order of their numbers.
pub async fn encounters(
    db: &mut PgConnection,
    area: &str,
    encounter_ids: &[Uuid],
) -> Result<Vec<EncounterRow>> {
    Ok(query_as(
        "SELECT * FROM encounter WHERE pooling_area = $1 AND encounter_id = ANY($2)
         ORDER BY encounter_id",
    )
    .bind(area)
    .bind(encounter_ids)
    .fetch_all(db)
    .await?)
}

/// Settled bills of an injury, of a line of a day after one where it is given, in the order of their numbers.
///
/// # Errors
/// When they cannot be read.
pub async fn settled_of(
    db: &mut PgConnection,
    area: &str,
    (person_id, recognition_number): (Uuid, &str),
    after: Option<Date>,
) -> Result<Vec<EncounterRow>> {
    Ok(query_as(
        "SELECT * FROM encounter WHERE pooling_area = $1 AND person_id = $2 AND recognition_number = $3
             AND state IN (3, 4) AND ($4::date IS NULL OR last_service_on > $4)
         ORDER BY encounter_id",
    )
    .bind(area)
    .bind(person_id)
    .bind(recognition_number)
    .bind(after)
    .fetch_all(db)
    .await?)
}

/// The lock under which bills of a person are settled: two bills of one service would not see each other.
#[must_use]
pub fn bills_of(person_id: Uuid) -> String {
    format!("bills of {person_id}")
}

/// Lets nobody else settle a bill of the person until the end of the unit.
pub async fn hold_person(db: &mut PgConnection, person_id: Uuid) -> Result<()> {
    query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(bills_of(person_id))
        .execute(db)
        .await?;
    Ok(())
}

/// Counts lines that came or were voided.
pub async fn count(
    db: &mut PgConnection,
    area: &str,
    encounter_id: Uuid,
    (lines, amount, last_service_on): (i32, Decimal, Option<Date>),
) -> Result<()> {
    query(
        "UPDATE encounter SET lines = lines + $3, amount = amount + $4,
             last_service_on = greatest(last_service_on, $5::date)
         WHERE pooling_area = $1 AND encounter_id = $2",
    )
    .bind(area)
    .bind(encounter_id)
    .bind(lines)
    .bind(amount)
    .bind(last_service_on)
    .execute(db)
    .await?;
    Ok(())
}

/// The patient left.
pub async fn discharge(
    db: &mut PgConnection,
    area: &str,
    encounter_id: Uuid,
    (discharged_on, diagnoses): (Date, &[String]),
) -> Result<()> {
    query(
        "UPDATE encounter SET state = 2, discharged_on = $3, diagnoses = $4
         WHERE pooling_area = $1 AND encounter_id = $2",
    )
    .bind(area)
    .bind(encounter_id)
    .bind(discharged_on)
    .bind(diagnoses)
    .execute(db)
    .await?;
    Ok(())
}

/// A bill was settled, or more: `row` says how it stands.
pub async fn move_on(db: &mut PgConnection, area: &str, row: &EncounterRow) -> Result<()> {
    query(
        "UPDATE encounter SET state = $3, compensated = $4, case_rate = $5, settled_at = $6,
             settled_on = $7, case_id = $8
         WHERE pooling_area = $1 AND encounter_id = $2",
    )
    .bind(area)
    .bind(row.encounter_id)
    .bind(row.state)
    .bind(row.compensated)
    .bind(row.case_rate)
    .bind(row.settled_at)
    .bind(row.settled_on)
    .bind(row.case_id)
    .execute(db)
    .await?;
    Ok(())
}

/// A bill that the caller may see.
///
/// # Errors
/// When there is no such bill.
pub async fn held(db: &mut PgConnection, area: &str, encounter_id: Uuid) -> Result<EncounterRow> {
    let found = hold(db, area, &[encounter_id]).await?.pop();
    found.ok_or_else(|| Error::not_found("就诊", encounter_id))
}
