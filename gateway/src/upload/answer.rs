//! An upload from the first byte to the answer.

use std::fs::File;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use contracts::common::v1::BatchHeader;
use contracts::options::v1::Format;
use prost_reflect::DynamicMessage;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;
use uuid::Uuid;

use super::Upload;
use super::lines::{self, Stop};
use super::receive::{Form, receive};
use super::rows::{Count, Rows};
use super::stream::Messages;
use crate::call::{Call, JSON};
use crate::headers;
use crate::limits::Place;
use crate::problem::{FieldProblem, Problem};
use crate::query;

/// Messages that wait for the service: with the slices in the making, all that is in memory.
const WAITING: usize = 4;

/// What may stand in the form beside the file.
const FIELDS: [&str; 5] = ["poolingArea", "batchId", "reference", "rows", "sum"];

/// What a sender says of a file.
#[derive(Clone, Debug)]
struct Declared {
    area: String,
    header: BatchHeader,
    rows: Option<u64>,
    sum: Option<String>,
}

/// Has the service look at the token: nothing of a stranger's file is read. The pooling area, which
/// stands in the form, is not known yet, so whether the caller may act there is asked with it.
///
/// # Errors
/// When the service does not accept the token, or cannot be asked.
pub async fn known(call: Call<'_>) -> Result<(), Problem> {
    match call.batch(String::new(), Uuid::nil().to_string()).await {
        Ok(_) => Ok(()),
        Err(status) => match status.code() {
            Code::NotFound | Code::InvalidArgument | Code::PermissionDenied => Ok(()),
            _ => Err(status.into()),
        },
    }
}

/// Sends a file as a batch and answers what became of it. The place is held until nothing reads the
/// file any more.
///
/// # Errors
/// What is wrong with the form or with the file as a whole, or what the service answered.
pub async fn upload(
    call: Call<'_>,
    upload: &Upload,
    body: Body,
    place: Place,
) -> Result<Response, Problem> {
    let deadline = call.settings.file_deadline();
    let receiving = receive(call.parts, body, call.settings);
    let form = tokio::time::timeout(deadline, receiving)
        .await
        .map_err(|_| Problem::slow())??;
    let (declared, derived) = declared(call, &form)?;
    let kept = kept(call, &declared).await?;
    // Another file under the same id must be found out, so only the same file goes on.
    let kept = if derived { kept } else { 0 };

    let (sender, receiver) = mpsc::channel(WAITING);
    let reading = {
        let (upload, declared) = (upload.clone(), declared.clone());
        let (file, most) = (
            form.file.reopen().map_err(Problem::internal)?,
            call.settings.upload_rows,
        );
        tokio::task::spawn_blocking(move || {
            let _place = place;
            read(&upload, &declared, file, most, kept, &sender)
        })
    };
    let path = &call.route.rpc.grpc_path;
    let stream = ReceiverStream::new(receiver);
    let answered = call
        .backend
        .client_streaming(path, call.metadata(), deadline, stream)
        .await;
    // A file that cannot be taken ends the stream without totals, and so nothing of it is entered.
    let read = reading.await.map_err(Problem::internal)??;
    let answered = answered?;
    let (count, format) =
        read.ok_or_else(|| Problem::internal("a service answered before the totals"))?;
    let answer = DynamicMessage::decode(call.route.rpc.output.clone(), answered)
        .map_err(Problem::internal)?;
    let written = crate::json::write(&answer).map_err(Problem::internal)?;
    let mut answer: serde_json::Value =
        serde_json::from_slice(&written).map_err(Problem::internal)?;
    let result = format!(
        "/v1/{}/batches/{}/result.xlsx?poolingArea={}",
        call.route.backend, declared.header.batch_id, declared.area
    );
    answer["format"] = json!(format);
    answer["rows"] = json!(count.rows);
    answer["unreadableCells"] = json!(count.unreadable_cells);
    answer["unreadable"] = json!(count.unreadable);
    answer["result"] = json!(result);
    Ok((JSON, answer.to_string()).into_response())
}

