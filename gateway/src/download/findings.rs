//! The result of a batch, row by row, as a file.

use axum::response::Response;
use contracts::common::v1::BatchFinding;
use contracts::reflect;
use prost_reflect::DynamicMessage;

use super::file::{Format, Sheet, Title};
use super::list::{file_name, pages};
use crate::call::Call;
use crate::columns::Column;
use crate::problem::Problem;
use crate::routes::List;

/// What stands before the columns of the row itself.
const TITLES: [&str; 6] = ["行号", "结果", "栏目", "原因", "依据", "原因代码"];

/// Every finding about a batch, each beside the row as it was received.
///
/// # Errors
/// What the service answered.
pub async fn findings(
    call: Call<'_>,
    format: Format,
    request: DynamicMessage,
) -> Result<Response, Problem> {
    let rpc = &call.route.rpc;
    let list = List::of(&rpc.input, &rpc.output)
        .ok_or_else(|| Problem::internal("findings are a list"))?;
    let text = |name: &str| -> String {
        let value = request.get_field_by_name(name);
        value
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let area = text("pooling_area");
    let batch = call.batch(area.clone(), text("batch_id")).await?;
    let row = reflect::pool().get_message_by_name(&batch.kind);
    let columns = row.as_ref().map(Column::all).unwrap_or_default();
    let own = columns.iter().map(|c| Title {
        text: c.title().to_owned(),
        is_text: c.is_text(),
    });
    let titles = TITLES.iter().map(|text| Title {
        text: (*text).to_owned(),
        is_text: *text != "行号",
    });
    let mut sheet = Sheet::new(format, titles.chain(own).collect())?;
    pages(call, &list, request, |item| {
        let finding: BatchFinding = item.transcode_to().map_err(Problem::internal)?;
        let content = row.clone().and_then(|row| {
            DynamicMessage::deserialize(
                row,
                &mut serde_json::Deserializer::from_str(&finding.content),
            )
            .ok()
        });
        let reason = finding.reason.unwrap_or_default();
        let mut cells = vec![
            finding.line.to_string(),
            if finding.refused { "退回" } else { "提示" }.to_owned(),
            finding.label,
            reason.sentence,
            reason.source,
            reason.reason,
        ];
        cells.extend(columns.iter().map(|column| {
            content
                .as_ref()
                .map_or_else(String::new, |content| column.show(content))
        }));
        sheet.line(&cells)
    })
    .await?;
    sheet.into_response(&file_name(call, "result", &area))
}
