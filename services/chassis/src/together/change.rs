//! Changes that many ask for at a time: what each costs by itself, a transaction above all, is paid once for all.

use std::collections::{HashMap, HashSet};

use contracts::ChangeRequest;
use futures::future::BoxFuture;
use prost::{Message, Name};
use tonic::{Request, Response, Status};
use tracing::Span;
use uuid::Uuid;

use super::Turn;
use crate::unit::{admit, journal};
use crate::{Actor, Error, Platform, Result, Unit, telemetry};

/// A change that is made together with others of its kind.
#[crate::async_trait]
pub trait Change: Sized + Send + Sync + 'static {
    /// What is answered, and answered again to who comes again.
    type Answer: Message + Default + 'static;

    /// How many are made together at most.
    const MOST: usize;

    /// Makes the changes, in a unit of the service itself that sees the whole area, and answers them in their order.
    /// One that is refused has written nothing. Where this fails because of one of them, all is undone, and each is
    /// made by itself.
    async fn make(unit: &mut Unit, changes: &[&Self]) -> Result<Vec<Result<Self::Answer>>>;
}

/// A change with its entry in the journal.
struct Entered<C> {
    entry: journal::Entry,
    actor: Actor,
    change: C,
    span: Span,
}

impl Platform {
    /// Answers a request that changes something together with all the like that come meanwhile: once for each request
    /// id, however often it is asked. What is asked of others is asked before, in `ask`; a request that was answered
    /// before is answered as then, whatever they say now.
    ///
    /// # Errors
    /// The status that tells the caller why not.
    pub async fn change_together<Q, C>(
        &self,
        request: Request<Q>,
        ask: impl for<'q> FnOnce(&'q Self, &'q Actor, Q) -> BoxFuture<'q, Result<C>>,
    ) -> Result<Response<C::Answer>, Status>
    where
        Q: ChangeRequest + Message + Name,
        C: Change,
    {
        let (actor, request) = admit(request)?;
        let entry = journal::Entry::of(&request)?;
        let area = request.pooling_area().to_owned();
        let change = match ask(self, &actor, request).await {
            Ok(change) => change,
            Err(error) => {
                let mut unit = Unit::begin(self, &actor, &area, entry.request_id(), true).await?;
                return match entry.answered(&mut unit).await? {
                    Some(reply) => Ok(Response::new(decoded(&reply)?)),
                    None => Err(error.into()),
                };
            }
        };
        let entered = Entered {
            entry,
            actor,
            change,
            span: Span::current(),
        };
        Ok(Response::new(self.take_together(&area, entered).await?))
    }
}

#[crate::async_trait]
impl<C: Change> Turn for Entered<C> {
    type Answer = C::Answer;

    const MOST: usize = C::MOST;

    async fn take(
        platform: &Platform,
        area: &str,
        asked: &[Self],
    ) -> Result<Vec<Result<C::Answer>>> {
        let service = Actor::service(platform.name());
        let mut unit = Unit::begin_often(platform, &service, area, Uuid::now_v7()).await?;
        let mut ids = HashSet::new();
        if !asked.iter().all(|one| ids.insert(one.entry.request_id())) {
            return Err(Error::Conflict(
                "the same request came twice at once".to_owned(),
            ));
        }
        let mut earlier =
            journal::answered_all(&mut unit, asked.iter().map(|one| &one.entry)).await?;
        let mut answers: HashMap<Uuid, Result<C::Answer>> = HashMap::with_capacity(asked.len());
        let mut anew = Vec::with_capacity(asked.len());
        for one in asked {
            let id = one.entry.request_id();
            match earlier.remove(&id) {
                Some(earlier) => {
                    let reply = one.entry.same(earlier, &one.actor);
                    answers.insert(id, reply.and_then(decoded));
                }
                None => anew.push(one),
            }
        }
        let changes: Vec<&C> = anew.iter().map(|one| &one.change).collect();
        let made = C::make(&mut unit, &changes).await?;
        let mut entries = Vec::with_capacity(anew.len());
        for (one, answer) in anew.iter().zip(made) {
            if let Ok(answer) = &answer {
                entries.push(journal::Written {
                    entry: &one.entry,
                    actor: &one.actor,
                    reply: answer.encode_to_vec(),
                    trace_parent: one.span.in_scope(telemetry::current_trace_parent),
                });
            }
            answers.insert(one.entry.request_id(), answer);
        }
        journal::write_all(&mut unit, &entries).await?;
        unit.commit().await?;
        let each = asked
            .iter()
            .map(|one| answers.remove(&one.entry.request_id()));
        let unanswered = || Err(Error::internal("a change was not answered"));
        Ok(each
            .map(|answer| answer.unwrap_or_else(unanswered))
            .collect())
    }
}

fn decoded<A: Message + Default>(reply: impl AsRef<[u8]>) -> Result<A> {
    Ok(A::decode(reply.as_ref())?)
}
