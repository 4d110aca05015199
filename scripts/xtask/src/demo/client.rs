//! A client of the gateway: REST and uploads, as anybody's would be.

use std::time::Duration;

use anyhow::{Context, Result};
use backon::{ExponentialBuilder, Retryable};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// Namespace of the request ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x5d0c_7a52_91b5_4f5e_8a3d_6d1c_2f60_84aa);

/// How often a request is tried again while the platform is busy or being restarted, and how long in
/// between.
const TRIES: usize = 120;
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Greatest number of rows that a page of a list has.
const PAGE: &str = "1000";

/// The gateway, for one pooling area.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    /// The pooling area.
    pub area: String,
    seed: u64,
}

/// Why the answer is no (RFC 9457).
#[derive(Clone, Debug, Deserialize)]
pub struct Problem {
    /// UPPER_SNAKE reason.
    #[serde(default)]
    pub reason: String,
    /// Chinese sentence.
    #[serde(default)]
    pub detail: String,
}

impl Client {
    /// A client of the gateway on a port of this machine.
    pub fn new(port: u16, area: &str, seed: u64) -> Result<Self> {
        Ok(Self {
            http: reqwest::Client::builder()
                .timeout(Duration::from_secs(600))
                .build()?,
            base: format!("http://127.0.0.1:{port}"),
            area: area.to_owned(),
            seed,
        })
    }

    /// The id of a request or a batch of this demonstration: the same thing done again has the same id,
    /// so that it happens once.
    #[must_use]
    pub fn id(&self, name: &str) -> Uuid {
        Uuid::new_v5(
            &NAMESPACE,
            format!("{}/{}/{name}", self.area, self.seed).as_bytes(),
        )
    }

    /// Asks.
    pub async fn get(&self, token: &str, path: &str, query: &[(&str, &str)]) -> Result<Value> {
        let found = self.find(token, path, query).await?;
        found
            .map_err(|problem| anyhow::anyhow!("GET {path}: {} {}", problem.reason, problem.detail))
    }

    /// Asks for what may not be there.
    pub async fn find(
        &self,
        token: &str,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Result<Value, Problem>> {
        let area = [("poolingArea", self.area.as_str())];
        self.send(|| {
            self.request(Method::GET, token, path)
                .query(&area)
                .query(query)
        })
        .await
    }

    /// Asks for a list, page by page.
    pub async fn list(
        &self,
        token: &str,
        path: &str,
        items: &str,
        query: &[(&str, &str)],
    ) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        let mut page_token = String::new();
        loop {
            let mut query = query.to_vec();
            query.extend([("pageSize", PAGE), ("pageToken", &page_token)]);
            let mut page = self.get(token, path, &query).await?;
            if let Value::Array(found) = page[items].take() {
                all.extend(found);
            }
            page_token = text(&page["nextPageToken"]).to_owned();
            if page_token.is_empty() {
                return Ok(all);
            }
        }
    }

    /// Changes something, once however often it is called with `name`.
    pub async fn post(
        &self,
        token: &str,
        path: &str,
        name: &str,
        mut body: Value,
    ) -> Result<Result<Value, Problem>> {
        body["poolingArea"] = json!(self.area);
        let key = self.id(name).to_string();
        self.send(|| {
            let request = self.request(Method::POST, token, path);
            request.header("Idempotency-Key", &key).json(&body)
        })
        .await
    }

    /// Changes something that must not be refused.
    pub async fn change(&self, token: &str, path: &str, name: &str, body: Value) -> Result<Value> {
        let answer = self.post(token, path, name, body).await?;
        answer.map_err(|problem| anyhow::anyhow!("{name}: {} {}", problem.reason, problem.detail))
    }

    /// Uploads a spreadsheet as the batch called `name`.
    pub async fn upload(
        &self,
        token: &str,
        path: &str,
        name: &str,
        file: Vec<u8>,
    ) -> Result<Value> {
        self.upload_file(token, path, (name, "xlsx"), file).await
    }

