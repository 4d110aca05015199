//! SQL of the question whether what institutions did on days may be charged to the fund.

use chassis::Result;
use contracts::medical_agreement::v1::{AgreementEnd, InHand, Standing};
use sqlx::{FromRow, PgConnection, query_as};
use time::Date;
use uuid::Uuid;

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
    suspended_from_on: Option<Date>,
    suspended_doctors: Vec<String>,
}

/// How institutions stand on days, in the order of the question. Facts of a day before the first that is
/// known are those known first. Whose licence has expired does nothing under an agreement (article 38) until a new one is
/// seen.
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
                     AND a.period @> asked.on_day AND fact.licence_valid_until_on >= asked.on_day
                 ORDER BY a.kind) AS kinds,
             in_hand.kinds AS in_hand, in_hand.admitted_by,
             (SELECT lower(part) FROM unnest((SELECT range_agg(s.period) FROM suspension s
                 WHERE s.pooling_area = $1 AND s.institution_id = asked.institution_id
                     AND s.doctor_number = '')) AS part
                 WHERE part @> asked.on_day) AS suspended_from_on,
             ARRAY(SELECT s.doctor_number FROM suspension s
                 WHERE s.pooling_area = $1 AND s.institution_id = asked.institution_id
                     AND s.doctor_number <> '' AND s.period @> asked.on_day
                 ORDER BY s.doctor_number) AS suspended_doctors
         FROM unnest($2::text[], $3::date[]) WITH ORDINALITY AS asked (institution_id, on_day, place)
         LEFT JOIN LATERAL (SELECT f.name, f.grade, f.licence_valid_until_on FROM institution_fact f
             WHERE f.pooling_area = $1 AND f.institution_id = asked.institution_id
             ORDER BY f.period @> asked.on_day DESC, f.period LIMIT 1) fact ON true
         CROSS JOIN LATERAL (
             SELECT coalesce(array_agg(a.kind ORDER BY a.kind, a.period), '{}') AS kinds,
                 coalesce(array_agg(upper(a.period) - 1 ORDER BY a.kind, a.period), '{}') AS admitted_by
             FROM agreement a
             WHERE a.pooling_area = $1 AND a.institution_id = asked.institution_id
                 AND upper(a.period) <= asked.on_day AND a.care_until_on >= asked.on_day
                 AND fact.licence_valid_until_on >= asked.on_day) in_hand
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
                    listed: false,
                })
                .collect(),
            suspended: row.suspended_from_on.is_some(),
            suspended_from_on: row.suspended_from_on.map(Into::into),
            suspended_doctors: row.suspended_doctors,
        })
        .collect())
}

/// An agreement that ended with patients in hand.
#[derive(Debug, PartialEq, Eq, Hash, FromRow)]
pub struct Cared {
    /// Who is in its care.
    pub person_id: Uuid,
    /// The institution.
    pub institution_id: String,
    /// What it was under agreement for.
    pub kind: i32,
    /// The last day of the agreement.
    pub admitted_by_on: Date,
}

/// Art. 40. The agreements of institutions under which persons are in hand still: those who are listed where it ended; and,
/// where audit ended it, which lists nobody, all of them.
pub async fn cared_for(
    db: &mut PgConnection,
    area: &str,
    (person_ids, institution_ids): (&[Uuid], &[&str]),
) -> Result<Vec<Cared>> {
    Ok(query_as(
        "SELECT DISTINCT asked.person_id, a.institution_id, a.kind, upper(a.period) - 1 AS admitted_by_on
         FROM unnest($2::uuid[], $3::text[]) AS asked (person_id, institution_id)
         JOIN agreement a ON a.pooling_area = $1 AND a.institution_id = asked.institution_id
             AND a.care_until_on IS NOT NULL
         WHERE EXISTS (SELECT 1 FROM patient_in_hand p
                 WHERE p.pooling_area = $1 AND p.agreement_id = a.agreement_id AND p.person_id = asked.person_id)
             OR a.end_kind = $4 AND NOT EXISTS (SELECT 1 FROM patient_in_hand p
                 WHERE p.pooling_area = $1 AND p.agreement_id = a.agreement_id)",
    )
    .bind(area)
    .bind(person_ids)
    .bind(institution_ids)
    .bind(AgreementEnd::ByAudit as i32)
    .fetch_all(db)
    .await?)
}
