//! What a review enters in the ledger, and whom it tells.

use contracts::benefit_review::v1::{
    AdvanceDebtor, AdvanceEntry, AdvanceEntryKind, AdvanceItem, AdvanceNotice, Benefit, Payer,
    RecoveryDue,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::super::rules::{self, Statement};

/// An item in the ledger.
pub fn entry(
    notice: &AdvanceNotice,
    (item, amount): (&AdvanceItem, Decimal),
    case_id: Uuid,
) -> AdvanceEntry {
    let kind = match amount < Decimal::ZERO {
        true => AdvanceEntryKind::Corrected,
        false => AdvanceEntryKind::Advanced,
    };
    AdvanceEntry {
        kind: kind as i32,
        benefit: item.benefit,
        payee: item.payee,
        payee_id: item.payee_id.clone(),
        payee_name: item.payee_name.clone(),
        paid_before: item.paid_before,
        amount: item.amount.clone(),
        ..of_debtor((&item.advance_id, notice, item.debtor()), case_id)
    }
}

/// What was stated as paid, in the ledger.
pub fn said(
    (advance_id, notice): (&str, &AdvanceNotice),
    stated: Statement,
    case_id: Uuid,
) -> AdvanceEntry {
    let paid = stated.added;
    AdvanceEntry {
        kind: AdvanceEntryKind::PaidDirectly as i32,
        benefit: paid.benefit as i32,
        payee_id: paid.payee_id,
        amount: Some(paid.amount.into()),
        correction: stated.correction,
        ..of_debtor((advance_id, notice, paid.payer), case_id)
    }
}

/// An entry that says whose advance it is of, and who owes it.
fn of_debtor(
    (advance_id, notice, debtor): (&str, &AdvanceNotice, AdvanceDebtor),
    case_id: Uuid,
) -> AdvanceEntry {
    let (debtor_id, debtor_name) = named(notice, debtor);
    AdvanceEntry {
        advance_id: advance_id.to_owned(),
        person_id: notice.person_id.clone(),
        name: notice.name.clone(),
        recognition_number: notice.recognition_number.clone(),
        employer_id: notice.employer_id.clone(),
        debtor: debtor as i32,
        debtor_id,
        debtor_name,
        source: rules::source(debtor).to_owned(),
        case_id: case_id.to_string(),
        ..AdvanceEntry::default()
    }
}

/// Number of the employer, or name of the third party.
fn named(notice: &AdvanceNotice, debtor: AdvanceDebtor) -> (String, String) {
    match debtor {
        AdvanceDebtor::Employer => (notice.employer_id.clone(), String::new()),
        _ => (String::new(), notice.third_party_name.clone()),
    }
}

/// What audit is told: below zero nothing is owed, and what was recovered beyond that is to be given back.
pub fn recovery(
    (advance_id, notice, of): (&str, &AdvanceNotice, AdvanceDebtor),
    (case_id, amount, balance): (Uuid, Decimal, Decimal),
    repay_by: Option<contracts::Date>,
) -> RecoveryDue {
    let (debtor_id, debtor_name) = named(notice, of);
    RecoveryDue {
        advance_id: advance_id.to_owned(),
        kind: notice.kind,
        case_id: case_id.to_string(),
        person_id: notice.person_id.clone(),
        name: notice.name.clone(),
        recognition_number: notice.recognition_number.clone(),
        debtor: of as i32,
        debtor_id,
        debtor_name,
        amount: Some(amount.into()),
        balance: Some(balance.max(Decimal::ZERO).into()),
        source: rules::source(of).to_owned(),
        repay_by: repay_by.filter(|_| of == AdvanceDebtor::Employer),
        to_give_back: Some((-balance).max(Decimal::ZERO).into()),
    }
}

/// What payment is told.
pub fn benefit_of(notice: &AdvanceNotice, (item, amount): (&AdvanceItem, Decimal)) -> Benefit {
    Benefit {
        kind: item.benefit,
        payer: Payer::Fund as i32,
        amount: item.amount.clone(),
        payee: item.payee,
        payee_id: item.payee_id.clone(),
        payee_name: item.payee_name.clone(),
        person_id: notice.person_id.clone(),
        name: notice.name.clone(),
        recognition_number: notice.recognition_number.clone(),
        employer_id: notice.employer_id.clone(),
        claim_id: item.advance_id.clone(),
        is_difference: amount < Decimal::ZERO,
        ..Benefit::default()
    }
}
