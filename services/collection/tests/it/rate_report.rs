//! Section 2: the yearly summary of floating.

use chassis::testing::{AREA, TestService, reason};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::rate_service_client::RateServiceClient;
use contracts::collection::v1::{
    GetRateFloatingSummaryRequest, GetRateFloatingSummaryResponse, ListRateFloatingYearsRequest,
    PaidRow, RateFloatingOrder, RateFloatingReportForm,
};
use contracts::common::v1::RunState;
use time::Date;
use time::macros::date;
use tonic::Status;

use crate::books::{Books, paid};
use crate::rate::{fact, january, order, upload};
use crate::support::*;

async fn answer(
    service: &TestService,
    year: i32,
) -> Result<GetRateFloatingSummaryResponse, Status> {
    let mut client = RateServiceClient::new(service.connect(&handler()).await);
    let request = GetRateFloatingSummaryRequest {
        pooling_area: AREA.to_owned(),
        year,
    };
    let answer = client.get_rate_floating_summary(request).await?;
    Ok(answer.into_inner())
}

/// The bases that employer 1, the mine, declares.
const BASES: &[(u16, &str)] = &[(1, "6000"), (2, "4000")];

/// Rates float from December on, by what is known of the review period.
async fn floats_in_december(service: &TestService) {
    let floating = RateFloatingOrder {
        effective_month: Some(month(12).into()),
        ..order()
    };
    assert_eq!(run(service, &floating).await.state(), RunState::Done);
}

/// The mine has a higher tier from December on, which is assessed.
async fn december_at_a_higher_tier(service: &TestService) {
    upload(service, vec![fact(1, 1, 1)]).await;
    floats_in_december(service).await;
    declare(service, month(12), BASES).await;
    assess(service, month(12)).await;
}

// Art. 27
#[tokio::test]
async fn a_year_is_summed_up_over_the_review_periods_that_ended_in_it_whichever_months_they_have() {
    let books = Books {
        service: collection().await,
    };
    let service = &books.service;
    coal_mine(service).await;
    assess(service, month(10)).await;
    let row = PaidRow {
        employer_id: employer_id(1),
        ..paid("10", &employer_id(1), "190.00", date!(2026 - 11 - 17))
    };
    books.on(date!(2026 - 11 - 18));
    books.send(vec![row]).await;
    // From November 2025 to October 2026, and from December on at another rate.
    upload(service, vec![fact(1, 1, 1)]).await;
    assess(service, month(11)).await;
    floats_in_december(service).await;
    assess(service, month(12)).await;

    let of_2026 = answer(service, 2026).await.unwrap().summary.unwrap();
    let tiers: Vec<_> = of_2026
        .rows
        .iter()
        .map(|row| (row.tier, row.employers))
        .collect();
    assert_eq!(tiers, [(0, 1), (2, 1)]);
    assert_eq!(of_2026.employers, 1, "one employer in two tiers");
    assert_eq!(of_2026.benefits, yuan("1000.00"));
    // 1000 over the 190 that were paid of the period.
    assert_eq!(of_2026.benefit_ratio, "5.263158");
    assert_eq!(of_2026.previous_benefit_ratio, "");

    // No period ended in 2027: the last one that did is that of 2026.
    assess(service, january()).await;
    let of_2027 = answer(service, 2027).await.unwrap().summary.unwrap();
    assert_eq!(
        (
            of_2027.benefit_ratio.as_str(),
            of_2027.previous_benefit_ratio.as_str()
        ),
        ("", "5.263158")
    );
}

