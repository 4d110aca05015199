//! Traces on their way out over OTLP, with personal numbers covered.

use std::borrow::Cow;
use std::time::Duration;

use opentelemetry::trace::Status;
use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter as Otlp, WithExportConfig};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::redact::redact;

/// An exporter to the collector at `endpoint`.
pub(super) fn to(endpoint: &str) -> Result<Redacting<Otlp>, ExporterBuildError> {
    Ok(Redacting(
        Otlp::builder()
            .with_tonic()
            .with_endpoint(endpoint)
            .build()?,
    ))
}

/// Covers personal numbers before `E` sees the spans.
#[derive(Debug)]
pub(super) struct Redacting<E>(pub E);

impl<E: SpanExporter> SpanExporter for Redacting<E> {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        batch.iter_mut().for_each(cover);
        self.0.export(batch).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &opentelemetry_sdk::Resource) {
        self.0.set_resource(resource);
    }
}

fn cover(span: &mut SpanData) {
    span.name = covered(&span.name);
    cover_all(&mut span.attributes);
    for event in &mut span.events.events {
        event.name = covered(&event.name);
        cover_all(&mut event.attributes);
    }
    if let Status::Error { description } = &mut span.status {
        *description = covered(description);
    }
}

fn cover_all(attributes: &mut [KeyValue]) {
    for attribute in attributes {
        match &mut attribute.value {
            Value::String(text) => *text = covered(text.as_str()).into(),
            Value::I64(number) if number.unsigned_abs() >= 100_000_000_000 => *number = 0,
            Value::Array(Array::String(texts)) => {
                texts
                    .iter_mut()
                    .for_each(|text: &mut StringValue| *text = covered(text.as_str()).into());
            }
            _ => {}
        }
    }
}

fn covered(text: &str) -> Cow<'static, str> {
    Cow::Owned(redact(text).into_owned())
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{Span, Tracer, TracerProvider};
    use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};

    use super::*;

    #[test]
    fn traces_leave_without_personal_numbers() {
        let sent = InMemorySpanExporter::default();
        let exporter = Redacting(sent.clone());
        let provider = SdkTracerProvider::builder()
            .with_simple_exporter(exporter)
            .build();
        let mut span = provider.tracer("test").start("asks for 110105194912310021");
        span.set_attribute(KeyValue::new("account", 6_222_021_234_567_890_123_i64));
        span.set_attribute(KeyValue::new("rows", 12_i64));
        let error = "duplicate key (11010519491231002X)";
        span.add_event(error, vec![KeyValue::new("error", error)]);
        span.set_status(Status::error(error));
        span.end();

        let spans = sent.get_finished_spans().unwrap();
        let all = format!("{spans:?}");
        for number in [
            "110105194912310021",
            "6222021234567890123",
            "11010519491231002X",
        ] {
            assert!(!all.contains(number), "{number} in {all}");
        }
        assert!(
            all.contains("duplicate key (***)") && all.contains("I64(12)"),
            "{all}"
        );
    }
}
