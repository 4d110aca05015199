//! SQL of bills.

use chassis::{Error, OrRefuse, Result, conflict_on};
use contracts::Refused;
use contracts::benefit_review::v1::{Admission, Encounter, EncounterKind, EncounterState, Refusal};
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
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

/// Those of the invoices that were claimed before.
pub async fn known_invoices(
    db: &mut PgConnection,
    area: &str,
    invoice_numbers: &[String],
) -> Result<Vec<String>> {
    Ok(query_scalar(
        "SELECT invoice_number FROM encounter_invoice
         WHERE pooling_area = $1 AND invoice_number = ANY($2) ORDER BY invoice_number",
    )
    .bind(area)
    .bind(invoice_numbers)
    .fetch_all(db)
    .await?)
}

/// Keeps which invoices a bill is of.
///
/// # Errors
/// A conflict where another bill of one of them was opened meanwhile.
pub async fn claim_invoices(
    db: &mut PgConnection,
    area: &str,
    encounter_id: Uuid,
    invoice_numbers: &[String],
) -> Result<()> {
    query(
        "INSERT INTO encounter_invoice (pooling_area, invoice_number, encounter_id)
         SELECT $1, number, $2 FROM unnest($3::text[]) AS number",
    )
    .bind(area)
    .bind(encounter_id)
    .bind(invoice_numbers)
    .execute(db)
    .await
    .map_err(conflict_on(&["encounter_invoice_pkey"]))?;
    Ok(())
}

/// The invoices of a bill may be claimed again.
pub async fn free_invoices(db: &mut PgConnection, area: &str, encounter_id: Uuid) -> Result<()> {
    query("DELETE FROM encounter_invoice WHERE pooling_area = $1 AND encounter_id = $2")
        .bind(area)
        .bind(encounter_id)
        .execute(db)
        .await?;
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

/// When a bill of the person, other than this one, was settled first last.
pub async fn last_settled_at(
    db: &mut PgConnection,
    area: &str,
    (person_id, encounter_id): (Uuid, Uuid),
) -> Result<Option<OffsetDateTime>> {
    Ok(query_scalar(
        "SELECT max(settled_at) FROM encounter
         WHERE pooling_area = $1 AND person_id = $2 AND encounter_id <> $3",
    )
    .bind(area)
    .bind(person_id)
    .bind(encounter_id)
    .fetch_one(db)
    .await?)
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

/// The worth of bills was signed in a case.
pub async fn decided(
    db: &mut PgConnection,
    area: &str,
    encounter_ids: &[Uuid],
    case_id: Uuid,
) -> Result<()> {
    query(
        "UPDATE encounter SET state = 4, case_id = $3
         WHERE pooling_area = $1 AND encounter_id = ANY($2)",
    )
    .bind(area)
    .bind(encounter_ids)
    .bind(case_id)
    .execute(db)
    .await?;
    Ok(())
}

/// Which bills are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// This one.
    pub encounter_id: Option<Uuid>,
    /// Whose.
    pub person_id: Option<Uuid>,
    /// Who sends or claims them.
    pub filed_by: &'a str,
    /// [`EncounterState`], 0 for all.
    pub state: i32,
    /// With lines that a person has to look at.
    pub in_review: bool,
}

/// Bills with the number of lines that a person has to look at, the newest first.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    filter: Filter<'_>,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<(EncounterRow, i32)>> {
    #[derive(FromRow)]
    struct Listed {
        #[sqlx(flatten)]
        row: EncounterRow,
        lines_in_review: i32,
    }
    let listed: Vec<Listed> = query_as(
        "SELECT e.*, coalesce(s.lines_in_review, 0) AS lines_in_review
         FROM encounter e LEFT JOIN LATERAL (SELECT s.lines_in_review FROM settlement s
             WHERE s.pooling_area = e.pooling_area AND s.encounter_id = e.encounter_id
             ORDER BY s.sequence DESC LIMIT 1) s ON true
         WHERE e.pooling_area = $1 AND ($2::uuid IS NULL OR e.encounter_id = $2)
             AND ($3::uuid IS NULL OR e.person_id = $3) AND ($4 = '' OR e.filed_by = $4)
             AND ($5 = 0 OR e.state = $5) AND (NOT $6 OR s.lines_in_review > 0)
             AND ($7::uuid IS NULL OR e.encounter_id < $7)
         ORDER BY e.encounter_id DESC LIMIT $8",
    )
    .bind(area)
    .bind(filter.encounter_id)
    .bind(filter.person_id)
    .bind(filter.filed_by)
    .bind(filter.state)
    .bind(filter.in_review)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(listed
        .into_iter()
        .map(|one| (one.row, one.lines_in_review))
        .collect())
}

/// The days around a bill in which other stays of the person are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The bill.
    pub of_id: Uuid,
    /// Whose.
    pub person_id: Uuid,
    /// First day.
    pub from_on: Date,
    /// Last day.
    pub until_on: Date,
}

/// Another stay, with the bill that was asked about.
#[derive(Debug, FromRow)]
pub struct StayRow {
    /// The bill that was asked about.
    pub of_id: Uuid,
    /// The stay.
    #[sqlx(flatten)]
    pub row: EncounterRow,
    /// Meals were granted for it.
    pub fed: bool,
}

