//! What other services' events do here.

mod decided;

use std::collections::BTreeMap;

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Reaction, Result, Told, Unit, async_trait};
use contracts::benefit_review::v1::BenefitReviewEvent;
use contracts::benefit_review::v1::benefit_review_event::What as Reviewed;
use contracts::registration::v1::RegistrationEvent;
use contracts::registration::v1::registration_event::What;
use time::Date;
use uuid::Uuid;

use crate::account::store::facts;

/// Benefit review tells what was decided.
pub struct BenefitReview;

#[async_trait]
impl Reaction for BenefitReview {
    const FEED: &'static str = "benefit-review";
    type Event = BenefitReviewEvent;

    /// Art. 79, Art. 80. Notices are issued of what was decided, and what the fund bears enters the accounts. That a
    /// recognition was revoked is shown to who signs a payroll.
    async fn apply(&self, unit: &mut Unit, events: &[Told<BenefitReviewEvent>]) -> Result<()> {
        let (mut decided, mut numbers, mut persons) = (Vec::new(), Vec::new(), Vec::new());
        for told in events {
            match &told.event.what {
                Some(Reviewed::BenefitsDecided(one)) => decided.push(one),
                Some(Reviewed::RecognitionRevoked(revoked)) => {
                    let injury = revoked.injury.clone().unwrap_or_default();
                    persons.push(uuid(&injury.person_id)?);
                    numbers.push(injury.recognition_number);
                }
                Some(
                    Reviewed::AccidentFiled(_)
                    | Reviewed::InjuryRegistered(_)
                    | Reviewed::WorkCapacityRegistered(_)
                    | Reviewed::RelationChanged(_)
                    | Reviewed::RecoveryDue(_)
                    | Reviewed::StoppageChanged(_)
                    | Reviewed::InjuryCorrected(_),
                )
                | None => {}
            }
        }
        let area = unit.area().to_owned();
        facts::keep_revoked(unit.db(), &area, (&numbers, &persons)).await?;
        decided::keep(unit, &decided).await
    }
}

/// Registration tells who died.
pub struct Registration;

#[async_trait]
impl Reaction for Registration {
    const FEED: &'static str = "registration";
    type Event = RegistrationEvent;

    /// Art. 88. A death is kept as it was told last: it may have been corrected, or revoked.
    async fn apply(&self, unit: &mut Unit, events: &[Told<RegistrationEvent>]) -> Result<()> {
        let mut deaths: BTreeMap<Uuid, Option<Date>> = BTreeMap::new();
        for told in events {
            match &told.event.what {
                Some(What::PersonDied(died)) => {
                    deaths.insert(uuid(&died.person_id)?, Some(day(died.died_on)?));
                }
                Some(What::PersonChanged(changed)) => {
                    let now = changed.after.clone().unwrap_or_default();
                    deaths.insert(uuid(&now.person_id)?, maybe_day(now.died_on));
                }
                Some(
                    What::EmployerRegistered(_)
                    | What::EmployerChanged(_)
                    | What::RiskClassSet(_)
                    | What::EmployerDeregistered(_)
                    | What::PersonEnrolled(_)
                    | What::PersonPreEnrolled(_)
                    | What::PreEnrolmentConfirmed(_)
                    | What::EnrolmentEnded(_)
                    | What::CertificateIssued(_)
                    | What::CertificateRenewed(_)
                    | What::CertificateVoided(_)
                    | What::VerificationOpened(_)
                    | What::CertificateVerified(_)
                    | What::VerificationWithheld(_)
                    | What::CertificateUnverified(_)
                    | What::DifferenceFound(_)
                    | What::DifferenceSettled(_)
                    | What::HouseholdChanged(_),
                )
                | None => {}
            }
        }
        let area = unit.area().to_owned();
        facts::keep_deaths(unit.db(), &area, deaths.into_iter().unzip()).await
    }
}
