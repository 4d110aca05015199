//! The clock, and whose rows an actor sees.

use chassis::{Actor, Clock};
use contracts::options::v1::Caller;
use time::Duration;
use time::macros::{date, datetime};

#[test]
fn the_day_begins_at_midnight_in_shanghai() {
    let clock = Clock::fixed(datetime!(2026-02-28 15:59:59 UTC));
    assert_eq!(clock.today(), date!(2026 - 02 - 28));
    clock.advance(Duration::SECOND);
    assert_eq!(clock.today(), date!(2026 - 03 - 01));
}

#[test]
fn clones_of_a_fixed_clock_are_set_together() {
    let clock = Clock::fixed(datetime!(2026-01-01 0:00 UTC));
    let other = clock.clone();
    clock.set(datetime!(2027-01-01 0:00 UTC));
    assert_eq!(other.now(), datetime!(2027-01-01 0:00 UTC));
}

#[test]
fn a_shifted_clock_follows_its_file_and_keeps_the_last_shift_it_could_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shift");
    let clock = Clock::shifted(&file);
    let near = |days: i64| {
        let ahead = clock.now() - Clock::system().now();
        (ahead - Duration::days(days)).abs() < Duration::HOUR
    };
    assert!(near(0));
    std::fs::write(&file, "86400\n").unwrap();
    assert!(near(1));
    std::fs::write(&file, "").unwrap();
    assert!(near(1));
    std::fs::write(&file, "-172800").unwrap();
    assert!(near(-2));
}

#[test]
fn who_speaks_for_one_party_never_sees_all() {
    let mut actor = Actor::service("collection");
    assert_eq!(actor.scope(), "");
    for caller in [Caller::Employer, Caller::Person, Caller::Institution] {
        actor.caller = caller;
        actor.party = "0199".to_owned();
        assert_eq!(actor.scope(), "0199");
        actor.party = String::new();
        assert_ne!(actor.scope(), "", "an empty scope would show everything");
    }
}

#[test]
fn an_actor_is_logged_without_the_name_of_the_person() {
    let actor = Actor {
        name: "王芳".to_owned(),
        ..Actor::service("x")
    };
    assert!(!format!("{actor:?}").contains("王芳"));
}