/// Other stays in hospital of the persons that touch the days.
pub async fn stays(db: &mut PgConnection, area: &str, spans: &[Span]) -> Result<Vec<StayRow>> {
    Ok(query_as(
        "SELECT asked.of_id, e.*, coalesce(s.meals > 0, false) AS fed
         FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::date[])
             AS asked(of_id, person_id, from_on, until_on)
         JOIN encounter e ON e.pooling_area = $1 AND e.person_id = asked.person_id
             AND e.encounter_id <> asked.of_id AND e.state <> 5 AND e.kind IN (3, 4)
             AND e.admitted_on <= asked.until_on
             AND (e.discharged_on IS NULL OR e.discharged_on >= asked.from_on)
         LEFT JOIN LATERAL (SELECT s.meals FROM settlement s
             WHERE s.pooling_area = e.pooling_area AND s.encounter_id = e.encounter_id
             ORDER BY s.sequence DESC LIMIT 1) s ON true
         ORDER BY e.admitted_on, e.encounter_id",
    )
    .bind(area)
    .bind(spans.iter().map(|span| span.of_id).collect::<Vec<_>>())
    .bind(spans.iter().map(|span| span.person_id).collect::<Vec<_>>())
    .bind(spans.iter().map(|span| span.from_on).collect::<Vec<_>>())
    .bind(spans.iter().map(|span| span.until_on).collect::<Vec<_>>())
    .fetch_all(db)
    .await?)
}

/// Art. 41. Bills of the same persons and injuries that no institution sent and that began before, with the bill that was
/// asked about.
pub async fn on_paper_before(
    db: &mut PgConnection,
    area: &str,
    of: &[&EncounterRow],
) -> Result<Vec<(Uuid, EncounterRow)>> {
    #[derive(FromRow)]
    struct Found {
        of_id: Uuid,
        #[sqlx(flatten)]
        row: EncounterRow,
    }
    let found: Vec<Found> = query_as(
        "SELECT asked.of_id, e.*
         FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[])
             AS asked(of_id, person_id, recognition_number, admitted_on)
         JOIN encounter e ON e.pooling_area = $1 AND e.person_id = asked.person_id
             AND e.recognition_number = asked.recognition_number AND e.encounter_id <> asked.of_id
             AND e.state <> 5 AND e.institution_id = '' AND e.admitted_on < asked.admitted_on
         ORDER BY e.admitted_on, e.encounter_id",
    )
    .bind(area)
    .bind(of.iter().map(|row| row.encounter_id).collect::<Vec<_>>())
    .bind(of.iter().map(|row| row.person_id).collect::<Vec<_>>())
    .bind(
        of.iter()
            .map(|row| row.recognition_number.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(of.iter().map(|row| row.admitted_on).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().map(|one| (one.of_id, one.row)).collect())
}

/// The last person of the next slice of settled bills with days from `from_on` on, after a person; none where it is the last
/// slice.
pub async fn last_of_slice(
    db: &mut PgConnection,
    area: &str,
    from_on: Date,
    (after, bills): (Uuid, i64),
) -> Result<Option<Uuid>> {
    Ok(query_scalar(
        "SELECT person_id FROM encounter
         WHERE pooling_area = $1 AND state IN (3, 4) AND discharged_on >= $2 AND person_id > $3
         ORDER BY person_id, encounter_id OFFSET $4 LIMIT 1",
    )
    .bind(area)
    .bind(from_on)
    .bind(after)
    .bind(bills)
    .fetch_optional(db)
    .await?)
}

/// Settled bills with days from `from_on` on of all persons after one through another, by person and in the order in which
/// they were settled first.
pub async fn settled_between(
    db: &mut PgConnection,
    area: &str,
    from_on: Date,
    (after, last): (Uuid, Uuid),
) -> Result<Vec<EncounterRow>> {
    Ok(query_as(
        "SELECT * FROM encounter
         WHERE pooling_area = $1 AND state IN (3, 4) AND discharged_on >= $2
             AND person_id > $3 AND person_id <= $4
         ORDER BY person_id, settled_at, encounter_id",
    )
    .bind(area)
    .bind(from_on)
    .bind(after)
    .bind(last)
    .fetch_all(db)
    .await?)
}

/// Bills that an institution settled by a day, all lines of which are decided, and that are not claimed yet.
pub async fn unclaimed(
    db: &mut PgConnection,
    area: &str,
    (institution_id, until_on): (&str, Date),
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT e.encounter_id FROM encounter e
         CROSS JOIN LATERAL (SELECT s.lines_in_review FROM settlement s
             WHERE s.pooling_area = e.pooling_area AND s.encounter_id = e.encounter_id
             ORDER BY s.sequence DESC LIMIT 1) s
         WHERE e.pooling_area = $1 AND e.institution_id = $2 AND e.state = 3 AND e.settled_on <= $3
             AND s.lines_in_review = 0
         ORDER BY e.encounter_id",
    )
    .bind(area)
    .bind(institution_id)
    .bind(until_on)
    .fetch_all(db)
    .await?)
}

/// A bill that the caller may see.
///
/// # Errors
/// When there is no such bill.
pub async fn held(db: &mut PgConnection, area: &str, encounter_id: Uuid) -> Result<EncounterRow> {
    let found = hold(db, area, &[encounter_id]).await?.pop();
    found.ok_or_else(|| Error::not_found("就诊", encounter_id))
}
