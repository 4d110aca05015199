//! SQL of the lines of bills.

use chassis::Result;
use chassis::wire::day;
use contracts::benefit_review::v1::BillLine;
use contracts::medical_agreement::v1::CatalogueKind;
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::EncounterRow;
use crate::medical::rules::{Line, Review};

/// Enters lines of a bill.
///
/// # Errors
/// When a line lacks what the contract requires.
pub async fn enter(
    db: &mut PgConnection,
    area: &str,
    of: &EncounterRow,
    lines: &[(&Line, &BillLine)],
) -> Result<()> {
    let each = || lines.iter().map(|(line, _)| *line);
    query(
        "INSERT INTO bill_line (pooling_area, encounter_id, institution_id, employer_id, person_id,
             line_number, service_on, code, quantity, unit_price, amount, content)
         SELECT $1, $2, $3, $4, $5, * FROM unnest($6::int[], $7::date[], $8::text[], $9::numeric[],
             $10::numeric[], $11::numeric[], $12::bytea[])",
    )
    .bind(area)
    .bind(of.encounter_id)
    .bind(&of.institution_id)
    .bind(&of.employer_id)
    .bind(of.person_id)
    .bind(each().map(|line| line.number).collect::<Vec<_>>())
    .bind(each().map(|line| line.service_on).collect::<Vec<_>>())
    .bind(each().map(|line| line.code.as_str()).collect::<Vec<_>>())
    .bind(each().map(|line| line.quantity).collect::<Vec<_>>())
    .bind(each().map(|line| line.unit_price).collect::<Vec<_>>())
    .bind(each().map(|line| line.amount).collect::<Vec<_>>())
    .bind(
        lines
            .iter()
            .map(|(_, told)| told.encode_to_vec())
            .collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A line, or a record of the course, as it was received, and whether it was voided.
#[derive(Debug, FromRow)]
pub struct Kept {
    /// Of which bill.
    pub encounter_id: Uuid,
    /// The sender's number.
    pub number: i32,
    /// As it was received (contract message).
    pub content: Vec<u8>,
    /// It was sent by mistake.
    pub voided: bool,
}

impl Kept {
    /// As it was received.
    ///
    /// # Errors
    /// When what was kept cannot be read.
    pub fn told<M: Message + Default>(&self) -> Result<M> {
        Ok(M::decode(&*self.content)?)
    }
}

/// Those of the lines, by bill and number, that were received before.
pub async fn kept(
    db: &mut PgConnection,
    area: &str,
    (encounter_ids, numbers): (&[Uuid], &[i32]),
) -> Result<Vec<Kept>> {
    Ok(query_as(
        "SELECT l.encounter_id, l.line_number AS number, l.content, v.line_number IS NOT NULL AS voided
         FROM unnest($2::uuid[], $3::int[]) AS asked(encounter_id, line_number)
         JOIN bill_line l ON l.pooling_area = $1 AND l.encounter_id = asked.encounter_id
             AND l.line_number = asked.line_number
         LEFT JOIN bill_line_void v ON v.pooling_area = $1 AND v.encounter_id = l.encounter_id
             AND v.line_number = l.line_number",
    )
    .bind(area)
    .bind(encounter_ids)
    .bind(numbers)
    .fetch_all(db)
    .await?)
}

/// The lines of bills that count, in the order of bill and number, after a number.
pub async fn lines(
    db: &mut PgConnection,
    area: &str,
    encounter_ids: &[Uuid],
    (after, limit): (i32, i64),
) -> Result<Vec<Kept>> {
    Ok(query_as(
        "SELECT l.encounter_id, l.line_number AS number, l.content, false AS voided
         FROM bill_line l
         WHERE l.pooling_area = $1 AND l.encounter_id = ANY($2) AND l.line_number > $3
             AND NOT EXISTS (SELECT 1 FROM bill_line_void v WHERE v.pooling_area = l.pooling_area
                 AND v.encounter_id = l.encounter_id AND v.line_number = l.line_number)
         ORDER BY l.encounter_id, l.line_number LIMIT $4",
    )
    .bind(area)
    .bind(encounter_ids)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Voids lines.
pub async fn void(
    db: &mut PgConnection,
    area: &str,
    of: &EncounterRow,
    numbers: &[i32],
) -> Result<()> {
    query(
        "INSERT INTO bill_line_void (pooling_area, encounter_id, institution_id, employer_id, person_id,
             line_number)
         SELECT $1, $2, $3, $4, $5, number FROM unnest($6::int[]) AS number",
    )
    .bind(area)
    .bind(of.encounter_id)
    .bind(&of.institution_id)
    .bind(&of.employer_id)
    .bind(of.person_id)
    .bind(numbers)
    .execute(db)
    .await?;
    Ok(())
}

/// A service of the person in another bill.
#[derive(Debug, FromRow)]
pub struct ElsewhereRow {
    /// Of which bill it was asked.
    pub of_id: Uuid,
    /// Which bill.
    pub encounter_id: Uuid,
    /// Which line of it.
    pub line_number: i32,
    /// Where.
    pub place: String,
    /// When that bill was settled first; none of one that stands beside the other.
    pub settled_at: Option<OffsetDateTime>,
    /// On which day.
    pub service_on: Date,
    /// Code of the item.
    pub code: String,
    /// How much.
    pub quantity: Decimal,
    /// Yuan of a unit.
    pub unit_price: Decimal,
    content: Vec<u8>,
}

impl ElsewhereRow {
    /// In which catalogue its code stands.
    ///
    /// # Errors
    /// When what was kept cannot be read.
    pub fn kind(&self) -> Result<CatalogueKind> {
        Ok(BillLine::decode(&*self.content)?.kind())
    }
}

/// A service of a bill: its number and the person, the day and the code.
pub type Service<'a> = ((Uuid, Uuid), Date, &'a str);

/// The same services of the same persons, by day and code, in other bills that are settled, or that stand `beside` it
/// before it.
pub async fn elsewhere(
    db: &mut PgConnection,
    area: &str,
    services: &[Service<'_>],
    beside: &[Uuid],
) -> Result<Vec<ElsewhereRow>> {
    let each = || services.iter();
    Ok(query_as(
        "SELECT asked.of_id, l.encounter_id, l.line_number, e.place, e.settled_at, l.service_on, l.code, l.quantity,
             l.unit_price, l.content
         FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::text[])
             AS asked(of_id, person_id, service_on, code)
         JOIN bill_line l ON l.pooling_area = $1 AND l.person_id = asked.person_id
             AND l.service_on = asked.service_on AND l.code = asked.code
             AND l.encounter_id <> asked.of_id
         JOIN encounter e ON e.pooling_area = $1 AND e.encounter_id = l.encounter_id
             AND (e.state IN (3, 4) OR e.encounter_id = ANY($6))
         WHERE NOT EXISTS (SELECT 1 FROM bill_line_void v WHERE v.pooling_area = l.pooling_area
             AND v.encounter_id = l.encounter_id AND v.line_number = l.line_number)
         ORDER BY l.encounter_id, l.line_number",
    )
    .bind(area)
    .bind(each().map(|((of_id, ..), ..)| *of_id).collect::<Vec<_>>())
    .bind(each().map(|((_, person_id), ..)| *person_id).collect::<Vec<_>>())
    .bind(each().map(|(_, service_on, _)| *service_on).collect::<Vec<_>>())
    .bind(each().map(|(.., code)| *code).collect::<Vec<_>>())
    .bind(beside)
    .fetch_all(db)
    .await?)
}

/// A treatment of a stay for rehabilitation that plans name, and the days of the plans.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// The stay.
    pub row: &'a EncounterRow,
    /// First and last day.
    pub days: (Date, Date),
    /// Code of the treatment.
    pub code: &'a str,
}

