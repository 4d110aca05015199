//! The unit of work: the one way to touch the database.
//!
//! A unit is a transaction with the actor, the pooling area and the request id known to it and, for
//! row-level security, to PostgreSQL. Units that change something are journaled: the journal row,
//! the changes and the events they tell commit together or not at all.

mod answer;
pub(crate) mod journal;
mod store;

pub(crate) use answer::{admit, admit_to, caller};
pub use journal::rpc::Journal;

use law::{Law, LawError, LocalValue};
use prost::{Message, Name};
use sqlx::{PgConnection, Postgres, Transaction};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::case::CaseTimes;
use crate::{Actor, Error, Platform, Result, telemetry};

/// A unit of work in progress.
pub struct Unit {
    transaction: Transaction<'static, Postgres>,
    platform: Platform,
    actor: Actor,
    area: String,
    request_id: Uuid,
    now: OffsetDateTime,
    case: CaseTimes,
    /// What the area has set, as read since the unit last turned to the database for anything else.
    local: Option<Vec<LocalValue>>,
    told: bool,
    nudged: bool,
    /// The unit looks at the whole area, not at a party's own.
    whole_area: bool,
}

impl Unit {
    pub(crate) async fn begin(
        platform: &Platform,
        actor: &Actor,
        area: &str,
        request_id: Uuid,
        writing: bool,
    ) -> Result<Self> {
        let transaction = platform.db().begin(writing, area, actor.scope()).await?;
        Ok(Self::new(platform, actor, area, request_id, transaction))
    }

    /// A unit that writes as many others do at a time.
    pub(crate) async fn begin_often(
        platform: &Platform,
        actor: &Actor,
        area: &str,
        request_id: Uuid,
    ) -> Result<Self> {
        let transaction = platform.db().begin_often(area, actor.scope()).await?;
        Ok(Self::new(platform, actor, area, request_id, transaction))
    }

    fn new(
        platform: &Platform,
        actor: &Actor,
        area: &str,
        request_id: Uuid,
        transaction: Transaction<'static, Postgres>,
    ) -> Self {
        Self {
            transaction,
            platform: platform.clone(),
            actor: actor.clone(),
            area: area.to_owned(),
            request_id,
            now: platform.clock().now(),
            case: CaseTimes::default(),
            local: None,
            told: false,
            nudged: false,
            whole_area: actor.scope().is_empty(),
        }
    }

