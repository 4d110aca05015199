use std::collections::{BTreeSet, HashSet};

use rust_decimal::Decimal;

use super::{ChangeKind, Employer, Flaw, Size, World};
use crate::demo::roster::{self, Cell, STAFF_COLUMNS};

fn world(seed: u64) -> World {
    World::generate(Size {
        employers: 400,
        employees: 6_000,
        seed,
    })
}

fn staff(world: &World) -> impl Iterator<Item = (&Employer, &super::Employee)> {
    world
        .employers
        .iter()
        .flat_map(|employer| employer.staff.iter().map(move |one| (employer, one)))
}

#[test]
fn one_seed_makes_one_world_and_another_makes_another() {
    assert_eq!(world(7).employers, world(7).employers);
    assert_ne!(world(7).employers, world(8).employers);
}

#[test]
fn one_roster_is_one_file() {
    let world = world(7);
    let rows: Vec<_> = world.employers[0]
        .roster()
        .iter()
        .map(|(row, _)| row.cells())
        .collect();
    let file = || roster::workbook(&STAFF_COLUMNS, &rows).unwrap();
    assert_eq!(file(), file());
}

#[test]
fn there_are_as_many_as_were_asked_for_and_no_number_is_twice() {
    let world = world(1);
    assert_eq!(world.employers.len(), 400);
    assert_eq!(staff(&world).count(), 6_000);
    let numbers: HashSet<_> = staff(&world).map(|(_, one)| &one.identity_number).collect();
    assert_eq!(numbers.len(), 6_000);
    let codes: HashSet<_> = world
        .employers
        .iter()
        .map(|employer| &employer.credit_code[8..17])
        .collect();
    assert_eq!(codes.len(), 400);
}

/// By the formula of GB 11643 itself, not by the code under which the numbers are checked.
#[test]
fn citizen_numbers_have_the_check_character_of_the_standard() {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let world = world(2);
    for (_, one) in staff(&world).filter(|(_, one)| one.foreigner.is_none()) {
        let digits = one
            .identity_number
            .bytes()
            .take(17)
            .map(|digit| u32::from(digit - b'0'));
        let sum: u32 = digits
            .zip(weights)
            .map(|(digit, weight)| digit * weight)
            .sum();
        let check = b"10X98765432"[sum as usize % 11];
        assert_eq!(
            one.identity_number.as_bytes()[17],
            check,
            "{}",
            one.identity_number
        );
    }
}

/// By the formula of GB 32100.
#[test]
fn credit_codes_have_the_check_character_of_the_standard() {
    let characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    for employer in &world(2).employers {
        let mut sum = 0;
        for (place, character) in employer.credit_code.chars().take(17).enumerate() {
            sum += characters.find(character).unwrap() * 3_usize.pow(u32::try_from(place).unwrap())
                % 31;
        }
        let check = characters.chars().nth((31 - sum % 31) % 31).unwrap();
        assert!(
            employer.credit_code.ends_with(check),
            "{}",
            employer.credit_code
        );
    }
}

#[test]
fn most_employers_are_small_and_a_few_have_most_of_the_people() {
    let world = world(3);
    let mut sizes: Vec<usize> = world
        .employers
        .iter()
        .map(|employer| employer.staff.len())
        .collect();
    sizes.sort_unstable();
    assert!(sizes[0] >= 1);
    assert!(sizes[200] < 15, "the middle one has {}", sizes[200]);
    let largest: usize = sizes.iter().rev().take(40).sum();
    assert!(largest > 2_000, "the largest tenth has {largest}");
}

#[test]
fn wages_have_a_long_tail() {
    let world = world(4);
    let mut wages: Vec<Decimal> = staff(&world).map(|(_, one)| one.wage).collect();
    wages.sort_unstable();
    let (least, middle, high) = (wages[0], wages[3_000], wages[5_940]);
    assert!(least > Decimal::from(2_000), "{least}");
    assert!(
        (Decimal::from(4_000)..Decimal::from(9_000)).contains(&middle),
        "{middle}"
    );
    assert!(high > middle * Decimal::from(3), "{high} against {middle}");
}

#[test]
fn every_risk_class_occurs() {
    let classes: BTreeSet<u8> = super::businesses::BUSINESSES
        .iter()
        .map(|business| {
            let division = business.industry.parse().unwrap();
            law::industry::risk_class(division, crate::demo::calendar::MONTH_BEGINS)
                .unwrap()
                .value
        })
        .collect();
    assert_eq!(classes, (1..=8).collect());
}

#[test]
fn every_kind_of_trouble_occurs_even_in_a_small_world() {
    let world = World::generate(Size {
        employers: 30,
        employees: 300,
        seed: 5,
    });
    let reasons: BTreeSet<_> = world
        .employers
        .iter()
        .flat_map(Employer::roster)
        .filter_map(|(_, reason)| reason)
        .collect();
    assert_eq!(reasons.len(), 13, "{reasons:?}");
    let flaws: BTreeSet<_> = world
        .bad_applications
        .iter()
        .map(|bad| bad.flaw.reason())
        .collect();
    let known: BTreeSet<_> = Flaw::ALL.iter().map(|flaw| flaw.reason()).collect();
    assert_eq!(flaws, known);
}

#[test]
fn a_bad_row_is_not_a_good_one() {
    for employer in &world(6).employers {
        let roster = employer.roster();
        let good: Vec<Vec<Cell>> = roster
            .iter()
            .filter(|(_, reason)| reason.is_none())
            .map(|(row, _)| row.cells())
            .collect();
        for (row, reason) in roster.iter().filter(|(_, reason)| reason.is_some()) {
            let repeats = good.contains(&row.cells());
            assert_eq!(repeats, *reason == Some("DUPLICATE_ROW"), "{row:?}");
        }
    }
}

#[test]
fn who_leaves_is_employed_there_and_who_comes_is_not() {
    let world = world(7);
    for change in &world.changes {
        let staff = &world.employers[change.place].staff;
        assert_eq!(staff.contains(&change.employee), change.kind.leaves());
    }
}

#[test]
fn every_change_of_staff_happens() {
    use ChangeKind::{End, Hire, LateHire, Retirement, SecondJob};
    let world = world(7);
    for kind in [LateHire, End, Retirement, Hire, SecondJob] {
        assert!(world.count(|other| other == kind) > 0, "{kind:?}");
    }
    assert!(world.count(|kind| kind == End) > world.count(|kind| kind == Hire));
}
