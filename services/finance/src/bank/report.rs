//! pain.002, CustomerPaymentStatusReport: what came of each order (articles 95 and 97).

use std::io::BufRead;
use std::mem::take;

use rust_decimal::Decimal;
use uuid::Uuid;

use super::code::Reason;
use super::message::{Message, MessageError};
use super::order::order_id;

/// What came of an order, or of all of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money is gone, by the bank's word: ACSC, ACCC.
    Paid,
    /// Nothing was paid, and nothing will be: RJCT, CANC.
    Refused,
    /// Not decided yet; another report follows.
    UnderWay,
    /// Some were paid, some were not: each is told by itself. Of a batch only.
    Partly,
}

impl Outcome {
    /// Of a code of ExternalPaymentTransactionStatus1Code or ExternalPaymentGroupStatus1Code.
    fn of(code: &str) -> Option<Self> {
        Some(match code {
            "ACSC" | "ACCC" => Self::Paid,
            "RJCT" | "CANC" => Self::Refused,
            "PART" => Self::Partly,
            "ACCP" | "ACFC" | "ACIS" | "ACPD" | "ACSP" | "ACTC" | "ACWC" | "ACWP" | "BLCK"
            | "PATC" | "PDNG" | "PRES" | "RCVD" => Self::UnderWay,
            _ => return None,
        })
    }
}

/// What came of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderStatus {
    /// Where it stands among the orders of the report, from 1.
    pub number: u64,
    /// Line of the file, from 1.
    pub line: u64,
    /// The order.
    pub order_id: Uuid,
    /// What came of it; never [`Outcome::Partly`].
    pub outcome: Outcome,
    /// Why it was refused, or why it waits.
    pub reason: Option<Reason>,
    /// The bank's own number of the payment.
    pub bank_reference: String,
}

/// What is wrong with one order of a report; the others stand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusProblem {
    /// A reference that is no order's.
    #[error("支付指令编号“{0}”不是本系统发出的编号，请与银行核对")]
    Reference(String),
    /// A status that is none, or none of one order.
    #[error("处理状态“{0}”不能识别，请与银行核对该笔是否已经支付")]
    Status(String),
}

/// Why a report, or one order of it, cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The report as a whole: nothing of it may be taken.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// It answers a file that was not made here.
    #[error("回执所对应的付款文件“{original}”不是本系统发出的，请核对是否选错了文件")]
    Original {
        /// The message that it answers.
        original: String,
    },
    /// One order of it; reading goes on behind it.
    #[error("第{number}笔（文件第{line}行）：{problem}")]
    Status {
        /// Where it stands among the orders of the report, from 1.
        number: u64,
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong.
        problem: StatusProblem,
    },
}

impl ReportError {
    /// May nothing of the report be taken?
    #[must_use]
    pub fn spoils_all(&self) -> bool {
        !matches!(self, Self::Status { .. })
    }
}

/// A report that is being read; yields the orders one after the other.
///
/// After the last of them [`Self::whole`] says what came of the batch as a whole: what the bank refuses as a whole it
/// need not list. An error that spoils all ends the reading.
pub struct StatusReport<R> {
    message: Message<R>,
    message_id: String,
    batch_id: Uuid,
    declared: (Option<u64>, Option<Decimal>),
    group: Option<Outcome>,
    part: Option<Outcome>,
    reason: Reason,
    status: Status,
    number: u64,
    ended: bool,
}

/// What was read of an order so far.
#[derive(Default)]
struct Status {
    reference: String,
    code: String,
    reason: Reason,
    bank_reference: String,
}

const ROOT: &str = "CstmrPmtStsRpt/";

