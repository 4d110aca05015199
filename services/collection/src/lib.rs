//! Chapter 3 of the procedure: what employers owe, what they paid, and who is in arrears.

pub mod arrears;
pub mod assessment;
pub mod base;
pub mod employer;
pub mod ledger;
pub mod rate;
pub mod reactions;
pub mod settlement;

mod notice;
mod parameters;
mod wire;

pub use parameters::PARAMETERS;

use contracts::collection::v1::arrears_service_server::ArrearsServiceServer;
use contracts::collection::v1::assessment_service_server::AssessmentServiceServer;
use contracts::collection::v1::base_service_server::BaseServiceServer;
use contracts::collection::v1::rate_service_server::RateServiceServer;
use contracts::collection::v1::settlement_service_server::SettlementServiceServer;

/// Collection on one screen.
#[must_use]
pub fn service() -> chassis::Service {
    chassis::Service::new("collection")
        .migrations(sqlx::migrate!())
        .parameters(PARAMETERS)
        .guard_parameters(assessment::runs::Assessing)
        .reaction(reactions::Registration)
        .reaction(reactions::Finance)
        .reaction(reactions::Audit)
        // Section 1.
        .case(base::cases::BaseDeclaration)
        .case(base::cases::BaseConfirmation)
        .case(base::cases::UnderDeclared)
        .case(base::cases::HandToAudit)
        .case(base::cases::NothingMissing)
        .batch(base::batches::WageRoster)
        .grpc(|platform| BaseServiceServer::new(base::rpc::Bases(platform)))
        // Section 2.
        .case(rate::cases::RateReassessment)
        .case(rate::cases::RateFloatingReport)
        .batch(rate::batches::FloatingFactList)
        .run(rate::runs::RateFloating)
        .grpc(|platform| RateServiceServer::new(rate::rpc::Rates(platform)))
        // Section 3.
        .case(assessment::cases::BackPayment)
        .case(assessment::cases::ConstructionProject)
        .case(assessment::cases::ProjectChange)
        .case(assessment::cases::SmallServiceBusiness)
        .case(assessment::cases::SmallMineOutput)
        .batch(assessment::batches::BackPaymentRoster)
        .run(assessment::runs::MonthAssessment)
        .daily(assessment::runs::Kept)
        .grpc(|platform| AssessmentServiceServer::new(assessment::rpc::Assessments(platform)))
        // Section 4.
        .case(settlement::cases::Handover)
        .batch(settlement::batches::PaidRows)
        .run(settlement::runs::Dunning)
        .daily(ledger::credits::OverduePaid)
        .grpc(|platform| SettlementServiceServer::new(settlement::rpc::Settlement(platform)))
        // Section 5.
        .case(arrears::cases::RefusalToRepay)
        .case(arrears::cases::AbilityAudit)
        .case(arrears::cases::Agreement)
        .case(arrears::cases::WriteOff)
        .case(arrears::cases::CreditRefund)
        .run(arrears::runs::RepaymentNotices)
        .daily(arrears::runs::EndOfTerms)
        .grpc(|platform| ArrearsServiceServer::new(arrears::rpc::ArrearsLedger(platform)))
}
