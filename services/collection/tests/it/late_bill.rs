//! When what late news adds to a month is due: with the bill that first carries it (articles 28 and 30).

use chassis::testing::reason;
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::{
    ArrearsState, AssessmentBasis, AssessmentRunOrder, DunningOrder, GetBalanceRequest,
    LedgerEntry, LedgerEntryKind, PaidRow, PaymentKind,
};
use time::Date;
use time::macros::date;

use crate::arrears::arrears;
use crate::books::{Books, paid};
use crate::corrections::{owes, pays};
use crate::month::details;
use crate::payment_state::state;
use crate::support::*;

/// An employer owes 30.00 for October, as a software company.
async fn october_as_a_software_company() -> Books {
    let service = collection().await;
    let mut events = registered(1, "65");
    events.push(enrolled(1, 1, 15000, month(10)));
    service.clock().set(at(date!(2026 - 10 - 05)));
    tell(&service, events).await;
    assess(&service, month(10)).await;
    Books { service }
}

/// It has paid nothing of it, and is told on 2 November to have mined coal.
async fn unpaid_and_told_to_mine_coal() -> Books {
    let books = october_as_a_software_company().await;
    books.on(date!(2026 - 11 - 02));
    let coal = moved(1, "06", date!(2026 - 10 - 15));
    tell(&books.service, vec![coal]).await;
    books
}

/// An employer has paid October as a software company, 30.00; on 2 November it is told to have mined coal
/// (class 8, 1.9%): 255.00 more, due with November.
async fn told_to_mine_coal() -> Books {
    let books = october_as_a_software_company().await;
    pays(&books, month(10), "30.00", date!(2026 - 10 - 20)).await;
    books.service.clock().set(at(date!(2026 - 11 - 02)));
    let coal = moved(1, "06", date!(2026 - 10 - 15));
    tell(&books.service, vec![coal]).await;
    books
}

// Art. 28
// Art. 30
#[tokio::test]
async fn what_was_added_is_due_with_the_bill_that_first_carries_it_however_late() {
    let books = told_to_mine_coal().await;
    let service = &books.service;
    let added = |entries: Vec<LedgerEntry>| {
        let added = entries
            .into_iter()
            .filter(|entry| entry.kind() == LedgerEntryKind::Correction);
        let added = added.map(|entry| (entry.amount.unwrap().to_string(), entry.value_on.unwrap()));
        added.collect::<Vec<_>>()
    };
    let of = |amount: &str, on: Date| (amount.to_owned(), contracts::Date::from(on));
    let told = of("255.00", date!(2026 - 11 - 25));
    assert_eq!(
        added(principal(service, 1, month(10)).await),
        std::slice::from_ref(&told)
    );

    // November is looked at after its due day, and signed some days later still.
    let run = previewed_on(service, month(11), date!(2026 - 11 - 30)).await;
    service.clock().set(at(date!(2026 - 12 - 05)));
    sign(service, &run).await;
    let november = assessment(service, 1, month(11)).await.unwrap();
    assert_eq!(november.late_fee, yuan("0.00"));
    let billed_on = date!(2026 - 12 - 08);
    assert_eq!(november.billed_months[0].due_on, Some(billed_on.into()));
    let taken_off = of("-255.00", date!(2026 - 11 - 25));
    let billed = details(service, month(11)).await.unwrap();
    let of_october = billed.iter().find(|of| of.month == Some(month(10).into()));
    assert_eq!(of_october.unwrap().due_on, Some(billed_on.into()));
    let moved = [told, taken_off, of("255.00", billed_on)];
    assert_eq!(added(principal(service, 1, month(10)).await), moved);
    assess(service, month(12)).await;
    let december = assessment(service, 1, month(12)).await.unwrap();
    // Eight days of 255.00, and of November's own.
    let late = december.late_fee_months.into_iter();
    let late: Vec<_> = late
        .map(|of| (of.month.unwrap(), of.late_fee.unwrap().to_string()))
        .collect();
    assert_eq!(late[0], (month(10).into(), "1.02".to_owned()));
    books.totals().await;
}

