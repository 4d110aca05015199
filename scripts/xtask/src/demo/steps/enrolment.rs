//! Art. 8, Art. 9. Rosters (form 2-2) arrive as spreadsheets: large employers upload their own, those
//! of small ones are handed in at the window, where a clerk uploads many as one. Each employer then
//! applies for its rows.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Result, bail, ensure};
use contracts::options::v1::{Department, Duty};
use serde_json::{Value, json};

use super::super::calendar::ENROLMENT;
use super::super::client::{number, papers, text};
use super::super::generate::Employer;
use super::super::report::Report;
use super::super::roster::{STAFF_COLUMNS, workbook};
use super::super::{Demo, progress};

/// An employer with so many employees uploads its roster itself.
const LARGE: usize = 100;

/// Employers whose rosters a clerk uploads as one.
const AT_THE_WINDOW: usize = 200;

/// A roster on its way: who uploads it, and whose it is.
struct Upload<'d> {
    name: String,
    token: String,
    employers: Vec<&'d Employer>,
}

/// What became of a roster.
struct Uploaded {
    batch_id: String,
    rows: u64,
    /// Reasons of the rows that were refused, with how many they should be and how many they are.
    made: BTreeMap<String, u64>,
    found: BTreeMap<String, u64>,
    surprises: Vec<String>,
}

/// Uploads the rosters and carries each employer's form through.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(ENROLMENT)?;
    let uploads = uploads(demo)?;
    let uploaded = progress::all("Rosters are uploaded", uploads.iter(), |_, roster| {
        upload(demo, roster)
    });
    let uploaded = uploaded.await?;

    let mut batch_of = HashMap::new();
    for (roster, done) in uploads.iter().zip(&uploaded) {
        batch_of.extend(
            roster
                .employers
                .iter()
                .map(|one| (one.credit_code.as_str(), done.batch_id.as_str())),
        );
    }
    let employers = &demo.world.employers;
    let enrolled = progress::all("Staff are enrolled", employers.iter(), |place, employer| {
        let batch_id = batch_of
            .get(employer.credit_code.as_str())
            .copied()
            .unwrap_or_default();
        enrol(demo, place, employer, batch_id)
    });
    let enrolled: u64 = enrolled.await?.into_iter().sum();

    let (mut made, mut found) = (BTreeMap::new(), BTreeMap::new());
    for done in &uploaded {
        add(&mut made, &done.made);
        add(&mut found, &done.found);
    }
    for surprise in uploaded.iter().flat_map(|done| &done.surprises).take(20) {
        eprintln!("{surprise}");
    }
    let rows: usize = employers
        .iter()
        .map(|one| one.staff.len() + one.troubles.len())
        .sum();
    report.equal(
        "rows of rosters",
        rows as u64,
        uploaded.iter().map(|done| done.rows).sum(),
    );
    report.equal_counts("rows refused", &made, &found);
    let surprises: usize = uploaded.iter().map(|done| done.surprises.len()).sum();
    report.equal("rows about which something else was found", 0, surprises);
    let staff: usize = employers.iter().map(|one| one.staff.len()).sum();
    report.equal("employees enrolled", staff as u64, enrolled);
    Ok(())
}

fn add(sum: &mut BTreeMap<String, u64>, more: &BTreeMap<String, u64>) {
    for (reason, count) in more {
        *sum.entry(reason.clone()).or_insert(0) += count;
    }
}

fn uploads(demo: &Demo) -> Result<Vec<Upload<'_>>> {
    let (large, small): (Vec<_>, Vec<_>) = demo
        .world
        .employers
        .iter()
        .partition(|employer| employer.staff.len() >= LARGE);
    let mut uploads = Vec::new();
    for employer in large {
        uploads.push(Upload {
            name: format!("roster-{}", employer.credit_code),
            token: demo
                .parties
                .employer(&employer.credit_code, &employer.name)?,
            employers: vec![employer],
        });
    }
    for (place, employers) in small.chunks(AT_THE_WINDOW).enumerate() {
        let clerk = demo
            .parties
            .clerk(Department::Registration, Duty::Handler, place)?;
        uploads.push(Upload {
            name: format!("roster-window-{place}"),
            token: clerk.to_owned(),
            employers: employers.to_vec(),
        });
    }
    Ok(uploads)
}

