//! Bills that are decided anew, since a catalogue was put in force for days that are past.
//!
//! The bills are in the tables before, settled by the catalogue as it was: what that takes of the rules alone is the
//! peer. What is counted of the platform begins with the call that orders the run and ends when it is done.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use benefit_review::facts::{Bill, Known};
use benefit_review::medical::rules::{self, Facts, Injured, Items, Line, Odd};
use benefit_review::medical::store::{self, EncounterRow};
use benefit_review::medical::worth;
use chassis::wire;
use contracts::benefit_review::v1::{
    Admission, BillLine, EncounterKind, EncounterState, ReadjudicationCause, ReadjudicationOrder,
    ReadjudicationSummary, SettlementCause,
};
use contracts::common::v1::StartRunRequest;
use contracts::medical_agreement::v1::{
    CatalogueItem, CatalogueKind, InstitutionGrade, InstitutionKind, Standing,
};
use contracts::options::v1::Department;
use futures::FutureExt;
use law::calendar::add_days;
use law::{Basis, Cited};
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::hospital::{DIAGNOSIS, Hospitals, LINES, Visit, drugs};
use super::office::Office;
use super::platform::{AREA, Platform};
use super::target::Target;
use super::{Part, Sample, Scenario};

pub const SCENARIO: Scenario = Scenario {
    name: "readjudication",
    what: "Settled bills decided anew (forms 62-A, 62-B) after a catalogue was put in force for days that are \
           past: ordered over gRPC at benefit-review, previewed with what medical-agreement says of all of \
           them, signed by two people without delay, and in effect. The bills have 20 lines; one of 20 drugs \
           became cheaper, so that two of three bills come out otherwise.",
    peer: "the rules alone: each of the lines decided in process, on one core, with all that is known of its \
           bill in memory.",
    unit: "lines",
    sizes: &[1_000_000],
    target: Target::OfPeer(100_000),
    limit: None,
    measure: |platform, lines| measure(platform, lines).boxed(),
};

const PATIENTS: u64 = 5_000;

/// Bills that are put in in one transaction.
const SLICE: u64 = 500;

async fn measure(platform: &Platform, lines: u64) -> Result<Sample> {
    let bills = lines.div_ceil(LINES);
    let hospitals = Hospitals::open(platform, PATIENTS.min(bills), decided(false)).await?;
    let mut db = platform.owner("benefit-review").await?;
    let alone = populate(&mut db, &hospitals, bills).await?;
    let from_on = hospitals.replace(platform, decided(true)).await?;
    platform.settle("benefit-review")?;
    platform.settle("medical-agreement")?;
    let mut office = Office::open(platform, "benefit-review", Department::Business).await?;
    let order = ReadjudicationOrder {
        from_on: Some(from_on.into()),
        document_number: "粤人社规〔2026〕20号".to_owned(),
        cause: ReadjudicationCause::Catalogue as i32,
    };
    let order = StartRunRequest {
        pooling_area: AREA.to_owned(),
        order: Some(wire::any(&order)),
        ..StartRunRequest::default()
    };

    let begun = Instant::now();
    let run_id = office.preview(order).await?;
    let previewed = begun.elapsed();
    let run = office.complete(&run_id).await?;
    let took = begun.elapsed();

    let summary: ReadjudicationSummary = wire::from_any(&run.summary.unwrap_or_default())?;
    let otherwise = u64::try_from(summary.encounters)?;
    ensure!(
        otherwise * 2 > bills && otherwise <= bills,
        "{otherwise} of {bills} bills come out otherwise"
    );
    let mut sample = Sample::new(bills * LINES, took, alone);
    let part = |what, took| Part {
        what,
        took,
        peer: None,
    };
    sample.parts.push(part("until previewed", previewed));
    sample
        .parts
        .push(part("from there to its effect", took - previewed));
    Ok(sample)
}

/// The drugs, as they were or some of them cheaper, none of them for a person to look at: what has to be looked at is
/// left as it was settled.
fn decided(cut_back: bool) -> impl Iterator<Item = CatalogueItem> {
    drugs(cut_back).map(|item| CatalogueItem {
        needs_review: false,
        ..item
    })
}

/// Puts settled bills in; answers how long the rules took for all of them.
async fn populate(db: &mut PgConnection, hospitals: &Hospitals, bills: u64) -> Result<Duration> {
    let catalogue: HashMap<String, CatalogueItem> = decided(false)
        .map(|item| (item.code.clone(), item))
        .collect();
    let mut alone = Duration::ZERO;
    let numbers: Vec<u64> = (0..bills).collect();
    for slice in numbers.chunks(usize::try_from(SLICE)?) {
        let visits: Vec<Visit<'_>> = slice.iter().map(|n| hospitals.visit(*n)).collect();
        let told: Vec<Vec<BillLine>> = visits.iter().map(Visit::lines).collect();
        let settled: Result<Vec<(Bill, Known)>> = visits
            .iter()
            .zip(&told)
            .map(|(visit, told)| settled(hospitals, visit, told))
            .collect();
        let mut settled = settled?;
        let items = Arc::new(items(&settled, &catalogue)?);
        for (_, known) in &mut settled {
            known.facts.items = Arc::clone(&items);
        }
        let begun = Instant::now();
        for (bill, known) in &settled {
            std::hint::black_box(rules::decide(&bill.lines, &known.facts)?);
        }
        alone += begun.elapsed();
        enter(db, &settled, &told).await?;
    }
    Ok(alone)
}

