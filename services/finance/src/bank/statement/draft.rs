//! A statement as far as it was read.

use std::collections::VecDeque;
use std::io::BufRead;
use std::mem::take;

use rust_decimal::Decimal;
use time::Date;

use super::entry::{Direction, Entry};
use super::{Part, Statement, StatementError};
use crate::bank::code::Reason;
use crate::bank::message::{Element, Message, MessageError};

/// What was read of a statement so far.
#[derive(Default)]
pub(super) struct Draft {
    statement_id: String,
    account: String,
    electronic: Option<u64>,
    legal: Option<u64>,
    is_page: bool,
    balance: Balance,
    opening: Option<Decimal>,
    closing: Option<(Decimal, Date)>,
    declared: Option<u64>,
    begun: Option<Statement>,
    moved: Decimal,
    /// Entries that are booked, as the bank counts them and as they are handed out.
    booked: u64,
    entries: u64,
    entry: Entry,
    status: String,
    amount: Option<Decimal>,
    is_credit: Option<Direction>,
    details: Details,
}

#[derive(Default)]
struct Balance {
    kind: String,
    amount: Decimal,
    direction: Direction,
    on: Option<Date>,
}

/// The transactions of an entry.
#[derive(Default)]
struct Details {
    found: u64,
    sum: Decimal,
    /// How many of them say no amount of their own.
    without: u64,
    entry: Entry,
    direction: Option<Direction>,
    amount: Option<Decimal>,
    debtor: Party,
    creditor: Party,
}

/// One side of a transaction.
#[derive(Default)]
struct Party {
    name: String,
    account: String,
}

impl Draft {
    /// An element above the entries.
    pub(super) fn hear(&mut self, path: &str, element: &Element<'_>) -> Result<(), MessageError> {
        match path {
            "Id" => element.text.clone_into(&mut self.statement_id),
            "StmtPgntn/PgNb" => self.is_page |= element.text.trim_start_matches('0') != "1",
            "StmtPgntn/LastPgInd" => self.is_page |= !is_true(element.text),
            "ElctrncSeqNb" => self.electronic = Some(element.count("对账单序号")?),
            "LglSeqNb" => self.legal = Some(element.count("对账单序号")?),
            "Acct/Id/Othr/Id" | "Acct/Id/IBAN" => element.text.clone_into(&mut self.account),
            "Acct/Ccy" => element.is_yuan()?,
            "Bal/Tp/CdOrPrtry/Cd" => element.text.clone_into(&mut self.balance.kind),
            "Bal/Amt" => self.balance.amount = element.yuan()?,
            "Bal/CdtDbtInd" => self.balance.direction = Direction::of(element)?,
            "Bal/Dt/Dt" | "Bal/Dt/DtTm" => self.balance.on = Some(element.date("余额日期")?),
            "Bal" => {
                let balance = take(&mut self.balance);
                let yuan = balance.direction.signed(balance.amount);
                match balance.kind.as_str() {
                    "OPBD" => self.opening = Some(yuan),
                    // The balance that the day before closed with, where a bank says no other.
                    "PRCD" => self.opening = self.opening.or(Some(yuan)),
                    "CLBD" => self.closing = balance.on.map(|on| (yuan, on)),
                    _ => {}
                }
            }
            "TxsSummry/TtlNtries/NbOfNtries" => self.declared = Some(element.count("总笔数")?),
            _ => {}
        }
        Ok(())
    }

