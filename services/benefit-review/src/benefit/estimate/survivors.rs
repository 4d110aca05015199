//! Relatives of whom an estimate has no pension.

use contracts::Refused;
use contracts::benefit_review::v1::Refusal;
use contracts::common::v1::WorksheetLine;
use contracts::reflect::label_of;

use crate::death::rules::{self, Claimant, Deceased, Figures};

/// Art. 70. Nobody leaves two spouses.
///
/// # Errors
/// As form 70-A is refused, with the place of the second one.
pub fn one_spouse(survivors: &[Claimant]) -> Result<(), Refused> {
    match rules::second_spouse(survivors.iter().map(|one| one.relation)) {
        Some(at) => {
            let refused = Refused::because(Refusal::SurvivorTwice);
            Err(refused.with("name", called(at, &survivors[at])))
        }
        None => Ok(()),
    }
}

/// Art. 70. A line for each relative who has no pension: which one, and why.
pub fn without(deceased: &Deceased, figures: &Figures) -> Vec<WorksheetLine> {
    let days = (deceased.on(), figures.first);
    let line = |(at, one): (usize, &Claimant)| {
        let name = called(at, one);
        let why = rules::entitled((one, name.as_str()), days, &figures.pensions.ages).err()?;
        let why = why.reason();
        Some(WorksheetLine {
            label: format!("供养亲属抚恤金，{name}"),
            value: "不享受".to_owned(),
            source: format!("{}（{}）", why.sentence, why.source),
        })
    };
    let survivors = deceased.survivors.iter().enumerate();
    survivors.filter_map(line).collect()
}

/// A relative by the place in the request, from 1, and the relation: requests name nobody.
fn called(at: usize, one: &Claimant) -> String {
    let relation = label_of(
        "workinjury.benefit_review.v1.SurvivorRelation",
        one.relation as i32,
    );
    format!("第{}名（{relation}）", at + 1)
}
