//! camt.053, BankToCustomerStatement: what moved on an account (articles 97, 102 and 104).
//!
//! A statement is taken as a whole or not at all: its balances say of every entry whether one is missing. So every error
//! ends the reading, and what was read before it must not be kept.

mod draft;
mod entry;
mod reader;

use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

pub use entry::{Direction, Entry, Nature};
pub use reader::Statements;

use super::message::MessageError;

/// What stands above the entries of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The bank's number of the statement.
    pub statement_id: String,
    /// The account, as the bank writes its number.
    pub account: String,
    /// The number in the order of the account's statements; banks may begin anew at 1 each year.
    pub sequence: u64,
    /// Yuan before the first entry; below zero where the account was overdrawn.
    pub opening: Decimal,
    /// Yuan behind the last entry.
    pub closing: Decimal,
    /// The day at whose end the closing balance holds.
    pub closing_on: Date,
}

/// The statement of an account that was taken last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The bank's number of it.
    pub statement_id: String,
    /// Its number in the order of the account's statements.
    pub sequence: u64,
    /// Yuan behind its last entry.
    pub closing: Decimal,
    /// The day at whose end they were there.
    pub closing_on: Date,
}

/// A piece of a file of statements, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A statement begins.
    Begins(Statement),
    /// An entry of it.
    Entry(Box<Entry>),
    /// It ends, and its balances agree with its entries, of which there were so many.
    Ends(u64),
}

/// Why a statement cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// It cannot be read.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// Not all of it is in this file.
    #[error("对账单{statement_id}分成几页，本文件不是全部内容，请向银行索取不分页的完整对账单")]
    Page {
        /// The bank's number of the statement.
        statement_id: String,
    },
    /// Its entries do not lead from the opening balance to the closing one.
    #[error(
        "对账单{statement_id}的期初余额{opening}元加减各笔发生额（净额{moved}元）不等于期末余额{closing}元，\
         可能缺少或者多出记录，请与银行核对后重新索取"
    )]
    Balance {
        /// The bank's number of the statement.
        statement_id: String,
        /// Yuan before the first entry.
        opening: Decimal,
        /// Credits less debits, in yuan.
        moved: Decimal,
        /// Yuan behind the last entry, as the bank says.
        closing: Decimal,
    },
    /// There are not as many entries as the bank says.
    #[error("对账单{statement_id}注明{declared}笔，实有{found}笔，请与银行核对后重新索取")]
    Count {
        /// The bank's number of the statement.
        statement_id: String,
        /// Entries that the summary says.
        declared: u64,
        /// Entries that there are.
        found: u64,
    },
    /// The transactions of an entry do not come to it.
    #[error(
        "文件第{line}行的汇总记录{amount}元与其明细合计{details}元不符，请与银行核对后重新索取"
    )]
    Details {
        /// Line of the file, from 1.
        line: u64,
        /// Yuan of the entry, below zero for a debit.
        amount: Decimal,
        /// Yuan of its transactions.
        details: Decimal,
    },
    /// The same statement once more.
    #[error("对账单{statement_id}（第{sequence}号）已经受理过，不必再次上传")]
    Twice {
        /// The bank's number of the statement.
        statement_id: String,
        /// Its number in the order of the account's statements.
        sequence: u64,
    },
    /// An earlier one, or another under the number of the last.
    #[error(
        "对账单序号为{found}，而已受理到第{last}号，请核对是否选错了文件；如银行更正了对账单，请联系银行说明"
    )]
    Earlier {
        /// Its number.
        found: u64,
        /// The number of the last that was taken.
        last: u64,
    },
    /// One or more are missing between the last one and this one.
    #[error("对账单序号为{found}，缺少第{expected}号，请先上传缺少的对账单")]
    Gap {
        /// The number that should come next.
        expected: u64,
        /// The number of this one.
        found: u64,
    },
    /// It does not begin where the last one ended.
    #[error(
        "对账单{statement_id}的期初余额{opening}元与上一份对账单的期末余额{closing}元不一致，请与银行核对"
    )]
    Opening {
        /// The bank's number of the statement.
        statement_id: String,
        /// Yuan with which it begins.
        opening: Decimal,
        /// Yuan with which the last one ended.
        closing: Decimal,
    },
}

impl Statement {
    /// That the statement is the next of its account.
    ///
    /// # Errors
    /// [`StatementError`] when it was taken before, when one is missing between, or when it does not begin where
    /// the last one ended.
    pub fn follows(&self, last: &Taken) -> Result<(), StatementError> {
        let new_year = self.sequence == 1 && self.closing_on.year() > last.closing_on.year();
        if self.statement_id == last.statement_id && self.sequence == last.sequence {
            return Err(StatementError::Twice {
                statement_id: self.statement_id.clone(),
                sequence: self.sequence,
            });
        }
        if !new_year && self.sequence <= last.sequence {
            return Err(StatementError::Earlier {
                found: self.sequence,
                last: last.sequence,
            });
        }
        if !new_year && self.sequence != last.sequence + 1 {
            return Err(StatementError::Gap {
                expected: last.sequence + 1,
                found: self.sequence,
            });
        }
        if self.opening != last.closing {
            return Err(StatementError::Opening {
                statement_id: self.statement_id.clone(),
                opening: self.opening,
                closing: last.closing,
            });
        }
        Ok(())
    }

    /// What the next one must follow, once this one was taken.
    #[must_use]
    pub fn taken(&self) -> Taken {
        Taken {
            statement_id: self.statement_id.clone(),
            sequence: self.sequence,
            closing: self.closing,
            closing_on: self.closing_on,
        }
    }
}

/// The order of a reference, if it is one of ours.
fn ours(reference: &str) -> Option<Uuid> {
    super::order::order_id(reference)
}
