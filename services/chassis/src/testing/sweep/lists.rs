//! Every list that arrives in a stream: its rows with every mistake, and its messages in no order.

use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{Batch, BatchFinding, BatchState, ListBatchFindingsRequest};
use contracts::example;
use contracts::options::v1::Caller;
use prost::Message;
use prost_reflect::{DynamicMessage, MessageDescriptor, Value};
use tonic::Code;
use uuid::Uuid;

use super::answer::Answers;
use super::{AREA, Rpc, TestService, call, mistakes, party};
use crate::WHOLE_ROW;
use crate::testing::As;

/// An employer, or any other party, that no valid row is of.
pub const ANOTHER: &str = "91440300MA5G3F1XX0";

/// Sends lists that are wrong.
pub async fn all(service: &TestService, rpc: &Rpc, answers: &mut Answers) {
    let Some(row) = row_of(rpc) else {
        answers.wrong(&rpc.name, "rows", "an upload has rows");
        return;
    };
    each_row(rpc, &row, answers).await;
    again(service, rpc, &row, answers).await;
    out_of_order(rpc, &row, answers).await;
    for caller in rpc.policy.callers() {
        if party(caller, ANOTHER).speaks_for_itself() {
            of_another(service, rpc, &row, caller, answers).await;
        }
    }
}

/// A row of one party sent by another one: refused before anything is said of it.
async fn of_another(
    service: &TestService,
    rpc: &Rpc,
    row: &MessageDescriptor,
    caller: Caller,
    answers: &mut Answers,
) {
    let what = "a row of another party";
    let channel = service.connect(&party(caller, ANOTHER)).await;
    let rows = vec![Value::Message(example::valid(row))];
    let begin = part(rpc, Uuid::now_v7(), 0, rows, None);
    let answer = call::once(&channel, rpc, vec![begin.clone()]).await;
    let Some(begun) = batch(rpc, answers, what, &answer) else {
        return;
    };
    let sum = begun.received_sum.unwrap_or_default().as_text().to_owned();
    let end = with_totals(rpc, &begin, Some((1, sum)));
    let answer = call::once(&channel, rpc, vec![end]).await;
    let Some(done) = batch(rpc, answers, what, &answer) else {
        return;
    };
    let found: Vec<(String, String)> = findings(&channel, &done)
        .await
        .into_iter()
        .filter_map(|finding| Some((finding.reason?.reason, finding.label)))
        .collect();
    let is_told = |(reason, label): &(String, String)| {
        reason == "ROW_OF_ANOTHER" && columns(row).contains(label)
    };
    if done.accepted_rows != 0 || found.len() != 1 || !found.iter().all(is_told) {
        let why = format!("{} rows were taken, found {found:?}", done.accepted_rows);
        answers.wrong(&rpc.name, what, &why);
    }
}

async fn findings(channel: &As, of: &Batch) -> Vec<BatchFinding> {
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: of.batch_id.clone(),
        ..ListBatchFindingsRequest::default()
    };
    let found = BatchServiceClient::new(channel.clone())
        .list_batch_findings(request)
        .await;
    found
        .map(|found| found.into_inner().findings)
        .unwrap_or_default()
}

/// What stands above the columns of the list.
fn columns(row: &MessageDescriptor) -> Vec<String> {
    row.fields()
        .map(|field| example::bounds(&field).label)
        .collect()
}

/// Everything found is about a column of the list or says that it is about the whole row.
async fn names_columns(
    rpc: &Rpc,
    row: &MessageDescriptor,
    what: &str,
    of: &Batch,
    answers: &mut Answers,
) {
    let mut known = columns(row);
    known.push(WHOLE_ROW.to_owned());
    for finding in findings(&rpc.allowed, of).await {
        if !known.contains(&finding.label) {
            answers.wrong(&rpc.name, what, &format!("of no column: {finding:?}"));
        }
    }
}

/// A list of which every row has another mistake: every row is kept and refused, none is entered.
async fn each_row(rpc: &Rpc, row: &MessageDescriptor, answers: &mut Answers) {
    let rows: Vec<Value> = mistakes::of(&example::valid(row))
        .into_iter()
        .map(|mistake| Value::Message(mistake.message))
        .collect();
    let count = rows.len() as u64;
    let header = part(rpc, Uuid::now_v7(), 0, rows, None);
    let Some(batch) = batch(
        rpc,
        answers,
        "rows",
        &call::once(&rpc.allowed, rpc, vec![header.clone()]).await,
    ) else {
        return;
    };
    // The stream broke here; it is sent again with what it had, and closed.
    let totals = Some((
        count,
        batch.received_sum.unwrap_or_default().as_text().to_owned(),
    ));
    let end = with_totals(rpc, &header, totals);
    if let Some(batch) = batch_done(rpc, answers, &end).await {
        if (batch.refused_rows, batch.accepted_rows) != (count, 0) {
            let why = format!("{} of {count} wrong rows were refused", batch.refused_rows);
            answers.wrong(&rpc.name, "rows", &why);
        }
        names_columns(rpc, row, "rows", &batch, answers).await;
    }
}

