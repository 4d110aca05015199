//! What every case about a registered injury does alike: whom it is about, whose employer it is not, and that nobody else
//! decides cash benefits of the injury while it takes effect.

use chassis::wire::uuid;
use chassis::{Case, Needed, Result, Unit};
use contracts::benefit_review::v1::Injury;
use contracts::common::v1::EvidenceKind;
use contracts::form::FormMessage;
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::store::claims;

/// Who applies for what: the employer, the person with the name, and the decision that recognised the injury.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Where the employer applies.
    pub employer_id: &'a str,
    /// Whose injury it is.
    pub person_id: &'a str,
    /// Her or his name.
    pub name: &'a str,
    /// Of the decision.
    pub recognition_number: &'a str,
}

/// Art. 69, Art. 70, Art. 72. A kind of case about a registered injury, for which the procedure states no term.
#[chassis::async_trait]
pub trait InjuryCase: Send + Sync + 'static {
    /// The form applied on.
    type Application: FormMessage;
    /// The form decided on.
    type Decision: FormMessage + PartialEq;

    /// Whom and what the form names.
    fn named<'a>(&self, application: &'a Self::Application) -> Named<'a>;

    /// The papers that it needs.
    fn papers(&self, application: &Self::Application) -> Vec<EvidenceKind>;

    /// The registered injury that it may be about.
    ///
    /// # Errors
    /// When there is no such, or it is not the employer's.
    async fn injury(&self, unit: &mut Unit, named: Named<'_>) -> Result<Injury>;

    /// Reads and computes, as [`Case::examine`] does, with the injury as it stands.
    ///
    /// # Errors
    /// A refusal says why it cannot be approved.
    async fn examine(
        &self,
        unit: &mut Unit,
        injury: Injury,
        application: &Self::Application,
    ) -> Result<Self::Decision>;

    /// Writes and tells, as [`Case::take_effect`] does, while nobody else decides on the injury.
    ///
    /// # Errors
    /// Any error undoes the last signature.
    async fn take_effect(
        &self,
        unit: &mut Unit,
        of: (Uuid, Injury),
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()>;
}

/// The case of a kind that is about a registered injury.
pub struct OfInjury<C>(pub C);

#[chassis::async_trait]
impl<C: InjuryCase> Case for OfInjury<C> {
    type Application = C::Application;
    type Decision = C::Decision;

    fn subject(&self, application: &Self::Application) -> String {
        self.0.named(application).person_id.to_owned()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let papers = self.0.papers(application).into_iter();
        papers.map(Needed::paper).collect()
    }

    /// Whose employer it is not is told so at once.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        // The present employer applies for an injury that another registered.
        unit.look_as_the_agency().await?;
        self.0.injury(unit, self.0.named(application)).await?;
        Ok(self.evidence(application))
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let injury = self.0.injury(unit, self.0.named(application)).await?;
        self.0.examine(unit, injury, application).await
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let injury = self.0.injury(unit, self.0.named(&application)).await?;
        // Another decision on the same injury waits for this, or this for that.
        claims::hold(unit.db(), &area, uuid(&injury.injury_id)?).await?;
        self.examine_again(unit, &application, &decision).await?;
        let injury = self.0.injury(unit, self.0.named(&application)).await?;
        let of = (case_id, injury);
        self.0.take_effect(unit, of, application, decision).await
    }
}
