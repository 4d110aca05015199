//! Cash benefits: cases in the words of the forms, which a jurist can add to without a compiler.

mod beside;
mod words;

use std::collections::BTreeMap;

use benefit_review::benefit::estimate::{Enquiry, estimate};
use benefit_review::benefit::rules::Laws;
use chassis::wire::{month, yuan};
use contracts::benefit_review::v1::{Award, EstimateBenefitsRequest, EstimateBenefitsResponse};
use contracts::reflect::label_of;
use law::parameter::SHARED;
use law::{Catalogue, LawError};
use prost::{Message, Name};
use serde::Deserialize;
use tonic::Status;

use beside::beside;

/// The name under which a case states the own wage.
const OWN_WAGE: &str = "本人工资";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worked {
    name: String,
    #[expect(dead_code, reason = "read by `cargo xtask traceability`")]
    article: u32,
    /// Fields of the estimate by their labels.
    given: serde_json::Value,
    /// How it was worked by hand, shown beside the steps of the rules where the two disagree; steps end with ；.
    #[serde(default)]
    worked: BTreeMap<String, String>,
    expect: Expected,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Expected {
    /// Part of the sentence that refuses.
    Refused { 不予核定: String },
    /// Every benefit, and the own wage where a benefit rests on it.
    Due(BTreeMap<String, String>),
}

/// The parameters of the service and those that all services share.
pub fn catalogue() -> Catalogue {
    let files: Vec<_> = SHARED
        .iter()
        .chain(benefit_review::PARAMETERS)
        .copied()
        .collect();
    Catalogue::parse(&files).unwrap()
}

/// The law of every day that an enquiry turns on, with what stands in.
pub fn laws(
    catalogue: &Catalogue,
    asked: &EstimateBenefitsRequest,
    enquiry: &Enquiry,
) -> Result<Laws, LawError> {
    let assumed: Vec<(String, String)> = asked
        .parameters
        .iter()
        .map(|one| (one.name.clone(), one.value.clone()))
        .collect();
    let days = enquiry.days().into_iter();
    let laws: Result<Vec<_>, _> = days
        .map(|on| catalogue.as_of(&asked.pooling_area, on, &[], &assumed))
        .collect();
    laws.map(Laws::of)
}

/// What the rules say, or the sentence that refuses.
pub fn answer(
    catalogue: &Catalogue,
    asked: &EstimateBenefitsRequest,
) -> Result<EstimateBenefitsResponse, String> {
    let sentence = |error| Status::from(error).message().to_owned();
    let enquiry = Enquiry::of(asked).map_err(sentence)?;
    let laws = laws(catalogue, asked, &enquiry).map_err(|error| error.to_string())?;
    estimate(&enquiry, &laws).map_err(sentence)
}

/// A benefit as a case names it: 供养亲属抚恤金, of the first survivor 供养亲属抚恤金1.
fn name_of(benefit: &Award) -> String {
    let kind = label_of("workinjury.benefit_review.v1.BenefitKind", benefit.benefit);
    let person = benefit.person.map(|at| (at + 1).to_string());
    format!("{kind}{}", person.unwrap_or_default())
}

/// What is due as a case states it: 3600.00 基金 2021-06, or 3600.00 基金 2021-06~2039-08 where the end is known.
fn due(benefit: &Award) -> String {
    let payer = match benefit.payer {
        1 => "基金",
        _ => "用人单位",
    };
    let amount = yuan(benefit.amount.as_ref()).unwrap();
    let from = benefit.from_month.map(|from| month(Some(from)).unwrap());
    let from = from.map(|from| format!(" {from}"));
    let until = benefit.until_month.map(|until| month(Some(until)).unwrap());
    let until = until.map(|until| format!("~{until}"));
    let (from, until) = (from.unwrap_or_default(), until.unwrap_or_default());
    format!("{amount} {payer}{from}{until}")
}

/// Everything that is due by the names of the cases: what is due twice stands twice.
fn all_due(found: &EstimateBenefitsResponse) -> BTreeMap<String, String> {
    let mut of_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in &found.benefits {
        of_name.entry(name_of(one)).or_default().push(due(one));
    }
    let all = of_name.into_iter();
    let mut all: BTreeMap<String, String> = all.map(|(name, due)| (name, due.join("；"))).collect();
    let own_wage = found
        .worksheet
        .as_ref()
        .and_then(|sheet| sheet.lines.last());
    all.extend(own_wage.map(|line| (OWN_WAGE.to_owned(), line.value.clone())));
    all
}

/// Why a case and the rules disagree; nothing where they agree.
fn disagreement(catalogue: &Catalogue, case: &Worked) -> Result<(), String> {
    let full_name = EstimateBenefitsRequest::full_name();
    let json = words::request(&full_name, &case.given)?;
    let bytes = contracts::reflect::from_json(&full_name, &json);
    let bytes = bytes.map_err(|error| format!("{error}：{json}"))?;
    let asked = EstimateBenefitsRequest::decode(&*bytes).map_err(|error| error.to_string())?;
    let nothing = BTreeMap::new();
    match (&case.expect, answer(catalogue, &asked)) {
        (Expected::Refused { 不予核定: part }, Err(sentence)) if sentence.contains(part) => {
            Ok(())
        }
        (Expected::Refused { 不予核定: part }, Err(sentence)) => Err(format!(
            "  案例 不予核定，因为：{part}\n  规则 不予核定，因为：{sentence}"
        )),
        (Expected::Refused { 不予核定: part }, Ok(found)) => Err(format!(
            "  案例 不予核定，因为：{part}\n{}",
            beside(&nothing, &case.worked, &found)
        )),
        (Expected::Due(expected), Err(sentence)) => Err(format!(
            "  案例 {expected:?}\n  规则 不予核定，因为：{sentence}"
        )),
        (Expected::Due(expected), Ok(found)) => {
            words::benefits(expected.keys().chain(case.worked.keys()))?;
            match all_due(&found) == *expected {
                true => Ok(()),
                false => Err(beside(expected, &case.worked, &found)),
            }
        }
    }
}

fn check(text: &str) {
    let (catalogue, cases) = (catalogue(), serde_saphyr::from_str::<Vec<Worked>>(text));
    let cases = cases.unwrap();
    assert!(!cases.is_empty());
    let disagreements: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let why = disagreement(&catalogue, case).err()?;
            Some(format!("{}\n{why}", case.name))
        })
        .collect();
    let count = disagreements.len();
    assert!(
        count == 0,
        "{count}个案例与规则不一致\n\n{}",
        disagreements.join("\n")
    );
}

// Art. 68
#[test]
fn the_own_wage_is_that_of_the_worked_cases() {
    check(include_str!("../../law/own_wage.yaml"));
}

// Art. 68
#[test]
fn disability_benefits_are_those_of_the_worked_cases() {
    check(include_str!("../../law/disability.yaml"));
}

// Art. 68
#[test]
fn lump_sums_at_the_end_of_the_labour_relation_are_those_of_the_worked_cases() {
    check(include_str!("../../law/subsidies.yaml"));
}

// Art. 69
// Art. 71
#[test]
fn death_benefits_are_those_of_the_worked_cases() {
    check(include_str!("../../law/death.yaml"));
}

// Art. 72
#[test]
fn pensions_of_survivors_are_those_of_the_worked_cases() {
    check(include_str!("../../law/survivors.yaml"));
}
