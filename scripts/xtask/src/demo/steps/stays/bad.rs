//! What is wrong with bills, and refused.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::Duration;

use super::super::super::Demo;
use super::super::super::client::{Problem, date, money, number, text};
use super::super::super::generate::{Bill, Charge, Listed};
use super::super::super::report::Report;
use super::super::super::roster::workbook;
use super::Treated;
use super::send::{COLUMNS, admission, cells, hospital};

/// A line as it should be, and what makes a bad one of it, with the reason for which it is refused.
type Flaw = (&'static str, fn(&mut Charge));

/// What is wrong with lines.
const FLAWS: [Flaw; 4] = [
    ("LINE_DATE", |line| line.on -= Duration::DAY),
    ("ROW_INVALID", |line| line.quantity = -line.quantity),
    ("LINE_AMOUNT", |line| line.amount += Decimal::ONE),
    ("LINE_KIND", |line| line.listed = Listed::Devices),
];

/// Tries what must be refused, at the first hospital of a patient and with her or his first bill there.
pub async fn run(
    demo: &Demo,
    (one, settled_id): (&Treated<'_>, &str),
    report: &mut Report,
) -> Result<()> {
    let (first, visit) = (&one.bills.online[0], &one.bills.online[1]);
    let (own, token) = hospital(demo, first)?;
    let (_, other) = hospital(demo, visit)?;
    let mut refused = BTreeMap::new();
    let mut note = |reason: &str| *refused.entry(reason.to_owned()).or_insert(0) += 1;

    let mut unknown = admission(demo, &one.injured, first, &own.credit_code);
    unknown["cardNumber"] = json!("X00000000");
    let mut again = admission(demo, &one.injured, first, &own.credit_code);
    again["emergency"] = json!(true);
    for (name, told) in [("unknown-card", unknown), ("visit-twice", again)] {
        let body = json!({"admission": told});
        note(&try_it(demo, &token, "/v1/encounters", name, body).await?);
    }
    // A hospital sees no other one's, and what is settled stays as it is.
    let path = format!("/v1/encounters/{settled_id}:discharge");
    let body = json!({"dischargedOn": date(first.discharged_on)});
    note(&try_it(demo, &other, &path, "not-its-own", body).await?);
    let path = format!("/v1/encounters/{settled_id}:voidLines");
    let body = json!({"lineNumbers": [1]});
    note(&try_it(demo, &token, &path, "void-after", body).await?);

    let bad_id = unsettled(demo, (one, first), (&own.credit_code, &token)).await?;
    for reason in lines(demo, &token, (&own.credit_code, &bad_id, settled_id), one).await? {
        note(&reason);
    }
    let path = format!("/v1/encounters/{bad_id}:settle");
    let body = json!({"lines": 7, "amount": money(first.total())});
    note(&try_it(demo, &token, &path, "wrong-totals", body).await?);

    let mut made: BTreeMap<String, u64> = FLAWS
        .iter()
        .map(|(reason, _)| ((*reason).to_owned(), 1))
        .collect();
    for reason in [
        "CARD_UNKNOWN",
        "VISIT_KNOWN",
        "NOT_FOUND",
        "BILL_TOTALS",
        "ENCOUNTER_UNKNOWN",
    ] {
        made.insert(reason.to_owned(), 1);
    }
    // A line that is voided, and one that is sent.
    made.insert("ENCOUNTER_STATE".to_owned(), 2);
    report.equal_counts("bad bills", &made, &refused);
    Ok(())
}

/// A visit that is never settled, so that it can be tried again and again.
async fn unsettled(
    demo: &Demo,
    (one, like): (&Treated<'_>, &Bill),
    (filed_by, token): (&str, &str),
) -> Result<String> {
    let mut told = admission(demo, &one.injured, like, filed_by);
    told["visitNumber"] = json!("B-0");
    told["kind"] = json!("ENCOUNTER_KIND_OUTPATIENT");
    let body = json!({"admission": told});
    let admit = demo
        .client
        .change(token, "/v1/encounters", "bad-bill", body);
    let id = text(&admit.await?["encounter"]["encounterId"]).to_owned();
    let path = format!("/v1/encounters/{id}:discharge");
    let body = json!({"dischargedOn": date(like.admitted_on)});
    let ended = demo.client.change(token, &path, "bad-bill/discharge", body);
    ended.await?;
    Ok(id)
}

/// Lines with something wrong in each; answers why they are refused.
async fn lines(
    demo: &Demo,
    token: &str,
    (filed_by, encounter_id, settled_id): (&str, &str, &str),
    one: &Treated<'_>,
) -> Result<Vec<String>> {
    let first = &one.bills.online[0];
    let good = first.charges.first().context("there is no line")?;
    let line = |number| Charge {
        number,
        on: first.admitted_on,
        ..good.clone()
    };
    let mut rows = vec![cells((filed_by, encounter_id), &line(1))];
    for (number, (_, spoil)) in (2..).zip(FLAWS) {
        let mut bad = line(number);
        spoil(&mut bad);
        rows.push(cells((filed_by, encounter_id), &bad));
    }
    rows.push(cells((filed_by, settled_id), &line(9_999)));
    rows.push(cells(
        (filed_by, &demo.client.id("nobody's").to_string()),
        &line(1),
    ));
    let file = workbook(&COLUMNS, &rows)?;
    let path = "/v1/billLines:upload";
    let answer = demo.client.upload(token, path, "bad-lines", file).await?;
    let batch_id = text(&answer["batch"]["batchId"]);
    let path = format!("/v1/benefit-review/batches/{batch_id}/findings");
    let findings = demo.client.list(token, &path, "findings", &[]).await?;
    let mut reasons = BTreeMap::new();
    for finding in &findings {
        let reason = text(&finding["reason"]["reason"]).to_owned();
        reasons.entry(number(&finding["row"])).or_insert(reason);
    }
    Ok(reasons.into_values().collect())
}

/// Answers why something is refused.
async fn try_it(demo: &Demo, token: &str, path: &str, name: &str, body: Value) -> Result<String> {
    match demo
        .client
        .post(token, path, &format!("bad/{name}"), body)
        .await?
    {
        Ok(_) => Ok("DONE".to_owned()),
        Err(Problem { reason, .. }) => Ok(reason),
    }
}
