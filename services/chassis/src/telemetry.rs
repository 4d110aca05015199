//! What can be seen of a running service: logs, traces, metrics.
//!
//! Neither shows identity numbers or bank accounts: see [`redact`].

pub mod measure;
pub mod redact;
pub(crate) mod rpc;

mod export;

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::Config;
use crate::config::ConfigError;

/// Logs and traces of the process; what is not yet sent is sent when it is dropped.
#[must_use = "telemetry ends when this is dropped"]
pub struct Telemetry(SdkTracerProvider);

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            tracing::debug!(%error, "the last traces could not be sent");
        }
    }
}

/// Starts logging to stderr, one JSON object a line, and sending traces where that is configured.
/// Once in a process, inside its runtime.
///
/// # Errors
/// When a setting cannot be used.
pub fn start(name: &'static str, config: &Config) -> Result<Telemetry, ConfigError> {
    let wrong = |setting| {
        move |error: &dyn std::error::Error| ConfigError::Wrong {
            setting,
            problem: error.to_string(),
        }
    };
    let filter = EnvFilter::try_new(&config.log).map_err(|error| wrong("log")(&error))?;
    let mut provider = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name(name).build());
    // Without a place to send them traces are not recorded; their ids still tie logs and events together.
    provider = match &config.otlp_endpoint {
        None => provider.with_sampler(Sampler::AlwaysOff),
        Some(endpoint) => provider
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
            .with_batch_exporter(
                export::to(endpoint).map_err(|error| wrong("otlp_endpoint")(&error))?,
            ),
    };
    let provider = provider.build();
    let traces = tracing_opentelemetry::layer().with_tracer(provider.tracer(name));
    let logs = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_writer(|| redact::Redacting(std::io::stderr()))
        .with_filter(filter);
    tracing_subscriber::registry()
        .with(traces.with_filter(tracing::level_filters::LevelFilter::INFO))
        .with(logs)
        .try_init()
        .map_err(|error| wrong("log")(&error))?;
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a panic")));
    Ok(Telemetry(provider))
}

/// The W3C `traceparent` of what is being done; empty outside of any trace.
#[must_use]
pub fn current_trace_parent() -> String {
    let mut header = TraceParent::default();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut header);
    header.0
}

/// Makes `span` a continuation of the trace that `trace_parent` names, as an event does.
pub fn continue_trace(span: &Span, trace_parent: &str) {
    let context = TraceContextPropagator::new().extract(&TraceParent(trace_parent.to_owned()));
    set_parent(span, context);
}

/// Notes the pooling area of the call that is being answered.
pub fn record_area(area: &str) {
    Span::current().record("area", area);
}

fn set_parent(span: &Span, parent: Context) {
    // Fails only where no traces are kept, as in most tests.
    let _ = span.set_parent(parent);
}

#[derive(Default)]
struct TraceParent(String);

impl Injector for TraceParent {
    fn set(&mut self, key: &str, value: String) {
        if key == "traceparent" {
            self.0 = value;
        }
    }
}

impl Extractor for TraceParent {
    fn get(&self, key: &str) -> Option<&str> {
        (key == "traceparent").then_some(&self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}
