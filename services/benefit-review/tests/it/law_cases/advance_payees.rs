//! What is advanced of one benefit to several.

use benefit_review::advance::rules::{Ledger, Owed, given_back, items, statements, together};
use contracts::benefit_review::v1::{
    AdvanceDebtor, AdvanceEntry, AdvanceEntryKind, AdvanceKind, BenefitKind, PaidDirectly,
    PayeeKind, Refusal,
};
use rust_decimal::Decimal;

fn owed(benefit: BenefitKind, (payee, payee_id): (PayeeKind, &str), due: i64) -> Owed {
    Owed {
        benefit,
        payee,
        payee_id: payee_id.to_owned(),
        payee_name: String::new(),
        due: due.into(),
        debtor: AdvanceDebtor::Employer,
        paid_before: false,
    }
}

/// All that is owed was advanced.
fn advanced(owed: &[Owed]) -> Vec<AdvanceEntry> {
    let entry = |one: &Owed| AdvanceEntry {
        kind: AdvanceEntryKind::Advanced as i32,
        benefit: one.benefit as i32,
        payee: one.payee as i32,
        payee_id: one.payee_id.clone(),
        debtor: one.debtor as i32,
        advance_id: "1".to_owned(),
        amount: Some(one.due.into()),
        ..AdvanceEntry::default()
    };
    owed.iter().map(entry).collect()
}

fn ledger(entries: &[AdvanceEntry]) -> Ledger<'_> {
    Ledger {
        advance_id: "1",
        kind: AdvanceKind::Employer,
        entries,
        basic_medical: Decimal::ZERO,
    }
}

/// An item as a line: to whom, how much.
fn lines(items: &[contracts::benefit_review::v1::AdvanceItem]) -> Vec<String> {
    let line = |item: &contracts::benefit_review::v1::AdvanceItem| {
        let amount = item.amount.as_ref().unwrap().as_text();
        format!("{} {amount}", item.payee_id)
    };
    items.iter().map(line).collect()
}

// Art. 77
#[test]
fn what_the_employer_pays_one_relative_is_taken_back_from_that_one_and_the_form_says_who_it_is() {
    let kind = BenefitKind::SurvivorPension;
    let relative = |id| owed(kind, (PayeeKind::Relative, id), 12_000);
    let both = [relative("child"), relative("widow")];
    let entries = advanced(&both);
    let paid_to = |payee_id: &str| PaidDirectly {
        benefit: kind as i32,
        amount: Some(Decimal::from(10_000).into()),
        payee_id: payee_id.to_owned(),
        ..PaidDirectly::default()
    };
    let employer = AdvanceDebtor::Employer;
    let stated = |payee_id| statements(&[paid_to(payee_id)], employer, (&entries, &both));
    for unknown in ["", "uncle"] {
        let refused = stated(unknown).unwrap_err();
        assert!(refused.is(Refusal::AdvancePaidPayee));
    }
    let stated = stated("widow").unwrap();
    let paid = together(&entries, &stated, &both);
    let found = items(&both, &paid, ledger(&entries));
    assert_eq!(lines(&found), ["widow -10000.00"]);
    // Where one alone gets it, it is that one.
    let alone = &both[..1];
    let stated = statements(&[paid_to("")], employer, (&[], alone)).unwrap();
    assert_eq!(stated[0].added.payee_id, "child");
}

// Art. 74, Art. 77
#[test]
fn what_a_third_party_compensated_of_a_bill_that_a_hospital_was_advanced_comes_from_the_person() {
    let hospital = owed(
        BenefitKind::Medical,
        (PayeeKind::Institution, "hospital"),
        1_000,
    );
    let mut entries = advanced(std::slice::from_ref(&hospital));
    let owed = given_back(vec![hospital], "person", Decimal::from(600));
    let found = items(&owed, &[], ledger(&entries));
    assert_eq!(lines(&found), ["person -600.00"]);
    entries.push(AdvanceEntry {
        kind: AdvanceEntryKind::Corrected as i32,
        payee: PayeeKind::Person as i32,
        payee_id: "person".to_owned(),
        amount: found[0].amount.clone(),
        ..entries[0].clone()
    });
    assert!(items(&owed, &[], ledger(&entries)).is_empty());
}
