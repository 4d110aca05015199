//! Benefit review (工伤待遇审核): who was injured at work, and what the law gives for it, chapter 5 of the
//! procedure.

pub mod injury;
pub mod peers;

use chassis::Service;
use contracts::benefit_review::v1::injury_service_server::InjuryServiceServer;

/// File name and YAML of each parameter; [`law::parameter::SHARED`] comes on top.
pub const PARAMETERS: &[(&str, &str)] = &[
    (
        "recognition_days.yaml",
        include_str!("../parameters/recognition_days.yaml"),
    ),
    (
        "stoppage_months.yaml",
        include_str!("../parameters/stoppage_months.yaml"),
    ),
    (
        "stoppage_extension_months.yaml",
        include_str!("../parameters/stoppage_extension_months.yaml"),
    ),
    (
        "extra_evidence.yaml",
        include_str!("../parameters/extra_evidence.yaml"),
    ),
];

/// Benefit review on one screen.
#[must_use]
pub fn service() -> Service {
    Service::new("benefit-review")
        .migrations(sqlx::migrate!())
        .parameters(PARAMETERS)
        // Section 1.
        .case(injury::cases::AccidentFiling)
        .case(injury::cases::InjuryRegistration)
        .case(injury::cases::WorkCapacityRegistration)
        .case(injury::cases::OneOffSettlement)
        .case(injury::cases::RelationChange)
        .batch(injury::batches::Recognitions)
        .batch(injury::batches::Conclusions)
        .grpc(|platform| InjuryServiceServer::new(injury::rpc::Injuries(platform)))
}
