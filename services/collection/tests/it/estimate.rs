//! The estimate: article 28 and 30 on figures that are given.

use chassis::testing::{AREA, TestService, person, reason};
use contracts::collection::v1::assessment_service_client::AssessmentServiceClient;
use contracts::collection::v1::{EstimateContributionRequest, EstimateContributionResponse};
use contracts::common::v1::ParameterValue;
use law::Month;
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
        month: Some(Month::new(2003, 12).unwrap().into()),
        ..enquiry()
    };
    assert_ne!(why(asked).await, "");
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