// Art. 28
// Art. 30
// Art. 37
#[tokio::test]
async fn what_is_paid_beyond_it_before_the_bill_that_carries_it_is_no_late_fee() {
    let books = told_to_mine_coal().await;
    books.on(date!(2026 - 11 - 28));
    owes(&books, "255.00", "0.00", "0.00").await;
    // Three days of late fee by the day that it had.
    pays(&books, month(10), "255.38", date!(2026 - 11 - 28)).await;
    owes(&books, "0.00", "0.00", "0.38").await;
    let run = previewed_on(&books.service, month(11), date!(2026 - 11 - 30)).await;
    books.service.clock().set(at(date!(2026 - 12 - 05)));
    sign(&books.service, &run).await;
    let november = assessment(&books.service, 1, month(11)).await.unwrap();
    assert_eq!(november.late_fee, yuan("0.00"));
    assert_eq!(november.back_payment, yuan("255.00"));
    // What is paid already is on the bill, and not payable with it.
    assert_eq!(november.total, yuan("568.50"));
    assert_eq!(november.payable, yuan("313.50"));
    let billed = details(&books.service, month(11)).await.unwrap();
    let of_month = |of| billed.iter().find(|row| row.month == Some(of)).unwrap();
    let october = of_month(month(10).into());
    assert_eq!(
        (&october.settled, &october.total),
        (&yuan("255.00"), &yuan("0.00"))
    );
    let own = of_month(month(11).into());
    assert_eq!((&own.settled, &own.total), (&yuan("0.00"), &yuan("313.50")));
    let (_, late_fee, credit) = books.owes(&employer_id(1)).await;
    assert_eq!((late_fee.as_str(), credit.as_str()), ("0.00", "0.38"));
    books.totals().await;
}

// Art. 28
// Art. 37
#[tokio::test]
async fn what_is_paid_between_preview_and_signature_is_not_asked_for_again() {
    let books = told_to_mine_coal().await;
    let run = previewed_on(&books.service, month(11), date!(2026 - 11 - 30)).await;
    pays(&books, month(10), "255.00", date!(2026 - 12 - 02)).await;
    books.on(date!(2026 - 12 - 05));
    sign(&books.service, &run).await;
    let november = assessment(&books.service, 1, month(11)).await.unwrap();
    assert_eq!(november.total, yuan("568.50"));
    assert_eq!(november.payable, yuan("313.50"));
    assert_eq!(november.billed_months[0].settled, yuan("255.00"));
    let billed = details(&books.service, month(11)).await.unwrap();
    let october = billed
        .iter()
        .find(|row| row.month == Some(month(10).into()));
    assert_eq!(october.unwrap().total, yuan("0.00"));
}

// Art. 28
// Art. 37
#[tokio::test]
async fn an_employer_sees_the_balance_that_the_agency_sees() {
    let books = told_to_mine_coal().await;
    assess(&books.service, month(11)).await;
    books.on(date!(2026 - 12 - 20));
    let request = GetBalanceRequest {
        pooling_area: chassis::testing::AREA.to_owned(),
        employer_id: employer_id(1),
        on: None,
    };
    let own = chassis::testing::employer(&employer_id(1));
    let mut client = ArrearsServiceClient::new(books.service.connect(&own).await);
    let own = client.get_balance(request).await.unwrap().into_inner();
    assert_eq!(own, books.balance(&employer_id(1)).await);
    // 25 days of 255.00 of October and of 313.50 of November.
    assert_eq!(own.late_fee, yuan("7.11"));
}

// Art. 28
// Art. 30
#[tokio::test]
async fn what_is_put_back_after_its_bill_is_due_with_that_bill() {
    let books = told_to_mine_coal().await;
    let run = previewed_on(&books.service, month(11), date!(2026 - 11 - 30)).await;
    books.on(date!(2026 - 12 - 05));
    sign(&books.service, &run).await;
    for (on, industry) in [(date!(2026 - 12 - 20), "65"), (date!(2026 - 12 - 22), "06")] {
        books.on(on);
        let told = moved(1, industry, date!(2026 - 10 - 15));
        tell(&books.service, vec![told]).await;
    }
    let billed_on = contracts::Date::from(date!(2026 - 12 - 08));
    let entries = principal(&books.service, 1, month(10)).await;
    let on_the_day = entries
        .iter()
        .filter(|entry| entry.value_on == Some(billed_on));
    let amounts: Vec<String> = on_the_day
        .map(|entry| entry.amount.clone().unwrap().to_string())
        .collect();
    assert_eq!(amounts, ["255.00", "-255.00", "255.00"]);
}