    /// Uploads a file of a kind as the batch called `name`.
    pub async fn upload_file(
        &self,
        token: &str,
        path: &str,
        (name, kind): (&str, &str),
        file: Vec<u8>,
    ) -> Result<Value> {
        let batch_id = self.id(name).to_string();
        let answer = self
            .send(|| {
                let file = Part::bytes(file.clone()).file_name(format!("{name}.{kind}"));
                let form = Form::new()
                    .text("poolingArea", self.area.clone())
                    .text("batchId", batch_id.clone())
                    .text("reference", name.to_owned())
                    .part("file", file);
                self.request(Method::POST, token, path).multipart(form)
            })
            .await?;
        answer.map_err(|problem| anyhow::anyhow!("{name}: {} {}", problem.reason, problem.detail))
    }

    fn request(&self, method: Method, token: &str, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        // What is published is for everybody.
        if token.is_empty() {
            return request;
        }
        request.bearer_auth(token)
    }

    /// Sends until there is an answer; a repeat changes nothing, by its id.
    async fn send(&self, request: impl Fn() -> RequestBuilder) -> Result<Result<Value, Problem>> {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(SHORTEST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .with_max_times(TRIES)
            .with_jitter();
        let (status, text) = (|| attempt(request()))
            .retry(pauses)
            .adjust(|none: &NoAnswer, pause| pause.map(|pause| none.wait.unwrap_or(pause)))
            .await
            .map_err(|none| anyhow::anyhow!("there is no answer: {}", none.why))?;
        if status.is_success() {
            return Ok(Ok(serde_json::from_str(&text).context("reading an answer")?));
        }
        let problem = serde_json::from_str(&text).with_context(|| format!("{status}: {text}"))?;
        Ok(Err(problem))
    }
}

/// Why a try brought no answer, or none that is the last word.
struct NoAnswer {
    why: String,
    /// How long the platform asks to wait.
    wait: Option<Duration>,
}

impl From<reqwest::Error> for NoAnswer {
    fn from(error: reqwest::Error) -> Self {
        Self {
            why: format!("{:#}", anyhow::Error::from(error)),
            wait: None,
        }
    }
}

/// One try; what ends in the midst of an answer is none.
async fn attempt(request: RequestBuilder) -> Result<(StatusCode, String), NoAnswer> {
    let response = request.send().await?;
    let (status, wait) = (response.status(), retry_after(&response));
    let why = response.text().await?;
    if may_pass(status) {
        return Err(NoAnswer { why, wait });
    }
    Ok((status, why))
}

/// Is this an answer that another try may change?
fn may_pass(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::CONFLICT
        || status.is_server_error()
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response
        .headers()
        .get("retry-after")?
        .to_str()
        .ok()?
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

/// A text in an answer; empty where there is none.
#[must_use]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A whole number in an answer, which 64-bit ones are written as text.
#[must_use]
pub fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| text(value).parse().unwrap_or_default())
}

/// An amount in an answer.
pub fn yuan(value: &Value) -> Result<rust_decimal::Decimal> {
    law::money::parse_yuan(text(&value["yuan"]))
        .map_err(|error| anyhow::anyhow!("{value}: {error}"))
}

/// A date as the contracts write it.
#[must_use]
pub fn date(day: time::Date) -> Value {
    json!({"year": day.year(), "month": u8::from(day.month()), "day": day.day()})
}

/// A month as the contracts write it.
#[must_use]
pub fn month((year, month): (i32, u8)) -> Value {
    json!({"year": year, "month": month})
}

/// An amount as the contracts write it.
#[must_use]
pub fn money(amount: rust_decimal::Decimal) -> Value {
    json!({"yuan": format!("{amount:.2}")})
}

/// Papers as the contracts write them.
#[must_use]
pub fn papers(kinds: &[&str]) -> Value {
    kinds
        .iter()
        .map(|kind| json!({"kind": format!("EVIDENCE_KIND_{kind}"), "number": "1"}))
        .collect()
}
