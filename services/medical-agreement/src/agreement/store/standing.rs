//! SQL of the question whether what institutions did on days may be charged to the fund.

use chassis::Result;
use contracts::medical_agreement::v1::{InHand, Standing};
use sqlx::{FromRow, PgConnection, query_as};
use time::Date;

#[derive(FromRow)]
struct StandingRow {
    institution_id: String,
    on_day: Date,
    known: bool,
    name: String,
    grade: i32,
    kinds: Vec<i32>,
    in_hand: Vec<i32>,
    admitted_by: Vec<Date>,
    suspended: bool,
    suspended_doctors: Vec<String>,
}

/// How institutions stand on days, in the order of the question. Facts of a day before the first that is
/// known are those known first.
pub async fn standings(
    db: &mut PgConnection,
    area: &str,
    days: &[(&str, Date)],
) -> Result<Vec<Standing>> {
    let ids: Vec<&str> = days.iter().map(|(id, _)| *id).collect();
    let on: Vec<Date> = days.iter().map(|(_, on)| *on).collect();
    let rows: Vec<StandingRow> = query_as(
        "SELECT asked.institution_id, asked.on_day, fact.name IS NOT NULL AS known,
             coalesce(fact.name, '') AS name, coalesce(fact.grade, 0) AS grade,
             ARRAY(SELECT a.kind FROM agreement a
                 WHERE a.pooling_area = $1 AND a.institution_id = asked.institution_id
                     AND a.period @> asked.on_day ORDER BY a.kind) AS kinds,
             in_hand.kinds AS in_hand, in_hand.admitted_by,
             EXISTS (SELECT 1 FROM suspension s
                 WHERE s.pooling_area = $1 AND s.institution_id = asked.institution_id
                     AND s.doctor_number = '' AND s.period @> asked.on_day) AS suspended,
             ARRAY(SELECT s.doctor_number FROM suspension s
                 WHERE s.pooling_area = $1 AND s.institution_id = asked.institution_id
                     AND s.doctor_number <> '' AND s.period @> asked.on_day
                 ORDER BY s.doctor_number) AS suspended_doctors
         FROM unnest($2::text[], $3::date[]) WITH ORDINALITY AS asked (institution_id, on_day, place)
         LEFT JOIN LATERAL (SELECT f.name, f.grade FROM institution_fact f
             WHERE f.pooling_area = $1 AND f.institution_id = asked.institution_id
             ORDER BY f.period @> asked.on_day DESC, f.period LIMIT 1) fact ON true
         CROSS JOIN LATERAL (
             SELECT coalesce(array_agg(a.kind ORDER BY a.kind, a.period), '{}') AS kinds,
                 coalesce(array_agg(upper(a.period) - 1 ORDER BY a.kind, a.period), '{}') AS admitted_by
             FROM agreement a
             WHERE a.pooling_area = $1 AND a.institution_id = asked.institution_id
                 AND upper(a.period) <= asked.on_day AND a.care_until_on >= asked.on_day) in_hand
         ORDER BY asked.place",
    )
    .bind(area)
    .bind(ids)
    .bind(on)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Standing {
            institution_id: row.institution_id,
            on: Some(row.on_day.into()),
            known: row.known,
            name: row.name,
            grade: row.grade,
            kinds: row.kinds,
            in_hand: row
                .in_hand
                .into_iter()
                .zip(row.admitted_by)
                .map(|(kind, admitted_by_on)| InHand {
                    kind,
                    admitted_by_on: Some(admitted_by_on.into()),
                })
                .collect(),
            suspended: row.suspended,
            suspended_doctors: row.suspended_doctors,
        })
        .collect())
}
