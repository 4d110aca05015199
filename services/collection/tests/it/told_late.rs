//! What registration tells of months after they were assessed: articles 12, 14, 25 and 28.

use chassis::Actor;
use chassis::testing::{AREA, TestService, eventually, reason};
use contracts::collection::v1::{CreditRefundForm, LedgerEntryKind};
use contracts::common::v1::EvidenceKind;
use contracts::registration::v1::EmployerDeregistered;
use contracts::registration::v1::registration_event::What;
use law::Month;
use time::macros::date;
use uuid::Uuid;

use crate::books::Books;
use crate::corrections::{owes, pays};
use crate::payment_state::state;
use crate::support::*;

const STAFF: &[(u16, &str)] = &[(1, "6000"), (2, "4000"), (3, "5000")];

/// October and November of the coal mine with person 3, at 285.00 each; it is 2 December.
async fn two_months() -> (TestService, What) {
    let service = collection().await;
    coal_mine(&service).await;
    let leaves = enrolled(1, 3, 5000, month(10));
    tell(&service, vec![leaves.clone()]).await;
    assess(&service, month(10)).await;
    declare(&service, month(11), STAFF).await;
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 12 - 02)));
    (service, leaves)
}

/// The amounts of October and November.
async fn charged(service: &TestService, n: u32) -> [Vec<String>; 2] {
    [
        amounts(&principal(service, n, month(10)).await),
        amounts(&principal(service, n, month(11)).await),
    ]
}

// Art. 12
// Art. 14
// Art. 28
#[tokio::test]
async fn who_had_ended_before_a_month_that_was_assessed_is_taken_off_it() {
    let (service, leaves) = two_months().await;
    let ended = ended(&leaves, date!(2026 - 10 - 20));
    tell(&service, vec![ended.clone()]).await;
    // Told twice, it is taken off once.
    tell(&service, vec![ended.clone(), ended]).await;
    let [october, november] = charged(&service, 1).await;
    assert_eq!(october, ["285.00"]);
    assert_eq!(november, ["285.00", "-95.00"]);
    let form = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!((form.headcount, form.contribution), (2, yuan("190.00")));

    let entries = principal(&service, 1, month(11)).await;
    assert_eq!(entries[1].kind(), LedgerEntryKind::Correction);
    assert!(entries[1].source.starts_with("事件 "), "{entries:?}");
    let lines = &entries[1].worksheet.as_ref().unwrap().lines;
    assert_eq!(lines[0].value, "1人最早于2026-10-20终止参保");
    declare(&service, month(12), &STAFF[..2]).await;
    assess(&service, month(12)).await;
    let december = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(december.back_payment, yuan("-95.00"));
}

// Art. 14
// Art. 25
#[tokio::test]
async fn an_industry_holds_from_its_day_on_whatever_was_known_to_come_after_it() {
    let (service, _) = two_months().await;
    tell(&service, vec![moved(1, "65", date!(2026 - 12 - 01))]).await;
    tell(&service, vec![moved(1, "06", date!(2026 - 11 - 15))]).await;
    declare(&service, month(12), STAFF).await;
    assess(&service, month(12)).await;
    let december = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(december.contribution, yuan("285.00"));
}

// Art. 25
// Art. 28
#[tokio::test]
async fn months_are_assessed_anew_in_the_industry_that_they_had() {
    let (service, _) = two_months().await;
    // Software (class 1, 0.2%), then coal again, then told once more.
    let software = moved(1, "65", date!(2026 - 10 - 15));
    let coal = moved(1, "06", date!(2026 - 11 - 01));
    tell(&service, vec![software.clone()]).await;
    tell(&service, vec![coal.clone()]).await;
    tell(&service, vec![software, coal]).await;
    let [october, november] = charged(&service, 1).await;
    assert_eq!(october, ["285.00", "-255.00"]);
    assert_eq!(november, ["285.00", "-255.00", "255.00"]);
    let form = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!((form.rate.as_str(), form.risk_class), ("0.002", 1));
}

// Art. 28
// Art. 37
#[tokio::test]
async fn months_that_were_paid_on_one_day_and_are_corrected_together_leave_one_credit() {
    let (service, leaves) = two_months().await;
    let books = Books { service };
    let paid_on = date!(2026 - 12 - 01);
    pays(&books, month(10), "285.00", paid_on).await;
    pays(&books, month(11), "285.00", paid_on).await;
    let ended = ended(&leaves, date!(2026 - 09 - 30));
    tell(&books.service, vec![ended]).await;
    for of in charged(&books.service, 1).await {
        assert_eq!(of, ["285.00", "-285.00", "95.00", "-95.00"]);
    }
    owes(&books, "0.00", "4.09", "190.00").await;
}

