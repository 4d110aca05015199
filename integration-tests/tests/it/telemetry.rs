//! What can be seen of a running platform: one trace goes from a request through a case and its event
//! to who hears of it, and nowhere stands whose number it is.

mod collector;

use std::collections::BTreeSet;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, query_scalar};
use xtask::platform::Platform;

use collector::Collector;

const PROGRAMS: [&str; 3] = ["collection", "gateway", "registration"];

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_trace_goes_from_a_request_to_who_hears_of_it_and_shows_nobodys_number() {
    let collector = Collector::serve().await;
    let platform = Platform::start(".local/trace", Some(&collector.endpoint)).unwrap();
    let mut demonstration = platform.task("demo");
    demonstration.args([
        "--no-up",
        "--until",
        "bases",
        "--employers",
        "6",
        "--employees",
        "30",
    ]);
    assert!(demonstration.status().unwrap().success());
    let numbers = numbers(&platform).await;
    let logs = PROGRAMS.map(|program| platform.log(program).unwrap());
    // What they have not sent yet they send when they are told to end.
    drop(platform);

    let spans = collector.spans();
    let applied = spans
        .iter()
        .filter(|span| span.program == "collection" && span.name == "apply");
    let traces: BTreeSet<_> = applied.map(|span| &span.trace_id).collect();
    let seen_in = |trace| {
        let of = spans.iter().filter(move |span| &span.trace_id == trace);
        of.map(|span| span.program.as_str())
            .collect::<BTreeSet<_>>()
    };
    let seen: BTreeSet<_> = traces.into_iter().map(seen_in).collect();
    assert!(
        seen.iter()
            .any(|programs| programs.is_superset(&BTreeSet::from(PROGRAMS))),
        "no trace goes through all programs, only through these together: {seen:?}"
    );

    assert!(logs.iter().all(|log| !log.is_empty()));
    assert!(
        numbers.len() >= 36,
        "of employees and of their employers' accounts"
    );
    for number in numbers {
        assert!(
            logs.iter().all(|log| !log.contains(&number)),
            "{number} in a log"
        );
        let shown = spans.iter().find(|span| span.everything.contains(&number));
        assert!(shown.is_none(), "{number} in {shown:?}");
    }
}

/// Identity numbers and bank accounts that the platform knows.
async fn numbers(platform: &Platform) -> Vec<String> {
    let url = platform.database_url("registration").unwrap();
    let mut database = PgConnection::connect(&url).await.unwrap();
    query_scalar("SELECT identity_number FROM person UNION SELECT bank_account FROM employer_fact")
        .fetch_all(&mut database)
        .await
        .unwrap()
}
