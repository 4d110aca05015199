//! Art. 43. The three catalogues and that of devices arrive as spreadsheets, and are in force when they are
//! signed; a list with a row that cannot be taken is not.

use anyhow::{Result, bail, ensure};
use contracts::options::v1::{Department, Duty};
use serde_json::json;

use super::super::calendar::AGREEMENTS;
use super::super::client::{date, number, papers, text};
use super::super::desk::Outcome;
use super::super::generate::{CATALOGUE_COLUMNS, Listed, Listing};
use super::super::report::Report;
use super::super::roster::workbook;
use super::super::{Demo, progress};

/// The list that is not taken.
const SPOILT: &str = "catalogue-spoilt";

/// Puts the catalogues in force.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(AGREEMENTS)?;
    let all: Vec<(Listed, Vec<Listing>)> = Listed::ALL
        .into_iter()
        .map(|listed| (listed, demo.world.catalogue(listed)))
        .collect();
    let what = "Catalogues are put in force";
    progress::all(what, all.iter(), |place, (listed, items)| {
        publish(demo, place, *listed, items)
    })
    .await?;

    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, 0)?;
    for (listed, items) in &all {
        let query = [("kind", listed.in_contract())];
        let path = "/v1/catalogueVersions";
        let versions = demo.client.list(clerk, path, "versions", &query).await?;
        let listing: u64 = versions.iter().map(|one| number(&one["items"])).sum();
        let made = items.len() as u64;
        report.equal(&format!("items in force: {listed:?}"), made, listing);
    }
    let (listed, items) = &all[3];
    let mut spoilt = items.clone();
    spoilt.extend(items.first().cloned());
    let batch_id = upload(demo, SPOILT, &spoilt).await?;
    let refused = match submit(demo, SPOILT, *listed, &batch_id).await? {
        Err(reason) => reason,
        Ok(case_id) => match demo.medical_agreement().sign(0, &case_id).await? {
            Outcome::Approved(_) => "APPROVED".to_owned(),
            Outcome::Stands(reasons) | Outcome::Refused(reasons) => reasons.join(", "),
        },
    };
    let expected = "CATALOGUE_ROWS_REFUSED".to_owned();
    report.equal(
        "a list with a code that stands in it twice",
        expected,
        refused,
    );
    Ok(())
}

async fn publish(demo: &Demo, place: usize, listed: Listed, items: &[Listing]) -> Result<()> {
    let name = format!("catalogue-{listed:?}");
    let batch_id = upload(demo, &name, items).await?;
    match submit(demo, &name, listed, &batch_id).await? {
        Ok(case_id) => {
            let signed = demo.medical_agreement().sign(place, &case_id).await?;
            signed.approved(&name)?;
            Ok(())
        }
        Err(reason) => bail!("{name}: {reason}"),
    }
}

/// Uploads a list; answers its batch.
async fn upload(demo: &Demo, name: &str, items: &[Listing]) -> Result<String> {
    let clerk = demo.parties.clerk(Department::Business, Duty::Handler, 0)?;
    let rows: Vec<_> = items.iter().map(Listing::cells).collect();
    let file = workbook(&CATALOGUE_COLUMNS, &rows)?;
    let path = "/v1/catalogues:upload";
    let answer = demo.client.upload(clerk, path, name, file).await?;
    let batch = &answer["batch"];
    let state = text(&batch["state"]);
    ensure!(state == "BATCH_STATE_DONE", "{name}: the batch is {state}");
    Ok(text(&batch["batchId"]).to_owned())
}

/// Form 43-A.
async fn submit(
    demo: &Demo,
    name: &str,
    listed: Listed,
    batch_id: &str,
) -> Result<Result<String, String>> {
    let clerk = demo.parties.clerk(Department::Business, Duty::Handler, 0)?;
    let form = json!({
        "@type": "workinjury.medical_agreement.v1.CatalogueForm",
        "batchId": batch_id,
        "kind": listed.in_contract(),
        "effectiveOn": date(AGREEMENTS),
        "documentNumber": "示人社规〔2026〕2号",
        "title": "示范市工伤保险目录",
        // It is submitted anew by a demonstration that is begun again on a later day.
        "retroactive": name == SPOILT,
    });
    let desk = demo.medical_agreement();
    let evidence = papers(&["CATALOGUE_DOCUMENT"]);
    let submitted = desk.submit(clerk, name, form, evidence).await?;
    Ok(submitted.map_err(|problem| problem.reason))
}
