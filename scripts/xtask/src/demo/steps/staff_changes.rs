//! Art. 12. Changes of staff on form 2-2, few enough to stand in the form.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::super::client::{date, money, number};
use super::super::generate::{Change, ChangeKind};
use super::super::{Demo, progress};
use super::enrolment::evidence;

/// What became of changes that were reported.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reported {
    /// Hired within the window.
    pub enrolled: u64,
    /// Hired after it.
    pub pre_enrolled: u64,
    /// Left.
    pub ended: u64,
}

/// Employers report those changes that `are` such, each on one form.
pub async fn report(demo: &Demo, what: &str, are: impl Fn(ChangeKind) -> bool) -> Result<Reported> {
    let mut of: BTreeMap<usize, Vec<&Change>> = BTreeMap::new();
    for change in demo.world.changes.iter().filter(|change| are(change.kind)) {
        of.entry(change.place).or_default().push(change);
    }
    let decisions = progress::all(what, of.into_iter(), |_, (place, changes)| {
        carry_through(demo, what, place, changes)
    });
    let mut sum = Reported::default();
    for decision in decisions.await? {
        sum.enrolled += number(&decision["enrolled"]);
        sum.pre_enrolled += number(&decision["preEnrolled"]);
        sum.ended += number(&decision["ended"]);
    }
    Ok(sum)
}

async fn carry_through(
    demo: &Demo,
    what: &str,
    place: usize,
    changes: Vec<&Change>,
) -> Result<Value> {
    let employer = &demo.world.employers[place];
    let id = &employer.credit_code;
    let token = demo.parties.employer(id, &employer.name)?;
    let kinds: Vec<&str> = changes.iter().map(|one| one.kind.in_contract().0).collect();
    let rows: Vec<Value> = changes.iter().map(|change| row(id, change)).collect();
    let form = json!({
        "@type": "workinjury.registration.v1.StaffChangeForm",
        "employerId": id,
        "kinds": kinds,
        "identityKinds": ["CITIZEN_ID"],
        "rows": rows,
    });
    let desk = demo.registration();
    let name = format!("{what}/{id}");
    match desk.submit(&token, &name, form, evidence()).await? {
        Ok(case_id) => desk.sign(place, &case_id).await?.approved(&name),
        Err(problem) => bail!("{name}: {} {}", problem.reason, problem.detail),
    }
}

fn row(employer_id: &str, Change { kind, employee, .. }: &Change) -> Value {
    let (name, contract_type, effective_on) = kind.in_contract();
    let mut row = json!({
        "employerId": employer_id,
        "kind": name,
        "identityKind": "CITIZEN_ID",
        "identityNumber": employee.identity_number,
        "name": employee.name,
        "effectiveOn": date(effective_on),
        "evidenceNumber": format!("BD-{}", employee.contract_number),
    });
    if !kind.leaves() {
        row["contractType"] = json!(contract_type);
        row["wage"] = money(employee.wage);
    }
    row
}