/// What the form says; and whether the batch's id is made from the file.
fn declared(call: Call<'_>, form: &Form) -> Result<(Declared, bool), Problem> {
    let query = |name: &str| {
        let found = query::pairs(call.parts.uri.query()).find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    let field = |name: &str| {
        Some(form.field(name).to_owned())
            .filter(|v| !v.is_empty())
            .unwrap_or_else(|| query(name))
    };
    let area = field("poolingArea");
    let asked = query::pairs(call.parts.uri.query()).map(|(name, _)| name.into_owned());
    let mut wrong: Vec<_> = asked
        .chain(form.names().map(str::to_owned))
        .filter(|name| !FIELDS.contains(&name.as_str()))
        .map(unknown)
        .collect();
    wrong.extend(checked(
        "poolingArea",
        "统筹地区",
        Format::PoolingArea,
        &area,
    ));
    let stated = field("batchId");
    let derived = stated.is_empty();
    let batch_id = if derived {
        let path = call.route.rpc.grpc_path.as_str();
        headers::batch_id(&call.parts.headers, &area, path, &form.digest).to_string()
    } else {
        wrong.extend(checked("batchId", "批次编号", Format::Uuid, &stated));
        stated
    };
    let reference = Some(field("reference")).filter(|r| !r.is_empty());
    let reference = reference.unwrap_or_else(|| form.file_name.chars().take(200).collect());
    let rows = match field("rows").as_str() {
        "" => None,
        text => {
            let rows = text.parse().ok();
            if rows.is_none() {
                wrong.push(FieldProblem {
                    field: "rows".to_owned(),
                    message: "行数：应为整数，例如12".to_owned(),
                });
            }
            rows
        }
    };
    let sum = Some(field("sum")).filter(|sum| !sum.is_empty());
    if let Some(Err(error)) = sum.as_deref().map(law::money::parse_yuan) {
        wrong.push(FieldProblem {
            field: "sum".to_owned(),
            message: format!("合计金额：{error}"),
        });
    }
    if !wrong.is_empty() {
        return Err(Problem::fields(wrong));
    }
    Ok((
        Declared {
            area,
            header: BatchHeader {
                batch_id,
                reference,
            },
            rows,
            sum,
        },
        derived,
    ))
}

/// How many rows the service has of the batch.
async fn kept(call: Call<'_>, declared: &Declared) -> Result<u64, Problem> {
    let (area, batch_id) = (declared.area.clone(), declared.header.batch_id.clone());
    match call.batch(area, batch_id).await {
        Ok(batch) => Ok(batch.received_rows),
        Err(status) if status.code() == Code::NotFound => Ok(0),
        Err(status) => Err(status.into()),
    }
}

/// Reads the file and sends its messages; runs where it may block. `None` when nobody takes them any
/// more: the service has answered, which says why, or the caller is gone.
fn read(
    upload: &Upload,
    declared: &Declared,
    file: File,
    most: u64,
    kept: u64,
    sender: &mpsc::Sender<Bytes>,
) -> Result<Option<(Count, &'static str)>, Problem> {
    let mut rows = Rows::new(upload, most);
    let mut messages = Messages::new(upload, &declared.area, kept);
    let send = |message| match sender.blocking_send(message) {
        Ok(()) => Ok(()),
        Err(_) => Err(Stop::Unheard),
    };
    let header = messages.header(&declared.header.batch_id, &declared.header.reference);
    let whole = send(header).and_then(|()| {
        let format = lines::read(file, &mut |line| {
            let row = rows.row(&line)?;
            match row.and_then(|row| messages.row(line.number, row)) {
                Some(message) => send(message),
                // Also while rows that the service has are passed over.
                None if sender.is_closed() => Err(Stop::Unheard),
                None => Ok(()),
            }
        })?;
        if rows.count.rows == 0 {
            let sentence = "文件中没有数据行。请按模板填写后重新上传。";
            return Err(lines::refuse("FILE_EMPTY", sentence).into());
        }
        if let Some(message) = messages.flush() {
            send(message)?;
        }
        let stated = declared.rows.unwrap_or(rows.count.rows);
        send(messages.totals(stated, declared.sum.as_deref()))?;
        Ok(format)
    });
    match whole {
        Ok(format) => Ok(Some((rows.count, format))),
        Err(Stop::Unheard) => Ok(None),
        Err(Stop::Problem(problem)) => Err(problem),
    }
}

fn unknown(name: String) -> FieldProblem {
    let fields = FIELDS.join("、");
    FieldProblem {
        message: format!("{name}：上传表单中没有这个栏目，请核对名称，可用file、{fields}"),
        field: name,
    }
}

fn checked(name: &str, label: &str, format: Format, text: &str) -> Vec<FieldProblem> {
    let found = if text.is_empty() {
        Err("必须填写".to_owned())
    } else {
        contracts::form::check_format(format, text)
    };
    let wrong = found.err().map(|sentence| FieldProblem {
        field: name.to_owned(),
        message: format!("{label}：{sentence}"),
    });
    wrong.into_iter().collect()
}
