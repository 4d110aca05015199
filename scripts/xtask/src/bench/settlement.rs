//! Online settlement: bills that hospitals send at once, answered line by line.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use contracts::benefit_review::v1::medical_service_client::MedicalServiceClient;
use contracts::benefit_review::v1::{Admission, EncounterKind, SettleVisitRequest};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use hdrhistogram::Histogram;
use uuid::Uuid;

use super::hospital::{DIAGNOSIS, HOSPITALS, Hospitals, LINES, Visit, drugs, institution_id};
use super::pgbench::{self, CLIENTS};
use super::platform::{AREA, As, Platform};
use super::target::Target;
use super::{Part, Sample, Scenario};
use crate::people;

pub const SCENARIO: Scenario = Scenario {
    name: "settlement",
    what: "Bills of 20 lines that hospitals settle online (`MedicalService.SettleVisit`), 64 at a time, each \
           admitted by card, checked against agreement and catalogue of its day, decided line by line and kept, \
           with registration and medical-agreement asked over gRPC. 500 patients take turns, in 8 hospitals, \
           with 2,000 drugs in the catalogue; each seventh drug is left to a person to look at.",
    peer: "pgbench, 64 clients with prepared statements: one transaction that inserts the same rows (the \
           bill, its 20 lines, its settlement and the journal's row, each with its bytes) into tables with \
           the columns, keys, constraints, row-level security and triggers of these.",
    unit: "bills",
    sizes: &[5_000],
    target: Target::SpeedAndTail(50, 10),
    limit: None,
    measure: |platform, bills| measure(platform, bills).boxed(),
};

/// Patients, more of them than bills at a time: nobody waits for her own other bill.
const PATIENTS: u64 = 500;

/// Bills that are not counted, before the statistics of the tables are made and after it.
const WARM_UP: u64 = 320;

async fn measure(platform: &Platform, bills: u64) -> Result<Sample> {
    let hospitals = Hospitals::open(platform, PATIENTS, drugs(false)).await?;
    let mut clients = Vec::new();
    for n in 0..CLIENTS {
        let number = institution_id(n % HOSPITALS);
        let hospital = people::institution(AREA, &number, "医院");
        let channel = platform.connect("benefit-review", &hospital).await?;
        clients.push((number, MedicalServiceClient::new(channel)));
    }
    settle(&hospitals, &clients, 0..WARM_UP).await?;
    // Statistics of empty tables make plans that nobody has who works with them for a minute.
    for service in ["benefit-review", "medical-agreement", "registration"] {
        platform.settle(service)?;
    }
    settle(&hospitals, &clients, WARM_UP..2 * WARM_UP).await?;

    let begun = Instant::now();
    let latencies = settle(&hospitals, &clients, 2 * WARM_UP..2 * WARM_UP + bills).await?;
    let took = begun.elapsed();

    let mut db = platform.owner("benefit-review").await?;
    pgbench::prepare(&mut db).await?;
    platform.settle("benefit-review")?;
    let peer = pgbench::run(platform, &mut db, bills).await?;
    let mut sample = Sample::new(bills, took, peer.took);
    sample.parts.push(Part {
        what: "99th percentile of a bill",
        took: Duration::from_micros(latencies.value_at_quantile(0.99)),
        peer: Some(peer.tail),
    });
    sample.parts.push(Part {
        what: "median of a bill",
        took: Duration::from_micros(latencies.value_at_quantile(0.5)),
        peer: Some(peer.median),
    });
    Ok(sample)
}

/// Settles visits, by as many callers as there are clients; answers how long each took, in microseconds.
async fn settle(
    hospitals: &Hospitals,
    clients: &[(String, MedicalServiceClient<As>)],
    visits: Range<u64>,
) -> Result<Histogram<u64>> {
    let next = AtomicU64::new(visits.start);
    let work = clients.iter().cloned().map(|(own, mut client)| {
        let (next, end) = (&next, visits.end);
        async move {
            let mut took = Histogram::<u64>::new(3)?;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= end {
                    return anyhow::Ok(took);
                }
                let visit = Visit {
                    institution_id: own.clone(),
                    ..hospitals.visit(number)
                };
                let begun = Instant::now();
                call(&mut client, &visit).await?;
                took.record(u64::try_from(begun.elapsed().as_micros())?)?;
            }
        }
    });
    let each = stream::iter(work).buffer_unordered(clients.len());
    each.try_fold(Histogram::<u64>::new(3)?, |mut all, one| async move {
        all.add(one)?;
        Ok(all)
    })
    .await
}

async fn call(client: &mut MedicalServiceClient<As>, visit: &Visit<'_>) -> Result<()> {
    let settled = client.settle_visit(request(visit)).await?.into_inner();
    let settlement = settled.settlement.context("a settlement")?;
    ensure!(
        settlement.lines.len() as u64 == LINES,
        "{} lines were decided",
        settlement.lines.len()
    );
    Ok(())
}

fn request(visit: &Visit<'_>) -> SettleVisitRequest {
    SettleVisitRequest {
        pooling_area: AREA.to_owned(),
        request_id: Uuid::now_v7().to_string(),
        admission: Some(Admission {
            filed_by: visit.institution_id.clone(),
            institution_id: visit.institution_id.clone(),
            institution_name: format!("深圳市第{}医院", visit.institution_id),
            visit_number: format!("MZ{:010}", visit.number),
            kind: EncounterKind::Outpatient as i32,
            card_number: visit.patient.card_number.clone(),
            name: visit.patient.name.clone(),
            admitted_on: Some(visit.on.into()),
            diagnoses: vec![DIAGNOSIS.to_owned()],
            ..Admission::default()
        }),
        lines: visit.lines(),
        ..SettleVisitRequest::default()
    }
}
