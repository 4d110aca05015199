//! The rules on cash benefits beside a model of them that is not ours: written from the text of the law in another
//! language, exact, and knowing none of this code.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use benefit_review::benefit::estimate::{Enquiry, estimate};
use benefit_review::benefit::rules::Laws;
use chassis::wire::yuan;
use contracts::benefit_review::v1::{Award, BenefitKind, EstimateBenefitsRequest, Payer};
use law::parameter::SHARED;
use law::{Catalogue, Month};
use prost::{Message, Name};
use serde::Deserialize;
use tokio::process::Command;
use tokio::time::timeout;
use xtask::checkout::root;

/// How long the model may take.
const PATIENCE: Duration = Duration::from_mins(3);

/// Persons that are compared.
const PERSONS: usize = 10_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Modelled {
    request: serde_json::Value,
    benefits: Vec<Benefit>,
    refused: bool,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
struct Benefit {
    benefit: String,
    person: Option<i32>,
    amount: String,
    monthly: bool,
    from_month: Option<BTreeMap<String, i32>>,
    until_month: Option<BTreeMap<String, i32>>,
    payer: String,
}

/// An award in the words of the model.
fn told(award: &Award) -> Benefit {
    let kind = BenefitKind::try_from(award.benefit).unwrap().as_str_name();
    let payer = Payer::try_from(award.payer).unwrap().as_str_name();
    let month = |wire| {
        let month: Month = chassis::wire::month(Some(wire)).unwrap();
        let number = i32::from(month.number());
        BTreeMap::from([
            ("year".to_owned(), month.year()),
            ("month".to_owned(), number),
        ])
    };
    Benefit {
        benefit: kind.trim_start_matches("BENEFIT_KIND_").to_owned(),
        person: award.person,
        amount: yuan(award.amount.as_ref()).unwrap().to_string(),
        monthly: award.monthly,
        from_month: award.from_month.map(month),
        until_month: award.until_month.map(month),
        payer: payer.trim_start_matches("PAYER_").to_owned(),
    }
}

/// What the rules answer; nothing where they refuse.
fn answer(catalogue: &Catalogue, asked: &EstimateBenefitsRequest) -> Option<Vec<Benefit>> {
    let assumed: Vec<_> = asked
        .parameters
        .iter()
        .map(|one| (one.name.clone(), one.value.clone()))
        .collect();
    let enquiry = Enquiry::of(asked).ok()?;
    let days = enquiry.days().into_iter();
    let laws = days.map(|on| {
        catalogue
            .as_of(&asked.pooling_area, on, &[], &assumed)
            .unwrap()
    });
    let found = estimate(&enquiry, &Laws::of(laws)).ok()?;
    Some(found.benefits.iter().map(told).collect())
}

async fn modelled(seed: u64) -> String {
    let mut command = Command::new(root().join(".local/python/bin/python"));
    command
        .current_dir(root().join("integration-tests"))
        .args(["-m", "benefits_model", "--seed", &seed.to_string()])
        .args(["--persons", &PERSONS.to_string()])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUTF8", "1")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

// Art. 68
// Art. 69
// Art. 71
// Art. 72
#[tokio::test]
async fn ten_thousand_persons_are_due_to_the_fen_what_an_independent_model_says() {
    let files: Vec<_> = SHARED
        .iter()
        .chain(benefit_review::PARAMETERS)
        .copied()
        .collect();
    let catalogue = Catalogue::parse(&files).unwrap();
    let seed: u64 = rand::random_range(0..1_000_000);
    let name = EstimateBenefitsRequest::full_name();
    let (mut compared, mut refused, mut differences) = (0, 0, Vec::new());
    for line in modelled(seed).await.lines() {
        let person: Modelled = serde_json::from_str(line).unwrap();
        let request = person.request.to_string();
        let bytes = contracts::reflect::from_json(&name, &request).unwrap();
        let asked = EstimateBenefitsRequest::decode(&*bytes).unwrap();
        let expected = (!person.refused).then_some(person.benefits);
        let found = answer(&catalogue, &asked);
        compared += 1;
        refused += usize::from(found.is_none());
        if found != expected {
            differences.push(format!(
                "{request}\n  model {expected:?}\n  rules {found:?}"
            ));
        }
    }
    let few: Vec<_> = differences.iter().take(5).map(String::as_str).collect();
    assert!(
        few.is_empty(),
        "seed {seed}: {} differ:\n{}",
        differences.len(),
        few.join("\n")
    );
    assert_eq!(compared, PERSONS, "seed {seed}");
    assert!(
        refused > 0 && refused * 5 < compared,
        "seed {seed}: {refused} refused"
    );
}