/// What the catalogue says of the lines of some bills.
fn items(bills: &[(Bill, Known)], catalogue: &HashMap<String, CatalogueItem>) -> Result<Items> {
    let lines = bills.iter().flat_map(|(bill, _)| &bill.lines);
    let item = |line: &Line| {
        let item = catalogue
            .get(&line.code)
            .context("a drug of the catalogue")?;
        let asked = (CatalogueKind::Drug, line.code.clone(), line.service_on);
        Ok((asked, item.clone()))
    };
    lines.map(item).collect()
}

/// A visit as it is kept, with what is known of it but for its items.
fn settled(hospitals: &Hospitals, visit: &Visit<'_>, told: &[BillLine]) -> Result<(Bill, Known)> {
    let lines = told.iter().map(|line| store::line(line, DIAGNOSIS));
    let lines: Vec<Line> = lines.collect::<chassis::Result<_>>()?;
    let bill = Bill {
        row: row(visit, &lines),
        lines,
        beside: Vec::new(),
        objection: None,
    };
    let known = Known {
        facts: facts(hospitals, visit),
        meals: vec![Cited {
            value: Decimal::ZERO,
            basis: Basis::new(Arc::from(""), Arc::from(""), visit.on),
        }],
        case_rate: None,
    };
    Ok((bill, known))
}

fn row(visit: &Visit<'_>, lines: &[Line]) -> EncounterRow {
    let institution_id = visit.institution_id.clone();
    EncounterRow {
        encounter_id: Uuid::now_v7(),
        filed_by: institution_id.clone(),
        institution_id: institution_id.clone(),
        employer_id: String::new(),
        person_id: visit.patient.person_id,
        recognition_number: visit.patient.recognition_number.clone(),
        state: EncounterState::Settled as i32,
        kind: EncounterKind::Outpatient as i32,
        place: institution_id.clone(),
        visit_number: format!("MZ{:010}", visit.number),
        admitted_on: visit.on,
        discharged_on: Some(visit.on),
        admission: Admission {
            filed_by: institution_id.clone(),
            institution_id,
            institution_name: "深圳市人民医院".to_owned(),
            visit_number: format!("MZ{:010}", visit.number),
            kind: EncounterKind::Outpatient as i32,
            name: visit.patient.name.clone(),
            admitted_on: Some(visit.on.into()),
            diagnoses: vec![DIAGNOSIS.to_owned()],
            ..Admission::default()
        }
        .encode_to_vec(),
        diagnoses: vec![DIAGNOSIS.to_owned()],
        lines: i32::try_from(lines.len()).unwrap_or(i32::MAX),
        amount: lines.iter().map(|line| line.amount).sum(),
        last_service_on: Some(visit.on),
        compensated: Decimal::ZERO,
        case_rate: None,
        settled_at: Some(visit.on.midnight().assume_utc()),
        settled_on: Some(visit.on),
        case_id: None,
    }
}

fn facts(hospitals: &Hospitals, visit: &Visit<'_>) -> Facts {
    let happened_on = hospitals.first_day();
    let standing = Standing {
        institution_id: visit.institution_id.clone(),
        on: Some(visit.on.into()),
        known: true,
        grade: InstitutionGrade::Tertiary as i32,
        kinds: vec![InstitutionKind::Medical as i32],
        ..Standing::default()
    };
    Facts {
        kind: EncounterKind::Outpatient,
        institution_id: visit.institution_id.clone(),
        institution_name: "深圳市人民医院".to_owned(),
        admitted_on: visit.on,
        until_on: visit.on,
        emergency: false,
        injured: Injured {
            recognition_number: visit.patient.recognition_number.clone(),
            happened_on,
            diagnoses: vec![DIAGNOSIS.to_owned()],
            revoked: false,
            settled_from: None,
            died_on: None,
            stoppage_until: Some(add_days(happened_on, 720)),
            appraised_on: None,
            overdue: None,
            third_party_open: false,
        },
        standings: BTreeMap::from([(visit.on, standing)]),
        approvals: Vec::new(),
        items: Arc::default(),
        unpaid: BTreeMap::new(),
        elsewhere: HashMap::new(),
        in_plan: HashMap::new(),
        had: HashMap::new(),
        stays: Vec::new(),
        emergencies: Vec::new(),
        reviews: HashMap::new(),
        emergency_days: 3,
        split_days: 7,
        recorded: None,
        record_days: 3,
        odd: Odd {
            times: 3,
            steps: 3,
            family: 6,
        },
    }
}

/// Enters bills with their lines and first settlements.
async fn enter(
    db: &mut PgConnection,
    settled: &[(Bill, Known)],
    told: &[Vec<BillLine>],
) -> Result<()> {
    let mut db = db.begin().await?;
    for ((bill, known), told) in settled.iter().zip(told) {
        let first = (SettlementCause::First, 0);
        let settlement = worth(bill, known, first, bill.row.admitted_on)?;
        let lines: Vec<(&Line, &BillLine)> = bill.lines.iter().zip(told).collect();
        store::open(&mut db, AREA, &bill.row).await?;
        store::enter(&mut db, AREA, &bill.row, &lines).await?;
        store::settle(&mut db, AREA, &bill.row, &settlement).await?;
    }
    db.commit().await?;
    Ok(())
}