    /// An element of an entry.
    pub(super) fn hear_entry(
        &mut self,
        path: &str,
        element: &Element<'_>,
    ) -> Result<(), MessageError> {
        if let Some(path) = path.strip_prefix("NtryDtls/TxDtls/") {
            return self.details.hear(path, element);
        }
        let entry = &mut self.entry;
        match path {
            "NtryRef" if entry.bank_reference.is_empty() => {
                element.text.clone_into(&mut entry.bank_reference);
            }
            "AcctSvcrRef" => element.text.clone_into(&mut entry.bank_reference),
            "Amt" => self.amount = Some(element.yuan()?),
            "CdtDbtInd" => self.is_credit = Some(Direction::of(element)?),
            "RvslInd" => entry.reverses = is_true(element.text),
            "Sts" | "Sts/Cd" if !element.text.is_empty() => {
                element.text.clone_into(&mut self.status);
            }
            "BookgDt/Dt" | "BookgDt/DtTm" => entry.booked_on = Some(element.date("记账日期")?),
            "BkTxCd/Domn/Cd" => element.text.clone_into(&mut entry.code),
            "BkTxCd/Domn/Fmly/Cd" | "BkTxCd/Domn/Fmly/SubFmlyCd" => {
                entry.code = format!("{}/{}", entry.code, element.text);
            }
            "BkTxCd/Prtry/Cd" => element.text.clone_into(&mut entry.own_code),
            "AddtlNtryInf" => element.text.clone_into(&mut entry.remittance),
            _ => {}
        }
        Ok(())
    }

    /// Hands out what stands above the entries, once it is all there.
    pub(super) fn begin<R: BufRead>(
        &mut self,
        message: &Message<R>,
        ready: &mut VecDeque<Part>,
    ) -> Result<(), StatementError> {
        if self.begun.is_some() {
            return Ok(());
        }
        let statement_id = take(&mut self.statement_id);
        if self.is_page {
            return Err(StatementError::Page { statement_id });
        }
        if self.account.is_empty() {
            return Err(message.missing("Acct/Id", "账号").into());
        }
        let sequence = self.electronic.or(self.legal);
        let closing = self.closing;
        let (closing, closing_on) =
            closing.ok_or_else(|| message.missing("Bal CLBD", "期末余额及其日期"))?;
        let statement = Statement {
            statement_id,
            account: take(&mut self.account),
            sequence: sequence.ok_or_else(|| message.missing("ElctrncSeqNb", "对账单序号"))?,
            opening: self
                .opening
                .ok_or_else(|| message.missing("Bal OPBD", "期初余额"))?,
            closing,
            closing_on,
        };
        ready.push_back(Part::Begins(statement.clone()));
        self.begun = Some(statement);
        Ok(())
    }

    /// A transaction of an entry.
    pub(super) fn detail(&mut self, line: u64, ready: &mut VecDeque<Part>) {
        let details = &mut self.details;
        details.found += 1;
        let mut entry = take(&mut details.entry);
        let amount = details.amount.take();
        details.without += u64::from(amount.is_none());
        entry.line = line;
        entry.direction = details
            .direction
            .take()
            .or(self.is_credit)
            .unwrap_or_default();
        let (debtor, creditor) = (take(&mut details.debtor), take(&mut details.creditor));
        let other = match entry.direction {
            Direction::In => debtor,
            Direction::Out => creditor,
        };
        (entry.other_name, entry.other_account) = (other.name, other.account);
        // An entry of one transaction need not say its amount twice.
        entry.amount = amount.or(self.amount).unwrap_or_default();
        entry.booked_on = self.entry.booked_on;
        entry.reverses = self.entry.reverses;
        if entry.code.is_empty() {
            entry.code.clone_from(&self.entry.code);
        }
        entry.own_code.clone_from(&self.entry.own_code);
        if entry.bank_reference.is_empty() {
            entry.bank_reference.clone_from(&self.entry.bank_reference);
        }
        details.sum += entry.moved();
        if self.is_booked() {
            self.entries += 1;
            ready.push_back(Part::Entry(Box::new(entry)));
        }
    }