/// A whole list sent twice: the same answer, and nothing is written twice.
async fn again(service: &TestService, rpc: &Rpc, row: &MessageDescriptor, answers: &mut Answers) {
    let rows = vec![Value::Message(example::valid(row))];
    let begin = part(rpc, Uuid::now_v7(), 0, rows, None);
    let answer = call::once(&rpc.allowed, rpc, vec![begin.clone()]).await;
    let Some(begun) = batch(rpc, answers, "a whole list", &answer) else {
        return;
    };
    let sum = begun.received_sum.unwrap_or_default().as_text().to_owned();
    let whole = with_totals(rpc, &begin, Some((1, sum)));
    let answer = call::once(&rpc.allowed, rpc, vec![whole.clone()]).await;
    if let Some(done) = batch(rpc, answers, "a whole list", &answer) {
        names_columns(rpc, row, "a whole list", &done, answers).await;
    }
    let before = service.rows().await;
    let repeated = call::once(&rpc.allowed, rpc, vec![whole]).await;
    answers.same(rpc, "a list repeated", &answer, &repeated);
    answers.unchanged(&rpc.name, "a list repeated", &before, &service.rows().await);
}

async fn batch_done(rpc: &Rpc, answers: &mut Answers, end: &[u8]) -> Option<Batch> {
    let answer = call::once(&rpc.allowed, rpc, vec![end.to_vec()]).await;
    let batch = batch(rpc, answers, "totals", &answer)?;
    if batch.state() != BatchState::Done {
        answers.wrong(
            &rpc.name,
            "totals",
            &format!("the batch is {:?}", batch.state()),
        );
    }
    Some(batch)
}

async fn out_of_order(rpc: &Rpc, row: &MessageDescriptor, answers: &mut Answers) {
    let rows = || vec![Value::Message(example::valid(row))];
    let id = Uuid::now_v7();
    let first = part(rpc, id, 0, rows(), None);
    let headless = {
        let mut message = rpc.request();
        message.clear_field_by_name("header");
        message.encode_to_vec()
    };
    for (what, messages, code, reason) in [
        ("nothing", vec![], Code::InvalidArgument, "INVALID_FIELD"),
        (
            "no header",
            vec![headless],
            Code::InvalidArgument,
            "INVALID_FIELD",
        ),
        (
            "a gap",
            vec![first.clone(), part(rpc, id, 2, rows(), None)],
            Code::FailedPrecondition,
            "BATCH_GAP",
        ),
        (
            "other rows in their place",
            vec![part(
                rpc,
                id,
                0,
                vec![Value::Message(DynamicMessage::new(row.clone()))],
                None,
            )],
            Code::FailedPrecondition,
            "BATCH_CHANGED",
        ),
        (
            "totals that disagree",
            vec![part(rpc, id, 0, rows(), Some((7, "0.00".to_owned())))],
            Code::FailedPrecondition,
            "BATCH_TOTALS",
        ),
        (
            "rows after its end",
            vec![part(rpc, id, 1, rows(), None)],
            Code::FailedPrecondition,
            "BATCH_CLOSED",
        ),
    ] {
        let answer = call::once(&rpc.allowed, rpc, messages).await;
        answers.expect(rpc, what, &answer, code, reason);
    }
}

fn row_of(rpc: &Rpc) -> Option<MessageDescriptor> {
    rpc.method
        .input()
        .get_field_by_name("rows")?
        .kind()
        .as_message()
        .cloned()
}

fn part(
    rpc: &Rpc,
    id: Uuid,
    first: u64,
    rows: Vec<Value>,
    totals: Option<(u64, String)>,
) -> Vec<u8> {
    let mut message = rpc.request();
    if let Some(Value::Message(header)) = message.get_field_by_name_mut("header") {
        header.set_field_by_name("batch_id", Value::String(id.to_string()));
    }
    message.set_field_by_name("first_row", Value::U64(first));
    message.set_field_by_name("rows", Value::List(rows));
    let bytes = message.encode_to_vec();
    if totals.is_some() {
        with_totals(rpc, &bytes, totals)
    } else {
        bytes
    }
}

fn with_totals(rpc: &Rpc, message: &[u8], totals: Option<(u64, String)>) -> Vec<u8> {
    use contracts::Money;
    use contracts::common::v1::BatchTotals;
    let mut bytes = message.to_vec();
    if let (Some((rows, sum)), Some(field)) =
        (totals, rpc.method.input().get_field_by_name("totals"))
    {
        let sum = Some(Money::from_text(sum));
        prost::encoding::message::encode(field.number(), &BatchTotals { rows, sum }, &mut bytes);
    }
    bytes
}

/// The batch that the answer tells of.
fn batch(rpc: &Rpc, answers: &mut Answers, what: &str, answer: &call::Answer) -> Option<Batch> {
    answers.has_reason(rpc, what, answer);
    // Responses of uploads have the one field `batch`.
    let told = answer.as_ref().ok().and_then(|bytes| {
        let response = DynamicMessage::decode(rpc.method.output(), &**bytes).ok()?;
        let batch = response.get_field_by_name("batch")?;
        batch.as_message()?.transcode_to().ok()
    });
    if told.is_none() {
        answers.wrong(&rpc.name, what, &format!("no batch: {answer:?}"));
    }
    told
}
