use std::time::Duration;

use super::{Machine, Measured, Report, page};
use crate::bench::{SCENARIOS, Sample, Scenario};

fn paid_list() -> &'static Scenario {
    &SCENARIOS[0]
}

/// Three measurements at each of two sizes: the peer takes 40 ms and 400 ms.
fn measured(took: [u64; 6], memory: u64) -> Measured {
    let mut measured = Measured::of(paid_list(), 3);
    measured.machine = Some(Machine {
        cores: 2,
        memory: 24_000_000_000,
        postgres: "15.18".to_owned(),
        settings: "fsync on".to_owned(),
    });
    for (place, took) in took.into_iter().enumerate() {
        let (size, peer) = if place < 3 {
            (1_000, 40)
        } else {
            (10_000, 400)
        };
        let mut sample = Sample::new(
            size,
            Duration::from_millis(took),
            Duration::from_millis(peer),
        );
        sample.memory = vec![("collection".to_owned(), memory)];
        measured.samples.push(sample);
    }
    measured
}

#[test]
fn a_section_shows_both_sizes_side_by_side_with_median_spread_and_memory() {
    let section = measured([80, 100, 50, 900, 990, 800], 123_456_789)
        .section()
        .unwrap();
    for line in [
        "|  | 1,000 rows | 10,000 rows |",
        "| platform | 80.00 ms, 12,500 a second | 900.00 ms, 11,111 a second |",
        "| peer | 40.00 ms, 25,000 a second | 400.00 ms, 25,000 a second |",
        "| rows a second, as a part of the peer's | **0.50** (0.80 to 0.40) | **0.44** (0.50 to 0.40) |",
        "| wanted: at least 0.40 of the peer's rows a second | met | met |",
        "| peak memory of collection | 123 MB | 123 MB |",
        "10 times the rows take 11.2 times the time; the peer takes 10.0 times its time.",
        "Median of 3. 2 cores, 24 GB of memory, PostgreSQL 15.18 (fsync on).",
    ] {
        assert!(
            section.lines().any(|own| own == line),
            "{line}\n\n{section}"
        );
    }
}

#[test]
fn a_slow_median_is_a_miss_and_so_is_a_service_that_takes_too_much_memory() {
    let mut report = Report::default();
    report
        .add(measured([80, 80, 101, 900, 1001, 1002], 1))
        .unwrap();
    assert_eq!(
        report.misses,
        ["paid-list at 10,000: at least 0.40 of the peer's rows a second"]
    );
    let mut report = Report::default();
    report
        .add(measured([80, 80, 80, 800, 800, 800], 300_000_001))
        .unwrap();
    assert_eq!(
        report.misses,
        [
            "paid-list at 1,000: memory of collection",
            "paid-list at 10,000: memory of collection"
        ]
    );
}

#[test]
fn what_was_not_measured_again_stays_on_the_page() {
    let [first, second] = [SCENARIOS[0].name, SCENARIOS[1].name];
    let section = |name: &str, text: &str| format!("## {name}\n\n{text}\n");
    let old = page(
        "",
        &[
            (first, section(first, "one")),
            (second, section(second, "two")),
        ],
    );
    let new = page(&old, &[(first, section(first, "three"))]);
    assert!(
        new.contains("three") && new.contains("two") && !new.contains("one\n"),
        "{new}"
    );
    assert_eq!(page(&new, &[]), new);
}
