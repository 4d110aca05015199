//! What is agreed, approved and paid for, as a worked case tells it.

use std::collections::BTreeMap;

use contracts::medical_agreement::v1::{
    Approval, ApprovalKind, ApprovedItem, InHand, InstitutionKind, Standing,
};
use rust_decimal::Decimal;
use serde::Deserialize;
use time::Date;

use super::super::day;
use super::{Span, covers, grade};

/// What medical-agreement and the ledger say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Agency {
    grade: String,
    agreements: Vec<(String, String, String)>,
    /// What is still done for whom it had by the last of the days.
    in_hand: Vec<(String, String, String, String)>,
    /// The person is not on the list of them.
    unlisted: bool,
    suspended: Vec<Span>,
    suspended_doctors: Vec<(String, String, String)>,
    pub(super) approvals: Vec<Approved>,
    pub(super) unpaid: Vec<Span>,
}

impl Default for Agency {
    fn default() -> Self {
        let agreement = ("medical", "2026-01-01", "2026-12-31");
        Self {
            grade: "secondary".to_owned(),
            agreements: vec![(
                agreement.0.to_owned(),
                agreement.1.to_owned(),
                agreement.2.to_owned(),
            )],
            in_hand: Vec::new(),
            unlisted: false,
            suspended: Vec::new(),
            suspended_doctors: Vec::new(),
            approvals: Vec::new(),
            unpaid: Vec::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Approved {
    kind: String,
    #[serde(default)]
    institution: String,
    #[serde(default)]
    named: String,
    from: String,
    until: String,
    /// Day of the accident, of what was approved before the injury was recognised.
    #[serde(default)]
    happened: Option<String>,
    #[serde(default)]
    diagnoses: Vec<String>,
    #[serde(default)]
    items: BTreeMap<String, i32>,
    /// Yuan at most for all of an item.
    #[serde(default)]
    at_most: BTreeMap<String, Decimal>,
}

fn agreed(kind: &str) -> i32 {
    let kind = match kind {
        "medical" => InstitutionKind::Medical,
        "rehabilitation" => InstitutionKind::Rehabilitation,
        "device" => InstitutionKind::Device,
        other => panic!("no agreement {other}"),
    };
    kind.into()
}

fn approved(kind: &str) -> i32 {
    let kind = match kind {
        "outside_accident" => ApprovalKind::OutsideAccident,
        "residence" => ApprovalKind::Residence,
        "relapse" => ApprovalKind::Relapse,
        "referral" => ApprovalKind::Referral,
        "rehabilitation" => ApprovalKind::Rehabilitation,
        other => panic!("no approval {other}"),
    };
    kind.into()
}

pub(super) fn approval(one: &Approved) -> Approval {
    let items = one.items.iter().map(|(code, quantity)| ApprovedItem {
        code: code.clone(),
        quantity: *quantity,
        at_most: one.at_most.get(code).map(|yuan| (*yuan).into()),
        ..ApprovedItem::default()
    });
    Approval {
        kind: approved(&one.kind),
        institution_id: one.institution.clone(),
        institution_name: one.named.clone(),
        from_on: Some(day(&one.from).into()),
        until_on: Some(day(&one.until).into()),
        happened_on: one.happened.as_deref().map(|on| day(on).into()),
        diagnoses: one.diagnoses.clone(),
        items: items.collect(),
        ..Approval::default()
    }
}

impl Agency {
    pub(super) fn standing(&self, on: Date) -> Standing {
        let span = |from: &String, until: &String| covers(&(from.clone(), until.clone()), on);
        let kinds = self
            .agreements
            .iter()
            .filter(|(_, from, until)| span(from, until));
        let in_hand = self
            .in_hand
            .iter()
            .filter(|(_, from, until, _)| span(from, until));
        let doctors = self
            .suspended_doctors
            .iter()
            .filter(|(_, from, until)| span(from, until));
        let suspended = self.suspended.iter().find(|span| covers(span, on));
        Standing {
            on: Some(on.into()),
            known: !self.agreements.is_empty() || !self.in_hand.is_empty(),
            grade: grade(&self.grade),
            kinds: kinds.map(|(kind, ..)| agreed(kind)).collect(),
            in_hand: in_hand
                .map(|(kind, _, _, by)| InHand {
                    kind: agreed(kind),
                    admitted_by_on: Some(day(by).into()),
                    listed: !self.unlisted,
                })
                .collect(),
            suspended: suspended.is_some(),
            suspended_from_on: suspended.map(|(from, _)| day(from).into()),
            suspended_doctors: doctors.map(|(doctor, ..)| doctor.clone()).collect(),
            ..Standing::default()
        }
    }
}
