//! What is advanced of one benefit.

use benefit_review::advance::rules::{Ledger, Owed, Paid, items, of_employer, of_third_party};
use contracts::benefit_review::v1::{
    AdvanceDebtor, AdvanceEntry, AdvanceEntryKind, AdvanceKind, Benefit, BenefitKind, PayeeKind,
    Payer,
};
use law::Month;
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
        let paid = [Paid {
            benefit,
            payer: debtor,
            payee_id: "1".to_owned(),
            amount: given.paid,
        }];
        let before = [AdvanceEntry {
            kind: AdvanceEntryKind::Advanced as i32,
            benefit: benefit as i32,
            payee: PayeeKind::Person as i32,
            payee_id: "1".to_owned(),
            debtor: debtor as i32,
            advance_id: "1".to_owned(),
            amount: Some(given.before.into()),
            ..AdvanceEntry::default()
        }];
        let ledger = Ledger {
            advance_id: "1",
            kind: AdvanceKind::ThirdParty,
            entries: &before,
            basic_medical: given.basic,
        };
        let found = items(&[owed], &paid, ledger);
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

/// Yuan a month from one month to another, or on.
fn monthly(kind: BenefitKind, payee: PayeeKind, (from, until): (&str, Option<&str>)) -> Benefit {
    let month = |text: &str| text.parse::<Month>().unwrap().into();
    Benefit {
        kind: kind as i32,
        payer: Payer::Employer as i32,
        payee: payee as i32,
        amount: Some(Decimal::from(1_800).into()),
        from_month: Some(month(from)),
        until_month: until.map(month),
        in_place_of_fund: true,
        ..Benefit::default()
    }
}

// Art. 77
#[test]
fn each_month_goes_by_the_award_that_stood_in_it_and_what_employers_owe_themselves_is_not_advanced()
{
    let until: Month = "2026-12".parse().unwrap();
    let allowance = |from, in_place_of_fund| Benefit {
        in_place_of_fund,
        ..monthly(
            BenefitKind::DisabilityAllowance,
            PayeeKind::Person,
            (from, None),
        )
    };
    let due = |decided: &[Benefit]| of_employer(decided, (until, None))[0].due;
    let (of_fund, own) = (allowance("2026-01", true), allowance("2026-01", false));
    assert_eq!(due(std::slice::from_ref(&own)), Decimal::ZERO);
    let worse = [own, allowance("2026-10", true)];
    assert_eq!(due(&worse), Decimal::from(1_800 * 3));
    let better = [of_fund, allowance("2026-10", false)];
    assert_eq!(due(&better), Decimal::from(1_800 * 9));
}

// Art. 77
#[test]
fn nothing_is_advanced_of_months_after_the_last_of_a_benefit() {
    let until: Month = "2026-12".parse().unwrap();
    let due = |one: Benefit, died_in: Option<&str>| {
        let died_in = died_in.map(|month| month.parse().unwrap());
        of_employer(&[one], (until, died_in))[0].due
    };
    let pension = |last| {
        let kind = BenefitKind::SurvivorPension;
        monthly(kind, PayeeKind::Relative, ("2026-01", last))
    };
    assert_eq!(due(pension(None), None), Decimal::from(1_800 * 12));
    assert_eq!(
        due(pension(Some("2026-03")), None),
        Decimal::from(1_800 * 3)
    );
    // The allowance of who died ends with the month of the death, the pensions begin with the next.
    let kind = BenefitKind::DisabilityAllowance;
    let allowance = monthly(kind, PayeeKind::Person, ("2026-01", None));
    assert_eq!(due(allowance, Some("2026-05")), Decimal::from(1_800 * 5));
    assert_eq!(
        due(pension(None), Some("2026-05")),
        Decimal::from(1_800 * 12)
    );
}

// Art. 74, Art. 77
#[test]
fn a_third_party_owes_what_was_awarded_and_the_fund_makes_up_the_rest_itself() {
    let paid = Benefit {
        kind: BenefitKind::Medical as i32,
        payer: Payer::Fund as i32,
        amount: Some(Decimal::from(5).into()),
        ..Benefit::default()
    };
    let due = |withheld: i64, awarded: Option<i64>| {
        let known = (Decimal::from(withheld), awarded.map(Decimal::from));
        let owed = of_third_party(std::slice::from_ref(&paid), "1", known);
        owed.into_iter().map(|one| one.due).collect::<Vec<_>>()
    };
    let of = |yuan: [i64; 2]| yuan.map(Decimal::from).to_vec();
    assert_eq!(due(15, Some(15)), of([15, 0]));
    assert_eq!(due(13, Some(15)), of([13, 2]));
    assert_eq!(due(0, None), of([0, 5]));
}
