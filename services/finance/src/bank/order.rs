//! What the bank is to pay, and what every file of it must hold.

use std::io;

use law::identity::BankCode;
use law::money::format_yuan;
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime, UtcOffset};
use uuid::Uuid;

/// China has one time.
const CHINA: UtcOffset = match UtcOffset::from_hms(8, 0, 0) {
    Ok(offset) => offset,
    Err(_) => UtcOffset::UTC,
};

/// Characters of a name and of a remittance text in a message (Max140Text).
const LONGEST_TEXT: usize = 140;

/// Digits of an account number in a message (Max34Text).
const LONGEST_ACCOUNT: usize = 34;

/// An account at a bank, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name of its holder, as the bank has it.
    pub name: String,
    /// Its number, digits only.
    pub number: String,
    /// The line number of its bank in the payment system.
    pub bank_code: BankCode,
}

/// One order that is paid out of a batch (article 95).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The order, which the bank repeats in everything that it says of it.
    pub order_id: Uuid,
    /// Who gets it, and where.
    pub creditor: Account,
    /// Yuan above zero, to the fen.
    pub amount: Decimal,
    /// What the payee reads on the statement.
    pub remittance: String,
}

/// A batch of orders that one account pays on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    /// The batch. The bank refuses one that it has seen before, so a file may be sent again.
    pub batch_id: Uuid,
    /// When it was made.
    pub made_at: OffsetDateTime,
    /// The day on which the bank is to pay.
    pub pay_on: Date,
    /// The expenditure account that pays.
    pub debtor: Account,
    /// How many orders there are.
    pub payments: u64,
    /// What they come to, in yuan.
    pub total: Decimal,
}

/// Why a file to the bank cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PayoutError {
    /// A batch of nothing.
    #[error("本批次没有支付指令，不能生成付款文件，请先选定要支付的指令")]
    Empty,
    /// An amount that is nothing, below nothing or finer than a fen.
    #[error(
        "支付指令{order_id}的金额{amount}不能支付，应为大于零、到分为止的金额，请退回核定部门更正"
    )]
    Amount {
        /// The order.
        order_id: Uuid,
        /// Yuan.
        amount: Decimal,
    },
    /// A name or a text that is missing, too long or has what no message can carry.
    #[error("支付指令{order_id}的{label}{problem}，请更正后重新生成付款文件")]
    Text {
        /// The order.
        order_id: Uuid,
        /// What the text is, in Chinese.
        label: &'static str,
        /// What is wrong with it, in Chinese.
        problem: &'static str,
    },
    /// Orders that do not ascend: one may be in the file twice.
    #[error(
        "支付指令{order_id}重复或者未按编号排列，为防止重复支付不予生成，请按支付指令编号升序、每条一次重新生成"
    )]
    Order {
        /// The order.
        order_id: Uuid,
    },
    /// What was written is not what the head says.
    #[error(
        "付款文件共{found}笔、{sum}元，与批次所记{payments}笔、{total}元不符，文件作废，请核对批次后重新生成"
    )]
    Totals {
        /// Orders written.
        found: u64,
        /// Yuan that they come to.
        sum: Decimal,
        /// Orders that the head says.
        payments: u64,
        /// Yuan that the head says.
        total: Decimal,
    },
    /// The file could not be written.
    #[error("付款文件写入失败，请稍后重新生成：{0}")]
    Write(#[from] io::Error),
}

/// The reference under which an order is at the bank: its UUID without hyphens, since no more than 35 characters fit.
#[must_use]
pub fn end_to_end_id(order_id: Uuid) -> String {
    order_id.simple().to_string()
}

/// The order of a reference; `None` where it is none of ours. Banks may raise letters.
#[must_use]
pub fn order_id(reference: &str) -> Option<Uuid> {
    let ours = reference.len() == 32 && reference.bytes().all(|b| b.is_ascii_hexdigit());
    ours.then(|| Uuid::try_parse(reference).ok())?
}

/// An instant as messages carry it, in the time of China.
pub(super) fn instant(at: OffsetDateTime) -> String {
    let at = at.to_offset(CHINA);
    let (hour, minute, second) = at.to_hms();
    format!("{}T{hour:02}:{minute:02}:{second:02}+08:00", at.date())
}

/// What of a batch was written so far.
pub(super) struct Tally {
    payments: u64,
    total: Decimal,
    found: u64,
    sum: Decimal,
    last: Option<Uuid>,
}

impl Tally {
    /// Of a batch of which nothing was written.
    pub(super) fn of(payout: &Payout) -> Result<Self, PayoutError> {
        check_account(payout.batch_id, &payout.debtor)?;
        if payout.payments == 0 {
            return Err(PayoutError::Empty);
        }
        Ok(Self {
            payments: payout.payments,
            total: payout.total,
            found: 0,
            sum: Decimal::ZERO,
            last: None,
        })
    }

    /// Counts a payment that may be written.
    pub(super) fn admit(&mut self, payment: &Payment) -> Result<(), PayoutError> {
        let (order_id, amount) = (payment.order_id, payment.amount);
        if self.last.is_some_and(|last| last >= order_id) {
            return Err(PayoutError::Order { order_id });
        }
        let written = law::money::parse_yuan(&amount.normalize().to_string());
        if amount <= Decimal::ZERO || written.is_err() {
            return Err(PayoutError::Amount { order_id, amount });
        }
        check_account(order_id, &payment.creditor)?;
        check_text(order_id, "附言", &payment.remittance)?;
        self.last = Some(order_id);
        self.found += 1;
        self.sum += amount;
        Ok(())
    }

    /// How many payments were counted.
    pub(super) fn found(&self) -> u64 {
        self.found
    }

    /// Whether what was written is what the head says.
    pub(super) fn close(&self) -> Result<(), PayoutError> {
        if self.found == self.payments && self.sum == self.total {
            return Ok(());
        }
        Err(PayoutError::Totals {
            found: self.found,
            sum: self.sum,
            payments: self.payments,
            total: self.total,
        })
    }
}

/// Yuan as files carry them.
pub(super) fn yuan(amount: Decimal) -> String {
    format_yuan(amount)
}

fn check_account(order_id: Uuid, account: &Account) -> Result<(), PayoutError> {
    check_text(order_id, "户名", &account.name)?;
    let number = account.number.as_bytes();
    let digits = number.iter().all(u8::is_ascii_digit);
    if !digits || number.is_empty() || number.len() > LONGEST_ACCOUNT {
        return Err(PayoutError::Text {
            order_id,
            label: "账号",
            problem: "应为不超过34位的数字",
        });
    }
    Ok(())
}

fn check_text(order_id: Uuid, label: &'static str, text: &str) -> Result<(), PayoutError> {
    let problem = if text.trim().is_empty() {
        "没有填写"
    } else if text.chars().count() > LONGEST_TEXT {
        "超过140个字符"
    } else if text.chars().any(|c| c.is_control() || is_no_character(c)) {
        "含有换行等控制字符"
    } else {
        return Ok(());
    };
    Err(PayoutError::Text {
        order_id,
        label,
        problem,
    })
}

/// The two code points beyond control characters that XML has no place for.
fn is_no_character(c: char) -> bool {
    matches!(c, '\u{FFFE}' | '\u{FFFF}')
}
