//! The browsable page of the interface. Its assets are in the program; nothing is fetched from
//! elsewhere, at build time or by a browser.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use utoipa_swagger_ui::Config;

use crate::problem::Problem;

/// What a browser may load for the page.
pub const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; frame-ancestors 'none'";

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    Arc::new(
        Config::from("/openapi.json")
            .doc_expansion("none")
            .filter(true),
    )
});

/// `/docs/` and its assets.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/docs", get(|| async { Redirect::permanent("/docs/") }))
        .route("/docs/", get(|| asset(Path(String::new()))))
        .route("/docs/{*file}", get(asset))
}

async fn asset(Path(file): Path<String>) -> Result<Response, Problem> {
    let found = utoipa_swagger_ui::serve(&file, Arc::clone(&CONFIG)).map_err(Problem::internal)?;
    let file = found.ok_or_else(Problem::no_such_path)?;
    let headers = [
        (CONTENT_TYPE, file.content_type.clone()),
        (CACHE_CONTROL, "no-cache".to_owned()),
    ];
    let mut response = (headers, file.bytes.into_owned()).into_response();
    if file.gzpipped {
        response
            .headers_mut()
            .insert(CONTENT_ENCODING, http::HeaderValue::from_static("gzip"));
    }
    Ok(response)
}
