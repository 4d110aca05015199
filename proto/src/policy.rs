//! Who may call an RPC, as its contract says.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost_reflect::{MethodDescriptor, ServiceDescriptor};

use crate::options::v1::Policy;
use crate::reflect;

/// The policy of every RPC that has one, by its gRPC path such as `/package.Service/Method`.
#[must_use]
pub fn policies() -> &'static HashMap<String, Policy> {
    static ALL: LazyLock<HashMap<String, Policy>> = LazyLock::new(|| {
        reflect::pool()
            .services()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
            .filter_map(|method| policy_of(&method).map(|policy| (grpc_path(&method), policy)))
            .collect()
    });
    &ALL
}

/// The policy of an RPC, where its contract states one.
#[must_use]
pub fn policy_of(method: &MethodDescriptor) -> Option<Policy> {
    reflect::extension(&method.options(), "policy")?
        .as_message()?
        .transcode_to()
        .ok()
}

/// The path of an RPC on the wire.
#[must_use]
pub fn grpc_path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// Is the service one that every service of the platform serves?
#[must_use]
pub fn is_everywhere(service: &ServiceDescriptor) -> bool {
    reflect::extension(&service.options(), "everywhere")
        .and_then(|v| v.as_bool())
        .unwrap_or_default()
}
