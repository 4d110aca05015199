//! How requests are answered: each in a unit of its own.

use contracts::options::v1::Caller;
use contracts::{AreaRequest, ChangeRequest};
use futures::future::BoxFuture;
use prost::{Message, Name};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Unit, journal};
use crate::{Actor, Error, Platform, Result, telemetry};

impl Platform {
    /// Answers a request that reads.
    ///
    /// # Errors
    /// The status that tells the caller why not.
    pub async fn read<Q, A>(
        &self,
        request: Request<Q>,
        work: impl for<'u> FnOnce(&'u mut Unit, Q) -> BoxFuture<'u, Result<A>>,
    ) -> Result<Response<A>, Status>
    where
        Q: AreaRequest,
    {
        let (actor, request) = admit(request)?;
        Ok(Response::new(self.glance(&actor, request, work).await?))
    }

    /// Answers a request that rests on the law of an area alone, which is open to every caller
    /// whatever their own area.
    ///
    /// # Errors
    /// The status that tells the caller why not.
    pub async fn consult<Q, A>(
        &self,
        request: Request<Q>,
        work: impl for<'u> FnOnce(&'u mut Unit, Q) -> BoxFuture<'u, Result<A>>,
    ) -> Result<Response<A>, Status>
    where
        Q: AreaRequest,
    {
        let actor = caller(&request)?;
        let answer = self.glance(&actor, request.into_inner(), work).await?;
        Ok(Response::new(answer))
    }

    /// Answers a request that changes something: once for each request id, however often it is asked.
    ///
    /// # Errors
    /// The status that tells the caller why not.
    pub async fn change<Q, A>(
        &self,
        request: Request<Q>,
        work: impl for<'u> FnOnce(&'u mut Unit, Q) -> BoxFuture<'u, Result<A>>,
    ) -> Result<Response<A>, Status>
    where
        Q: ChangeRequest + Message + Name,
        A: Message + Default,
    {
        let (actor, request) = admit(request)?;
        Ok(Response::new(self.change_as(&actor, request, work).await?))
    }

    /// The same, with what is asked of others before: neither a connection nor a lock waits for their answers.
    /// A request that was answered before is answered as then, whatever they say now.
    ///
    /// # Errors
    /// The status that tells the caller why not.
    pub async fn change_knowing<Q, K, A>(
        &self,
        request: Request<Q>,
        ask: impl for<'q> FnOnce(&'q Self, &'q Actor, &'q Q) -> BoxFuture<'q, Result<K>>,
        work: impl for<'u> FnOnce(&'u mut Unit, Q, K) -> BoxFuture<'u, Result<A>>,
    ) -> Result<Response<A>, Status>
    where
        Q: ChangeRequest + Message + Name,
        K: Send + 'static,
        A: Message + Default,
    {
        let (actor, request) = admit(request)?;
        let known = ask(self, &actor, &request).await;
        let entry = journal::Entry::of(&request)?;
        let (area, request_id) = (request.pooling_area(), entry.request_id());
        let unit = Unit::begin_often(self, &actor, area, request_id).await?;
        let changed = change_in(unit, &entry, request, |unit, request| match known {
            Ok(known) => work(unit, request, known),
            Err(error) => Box::pin(async move { Err(error) }),
        });
        Ok(Response::new(changed.await?))
    }

    /// Reads as `actor`, in a read-only unit.
    ///
    /// # Errors
    /// What `work` answers, or that the database cannot be reached.
    pub async fn glance<Q, A>(
        &self,
        actor: &Actor,
        request: Q,
        work: impl for<'u> FnOnce(&'u mut Unit, Q) -> BoxFuture<'u, Result<A>>,
    ) -> Result<A>
    where
        Q: AreaRequest,
    {
        let area = request.pooling_area().to_owned();
        let mut unit = Unit::begin(self, actor, &area, Uuid::now_v7(), false).await?;
        work(&mut unit, request).await
    }

    /// Changes something as `actor`, journaled under the request's id.
    ///
    /// # Errors
    /// What `work` answers, that the id was used for something else, or that the database cannot be
    /// reached.
    pub async fn change_as<Q, A>(
        &self,
        actor: &Actor,
        request: Q,
        work: impl for<'u> FnOnce(&'u mut Unit, Q) -> BoxFuture<'u, Result<A>>,
    ) -> Result<A>
    where
        Q: ChangeRequest + Message + Name,
        A: Message + Default,
    {
        let entry = journal::Entry::of(&request)?;
        let (area, request_id) = (request.pooling_area(), entry.request_id());
        let unit = Unit::begin(self, actor, area, request_id, true).await?;
        change_in(unit, &entry, request, work).await
    }

    /// Changes something that the service does by itself: an item of a run, a slice of a batch. The
    /// journal says what (`operation`) and under which id; the same id again does nothing and answers
    /// `None`.
    ///
    /// # Errors
    /// What `work` answers, or that the database cannot be reached.
    pub async fn do_once<A>(
        &self,
        actor: &Actor,
        area: &str,
        operation: &str,
        request_id: Uuid,
        work: impl for<'u> FnOnce(&'u mut Unit) -> BoxFuture<'u, Result<A>>,
    ) -> Result<Option<A>> {
        let mut done = None;
        let of = (actor, area, operation, request_id);
        self.reply_once(of, async |unit| {
            done = Some(work(unit).await?);
            Ok(Vec::new())
        })
        .await?;
        Ok(done)
    }

    /// The reply that the journal keeps of what the service did by itself, if it did.
    pub(crate) async fn replied(
        &self,
        (actor, area, operation, request_id): (&Actor, &str, &str, Uuid),
    ) -> Result<Option<Vec<u8>>> {
        let entry = journal::Entry::own(operation, request_id);
        let mut unit = Unit::begin(self, actor, area, request_id, false).await?;
        entry.answered(&mut unit).await
    }

    /// The same, with a reply that the journal keeps: who comes again gets it.
    pub(crate) async fn reply_once(
        &self,
        (actor, area, operation, request_id): (&Actor, &str, &str, Uuid),
        work: impl AsyncFnOnce(&mut Unit) -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        let entry = journal::Entry::own(operation, request_id);
        let mut unit = Unit::begin(self, actor, area, request_id, true).await?;
        if let Some(reply) = entry.answered(&mut unit).await? {
            return Ok(reply);
        }
        let reply = work(&mut unit).await?;
        entry.write(&mut unit, reply.clone()).await?;
        unit.commit().await?;
        Ok(reply)
    }
}

