//! The estimate: article 28 and 30 on figures that are given.

mod shown;

use chassis::testing::{AREA, TestService, person, reason};
use contracts::collection::v1::assessment_service_client::AssessmentServiceClient;
use contracts::collection::v1::{EstimateContributionRequest, EstimateContributionResponse};
use contracts::common::v1::ParameterValue;
use law::Month;
use time::Date;
use time::macros::date;
use tonic::{Code, Status};

use crate::support::*;

fn enquiry() -> EstimateContributionRequest {
    EstimateContributionRequest {
        pooling_area: AREA.to_owned(),
        industry_code: "06".to_owned(),
        month: Some(Month::new(2011, 6).unwrap().into()),
        payroll: yuan("50000"),
        floating_tier: None,
        due_date: Some(date!(2011 - 06 - 15).into()),
        paid_date: Some(date!(2011 - 07 - 10).into()),
        parameters: Vec::new(),
    }
}

async fn estimate(
    service: &TestService,
    asked: EstimateContributionRequest,
) -> Result<EstimateContributionResponse, Status> {
    let mut client = AssessmentServiceClient::new(service.connect(&person("p-1")).await);
    Ok(client.estimate_contribution(asked).await?.into_inner())
}

// Art. 28
// Art. 30
#[tokio::test]
async fn anybody_may_ask_what_a_payroll_would_cost_and_what_paying_late_would() {
    let service = collection().await;
    let found = estimate(&service, enquiry()).await.unwrap();
    assert_eq!((found.risk_class, found.rate.as_str()), (3, "0.02"));
    assert_eq!(
        (found.contribution, found.late_fee),
        (yuan("1000.00"), yuan("35.00"))
    );
    let lines = found.worksheet.unwrap().lines;
    assert!(
        lines
            .iter()
            .any(|line| line.label == "行业风险类别" && line.value == "3"),
        "{lines:?}"
    );

    let floated = EstimateContributionRequest {
        floating_tier: Some(2),
        paid_date: None,
        ..enquiry()
    };
    let found = estimate(&service, floated).await.unwrap();
    assert_eq!(
        (found.rate.as_str(), found.late_fee),
        ("0.03", yuan("0.00"))
    );

    let value = |name: &str, value: &str| ParameterValue {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let assumed = EstimateContributionRequest {
        parameters: vec![
            value("benchmark_rate.3", "0.025"),
            value("late_fee_daily_rate", "0.001"),
        ],
        ..enquiry()
    };
    let found = estimate(&service, assumed).await.unwrap();
    assert_eq!(
        (found.contribution, found.late_fee),
        (yuan("1250.00"), yuan("31.25"))
    );
}

// Art. 28
#[tokio::test]
async fn an_estimate_of_what_cannot_be_is_answered_with_the_reason() {
    let service = collection().await;
    let why = async |asked| reason(&estimate(&service, asked).await.unwrap_err());
    let asked = EstimateContributionRequest {
        industry_code: "00".to_owned(),
        ..enquiry()
    };
    assert_eq!(why(asked).await, "INDUSTRY_UNKNOWN");
    let asked = EstimateContributionRequest {
        industry_code: "6".to_owned(),
        ..enquiry()
    };
    assert_eq!(why(asked).await, "INVALID_FIELD");
    let asked = EstimateContributionRequest {
        payroll: yuan("-0.01"),
        ..enquiry()
    };
    assert_eq!(why(asked).await, "INVALID_FIELD");
    let asked = EstimateContributionRequest {
        payroll: yuan("1.234"),
        ..enquiry()
    };
    assert_eq!(why(asked).await, "INVALID_FIELD");
    let asked = EstimateContributionRequest {
        floating_tier: Some(3),
        ..enquiry()
    };
    assert_eq!(why(asked).await, "INVALID_FIELD");
    let asked = EstimateContributionRequest {
        month: Some(Month::new(2003, 3).unwrap().into()),
        ..enquiry()
    };
    let status = estimate(&service, asked).await.unwrap_err();
    assert_eq!(reason(&status), "INVALID_FIELD");
    assert_eq!(
        status.message(),
        "费款所属月：2003-03尚未施行工伤保险行业风险分类表，请填写2004-01或以后的月份。"
    );
    let asked = EstimateContributionRequest {
        industry_code: "62".to_owned(),
        floating_tier: Some(1),
        ..enquiry()
    };
    assert_eq!(why(asked).await, "TIER_NOT_AVAILABLE");
    let unknown = ParameterValue {
        name: "no_such".to_owned(),
        value: "1".to_owned(),
    };
    let asked = EstimateContributionRequest {
        parameters: vec![unknown],
        ..enquiry()
    };
    assert_eq!(why(asked).await, "INVALID_FIELD");

    let mut nobody = AssessmentServiceClient::new(service.connect_as_nobody().await);
    let status = nobody.estimate_contribution(enquiry()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
}

/// The classes of divisions 01 to 96 in 劳社部发〔2003〕29号, as mapped to GB/T 4754-2011.
const CLASSES_2003: &str = "222223333333222222222222332222332222222222222222221122222211111111111211111222121111111221111111";

/// The classes of divisions 01 to 96 in 人社部发〔2015〕71号.
const CLASSES_2015: &str = "454648788857333334435543764446664444443334444366552245544522222211111222221333232221212431111111";

// Art. 25
// Art. 28
#[tokio::test]
async fn each_division_of_the_standard_has_its_class_and_rate_in_both_tables() {
    let service = collection().await;
    let benchmark = |class: i32, old: bool| match (class, old) {
        (1, true) => "0.005",
        (2, true) => "0.01",
        (3, true) => "0.02",
        (1, false) => "0.002",
        (2, false) => "0.004",
        (3, false) => "0.007",
        (4, false) => "0.009",
        (5, false) => "0.011",
        (6, false) => "0.013",
        (7, false) => "0.016",
        (8, false) => "0.019",
        other => panic!("{other:?}"),
    };
    for (month, classes) in [(9, CLASSES_2003), (10, CLASSES_2015)] {
        for code in 0..100_usize {
            let asked = EstimateContributionRequest {
                industry_code: format!("{code:02}"),
                month: Some(Month::new(2015, month).unwrap().into()),
                paid_date: None,
                ..enquiry()
            };
            let class = code.checked_sub(1).and_then(|at| classes.chars().nth(at));
            match (estimate(&service, asked).await, class) {
                (Ok(found), Some(class)) => {
                    let class = class.to_digit(10).unwrap().cast_signed();
                    assert_eq!(found.risk_class, class, "{code:02}");
                    assert_eq!(found.rate, benchmark(class, month == 9), "{code:02}");
                }
                (Err(status), None) => assert_eq!(reason(&status), "INDUSTRY_UNKNOWN"),
                (found, class) => panic!("{code:02}: {found:?}, class {class:?}"),
            }
        }
    }
}

// Art. 26
#[tokio::test]
async fn class_1_floats_only_upward_since_2015_and_not_at_all_before() {
    let service = collection().await;
    let rates = async |industry: &str, year, month| {
        let mut rates = Vec::new();
        for tier in -2..=2 {
            let asked = EstimateContributionRequest {
                industry_code: industry.to_owned(),
                month: Some(Month::new(year, month).unwrap().into()),
                floating_tier: Some(tier),
                paid_date: None,
                ..enquiry()
            };
            rates.push(match estimate(&service, asked).await {
                Ok(found) => found.rate,
                Err(status) => reason(&status),
            });
        }
        rates
    };
    let none = "TIER_NOT_AVAILABLE";
    assert_eq!(
        rates("65", 2015, 9).await,
        [none, none, "0.005", none, none]
    );
    assert_eq!(
        rates("65", 2015, 10).await,
        [none, none, "0.002", "0.0024", "0.003"]
    );
    assert_eq!(
        rates("51", 2015, 10).await,
        ["0.002", "0.0032", "0.004", "0.0048", "0.006"]
    );
    assert_eq!(
        rates("06", 2015, 9).await,
        ["0.01", "0.016", "0.02", "0.024", "0.03"]
    );
    assert_eq!(
        rates("06", 2015, 10).await,
        ["0.0095", "0.0152", "0.019", "0.0228", "0.0285"]
    );
}

// Art. 30
#[tokio::test]
async fn a_late_fee_begins_the_day_after_the_due_date_and_counts_the_day_of_payment() {
    let service = collection().await;
    let fee = async |due: Option<Date>, paid: Option<Date>| {
        let asked = EstimateContributionRequest {
            due_date: due.map(Into::into),
            paid_date: paid.map(Into::into),
            ..enquiry()
        };
        estimate(&service, asked).await.map(|found| found.late_fee)
    };
    let due = Some(date!(2026 - 10 - 25));
    for (paid, expected) in [
        (None, "0.00"),
        (Some(date!(2026 - 10 - 01)), "0.00"),
        (Some(date!(2026 - 10 - 25)), "0.00"),
        (Some(date!(2026 - 10 - 26)), "0.50"),
        (Some(date!(2026 - 10 - 27)), "1.00"),
        (Some(date!(2027 - 10 - 25)), "182.50"),
    ] {
        assert_eq!(fee(due, paid).await.unwrap(), yuan(expected), "{paid:?}");
    }
    assert_eq!(
        fee(None, Some(date!(2026 - 11 - 01))).await.unwrap(),
        yuan("0.00")
    );
    // Before the first rate of a late fee nothing is guessed.
    let too_early = fee(Some(date!(1998 - 12 - 31)), Some(date!(2011 - 01 - 01))).await;
    let status = too_early.unwrap_err();
    assert_eq!(reason(&status), "PARAMETER");
    assert!(status.message().contains("1999-01-22"), "{status}");
    assert!(status.message().contains("表151-A"), "{status}");
}

// Art. 28
#[tokio::test]
async fn amounts_are_exact_to_the_fen_however_small_or_large() {
    let service = collection().await;
    let due = async |industry: &str, payroll: &str| {
        let asked = EstimateContributionRequest {
            industry_code: industry.to_owned(),
            month: Some(Month::new(2026, 11).unwrap().into()),
            payroll: yuan(payroll),
            paid_date: None,
            ..enquiry()
        };
        match estimate(&service, asked).await {
            Ok(found) => found.contribution.unwrap().to_string(),
            Err(status) => reason(&status),
        }
    };
    for (industry, payroll, expected) in [
        ("65", "0", "0.00"),
        ("65", "-0", "0.00"),
        ("65", "2.49", "0.00"),
        ("65", "2.50", "0.01"),
        ("03", "0.55", "0.00"),
        ("03", "0.56", "0.01"),
        ("06", "0.26", "0.00"),
        ("06", "0.27", "0.01"),
        // 1234567.89 x 1.9% = 23456.78991, 5000.50 x 1.3% = 65.0065, 5000.00 x 1.1% = 55.
        ("06", "1234567.89", "23456.79"),
        ("47", "5000.50", "65.01"),
        ("54", "5000", "55.00"),
        ("06", "9999999999999.99", "190000000000.00"),
        ("06", "10000000000000.00", "INVALID_FIELD"),
        (
            "06",
            "99999999999999999999999999999999999999",
            "INVALID_FIELD",
        ),
        ("06", "-1", "INVALID_FIELD"),
        ("06", "1.005", "INVALID_FIELD"),
        ("06", "1.000", "INVALID_FIELD"),
        ("06", "1,000", "INVALID_FIELD"),
        ("06", "1e3", "INVALID_FIELD"),
        ("06", "１００", "INVALID_FIELD"),
        ("06", "NaN", "INVALID_FIELD"),
        ("06", "", "INVALID_FIELD"),
    ] {
        assert_eq!(
            due(industry, payroll).await,
            expected,
            "{industry} {payroll}"
        );
    }
}

// Art. 28
#[tokio::test]
async fn an_estimate_in_an_area_that_cannot_be_names_the_field() {
    let service = collection().await;
    for nowhere in ["999999", "000000", "44030", ""] {
        let asked = EstimateContributionRequest {
            pooling_area: nowhere.to_owned(),
            ..enquiry()
        };
        let status = estimate(&service, asked).await.unwrap_err();
        assert_eq!(reason(&status), "INVALID_FIELD", "{nowhere}");
        assert!(status.message().contains("统筹地区"), "{status}");
    }
}