// Art. 28
#[tokio::test]
async fn a_month_whose_parts_were_rounded_apart_is_not_corrected_by_a_fen() {
    let service = collection().await;
    let mut events = registered(1, "06");
    events.push(enrolled(1, 1, 1005, month(10)));
    service.clock().set(at(date!(2026 - 10 - 05)));
    tell(&service, events).await;
    assess(&service, month(10)).await;
    let reported_later = pre_enrolled(1, 2, 1005, month(10));
    tell(&service, vec![reported_later]).await;
    assess(&service, month(11)).await;
    // In another industry for some days of October, and back in its own before the month ends.
    let moved = |industry, on| moved(1, industry, on);
    let moves = vec![
        moved("65", date!(2026 - 10 - 15)),
        moved("06", date!(2026 - 10 - 31)),
    ];
    tell(&service, moves).await;
    let [october, _] = charged(&service, 1).await;
    // 2010 yuan come to 38.19.
    assert_eq!(october, ["19.10", "19.10"]);
}

// Art. 28
// Art. 30
#[tokio::test]
async fn what_a_retraction_adds_is_due_again_when_it_was_due() {
    let (service, _) = two_months().await;
    let books = Books { service };
    books.on(date!(2026 - 12 - 20));
    let before = books.owes(&employer_id(1)).await;
    for industry in ["65", "06"] {
        let told = moved(1, industry, date!(2026 - 11 - 01));
        tell(&books.service, vec![told]).await;
    }
    let [_, november] = charged(&books.service, 1).await;
    assert_eq!(november, ["285.00", "-255.00", "255.00"]);
    assert_eq!(books.owes(&employer_id(1)).await, before);
}

// Art. 28
// Art. 30
// Art. 37
#[tokio::test]
async fn what_a_retraction_adds_to_a_month_that_was_paid_is_due_with_the_next_and_paid_by_the_credit()
 {
    let (service, _) = two_months().await;
    let books = Books { service };
    pays(&books, month(10), "285.00", date!(2026 - 10 - 25)).await;
    pays(&books, month(11), "285.00", date!(2026 - 11 - 25)).await;
    books.on(date!(2026 - 12 - 02));
    for industry in ["65", "06"] {
        let told = moved(1, industry, date!(2026 - 11 - 01));
        tell(&books.service, vec![told]).await;
    }
    owes(&books, "255.00", "0.00", "255.00").await;
    // The credit waits for the bill, as the amount does, and pays it once it is overdue.
    assess(&books.service, month(12)).await;
    books.on(date!(2026 - 12 - 26));
    let used = async || {
        let (_, _, credit) = books.owes(&employer_id(1)).await;
        (credit == "0.00").then_some(())
    };
    eventually(used).await;
    let unpaid = state(&books.service, None, date!(2026 - 12 - 26))
        .await
        .unpaid_months;
    assert_eq!(unpaid, [month(12).into()]);
}

// Art. 28
#[tokio::test]
async fn a_month_whose_parts_were_each_rounded_up_to_the_yuan_is_not_corrected_by_one() {
    let service = collection().await;
    let mut events = registered(1, "06");
    events.push(enrolled(1, 1, 1005, month(10)));
    service.clock().set(at(date!(2026 - 10 - 05)));
    set(&service, "rounding", "up_to_yuan").await;
    tell(&service, events).await;
    assess(&service, month(10)).await;
    let reported_later = pre_enrolled(1, 2, 1005, month(10));
    tell(&service, vec![reported_later]).await;
    assess(&service, month(11)).await;
    let moves = vec![
        moved(1, "65", date!(2026 - 10 - 15)),
        moved(1, "06", date!(2026 - 10 - 31)),
    ];
    tell(&service, moves).await;
    let [october, _] = charged(&service, 1).await;
    // 19.10 each; 38.19 together, which is 39 and not 40.
    assert_eq!(october, ["20.00", "20.00"]);
}

// Art. 28
// Art. 30
#[tokio::test]
async fn what_a_retraction_takes_off_is_taken_off_from_when_it_was_due() {
    let service = collection().await;
    let mut events = registered(1, "65");
    events.push(enrolled(1, 1, 15000, month(10)));
    service.clock().set(at(date!(2026 - 10 - 05)));
    tell(&service, events).await;
    assess(&service, month(10)).await;
    let books = Books { service };
    books.on(date!(2026 - 10 - 31));
    for industry in ["06", "65"] {
        let told = moved(1, industry, date!(2026 - 10 - 01));
        tell(&books.service, vec![told]).await;
    }
    let [october, _] = charged(&books.service, 1).await;
    assert_eq!(october, ["30.00", "255.00", "-255.00"]);
    // What is added is in time with the bill that is the first to have it.
    let added = &principal(&books.service, 1, month(10)).await[1];
    assert_eq!(added.value_on, Some(date!(2026 - 11 - 25).into()));
    // 30.00 has been late since 25 October, and what was added for a while never was.
    books.on(date!(2026 - 12 - 20));
    owes(&books, "30.00", "0.84", "0.00").await;
}

