//! JSON in, one call, JSON out.

use std::time::Duration;

use axum::body::{Body as HttpBody, to_bytes};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chassis::Clock;
use contracts::common::v1::{Batch, GetBatchRequest, GetBatchResponse};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName};
use prost::Message;
use prost_reflect::{DynamicMessage, Kind, ReflectMessage, Value};
use tonic::Status;

use crate::backend::Backend;
use crate::problem::{FieldProblem, Problem};
use crate::routes::{Body, Route};
use crate::settings::Settings;
use crate::{headers, json, query};

/// Headers of an answer in JSON, which no cache may keep.
pub const JSON: [(HeaderName, &str); 2] = [
    (CONTENT_TYPE, "application/json"),
    (CACHE_CONTROL, "no-store"),
];

/// A request on its way to the service behind its route.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Where it goes.
    pub route: &'a Route,
    /// The service there.
    pub backend: &'a Backend,
    /// The limits.
    pub settings: &'a Settings,
    /// The clock of the business.
    pub clock: &'a Clock,
    /// Path variables, percent-encoded, in the order of the route's.
    pub values: &'a [&'a str],
    /// Method, path, query and headers.
    pub parts: &'a Parts,
}

impl Call<'_> {
    /// The answer to the request with this body.
    ///
    /// # Errors
    /// What is wrong with the request, or what the service answered.
    pub async fn answer(self, message: DynamicMessage) -> Result<Response, Problem> {
        let answer = self.ask(&message, self.settings.call_deadline()).await?;
        let json = json::write(&answer).map_err(Problem::internal)?;
        Ok((JSON, json).into_response())
    }

    /// The request message that body, path and query make.
    ///
    /// # Errors
    /// Everything that is wrong, by field: also what the service would find, as far as the contract says.
    pub async fn message(
        self,
        body: &Body,
        content: HttpBody,
        skip: Option<&str>,
    ) -> Result<DynamicMessage, Problem> {
        let rpc = &self.route.rpc;
        let mut message = DynamicMessage::new(rpc.input.clone());
        let mut wrong = Vec::new();
        match body {
            Body::None => {}
            Body::Whole => (message, wrong) = json::read(&rpc.input, &self.bytes(content).await?)?,
            Body::Field(field) => {
                if let Kind::Message(inner) = field.kind() {
                    let (inner, found) = json::read(&inner, &self.bytes(content).await?)?;
                    message.set_field(field, Value::Message(inner));
                    wrong = found;
                }
            }
        }
        for (name, value) in self.route.variables.iter().zip(self.values) {
            wrong.extend(query::set_variable(&mut message, name, value).err());
        }
        for (name, value) in query::pairs(self.parts.uri.query()) {
            if skip != Some(name.as_ref()) {
                wrong.extend(query::set(&mut message, &name, &value).err());
            }
        }
        if !wrong.is_empty() {
            return Err(Problem::fields(with_the_contracts(wrong, &message)));
        }
        headers::identify(&mut message, rpc, &self.parts.headers)?;
        Ok(message)
    }

    /// Asks the route's RPC.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn ask(
        self,
        message: &DynamicMessage,
        deadline: Duration,
    ) -> Result<DynamicMessage, Problem> {
        let rpc = &self.route.rpc;
        let bytes = Bytes::from(message.encode_to_vec());
        let answer = self
            .backend
            .unary(&rpc.grpc_path, self.metadata(), deadline, bytes)
            .await?;
        DynamicMessage::decode(rpc.output.clone(), answer).map_err(Problem::internal)
    }

    /// Asks the same service for a batch.
    ///
    /// # Errors
    /// What the service answered.
    pub async fn batch(self, pooling_area: String, batch_id: String) -> Result<Batch, Status> {
        let path = PathAndQuery::from_static("/workinjury.common.v1.BatchService/GetBatch");
        let bytes = Bytes::from(
            GetBatchRequest {
                pooling_area,
                batch_id,
            }
            .encode_to_vec(),
        );
        let deadline = self.settings.call_deadline();
        let answer = self
            .backend
            .unary(&path, self.metadata(), deadline, bytes)
            .await?;
        let answer = GetBatchResponse::decode(answer)
            .map_err(|error| Status::internal(error.to_string()))?;
        Ok(answer.batch.unwrap_or_default())
    }

    /// The metadata of a call for this request.
    #[must_use]
    pub fn metadata(self) -> HeaderMap {
        headers::metadata(&self.parts.headers)
    }

    async fn bytes(self, content: HttpBody) -> Result<Bytes, Problem> {
        let limit = self.settings.json_bytes;
        let read = to_bytes(content, limit);
        match tokio::time::timeout(self.settings.call_deadline(), read).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(_)) => Err(Problem::too_large(u64::try_from(limit).unwrap_or(u64::MAX))),
            Err(_) => Err(Problem::slow()),
        }
    }
}

/// What is wrong, and what the service would find wrong in the message as soon as that is right.
fn with_the_contracts(mut wrong: Vec<FieldProblem>, message: &DynamicMessage) -> Vec<FieldProblem> {
    let name = message.descriptor().full_name().to_owned();
    let found = contracts::violations_of(&name, &message.encode_to_vec()).unwrap_or_default();
    let others = found.into_iter().filter(|violation| {
        let same = |wrong: &FieldProblem| {
            is_within(&wrong.field, &violation.path) || is_within(&violation.path, &wrong.field)
        };
        !wrong.iter().any(same)
    });
    let others: Vec<_> = others
        .map(|violation| FieldProblem {
            message: violation.to_string(),
            field: violation.path,
        })
        .collect();
    wrong.extend(others);
    wrong
}

/// Is the field at `path` the one at `outer`, or a part of it?
fn is_within(path: &str, outer: &str) -> bool {
    outer.is_empty()
        || path
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
