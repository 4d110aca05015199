//! What becomes known after an assessment in a special way: more or less output, a project that costs less
//! (article 31).

use chassis::testing::reason;
use chassis::wire::from_any;
use collection::assessment::rules::{Owed, parts};
use contracts::collection::v1::{
    ContributionAssessment, LedgerEntry, LedgerEntryKind, Mineral, SmallMineDeclaration,
    SmallMineMethod, SmallServiceDeclaration, SpecialAssessmentDecision,
};
use contracts::form::FormMessage;
use contracts::registration::v1::EmployerDeregistered;
use contracts::registration::v1::registration_event::What;
use law::Month;
use rust_decimal::Decimal;
use time::macros::date;
use tonic::Status;
use uuid::Uuid;

use crate::books::Books;
use crate::corrections::{owes, pays};
use crate::month::agrees;
use crate::project::{building, change};
use crate::support::*;

/// Employer 1 digs coal; 80 yuan of wages are in a tonne, at 1.9%.
pub async fn mine() -> Books {
    let books = Books {
        service: collection().await,
    };
    coal_mine(&books.service).await;
    set(&books.service, "small_mine_wage_per_tonne.coal", "80").await;
    books
}

/// Its output from October to the month `last`.
pub fn dug(tonnes: &str, last: Month) -> SmallMineDeclaration {
    SmallMineDeclaration {
        employer_id: employer_id(1),
        from_month: Some(month(10).into()),
        to_month: Some(last.into()),
        mineral: Mineral::Coal as i32,
        method: SmallMineMethod::WageContent as i32,
        output: tonnes.to_owned(),
        corrects_case_id: String::new(),
    }
}

/// A declaration, signed: its case, and what was decided.
pub async fn decided<F: FormMessage>(
    books: &Books,
    declared: &F,
) -> Result<(String, SpecialAssessmentDecision), Status> {
    let case = approve(&books.service, declared).await?;
    Ok((case.case_id, from_any(&case.decision.unwrap()).unwrap()))
}

/// The output in the place of what the case assessed.
pub fn instead(case: &str, output: SmallMineDeclaration) -> SmallMineDeclaration {
    SmallMineDeclaration {
        corrects_case_id: case.to_owned(),
        ..output
    }
}

async fn october(books: &Books) -> Vec<String> {
    due(&principal(&books.service, 1, month(10)).await)
}

/// What fell due, entry by entry; what was paid of it is left out.
pub fn due(entries: &[LedgerEntry]) -> Vec<String> {
    let mut due = entries.to_vec();
    due.retain(|entry| entry.kind() != LedgerEntryKind::Receipt);
    amounts(&due)
}

/// What is to be paid less of earlier bills, so that this one does not take it off.
pub fn less_before(bill: &ContributionAssessment) -> String {
    let decimal = |money: Option<&contracts::Money>| money.unwrap().decimal().unwrap();
    let (total, payable) = (decimal(bill.total.as_ref()), decimal(bill.payable.as_ref()));
    (payable - total).to_string()
}

// Art. 31
// Art. 37
#[tokio::test]
async fn less_output_than_was_paid_for_leaves_a_credit_that_the_next_bill_takes_off() {
    let books = mine().await;
    let (case, first) = decided(&books, &dug("1200.5", month(10))).await.unwrap();
    assert_eq!(first.contribution, yuan("1824.76"));
    assess(&books.service, month(10)).await;
    pays(&books, month(10), "1824.76", date!(2026 - 10 - 24)).await;
    declare(&books.service, month(11), &[(1, "6000"), (2, "4000")]).await;
    let less = instead(&case, dug("1000", month(10)));
    let (_, less) = decided(&books, &less).await.unwrap();
    assert_eq!(less.contribution, yuan("-304.76"));
    assert_eq!(less.corrects_case_id, case);
    assert_eq!(less.due_on, None, "there is nothing to pay");
    owes(&books, "0.00", "0.00", "304.76").await;
    assess(&books.service, month(11)).await;
    let bill = assessment(&books.service, 1, month(11)).await.unwrap();
    assert_eq!(bill.special_contribution, yuan("-304.76"));
    assert_eq!(bill.total, yuan("-114.76"));
    agrees(&books.service, month(11)).await;
    owes(&books, "0.00", "0.00", "114.76").await;
}

