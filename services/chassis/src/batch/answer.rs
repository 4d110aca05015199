//! A batch as it is told to people and programs.

use contracts::common::v1::{Batch, BatchState};
use contracts::reflect;

use super::store::BatchRow;
use crate::wire;

impl BatchRow {
    pub fn state_label(&self) -> String {
        reflect::label_of("workinjury.common.v1.BatchState", self.state)
    }

    /// The batch as it is told to people and programs, by the service of this name.
    pub fn message(self, service: &str) -> Batch {
        // Until a row is answered it is neither taken nor refused.
        let answered = self.is_done();
        let taken_sum = self.received_sum - self.refused_sum;
        Batch {
            summary: self.summary(service),
            batch_id: self.batch_id.to_string(),
            pooling_area: self.pooling_area,
            kind: self.kind,
            reference: self.reference,
            sender: self.sender,
            state: self.state,
            received_rows: self.received_rows.unsigned_abs(),
            received_sum: Some(self.received_sum.into()),
            accepted_rows: (self.processed_rows - self.refused_rows).unsigned_abs(),
            accepted_sum: answered.then(|| taken_sum.into()),
            refused_rows: self.refused_rows.unsigned_abs(),
            refused_sum: Some(self.refused_sum.into()),
            opened_at: Some(wire::timestamp(self.opened_at)),
            closed_at: self.closed_at.map(wire::timestamp),
            done_at: self.done_at.map(wire::timestamp),
        }
    }

    /// What became of the rows, and where each answer is: the REST path of the findings.
    fn summary(&self, service: &str) -> String {
        let (received, refused) = (self.received_rows, self.refused_rows);
        let accepted = self.processed_rows - refused;
        let findings = format!(
            "/v1/{service}/batches/{}/findings?poolingArea={}",
            self.batch_id, self.pooling_area
        );
        match BatchState::try_from(self.state) {
            Ok(BatchState::Rejected) => format!(
                "声明的行数或合计与收到的{received}行不符，整批退回，没有办理任何一行。请核对后以新的批次编号重新报送。"
            ),
            Ok(BatchState::Done) if refused == 0 => {
                format!("共{received}行，全部接受。提示见 {findings}。")
            }
            Ok(BatchState::Done) => format!(
                "共{received}行，接受{accepted}行，退回{refused}行。逐行原因见 {findings}。请按原因更正，以新的批次报送退回的行；目录等应当完整的清单，以新的批次重新报送整份清单。"
            ),
            Ok(BatchState::Processing) => format!(
                "共{received}行，正在逐行处理，已接受{accepted}行，退回{refused}行。请稍后再查询。"
            ),
            _ => format!("已收到{received}行，尚未收完，没有办理任何一行。请继续报送其余各行。"),
        }
    }
}
