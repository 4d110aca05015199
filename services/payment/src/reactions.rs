//! What other services' events do here.

mod decided;

use std::collections::BTreeMap;

use chassis::wire::{day, maybe_day, uuid, yuan};
use chassis::{Reaction, Result, Told, Unit, async_trait};
use contracts::benefit_review::v1::benefit_review_event::What as Reviewed;
use contracts::benefit_review::v1::{
    BenefitReviewEvent, Injury, InjuryRegistered, RelationChanged,
};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{CollectionEvent, LedgerAccount};
use contracts::registration::v1::RegistrationEvent;
use contracts::registration::v1::registration_event::What;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::account::store::facts;
use crate::special_fund::store::{appraisals, prevention};

/// Benefit review tells what was decided.
pub struct BenefitReview;

#[async_trait]
impl Reaction for BenefitReview {
    const FEED: &'static str = "benefit-review";
    type Event = BenefitReviewEvent;

    /// Art. 79, Art. 80. Notices are issued of what was decided, and what the fund bears enters the accounts. That a
    /// recognition was revoked is shown to who signs a payroll. Art. 84. Appraisals and the injuries that they are of are kept:
    /// fees are held against them.
    async fn apply(&self, unit: &mut Unit, events: &[Told<BenefitReviewEvent>]) -> Result<()> {
        let (mut decided, mut numbers, mut persons) = (Vec::new(), Vec::new(), Vec::new());
        let (mut injuries, mut concluded) = (BTreeMap::new(), Vec::new());
        for told in events {
            match &told.event.what {
                Some(Reviewed::BenefitsDecided(one)) => decided.push(one),
                Some(Reviewed::RecognitionRevoked(revoked)) => {
                    let injury = revoked.injury.clone().unwrap_or_default();
                    persons.push(uuid(&injury.person_id)?);
                    numbers.push(injury.recognition_number);
                }
                Some(
                    Reviewed::InjuryRegistered(InjuryRegistered { injury })
                    | Reviewed::RelationChanged(RelationChanged { injury }),
                ) => injuries.extend(injury.iter().map(|one| (&one.recognition_number, one))),
                Some(Reviewed::AppraisalConcluded(one)) => concluded.extend(&one.conclusion),
                Some(
                    Reviewed::AccidentFiled(_)
                    | Reviewed::WorkCapacityRegistered(_)
                    | Reviewed::RecoveryDue(_)
                    | Reviewed::StoppageChanged(_)
                    | Reviewed::InjuryCorrected(_),
                )
                | None => {}
            }
        }
        let area = unit.area().to_owned();
        facts::keep_revoked(unit.db(), &area, (&numbers, &persons)).await?;
        let injuries: Vec<&Injury> = injuries.into_values().collect();
        appraisals::keep_injuries(unit.db(), &area, &injuries).await?;
        appraisals::keep(unit.db(), &area, &concluded).await?;
        decided::keep(unit, &decided).await
    }
}

/// Collection tells what comes in.
pub struct Collection;

#[async_trait]
impl Reaction for Collection {
    const FEED: &'static str = "collection";
    type Event = CollectionEvent;

    /// Art. 85. Contributions are added up by the years in which they came in: prevention may spend a part of them. Late fees are
    /// other income, and what nothing was due for is none until it is applied.
    async fn apply(&self, unit: &mut Unit, events: &[Told<CollectionEvent>]) -> Result<()> {
        let mut income: BTreeMap<i32, Decimal> = BTreeMap::new();
        for told in events {
            match &told.event.happened {
                Some(Happened::ReceiptsEntered(entered)) => {
                    for one in &entered.receipts {
                        if one.account() == LedgerAccount::Principal {
                            let year = day(one.arrived_on)?.year();
                            *income.entry(year).or_default() += yuan(one.amount.as_ref())?;
                        }
                    }
                }
                Some(Happened::CreditApplied(one)) if one.account() == LedgerAccount::Principal => {
                    let year = day(one.applied_on)?.year();
                    *income.entry(year).or_default() += yuan(one.amount.as_ref())?;
                }
                Some(
                    Happened::CreditApplied(_)
                    | Happened::BasesSet(_)
                    | Happened::BasesConfirmed(_)
                    | Happened::RateSet(_)
                    | Happened::ContributionAssessed(_)
                    | Happened::BackPaymentAssessed(_)
                    | Happened::SpecialContributionAssessed(_)
                    | Happened::MonthSent(_)
                    | Happened::PaidListTaken(_)
                    | Happened::EmployerDunned(_)
                    | Happened::ArrearsOpened(_)
                    | Happened::ArrearsClosed(_)
                    | Happened::RepaymentNoticeIssued(_)
                    | Happened::RepaymentAgreementSigned(_)
                    | Happened::RepaymentAgreementBroken(_)
                    | Happened::RemainderHandedOver(_)
                    | Happened::UnderDeclarationHandedOver(_)
                    | Happened::RefusalToRepayHandedOver(_)
                    | Happened::AbilityAuditAsked(_)
                    | Happened::RateFloatingReported(_)
                    | Happened::ArrearsWrittenOff(_)
                    | Happened::UnderDeclarationChanged(_)
                    | Happened::CreditRefunded(_),
                )
                | None => {}
            }
        }
        if income.is_empty() {
            return Ok(());
        }
        let area = unit.area().to_owned();
        prevention::add_income(unit.db(), &area, &income).await
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
