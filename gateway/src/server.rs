//! The HTTP server: what surrounds every request, and where it goes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chassis::Clock;
use chassis::peer::PeerChannel;
use chassis::telemetry;
use http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Method};
use tracing::Instrument;

use crate::backend::Backend;
use crate::call::{Call, JSON};
use crate::limits::Limits;
use crate::problem::{self, Problem};
use crate::routes::{self, Action, Body, Found, Route, RouteError, Table};
use crate::settings::Settings;
use crate::{catalogue, docs, download, headers, openapi, template, upload};

/// The gateway; clones share everything.
#[derive(Clone, Debug)]
pub struct Gateway(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    table: Table,
    backends: BTreeMap<String, Backend>,
    settings: Settings,
    clock: Clock,
    limits: Limits,
    openapi: String,
    forms: String,
    refusals: String,
}

/// Why a gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A contract cannot be served over HTTP.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The catalogue cannot be written.
    #[error("the contracts cannot be listed")]
    Catalogue(#[from] serde_json::Error),
    /// The URL of Redis cannot be used.
    #[error("setting `redis_url` cannot be used")]
    Redis(#[source] redis::RedisError),
}

/// The template of the path that was asked, for the metrics.
#[derive(Clone)]
struct Asked(String);

impl Gateway {
    /// A gateway before these services, by name, that counts requests in the Redis at `redis_url` and
    /// dates files by `clock`.
    ///
    /// # Errors
    /// When a contract of theirs cannot be served over HTTP, or the URL cannot be used.
    pub fn new(
        services: impl IntoIterator<Item = (String, PeerChannel)>,
        settings: Settings,
        redis_url: Option<&str>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let backends: BTreeMap<_, _> = services
            .into_iter()
            .map(|(name, channel)| (name, Backend::new(channel)))
            .collect();
        let table = Table::new(routes::plan(backends.keys().map(String::as_str))?)?;
        Ok(Self(Arc::new(Inner {
            openapi: openapi::document(&table).to_string(),
            forms: catalogue::forms_json()?,
            refusals: catalogue::refusals_json()?,
            limits: Limits::new(&settings, redis_url).map_err(StartError::Redis)?,
            table,
            backends,
            settings,
            clock,
        })))
    }

    /// Everything that the gateway answers.
    pub fn router(&self) -> Router {
        let text = |text: fn(&Inner) -> &String| {
            get(move |State(Self(inner)): State<Self>| async move { (JSON, text(&inner).clone()) })
        };
        Router::new()
            .route("/openapi.json", text(|inner| &inner.openapi))
            .route("/v1/forms", text(|inner| &inner.forms))
            .route("/v1/refusals", text(|inner| &inner.refusals))
            .merge(docs::router())
            .fallback(serve)
            .method_not_allowed_fallback(|| async {
                Problem::method_not_allowed("GET, HEAD".to_owned())
            })
            .with_state(self.clone())
            // Every handler has its own limit; that of axum would come before them.
            .layer(DefaultBodyLimit::disable())
            .layer(from_fn(accompany))
    }

    /// Forgets callers that have not asked for a while.
    pub fn forget(&self) {
        self.0.limits.forget();
    }
}

async fn serve(State(Gateway(inner)): State<Gateway>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut buffer = String::new();
    let found = inner
        .table
        .find(&parts.method, parts.uri.path(), &mut buffer);
    let (route, values) = match found {
        Found::Route(route, values) => (route, values),
        Found::OtherMethods(allow) => return Problem::method_not_allowed(allow).into_response(),
        Found::Nothing => return Problem::no_such_path().into_response(),
    };
    let Some(backend) = inner.backends.get(&route.backend) else {
        return Problem::no_such_path().into_response();
    };
    let call = Call {
        route,
        backend,
        settings: &inner.settings,
        clock: &inner.clock,
        values: &values,
        parts: &parts,
    };
    let mut response = match answer(&inner, call, body).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    response.extensions_mut().insert(Asked(route.path.clone()));
    response
}

async fn answer(
    inner: &Inner,
    call: Call<'_>,
    body: axum::body::Body,
) -> Result<Response, Problem> {
    let Route { action, .. } = call.route;
    let parts = call.parts;
    let address = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    inner.limits.admit(&parts.headers, address).await?;
    match action {
        Action::Call { body: place, list } => {
            let format = match list {
                Some(_) => download::asked(parts.uri.query(), &parts.headers)?,
                None => None,
            };
            let skip = list.is_some().then_some(download::FORMAT);
            let message = call.message(place, body, skip).await?;
            match (list, format) {
                (Some(list), Some(format)) => {
                    let _place = inner.limits.file(&parts.headers, address)?;
                    download::list(call, list, format, message).await
                }
                _ => call.answer(message).await,
            }
        }
        Action::Upload(to) => {
            // Whoever the service does not know takes no place and leaves nothing on the disk.
            upload::known(call).await?;
            let place = inner.limits.file(&parts.headers, address)?;
            upload::upload(call, to, body, place).await
        }
        Action::Template(upload) => template::template(upload),
        Action::Findings(format) => {
            let _place = inner.limits.file(&parts.headers, address)?;
            let message = call.message(&Body::None, body, None).await?;
            download::findings(call, *format, message).await
        }
    }
}

/// Goes with every request: its id, its trace, its time, and the headers of its answer.
async fn accompany(mut request: Request, next: Next) -> Response {
    let id = headers::request_id(request.headers());
    let began = Instant::now();
    let method = request.method().clone();
    let span =
        tracing::info_span!("http", %method, request_id = %id, status = tracing::field::Empty);
    if let Some(parent) = request
        .headers()
        .get("traceparent")
        .and_then(|v| v.to_str().ok())
    {
        telemetry::continue_trace(&span, parent);
    }
    let id_text = id.to_string();
    if let Ok(value) = HeaderValue::try_from(&id_text) {
        request.headers_mut().insert(headers::REQUEST_ID, value);
    }
    let response = next.run(request).instrument(span.clone()).await;
    let mut response = problem::written(response, &method, &format!("urn:uuid:{id}"));
    span.record("status", response.status().as_u16());
    measure(&method, &mut response, began);
    protect(&mut response, &id_text);
    response
}

fn measure(method: &Method, response: &mut Response, began: Instant) {
    let path = response
        .extensions_mut()
        .remove::<Asked>()
        .map_or_else(|| "other".to_owned(), |asked| asked.0);
    let status = response.status().as_u16().to_string();
    metrics::histogram!("http_seconds", "method" => method.to_string(), "path" => path, "status" => status)
        .record(began.elapsed().as_secs_f64());
}

/// What browsers are told of every answer. There is no CORS: the console is served from here.
fn protect(response: &mut Response, id: &str) {
    let html = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
    let policy = if html {
        docs::POLICY
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Ok(value) = HeaderValue::try_from(id) {
        headers.insert(headers::REQUEST_ID, value);
    }
}
