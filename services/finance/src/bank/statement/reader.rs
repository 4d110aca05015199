//! Reads statements, one entry after the other.

use std::collections::VecDeque;
use std::io::BufRead;
use std::mem::take;

use super::draft::{Draft, is_true};
use super::{Part, StatementError};
use crate::bank::message::Message;

/// A file of statements that is being read; yields its parts one after the other. An error ends the reading.
pub struct Statements<R> {
    message: Message<R>,
    message_id: String,
    /// Parts that were read and not handed out.
    ready: VecDeque<Part>,
    draft: Draft,
    ended: bool,
}

impl<R: BufRead> Statements<R> {
    /// Of a file of which nothing was read yet.
    #[must_use]
    pub fn open(input: R) -> Self {
        Self {
            message: Message::new(input, "camt.053"),
            message_id: String::new(),
            ready: VecDeque::new(),
            draft: Draft::default(),
            ended: false,
        }
    }

    /// The bank's number of the file; known from the first part on.
    #[must_use]
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// Reads on until there is a part to hand out.
    fn advance(&mut self) -> Result<(), StatementError> {
        while self.ready.is_empty() {
            let Some(element) = self.message.next()? else {
                self.ended = true;
                return Ok(());
            };
            let path = element.path.strip_prefix("BkToCstmrStmt/");
            match path.unwrap_or_default() {
                "GrpHdr/MsgId" => element.text.clone_into(&mut self.message_id),
                "GrpHdr/MsgPgntn/LastPgInd" if !is_true(element.text) => {
                    return Err(StatementError::Page {
                        statement_id: take(&mut self.message_id),
                    });
                }
                "Stmt" => {
                    self.draft.end(&self.message, &mut self.ready)?;
                    self.draft = Draft::default();
                }
                path => {
                    let Some(path) = path.strip_prefix("Stmt/") else {
                        continue;
                    };
                    match path.strip_prefix("Ntry") {
                        None => self.draft.hear(path, &element)?,
                        Some("") => {
                            let line = element.line;
                            self.draft.begin(&self.message, &mut self.ready)?;
                            self.draft.book(line, &self.message, &mut self.ready)?;
                        }
                        Some("/NtryDtls/TxDtls") => {
                            let line = element.line;
                            self.draft.begin(&self.message, &mut self.ready)?;
                            self.draft.detail(line, &mut self.ready);
                        }
                        Some(path) => self.draft.hear_entry(&path[1..], &element)?,
                    }
                }
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Iterator for Statements<R> {
    type Item = Result<Part, StatementError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(part) = self.ready.pop_front() {
            return Some(Ok(part));
        }
        if self.ended {
            return None;
        }
        if let Err(error) = self.advance() {
            self.ended = true;
            self.ready.clear();
            return Some(Err(error));
        }
        self.ready.pop_front().map(Ok)
    }
}
