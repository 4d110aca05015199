//! What is advanced of one benefit.

use benefit_review::advance::rules::{Owed, items};
use contracts::benefit_review::v1::{
    AdvanceDebtor, AdvanceEntry, AdvanceEntryKind, BenefitKind, PaidDirectly, PayeeKind,
};
use rust_decimal::Decimal;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Worked {
    name: String,
    #[expect(dead_code, reason = "read by `cargo xtask traceability`")]
    article: u32,
    given: Given,
    expect: Expected,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Given {
    due: Decimal,
    paid: Decimal,
    before: Decimal,
    basic: Decimal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    person: Decimal,
    back: Decimal,
}

// Art. 77
#[test]
fn what_is_advanced_was_neither_paid_by_who_owes_it_nor_advanced_before() {
    let text = include_str!("../../law/advance.yaml");
    let cases: Vec<Worked> = serde_saphyr::from_str(text).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let (given, benefit) = (case.given, BenefitKind::Medical);
        let debtor = AdvanceDebtor::ThirdParty;
        let owed = Owed {
            benefit,
            payee: PayeeKind::Person,
            payee_id: "1".to_owned(),
            payee_name: String::new(),
            due: given.due,
            debtor,
            paid_before: false,
        };
        let paid = [PaidDirectly {
            benefit: benefit as i32,
            amount: Some(given.paid.into()),
        }];
        let before = [AdvanceEntry {
            kind: AdvanceEntryKind::Advanced as i32,
            benefit: benefit as i32,
            payee: PayeeKind::Person as i32,
            payee_id: "1".to_owned(),
            debtor: debtor as i32,
            amount: Some(given.before.into()),
            ..AdvanceEntry::default()
        }];
        let found = items(vec![owed], &paid, (&before, given.basic));
        let sum = |payee: PayeeKind| -> Decimal {
            let own = found.iter().filter(|item| item.payee() == payee);
            own.map(|item| item.amount.as_ref().unwrap().decimal().unwrap())
                .sum()
        };
        assert_eq!(sum(PayeeKind::Person), case.expect.person, "{}", case.name);
        let back = sum(PayeeKind::MedicalInsuranceFund);
        assert_eq!(back, case.expect.back, "{}", case.name);
    }
}
