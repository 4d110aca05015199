//! Every RPC of the contracts, by its path on the wire.

use std::collections::HashMap;
use std::sync::LazyLock;

use contracts::options::v1::Policy;
use contracts::policy::{grpc_path, policy_of};
use contracts::reflect;

/// One RPC.
pub(crate) struct Rpc {
    /// Its name, such as `workinjury.common.v1.CaseService/GetCase`.
    pub name: String,
    /// Who may call it; nobody may where the contract does not say.
    pub policy: Option<Policy>,
    /// Its request or its response is a stream.
    pub streams: bool,
}

/// The RPC at `path`, where a contract describes it.
pub(crate) fn rpc_at(path: &str) -> Option<&'static Rpc> {
    static ALL: LazyLock<HashMap<String, Rpc>> = LazyLock::new(|| {
        reflect::pool()
            .services()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
            .map(|method| {
                let path = grpc_path(&method);
                let rpc = Rpc {
                    name: path.trim_start_matches('/').to_owned(),
                    policy: policy_of(&method),
                    streams: method.is_client_streaming() || method.is_server_streaming(),
                };
                (path, rpc)
            })
            .collect()
    });
    ALL.get(path)
}

/// The RPCs of a service that have no policy; the service itself, where no contract describes it.
pub(super) fn without_policy(service: &str) -> Vec<String> {
    let Some(service) = reflect::pool().get_service_by_name(service) else {
        return vec![service.to_owned()];
    };
    service
        .methods()
        .filter(|method| policy_of(method).is_none())
        .map(|method| grpc_path(&method))
        .collect()
}
