//! Questions that many ask at a time.

use std::sync::{Arc, Mutex};

use chassis::testing::{AREA, TestService};
use chassis::{Error, Question, Result, Unit};
use futures::future::join_all;
use tokio::sync::Semaphore;

use crate::bare;

/// Twice a number, as the database multiplies.
#[derive(Clone)]
struct Twice {
    number: i32,
    asked: Arc<Asked>,
}

/// A number for which the answer does not come in time.
const SLOW: i32 = 17;

/// What was asked in each turn.
struct Asked {
    turns: Mutex<Vec<Vec<i32>>>,
    begun: Semaphore,
    /// Opened when the first turn may end.
    door: Semaphore,
}

#[chassis::async_trait]
impl Question for Twice {
    type Answer = i32;

    const MOST: usize = 3;

    async fn answer(unit: &mut Unit, questions: &[Self]) -> Result<Vec<Result<i32>>> {
        let numbers: Vec<i32> = questions.iter().map(|one| one.number).collect();
        let asked = &questions[0].asked;
        asked.turns.lock().unwrap().push(numbers.clone());
        asked.begun.add_permits(1);
        let _open = asked.door.acquire().await.unwrap();
        if numbers.contains(&13) {
            return Err(Error::internal("thirteen is not multiplied"));
        }
        if numbers.contains(&SLOW) {
            return Err(Error::Unavailable(
                "nobody multiplies it in time".to_owned(),
            ));
        }
        let twice: Vec<i32> = sqlx::query_scalar("SELECT 2 * unnest($1::int[])")
            .bind(numbers)
            .fetch_all(unit.db())
            .await?;
        Ok(twice.into_iter().map(Ok).collect())
    }
}

/// Asks for 0 and, while that is being answered, for the numbers; answers the turns, and what came of the numbers.
async fn asked_meanwhile<const N: usize>(numbers: [i32; N]) -> (Vec<Vec<i32>>, Vec<Result<i32>>) {
    let service = TestService::start(bare()).await;
    let asked = Arc::new(Asked {
        turns: Mutex::default(),
        begun: Semaphore::new(0),
        door: Semaphore::new(0),
    });
    let ask = |number| {
        let asked = Arc::clone(&asked);
        service.platform.ask_together(AREA, Twice { number, asked })
    };
    let meanwhile = async {
        let _begun = asked.begun.acquire().await.unwrap();
        let open = async { asked.door.add_permits(1) };
        futures::join!(join_all(numbers.map(ask)), open).0
    };
    let (first, answers) = futures::join!(ask(0), meanwhile);
    assert_eq!(first.unwrap(), 0);
    let turns = asked.turns.lock().unwrap().clone();
    (turns, answers)
}

#[tokio::test]
async fn those_who_ask_meanwhile_are_answered_together_and_never_with_what_was_read_before() {
    let (turns, answers) = asked_meanwhile([1, 2, 3, 4]).await;
    assert_eq!(turns, [vec![0], vec![1, 2, 3], vec![4]]);
    let answers: Vec<i32> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers, [2, 4, 6, 8]);
}

#[tokio::test]
async fn a_question_that_cannot_be_answered_does_not_spoil_those_beside_it() {
    let (turns, answers) = asked_meanwhile([1, 13, 2]).await;
    assert_eq!(turns, [vec![0], vec![1, 13, 2], vec![1], vec![13], vec![2]]);
    let answers: Vec<Option<i32>> = answers.into_iter().map(Result::ok).collect();
    assert_eq!(answers, [Some(2), None, Some(4)]);
}

#[tokio::test]
async fn a_question_that_runs_into_its_deadline_does_not_spoil_those_beside_it() {
    let (turns, answers) = asked_meanwhile([1, SLOW, 2]).await;
    assert_eq!(
        turns,
        [vec![0], vec![1, SLOW, 2], vec![1], vec![SLOW], vec![2]]
    );
    let answers: Vec<Option<i32>> = answers.into_iter().map(Result::ok).collect();
    assert_eq!(answers, [Some(2), None, Some(4)]);
}

#[tokio::test]
async fn where_two_by_themselves_get_no_answer_the_others_do_not_wait_for_the_same() {
    let (turns, answers) = asked_meanwhile([SLOW, SLOW, 2]).await;
    let together = vec![SLOW, SLOW, 2];
    assert_eq!(turns, [vec![0], together, vec![SLOW], vec![SLOW]]);
    let is_away = |answer: &Result<i32>| matches!(answer, Err(Error::Unavailable(_)));
    assert!(answers.iter().all(is_away), "{answers:?}");
}
