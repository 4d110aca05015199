//! What a correction of a month does to what was paid for it: articles 26, 37 and law 62.

use chassis::testing::{AREA, eventually};
use contracts::collection::v1::assessment_service_client::AssessmentServiceClient;
use contracts::collection::v1::{
    ArrearsState, PaidRow, PrintSocialInsuranceAssessmentRequest, SocialInsuranceAssessment,
};
use law::Month;
use rust_decimal::Decimal;
use time::Date;
use time::macros::date;

use crate::arrears::arrears;
use crate::books::{Books, paid};
use crate::month::agrees;
use crate::support::*;

/// The coal mine has paid October; November is assessed provisionally, at 209.00.
async fn provisional() -> Books {
    let books = Books {
        service: collection().await,
    };
    coal_mine(&books.service).await;
    assess(&books.service, month(10)).await;
    pays(&books, month(10), "190.00", date!(2026 - 10 - 20)).await;
    assess(&books.service, month(11)).await;
    books
}

/// A payment for a month, told of the day after.
pub async fn pays(books: &Books, of: Month, amount: &str, paid_on: Date) {
    books.on(paid_on.next_day().unwrap());
    let row = PaidRow {
        month: Some(of.into()),
        ..paid(&format!("{of} {amount}"), &employer_id(1), amount, paid_on)
    };
    books.send(vec![row]).await;
}

/// The wages of a month are declared, at 10,000 yuan: 190.00.
async fn declares(books: &Books, of: Month, on: Date) {
    books.on(on);
    let roster = vec![wage(1, "6000"), wage(2, "4000")];
    approve(&books.service, &declaration(of, of, roster))
        .await
        .unwrap();
}

pub async fn owes(books: &Books, principal: &str, late_fee: &str, credit: &str) {
    let owed = books.owes(&employer_id(1)).await;
    assert_eq!(owed, (principal.into(), late_fee.into(), credit.into()));
    books.totals().await;
}

/// December is billed at 171.00, and that settles it.
async fn december_is_paid_as_billed(books: &Books) {
    declares(books, month(12), date!(2026 - 12 - 08)).await;
    assess(&books.service, month(12)).await;
    let form = assessment(&books.service, 1, month(12)).await.unwrap();
    assert_eq!(form.total, yuan("171.00"));
    agrees(&books.service, month(12)).await;
    owes(books, "171.00", "0.00", "0.00").await;
    pays(books, month(12), "171.00", date!(2026 - 12 - 24)).await;
    books.on(date!(2027 - 01 - 20));
    owes(books, "0.00", "0.00", "0.00").await;
}

// Art. 37
#[tokio::test]
async fn what_a_correction_leaves_overpaid_is_a_credit_that_the_next_bill_takes_off() {
    let books = provisional().await;
    pays(&books, month(11), "209.00", date!(2026 - 11 - 20)).await;
    declares(&books, month(11), date!(2026 - 12 - 01)).await;
    owes(&books, "0.00", "0.00", "19.00").await;
    december_is_paid_as_billed(&books).await;
}

// Art. 37
#[tokio::test]
async fn a_payment_by_the_bill_before_the_correction_is_used_for_the_next_bill() {
    let books = provisional().await;
    declares(&books, month(11), date!(2026 - 11 - 18)).await;
    owes(&books, "190.00", "0.00", "0.00").await;
    pays(&books, month(11), "209.00", date!(2026 - 11 - 24)).await;
    owes(&books, "0.00", "0.00", "19.00").await;
    december_is_paid_as_billed(&books).await;
}

// Art. 30
// Art. 37
#[tokio::test]
async fn the_late_fee_that_was_paid_on_what_a_correction_takes_away_is_a_credit_too() {
    let books = provisional().await;
    // Ten days of 209.00: 1.045.
    pays(&books, month(11), "210.05", date!(2026 - 12 - 05)).await;
    owes(&books, "0.00", "0.00", "0.00").await;
    declares(&books, month(11), date!(2026 - 12 - 08)).await;
    // Ten days of 190.00: 0.95.
    owes(&books, "0.00", "0.00", "19.10").await;
}

// Art. 30
// Art. 37
#[tokio::test]
async fn a_late_fee_that_was_billed_is_at_once_that_of_what_a_correction_leaves() {
    let books = provisional().await;
    // With 21 days of 209.00; December is provisional at 229.90.
    assess(&books.service, month(12)).await;
    declares(&books, month(11), date!(2026 - 12 - 17)).await;
    // 22 days of 190.00.
    owes(&books, "419.90", "2.09", "0.00").await;
}

// Art. 30
// Art. 37
#[tokio::test]
async fn a_late_fee_that_was_billed_is_at_once_that_of_what_an_earlier_payment_leaves() {
    let books = Books {
        service: collection().await,
    };
    coal_mine(&books.service).await;
    assess(&books.service, month(10)).await;
    // With 22 days of 190.00: 2.09.
    assess(&books.service, month(11)).await;
    books.on(date!(2026 - 11 - 17));
    books
        .send(vec![paid(
            "A1",
            &employer_id(1),
            "100.00",
            date!(2026 - 10 - 24),
        )])
        .await;
    // 23 days of 90.00.
    owes(&books, "299.00", "1.04", "0.00").await;
}

// Art. 34
// Art. 37
#[tokio::test]
async fn a_correction_that_settles_a_month_closes_its_arrears() {
    let books = provisional().await;
    pays(&books, month(11), "190.00", date!(2026 - 11 - 24)).await;
    books.on(date!(2026 - 12 - 01));
    books.dun(month(11)).await;
    books.on(date!(2026 - 12 - 12));
    books.open_arrears().await;
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::Open);
    declares(&books, month(11), date!(2026 - 12 - 13)).await;
    owes(&books, "0.00", "0.00", "0.00").await;
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::Closed);
}

