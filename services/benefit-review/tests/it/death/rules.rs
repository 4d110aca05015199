//! The rules on who has a pension until when, and on the day of a death.

use benefit_review::death::rules::*;
use contracts::benefit_review::v1::{
    Award, DeathCase, DecidedDependant, Dependant, SurvivorChange, SurvivorChangeKind as Kind,
    SurvivorDecision, SurvivorRelation,
};
use contracts::registration::v1::Sex;
use law::parameter::SHARED;
use law::{Catalogue, Law, Month};
use time::Date;
use time::macros::date;

use super::survivors::{daughter, dependant};
use crate::support::on;

const DIED: Date = date!(2026 - 12 - 01);

fn law() -> Law {
    let files: Vec<_> = SHARED
        .iter()
        .chain(benefit_review::PARAMETERS)
        .copied()
        .collect();
    let catalogue = Catalogue::parse(&files).unwrap();
    catalogue.as_of("440300", DIED, &[], &[]).unwrap()
}

fn ages() -> Ages {
    Ages::of(&law()).unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn child(born_on: Date) -> Dependant {
    dependant(SurvivorRelation::Child, "孩子", born_on, Sex::Male)
}

fn change(kind: Kind, changed_on: Date) -> SurvivorChange {
    SurvivorChange {
        kind: kind as i32,
        changed_on: on(changed_on),
        conclusion_number: "深劳鉴〔2027〕1号".to_owned(),
    }
}

// Art. 72
#[test]
fn a_minor_has_a_pension_for_all_of_the_month_of_growing_up() {
    let ages = ages();
    let last = |born_on| until(&claimant(&child(born_on)), Standing::Minor, &ages);
    assert_eq!(last(date!(2009 - 03 - 15)), Some(month("2027-03")));
    // Of who was born on 29 February, 28 February is the day.
    assert_eq!(last(date!(2012 - 02 - 29)), Some(month("2030-02")));
    assert_eq!(
        until(&claimant(&daughter()), Standing::UnableToWork, &ages),
        None
    );
    // Who grows up on the first day of a month has that month still.
    let daughter = daughter();
    let in_month = |text| still((&daughter, &[]), (DIED, month(text)), &ages);
    assert_eq!(in_month("2033-06"), Ok(Standing::Minor));
    let grown = in_month("2033-07").unwrap_err().reason();
    assert_eq!(grown.reason, "SURVIVOR_GROWN");
    assert!(grown.sentence.contains("2033-06-01"), "{}", grown.sentence);
}

// Art. 72
// Art. 80
#[test]
fn a_child_born_after_the_death_has_it_from_the_month_after_its_birth_and_not_before_the_others() {
    let law = law();
    let of_dead = first_month(DeathCase::AtWork, DIED, &law).unwrap();
    let of_missing = first_month(DeathCase::Missing, DIED, &law).unwrap();
    assert_eq!((of_dead, of_missing), (month("2027-01"), month("2027-03")));
    let born_on = date!(2027 - 01 - 20);
    assert_eq!(counts_from(of_dead, born_on), month("2027-02"));
    assert_eq!(counts_from(of_missing, born_on), month("2027-03"));
    assert_eq!(
        counts_from(of_dead, date!(2026 - 12 - 31)),
        month("2027-01")
    );
}

// Art. 72
#[test]
fn a_child_born_more_than_300_days_after_the_death_is_not_of_the_deceased() {
    let ages = ages();
    let fits_born = |born_on| {
        let (child, change) = (child(born_on), change(Kind::Born, born_on));
        fits((&child, &[]), &change, (DIED, date!(2027 - 12 - 01)), &ages)
    };
    let last = date!(2027 - 09 - 27);
    assert_eq!(fits_born(last), Ok(last));
    let refused = fits_born(date!(2027 - 09 - 28)).unwrap_err().reason();
    assert!(refused.sentence.contains("300日"), "{}", refused.sentence);
}

// Art. 72
#[test]
fn what_altered_no_amount_still_stands_in_the_order_of_changes() {
    let first = month("2027-01");
    let with = |changes: Vec<SurvivorChange>| SurvivorDecision {
        dependants: vec![DecidedDependant {
            dependant: Some(daughter()),
            changes,
            ..DecidedDependant::default()
        }],
        awards: vec![Award {
            from_month: Some(month("2027-02").into()),
            ..Award::default()
        }],
        ..SurvivorDecision::default()
    };
    assert_eq!(decided_from(&with(vec![]), first), month("2027-02"));
    // The incapacity ended and came back: nobody is paid less or more by it.
    let back = vec![
        change(Kind::AbleToWork, date!(2027 - 04 - 03)),
        change(Kind::UnableToWork, date!(2027 - 06 - 30)),
    ];
    assert_eq!(decided_from(&with(back), first), month("2027-07"));
}

// Art. 72
#[test]
fn comings_of_age_that_nobody_told_are_found_in_their_order() {
    let ages = ages();
    let relative = |born_on, changes| DecidedDependant {
        dependant: Some(child(born_on)),
        changes,
        ..DecidedDependant::default()
    };
    let pension = |person, until: &str| Award {
        person: Some(person),
        until_month: Some(month(until).into()),
        ..Award::default()
    };
    let unable = change(Kind::UnableToWork, date!(2027 - 02 - 01));
    let before = SurvivorDecision {
        dependants: vec![
            relative(date!(2009 - 06 - 01), vec![]),
            relative(date!(2009 - 03 - 15), vec![]),
            relative(date!(2009 - 03 - 16), vec![unable]),
            relative(date!(2009 - 02 - 10), vec![]),
            relative(date!(2009 - 07 - 02), vec![]),
        ],
        awards: vec![
            pension(0, "2027-06"),
            pension(1, "2027-03"),
            Award {
                until_month: None,
                ..pension(2, "2027-03")
            },
            pension(4, "2027-07"),
        ],
        ..SurvivorDecision::default()
    };
    let days = (DIED, date!(2027 - 07 - 01));
    let found = comings_of_age(&before, days, &ages);
    // One is unable to work, one has none any more, and one grows up later.
    let expected = [(1, date!(2027 - 03 - 15)), (0, date!(2027 - 06 - 01))];
    assert_eq!(found, expected);
}

// Art. 71
#[test]
fn a_judgment_declares_the_day_of_the_accident_or_its_own_day() {
    let judged = date!(2028 - 12 - 18);
    let known = |died_on| Known {
        injured_on: DIED,
        died_on,
        recognised_on: None,
        stoppage: None,
        appraised_on: None,
        grade: 0,
    };
    let of = |declared_on, death_on| Declaration {
        declared_on,
        death_on,
    };
    let found = |registered, declaration| missing(&known(registered), declaration, judged);
    assert_eq!(found(None, of(None, None)), Ok(None));
    // The law takes the day of the accident, unless the judgment or registration has its own.
    assert_eq!(found(None, of(Some(judged), None)), Ok(Some(DIED)));
    let own = of(Some(judged), Some(judged));
    assert_eq!(found(None, own), Ok(Some(judged)));
    assert_eq!(
        found(Some(judged), of(Some(judged), None)),
        Ok(Some(judged))
    );
    assert_eq!(found(Some(DIED), of(Some(judged), None)), Ok(Some(DIED)));
    for (registered, declaration) in [
        (Some(DIED), of(None, None)),
        (Some(DIED), own),
        (Some(date!(2027 - 01 - 05)), of(Some(judged), None)),
        (None, of(Some(judged), Some(date!(2027 - 01 - 05)))),
        (None, of(None, Some(DIED))),
    ] {
        let refused = found(registered, declaration).unwrap_err().reason();
        assert_eq!(refused.reason, "DEATH_CASE");
    }
    // Before 2017-10-01 the law took the day of the judgment.
    let early = Known {
        injured_on: date!(2014 - 05 - 01),
        ..known(None)
    };
    let judged = date!(2017 - 09 - 30);
    assert_eq!(
        missing(&early, of(Some(judged), None), DIED),
        Ok(Some(judged))
    );
}