// Art. 28
// Art. 31
#[tokio::test]
async fn output_that_is_corrected_before_its_bill_is_billed_once_as_it_is_known() {
    let books = mine().await;
    let (case, _) = decided(&books, &dug("1200.5", month(10))).await.unwrap();
    let less = instead(&case, dug("1000", month(10)));
    decided(&books, &less).await.unwrap();
    assess(&books.service, month(10)).await;
    let bill = assessment(&books.service, 1, month(10)).await.unwrap();
    assert_eq!(bill.special_contribution, yuan("1520.00"));
    assert_eq!(
        (bill.total, bill.payable),
        (yuan("1520.00"), yuan("1520.00"))
    );
    agrees(&books.service, month(10)).await;
}

// Art. 30
// Art. 31
#[tokio::test]
async fn less_output_that_was_not_paid_for_costs_no_late_fee_for_what_is_taken_off() {
    let books = mine().await;
    let (case, _) = decided(&books, &dug("1200.5", month(10))).await.unwrap();
    assess(&books.service, month(10)).await;
    // Ten days late: the last day in time is 4 November.
    books.service.clock().set(at(date!(2026 - 11 - 14)));
    let less = instead(&case, dug("1000", month(10)));
    decided(&books, &less).await.unwrap();
    owes(&books, "1520.00", "7.60", "0.00").await;
    // The bill of the month before is to be paid less; this one asks for its late fee alone.
    assess(&books.service, month(11)).await;
    let bill = assessment(&books.service, 1, month(11)).await.unwrap();
    assert_eq!(less_before(&bill), "304.76");
    books.totals().await;
}

// Art. 31
#[tokio::test]
async fn more_output_is_due_after_a_term_of_its_own_and_may_be_less_again() {
    let books = mine().await;
    let (case, _) = decided(&books, &dug("1000", month(10))).await.unwrap();
    assess(&books.service, month(10)).await;
    books.service.clock().set(at(date!(2026 - 11 - 02)));
    let more = instead(&case, dug("1200.5", month(10)));
    let (second, more) = decided(&books, &more).await.unwrap();
    assert_eq!(more.contribution, yuan("304.76"));
    assert_eq!(more.due_on, Some(date!(2026 - 12 - 02).into()));
    let same = instead(&case, dug("1200.5", month(10)));
    let same = decided(&books, &same).await.unwrap_err();
    assert_eq!(reason(&same), "SPECIAL_UNCHANGED");
    // What was added last is taken off first, then of what was there before; whichever case is named.
    let less = instead(&second, dug("900", month(10)));
    let (_, less) = decided(&books, &less).await.unwrap();
    assert_eq!(less.contribution, yuan("-456.76"));
    assert_eq!(less.corrects_case_id, case);
    assert_eq!(
        october(&books).await,
        ["1520.00", "304.76", "-304.76", "-152.00"]
    );
}

// Art. 31
#[tokio::test]
async fn months_are_covered_once_unless_what_covers_them_is_corrected() {
    let books = mine().await;
    let (case, _) = decided(&books, &dug("1000", month(11))).await.unwrap();
    let refused = decided(&books, &dug("900", month(12))).await.unwrap_err();
    assert_eq!(reason(&refused), "PERIOD_COVERED");
    assert!(refused.message().contains(&case), "{refused}");
    let business = by_headcount(&books.service, 1, (month(11), month(12))).await;
    let refused = decided(&books, &business).await.unwrap_err();
    assert_eq!(reason(&refused), "PERIOD_COVERED");
    let unknown = instead(&Uuid::now_v7().to_string(), dug("900", month(12)));
    let refused = decided(&books, &unknown).await.unwrap_err();
    assert_eq!(reason(&refused), "SPECIAL_UNKNOWN");
    // The business is no mine, and from December on: 3600 yuan at 1.9%.
    let business = SmallServiceDeclaration {
        from_month: Some(month(12).into()),
        corrects_case_id: case,
        ..business
    };
    let (_, decision) = decided(&books, &business).await.unwrap();
    assert_eq!(decision.contribution, yuan("-1451.60"));
    decided(&books, &dug("900", month(11))).await.unwrap();
}

