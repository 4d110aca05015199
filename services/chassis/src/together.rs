//! Questions that many ask at a time.
//!
//! While one is being answered, whoever comes waits and is answered together with all others who do: the busier a
//! service is, the less each question costs. Nobody gets what was read before they asked.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::mem;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use tokio::sync::oneshot;
use tracing::{Instrument, Span};

use crate::{Error, Platform, Result, Unit};

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

/// Those who wait for an answer, by kind of question and pooling area.
#[derive(Clone, Default)]
pub(crate) struct Together(Arc<Mutex<Lines>>);

type Lines = HashMap<(TypeId, String), Box<dyn Any + Send>>;

/// Somebody who waits.
struct Asker<Q: Question> {
    question: Q,
    answered: oneshot::Sender<Result<Q::Answer>>,
    span: Span,
}

impl Together {
    /// Lets somebody wait; answers whether nobody is at work on such questions yet.
    fn wait<Q: Question>(&self, area: &str, asker: Asker<Q>) -> bool {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (TypeId::of::<Q>(), area.to_owned());
        let waiting = lines
            .get_mut(&key)
            .and_then(|line| line.downcast_mut::<Vec<Asker<Q>>>());
        if let Some(waiting) = waiting {
            waiting.push(asker);
            return false;
        }
        lines.insert(key, Box::new(vec![asker]));
        true
    }

    /// Those whose turn it is. Where nobody waits, whoever comes next begins anew.
    fn turn<Q: Question>(&self, area: &str) -> Option<Vec<Asker<Q>>> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (TypeId::of::<Q>(), area.to_owned());
        let waiting = lines.get_mut(&key)?.downcast_mut::<Vec<Asker<Q>>>()?;
        if waiting.is_empty() {
            lines.remove(&key);
            return None;
        }
        let later = waiting.split_off(waiting.len().min(Q::MOST));
        Some(mem::replace(waiting, later))
    }
}

impl Platform {
    /// Asks together with all who ask the like in the area meanwhile.
    ///
    /// # Errors
    /// What answers this question, or that none could be answered.
    pub async fn ask_together<Q: Question>(&self, area: &str, question: Q) -> Result<Q::Answer> {
        let (answered, answer) = oneshot::channel();
        let asker = Asker {
            question,
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
            tokio::spawn(async move { platform.answer_in_turn::<Q>(&area).await });
        }
        let answer = answer.await;
        answer.map_err(|_| Error::internal("what many asked together was not answered"))?
    }

    async fn answer_in_turn<Q: Question>(&self, area: &str) {
        while let Some(askers) = self.together().turn::<Q>(area) {
            let span = askers.first().map(|first| first.span.clone());
            let answered = self.answer_all(area, askers);
            let answered = answered.instrument(span.unwrap_or_else(Span::none));
            // Whoever was in this turn hears that there is no answer; those who wait get theirs.
            if AssertUnwindSafe(answered).catch_unwind().await.is_err() {
                tracing::error!("a panic among questions asked together");
            }
        }
    }

    async fn answer_all<Q: Question>(&self, area: &str, askers: Vec<Asker<Q>>) {
        let (mut questions, mut waiting) = (Vec::new(), Vec::new());
        for asker in askers {
            questions.push(asker.question);
            waiting.push(asker.answered);
        }
        match self.answers(area, &questions).await {
            Ok(answers) => {
                for (answered, answer) in waiting.into_iter().zip(answers) {
                    // Who gave up is not told.
                    let _ = answered.send(answer);
                }
            }
            Err(_) if waiting.len() > 1 => {
                self.answer_each(area, waiting.into_iter().zip(questions))
                    .await;
            }
            Err(error) => {
                let _ = waiting.into_iter().next().map(|one| one.send(Err(error)));
            }
        }
    }

    /// One of them may be why there was no answer, or none in time. Where a second by itself finds nobody who answers
    /// either, it is not they: the others do not wait for the same.
    async fn answer_each<Q: Question>(
        &self,
        area: &str,
        askers: impl Iterator<Item = (oneshot::Sender<Result<Q::Answer>>, Q)> + Send,
    ) {
        let mut unanswered = 0;
        let mut why = String::new();
        for (answered, question) in askers {
            if unanswered > 1 {
                let _ = answered.send(Err(Error::Unavailable(why.clone())));
                continue;
            }
            let answer = self.answers(area, &[question]).await.and_then(only);
            if let Err(Error::Unavailable(cause)) = &answer {
                unanswered += 1;
                why.clone_from(cause);
            }
            let _ = answered.send(answer);
        }
    }

    async fn answers<Q: Question>(
        &self,
        area: &str,
        questions: &[Q],
    ) -> Result<Vec<Result<Q::Answer>>> {
        let mut unit = Unit::begin_beside(self, area).await?;
        Q::answer(&mut unit, questions).await
    }
}

fn only<A>(answers: Vec<Result<A>>) -> Result<A> {
    let answer = answers.into_iter().next();
    answer.unwrap_or_else(|| Err(Error::internal("a question was not answered")))
}
