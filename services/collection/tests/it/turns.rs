//! Months come in their turn, and what is told or set meanwhile waits for it: articles 10, 28 and 30.

use chassis::testing::{clerk, reason};
use contracts::collection::v1::AssessmentRunOrder;
use contracts::common::v1::{EvidenceKind, ParameterChangeForm, RunState};
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::registration_event::What;
use law::Month;
use time::Date;
use time::macros::date;

use crate::support::*;

// Art. 28
#[tokio::test]
async fn a_month_is_assessed_after_the_month_before_it() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2026 - 11 - 16)));
    let early = ordered(&service, &order(month(11))).await.unwrap_err();
    assert_eq!(reason(&early), "MONTH_OUT_OF_TURN");
    assert!(early.message().contains("应先核定2026-10"), "{early}");
    assess(&service, month(10)).await;
    assess(&service, month(11)).await;
    let again = ordered(&service, &order(month(10))).await.unwrap_err();
    assert_eq!(reason(&again), "MONTH_ASSESSED");
}

// Art. 28
#[tokio::test]
async fn a_month_is_not_assessed_beside_another() {
    let service = collection().await;
    coal_mine(&service).await;
    let october = previewed(&service, month(10)).await;
    let first = AssessmentRunOrder {
        begins_here: true,
        ..order(month(11))
    };
    service.clock().set(at(date!(2026 - 11 - 16)));
    let waits = ordered(&service, &first).await.unwrap_err();
    assert_eq!(reason(&waits), "MONTH_BEING_ASSESSED");
    assert!(waits.message().starts_with("2026-10"), "{waits}");
    sign(&service, &october).await;
    assess(&service, month(11)).await;
}

// Art. 28
#[tokio::test]
async fn an_order_for_a_month_that_is_not_due_yet_is_refused_at_once_and_moves_nobody() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2026 - 10 - 14)));
    let next_year = Month::new(2027, 10).unwrap();
    let mistyped = ordered(&service, &order(next_year)).await.unwrap_err();
    assert_eq!(reason(&mistyped), "MONTH_AHEAD");
    tell(&service, vec![enrolled(1, 3, 5000, month(10))]).await;
    assess(&service, month(10)).await;
    let october = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!(october.headcount, 3);
}

// Art. 28
#[tokio::test]
async fn an_area_that_comes_from_another_system_says_with_which_month_it_begins() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2026 - 11 - 16)));
    let order = AssessmentRunOrder {
        begins_here: true,
        ..order(month(11))
    };
    let begun = run(&service, &order).await;
    assert_eq!(begun.state(), RunState::Done, "{}", begun.error);
    assert_eq!(
        assessment(&service, 1, month(11)).await.unwrap().headcount,
        2
    );
}

// Art. 28
#[tokio::test]
async fn who_is_told_while_a_month_is_assessed_is_charged_for_it_with_the_next() {
    let service = collection().await;
    coal_mine(&service).await;
    let run = previewed(&service, month(10)).await;
    tell(&service, vec![enrolled(1, 3, 5000, month(10))]).await;
    sign(&service, &run).await;
    assert_eq!(
        assessment(&service, 1, month(10)).await.unwrap().headcount,
        2
    );
    tell(&service, vec![enrolled(1, 4, 1000, month(10))]).await;
    declare(
        &service,
        month(11),
        &[(1, "6000"), (2, "4000"), (3, "5000"), (4, "1000")],
    )
    .await;
    assess(&service, month(11)).await;
    let november = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(
        (november.headcount, november.contribution),
        (4, yuan("304.00"))
    );
    // 6000 yuan of October at 1.9%.
    assert_eq!(november.back_payment, yuan("114.00"));
    declare(
        &service,
        month(12),
        &[(1, "6000"), (2, "4000"), (3, "5000"), (4, "1000")],
    )
    .await;
    assess(&service, month(12)).await;
    let december = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(december.back_payment, yuan("0.00"));
}

// Art. 12
// Art. 28
#[tokio::test]
async fn who_was_declared_in_time_is_charged_from_then_on_whoever_signed_when() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let in_time = enrolled(1, 3, 5000, month(10));
    let late = enrolled_late(1, 4, 1000, (month(10), month(11)));
    tell(&service, vec![in_time, late]).await;
    let everybody = [(1, "6000"), (2, "4000"), (3, "5000"), (4, "1000")];
    declare(&service, month(11), &everybody).await;
    assess(&service, month(11)).await;
    let november = assessment(&service, 1, month(11)).await.unwrap();
    // 5000 yuan of October at 1.9%, in time until November is due.
    assert_eq!(
        (november.headcount, november.back_payment),
        (4, yuan("95.00"))
    );
    let charged = &november.pre_enrolment_months[0];
    assert_eq!(charged.due_on, Some(date!(2026 - 11 - 25).into()));

    service.clock().set(at(date!(2026 - 12 - 01)));
    let october = |who, base| back_payment(vec![owed(who, month(10), base)]);
    let twice = approve(&service, &october(3, "5000")).await.unwrap_err();
    assert_eq!(reason(&twice), "BACK_PAYMENT_NOTHING");
    approve(&service, &october(4, "1000")).await.unwrap();
    declare(&service, month(12), &everybody).await;
    assess(&service, month(12)).await;
    let december = assessment(&service, 1, month(12)).await.unwrap();
    // Form 3-11 alone.
    assert_eq!(december.back_payment, yuan("19.00"));
}

