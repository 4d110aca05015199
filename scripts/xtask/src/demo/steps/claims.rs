//! Art. 61, Art. 63 to 65, Art. 73, Art. 74, Art. 90. Hospitals claim what they settled, employers what was paid at the counter;
//! some of it is objected to. What is decided is told to payment.

mod hospitals;
mod objections;
mod paper;
mod third_party;

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use contracts::options::v1::{Department, Duty};
use rust_decimal::Decimal;
use serde_json::Value;

use super::super::Demo;
use super::super::calendar::CLAIMS;
use super::super::client::{text, yuan};
use super::super::desk::Outcome;
use super::super::generate::{Bill, Stage, Worth};
use super::super::report::Report;
use super::stays::ledger::part;
use super::stays::{Treated, reread, treated};
use paper::Journeys;

/// The kinds of benefit that treatment makes.
const TREATMENT: [&str; 6] = [
    "MEDICAL",
    "REHABILITATION",
    "MEALS",
    "TRAVEL",
    "LODGING",
    "DEVICE",
];

/// Claims and objects.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(CLAIMS)?;
    let treated = treated(demo).await?;
    let mut signed = hospitals::claim(demo, &treated, report).await?;
    let (of_employers, journeys) = paper::claim(demo, &treated, report).await?;
    signed += of_employers;
    let numbers = numbers(demo).await?;
    signed += objections::object(demo, &treated, &numbers, report).await?;

    let bills: Vec<&Bill> = treated.iter().flat_map(|one| &one.bills.online).collect();
    let ids = bills
        .iter()
        .map(|bill| numbers.get(&bill.visit_number).cloned());
    let ids: Vec<String> = ids.map(Option::unwrap_or_default).collect();
    reread(demo, (&bills, &ids), Stage::Objected, report).await?;
    let back = third_party::compensate(demo, &treated, report).await?;
    benefits(demo, &treated, (signed, back, journeys), report).await
}

/// What somebody gets, beside what must come out and what was signed.
async fn benefits(
    demo: &Demo,
    treated: &[Treated<'_>],
    (signed, back, journeys): (Decimal, Decimal, Journeys),
    report: &mut Report,
) -> Result<()> {
    let mut made = Worth::default();
    for bill in treated.iter().flat_map(|one| &one.bills.online) {
        made += bill.worth(Stage::Objected);
    }
    for bill in treated.iter().flat_map(|one| &one.bills.paper) {
        made += bill.worth(Stage::Reviewed);
    }
    made.fund -= back;
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, 0)?;
    let benefits = demo
        .client
        .list(clerk, "/v1/benefits", "benefits", &[])
        .await?;
    let mut decided: BTreeMap<(String, String), Decimal> = BTreeMap::new();
    for benefit in &benefits {
        let of = |name: &str| text(&benefit[name]).to_owned();
        *decided.entry((of("kind"), of("payer"))).or_default() += yuan(&benefit["amount"])?;
    }
    for (kind, payer, made) in [
        ("MEDICAL", "FUND", made.fund),
        ("MEDICAL", "EMPLOYER", made.employer),
        ("MEALS", "FUND", made.meals),
        ("MEALS", "EMPLOYER", made.meals_of_employer),
        ("TRAVEL", "FUND", journeys.travel),
        ("LODGING", "FUND", journeys.lodging),
    ] {
        let of = (format!("BENEFIT_KIND_{kind}"), format!("PAYER_{payer}"));
        let found = decided.remove(&of).unwrap_or_default();
        report.equal_yuan(&format!("benefits: {kind} from {payer}"), made, found);
    }
    // Cash benefits are the next step's.
    let is_treatment = |kind: &str| TREATMENT.contains(&kind.trim_start_matches("BENEFIT_KIND_"));
    let others = decided.keys().filter(|(kind, _)| is_treatment(kind));
    report.equal("benefits of other kinds", 0, others.count());
    let from_fund = benefits
        .iter()
        .filter(|one| text(&one["payer"]) == "PAYER_FUND" && is_treatment(text(&one["kind"])));
    let from_fund = from_fund.map(|one| yuan(&one["amount"]));
    report.equal_yuan(
        "benefits from the fund = signed on 5-5, 90-B and 73-B",
        signed - back,
        from_fund.sum::<Result<Decimal>>()?,
    );
    Ok(())
}

/// What was signed from the fund, of a decision with these sums.
fn sum(decision: &Value, names: &[&str]) -> Result<Decimal> {
    names.iter().map(|name| part(&decision[*name])).sum()
}

/// The numbers of all bills by those of their visits.
async fn numbers(demo: &Demo) -> Result<HashMap<String, String>> {
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, 0)?;
    let all = demo
        .client
        .list(clerk, "/v1/encounters", "encounters", &[])
        .await?;
    let of = |one: &Value| {
        let visit = text(&one["admission"]["visitNumber"]);
        (visit.to_owned(), text(&one["encounterId"]).to_owned())
    };
    Ok(all.iter().map(of).collect())
}

/// Submits what must not be approved; answers the reason for which it is not.
async fn refused(
    demo: &Demo,
    (token, place, name): (&str, usize, &str),
    form: Value,
    evidence: Value,
) -> Result<String> {
    let desk = demo.benefit_review();
    let case_id = match desk.submit(token, name, form, evidence).await? {
        Ok(case_id) => case_id,
        Err(problem) => return Ok(problem.reason),
    };
    match desk.sign(place, &case_id).await? {
        Outcome::Approved(_) => Ok("APPROVED".to_owned()),
        Outcome::Refused(reasons) => Ok(reasons.join(", ")),
        Outcome::Stands(reasons) => {
            let written = "申报内容与经办机构的记录不符，不予核定。";
            desk.refuse(place, &case_id, written).await?;
            Ok(reasons.join(", "))
        }
    }
}

/// Submits and has signed; answers the decision.
async fn approved(
    demo: &Demo,
    (token, place, name): (&str, usize, &str),
    form: Value,
    evidence: Value,
) -> Result<Value> {
    let desk = demo.benefit_review();
    let submitted = desk.submit(token, name, form, evidence).await?;
    let case_id = submitted
        .map_err(|problem| anyhow::anyhow!("{} {}", problem.reason, problem.detail))
        .with_context(|| name.to_owned())?;
    desk.sign(place, &case_id).await?.approved(name)
}
