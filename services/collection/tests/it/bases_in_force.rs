//! What counts for a person's month, and that whoever asks is told the same.

use chassis::testing::{AREA, TestService, eventually, person, reason};
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::base_service_client::BaseServiceClient;
use contracts::collection::v1::{
    AssessmentBasis, BaseOrigin, BatchCompareWagesRequest, ContributionMonth, GetClearanceRequest,
    GetContributionHistoryRequest, GetPaymentStateRequest, ListContributionBasesRequest,
    ListedWage,
};
use law::Month;
use time::macros::date;

use crate::books::Books;
use crate::corrections::{owes, pays};
use crate::support::*;

/// The area applies bounds: 60% and 300% of 6000 yuan.
async fn apply_bounds(service: &TestService) {
    set(service, "base_bounds_apply", "true").await;
    set(service, "area_average_monthly_wage", "6000").await;
}

async fn history(service: &TestService, who: u16) -> Vec<ContributionMonth> {
    let request = GetContributionHistoryRequest {
        pooling_area: AREA.to_owned(),
        person_id: person_id(who).to_string(),
        before: Some(date!(2026 - 12 - 20).into()),
        months: 12,
    };
    let mut client = BaseServiceClient::new(service.connect_as_service("registration").await);
    let answer = client
        .get_contribution_history(request.clone())
        .await
        .unwrap();
    let months = answer.into_inner().months;
    // The person sees the same, and nobody else does.
    for (asker, seen) in [(who, months.clone()), (who + 500, Vec::new())] {
        let asker = person(&person_id(asker).to_string());
        let mut client = BaseServiceClient::new(service.connect(&asker).await);
        let answer = client
            .get_contribution_history(request.clone())
            .await
            .unwrap();
        assert_eq!(answer.into_inner().months, seen);
    }
    months
}

// Art. 23
// Art. 29
#[tokio::test]
async fn a_wage_from_enrolment_counts_within_the_bounds_wherever_it_is_asked_for() {
    let service = collection().await;
    coal_mine(&service).await;
    tell(&service, vec![enrolled(1, 3, 1000, month(10))]).await;
    apply_bounds(&service).await;
    assess(&service, month(10)).await;
    let found = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!(found.payroll, yuan("13600.00"));
    let floor = yuan("3600.00");

    let request = ListContributionBasesRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        month: Some(month(10).into()),
        ..ListContributionBasesRequest::default()
    };
    let mut client = BaseServiceClient::new(service.connect(&handler()).await);
    let listed = client.list_contribution_bases(request).await.unwrap();
    assert_eq!(listed.into_inner().bases[2].base, floor);
    assert_eq!(history(&service, 3).await[0].base, floor);
    let request = GetPaymentStateRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        person_id: person_id(3).to_string(),
        on: Some(date!(2026 - 10 - 20).into()),
    };
    let mut arrears = ArrearsServiceClient::new(service.connect(&handler()).await);
    let state = arrears.get_payment_state(request).await.unwrap();
    assert_eq!(state.into_inner().base, floor);

    service.clock().set(at(date!(2026 - 11 - 02)));
    let nothing_lacks = back_payment(vec![owed(3, month(10), "3000")]);
    let refused = approve(&service, &nothing_lacks).await.unwrap_err();
    assert_eq!(reason(&refused), "BACK_PAYMENT_NOTHING");
}

// Art. 22
// Art. 23
#[tokio::test]
async fn bases_are_not_declared_over_a_change_of_their_bounds() {
    let service = collection().await;
    coal_mine(&service).await;
    apply_bounds(&service).await;
    set_from(
        &service,
        "area_average_monthly_wage",
        "7000",
        date!(2026 - 12 - 01),
    )
    .await;
    let wages = vec![wage(1, "6500"), wage(2, "4000")];
    let over = declaration(month(10), month(12), wages.clone());
    let refused = approve(&service, &over).await.unwrap_err();
    assert_eq!(reason(&refused), "PERIOD_OVER_CHANGE");
    assert!(refused.message().contains("2026-12"), "{refused}");
    let before = declaration(month(10), month(11), wages);
    approve(&service, &before).await.unwrap();
}

