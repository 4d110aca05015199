//! Months that the payroll was charged for and that a special way covers since, and those that one covers no
//! more (article 31).

use chassis::testing::reason;
use contracts::collection::v1::{
    BackPaymentDeclaration, PayrollCharge, SmallMineDeclaration, SmallServiceDeclaration,
    UnderDeclarationKind,
};
use law::Month;
use rust_decimal::Decimal;
use time::macros::date;

use crate::books::Books;
use crate::corrections::{owes, pays};
use crate::month::agrees;
use crate::payment_state::state;
use crate::runs::sign;
use crate::special_corrected::{decided, due, dug, instead, less_before, mine};
use crate::support::*;
use crate::under_declaration::finding;

/// What a month is charged by payroll.
fn charge(of: Month, amount: &str) -> PayrollCharge {
    PayrollCharge {
        month: Some(of.into()),
        amount: yuan(amount),
    }
}

/// Employer 1 has a business of one person, whose payroll was charged for October and November: 24.00 (6000
/// yuan x 0.4%), which is paid, and provisionally 26.40.
async fn by_payroll() -> Books {
    let books = Books {
        service: collection().await,
    };
    let service = &books.service;
    let mut events = registered(1, "62");
    events.push(enrolled(1, 1, 6000, month(10)));
    service.clock().set(at(date!(2026 - 10 - 05)));
    tell(service, events).await;
    assess(service, month(10)).await;
    pays(&books, month(10), "24.00", date!(2026 - 10 - 20)).await;
    assess(service, month(11)).await;
    books
}

// Art. 16
// Art. 31
#[tokio::test]
async fn months_that_are_covered_no_more_are_charged_by_payroll_and_may_be_covered_again() {
    let books = mine().await;
    let (case, _) = decided(&books, &dug("1000", month(12))).await.unwrap();
    assess(&books.service, month(10)).await;
    assess(&books.service, month(11)).await;
    books.service.clock().set(at(date!(2026 - 12 - 01)));
    let shorter = instead(&case, dug("800", month(10)));
    let (_, decision) = decided(&books, &shorter).await.unwrap();
    assert_eq!(decision.contribution, yuan("-304.00"));
    // November is assessed, December is not yet.
    assert_eq!(decision.restored, [charge(month(11), "190.00")]);
    assert_eq!(decision.due_on, Some(date!(2026 - 12 - 31).into()));
    assert_eq!(
        due(&principal(&books.service, 1, month(10)).await),
        ["1520.00", "-304.00"]
    );
    let service = &books.service;
    assert_eq!(due(&principal(service, 1, month(11)).await), ["190.00"]);
    let form = assessment(service, 1, month(11)).await.unwrap();
    assert_eq!((form.headcount, form.contribution), (2, yuan("190.00")));
    let later = SmallMineDeclaration {
        from_month: Some(month(11).into()),
        ..dug("200", month(12))
    };
    let (_, decision) = decided(&books, &later).await.unwrap();
    assert_eq!(decision.replaced, [charge(month(11), "190.00")]);
    assert_eq!(
        due(&principal(service, 1, month(11)).await),
        ["190.00", "114.00", "190.00", "-190.00"]
    );
    let bill = {
        assess(service, month(12)).await;
        assessment(service, 1, month(12)).await.unwrap()
    };
    assert_eq!((bill.headcount, bill.contribution), (0, yuan("0.00")));
    assert_eq!(
        (bill.special_contribution, bill.back_payment),
        (yuan("0.00"), yuan("0.00"))
    );
    books.totals().await;
}

// Art. 28
// Art. 31
#[tokio::test]
async fn months_change_their_way_while_no_month_is_being_assessed() {
    let books = mine().await;
    let service = &books.service;
    assess(service, month(10)).await;
    let run = previewed(service, month(11)).await;
    let refused = decided(&books, &dug("1000", month(10))).await.unwrap_err();
    assert_eq!(reason(&refused), "MONTH_BEING_ASSESSED");
    sign(service, &run).await;
    decided(&books, &dug("1000", month(10))).await.unwrap();
}

// Art. 24
// Art. 31
#[tokio::test]
async fn wages_that_are_found_missing_are_made_good_before_a_special_way() {
    let books = mine().await;
    let service = &books.service;
    assess(service, month(10)).await;
    let missing = finding(UnderDeclarationKind::TooLow, Some("1000"));
    let found = approve(service, &missing).await.unwrap();
    let refused = decided(&books, &dug("1000", month(10))).await.unwrap_err();
    assert_eq!(reason(&refused), "SPECIAL_FINDING_OPEN");
    let good = BackPaymentDeclaration {
        finding_id: found.case_id,
        ..back_payment(vec![owed(1, month(10), "7000")])
    };
    service.clock().set(at(date!(2026 - 11 - 02)));
    approve(service, &good).await.unwrap();
    decided(&books, &dug("1000", month(10))).await.unwrap();
    let refused = approve(service, &missing).await.unwrap_err();
    assert_eq!(reason(&refused), "COVERED_BY_SPECIAL_WAY");
}

