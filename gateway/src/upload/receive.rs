//! Takes a form with a file from the wire: the file to disk, its digest on the way.

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use axum::BoxError;
use axum::body::Body;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use tokio_stream::Elapsed;
use tokio_stream::StreamExt;

use crate::problem::{FieldProblem, Problem};
use crate::settings::Settings;

/// Greatest size of a form field that is no file, in bytes.
const FIELD_BYTES: usize = 1000;

/// What the parts of a form besides the file may take, in bytes.
const FORM_BYTES: u64 = 1 << 16;

/// A form as it arrived.
#[derive(Debug)]
pub struct Form {
    /// The file, deleted when this is dropped.
    pub file: NamedTempFile,
    /// SHA-256 of the file.
    pub digest: Vec<u8>,
    /// Name of the file with the sender.
    pub file_name: String,
    /// The other fields of the form.
    fields: Vec<(String, String)>,
}

impl Form {
    /// The names of the fields, without the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| name.as_str())
    }

    /// The field of the form; empty when it is not there.
    pub fn field(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }
}

/// Receives a form whose file has at most `upload_bytes`.
///
/// # Errors
/// When the request is no form, has no file or two, is too large, or stands still.
pub async fn receive(parts: &Parts, body: Body, settings: &Settings) -> Result<Form, Problem> {
    let limit = settings.upload_bytes;
    let declared = parts
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > limit.saturating_add(FORM_BYTES)) {
        return Err(Problem::too_large(limit));
    }
    let mut form = multipart(parts, moving(body, settings.idle())).await?;
    let mut file = None;
    let mut fields = Vec::new();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        match (field.file_name().map(str::to_owned), file.is_some()) {
            (Some(_), true) => return Err(missing("file", "一次只能上传一个文件")),
            (Some(file_name), false) => file = Some((file_name, to_disk(field, limit).await?)),
            (None, _) => fields.push((name, text(field).await?)),
        }
    }
    let Some((file_name, (file, digest))) = file else {
        return Err(missing(
            "file",
            "没有收到文件，请在名为file的栏目中附上CSV或XLSX文件",
        ));
    };
    if file.as_file().metadata().map_err(Problem::internal)?.len() == 0 {
        return Err(missing("file", "文件是空的，请核对后重新上传"));
    }
    Ok(Form {
        file,
        digest,
        file_name,
        fields,
    })
}

/// The body, ended where nothing of it comes for `longest`: it must not keep its place for nothing.
fn moving(body: Body, longest: Duration) -> Body {
    let chunks = body.into_data_stream().timeout(longest);
    Body::from_stream(chunks.map(|chunk| match chunk {
        Ok(chunk) => chunk.map_err(BoxError::from),
        Err(idle) => Err(BoxError::from(idle)),
    }))
}

async fn multipart(parts: &Parts, body: Body) -> Result<Multipart, Problem> {
    let mut request = Request::new(body);
    request.headers_mut().extend(
        parts
            .headers
            .get(CONTENT_TYPE)
            .map(|v| (CONTENT_TYPE, v.clone())),
    );
    *request.extensions_mut() = parts.extensions.clone();
    Multipart::from_request(request, &()).await.map_err(|_| {
        Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "NOT_A_FORM",
            "上传文件请使用multipart/form-data，文件放在名为file的栏目中。",
        )
    })
}

async fn to_disk(mut field: Field<'_>, limit: u64) -> Result<(NamedTempFile, Vec<u8>), Problem> {
    // Written on the spot: a chunk goes to the page cache, which is no slower than handing it over.
    let mut file = NamedTempFile::new().map_err(Problem::internal)?;
    let mut digest = Sha256::new();
    let mut size = 0_u64;
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        size = size.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if size > limit {
            return Err(Problem::too_large(limit));
        }
        digest.update(&chunk);
        file.write_all(&chunk).map_err(Problem::internal)?;
    }
    Ok((file, digest.finalize().to_vec()))
}

async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > FIELD_BYTES {
            let name = field.name().unwrap_or_default().to_owned();
            return Err(missing(&name, "内容过长"));
        }
    }
    String::from_utf8(bytes)
        .map(|text| text.trim().to_owned())
        .map_err(|_| missing(field.name().unwrap_or_default(), "不是UTF-8文字"))
}

fn missing(field: &str, message: &str) -> Problem {
    Problem::fields(vec![FieldProblem {
        field: field.to_owned(),
        message: message.to_owned(),
    }])
}

fn broken(error: MultipartError) -> Problem {
    tracing::info!(%error, "an upload broke off");
    let first: &dyn Error = &error;
    let mut causes = std::iter::successors(Some(first), |&cause| cause.source());
    if causes.any(|cause| cause.is::<Elapsed>()) {
        return Problem::slow();
    }
    Problem::new(
        StatusCode::BAD_REQUEST,
        "BODY_BROKEN",
        "文件没有传完整，没有处理任何一行。请检查网络后重新上传同一文件。",
    )
}
