//! SQL of ends of agreements, and of whom an institution has in hand then.

use chassis::wire::{day, uuid};
use chassis::{Error, Result};
use contracts::medical_agreement::v1::{AgreementEnd, InstitutionKind, PatientInHand};
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::{AgreementRow, Filter, list_agreements};

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
    list_patients(db, area, (agreement_id, &institution_id), end.patients).await
}

/// Adds patients in hand to an agreement that ends, who are treated on its terms until a day or as long as was settled
/// before, whichever is later.
pub async fn add_patients(
    db: &mut PgConnection,
    area: &str,
    row: &AgreementRow,
    (patients, care_until_on): (&[PatientInHand], Option<Date>),
) -> Result<()> {
    query(
        "UPDATE agreement SET care_until_on = greatest(care_until_on, $3)
         WHERE pooling_area = $1 AND agreement_id = $2",
    )
    .bind(area)
    .bind(row.agreement_id)
    .bind(care_until_on)
    .execute(&mut *db)
    .await?;
    list_patients(db, area, (row.agreement_id, &row.institution_id), patients).await
}

async fn list_patients(
    db: &mut PgConnection,
    area: &str,
    (agreement_id, institution_id): (Uuid, &str),
    patients: &[PatientInHand],
) -> Result<()> {
    let persons = patients.iter().map(|patient| uuid(&patient.person_id));
    let persons: Vec<Uuid> = persons.collect::<Result<_>>()?;
    let admitted = patients.iter().map(|patient| day(patient.admitted_on));
    let admitted: Vec<Date> = admitted.collect::<Result<_>>()?;
    let arrangements = patients.iter().map(|patient| patient.arrangement.as_str());
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

/// The agreement of an institution that ends before its term, told by now: on a day it runs still, or cares for patients in
/// hand; the last one.
pub async fn ending(
    db: &mut PgConnection,
    area: &str,
    (institution_id, kind): (&str, InstitutionKind),
    on: Date,
) -> Result<Option<AgreementRow>> {
    let filter = Filter {
        institution_id,
        kind: kind as i32,
        ..Filter::default()
    };
    let mut rows = list_agreements(db, area, (filter, on), (None, i64::MAX))
        .await?
        .into_iter();
    let told = |row: &AgreementRow| row.end_kind != AgreementEnd::Unspecified as i32;
    Ok(rows.find(|row| told(row) && on <= row.care_until_on.unwrap_or(row.ends_on)))
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
