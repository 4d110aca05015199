//! Admission, discharge, and what is taken back before a bill is settled (Art. 61, Art. 63).

use std::collections::BTreeSet;

use chassis::clock::business_date;
use chassis::wire::{day, uuid};
use chassis::{Actor, Error, Platform, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    Admission, AdmitPatientRequest, BillLine, DischargePatientRequest, Encounter, EncounterState,
    Injury, Refusal, VoidBillLinesRequest, VoidCourseRecordsRequest, WithdrawEncounterRequest,
};
use contracts::options::v1::Caller;
use contracts::reflect::label_of;
use law::diagnosis;
use prost::Message;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::rules::{kind_for, place};
use super::super::store::{self, EncounterRow, Kept};
use super::super::{expect_state, own};
use super::arrival::{self, Arrived};
use crate::injury::concerns;

/// Art. 61, Art. 63. Whom an admission is of.
///
/// # Errors
/// When who sends it, the day, the codes, the card or the injury are wrong.
pub async fn arrived(
    platform: &Platform,
    actor: &Actor,
    (area, told): (&str, Option<&Admission>),
    lines: &[BillLine],
) -> Result<Arrived> {
    let told = told.ok_or_else(|| Error::internal("an admission that says nothing"))?;
    let today = business_date(platform.clock().now());
    filed_by_caller(actor, told)?;
    let admitted_on = day(told.admitted_on)?;
    if admitted_on > today {
        let refused = Refused::because(Refusal::AdmissionDate);
        return Err(refused.with("admitted_on", admitted_on).into());
    }
    codes(&told.diagnoses)?;
    arrival::arrived(platform, area, told, lines).await
}

/// Art. 61, Art. 63. Opens a bill: a hospital's of a patient with a card, or one on paper.
///
/// # Errors
/// When the institution or the invoices are not what the article asks for.
pub async fn admit(
    unit: &mut Unit,
    asked: AdmitPatientRequest,
    arrived: Arrived,
) -> Result<Encounter> {
    let area = unit.area().to_owned();
    let told = asked.admission.unwrap_or_default();
    let invoices = told.invoice_numbers.clone();
    let row = open(unit, told, &arrived.injury).await?;
    if row.is_online()
        && !arrived
            .terms
            .serves(0, row.admitted_on, kind_for(row.kind()))
    {
        return Err(not_under_agreement(&row).into());
    }
    let mut seen = BTreeSet::new();
    if let Some(number) = invoices.iter().find(|one| !seen.insert(one.as_str())) {
        return Err(Refused::because(Refusal::ClaimTwice)
            .with("number", number)
            .into());
    }
    if let Some(number) = store::known_invoices(unit.db(), &area, (&invoices, None))
        .await?
        .first()
    {
        return Err(Refused::because(Refusal::InvoiceKnown)
            .with("invoice_number", number)
            .into());
    }
    store::open(unit.db(), &area, &row).await?;
    if !invoices.is_empty() {
        store::claim_invoices(unit.db(), &area, row.encounter_id, &invoices).await?;
    }
    row.shown(0)
}

/// Art. 63. The institution cannot settle such treatment online on the day.
pub fn not_under_agreement(row: &EncounterRow) -> Refused {
    Refused::because(Refusal::NotUnderAgreement)
        .with("institution_id", &row.place)
        .with("on", row.admitted_on)
        .with(
            "kind",
            label_of(
                "workinjury.medical_agreement.v1.InstitutionKind",
                kind_for(row.kind()) as i32,
            ),
        )
}

/// Art. 63. The bill that an admission of somebody with this injury would open; the unit looks at the whole area from
/// then on.
///
/// # Errors
/// When an employer sends it of an injury that is not its business.
pub async fn open(unit: &mut Unit, told: Admission, treated: &Injury) -> Result<EncounterRow> {
    unit.look_as_the_agency().await?;
    if unit.actor().caller == Caller::Employer {
        concerns(treated, &told.filed_by, day(told.admitted_on)?)?;
    }
    opened(told, treated)
}

