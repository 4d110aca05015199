//! Cases: the road of every application from submission to effect.
//!
//! A section declares a kind of case by implementing [`Case`]. The rest is here, once: states,
//! revisions, deadlines, signatures by different persons, queues and history.

pub(crate) mod engine;
mod examine;
mod expect;
mod present;
mod rpc;
mod signature;
mod store;

pub(crate) use examine::handed_in;
pub use examine::{awaiting, decided, undecided, undecided_on};
pub use rpc::Cases;

use contracts::common::v1::EvidenceKind;
use contracts::form::{FormMessage, form};
use contracts::options::v1::Form;
use law::Law;
use law::calendar::Term;
use prost::{Message, Name};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Error, Result, Unit};

/// A kind of case.
#[tonic::async_trait]
pub trait Case: Send + Sync + 'static {
    /// The form applied on.
    type Application: FormMessage;
    /// The form decided on; its option names who signs, in order.
    type Decision: FormMessage;

    /// Whom the application is about, as shown in queues: a number, never an identity number.
    fn subject(&self, application: &Self::Application) -> String;

    /// How long the decision may take from the submission; `None` where the procedure states no term.
    ///
    /// # Errors
    /// When the law has no answer for the date of submission.
    fn term(&self, law: &Law) -> Result<Option<Term>>;

    /// The evidence that this application needs; the area's additions come on top.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed>;

    /// The evidence that this application needs where what is registered says so, too.
    ///
    /// # Errors
    /// When the register cannot be read, or knows nobody to whom the application could apply.
    async fn papers(
        &self,
        _unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        Ok(self.evidence(application))
    }

    /// Reads and computes what the decision would be. Runs any number of times, in units that only
    /// read.
    ///
    /// # Errors
    /// A refusal says why the application cannot be approved as it stands.
    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision>;

    /// Writes what was decided and tells it. Runs once, in the transaction of the last signature.
    ///
    /// # Errors
    /// Any error undoes the last signature with everything it did.
    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()>;

    /// Examines an application again while it takes effect, as of the day of its decision: what was read
    /// before a lock was taken may have changed until then.
    ///
    /// # Errors
    /// A refusal that stands in its way by now; a conflict where the decision would be another.
    async fn examine_again(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
        decision: &Self::Decision,
    ) -> Result<()>
    where
        Self::Decision: PartialEq,
    {
        let again = unit
            .as_of_decision(async |unit| self.examine(unit, application).await)
            .await?;
        if again == *decision {
            return Ok(());
        }
        let meanwhile = "what the decision rests on has changed meanwhile";
        Err(Error::Conflict(meanwhile.to_owned()))
    }
}

/// Which case is at hand, when it was first handed in, and its present revision first signed.
#[derive(Clone, Copy, Default)]
pub(crate) struct CaseTimes {
    pub case_id: Option<Uuid>,
    pub applied: Option<OffsetDateTime>,
    pub decided: Option<OffsetDateTime>,
}

/// Evidence that an application needs: one of these papers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed(pub Vec<EvidenceKind>);

impl Needed {
    /// This paper.
    #[must_use]
    pub fn paper(kind: EvidenceKind) -> Self {
        Self(vec![kind])
    }

    /// Any one of these papers.
    #[must_use]
    pub fn one_of(kinds: &[EvidenceKind]) -> Self {
        Self(kinds.to_vec())
    }
}

/// A kind of case whose forms are bytes: what the engine works with.
#[tonic::async_trait]
pub(crate) trait AnyCase: Send + Sync {
    fn application_name(&self) -> String;
    fn decision_name(&self) -> String;
    fn application_form(&self) -> &Form;
    fn decision_form(&self) -> &Form;
    fn subject(&self, application: &[u8]) -> Result<String>;
    fn term(&self, law: &Law) -> Result<Option<Term>>;
    async fn papers(&self, unit: &mut Unit, application: &[u8]) -> Result<Vec<Needed>>;
    async fn examine(&self, unit: &mut Unit, application: &[u8]) -> Result<Vec<u8>>;
    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: &[u8],
        decision: &[u8],
    ) -> Result<()>;
}

pub(crate) struct Typed<C> {
    case: C,
    application: Form,
    decision: Form,
}

impl<C: Case> Typed<C> {
    /// # Errors
    /// When one of the messages is no form, or the decision form names nobody who signs.
    pub fn new(case: C) -> Result<Self> {
        let of = |name: String| {
            form(&name).ok_or_else(|| Error::internal(format!("{name} has no form option")))
        };
        let decision = of(C::Decision::full_name())?;
        if decision.signatures.is_empty() {
            return Err(Error::internal(format!(
                "{} names nobody who signs",
                C::Decision::full_name()
            )));
        }
        Ok(Self {
            case,
            application: of(C::Application::full_name())?,
            decision,
        })
    }
}

#[tonic::async_trait]
impl<C: Case> AnyCase for Typed<C> {
    fn application_name(&self) -> String {
        C::Application::full_name()
    }

    fn decision_name(&self) -> String {
        C::Decision::full_name()
    }

    fn application_form(&self) -> &Form {
        &self.application
    }

    fn decision_form(&self) -> &Form {
        &self.decision
    }

    fn subject(&self, application: &[u8]) -> Result<String> {
        Ok(self.case.subject(&C::Application::decode(application)?))
    }

    fn term(&self, law: &Law) -> Result<Option<Term>> {
        self.case.term(law)
    }

    async fn papers(&self, unit: &mut Unit, application: &[u8]) -> Result<Vec<Needed>> {
        let application = C::Application::decode(application)?;
        self.case.papers(unit, &application).await
    }

    async fn examine(&self, unit: &mut Unit, application: &[u8]) -> Result<Vec<u8>> {
        let application = C::Application::decode(application)?;
        Ok(self.case.examine(unit, &application).await?.encode_to_vec())
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: &[u8],
        decision: &[u8],
    ) -> Result<()> {
        let application = C::Application::decode(application)?;
        let decision = C::Decision::decode(decision)?;
        self.case
            .take_effect(unit, case_id, application, decision)
            .await
    }
}
