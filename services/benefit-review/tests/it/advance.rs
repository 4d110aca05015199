//! Section 7: articles 75 to 78.

mod at_once;
mod bills;
mod corrected;
mod employer;
mod ledger;
mod papers;
mod revoked;
mod third;
mod two;
mod under_way;
mod wrong;

use chassis::testing::{AREA, party, reason};
use chassis::{Actor, wire};
use contracts::audit::v1::audit_event::Happened;
use contracts::audit::v1::{AdvanceRecovered, AuditEvent};
use contracts::benefit_review::v1::advance_service_client::AdvanceServiceClient;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::*;
use contracts::common::v1::{Case, EvidenceKind};
use contracts::options::v1::Caller;
use time::macros::date;
use time::{Date, Duration};
use uuid::Uuid;

use crate::disability::{self, CONCLUDED, CONCLUSION, Injured};
use crate::medical::yuan;
use crate::support::*;

const NUMBER: &str = "深人社认字〔2026〕1号";

/// The last day on which the employer may pay, five working days after [`CONCLUDED`].
const PAY_BY: Date = date!(2027 - 03 - 17);

/// All papers that a form of the section may need.
const ALL: &[EvidenceKind] = &[
    EvidenceKind::IdentityCard,
    EvidenceKind::KinshipProof,
    EvidenceKind::LabourContract,
    EvidenceKind::RecognitionDecision,
    EvidenceKind::RegistrationCertificate,
    EvidenceKind::CivilJudgment,
    EvidenceKind::PaidListOrAgreement,
    EvidenceKind::AdvanceApplication,
    EvidenceKind::RefusalToPayProof,
    EvidenceKind::LicenceRevocationProof,
    EvidenceKind::EnforcementSuspension,
    EvidenceKind::ThirdPartyUnpaidProof,
    EvidenceKind::ThirdPartyUnknownProof,
    EvidenceKind::BasicMedicalProof,
];

/// Form 75-A of the employee, whose employer refuses to pay.
fn asked(injury: &Injury) -> AdvanceForm {
    AdvanceForm {
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: injury.recognition_number.clone(),
        applicant: AdvanceApplicant::Employee as i32,
        reason: AdvanceReason::Refuses as i32,
        ..AdvanceForm::default()
    }
}

/// Somebody of grade 3, whose employer was in arrears and bears everything; on [`CONCLUDED`].
async fn unpaid() -> (Injured, Injury) {
    let injured = disability::of(1, false).await;
    let degrees = (3, NursingGrade::Mostly);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&form).await;
    let injury = injured.town.injury(&injured.person.person_id, NUMBER).await;
    (injured, injury)
}

/// An advance is taken; answers the case.
async fn take(town: &Town, form: &AdvanceForm) -> (Case, AdvanceNotice) {
    let case = town.service.approve(&handler(), form, ALL).await.unwrap();
    let notice = wire::from_any(case.decision.as_ref().unwrap()).unwrap();
    (case, notice)
}

/// Form 77-A, with what was paid of benefits by others.
fn review(advance_id: &str, paid: &[(BenefitKind, &str)]) -> AdvanceReviewForm {
    let paid = paid.iter().map(|(benefit, amount)| PaidDirectly {
        benefit: *benefit as i32,
        amount: yuan(amount),
        ..PaidDirectly::default()
    });
    AdvanceReviewForm {
        advance_id: advance_id.to_owned(),
        paid: paid.collect(),
    }
}

/// Signed by everybody; answers form 77-B.
async fn decide(town: &Town, form: &AdvanceReviewForm) -> AdvanceDecision {
    let case = town.service.approve(&handler(), form, &[]).await.unwrap();
    wire::from_any(case.decision.as_ref().unwrap()).unwrap()
}

/// Why a form is not approved.
async fn refused<F: contracts::form::FormMessage>(town: &Town, form: &F) -> String {
    let refused = town.service.approve(&handler(), form, ALL).await;
    reason(&refused.unwrap_err())
}

/// An item as a line: what, to whom, how much, who owes it.
fn lines(decision: &AdvanceDecision) -> Vec<String> {
    let line = |item: &AdvanceItem| {
        let name = item.benefit().as_str_name();
        let benefit = name.trim_start_matches("BENEFIT_KIND_");
        let name = item.payee().as_str_name();
        let payee = name.trim_start_matches("PAYEE_KIND_");
        let name = item.debtor().as_str_name();
        let debtor = name.trim_start_matches("ADVANCE_DEBTOR_");
        let before = if item.paid_before { " before" } else { "" };
        let amount = text(item.amount.as_ref());
        format!("{benefit} {payee} {amount} {debtor}{before}")
    };
    decision.items.iter().map(line).collect()
}

fn text(money: Option<&contracts::Money>) -> &str {
    money.unwrap().as_text()
}

/// What audit was told to recover.
async fn recoveries(town: &Town) -> Vec<RecoveryDue> {
    let told = town.told().await.into_iter();
    let due = told.filter_map(|(_, what)| match what {
        What::RecoveryDue(due) => Some(due),
        _ => None,
    });
    due.collect()
}

/// What audit was told each time: yuan more or less, yuan that are owed, yuan to be given back.
fn sums(due: &[RecoveryDue]) -> Vec<[&str; 3]> {
    let parts = due
        .iter()
        .map(|due| [&due.amount, &due.balance, &due.to_give_back].map(|part| text(part.as_ref())));
    parts.collect()
}

/// What payment was told of an advance: for what, to whom, how much.
async fn paid(town: &Town, advance_id: &str) -> Vec<(BenefitKind, PayeeKind, Payer, String)> {
    let told = town.told().await.into_iter();
    let decided = told.filter_map(|(_, what)| match what {
        What::BenefitsDecided(decided) => Some(decided.benefits),
        _ => None,
    });
    let own = decided.flatten().filter(|one| one.claim_id == advance_id);
    let line = |one: Benefit| {
        let amount = text(one.amount.as_ref()).to_owned();
        (one.kind(), one.payee(), one.payer(), amount)
    };
    own.map(line).collect()
}

/// A page of the ledger as somebody sees it.
async fn entries(
    town: &Town,
    who: &Actor,
    request: ListAdvanceEntriesRequest,
) -> ListAdvanceEntriesResponse {
    let request = ListAdvanceEntriesRequest {
        pooling_area: AREA.to_owned(),
        ..request
    };
    let mut advances = AdvanceServiceClient::new(town.service.connect(who).await);
    let listed = advances.list_advance_entries(request).await.unwrap();
    listed.into_inner()
}
