//! Finance (财务管理): the money of the fund and the books that are kept of it, chapter 7 of the procedure.

pub mod accounting;
pub mod duties;
pub mod expenditure;
pub mod income;
pub mod ledger;
pub mod reactions;

mod parameters;

pub use parameters::PARAMETERS;

use chassis::Service;
use contracts::finance::v1::accounting_service_server::AccountingServiceServer;
use contracts::finance::v1::expenditure_service_server::ExpenditureServiceServer;
use contracts::finance::v1::income_service_server::IncomeServiceServer;

/// Finance on one screen.
#[must_use]
pub fn service() -> Service {
    Service::new("finance")
        .migrations(sqlx::migrate!())
        .parameters(PARAMETERS)
        .reaction(reactions::Audit)
        .reaction(reactions::Collection)
        .reaction(reactions::Payment)
        // Section 1.
        .case(income::cases::WriteOff)
        .case(income::cases::Draw)
        .grpc(|platform| IncomeServiceServer::new(income::rpc::Income(platform)))
        // Section 2.
        .case(expenditure::cases::UsePlanning)
        .case(expenditure::cases::ReserveUse)
        .case(expenditure::cases::PreventionUse)
        .run(expenditure::runs::PayOutRun)
        .batch(expenditure::batches::PayResults)
        .grpc(|platform| ExpenditureServiceServer::new(expenditure::rpc::Expenditure(platform)))
        // Section 3.
        .case(accounting::cases::HandVoucher)
        .case(accounting::cases::Correction)
        .case(accounting::cases::PeriodClose)
        .case(accounting::cases::PostAssignment)
        .grpc(|platform| AccountingServiceServer::new(accounting::rpc::Accounting(platform)))
}
