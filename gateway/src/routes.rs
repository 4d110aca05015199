//! Which RPC a path stands for, read once from the contracts.
//!
//! An RPC has the path of its `google.api.http` annotation. Those of the services that are the same
//! everywhere are mounted below the name of each service: `/v1/cases` is `/v1/registration/cases`.

mod plan;
mod template;

use std::collections::HashMap;

use http::Method;
use http::uri::PathAndQuery;
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};

use crate::download::Format;
use crate::upload::Upload;

pub use plan::plan;
pub use template::RouteError;

/// What stands behind a path and a method.
#[derive(Debug)]
pub struct Route {
    /// HTTP method.
    pub method: Method,
    /// The path as people write it, such as `/v1/registration/cases/{caseId}:sign`.
    pub path: String,
    /// The path variables in the order of the path, as fields of the request.
    pub variables: Vec<String>,
    /// Name of the service behind it.
    pub backend: String,
    /// The RPC.
    pub rpc: Rpc,
    /// What the gateway does with it.
    pub action: Action,
}

impl Route {
    /// What the path leads to, such as `ledger`: its last part that is no variable.
    #[must_use]
    pub fn collection(&self) -> &str {
        let fixed = self.path.rsplit(['/', ':']);
        let mut fixed = fixed.filter(|part| !part.contains(['{', '}']));
        fixed.next().unwrap_or_default()
    }
}

/// An RPC with its descriptors looked up once.
#[derive(Clone, Debug)]
pub struct Rpc {
    /// The method in its contract.
    pub method: MethodDescriptor,
    /// Path of the call.
    pub grpc_path: PathAndQuery,
    /// The request.
    pub input: MessageDescriptor,
    /// The answer.
    pub output: MessageDescriptor,
    /// The field that a repeated request is known by.
    pub request_id: Option<FieldDescriptor>,
}

/// What the gateway does with a request.
#[derive(Debug)]
pub enum Action {
    /// JSON in, JSON out; a list can also be downloaded as a file.
    Call {
        /// Where the body goes.
        body: Body,
        /// The list in the answer, where it has one.
        list: Option<List>,
    },
    /// A file in, as a stream of rows.
    Upload(Box<Upload>),
    /// An empty spreadsheet for an upload.
    Template(Box<Upload>),
    /// The findings of a batch as a file.
    Findings(Format),
}

/// Where the body of a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    None,
    /// It is the request.
    Whole,
    /// It is this field of the request.
    Field(FieldDescriptor),
}

/// A list that an RPC answers page by page.
#[derive(Clone, Debug)]
pub struct List {
    /// The repeated message of the answer.
    pub items: FieldDescriptor,
    /// `page_size` of the request, where pages can be asked for.
    pub page_size: Option<FieldDescriptor>,
    /// `page_token` of the request.
    pub page_token: Option<FieldDescriptor>,
    /// `next_page_token` of the answer.
    pub next_page_token: Option<FieldDescriptor>,
}

impl List {
    /// The list that an RPC answers: the only repeated message of its answer.
    #[must_use]
    pub fn of(input: &MessageDescriptor, output: &MessageDescriptor) -> Option<Self> {
        let mut lists = output
            .fields()
            .filter(|f| f.is_list() && matches!(f.kind(), Kind::Message(_)));
        let items = lists.next()?;
        let list = Self {
            items,
            page_size: input.get_field_by_name("page_size"),
            page_token: input.get_field_by_name("page_token"),
            next_page_token: output.get_field_by_name("next_page_token"),
        };
        // What comes in pages that lead to no next one, such as a feed, has no end.
        let ends = list.page_size.is_some() == list.next_page_token.is_some();
        (lists.next().is_none() && ends).then_some(list)
    }
}

/// All routes by their paths.
#[derive(Debug)]
pub struct Table {
    router: matchit::Router<usize>,
    paths: Vec<Vec<Route>>,
}

/// What a path was found to be.
#[derive(Debug)]
pub enum Found<'t, 'p> {
    /// The route and the values of its path variables, still percent-encoded.
    Route(&'t Route, Vec<&'p str>),
    /// The path is there, but not for this method.
    OtherMethods(String),
    /// No such path.
    Nothing,
}

impl Table {
    /// The table of `routes`.
    ///
    /// # Errors
    /// When two routes claim the same path and method, or a path cannot be routed.
    pub fn new(routes: Vec<Route>) -> Result<Self, RouteError> {
        let mut table = Self {
            router: matchit::Router::new(),
            paths: Vec::new(),
        };
        let mut known = HashMap::new();
        for route in routes {
            let key = template::key(&route.path);
            let at = *known.entry(key.clone()).or_insert(table.paths.len());
            if at == table.paths.len() {
                let inserted = table.router.insert(key, at);
                inserted
                    .map_err(|error| RouteError::Path(route.path.clone(), error.to_string()))?;
                table.paths.push(Vec::new());
            }
            if table.paths[at]
                .iter()
                .any(|other| other.method == route.method)
            {
                return Err(RouteError::Twice(route.path));
            }
            table.paths[at].push(route);
        }
        Ok(table)
    }

    /// The route of a request; HEAD is answered as GET, without the body.
    pub fn find<'p>(
        &self,
        method: &Method,
        path: &'p str,
        buffer: &'p mut String,
    ) -> Found<'_, 'p> {
        let path = template::split_verb(path, buffer);
        let Ok(found) = self.router.at(path) else {
            return Found::Nothing;
        };
        let routes = &self.paths[*found.value];
        let asked = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        match routes.iter().find(|route| route.method == asked) {
            Some(route) => {
                Found::Route(route, found.params.iter().map(|(_, value)| value).collect())
            }
            None => Found::OtherMethods(
                routes
                    .iter()
                    .map(|route| route.method.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
        }
    }

    /// All routes in the order of the contracts.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.paths.iter().flatten()
    }
}