    /// The end of an entry.
    pub(super) fn book<R: BufRead>(
        &mut self,
        line: u64,
        message: &Message<R>,
        ready: &mut VecDeque<Part>,
    ) -> Result<(), StatementError> {
        let (mut entry, details) = (take(&mut self.entry), take(&mut self.details));
        let missing = |element, label| StatementError::from(message.missing(element, label));
        let (amount, direction) = (self.amount.take(), self.is_credit.take());
        entry.line = line;
        entry.amount = amount.ok_or_else(|| missing("Ntry/Amt", "发生额"))?;
        entry.direction = direction.ok_or_else(|| missing("Ntry/CdtDbtInd", "借贷方向"))?;
        let moved = entry.moved();
        let has_all = details.without == 0 || details.found == 1;
        if details.found > 0 && (details.sum != moved || !has_all) {
            return Err(StatementError::Details {
                line,
                amount: moved,
                details: details.sum,
            });
        }
        let booked = self.is_booked();
        self.status.clear();
        if booked {
            self.moved += moved;
            self.booked += 1;
            if details.found == 0 {
                self.entries += 1;
                ready.push_back(Part::Entry(Box::new(entry)));
            }
        }
        Ok(())
    }

    /// Only what is booked is part of the balances; what is only announced comes again when it is.
    fn is_booked(&self) -> bool {
        !matches!(self.status.as_str(), "PDNG" | "INFO" | "FUTR")
    }

    /// The end of the statement: its balances must agree with its entries.
    pub(super) fn end<R: BufRead>(
        &mut self,
        message: &Message<R>,
        ready: &mut VecDeque<Part>,
    ) -> Result<(), StatementError> {
        self.begin(message, ready)?;
        let Some(statement) = self.begun.take() else {
            return Ok(());
        };
        if statement.opening + self.moved != statement.closing {
            return Err(StatementError::Balance {
                statement_id: statement.statement_id,
                opening: statement.opening,
                moved: self.moved,
                closing: statement.closing,
            });
        }
        if let Some(declared) = self.declared.filter(|declared| *declared != self.booked) {
            return Err(StatementError::Count {
                statement_id: statement.statement_id,
                declared,
                found: self.booked,
            });
        }
        ready.push_back(Part::Ends(self.entries));
        Ok(())
    }
}

impl Details {
    /// An element of a transaction.
    fn hear(&mut self, path: &str, element: &Element<'_>) -> Result<(), MessageError> {
        let entry = &mut self.entry;
        match path {
            "Refs/EndToEndId" => element.text.clone_into(&mut entry.end_to_end_id),
            "Refs/AcctSvcrRef" => element.text.clone_into(&mut entry.bank_reference),
            "Amt" => self.amount = Some(element.yuan()?),
            "CdtDbtInd" => self.direction = Some(Direction::of(element)?),
            "BkTxCd/Domn/Cd" => element.text.clone_into(&mut entry.code),
            "BkTxCd/Domn/Fmly/Cd" | "BkTxCd/Domn/Fmly/SubFmlyCd" => {
                entry.code = format!("{}/{}", entry.code, element.text);
            }
            "RmtInf/Ustrd" => entry.remittance.push_str(element.text),
            "RtrInf" => {
                entry.returned.get_or_insert_default();
            }
            _ => {
                if let Some(of) = path.strip_prefix("RtrInf/") {
                    let reason: &mut Reason = entry.returned.get_or_insert_default();
                    reason.hear(of, element.text);
                } else if let Some(of) = path.strip_prefix("RltdPties/Dbtr") {
                    self.debtor.hear(of, element.text);
                } else if let Some(of) = path.strip_prefix("RltdPties/Cdtr") {
                    self.creditor.hear(of, element.text);
                }
            }
        }
        Ok(())
    }
}

impl Party {
    fn hear(&mut self, path: &str, text: &str) {
        match path {
            "/Pty/Nm" | "/Nm" => text.clone_into(&mut self.name),
            "Acct/Id/Othr/Id" | "Acct/Id/IBAN" => text.clone_into(&mut self.account),
            _ => {}
        }
    }
}

pub(super) fn is_true(text: &str) -> bool {
    matches!(text, "true" | "1")
}