// Art. 10
// Art. 25
// Art. 29
#[tokio::test]
async fn what_was_charged_by_a_later_assessment_or_paid_back_is_assessed_anew_and_kept() {
    let (service, leaves) = two_months().await;
    // Nobody of employer 2 was known when October and November were assessed.
    let mut events = registered(2, "06");
    events.push(enrolled(2, 4, 3000, month(11)));
    // Person 5 of employer 1 was reported late, and October is paid back.
    events.push(enrolled_late(1, 5, 1000, (month(10), month(12))));
    tell(&service, events).await;
    approve(&service, &back_payment(vec![owed(5, month(10), "1000")]))
        .await
        .unwrap();
    declare(&service, month(12), &[STAFF, &[(5, "1000")]].concat()).await;
    assess(&service, month(12)).await;
    let moved = |n| moved(n, "65", date!(2026 - 10 - 01));
    let ended = ended(&leaves, date!(2026 - 09 - 30));
    tell(&service, vec![moved(2), ended, moved(1)]).await;
    let [october, november] = charged(&service, 1).await;
    // 11000 and 10000 yuan at 0.2%.
    assert_eq!(october, ["285.00", "19.00", "-282.00"]);
    assert_eq!(november, ["285.00", "-265.00"]);
    let [october, november] = charged(&service, 2).await;
    assert_eq!(october, [""; 0]);
    assert_eq!(november, ["57.00", "-51.00"]);
}

// Art. 28
// Art. 31
#[tokio::test]
async fn a_month_that_a_special_way_covers_is_not_assessed_anew() {
    let service = collection().await;
    let mut events = registered(1, "62");
    let leaves = enrolled(1, 1, 6000, month(10));
    events.push(leaves.clone());
    service.clock().set(at(date!(2026 - 10 - 05)));
    tell(&service, events).await;
    assess(&service, month(10)).await;
    let november = by_headcount(&service, 1, (month(11), month(11))).await;
    approve(&service, &november).await.unwrap();
    assess(&service, month(11)).await;
    let before = charged(&service, 1).await;
    assert_eq!(before[1].len(), 1);
    let ended = ended(&leaves, date!(2026 - 09 - 30));
    tell(&service, vec![ended, moved(1, "06", date!(2026 - 11 - 01))]).await;
    let [october, november] = charged(&service, 1).await;
    assert_eq!(
        october,
        [before[0][0].clone(), format!("-{}", before[0][0])]
    );
    assert_eq!(november, before[1]);
}

// Art. 14
// Art. 28
#[tokio::test]
async fn a_provisional_month_waits_for_its_declaration_unless_nobody_was_insured() {
    let service = collection().await;
    let mut events = registered(1, "06");
    let staff = [
        enrolled(1, 1, 6000, month(10)),
        enrolled(1, 2, 4000, month(10)),
    ];
    events.extend(staff.clone());
    service.clock().set(at(date!(2026 - 10 - 05)));
    tell(&service, events).await;
    assess(&service, month(10)).await;
    assess(&service, month(11)).await;
    let ended = |who: usize| ended(&staff[who], date!(2026 - 10 - 31));
    tell(&service, vec![ended(0)]).await;
    assert_eq!(charged(&service, 1).await[1], ["209.00"]);
    tell(&service, vec![ended(1)]).await;
    let [october, november] = charged(&service, 1).await;
    assert_eq!(
        (october, november),
        (
            vec!["190.00".to_owned()],
            vec!["209.00".to_owned(), "-209.00".to_owned()]
        )
    );
}

// Art. 25
// Art. 28
#[tokio::test]
async fn what_is_told_while_a_month_is_assessed_changes_it_and_those_before_once_it_is_signed() {
    let (service, leaves) = two_months().await;
    declare(&service, month(12), STAFF).await;
    let run = previewed(&service, month(12)).await;
    tell(&service, vec![ended(&leaves, date!(2026 - 10 - 20))]).await;
    tell(&service, vec![moved(1, "65", date!(2026 - 11 - 30))]).await;
    assert_eq!(charged(&service, 1).await[1], ["285.00"]);
    sign(&service, &run).await;
    let december = amounts(&principal(&service, 1, month(12)).await);
    assert_eq!(december, ["285.00", "-265.00"]);
    assert_eq!(charged(&service, 1).await[1], ["285.00", "-265.00"]);
    let january = Month::new(2027, 1).unwrap();
    assess(&service, january).await;
    let billed = assessment(&service, 1, january).await.unwrap();
    assert_eq!(billed.back_payment, yuan("-530.00"));
}

