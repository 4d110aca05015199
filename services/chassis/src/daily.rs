//! What a date brings about by itself: once a day in every area that it concerns.

use std::collections::BTreeMap;
use std::sync::Arc;

use time::Date;
use uuid::Uuid;

use crate::{Actor, Error, Platform, Result, Unit, parameter};

/// How far a day's work has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is left.
    Done,
    /// The rest is for another unit.
    More,
}

/// What a date brings about, such as the end of a term in which nobody came.
#[tonic::async_trait]
pub trait Daily: Send + Sync + 'static {
    /// What the journal calls it.
    fn name(&self) -> &'static str;

    /// The areas in which the day of the unit, which sees all areas, brings something about.
    ///
    /// # Errors
    /// When the database cannot be reached.
    async fn areas(&self, unit: &mut Unit) -> Result<Vec<String>>;

    /// Asks others, in a unit that only reads, before that of the next part begins, and answers who acts on what they
    /// said; none where nobody has to be asked.
    ///
    /// # Errors
    /// When somebody does not answer: the part is tried again.
    async fn asked(&self, _unit: &mut Unit) -> Result<Option<Arc<dyn Daily>>> {
        Ok(None)
    }

    /// Does what the day of the unit brings about in its area, and all that days before it did while
    /// nobody was at work. Of more than one unit should hold it does a part and answers that there is
    /// [`More`](Progress::More), which it is called for at once.
    ///
    /// # Errors
    /// An error undoes it, and it is tried again.
    async fn act(&self, unit: &mut Unit) -> Result<Progress>;
}

/// Acts for the day where it has not been done yet. Replicas may do so at once: the journal lets one of
/// them act, under an id made of name, area and day. `done` is the last day with nothing left to do.
/// An area that any of them concerns first takes over what other services have for it.
pub(crate) async fn sweep(
    platform: &Platform,
    dailies: &[Arc<dyn Daily>],
    done: &mut Option<Date>,
) -> Result<()> {
    let today = platform.clock().today();
    if dailies.is_empty() || *done == Some(today) {
        return Ok(());
    }
    let mut concerned = BTreeMap::<String, Vec<&Arc<dyn Daily>>>::new();
    for daily in dailies {
        for area in areas(platform, &**daily).await? {
            concerned.entry(area).or_default().push(daily);
        }
    }
    let mut failed = false;
    // Others go on; what fails is tried again with the next sweep.
    let mut note = |daily: &str, area: &str, error: Error| {
        tracing::error!(daily, area, %error, "a day's work stands still");
        failed = true;
    };
    for (area, dailies) in concerned {
        if let Err(error) = parameter::take_over(platform, &area, today).await {
            note("daily.parameter.take_over", &area, error);
        }
        for daily in dailies {
            if let Err(error) = act(platform, Arc::clone(daily), &area, today).await {
                note(daily.name(), &area, error);
            }
        }
    }
    *done = (!failed).then_some(today);
    Ok(())
}

async fn areas(platform: &Platform, daily: &dyn Daily) -> Result<Vec<String>> {
    let actor = Actor::service(platform.name());
    let mut unit = Unit::begin(platform, &actor, "*", Uuid::now_v7(), false).await?;
    daily.areas(&mut unit).await
}

async fn act(
    platform: &Platform,
    daily: Arc<dyn Daily>,
    area: &str,
    today: Date,
) -> Result<(), Error> {
    let operation = format!("daily.{}", daily.name());
    let actor = Actor::service(platform.name());
    for part in 0_u32.. {
        let id = match part {
            0 => format!("{operation}:{area}:{today}"),
            part => format!("{operation}:{area}:{today}:{part}"),
        };
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, id.as_bytes());
        let of = (&actor, area, operation.as_str(), id);
        // What was done before is not asked about again.
        let reply = match platform.replied(of).await? {
            Some(reply) => reply,
            None => part_of(platform, &daily, of).await?,
        };
        if reply != MORE {
            break;
        }
    }
    Ok(())
}

async fn part_of(
    platform: &Platform,
    daily: &Arc<dyn Daily>,
    of: (&Actor, &str, &str, Uuid),
) -> Result<Vec<u8>> {
    let mut beside = Unit::begin_beside(platform, of.1).await?;
    let knowing = daily.asked(&mut beside).await?;
    drop(beside);
    let acting = knowing.as_ref().unwrap_or(daily);
    let reply = platform.reply_once(of, async |unit| {
        let more = acting.act(unit).await? == Progress::More;
        Ok(if more { MORE } else { DONE }.to_vec())
    });
    reply.await
}

/// What the journal says of a part after which there is more, and of the last one.
const MORE: &[u8] = b"more";
const DONE: &[u8] = b"";