// Art. 28
// Art. 33
#[tokio::test]
async fn nobody_is_dunned_for_what_was_added_before_a_bill_carries_it() {
    let books = told_to_mine_coal().await;
    let october = DunningOrder {
        month: Some(month(10).into()),
    };
    // November, with which it was to be due on the 25th, is not signed yet.
    books.on(date!(2026 - 12 - 04));
    assert_eq!(books.run(&october).await.items, 0);
    let run = previewed_on(&books.service, month(11), date!(2026 - 12 - 05)).await;
    assert_eq!(books.run(&october).await.items, 0);
    sign(&books.service, &run).await;
    // Due on the 8th by its bill: thirteen days of 255.00.
    books.on(date!(2026 - 12 - 21));
    let [notice] = books.dun(month(10)).await.try_into().unwrap();
    assert_eq!(notice.unpaid, yuan("255.00"));
    assert_eq!(notice.late_fee, yuan("1.66"));
    assert_eq!(notice.due_on, Some(date!(2026 - 12 - 08).into()));
}

// Art. 28
// Art. 34
#[tokio::test]
async fn nobody_is_told_to_repay_what_was_added_before_a_bill_carries_it() {
    let books = october_as_a_software_company().await;
    books.on(date!(2026 - 11 - 03));
    books.dun(month(10)).await;
    // In arrears with 30.00 by then.
    books.on(date!(2026 - 12 - 04));
    assert_eq!(books.open_arrears().await.opened, 1);
    let coal = moved(1, "06", date!(2026 - 10 - 15));
    tell(&books.service, vec![coal]).await;
    // Forty days of 30.00, and nothing of 255.00 that November has not billed.
    let [notice] = books.tell_to_repay(month(10)).await.try_into().unwrap();
    assert_eq!(notice.principal, yuan("30.00"));
    assert_eq!(notice.late_fee, yuan("0.60"));
    owes(&books, "285.00", "0.60", "0.00").await;
    // Who pays as the notice says is out of arrears, and paid up.
    pays(&books, month(10), "30.60", date!(2026 - 12 - 04)).await;
    owes(&books, "255.00", "0.00", "0.00").await;
    let [in_arrears] = arrears(&books).await.try_into().unwrap();
    assert_eq!(in_arrears.state(), ArrearsState::Closed);
    let state = state(&books.service, Some(1), date!(2026 - 12 - 05)).await;
    assert_eq!(state.unpaid_months, [] as [contracts::Month; 0]);
}

// Art. 28
// Art. 33
#[tokio::test]
async fn who_pays_what_was_dunned_is_not_in_arrears_with_what_no_bill_carries() {
    let books = unpaid_and_told_to_mine_coal().await;
    books.on(date!(2026 - 12 - 28));
    let [notice] = books.dun(month(10)).await.try_into().unwrap();
    assert_eq!(notice.unpaid, yuan("30.00"));
    assert_eq!(notice.due_on, Some(date!(2026 - 10 - 25).into()));
    // 64 days of 30.00.
    assert_eq!(notice.late_fee, yuan("0.96"));
    pays(&books, month(10), "30.96", date!(2026 - 12 - 28)).await;
    let opened = books.open_arrears().await;
    assert_eq!((opened.opened, opened.paid), (0, 1));
    assert_eq!(arrears(&books).await, []);
}

// Art. 28
// Art. 33
#[tokio::test]
async fn who_pays_nothing_of_what_was_dunned_is_in_arrears_with_no_more() {
    let books = unpaid_and_told_to_mine_coal().await;
    books.on(date!(2026 - 12 - 28));
    books.dun(month(10)).await;
    books.on(date!(2027 - 01 - 29));
    let opened = books.open_arrears().await;
    assert_eq!((opened.opened, opened.principal), (1, yuan("30.00")));
}

// Art. 28
// Art. 37
#[tokio::test]
async fn a_credit_is_not_used_for_what_no_bill_carries_and_nobody_is_dunned_beside_it() {
    let books = told_to_mine_coal().await;
    let paid_on = date!(2026 - 11 - 27);
    books.on(date!(2026 - 11 - 28));
    let too_much = PaidRow {
        month: Some(month(10).into()),
        kind: PaymentKind::LateFee as i32,
        ..paid("A-credit", &employer_id(1), "30.00", paid_on)
    };
    books.send(vec![too_much]).await;
    books.on(date!(2026 - 12 - 04));
    let october = DunningOrder {
        month: Some(month(10).into()),
    };
    assert_eq!(books.run(&october).await.items, 0);
    owes(&books, "255.00", "0.00", "30.00").await;
}