/// Art. 47. The same treatments in other stays for rehabilitation of the same injuries at the same institutions in the days
/// of the plans, that are settled, or that stand `beside` it before it.
pub async fn in_plan(
    db: &mut PgConnection,
    area: &str,
    planned: &[Planned<'_>],
    beside: &[Uuid],
) -> Result<Vec<ElsewhereRow>> {
    let rows = || planned.iter().map(|one| one.row);
    Ok(query_as(
        "SELECT asked.of_id, l.encounter_id, l.line_number, e.place, e.settled_at, l.service_on, l.code, l.quantity,
             l.unit_price, l.content
         FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::date[], $7::date[], $8::text[])
             AS asked(of_id, person_id, recognition_number, place, from_on, until_on, code)
         JOIN encounter e ON e.pooling_area = $1 AND e.person_id = asked.person_id
             AND e.encounter_id <> asked.of_id AND e.recognition_number = asked.recognition_number
             AND e.place = asked.place AND e.kind = 4
             AND (e.state IN (3, 4) OR e.encounter_id = ANY($9))
         JOIN bill_line l ON l.pooling_area = $1 AND l.encounter_id = e.encounter_id AND l.code = asked.code
             AND l.service_on BETWEEN asked.from_on AND asked.until_on
         WHERE NOT EXISTS (SELECT 1 FROM bill_line_void v WHERE v.pooling_area = l.pooling_area
             AND v.encounter_id = l.encounter_id AND v.line_number = l.line_number)
         ORDER BY l.encounter_id, l.line_number",
    )
    .bind(area)
    .bind(rows().map(|row| row.encounter_id).collect::<Vec<_>>())
    .bind(rows().map(|row| row.person_id).collect::<Vec<_>>())
    .bind(rows().map(|row| row.recognition_number.as_str()).collect::<Vec<_>>())
    .bind(rows().map(|row| row.place.as_str()).collect::<Vec<_>>())
    .bind(planned.iter().map(|one| one.days.0).collect::<Vec<_>>())
    .bind(planned.iter().map(|one| one.days.1).collect::<Vec<_>>())
    .bind(planned.iter().map(|one| one.code).collect::<Vec<_>>())
    .bind(beside)
    .fetch_all(db)
    .await?)
}