// Art. 34
#[tokio::test]
async fn an_employer_that_owes_nothing_any_more_gets_no_notice_to_repay() {
    let books = crate::arrears::in_arrears().await;
    let october = crate::books::october();
    let nothing = date!(2026 - 10 - 25);
    books.due("E1", october, "-1000.00", nothing).await;
    assert_eq!(books.tell_to_repay(october).await, []);
}

/// The day's work applied the credits.
async fn owes_soon(books: &Books, principal: &str, late_fee: &str, credit: &str) {
    let wanted = (principal.into(), late_fee.into(), credit.into());
    let owed = async || (books.owes(&employer_id(1)).await == wanted).then_some(());
    eventually(owed).await;
    books.totals().await;
}

// Art. 30
// Art. 37
#[tokio::test]
async fn a_credit_that_arises_after_the_bill_that_took_it_off_pays_that_bill() {
    let books = provisional().await;
    declares(&books, month(11), date!(2026 - 11 - 18)).await;
    declares(&books, month(12), date!(2026 - 12 - 08)).await;
    assess(&books.service, month(12)).await;
    let form = assessment(&books.service, 1, month(12)).await.unwrap();
    assert_eq!(form.total, yuan("173.00"));
    // November as it was billed at first, and December as it is billed, with 21 days of 190.00.
    pays(&books, month(11), "209.00", date!(2026 - 12 - 16)).await;
    pays(&books, month(12), "173.00", date!(2026 - 12 - 20)).await;
    books.on(date!(2026 - 12 - 26));
    owes_soon(&books, "0.00", "0.00", "0.00").await;
    assess(&books.service, Month::new(2027, 1).unwrap()).await;
    owes(&books, "209.00", "0.00", "0.00").await;
}

/// Form 3-10B of employer 1, with no other insurance.
async fn printed(books: &Books, of: Month) -> SocialInsuranceAssessment {
    let request = PrintSocialInsuranceAssessmentRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        month: Some(of.into()),
        other_insurances: Vec::new(),
    };
    let mut client = AssessmentServiceClient::new(books.service.connect(&handler()).await);
    let printed = client.print_social_insurance_assessment(request).await;
    printed.unwrap().into_inner().form.unwrap()
}

/// Two months late since 25 September with 100.00; what was paid too much of November is a credit.
async fn credited_in_arrears() -> Books {
    let books = provisional().await;
    let due_on = date!(2026 - 09 - 25);
    let september = month(10).previous();
    books
        .due(&employer_id(1), september, "100.00", due_on)
        .await;
    pays(&books, month(11), "209.00", date!(2026 - 11 - 20)).await;
    declares(&books, month(11), date!(2026 - 12 - 01)).await;
    books
}

// Art. 33
// Art. 37
#[tokio::test]
async fn a_credit_that_has_paid_what_is_overdue_is_not_taken_off_a_bill_as_well() {
    let books = credited_in_arrears().await;
    books.apply_credits().await;
    declares(&books, month(12), date!(2026 - 12 - 08)).await;
    assess(&books.service, month(12)).await;
    let form = assessment(&books.service, 1, month(12)).await.unwrap();
    let [late_fee, total, payable] = [&form.late_fee, &form.total, &form.payable]
        .map(|money| money.as_ref().unwrap().decimal().unwrap());
    // 190.00 less 19.00, which is to be paid less for September.
    assert_eq!(total, Decimal::from(171) + late_fee);
    assert_eq!(payable, Decimal::from(190) + late_fee);
    // Form 3-10B asks for no other sum.
    let printed = printed(&books, month(12)).await;
    assert_eq!((printed.total, printed.payable), (form.total, form.payable));
    agrees(&books.service, month(12)).await;
    let (principal, ..) = books.owes(&employer_id(1)).await;
    assert_eq!(principal, "271.00");
    let september = month(10).previous();
    pays(
        &books,
        month(12),
        &payable.to_string(),
        date!(2026 - 12 - 17),
    )
    .await;
    pays(&books, september, "81.00", date!(2026 - 12 - 17)).await;
    let (principal, ..) = books.owes(&employer_id(1)).await;
    assert_eq!(principal, "0.00");
    books.totals().await;
}

// Art. 33
// Art. 37
#[tokio::test]
async fn a_credit_that_a_bill_under_way_takes_off_pays_nothing_else() {
    let books = credited_in_arrears().await;
    let run = previewed(&books.service, month(12)).await;
    assert_eq!(books.apply_credits().await.0, 0);
    sign(&books.service, &run).await;
    let form = assessment(&books.service, 1, month(12)).await.unwrap();
    assert_eq!(form.payable, form.total);
    let (.., held) = books.owes(&employer_id(1)).await;
    assert_eq!(held, "0.00");
}

// Art. 33
// Art. 37
#[tokio::test]
async fn a_credit_waits_for_the_bill_and_pays_what_is_overdue_of_it() {
    let books = provisional().await;
    declares(&books, month(11), date!(2026 - 11 - 18)).await;
    pays(&books, month(10), "30.00", date!(2026 - 11 - 19)).await;
    pays(&books, month(11), "160.00", date!(2026 - 11 - 20)).await;
    books.on(date!(2026 - 11 - 25));
    owes(&books, "30.00", "0.00", "30.00").await;
    books.on(date!(2026 - 11 - 26));
    owes_soon(&books, "0.00", "0.00", "0.00").await;
    books.on(date!(2026 - 12 - 24));
    owes(&books, "0.00", "0.00", "0.00").await;
}