/// Art. 63. The same, of a bill that no employer sends.
///
/// # Errors
/// When it lacks a day.
pub fn opened(told: Admission, treated: &Injury) -> Result<EncounterRow> {
    let admitted_on = day(told.admitted_on)?;
    let online = !told.filed_by.is_empty() && told.filed_by == told.institution_id;
    let own = |filed: bool| {
        if filed {
            told.filed_by.clone()
        } else {
            String::new()
        }
    };
    let place = place(&told.institution_id, &told.institution_name).to_owned();
    Ok(EncounterRow {
        encounter_id: Uuid::now_v7(),
        institution_id: own(online),
        employer_id: own(!online),
        person_id: uuid(&treated.person_id)?,
        recognition_number: treated.recognition_number.clone(),
        state: EncounterState::Open as i32,
        kind: told.kind,
        place,
        visit_number: told.visit_number.clone(),
        admitted_on,
        discharged_on: None,
        diagnoses: told.diagnoses.clone(),
        lines: 0,
        amount: Decimal::ZERO,
        last_service_on: None,
        compensated: Decimal::ZERO,
        case_rate: None,
        settled_at: None,
        settled_on: None,
        case_id: None,
        filed_by: told.filed_by.clone(),
        admission: Admission {
            card_number: String::new(),
            ..told
        }
        .encode_to_vec(),
    })
}

/// A party files under its own number, an institution its own treatment.
fn filed_by_caller(actor: &Actor, told: &Admission) -> Result<(), Refused> {
    let fits = match actor.caller {
        Caller::Institution => told.filed_by == actor.party && told.institution_id == actor.party,
        Caller::Employer => told.filed_by == actor.party,
        _ => true,
    };
    if fits {
        return Ok(());
    }
    Err(Refused::because(Refusal::FilerWrong).with("filed_by", &told.filed_by))
}

/// Diagnoses are codes of the classification.
fn codes(diagnoses: &[String]) -> Result<(), Refused> {
    let is_known =
        |code: &str| diagnosis::is_code(code) && diagnosis::is_category(diagnosis::category(code));
    let wrong = diagnoses.iter().find(|code| !is_known(code));
    wrong.map_or(Ok(()), |code| {
        Err(Refused::because(Refusal::DiagnosisCode).with("code", code))
    })
}

/// Art. 63. The patient leaves, and no line and no record is of a later day.
///
/// # Errors
/// When the bill is not open, or the day does not fit it.
pub async fn discharge(unit: &mut Unit, asked: &DischargePatientRequest) -> Result<Encounter> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let discharged_on = day(asked.discharged_on)?;
    codes(&asked.diagnoses)?;
    let mut row = unsettled(unit, &asked.encounter_id).await?;
    let last_on = store::last_on(unit.db(), &area, row.encounter_id).await?;
    leaves((row.admitted_on, last_on), discharged_on, today)?;
    if !asked.diagnoses.is_empty() {
        row.diagnoses.clone_from(&asked.diagnoses);
    }
    row.state = EncounterState::Discharged as i32;
    row.discharged_on = Some(discharged_on);
    let now = (discharged_on, row.diagnoses.as_slice());
    store::discharge(unit.db(), &area, row.encounter_id, now).await?;
    row.shown(0)
}

fn leaves(
    (admitted_on, last_on): (Date, Option<Date>),
    discharged_on: Date,
    today: Date,
) -> Result<(), Refused> {
    let earliest = last_on.unwrap_or(admitted_on).max(admitted_on);
    if earliest <= discharged_on && discharged_on <= today {
        return Ok(());
    }
    Err(Refused::because(Refusal::DischargeDate).with("discharged_on", discharged_on))
}

