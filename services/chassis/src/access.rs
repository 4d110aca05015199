//! Who may call what: one layer in front of every RPC, closed by default.
//!
//! The rule of an RPC is its `policy` option in the contract. A caller is an actor with a verified
//! token or, without one, a service of the platform with its certificate; anybody else is the public,
//! who gets what the agency publishes.

mod rpcs;

pub(crate) use rpcs::rpc_at;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use contracts::form;
use contracts::options::v1::{Caller, Policy};
use contracts::reflect::ERROR_DOMAIN;
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderMap};
use tonic::transport::server::{TcpConnectInfo, TlsConnectInfo};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};
use webpki::EndEntityCert;

use crate::identity::{Identity, TokenError};
use crate::{Actor, Config};

/// What may be called by everybody: health for the platform that restarts us, reflection for those
/// who explore the contracts, which are public.
const OPEN: [&str; 3] = [
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
];

/// Decides who may call.
#[derive(Clone)]
pub struct Access {
    identity: Identity,
    services: Arc<BTreeSet<String>>,
}

/// RPCs that nobody said who may call.
#[derive(Debug, thiserror::Error)]
#[error("these RPCs have no policy in their contract: {}", .0.join(", "))]
pub struct WithoutPolicy(pub Vec<String>);

/// A service must not start with an RPC that has no policy.
///
/// # Errors
/// Names the RPCs, and services that no contract describes.
pub fn assert_policies<'a>(
    service_names: impl IntoIterator<Item = &'a str>,
) -> Result<(), WithoutPolicy> {
    let without: Vec<String> = service_names
        .into_iter()
        .filter(|name| !OPEN.contains(name))
        .flat_map(rpcs::without_policy)
        .collect();
    if without.is_empty() {
        Ok(())
    } else {
        Err(WithoutPolicy(without))
    }
}

impl Access {
    /// Accepts the tokens that `identity` verifies and the certificates of the services in `peers`.
    #[must_use]
    pub fn new(identity: Identity, config: &Config) -> Self {
        Self {
            identity,
            services: Arc::new(config.peers.keys().cloned().collect()),
        }
    }

    /// Who calls, if they may call the RPC at `path`.
    ///
    /// # Errors
    /// `UNIMPLEMENTED`, `UNAUTHENTICATED` or `PERMISSION_DENIED`, each with what to do.
    async fn admit(
        &self,
        path: &str,
        headers: &HeaderMap,
        about: &Extensions,
    ) -> Result<Actor, Status> {
        let policy = rpc_at(path)
            .and_then(|rpc| rpc.policy.as_ref())
            .ok_or_else(|| {
                denial(
                    Code::Unimplemented,
                    "RPC_UNKNOWN",
                    "没有这个接口。请核对接口名称和版本。",
                )
            })?;
        let is_public = policy.callers().any(|caller| caller == Caller::Public);
        let actor = match self.authenticate(headers, about).await? {
            Some(actor) => actor,
            None if is_public => Actor::public(),
            None => {
                let sentence = "尚未登录。请登录后重试。";
                return Err(denial(Code::Unauthenticated, "TOKEN_MISSING", sentence));
            }
        };
        may_call(policy, &actor)?;
        Ok(actor)
    }

    /// Who calls; none where nothing says so.
    async fn authenticate(
        &self,
        headers: &HeaderMap,
        about: &Extensions,
    ) -> Result<Option<Actor>, Status> {
        if let Some(value) = headers.get(AUTHORIZATION) {
            let token = value
                .to_str()
                .ok()
                .and_then(|text| text.split_once(' '))
                .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
                .map(|(_, token)| token.trim());
            // A token that is there must be good: it never falls back to the certificate.
            let verified = match token {
                Some(token) => self.identity.verify(token).await,
                None => Err(TokenError::Malformed),
            };
            return verified.map(Some).map_err(|error| {
                tracing::debug!(%error, "a token was not accepted");
                denial(Code::Unauthenticated, error.reason(), &error.sentence())
            });
        }
        let service = self.service_with_certificate(about);
        Ok(service.map(|name| Actor::service(&name)))
    }

    /// The service whose certificate the caller showed; the TLS layer has verified that it is signed by
    /// the platform's CA.
    fn service_with_certificate(&self, about: &Extensions) -> Option<String> {
        let certificates = about
            .get::<TlsConnectInfo<TcpConnectInfo>>()?
            .peer_certs()?;
        let certificate = EndEntityCert::try_from(certificates.first()?).ok()?;
        certificate
            .valid_dns_names()
            .find(|name| self.services.contains(*name))
            .map(str::to_owned)
    }
}

/// Lets a request pass with its [`Actor`], or answers why not.
pub(crate) async fn guard(
    State(access): State<Access>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    if OPEN.iter().any(|name| {
        path.strip_prefix('/')
            .and_then(|p| p.strip_prefix(name))
            .is_some_and(|p| p.starts_with('/'))
    }) {
        return next.run(request).await;
    }
    match access
        .admit(path, request.headers(), request.extensions())
        .await
    {
        Ok(actor) => {
            tracing::Span::current().record("actor", &actor.id);
            request.extensions_mut().insert(actor);
            next.run(request).await
        }
        Err(status) => status.into_http(),
    }
}

/// A caller must be of one of the kinds; a clerk must also belong to one of the departments and hold
/// one of the duties, where they are named.
fn may_call(policy: &Policy, actor: &Actor) -> Result<(), Status> {
    let denied = |reason, sentence: String| Err(denial(Code::PermissionDenied, reason, &sentence));
    // What anybody gets without a token, nobody is denied for showing one.
    let is_named = |caller| caller == actor.caller || caller == Caller::Public;
    if !policy.callers().any(is_named) {
        let who = listed(policy.callers().map(form::caller_label));
        let sentence = format!("此项业务由{who}办理，您的身份不能办理。请由其办理。");
        return denied("CALLER_DENIED", sentence);
    }
    if !actor.is_clerk() {
        return Ok(());
    }
    if !policy.departments.is_empty() && !policy.departments().any(|d| actor.in_department(d)) {
        let who = listed(policy.departments().map(form::department_label));
        let sentence = format!("此项业务由{who}办理，您不属于该部门。请转交办理。");
        return denied("DEPARTMENT_DENIED", sentence);
    }
    if !policy.duties.is_empty() && !policy.duties().any(|d| actor.has_duty(d)) {
        let who = listed(policy.duties().map(form::duty_label));
        let sentence = format!("此项业务由{who}办理，您没有该岗位权限。请转交办理，或者申请授权。");
        return denied("DUTY_DENIED", sentence);
    }
    Ok(())
}

fn listed(labels: impl Iterator<Item = String>) -> String {
    labels.collect::<Vec<_>>().join("、")
}

/// A status with its reason for programs and its sentence for people.
pub(crate) fn denial(code: Code, reason: &'static str, sentence: &str) -> Status {
    metrics::counter!("rpc_denied_total", "reason" => reason).increment(1);
    let mut details = ErrorDetails::with_error_info(reason, ERROR_DOMAIN, []);
    details.set_localized_message("zh-CN", sentence);
    Status::with_error_details(code, sentence, details)
}
