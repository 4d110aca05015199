//! What was paid too much and nothing comes to take it off from: articles 80 and 90.

use chassis::testing::{AREA, TestService, person as as_person, reason};
use contracts::Money;
use contracts::benefit_review::v1::{Benefit, BenefitKind};
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{ListOverpaymentsRequest, Overpayment, PaymentEvent, RepaymentForm};
use time::macros::date;
use tonic::Status;

use crate::support::*;

const RECEIPT: &[EvidenceKind] = &[EvidenceKind::BankReceipt];

/// What payees owe back, as `actor` sees it.
async fn owed(service: &TestService, actor: &chassis::Actor) -> Vec<Overpayment> {
    let request = ListOverpaymentsRequest {
        pooling_area: AREA.to_owned(),
        ..ListOverpaymentsRequest::default()
    };
    let mut client = client(service, actor).await;
    let listed = client.list_overpayments(request).await.unwrap();
    listed.into_inner().overpayments
}

/// What audit and finance were told to ask for, and what came back: "FOUND 1000.00" and "REPAID 400.00 600.00".
async fn told(service: &TestService) -> Vec<String> {
    let told = service.told::<PaymentEvent>("registration").await;
    let told = told.into_iter().filter_map(|(_, event)| match event.what? {
        What::OverpaymentFound(one) => {
            Some(format!("FOUND {}", yuan(one.overpayment?.amount.as_ref())))
        }
        What::OverpaymentRepaid(one) => Some(format!(
            "REPAID {} {}",
            yuan(one.amount.as_ref()),
            yuan(one.left?.amount.as_ref())
        )),
        _ => None,
    });
    told.collect()
}

async fn repay(
    service: &TestService,
    owed: &Overpayment,
    (voucher_number, amount): (&str, &str),
) -> Result<(), Status> {
    let form = RepaymentForm {
        payee_id: owed.payee_id.clone(),
        payee_name: owed.payee_name.clone(),
        amount: Some(Money::from_text(amount)),
        received_on: Some(date!(2026 - 11 - 02).into()),
        voucher_number: voucher_number.to_owned(),
    };
    service.approve(&handler(), &form, RECEIPT).await.map(drop)
}

// Art. 80, Art. 90
#[tokio::test]
async fn who_died_before_a_month_that_was_paid_is_told_once_and_what_comes_back_is_booked() {
    let service = alone().await;
    let told_of = [
        allowance(1, "1000.00", "2026-09"),
        allowance(2, "500.00", "2026-09"),
    ];
    decide(&service, &told_of).await;
    has_account(&service, 1).await;
    has_account(&service, 2).await;
    pay(&service, &order("2026-10")).await;
    died(&service, 1, Some(date!(2026 - 08 - 31))).await;
    pay(&service, &order("2026-11")).await;
    pay(&service, &supplementary("2026-11")).await;
    assert_eq!(told(&service).await, ["FOUND 2000.00"]);
    let listed = owed(&service, &handler()).await;
    assert_eq!(
        (listed.len(), listed[0].payee_name.as_str()),
        (1, "工伤职工1")
    );
    assert_eq!(owed(&service, &as_person(&person(1))).await, listed);
    assert!(owed(&service, &as_person(&person(2))).await.is_empty());

    let one = &listed[0];
    repay(&service, one, ("H1", "1400.00")).await.unwrap();
    let stranger = Overpayment {
        payee_name: "别人".to_owned(),
        ..one.clone()
    };
    for (of, money, expected) in [
        (one, ("H1", "1.00"), "REPAYMENT_KNOWN"),
        (one, ("H2", "600.01"), "REPAYMENT_TOO_MUCH"),
        (&stranger, ("H2", "1.00"), "REPAYMENT_TOO_MUCH"),
    ] {
        let refused = repay(&service, of, money).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let still = owed(&service, &handler()).await;
    assert_eq!(yuan(still[0].amount.as_ref()), "600.00");
    repay(&service, one, ("H2", "600.00")).await.unwrap();
    assert!(owed(&service, &handler()).await.is_empty());
    assert_eq!(
        told(&service).await,
        [
            "FOUND 2000.00",
            "REPAID 1400.00 600.00",
            "REPAID 600.00 0.00"
        ]
    );
    assert_eq!(
        entries(&service, 1).await,
        [
            "ARREARS 2026-09 1000.00",
            "REGULAR 2026-10 1000.00",
            "REPAID 2026-09 -1000.00",
            "REPAID 2026-10 -400.00",
            "REPAID 2026-10 -600.00"
        ]
    );
    let last = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(last.orders, 0);
}

// Art. 80, Art. 90
#[tokio::test]
async fn who_has_something_coming_is_not_asked_before_it_ends() {
    let service = alone().await;
    let meals = |amount| once(1, BenefitKind::Meals, amount);
    decide(
        &service,
        &[meals("3000.00"), allowance(1, "1000.00", "2026-09")],
    )
    .await;
    has_account(&service, 1).await;
    pay(&service, &order("2026-09")).await;
    let less = Benefit {
        is_difference: true,
        ..meals("-2800.00")
    };
    decide(&service, &[less]).await;
    pay(&service, &order("2026-10")).await;
    assert!(told(&service).await.is_empty());
    let ends = Benefit {
        replaces: true,
        until_month: wire_month("2026-11"),
        ..allowance(1, "1000.00", "2026-11")
    };
    decide(&service, &[ends]).await;
    pay(&service, &order("2026-11")).await;
    assert_eq!(told(&service).await, ["FOUND 800.00"]);
    // It is taken off what comes all the same, and nobody is asked any more.
    decide(&service, &[once(1, BenefitKind::Travel, "900.00")]).await;
    let last = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(yuan(last.total.as_ref()), "100.00");
    assert_eq!(told(&service).await, ["FOUND 800.00", "FOUND 0.00"]);
    assert!(owed(&service, &handler()).await.is_empty());
}

// Art. 80, Art. 90
#[tokio::test]
async fn what_comes_back_while_a_payroll_is_signed_is_not_taken_off_again() {
    let service = alone().await;
    let meals = |amount| once(1, BenefitKind::Meals, amount);
    decide(&service, &[meals("300.00")]).await;
    has_account(&service, 1).await;
    pay(&service, &order("2026-10")).await;
    let less = Benefit {
        is_difference: true,
        ..meals("-100.00")
    };
    decide(&service, &[less]).await;
    pay(&service, &order("2026-11")).await;
    let one = owed(&service, &handler()).await.remove(0);
    decide(&service, &[once(1, BenefitKind::Travel, "250.00")]).await;
    let run = preview(&service, &supplementary("2026-11")).await;
    repay(&service, &one, ("H1", "100.00")).await.unwrap();
    let done = complete(&service, &run).await;
    assert_eq!(done.orders, 0);
    let next = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(yuan(next.total.as_ref()), "250.00");
}
