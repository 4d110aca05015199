//! Payment (工伤待遇和专项费用支付): what is paid of what was decided, chapter 6 of the procedure.

pub mod account;
pub mod adjustment;
pub mod payroll;
pub mod reactions;
pub mod special_fund;

mod parameters;

pub use parameters::PARAMETERS;

use chassis::Service;
use contracts::payment::v1::adjustment_service_server::AdjustmentServiceServer;
use contracts::payment::v1::payroll_service_server::PayrollServiceServer;
use contracts::payment::v1::special_fund_service_server::SpecialFundServiceServer;

/// Payment on one screen.
#[must_use]
pub fn service() -> Service {
    Service::new("payment")
        .migrations(sqlx::migrate!())
        .parameters(PARAMETERS)
        .reaction(reactions::BenefitReview)
        .reaction(reactions::Collection)
        .reaction(reactions::Registration)
        // Section 1.
        .case(payroll::cases::BankAccountChange)
        .case(payroll::cases::Repayment)
        .run(payroll::runs::MonthPayroll)
        .grpc(|platform| PayrollServiceServer::new(payroll::rpc::Payrolls(platform)))
        // Section 2.
        .case(special_fund::cases::AppraisalFees)
        .case(special_fund::cases::AppraisalFeeRefund)
        .case(special_fund::cases::BudgetOfPrevention)
        .case(special_fund::cases::PreventionAgreement)
        .case(special_fund::cases::SpendingOnPrevention)
        .grpc(|platform| SpecialFundServiceServer::new(special_fund::rpc::SpecialFunds(platform)))
        // Section 3.
        .batch(adjustment::batches::EligibilityProofs)
        .case(adjustment::cases::PaymentStop)
        .case(adjustment::cases::PaymentResumption)
        .daily(adjustment::runs::Verification)
        .grpc(|platform| AdjustmentServiceServer::new(adjustment::rpc::Adjustments(platform)))
}