// Art. 10
// Art. 30
#[tokio::test]
async fn who_was_reported_in_time_and_told_of_months_later_bears_no_late_fee() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 12 - 02)));
    // Hired within October's window, and after it; and one hired in October who was reported after the
    // window of November.
    let in_time = [
        enrolled(1, 3, 5000, month(10)),
        pre_enrolled(1, 4, 1000, month(10)),
    ];
    let mut late = pre_enrolled(1, 5, 2000, month(11));
    if let What::PersonPreEnrolled(event) = &mut late {
        event.from_month = Some(month(10).into());
    }
    tell(&service, [&in_time[..], &[late]].concat()).await;
    assess(&service, month(12)).await;
    let december = assessment(&service, 1, month(12)).await.unwrap();
    let charged: Vec<_> = december
        .pre_enrolment_months
        .iter()
        .map(|past| (past.headcount, past.contribution.clone(), past.due_on))
        .collect();
    let (own, with) = (date!(2026 - 10 - 25), date!(2026 - 12 - 25));
    assert_eq!(
        charged,
        [
            (1, yuan("38.00"), Some(own.into())),
            (2, yuan("114.00"), Some(with.into())),
            (3, yuan("152.00"), Some(with.into())),
        ]
    );
    let october = principal(&service, 1, month(10)).await;
    assert_eq!(amounts(&october), ["190.00", "38.00", "114.00"]);
}

// Art. 12
// Art. 28
#[tokio::test]
async fn a_month_assessed_late_counts_whom_it_was_declared_for_and_told_of_since() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    tell(&service, vec![enrolled(1, 3, 5000, month(10))]).await;
    run(&service, &order(month(10))).await;
    let october = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!((october.headcount, october.payroll), (3, yuan("15000.00")));
}

// Art. 28
// Art. 30
#[tokio::test]
async fn a_month_that_is_signed_after_its_due_day_is_due_days_after_the_signature() {
    let service = collection().await;
    coal_mine(&service).await;
    let hired = pre_enrolled(1, 3, 5000, month(9));
    tell(&service, vec![hired]).await;
    let run = previewed(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    sign(&service, &run).await;
    // Three days, as the area has it.
    let due_on = date!(2026 - 11 - 05);
    let october = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!(october.due_on, Some(due_on.into()));
    let [caught_up] = october.pre_enrolment_months.try_into().unwrap();
    assert_eq!(caught_up.due_on, Some(due_on.into()));
    for of in [month(9), month(10)] {
        let entries = principal(&service, 1, of).await;
        let in_time = entries.iter().map(|entry| entry.value_on);
        assert_eq!(in_time.collect::<Vec<_>>(), [Some(due_on.into())]);
    }
}

// Art. 22
// Art. 28
#[tokio::test]
async fn a_declaration_waits_until_the_assessment_of_its_month_is_signed() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    let run = previewed(&service, month(11)).await;
    // Within the window, and signed late.
    let late = declaration(month(12), month(12), vec![wage(1, "6000"), wage(2, "4000")]);
    service.clock().set(at(date!(2026 - 12 - 01)));
    let waits = approve(&service, &late).await.unwrap_err();
    assert_eq!(reason(&waits), "MONTH_BEING_ASSESSED");
    sign(&service, &run).await;
    approve(&service, &late).await.unwrap();
}

// Art. 28
#[tokio::test]
async fn a_parameter_waits_until_the_months_from_then_on_are_signed() {
    let service = collection().await;
    coal_mine(&service).await;
    let run = previewed(&service, month(10)).await;
    let change = |from: Date| ParameterChangeForm {
        name: "rounding".to_owned(),
        value: "up_to_jiao".to_owned(),
        from: Some(from.into()),
        source: "深人社发〔2026〕1号".to_owned(),
    };
    let rule = [EvidenceKind::LocalRule];
    let information = clerk(Department::Information, Duty::Handler);
    let october = change(date!(2026 - 10 - 01));
    let waits = service.approve(&information, &october, &rule).await;
    assert_eq!(reason(&waits.unwrap_err()), "MONTH_BEING_ASSESSED");
    let november = change(date!(2026 - 11 - 01));
    service
        .approve(&information, &november, &rule)
        .await
        .unwrap();
    sign(&service, &run).await;
    service
        .approve(&information, &october, &rule)
        .await
        .unwrap();
}