// Art. 27
#[tokio::test]
async fn a_year_of_floating_is_reported_when_it_is_over_and_then_stands_as_it_was_signed() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    let unknown = answer(&service, 2025).await.unwrap_err();
    assert_eq!(reason(&unknown), "NO_FLOATING_YEAR");
    let october = answer(&service, 2026).await.unwrap();
    assert_eq!(october.signed_on, None);
    let summary = october.summary.unwrap();
    assert_eq!((summary.rows[0].risk_class, summary.rows[0].tier), (8, 0));
    assert_eq!(
        (summary.contributions, summary.benchmark_contributions),
        (yuan("190.00"), yuan("190.00"))
    );
    assert_eq!(summary.report_by, Some(date!(2027 - 04 - 30).into()));

    let report = RateFloatingReportForm {
        year: 2026,
        analysis: "全年未执行浮动".to_owned(),
        correction: false,
    };
    let refused =
        async |form: &RateFloatingReportForm| reason(&approve(&service, form).await.unwrap_err());
    service.clock().set(at(date!(2027 - 01 - 04)));
    assert_eq!(refused(&report).await, "FLOATING_YEAR_OPEN");
    assess(&service, month(11)).await;
    assess(&service, month(12)).await;
    service.clock().set(at(date!(2026 - 12 - 31)));
    assert_eq!(refused(&report).await, "FLOATING_YEAR_OPEN");

    let signed_on = date!(2027 - 03 - 01);
    service.clock().set(at(signed_on));
    approve(&service, &report).await.unwrap();
    assert!(
        matches!(&told(&service).await.last().unwrap().1, Happened::RateFloatingReported(r) if r.year == 2026)
    );
    let signed = answer(&service, 2026).await.unwrap();
    assert_eq!(signed.signed_on, Some(signed_on.into()));
    assert_eq!(signed.summary.as_ref().unwrap().analysis, report.analysis);
    // What is told since changes the year, and not what was signed.
    tell(&service, vec![moved(1, "65", date!(2026 - 10 - 01))]).await;
    assert_eq!(answer(&service, 2026).await.unwrap(), signed);
    assert_eq!(refused(&report).await, "FLOATING_YEAR_SIGNED");

    let corrected = RateFloatingReportForm {
        analysis: "行业变更后更正".to_owned(),
        correction: true,
        ..report
    };
    approve(&service, &corrected).await.unwrap();
    let corrected = answer(&service, 2026).await.unwrap().summary.unwrap();
    assert_eq!(corrected.analysis, "行业变更后更正");
    assert_ne!(
        corrected.contributions,
        signed.summary.unwrap().contributions
    );
}

async fn years(service: &TestService, overdue: bool) -> Vec<(i32, Option<Date>, Option<Date>)> {
    let mut client = RateServiceClient::new(service.connect(&handler()).await);
    let request = ListRateFloatingYearsRequest {
        pooling_area: AREA.to_owned(),
        overdue,
        ..ListRateFloatingYearsRequest::default()
    };
    let listed = client.list_rate_floating_years(request).await.unwrap();
    let years = listed.into_inner().years.into_iter();
    let day = |day: contracts::Date| Date::try_from(day).unwrap();
    years
        .map(|year| (year.year, year.report_by.map(day), year.signed_on.map(day)))
        .collect()
}

// Art. 27
#[tokio::test]
async fn a_year_that_is_not_reported_by_the_end_of_april_is_overdue_and_says_so_once_it_is() {
    let service = &collection().await;
    coal_mine(service).await;
    for number in 10..=12 {
        assess(service, month(number)).await;
    }
    let last_day = date!(2027 - 04 - 30);
    service.clock().set(at(last_day));
    let open = (2026, Some(last_day), None);
    assert_eq!(years(service, true).await, []);
    assert_eq!(years(service, false).await, [open]);
    assert!(
        !answer(service, 2026)
            .await
            .unwrap()
            .summary
            .unwrap()
            .overdue
    );

    let signed_on = date!(2027 - 05 - 06);
    service.clock().set(at(signed_on));
    assert_eq!(years(service, true).await, [open]);
    let mut report = RateFloatingReportForm {
        year: 2026,
        analysis: "全年未执行浮动".to_owned(),
        correction: false,
    };
    approve(service, &report).await.unwrap();
    assert_eq!(years(service, true).await, []);
    let signed = (2026, Some(last_day), Some(signed_on));
    assert_eq!(years(service, false).await, [signed]);
    assert!(
        answer(service, 2026)
            .await
            .unwrap()
            .summary
            .unwrap()
            .overdue
    );
    report.correction = true;
    approve(service, &report).await.unwrap();
    assert!(
        answer(service, 2026)
            .await
            .unwrap()
            .summary
            .unwrap()
            .overdue
    );
}

