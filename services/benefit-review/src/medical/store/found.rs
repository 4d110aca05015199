//! SQL of bills that are looked for, and of those beside a bill.

use chassis::Result;
use sqlx::{FromRow, PgConnection, query_as};
use time::Date;
use uuid::Uuid;

use super::encounters::EncounterRow;

/// Which bills are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// This one.
    pub encounter_id: Option<Uuid>,
    /// Whose.
    pub person_id: Option<Uuid>,
    /// Who sends or claims them.
    pub filed_by: &'a str,
    /// Its state as the contract numbers it, 0 for all.
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
