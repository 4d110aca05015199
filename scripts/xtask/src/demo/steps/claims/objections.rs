//! Art. 90. Hospitals object to lines that were refused; a person looks, and the difference is decided.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::super::generate::{Bill, Stage, Worth};
use super::super::super::report::Report;
use super::super::super::{Demo, progress};
use super::super::stays::ledger::{Came, part};
use super::super::stays::{Treated, send};
use super::sum;

/// Objects; answers what was signed from the fund beyond what was decided before.
pub async fn object(
    demo: &Demo,
    treated: &[Treated<'_>],
    numbers: &HashMap<String, String>,
    report: &mut Report,
) -> Result<Decimal> {
    let objected: Vec<(&Treated<'_>, &Bill)> = treated
        .iter()
        .flat_map(|one| one.bills.online.iter().map(move |bill| (one, bill)))
        .filter(|(_, bill)| bill.objected.is_some())
        .collect();
    let what = "Hospitals object";
    let decided = progress::all(what, objected.iter(), |place, (one, bill)| {
        let id = numbers.get(&bill.visit_number).map(String::as_str);
        decide(demo, place, (one, bill), id.unwrap_or_default())
    });
    let (mut made, mut found) = (Worth::default(), Worth::default());
    let (mut signed, mut came) = (Decimal::ZERO, Came::default());
    for ((_, bill), decision) in objected.iter().zip(decided.await?) {
        let (before, after) = (bill.worth(Stage::Reviewed), bill.worth(Stage::Objected));
        made.fund += after.fund - before.fund;
        made.employer += after.employer - before.employer;
        made.meals += after.meals - before.meals;
        found.fund += part(&decision["fundDifference"])?;
        found.employer += part(&decision["employerDifference"])?;
        found.meals += part(&decision["mealsDifference"])?;
        signed += sum(&decision, &["fundDifference", "mealsDifference"])?;
        came.compare(bill, Stage::Objected, &decision["after"])?;
    }
    came.expected()?;
    report.equal_yuan(
        "objections (90-B): more from the fund",
        made.fund,
        found.fund,
    );
    report.equal_yuan(
        "objections (90-B): more from employers",
        made.employer,
        found.employer,
    );
    report.equal_yuan("objections (90-B): more for meals", made.meals, found.meals);
    Ok(signed)
}

/// Forms 90-A and 90-B; answers the decision.
async fn decide(
    demo: &Demo,
    place: usize,
    (one, bill): (&Treated<'_>, &Bill),
    encounter_id: &str,
) -> Result<Value> {
    let (hospital, token) = send::hospital(demo, bill)?;
    let form = json!({
        "@type": "workinjury.benefit_review.v1.ObjectionForm",
        "encounterId": encounter_id,
        "personId": one.injured.person_id,
        "name": one.injured.employee.name,
        "institutionId": hospital.credit_code,
        "grounds": "该项目确为治疗工伤所需，附病历。",
    });
    let desk = demo.benefit_review();
    let name = format!("objection/{}", bill.visit_number);
    let case_id = match desk.submit(&token, &name, form, json!([])).await? {
        Ok(case_id) => case_id,
        Err(problem) => bail!("{name}: {} {}", problem.reason, problem.detail),
    };
    let number = bill.objected.context("nobody objects")?;
    let charge = bill.charges.iter().find(|charge| charge.number == number);
    let amount = charge.context("there is no such line")?.amount;
    let found = vec![send::found(number, amount)];
    let review = format!("{name}/review");
    send::look(demo, place, (&review, encounter_id), found).await?;
    desk.sign(place, &case_id).await?.approved(&name)
}