/// Art. 63. Lines count no longer.
///
/// # Errors
/// When the bill is settled, or has no such line that counts.
pub async fn void(unit: &mut Unit, asked: &VoidBillLinesRequest) -> Result<Encounter> {
    let area = unit.area().to_owned();
    let row = unsettled(unit, &asked.encounter_id).await?;
    let (ids, numbers) = each_once(&row, &asked.line_numbers);
    let kept = store::kept(unit.db(), &area, (&ids, &numbers)).await?;
    let missing = |number| Refused::because(Refusal::LineMissing).with("line_number", number);
    let kept = counting(kept, &numbers, missing)?;
    let mut amount = Decimal::ZERO;
    for line in &kept {
        amount += store::line(&line.told()?, "")?.amount;
    }
    store::void(unit.db(), &area, &row, &numbers).await?;
    let fewer = -i32::try_from(numbers.len()).unwrap_or(i32::MAX);
    store::count(unit.db(), &area, row.encounter_id, (fewer, -amount, None)).await?;
    shown(unit, row.encounter_id).await
}

/// Art. 63. Records of the course count no longer.
///
/// # Errors
/// When the bill is settled, or has no such record that counts.
pub async fn void_records(unit: &mut Unit, asked: &VoidCourseRecordsRequest) -> Result<Encounter> {
    let area = unit.area().to_owned();
    let row = unsettled(unit, &asked.encounter_id).await?;
    let (ids, numbers) = each_once(&row, &asked.record_numbers);
    let kept = store::kept_records(unit.db(), &area, (&ids, &numbers)).await?;
    let missing = |number| Refused::because(Refusal::RecordMissing).with("record_number", number);
    counting(kept, &numbers, missing)?;
    store::void_records(unit.db(), &area, &row, &numbers).await?;
    row.shown(0)
}

/// A bill of the caller that is not settled, held.
async fn unsettled(unit: &mut Unit, encounter_id: &str) -> Result<EncounterRow> {
    let row = own(unit, uuid(encounter_id)?).await?;
    expect_state(&row, &[EncounterState::Open, EncounterState::Discharged])?;
    Ok(row)
}

/// Numbers of a bill, each once, and the bill as often.
fn each_once(of: &EncounterRow, numbers: &[i32]) -> (Vec<Uuid>, Vec<i32>) {
    let numbers: BTreeSet<i32> = numbers.iter().copied().collect();
    let numbers: Vec<i32> = numbers.into_iter().collect();
    (vec![of.encounter_id; numbers.len()], numbers)
}

/// What counts of these numbers: all of them, or one is missing.
fn counting(
    mut kept: Vec<Kept>,
    numbers: &[i32],
    missing: impl FnOnce(i32) -> Refused,
) -> Result<Vec<Kept>, Refused> {
    kept.retain(|one| !one.voided);
    let is_missing = |number: &&i32| !kept.iter().any(|one| one.number == **number);
    match numbers.iter().find(is_missing) {
        Some(number) => Err(missing(*number)),
        None => Ok(kept),
    }
}

/// Art. 61, Art. 63. A bill is taken back; its invoices may be claimed again.
///
/// # Errors
/// When it is settled, or taken back already.
pub async fn withdraw(unit: &mut Unit, asked: &WithdrawEncounterRequest) -> Result<Encounter> {
    let area = unit.area().to_owned();
    let mut row = unsettled(unit, &asked.encounter_id).await?;
    row.state = EncounterState::Withdrawn as i32;
    store::move_on(unit.db(), &area, &row).await?;
    store::free_invoices(unit.db(), &area, row.encounter_id).await?;
    row.shown(0)
}

async fn shown(unit: &mut Unit, encounter_id: Uuid) -> Result<Encounter> {
    let area = unit.area().to_owned();
    let row = store::encounters(unit.db(), &area, &[encounter_id])
        .await?
        .pop();
    row.ok_or_else(|| Error::not_found("就诊", encounter_id))?
        .shown(0)
}