// Art. 28
// Art. 31
// Art. 37
// Art. 125
#[tokio::test]
async fn a_special_way_takes_the_place_of_what_the_payroll_was_charged() {
    let books = by_payroll().await;
    let service = &books.service;
    service.clock().set(at(date!(2026 - 12 - 01)));
    let from_october = by_headcount(service, 1, (month(10), month(12))).await;
    let (_, decision) = decided(&books, &from_october).await.unwrap();
    // 1 person x 3600 yuan x 0.4% x 3 months: less than was charged.
    assert_eq!(decision.contribution, yuan("43.20"));
    assert_eq!(
        decision.replaced,
        [charge(month(10), "24.00"), charge(month(11), "26.40")]
    );
    assert_eq!(decision.due_on, None, "what is due was due before");
    let october = principal(service, 1, month(10)).await;
    assert_eq!(due(&october), ["24.00", "20.57", "-24.00"]);
    let november = principal(service, 1, month(11)).await;
    assert_eq!(due(&november), ["26.40", "22.63", "-26.40"]);
    let form = assessment(service, 1, month(11)).await.unwrap();
    assert_eq!((form.headcount, form.contribution), (0, yuan("0.00")));
    // October was paid, of November less is late: six days at 0.05%.
    owes(&books, "22.63", "0.07", "3.43").await;
    let state = state(service, None, date!(2026 - 11 - 28)).await;
    assert_eq!(state.unpaid_months, [month(11).into()]);
    // No wages are declared for the covered months any more, and what is told of them changes nothing.
    let late = declaration(month(11), month(11), vec![wage(1, "9000")]);
    let refused = approve(service, &late).await.unwrap_err();
    assert_eq!(reason(&refused), "MONTH_ASSESSED");
    tell(service, vec![moved(1, "65", date!(2026 - 10 - 01))]).await;
    let october = principal(service, 1, month(10)).await;
    assert_eq!(due(&october), ["24.00", "20.57", "-24.00"]);
    assess(service, month(12)).await;
    let bill = assessment(service, 1, month(12)).await.unwrap();
    assert_eq!(bill.contribution, yuan("0.00"));
    // 7.20 less, of which 3.77 were never paid.
    assert_eq!(less_before(&bill), "3.77");
    agrees(service, month(12)).await;
}

// Art. 31
#[tokio::test]
async fn what_is_due_beyond_what_the_payroll_was_charged_is_due_after_a_term() {
    let books = by_payroll().await;
    let service = &books.service;
    service.clock().set(at(date!(2026 - 11 - 20)));
    let four = SmallServiceDeclaration {
        headcount: 4,
        ..by_headcount(service, 1, (month(10), month(12))).await
    };
    let (_, decision) = decided(&books, &four).await.unwrap();
    assert_eq!(decision.contribution, yuan("172.80"));
    assert_eq!(decision.due_on, Some(date!(2026 - 12 - 20).into()));
    let october = principal(service, 1, month(10)).await;
    assert_eq!(due(&october), ["24.00", "24.00", "122.40", "-24.00"]);
    owes(&books, "148.80", "0.00", "0.00").await;
}

// Art. 31
#[tokio::test]
async fn what_a_later_assessment_charged_for_a_month_is_replaced_too() {
    let books = by_payroll().await;
    let service = &books.service;
    // Told of after November was counted: December's assessment charges November.
    let mut events = registered(2, "62");
    events.push(enrolled(2, 3, 6000, month(11)));
    tell(service, events).await;
    assess(service, month(12)).await;
    let before = amounts(&principal(service, 2, month(11)).await);
    let november = by_headcount(service, 2, (month(11), month(11))).await;
    approve(service, &november).await.unwrap();
    let off = format!("-{}", before[0]);
    let after = amounts(&principal(service, 2, month(11)).await);
    assert!(
        after.contains(&before[0]) && after.contains(&off),
        "{after:?}"
    );
    assert!(after.contains(&"14.40".to_owned()), "{after:?}");
    assert_eq!(after.len(), 3);
}

// Art. 30
// Art. 31
// Art. 125
#[tokio::test]
async fn a_mistaken_special_way_that_is_corrected_leaves_what_was_owed_before() {
    let books = mine().await;
    let service = &books.service;
    assess(service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 20)));
    let before = books.owes(&employer_id(1)).await;
    assert_eq!(before.0, "190.00");
    let (case, decision) = decided(&books, &dug("10", month(10))).await.unwrap();
    assert_eq!(decision.contribution, yuan("15.20"));
    let december = SmallMineDeclaration {
        from_month: Some(month(12).into()),
        ..instead(&case, dug("5", month(12)))
    };
    let (_, decision) = decided(&books, &december).await.unwrap();
    assert_eq!(decision.restored, [charge(month(10), "190.00")]);
    let owed = principal(service, 1, month(10)).await;
    assert_eq!(
        due(&owed),
        ["190.00", "15.20", "-15.20", "-190.00", "190.00"]
    );
    assert_eq!(owed[4].value_on, owed[0].value_on, "late as it was");
    let state = state(service, None, date!(2026 - 11 - 10)).await;
    assert!(state.unpaid_months.contains(&month(10).into()));
}

// Art. 31
// Law 62
#[tokio::test]
async fn a_month_that_is_covered_no_more_waits_for_its_declaration() {
    let books = by_payroll().await;
    let service = &books.service;
    service.clock().set(at(date!(2026 - 12 - 01)));
    let both = by_headcount(service, 1, (month(10), month(11))).await;
    let (case, _) = decided(&books, &both).await.unwrap();
    let october = SmallServiceDeclaration {
        to_month: Some(month(10).into()),
        corrects_case_id: case,
        ..both
    };
    let (_, decision) = decided(&books, &october).await.unwrap();
    assert_eq!(decision.restored, [charge(month(11), "24.00")]);
    let late = declaration(month(11), month(11), vec![wage(1, "9000")]);
    approve(service, &late).await.unwrap();
    let form = assessment(service, 1, month(11)).await.unwrap();
    assert_eq!(form.contribution, yuan("36.00"));
    let total: Decimal = due(&principal(service, 1, month(11)).await)
        .iter()
        .map(|amount| amount.parse::<Decimal>().unwrap())
        .sum();
    assert_eq!(total, Decimal::from(36));
}
