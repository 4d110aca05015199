//! The same as a list (CSV, UTF-8 with a mark), for a bank without ISO 20022: see `docs/bank-files.md`.

use std::borrow::Cow;
use std::io::{self, Write};

use super::order::{Payment, Payout, PayoutError, Tally, end_to_end_id, yuan};

/// What stands above the columns.
pub const TITLES: [&str; 10] = [
    "序号",
    "支付指令编号",
    "收款人户名",
    "收款账号",
    "收款行支付系统行号",
    "金额（元）",
    "附言",
    "付款账号",
    "付款日期",
    "批次编号",
];

/// What the last line begins with; the number of payments and their sum stand in it.
pub const TOTAL: &str = "合计";

/// Writes a batch, one payment a line, and a line with count and sum at the end: a list without it is not whole.
pub struct PayoutList<W: Write> {
    out: csv::Writer<W>,
    tally: Tally,
    payout: Payout,
}

impl<W: Write> PayoutList<W> {
    /// The head of the list.
    ///
    /// # Errors
    /// [`PayoutError`] when the batch has nothing to pay, the account that pays is none, or `out` takes no more.
    pub fn begin(mut out: W, payout: &Payout) -> Result<Self, PayoutError> {
        let tally = Tally::of(payout)?;
        out.write_all("\u{FEFF}".as_bytes())?;
        let mut out = csv::Writer::from_writer(out);
        out.write_record(TITLES).map_err(io::Error::from)?;
        Ok(Self {
            out,
            tally,
            payout: payout.clone(),
        })
    }

    /// One payment more. Payments come in the order of their ids, so that none is in the list twice.
    ///
    /// # Errors
    /// [`PayoutError`] when it cannot be paid so, or `out` takes no more.
    pub fn pay(&mut self, payment: &Payment) -> Result<(), PayoutError> {
        self.tally.admit(payment)?;
        let line = [
            Cow::from(self.tally.found().to_string()),
            end_to_end_id(payment.order_id).into(),
            plain(&payment.creditor.name),
            payment.creditor.number.as_str().into(),
            payment.creditor.bank_code.as_str().into(),
            yuan(payment.amount).into(),
            plain(&payment.remittance),
            self.payout.debtor.number.as_str().into(),
            self.payout.pay_on.to_string().into(),
            end_to_end_id(self.payout.batch_id).into(),
        ];
        let line = line.iter().map(|cell| cell.as_bytes());
        self.out.write_record(line).map_err(io::Error::from)?;
        Ok(())
    }

    /// Ends the list and hands `out` back.
    ///
    /// # Errors
    /// [`PayoutError::Totals`] when the payments do not come to what the batch says: the list must not be sent.
    pub fn finish(mut self) -> Result<W, PayoutError> {
        self.tally.close()?;
        let mut line = [const { String::new() }; TITLES.len()];
        line[0] = TOTAL.to_owned();
        line[1] = self.payout.payments.to_string();
        line[5] = yuan(self.payout.total);
        line[9] = end_to_end_id(self.payout.batch_id);
        self.out.write_record(&line).map_err(io::Error::from)?;
        let out = self.out.into_inner();
        out.map_err(|error| PayoutError::Write(error.into_error()))
    }
}

/// Text that a spreadsheet would take for a formula is kept from it by an apostrophe.
fn plain(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\'']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}