/// A line of a settled bill that is of a day after a death.
#[derive(Debug, FromRow)]
pub struct AfterDeath {
    /// Which bill.
    pub encounter_id: Uuid,
    /// Which line of it.
    pub line_number: i32,
    /// On which day.
    pub service_on: Date,
    /// The day of the death.
    pub died_on: Date,
}

/// The lines of settled bills that are of days after the deaths of the persons, by bill.
pub async fn after_deaths(
    db: &mut PgConnection,
    area: &str,
    (person_ids, died_on): (&[Uuid], &[Date]),
) -> Result<Vec<AfterDeath>> {
    Ok(query_as(
        "SELECT l.encounter_id, l.line_number, l.service_on, dead.died_on
         FROM unnest($2::uuid[], $3::date[]) AS dead(person_id, died_on)
         JOIN bill_line l ON l.pooling_area = $1 AND l.person_id = dead.person_id
             AND l.service_on > dead.died_on
         JOIN encounter e ON e.pooling_area = $1 AND e.encounter_id = l.encounter_id AND e.state IN (3, 4)
         WHERE NOT EXISTS (SELECT 1 FROM bill_line_void v WHERE v.pooling_area = l.pooling_area
             AND v.encounter_id = l.encounter_id AND v.line_number = l.line_number)
         ORDER BY l.encounter_id, l.line_number",
    )
    .bind(area)
    .bind(person_ids)
    .bind(died_on)
    .fetch_all(db)
    .await?)
}

/// Keeps what a person found of lines: for good, or for each of the objections that are to be decided.
pub async fn review(
    db: &mut PgConnection,
    area: &str,
    (encounter_id, reviewer, objections): (Uuid, &str, &[Uuid]),
    reviews: &[(i32, Review)],
) -> Result<()> {
    query(
        "INSERT INTO line_review (pooling_area, encounter_id, reviewer, on_objection, case_id, line_number,
             recognised, finding)
         SELECT $1, $2, $3, objection.case_id IS NOT NULL, objection.case_id, found.*
         FROM unnest($5::int[], $6::numeric[], $7::text[]) AS found(line_number, recognised, finding)
         LEFT JOIN unnest($4::uuid[]) AS objection(case_id) ON true",
    )
    .bind(area)
    .bind(encounter_id)
    .bind(reviewer)
    .bind(objections)
    .bind(
        reviews
            .iter()
            .map(|(number, _)| *number)
            .collect::<Vec<_>>(),
    )
    .bind(
        reviews
            .iter()
            .map(|(_, one)| one.recognised)
            .collect::<Vec<_>>(),
    )
    .bind(
        reviews
            .iter()
            .map(|(_, one)| one.finding.as_str())
            .collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What was found on an objection whose decision is signed stands for good.
pub async fn confirm_reviews(
    db: &mut PgConnection,
    area: &str,
    (encounter_id, case_id): (Uuid, Uuid),
) -> Result<()> {
    query(
        "INSERT INTO line_review (pooling_area, encounter_id, line_number, recognised, finding, reviewer,
             on_objection)
         SELECT pooling_area, encounter_id, line_number, recognised, finding, reviewer, false
         FROM line_review
         WHERE pooling_area = $1 AND encounter_id = $2 AND on_objection AND case_id = $3 ORDER BY arrival",
    )
    .bind(area)
    .bind(encounter_id)
    .bind(case_id)
    .execute(db)
    .await?;
    Ok(())
}

/// What persons found last, by bill and line; what they found on an objection that is not decided, for the decision of
/// that case alone, which is one of `objections`.
pub async fn reviews(
    db: &mut PgConnection,
    area: &str,
    encounter_ids: &[Uuid],
    objections: &[Uuid],
) -> Result<Vec<(Uuid, i32, Decimal, String)>> {
    Ok(query_as(
        "SELECT DISTINCT ON (encounter_id, line_number) encounter_id, line_number, recognised, finding
         FROM line_review WHERE pooling_area = $1 AND encounter_id = ANY($2)
             AND (NOT on_objection OR case_id = ANY($3))
         ORDER BY encounter_id, line_number, arrival DESC",
    )
    .bind(area)
    .bind(encounter_ids)
    .bind(objections)
    .fetch_all(db)
    .await?)
}

/// A line as the rules take it; where it names no diagnosis, it treats the principal one.
///
/// # Errors
/// When it lacks what the contract requires.
pub fn line(told: &BillLine, principal: &str) -> Result<Line> {
    let decimal = |text: &str| text.parse::<Decimal>().map_err(chassis::Error::internal);
    let diagnosis = match told.diagnosis.as_str() {
        "" => principal,
        own => own,
    };
    Ok(Line {
        number: told.line_number,
        kind: told.kind(),
        code: told.code.clone(),
        name: told.name.clone(),
        service_on: day(told.service_on)?,
        quantity: decimal(&told.quantity)?,
        unit_price: decimal(&told.unit_price)?,
        amount: chassis::wire::yuan(told.amount.as_ref())?,
        doctor_number: told.doctor_number.clone(),
        diagnosis: diagnosis.to_owned(),
    })
}
