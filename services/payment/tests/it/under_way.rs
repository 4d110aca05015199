//! What arrives while a payroll is being signed: article 80.

use contracts::benefit_review::v1::{Benefit, BenefitKind};
use time::macros::date;

use crate::support::*;

// Art. 80
#[tokio::test]
async fn who_died_while_it_was_signed_is_left_to_the_next_payroll() {
    let service = alone().await;
    decide(
        &service,
        &[
            allowance(1, "1000.00", "2026-11"),
            allowance(2, "2000.00", "2026-11"),
        ],
    )
    .await;
    has_account(&service, 1).await;
    has_account(&service, 2).await;
    let run = preview(&service, &order("2026-11")).await;
    died(&service, 1, Some(date!(2026 - 10 - 31))).await;
    let done = complete(&service, &run).await;
    assert_eq!(
        orders(&service, &done).await,
        [("工伤职工2".to_owned(), "2000.00".to_owned())]
    );
    assert_eq!(yuan(done.total.as_ref()), "2000.00");
    let left = left(&service, &done).await;
    assert_eq!((left.len(), left[0].payee_name.as_str()), (1, "工伤职工1"));
    // Nothing is due after the death.
    let next = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(next.orders, 0);
    assert!(entries(&service, 1).await.is_empty());
}

// Art. 80
#[tokio::test]
async fn what_is_decided_anew_while_it_is_signed_is_left_and_what_comes_beside_it_waits() {
    let service = alone().await;
    let nursing = |amount| monthly(1, BenefitKind::NursingAllowance, amount, "2026-11");
    decide(
        &service,
        &[
            allowance(1, "1000.00", "2026-11"),
            nursing("500.00"),
            allowance(2, "700.00", "2026-11"),
        ],
    )
    .await;
    has_account(&service, 1).await;
    has_account(&service, 2).await;
    let run = preview(&service, &order("2026-11")).await;
    decide(
        &service,
        &[Benefit {
            replaces: true,
            ..nursing("600.00")
        }],
    )
    .await;
    decide(
        &service,
        &[once(2, BenefitKind::LumpSumDisability, "9000.00")],
    )
    .await;
    let done = complete(&service, &run).await;
    assert_eq!(
        orders(&service, &done).await,
        [
            ("工伤职工1".to_owned(), "1000.00".to_owned()),
            ("工伤职工2".to_owned(), "700.00".to_owned())
        ]
    );
    let left = left(&service, &done).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].lines.len(), 1);
    let next = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(
        orders(&service, &next).await,
        [
            ("工伤职工1".to_owned(), "600.00".to_owned()),
            ("工伤职工2".to_owned(), "9000.00".to_owned())
        ]
    );
}

// Art. 80
#[tokio::test]
async fn who_is_to_be_paid_elsewhere_by_then_is_left_to_the_next_payroll() {
    let service = alone().await;
    decide(&service, &[allowance(1, "1000.00", "2026-11")]).await;
    has_account(&service, 1).await;
    let run = preview(&service, &order("2026-11")).await;
    has_account(&service, 1).await;
    let done = complete(&service, &run).await;
    assert_eq!(done.orders, 0);
    let next = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(
        orders(&service, &next).await,
        [("工伤职工1".to_owned(), "1000.00".to_owned())]
    );
}

// Art. 90
#[tokio::test]
async fn who_owes_back_by_then_is_left_so_that_it_is_set_off() {
    let service = alone().await;
    let meals = |amount| once(1, BenefitKind::Meals, amount);
    decide(&service, &[meals("100.00")]).await;
    has_account(&service, 1).await;
    pay(&service, &order("2026-10")).await;
    decide(&service, &[once(1, BenefitKind::Travel, "300.00")]).await;
    let run = preview(&service, &order("2026-11")).await;
    let less = Benefit {
        is_difference: true,
        ..meals("-30.00")
    };
    decide(&service, &[less]).await;
    let done = complete(&service, &run).await;
    assert_eq!(done.orders, 0);
    let next = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(yuan(next.total.as_ref()), "270.00");
}

// Art. 80
// Art. 90
#[tokio::test]
async fn a_hospital_is_paid_what_still_holds_though_a_bill_is_reviewed_by_then() {
    let service = alone().await;
    decide(&service, &[bill(1, "100.00")]).await;
    pay(&service, &order("2026-10")).await;
    decide(&service, &[bill(2, "300.00"), bill(3, "50.00")]).await;
    let run = preview(&service, &order("2026-11")).await;
    let less = |n, amount| Benefit {
        is_difference: true,
        ..bill(n, amount)
    };
    // One that was paid before, and one that is signed.
    decide(&service, &[less(1, "-30.00"), less(3, "-5.00")]).await;
    let done = complete(&service, &run).await;
    assert_eq!(yuan(done.total.as_ref()), "300.00");
    assert_eq!(left(&service, &done).await[0].lines.len(), 1);
    let next = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(yuan(next.total.as_ref()), "15.00");
    let mut found = Vec::new();
    for n in 1..=3 {
        found.push(entries(&service, n).await.join(", "));
    }
    assert_eq!(
        found,
        [
            "ONE_OFF  100.00, SET_OFF  -30.00",
            "ONE_OFF  300.00",
            "ONE_OFF  45.00"
        ]
    );
}
