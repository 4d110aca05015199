//! The gateway: a call over REST beside the same call over gRPC.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use contracts::collection::v1::EstimateContributionRequest;
use contracts::collection::v1::assessment_service_client::AssessmentServiceClient;
use contracts::options::v1::{Department, Duty};
use futures::FutureExt;
use hdrhistogram::Histogram;
use law::Month;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::{Date, macros::date};

use super::platform::{AREA, As, Platform};
use super::target::Target;
use super::{Sample, Scenario};
use crate::people;

pub const SCENARIO: Scenario = Scenario {
    name: "gateway",
    what: "The estimate of a contribution (`POST /v1/contributions:estimate`), JSON in and out with its \
           worksheet, over a connection that is kept. One call after the other, in turns with the peer.",
    peer: "the same call to collection over gRPC.",
    unit: "calls",
    sizes: &[2_000],
    target: Target::Beyond(Duration::from_millis(1)),
    limit: None,
    measure: |platform, calls| measure(platform, calls).boxed(),
};

/// Callers who take turns, so that the gateway's limit for each of them is not reached.
const CALLERS: usize = 32;

/// Calls that are not counted.
const WARM_UP: u64 = 200;

const INDUSTRY: &str = "06";
const MONTH: Date = date!(2026 - 03 - 01);

/// Somebody who asks both ways.
struct Caller {
    token: String,
    grpc: AssessmentServiceClient<As>,
}

async fn measure(platform: &Platform, calls: u64) -> Result<Sample> {
    let http = reqwest::Client::new();
    let url = format!("{}/v1/contributions:estimate", platform.gateway()?);
    let mut callers = Vec::new();
    for number in 0..CALLERS {
        let mut clerk = people::clerk(AREA, Department::Collection, Duty::Handler);
        clerk.id = format!("{}-{number}", clerk.id);
        callers.push(Caller {
            token: platform.token(&clerk)?,
            grpc: AssessmentServiceClient::new(platform.connect("collection", &clerk).await?),
        });
    }
    let (mut rest, mut grpc) = (Histogram::<u64>::new(3)?, Histogram::<u64>::new(3)?);
    for (number, place) in (0..calls + WARM_UP).zip((0..CALLERS).cycle()) {
        let caller = &mut callers[place];
        let payroll = Decimal::from(10_000 + number);
        let begun = Instant::now();
        let by_grpc = caller.by_grpc(payroll).await?;
        let grpc_took = begun.elapsed();
        let begun = Instant::now();
        let by_rest = caller.by_rest(&http, &url, payroll).await?;
        let rest_took = begun.elapsed();
        ensure!(by_grpc == by_rest, "gRPC answers {by_grpc}, REST {by_rest}");
        if number >= WARM_UP {
            grpc.record(nanos(grpc_took)?)?;
            rest.record(nanos(rest_took)?)?;
        }
    }
    let median = |of: &Histogram<u64>| Duration::from_nanos(of.value_at_quantile(0.5));
    Ok(Sample::new(calls, median(&rest), median(&grpc)))
}

impl Caller {
    async fn by_grpc(&mut self, payroll: Decimal) -> Result<String> {
        let request = EstimateContributionRequest {
            pooling_area: AREA.to_owned(),
            industry_code: INDUSTRY.to_owned(),
            month: Some(Month::of(MONTH).into()),
            payroll: Some(payroll.into()),
            ..EstimateContributionRequest::default()
        };
        let answer = self.grpc.estimate_contribution(request).await?.into_inner();
        let contribution = answer.contribution.context("an estimate has a sum")?;
        Ok(contribution.as_text().to_owned())
    }

    async fn by_rest(&self, http: &reqwest::Client, url: &str, payroll: Decimal) -> Result<String> {
        let body = json!({
            "poolingArea": AREA,
            "industryCode": INDUSTRY,
            "month": {"year": MONTH.year(), "month": u8::from(MONTH.month())},
            "payroll": {"yuan": payroll},
        });
        let request = http.post(url).bearer_auth(&self.token).json(&body);
        let answer = request.send().await?;
        let status = answer.status();
        let answer: Value = answer.json().await?;
        ensure!(status.is_success(), "{status}: {answer}");
        let yuan = answer["contribution"]["yuan"].as_str();
        Ok(yuan.context("an estimate has a sum")?.to_owned())
    }
}

fn nanos(time: Duration) -> Result<u64> {
    u64::try_from(time.as_nanos()).context("a call does not take centuries")
}