/// Changes something once: a request that was answered before is answered as then.
async fn change_in<Q, A>(
    mut unit: Unit,
    entry: &journal::Entry,
    request: Q,
    work: impl for<'u> FnOnce(&'u mut Unit, Q) -> BoxFuture<'u, Result<A>>,
) -> Result<A>
where
    A: Message + Default,
{
    if let Some(reply) = entry.answered(&mut unit).await? {
        return Ok(A::decode(&*reply)?);
    }
    let reply = work(&mut unit, request).await?;
    entry.write(&mut unit, reply.encode_to_vec()).await?;
    unit.commit().await?;
    Ok(reply)
}

/// Takes the caller, put there by the access layer, and lets the request into its pooling area.
pub(crate) fn admit<Q: AreaRequest>(request: Request<Q>) -> Result<(Actor, Q)> {
    let actor = caller(&request)?;
    let request = request.into_inner();
    admit_to(&actor, request.pooling_area())?;
    let listed = match actor.caller {
        Caller::Employer => request.listed_employer(),
        Caller::Person => request.listed_person(),
        Caller::Institution => request.listed_institution(),
        _ => "",
    };
    admit_to_list(&actor, listed)?;
    Ok((actor, request))
}

/// Row-level security shows nothing of others; an empty list would say that there is nothing.
fn admit_to_list(actor: &Actor, party: &str) -> Result<()> {
    if party.is_empty() || party == actor.party {
        return Ok(());
    }
    Err(Error::Denied(
        "只能查询本单位或本人的记录。请核对所填的编号。".to_owned(),
    ))
}

pub(crate) fn caller<Q>(request: &Request<Q>) -> Result<Actor> {
    request
        .extensions()
        .get::<Actor>()
        .cloned()
        .ok_or_else(|| Error::internal("a request came past the access layer"))
}

pub(crate) fn admit_to(actor: &Actor, area: &str) -> Result<()> {
    telemetry::record_area(area);
    if actor.may_act_in(area) {
        return Ok(());
    }
    Err(Error::Denied(format!(
        "您无权办理统筹地区{area}的业务。请核对统筹地区，或向管理员申请授权。"
    )))
}