// Art. 16
// Art. 31
#[tokio::test]
async fn who_closes_before_the_last_covered_month_is_charged_until_then() {
    let books = mine().await;
    let (case, _) = decided(&books, &dug("1200", month(12))).await.unwrap();
    assess(&books.service, month(10)).await;
    let gone = EmployerDeregistered {
        employer_id: employer_id(1),
        ended_on: Some(date!(2026 - 10 - 31).into()),
        ..EmployerDeregistered::default()
    };
    tell(&books.service, vec![What::EmployerDeregistered(gone)]).await;
    let same = instead(&case, dug("400", month(12)));
    let refused = decided(&books, &same).await.unwrap_err();
    assert_eq!(reason(&refused), "EMPLOYER_ENDED");
    let until = instead(&case, dug("400", month(10)));
    let (_, decision) = decided(&books, &until).await.unwrap();
    assert_eq!(decision.contribution, yuan("-1216.00"));
    assert_eq!(decision.restored, []);
}

// Art. 31
#[tokio::test]
async fn a_correction_that_another_one_overtakes_is_examined_anew() {
    let books = mine().await;
    let service = &books.service;
    let (first, _) = decided(&books, &dug("1000", month(10))).await.unwrap();
    let less = instead(&first, dug("900", month(10)));
    let case = service.submit(&handler(), &less, PAPERS).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    let more = instead(&first, dug("1200", month(10)));
    decided(&books, &more).await.unwrap();
    let overtaken = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&overtaken), "FACTS_CHANGED");
    assert_eq!(october(&books).await, ["1520.00", "304.00"]);
}

// Art. 31
#[tokio::test]
async fn a_project_that_costs_less_is_charged_less_and_ends_no_earlier_than_today() {
    let service = building().await;
    service.clock().set(at(date!(2026 - 11 - 03)));
    let more = change("1500000", date!(2027 - 09 - 30));
    approve(&service, &more).await.unwrap();
    let less = change("900000.01", date!(2026 - 11 - 03));
    let case = approve(&service, &less).await.unwrap();
    let decision: SpecialAssessmentDecision = from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(decision.contribution, yuan("-900.00"));
    let october = amounts(&principal(&service, 2, month(10)).await);
    let november = amounts(&principal(&service, 2, month(11)).await);
    assert_eq!(october, ["1500.00", "-150.00"]);
    assert_eq!(november, ["750.00", "-750.00"]);
    let gone = change("900000.01", date!(2026 - 11 - 02));
    let refused = approve(&service, &gone).await.unwrap_err();
    assert_eq!(reason(&refused), "PROJECT_SHORTENED");
    let never = change("900000.01", date!(2026 - 09 - 30));
    let refused = approve(&service, &never).await.unwrap_err();
    assert_eq!(reason(&refused), "PROJECT_DATES");
}

// Art. 31
#[test]
fn what_stood_in_months_that_are_covered_no_more_is_taken_off_or_moves() {
    let on = |of: Month| of.first_day();
    let posted = |amount: i64| {
        let of = |m| {
            let (value_on, amount) = (on(month(m)), Decimal::from(amount));
            (month(m), Owed { value_on, amount })
        };
        vec![of(12), of(11), of(10)]
    };
    let part = |m, from, amount: i64| {
        let (value_on, amount) = (on(month(from)), Decimal::from(amount));
        (month(m), Owed { value_on, amount })
    };
    let months = (month(11), month(12));
    let less = parts(Decimal::from(-300), posted(300), months, &[]);
    assert_eq!(less, (vec![part(10, 10, -300)], Decimal::ZERO));
    let same = parts(Decimal::ZERO, posted(300), months, &[]);
    assert_eq!(same.0, [part(10, 10, -300), part(11, 10, 300)]);
    let more = parts(Decimal::from(50), posted(300), months, &[]);
    assert_eq!(more.1, Decimal::from(50));
    let least = parts(Decimal::from(-700), posted(300), months, &[]);
    assert_eq!(
        least.0,
        [part(10, 10, -300), part(12, 12, -300), part(11, 11, -100)]
    );
}
