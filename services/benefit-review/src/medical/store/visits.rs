//! SQL of bills that are opened and settled at once.

use chassis::wire::{day, yuan};
use chassis::{OrRefuse, Result, conflict_on};
use contracts::Refused;
use contracts::benefit_review::v1::{BillLine, Refusal, Settlement};
use prost::Message;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::{EncounterRow, in_review};
use crate::medical::rules::Line;

/// Opens a bill with its lines, its settlement and what looks odd of it: with one statement, since each that goes to
/// the database by itself costs a bill of twenty lines as much as its lines do. It is settled later than every other
/// bill of the person, who is held, however long it waited for its turn.
///
/// # Errors
/// When the institution's number of the visit stands on another bill.
pub async fn settle_visit(
    db: &mut PgConnection,
    area: &str,
    of: &EncounterRow,
    (lines, settlement): (&[(&Line, &BillLine)], &Settlement),
) -> Result<()> {
    let each = || lines.iter().map(|(line, _)| *line);
    let flags = &settlement.flags;
    let settled = query(
        "WITH opened AS (
             INSERT INTO encounter (pooling_area, encounter_id, filed_by, institution_id, employer_id,
                 person_id, recognition_number, state, kind, place, visit_number, admitted_on,
                 discharged_on, admission, diagnoses, lines, amount, last_service_on, compensated,
                 case_rate, settled_at, settled_on)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                 $20, greatest($21, (SELECT max(e.settled_at) + interval '1 microsecond' FROM encounter e
                     WHERE e.pooling_area = $1 AND e.person_id = $6)), $22)
         ), billed AS (
             INSERT INTO bill_line (pooling_area, encounter_id, institution_id, employer_id, person_id,
                 line_number, service_on, code, quantity, unit_price, amount, content)
             SELECT $1, $2, $4, $5, $6, * FROM unnest($23::int[], $24::date[], $25::text[], $26::numeric[],
                 $27::numeric[], $28::numeric[], $29::bytea[])
         ), odd AS (
             INSERT INTO flag (pooling_area, encounter_id, place, flag_id, kind, content)
             SELECT $1, $2, $10, * FROM unnest($30::uuid[], $31::int[], $32::bytea[])
         )
         INSERT INTO settlement (pooling_area, encounter_id, institution_id, employer_id, person_id,
             compensated, sequence, settled_on, total, fund, employer, nobody, in_review, meals,
             lines_in_review, content)
         VALUES ($1, $2, $4, $5, $6, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43)",
    )
    .bind(area)
    .bind(of.encounter_id)
    .bind(&of.filed_by)
    .bind(&of.institution_id)
    .bind(&of.employer_id)
    .bind(of.person_id)
    .bind(&of.recognition_number)
    .bind(of.state)
    .bind(of.kind)
    .bind(&of.place)
    .bind(&of.visit_number)
    .bind(of.admitted_on)
    .bind(of.discharged_on)
    .bind(&of.admission)
    .bind(&of.diagnoses)
    .bind(of.lines)
    .bind(of.amount)
    .bind(of.last_service_on)
    .bind(of.compensated)
    .bind(of.case_rate)
    .bind(of.settled_at)
    .bind(of.settled_on)
    .bind(each().map(|line| line.number).collect::<Vec<_>>())
    .bind(each().map(|line| line.service_on).collect::<Vec<_>>())
    .bind(each().map(|line| line.code.as_str()).collect::<Vec<_>>())
    .bind(each().map(|line| line.quantity).collect::<Vec<_>>())
    .bind(each().map(|line| line.unit_price).collect::<Vec<_>>())
    .bind(each().map(|line| line.amount).collect::<Vec<_>>())
    .bind(told(lines.iter().map(|(_, told)| *told)))
    .bind(flags.iter().map(|_| Uuid::now_v7()).collect::<Vec<_>>())
    .bind(flags.iter().map(|flag| flag.kind).collect::<Vec<_>>())
    .bind(told(flags))
    .bind(yuan(settlement.compensated.as_ref())?)
    .bind(settlement.sequence)
    .bind(day(settlement.settled_on)?)
    .bind(yuan(settlement.total.as_ref())?)
    .bind(yuan(settlement.fund.as_ref())?)
    .bind(yuan(settlement.employer.as_ref())?)
    .bind(yuan(settlement.nobody.as_ref())?)
    .bind(yuan(settlement.in_review.as_ref())?)
    .bind(yuan(settlement.meals.as_ref())? + yuan(settlement.meals_of_employer.as_ref())?)
    .bind(in_review(settlement))
    .bind(settlement.encode_to_vec())
    .execute(db)
    .await;
    let known = Refused::because(Refusal::VisitKnown).with("visit_number", &of.visit_number);
    settled.or_refuse("encounter_visit_once", known)?;
    Ok(())
}

fn told<'a, M: Message + 'a>(messages: impl IntoIterator<Item = &'a M>) -> Vec<Vec<u8>> {
    messages.into_iter().map(Message::encode_to_vec).collect()
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

/// The nights outside of the area for which a person was granted board and lodging.
///
/// # Errors
/// When they cannot be read.
pub async fn nights(db: &mut PgConnection, area: &str, person_id: Uuid) -> Result<Vec<Date>> {
    Ok(
        query_scalar("SELECT night FROM outside_night WHERE pooling_area = $1 AND person_id = $2")
            .bind(area)
            .bind(person_id)
            .fetch_all(db)
            .await?,
    )
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
