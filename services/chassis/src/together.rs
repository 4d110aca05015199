//! What many ask for at a time: questions, and changes.
//!
//! While one is being answered, whoever comes waits and is answered together with all others who do: the busier a
//! service is, the less each costs. Nobody gets what was read before they asked.

mod change;

pub use change::Change;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::mem;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use tokio::sync::oneshot;
use tracing::{Instrument, Span};

use crate::{Error, Platform, Result, Unit};

/// What is taken in turns, all that wait at once.
#[crate::async_trait]
pub(crate) trait Turn: Sized + Send + Sync + 'static {
    type Answer: Send + 'static;

    const MOST: usize;

    /// Answers all, in their order. Where this fails because of one of them, each is taken by itself.
    async fn take(
        platform: &Platform,
        area: &str,
        asked: &[Self],
    ) -> Result<Vec<Result<Self::Answer>>>;
}

/// A question that is answered together with others of its kind.
#[crate::async_trait]
pub trait Question: Sized + Send + Sync + 'static {
    /// What is answered.
    type Answer: Send + 'static;

    /// How many are answered together at most.
    const MOST: usize;

    /// Answers the questions in their order, in a unit of the service itself that reads the whole area. Where this
    /// fails because of one of them, each is asked by itself.
    async fn answer(unit: &mut Unit, questions: &[Self]) -> Result<Vec<Result<Self::Answer>>>;
}

#[crate::async_trait]
impl<Q: Question> Turn for Q {
    type Answer = Q::Answer;

    const MOST: usize = Q::MOST;

    async fn take(
        platform: &Platform,
        area: &str,
        asked: &[Self],
    ) -> Result<Vec<Result<Self::Answer>>> {
        let mut unit = Unit::begin_beside(platform, area).await?;
        Q::answer(&mut unit, asked).await
    }
}

/// Those who wait for an answer, by kind of question and pooling area.
#[derive(Clone, Default)]
pub(crate) struct Together(Arc<Mutex<Lines>>);

type Lines = HashMap<(TypeId, String), Box<dyn Any + Send>>;

/// Somebody who waits.
struct Asker<T: Turn> {
    asked: T,
    answered: oneshot::Sender<Result<T::Answer>>,
    span: Span,
}

impl Together {
    /// Lets somebody wait; answers whether nobody is at work on such yet.
    fn wait<T: Turn>(&self, area: &str, asker: Asker<T>) -> bool {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (TypeId::of::<T>(), area.to_owned());
        let waiting = lines
            .get_mut(&key)
            .and_then(|line| line.downcast_mut::<Vec<Asker<T>>>());
        if let Some(waiting) = waiting {
            waiting.push(asker);
            return false;
        }
        lines.insert(key, Box::new(vec![asker]));
        true
    }

    /// Those whose turn it is. Where nobody waits, whoever comes next begins anew.
    fn turn<T: Turn>(&self, area: &str) -> Option<Vec<Asker<T>>> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (TypeId::of::<T>(), area.to_owned());
        let waiting = lines.get_mut(&key)?.downcast_mut::<Vec<Asker<T>>>()?;
        if waiting.is_empty() {
            lines.remove(&key);
            return None;
        }
        let later = waiting.split_off(waiting.len().min(T::MOST));
        Some(mem::replace(waiting, later))
    }
}

impl Platform {
    /// Asks together with all who ask the like in the area meanwhile.
    ///
    /// # Errors
    /// What answers this question, or that none could be answered.
    pub async fn ask_together<Q: Question>(&self, area: &str, question: Q) -> Result<Q::Answer> {
        self.take_together(area, question).await
    }

    pub(crate) async fn take_together<T: Turn>(&self, area: &str, asked: T) -> Result<T::Answer> {
        let (answered, answer) = oneshot::channel();
        let asker = Asker {
            asked,
            answered,
            span: Span::current(),
        };
        if self.together().wait(area, asker) {
            let (platform, area) = (self.clone(), area.to_owned());
            // In a task that a caller who gives up does not end: others wait for it. Each of them is a call that
            // the server waits for before it ends.
            #[expect(
                clippy::disallowed_methods,
                reason = "ends with the last of those who wait"
            )]
            tokio::spawn(async move { platform.answer_in_turn::<T>(&area).await });
        }
        let answer = answer.await;
        answer.map_err(|_| Error::internal("what many asked together was not answered"))?
    }

    async fn answer_in_turn<T: Turn>(&self, area: &str) {
        while let Some(askers) = self.together().turn::<T>(area) {
            let span = askers.first().map(|first| first.span.clone());
            let answered = self.answer_all(area, askers);
            let answered = answered.instrument(span.unwrap_or_else(Span::none));
            // Whoever was in this turn hears that there is no answer; those who wait get theirs.
            if AssertUnwindSafe(answered).catch_unwind().await.is_err() {
                tracing::error!("a panic among what many asked together");
            }
        }
    }

    async fn answer_all<T: Turn>(&self, area: &str, askers: Vec<Asker<T>>) {
        let (mut asked, mut waiting) = (Vec::new(), Vec::new());
        for asker in askers {
            asked.push(asker.asked);
            waiting.push(asker.answered);
        }
        match T::take(self, area, &asked).await {
            Ok(answers) => {
                for (answered, answer) in waiting.into_iter().zip(answers) {
                    // Who gave up is not told.
                    let _ = answered.send(answer);
                }
            }
            Err(_) if waiting.len() > 1 => {
                self.answer_each(area, waiting.into_iter().zip(asked)).await;
            }
            Err(error) => {
                let _ = waiting.into_iter().next().map(|one| one.send(Err(error)));
            }
        }
    }

    /// One of them may be why there was no answer, or none in time. Where a second by itself finds nobody who answers
    /// either, it is not they: the others do not wait for the same.
    async fn answer_each<T: Turn>(
        &self,
        area: &str,
        askers: impl Iterator<Item = (oneshot::Sender<Result<T::Answer>>, T)> + Send,
    ) {
        let mut unanswered = 0;
        let mut why = String::new();
        for (answered, asked) in askers {
            if unanswered > 1 {
                let _ = answered.send(Err(Error::Unavailable(why.clone())));
                continue;
            }
            let answer = T::take(self, area, &[asked]).await.and_then(only);
            if let Err(Error::Unavailable(cause)) = &answer {
                unanswered += 1;
                why.clone_from(cause);
            }
            let _ = answered.send(answer);
        }
    }
}

fn only<A>(answers: Vec<Result<A>>) -> Result<A> {
    let answer = answers.into_iter().next();
    answer.unwrap_or_else(|| Err(Error::internal("what was asked was not answered")))
}