// Art. 27
#[tokio::test]
async fn what_is_reported_in_time_and_corrected_later_is_not_overdue() {
    let service = &collection().await;
    coal_mine(service).await;
    for number in 10..=12 {
        assess(service, month(number)).await;
    }
    service.clock().set(at(date!(2027 - 04 - 30)));
    let mut report = RateFloatingReportForm {
        year: 2026,
        analysis: "全年未执行浮动".to_owned(),
        correction: false,
    };
    approve(service, &report).await.unwrap();
    service.clock().set(at(date!(2027 - 05 - 06)));
    report.correction = true;
    approve(service, &report).await.unwrap();
    assert!(
        !answer(service, 2026)
            .await
            .unwrap()
            .summary
            .unwrap()
            .overdue
    );
    assert_eq!(years(service, true).await, []);
}

// Art. 27
#[tokio::test]
async fn a_local_reduction_of_rates_is_no_effect_of_floating() {
    let service = &collection().await;
    coal_mine(service).await;
    assess(service, month(10)).await;
    let november = month(11);
    let from = november.first_day();
    set_from(service, "rate_reduction_ratio", "0.5", from).await;
    declare(service, november, BASES).await;
    assess(service, november).await;
    let summary = answer(service, 2026).await.unwrap().summary.unwrap();
    // 190.00 in October, half of it in November.
    assert_eq!(
        (&summary.contributions, &summary.benchmark_contributions),
        (&yuan("285.00"), &yuan("285.00"))
    );
    let [row] = summary.rows.try_into().unwrap();
    assert_eq!(
        (row.contributions, row.benchmark_contributions),
        (yuan("285.00"), yuan("285.00"))
    );
}

// Art. 27
// Art. 29
// Art. 31
#[tokio::test]
async fn a_year_sums_up_all_that_was_charged_for_its_months_whichever_bill_had_it() {
    let service = &collection().await;
    coal_mine(service).await;
    tell(service, registered(2, "62")).await;
    let october = by_headcount(service, 2, (month(10), month(10))).await;
    approve(service, &october).await.unwrap();
    assess(service, month(10)).await;
    declare(service, month(11), BASES).await;
    let too_low = back_payment(vec![owed(1, month(10), "7000")]);
    approve(service, &too_low).await.unwrap();
    assess(service, month(11)).await;
    december_at_a_higher_tier(service).await;
    // Employer 3 has nobody but whom January's bill charges for December.
    service.clock().set(at(date!(2026 - 12 - 20)));
    let mut hired = registered(3, "65");
    hired.push(pre_enrolled(3, 4, 5000, month(12)));
    hired.push(pre_enrolled(1, 3, 5000, month(12)));
    tell(service, hired).await;
    assess(service, january()).await;

    let summary = answer(service, 2026).await.unwrap().summary.unwrap();
    let rows: Vec<_> = summary
        .rows
        .into_iter()
        .map(|row| {
            let amounts = (row.contributions, row.benchmark_contributions);
            (row.risk_class, row.tier, row.employers, amounts)
        })
        .collect();
    let same = |of| (yuan(of), yuan(of));
    assert_eq!(
        rows,
        [
            // 5000 at 0.2%.
            (1, 0, 1, same("10.00")),
            // 3600 at 0.4%.
            (2, 0, 1, same("14.40")),
            // October and November of the mine, and 1000 of October paid back, at 1.9%.
            (8, 0, 1, same("399.00")),
            // 10000 and 5000 of December at 2.85%.
            (8, 2, 1, (yuan("427.50"), yuan("285.00"))),
        ]
    );
    assert_eq!(summary.employers, 3);
    assert_eq!(
        (summary.contributions, summary.benchmark_contributions),
        (yuan("850.90"), yuan("708.40"))
    );
}

// Art. 27
// Art. 31
#[tokio::test]
async fn a_year_sums_up_what_stands_in_the_place_of_a_payroll_as_it_was_charged() {
    let service = &collection().await;
    coal_mine(service).await;
    assess(service, month(10)).await;
    declare(service, month(11), BASES).await;
    assess(service, month(11)).await;
    december_at_a_higher_tier(service).await;
    let december = by_headcount(service, 1, (month(12), month(12))).await;
    approve(service, &december).await.unwrap();
    // In the place of 285.00: 3600 yuan at 2.85%.
    let summary = answer(service, 2026).await.unwrap().summary.unwrap();
    let special = summary.rows.iter().find(|row| row.tier == 2).unwrap();
    assert_eq!(
        (&special.contributions, &special.benchmark_contributions),
        (&yuan("102.60"), &yuan("102.60"))
    );
}
