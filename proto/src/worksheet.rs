//! A worksheet of a rule becomes a worksheet on the wire.

use crate::common::v1::{Worksheet, WorksheetLine};

impl From<law::Worksheet> for Worksheet {
    fn from(sheet: law::Worksheet) -> Self {
        let lines = sheet
            .lines
            .into_iter()
            .map(|line| WorksheetLine {
                label: line.label.into(),
                value: line.value.into(),
                source: line.source.into(),
            })
            .collect();
        Self { lines }
    }
}
