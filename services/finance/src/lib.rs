//! Finance (财务管理): the money of the fund and the books that are kept of it, chapter 7 of the procedure.

pub mod accounting;
pub mod bank;
pub mod duties;
pub mod income;
pub mod ledger;
pub mod reactions;

mod parameters;

pub use parameters::PARAMETERS;

use chassis::Service;
use contracts::finance::v1::accounting_service_server::AccountingServiceServer;
use contracts::finance::v1::income_service_server::IncomeServiceServer;

/// Finance on one screen.
#[must_use]
pub fn service() -> Service {
    Service::new("finance")
        .migrations(sqlx::migrate!())
        .parameters(PARAMETERS)
        .reaction(reactions::Collection)
        // Section 1.
        .case(income::cases::WriteOff)
        .grpc(|platform| IncomeServiceServer::new(income::rpc::Income(platform)))
        // Section 3.
        .case(accounting::cases::HandVoucher)
        .case(accounting::cases::Correction)
        .case(accounting::cases::PeriodClose)
        .case(accounting::cases::PostAssignment)
        .grpc(|platform| AccountingServiceServer::new(accounting::rpc::Accounting(platform)))
}
