//! SQL of the records of the course of treatments.

use chassis::Result;
use contracts::benefit_review::v1::CourseRecord;
use prost::Message;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::{EncounterRow, Kept};

/// Enters records of a bill, each with its day.
pub async fn enter_records(
    db: &mut PgConnection,
    area: &str,
    of: &EncounterRow,
    records: &[(Date, &CourseRecord)],
) -> Result<()> {
    let each = || records.iter();
    let contents = each().map(|(_, told)| told.encode_to_vec());
    query(
        "INSERT INTO course_record (pooling_area, encounter_id, institution_id, employer_id, person_id,
             record_number, recorded_on, content)
         SELECT $1, $2, $3, $4, $5, * FROM unnest($6::int[], $7::date[], $8::bytea[])",
    )
    .bind(area)
    .bind(of.encounter_id)
    .bind(&of.institution_id)
    .bind(&of.employer_id)
    .bind(of.person_id)
    .bind(each().map(|(_, told)| told.record_number).collect::<Vec<_>>())
    .bind(each().map(|(on, _)| *on).collect::<Vec<_>>())
    .bind(contents.collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Those of the records, by bill and number, that were received before.
pub async fn kept_records(
    db: &mut PgConnection,
    area: &str,
    (encounter_ids, numbers): (&[Uuid], &[i32]),
) -> Result<Vec<Kept>> {
    Ok(query_as(
        "SELECT r.encounter_id, r.record_number AS number, r.content, v.record_number IS NOT NULL AS voided
         FROM unnest($2::uuid[], $3::int[]) AS asked(encounter_id, record_number)
         JOIN course_record r ON r.pooling_area = $1 AND r.encounter_id = asked.encounter_id
             AND r.record_number = asked.record_number
         LEFT JOIN course_record_void v ON v.pooling_area = $1 AND v.encounter_id = r.encounter_id
             AND v.record_number = r.record_number",
    )
    .bind(area)
    .bind(encounter_ids)
    .bind(numbers)
    .fetch_all(db)
    .await?)
}

/// The records of a bill that count, in the order of their numbers, after a number.
pub async fn records(
    db: &mut PgConnection,
    area: &str,
    encounter_id: Uuid,
    (after, limit): (i32, i64),
) -> Result<Vec<Kept>> {
    Ok(query_as(
        "SELECT r.encounter_id, r.record_number AS number, r.content, false AS voided
         FROM course_record r
         WHERE r.pooling_area = $1 AND r.encounter_id = $2 AND r.record_number > $3
             AND NOT EXISTS (SELECT 1 FROM course_record_void v WHERE v.pooling_area = r.pooling_area
                 AND v.encounter_id = r.encounter_id AND v.record_number = r.record_number)
         ORDER BY r.record_number LIMIT $4",
    )
    .bind(area)
    .bind(encounter_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Voids records.
pub async fn void_records(
    db: &mut PgConnection,
    area: &str,
    of: &EncounterRow,
    numbers: &[i32],
) -> Result<()> {
    query(
        "INSERT INTO course_record_void (pooling_area, encounter_id, institution_id, employer_id,
             person_id, record_number)
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

/// The days of the records of bills that count, by bill.
pub async fn recorded_on(
    db: &mut PgConnection,
    area: &str,
    encounter_ids: &[Uuid],
) -> Result<Vec<(Uuid, Date)>> {
    Ok(query_as(
        "SELECT DISTINCT r.encounter_id, r.recorded_on FROM course_record r
         WHERE r.pooling_area = $1 AND r.encounter_id = ANY($2)
             AND NOT EXISTS (SELECT 1 FROM course_record_void v WHERE v.pooling_area = r.pooling_area
                 AND v.encounter_id = r.encounter_id AND v.record_number = r.record_number)",
    )
    .bind(area)
    .bind(encounter_ids)
    .fetch_all(db)
    .await?)
}

/// The last day that a line or a record of a bill which counts is of.
pub async fn last_on(
    db: &mut PgConnection,
    area: &str,
    encounter_id: Uuid,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT greatest(
             (SELECT max(l.service_on) FROM bill_line l
              WHERE l.pooling_area = $1 AND l.encounter_id = $2
                  AND NOT EXISTS (SELECT 1 FROM bill_line_void v WHERE v.pooling_area = l.pooling_area
                      AND v.encounter_id = l.encounter_id AND v.line_number = l.line_number)),
             (SELECT max(r.recorded_on) FROM course_record r
              WHERE r.pooling_area = $1 AND r.encounter_id = $2
                  AND NOT EXISTS (SELECT 1 FROM course_record_void v WHERE v.pooling_area = r.pooling_area
                      AND v.encounter_id = r.encounter_id AND v.record_number = r.record_number)))",
    )
    .bind(area)
    .bind(encounter_id)
    .fetch_one(db)
    .await?)
}