// Art. 22
// Art. 23
#[tokio::test]
async fn what_was_declared_counts_within_bounds_that_were_set_since() {
    let service = collection().await;
    coal_mine(&service).await;
    apply_bounds(&service).await;
    let wages = vec![wage(1, "40000"), wage(2, "4000")];
    let all = declaration(month(10), month(12), wages);
    approve(&service, &all).await.unwrap();
    // 60% and 300% of 8000 yuan.
    let from = date!(2026 - 11 - 01);
    set_from(&service, "area_average_monthly_wage", "8000", from).await;
    for (of, payroll) in [(10, "22000.00"), (11, "28800.00")] {
        assess(&service, month(of)).await;
        let found = assessment(&service, 1, month(of)).await.unwrap();
        assert_eq!(found.payroll, yuan(payroll));
        assert_eq!(found.basis(), AssessmentBasis::Declared);
    }
    let own = history(&service, 1).await;
    let bases: Vec<_> = own.into_iter().map(|month| month.base).collect();
    assert_eq!(bases, [yuan("24000.00"), yuan("18000.00")]);
}

/// What the ledger has of the coal mine's month, once it has so many entries.
async fn corrected(service: &TestService, of: u8, entries: usize) -> Vec<String> {
    eventually(async || {
        let found = amounts(&principal(service, 1, month(of)).await);
        (found.len() == entries).then_some(found)
    })
    .await
}

// Art. 23
// Art. 28
#[tokio::test]
async fn months_that_were_assessed_by_other_bounds_are_assessed_anew_in_the_night() {
    let service = collection().await;
    coal_mine(&service).await;
    tell(&service, vec![enrolled(1, 3, 1000, month(10))]).await;
    apply_bounds(&service).await;
    assess(&service, month(10)).await;
    let of_october = "13600.00";
    let found = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!(found.payroll, yuan(of_october));
    service.clock().set(at(date!(2026 - 11 - 02)));
    // 60% and 300% of 8000 yuan: 6000, 4800, 4800.
    let since = date!(2026 - 10 - 01);
    set_from(&service, "area_average_monthly_wage", "8000", since).await;
    let request = GetClearanceRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
    };
    let mut arrears = ArrearsServiceClient::new(service.connect(&handler()).await);
    let clearance = arrears.get_clearance(request).await.unwrap().into_inner();
    assert_eq!(clearance.unassessed_months[0], month(10).into());
    service.clock().set(at(date!(2026 - 11 - 03)));
    assert_eq!(corrected(&service, 10, 2).await, ["258.40", "38.00"]);
    let found = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!(found.payroll, yuan("15600.00"));
    let entries = principal(&service, 1, month(10)).await;
    let lines = &entries[1].worksheet.as_ref().unwrap().lines;
    let why = "“统筹地区上年度职工月平均工资”自2026-10-01起改为8000（省人社厅文件）";
    assert_eq!(lines[0].value, why);
    // In time with the bill that first has it, that of November: nobody pays a late fee for the agency.
    let due = entries.iter().map(|entry| entry.value_on);
    let [october, november] = [date!(2026 - 10 - 25), date!(2026 - 11 - 25)];
    let [october, november] = [october, november].map(|day| Some(day.into()));
    assert_eq!(due.collect::<Vec<_>>(), [october, november]);

    // Set back, it is undone from when it counted.
    set_from(&service, "area_average_monthly_wage", "6000", since).await;
    service.clock().set(at(date!(2026 - 11 - 04)));
    let undone = ["258.40", "38.00", "-38.00"];
    assert_eq!(corrected(&service, 10, 3).await, undone);
    let entries = principal(&service, 1, month(10)).await;
    assert_eq!(entries[2].value_on, november);
    let found = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!(found.payroll, yuan(of_october));
}

