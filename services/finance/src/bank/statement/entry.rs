//! An entry of a statement.

use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::ours;
use crate::bank::code::Reason;
use crate::bank::message::{Element, MessageError};

/// To which side money moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Into the account (CRDT, 贷).
    #[default]
    In,
    /// Out of it (DBIT, 借).
    Out,
}

impl Direction {
    pub(super) fn of(element: &Element<'_>) -> Result<Self, MessageError> {
        match element.text {
            "CRDT" => Ok(Self::In),
            "DBIT" => Ok(Self::Out),
            _ => Err(element.wrong("借贷方向")),
        }
    }

    /// An amount with its sign.
    #[must_use]
    pub fn signed(self, amount: Decimal) -> Decimal {
        match self {
            Self::In => amount,
            Self::Out => -amount,
        }
    }
}

/// One movement. What a bank books together is an entry for each of its transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Line of the file, from 1.
    pub line: u64,
    /// The bank's own number of it.
    pub bank_reference: String,
    /// Whether money came or went.
    pub direction: Direction,
    /// Yuan, zero or above.
    pub amount: Decimal,
    /// The day on which it was booked; none where the bank says none.
    pub booked_on: Option<Date>,
    /// What kind of movement it is, by ISO 20022: domain, family and sub-family, such as `PMNT/ICDT/DMCT`.
    pub code: String,
    /// What kind it is by the bank's own list.
    pub own_code: String,
    /// The reference that whoever ordered it gave it.
    pub end_to_end_id: String,
    /// It takes another entry back.
    pub reverses: bool,
    /// Why it was returned.
    pub returned: Option<Reason>,
    /// The other side's name.
    pub other_name: String,
    /// The other side's account.
    pub other_account: String,
    /// What the payer wrote, or what the bank did.
    pub remittance: String,
}

/// What an entry is to the agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nature {
    /// An order was paid.
    Payment(Uuid),
    /// What was paid on an order came back (退票, article 97).
    Return(Uuid),
    /// Interest.
    Interest,
    /// What the bank charges.
    Charge,
    /// Anything else: somebody has to look at it.
    Other,
}

impl Entry {
    /// The amount with its sign, in yuan.
    #[must_use]
    pub fn moved(&self) -> Decimal {
        self.direction.signed(self.amount)
    }

    /// What it is to the agency.
    #[must_use]
    pub fn nature(&self) -> Nature {
        let order = ours(&self.end_to_end_id);
        let kind = self.code.rsplit('/').next().unwrap_or_default();
        match (order, self.direction) {
            (Some(order), Direction::In) => Nature::Return(order),
            (Some(order), Direction::Out) if !self.reverses => Nature::Payment(order),
            (None, _) if kind == "INTR" => Nature::Interest,
            (None, _) if matches!(kind, "CHRG" | "COMM" | "FEES") => Nature::Charge,
            _ => Nature::Other,
        }
    }
}
