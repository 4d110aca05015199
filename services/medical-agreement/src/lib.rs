//! Medical agreement (协议管理): where injured employees are treated, rehabilitated and equipped, by whom
//! and for what, chapter 4 of the procedure.

pub mod agreement;
pub mod approval;
pub mod catalogue;
pub mod device;
pub mod events;
pub mod own;
pub mod patient;
pub mod peers;
pub mod reactions;
pub mod rehabilitation;
pub mod treatment;

mod parameters;

pub use parameters::PARAMETERS;

use chassis::Service;
use contracts::medical_agreement::v1::agreement_service_server::AgreementServiceServer;
use contracts::medical_agreement::v1::device_service_server::DeviceServiceServer;
use contracts::medical_agreement::v1::rehabilitation_service_server::RehabilitationServiceServer;
use contracts::medical_agreement::v1::treatment_service_server::TreatmentServiceServer;

/// Medical agreement on one screen.
#[must_use]
pub fn service() -> Service {
    Service::new("medical-agreement")
        .migrations(sqlx::migrate!())
        .parameters(PARAMETERS)
        .reaction(reactions::Audit)
        // Section 1.
        .case(agreement::cases::AgreementSigning)
        .case(agreement::cases::AgreementChange)
        .case(agreement::cases::AgreementTermination)
        .case(agreement::cases::PatientListing)
        .case(agreement::cases::InstitutionAppraisal)
        .case(agreement::cases::ServiceSuspension)
        .grpc(|platform| AgreementServiceServer::new(agreement::rpc::Agreements(platform)))
        // Section 2.
        .case(treatment::cases::OutsideAccident)
        .case(treatment::cases::ReturnTransfer)
        .case(treatment::cases::ResidenceTreatment)
        .case(treatment::cases::RelapseTreatment)
        .case(treatment::cases::CommitteeReferral)
        .batch(treatment::batches::RelapseConclusions)
        .case(treatment::cases::Referral)
        .case(treatment::cases::ApprovalTermination)
        .batch(catalogue::batches::CatalogueList)
        .case(catalogue::cases::CatalogueAdjustment)
        .grpc(|platform| TreatmentServiceServer::new(treatment::rpc::Treatment(platform)))
        // Section 3.
        .batch(rehabilitation::batches::CandidateList)
        .case(rehabilitation::cases::RehabilitationStay)
        .case(rehabilitation::cases::RehabilitationExtension)
        .case(rehabilitation::cases::RehabilitationEvaluation)
        .case(rehabilitation::cases::ExpertPoolChange)
        .grpc(|platform| {
            RehabilitationServiceServer::new(rehabilitation::rpc::Rehabilitations(platform))
        })
        // Section 4.
        .case(device::cases::DeviceApproval)
        .case(device::cases::OutsideDeviceApproval)
        .grpc(|platform| DeviceServiceServer::new(device::rpc::Devices(platform)))
}
