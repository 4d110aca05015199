//! SQL of bills that are opened and settled at once.

use chassis::wire::{day, yuan};
use chassis::{OrRefuse, Result, conflict_on};
use contracts::Refused;
use contracts::benefit_review::v1::{BillLine, Refusal, Settlement};
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::{EncounterRow, in_review};
use crate::medical::rules::Line;

/// A visit that is settled as it comes.
pub struct Visit<'a> {
    /// Its bill, which the institution sent itself.
    pub row: &'a EncounterRow,
    /// What was sent of each line, with what was read of it.
    pub lines: Vec<(&'a Line, &'a BillLine)>,
    /// What it is worth.
    pub settlement: &'a Settlement,
}

/// Opens bills of different persons with their lines, their settlements and what looks odd of them: with one statement,
/// since each that goes to the database by itself costs a bill of twenty lines as much as its lines do. Each is settled
/// later than every other bill of the person, who is held, however long it waited for its turn.
///
/// # Errors
/// When the institution's number of a visit stands on another bill: where it is but one, it is refused.
pub async fn settle_visits(db: &mut PgConnection, area: &str, visits: &[Visit<'_>]) -> Result<()> {
    let Some(first) = visits.first() else {
        return Ok(());
    };
    let known = Refused::because(Refusal::VisitKnown).with("visit_number", &first.row.visit_number);
    let rows = || visits.iter().map(|visit| visit.row);
    let lines = || {
        visits
            .iter()
            .flat_map(|visit| visit.lines.iter().map(|line| (visit.row, line)))
    };
    let flags = || {
        visits
            .iter()
            .flat_map(|visit| visit.settlement.flags.iter().map(|flag| (visit.row, flag)))
    };
    let settled = || visits.iter().map(|visit| visit.settlement);
    let settled_on = settled()
        .map(|one| day(one.settled_on))
        .collect::<Result<Vec<_>, _>>()?;
    let sums = settled().map(sums).collect::<Result<Vec<_>>>()?;
    let sum = |place: usize| sums.iter().map(|sums| sums[place]).collect::<Vec<_>>();
    let entered = query(
        "WITH opened AS (
             INSERT INTO encounter (pooling_area, employer_id, encounter_id, filed_by, institution_id,
                 person_id, recognition_number, state, kind, place, visit_number, admitted_on,
                 discharged_on, admission, diagnoses, lines, amount, last_service_on, compensated,
                 case_rate, settled_at, settled_on)
             SELECT $1, '', v.encounter_id, v.filed_by, v.institution_id, v.person_id, v.recognition_number,
                 v.state, v.kind, v.place, v.visit_number, v.admitted_on, v.discharged_on, v.admission,
                 string_to_array(v.diagnoses, ' '), v.lines, v.amount, v.last_service_on, v.compensated,
                 v.case_rate, greatest(v.settled_at, (SELECT max(e.settled_at) + interval '1 microsecond'
                     FROM encounter e WHERE e.pooling_area = $1 AND e.person_id = v.person_id)), v.settled_on
             FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int[], $8::int[],
                     $9::text[], $10::text[], $11::date[], $12::date[], $13::bytea[], $14::text[], $15::int[],
                     $16::numeric[], $17::date[], $18::numeric[], $19::numeric[], $20::timestamptz[],
                     $21::date[])
                 AS v(encounter_id, filed_by, institution_id, person_id, recognition_number, state, kind, place,
                     visit_number, admitted_on, discharged_on, admission, diagnoses, lines, amount,
                     last_service_on, compensated, case_rate, settled_at, settled_on)
         ), billed AS (
             INSERT INTO bill_line (pooling_area, employer_id, encounter_id, institution_id, person_id,
                 line_number, service_on, code, quantity, unit_price, amount, content)
             SELECT $1, '', * FROM unnest($22::uuid[], $23::text[], $24::uuid[], $25::int[], $26::date[],
                 $27::text[], $28::numeric[], $29::numeric[], $30::numeric[], $31::bytea[])
         ), odd AS (
             INSERT INTO flag (pooling_area, encounter_id, place, flag_id, kind, content)
             SELECT $1, * FROM unnest($32::uuid[], $33::text[], $34::uuid[], $35::int[], $36::bytea[])
         )
         INSERT INTO settlement (pooling_area, employer_id, encounter_id, institution_id, person_id,
             sequence, settled_on, compensated, total, fund, employer, nobody, in_review, meals,
             lines_in_review, content)
         SELECT $1, '', * FROM unnest($2::uuid[], $4::text[], $5::uuid[], $37::int[], $38::date[],
             $39::numeric[], $40::numeric[], $41::numeric[], $42::numeric[], $43::numeric[], $44::numeric[],
             $45::numeric[], $46::int[], $47::bytea[])",
    )
    .bind(area)
    .bind(rows().map(|row| row.encounter_id).collect::<Vec<_>>())
    .bind(rows().map(|row| row.filed_by.as_str()).collect::<Vec<_>>())
    .bind(rows().map(|row| row.institution_id.as_str()).collect::<Vec<_>>())
    .bind(rows().map(|row| row.person_id).collect::<Vec<_>>())
    .bind(rows().map(|row| row.recognition_number.as_str()).collect::<Vec<_>>())
    .bind(rows().map(|row| row.state).collect::<Vec<_>>())
    .bind(rows().map(|row| row.kind).collect::<Vec<_>>())
    .bind(rows().map(|row| row.place.as_str()).collect::<Vec<_>>())
    .bind(rows().map(|row| row.visit_number.as_str()).collect::<Vec<_>>())
    .bind(rows().map(|row| row.admitted_on).collect::<Vec<_>>())
    .bind(rows().map(|row| row.discharged_on).collect::<Vec<_>>())
    .bind(rows().map(|row| row.admission.as_slice()).collect::<Vec<_>>())
    .bind(rows().map(|row| row.diagnoses.join(" ")).collect::<Vec<_>>())
    .bind(rows().map(|row| row.lines).collect::<Vec<_>>())
    .bind(rows().map(|row| row.amount).collect::<Vec<_>>())
    .bind(rows().map(|row| row.last_service_on).collect::<Vec<_>>())
    .bind(rows().map(|row| row.compensated).collect::<Vec<_>>())
    .bind(rows().map(|row| row.case_rate).collect::<Vec<_>>())
    .bind(rows().map(|row| row.settled_at).collect::<Vec<_>>())
    .bind(rows().map(|row| row.settled_on).collect::<Vec<_>>())
    .bind(lines().map(|(row, _)| row.encounter_id).collect::<Vec<_>>())
    .bind(lines().map(|(row, _)| row.institution_id.as_str()).collect::<Vec<_>>())
    .bind(lines().map(|(row, _)| row.person_id).collect::<Vec<_>>())
    .bind(lines().map(|(_, (line, _))| line.number).collect::<Vec<_>>())
    .bind(lines().map(|(_, (line, _))| line.service_on).collect::<Vec<_>>())
    .bind(lines().map(|(_, (line, _))| line.code.as_str()).collect::<Vec<_>>())
    .bind(lines().map(|(_, (line, _))| line.quantity).collect::<Vec<_>>())
    .bind(lines().map(|(_, (line, _))| line.unit_price).collect::<Vec<_>>())
    .bind(lines().map(|(_, (line, _))| line.amount).collect::<Vec<_>>())
    .bind(lines().map(|(_, (_, told))| told.encode_to_vec()).collect::<Vec<_>>())
    .bind(flags().map(|(row, _)| row.encounter_id).collect::<Vec<_>>())
    .bind(flags().map(|(row, _)| row.place.as_str()).collect::<Vec<_>>())
    .bind(flags().map(|_| Uuid::now_v7()).collect::<Vec<_>>())
    .bind(flags().map(|(_, flag)| flag.kind).collect::<Vec<_>>())
    .bind(flags().map(|(_, flag)| flag.encode_to_vec()).collect::<Vec<_>>())
    .bind(settled().map(|one| one.sequence).collect::<Vec<_>>())
    .bind(settled_on)
    .bind(sum(0))
    .bind(sum(1))
    .bind(sum(2))
    .bind(sum(3))
    .bind(sum(4))
    .bind(sum(5))
    .bind(sum(6))
    .bind(settled().map(in_review).collect::<Vec<_>>())
    .bind(settled().map(Settlement::encode_to_vec).collect::<Vec<_>>())
    .execute(db)
    .await;
    entered.or_refuse("encounter_visit_once", known)?;
    Ok(())
}

