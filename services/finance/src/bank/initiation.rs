//! pain.001.001.09, CustomerCreditTransferInitiation: what the bank is to pay (article 95).

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::order::{Account, Payment, Payout, PayoutError, Tally, end_to_end_id, instant, yuan};

/// The message as its schema calls it.
pub const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

/// Writes a batch, one payment after the other. A file that was not finished is not whole, and no bank takes it.
///
/// ```
/// # use finance::bank::{Account, Payment, Payout, initiation::Initiation};
/// # let account = || Account { name: "甲".into(), number: "6222".into(), bank_code: "102584000018".parse().unwrap() };
/// let payout = Payout {
///     batch_id: uuid::Uuid::from_u128(1),
///     made_at: time::macros::datetime!(2026-12-01 9:00 +8),
///     pay_on: time::macros::date!(2026 - 12 - 02),
///     debtor: account(),
///     payments: 1,
///     total: rust_decimal::Decimal::new(123_450, 2),
/// };
/// let mut file = Initiation::begin(Vec::new(), &payout)?;
/// file.pay(&Payment {
///     order_id: uuid::Uuid::from_u128(2),
///     creditor: account(),
///     amount: payout.total,
///     remittance: "工伤保险待遇".into(),
/// })?;
/// let file = String::from_utf8(file.finish()?).unwrap();
/// assert!(file.contains("<InstdAmt Ccy=\"CNY\">1234.50</InstdAmt>"));
/// # Ok::<(), finance::bank::PayoutError>(())
/// ```
pub struct Initiation<W: Write> {
    out: Writer<W>,
    tally: Tally,
}

impl<W: Write> Initiation<W> {
    /// The head of the file.
    ///
    /// # Errors
    /// [`PayoutError`] when the batch has nothing to pay, the account that pays is none, or `out` takes no more.
    pub fn begin(out: W, payout: &Payout) -> Result<Self, PayoutError> {
        let tally = Tally::of(payout)?;
        let mut out = Writer::new_with_indent(out, b' ', 1);
        let (id, count) = (end_to_end_id(payout.batch_id), payout.payments.to_string());
        let total = yuan(payout.total);
        out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let document = BytesStart::new("Document").with_attributes([("xmlns", NAMESPACE)]);
        out.write_event(Event::Start(document))?;
        open(&mut out, "CstmrCdtTrfInitn")?;
        within(&mut out, "GrpHdr", |out| {
            leaf(out, "MsgId", &id)?;
            leaf(out, "CreDtTm", &instant(payout.made_at))?;
            leaf(out, "NbOfTxs", &count)?;
            leaf(out, "CtrlSum", &total)?;
            within(out, "InitgPty", |out| leaf(out, "Nm", &payout.debtor.name))
        })?;
        open(&mut out, "PmtInf")?;
        leaf(&mut out, "PmtInfId", &id)?;
        leaf(&mut out, "PmtMtd", "TRF")?;
        // Each order is an entry of its own on the statement.
        leaf(&mut out, "BtchBookg", "false")?;
        leaf(&mut out, "NbOfTxs", &count)?;
        leaf(&mut out, "CtrlSum", &total)?;
        within(&mut out, "ReqdExctnDt", |out| {
            leaf(out, "Dt", &payout.pay_on.to_string())
        })?;
        party(&mut out, "Dbtr", &payout.debtor)?;
        number(&mut out, "DbtrAcct", &payout.debtor)?;
        agent(&mut out, "DbtrAgt", &payout.debtor)?;
        Ok(Self { out, tally })
    }

    /// One payment more. Payments come in the order of their ids, so that none is in the file twice.
    ///
    /// # Errors
    /// [`PayoutError`] when it cannot be paid so, or `out` takes no more.
    pub fn pay(&mut self, payment: &Payment) -> Result<(), PayoutError> {
        self.tally.admit(payment)?;
        within(&mut self.out, "CdtTrfTxInf", |out| {
            let id = end_to_end_id(payment.order_id);
            within(out, "PmtId", |out| {
                leaf(out, "InstrId", &id)?;
                leaf(out, "EndToEndId", &id)
            })?;
            within(out, "Amt", |out| {
                let amount = yuan(payment.amount);
                let of = BytesStart::new("InstdAmt").with_attributes([("Ccy", "CNY")]);
                text(out, of, &amount)
            })?;
            agent(out, "CdtrAgt", &payment.creditor)?;
            party(out, "Cdtr", &payment.creditor)?;
            number(out, "CdtrAcct", &payment.creditor)?;
            within(out, "RmtInf", |out| leaf(out, "Ustrd", &payment.remittance))
        })?;
        Ok(())
    }

    /// Ends the file and hands `out` back.
    ///
    /// # Errors
    /// [`PayoutError::Totals`] when the payments do not come to what the head says: the file must not be sent.
    pub fn finish(mut self) -> Result<W, PayoutError> {
        self.tally.close()?;
        for name in ["PmtInf", "CstmrCdtTrfInitn", "Document"] {
            self.out.write_event(Event::End(BytesEnd::new(name)))?;
        }
        let mut out = self.out.into_inner();
        out.write_all(b"\n")?;
        out.flush()?;
        Ok(out)
    }
}

fn party<W: Write>(out: &mut Writer<W>, name: &str, account: &Account) -> io::Result<()> {
    within(out, name, |out| leaf(out, "Nm", &account.name))
}

fn number<W: Write>(out: &mut Writer<W>, name: &str, account: &Account) -> io::Result<()> {
    within(out, name, |out| {
        within(out, "Id", |out| {
            within(out, "Othr", |out| leaf(out, "Id", &account.number))
        })
    })
}

/// The bank of an account by its line number in the payment system.
fn agent<W: Write>(out: &mut Writer<W>, name: &str, account: &Account) -> io::Result<()> {
    within(out, name, |out| {
        within(out, "FinInstnId", |out| {
            within(out, "ClrSysMmbId", |out| {
                within(out, "ClrSysId", |out| leaf(out, "Cd", "CNAPS"))?;
                leaf(out, "MmbId", account.bank_code.as_str())
            })
        })
    })
}

fn open<W: Write>(out: &mut Writer<W>, name: &str) -> io::Result<()> {
    out.write_event(Event::Start(BytesStart::new(name)))
}

fn within<W: Write>(
    out: &mut Writer<W>,
    name: &str,
    inner: impl FnOnce(&mut Writer<W>) -> io::Result<()>,
) -> io::Result<()> {
    open(out, name)?;
    inner(out)?;
    out.write_event(Event::End(BytesEnd::new(name)))
}

fn leaf<W: Write>(out: &mut Writer<W>, name: &str, content: &str) -> io::Result<()> {
    text(out, BytesStart::new(name), content)
}

fn text<W: Write>(out: &mut Writer<W>, start: BytesStart<'_>, content: &str) -> io::Result<()> {
    let end = start.to_end().into_owned();
    out.write_event(Event::Start(start))?;
    out.write_event(Event::Text(BytesText::new(content)))?;
    out.write_event(Event::End(end))
}
