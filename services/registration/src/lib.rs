//! Registration (社会保险登记): who is registered and who is insured, chapter 2 of the procedure.

pub mod certificate;
pub mod change;
pub mod deregistration;
pub mod employer;
pub mod enrolment;
pub mod events;
pub mod exchange;
pub mod peers;
pub mod person;

use chassis::Service;
use contracts::registration::v1::certificate_service_server::CertificateServiceServer;
use contracts::registration::v1::change_service_server::ChangeServiceServer;
use contracts::registration::v1::deregistration_service_server::DeregistrationServiceServer;
use contracts::registration::v1::enrolment_service_server::EnrolmentServiceServer;
use contracts::registration::v1::exchange_service_server::ExchangeServiceServer;

/// The parameters of the service: file names and their YAML.
pub const PARAMETERS: &[(&str, &str)] = &[
    (
        "certificate_valid_years",
        include_str!("../parameters/certificate_valid_years.yaml"),
    ),
    (
        "extra_evidence",
        include_str!("../parameters/extra_evidence.yaml"),
    ),
    (
        "forced_deregistration_years",
        include_str!("../parameters/forced_deregistration_years.yaml"),
    ),
    (
        "review_days",
        include_str!("../parameters/review_days.yaml"),
    ),
    (
        "verification_interval_years",
        include_str!("../parameters/verification_interval_years.yaml"),
    ),
    (
        "verification_term_days",
        include_str!("../parameters/verification_term_days.yaml"),
    ),
];

/// The service: its sections, cases, lists and runs.
#[must_use]
pub fn service() -> Service {
    Service::new("registration")
        .migrations(sqlx::migrate!())
        .parameters(PARAMETERS)
        .parameter_of("collection", enrolment::window::DUE_DAY)
        .case(enrolment::cases::EmployerRegistration)
        .case(enrolment::cases::StaffChange)
        .batch(enrolment::batches::Roster)
        .run(enrolment::runs::PreEnrolment)
        .grpc(|platform| EnrolmentServiceServer::new(enrolment::rpc::Enrolment(platform)))
        .case(change::cases::EmployerChange)
        .case(change::cases::PersonDataChange)
        .case(change::cases::DeathCorrection)
        .grpc(|platform| ChangeServiceServer::new(change::rpc::Change(platform)))
        .case(deregistration::cases::Deregistration)
        .case(deregistration::cases::ForcedDeregistration)
        .grpc(|platform| {
            DeregistrationServiceServer::new(deregistration::rpc::Deregistrations(platform))
        })
        .case(certificate::cases::CertificateVerification)
        .case(certificate::cases::AuditOpinion)
        .case(certificate::cases::CertificateRenewal)
        .case(certificate::cases::CertificateReplacement)
        .run(certificate::runs::VerificationRound)
        .daily(certificate::rounds::hand_over::HandOver)
        .run(certificate::runs::UnverifiedList)
        .grpc(|platform| CertificateServiceServer::new(certificate::rpc::Certificates(platform)))
        .batch(exchange::batches::AuthorityNotices)
        .batch(exchange::batches::ResidentNotices)
        .batch(exchange::batches::OutsideEmployers)
        .batch(exchange::batches::OutsidePersons)
        .grpc(|platform| ExchangeServiceServer::new(exchange::rpc::Exchange(platform)))
}