// Art. 25
// Art. 28
// Art. 32
#[tokio::test]
async fn a_rate_that_is_lowered_as_of_months_that_were_paid_leaves_a_credit() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    let books = Books { service };
    pays(&books, month(10), "190.00", date!(2026 - 10 - 24)).await;
    let service = &books.service;
    service.clock().set(at(date!(2026 - 11 - 02)));
    // Half of every rate, as when contributions were lowered for a time (人社部发〔2018〕25号).
    let since = date!(2026 - 10 - 01);
    set_from(service, "rate_reduction_ratio", "0.5", since).await;
    service.clock().set(at(date!(2026 - 11 - 03)));
    // By value: assessed, paid, what is too much a credit, corrected.
    let settled = ["190.00", "-190.00", "95.00", "-95.00"];
    assert_eq!(corrected(service, 10, 4).await, settled);
    owes(&books, "0.00", "0.00", "95.00").await;
}

// Art. 22
#[tokio::test]
async fn a_month_is_declared_from_the_month_before_it_on() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2026 - 10 - 31)));
    let wages = vec![wage(1, "6500"), wage(2, "4000")];
    let december = declaration(month(12), month(12), wages);
    let refused = approve(&service, &december).await.unwrap_err();
    assert_eq!(reason(&refused), "DECLARATION_AHEAD");
    assert!(refused.message().contains("2026-11-01"), "{refused}");
    service.clock().set(at(date!(2026 - 11 - 01)));
    approve(&service, &december).await.unwrap();
}

// Art. 125
#[tokio::test]
async fn the_history_of_a_person_has_the_months_that_were_assessed() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    let months = history(&service, 1).await;
    assert_eq!(months.len(), 1, "{months:?}");
    assert_eq!(months[0].month, Some(month(10).into()));
    assert_eq!(months[0].base, yuan("6000.00"));
    assert_eq!(months[0].origin(), BaseOrigin::Enrolment);
    assert!(!months[0].paid);
}

// Art. 125
#[tokio::test]
async fn wages_of_a_list_from_outside_are_held_against_the_bases_in_force() {
    let service = collection().await;
    coal_mine(&service).await;
    let listed = |who: u16, of: Month, yuan: &str| ListedWage {
        employer_id: employer_id(1),
        person_id: person_id(who).to_string(),
        month: Some(of.into()),
        monthly_wage: Some(contracts::Money::from_text(yuan)),
    };
    let request = BatchCompareWagesRequest {
        pooling_area: AREA.to_owned(),
        wages: vec![
            listed(1, month(10), "6000"),
            listed(2, month(10), "30000"),
            listed(1, month(10), "2000.005"),
            listed(3, month(10), "5000"),
            listed(1, month(9), "5000"),
        ],
    };
    let compare = async |request: BatchCompareWagesRequest| {
        let mut client = BaseServiceClient::new(service.connect_as_service("registration").await);
        let answer = client.batch_compare_wages(request).await?.into_inner();
        let shown = answer.differences.into_iter().map(|difference| {
            let text = |money: Option<contracts::Money>| money.unwrap().as_text().to_owned();
            (
                difference.place,
                text(difference.base),
                text(difference.listed_base),
            )
        });
        Ok::<_, tonic::Status>(shown.collect::<Vec<_>>())
    };
    let invalid = compare(request.clone()).await.unwrap_err();
    assert_eq!(invalid.code(), tonic::Code::InvalidArgument);
    let mut request = request;
    request.wages[2] = listed(1, month(10), "2000.01");
    let differ = |place, base: &str, listed: &str| (place, base.to_owned(), listed.to_owned());
    assert_eq!(
        compare(request.clone()).await.unwrap(),
        [
            differ(1, "4000.00", "30000.00"),
            differ(2, "6000.00", "2000.01")
        ]
    );

    apply_bounds(&service).await;
    assert_eq!(
        compare(request).await.unwrap(),
        [
            differ(1, "4000.00", "18000.00"),
            differ(2, "6000.00", "3600.00")
        ]
    );
}