/// The sums of a settlement, in the order of the columns.
fn sums(settled: &Settlement) -> Result<[Decimal; 7]> {
    Ok([
        yuan(settled.compensated.as_ref())?,
        yuan(settled.total.as_ref())?,
        yuan(settled.fund.as_ref())?,
        yuan(settled.employer.as_ref())?,
        yuan(settled.nobody.as_ref())?,
        yuan(settled.in_review.as_ref())?,
        yuan(settled.meals.as_ref())? + yuan(settled.meals_of_employer.as_ref())?,
    ])
}

/// First and last days of the bills of an injury that were settled.
///
/// # Errors
/// When they cannot be read.
pub async fn settled_stays(
    db: &mut PgConnection,
    area: &str,
    (person_id, recognition_number): (Uuid, &str),
) -> Result<Vec<(Date, Date)>> {
    Ok(query_as(
        "SELECT admitted_on, discharged_on FROM encounter
         WHERE pooling_area = $1 AND person_id = $2 AND recognition_number = $3
             AND state IN (3, 4) AND discharged_on IS NOT NULL",
    )
    .bind(area)
    .bind(person_id)
    .bind(recognition_number)
    .fetch_all(db)
    .await?)
}

/// The nights outside of the area for which a person was granted board and lodging, but for those of one claim.
///
/// # Errors
/// When they cannot be read.
pub async fn nights(
    db: &mut PgConnection,
    area: &str,
    (person_id, but_of): (Uuid, Option<Uuid>),
) -> Result<Vec<Date>> {
    Ok(query_scalar(
        "SELECT night FROM outside_night
         WHERE pooling_area = $1 AND person_id = $2 AND case_id IS DISTINCT FROM $3",
    )
    .bind(area)
    .bind(person_id)
    .bind(but_of)
    .fetch_all(db)
    .await?)
}

/// The nights of a claim may be granted again.
///
/// # Errors
/// When they cannot be written.
pub async fn free_nights(
    db: &mut PgConnection,
    area: &str,
    (person_id, case_id): (Uuid, Uuid),
) -> Result<()> {
    query("DELETE FROM outside_night WHERE pooling_area = $1 AND person_id = $2 AND case_id = $3")
        .bind(area)
        .bind(person_id)
        .bind(case_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Keeps nights that were granted with a case.
///
/// # Errors
/// A conflict where another case granted one meanwhile.
pub async fn grant_nights(
    db: &mut PgConnection,
    area: &str,
    (person_id, case_id): (Uuid, Uuid),
    nights: &[Date],
) -> Result<()> {
    query(
        "INSERT INTO outside_night (pooling_area, person_id, case_id, night)
         SELECT $1, $2, $3, unnest($4::date[])",
    )
    .bind(area)
    .bind(person_id)
    .bind(case_id)
    .bind(nights)
    .execute(db)
    .await
    .map_err(conflict_on(&["outside_night_pkey"]))?;
    Ok(())
}
