//! `ParameterService`, served by every service.

use contracts::common::v1::parameter_service_server::ParameterService;
use contracts::common::v1::{ListParametersRequest, ListParametersResponse, Parameter};
use law::Cited;
use law::parameter::{Scope, Value};
use law::worksheet::Shown;
use tonic::{Request, Response, Status};

use crate::{Error, Platform};

/// The parameters of a service.
pub struct Parameters(pub(crate) Platform);

#[tonic::async_trait]
impl ParameterService for Parameters {
    async fn list_parameters(
        &self,
        request: Request<ListParametersRequest>,
    ) -> Result<Response<ListParametersResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let on = match request.on {
                        Some(on) => on.try_into().map_err(|e| Error::invalid("on", "日期", e))?,
                        None => unit.today(),
                    };
                    let law = unit.law(on).await?;
                    let national = unit.platform().catalogue().as_of("", on, &[], &[])?;
                    let mut parameters = Vec::new();
                    for (name, cited) in law.iter() {
                        // A parameter without a value on the date is no figure to list.
                        let (Ok(cited), Some(definition)) =
                            (cited, unit.platform().catalogue().definition(name))
                        else {
                            continue;
                        };
                        let local = national
                            .value(name)
                            .ok()
                            .is_none_or(|n| n.basis.source != cited.basis.source);
                        let by = unit.platform().set_by(name);
                        let set = Set {
                            here: definition.scope == Scope::Area && by.is_none(),
                            by: by.unwrap_or_default(),
                            local,
                        };
                        parameters.push(message(name, &definition.unit, cited, set));
                    }
                    parameters.sort_by(|a, b| a.name.cmp(&b.name));
                    Ok(ListParametersResponse { parameters })
                })
            })
            .await
    }
}

/// Where an area sets a parameter.
pub struct Set<'a> {
    /// In this service.
    pub here: bool,
    /// In another one, this.
    pub by: &'a str,
    /// The value is the area's own.
    pub local: bool,
}

pub fn message(name: &str, unit: &str, cited: &Cited<Value>, set: Set<'_>) -> Parameter {
    Parameter {
        name: name.to_owned(),
        label: cited.basis.label.to_string(),
        unit: unit.to_owned(),
        value: text(&cited.value),
        from: Some(cited.basis.from.into()),
        source: cited.basis.source.to_string(),
        area_may_set: set.here,
        local: set.local,
        set_by: set.by.to_owned(),
    }
}

/// The value as form 151-A takes it back.
pub fn text(value: &Value) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        other => other.shown().into(),
    }
}
