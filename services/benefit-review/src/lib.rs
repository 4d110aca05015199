//! Benefit review (工伤待遇审核): who was injured at work, and what the law gives for it, chapter 5 of the
//! procedure.

pub mod advance;
pub mod benefit;
pub mod death;
pub mod device;
pub mod disability;
pub mod eligible;
pub mod facts;
pub mod injury;
pub mod medical;
pub mod peers;
pub mod reactions;
pub mod third_party;

mod parameters;

pub use parameters::PARAMETERS;

use benefit::of_injury::OfInjury;
use chassis::Service;
use contracts::benefit_review::v1::advance_service_server::AdvanceServiceServer;
use contracts::benefit_review::v1::benefit_service_server::BenefitServiceServer;
use contracts::benefit_review::v1::device_service_server::DeviceServiceServer;
use contracts::benefit_review::v1::injury_service_server::InjuryServiceServer;
use contracts::benefit_review::v1::medical_service_server::MedicalServiceServer;

/// Benefit review on one screen.
#[must_use]
pub fn service() -> Service {
    Service::new("benefit-review")
        .migrations(sqlx::migrate!())
        .parameters(PARAMETERS)
        .guard_parameters(benefit::adjustments::Figures)
        .reaction(reactions::Registration)
        .reaction(reactions::Audit)
        // All sections.
        .case(benefit::cases::CashReview)
        .run(benefit::runs::MassAdjustment)
        .daily(benefit::compared::OwnWages::default())
        .grpc(|platform| BenefitServiceServer::new(benefit::rpc::Benefits(platform)))
        // Section 1.
        .case(injury::cases::AccidentFiling)
        .case(injury::cases::InjuryRegistration)
        .case(injury::cases::InjuryCorrection)
        .case(injury::cases::StoppageChange)
        .case(injury::cases::WorkCapacityRegistration)
        .case(injury::cases::OneOffSettlement)
        .case(injury::cases::RelationChange)
        .batch(injury::batches::Recognitions)
        .batch(injury::batches::Conclusions)
        .grpc(|platform| InjuryServiceServer::new(injury::rpc::Injuries(platform)))
        // Section 2.
        .batch(medical::batches::BillLines)
        .batch(medical::batches::CourseRecords)
        .case(medical::cases::PaperClaim)
        .case(medical::cases::InstitutionClaim)
        .case(medical::cases::Objection)
        .case(medical::cases::TravelReview)
        .run(medical::runs::Readjudication)
        .grpc(|platform| MedicalServiceServer::new(medical::rpc::Medical(platform)))
        // Section 3.
        .case(device::cases::DeviceClaim)
        .case(device::cases::DeviceReview)
        .grpc(|platform| DeviceServiceServer::new(device::rpc::Devices(platform)))
        // Section 4.
        .case(disability::cases::DisabilityReview)
        // Section 5.
        .case(OfInjury(death::cases::DeathClaim))
        .case(OfInjury(death::cases::SurvivorClaim))
        .case(OfInjury(death::cases::SurvivorChanged))
        .daily(death::runs::ComingsOfAge::default())
        // Section 6.
        .case(third_party::cases::ThirdPartyCompensation)
        // Section 7.
        .case(advance::cases::AdvanceApplication)
        .case(advance::cases::AdvanceReview)
        .grpc(|platform| AdvanceServiceServer::new(advance::rpc::Advances(platform)))
}
