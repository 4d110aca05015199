//! Loops in the background, in a time that is paused and so costs none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chassis::Tasks;
use tokio::sync::mpsc;

#[tokio::test(start_paused = true)]
async fn a_loop_that_fails_or_panics_is_made_again() {
    let tasks = Tasks::new();
    let tries = Arc::new(AtomicUsize::new(0));
    let (tell, mut told) = mpsc::unbounded_channel();
    tasks.spawn("wobbly", move |_| {
        let (number, tell) = (tries.fetch_add(1, Ordering::SeqCst), tell.clone());
        async move {
            tell.send(number).unwrap();
            match number {
                0 => Err("the first time"),
                1 => panic!("the second time"),
                _ => Ok(()),
            }
        }
    });
    assert_eq!(told.recv().await, Some(0));
    assert_eq!(told.recv().await, Some(1));
    assert_eq!(told.recv().await, Some(2));
    assert_eq!(told.recv().await, None, "a loop that ends well is done");
}

#[tokio::test(start_paused = true)]
async fn draining_cancels_loops_and_waits_for_their_end() {
    let tasks = Tasks::new();
    let (tell, mut told) = mpsc::unbounded_channel();
    tasks.spawn("tidy", move |shutdown| {
        let tell = tell.clone();
        async move {
            tell.send("begun").unwrap();
            shutdown.cancelled().await;
            tell.send("put away").unwrap();
            Ok::<(), String>(())
        }
    });
    assert_eq!(told.recv().await, Some("begun"));
    assert!(tasks.drain(Duration::from_secs(5)).await);
    assert_eq!(told.recv().await, Some("put away"));
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_pauses_after_a_failure_does_not_hold_up_the_end() {
    let tasks = Tasks::new();
    tasks.spawn("hopeless", |_| async { Err("always") });
    tokio::time::advance(Duration::from_secs(300)).await;
    assert!(tasks.drain(Duration::from_millis(1)).await);
}

#[tokio::test(start_paused = true)]
async fn draining_tells_when_a_loop_did_not_end() {
    let tasks = Tasks::new();
    let (tell, mut told) = mpsc::unbounded_channel();
    tasks.spawn("deaf", move |_| {
        tell.send(()).unwrap();
        std::future::pending::<Result<(), String>>()
    });
    told.recv().await.unwrap();
    assert!(!tasks.drain(Duration::from_secs(5)).await);
}