// Art. 28
// Art. 30
#[tokio::test]
async fn what_is_taken_back_after_a_signature_is_owed_as_if_it_had_never_been_taken_off() {
    let service = collection().await;
    let mut events = registered(1, "06");
    events.push(enrolled(1, 1, 15000, month(10)));
    service.clock().set(at(date!(2026 - 10 - 05)));
    tell(&service, events).await;
    assess(&service, month(10)).await;
    let books = Books { service };
    books.on(date!(2026 - 11 - 05));
    let told = async |industry| {
        let told = moved(1, industry, date!(2026 - 10 - 15));
        tell(&books.service, vec![told]).await;
    };
    told("65").await;
    books.on(date!(2026 - 11 - 16));
    assess(&books.service, month(11)).await;
    books.on(date!(2026 - 11 - 20));
    told("06").await;
    // Told of once more, something that nobody has been billed yet.
    let another = enrolled_late(1, 2, 1000, (month(10), month(12)));
    tell(&books.service, vec![another]).await;
    books.on(date!(2026 - 12 - 16));
    assess(&books.service, month(12)).await;
    let entries = principal(&books.service, 1, month(10)).await;
    let due = Some(contracts::Date::from(date!(2026 - 10 - 25)));
    let since_then = entries.iter().filter(|entry| entry.value_on == due);
    let amounts: Vec<String> = since_then
        .map(|entry| entry.amount.clone().unwrap().to_string())
        .collect();
    assert_eq!(amounts, ["285.00", "-255.00", "255.00"]);
    // 0.05% a day of 285.00 from 26 October through 16 December, without the 0.33 of 30.00 that
    // November's bill had.
    let december = assessment(&books.service, 1, month(12)).await.unwrap();
    let of_october = &december.late_fee_months[0];
    assert_eq!(of_october.month, Some(month(10).into()));
    assert_eq!(of_october.late_fee, yuan("7.08"));
    books.totals().await;
}

// Art. 22
// Art. 28
// Art. 30
#[tokio::test]
async fn who_declared_in_time_pays_no_late_fee_for_a_decision_that_came_late() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 10)));
    let wages = vec![wage(1, "12000"), wage(2, "4000")];
    let form = declaration(month(11), month(11), wages);
    let declared = service.submit(&handler(), &form, PAPERS).await.unwrap();
    service.clock().set(at(date!(2026 - 11 - 16)));
    let waits = ordered(&service, &order(month(11))).await.unwrap_err();
    assert_eq!(reason(&waits), "DECLARATIONS_UNDECIDED");
    assert!(
        waits
            .message()
            .starts_with("有1份在2026-11-16前提交的2026-11"),
        "{waits}"
    );
    let without = AssessmentRunOrder {
        undecided_provisionally: true,
        ..order(month(11))
    };
    let run = preview(&service, &without).await;
    sign(&service, &run).await;
    let november = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(november.basis(), AssessmentBasis::Provisional);
    assert_eq!(november.contribution, yuan("209.00"));

    // 16,000 yuan at 1.9%, decided after November was due.
    service.clock().set(at(date!(2026 - 11 - 27)));
    service.sign_off(&declared).await.unwrap();
    let november = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(november.basis(), AssessmentBasis::Declared);
    assert_eq!(november.contribution, yuan("304.00"));
    assert_eq!(november.payable, november.total);
    let entries = principal(&service, 1, month(11)).await;
    let shown = |entry: &LedgerEntry| (entry.amount.clone().unwrap().to_string(), entry.value_on);
    let of = |amount: &str, on: Date| (amount.to_owned(), Some(contracts::Date::from(on)));
    let due = [
        of("209.00", date!(2026 - 11 - 25)),
        of("95.00", date!(2026 - 12 - 25)),
    ];
    assert_eq!(entries.iter().map(shown).collect::<Vec<_>>(), due);
}

// Law 62
#[tokio::test]
async fn who_declared_late_owes_the_difference_from_the_day_of_the_month() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 11 - 27)));
    let wages = vec![wage(1, "12000"), wage(2, "4000")];
    let form = declaration(month(11), month(11), wages);
    approve(&service, &form).await.unwrap();
    let entries = principal(&service, 1, month(11)).await;
    assert_eq!(amounts(&entries), ["209.00", "95.00"]);
    assert_eq!(entries[1].value_on, Some(date!(2026 - 11 - 25).into()));
}
