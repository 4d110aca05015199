//! Section 6: articles 73 and 74.

mod bills;
mod cash;
mod devices;
mod further;
mod open;
mod papers;
mod under_way;

use chassis::testing::reason;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::*;
use contracts::common::v1::EvidenceKind;
use time::macros::date;

use crate::medical::{Ward, dressing, drug, parts, yuan};
use crate::support::*;

const NUMBER: &str = "深人社认字〔2026〕1号";

/// All papers that a form of the section may need.
const ALL: &[EvidenceKind] = &[
    EvidenceKind::IdentityCard,
    EvidenceKind::LiabilityFinding,
    EvidenceKind::TrafficMediation,
    EvidenceKind::ViolenceProof,
    EvidenceKind::CompensationProof,
    EvidenceKind::CivilJudgment,
];

/// Form 73-A of a traffic accident, mediated on [`TODAY`]; the items as they are called and yuan of each.
fn compensated(injury: &Injury, items: &[(CompensationItem, &str)]) -> ThirdPartyForm {
    let items = items.iter().map(|(item, amount)| CompensatedItem {
        item: *item as i32,
        amount: yuan(amount),
    });
    ThirdPartyForm {
        employer_id: injury.employer_id.clone(),
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: NUMBER.to_owned(),
        cause: ThirdPartyCause::Traffic as i32,
        third_party_name: "赵六".to_owned(),
        document_number: "深公交调〔2026〕7号".to_owned(),
        document_on: injury.happened_on,
        items: items.collect(),
        ..ThirdPartyForm::default()
    }
}

/// The same, of medical costs alone.
fn medical(injury: &Injury, amount: &str) -> ThirdPartyForm {
    compensated(injury, &[(CompensationItem::Medical, amount)])
}

/// Signed by everybody; answers form 73-B.
async fn approve(town: &Town, form: &ThirdPartyForm) -> ThirdPartyDecision {
    let case = town.service.approve(&handler(), form, ALL).await.unwrap();
    chassis::wire::from_any(case.decision.as_ref().unwrap()).unwrap()
}

/// Why a form is not approved.
async fn refused(town: &Town, form: &ThirdPartyForm) -> String {
    let refused = town.service.approve(&handler(), form, ALL).await;
    reason(&refused.unwrap_err())
}

/// What goes back to the fund and to the employer, and what is left for bills to come.
fn outcome(decision: &ThirdPartyDecision) -> [&str; 3] {
    let parts = [
        &decision.fund_difference,
        &decision.employer_difference,
        &decision.left,
    ];
    parts.map(|part| part.as_ref().unwrap().as_text())
}

/// A drug for so much, of a day of November.
fn box_of(day: u8, price: &str) -> Vec<BillLine> {
    vec![BillLine {
        service_on: on(TODAY.replace_day(day).unwrap()),
        ..drug(1, "1", price)
    }]
}

/// A treatment for so much, of a day of November.
fn treated(day: u8, price: &str) -> Vec<BillLine> {
    vec![BillLine {
        service_on: on(TODAY.replace_day(day).unwrap()),
        ..dressing(1, price)
    }]
}

/// What was told of benefits of a kind: payee, payer, yuan, whether it is a difference.
async fn told(town: &Town) -> Vec<(PayeeKind, Payer, String, bool)> {
    let told = town.told().await.into_iter();
    let decided = told.filter_map(|(_, what)| match what {
        What::BenefitsDecided(decided) => Some(decided.benefits),
        _ => None,
    });
    let line = |one: Benefit| {
        let amount = one.amount.as_ref().unwrap().as_text().to_owned();
        (one.payee(), one.payer(), amount, one.is_difference)
    };
    decided.flatten().map(line).collect()
}
