//! What is kept in a real Redis, and what becomes of it when there is none.

use std::time::Duration;

use chassis::cache::Cache;
use chassis::testing::eventually;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::wake::{socket, start_redis, stop};

/// More than a call waits for Redis, and much less than a person would notice.
const AT_ONCE: Duration = Duration::from_millis(100);

fn content(n: u8) -> (String, Vec<u8>) {
    (format!("catalogue:440300:{n}"), vec![n, 0, 255])
}

#[tokio::test]
async fn what_is_kept_is_there_for_all_replicas_and_what_is_not_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let _redis = start_redis(&folder).await;
    let here = Cache::through(&socket(&folder)).unwrap();
    let there = Cache::through(&socket(&folder)).unwrap();
    let all = [content(1), content(2), ("empty".to_owned(), Vec::new())];
    let mut keys: Vec<String> = all.iter().map(|(key, _)| key.clone()).collect();
    keys.push("never put".to_owned());
    let found = eventually(async || {
        here.put_many(&all).await;
        let found = there.get_many(&keys).await;
        (found.len() > 2).then_some(found)
    });
    assert_eq!(found.await, all.into_iter().collect());
    assert!(there.get_many(&[]).await.is_empty());
}

#[tokio::test]
async fn a_redis_that_is_away_is_no_reason_to_fail_and_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::through(&socket(&folder)).unwrap();
    let (key, kept) = content(1);
    for _ in 0..2 {
        cache.put_many(&[content(1)]).await;
        assert!(cache.get_many(std::slice::from_ref(&key)).await.is_empty());
        let redis = start_redis(&folder).await;
        let found = eventually(async || {
            cache.put_many(&[content(1)]).await;
            let mut found = cache.get_many(std::slice::from_ref(&key)).await;
            found.remove(&key)
        });
        assert_eq!(found.await, kept);
        stop(redis).await;
        std::fs::remove_file(folder.path().join("redis.sock")).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_redis_that_does_not_answer_is_not_waited_for() {
    let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let cache = Cache::through(&format!("redis://{}", deaf.local_addr().unwrap())).unwrap();
    let listening = async {
        loop {
            let (mut connection, _) = deaf.accept().await.unwrap();
            let mut heard = Vec::new();
            connection.read_to_end(&mut heard).await.unwrap();
        }
    };
    let asking = async {
        // Tried again after each rest, and never for long.
        for _ in 0..3 {
            let begun = Instant::now();
            cache.put_many(&[content(1)]).await;
            assert!(cache.get_many(&[content(1).0]).await.is_empty());
            assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
            tokio::time::advance(Duration::from_secs(3)).await;
        }
    };
    tokio::select! {
        () = listening => unreachable!("it listens for ever"),
        () = asking => {}
    }
}

#[tokio::test]
async fn without_a_redis_nothing_is_kept_and_a_wrong_address_is_told_at_once() {
    let none = Cache::none();
    none.put_many(&[content(1)]).await;
    assert!(none.get_many(&[content(1).0]).await.is_empty());
    let wrong = Cache::through("postgres://localhost").unwrap_err();
    assert!(wrong.to_string().contains("redis_url"), "{wrong}");
}