// Art. 31
// Art. 125
#[tokio::test]
async fn the_history_has_the_months_that_a_special_way_covers() {
    let service = collection().await;
    coal_mine(&service).await;
    let three_months = by_headcount(&service, 1, (month(10), month(12))).await;
    approve(&service, &three_months).await.unwrap();
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let late = enrolled_late(1, 3, 5000, (month(10), month(11)));
    tell(&service, vec![late]).await;
    let months = async |who| -> Vec<_> {
        let months = history(&service, who).await.into_iter();
        months.map(|of| (of.month, of.base)).collect()
    };
    let of = |number, base| (Some(month(number).into()), yuan(base));
    assert_eq!(months(3).await, [of(10, "5000.00")]);
    assess(&service, month(11)).await;
    assert_eq!(months(1).await, [of(11, "6000.00"), of(10, "6000.00")]);
    assert_eq!(months(3).await, [of(11, "5000.00"), of(10, "5000.00")]);
    let origins = history(&service, 1).await;
    assert!(
        origins
            .iter()
            .all(|of| of.origin() == BaseOrigin::Enrolment && of.employer_id == employer_id(1)),
        "{origins:?}"
    );
}

// Art. 22
// Art. 24
#[tokio::test]
async fn who_is_left_out_of_a_declaration_keeps_the_wage_that_was_declared_last() {
    let service = collection().await;
    coal_mine(&service).await;
    declare(&service, month(10), &[(1, "6000"), (2, "9000")]).await;
    assess(&service, month(10)).await;
    // Person 2 was enrolled at 4000 and is left out.
    declare(&service, month(11), &[(1, "6000")]).await;
    let november = assess(&service, month(11)).await;
    assert_eq!(
        (november.headcount, november.payroll),
        (2, yuan("15000.00"))
    );
    // Nor does it help to declare one person after the month was charged provisionally: 110% of 15,000.
    assess(&service, month(12)).await;
    let provisional = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(provisional.payroll, yuan("16500.00"));
    declare(&service, month(12), &[(1, "6000")]).await;
    let december = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(december.payroll, yuan("15000.00"));
}

// Art. 24
#[tokio::test]
async fn what_was_declared_before_a_person_was_enrolled_again_holds_no_more() {
    let service = collection().await;
    coal_mine(&service).await;
    let first = enrolled(1, 3, 3000, month(10));
    tell(&service, vec![first.clone()]).await;
    declare(
        &service,
        month(10),
        &[(1, "6000"), (2, "4000"), (3, "3600")],
    )
    .await;
    assess(&service, month(10)).await;
    let again = enrolled(1, 3, 9000, month(11));
    tell(&service, vec![ended(&first, date!(2026 - 10 - 20)), again]).await;
    declare(&service, month(11), &[(1, "6000"), (2, "4000")]).await;
    let november = assess(&service, month(11)).await;
    assert_eq!(
        (november.headcount, november.payroll),
        (3, yuan("19000.00"))
    );
}

// Art. 24
#[tokio::test]
async fn a_base_that_reaches_into_a_declaration_is_carried_past_its_end() {
    let service = collection().await;
    coal_mine(&service).await;
    let both = declaration(month(10), month(11), vec![wage(1, "6000"), wage(2, "9000")]);
    approve(&service, &both).await.unwrap();
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 01)));
    let one = declaration(month(11), month(12), vec![wage(1, "6000")]);
    approve(&service, &one).await.unwrap();
    for of in [month(11), month(12)] {
        assert_eq!(assess(&service, of).await.payroll, yuan("15000.00"));
    }
}
