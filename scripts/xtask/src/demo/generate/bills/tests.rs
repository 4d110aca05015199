use std::collections::{BTreeMap, HashSet};

use rust_decimal::Decimal;

use super::super::{Listed, Size, World};
use super::{Bill, Bills, Outcome, Stage, Treatment};

fn bills() -> Vec<Bills> {
    let world = World::generate(Size {
        employers: 25,
        employees: 250,
        seed: 1,
    });
    world.bills(&[false, false, false, false, true, false])
}

fn each(bills: &[Bills]) -> impl Iterator<Item = &Bill> {
    bills
        .iter()
        .flat_map(|one| one.online.iter().chain(&one.paper))
}

#[test]
fn one_seed_makes_the_same_bills() {
    assert_eq!(bills(), bills());
}

#[test]
fn who_bears_a_bill_adds_up_to_it_at_every_stage() {
    for bill in each(&bills()) {
        for stage in [Stage::Settled, Stage::Reviewed, Stage::Objected] {
            let worth = bill.worth(stage);
            let borne = worth.fund + worth.employer + worth.compensated + worth.nobody;
            assert_eq!(worth.total, borne + worth.in_review);
            assert!(worth.nobody >= Decimal::ZERO);
            assert!(stage == Stage::Settled || worth.in_review.is_zero());
        }
    }
}

#[test]
fn only_what_is_repeated_on_purpose_stands_in_two_bills() {
    for one in bills() {
        let mut seen = HashSet::new();
        for charge in each(std::slice::from_ref(&one)).flat_map(|bill| &bill.charges) {
            let is_new = seen.insert((&charge.code, charge.on));
            assert_eq!(is_new, charge.reason != "LINE_REPEATED", "{charge:?}");
        }
    }
}

#[test]
fn lines_come_out_in_every_way() {
    let mut reasons = BTreeMap::new();
    for charge in each(&bills()).flat_map(|bill| bill.charges.clone()) {
        let paid = charge.outcome == Outcome::Paid;
        assert_eq!(paid, charge.reason.is_empty());
        assert!(charge.recognised <= charge.amount);
        *reasons.entry(charge.reason).or_insert(0) += 1;
    }
    let kinds: Vec<_> = reasons.into_keys().collect();
    let expected = [
        "",
        "LINE_DAY_QUANTITY",
        "LINE_DOCTOR_SUSPENDED",
        "LINE_EMERGENCY_OVER",
        "LINE_GRADE",
        "LINE_NEEDS_REVIEW",
        "LINE_NOT_IN_CATALOGUE",
        "LINE_OTHER_ILLNESS",
        "LINE_OTHER_NATURE",
        "LINE_OVERLAPS",
        "LINE_PRICE",
        "LINE_REPEATED",
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn a_large_area_has_half_a_thousand_stays_and_a_hundred_thousand_items() {
    let world = World::generate(Size {
        employers: 2_500,
        employees: 50_000,
        seed: 1,
    });
    let bills = world.bills(&[false; 100]);
    let online = bills.iter().flat_map(|one| &one.online);
    let stays = online.filter(|bill| bill.treatment == Treatment::Stay);
    let lines: Vec<usize> = stays.map(|bill| bill.charges.len()).collect();
    assert!(lines.len() >= 500, "{} stays", lines.len());
    assert!(lines.iter().all(|lines| (1..=310).contains(lines)));
    let listed = [
        Listed::Drugs,
        Listed::TreatmentItems,
        Listed::InpatientServices,
    ];
    let items: usize = listed.map(|one| world.catalogue(one).len()).iter().sum();
    assert!(items >= 100_000, "{items} items");
}