/// What form 3-10A of an employer's month is kept as, replaced by `form`.
async fn replace_form(service: &TestService, n: u32, of: Month, form: Vec<u8>) -> Vec<u8> {
    let actor = Actor::service("test");
    let change = service
        .platform
        .do_once(&actor, AREA, "test", Uuid::now_v7(), |unit| {
            Box::pin(async move {
                let kept = "UPDATE assessment SET form = $3
                    FROM (SELECT form FROM assessment WHERE employer_id = $1 AND month = $2) AS old
                    WHERE employer_id = $1 AND month = $2 RETURNING old.form";
                Ok(sqlx::query_scalar(kept)
                    .bind(employer_id(n))
                    .bind(of.first_day())
                    .bind(form)
                    .fetch_one(unit.db())
                    .await?)
            })
        });
    change.await.unwrap().unwrap()
}

// Art. 28
// Art. 37
#[tokio::test]
async fn what_cannot_be_assessed_anew_is_kept_and_holds_up_neither_the_month_nor_others() {
    let (service, leaves) = two_months().await;
    let other = enrolled(2, 4, 5000, month(11));
    tell(
        &service,
        [registered(2, "06"), vec![other.clone()]].concat(),
    )
    .await;
    declare(&service, month(12), STAFF).await;
    let run = previewed(&service, month(12)).await;
    let told = [
        ended(&leaves, date!(2026 - 10 - 20)),
        ended(&other, date!(2026 - 11 - 20)),
    ];
    tell(&service, told.to_vec()).await;
    let form = replace_form(&service, 1, month(11), vec![0xff]).await;
    sign(&service, &run).await;
    assert_eq!(charged(&service, 1).await[1], ["285.00"]);
    let december = amounts(&principal(&service, 2, month(12)).await);
    assert_eq!(december, ["95.00", "-95.00"]);

    let gone = EmployerDeregistered {
        employer_id: employer_id(1),
        ended_on: Some(date!(2026 - 12 - 01).into()),
        ..EmployerDeregistered::default()
    };
    tell(&service, vec![What::EmployerDeregistered(gone)]).await;
    let refund = CreditRefundForm {
        employer_id: employer_id(1),
        bank_name: "中国工商银行深圳分行".to_owned(),
        bank_account: "6222021234567894".to_owned(),
        ..CreditRefundForm::default()
    };
    let papers = &[EvidenceKind::CancellationNotice];
    let refused = service.approve(&handler(), &refund, papers).await;
    assert_eq!(reason(&refused.unwrap_err()), "CORRECTION_KEPT");

    replace_form(&service, 1, month(11), form).await;
    service.clock().set(at(date!(2026 - 12 - 17)));
    let corrected = async || {
        let november = amounts(&principal(&service, 1, month(11)).await);
        (november == ["285.00", "-95.00"]).then_some(())
    };
    eventually(corrected).await;
}

// Art. 10
// Art. 25
#[tokio::test]
async fn of_two_enrolments_in_a_month_the_one_charged_first_stays_when_it_is_assessed_anew() {
    let service = collection().await;
    coal_mine(&service).await;
    let leaves = enrolled(1, 3, 5000, month(10));
    let left = ended(&leaves, date!(2026 - 10 - 18));
    tell(&service, vec![leaves]).await;
    service.clock().set(at(date!(2026 - 10 - 20)));
    let returns = pre_enrolled(1, 3, 7000, month(10));
    tell(&service, vec![left, returns]).await;
    assess(&service, month(10)).await;
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 12 - 02)));
    tell(&service, vec![moved(1, "65", date!(2026 - 10 - 01))]).await;
    // 15000 yuan at 0.2%, and not the 17000 of the wage at which the person came back.
    let october = principal(&service, 1, month(10)).await;
    assert_eq!(amounts(&october), ["285.00", "-255.00"]);
}

// Art. 25
// Art. 29
#[tokio::test]
async fn who_was_paid_back_for_two_enrolments_in_a_month_is_counted_once() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let left = enrolled_late(1, 3, 5000, (month(10), month(11)));
    let returned = enrolled_late(1, 3, 7000, (month(10), month(11)));
    let end = ended(&left, date!(2026 - 10 - 18));
    tell(&service, vec![left, returned, end]).await;
    approve(&service, &back_payment(vec![owed(3, month(10), "6000")]))
        .await
        .unwrap();
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 12 - 02)));
    tell(&service, vec![moved(1, "65", date!(2026 - 10 - 01))]).await;
    // 16000 yuan at 0.2%.
    let october = principal(&service, 1, month(10)).await;
    assert_eq!(amounts(&october), ["190.00", "114.00", "-272.00"]);
    let form = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!(form.headcount, 3);
}
