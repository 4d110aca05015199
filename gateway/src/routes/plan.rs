//! The routes of the contracts for the services that are configured.

use contracts::{policy, reflect};
use http::Method;
use prost_reflect::{DynamicMessage, MethodDescriptor, ServiceDescriptor};

use super::template::variables;
use super::{Action, Body, List, Route, RouteError, Rpc};
use crate::download::Format;
use crate::upload::Upload;

/// The list of findings, from which the result of a batch is made.
const FINDINGS: &str = "workinjury.common.v1.BatchService.ListBatchFindings";

/// The routes of every annotated RPC that one of `backends` serves.
///
/// # Errors
/// When an annotation cannot be served.
pub fn plan<'b>(backends: impl Iterator<Item = &'b str> + Clone) -> Result<Vec<Route>, RouteError> {
    let mut routes = Vec::new();
    for service in reflect::pool().services() {
        let everywhere = policy::is_everywhere(&service);
        for backend in backends.clone() {
            if !everywhere && own_service(&service).as_deref() != Some(backend) {
                continue;
            }
            for method in service.methods() {
                for (verb, path, body) in bindings(&method) {
                    let path = mounted(&path, everywhere.then_some(backend));
                    add(&mut routes, &method, backend, verb, path, &body)?;
                }
            }
        }
    }
    Ok(routes)
}

/// The service that a contract belongs to: `workinjury.medical_agreement.v1` is `medical-agreement`.
fn own_service(service: &ServiceDescriptor) -> Option<String> {
    let package = service.package_name().strip_prefix("workinjury.")?;
    Some(package.split('.').next()?.replace('_', "-"))
}

fn mounted(path: &str, mount: Option<&str>) -> String {
    match (mount, path.strip_prefix("/v1/")) {
        (Some(service), Some(rest)) => format!("/v1/{service}/{rest}"),
        _ => path.to_owned(),
    }
}

/// Method, path and body of each binding of an annotation.
fn bindings(method: &MethodDescriptor) -> Vec<(Method, String, String)> {
    let options = method.options();
    let rule = reflect::pool()
        .get_extension_by_name("google.api.http")
        .filter(|extension| options.has_extension(extension))
        .map(|extension| options.get_extension(&extension));
    let Some(rule) = rule.as_ref().and_then(|rule| rule.as_message()) else {
        return Vec::new();
    };
    let more = rule.get_field_by_name("additional_bindings");
    let more = more
        .as_ref()
        .and_then(|more| more.as_list())
        .unwrap_or_default();
    binding(rule)
        .into_iter()
        .chain(more.iter().filter_map(|rule| binding(rule.as_message()?)))
        .collect()
}

fn binding(rule: &DynamicMessage) -> Option<(Method, String, String)> {
    let text = |name: &str| {
        rule.get_field_by_name(name)
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let verbs = [
        ("get", Method::GET),
        ("post", Method::POST),
        ("put", Method::PUT),
        ("patch", Method::PATCH),
        ("delete", Method::DELETE),
    ];
    verbs.into_iter().find_map(|(name, verb)| {
        let path = text(name);
        (!path.is_empty()).then(|| (verb, path, text("body")))
    })
}

fn add(
    routes: &mut Vec<Route>,
    method: &MethodDescriptor,
    backend: &str,
    verb: Method,
    path: String,
    body: &str,
) -> Result<(), RouteError> {
    let rpc = rpc(method)?;
    let variables = variables(&path);
    for name in &variables {
        let first = name.split('.').next().unwrap_or_default();
        if rpc.input.get_field_by_name(first).is_none() {
            return Err(RouteError::NoField(path, name.clone()));
        }
    }
    let route = |verb: Method, path: String, action: Action| Route {
        method: verb,
        path,
        variables: variables.clone(),
        backend: backend.to_owned(),
        rpc: rpc.clone(),
        action,
    };
    if method.is_server_streaming() {
        return Err(RouteError::Path(
            path,
            "answers that stream have no REST form".to_owned(),
        ));
    }
    if method.is_client_streaming() {
        let Some(upload) = Upload::of(method) else {
            let why = "its stream does not have the shape of an upload".to_owned();
            return Err(RouteError::Path(path, why));
        };
        let noun = path
            .rsplit_once(':')
            .map_or(path.as_str(), |(noun, _)| noun);
        let template = Action::Template(Box::new(upload.clone()));
        routes.push(route(
            Method::GET,
            format!("{noun}:template.xlsx"),
            template,
        ));
        routes.push(route(verb, path, Action::Upload(Box::new(upload))));
        return Ok(());
    }
    if method.full_name() == FINDINGS {
        let batch = path.trim_end_matches("/findings");
        for (name, format) in [("csv", Format::Csv), ("xlsx", Format::Xlsx)] {
            let result = format!("{batch}/result.{name}");
            routes.push(route(Method::GET, result, Action::Findings(format)));
        }
    }
    let body = match body {
        "" => Body::None,
        "*" => Body::Whole,
        name => match rpc.input.get_field_by_name(name) {
            Some(field) => Body::Field(field),
            None => return Err(RouteError::NoField(path, name.to_owned())),
        },
    };
    let list = (verb == Method::GET)
        .then(|| List::of(&rpc.input, &rpc.output))
        .flatten();
    routes.push(route(verb, path, Action::Call { body, list }));
    Ok(())
}

fn rpc(method: &MethodDescriptor) -> Result<Rpc, RouteError> {
    let path = policy::grpc_path(method);
    let grpc_path = path
        .parse()
        .map_err(|error: http::uri::InvalidUri| RouteError::Path(path, error.to_string()))?;
    let input = method.input();
    Ok(Rpc {
        method: method.clone(),
        grpc_path,
        request_id: input.get_field_by_name("request_id"),
        output: method.output(),
        input,
    })
}