    /// Another unit of the same actor in the same area, which reads: for what is asked of the database
    /// side by side. It does not see what this unit has written.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn beside(&self) -> Result<Self> {
        let db = self.platform.db();
        let transaction = db.begin_beside(&self.area, self.actor.scope()).await?;
        let id = Uuid::now_v7();
        Ok(Self::new(
            &self.platform,
            &self.actor,
            &self.area,
            id,
            transaction,
        ))
    }

    /// A unit of the service itself that reads the whole area, on a connection that those who wait for it while
    /// they hold one of their own do not keep from it.
    pub(crate) async fn begin_beside(platform: &Platform, area: &str) -> Result<Self> {
        let transaction = platform.db().begin_beside(area, "").await?;
        let actor = Actor::service(platform.name());
        Ok(Self::new(
            platform,
            &actor,
            area,
            Uuid::now_v7(),
            transaction,
        ))
    }

    /// The connection, inside the transaction. What is done with it may set a parameter, or wait for
    /// somebody who does: the law is read anew afterwards.
    pub fn db(&mut self) -> &mut PgConnection {
        self.local = None;
        &mut self.transaction
    }

    /// The pooling area, six digits.
    #[must_use]
    pub fn area(&self) -> &str {
        &self.area
    }

    /// Who asks or changes.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The id under which the change is journaled.
    #[must_use]
    pub fn request_id(&self) -> Uuid {
        self.request_id
    }

    /// The instant of the unit; it does not move while the unit runs.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.now
    }

    /// Works on a case.
    pub(crate) fn work_on(&mut self, case: CaseTimes) {
        self.case = case;
    }

    /// Goes back to the instant of the decision: later signers sign what the first one signed, and
    /// late fees do not grow from desk to desk.
    pub(crate) fn go_back_to_decision(&mut self) {
        self.now = self.case.decided.unwrap_or(self.now);
    }

    /// Does something as of the [instant of the decision](Self::go_back_to_decision), and goes on from now.
    pub(crate) async fn as_of_decision<A>(&mut self, work: impl AsyncFnOnce(&mut Self) -> A) -> A {
        let now = self.now;
        self.go_back_to_decision();
        let done = work(self).await;
        self.now = now;
        done
    }

    /// Does something as if another case were at hand, as of the day on which that was first handed in: what was decided
    /// in it is decided anew.
    ///
    /// # Errors
    /// When there is no such case, or what `work` answers.
    pub async fn as_applied_in<A>(
        &mut self,
        case_id: Uuid,
        work: impl AsyncFnOnce(&mut Self) -> Result<A>,
    ) -> Result<A> {
        let other = crate::case::handed_in(self, case_id).await?;
        let own = std::mem::replace(&mut self.case, other);
        let done = work(self).await;
        self.case = own;
        done
    }

    /// The business date of the unit in Asia/Shanghai.
    #[must_use]
    pub fn today(&self) -> Date {
        crate::clock::business_date(self.now)
    }

    /// The case whose application is at hand: what was recorded for it may decide it. `None` for an
    /// application that is about to be handed in.
    #[must_use]
    pub fn case_id(&self) -> Option<Uuid> {
        self.case.case_id
    }

    /// The business date on which the application at hand was first handed in: who came within a term
    /// of the law is in time, also when the form was returned or is signed after it. Today where no
    /// application is at hand.
    #[must_use]
    pub fn applied_on(&self) -> Date {
        crate::clock::business_date(self.case.applied.unwrap_or(self.now))
    }

    /// The business date of the decision at hand, that of its first signature: a case that examines
    /// again while it takes effect does so as of this date. Today where nobody has signed.
    #[must_use]
    pub fn decided_on(&self) -> Date {
        crate::clock::business_date(self.case.decided.unwrap_or(self.now))
    }

    /// The service in which the unit runs.
    #[must_use]
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// The parameters in force in the unit's area on `on`. The dates of a calculation are asked for one
    /// after the other: they are answered from what was read for the first.
    ///
    /// # Errors
    /// When the area's own parameters cannot be read or one of them is not usable.
    pub async fn law(&mut self, on: Date) -> Result<Law> {
        self.law_standing_in(on, &[]).await
    }

    /// The parameters in force on `on`, some replaced by assumed ones, for an estimate.
    ///
    /// # Errors
    /// When an assumed parameter is unknown or its value malformed.
    pub async fn law_standing_in(&mut self, on: Date, assumed: &[(String, String)]) -> Result<Law> {
        if !assumed.is_empty() {
            // Without the area's own values whatever cannot be used is the caller's mistake.
            let alone = self
                .platform
                .catalogue()
                .as_of(&self.area, on, &[], assumed);
            if let Err(LawError::Unusable { problems }) = alone {
                return Err(Error::invalid(
                    "parameters",
                    "替代参数",
                    problems.join("；"),
                ));
            }
        }
        let local = match &mut self.local {
            Some(local) => local,
            unread => {
                unread.insert(store::local_parameters(&mut self.transaction, &self.area).await?)
            }
        };
        Ok(self
            .platform
            .catalogue()
            .as_of(&self.area, on, local, assumed)?)
    }

    /// Tells what happened, to everybody who reads the feed. Events of one `key` stay in order.
    ///
    /// # Errors
    /// When the event cannot be written.
    pub async fn tell<E: Message + Name>(
        &mut self,
        key: impl Into<String>,
        event: &E,
    ) -> Result<()> {
        self.tell_encoded(&E::full_name(), &[key.into()], &[event.encode_to_vec()])
            .await
    }

    /// Tells many events with one statement, in this order.
    ///
    /// # Errors
    /// When the events cannot be written.
    pub async fn tell_all<E: Message + Name>(
        &mut self,
        events: impl IntoIterator<Item = (String, E)>,
    ) -> Result<()> {
        let (keys, payloads): (Vec<String>, Vec<Vec<u8>>) = events
            .into_iter()
            .map(|(key, event)| (key, event.encode_to_vec()))
            .unzip();
        if keys.is_empty() {
            return Ok(());
        }
        self.tell_encoded(&E::full_name(), &keys, &payloads).await
    }

    async fn tell_encoded(
        &mut self,
        kind: &str,
        keys: &[String],
        payloads: &[Vec<u8>],
    ) -> Result<()> {
        let origin = store::Origin {
            area: &self.area,
            kind,
            at: self.now,
            trace_parent: &telemetry::current_trace_parent(),
            request_id: self.request_id,
        };
        store::insert_events(&mut self.transaction, &origin, keys, payloads).await?;
        self.told = true;
        Ok(())
    }

    /// Goes on in another pooling area, within the same transaction: a slice of a feed holds events of
    /// several.
    pub(crate) async fn move_to(&mut self, area: &str) -> Result<()> {
        store::set_area(self.db(), area).await?;
        area.clone_into(&mut self.area);
        Ok(())
    }

    /// Looks at the whole area from now on, whoever asks: what an application would be decided as
    /// depends on rows that are not the applicant's. Who uses it answers nothing that is not the asker's.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn look_as_the_agency(&mut self) -> Result<()> {
        if !self.whole_area {
            store::set_party(self.db(), "").await?;
            self.whole_area = true;
        }
        Ok(())
    }

    /// Keeps all who hold one of the names waiting, until the end of the unit; the names are taken in their order, which
    /// is the same for all who take several. Answers of each whether nobody held it: what was read before is then as it
    /// was left by whoever held it last.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn hold(&mut self, names: &[String]) -> Result<Vec<bool>> {
        store::hold(self.db(), names).await
    }

    /// Tries something: where it fails, what it did is undone, and nothing else of the unit.
    ///
    /// # Errors
    /// What `work` answers, or that the database cannot be reached.
    pub async fn attempt<A>(
        &mut self,
        work: impl AsyncFnOnce(&mut Self) -> Result<A>,
    ) -> Result<A> {
        store::savepoint(self.db()).await?;
        let whole_area = self.whole_area;
        let done = work(self).await;
        match &done {
            Ok(_) => store::release_savepoint(self.db()).await?,
            Err(_) => {
                store::roll_back_to_savepoint(self.db()).await?;
                self.whole_area = whole_area;
            }
        }
        done
    }

    /// There is work in the background once this unit is committed.
    pub(crate) fn nudge(&mut self) {
        self.nudged = true;
    }

    pub(crate) async fn commit(self) -> Result<()> {
        self.transaction.commit().await?;
        if self.told {
            self.platform.announce_events();
        }
        if self.nudged {
            self.platform.announce_work();
        }
        Ok(())
    }

    pub(crate) async fn roll_back(self) -> Result<()> {
        Ok(self.transaction.rollback().await?)
    }
}
