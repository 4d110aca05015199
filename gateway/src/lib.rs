//! HTTP in front of the services.
//!
//! The gateway decides nothing and knows no domain. Everything it does is read from the contracts:
//! the routes from `google.api.http`, the columns of files from the `field` options, the document at
//! `/openapi.json` from all of it. It forwards the token; the services verify it.
//!
//! | file | what it does |
//! |---|---|
//! | [`routes`] | which RPC a path stands for |
//! | [`call`], [`json`], [`query`] | JSON and parameters in, one call, JSON out |
//! | [`problem`] | errors as RFC 9457 problems, in Chinese |
//! | [`upload`], [`template`] | a file becomes a stream of rows |
//! | [`download`] | a list or the result of a batch becomes a file |
//! | [`columns`], [`text`] | what cells hold, and how people write it |
//! | [`openapi`], [`docs`], [`catalogue`] | what can be read without asking a service |
//! | [`server`], [`limits`], [`headers`] | what surrounds every request |

pub mod backend;
pub mod call;
pub mod catalogue;
pub mod columns;
pub mod docs;
pub mod download;
pub mod headers;
pub mod json;
pub mod limits;
pub mod openapi;
pub mod problem;
pub mod query;
pub mod routes;
pub mod server;
pub mod settings;
pub mod template;
pub mod text;
pub mod upload;

mod start;

pub use server::Gateway;
pub use settings::Settings;
pub use start::main;
