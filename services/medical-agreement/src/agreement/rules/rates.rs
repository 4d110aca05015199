//! Rates by group of diagnoses (按病种付费).

use std::collections::{BTreeMap, HashSet};

use contracts::Refused;
use contracts::medical_agreement::v1::{CaseRate, Refusal};
use law::diagnosis::is_code;

/// Art. 38. Each rate is of another code of the classification.
///
/// # Errors
/// With the first that is not.
pub fn each_once(rates: &[CaseRate]) -> Result<(), Refused> {
    let mut seen = HashSet::new();
    let wrong = rates
        .iter()
        .find(|rate| !is_code(&rate.diagnosis) || !seen.insert(&rate.diagnosis));
    match wrong {
        None => Ok(()),
        Some(rate) => {
            let refused = Refused::because(Refusal::CaseRate);
            Err(refused.with("diagnosis", &rate.diagnosis))
        }
    }
}

/// Art. 38. What becomes of each rate: item, before and after, in the order of the codes.
pub(super) fn changed(before: &[CaseRate], after: &[CaseRate]) -> Vec<(String, String, String)> {
    let mut rates: BTreeMap<&str, (String, String)> = BTreeMap::new();
    for rate in before {
        rates.entry(&rate.diagnosis).or_default().0 = shown(rate);
    }
    for rate in after {
        rates.entry(&rate.diagnosis).or_default().1 = shown(rate);
    }
    let item = |(code, (before, after))| (format!("按病种付费标准（{code}）"), before, after);
    rates.into_iter().map(item).collect()
}

fn shown(rate: &CaseRate) -> String {
    let amount = rate.amount.as_ref().and_then(|money| money.decimal().ok());
    format!("{} {}元", rate.name, amount.unwrap_or_default().normalize())
}
