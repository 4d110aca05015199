//! What a hospital settled online and claimed is told to whom it concerns, and paid to it.

use chassis::testing::{AREA, clerk, eventually, party, person};
use contracts::benefit_review::v1::InstitutionClaimForm;
use contracts::options::v1::{Caller, Department, Duty};
use contracts::payment::v1::payroll_service_client::PayrollServiceClient;
use contracts::payment::v1::{
    BenefitNotice, ListNoticesRequest, ListPaymentOrdersRequest, PaymentChannel, PaymentOrder,
    PayrollOrder,
};
use law::Month;
use time::macros::{date, datetime};

use crate::hospital::bills::{institution_id, visit};
use crate::hospital::program::Program;
use crate::hospital::{day_totals, hospital_town};
use crate::town::Town;

/// The notices that somebody has, once there is one.
async fn notices(town: &Town, actor: &chassis::Actor) -> Vec<BenefitNotice> {
    let mut payrolls = PayrollServiceClient::new(town.payment.connect(actor).await);
    eventually(async || {
        let request = ListNoticesRequest {
            pooling_area: AREA.to_owned(),
            ..ListNoticesRequest::default()
        };
        let listed = payrolls.list_notices(request).await.unwrap().into_inner();
        Some(listed.notices).filter(|notices| !notices.is_empty())
    })
    .await
}

async fn orders(town: &Town, actor: &chassis::Actor) -> Vec<PaymentOrder> {
    let mut payrolls = PayrollServiceClient::new(town.payment.connect(actor).await);
    let request = ListPaymentOrdersRequest {
        pooling_area: AREA.to_owned(),
        ..ListPaymentOrdersRequest::default()
    };
    let listed = payrolls.list_payment_orders(request).await;
    listed.unwrap().into_inner().orders
}

// Art. 79, Art. 80
#[tokio::test]
async fn what_a_hospital_claimed_is_told_and_paid_to_it_to_the_fen() {
    let (town, patient) = hospital_town().await;
    let program = Program::of(&town, 1).await;
    program.write(&[visit("MZ-1", &patient)]);
    let answer = program.settle(&[]).await;
    assert!(answer.is_well, "{}", answer.wrong);
    let settled = day_totals(&town).await;

    town.payment.clock().set(datetime!(2026-12-17 09:00 +8));
    let hospital = party(Caller::Institution, &institution_id(1));
    let claim = InstitutionClaimForm {
        institution_id: institution_id(1),
        until_on: Some(date!(2026 - 12 - 16).into()),
        encounters: settled.encounters,
        fund: settled.fund.clone(),
    };
    let claimed = town.benefit_review.approve(&hospital, &claim, &[]).await;
    let claimed = claimed.unwrap();

    let told = notices(&town, &hospital).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].case_id, claimed.case_id);
    assert_eq!(told[0].lines[0].amount, settled.fund);
    assert_eq!(notices(&town, &person(&told[0].person_id)).await, told);

    let handler = clerk(Department::Business, Duty::Handler);
    let order = PayrollOrder {
        month: Some(Month::new(2026, 12).unwrap().into()),
        supplementary: false,
    };
    let run = town.payment.preview(&handler, &order).await.unwrap();
    assert!(orders(&town, &hospital).await.is_empty());
    town.payment.sign_off_run(&handler, &run).await.unwrap();
    let done = town.payment.run_done(&handler, &run.run_id).await.unwrap();
    assert_eq!(done.error, "");
    let paid = orders(&town, &hospital).await;
    assert_eq!(paid.len(), 1);
    assert_eq!(paid[0].channel(), PaymentChannel::Institution);
    assert_eq!(paid[0].organisation_id, institution_id(1));
    assert_eq!(paid[0].amount, settled.fund);
}