async fn upload(demo: &Demo, roster: &Upload<'_>) -> Result<Uploaded> {
    let rows: Vec<_> = roster
        .employers
        .iter()
        .flat_map(|employer| employer.roster())
        .collect();
    let cells: Vec<_> = rows.iter().map(|(row, _)| row.cells()).collect();
    let file = workbook(&STAFF_COLUMNS, &cells)?;
    let answer = demo
        .client
        .upload(&roster.token, "/v1/staffChanges:upload", &roster.name, file)
        .await?;
    let batch = &answer["batch"];
    let state = text(&batch["state"]);
    ensure!(
        state == "BATCH_STATE_DONE",
        "{}: the batch is {state}",
        roster.name
    );
    let batch_id = text(&batch["batchId"]).to_owned();
    let path = format!("/v1/registration/batches/{batch_id}/findings");
    let findings = demo
        .client
        .list(&roster.token, &path, "findings", &[])
        .await?;

    let mut found: HashMap<u64, &str> = HashMap::new();
    for finding in &findings {
        // A row may have several; the first says why it is refused.
        found
            .entry(number(&finding["row"]))
            .or_insert_with(|| text(&finding["reason"]["reason"]));
    }
    let mut uploaded = Uploaded {
        batch_id,
        rows: number(&batch["receivedRows"]),
        made: BTreeMap::new(),
        found: BTreeMap::new(),
        surprises: Vec::new(),
    };
    for (place, (_, reason)) in (0..).zip(&rows) {
        let told = found.get(&place).copied();
        if let Some(reason) = reason {
            *uploaded.made.entry((*reason).to_owned()).or_insert(0) += 1;
        }
        if let Some(told) = told {
            *uploaded.found.entry(told.to_owned()).or_insert(0) += 1;
        }
        if told != *reason {
            let line = format!(
                "{} row {place}: expected {reason:?}, found {told:?}",
                roster.name
            );
            uploaded.surprises.push(line);
        }
    }
    Ok(uploaded)
}

/// Carries form 2-2 of an employer through; answers how many were enrolled.
async fn enrol(demo: &Demo, place: usize, employer: &Employer, batch_id: &str) -> Result<u64> {
    let desk = demo.registration();
    let token = demo
        .parties
        .employer(&employer.credit_code, &employer.name)?;
    let name = format!("enrolment/{}", employer.credit_code);
    let case_id = match desk
        .submit(&token, &name, form(employer, batch_id), evidence())
        .await?
    {
        Ok(case_id) => case_id,
        Err(problem) => bail!(
            "roster of {}: {} {}",
            employer.name,
            problem.reason,
            problem.detail
        ),
    };
    let decision = desk
        .sign(place, &case_id)
        .await?
        .approved(&format!("the roster of {}", employer.name))?;
    Ok(number(&decision["enrolled"]))
}

fn form(employer: &Employer, batch_id: &str) -> Value {
    let mut kinds = vec!["HIRE"];
    for kind in employer
        .troubles
        .iter()
        .filter_map(|trouble| trouble.kind_stated())
    {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let foreigners = employer
        .staff
        .iter()
        .any(|employee| employee.foreigner.is_some())
        || employer
            .troubles
            .iter()
            .any(|trouble| trouble.is_foreigner());
    let identity_kinds: &[&str] = if foreigners {
        &["CITIZEN_ID", "PERMANENT_RESIDENCE_CARD", "PASSPORT"]
    } else {
        &["CITIZEN_ID"]
    };
    json!({
        "@type": "workinjury.registration.v1.StaffChangeForm",
        "employerId": employer.credit_code,
        "batchId": batch_id,
        "kinds": kinds,
        "identityKinds": identity_kinds,
    })
}

/// Papers for every kind of change; more than are asked for do no harm.
pub fn evidence() -> Value {
    let mut papers = papers(&[
        "IDENTITY_CARD",
        "LABOUR_CONTRACT",
        "LABOUR_AGREEMENT",
        "RELATION_END_PROOF",
        "PASSPORT",
        "PERMANENT_RESIDENCE_CARD",
        "WORK_PERMIT",
        "OTHER",
        "RETIREMENT_APPROVAL",
    ]);
    papers[7]["title"] = json!("职工花名册");
    papers
}