impl<R: BufRead> StatusReport<R> {
    /// Reads the head.
    ///
    /// # Errors
    /// [`ReportError`] when it is no pain.002, or answers no file of this system.
    pub fn open(input: R) -> Result<Self, ReportError> {
        let mut message = Message::new(input, "pain.002");
        let (mut message_id, mut original, mut group) = (String::new(), String::new(), None);
        let (mut declared, mut reason) = ((None, None), Reason::default());
        loop {
            let Some(element) = message.next()? else {
                return Err(message
                    .missing("OrgnlGrpInfAndSts", "原付款文件信息")
                    .into());
            };
            let path = element.path.strip_prefix(ROOT).unwrap_or_default();
            match path {
                "GrpHdr/MsgId" => element.text.clone_into(&mut message_id),
                "OrgnlGrpInfAndSts/OrgnlMsgId" => element.text.clone_into(&mut original),
                "OrgnlGrpInfAndSts/OrgnlNbOfTxs" => declared.0 = Some(element.count("笔数")?),
                "OrgnlGrpInfAndSts/OrgnlCtrlSum" => declared.1 = Some(element.number("合计金额")?),
                "OrgnlGrpInfAndSts/GrpSts" => {
                    let found = Outcome::of(element.text);
                    group = Some(found.ok_or_else(|| element.wrong("批次处理状态"))?);
                }
                "OrgnlGrpInfAndSts" => break,
                _ => {
                    if let Some(of) = path.strip_prefix("OrgnlGrpInfAndSts/StsRsnInf/") {
                        reason.hear(of, element.text);
                    }
                }
            }
        }
        let batch_id = order_id(&original).ok_or(ReportError::Original { original })?;
        Ok(Self {
            message,
            message_id,
            batch_id,
            declared,
            group,
            part: None,
            reason,
            status: Status::default(),
            number: 0,
            ended: false,
        })
    }

    /// The bank's number of the report, by which one that comes twice is known.
    #[must_use]
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// The batch that it answers.
    #[must_use]
    pub fn batch_id(&self) -> Uuid {
        self.batch_id
    }

    /// How many orders the bank says the batch had, and what they came to, where it says so.
    #[must_use]
    pub fn declared(&self) -> (Option<u64>, Option<Decimal>) {
        self.declared
    }

    /// What came of the batch as a whole, and why; of orders that the report does not list too. Known after the last.
    #[must_use]
    pub fn whole(&self) -> Option<(Outcome, &Reason)> {
        let outcome = self.group.or(self.part)?;
        Some((outcome, &self.reason))
    }

    /// Reads on to the end of an order.
    fn order(&mut self) -> Result<Option<u64>, MessageError> {
        while let Some(element) = self.message.next()? {
            let path = element.path.strip_prefix(ROOT).unwrap_or_default();
            let path = path.strip_prefix("OrgnlPmtInfAndSts/").unwrap_or_default();
            match path {
                "PmtInfSts" => {
                    let found = Outcome::of(element.text);
                    self.part = Some(found.ok_or_else(|| element.wrong("批次处理状态"))?);
                }
                "TxInfAndSts/OrgnlEndToEndId" => {
                    element.text.clone_into(&mut self.status.reference)
                }
                "TxInfAndSts/TxSts" => element.text.clone_into(&mut self.status.code),
                "TxInfAndSts/AcctSvcrRef" => {
                    element.text.clone_into(&mut self.status.bank_reference)
                }
                "TxInfAndSts" => return Ok(Some(element.line)),
                _ => {
                    if let Some(of) = path.strip_prefix("TxInfAndSts/StsRsnInf/") {
                        self.status.reason.hear(of, element.text);
                    } else if let Some(of) = path.strip_prefix("StsRsnInf/") {
                        self.reason.hear(of, element.text);
                    }
                }
            }
        }
        Ok(None)
    }

    fn told(&mut self, line: u64) -> Result<OrderStatus, ReportError> {
        self.number += 1;
        let (number, status) = (self.number, take(&mut self.status));
        let wrong = |problem| ReportError::Status {
            number,
            line,
            problem,
        };
        let outcome = match status.code.as_str() {
            // What is not said of the order is said of its batch.
            "" => self.part.or(self.group),
            code => Outcome::of(code),
        };
        let outcome = outcome.filter(|outcome| *outcome != Outcome::Partly);
        let Some(order_id) = order_id(&status.reference) else {
            return Err(wrong(StatusProblem::Reference(status.reference)));
        };
        Ok(OrderStatus {
            number,
            line,
            order_id,
            outcome: outcome.ok_or_else(|| wrong(StatusProblem::Status(status.code)))?,
            reason: Some(status.reason).filter(|reason| !reason.is_empty()),
            bank_reference: status.bank_reference,
        })
    }
}

impl<R: BufRead> Iterator for StatusReport<R> {
    type Item = Result<OrderStatus, ReportError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.order() {
            Ok(Some(line)) => Some(self.told(line)),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(Err(error.into()))
            }
        }
    }
}
